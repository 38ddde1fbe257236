//! The texts of a case, read back from the original records that it keeps, slice after slice.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::reread::container_of_source;
use crate::ingest::{Encoding, Mapping, TextReader, Texts, Wanted};
use crate::job::Progress;
use crate::model::pack::{self, Frame};
use crate::model::{SourceInfo, Time};
use crate::store::{CaseFile, Mode, Place, Places, RawSlice, StoreError};

/// The texts of the events whose records lie in one slice of a source.
#[derive(Debug, Default)]
pub struct SliceTexts {
    text: String,
    rows: Vec<RowTexts>,
}

/// Where the texts of one event stand.
#[derive(Debug, Default)]
struct RowTexts {
    event_id: u64,
    prompt: Option<Range<usize>>,
    system: Option<Range<usize>>,
    response: Option<Range<usize>>,
}

impl SliceTexts {
    /// Event id and texts of every event that has any, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Texts<'_>)> {
        let text = |place: &Option<Range<usize>>| {
            place.clone().map(|place| Cow::Borrowed(&self.text[place]))
        };
        self.rows.iter().map(move |row| {
            let prompt = text(&row.prompt);
            let texts = Texts { prompt, system: text(&row.system), response: text(&row.response) };
            (row.event_id, texts)
        })
    }

    /// Event id and prompt of every event that has one, in the order of the file.
    pub fn prompts(&self) -> impl Iterator<Item = (u64, &str)> {
        let prompt = |row: &RowTexts| Some((row.event_id, &self.text[row.prompt.clone()?]));
        self.rows.iter().filter_map(prompt)
    }

    fn push(&mut self, event_id: u64, texts: &Texts<'_>) {
        let mut keep = |text: &Option<Cow<'_, str>>| {
            let start = self.text.len();
            self.text.push_str(text.as_deref()?);
            Some(start..self.text.len())
        };
        let prompt = keep(&texts.prompt);
        let (system, response) = (keep(&texts.system), keep(&texts.response));
        if prompt.is_some() || system.is_some() || response.is_some() {
            self.rows.push(RowTexts { event_id, prompt, system, response });
        }
    }
}

/// The slices of a case and how the records in them are read.
#[derive(Debug)]
pub struct CaseTexts {
    slices: Vec<RawSlice>,
    sources: Vec<TextSource>,
    /// Sources whose records were not kept, and sources whose records hold no such text.
    without: [usize; 2],
}

/// A source whose records hold texts.
#[derive(Debug)]
pub(super) struct TextSource {
    /// The source.
    pub id: u32,
    /// The source that keeps its bytes: itself, or the one that it is the rejects of.
    pub keeper: u32,
    /// How its texts are read.
    pub reader: TextReader,
    /// Where the records of its events lie.
    pub places: Places,
    /// What its bytes are encoded in, where the keeper did not know.
    encoding: Option<Encoding>,
}

impl TextSource {
    /// A record as the reader wants it.
    pub(super) fn decoded<'r>(&self, record: &'r [u8]) -> Cow<'r, [u8]> {
        match self.encoding {
            Some(encoding) => encoding.decode(record),
            None => Cow::Borrowed(record),
        }
    }
}

impl CaseTexts {
    /// The texts of a case that are wanted and kept. Nothing is read yet but the beginning of
    /// each source.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(file: &CaseFile, wanted: Wanted) -> Result<Self, StoreError> {
        let infos = file.sources()?;
        let (mut sources, mut without) = (Vec::new(), [0; 2]);
        for info in infos.iter().filter(|info| info.rows > 0) {
            if !info.raw_kept {
                without[0] += 1;
                continue;
            }
            match text_source(file, info, &infos, wanted)? {
                Some(source) => sources.push(source),
                None => without[1] += 1,
            }
        }
        let mut slices = file.raw_slices()?;
        slices.retain(|slice| sources.iter().any(|source| source.keeper == slice.source_id));
        Ok(Self { slices, sources, without })
    }

    /// The slices in which there may be texts, in the order of sources and files.
    pub fn slices(&self) -> &[RawSlice] {
        &self.slices
    }

    /// How much there is to read, unpacked bytes.
    pub fn bytes(&self) -> u64 {
        self.slices.iter().fold(0, |sum, slice| sum.saturating_add(slice.byte_length))
    }

    /// Why there are no texts, where there are none, and what to try.
    pub fn why_not(&self) -> &'static str {
        match self.without {
            [0, 0] => "the case has no records",
            [0, _] => {
                "its logs hold no prompts, or only their fingerprints; prompt:HASH finds equal ones"
            }
            [_, 0] => "its records were not kept; import the logs again without --no-raw",
            _ => {
                "where its records were kept, the logs hold no prompts; import the others again \
                  without --no-raw"
            }
        }
    }

    /// Whether the events of a source may have texts.
    pub fn has(&self, source_id: u32) -> bool {
        self.sources.iter().any(|source| source.id == source_id)
    }

    /// The sources whose records lie in a slice.
    pub(super) fn sources_in(&self, slice: &RawSlice) -> impl Iterator<Item = &TextSource> {
        let keeper = slice.source_id;
        self.sources.iter().filter(move |source| source.keeper == keeper)
    }
}

fn text_source(
    file: &CaseFile,
    info: &SourceInfo,
    infos: &[SourceInfo],
    wanted: Wanted,
) -> Result<Option<TextSource>, StoreError> {
    let Ok(mapping) = Mapping::from_toml(&info.mapping) else { return Ok(None) };
    let container = container_of_source(file, info, infos)?;
    // A mapping that this version cannot use any more gives no texts; the case is as it was.
    let Ok(Some(reader)) = TextReader::new(&info.format, &mapping, &container, wanted) else {
        return Ok(None);
    };
    let encoding = info.rejects_of().and_then(|_| Encoding::of_packing(&info.compression));
    let mut keeper = info;
    while let Some(of) = keeper.rejects_of().and_then(|of| infos.iter().find(|s| s.id == of)) {
        keeper = of;
    }
    let places = file.places(info.id)?;
    Ok(Some(TextSource { id: info.id, keeper: keeper.id, reader, places, encoding }))
}

