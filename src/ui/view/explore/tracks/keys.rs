//! The keyboard path: arrows go from lane to lane and from bin to bin, Enter drills, P pins.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use crate::model::{Selection, Time, TimeSpan};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::view::explore::menu;
use crate::ui::view::explore::picked::Picked;
use crate::ui::widget::timeline::{plain_presses, view_keys};

use super::Tracks;
use super::frame::Frame;
use super::input::look;
use super::list::Lane;

impl Tracks {
    /// Keys of the time axis, where the timeline has not taken them.
    pub(super) fn time_keys(
        &self,
        ui: &Ui,
        response: &Response,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
        range: Option<TimeSpan>,
    ) {
        if !scene.keys.are_free() {
            return;
        }
        let at = response.hover_pos().and_then(|p| frame.time_at(p));
        look(scene, frame.window, view_keys(ui, frame.window, at, range));
    }

    /// Keys of the lanes, while they have the focus.
    pub(super) fn lane_keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
    ) {
        if !response.has_focus() {
            return;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            escape: true,
            ..Default::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        if !scene.keys.are_free() || frame.lanes.len() == 0 {
            return;
        }
        self.go(ui, frame, scene);
        self.go_in_time(ui, frame, scene);
        let lane = self.cursor.and_then(|place| frame.lanes.at(place));
        let pressed = |key| ui.input_mut(|i| plain_presses(i, key) > 0);
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.zoom_lanes(frame, true, None);
        }
        if pressed(Key::Minus) {
            self.zoom_lanes(frame, false, None);
        }
        let Some(lane) = lane else { return };
        if pressed(Key::P) {
            self.pin_or_unpin(frame, lane, scene);
        }
        if pressed(Key::Space) && lane != Lane::Folded {
            self.toggle(frame, lane, scene);
        }
        if pressed(Key::Enter) {
            self.open(frame, lane, scene);
        }
    }

    /// Up and down, by pages, to the ends; Shift selects on the way.
    fn go(&mut self, ui: &Ui, frame: &Frame<'_>, scene: &mut Scene<'_>) {
        let last = frame.lanes.len() - 1;
        let page = frame.extent().page().saturating_sub(1).max(1) as usize;
        let from = self.cursor.map(|place| place.min(last));
        let (to, shift) = ui.input_mut(|i| {
            let shift = i.modifiers.shift;
            let modifiers = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
            let mut pressed = |key| i.count_and_consume_key(modifiers, key);
            let down = pressed(Key::ArrowDown) + page * pressed(Key::PageDown);
            let up = pressed(Key::ArrowUp) + page * pressed(Key::PageUp);
            let (home, end) = (pressed(Key::Home) > 0, pressed(Key::End) > 0);
            let to = match from {
                _ if home => Some(0),
                _ if end => Some(last),
                _ if down == up => None,
                None => Some(0),
                Some(from) => Some((from + down).saturating_sub(up).min(last)),
            };
            (to, shift)
        });
        let Some(to) = to else { return };
        let anchor = if shift { self.anchor.or(from).unwrap_or(to) } else { to };
        self.cursor = Some(to);
        self.anchor = Some(anchor);
        self.show_place(frame, to);
        if frame.lanes.at(to) != Some(Lane::Folded) {
            self.select_places(frame, anchor, to, false, scene);
        }
    }

    /// Left and right, bin by bin: what the read-out speaks of.
    fn go_in_time(&mut self, ui: &Ui, frame: &Frame<'_>, scene: &mut Scene<'_>) {
        let steps = ui.input_mut(|i| {
            let right = i.count_and_consume_key(Modifiers::NONE, Key::ArrowRight) as i64;
            right - i.count_and_consume_key(Modifiers::NONE, Key::ArrowLeft) as i64
        });
        if steps == 0 {
            return;
        }
        let (visible, bin) = (frame.window.visible(), frame.bins.bin_us());
        let from = self.cursor_time.map_or(visible.start.0, |t| t.0 + steps * bin);
        let at = Time(from.clamp(visible.start.0, visible.end.0 - 1));
        self.cursor_time = Some(at);
        let hover = crate::ui::state::Hover { time: Some(at), ..scene.hover.clone() };
        scene.ask(Action::Hover(hover));
    }

    /// Scrolls so that a lane is in sight.
    pub(super) fn show_place(&mut self, frame: &Frame<'_>, place: usize) {
        if let Some(i) = place.checked_sub(frame.lanes.list.pinned.len()) {
            self.position = frame.extent().showing(self.position, i as u64);
        }
    }

    /// Into a lane: the account of one becomes the filter, the accounts of several become lanes.
    pub(super) fn open(&mut self, frame: &Frame<'_>, lane: Lane, scene: &mut Scene<'_>) {
        if lane == Lane::Folded {
            self.fold = false;
            return;
        }
        if let Some(account) = frame.lanes.single(lane) {
            let id = scene.index.accounts()[account as usize].clone();
            menu::only(scene, &Picked::account(&id));
        } else if let Lane::Scrolling(i) = lane {
            let first = i * frame.lanes.per_lane;
            self.zoom = self.zoom.single();
            self.position.row = first as u64;
            self.position.hidden = 0.0;
            self.cursor = Some(frame.lanes.list.pinned.len() + first);
            self.anchor = self.cursor;
        }
    }

    /// Pins the account of a lane to the top, or lets it go; with it all that are selected.
    pub(super) fn pin_or_unpin(&mut self, frame: &Frame<'_>, lane: Lane, scene: &Scene<'_>) {
        let Some(account) = frame.lanes.single(lane) else { return };
        let id = &scene.index.accounts()[account as usize];
        let meant: Vec<String> = match &scene.view.selection {
            Selection::Accounts(ids) if ids.contains(id) => ids.iter().cloned().collect(),
            _ => vec![id.clone()],
        };
        if self.pins.has(id) {
            self.pins.remove(&meant);
        } else {
            self.pins.add(meant);
        }
    }
}
