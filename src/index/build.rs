//! From the columns of each source to one index sorted by time.

use std::ops::Range;

use rayon::prelude::*;

use super::columns::{drop_empty, drop_places, join, sort_by_time};
use super::joined::{Joins, SameCall};
use super::order::{Order, Runs};
use super::{Index, SessionIds};
use crate::job::{Cancelled, Progress};
use crate::model::time::SECOND_US;
use crate::model::{Columns, Dimensions, MISSING};

/// The years 1 to 9999, µs.
const CALENDAR_US: Range<i64> = -62_135_596_800 * SECOND_US..253_402_300_800 * SECOND_US;

/// The rows of one source, as the case file keeps them: sorted by time, event ids contiguous.
///
/// A column may be left empty, which means missing in every row: load only what is needed. Only
/// `at_us`, `caller`, `origin` and `call` are required. `line`, `byte_offset` and `byte_length`
/// are not kept: the case file knows by event id where a record stands in its source.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Id of the source.
    pub source_id: u32,
    /// Event id of its first row.
    pub first_event_id: u64,
    /// Its rows.
    pub columns: Columns,
}

/// Why an index could not be built; all but the first mean a damaged case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A column has another number of rows than the time column.
    #[error("source {source_id}: column {column} has {found} rows where {expected} are expected")]
    Length {
        /// The source.
        source_id: u32,
        /// The column.
        column: &'static str,
        /// Rows it has.
        found: usize,
        /// Rows the source has.
        expected: usize,
    },
    /// A row points at a dictionary entry that does not exist.
    #[error("source {source_id}: column {column} points at entry {entry} of {entries}")]
    Entry {
        /// The source; 0 for the dictionaries themselves.
        source_id: u32,
        /// The column.
        column: &'static str,
        /// The entry pointed at, from 0.
        entry: u32,
        /// Entries there are.
        entries: usize,
    },
    /// Request ids that are cut in the wrong places.
    #[error("source {0}: the request ids are damaged")]
    Requests(u32),
    /// Session ids that cannot be read.
    #[error("session ids cannot be read: {0}")]
    Sessions(String),
    /// A time that no log can hold: what is drawn and counted over it would overflow.
    #[error(
        "a record's time lies outside the years 1 to 9999: the case is damaged, `stillwatch verify` says where"
    )]
    Time,
    /// More rows than row numbers.
    #[error("the case has {0} rows; this version can show up to {max}", max = MISSING - 1)]
    TooManyRows(usize),
}

/// Account → rows, in time order.
#[derive(Debug, Default)]
pub(super) struct AccountRows {
    /// Where each account's rows start in `rows`; one more entry than accounts.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// The account of each caller, and whether it names an end user: of rows in another order than
    /// that of callers these are asked for, and their texts would stand in between.
    of_caller: Vec<u32>,
    has_user: Vec<bool>,
}

