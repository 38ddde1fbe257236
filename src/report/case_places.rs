//! Where the originals of a case stand, and their hashes.

use super::ReportError;
use super::hash::sha256_hex;
use super::input::{Place, Places};
use crate::model::SourceInfo;
use crate::store::{CaseFile, RawReader, Still, StoreError};

/// Finds originals in the case file.
pub(super) struct CasePlaces<'a> {
    reader: RawReader<'a>,
    sources: &'a [SourceInfo],
    still: Option<Still<'a>>,
}

impl<'a> CasePlaces<'a> {
    pub(super) fn new(file: &'a CaseFile, sources: &'a [SourceInfo]) -> Self {
        Self { reader: file.raw_reader(), sources, still: file.hold_still() }
    }
}

impl Places for CasePlaces<'_> {
    fn sha256(&mut self, place: &Place) -> Result<Option<String>, ReportError> {
        // Few reads from here on, and long ones.
        self.still = None;
        let not_kept = |id: u32| self.sources.iter().any(|s| s.id == id && !s.raw_kept);
        match self.reader.bytes_at(place.source_id, place.byte_offset, place.byte_length) {
            Ok(bytes) => Ok(Some(sha256_hex(&bytes))),
            Err(StoreError::RawNotKept(source_id)) if not_kept(source_id) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn locate(&mut self, event_id: u64) -> Result<Place, ReportError> {
        let event = self.reader.locate(event_id)?;
        Ok(Place {
            source_id: event.source_id,
            request_id: event.request_id,
            line: u64::from(event.line),
            byte_offset: event.byte_offset,
            byte_length: u64::from(event.byte_length),
        })
    }
}
