//! Views that have a name: saving, opening and removing them.

use egui::Context;

use super::{App, Overlay};
use crate::case::Edit;
use crate::case::binding::bound;
use crate::index::{self, Index};
use crate::model::book::{self, Evidence, Item};
use crate::model::filter::FilterError;
use crate::model::{Filter, Granularity, Note, SavedView, Selection};
use crate::ui::ViewState;
use crate::ui::format;
use crate::ui::search;
use crate::ui::shell::{SaveView, Saving};
use crate::ui::state::{Booking, Screen};

/// What the counts of a view depend on: the session's and the case's version, and where the analyst
/// looks. Nothing is counted before all prompts are searched that it asks for.
pub type CountKey = (u64, u64, Filter, Selection);

/// A view that was opened and whose rows are counted again.
#[derive(Debug)]
pub struct Reopened {
    view: SavedView,
    filter: Filter,
    selection: Selection,
}

impl App {
    /// What is counted unless the filter says otherwise.
    pub fn counted(&self) -> Granularity {
        let session = self.session.as_ref();
        session.map_or(Granularity::Exchange, |session| session.case.index.default_granularity())
    }

    /// What the view shows, as a sentence with numbers.
    fn shown(&self, counts: Option<(u64, u64)>) -> String {
        let Some(session) = &self.session else { return String::new() };
        let view = &self.view;
        let kind = view.filter.granularity.unwrap_or(session.case.index.default_granularity());
        let mut words = format::display(&view.filter.to_sentence(kind));
        if !view.selection.is_nothing() {
            words += &format!("; selected: {}", format::display(&view.selection.title()));
        }
        match (counts, session.view_counts.error()) {
            (Some((rows, accounts)), _) => format!(
                "{words}: {} {}, {}",
                format::count(rows),
                kind.word(rows),
                format::counted(accounts, "account", "accounts")
            ),
            (None, Some(error)) => format!("{words}: {}", format::display(error)),
            (None, None) if is_partial(&session.case.index, view) => {
                format!("{words}: can be saved once all prompts are searched")
            }
            (None, None) => format!("{words}: counting…"),
        }
    }

    /// Rows and accounts of the filter and the selection, once they are counted.
    fn counts(&mut self, ctx: &Context) -> Option<(u64, u64)> {
        let view = &self.view;
        let session = self.session.as_mut()?;
        if is_partial(&session.case.index, view) {
            return None;
        }
        let (index, lists) = (session.case.index.clone(), session.case.lists().clone());
        let version = (session.version, session.case.revision);
        let key = (version.0, version.1, view.filter.clone(), view.selection.clone());
        let (filter, selection) = (view.filter.clone(), view.selection.clone());
        session.view_counts.ask(ctx, key.clone(), move |_| {
            let rows =
                index::compile(&selection.within(&filter).unwrap_or(filter), &index, &lists)?;
            let by_account = index.stats_by_account(&rows);
            let accounts = by_account.iter().filter(|stats| stats.rows > 0).count() as u64;
            Ok::<_, FilterError>((rows.len(), accounts))
        });
        let counts = &session.view_counts;
        counts.answer().filter(|_| counts.has(|answered| *answered == key)).copied()
    }

    /// Asks for the name of a view until there is one.
    pub(super) fn ask_name(&mut self, ctx: &Context, mut asked: SaveView) {
        let counts = self.counts(ctx);
        let Some(session) = &self.session else { return };
        let views = session.case.saved_views();
        let is_evidence = asked.is_evidence;
        let taken = |name: &str| !is_evidence && views.iter().any(|view| view.name == name);
        match (asked.ask(ctx, &self.shown(counts), counts.is_some(), taken), counts) {
            (Saving::Save, Some(counts)) if asked.is_evidence => {
                self.add_evidence(ctx, &asked, counts);
            }
            (Saving::Save, Some(counts)) => self.save_view(ctx, &asked, counts),
            // What was typed is there when the dialog is opened again.
            (Saving::Leave, _) if asked.is_evidence => self.evidence_draft = asked.put_aside(),
            (Saving::Leave, _) => self.view_draft = asked.put_aside(),
            _ => self.overlay = Overlay::SaveView(asked),
        }
    }

