//! The prompts of a case, read back from the original records that it keeps, slice after slice.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use super::reread::container_of_source;
use crate::ingest::{Encoding, Mapping, TextReader, has_prompts};
use crate::job::Progress;
use crate::model::pack::{self, Frame};
use crate::model::{SourceInfo, Time};
use crate::store::{CaseFile, Mode, Place, Places, RawSlice, StoreError};

/// Where the prompts of a case stand and how they are read. What was found out about that once is
/// kept for all who ask: one for as long as a case is open.
#[derive(Debug)]
pub struct CaseTexts {
    path: PathBuf,
    slices: Mutex<Option<Arc<Slices>>>,
}

impl CaseTexts {
    /// The texts of a case; nothing is read yet.
    pub fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), slices: Mutex::default() }
    }

    /// Where the case lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where texts stand, looked at once.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn slices(&self) -> Result<Arc<Slices>, StoreError> {
        let mut slices = self.slices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slices) = &*slices {
            return Ok(Arc::clone(slices));
        }
        let found = Slices::of(&CaseFile::open(&self.path, Mode::ReadOnly)?)?;
        Ok(Arc::clone(slices.insert(Arc::new(found))))
    }

    /// The prompt of one event; `None` where its record holds none or was not kept.
    ///
    /// Naive: read all prompts ([`read_prompts`]) and take the one of the event.
    ///
    /// # Errors
    /// When the case cannot be read, or has no such event.
    pub fn prompt_of(&self, event: u64) -> Result<Option<String>, StoreError> {
        let file = CaseFile::open(&self.path, Mode::ReadOnly)?;
        let record = match file.raw_record(event) {
            Err(StoreError::RawNotKept(_)) => return Ok(None),
            record => record?,
        };
        let slices = self.slices()?;
        let of_event = |source: &&TextSource| source.id == record.event.source_id;
        let Some(source) = slices.sources.iter().find(of_event) else { return Ok(None) };
        let Some(source) = slices.opened(source, &file)? else { return Ok(None) };
        let (mut exchanges, mut found) = (0, None);
        source.reader.read(&source.decoded(&record.bytes), &mut |_, prompt| {
            exchanges += 1;
            found = prompt.map(Cow::into_owned);
        });
        if exchanges > 1 {
            let offset = record.event.byte_offset;
            let places = source.places.within(&file, offset..offset + 1)?;
            found = None;
            source.each_prompt(&record.bytes, &places, &mut |id, prompt| {
                if id == event {
                    found = Some(prompt.to_owned());
                }
            });
        }
        Ok(found)
    }
}

/// The slices of a case in which there are prompts, and how the records in them are read.
#[derive(Debug)]
pub(super) struct Slices {
    /// In the order of sources and files.
    pub all: Vec<RawSlice>,
    sources: Vec<TextSource>,
    infos: Vec<SourceInfo>,
    /// Sources whose records were not kept, and sources whose records hold no prompts.
    without: [usize; 2],
}

/// A source whose records hold prompts.
#[derive(Debug)]
struct TextSource {
    id: u32,
    /// The source that keeps its bytes: itself, or the one that it is the rejects of.
    keeper: u32,
    mapping: Mapping,
    places: Places,
    /// What its bytes are encoded in, where the keeper did not know.
    encoding: Option<Encoding>,
    /// Made when first needed, which takes a look at the first bytes of the source; `None` where
    /// this version cannot use the mapping any more.
    reader: OnceLock<Option<TextReader>>,
}

/// A source and the reader of its records.
#[derive(Clone, Copy)]
pub(super) struct Opened<'t> {
    source: &'t TextSource,
    /// Reads its records.
    pub reader: &'t TextReader,
    /// Where the records of its events lie.
    pub places: &'t Places,
}

