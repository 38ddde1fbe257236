//! The bar that scrolls sideways, there where the columns are wider than the room.

use egui::{Rect, Sense, Ui, pos2, vec2};

use crate::ui::theme::Theme;

use super::{Frame, TableState};

impl Frame<'_> {
    pub(super) fn scroll_across(&self, ui: &Ui, state: &mut TableState) {
        if self.across.height() <= 0.0 {
            return;
        }
        let theme = Theme::of(ui);
        let hidden = (self.width() - self.body.width()).max(1.0);
        let track = self.across.shrink2(vec2(2.0, 2.0));
        let length = (track.width() * self.body.width() / self.width()).clamp(28.0, track.width());
        let room = (track.width() - length).max(1.0);
        let sense = Sense::CLICK | Sense::DRAG;
        let response = ui.interact(self.across, self.id.with("across"), sense);
        let thumb_left = track.left() + room * state.left / hidden;
        if let Some(pos) = response.interact_pointer_pos() {
            if response.drag_started() || response.clicked() {
                let origin = ui.input(|i| i.pointer.press_origin()).unwrap_or(pos).x;
                let held = (thumb_left..thumb_left + length).contains(&origin);
                state.grabbed = if held { origin - thumb_left } else { length / 2.0 };
            }
            if response.dragged() || response.clicked() {
                let share = (pos.x - state.grabbed - track.left()) / room;
                state.left = (share * hidden).clamp(0.0, hidden);
            }
        }
        let left = track.left() + room * state.left / hidden;
        let thumb = Rect::from_min_size(pos2(left, track.top()), vec2(length, track.height()));
        let lit = response.dragged() || response.hovered();
        ui.painter().rect_filled(thumb, 3, if lit { theme.muted } else { theme.none });
        let name = format!("{}: scroll sideways", self.table.name);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::ScrollBar, true, &name)
        });
        let now = f64::from(state.left);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_numeric_value(now);
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(f64::from(hidden));
        });
    }

    /// Scrolls sideways until a column is wholly in sight, as far as that is possible.
    pub(super) fn show_column(&self, state: &mut TableState, column: usize) {
        let Some(placed) = self.placed.iter().find(|p| p.index == column) else { return };
        let over = placed.x + placed.width - self.body.width();
        state.left = state.left.max(over).min(placed.x).max(0.0);
    }
}
