//! Where the records of a log of rejects stand in the source that they are of.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::import::ImportError;
use super::reread::Rejected;
use crate::ingest::Encoding;
use crate::job::Progress;
use crate::model::{Block, Reject};
use crate::store::CaseFile;

/// As much of a record as a sample is made of, bytes.
const SAMPLED: u64 = 4096;
/// Bytes of the longest line break.
const LINE_BREAK: u64 = 2;

/// The places of all records of a log of rejects, in order.
pub(super) struct Originals {
    places: Vec<Original>,
    log: PathBuf,
}

/// A record, of text a line.
#[derive(Clone, Default)]
struct Original {
    /// Where it stands in the text of the log, and how long it is there.
    at: u64,
    at_line: u64,
    at_length: u64,
    /// The same in the source, whose text may be encoded otherwise.
    offset: u64,
    line: u64,
    length: u64,
}

impl Originals {
    /// Those of the log of the rejects of a source, whose text is read as `encoding`.
    ///
    /// # Errors
    /// When the rejects are not those that the log was made of.
    pub(super) fn of(
        file: &CaseFile,
        source_id: u32,
        log: &Path,
        encoding: Encoding,
        progress: &Progress,
    ) -> Result<Self, ImportError> {
        let rejected = Rejected::of(file, source_id)?;
        let header = rejected.header.as_bytes();
        let mut places = Vec::new();
        let mut written = header.len() as u64;
        let mut next =
            Original { at: written, at_line: 1 + newlines(header), ..Original::default() };
        rejected.each(progress, |reject, bytes| {
            (next.offset, next.line) = (reject.byte_offset, reject.line);
            let is_end = |b: &u8| *b == b'\n';
            let cut: Vec<&[u8]> = match rejected.is_text {
                true => bytes.split(is_end).collect(),
                false => vec![bytes],
            };
            for record in cut {
                next.length = record.len() as u64;
                next.at_length = encoding.utf8_length(record);
                let place = next.clone();
                next.at += place.at_length + 1;
                next.at_line += newlines(record) + 1;
                next.offset += place.length + 1;
                next.line += 1;
                places.push(place);
            }
            written += bytes.len() as u64 + 1;
            Ok(())
        })?;
        if fs::metadata(log).map_or(0, |meta| meta.len()) != written {
            let why = "the rejects are others than a moment ago; read them again";
            return Err(ImportError::Rejects(format!("source {source_id}: {why}")));
        }
        Ok(Self { places, log: log.to_owned() })
    }

    /// Puts the records of a block where they stand in the source, which keeps their bytes.
    pub(super) fn place(&self, block: &mut Block) {
        block.raw = None;
        let rows = &mut block.rows;
        for row in 0..rows.len() {
            let at = rows.byte_offset[row];
            let Some(place) = self.around(at) else { continue };
            let line = place.line + u64::from(rows.line[row]).saturating_sub(place.at_line);
            rows.line[row] = u32::try_from(line).unwrap_or(u32::MAX);
            rows.byte_offset[row] = place.offset + (at - place.at);
            if place.at_length != place.length {
                let length = place.length.saturating_sub(at - place.at);
                rows.byte_length[row] = u32::try_from(length).unwrap_or(u32::MAX);
            }
        }
        let rejects = std::mem::take(&mut block.rejects);
        block.rejects = rejects.iter().flat_map(|reject| self.apart(reject)).collect();
    }

    fn around(&self, at: u64) -> Option<&Original> {
        let after = self.places.partition_point(|place| place.at <= at);
        self.places[..after].last()
    }

    /// A reject of the log as those that it is of the source: what follows each other there need
    /// not do so here.
    fn apart(&self, reject: &Reject) -> Vec<Reject> {
        let end = reject.byte_offset + reject.byte_length;
        let first = self.places.partition_point(|p| p.at + p.at_length <= reject.byte_offset);
        let mut parts: Vec<Reject> = Vec::new();
        for place in self.places[first..].iter().take_while(|place| place.at < end) {
            let place_end = place.offset + place.length;
            if let Some(last) = parts.last_mut()
                && place.offset.saturating_sub(last.byte_offset + last.byte_length) <= LINE_BREAK
            {
                last.byte_length = place_end - last.byte_offset;
                continue;
            }
            let lead = reject.byte_offset.saturating_sub(place.at);
            let sample = match parts.is_empty() {
                true => reject.sample.clone(),
                false => self.sample(place).unwrap_or_default(),
            };
            let (byte_offset, reason) = (place.offset + lead, reject.reason.clone());
            let byte_length = place_end.saturating_sub(byte_offset);
            parts.push(Reject { line: place.line, byte_offset, byte_length, reason, sample });
        }
        parts
    }

    /// The sample of a record that was not the first of its run.
    fn sample(&self, place: &Original) -> io::Result<String> {
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::Start(place.at))?;
        let mut bytes = Vec::new();
        log.take(place.length.min(SAMPLED)).read_to_end(&mut bytes)?;
        Ok(Reject::of(&bytes, 0, 0, "").sample)
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}