impl Opened<'_> {
    /// A record as the reader wants it.
    pub fn decoded<'r>(&self, record: &'r [u8]) -> Cow<'r, [u8]> {
        match self.source.encoding {
            Some(encoding) => encoding.decode(record),
            None => Cow::Borrowed(record),
        }
    }

    /// Whether its lines are records as they stand.
    pub fn is_told_by_lines(&self) -> bool {
        self.reader.is_lines() && self.source.encoding.is_none()
    }

    /// Gives the events at one place, which are those of one record, with their prompts.
    pub fn each_prompt(&self, record: &[u8], places: &[Place], each: &mut dyn FnMut(u64, &str)) {
        let record = self.decoded(record);
        let mut give = |event: u64, prompt: Option<Cow<'_, str>>| {
            if let Some(prompt) = prompt {
                each(event, &prompt);
            }
        };
        if let [place] = places {
            return self.reader.read(&record, &mut |_, prompt| give(place.event_id, prompt));
        }
        // Events of one record are numbered by time, and at one time as they came out of it.
        let mut times: Vec<(Time, usize)> = Vec::new();
        self.reader.read(&record, &mut |exchange, _| times.push((exchange.at, times.len())));
        times.sort_unstable();
        let mut numbers = vec![None; times.len()];
        for ((_, nth), place) in times.iter().zip(places) {
            numbers[*nth] = Some(place.event_id);
        }
        let mut numbers = numbers.into_iter();
        self.reader.read(&record, &mut |_, prompt| {
            if let Some(event_id) = numbers.next().flatten() {
                give(event_id, prompt);
            }
        });
    }
}

impl Slices {
    fn of(file: &CaseFile) -> Result<Self, StoreError> {
        let infos = file.sources()?;
        let (mut sources, mut without) = (Vec::new(), [0; 2]);
        let mut places = file.places()?;
        for info in infos.iter().filter(|info| info.rows > 0) {
            if !info.raw_kept {
                without[0] += 1;
                continue;
            }
            let at = places.iter().position(|places| places.source_id() == info.id);
            let places = at.map(|at| places.swap_remove(at));
            let mapping = Mapping::from_toml(&info.mapping).ok();
            let mapping = mapping.filter(|mapping| has_prompts(&info.format, mapping));
            match mapping.zip(places) {
                Some((mapping, places)) => sources.push(source(info, &infos, mapping, places)),
                None => without[1] += 1,
            }
        }
        let mut all = file.raw_slices()?;
        all.retain(|slice| sources.iter().any(|source| source.keeper == slice.source_id));
        Ok(Self { all, sources, infos, without })
    }

    /// How much there is to read, unpacked bytes.
    pub fn bytes(&self) -> u64 {
        self.all.iter().fold(0, |sum, slice| sum.saturating_add(slice.byte_length))
    }

    /// The sources that keep the bytes of those with such an event.
    pub fn keepers_of(&self, is_such: IsWanted<'_>) -> Vec<u32> {
        let has = |source: &&TextSource| source.places.events().any(is_such);
        self.sources.iter().filter(has).map(|source| source.keeper).collect()
    }

    /// Why there are no prompts, where there are none, and what to try.
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

    /// The sources whose records lie in a slice.
    fn sources_in(&self, slice: &RawSlice, file: &CaseFile) -> Result<Vec<Opened<'_>>, StoreError> {
        let here = self.sources.iter().filter(|source| source.keeper == slice.source_id);
        here.filter_map(|source| self.opened(source, file).transpose()).collect()
    }

    fn opened<'t>(
        &self,
        source: &'t TextSource,
        file: &CaseFile,
    ) -> Result<Option<Opened<'t>>, StoreError> {
        let reader = match source.reader.get() {
            Some(reader) => reader,
            None => {
                let reader = self.reader(source, file)?;
                source.reader.get_or_init(|| reader)
            }
        };
        Ok(reader.as_ref().map(|reader| Opened { source, reader, places: &source.places }))
    }

    fn reader(
        &self,
        source: &TextSource,
        file: &CaseFile,
    ) -> Result<Option<TextReader>, StoreError> {
        let Some(info) = self.infos.iter().find(|info| info.id == source.id) else {
            return Ok(None);
        };
        let container = container_of_source(file, info, &self.infos)?;
        // A mapping that this version cannot use any more gives no prompts; the case is as it was.
        Ok(TextReader::new(&info.format, &source.mapping, &container).ok().flatten())
    }
}

