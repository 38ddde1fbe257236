//! The edges of the selected range: handles that the pointer drags and the keyboard moves bin by
//! bin.

use egui::{
    EventFilter, Id, Key, Modifiers, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::model::{Time, TimeSpan};
use crate::ui::theme::Theme;

use super::{Scale, Timeline, TimelineAction};

/// How near to an edge of the range a press takes hold of it, points.
pub(super) const GRIP: f32 = 6.0;
/// Bins that an arrow with Shift moves an edge by.
const FAR: i64 = 10;

/// One of the two ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Start,
    End,
}

impl Edge {
    const BOTH: [Self; 2] = [Self::Start, Self::End];

    /// Where it is.
    pub fn of(self, range: TimeSpan) -> Time {
        if self == Self::Start { range.start } else { range.end }
    }

    fn name(self) -> &'static str {
        if self == Self::Start { "Start of the range" } else { "End of the range" }
    }
}

impl Timeline<'_> {
    /// Lets the keyboard move the edges; gives back which is under the pointer or focused. Drags
    /// go to the plot below, which knows of the edges.
    pub(super) fn handle_edges(
        &self,
        ui: &Ui,
        id: Id,
        plot: Rect,
        scale: &Scale,
        actions: &mut Vec<TimelineAction>,
    ) -> [bool; 2] {
        let mut lit = [false; 2];
        let Some(range) = self.range else { return lit };
        for (edge, lit) in Edge::BOTH.into_iter().zip(&mut lit) {
            let x = scale.x(edge.of(range).0);
            if !plot.expand(3.0).x_range().contains(x) {
                continue;
            }
            let size = vec2(2.0 * GRIP, plot.height());
            let target = Rect::from_center_size(pos2(x, plot.center().y), size);
            let response = ui.interact(target, id.with(edge.name()), Sense::click());
            let zone = self.window.zone();
            response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, edge.name()));
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_value(zone.stamp(edge.of(range)));
                node.set_description("Arrows move it by one bin, with Shift by ten");
            });
            if response.clicked() {
                response.request_focus();
            }
            *lit = response.hovered() || response.has_focus();
            if response.has_focus() {
                self.nudge(ui, response.id, edge, range, actions);
            }
        }
        lit
    }

    fn nudge(
        &self,
        ui: &Ui,
        id: Id,
        edge: Edge,
        range: TimeSpan,
        actions: &mut Vec<TimelineAction>,
    ) {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
        if !self.listens {
            return;
        }
        let steps = ui.input_mut(|i| {
            let mut steps = 0;
            for (modifiers, far) in [(Modifiers::SHIFT, FAR), (Modifiers::NONE, 1)] {
                for (key, sign) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1)] {
                    let presses = i.count_and_consume_key(modifiers, key) as i64;
                    steps += presses * sign * far;
                }
            }
            steps
        });
        if steps == 0 {
            return;
        }
        let moved = self.moved_edge(range, edge, steps);
        actions.push(TimelineAction::SetRange { range: Some(moved), finished: true });
        // What is moved stays in sight.
        let (at, visible) = (edge.of(moved), self.window.visible());
        let past = (at.0 - visible.end.0).max(0) + (at.0 - visible.start.0).min(0);
        if past != 0 {
            actions.push(TimelineAction::SetWindow(self.window.pan(past)));
        }
    }

    /// The range with one edge moved by whole bins; it never becomes empty or turns around.
    pub(super) fn moved_edge(&self, range: TimeSpan, edge: Edge, steps: i64) -> TimeSpan {
        let grid = self.total.bins.grid();
        let from = edge.of(range);
        // An edge between two bins goes to the next one first.
        let on_edge = grid.floor(from) == from.0;
        let to = grid.shifted(from, if steps < 0 && !on_edge { steps + 1 } else { steps });
        let limits = self.window.limits();
        let last = grid.step_at(Time(limits.end.0 - 1)).end;
        match edge {
            Edge::Start => {
                let first = Time(grid.floor(limits.start));
                let most = grid.step_at(Time(range.end.0 - 1)).start;
                TimeSpan { start: to.clamp(first.min(most), most), end: range.end }
            }
            Edge::End => {
                let least = grid.step_at(range.start).end;
                TimeSpan { start: range.start, end: to.clamp(least, last.max(least)) }
            }
        }
    }

    pub(super) fn paint_range(&self, ui: &Ui, plot: Rect, scale: &Scale, lit: [bool; 2]) {
        let Some(range) = self.range else { return };
        let theme = Theme::of(ui);
        let painter = ui.painter_at(plot.expand2(vec2(4.0, 0.0)));
        let (left, right) = (scale.x(range.start.0).round(), scale.x(range.end.0).round());
        if right < plot.left() || left > plot.right() {
            return;
        }
        for (x, lit) in [left, right].into_iter().zip(lit) {
            if !plot.expand(3.0).x_range().contains(x) {
                continue;
            }
            let width = if lit { 2.5 } else { 1.5 };
            painter.vline(x, plot.y_range(), Stroke::new(width, theme.accent));
            let size = if lit { vec2(8.0, 24.0) } else { vec2(6.0, 20.0) };
            let grip = Rect::from_center_size(pos2(x, plot.center().y), size);
            painter.rect_filled(grip, 2, theme.accent);
        }
    }
}
