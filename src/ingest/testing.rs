//! Helpers of the tests of this module.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::source::Source;
use super::{Choice, DetectError, Detection, Head, IngestError, detect, pipeline};
use crate::job::Progress;
use crate::model::{Dimensions, Granularity, NO_HASH, Reject};

/// The folder with real logs, which is not part of the repository. Without it a test says that
/// it was not run; with `STILLWATCH_REQUIRE_ALL` set that is a failure.
pub(super) fn shared_data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("STILLWATCH_SHARED_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("STILLWATCH_REQUIRE_ALL").is_none(), "no real logs at {folder:?}");
    eprintln!("not run: no real logs at {}", folder.display());
    None
}

/// What a whole source gave.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub exchanges: u64,
    pub activities: u64,
    pub rejects: Vec<Reject>,
    pub prompts: BTreeSet<u64>,
    /// Input, output, cached and reasoning tokens of each row.
    pub tokens: Vec<(u32, u32, u32, u32)>,
    pub dimensions: Vec<Dimensions>,
}

impl Read {
    /// All account names, sorted.
    pub fn accounts(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.dimensions.iter().flat_map(|d| d.accounts.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Detects and reads a file to its end.
pub(super) fn read_file(path: &Path, choice: &Choice) -> Result<(Detection, Read), IngestError> {
    let source = Source::open(path)?;
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let head = Head { bytes: source.head(), complete: source.head_is_all(), file_name: &name };
    let detection = detect(&head, choice)
        .map_err(|source| IngestError::NotALog { path: path.to_owned(), source })?;
    let reader = detection.reader(&detection.options()?)?;
    let mut read = Read::default();
    let options = pipeline::PipelineOptions { keep_raw: false, workers: 1 };
    let progress = Progress::default();
    let container = &detection.container;
    pipeline::run(source, container, &*reader, &options, &progress, &mut |block| {
        for call in &block.rows.call {
            match block.dimensions.calls[*call as usize].granularity {
                Granularity::Exchange => read.exchanges += 1,
                _ => read.activities += 1,
            }
        }
        read.rejects.extend(block.rejects);
        let rows = &block.rows;
        read.tokens.extend((0..rows.len()).map(|i| {
            let (input, output) = (rows.input_tokens[i], rows.output_tokens[i]);
            (input, output, rows.cached_tokens[i], rows.reasoning_tokens[i])
        }));
        read.prompts.extend(block.rows.prompt_hash.iter().filter(|hash| **hash != NO_HASH));
        read.dimensions.push(block.dimensions);
        Ok(())
    })?;
    Ok((detection, read))
}

/// Detects a text and reads it to its end, through a file of that name.
pub(super) fn read_text(name: &str, text: &str) -> Result<(Detection, Read), IngestError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    read_file(&path, &Choice::default())
}

/// Why a text is refused.
pub(super) fn refusal(name: &str, bytes: &[u8]) -> DetectError {
    let head = Head { bytes, complete: true, file_name: name };
    detect(&head, &Choice::default()).expect_err(name)
}

/// Id of the format that a text is recognised as.
pub(super) fn detected(text: &str) -> &'static str {
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
    detect(&head, &Choice::default()).expect(text).format
}
