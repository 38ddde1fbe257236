//! What a report is made from. The exporter reads a case only through [`ReportInput`], so it
//! stays a pure function: no clock, no selection of its own, nothing it was not given.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ReportError;
use super::side_table::SideTable;
use crate::case::dossier::{Deeds, Portrait};
use crate::detect::exhibit::Exhibit;
use crate::index::Coverage;
use crate::job::Progress;
use crate::model::book::Entry;
use crate::model::finding::{Analysis, Circle, Evidence, Link, Measured};
use crate::model::{
    Annotation, Exchange, Field, Granularity, Marker, Reject, SourceInfo, Time, TimeNote, TimeSpan,
};
use crate::network::Network;
use crate::store::JournalEntry;

/// The case file at the time of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// Its title; the file name without extension where it has none.
    pub title: String,
    /// File name, without folders.
    pub file: String,
    /// Size, bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// When it was created.
    pub created_at: Option<Time>,
    /// Accounts in the case.
    pub accounts: u64,
    /// Rows in the case by kind; a kind without rows may be left out.
    pub rows: BTreeMap<Granularity, u64>,
    /// Calls that the usage buckets count, as far as they say.
    pub bucket_requests: Option<u64>,
}

/// What is exported of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectionFacts {
    /// The filter as typed; empty for the whole case.
    pub filter: String,
    /// The same as a sentence.
    pub sentence: String,
    /// The kind of rows it counts; exchanges, activities and buckets are never added up.
    pub kind: Granularity,
    /// From the first to after the last row in the selection, where any has a time.
    pub span: Option<TimeSpan>,
    /// Its rows that have no time.
    pub without_time: u64,
}

impl SelectionFacts {
    /// Whether nothing was left out.
    pub fn is_whole_case(&self) -> bool {
        self.filter.is_empty()
    }
}

/// One account in the selection, counted there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountFacts {
    /// Its id.
    pub account_id: String,
    /// Its organisation; several are joined by `; `.
    pub org_id: Option<String>,
    /// Rows of the selection's kind.
    pub events: u64,
    /// Input tokens, summed over the rows that state them; `None` when none does.
    pub input_tokens: Option<u64>,
    /// Output tokens, likewise.
    pub output_tokens: Option<u64>,
    /// Its first row in the selection that has a time.
    pub first_seen: Option<Time>,
    /// Its last row in the selection that has a time.
    pub last_seen: Option<Time>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventRow<'a> {
    /// Id in the case.
    pub id: u64,
    /// The record, shaped; without its request id, which [`Place`] has.
    pub exchange: Exchange<'a>,
    /// Source it came from.
    pub source_id: u32,
    /// Ids of the other rows that describe the same call, the one that is counted first.
    pub same_call: Vec<u64>,
    /// The template of its prompt, 0 for none; `None` without a prompt or where nobody has looked
    /// for templates.
    pub template: Option<u32>,
}

/// Where a row's original stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The source it is in.
    pub source_id: u32,
    /// Identifier the source gave the call.
    pub request_id: Option<String>,
    /// Line in the unpacked source, from 1.
    pub line: u64,
    /// Offset in the unpacked source, bytes.
    pub byte_offset: u64,
    /// Length of the record, bytes.
    pub byte_length: u64,
}

/// Which rows to go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows<'a> {
    /// All rows of the selection.
    Selected,
    /// Those of some accounts.
    Of(&'a BTreeSet<String>),
    /// These, by id, rising, whether or not they are in the selection, and those of some accounts.
    Cited(&'a [u64], &'a BTreeSet<String>),
}

/// What was recorded in the case besides its rows; small, so it is read once and stays the same
/// for the whole report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// The case file.
    pub case: CaseFacts,
    /// What is exported.
    pub selection: SelectionFacts,
    /// All sources of the case, by id.
    pub sources: Vec<SourceInfo>,
    /// Tables read beside them, in the order they were read.
    pub side_tables: Vec<SideTable>,
    /// How far each log of the case reaches, and where it has nothing.
    pub coverage: Vec<Coverage>,
    /// All markers of the case, by time.
    pub markers: Vec<Marker>,
    /// What was said of ranges of time, in the order written.
    pub time_notes: Vec<TimeNote>,
    /// The case book, by id.
    pub book: Vec<Entry>,
    /// What was said of accounts; of the whole case, the exporter leaves out those that are not
    /// in the selection.
    pub annotations: BTreeMap<String, Annotation>,
    /// What the accounts table says of them: account, name, value; of the whole case.
    pub attributes: BTreeMap<String, BTreeMap<String, String>>,
    /// The whole journal, oldest first.
    pub journal: Vec<JournalEntry>,
    /// What the detectors found, of the whole case; `None` where they have not been run.
    pub analysis: Option<Analysis>,
    /// Why they are to be run again, if they are.
    pub analysis_due: Option<String>,
    /// The ids of all accounts, by position.
    pub account_ids: Vec<String>,
    /// What was said of each account, from the journal.
    pub deeds: Deeds,
    /// Ties between two accounts each.
    pub links: Vec<Link>,
    /// Ties among many.
    pub circles: Vec<Circle>,
    /// What detectors measured of all accounts of which they could.
    pub measured: Vec<Measured>,
}

/// A picture of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictured {
    /// The cluster that the finding is about.
    pub cluster: u32,
    /// Number of the finding, from 1.
    pub finding: u64,
    /// The picture.
    pub exhibit: Exhibit,
}

