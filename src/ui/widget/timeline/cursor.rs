//! What the keys do: those of the view zoom and pan, those of the plot move a cursor from bin to
//! bin.

use egui::{Event, EventFilter, Key, Modifiers, Response, Ui};

use crate::model::{Time, TimeSpan};

use super::input::Drag;
use super::{Scale, Timeline, TimelineAction, TimelineState, Window};

/// One press of `W` or `S`.
const KEY_ZOOM: f64 = std::f64::consts::SQRT_2;
/// One press of `A` or `D`, or of an arrow on the minimap, as a share of what is visible.
pub(super) const KEY_PAN: f64 = 0.15;

impl Timeline<'_> {
    pub(super) fn handle_view_keys(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let at = response.hover_pos().map(|p| scale.time(p.x));
        let window = view_keys(ui, self.window, at, self.range);
        ui.input_mut(|i| {
            let measures = matches!(state.drag, Some(Drag::Measure(_))) || self.measured.is_some();
            if measures && plain_presses(i, Key::Escape) > 0 {
                state.drag = None;
                actions.push(TimelineAction::Measure(None));
            }
        });
        if window != self.window {
            actions.push(TimelineAction::SetWindow(window));
        }
    }

    /// Arrows move a cursor from bin to bin, Shift with arrows selects, Enter selects one bin.
    pub(super) fn handle_cursor_keys(
        &self,
        ui: &Ui,
        response: &Response,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let filter = EventFilter { horizontal_arrows: true, escape: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        if !self.listens {
            return;
        }
        let grid = self.total.bins.grid();
        let visible = self.window.visible();
        let from = state.cursor.unwrap_or_else(|| self.bin_start(visible.start));
        let (shift, steps, jump, enter) = ui.input_mut(|i| {
            let shift = i.modifiers.shift;
            let modifiers = if shift { Modifiers::SHIFT } else { Modifiers::NONE };
            let right = i.count_and_consume_key(modifiers, Key::ArrowRight) as i64;
            let left = i.count_and_consume_key(modifiers, Key::ArrowLeft) as i64;
            let home = i.consume_key(modifiers, Key::Home).then_some(visible.start);
            let end = i.consume_key(modifiers, Key::End).then_some(Time(visible.end.0 - 1));
            (shift, right - left, home.or(end), i.consume_key(Modifiers::NONE, Key::Enter))
        });
        let mut to = jump.map_or_else(|| grid.shifted(from, steps), |t| self.bin_start(t));
        let limits = self.window.limits();
        to = to.clamp(self.bin_start(limits.start), self.bin_start(Time(limits.end.0 - 1)));
        if steps != 0 || jump.is_some() {
            state.cursor = Some(to);
            if shift {
                let anchor = *state.anchor.get_or_insert(from);
                let range = Some(self.snapped_range(anchor, to));
                actions.push(TimelineAction::SetRange { range, finished: true });
            } else {
                state.anchor = None;
            }
            if !visible.contains(to) {
                let us = if to < visible.start {
                    to.0 - visible.start.0
                } else {
                    grid.step_at(to).end.0 - visible.end.0
                };
                actions.push(TimelineAction::SetWindow(self.window.pan(us)));
            }
        }
        if enter {
            match self.range.filter(|range| range.contains(to)) {
                Some(range) => actions.push(TimelineAction::SetWindow(self.window.fit(range))),
                None => {
                    let range = Some(self.snapped_range(to, to));
                    actions.push(TimelineAction::SetRange { range, finished: true });
                }
            }
        }
    }
}

/// What the keys of the view make of a window: `W` and `S` zoom at a time, else at the middle, `A`
/// and `D` pan, `F` fits the range. The presses are consumed.
pub fn view_keys(ui: &Ui, mut window: Window, at: Option<Time>, range: Option<TimeSpan>) -> Window {
    let visible = window.visible();
    let at = at.unwrap_or(Time(visible.start.0 + visible.len_us() / 2));
    let step = ((visible.len_us() as f64 * KEY_PAN) as i64).max(1);
    ui.input_mut(|i| {
        for (key, factor) in [(Key::W, KEY_ZOOM), (Key::S, 1.0 / KEY_ZOOM)] {
            (0..plain_presses(i, key)).for_each(|_| window = window.zoom(at, factor));
        }
        for (key, us) in [(Key::A, -step), (Key::D, step)] {
            (0..plain_presses(i, key)).for_each(|_| window = window.pan(us));
        }
        if plain_presses(i, Key::F) > 0 {
            window = range.map_or_else(|| window.reset(), |range| window.fit(range));
        }
    });
    window
}

/// Presses of a key with no modifier at all, consumed. (`consume_key` ignores extra Shift.)
pub fn plain_presses(input: &mut egui::InputState, key: Key) -> usize {
    let before = input.events.len();
    input.events.retain(|event| {
        !matches!(event, Event::Key { key: k, pressed: true, modifiers, .. }
            if *k == key && modifiers.is_none())
    });
    before - input.events.len()
}
