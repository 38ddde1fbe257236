//! What changes the case: verdicts, tags, notes, undo and redo.

use crate::model::Verdict;
use crate::store::StoreError;
use crate::ui::Command;
use crate::ui::state::{Action, Booking, Judgement, OfTime, Screen};

use super::App;

impl App {
    pub(super) fn judge(&mut self, ctx: &egui::Context, accounts: &[String], said: &Judgement) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let before = session.case.revision;
        let outcome = session.judge(accounts, said, author);
        let changed = session.case.revision != before;
        let title = session.case.history().undo_title().map(str::to_owned);
        self.report(outcome.map(|()| title.filter(|_| changed)), ctx);
    }

    pub(super) fn say_of_time(&mut self, ctx: &egui::Context, said: &OfTime) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let before = session.case.revision;
        let outcome = session.say_of_time(said, author);
        let changed = session.case.revision != before;
        let title = session.case.history().undo_title().map(str::to_owned);
        self.report(outcome.map(|()| title.filter(|_| changed)), ctx);
    }

    pub(super) fn write_book(&mut self, ctx: &egui::Context, said: &Booking) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let before = session.case.revision;
        let outcome = session.write_book(said, author);
        let changed = session.case.revision != before;
        let title = session.case.history().undo_title().map(str::to_owned);
        self.report(outcome.map(|()| title.filter(|_| changed)), ctx);
    }

    /// Shows what is selected against the rest; what was compared before, where nothing is.
    pub(super) fn open_compare(&mut self, ctx: &egui::Context) {
        let Self { session, view, hover, keys, .. } = self;
        if let Some(session) = session
            && view.screen != Screen::Compare
        {
            let mut nothing = Vec::new();
            session.scene(view, hover, *keys, &mut nothing, |screens, scene| {
                screens.compare.take(scene);
            });
        }
        self.look(ctx, |view| view.screen = Screen::Compare);
    }

    pub(super) fn undo(&mut self, ctx: &egui::Context) {
        if self.can_undo_here() {
            return self.step_picture(ctx, true);
        }
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let outcome = session.case.undo(author).map(|t| t.map(|t| format!("undone: {t}")));
        self.report(outcome, ctx);
    }

    pub(super) fn redo(&mut self, ctx: &egui::Context) {
        if self.can_redo_here() {
            return self.step_picture(ctx, false);
        }
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let outcome = session.case.redo(author).map(|t| t.map(|t| format!("redone: {t}")));
        self.report(outcome, ctx);
    }

    /// Says that there is nothing to take back or to do again; other commands that are not
    /// available are not offered either.
    pub(super) fn say_why_not(&mut self, ctx: &egui::Context, command: Command) {
        let why = match command {
            Command::Undo => "nothing left to undo",
            Command::Redo => "nothing to redo",
            _ => return,
        };
        if self.session.is_some() {
            self.done = Some((why.to_owned(), ctx.input(|i| i.time)));
        }
    }

    pub(super) fn report(
        &mut self,
        outcome: Result<Option<String>, StoreError>,
        ctx: &egui::Context,
    ) {
        match outcome {
            Ok(Some(title)) => self.done = Some((title, ctx.input(|i| i.time))),
            Ok(None) => {}
            Err(error) => self.fail("Nothing was changed", error.to_string()),
        }
    }

    /// A verdict by its key, with the confidence and reason written in the panel.
    pub(super) fn verdict(&mut self, ctx: &egui::Context, verdict: Option<Verdict>) {
        let Self { session, view, hover, keys, .. } = self;
        let Some(session) = session else { return };
        let mut nothing = Vec::new();
        let action = session.scene(view, hover, *keys, &mut nothing, |screens, scene| {
            screens.panel.verdict(scene, verdict)
        });
        // At once, so that what was selected when the key was pressed is what it applies to.
        match action {
            Some(Action::Judge { accounts, judgement }) => self.judge(ctx, &accounts, &judgement),
            _ if self.view.selection.is_nothing() => {}
            _ => {
                let why = format!("nothing marked: {}", session.panel.why_nobody());
                self.done = Some((why, ctx.input(|i| i.time)));
            }
        }
    }
}
