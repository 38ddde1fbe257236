//! The search itself: keys, groups of equal keys, and what the rules make of them.

use std::collections::BTreeSet;

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;

use super::likely::{self, FURTHEST_US, Likely};
use super::overlap::{Common, Maybe};
use super::read::{Reader, Source, Who};
use super::rules::{self, Again, Compare, Facts, MOST_SAME};
use super::{Stretch, rows_of, stretches};
use crate::job::Progress;
use crate::model::{JoinBasis, JoinKind, JoinPair};
use crate::store::StoreError;

/// Rows whose keys are in memory at a time, 16 bytes each.
const ROWS_AT_ONCE: u64 = 16 << 20;
/// Rows whose facts are in memory at a time.
const FACTS_AT_ONCE: usize = 1 << 19;
/// Rows compared at a time for probable joins.
const LIKELY_AT_ONCE: u64 = 2 << 20;

/// What a search knows and finds.
pub(super) struct Pass<'c> {
    pub reader: Reader<'c>,
    pub progress: &'c Progress,
    /// The last event that was looked at before.
    pub done: u64,
    /// Secondary rows of all pairs, whatever became of them: never looked at again.
    pub paired: BTreeSet<u64>,
    pub pairs: Vec<JoinPair>,
}

impl Pass<'_> {
    /// Repeats and joins of rows that share a request id or, without one, all content.
    pub fn same_keys(&mut self, stretches: &[Stretch]) -> Result<(), StoreError> {
        let rows = rows_of(stretches);
        let parts = rows.div_ceil(ROWS_AT_ONCE).max(1);
        self.progress.set_phase("looking for records of the same call", rows * parts);
        let mut maybe = Maybe::default();
        for part in 0..parts {
            let mut keys: Vec<(u64, u64)> = Vec::new();
            for (source, events) in stretches {
                self.reader.for_each_key(*source, events, self.progress, |key, event| {
                    if (key >> 1) % parts == part && !self.paired.contains(&event) {
                        keys.push((key, event));
                    }
                })?;
            }
            keys.par_sort_unstable();
            self.same_keys_of(&keys, &mut maybe)?;
        }
        let reader = &self.reader;
        let mut raw = (reader.sources.file.raw_reader(), reader.sources.file.raw_reader());
        let mut bytes = |event: u64, of_first: bool| {
            let raw = if of_first { &mut raw.0 } else { &mut raw.1 };
            match raw.read(event) {
                Ok(record) => Ok(Some(record.bytes)),
                Err(StoreError::RawNotKept(_)) => Ok(None),
                Err(error) => Err(error),
            }
        };
        // In the order of the file, so that every slice of it is unpacked about once.
        maybe.pairs.sort_unstable_by_key(|again: &Again| again.pair);
        let repeats = maybe.overlapping(
            reader.sources.all.len(),
            |a, b, ahead_us| rows_in_common(reader, [a, b], ahead_us),
            |pair| {
                self.progress.check()?;
                let record = bytes(pair.secondary, true)?;
                Ok(record.is_some() && record == bytes(pair.primary, false)?)
            },
        )?;
        self.pairs.extend(repeats);
        self.paired.extend(self.pairs.iter().map(|pair| pair.secondary));
        Ok(())
    }

    /// Applies the rules to every run of equal keys, many runs at a time.
    fn same_keys_of(&mut self, keys: &[(u64, u64)], maybe: &mut Maybe) -> Result<(), StoreError> {
        let mut groups: Vec<&[(u64, u64)]> =
            keys.chunk_by(|a, b| a.0 == b.0).filter(|group| self.may_pair(group)).collect();
        // Groups begin where their first row stands, so that rows read together stand together.
        groups.par_sort_unstable_by_key(|group| group[0].1);
        let mut events = Vec::new();
        let mut start = 0;
        for (i, group) in groups.iter().enumerate() {
            events.extend(group.iter().map(|(_, event)| *event));
            if events.len() >= FACTS_AT_ONCE || i + 1 == groups.len() {
                events.sort_unstable();
                let facts = self.reader.facts(&events, self.progress)?;
                let batch = &groups[start..=i];
                let records = self.records(batch)?;
                let rows = Batch { reader: &self.reader, events: &events, facts, records };
                batch.iter().for_each(|group| rows.apply(group, &mut self.pairs, maybe));
                events.clear();
                start = i + 1;
            }
        }
        Ok(())
    }

    /// Whether rows of equal keys can give a pair at all.
    fn may_pair(&self, group: &[(u64, u64)]) -> bool {
        let (first, last) = (group[0], group[group.len() - 1]);
        if group.len() < 2 || last.1 <= self.done {
            return false;
        }
        let by_content = first.0 & 1 == 1;
        match by_content {
            true => self.reader.source_of(first.1) != self.reader.source_of(last.1),
            false => group.len() <= MOST_SAME,
        }
    }

    /// Hashes of the original records of rows that share a request id within a source; those whose
    /// records were not kept have none.
    fn records(&self, groups: &[&[(u64, u64)]]) -> Result<FxHashMap<u64, u128>, StoreError> {
        let mut events = Vec::new();
        for group in groups.iter().filter(|group| group[0].0 & 1 == 0) {
            // Events of one source stand together.
            let sources = |(_, event): &(u64, u64)| self.reader.source_of(*event);
            for own in group.chunk_by(|a, b| sources(a) == sources(b)).filter(|own| own.len() > 1) {
                events.extend(own.iter().map(|(_, event)| *event));
            }
        }
        // In the order of the file, so that every slice of it is unpacked about once.
        events.sort_unstable();
        let mut reader = self.reader.sources.file.raw_reader();
        let mut records = FxHashMap::default();
        for event in events {
            self.progress.check()?;
            match reader.read(event) {
                Ok(record) => _ = records.insert(event, self.reader.hash(&record.bytes)),
                Err(StoreError::RawNotKept(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// Offers rows of two systems that fit each other and nothing else, where no request id joins
    /// the two systems.
    pub fn probable(&mut self) -> Result<(), StoreError> {
        let formats: BTreeSet<u32> = self.reader.sources.all.iter().map(|s| s.format).collect();
        if formats.len() < 2 {
            return Ok(());
        }
        let joined = self.joined_formats()?;
        for &a in &formats {
            for &b in formats.range(a + 1..).filter(|b| !joined.contains(&(a, **b))) {
                self.probable_between(a, b, Who::Account)?;
                if self.reader.has_keys() {
                    self.probable_between(a, b, Who::Key)?;
                }
            }
        }
        Ok(())
    }

    /// Formats that some request id joins, now or earlier.
    fn joined_formats(&self) -> Result<BTreeSet<(u32, u32)>, StoreError> {
        let mut joined = BTreeSet::new();
        let mut take = |pair: &JoinPair| {
            if pair.kind == JoinKind::Join {
                let of = |event| self.reader.sources.all[self.reader.source_of(event)].format;
                let (a, b) = (of(pair.primary), of(pair.secondary));
                joined.insert((a.min(b), a.max(b)));
            }
        };
        self.pairs.iter().for_each(&mut take);
        self.reader.sources.file.for_each_join(|pair| {
            take(&pair);
            Ok(())
        })?;
        Ok(joined)
    }

    fn probable_between(&mut self, a: u32, b: u32, who: Who) -> Result<(), StoreError> {
        // Formats other than the two, and a format with itself, overlap nowhere.
        let far = |x: &Source, y: &Source| {
            let formats = (x.format.min(y.format), x.format.max(y.format));
            if formats == (a, b) { FURTHEST_US } else { i64::MIN / 2 }
        };
        let mut stretches = stretches(&self.reader.sources, far, false)?;
        stretches.retain(|(source, _)| [a, b].contains(&self.reader.sources.all[*source].format));
        let rows = rows_of(&stretches);
        let parts = rows.div_ceil(LIKELY_AT_ONCE).max(1);
        self.progress.set_phase("looking for records that fit each other", rows * parts);
        for part in 0..parts {
            let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
            for (source, events) in &stretches {
                let own = if self.reader.sources.all[*source].format == a {
                    &mut of_a
                } else {
                    &mut of_b
                };
                self.reader.for_each_likely(*source, events, who, self.progress, |row| {
                    if u64::from(row.who) % parts == part && !self.paired.contains(&row.facts.event)
                    {
                        own.push(row);
                    }
                })?;
            }
            self.offer(&mut of_a, &mut of_b, who);
        }
        Ok(())
    }

    fn offer(&mut self, a: &mut [Likely], b: &mut [Likely], who: Who) {
        let basis = if who == Who::Account { JoinBasis::Account } else { JoinBasis::Key };
        for (i, j) in likely::matches(a, b) {
            let (x, y) = (&a[i].facts, &b[j].facts);
            let pair = rules::join(x, y, JoinKind::Probable, basis);
            let is_new = x.event.max(y.event) > self.done;
            // A row is in one pair only: what a second system offers waits for the first's answer.
            if is_new && !self.paired.contains(&pair.primary) && self.paired.insert(pair.secondary)
            {
                self.paired.insert(pair.primary);
                self.pairs.push(pair);
            }
        }
    }
}

/// Rows that are compared together.
struct Batch<'p> {
    reader: &'p Reader<'p>,
    /// Their events, sorted, and what the rules ask of them.
    events: &'p [u64],
    facts: Vec<Facts>,
    records: FxHashMap<u64, u128>,
}

impl Batch<'_> {
    /// Applies the rules to rows of equal keys.
    fn apply(&self, group: &[(u64, u64)], pairs: &mut Vec<JoinPair>, maybe: &mut Maybe) {
        let of = |event: u64| self.events.binary_search(&event).ok().map(|at| self.facts[at]);
        let mut rows: Vec<Facts> = group.iter().filter_map(|(_, event)| of(*event)).collect();
        rows.sort_unstable_by_key(|row| (row.key, row.event));
        // Keys of 64 bits may meet by chance; those of 128 do not.
        for same in rows.chunk_by(|a, b| (a.key, a.has_id) == (b.key, b.has_id)) {
            match same[0].has_id {
                true => rules::same_id(same, self, pairs, maybe),
                false => rules::same_content(same, maybe),
            }
        }
    }
}

impl Compare for Batch<'_> {
    fn alike(&self, a: &Facts, b: &Facts) -> bool {
        self.reader.alike(a, b)
    }

    fn identical(&self, a: &Facts, b: &Facts) -> bool {
        let record = self.records.get(&a.event);
        record.is_some() && record == self.records.get(&b.event)
    }
}

/// What two sources have in common, the first one's clock being ahead by so many µs.
fn rows_in_common(
    reader: &Reader<'_>,
    sources: [u32; 2],
    ahead_us: i64,
) -> Result<Option<Common>, StoreError> {
    let [a, b] = sources.map(|source| source as usize);
    let (Some(x), Some(y)) = (reader.sources.all[a].span, reader.sources.all[b].span) else {
        return Ok(None);
    };
    let from = x.start.0.saturating_sub(ahead_us).max(y.start.0);
    let to = x.end.0.saturating_sub(ahead_us).min(y.end.0).saturating_sub(1);
    let rows = |source, ahead_us: i64| {
        let at = |us: i64| us.saturating_add(ahead_us);
        let events = reader.sources.events_between(source, at(from), at(to))?;
        Ok::<_, StoreError>(events.end.saturating_sub(events.start))
    };
    let rows = (rows(a, ahead_us)?, rows(b, 0)?);
    Ok(Some(Common { rows, length_us: to.saturating_sub(from) }))
}