impl AccountRows {
    pub fn of(&self, account: u32) -> &[u32] {
        let account = account as usize;
        match self.starts.get(account..account + 2) {
            Some(&[start, end]) => &self.rows[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Where the rows of an account stand among [`AccountRows::all`].
    pub fn places(&self, account: u32) -> Range<usize> {
        let account = account as usize;
        match self.starts.get(account..account + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// Of all rows something of each, one account after the other; `of` is asked in the order of the
    /// rows, in which columns lie.
    ///
    /// Naive: ask for each row of each account.
    pub fn arranged<T: Copy + Default>(&self, callers: &[u32], of: impl Fn(usize) -> T) -> Vec<T> {
        let mut next = self.starts.clone();
        let mut arranged = vec![T::default(); self.rows.len()];
        for (row, caller) in callers.iter().enumerate() {
            let next = &mut next[self.of_caller(*caller) as usize];
            arranged[*next as usize] = of(row);
            *next += 1;
        }
        arranged
    }

    /// The account of a caller.
    pub fn of_caller(&self, caller: u32) -> u32 {
        self.of_caller[caller as usize]
    }

    /// Whether a caller names an end user.
    pub fn has_user(&self, caller: u32) -> bool {
        self.has_user[caller as usize]
    }

    pub fn bytes(&self) -> usize {
        (self.starts.len() + self.rows.len()) * 4
    }

    /// Counting sort by account. Rows are visited in time order, so each account's rows are too.
    fn new(callers: &[u32], dimensions: &Dimensions) -> Self {
        let account_of: Vec<u32> = dimensions.callers.iter().map(|c| c.account).collect();
        let mut starts = vec![0_u32; dimensions.accounts.len() + 1];
        for caller in callers {
            starts[account_of[*caller as usize] as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; callers.len()];
        for (row, caller) in callers.iter().enumerate() {
            let slot = &mut next[account_of[*caller as usize] as usize];
            rows[*slot as usize] = row as u32;
            *slot += 1;
        }
        let has_user = dimensions.callers.iter().map(|c| c.user_id.is_some()).collect();
        Self { starts, rows, of_caller: account_of, has_user }
    }
}

impl Index {
    /// Builds the index. Sources that follow each other in time are joined without sorting, a
    /// single one without copying; sources that overlap are merged by time, equal times in the
    /// order the sources begin.
    ///
    /// # Errors
    /// [`IndexError::Cancelled`] when asked to stop; otherwise the columns contradict each
    /// other or the dictionaries.
    pub fn build(
        runs: Vec<Run>,
        mut dimensions: Dimensions,
        progress: &Progress,
    ) -> Result<Self, IndexError> {
        let sessions = std::mem::take(&mut dimensions.sessions).into();
        Self::with_sessions(runs, dimensions, sessions, progress)
    }

    /// [`Index::build`] with session ids that are read when first asked for, instead of those
    /// of `dimensions`.
    ///
    /// # Errors
    /// As [`Index::build`].
    pub fn with_sessions(
        runs: Vec<Run>,
        dimensions: Dimensions,
        sessions: SessionIds,
        progress: &Progress,
    ) -> Result<Self, IndexError> {
        Self::with_joins(runs, dimensions, sessions, &Joins::default(), progress)
    }

    /// [`Index::with_sessions`] where some rows describe the same call.
    ///
    /// # Errors
    /// As [`Index::build`].
    pub fn with_joins(
        mut runs: Vec<Run>,
        mut dimensions: Dimensions,
        sessions: SessionIds,
        joins: &Joins,
        progress: &Progress,
    ) -> Result<Self, IndexError> {
        runs.retain(|run| !run.columns.is_empty());
        runs.sort_by_key(|run| (run.columns.at_us[0], run.source_id, run.first_event_id));
        let rows: usize = runs.iter().map(|run| run.columns.len()).sum();
        if rows >= MISSING as usize {
            return Err(IndexError::TooManyRows(rows));
        }
        progress.set_phase("checking columns", rows as u64);
        check_dictionaries(&dimensions)?;
        for run in &runs {
            progress.check()?;
            check_run(run, &dimensions, sessions.len())?;
            progress.advance(run.columns.len() as u64);
        }
        progress.set_phase("sorting by time", rows as u64);
        runs.iter_mut().for_each(|run| drop_places(&mut run.columns));
        let (mut columns, source_runs) = join(runs);
        let source_runs = Runs::new(source_runs);
        let mut same_call = SameCall::new(joins, &source_runs);
        same_call.apply(joins, &mut columns, &mut dimensions);
        drop_empty(&mut columns);
        progress.check()?;
        let ordinals = sort_by_time(&mut columns, progress)?;
        let timed = columns.timed() as u32;
        let ends =
            [columns.at_us[..timed as usize].first(), columns.at_us[..timed as usize].last()];
        if ends.into_iter().flatten().any(|at| !CALENDAR_US.contains(at)) {
            return Err(IndexError::Time);
        }
        progress.set_phase("grouping by account", rows as u64);
        let account_rows = AccountRows::new(&columns.caller, &dimensions);
        progress.check()?;
        let mut kinds = [0_u64; 5];
        for (call, count) in count_entries(&columns.call, dimensions.calls.len()) {
            kinds[dimensions.calls[call].granularity as usize] += count;
        }
        Ok(Self {
            columns,
            timed,
            dimensions,
            sessions,
            order: Order::new(source_runs, ordinals),
            same_call,
            account_rows,
            kinds,
            attributes: std::array::from_fn(|_| Default::default()),
            pairs: Default::default(),
            populations: Default::default(),
            accounts_by_id: Default::default(),
            request_ids: None,
            phrases: None,
            templates: Default::default(),
        })
    }
}

/// Rows that point at each entry, for entries with any.
fn count_entries(column: &[u32], entries: usize) -> impl Iterator<Item = (usize, u64)> {
    let mut counts = vec![0_u64; entries];
    for entry in column {
        counts[*entry as usize] += 1;
    }
    counts.into_iter().enumerate().filter(|(_, count)| *count > 0)
}

fn check_dictionaries(dimensions: &Dimensions) -> Result<(), IndexError> {
    let entries = dimensions.accounts.len();
    let wrong = dimensions.callers.iter().find(|c| c.account as usize >= entries);
    wrong.map_or(Ok(()), |caller| {
        let entry = caller.account;
        Err(IndexError::Entry { source_id: 0, column: "account", entry, entries })
    })
}

fn check_run(run: &Run, dimensions: &Dimensions, sessions: usize) -> Result<(), IndexError> {
    let c = &run.columns;
    let expected = c.len();
    let lengths = column_lengths(c);
    for (i, (column, found)) in lengths.into_iter().enumerate() {
        // The first three point into dictionaries and are required.
        if found != expected && !(i >= 3 && found == 0) {
            return Err(IndexError::Length { source_id: run.source_id, column, found, expected });
        }
    }
    check_entries(run.source_id, "caller", &c.caller, dimensions.callers.len(), false)?;
    check_entries(run.source_id, "origin", &c.origin, dimensions.origins.len(), false)?;
    check_entries(run.source_id, "call", &c.call, dimensions.calls.len(), false)?;
    check_entries(run.source_id, "session", &c.session, sessions, true)?;
    let last = c.request_end.last().map_or(0, |end| *end as usize);
    let sound = c.request_end.is_sorted() && last <= c.request_bytes.len();
    if sound { Ok(()) } else { Err(IndexError::Requests(run.source_id)) }
}

fn column_lengths(c: &Columns) -> [(&'static str, usize); 20] {
    [
        ("caller", c.caller.len()),
        ("origin", c.origin.len()),
        ("call", c.call.len()),
        ("session", c.session.len()),
        ("line", c.line.len()),
        ("byte_offset", c.byte_offset.len()),
        ("byte_length", c.byte_length.len()),
        ("input_tokens", c.input_tokens.len()),
        ("output_tokens", c.output_tokens.len()),
        ("cached_tokens", c.cached_tokens.len()),
        ("reasoning_tokens", c.reasoning_tokens.len()),
        ("latency_ms", c.latency_ms.len()),
        ("requests", c.requests.len()),
        ("cost", c.cost.len()),
        ("prompt_hash", c.prompt_hash.len()),
        ("response_hash", c.response_hash.len()),
        ("reasoning_signature", c.reasoning_signature.len()),
        ("replayed_signature", c.replayed_signature.len()),
        ("request_id", c.request_end.len()),
        ("at", c.at_us.len()),
    ]
}

fn check_entries(
    source_id: u32,
    column: &'static str,
    values: &[u32],
    entries: usize,
    may_miss: bool,
) -> Result<(), IndexError> {
    let outside = |v: &u32| *v as usize >= entries && !(may_miss && *v == MISSING);
    let wrong = values.par_iter().with_min_len(1 << 16).copied().find_any(outside);
    wrong.map_or(Ok(()), |entry| Err(IndexError::Entry { source_id, column, entry, entries }))
}
