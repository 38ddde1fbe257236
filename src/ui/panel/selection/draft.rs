//! What the analyst has typed and not yet given, one draft a selection: looking at another
//! account in between loses nothing, and a reason typed for one account is never given to
//! another.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::case::Annotations;
use crate::model::{Confidence, Selection};

/// Texts being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub confidence: Confidence,
    pub reason: String,
    pub tag: String,
    pub note: String,
}

/// Drafts that are kept besides the current one.
const KEPT: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// What was selected, to notice a change cheaply.
    selection: Selection,
    key: u64,
    current: Draft,
    /// What the current draft began as: one that was not touched need not be kept.
    began: Draft,
    kept: Vec<(u64, Draft)>,
}

impl Drafts {
    /// Turns to the draft of a selection.
    pub fn turn_to(
        &mut self,
        selection: &Selection,
        accounts: &[String],
        annotations: &Annotations,
    ) {
        if self.selection == *selection {
            self.follow(accounts, annotations);
            return;
        }
        self.keep();
        self.selection = selection.clone();
        self.key = key(selection);
        self.began = standing(accounts, annotations);
        self.current = match self.kept.iter().position(|(key, _)| *key == self.key) {
            Some(at) => self.kept.remove(at).1,
            None => self.began.clone(),
        };
    }

    /// An untouched draft follows what stands: after an undo it shows the reason of before.
    fn follow(&mut self, accounts: &[String], annotations: &Annotations) {
        // One account only: reading the verdicts of thousands every frame is not worth it.
        if accounts.len() == 1 && self.current == self.began {
            let standing = standing(accounts, annotations);
            if standing != self.began {
                self.began = standing.clone();
                self.current = standing;
            }
        }
    }

    fn keep(&mut self) {
        if self.current != self.began {
            let draft = std::mem::take(&mut self.current);
            self.kept.push((self.key, draft));
            if self.kept.len() > KEPT {
                self.kept.remove(0);
            }
        }
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

/// What a draft begins with: the standing verdict's reason and confidence, where all accounts
/// share them.
fn standing(accounts: &[String], annotations: &Annotations) -> Draft {
    let mut verdicts = accounts.iter().map(|a| annotations.get(a).and_then(|a| a.verdict.as_ref()));
    let first = verdicts.next().flatten();
    let Some(first) = first else { return Draft::default() };
    let same = verdicts
        .all(|v| v.is_some_and(|v| v.reason == first.reason && v.confidence == first.confidence));
    if !same {
        return Draft::default();
    }
    Draft { confidence: first.confidence, reason: first.reason.clone(), ..Draft::default() }
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
    use crate::model::{Annotation, Time, Verdict, VerdictRecord};

    fn turn(drafts: &mut Drafts, id: &str, annotations: &Annotations) {
        drafts.turn_to(&Selection::account(id), &[id.to_owned()], annotations);
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
        let record = |reason: &str| {
            let verdict = VerdictRecord {
                verdict: Verdict::Watch,
                confidence: Confidence::High,
                reason: reason.into(),
                at: Time(0),
                actor: String::new(),
            };
            Annotations::from([(
                "a".to_owned(),
                Annotation { verdict: Some(verdict), ..Annotation::default() },
            )])
        };
        let mut drafts = Drafts::default();
        turn(&mut drafts, "a", &record("first"));
        assert_eq!(drafts.current().reason, "first");
        assert_eq!(drafts.current().confidence, Confidence::High);
        turn(&mut drafts, "a", &record("second"));
        assert_eq!(drafts.current().reason, "second");
        drafts.current().reason.push_str(", and more");
        turn(&mut drafts, "a", &Annotations::new());
        assert_eq!(drafts.current().reason, "second, and more");
    }
}