fn source(info: &SourceInfo, infos: &[SourceInfo], mapping: Mapping, places: Places) -> TextSource {
    let encoding = info.rejects_of().and_then(|_| Encoding::of_packing(&info.compression));
    let mut keeper = info;
    let earlier = |of: u32, id: u32| infos.iter().find(|s| s.id == of && of < id);
    while let Some(of) = keeper.rejects_of().and_then(|of| earlier(of, keeper.id)) {
        keeper = of;
    }
    let reader = OnceLock::new();
    TextSource { id: info.id, keeper: keeper.id, mapping, places, encoding, reader }
}

/// One worker's connection to a case.
pub(super) struct SliceReader<'t> {
    file: CaseFile,
    slices: &'t Slices,
    packed: Vec<u8>,
    /// Memory that a slice was opened in.
    opened: Vec<u8>,
}

impl<'t> SliceReader<'t> {
    /// The case.
    pub fn file(&self) -> &CaseFile {
        &self.file
    }

    /// The sources whose records lie in a slice.
    pub fn sources_in(&self, slice: &RawSlice) -> Result<Vec<Opened<'t>>, StoreError> {
        self.slices.sources_in(slice, &self.file)
    }

    /// A slice as it comes out of its frame.
    pub fn open_slice(&mut self, slice: &RawSlice) -> Result<Frame, StoreError> {
        self.file.packed_slice(slice, &mut self.packed)?;
        pack::open(&self.packed, length_of(slice)).map_err(|error| damaged(slice, &error))
    }

    /// Looks at a slice as it comes out of its frame.
    pub fn with_frame<T>(
        &mut self,
        slice: &RawSlice,
        look: impl FnOnce(&Frame) -> T,
    ) -> Result<T, StoreError> {
        self.file.packed_slice(slice, &mut self.packed)?;
        let memory = std::mem::take(&mut self.opened);
        let frame = pack::open_in(&self.packed, length_of(slice), memory);
        let frame = frame.map_err(|error| damaged(slice, &error))?;
        let seen = look(&frame);
        self.opened = frame.into_buffer();
        Ok(seen)
    }

    /// The prompts of the wanted events in a slice, which is not unpacked where there are none.
    pub fn prompts(
        &mut self,
        slice: &RawSlice,
        is_wanted: IsWanted<'_>,
    ) -> Result<SlicePrompts, StoreError> {
        let mut found = SlicePrompts::default();
        let mut wanted = Vec::new();
        for source in self.sources_in(slice)? {
            let places = source.places.within(&self.file, offsets(slice))?;
            let of_record = places.chunk_by(|a, b| a.offset == b.offset);
            let of_record = of_record.filter(|of| of.iter().any(|of| is_wanted(of.event_id)));
            // Events of one record are numbered by all of them.
            let records: Vec<Vec<Place>> = of_record.map(<[_]>::to_vec).collect();
            if !records.is_empty() {
                wanted.push((source, records));
            }
        }
        if wanted.is_empty() {
            return Ok(found);
        }
        let bytes = bytes_of(self.open_slice(slice)?, slice)?;
        for (source, records) in wanted {
            for places in &records {
                let Some(record) = record_at(slice, &bytes, places) else { continue };
                source.each_prompt(record, places, &mut |event_id, prompt| {
                    if is_wanted(event_id) {
                        found.push(event_id, prompt);
                    }
                });
            }
        }
        Ok(found)
    }
}

/// The offsets of a slice in its source.
pub(super) fn offsets(slice: &RawSlice) -> Range<u64> {
    slice.first_offset..slice.first_offset.saturating_add(slice.byte_length)
}

