//! What is known of a file that was imported, and of the records in it that could not be read.

use serde::{Deserialize, Serialize};

use super::{Time, TimeSpan};

/// One imported source, as the case records it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// Id in the case, from 1.
    pub id: u32,
    /// Path as it was opened; `-` for standard input; that of the archive and then its own for a
    /// member of an archive.
    pub path: String,
    /// Size on disk, for a member in the archive, unpacked, bytes.
    pub bytes: u64,
    /// Size after decompression, bytes.
    pub unpacked_bytes: u64,
    /// SHA-256 of these bytes on disk or in the archive, lower-case hex.
    pub sha256: String,
    /// Id of the format it was read as.
    pub format: String,
    /// How the bytes on disk are packed and encoded: `none`, `gzip`, `parquet`, `utf-16le`…
    pub compression: String,
    /// The field mapping as TOML: evidence of how fields were read.
    pub mapping: String,
    /// How sure the detection was, 0…1.
    pub confidence: f64,
    /// Time zone assumed for times without one.
    pub timezone: String,
    /// Rows imported, of every granularity.
    pub rows: u64,
    /// Rows that are exchanges.
    pub exchanges: u64,
    /// Rows that are activities.
    pub activities: u64,
    /// Rows that are usage buckets.
    pub buckets: u64,
    /// Records that could not be read.
    pub rejects: u64,
    /// Rows whose request id stood in an earlier row of the same source.
    pub repeats: u64,
    /// Rows with a request id.
    pub request_ids: u64,
    /// Rows without a time.
    #[serde(default)]
    pub without_time: u64,
    /// First and one-past-last time of its rows, where any has a time.
    pub span: Option<TimeSpan>,
    /// When it was imported.
    pub imported_at: Time,
    /// Why it was not read to its end, where it was not (a truncated gzip, say).
    pub problem: Option<String>,
    /// Whether original records were kept; of rejects that were read again, by the source that
    /// they are of.
    pub raw_kept: bool,
}

/// How the mapping of a source begins that is the rejects of another one, read again.
const REJECTS_OF: &str = "rejects_of = ";

impl SourceInfo {
    /// The mapping of a source that is the rejects of another one, read again.
    pub fn mapping_of_rejects(source_id: u32, mapping: &str) -> String {
        format!("{REJECTS_OF}{source_id}\n{mapping}")
    }

    /// The source whose rejects these records are, where that is what they are.
    pub fn rejects_of(&self) -> Option<u32> {
        Self::rejects_in(&self.mapping)
    }

    /// [`SourceInfo::rejects_of`] by the mapping alone.
    pub fn rejects_in(mapping: &str) -> Option<u32> {
        let first = mapping.lines().next()?;
        first.strip_prefix(REJECTS_OF)?.parse().ok()
    }

    /// The source that this one's rejects were read again as.
    pub fn read_again_as<'s>(&self, sources: &'s [Self]) -> Option<&'s Self> {
        sources.iter().find(|other| other.rejects_of() == Some(self.id))
    }

    /// Records of these sources that still cannot be read: rejects that were read again count
    /// where they were read last.
    pub fn open_rejects(sources: &[Self]) -> u64 {
        let open = sources.iter().filter(|source| source.read_again_as(sources).is_none());
        open.fold(0, |sum, source| sum.saturating_add(source.rejects))
    }
}

/// One record that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Line in the unpacked source, from 1.
    pub line: u64,
    /// Offset of the record in the unpacked source, bytes, from 0.
    pub byte_offset: u64,
    /// Length of the record, bytes.
    pub byte_length: u64,
    /// Why, in one short phrase without record content.
    pub reason: String,
    /// The first bytes of the record, as text; invalid bytes shown as U+FFFD.
    pub sample: String,
}

impl Reject {
    /// How much of a record is shown, bytes.
    const SAMPLE_BYTES: usize = 240;

    /// The entry for a record at a place.
    pub fn of(record: &[u8], line: u64, byte_offset: u64, reason: impl Into<String>) -> Self {
        let shown = &record[..record.len().min(Self::SAMPLE_BYTES)];
        let mut sample = String::from_utf8_lossy(shown).into_owned();
        if record.len() > Self::SAMPLE_BYTES {
            // The cut may have gone through a character.
            sample.truncate(sample.trim_end_matches('\u{fffd}').len());
            sample.push('…');
        }
        let byte_length = record.len() as u64;
        Self { line, byte_offset, byte_length, reason: reason.into(), sample }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_that_were_read_again_count_where_they_were_read_last() {
        let source = |id, rejects, mapping: &str| SourceInfo {
            id,
            rejects,
            mapping: mapping.to_owned(),
            ..SourceInfo::default()
        };
        let again = |of| SourceInfo::mapping_of_rejects(of, "format = \"csv\"\n");
        let sources =
            [source(1, 100, "format = \"csv\"\n"), source(2, 7, ""), source(3, 10, &again(1))];
        assert_eq!(SourceInfo::open_rejects(&sources), 17);
        assert_eq!(sources[0].read_again_as(&sources).map(|s| s.id), Some(3));
        assert_eq!((sources[2].rejects_of(), sources[1].rejects_of()), (Some(1), None));
        // Only what the program wrote in front counts, not a text in the mapping.
        let text = source(4, 1, "format = \"\"\"\nrejects_of = 2\n\"\"\"\n");
        assert_eq!(text.rejects_of(), None);
    }
}
