//! The selection panel: what is selected, in plain facts; then the analyst's verdict, tags and
//! notes in a bordered box, because they are judgement and not fact.

mod draft;
pub mod facts;
mod inferred;
mod notes;
mod prose;
pub mod said;
mod tags;
mod verdict;

use std::sync::Arc;

use egui::{ScrollArea, Ui, UiBuilder};

use crate::model::{Confidence, Selection, Verdict};
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::key_cap;
use crate::ui::{Command, format};

use draft::{Draft, Drafts};
pub use draft::{Ungiven, Writing};
use facts::{Facts, FactsJob};
use said::Said;

/// The panel's own state.
#[derive(Default)]
pub struct SelectionPanel {
    facts: FactsJob,
    drafts: Drafts,
    /// The accounts that a verdict given now applies to; while `is_old`, those of an earlier
    /// filter, to look at only.
    accounts: Vec<String>,
    is_old: bool,
    /// What the accounts were resolved for, and the facts they were taken from.
    resolved: Option<(u64, Selection, Option<Arc<Facts>>)>,
    /// What was said of the accounts, and which revision that is.
    said: Option<(u64, Said)>,
    /// The field that gets the cursor in the next frame.
    focus: Option<Writing>,
    /// Height of the facts drawn last, points.
    facts_height: f32,
}

