//! What a case says besides its columns: read from the file while the window goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::ingest::Mapping;
use crate::model::{Field, SourceInfo};
use crate::store::{CaseFile, Mode};

use super::Latest;

/// What is known of accounts beside the logs: account → name → value.
pub type Attributes = BTreeMap<String, BTreeMap<String, String>>;

/// Read once for every case that is opened.
#[derive(Debug, Default)]
pub struct Beside {
    attributes: Latest<u64, Attributes>,
    stand_ins: BTreeSet<String>,
}

impl Beside {
    /// What the sources of a case say at once.
    pub fn new(sources: &[SourceInfo]) -> Self {
        Self { stand_ins: stand_ins(sources), ..Self::default() }
    }

    /// Reads the case, once for every `version`.
    pub fn ask(&mut self, ctx: &egui::Context, version: u64, path: &Path) {
        let case = path.to_owned();
        self.attributes.ask(ctx, version, move |_| {
            CaseFile::open(&case, Mode::ReadOnly)?.account_attributes()
        });
    }

    /// What is known of accounts; `None` until it is read.
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.answer()
    }

    /// Ids that stand where the log names no account: its file's name, `unattributed`.
    pub fn stand_ins(&self) -> &BTreeSet<String> {
        &self.stand_ins
    }
}

/// The constants that the sources were read with where a record names no account.
fn stand_ins(sources: &[SourceInfo]) -> BTreeSet<String> {
    let constant = |source: &SourceInfo| {
        Mapping::from_toml(&source.mapping).ok()?.field(Field::AccountId)?.constant.clone()
    };
    sources.iter().filter_map(constant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_accounts_is_read_from_the_mapping() {
        let source =
            |mapping: &str| SourceInfo { mapping: mapping.into(), ..SourceInfo::default() };
        let sources = [
            source("format = \"csv\"\n[fields]\naccount_id = { constant = \"trace.csv\" }\n"),
            source("format = \"csv\"\n[fields]\naccount_id = \"WHO\"\n"),
            source("no mapping"),
        ];
        assert_eq!(stand_ins(&sources), BTreeSet::from(["trace.csv".to_owned()]));
    }
}
