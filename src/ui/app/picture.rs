//! The picture of the network: its steps are taken back like edits, by the same keys, the last one
//! first.

use std::path::PathBuf;

use crate::ui::state::Screen;

use super::App;

impl App {
    /// Whether the last thing done is a step of the picture that is on screen.
    pub(super) fn can_undo_here(&self) -> bool {
        self.of_picture(|network, edits| network.can_undo(edits))
    }

    /// Whether a step of the picture can be done again.
    pub(super) fn can_redo_here(&self) -> bool {
        self.of_picture(|network, edits| network.can_redo(edits))
    }

    fn of_picture(
        &self,
        ask: impl FnOnce(&crate::ui::view::network::Network, usize) -> bool,
    ) -> bool {
        let session = self.session.as_ref().filter(|_| self.view.screen == Screen::Network);
        session.is_some_and(|session| ask(&session.network, session.case.history().depth()))
    }

    /// Takes the last step of the picture back, or does it again.
    pub(super) fn step_picture(&mut self, ctx: &egui::Context, back: bool) {
        let Some(session) = &mut self.session else { return };
        let (title, word) = match back {
            true => (session.network.undo(), "undone"),
            false => (session.network.redo(), "redone"),
        };
        if let Some(title) = title {
            self.done = Some((format!("{word}: {title}"), ctx.input(|i| i.time)));
        }
    }

    /// Has the picture written when it is drawn next.
    pub(super) fn save_picture(&mut self, path: Option<PathBuf>) {
        if let (Some(session), Some(path)) = (&mut self.session, path) {
            session.network.save(path);
        }
    }
}
