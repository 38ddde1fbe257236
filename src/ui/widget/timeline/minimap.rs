//! The strip under a zoomed timeline: everything, small, with a frame around what is visible. The
//! frame is moved and its edges are dragged.

use egui::{
    CursorIcon, EventFilter, Id, Key, Mesh, Modifiers, Painter, Rect, Response, Sense, Stroke,
    StrokeKind, Ui, vec2,
};

use crate::model::{Time, TimeSpan};
use crate::ui::theme::Theme;

use super::cursor::KEY_PAN;
use super::input::Drag;
use super::{Counts, Scale, Timeline, TimelineAction, TimelineState, Window};

/// How near to an edge of the frame a press takes hold of it, points.
const GRIP: f32 = 5.0;
/// The narrowest frame, points.
const NARROWEST: f32 = 6.0;

/// What of the frame is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hold {
    /// All of it, so far from its start, µs.
    Frame(i64),
    /// Its left edge; the right one stays here.
    Left(Time),
    /// Its right edge; the left one stays here.
    Right(Time),
}

impl Timeline<'_> {
    /// Whether there is one: an empty frame would say nothing.
    pub(super) fn has_minimap(&self) -> bool {
        self.window.is_zoomed() && self.whole.is_some()
    }

    /// Dragging the frame or a click beside it moves the window, dragging an edge zooms, a
    /// double click shows everything.
    pub(super) fn handle_minimap(
        &self,
        ui: &Ui,
        id: Id,
        rect: Rect,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        if !self.has_minimap() {
            // The frame may have been let go by zooming out with the keys.
            state.drag = state.drag.filter(|drag| !matches!(drag, Drag::Minimap(_)));
            return;
        }
        let response = ui.interact(rect, id.with("minimap"), Sense::click_and_drag());
        let scale = Scale::new(self.window.limits(), rect);
        self.describe_minimap(ui, &response);
        if let Some(pos) = response.hover_pos() {
            let icon = match self.hold(&scale, rect, pos.x) {
                Hold::Frame(_) => CursorIcon::Grab,
                Hold::Left(_) | Hold::Right(_) => CursorIcon::ResizeHorizontal,
            };
            ui.ctx().set_cursor_icon(icon);
        }
        if response.drag_started()
            && let Some(origin) = ui.input(|i| i.pointer.press_origin())
        {
            state.drag = Some(Drag::Minimap(self.hold(&scale, rect, origin.x)));
        }
        let pos = response.interact_pointer_pos();
        let mut window = self.window;
        match (state.drag, pos) {
            (Some(Drag::Minimap(hold)), Some(pos)) => {
                window = self.held(hold, scale.time(pos.x));
            }
            (_, Some(_)) if response.double_clicked() => window = window.reset(),
            (_, Some(pos)) if response.clicked() => {
                response.request_focus();
                window = self.held(self.hold(&scale, rect, pos.x), scale.time(pos.x));
            }
            _ => {}
        }
        if response.has_focus() && self.listens {
            window = self.minimap_keys(ui, response.id, window);
        }
        if window != self.window {
            actions.push(TimelineAction::SetWindow(window));
        }
        if response.drag_stopped() {
            state.drag = None;
        }
    }

    fn describe_minimap(&self, ui: &Ui, response: &Response) {
        response.widget_info(|| {
            let role = egui::accesskit::Role::Slider;
            egui::WidgetInfo::labeled(role, true, format!("{}: visible part", self.name))
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(self.when(whole_seconds(self.window.visible())));
        });
    }

    /// What a press at `x` takes hold of; beside the frame, the middle of it.
    fn hold(&self, scale: &Scale, rect: Rect, x: f32) -> Hold {
        let visible = self.window.visible();
        let frame = frame(scale, rect, visible);
        // A frame too narrow for three parts is only moved.
        let grips = frame.width() > 3.0 * GRIP;
        if grips && (x - frame.left()).abs() <= GRIP {
            Hold::Left(visible.end)
        } else if grips && (x - frame.right()).abs() <= GRIP {
            Hold::Right(visible.start)
        } else if frame.x_range().contains(x) {
            Hold::Frame(scale.time(x).0 - visible.start.0)
        } else {
            Hold::Frame(visible.len_us() / 2)
        }
    }

    fn held(&self, hold: Hold, at: Time) -> Window {
        match hold {
            Hold::Frame(from) => self.window.pan(at.0 - from - self.window.visible().start.0),
            Hold::Left(stays) | Hold::Right(stays) => {
                let limits = self.window.limits();
                self.window.show(TimeSpan::new(stays, at.clamp(limits.start, limits.end)))
            }
        }
    }

    fn minimap_keys(&self, ui: &Ui, id: Id, window: Window) -> Window {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
        let presses = ui.input_mut(|i| {
            let right = i.count_and_consume_key(Modifiers::NONE, Key::ArrowRight) as i64;
            right - i.count_and_consume_key(Modifiers::NONE, Key::ArrowLeft) as i64
        });
        let step = (window.visible().len_us() as f64 * KEY_PAN) as i64;
        window.pan(presses * step.max(1))
    }

    /// Draws it: bars, and what is not visible covered.
    pub(super) fn paint_minimap(&self, ui: &Ui, rect: Rect) {
        let Some(whole) = self.whole.filter(|_| self.has_minimap()) else { return };
        let (theme, painter) = (Theme::of(ui), ui.painter());
        let scale = Scale::new(self.window.limits(), rect);
        let bars_rect = rect.with_min_y(rect.top() + 2.0);
        painter.rect_filled(rect, 2, theme.bg);
        painter.add(bars(whole, bars_rect, &scale, theme.none));
        if let Some(range) = self.range {
            painter.rect_filled(frame(&scale, rect, range), 0, theme.accent_soft);
        }
        let frame = frame(&scale, rect, self.window.visible());
        for x in [rect.left()..=frame.left(), frame.right()..=rect.right()] {
            let cover = Rect::from_x_y_ranges(x, rect.y_range());
            painter.rect_filled(cover, 0, theme.bg.gamma_multiply(0.55));
        }
        painter.rect_stroke(frame, 2, Stroke::new(1.0, theme.muted), StrokeKind::Inside);
        if frame.width() > 3.0 * GRIP {
            grips(painter, frame, theme);
        }
    }
}

fn grips(painter: &Painter, frame: Rect, theme: &Theme) {
    for x in [frame.left() + 0.5, frame.right() - 0.5] {
        let grip = Rect::from_center_size(egui::pos2(x, frame.center().y), vec2(3.0, 8.0));
        painter.rect_filled(grip, 1, theme.muted);
    }
}

/// The part of the strip that stands for a span.
fn frame(scale: &Scale, rect: Rect, span: TimeSpan) -> Rect {
    let x = scale.x(span.start.0).max(rect.left())..=scale.x(span.end.0).min(rect.right());
    let frame = Rect::from_x_y_ranges(x, rect.y_range());
    if frame.width() >= NARROWEST {
        return frame;
    }
    let half = NARROWEST / 2.0;
    let most = (rect.right() - half).max(rect.left() + half);
    let middle = frame.center().x.clamp(rect.left() + half, most);
    Rect::from_x_y_ranges(middle - half..=middle + half, rect.y_range())
}

/// `span` in whole seconds: the edges of a window lie anywhere.
fn whole_seconds(span: TimeSpan) -> TimeSpan {
    let second = crate::model::time::SECOND_US;
    if span.len_us() < 10 * second {
        return span;
    }
    let floor = |t: Time| Time(t.0.div_euclid(second) * second);
    TimeSpan { start: floor(span.start), end: floor(span.end) }
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
