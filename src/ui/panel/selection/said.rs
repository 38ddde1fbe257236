//! What has been said of the selected accounts, gathered once for every selection and every
//! revision of the annotations: thousands of accounts are not gone through in every frame.

use std::collections::BTreeMap;

use crate::case::Annotations;
use crate::model::{Confidence, Note, Time, Verdict};
use crate::ui::format;
use crate::ui::widget::raw::visible_text;

/// Notes kept at most, the newest.
const NOTES: usize = 30;

/// What has been said.
#[derive(Debug, Default)]
pub struct Said {
    /// The verdicts that stand.
    pub standing: Standing,
    /// The tags that any of the accounts carries, and how many carry each.
    pub tags: Vec<(String, usize)>,
    /// The newest notes with their accounts, oldest first.
    pub notes: Vec<Written>,
    /// How many notes there are besides.
    pub earlier_notes: usize,
}

/// A note, and on which accounts it is, with its id on each: what was written on several at once is
/// one note.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The note.
    pub note: Note,
    /// The accounts.
    pub on: Vec<(String, u64)>,
}

impl Written {
    /// On whom, where several accounts are looked at: `ac001`, `on 24 accounts`.
    pub fn on_whom(&self) -> String {
        match &self.on[..] {
            [(account, _)] => visible_text(account).into_owned(),
            all => format!("on {} accounts", format::count(all.len() as u64)),
        }
    }
}

impl Said {
    /// Of some accounts, by id.
    pub fn of(annotations: &Annotations, accounts: &[String]) -> Self {
        let mut notes = written(annotations, accounts);
        let earlier_notes = notes.len().saturating_sub(NOTES);
        Self {
            standing: Standing::of(annotations, accounts),
            tags: carried(annotations, accounts),
            notes: notes.split_off(earlier_notes),
            earlier_notes,
        }
    }
}

fn carried(annotations: &Annotations, accounts: &[String]) -> Vec<(String, usize)> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let annotated = accounts.iter().filter_map(|a| annotations.get(a));
    for tag in annotated.flat_map(|a| &a.tags) {
        *count.entry(tag).or_default() += 1;
    }
    count.into_iter().map(|(tag, n)| (tag.to_owned(), n)).collect()
}

fn written(annotations: &Annotations, accounts: &[String]) -> Vec<Written> {
    let mut notes: BTreeMap<(Time, &str, &str), Written> = BTreeMap::new();
    for account in accounts {
        for note in annotations.get(account).map_or(&[][..], |said| &said.notes) {
            let new = || Written { note: note.clone(), on: Vec::new() };
            let key = (note.at, &*note.actor, &*note.text);
            notes.entry(key).or_insert_with(new).on.push((account.clone(), note.id));
        }
    }
    let mut all: Vec<Written> = notes.into_values().collect();
    all.sort_by_key(|written| (written.note.at, written.note.id));
    all
}

/// The verdicts that stand on the selected accounts.
#[derive(Debug, Default)]
pub struct Standing {
    counts: [u64; 3],
    none: u64,
    /// Verdict, confidence and reason, where all accounts have the same.
    pub same: Option<(Verdict, Confidence, String)>,
    /// Who gave it and when, where it is one account.
    pub by: Option<(String, Time)>,
}

impl Standing {
    fn of(annotations: &Annotations, accounts: &[String]) -> Self {
        let mut counts = [0; 3];
        let mut none = 0;
        let mut same: Option<Option<(Verdict, Confidence, &str)>> = None;
        for account in accounts {
            let record = annotations.get(account).and_then(|a| a.verdict.as_ref());
            let now = record.map(|r| (r.verdict, r.confidence, r.reason.as_str()));
            match record {
                Some(r) => counts[r.verdict as usize] += 1,
                None => none += 1,
            }
            match same {
                None => same = Some(now),
                Some(before) if before != now => same = Some(None),
                Some(_) => {}
            }
        }
        let record = match accounts {
            [one] => annotations.get(one).and_then(|a| a.verdict.as_ref()),
            _ => None,
        };
        let by = record.map(|r| (visible_text(&r.actor).into_owned(), r.at));
        let same = same.flatten().map(|(v, c, r)| (v, c, r.to_owned()));
        Self { counts, none, same, by }
    }

    /// How many of the accounts have a verdict.
    pub fn given(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether all of the accounts have this one.
    pub fn all_are(&self, verdict: Verdict, accounts: usize) -> bool {
        self.counts[verdict as usize] == accounts as u64
    }

    /// `3 suspicious · 1 cleared · 8 without`, where they differ.
    pub fn mixed_words(&self) -> Option<String> {
        let kinds = self.counts.iter().filter(|n| **n > 0).count() + usize::from(self.none > 0);
        (kinds > 1).then(|| self.words())
    }

    /// `3 suspicious · 1 cleared · 8 without a verdict`.
    pub fn words(&self) -> String {
        let named = Verdict::ALL
            .into_iter()
            .map(|v| (self.counts[v as usize], v.as_str()))
            .chain([(self.none, "without a verdict")]);
        let parts: Vec<String> = named
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{} {word}", format::count(n)))
            .collect();
        parts.join(" · ")
    }
}
