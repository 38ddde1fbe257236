//! What the pointer and the keys do on the plot.

use egui::{CursorIcon, Event, EventFilter, Key, Modifiers, PointerButton, Pos2, Response, Ui};

use crate::model::{Time, TimeSpan};

use super::{Scale, Timeline, TimelineAction, TimelineState, Window};

/// What the pointer is dragging.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drag {
    /// A new range from here.
    NewRange(Time),
    /// One edge of the range; the other stays here.
    Edge(Time),
    /// The window; it looked like this at the start.
    Pan(Window),
    /// The window, by its frame in the minimap.
    Minimap,
}

/// How near to an edge of the range a press takes hold of it, points.
const GRIP: f32 = 6.0;
/// One press of `W` or `S`.
const KEY_ZOOM: f64 = std::f64::consts::SQRT_2;
/// One press of `A` or `D`, as a share of what is visible.
const KEY_PAN: f64 = 0.15;

impl Timeline<'_> {
    pub(super) fn handle(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        self.handle_drag(ui, response, scale, state, actions);
        self.handle_wheel(ui, response, scale, actions);
        if response.double_clicked()
            && let Some(pos) = response.interact_pointer_pos()
        {
            self.drill(scale.time(pos.x), actions);
        } else if response.clicked() {
            response.request_focus();
            // A click is a place, for the keyboard to go on from.
            state.cursor = response.interact_pointer_pos().map(|p| self.bin_start(scale.time(p.x)));
            state.anchor = None;
        }
        if self.listens {
            self.handle_view_keys(ui, response, scale, state, actions);
        }
        if response.has_focus() {
            self.handle_cursor_keys(ui, response, state, actions);
        }
    }

    fn edge_at(&self, scale: &Scale, pos: Pos2) -> Option<Drag> {
        let range = self.range?;
        let near = |t: Time| (scale.x(t.0) - pos.x).abs() <= GRIP;
        // When the two edges are on top of each other the right one gives way.
        if near(range.end) {
            Some(Drag::Edge(range.start))
        } else if near(range.start) {
            Some(Drag::Edge(range.end))
        } else {
            None
        }
    }

    fn handle_drag(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let shift = ui.input(|i| i.modifiers.shift);
        if let Some(pos) = response.hover_pos() {
            let icon = match (shift, self.edge_at(scale, pos)) {
                (true, _) => CursorIcon::Grab,
                (_, Some(_)) => CursorIcon::ResizeHorizontal,
                _ => CursorIcon::Crosshair,
            };
            ui.ctx().set_cursor_icon(icon);
        }
        if response.drag_started() {
            // Where the button went down, not where the pointer was found to be dragging.
            let origin = ui.input(|i| i.pointer.press_origin());
            state.drag = origin.and_then(|pos| {
                let middle = ui.input(|i| i.pointer.button_down(PointerButton::Middle));
                let secondary = ui.input(|i| i.pointer.button_down(PointerButton::Secondary));
                match self.edge_at(scale, pos) {
                    _ if secondary => None,
                    _ if shift || middle => Some(Drag::Pan(self.window)),
                    Some(edge) => Some(edge),
                    None => Some(Drag::NewRange(scale.time(pos.x))),
                }
            });
        }
        let Some(drag) = state.drag else { return };
        if drag == Drag::Minimap {
            return;
        }
        let finished = response.drag_stopped();
        if !finished && !response.dragged() {
            state.drag = None;
            return;
        }
        if let Some(pos) = response.interact_pointer_pos() {
            self.follow_drag(ui, drag, pos, finished, scale, actions);
        }
        if finished {
            state.drag = None;
        }
    }

    fn follow_drag(
        &self,
        ui: &Ui,
        drag: Drag,
        pos: Pos2,
        finished: bool,
        scale: &Scale,
        actions: &mut Vec<TimelineAction>,
    ) {
        match drag {
            Drag::Pan(start) => {
                ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
                let origin = ui.input(|i| i.pointer.press_origin()).map_or(pos.x, |p| p.x);
                let window = start.pan(-scale.length_us(pos.x - origin));
                if window != self.window {
                    actions.push(TimelineAction::SetWindow(window));
                }
            }
            Drag::NewRange(from) | Drag::Edge(from) => {
                ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
                let free = ui.input(|i| i.modifiers.alt);
                let to = self.clamp(scale.time(pos.x));
                let range = if free {
                    TimeSpan::new(from, Time(to.0.max(from.0 + 1)))
                } else if matches!(drag, Drag::Edge(_)) {
                    self.snapped_edge(from, to)
                } else {
                    self.snapped_range(self.clamp(from), to)
                };
                if finished || Some(range) != self.range {
                    actions.push(TimelineAction::SetRange { range: Some(range), finished });
                }
            }
            Drag::Minimap => {}
        }
    }

    fn clamp(&self, at: Time) -> Time {
        let visible = self.window.visible();
        at.clamp(visible.start, Time(visible.end.0 - 1))
    }

    fn bin_start(&self, at: Time) -> Time {
        Time(super::axis::bin_start_us(at.0, self.total.bins.bin_us))
    }

    /// Whole bins from the one that holds `a` to the one that holds `b`, so that the number
    /// selected is the sum of the bars.
    fn snapped_range(&self, a: Time, b: Time) -> TimeSpan {
        let (low, high) = (a.min(b), a.max(b));
        let end = self.bin_start(high).0 + self.total.bins.bin_us;
        TimeSpan { start: self.bin_start(low), end: Time(end) }
    }

    /// The range from the edge that stays to the bin edge nearest to `to`; never empty.
    fn snapped_edge(&self, stays: Time, to: Time) -> TimeSpan {
        let bin = self.total.bins.bin_us;
        let to = self.total.bins.snap(to);
        if to == stays {
            return TimeSpan::new(stays, Time(stays.0 + bin));
        }
        TimeSpan::new(stays, to)
    }

    fn handle_wheel(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        actions: &mut Vec<TimelineAction>,
    ) {
        let Some(pos) = response.hover_pos() else { return };
        let (zoom, scroll) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta()));
        let mut window = self.window;
        if zoom != 1.0 {
            window = window.zoom(scale.time(pos.x), f64::from(zoom));
        }
        if scroll.x != 0.0 {
            window = window.pan(-scale.length_us(scroll.x));
        }
        if window != self.window {
            actions.push(TimelineAction::SetWindow(window));
        }
    }

    /// Double click: into the range, or select the bin under the pointer.
    fn drill(&self, at: Time, actions: &mut Vec<TimelineAction>) {
        match self.range {
            Some(range) if range.contains(at) => {
                actions.push(TimelineAction::SetWindow(self.window.fit(range)));
            }
            _ => {
                let range = Some(self.snapped_range(at, at));
                actions.push(TimelineAction::SetRange { range, finished: true });
            }
        }
    }

    fn handle_view_keys(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let visible = self.window.visible();
        let middle = Time(visible.start.0 + visible.len_us() / 2);
        let at = response.hover_pos().map_or(middle, |p| scale.time(p.x));
        let step = (visible.len_us() as f64 * KEY_PAN) as i64;
        let mut window = self.window;
        ui.input_mut(|i| {
            for (key, factor) in [(Key::W, KEY_ZOOM), (Key::S, 1.0 / KEY_ZOOM)] {
                for _ in 0..plain_presses(i, key) {
                    window = window.zoom(at, factor);
                }
            }
            for (key, us) in [(Key::A, -step), (Key::D, step)] {
                for _ in 0..plain_presses(i, key) {
                    window = window.pan(us);
                }
            }
            if plain_presses(i, Key::F) > 0 {
                window = self.range.map_or_else(|| window.reset(), |range| window.fit(range));
            }
            // A range being drawn is let go; one that stands is lifted by the command, which
            // knows what lies above it.
            if matches!(state.drag, Some(Drag::NewRange(_) | Drag::Edge(_)))
                && plain_presses(i, Key::Escape) > 0
            {
                state.drag = None;
                state.anchor = None;
                actions.push(TimelineAction::SetRange { range: None, finished: true });
            }
        });
        if window != self.window {
            actions.push(TimelineAction::SetWindow(window));
        }
    }

    /// Arrows move a cursor from bin to bin, Shift with arrows selects, Enter selects one bin.
    fn handle_cursor_keys(
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
        let bin = self.total.bins.bin_us;
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
        let mut to = jump.map_or(Time(from.0 + steps * bin), |t| self.bin_start(t));
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
                    to.0 + bin - visible.end.0
                };
                actions.push(TimelineAction::SetWindow(self.window.pan(us)));
            }
        }
        if enter {
            self.drill(to, actions);
        }
    }
}

/// Presses of a key with no modifier at all, consumed. (`consume_key` ignores extra Shift.)
fn plain_presses(input: &mut egui::InputState, key: Key) -> usize {
    let before = input.events.len();
    input.events.retain(|event| {
        !matches!(event, Event::Key { key: k, pressed: true, modifiers, .. }
            if *k == key && modifiers.is_none())
    });
    before - input.events.len()
}
