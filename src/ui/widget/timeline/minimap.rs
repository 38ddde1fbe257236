//! The strip under a zoomed timeline: everything, small, with a frame around what is visible.

use egui::{CursorIcon, Id, Mesh, Painter, Rect, Sense, Stroke, StrokeKind, Ui};

use crate::model::TimeSpan;
use crate::ui::theme::Theme;

use super::input::Drag;
use super::{Counts, Scale, Timeline, TimelineAction, TimelineState};

impl Timeline<'_> {
    /// Whether there is one: an empty frame would say nothing.
    pub(super) fn has_minimap(&self) -> bool {
        self.window.is_zoomed() && self.whole.is_some()
    }

    /// Dragging or clicking in the minimap moves the window.
    pub(super) fn handle_minimap(
        &self,
        ui: &Ui,
        id: Id,
        rect: Rect,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        if !self.has_minimap() {
            return;
        }
        let response = ui.interact(rect, id.with("minimap"), Sense::CLICK | Sense::DRAG);
        let response = response.on_hover_cursor(CursorIcon::Grab);
        response.widget_info(|| {
            let role = egui::accesskit::Role::Slider;
            egui::WidgetInfo::labeled(role, true, format!("{}: visible part", self.name))
        });
        let scale = Scale::new(self.window.limits(), rect);
        if response.drag_started() {
            state.drag = Some(Drag::Minimap);
        }
        if (response.clicked() || response.dragged())
            && let Some(pos) = response.interact_pointer_pos()
        {
            let visible = self.window.visible();
            let middle = scale.time(pos.x).0;
            let window = self.window.pan(middle - visible.len_us() / 2 - visible.start.0);
            actions.push(TimelineAction::SetWindow(window));
        }
        if response.drag_stopped() {
            state.drag = None;
        }
    }

    /// Draws it.
    pub(super) fn paint_minimap(&self, painter: &Painter, theme: &Theme, rect: Rect) {
        let Some(whole) = self.whole.filter(|_| self.has_minimap()) else { return };
        let scale = Scale::new(self.window.limits(), rect);
        painter.add(bars(whole, rect, &scale, theme.none));
        let frame = |span: TimeSpan| {
            let x = scale.x(span.start.0).max(rect.left())..=scale.x(span.end.0).min(rect.right());
            Rect::from_x_y_ranges(x, rect.y_range())
        };
        if let Some(range) = self.range {
            painter.rect_filled(frame(range), 0, theme.accent_soft);
        }
        let mut visible = frame(self.window.visible());
        if visible.width() < 3.0 {
            visible = Rect::from_center_size(visible.center(), egui::vec2(3.0, visible.height()));
        }
        painter.rect_stroke(visible, 2, Stroke::new(1.0, theme.muted), StrokeKind::Inside);
    }
}

/// One bar a bin, all in one mesh.
fn bars(counts: &Counts, rect: Rect, scale: &Scale, color: egui::Color32) -> Mesh {
    let most = counts.counts.iter().copied().max().unwrap_or(0).max(1) as f32;
    let mut mesh = Mesh::default();
    for (i, n) in counts.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let span = counts.bins.span(i);
        let x = scale.x(span.start.0)..=scale.x(span.end.0);
        let height = (*n as f32 / most * rect.height()).max(1.0);
        let bar = Rect::from_x_y_ranges(x, rect.bottom() - height..=rect.bottom());
        mesh.add_colored_rect(bar.intersect(rect), color);
    }
    mesh
}
