//! Pairs of rows that describe one call: what was found at an import, and what was said of it.
//!
//! The journal holds both: an entry of what was found carries a hash over those pairs, and every
//! decision names the rows it is about, so that [`CaseFile::verify`] can compute all again.

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::model::{
    Columns, Granularity, JoinBasis, JoinCounts, JoinKind, JoinPair, JoinState, NO_TIME, Time,
    TimePrecision, TimeQuality,
};

use super::chunk::CHUNK;
use super::columns::load_chunks;
use super::compact::expand;
use super::edit::Tx;
use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::journal::{self, JournalEntry};
use super::{dimensions, hex};

/// The action of an entry that holds what was found.
const FOUND: &str = "join";
/// Those of entries that hold what was said.
const DECISIONS: [(&str, JoinState); 2] =
    [("accept join", JoinState::Accepted), ("reject join", JoinState::Rejected)];

const PAIR: &str = "secondary_event, primary_event, kind, basis, state";

/// Rows that are not counted because another row stands for their call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uncounted {
    /// Of them, those that are exchanges.
    pub exchanges: u64,
    /// Activities.
    pub activities: u64,
    /// Usage buckets.
    pub buckets: u64,
    /// Calls that these buckets count.
    pub requests: u64,
}

/// When an event was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTime {
    /// When; [`Time::NONE`] where its record has no time.
    pub at: Time,
    /// The unit it was written in.
    pub precision: TimePrecision,
    /// How it was obtained.
    pub quality: TimeQuality,
}

