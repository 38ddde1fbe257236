//! The keys of the review: from finding to finding.

use crate::ui::command::Command;
use crate::ui::state::Screen;

use super::App;

impl App {
    /// Goes to the next finding of the list, or the one before; to the list first, where another
    /// screen is shown.
    pub(super) fn step_finding(&mut self, ctx: &egui::Context, command: Command) {
        // The page of one goes on to the page of the next.
        if !matches!(self.view.screen, Screen::Findings | Screen::Dossier) {
            self.look(ctx, |view| view.screen = Screen::Findings);
            if !self.view.selection.is_nothing() {
                return;
            }
        }
        let Self { session, view, hover, keys, .. } = self;
        let Some(session) = session else { return };
        let back = command == Command::PreviousFinding;
        let mut asked = Vec::new();
        let next = session.scene(view, hover, *keys, &mut asked, |screens, scene| {
            screens.findings.step(scene, back)
        });
        if let Some(selection) = next {
            self.select(ctx, selection);
        }
    }
}
