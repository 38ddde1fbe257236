//! What the analyst has typed and not yet given, one draft a selection: looking at another
//! account in between loses nothing, and a reason typed for one account is never given to
//! another.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::case::Annotations;
use crate::model::{Confidence, Selection, VerdictRecord};
use crate::ui::format;

/// Texts being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub confidence: Confidence,
    pub reason: String,
    pub tag: String,
    pub note: String,
}

/// A field of the panel that text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// The reason for a verdict.
    Reason,
    /// A tag.
    Tag,
    /// A note.
    Note,
}

impl Draft {
    /// Where it differs from `began`.
    fn first(&self, began: &Self) -> Option<Writing> {
        [
            (Writing::Reason, self.reason.trim() != began.reason.trim()),
            (Writing::Tag, !self.tag.trim().is_empty()),
            (Writing::Note, !self.note.trim().is_empty()),
        ]
        .into_iter()
        .find_map(|(field, differs)| differs.then_some(field))
    }

    /// Counts what differs from `began`.
    fn count(&self, began: &Self, ungiven: &mut Ungiven) {
        ungiven.reasons += usize::from(self.reason.trim() != began.reason.trim());
        ungiven.notes += usize::from(!self.note.trim().is_empty());
        ungiven.tags += usize::from(!self.tag.trim().is_empty());
    }
}

/// How much was typed and not given, over all drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ungiven {
    /// Reasons of verdicts.
    pub reasons: usize,
    /// Notes.
    pub notes: usize,
    /// Tags.
    pub tags: usize,
    /// Texts of the case book.
    pub entries: usize,
}

