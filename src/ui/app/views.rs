//! Views that have a name: saving, opening and removing them.

use egui::Context;

use super::{App, Overlay};
use crate::case::Edit;
use crate::model::{Granularity, Note, SavedView};
use crate::ui::ViewState;
use crate::ui::format;
use crate::ui::shell::{SaveView, Saving};

impl App {
    /// What the view shows, as a sentence with numbers.
    fn shown(&self) -> String {
        let sentence = self.view.filter.to_sentence(Granularity::Exchange);
        match self.counts() {
            Some((rows, accounts)) => format!(
                "{sentence}: {} rows, {}",
                format::count(rows),
                format::counted(accounts, "account", "accounts")
            ),
            None => sentence,
        }
    }

    /// Rows and accounts of the filter, where they are counted.
    fn counts(&self) -> Option<(u64, u64)> {
        let overview = &self.session.as_ref()?.overview;
        let facts = overview.facts().filter(|_| !overview.is_stale())?;
        Some((facts.totals.rows.into(), facts.accounts))
    }

    /// Asks for the name of a view until there is one.
    pub(super) fn ask_name(&mut self, ctx: &Context, mut asked: SaveView) {
        let Some(session) = &self.session else { return };
        let views = session.case.saved_views();
        let taken = |name: &str| views.iter().any(|view| view.name == name);
        match asked.ask(ctx, &self.shown(), taken) {
            Saving::Undecided => self.overlay = Overlay::SaveView(asked),
            Saving::Leave => {}
            Saving::Save => self.save_view(ctx, &asked),
        }
    }

    fn save_view(&mut self, ctx: &Context, asked: &SaveView) {
        let author = self.author();
        let (rows, accounts) = self.counts().unwrap_or_default();
        let state = serde_json::to_string(&self.view).unwrap_or_default();
        let Some(session) = &mut self.session else { return };
        let view = SavedView {
            name: asked.name.clone(),
            note: Note {
                id: session.case.next_saved_view_id(),
                text: asked.remark.trim().to_owned(),
                at: author.at,
                actor: author.actor.clone(),
            },
            state,
            rows,
            accounts,
        };
        let edit = Edit::save_view(session.case.saved_views(), view);
        let title = edit.title.clone();
        let outcome = session.case.edit(edit, author).map(|()| Some(title));
        self.report(outcome, ctx);
    }

    /// Looks where a saved view looks.
    pub(super) fn open_view(&mut self, ctx: &Context, id: u64) {
        let Some(view) = self.saved(id) else { return };
        match serde_json::from_str::<ViewState>(&view.state) {
            Ok(state) => {
                self.look(ctx, |now| *now = state);
                let then = format!("{} rows when it was saved", format::count(view.rows));
                let words = format!("view “{}”: {then}", view.name);
                self.done = Some((words, ctx.input(|i| i.time)));
            }
            Err(error) => self.fail("This view cannot be read", error.to_string()),
        }
    }

    pub(super) fn remove_view(&mut self, ctx: &Context, id: u64) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let edit = Edit::remove_view(session.case.saved_views(), id);
        let title = edit.title.clone();
        let outcome = session.case.edit(edit, author).map(|()| Some(title));
        self.report(outcome, ctx);
    }

    fn saved(&self, id: u64) -> Option<SavedView> {
        let views = self.session.as_ref()?.case.saved_views();
        views.iter().find(|view| view.note.id == id).cloned()
    }
}
