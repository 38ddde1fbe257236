//! Counting anew: decisions on records of one call change what every row counts for.

use crate::case::JoinDecisions;
use crate::ui::state::ViewState;
use crate::ui::view::overview::Overview;

use super::App;
use super::open::waker;

impl App {
    /// Writes down what was decided of records that describe the same call, and loads the case
    /// again: every row may count otherwise.
    pub(super) fn recount(&mut self, ctx: &egui::Context, decided: JoinDecisions) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let path = session.case.path.clone();
        if let Err(error) = session.case.decide_joins(decided, author) {
            return self.fail("Nothing was decided", error.to_string());
        }
        // Whatever typed text is left behind, what was just decided is written.
        self.forced = false;
        // What it showed is not what it will count.
        session.overview = Overview::default();
        let back = (self.view.clone(), session.joins.group());
        self.leave_case(waker(ctx));
        self.view = ViewState::default();
        self.load(ctx, path);
        self.opening.back = Some(back);
    }
}
