//! What the analyst has said of accounts, in the form filters and tables need it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Index;
use super::cited::Cited;
use super::conclusions::Conclusions;
use crate::model::filter::list_name;
use crate::model::finding::Analysis;
use crate::model::{Annotation, Confidence, Verdict};

/// Verdicts and tags by account position. Made anew whenever annotations change; the index does
/// not know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    verdicts: BTreeMap<u32, Verdict>,
    tags: BTreeMap<u32, Vec<String>>,
    /// How sure, and why.
    reasons: BTreeMap<u32, (Confidence, String)>,
    notes: BTreeMap<u32, Vec<String>>,
    /// Every list by name, with the number of its accounts.
    names: BTreeMap<String, usize>,
    /// What detectors concluded.
    concluded: Option<Arc<Conclusions>>,
    /// Where what findings cite is read.
    cited: Option<Arc<Cited>>,
}

impl Lists {
    /// Lists from annotations by account id; accounts without rows in the index are skipped.
    pub fn new<'a>(
        index: &Index,
        annotations: impl IntoIterator<Item = (&'a str, &'a Annotation)>,
    ) -> Self {
        let mut lists = Self::default();
        for (id, annotation) in annotations {
            if let Some(account) = index.account_position(id) {
                lists.insert(account, annotation);
            }
        }
        lists
    }

    /// Records what was said of an account, replacing what was known.
    pub fn insert(&mut self, account: u32, annotation: &Annotation) {
        for name in self.lists_of(account) {
            if let Entry::Occupied(mut left) = self.names.entry(name) {
                *left.get_mut() -= 1;
                if *left.get() == 0 {
                    left.remove();
                }
            }
        }
        self.put(account, annotation);
        for name in self.lists_of(account) {
            *self.names.entry(name).or_default() += 1;
        }
    }

    fn put(&mut self, account: u32, annotation: &Annotation) {
        self.verdicts.remove(&account);
        self.tags.remove(&account);
        self.reasons.remove(&account);
        self.notes.remove(&account);
        if let Some(record) = &annotation.verdict {
            self.verdicts.insert(account, record.verdict);
            self.reasons.insert(account, (record.confidence, record.reason.clone()));
        }
        if !annotation.notes.is_empty() {
            let texts = annotation.notes.iter().map(|note| note.text.clone()).collect();
            self.notes.insert(account, texts);
        }
        if !annotation.tags.is_empty() {
            self.tags.insert(account, annotation.tags.clone());
        }
    }

    /// Takes what detectors concluded in place of what they did before.
    pub fn conclude(&mut self, analysis: Option<&Analysis>) {
        self.concluded = analysis.map(|analysis| Arc::new(Conclusions::of(analysis)));
    }

    /// Says where what findings cite is read, in place of what was said before.
    pub fn cite(&mut self, cited: Option<Cited>) {
        self.cited = cited.map(Arc::new);
    }

    /// Where what findings cite is read; `None` where detectors have not been run.
    pub(super) fn cited(&self) -> Option<&Cited> {
        self.cited.as_deref()
    }

    /// What detectors concluded; `None` where they have not been run.
    pub fn concluded(&self) -> Option<&Conclusions> {
        self.concluded.as_deref()
    }

    /// The standing verdict on an account.
    pub fn verdict(&self, account: u32) -> Option<Verdict> {
        self.verdicts.get(&account).copied()
    }

    /// Every list by name, with the number of its accounts: those with a tag, and those with a
    /// verdict, which no tag takes the name of.
    pub fn names(&self) -> &BTreeMap<String, usize> {
        &self.names
    }

    /// The lists that an account is on. Tags that differ only in spelling are one list.
    fn lists_of(&self, account: u32) -> BTreeSet<String> {
        let tags = self.tags(account).iter().filter_map(|tag| list_name(tag));
        let tags = tags.filter(|name| Verdict::parse(name).is_none());
        tags.chain(self.verdict(account).map(|v| v.as_str().to_owned())).collect()
    }

    /// Every tag, with the number of its accounts.
    pub fn all_tags(&self) -> BTreeMap<&str, usize> {
        let mut tags = BTreeMap::new();
        for tag in self.tags.values().flatten() {
            *tags.entry(tag.as_str()).or_default() += 1;
        }
        tags
    }

    /// Whether an account is on a list.
    pub fn is_on(&self, account: u32, list: &str) -> bool {
        match Verdict::parse(list) {
            Some(verdict) => self.verdict(account) == Some(verdict),
            None => self.tags(account).iter().any(|tag| list_name(tag).as_deref() == Some(list)),
        }
    }

    /// How sure the analyst is of the verdict.
    pub fn confidence(&self, account: u32) -> Option<Confidence> {
        self.reasons.get(&account).map(|(confidence, _)| *confidence)
    }

    /// The words given for the verdict; may be empty.
    pub fn reason(&self, account: u32) -> Option<&str> {
        self.reasons.get(&account).map(|(_, reason)| reason.as_str())
    }

    /// The notes on an account, oldest first.
    pub fn notes(&self, account: u32) -> &[String] {
        self.notes.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The tags of an account.
    pub fn tags(&self, account: u32) -> &[String] {
        self.tags.get(&account).map_or(&[], Vec::as_slice)
    }
}
