//! Counting anew: decisions on records of one call change what every row counts for.

use crate::case::JoinDecisions;
use crate::ui::state::ViewState;
use crate::ui::view::joins::Joins;
use crate::ui::view::overview::Overview;

use super::App;
use super::open::waker;

impl App {
    /// Writes down what was decided of records that describe the same call, and loads the case
    /// again: every row may count otherwise.
    pub(super) fn recount(&mut self, ctx: &egui::Context, decided: JoinDecisions) {
        let author = self.author();
        if self.opening.is_busy() {
            let why = "Something else is being opened: wait for it, or stop it";
            return self.fail("Nothing was decided", why.to_owned());
        }
        let Some(session) = &mut self.session else { return };
        let path = session.case.path.clone();
        if let Err(error) = session.case.decide_joins(decided.clone(), author) {
            return self.fail("Nothing was decided", error.to_string());
        }
        // Should it not be written after all, it is still decided in the case that is loaded.
        let joins = Joins::again(session.joins.group(), &decided);
        // Whatever typed text is left behind, what was just decided is written.
        self.forced = false;
        // What it showed is not what it will count.
        session.overview = Overview::default();
        let back = (self.view.clone(), joins);
        self.leave_case(waker(ctx));
        self.view = ViewState::default();
        self.load(ctx, path);
        self.opening.back = Some(back);
    }
}
