//! Going back and forward: what counts as one step.

use crate::model::Selection;
use crate::ui::state::ViewState;

use super::App;

/// How long zooming in several turns of the wheel is one step, seconds.
const ONE_TURN_S: f64 = 1.0;

/// What tells one step from the next.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Whether the state at the beginning of this press of the pointer is remembered already.
    in_press: bool,
    /// When the axis was last zoomed, s.
    zoomed_at: Option<f64>,
}

impl App {
    /// Changes where the analyst looks, and remembers the way back.
    ///
    /// A drag is one step however many changes it makes, and so is a series of zooms.
    pub(super) fn look(&mut self, ctx: &egui::Context, change: impl FnOnce(&mut ViewState)) {
        let before = self.view.clone();
        change(&mut self.view);
        if self.view == before {
            return;
        }
        let (now, pressed) = ctx.input(|i| (i.time, i.pointer.any_down()));
        let only_zoomed = ViewState { window: before.window, ..self.view.clone() } == before;
        let same_zoom = only_zoomed && self.steps.zoomed_at.is_some_and(|t| now - t < ONE_TURN_S);
        let same_press = pressed && self.steps.in_press;
        self.steps.zoomed_at = only_zoomed.then_some(now);
        self.steps.in_press = pressed;
        if !same_zoom && !same_press {
            self.trail.leave(before);
        }
    }

    pub(super) fn go_back(&mut self) {
        if let Some(view) = self.trail.back(&self.view) {
            self.view = view;
        }
    }

    pub(super) fn go_forward(&mut self) {
        if let Some(view) = self.trail.forward(&self.view) {
            self.view = view;
        }
    }

    /// Lifts the brush; then, asked again, the selection.
    pub(super) fn clear(&mut self, ctx: &egui::Context) {
        if self.view.filter.time.is_some() {
            self.look(ctx, |view| view.filter.time = None);
        } else {
            self.look(ctx, |view| view.selection = Selection::Nothing);
        }
    }
}
