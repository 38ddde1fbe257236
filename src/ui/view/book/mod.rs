//! Case: what the analyst claims, on what evidence, under which terms, and what is left to do.
//! Judgement, but for what is said beside the clauses of whose use looks like breaking them.

mod claims;
mod evidence;
mod field;
mod policy;
mod tasks;
mod terms;
mod words;

use std::sync::Arc;

use egui::{Rect, Ui};

use crate::case::policy::{Checked, check};
use crate::model::Time;
use crate::model::book::{self, Entry, Item, Term};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Booking};
use crate::ui::theme::size;
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::scrolled;

use field::Drafts;
use terms::Editing;

/// The screen's own state.
#[derive(Default)]
pub struct Book {
    drafts: Drafts,
    /// The clause whose fields are open.
    editing: Option<Editing>,
    /// Whose use falls under which clause.
    policy: Latest<Of, Arc<Checked>>,
}

/// What is checked: the records, the run, and the register.
type Of = (u64, Time, Arc<[Term]>);

impl Book {
    /// How many things were typed and not given.
    pub fn ungiven(&self) -> usize {
        self.drafts.ungiven() + usize::from(self.editing.is_some())
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let area = ui.max_rect().shrink(size::GAP);
        let [left, right] = columns(area, size::GAP, [Track::Share(1.15), Track::Share(1.0)]);
        let [claims, evidence] = rows(left, size::GAP, [Track::Share(1.0), Track::Share(1.2)]);
        let [words, terms, tasks] =
            rows(right, size::GAP, [Track::Share(1.1), Track::Share(1.1), Track::Share(0.6)]);
        self.claims(ui, claims, scene);
        self.evidence(ui, evidence, scene);
        self.words(ui, words, scene);
        self.terms(ui, terms, scene);
        self.tasks(ui, tasks, scene);
        self.drafts.tidy(scene.book);
    }

    fn claims(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let all = book::hypotheses(scene.book).len() as u64;
        let note = format!("{}\n{all}", format::counted(all, "claim", "claims"));
        let body = card(ui, rect, &Card { title: "Hypotheses", note: &note }, |_| {});
        listed(ui, body, "hypotheses", |ui| claims::show(ui, &mut self.drafts, scene));
    }

    fn evidence(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let note = "in the order of the report · B keeps a view from anywhere\nB keeps a view";
        let body = card(ui, rect, &Card { title: "Evidence", note }, |_| {});
        listed(ui, body, "evidence", |ui| evidence::show(ui, &mut self.drafts, scene));
    }

    fn words(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let note = "parts that only a person can write\nby a person";
        let body = card(ui, rect, &Card { title: "Words of the report", note }, |_| {});
        listed(ui, body, "words", |ui| words::show(ui, &mut self.drafts, scene));
    }

    /// Asks whose use falls under which clause, where the detectors were run.
    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>) {
        let Some(analysis) = scene.analysis else { return };
        let terms: Arc<[Term]> =
            book::terms(scene.book).into_iter().map(|(_, term)| term.clone()).collect();
        let of: Of = (scene.index_version, analysis.run.at, Arc::clone(&terms));
        let (index, analysis) = (Arc::clone(scene.index), Arc::clone(analysis));
        self.policy.ask(ui.ctx(), of, move |progress| {
            check(&index, &analysis, &terms, progress).map(Arc::new)
        });
    }

    fn terms(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        self.ask(ui, scene);
        // What was checked of another register says nothing of this one.
        let checked = self.policy.answer().filter(|_| !self.policy.is_stale()).cloned();
        let all = book::terms(scene.book).len() as u64;
        let clauses = format::counted(all, "clause", "clauses");
        let under = checked.as_ref().map_or(0, |checked| policy::clauses_with_use(checked));
        let note = match under {
            0 => format!("{clauses}\n{all}"),
            n => format!("{clauses} · use may fall under {n}\n{clauses}\n{all}"),
        };
        let mut new = false;
        let body = card(ui, rect, &Card { title: "Terms register", note: &note }, |ui| {
            new = terms::head(ui, all, scene);
        });
        if new {
            self.editing = Some(Editing::new());
        }
        let checked = checked.as_deref();
        listed(ui, body, "terms", |ui| terms::show(ui, &mut self.editing, checked, scene));
    }

    fn tasks(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let open = scene.book.iter().filter(|entry| is_open(entry)).count() as u64;
        let note = format!("{} to do", format::count(open));
        let body = card(ui, rect, &Card { title: "Tasks", note: &note }, |_| {});
        listed(ui, body, "tasks", |ui| tasks::show(ui, &mut self.drafts, scene));
    }
}

/// Whether an entry is a task that is not done.
pub fn is_open(entry: &Entry) -> bool {
    matches!(&entry.item, Item::Task(task) if !task.is_done)
}

/// What scrolls in a card.
fn listed(ui: &mut Ui, body: Rect, salt: &str, contents: impl FnOnce(&mut Ui)) {
    let body = body.shrink2(egui::vec2(0.0, 2.0));
    scrolled(ui, body, salt, egui::vec2(12.0, 6.0), |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        contents(ui);
    });
}

/// Asks for a change of one entry.
fn change(scene: &mut Scene<'_>, id: u64, item: Item) {
    scene.ask(Action::Book(Booking::Change(vec![(id, item)])));
}

fn add(scene: &mut Scene<'_>, item: Item) {
    scene.ask(Action::Book(Booking::Add(vec![item])));
}

fn remove(scene: &mut Scene<'_>, id: u64) {
    scene.ask(Action::Book(Booking::Remove(id)));
}
