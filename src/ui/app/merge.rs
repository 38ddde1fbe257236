//! Taking over what another analyst said of the same logs.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::App;
use super::session::file_name;
use super::sheet::Sheet;
use crate::case::OpenCase;
use crate::case::merge::{Conflict, Ours, Plan};
use crate::ui::Latest;

/// A case that is to be merged, and what was decided.
#[derive(Default)]
pub struct MergeSheet {
    /// The other case.
    pub path: PathBuf,
    plan: Latest<u64, Arc<Plan>>,
    /// Of each conflict that is decided, whether theirs is taken.
    decided: Vec<(Conflict, bool)>,
    /// What was merged.
    pub done: Option<String>,
}

impl MergeSheet {
    fn new(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }

    /// What merging would change, as soon as that is known.
    pub fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.answer().filter(|_| !self.plan.is_stale())
    }

    /// Why the other case cannot be merged.
    pub fn error(&self) -> Option<&str> {
        self.plan.error()
    }

    /// Whether theirs is taken of a conflict; `None` while that is open.
    pub fn takes_theirs(&self, conflict: &Conflict) -> Option<bool> {
        let decided = self.decided.iter().find(|(known, _)| known == conflict);
        decided.map(|(_, theirs)| *theirs)
    }

    /// Decides a conflict.
    pub fn decide(&mut self, conflict: &Conflict, theirs: bool) {
        self.decided.retain(|(known, _)| known != conflict);
        self.decided.push((conflict.clone(), theirs));
    }

    /// How many conflicts are open.
    pub fn open(&self, plan: &Plan) -> usize {
        plan.conflicts.iter().filter(|conflict| self.takes_theirs(conflict).is_none()).count()
    }

    /// Reads the other case, and again when ours has changed since: what was decided of the same
    /// conflicts stays.
    pub(super) fn ask(&mut self, ctx: &Context, case: &OpenCase) {
        self.plan.poll();
        // The journal that it is made from has every edit only when all are saved.
        let is_saving = case.save_state().pending > 0;
        if self.done.is_some() || is_saving || self.plan.is_asked(&case.revision) {
            return;
        }
        let (ours, path) = (Ours::of(case), self.path.clone());
        self.plan.ask(ctx, case.revision, move |progress| ours.plan(&path, progress).map(Arc::new));
    }
}

impl App {
    /// Offers to merge another case, unless a sheet is at work.
    pub(in crate::ui) fn open_merge(&mut self, path: PathBuf) {
        if self.session.is_none() {
            return;
        }
        if self.put_sheet_away() {
            self.sheet = Some(Sheet::Merge(Box::new(MergeSheet::new(path))));
        } else {
            let why = "An export or a verification is running; try again when it has ended";
            self.say(format!("{} is not merged yet", file_name(&path)), why);
        }
    }

    /// Merges what the sheet shows, in one edit.
    pub fn merge(&mut self, ctx: &Context) {
        let author = self.author();
        let (Some(Sheet::Merge(sheet)), Some(session)) = (&mut self.sheet, &mut self.session)
        else {
            return;
        };
        let Some(plan) = sheet.plan().cloned().filter(|plan| sheet.open(plan) == 0) else { return };
        let theirs = |at: &usize| sheet.takes_theirs(&plan.conflicts[*at]) == Some(true);
        let theirs: BTreeSet<usize> = (0..plan.conflicts.len()).filter(theirs).collect();
        let edit = plan.edit(&theirs);
        let title = edit.title.clone();
        let outcome = session.case.decide(edit, author).map(|()| Some(title.clone()));
        if outcome.is_ok() {
            sheet.done = Some(title);
        }
        self.report(outcome, ctx);
    }
}
