//! What a case says besides its columns: read from the file while the window goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::case::joining::{self, Clock};
use crate::case::stand_ins;
use crate::model::{JoinCounts, SourceInfo};
use crate::store::{CaseFile, Mode, StoreError};

use super::Latest;

/// What is known of accounts beside the logs: account → name → value.
pub type Attributes = BTreeMap<String, BTreeMap<String, String>>;

/// Read once for every case that is opened.
#[derive(Debug, Default)]
pub struct Beside {
    /// With the names that columns of them have in files.
    attributes: Latest<u64, (Arc<Attributes>, Arc<Vec<String>>)>,
    clocks: Latest<u64, Vec<Clock>>,
    stand_ins: BTreeSet<String>,
    /// Pairs of records that describe the same call.
    pub joins: JoinCounts,
}

impl Beside {
    /// What the sources of a case say at once, and its pairs.
    pub fn new(sources: &[SourceInfo], joins: JoinCounts) -> Self {
        Self { stand_ins: stand_ins(sources).into_iter().collect(), joins, ..Self::default() }
    }

    /// With what is known of accounts, as if it were read.
    #[cfg(test)]
    pub fn known(attributes: Attributes) -> Self {
        let mut beside = Self::default();
        beside.attributes.put(1, (Arc::new(attributes), Arc::default()));
        beside
    }

    /// Reads the case, once for every `version`.
    pub fn ask(&mut self, ctx: &egui::Context, version: u64, path: &Path) {
        let case = path.to_owned();
        self.attributes.ask(ctx, version, move |_| {
            let all = CaseFile::open(&case, Mode::ReadOnly)?.account_attributes()?;
            let names: BTreeSet<&String> = all.values().flat_map(BTreeMap::keys).collect();
            let names = names.into_iter().map(|name| format!("attr_{name}")).collect();
            Ok::<_, StoreError>((Arc::new(all), Arc::new(names)))
        });
        let case = path.to_owned();
        self.clocks.ask(ctx, version, move |progress| {
            joining::clocks(&CaseFile::open(&case, Mode::ReadOnly)?, progress)
        });
    }

    /// Sources whose clocks disagree; none until it is read.
    pub fn clocks(&self) -> &[Clock] {
        self.clocks.answer().map_or(&[], Vec::as_slice)
    }

    /// What is known of accounts; `None` until it is read.
    pub fn attributes(&self) -> Option<&Arc<Attributes>> {
        self.attributes.answer().map(|(all, _)| all)
    }

    /// The names that columns of attributes have in files, in order: `attr_plan`. None until they
    /// are read.
    pub fn attribute_columns(&self) -> Arc<Vec<String>> {
        self.attributes.answer().map(|(_, names)| names.clone()).unwrap_or_default()
    }

    /// Ids that stand where the log names no account: its file's name, `unattributed`.
    pub fn stand_ins(&self) -> &BTreeSet<String> {
        &self.stand_ins
    }
}
