//! What a screen shows, as the line of a shell that does the same.

use crate::ui::command_line;
use crate::ui::state::Screen;

use super::App;

impl App {
    /// The line, where there is a case.
    fn command_line(&self) -> Option<String> {
        let session = self.session.as_ref()?;
        let case = &session.case.path;
        let run = session.case.analysis().map(|analysis| &analysis.run);
        let filter = &self.view.filter;
        Some(match (self.view.screen, run, session.compare.sides()) {
            (Screen::Findings, Some(run), _) => command_line::analyze(case, run),
            (Screen::Compare, _, Some((a, b))) => command_line::compare(case, &a, b.as_deref()),
            _ if filter.is_everything() => {
                command_line::query(case, "SELECT * FROM view_event", None)
            }
            _ => command_line::query(case, "SELECT * FROM selected", Some(&filter.to_string())),
        })
    }

    /// Copies it.
    pub(super) fn copy_command(&mut self, ctx: &egui::Context) {
        if let Some(line) = self.command_line() {
            self.done = Some(("copied the command line".to_owned(), ctx.input(|i| i.time)));
            ctx.copy_text(line);
        }
    }
}