impl CaseFile {
    /// Calls `each` for every pair, in the order of secondary rows.
    ///
    /// # Errors
    /// When the file cannot be read or holds a name nobody ever wrote; what `each` returns ends
    /// the walk.
    pub fn for_each_join(&self, mut each: impl FnMut(JoinPair) -> Result<()>) -> Result<()> {
        let sql = format!("SELECT {PAIR} FROM join_pair ORDER BY secondary_event");
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(pair(row)?)?;
        }
        Ok(())
    }

    /// The pairs that have effect, in the order of secondary rows.
    ///
    /// # Errors
    /// As [`CaseFile::for_each_join`].
    pub fn accepted_joins(&self) -> Result<Vec<JoinPair>> {
        let mut pairs = Vec::new();
        self.for_each_join(|pair| {
            if pair.state == JoinState::Accepted {
                pairs.push(pair);
            }
            Ok(())
        })?;
        Ok(pairs)
    }

    /// How many pairs there are of each kind and state.
    ///
    /// # Errors
    /// As [`CaseFile::for_each_join`].
    pub fn join_counts(&self) -> Result<JoinCounts> {
        let sql = "SELECT 0, 0, kind, basis, state, count(*) FROM join_pair GROUP BY 3, 4, 5";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut counts = JoinCounts::default();
        while let Some(row) = rows.next()? {
            let group = pair(row)?;
            counts.add(group.kind, group.state, row.get(5)?);
        }
        Ok(counts)
    }

    /// How many rows of each kind the accepted pairs take out of the counts.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn uncounted(&self) -> Result<Uncounted> {
        let mut statement = self.conn.prepare(
            "SELECT k.granularity, count(*), coalesce(sum(e.requests), 0) FROM join_pair AS j
               CROSS JOIN event AS e ON e.event_id = j.secondary_event
               CROSS JOIN call AS k ON k.call = e.call
             WHERE j.state = 'accepted' GROUP BY 1",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Uncounted::default();
        while let Some(row) = rows.next()? {
            let (kind, events): (String, u64) = (row.get(0)?, row.get(1)?);
            match Granularity::parse(&kind) {
                Some(Granularity::Activity) => found.activities = events,
                Some(Granularity::Bucket) => {
                    (found.buckets, found.requests) = (events, row.get(2)?);
                }
                _ => found.exchanges += events,
            }
        }
        Ok(found)
    }

    /// The last event that pairs were looked for up to; 0 when never.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn joined_up_to(&self) -> Result<u64> {
        let sql = "SELECT detail FROM journal WHERE action = ? ORDER BY journal_id DESC LIMIT 1";
        let detail: Option<String> =
            self.conn.query_row(sql, [FOUND], |row| row.get(0)).optional()?;
        Ok(detail.as_deref().and_then(up_to).unwrap_or(0))
    }

    /// The events of every source that has any, in the order of event ids.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn events_of_sources(&self) -> Result<Vec<(u32, Range<u64>)>> {
        let mut statement = self.conn.prepare(
            "SELECT source_id, first_event, last_event FROM source
             WHERE first_event NOT NULL ORDER BY first_event",
        )?;
        let sources = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?..row.get::<_, u64>(2)?.saturating_add(1)))
        })?;
        Ok(sources.collect::<rusqlite::Result<_>>()?)
    }

    /// When an event was, and how far that can be trusted.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEvent`], or when the file cannot be read.
    pub fn time_of(&self, event_id: u64) -> Result<EventTime> {
        let sql = "SELECT e.at_us, k.time_precision, k.time_quality
             FROM event AS e CROSS JOIN call AS k ON k.call = e.call WHERE event_id = ?";
        let found = self.conn.prepare_cached(sql)?.query_row([event_id], |row| {
            Ok(EventTime {
                at: row.get::<_, Option<i64>>(0)?.map_or(Time::NONE, Time),
                precision: dimensions::named(row, 1, TimePrecision::parse)?,
                quality: dimensions::named(row, 2, TimeQuality::parse)?,
            })
        });
        found.optional()?.ok_or(StoreError::NoSuchEvent(event_id))
    }

    /// The first of some events of one source that is not before a time; the end of the range
    /// when there is none. A binary search: the events of a source are in time order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn first_event_at(&self, events: Range<u64>, at: Time) -> Result<u64> {
        let mut at_of = self.conn.prepare_cached("SELECT at_us FROM event WHERE event_id = ?")?;
        let Range { mut start, mut end } = events;
        while start < end {
            let middle = start + (end - start) / 2;
            let found = at_of.query_row([middle], |row| row.get::<_, Option<i64>>(0))?;
            match found.unwrap_or(NO_TIME) < at.0 {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        Ok(start)
    }

    /// Calls `each` with whole chunks of a source's events that together hold those asked for: the
    /// id of the first event, and the columns, request ids included; not the places in the source.
    ///
    /// # Errors
    /// When the file cannot be read; what `each` returns ends the walk.
    pub fn for_each_chunk(
        &self,
        (source_id, all): &(u32, Range<u64>),
        wanted: Range<u64>,
        mut each: impl FnMut(u64, &Columns) -> Result<()>,
    ) -> Result<()> {
        let chunk = CHUNK as u64;
        let skipped = wanted.start.saturating_sub(all.start) / chunk * chunk;
        let mut ids = self.conn.prepare_cached(
            "SELECT request_id FROM event WHERE event_id >= ? AND event_id < ? ORDER BY event_id",
        )?;
        let mut first = all.start + skipped;
        while first < wanted.end.min(all.end) {
            let after = (first + chunk).min(all.end);
            let count = (after - first) as usize;
            let mut columns = load_chunks(&self.conn, *source_id, first, count)?;
            let mut rows = ids.query(params![first, after])?;
            while let Some(row) = rows.next()? {
                expand(row.get_ref(0)?, &mut columns.request_bytes);
                columns.request_end.push(columns.request_bytes.len() as u32);
            }
            if columns.request_end.len() != count {
                return Err(StoreError::Damaged(format!("events from {first} on are missing")));
            }
            each(first, &columns)?;
            first = after;
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// Writes pairs that were found, sorted by secondary row, and the journal entry of what was
    /// found up to the event `up_to`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_joins(
        &self,
        pairs: &[JoinPair],
        up_to: u64,
        at: Time,
        actor: &str,
    ) -> Result<JournalEntry> {
        let mut insert = self.conn.prepare_cached("INSERT INTO join_pair VALUES (?,?,?,?,?)")?;
        let (mut seal, mut found) = (Sha256::new(), [0u64; 3]);
        for pair in pairs {
            let (kind, basis) = (pair.kind.as_str(), pair.basis.as_str());
            let state = pair.kind.first_state().as_str();
            insert.execute(params![pair.secondary, pair.primary, kind, basis, state])?;
            seal_pair(&mut seal, pair);
            found[pair.kind as usize] += 1;
        }
        let detail = json!({
            "up_to": up_to, "repeats": found[0], "joins": found[1], "probable": found[2],
            "contents": hex(&seal.finalize()),
        });
        let target = format!("events up to {up_to}");
        journal::append(self.conn, at, actor, FOUND, &target, &detail.to_string())
    }

    /// Accepts or rejects the pairs of these secondary rows, sorted, and says so in the journal.
    ///
    /// # Errors
    /// SQLite's.
    pub fn decide_joins(
        &self,
        secondaries: &[u64],
        accept: bool,
        at: Time,
        actor: &str,
    ) -> Result<JournalEntry> {
        let (action, state) = DECISIONS[usize::from(!accept)];
        let sql = "UPDATE join_pair SET state = ? WHERE secondary_event = ?";
        let mut update = self.conn.prepare_cached(sql)?;
        for event in secondaries {
            update.execute(params![state.as_str(), event])?;
        }
        let target = match secondaries {
            [one] => format!("event {one}"),
            many => format!("{} events", many.len()),
        };
        let detail = json!({ "events": ranges(secondaries) }).to_string();
        journal::append(self.conn, at, actor, action, &target, &detail)
    }
}

/// Runs of consecutive numbers, first and last of each.
fn ranges(sorted: &[u64]) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &event in sorted {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(event) => *last = event,
            _ => ranges.push((event, event)),
        }
    }
    ranges
}

