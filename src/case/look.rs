//! A file looked at before it is imported: what it is, how it would be read, what it would give.

use std::path::{Path, PathBuf};

use super::import::{ImportOptions, recognise};
use super::inputs::{file_name, head};
use super::mappings::SavedMappings;
use crate::ingest::source::Source;
use crate::ingest::{self, DetectError, Detection, IngestError, Inspection, Sample, inspect};
use crate::model::pack::Packer;

/// What the first bytes of a file show.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The path as given.
    pub path: PathBuf,
    /// Size on disk, bytes.
    pub bytes: u64,
    /// How it is packed and encoded, as the case has it: `none`, `gzip`, `utf-16le`.
    pub compression: String,
    /// Size after unpacking, bytes: known, or estimated from the first bytes; `None` for what is
    /// no file.
    pub unpacked_bytes: Option<u64>,
    /// How small records become when they are kept, as a share of their size.
    pub packs_to: f64,
    /// How it is read.
    pub inspection: Inspection,
    /// Why it will not be imported so: none of the records looked at can be read, where somebody
    /// decided how, or none of them has a time.
    pub misfit: Option<String>,
    /// Why it can be read only so far, where that shows in its first bytes.
    pub problem: Option<String>,
    /// Saved mappings that were made for such files, the best first.
    pub offered: Vec<String>,
}

impl Look {
    /// Looks at a file as it would be imported.
    ///
    /// # Errors
    /// When it is no log, or cannot be read as was decided.
    pub fn at(
        path: &Path,
        options: &ImportOptions,
        saved: Option<&SavedMappings>,
    ) -> Result<Self, IngestError> {
        Self::of(Source::open(path)?, options, saved)
    }

    /// The same of what is open already: a file, or a member of an archive.
    ///
    /// # Errors
    /// As [`Look::at`].
    pub fn of(
        mut source: Source,
        options: &ImportOptions,
        saved: Option<&SavedMappings>,
    ) -> Result<Self, IngestError> {
        options.encode(&mut source);
        let detection = recognise(&source, options)?;
        let reading = detection.options()?;
        let name = file_name(&source.path);
        let head = head(&source, &name);
        let unpacked_bytes = source.unpacked_estimate();
        let inspection = inspect(&head, &detection, &reading, unpacked_bytes)?;
        let decided = options.decides(&source.path);
        let readable = inspection.unusable.is_none();
        let cut = || Sample::cut_for(&head, detection.format()).ok();
        let sample = readable.then(cut).flatten();
        let misfit =
            sample.map(|sample| misfit(&sample, &detection, options, decided)).transpose()?;
        let packed = Packer::default().pack(head.bytes).len();
        let paths: Vec<String> = inspection.paths.iter().map(|p| p.path.clone()).collect();
        let offered = saved.map(|saved| saved.fitting(&paths)).unwrap_or_default();
        Ok(Self {
            path: source.path.clone(),
            bytes: source.bytes,
            compression: source.packing(),
            unpacked_bytes,
            packs_to: packed as f64 / head.bytes.len().max(1) as f64,
            inspection,
            misfit: misfit.flatten().map(|why| why.to_string()),
            problem: source.problem().map(str::to_owned),
            offered,
        })
    }
}

/// Why a source is not read so, by its first records. Rejects are some records of a log that has
/// times, and may be those without one.
fn misfit(
    sample: &Sample,
    detection: &Detection,
    options: &ImportOptions,
    decided: bool,
) -> Result<Option<DetectError>, IngestError> {
    let why = ingest::misfit(sample, detection, &detection.options()?, decided)?;
    let is_part = options.rejects_of.is_some();
    Ok(why.filter(|why| !(is_part && matches!(why, DetectError::Timeless { .. }))))
}

/// What somebody decided about reading must read at least one of the first records, else the
/// ledger would be all there is; and a log must have times.
///
/// # Errors
/// [`IngestError::NotALog`], and that the mapping cannot be used.
pub(super) fn refuse_misfit(
    source: &Source,
    detection: &Detection,
    options: &ImportOptions,
) -> Result<(), IngestError> {
    let file_name = file_name(&source.path);
    let not_a_log = |why| IngestError::NotALog { path: source.path.clone(), source: why };
    let sample =
        Sample::cut_for(&head(source, &file_name), detection.format()).map_err(not_a_log)?;
    misfit(&sample, detection, options, options.decides(&source.path))?
        .map_or(Ok(()), |why| Err(not_a_log(why)))
}
