//! `manifest.json`: what is in a package, what it was made from, and the hashes that hold it
//! together.
//!
//! Two hashes sum it up. The *content hash* is over the files without `report.pdf`, so that the
//! report can print it. The *manifest hash* is over the manifest itself with that field empty,
//! so that no byte of the manifest can change unseen.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hash::{hex, sha256_hex};
use super::side_table::SideTable;

/// The value of [`Manifest::format`].
pub const FORMAT: &str = "stillwatch-evidence";
/// The value of [`Manifest::format_version`] this version writes and reads.
pub const FORMAT_VERSION: u32 = 1;
/// Name of the manifest in the package.
pub const MANIFEST: &str = "manifest.json";
/// Name of the report in the package.
pub const REPORT: &str = "report.pdf";

/// What a package says of itself. Serialised in the order of the fields; no floats, so that
/// reading and writing it again gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// `stillwatch`.
    pub tool: String,
    /// Version of the tool.
    pub tool_version: String,
    /// The time the package carries, RFC 3339 UTC.
    pub generated_at: String,
    /// Title of the report.
    pub title: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// What stands at the head and the foot of every page; left out: nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub banner: String,
    /// Sections that were left out of the report, by name; left out: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// The case file.
    pub case: CaseEntry,
    /// What was exported of it.
    pub selection: SelectionEntry,
    /// What is hidden; left out: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<RedactionEntry>,
    /// Detectors whose results are in the package, with versions; empty: none were run.
    pub detectors: Vec<String>,
    /// Seed of the detectors' run; `null`: none were run.
    pub seed: Option<u64>,
    /// What the column `events` counts: `exchanges`, `activities` or `usage buckets`.
    pub events_are: String,
    /// Every imported source.
    pub sources: Vec<SourceEntry>,
    /// Every table of accounts or moments that was read beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<SideTable>,
    /// Every file of the package but this one, sorted by path.
    pub files: Vec<FileEntry>,
    /// SHA-256 over one line `HASH  PATH\n` for every entry of `files` but `report.pdf`.
    pub content_hash: String,
    /// SHA-256 over this file with this value empty.
    pub manifest_hash: String,
}

/// The case file at the time of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseEntry {
    /// File name, without folders.
    pub file: String,
    /// Size, bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// What was exported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionEntry {
    /// The filter as the analyst would type it; empty: the whole case.
    pub filter: String,
    /// The same as a sentence.
    pub sentence: String,
    /// Which events are in `events.csv`.
    pub events: String,
}

/// What is hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedactionEntry {
    /// The profile, as it is asked for.
    pub profile: String,
    /// The same in a sentence.
    pub sentence: String,
    /// By which the key is known that pseudonyms were made with; the key itself is kept apart.
    pub key: String,
}

/// A source as it was imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// Id in the case.
    pub id: u32,
    /// Path as it was opened.
    pub path: String,
    /// Size on disk, bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes on disk.
    pub sha256: String,
    /// Format it was read as.
    pub format: String,
    /// Rows imported.
    pub rows: u64,
    /// Records that could not be read.
    pub rejects: u64,
}

/// A file of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path in the package, with `/`.
    pub path: String,
    /// Size, bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Rows in it, for tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Rows the case has of that kind, for tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_in_case: Option<u64>,
}

impl Manifest {
    /// The bytes of `manifest.json`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Fills in both hashes.
    pub fn seal(&mut self) {
        self.content_hash = content_hash(&self.files);
        self.manifest_hash = self.computed_hash();
    }

    /// What `manifest_hash` must be.
    pub fn computed_hash(&self) -> String {
        let blank = Self { manifest_hash: String::new(), ..self.clone() };
        sha256_hex(&blank.to_bytes())
    }

    /// Whether there is anything that the content hash covers: a report that came alone has
    /// none.
    pub fn has_content_hash(&self) -> bool {
        self.files.iter().any(|f| f.path != REPORT)
    }

    /// The entry of a file.
    pub fn file(&self, path: &str) -> Option<&FileEntry> {
        self.files.iter().find(|f| f.path == path)
    }
}

/// SHA-256 over the lines `HASH  PATH\n` of all files but `report.pdf`, in the order given
/// (sorted by path in a manifest). It is what
/// `sha256sum` prints for the same files in that order, hashed again.
pub fn content_hash(files: &[FileEntry]) -> String {
    let mut hasher = Sha256::new();
    for file in files.iter().filter(|f| f.path != REPORT) {
        hasher.update(format!("{}  {}\n", file.sha256, file.path).as_bytes());
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, bytes: &[u8]) -> FileEntry {
        FileEntry {
            path: path.into(),
            bytes: bytes.len() as u64,
            sha256: sha256_hex(bytes),
            rows: None,
            rows_in_case: None,
        }
    }

    #[test]
    fn the_content_hash_is_the_hash_of_what_sha256sum_prints_without_the_report() {
        let files = [entry("a.csv", b"a"), entry(REPORT, b"x"), entry("z.csv", b"z")];
        let listing = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.csv\n\
                       594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06  z.csv\n";
        assert_eq!(content_hash(&files), sha256_hex(listing.as_bytes()));
    }
}