impl SelectionPanel {
    /// Draws the panel in the room available.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        self.facts.ask(ui.ctx(), scene);
        self.turn(scene);
        let hints = !self.accounts.is_empty();
        let foot = if hints { 34.0 } else { 0.0 };
        let height = (ui.available_height() - foot).max(40.0);
        ScrollArea::vertical()
            .id_salt("selection panel")
            .max_height(height)
            .auto_shrink(false)
            .show(ui, |ui| {
                // The bar floats at the edge; it must not lie over the last digits.
                ui.set_max_width(ui.available_width() - 10.0);
                ui.spacing_mut().item_spacing.y = 4.0;
                // Lines of text are as high as text; buttons bring their own height.
                ui.spacing_mut().interact_size.y = 18.0;
                self.contents(ui, scene);
            });
        if hints {
            key_hints(ui, scene.read_only);
        }
    }

    fn contents(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        facts::heading(ui, scene, &self.accounts, &self.facts);
        ui.add_space(10.0);
        inferred::show(ui, scene);
        // Whoever reviews decides on the proof beside it; facts come after that.
        if scene.view.screen == Screen::Findings {
            self.judgement(ui, scene);
            ui.add_space(12.0);
            self.known(ui, scene);
        } else {
            self.known(ui, scene);
            self.judgement(ui, scene);
        }
    }

    /// What the records and the accounts table say.
    fn known(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let top = ui.cursor().top();
        if let Some(facts) = self.facts.get(scene) {
            facts::show(ui, scene, facts);
            self.facts_height = ui.cursor().top() - top;
        } else if let Some(error) = self.facts.error() {
            ui.label(Face::Small.text(error).color(Theme::of(ui).bad));
        } else {
            // The buttons below must not move while the next account is counted.
            ui.add_space(self.facts_height);
        }
        facts::attributes(ui, scene, &self.accounts);
        ui.add_space(10.0);
    }

    /// Verdict, tags and notes.
    fn judgement(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        if self.accounts.is_empty() {
            return;
        }
        let focus = self.focus.take();
        let id = egui::Id::unique(("selection", self.drafts.key()));
        let current = self.said.take().filter(|(of, _)| *of == scene.lists_version);
        let said = current.map(|(_, said)| said);
        let said = said.unwrap_or_else(|| Said::of(scene.annotations, &self.accounts));
        let draft = self.drafts.current();
        // Facts come and go above while the analyst types: what is typed into must not be known
        // by its place among them. And by the selection, or undo in a field of one account
        // would bring back what was written about another.
        let scope = UiBuilder::new().scope_id(id);
        let scope = if self.is_old { scope.disabled() } else { scope };
        ui.scope_builder(scope, |ui| {
            let focus = |field| focus == Some(field);
            let reason = focus(Writing::Reason);
            verdict::show(ui, scene, &self.accounts, draft, &said.standing, reason);
            ui.add_space(10.0);
            tags::show(ui, scene, &self.accounts, draft, &said.tags, focus(Writing::Tag));
            ui.add_space(10.0);
            notes::show(ui, scene, &self.accounts, draft, &said, focus(Writing::Note));
        });
        self.said = Some((scene.lists_version, said));
    }

    /// Turns to what is selected now.
    fn turn(&mut self, scene: &Scene<'_>) {
        self.resolve(scene);
        let selection = &scene.view.selection;
        self.drafts.turn_to(selection, &self.accounts, scene.annotations, scene.lists_version);
    }

    /// Finds the accounts that are selected. Accounts selected by id are known at once; those
    /// of a condition once they are counted under the filter and the lists of now.
    fn resolve(&mut self, scene: &Scene<'_>) {
        let by_id = matches!(scene.view.selection, Selection::Nothing | Selection::Accounts(_));
        let facts = if by_id { None } else { self.facts.current(scene) };
        self.is_old = !by_id && facts.is_none();
        let known = self.resolved.as_ref().filter(|(index, selection, _)| {
            *index == scene.index_version && *selection == scene.view.selection
        });
        // The same condition under an earlier filter stays in sight until it is counted anew.
        let waits = self.is_old && self.facts.get(scene).is_some();
        let same = |of: Option<&Arc<Facts>>| of.map(Arc::as_ptr) == facts.map(Arc::as_ptr);
        if known.is_some_and(|(.., of)| waits || same(of.as_ref())) {
            return;
        }
        self.accounts = match (&scene.view.selection, facts) {
            (Selection::Accounts(ids), _) => ids.iter().cloned().collect(),
            (_, Some(facts)) => {
                let id = |a: &u32| scene.index.accounts()[*a as usize].clone();
                let mut ids: Vec<String> = facts.accounts.iter().map(id).collect();
                ids.sort_unstable();
                ids
            }
            (_, None) => Vec::new(),
        };
        self.said = None;
        self.resolved = Some((scene.index_version, scene.view.selection.clone(), facts.cloned()));
    }

    /// What was typed and not given, of all selections.
    pub fn ungiven(&self) -> Ungiven {
        self.drafts.ungiven()
    }

    /// The action that gives the accounts selected now this verdict, with the confidence and
    /// reason written of them; `None` when nothing is selected, or nobody knows yet what. Whether
    /// the panel has been drawn since the selection changed makes no difference.
    pub fn verdict(&mut self, scene: &Scene<'_>, verdict: Option<Verdict>) -> Option<Action> {
        self.turn(scene);
        if self.accounts.is_empty() || self.is_old {
            return None;
        }
        let draft = self.drafts.current();
        Some(give(&self.accounts, draft, verdict))
    }

    /// Why a verdict would be given to nobody, where something is selected.
    pub fn why_nobody(&self) -> &'static str {
        match self.is_old {
            true => "the accounts selected are not counted yet",
            false => "no account is selected under this filter",
        }
    }

    /// Whether what is selected is still being counted.
    #[cfg(test)]
    pub fn is_counting(&self) -> bool {
        self.facts.is_stale()
    }

    /// Of what something was typed and not given, and in which field: other selections first.
    pub fn first_ungiven(&self) -> Option<(&Selection, Writing)> {
        self.drafts.first_ungiven()
    }

    /// Puts the cursor into a field in the next frame.
    pub fn focus(&mut self, field: Writing) {
        self.focus = Some(field);
    }
}

fn give(accounts: &[String], draft: &Draft, verdict: Option<Verdict>) -> Action {
    let (confidence, reason) = match verdict {
        Some(_) => (draft.confidence, draft.reason.trim().to_owned()),
        None => (Confidence::default(), String::new()),
    };
    let judgement = Judgement::Verdict { verdict, confidence, reason };
    Action::Judge { accounts: accounts.to_vec(), judgement }
}

/// `applies to 312 accounts`.
fn applies_to(accounts: &[String]) -> String {
    format!("applies to {}", format::counted(accounts.len() as u64, "account", "accounts"))
}

fn key_hints(ui: &mut Ui, read_only: bool) {
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let hints: &[(Command, &str)] = if read_only {
            &[(Command::Export, "export")]
        } else {
            &[
                (Command::Reason, "why"),
                (Command::Tag, "tag"),
                (Command::Note, "note"),
                (Command::Export, "export"),
            ]
        };
        for (command, text) in hints {
            let key = command.def().keys.last().map(crate::ui::command::key_text);
            let key = key.filter(|k| k.len() == 1).unwrap_or_else(|| command.key_text());
            key_cap(ui, &key);
            ui.label(Face::Small.text(*text).color(theme.muted));
            ui.add_space(6.0);
        }
    });
}