/// The pairs are those that the journal says were found, in the states it says they are in.
pub(super) fn check(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let unreadable = |entry: &JournalEntry| format!("journal entry {} cannot be read", entry.id);
    let mut batches: Vec<(u64, String, Sha256)> = Vec::new();
    let mut said: BTreeMap<u64, (u64, JoinState)> = BTreeMap::new();
    for entry in journal {
        if entry.action == FOUND {
            let Some((up_to, contents)) = up_to(&entry.detail).zip(contents(&entry.detail)) else {
                return Ok(Some(unreadable(entry)));
            };
            if batches.last().is_some_and(|(before, ..)| *before >= up_to) {
                return Ok(Some(unreadable(entry)));
            }
            batches.push((up_to, contents, Sha256::new()));
        } else if let Some((_, state)) =
            DECISIONS.iter().find(|(action, _)| *action == entry.action)
        {
            let Some(decided) = decided(&entry.detail) else { return Ok(Some(unreadable(entry))) };
            for (first, last) in decided {
                decide(&mut said, first, last, *state);
            }
        }
    }
    let mut problem = None;
    case.for_each_join(|pair| {
        let newest = pair.secondary.max(pair.primary);
        let batch = batches.partition_point(|(up_to, ..)| *up_to < newest);
        match batches.get_mut(batch) {
            Some((_, _, seal)) => seal_pair(seal, &pair),
            None => set(&mut problem, &pair, "is not one that was found"),
        }
        let decided = said.range(..=pair.secondary).next_back();
        let decided = decided.filter(|(_, (last, _))| pair.secondary <= *last);
        let state = decided.map_or(pair.kind.first_state(), |(_, (_, state))| *state);
        if state != pair.state {
            set(&mut problem, &pair, "is not in the state the journal says");
        }
        Ok(())
    })?;
    Ok(problem.or_else(|| {
        let mut wrong = batches
            .into_iter()
            .filter(|(_, contents, seal)| hex(&seal.clone().finalize()) != *contents);
        wrong.next().map(|(up_to, ..)| format!("pairs up to event {up_to} are not those found"))
    }))
}