/// The record at some places that are one, if it is in the slice.
pub(super) fn record_at<'b>(
    slice: &RawSlice,
    bytes: &'b [u8],
    places: &[Place],
) -> Option<&'b [u8]> {
    let place = places.first()?;
    let start = usize::try_from(place.offset.checked_sub(slice.first_offset)?).ok()?;
    bytes.get(start..start.checked_add(place.length as usize)?)
}

/// The bytes of a slice that is out of its frame.
pub(super) fn bytes_of(frame: Frame, slice: &RawSlice) -> Result<Vec<u8>, StoreError> {
    frame.into_bytes(length_of(slice)).map_err(|error| damaged(slice, &error))
}

/// The length of a slice, unpacked.
pub(super) fn length_of(slice: &RawSlice) -> usize {
    usize::try_from(slice.byte_length).unwrap_or(usize::MAX)
}

fn damaged(slice: &RawSlice, error: &io::Error) -> StoreError {
    let (at, source) = (slice.first_offset, slice.source_id);
    StoreError::Damaged(format!("raw block at byte {at} of source {source}: {error}"))
}

/// The prompts of the events whose records lie in one slice of a source.
#[derive(Debug, Default)]
pub struct SlicePrompts {
    text: String,
    /// Event ids, and where their prompts stand.
    rows: Vec<(u64, Range<usize>)>,
}

impl SlicePrompts {
    /// Event id and prompt of every event that has one, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        self.rows.iter().map(|(event, place)| (*event, &self.text[place.clone()]))
    }

    pub(super) fn push(&mut self, event_id: u64, prompt: &str) {
        let start = self.text.len();
        self.text.push_str(prompt);
        self.rows.push((event_id, start..self.text.len()));
    }
}

/// Whether the prompt of an event is wanted.
pub type IsWanted<'a> = &'a (dyn Fn(u64) -> bool + Sync);

/// Reads the prompts of the wanted events of a case: `take` is called once for each slice, on several threads and in no
/// order. Memory is a slice and its prompts a thread. Progress counts unpacked bytes.
///
/// # Errors
/// When the file cannot be read, is damaged, or the work is asked to stop.
pub fn read_prompts(
    texts: &CaseTexts,
    (phase, is_wanted): (&str, IsWanted<'_>),
    progress: &Progress,
    take: &(dyn Fn(&SlicePrompts) + Sync),
) -> Result<(), StoreError> {
    let slices = texts.slices()?;
    progress.set_phase(phase, slices.bytes());
    let order: Vec<usize> = (0..slices.all.len()).collect();
    each_slice(texts.path(), &slices, &order, progress, &|mut reader| {
        Ok(move |slice: &RawSlice| {
            take(&reader.prompts(slice, is_wanted)?);
            Ok(())
        })
    })
}

/// Does some work on every slice, in this order, on all cores: `begin` is called once for each of
/// them and gives what does the work.
///
/// # Errors
/// The first of the work's, after which no more is begun, and when it is asked to stop.
pub(super) fn each_slice<'t, W>(
    path: &Path,
    slices: &'t Slices,
    order: &[usize],
    progress: &Progress,
    begin: &(dyn Fn(SliceReader<'t>) -> Result<W, StoreError> + Sync),
) -> Result<(), StoreError>
where
    W: FnMut(&RawSlice) -> Result<(), StoreError>,
{
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let work = || -> Result<(), StoreError> {
        let file = CaseFile::open(path, Mode::ReadOnly)?;
        let mut work = begin(SliceReader { file, slices, packed: Vec::new(), opened: Vec::new() })?;
        while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            progress.check()?;
            let slice = &slices.all[*at];
            work(slice)?;
            progress.advance(slice.byte_length);
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(2, usize::from).min(order.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                if let Err(error) = work() {
                    next.store(order.len(), Ordering::Relaxed);
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.get_or_insert(error);
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