    fn save_view(&mut self, ctx: &Context, asked: &SaveView, (rows, accounts): (u64, u64)) {
        let author = self.author();
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

    /// Asks for a title under which the view is kept as evidence.
    pub(super) fn keep_evidence(&mut self) {
        let draft = std::mem::take(&mut self.evidence_draft);
        self.overlay =
            Overlay::SaveView(if draft.is_evidence { draft } else { SaveView::as_evidence() });
    }

    fn add_evidence(&mut self, ctx: &Context, asked: &SaveView, (rows, accounts): (u64, u64)) {
        let Some(session) = &self.session else { return };
        let view = &self.view;
        let whole = view.selection.within(&view.filter).unwrap_or(view.filter.clone());
        // The next run numbers clusters anew, and evidence must stay what it is.
        let (index, lists) = (&session.case.index, session.case.lists());
        let whole = bound(&whole, index, lists);
        let mut view = view.clone();
        view.filter = bound(&view.filter, index, lists);
        if let Selection::Where(expr) = &view.selection {
            let of = bound(&Filter { expr: Some(expr.clone()), ..Filter::default() }, index, lists);
            view.selection = of.expr.map_or(Selection::Nothing, Selection::Where);
        }
        let place = book::evidence(session.case.book())
            .last()
            .map_or(0, |(_, e)| e.place.saturating_add(1));
        let evidence = Evidence {
            title: asked.name.trim().to_owned(),
            remark: asked.remark.trim().to_owned(),
            filter: if whole.is_everything() { String::new() } else { whole.to_string() },
            state: serde_json::to_string(&view).unwrap_or_default(),
            rows,
            accounts,
            place,
        };
        self.write_book(ctx, &Booking::Add(vec![Item::Evidence(evidence)]));
    }

    /// Looks where evidence was kept, or, where it was kept without a window, at its records.
    pub(super) fn open_evidence(&mut self, ctx: &Context, id: u64) {
        let Some(session) = &self.session else { return };
        let mut kept = book::evidence(session.case.book()).into_iter();
        let Some((_, evidence)) = kept.find(|(entry, _)| entry.id == id) else { return };
        // What a window of another version kept, its filter tells.
        let kept = serde_json::from_str::<ViewState>(&evidence.state);
        let by_filter = |_| {
            let filter = Filter::parse(&evidence.filter).map_err(|e| e.to_string())?;
            Ok(ViewState { screen: Screen::Explore, filter, ..self.view.clone() })
        };
        let state: Result<ViewState, String> = kept.or_else(by_filter);
        match state {
            Ok(state) => self.look(ctx, |now| *now = state),
            Err(error) => self.fail("This evidence cannot be looked at", error),
        }
    }

    /// Looks where a saved view looks.
    pub(super) fn open_view(&mut self, ctx: &Context, id: u64) {
        let Some(view) = self.saved(id) else { return };
        match serde_json::from_str::<ViewState>(&view.state) {
            Ok(state) => {
                let (filter, selection) = (state.filter.clone(), state.selection.clone());
                self.look(ctx, |now| *now = state);
                self.reopened = Some(Reopened { view, filter, selection });
            }
            Err(error) => self.fail("This view cannot be read", error.to_string()),
        }
    }

    /// Says how what a view shows has changed since it was saved, once that is counted.
    pub(super) fn compare_view(&mut self, ctx: &Context) {
        let Some(reopened) = self.reopened.take() else { return };
        let Reopened { view, filter, selection } = &reopened;
        let looks_there = *filter == self.view.filter && *selection == self.view.selection;
        if self.session.is_none() || !looks_there {
            return;
        }
        match self.counts(ctx) {
            Some(now) => {
                let words = compared(view, now);
                self.done = Some((words, ctx.input(|i| i.time)));
            }
            None if self.session.as_ref().is_some_and(|s| s.view_counts.error().is_some()) => {}
            None => self.reopened = Some(reopened),
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

/// `view “night burst”: 1,204 rows, as when it was saved`.
fn compared(view: &SavedView, (rows, accounts): (u64, u64)) -> String {
    let words = |rows, accounts| {
        let rows = format::counted(rows, "row", "rows");
        format!("{rows} of {}", format::counted(accounts, "account", "accounts"))
    };
    let now = words(rows, accounts);
    let name = format::display(&view.name);
    match (view.rows, view.accounts) == (rows, accounts) {
        true => format!("view “{name}”: {now}, as when it was saved"),
        false => {
            format!("view “{name}”: {now}; when saved {}", words(view.rows, view.accounts))
        }
    }
}

/// Whether the prompts that a view asks for are not all searched.
fn is_partial(index: &Index, view: &ViewState) -> bool {
    search::is_partial(index, &search::whole(&view.filter, &view.selection))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    #[test]
    fn a_view_that_is_opened_again_says_what_has_changed_since() {
        let note = Note { id: 1, text: String::new(), at: Time(0), actor: String::new() };
        let view = SavedView {
            name: "night".into(),
            note,
            state: String::new(),
            rows: 1_204,
            accounts: 3,
        };
        let same = "view “night”: 1,204 rows of 3 accounts, as when it was saved";
        assert_eq!(compared(&view, (1_204, 3)), same);
        let more = "view “night”: 1 row of 1 account; when saved 1,204 rows of 3 accounts";
        assert_eq!(compared(&view, (1, 1)), more);
    }
}