fn set(problem: &mut Option<String>, pair: &JoinPair, what: &str) {
    problem.get_or_insert_with(|| format!("the pair of event {} {what}", pair.secondary));
}

/// Notes a decision on a stretch of events, in place of earlier ones: stretches never overlap.
fn decide(said: &mut BTreeMap<u64, (u64, JoinState)>, first: u64, last: u64, state: JoinState) {
    let before = said.range(..first).next_back().map(|(start, run)| (*start, *run));
    let mut cut: Vec<(u64, (u64, JoinState))> = before.into_iter().collect();
    cut.extend(said.range(first..=last.max(first)).map(|(start, run)| (*start, *run)));
    for (start, (end, old)) in cut {
        if end < first {
            continue;
        }
        said.remove(&start);
        if start < first {
            said.insert(start, (first - 1, old));
        }
        if end > last {
            said.insert(last + 1, (end, old));
        }
    }
    said.insert(first, (last, state));
}

fn up_to(detail: &str) -> Option<u64> {
    serde_json::from_str::<Value>(detail).ok()?.get("up_to")?.as_u64()
}

fn contents(detail: &str) -> Option<String> {
    Some(serde_json::from_str::<Value>(detail).ok()?.get("contents")?.as_str()?.to_owned())
}

fn decided(detail: &str) -> Option<Vec<(u64, u64)>> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let ranges: Vec<(u64, u64)> = serde_json::from_value(detail.get("events")?.clone()).ok()?;
    ranges.iter().all(|(first, last)| first <= last).then_some(ranges)
}

fn seal_pair(seal: &mut Sha256, pair: &JoinPair) {
    seal.update(pair.secondary.to_le_bytes());
    seal.update(pair.primary.to_le_bytes());
    seal.update([pair.kind as u8, pair.basis as u8]);
}

fn pair(row: &Row<'_>) -> Result<JoinPair> {
    Ok(JoinPair {
        secondary: row.get(0)?,
        primary: row.get(1)?,
        kind: dimensions::named(row, 2, JoinKind::parse)?,
        basis: dimensions::named(row, 3, JoinBasis::parse)?,
        state: dimensions::named(row, 4, JoinState::parse)?,
    })
}

/// Pairs that belong to no source any more.
pub(super) fn count_outside(conn: &Connection, last: u64) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM join_pair
         WHERE secondary_event NOT BETWEEN 1 AND ?1 OR primary_event NOT BETWEEN 1 AND ?1
           OR secondary_event = primary_event";
    conn.query_row(sql, [last], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Naive: one state an event.
        #[test]
        fn decisions_on_stretches_are_those_on_every_event(
            decisions in proptest::collection::vec((0u64..30, 0u64..9, any::<bool>()), 0..12),
        ) {
            let (mut said, mut naive) = (BTreeMap::new(), [None; 60]);
            for (first, length, accept) in decisions {
                let state = DECISIONS[usize::from(!accept)].1;
                decide(&mut said, first, first + length, state);
                naive[first as usize..=(first + length) as usize].fill(Some(state));
            }
            for (event, expected) in (0u64..).zip(naive) {
                let run = said.range(..=event).next_back();
                let found = run.filter(|(_, (last, _))| event <= *last).map(|(_, (_, s))| *s);
                prop_assert_eq!(found, expected, "{}", event);
            }
        }

        #[test]
        fn runs_of_numbers_are_written_as_runs(numbers in proptest::collection::btree_set(0u64..40, 0..30)) {
            let sorted: Vec<u64> = numbers.into_iter().collect();
            let back: Vec<u64> = ranges(&sorted).into_iter().flat_map(|(a, b)| a..=b).collect();
            prop_assert_eq!(back, sorted);
        }
    }
}
