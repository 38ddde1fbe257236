//! Going back and forward: what counts as one step.

use crate::model::Selection;
use crate::ui::state::{Screen, ViewState};

use super::App;

/// How long zooming in several turns of the wheel is one step, seconds.
const ONE_TURN_S: f64 = 1.0;

/// What tells one step from the next.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Whether the state at the beginning of this press of the pointer is remembered already.
    in_press: bool,
    /// Whether the way back from what is asked for now is remembered already.
    is_left: bool,
    /// When the axis was last zoomed, s.
    zoomed_at: Option<f64>,
}

impl Steps {
    /// What changes from here on is another step, but for a drag that goes on.
    pub(super) fn begin(&mut self, ctx: &egui::Context) {
        self.is_left = false;
        // A press is over when another begins, whether or not anything changed in between.
        if ctx.input(|i| i.pointer.any_pressed()) || !drags(ctx) {
            self.in_press = false;
        }
    }
}

/// Whether a button is held that drags: those on the side of a mouse do not.
fn drags(ctx: &egui::Context) -> bool {
    ctx.input(|i| i.pointer.primary_down() || i.pointer.middle_down())
}

impl App {
    /// Changes where the analyst looks, and remembers the way back.
    ///
    /// A drag is one step however many changes it makes, and so are a series of zooms and all that
    /// one click asks for: a link that sets a filter on another screen leads back from both.
    pub(super) fn look(&mut self, ctx: &egui::Context, change: impl FnOnce(&mut ViewState)) {
        let before = self.view.clone();
        change(&mut self.view);
        if self.view == before {
            return;
        }
        let (now, pressed) = (ctx.input(|i| i.time), drags(ctx));
        let only_zoomed = ViewState { window: before.window, ..self.view.clone() } == before;
        let same_zoom = only_zoomed && self.steps.zoomed_at.is_some_and(|t| now - t < ONE_TURN_S);
        let same_press = pressed && self.steps.in_press;
        self.steps.zoomed_at = only_zoomed.then_some(now);
        self.steps.in_press = pressed;
        let is_left = std::mem::replace(&mut self.steps.is_left, true);
        if !same_zoom && !same_press && !is_left {
            self.trail.leave(before);
        }
    }

    pub(super) fn go_back(&mut self) {
        self.steps = Steps::default();
        if let Some(view) = self.trail.back(&self.view) {
            self.view = view;
        }
    }

    pub(super) fn go_forward(&mut self) {
        self.steps = Steps::default();
        if let Some(view) = self.trail.forward(&self.view) {
            self.view = view;
        }
    }

    /// Selects something, and brings the panel that speaks of it into sight.
    pub(super) fn select(&mut self, ctx: &egui::Context, selection: Selection) {
        if selection != self.view.selection {
            self.put_sheet_away();
        }
        self.look(ctx, |view| view.selection = selection);
    }

    /// Puts away what lies innermost: the sheet, the selection, the brush.
    pub(super) fn clear(&mut self, ctx: &egui::Context) {
        let is_lifted = self.session.as_mut().is_some_and(|session| match self.view.screen {
            Screen::Network => session.network.lift(),
            Screen::Dossier => session.dossier.lift(),
            _ => false,
        });
        if is_lifted {
            return;
        }
        let audits = self.view.screen == Screen::Audit && self.sheet.is_none();
        if audits && self.session.as_mut().is_some_and(|session| session.audit.lift()) {
            return;
        }
        if self.sheet.is_none() || !self.put_sheet_away() {
            self.look(ctx, ViewState::lift);
        }
    }
}
