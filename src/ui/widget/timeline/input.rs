//! What the pointer does on the plot.

use egui::{CursorIcon, Key, PointerButton, Pos2, Response, Ui};

use crate::model::{Time, TimeSpan};

use super::handles::{Edge, GRIP};
use super::{Scale, Timeline, TimelineAction, TimelineState, Window, plain_presses};

/// What the pointer is dragging.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Drag {
    /// A new range from here.
    NewRange(Time),
    /// One edge of the range; the other stays here.
    Edge(Time),
    /// The range as it was, taken hold of here.
    Move { range: TimeSpan, from: Time },
    /// A stretch to measure, from here.
    Measure(Time),
    /// The window; it looked like this at the start.
    Pan(Window),
    /// Something of the minimap.
    Minimap(super::minimap::Hold),
}

impl Drag {
    /// Whether the selected range changes with it.
    pub fn draws_a_range(self) -> bool {
        matches!(self, Self::NewRange(_) | Self::Edge(_) | Self::Move { .. })
    }
}

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
            if self.measured.is_some() {
                actions.push(TimelineAction::Measure(None));
            }
        }
        if self.listens {
            self.handle_view_keys(ui, response, scale, state, actions);
        }
        if response.has_focus() {
            self.handle_cursor_keys(ui, response, state, actions);
        }
    }

    /// The edge of the range that a press at `pos` takes hold of.
    fn edge_at(&self, scale: &Scale, pos: Pos2) -> Option<Edge> {
        let range = self.range?;
        let near = |edge: Edge| (scale.x(edge.of(range).0) - pos.x).abs() <= GRIP;
        // When the two edges are on top of each other the right one gives way.
        [Edge::End, Edge::Start].into_iter().find(|edge| near(*edge))
    }

    /// The range, where a press at `at` takes hold of it as a whole. One that fills all that is
    /// visible cannot be moved, and a new one is drawn inside it.
    fn body_at(&self, at: Time) -> Option<TimeSpan> {
        let visible = self.window.visible();
        let fills = |r: &TimeSpan| r.start <= visible.start && r.end >= visible.end;
        self.range.filter(|range| range.contains(at) && !fills(range))
    }

    /// What a press begins.
    fn begin(&self, ui: &Ui, scale: &Scale, pos: Pos2) -> Option<Drag> {
        let held = |button| ui.input(|i| i.pointer.button_down(button));
        let modifiers = ui.input(|i| i.modifiers);
        let at = scale.time(pos.x);
        if held(PointerButton::Secondary) {
            return None;
        }
        if modifiers.shift || held(PointerButton::Middle) {
            return Some(Drag::Pan(self.window));
        }
        if self.measures(ui) {
            return Some(Drag::Measure(self.clamp(at)));
        }
        match (self.edge_at(scale, pos), self.range) {
            (Some(Edge::Start), Some(range)) => return Some(Drag::Edge(range.end)),
            (Some(Edge::End), Some(range)) => return Some(Drag::Edge(range.start)),
            _ => {}
        }
        // With Ctrl a new range can be drawn inside the old one.
        match self.body_at(at).filter(|_| !modifiers.command) {
            Some(range) => Some(Drag::Move { range, from: at }),
            None => Some(Drag::NewRange(at)),
        }
    }

    /// Whether a drag measures.
    fn measures(&self, ui: &Ui) -> bool {
        self.measuring || (self.listens && ui.input(|i| i.key_down(Key::M)))
    }

    fn handle_drag(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) {
        let modifiers = ui.input(|i| i.modifiers);
        if let Some(pos) = response.hover_pos() {
            let body = self.body_at(scale.time(pos.x)).filter(|_| !modifiers.command);
            let icon = match (self.edge_at(scale, pos), body) {
                _ if modifiers.shift => CursorIcon::Grab,
                _ if self.measures(ui) => CursorIcon::Crosshair,
                (Some(_), _) => CursorIcon::ResizeHorizontal,
                (_, Some(_)) => CursorIcon::Move,
                _ => CursorIcon::Crosshair,
            };
            ui.ctx().set_cursor_icon(icon);
        }
        if response.drag_started() {
            // Where the button went down, not where the pointer was found to be dragging.
            let origin = ui.input(|i| i.pointer.press_origin());
            state.drag = origin.and_then(|pos| self.begin(ui, scale, pos));
        }
        let Some(drag) = state.drag else { return };
        if matches!(drag, Drag::Minimap(_)) {
            return;
        }
        let finished = response.drag_stopped();
        // Escape stops a drag while the button is down; one may also end while another screen is
        // shown. The range before it stands again.
        let aborted = finished && !ui.input(|i| i.pointer.any_released());
        if aborted || !finished && !response.dragged() {
            state.drag = None;
            if drag.draws_a_range() {
                state.anchor = None;
                ui.input_mut(|i| plain_presses(i, Key::Escape));
                actions.push(TimelineAction::LetGo);
            }
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
        // With Alt the ends are where the pointer is, not on the edges of bins.
        let free = ui.input(|i| i.modifiers.alt);
        let at = self.clamp(scale.time(pos.x));
        let (icon, range) = match drag {
            Drag::Minimap(_) => return,
            Drag::Pan(start) => {
                ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
                let origin = ui.input(|i| i.pointer.press_origin()).map_or(pos.x, |p| p.x);
                let window = start.pan(-scale.length_us(pos.x - origin));
                if window != self.window {
                    actions.push(TimelineAction::SetWindow(window));
                }
                return;
            }
            Drag::Measure(from) => {
                let span = TimeSpan::new(from, Time(at.0.max(from.0 + 1)));
                let span = if at < from { TimeSpan::new(at, from) } else { span };
                actions.push(TimelineAction::Measure(Some(span)));
                return;
            }
            Drag::NewRange(from) | Drag::Edge(from) if free => {
                let to = if at == from { Time(from.0 + 1) } else { at };
                (CursorIcon::ResizeHorizontal, TimeSpan::new(from, to))
            }
            Drag::NewRange(from) => {
                (CursorIcon::ResizeHorizontal, self.snapped_range(self.clamp(from), at))
            }
            Drag::Edge(stays) => (CursorIcon::ResizeHorizontal, self.snapped_edge(stays, at)),
            Drag::Move { range, from } => {
                let to = scale.time(pos.x);
                (CursorIcon::Move, self.moved_range(range, from, to, free))
            }
        };
        ui.ctx().set_cursor_icon(icon);
        if finished || Some(range) != self.range {
            actions.push(TimelineAction::SetRange { range: Some(range), finished });
        }
    }

    fn clamp(&self, at: Time) -> Time {
        let visible = self.window.visible();
        at.clamp(visible.start, Time(visible.end.0 - 1))
    }

    pub(super) fn bin_start(&self, at: Time) -> Time {
        Time(self.total.bins.grid().floor(at))
    }

    /// Whole bins from the one that holds `a` to the one that holds `b`, so that the number
    /// selected is the sum of the bars.
    pub(super) fn snapped_range(&self, a: Time, b: Time) -> TimeSpan {
        let grid = self.total.bins.grid();
        TimeSpan { start: Time(grid.floor(a.min(b))), end: grid.step_at(a.max(b)).end }
    }

    /// The range from the edge that stays to the bin edge nearest to `to`; never empty.
    fn snapped_edge(&self, stays: Time, to: Time) -> TimeSpan {
        let grid = self.total.bins.grid();
        let to = grid.snap(to);
        if to == stays {
            return TimeSpan { start: stays, end: grid.step_at(stays).end };
        }
        TimeSpan::new(stays, to)
    }

    /// The range moved as the pointer moved, as long as before but for what a change of clocks
    /// adds to its bins, and inside the limits.
    fn moved_range(&self, range: TimeSpan, from: Time, to: Time, free: bool) -> TimeSpan {
        let (grid, limits) = (self.total.bins.grid(), self.window.limits());
        let on_edges = [range.start, range.end].iter().all(|t| grid.floor(*t) == t.0);
        if free || !on_edges {
            let room =
                (limits.start.0 - range.start.0).min(0)..=(limits.end.0 - range.end.0).max(0);
            let by = (to.0 - from.0).clamp(*room.start(), *room.end());
            return TimeSpan { start: Time(range.start.0 + by), end: Time(range.end.0 + by) };
        }
        let last = grid.index(Time(limits.end.0 - 1)) + 1;
        let room = (grid.index(limits.start) - grid.index(range.start)).min(0)
            ..=(last - grid.index(range.end)).max(0);
        let by = (grid.index(to) - grid.index(from)).clamp(*room.start(), *room.end());
        TimeSpan { start: grid.shifted(range.start, by), end: grid.shifted(range.end, by) }
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

    /// Double click: inside the range it is lifted, beside it the bin under the pointer is
    /// selected.
    fn drill(&self, at: Time, actions: &mut Vec<TimelineAction>) {
        let inside = self.range.is_some_and(|range| range.contains(at));
        let range = (!inside).then(|| self.snapped_range(at, at));
        actions.push(TimelineAction::SetRange { range, finished: true });
    }
}
