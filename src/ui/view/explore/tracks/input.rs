//! What the pointer does on the lanes: click selects, a drag along the time brushes, a drag
//! across lanes selects them, the wheel scrolls and zooms.

use egui::{CursorIcon, Key, PointerButton, Pos2, Response, Ui};

use crate::model::{Selection, Time, TimeSpan};
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::widget::timeline::{Window, plain_presses};

use super::Tracks;
use super::frame::Frame;
use super::list::Lane;

/// What the pointer drags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    /// Not yet far enough to say which.
    Undecided,
    /// A range of time, from here.
    Range(Time),
    /// Lanes, from this place.
    Lanes(usize),
    /// The window; it looked like this at the start.
    Pan(Window),
}

/// How far a drag goes before its direction counts, points.
const DECIDED: f32 = 6.0;
/// How far the wheel turns for one step of zoom across lanes, points.
const WHEEL_STEP: f32 = 40.0;

impl Tracks {
    pub(super) fn point(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
        dragged: &mut Option<Option<TimeSpan>>,
    ) {
        self.follow_pointer(response, frame, scene);
        self.wheel(ui, response, frame, scene);
        self.drag(ui, response, frame, scene, dragged);
        if response.secondary_clicked() {
            let pos = response.interact_pointer_pos();
            let lane = pos.and_then(|pos| frame.lane_at(pos));
            self.menu_at = lane.map(|lane| (lane, frame.lanes.accounts(lane).into()));
        }
        let lane = response.interact_pointer_pos().and_then(|pos| frame.lane_at(pos));
        if response.double_clicked() {
            if let Some(lane) = lane {
                self.open(frame, lane, scene);
            }
        } else if response.clicked() {
            response.request_focus();
            let modifiers = ui.input(|i| i.modifiers);
            if let Some(lane) = lane {
                self.click(frame, lane, modifiers, scene);
            }
        }
    }

    /// Tells the other views what the pointer is on.
    fn follow_pointer(&mut self, response: &Response, frame: &Frame<'_>, scene: &mut Scene<'_>) {
        let pos = response.hover_pos();
        let lane = pos.and_then(|pos| frame.lane_at(pos));
        let now = pos.map(|pos| Hover {
            time: frame.time_at(pos),
            account: lane.and_then(|lane| frame.lanes.single(lane)),
        });
        if now != self.hovered {
            scene.ask(Action::Hover(now.clone().unwrap_or_default()));
            self.hovered = now;
        }
    }

