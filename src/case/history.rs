//! Undo and redo. Undo never erases: it appends the inverse to the journal, so the history can
//! be rebuilt from the journal when a case is opened again.

use serde::{Deserialize, Serialize};

use super::Edit;

/// What kind of step a journal entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The analyst did something.
    Edit,
    /// The analyst took the last standing edit back.
    Undo,
    /// The analyst did the last undone edit again.
    Redo,
}

impl StepKind {
    /// The action written to the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }

    /// The inverse of [`StepKind::as_str`]; `None` for journal entries that are not edits.
    pub fn parse(action: &str) -> Option<Self> {
        [Self::Edit, Self::Undo, Self::Redo].into_iter().find(|k| k.as_str() == action)
    }
}

/// One step to write to the case: what to change and how to call it in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Doing, undoing or redoing.
    pub kind: StepKind,
    /// The changes to make (already inverted for an undo).
    pub edit: Edit,
}

/// The edits that can be undone and redone, newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    done: Vec<Edit>,
    undone: Vec<Edit>,
}

impl History {
    /// Notes a new edit; what had been undone can no longer be redone.
    pub fn record(&mut self, edit: Edit) -> Step {
        self.undone.clear();
        self.done.push(edit.clone());
        Step { kind: StepKind::Edit, edit }
    }

    /// The step that takes the newest edit back.
    pub fn undo(&mut self) -> Option<Step> {
        let edit = self.done.pop()?;
        let step = Step { kind: StepKind::Undo, edit: edit.inverse() };
        self.undone.push(edit);
        Some(step)
    }

    /// The step that does the last undone edit again.
    pub fn redo(&mut self) -> Option<Step> {
        let edit = self.undone.pop()?;
        self.done.push(edit.clone());
        Some(Step { kind: StepKind::Redo, edit })
    }

    /// Rebuilds the history from the steps of a journal, oldest first.
    pub fn replay(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut history = Self::default();
        for step in steps {
            match step.kind {
                StepKind::Edit => drop(history.record(step.edit)),
                StepKind::Undo => drop(history.undo()),
                StepKind::Redo => drop(history.redo()),
            }
        }
        history
    }

    /// What undo would take back.
    pub fn undo_title(&self) -> Option<&str> {
        self.done.last().map(|e| e.title.as_str())
    }

    /// What redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        self.undone.last().map(|e| e.title.as_str())
    }

    /// How many edits can be undone.
    pub fn depth(&self) -> usize {
        self.done.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Annotations, Change};

    fn tag(account: &str) -> Edit {
        Edit::tag(&Annotations::new(), &[account.to_owned()], "t", true)
    }

    #[test]
    fn undo_gives_the_inverse_and_redo_the_edit_again() {
        let mut history = History::default();
        history.record(tag("a"));
        let undo = history.undo().expect("one edit to undo");
        assert!(matches!(undo.edit.changes[..], [Change::Tag { present: false, .. }]));
        assert_eq!(history.depth(), 0);
        let redo = history.redo().expect("one edit to redo");
        assert_eq!(redo.edit, tag("a"));
        assert_eq!(history.redo(), None);
    }

    #[test]
    fn a_new_edit_ends_what_could_be_redone() {
        let mut history = History::default();
        history.record(tag("a"));
        history.undo();
        history.record(tag("b"));
        assert_eq!(history.redo_title(), None);
        assert_eq!(history.undo_title(), Some("tag b as “t”"));
    }

    #[test]
    fn a_journal_replays_to_the_same_history() {
        let mut history = History::default();
        let mut journal = vec![history.record(tag("a")), history.record(tag("b"))];
        journal.extend(history.undo());
        journal.push(history.record(tag("c")));
        journal.extend(history.undo());
        journal.extend(history.redo());
        assert_eq!(History::replay(journal), history);
    }
}
