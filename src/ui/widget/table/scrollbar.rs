//! The scrollbar: its thumb stands for a whole row.

use egui::{Rect, Sense, Ui, pos2, vec2};

use crate::ui::format::count as grouped;
use crate::ui::theme::{Face, Theme};

use super::{Frame, TableState};

impl Frame<'_> {
    pub(super) fn scrollbar(&self, ui: &Ui, state: &mut TableState) {
        if self.track.width() <= 0.0 {
            return;
        }
        let theme = Theme::of(ui);
        let track = self.track.shrink2(vec2(2.0, 2.0));
        let height = self.extent.thumb(track.height());
        let room = (track.height() - height).max(1.0);
        let response =
            ui.interact(self.track, self.id.with("scrollbar"), Sense::CLICK | Sense::DRAG);
        let top = |state: &TableState| {
            track.top() + (self.extent.share(state.position) * f64::from(room)) as f32
        };
        if let Some(pos) = response.interact_pointer_pos() {
            let now = top(state);
            let on_thumb = (now..now + height).contains(&pos.y);
            if response.drag_started() || response.clicked() {
                // Beside the thumb: bring its middle here. On it: keep hold where it was grabbed.
                let origin = ui.input(|i| i.pointer.press_origin()).unwrap_or(pos);
                let held = (now..now + height).contains(&origin.y);
                state.grabbed = if held { origin.y - now } else { height / 2.0 };
            }
            if response.dragged() || (response.clicked() && !on_thumb) {
                let share = f64::from(pos.y - state.grabbed - track.top()) / f64::from(room);
                state.position = self.extent.at_share(share);
            }
        }
        let active = response.dragged() || response.hovered();
        let thumb =
            Rect::from_min_size(pos2(track.left(), top(state)), vec2(track.width(), height));
        let color = if active { theme.muted } else { theme.none };
        ui.painter().rect_filled(thumb, 3, color);
        if response.dragged() {
            self.row_number(ui, theme, thumb, state);
        }
        self.describe_scrollbar(ui, &response, state);
    }

    /// Which row is on top, said beside the thumb while it is dragged.
    fn row_number(&self, ui: &Ui, theme: &Theme, thumb: Rect, state: &TableState) {
        let text = format!("{} of {}", grouped(state.position.row + 1), grouped(self.extent.rows));
        let galley = ui.painter().layout_no_wrap(text, Face::Small.font(), theme.text);
        let right = thumb.left() - 10.0;
        let at = pos2(right - galley.size().x, thumb.center().y - galley.size().y / 2.0);
        let back = Rect::from_min_size(at, galley.size()).expand2(vec2(7.0, 4.0));
        let kind = egui::StrokeKind::Inside;
        ui.painter().rect(back, 5, theme.raised, theme.hairline(), kind);
        ui.painter().galley(at, galley, theme.text);
    }

    fn describe_scrollbar(&self, ui: &Ui, response: &egui::Response, state: &TableState) {
        let name = format!("{}: scroll", self.table.name);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::ScrollBar, true, &name)
        });
        let row = state.position.row as f64;
        let last = self.extent.end().row as f64;
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_numeric_value(row);
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(last);
        });
    }
}