    fn wheel(&mut self, ui: &Ui, response: &Response, frame: &Frame<'_>, scene: &mut Scene<'_>) {
        let Some(pos) = response.hover_pos() else { return };
        let (zoom, scroll, shift) =
            ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta(), i.modifiers.shift));
        let mut window = frame.window;
        if zoom != 1.0 {
            window = window.zoom(frame.scale.time(pos.x), f64::from(zoom));
        }
        if shift {
            // Shift turns the wheel sideways; here it zooms across lanes.
            self.wheel += scroll.x + scroll.y;
            while self.wheel.abs() >= WHEEL_STEP {
                let closer = self.wheel > 0.0;
                self.wheel -= WHEEL_STEP.copysign(self.wheel);
                self.zoom_lanes(frame, closer, Some(pos));
            }
        } else {
            self.wheel = 0.0;
            if scroll.x != 0.0 {
                window = window.pan(-frame.scale.length_us(scroll.x));
            }
            if scroll.y != 0.0 {
                self.position = frame.extent().scrolled(self.position, -scroll.y);
            }
        }
        look(scene, frame.window, window);
    }

    /// One step closer to the lanes or back, with the lane under `pos` (else the topmost) where
    /// it is.
    pub(super) fn zoom_lanes(&mut self, frame: &Frame<'_>, closer: bool, pos: Option<Pos2>) {
        let room = frame.areas.scroll.height();
        let accounts = frame.lanes.list.scrolling.len();
        let zoom = if closer { self.zoom.closer() } else { self.zoom.farther(accounts, room) };
        let down = pos.map_or(0.0, |p| (p.y - frame.areas.scroll.top()).clamp(0.0, room));
        let lane = frame.position.row as f32 + (down + frame.position.hidden) / frame.height;
        let account = f64::from(lane) * self.zoom.per_lane() as f64;
        self.zoom = zoom;
        let row = (account / zoom.per_lane() as f64 - f64::from(down / zoom.height())).max(0.0);
        self.position.row = row.round() as u64;
        self.position.hidden = 0.0;
    }

    fn drag(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
        dragged: &mut Option<Option<TimeSpan>>,
    ) {
        if response.hover_pos().is_some_and(|pos| frame.areas.plot.contains(pos.x)) {
            let shift = ui.input(|i| i.modifiers.shift);
            ui.set_cursor_icon(if shift { CursorIcon::Grab } else { CursorIcon::Crosshair });
        }
        let (origin, shift, middle, secondary) = ui.input(|i| {
            let down = |button| i.pointer.button_down(button);
            let origin = i.pointer.press_origin();
            (origin, i.modifiers.shift, down(PointerButton::Middle), down(PointerButton::Secondary))
        });
        if response.drag_started() && !secondary {
            self.drag =
                Some(if shift || middle { Drag::Pan(frame.window) } else { Drag::Undecided });
        }
        let (Some(drag), Some(origin)) = (self.drag, origin.or(self.origin)) else { return };
        self.origin = Some(origin);
        let finished = response.drag_stopped();
        // Escape stops a drag while the button is down.
        let aborted = finished && !ui.input(|i| i.pointer.any_released());
        if aborted || !finished && !response.dragged() {
            // Taken back, or let go elsewhere.
            ui.input_mut(|i| plain_presses(i, Key::Escape));
            self.let_go(dragged);
            return;
        }
        let Some(pos) = response.interact_pointer_pos() else { return };
        let drag = if drag == Drag::Undecided { decided(frame, origin, pos) } else { drag };
        self.drag = Some(drag);
        match drag {
            Drag::Undecided => {}
            Drag::Pan(start) => {
                let moved = start.pan(-frame.scale.length_us(pos.x - origin.x));
                look(scene, frame.window, moved);
            }
            Drag::Range(from) => {
                let range = frame.whole_bins(from, frame.scale.time(pos.x));
                if finished {
                    *dragged = None;
                    scene.ask(Action::Brush(Some(range)));
                } else {
                    *dragged = Some(Some(range));
                }
            }
            Drag::Lanes(from) => {
                let to = frame.lane_near(pos).map_or(from, |lane| frame.lanes.place(lane));
                self.marked = Some((from, to));
                if finished {
                    let add = ui.input(|i| i.modifiers.command);
                    self.select_places(frame, from, to, add, scene);
                }
            }
        }
        if finished {
            self.drag = None;
            self.origin = None;
            self.marked = None;
        }
    }

    /// Forgets a drag that has not been finished.
    pub(super) fn let_go(&mut self, dragged: &mut Option<Option<TimeSpan>>) {
        if matches!(self.drag, Some(Drag::Range(_))) {
            *dragged = None;
        }
        self.drag = None;
        self.origin = None;
        self.marked = None;
    }

    fn click(
        &mut self,
        frame: &Frame<'_>,
        lane: Lane,
        modifiers: egui::Modifiers,
        scene: &mut Scene<'_>,
    ) {
        let place = frame.lanes.place(lane);
        let anchor = self.anchor.filter(|_| modifiers.shift).unwrap_or(place);
        self.cursor = Some(place);
        self.anchor = Some(anchor);
        if lane == Lane::Folded {
            self.fold = false;
            return;
        }
        if modifiers.command && !modifiers.shift {
            self.toggle(frame, lane, scene);
        } else {
            self.select_places(frame, anchor, place, modifiers.command, scene);
        }
    }

    /// Adds the accounts of a lane to the selection, or takes them out.
    pub(super) fn toggle(&mut self, frame: &Frame<'_>, lane: Lane, scene: &mut Scene<'_>) {
        let accounts = frame.lanes.accounts(lane);
        let all = accounts.iter().all(|a| self.chosen.has(*a));
        let ids = accounts.iter().map(|a| scene.index.accounts()[*a as usize].clone());
        let mut chosen = match &scene.view.selection {
            Selection::Accounts(chosen) => (**chosen).clone(),
            _ => Default::default(),
        };
        for id in ids {
            if all {
                chosen.remove(&id);
            } else {
                chosen.insert(id);
            }
        }
        scene.ask(Action::Select(Selection::accounts(chosen)));
    }

    /// Selects the accounts of the lanes from one place to another; with `add`, besides those
    /// that are selected. What is folded away is not meant.
    pub(super) fn select_places(
        &mut self,
        frame: &Frame<'_>,
        from: usize,
        to: usize,
        add: bool,
        scene: &mut Scene<'_>,
    ) {
        let lanes = (from.min(to)..=from.max(to)).filter_map(|place| frame.lanes.at(place));
        let accounts = lanes.filter(|l| *l != Lane::Folded).flat_map(|l| frame.lanes.accounts(l));
        let mut ids: Vec<String> =
            accounts.map(|a| scene.index.accounts()[*a as usize].clone()).collect();
        if let (true, Selection::Accounts(chosen)) = (add, &scene.view.selection) {
            ids.extend(chosen.iter().cloned());
        }
        scene.ask(Action::Select(Selection::accounts(ids)));
    }
}

/// What a drag from one point to another means, once it has gone far enough: along the time a
/// range, across lanes the lanes; on the names always lanes.
fn decided(frame: &Frame<'_>, origin: Pos2, pos: Pos2) -> Drag {
    let way = pos - origin;
    if way.length() < DECIDED {
        return Drag::Undecided;
    }
    let along = way.x.abs() >= way.y.abs() && frame.areas.plot.contains(origin.x);
    match frame.lane_near(origin) {
        _ if along => Drag::Range(frame.scale.time(origin.x)),
        Some(lane) => Drag::Lanes(frame.lanes.place(lane)),
        None => Drag::Undecided,
    }
}

/// Asks for another window, if it is another one.
pub(super) fn look(scene: &mut Scene<'_>, now: Window, next: Window) {
    if next != now {
        scene.ask(Action::Look(next.is_zoomed().then(|| next.visible())));
    }
}