/// Finds originals.
pub trait Places {
    /// SHA-256 of the bytes of the original record at a place, lower-case hex; `None` where
    /// originals were not kept. Fastest when asked in the order of [`Place::byte_offset`] in each
    /// source.
    ///
    /// # Errors
    /// When the case cannot be read.
    fn sha256(&mut self, place: &Place) -> Result<Option<String>, ReportError>;

    /// Where the original of a row stands.
    ///
    /// # Errors
    /// When the case cannot be read.
    fn locate(&mut self, event_id: u64) -> Result<Place, ReportError>;
}

/// A case, as the exporter reads it. All answers are within the selection unless it says
/// otherwise, and the same for the same case and selection.
pub trait ReportInput {
    /// What was recorded.
    fn recorded(&self) -> &Recorded;

    /// The case file.
    fn case(&self) -> &CaseFacts {
        &self.recorded().case
    }

    /// What is exported.
    fn selection(&self) -> &SelectionFacts {
        &self.recorded().selection
    }

    /// All sources of the case, by id.
    fn sources(&self) -> &[SourceInfo] {
        &self.recorded().sources
    }

    /// All markers of the case, by time.
    fn markers(&self) -> &[Marker] {
        &self.recorded().markers
    }

    /// What was said of accounts.
    fn annotations(&self) -> &BTreeMap<String, Annotation> {
        &self.recorded().annotations
    }

    /// What a redaction leaves in sentences, in one; empty where it leaves nothing.
    fn left_in_sentences(&self) -> String {
        String::new()
    }

    /// The records that a finding cites, by its number from 1, of the whole case.
    ///
    /// # Errors
    /// When the case cannot be read.
    fn evidence(&self, finding: u64) -> Result<Vec<Evidence>, ReportError>;

    /// Pictures of the strongest findings about clusters, by number, in the order given; at most
    /// `most` of each. None where the case cannot make any.
    ///
    /// # Errors
    /// When the case cannot be read, and when cancelled.
    fn pictures(
        &self,
        _clusters: &[u32],
        _most: usize,
        _progress: &Progress,
    ) -> Result<Vec<Pictured>, ReportError> {
        Ok(Vec::new())
    }

    /// What accounts have in common, of the whole case.
    ///
    /// # Errors
    /// When cancelled.
    fn network(&self, progress: &Progress) -> Result<Network, ReportError>;

    /// Checks that the case is still the one that was recorded: called when all has been read.
    ///
    /// # Errors
    /// [`ReportError::Changed`] when it is not, and when it cannot be read.
    fn check_unchanged(&self) -> Result<(), ReportError>;

    /// The accounts with rows in the selection, by id; of the whole case all accounts, also those
    /// that have no rows of the kind counted.
    ///
    /// # Errors
    /// When the case cannot be read.
    fn accounts(&self) -> Result<Vec<AccountFacts>, ReportError>;

    /// Rows in time order (then by id).
    ///
    /// # Errors
    /// When the case cannot be read, and the visitor's.
    fn each_event(
        &self,
        rows: Rows<'_>,
        visit: &mut dyn FnMut(&EventRow<'_>) -> Result<(), ReportError>,
    ) -> Result<(), ReportError>;

    /// Every value of the whole case that names somebody: organisations, users, keys, addresses,
    /// devices; each at least once.
    ///
    /// # Errors
    /// When the case cannot be read, and the visitor's.
    fn each_name(
        &self,
        visit: &mut dyn FnMut(Field, &str) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.each_event(Rows::Selected, &mut |row| {
            let of = &row.exchange;
            let names = [
                (Field::OrgId, &of.org_id),
                (Field::UserId, &of.user_id),
                (Field::ApiKeyId, &of.api_key_id),
                (Field::SessionId, &of.session_id),
                (Field::ClientIp, &of.client_ip),
                (Field::DeviceId, &of.device_id),
            ];
            let mut known = names.iter().filter_map(|(field, text)| Some((*field, text.as_ref()?)));
            known.try_for_each(|(field, text)| visit(field, text.as_str()))
        })
    }

    /// The text of a prompt template, as far as it may be seen, and the SHA-256 of all of it.
    fn template(&self, _id: u32) -> Option<(String, String)> {
        None
    }

    /// What the records of some accounts, by position, say in the selection, and how many of them lie
    /// in each of `bins` equal parts of `span`; `None` where the case cannot tell.
    ///
    /// # Errors
    /// When cancelled.
    fn portrait(
        &self,
        _accounts: &[u32],
        _axis: Option<(TimeSpan, usize)>,
        _progress: &Progress,
    ) -> Result<Option<(Portrait, Vec<u64>)>, ReportError> {
        Ok(None)
    }

    /// The models that accounts called, by position, in the selection; by name.
    fn models(&self, _accounts: &[u32]) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// A reader of places; fastest when asked in the order of [`ReportInput::each_event`]. Until it
    /// is asked for a hash, or dropped, nothing is written to the case.
    fn places(&self) -> Box<dyn Places + '_>;

    /// Rows in each of `bins` equal parts of `span`; of one account, or of all.
    ///
    /// # Errors
    /// When the case cannot be read.
    fn traffic(
        &self,
        account: Option<&str>,
        span: TimeSpan,
        bins: usize,
    ) -> Result<Vec<u64>, ReportError>;

    /// Every reject of the case with the id of its source, by source and offset.
    ///
    /// # Errors
    /// When the case cannot be read, and the visitor's.
    fn each_reject(
        &self,
        visit: &mut dyn FnMut(u32, &Reject) -> Result<(), ReportError>,
    ) -> Result<(), ReportError>;
}
