//! What the analyst has said of accounts, in the form filters and tables need it.

use std::collections::BTreeMap;

use super::Index;
use crate::model::{Annotation, Verdict};

/// Verdicts and tags by account position. Made anew whenever annotations change; the index does
/// not know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    verdicts: BTreeMap<u32, Verdict>,
    tags: BTreeMap<u32, Vec<String>>,
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
        self.verdicts.remove(&account);
        self.tags.remove(&account);
        if let Some(record) = &annotation.verdict {
            self.verdicts.insert(account, record.verdict);
        }
        if !annotation.tags.is_empty() {
            self.tags.insert(account, annotation.tags.clone());
        }
    }

    /// The standing verdict on an account.
    pub fn verdict(&self, account: u32) -> Option<Verdict> {
        self.verdicts.get(&account).copied()
    }

    /// The tags of an account.
    pub fn tags(&self, account: u32) -> &[String] {
        self.tags.get(&account).map_or(&[], Vec::as_slice)
    }
}