impl Ungiven {
    /// `1 unsaved reason, 2 unsaved notes`; `None` where everything is given.
    pub fn words(self) -> Option<String> {
        let parts: Vec<String> = [
            (self.reasons, "unsaved reason", "unsaved reasons"),
            (self.notes, "unsaved note", "unsaved notes"),
            (self.tags, "unsaved tag", "unsaved tags"),
            (self.entries, "unsaved text", "unsaved texts"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format::counted(n as u64, one, many))
        .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// A draft that waits for its selection.
#[derive(Debug)]
struct Kept {
    selection: Selection,
    key: u64,
    draft: Draft,
    began: Draft,
}

#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// What was selected, to notice a change cheaply.
    selection: Selection,
    key: u64,
    current: Draft,
    /// What stands, and the current draft began as: one that does not differ need not be kept.
    began: Draft,
    /// The revision of the annotations that `began` was read from, and of how many accounts: who is
    /// in a cluster may be known later than that it is selected.
    revision: (u64, usize),
    /// As many as there are: what was typed is never dropped.
    kept: Vec<Kept>,
}

impl Drafts {
    /// Turns to the draft of a selection. `revision` changes with the annotations.
    pub fn turn_to(
        &mut self,
        selection: &Selection,
        accounts: &[String],
        annotations: &Annotations,
        revision: u64,
    ) {
        let revision = (revision, accounts.len());
        if self.selection == *selection {
            if self.revision != revision {
                self.follow(standing(accounts, annotations));
            }
            self.revision = revision;
            return;
        }
        self.keep();
        self.revision = revision;
        self.selection = selection.clone();
        self.key = key(selection);
        self.began = standing(accounts, annotations);
        self.current = match self.kept.iter().position(|kept| kept.key == self.key) {
            Some(at) => self.kept.remove(at).draft,
            None => self.began.clone(),
        };
    }

    /// An untouched reason follows what stands: after an undo it is the one of before.
    fn follow(&mut self, standing: Draft) {
        let untouched = self.current.reason == self.began.reason
            && self.current.confidence == self.began.confidence;
        if untouched {
            self.current.reason.clone_from(&standing.reason);
            self.current.confidence = standing.confidence;
        }
        self.began = standing;
    }

    fn keep(&mut self) {
        let draft = std::mem::take(&mut self.current);
        let began = std::mem::take(&mut self.began);
        if draft != began {
            self.kept.push(Kept { selection: self.selection.clone(), key: self.key, draft, began });
        }
    }

    /// What was typed and not given, of this selection and of all others.
    pub fn ungiven(&self) -> Ungiven {
        let mut ungiven = Ungiven::default();
        self.current.count(&self.began, &mut ungiven);
        self.kept.iter().for_each(|kept| kept.draft.count(&kept.began, &mut ungiven));
        ungiven
    }

    /// A selection of which something was typed and not given, and in which field. This one comes
    /// last, so that one who goes there again and again sees them all.
    pub fn first_ungiven(&self) -> Option<(&Selection, Writing)> {
        let kept = self.kept.iter();
        let of_kept = |kept: &'_ Kept| kept.draft.first(&kept.began);
        let mut others = kept.filter_map(|kept| Some((&kept.selection, of_kept(kept)?)));
        let this = || Some((&self.selection, self.current.first(&self.began)?));
        others.next().or_else(this)
    }

    /// What the current draft belongs to, as a number.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The draft of what is selected now.
    pub fn current(&mut self) -> &mut Draft {
        &mut self.current
    }
}

/// What a draft begins with: the standing verdicts' confidence and their reason, each where all
/// accounts share it.
fn standing(accounts: &[String], annotations: &Annotations) -> Draft {
    let verdict_of = |account| annotations.get(account).and_then(|said| said.verdict.as_ref());
    let verdicts: Option<Vec<&VerdictRecord>> = accounts.iter().map(verdict_of).collect();
    let verdicts = verdicts.unwrap_or_default();
    let Some(first) = verdicts.first() else { return Draft::default() };
    let mut draft = Draft::default();
    if verdicts.iter().all(|v| v.confidence == first.confidence) {
        draft.confidence = first.confidence;
    }
    if verdicts.iter().all(|v| v.reason == first.reason) {
        draft.reason.clone_from(&first.reason);
    }
    draft
}

fn key(selection: &Selection) -> u64 {
    let mut hasher = DefaultHasher::new();
    match selection {
        Selection::Accounts(ids) => ids.hash(&mut hasher),
        other => other.title().hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Annotation, Time, Verdict};

    fn turn(drafts: &mut Drafts, id: &str, annotations: &Annotations) {
        // Every call is another revision of what was said.
        let revision = drafts.revision.0 + 1;
        drafts.turn_to(&Selection::account(id), &[id.to_owned()], annotations, revision);
    }

    fn verdict(reason: &str) -> Annotations {
        Annotations::from([("a".to_owned(), said(Confidence::High, reason))])
    }

    fn said(confidence: Confidence, reason: &str) -> Annotation {
        let verdict = VerdictRecord {
            verdict: Verdict::Watch,
            confidence,
            reason: reason.into(),
            at: Time(0),
            actor: String::new(),
        };
        Annotation { verdict: Some(verdict), ..Annotation::default() }
    }

    #[test]
    fn of_several_accounts_it_begins_with_what_they_share() {
        let begun = |second: Option<Annotation>| {
            let mut annotations = verdict("one card");
            annotations.extend(second.map(|said| ("b".to_owned(), said)));
            let draft = standing(&["a".to_owned(), "b".to_owned()], &annotations);
            (draft.confidence, draft.reason)
        };
        let (high, medium, low) = (Confidence::High, Confidence::Medium, Confidence::Low);
        let one_card = "one card".to_owned();
        assert_eq!(begun(Some(said(high, "one card"))), (high, one_card.clone()));
        assert_eq!(begun(Some(said(high, "one address"))), (high, String::new()));
        assert_eq!(begun(Some(said(low, "one card"))), (medium, one_card), "as ever, unsaid");
        assert_eq!(begun(None), (medium, String::new()), "one of them has no verdict");
    }

    #[test]
    fn a_reason_waits_for_its_account_and_is_not_given_to_another() {
        let mut drafts = Drafts::default();
        let none = Annotations::new();
        turn(&mut drafts, "a", &none);
        drafts.current().reason = "odd hours".into();
        turn(&mut drafts, "b", &none);
        assert_eq!(drafts.current().reason, "");
        turn(&mut drafts, "a", &none);
        assert_eq!(drafts.current().reason, "odd hours");
    }

    #[test]
    fn a_draft_begins_with_what_stands_and_follows_it_until_it_is_touched() {
        let mut drafts = Drafts::default();
        turn(&mut drafts, "a", &verdict("first"));
        assert_eq!(drafts.current().reason, "first");
        assert_eq!(drafts.current().confidence, Confidence::High);
        turn(&mut drafts, "a", &verdict("second"));
        assert_eq!(drafts.current().reason, "second");
        drafts.current().reason.push_str(", and more");
        turn(&mut drafts, "a", &Annotations::new());
        assert_eq!(drafts.current().reason, "second, and more");
    }

    #[test]
    fn a_draft_begins_with_what_stands_also_where_the_accounts_are_known_late() {
        let annotations = verdict("cards");
        let (mut drafts, selection) = (Drafts::default(), Selection::account("a"));
        drafts.turn_to(&selection, &[], &annotations, 1);
        assert_eq!(drafts.current().reason, "");
        drafts.turn_to(&selection, &["a".to_owned()], &annotations, 1);
        assert_eq!(drafts.current().reason, "cards");
    }

    #[test]
    fn what_is_typed_counts_until_it_is_given_wherever_one_looks_meanwhile() {
        let mut drafts = Drafts::default();
        let none = Annotations::new();
        turn(&mut drafts, "a", &none);
        assert_eq!(drafts.ungiven().words(), None);
        drafts.current().reason = "odd hours".into();
        turn(&mut drafts, "b", &none);
        drafts.current().note = "ask for the contract".into();
        assert_eq!(drafts.ungiven().words().as_deref(), Some("1 unsaved reason, 1 unsaved note"));
        let (a, b) = (Selection::account("a"), Selection::account("b"));
        assert_eq!(drafts.first_ungiven(), Some((&a, Writing::Reason)));
        turn(&mut drafts, "a", &none);
        assert_eq!(drafts.first_ungiven(), Some((&b, Writing::Note)), "one after the other");
        turn(&mut drafts, "b", &none);
        drafts.current().note.clear();
        turn(&mut drafts, "a", &none);
        turn(&mut drafts, "a", &verdict("odd hours"));
        assert_eq!(drafts.ungiven().words(), None);
    }
}
