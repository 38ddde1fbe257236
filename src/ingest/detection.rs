//! What the first bytes of a source say it is.

use serde_json::Value;

use super::format::{self, Format};
use super::sample::table::row_object;
use super::{Container, IngestError, Mapping, ReaderOptions, RecordReader};
use crate::model::{Field, Time};

/// The runner-up, so that a close call can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct NextBest {
    /// Id of the format.
    pub format: &'static str,
    /// Its confidence, 0…1.
    pub confidence: f32,
}

/// A recognised source: everything needed to read it.
#[derive(Clone, Debug)]
pub struct Detection {
    /// Id of the format.
    pub format: &'static str,
    /// How records are laid out.
    pub container: Container,
    /// How sure, 0…1.
    pub confidence: f32,
    /// What speaks for it, in one sentence for people.
    pub why: String,
    /// The runner-up, where there is one.
    pub next_best: Option<NextBest>,
    /// How fields are obtained.
    pub mapping: Mapping,
    /// Whether it is a page of an answer and says that there are more.
    pub has_more: bool,
}

impl Detection {
    /// Whether its records may hold more that could be read: objects whose keys are not known before,
    /// and a mapping that was made of what the first of them have, or of names that are not the only
    /// ones.
    pub fn may_hold_more(&self) -> bool {
        matches!(self.format, "csv" | "json" | "native")
    }

    /// Whether it is delimited text under a header.
    pub fn is_table(&self) -> bool {
        matches!(self.container, Container::Csv { .. })
    }

    /// One record as an object, where it is one: a row by the names of its columns.
    pub fn object(&self, record: &[u8]) -> Option<Value> {
        match &self.container {
            Container::Csv { delimiter, header } => {
                row_object(&String::from_utf8_lossy(record), header, *delimiter)
            }
            _ => serde_json::from_slice(record).ok(),
        }
    }

    /// Notes that the source is a page and says that there are more.
    pub fn lacks_pages(&mut self) {
        if !std::mem::replace(&mut self.has_more, true) {
            self.why += "; it says has_more: later pages are missing";
        }
    }

    /// The format, with its name and description.
    pub fn format(&self) -> &'static dyn Format {
        format::by_id(self.format).expect("a detection names a listed format")
    }

    /// A reader for the records of the source.
    ///
    /// # Errors
    /// [`IngestError::Mapping`] when the mapping cannot be used.
    pub fn reader(&self, options: &ReaderOptions) -> Result<Box<dyn RecordReader>, IngestError> {
        self.format().reader(&self.container, &self.mapping, options).map_err(IngestError::Mapping)
    }

    /// States the latest possible moment of times without a year, unless the mapping does.
    pub fn assume_latest(&mut self, moment: Time) {
        if !self.format().lacks_year() {
            return;
        }
        let mut fields = self.mapping.fields.iter_mut();
        if let Some(map) = fields.find(|m| m.field == Field::Timestamp) {
            map.latest.get_or_insert_with(|| moment.to_string());
        }
    }

    /// The options that the mapping itself asks for: its time zone.
    ///
    /// # Errors
    /// [`IngestError::Mapping`] when no zone has that name.
    pub fn options(&self) -> Result<ReaderOptions, IngestError> {
        ReaderOptions::in_zone(&self.mapping.timezone)
    }
}