/// One worker's connection to a case.
pub(super) struct SliceReader<'t> {
    file: CaseFile,
    texts: &'t CaseTexts,
    packed: Vec<u8>,
}

impl<'t> SliceReader<'t> {
    /// A reader of the texts of a case.
    pub(super) fn open(path: &Path, texts: &'t CaseTexts) -> Result<Self, StoreError> {
        Ok(Self { file: CaseFile::open(path, Mode::ReadOnly)?, texts, packed: Vec::new() })
    }

    /// The case.
    pub(super) fn file(&self) -> &CaseFile {
        &self.file
    }

    /// The texts of the case.
    pub(super) fn case_texts(&self) -> &'t CaseTexts {
        self.texts
    }

    /// A slice as it comes out of its frame.
    pub(super) fn open_slice(&mut self, slice: &RawSlice) -> Result<Frame, StoreError> {
        self.file.packed_slice(slice, &mut self.packed)?;
        pack::open(&self.packed, length_of(slice)).map_err(|error| damaged(slice, &error))
    }

    /// The texts in a slice.
    pub(super) fn texts(&mut self, slice: &RawSlice) -> Result<SliceTexts, StoreError> {
        let bytes = bytes_of(self.open_slice(slice)?, slice)?;
        let end = slice.first_offset.saturating_add(slice.byte_length);
        let mut found = SliceTexts::default();
        for source in self.texts.sources_in(slice) {
            let places = source.places.within(&self.file, slice.first_offset..end)?;
            for places in places.chunk_by(|a, b| a.offset == b.offset) {
                each_text(source, slice, &bytes, places, &mut |event_id, texts| {
                    found.push(event_id, texts);
                });
            }
        }
        Ok(found)
    }
}

/// The bytes of a slice that is out of its frame.
pub(super) fn bytes_of(frame: Frame, slice: &RawSlice) -> Result<Vec<u8>, StoreError> {
    frame.into_bytes(length_of(slice)).map_err(|error| damaged(slice, &error))
}

fn length_of(slice: &RawSlice) -> usize {
    usize::try_from(slice.byte_length).unwrap_or(usize::MAX)
}

fn damaged(slice: &RawSlice, error: &io::Error) -> StoreError {
    let (at, source) = (slice.first_offset, slice.source_id);
    StoreError::Damaged(format!("raw block at byte {at} of source {source}: {error}"))
}

/// Gives the events at one place, which are those of one record, with their texts.
pub(super) fn each_text(
    source: &TextSource,
    slice: &RawSlice,
    bytes: &[u8],
    places: &[Place],
    each: &mut dyn FnMut(u64, &Texts<'_>),
) {
    let Some(place) = places.first() else { return };
    let start = (place.offset - slice.first_offset) as usize;
    let Some(record) = bytes.get(start..start.saturating_add(place.length as usize)) else {
        return;
    };
    let record = source.decoded(record);
    if let [place] = places {
        return source.reader.read(&record, &mut |_, texts| each(place.event_id, texts));
    }
    // Events of one record are numbered by time, and at one time as they came out of it.
    let mut times: Vec<(Time, usize)> = Vec::new();
    source.reader.read(&record, &mut |exchange, _| times.push((exchange.at, times.len())));
    times.sort_unstable();
    let mut numbers = vec![None; times.len()];
    for ((_, nth), place) in times.iter().zip(places) {
        numbers[*nth] = Some(place.event_id);
    }
    let mut numbers = numbers.into_iter();
    source.reader.read(&record, &mut |_, texts| {
        if let Some(event_id) = numbers.next().flatten() {
            each(event_id, texts);
        }
    });
}

/// Reads the texts of a case: `map` is called for each slice, on several threads, and what it makes
/// of them is given to `sink` in the order of sources and files.
///
/// Memory is a few slices and what `map` makes of them. Progress counts unpacked bytes.
///
/// # Errors
/// When the file cannot be read, is damaged, or the work is asked to stop.
pub fn read_texts<T: Send>(
    case: &Path,
    wanted: Wanted,
    progress: &Progress,
    map: &(dyn Fn(&SliceTexts) -> T + Sync),
    sink: &mut dyn FnMut(T),
) -> Result<(), StoreError> {
    let file = CaseFile::open(case, Mode::ReadOnly)?;
    let texts = CaseTexts::of(&file, wanted)?;
    let workers = rayon::current_num_threads().max(1);
    let mut readers = Vec::new();
    for _ in 0..workers {
        readers.push(SliceReader::open(case, &texts)?);
    }
    progress.set_phase("reading texts", texts.bytes());
    for slices in texts.slices.chunks(workers * SLICES_A_WORKER) {
        let shares = slices.chunks(slices.len().div_ceil(workers));
        let shares: Vec<_> = readers.iter_mut().zip(shares).collect();
        let made: Vec<Vec<T>> = shares
            .into_par_iter()
            .map(|(reader, slices)| {
                let made = slices.iter().map(|slice| {
                    progress.check()?;
                    let made = map(&reader.texts(slice)?);
                    progress.advance(slice.byte_length);
                    Ok(made)
                });
                made.collect::<Result<Vec<T>, StoreError>>()
            })
            .collect::<Result<_, _>>()?;
        made.into_iter().flatten().for_each(&mut *sink);
    }
    Ok(())
}

/// Slices that a worker reads before the others are waited for.
const SLICES_A_WORKER: usize = 4;

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
