//! The case in memory: immutable arrays sorted by time, and the questions every view asks of
//! them.
//!
//! A row is a position in the arrays, from 0, in time order, rows without a time last. Rows point into small dictionaries
//! ([`crate::model::Dimensions`]), so a condition on text is decided once per dictionary entry
//! and looked up per row. A [`Mask`] says which rows a filter keeps; every query takes one.
//!
//! ```text
//! Run (one source) ─┐
//! Run              ─┼─► Index::build ─► Index ── compile(&Filter) ─► Mask
//! Dimensions       ─┘                     └──── histogram, stats_by, top_values, nth row, …
//! ```
//!
//! Each fast path says which naive query it must equal, and a property test compares the two.

mod account_table;
mod attribute;
mod brush;
#[cfg(test)]
mod brush_tests;
mod build;
mod by_account;
mod cited;
mod columns;
mod compile;
mod complete;
mod conclusions;
mod cumulative;
#[cfg(test)]
mod examples;
mod facet;
mod fitness;
mod gaps;
mod heat;
#[cfg(test)]
mod heat_tests;
mod held;
mod histogram;
mod holders;
mod joined;
mod lane_order;
mod lanes;
#[cfg(test)]
mod lanes_tests;
mod lists;
mod mask;
mod order;
mod pairs;
mod phrases;
mod plan;
mod profile;
mod requests;
mod row;
mod scan;
mod sessions;
mod similarity;
#[cfg(test)]
mod similarity_tests;
mod sorted;
mod sparkline;
mod stacked;
mod stats;
mod step;
pub mod templates;
#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;
mod value_table;
mod why_empty;

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use crate::model::{Columns, Dimensions, Granularity, Time, TimeSpan};

pub use account_table::{AccountOrder, AccountSort, account_order};
pub use attribute::Dimension;
pub use brush::{AccountBrush, ValueBrush};
pub use build::{IndexError, Run};
pub use by_account::{ByAccount, Record};
pub use cited::{Cited, ReadCited};
pub use compile::{compile, matching_accounts};
pub use complete::Completions;
pub use conclusions::{Conclusion, Conclusions};
pub use facet::{Facet, network_text};
pub use fitness::{Fitness, Presence, TimeFitness};
pub use gaps::{Coverage, Feed, Gap, coverage_of_times, feeds, longest_gaps};
pub use heat::{DAYS, DayHours, HOURS, WeekHours};
pub use held::Held;
pub use histogram::{Histogram, Series, SplitHistogram, bin_edges};
pub use joined::Joins;
pub use lane_order::{LaneOrder, LaneSort, MOST_COMPARED, lane_order};
pub use lanes::{LaneQuestion, Lanes, NOBODY};
pub use lists::Lists;
pub use mask::{Mask, Rows};
pub use pairs::ValueCounts;
pub use phrases::{PhraseSearch, Phrases, SearchPhrase, SearchState};
pub use profile::{MOST_PROFILED, Profile, Profiles};
pub use requests::{ReadRequestIds, RequestIds};
pub use row::RowView;
pub use sessions::SessionIds;
pub use sorted::{SortError, SortedRows};
pub use sparkline::Sparklines;
pub use stacked::Stacked;
pub use stats::{Stats, TopValues, ValueStats};
pub use step::{Meaning, Step};
pub use templates::{TemplateBrush, TemplateCounts, TemplateStats, Templates};
pub use value_table::{FEWEST_FOR_LIFT, ValueOrder, ValueSort, lift, value_order};
pub use why_empty::{Emptiness, ExcludingPart, why_empty};

use attribute::Attribute;
use build::AccountRows;
use facet::FACETS;
use joined::SameCall;
use order::Order;
use pairs::MadeOnce;

/// All records of a case, by columns, sorted by time.
///
/// Built once per load and shared as `Arc<Index>`. A column that no record fills takes no
/// memory.
#[derive(Debug)]
pub struct Index {
    columns: Columns,
    /// Rows that have a time; the others stand behind them.
    timed: u32,
    dimensions: Dimensions,
    sessions: SessionIds,
    order: Order,
    same_call: SameCall,
    account_rows: AccountRows,
    /// Rows of each granularity, in the order of [`Granularity::ALL`].
    kinds: [u64; 5],
    /// Distinct values of each dimension field, made when first asked for.
    attributes: [OnceLock<Attribute>; FACETS],
    /// Who has which value of the field last asked for.
    pairs: Mutex<Option<(Facet, MadeOnce)>>,
    /// All rows of each granularity, made when first asked for.
    populations: [OnceLock<Mask>; 5],
    /// Accounts sorted by id, made when first asked for.
    accounts_by_id: OnceLock<Vec<u32>>,
    /// Prompt templates, which may be looked for while the index is in use.
    templates: RwLock<Arc<Templates>>,
    /// Where request ids are read, unless they came with the columns.
    request_ids: Option<RequestIds>,
    /// Where prompts are searched.
    phrases: Option<Phrases>,
}

impl Index {
    /// Number of rows, of every granularity.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The dictionaries, but for the session ids.
    pub fn dimensions(&self) -> &Dimensions {
        &self.dimensions
    }

    /// Account ids; an account's position here is its number everywhere in the index.
    pub fn accounts(&self) -> &[String] {
        &self.dimensions.accounts
    }

    /// The position of an account id.
    pub fn account_position(&self, id: &str) -> Option<u32> {
        let by_id = self.accounts_by_id();
        let at = by_id.binary_search_by(|a| self.accounts()[*a as usize].as_str().cmp(id)).ok()?;
        Some(by_id[at])
    }

    /// Account positions sorted by account id.
    pub fn accounts_by_id(&self) -> &[u32] {
        self.accounts_by_id.get_or_init(|| {
            let mut order: Vec<u32> = (0..self.accounts().len() as u32).collect();
            order.sort_unstable_by_key(|a| &self.accounts()[*a as usize]);
            order
        })
    }

    /// The account of a row.
    pub fn account_of(&self, row: u32) -> u32 {
        self.account_rows.of_caller(self.columns.caller[row as usize])
    }

    /// Whether a row names an end user: [`RowView::user`], where nobody asks which.
    pub fn has_user(&self, row: u32) -> bool {
        self.account_rows.has_user(self.columns.caller[row as usize])
    }

    /// The position of what kind of call a row is, in the dictionary of calls.
    pub fn call_of(&self, row: u32) -> u32 {
        self.columns.call[row as usize]
    }

    /// The position of where a row came from, in the dictionary of origins.
    pub fn origin_of(&self, row: u32) -> u32 {
        self.columns.origin[row as usize]
    }

    /// The rows of an account, of every granularity, in time order.
    pub fn rows_of_account(&self, account: u32) -> &[u32] {
        self.account_rows.of(account)
    }

    /// When a row happened; `None` where its record has no time.
    pub fn at(&self, row: u32) -> Option<Time> {
        Time(self.columns.at_us[row as usize]).known()
    }

    /// The first row at or after `t`; the number of rows that have a time when there is none.
    pub fn row_at(&self, t: Time) -> u32 {
        self.columns.at_us.partition_point(|at| *at < t.0) as u32
    }

    /// The rows whose time lies in a range. No time is inside no range, however open.
    pub fn rows_between(&self, span: TimeSpan) -> Range<u32> {
        let start = self.row_at(span.start);
        start..self.row_at(span.end).max(start)
    }

    /// The rows that have a time; those without one stand behind them.
    pub fn timed(&self) -> Range<u32> {
        0..self.timed
    }

    /// How many rows a mask keeps that have no time.
    ///
    /// Naive: count the rows kept whose record has none.
    pub fn without_time(&self, mask: &Mask) -> u64 {
        mask.count_in(self.timed..self.len() as u32).into()
    }

    /// First instant and the instant after the last, over all rows that have a time; `None` where
    /// none has.
    pub fn span(&self) -> Option<TimeSpan> {
        let times = &self.columns.at_us[..self.timed as usize];
        let (first, last) = (times.first()?, times.last()?);
        Some(TimeSpan { start: Time(*first), end: Time(last.saturating_add(1)) })
    }

    /// Rows of a granularity.
    pub fn count_of(&self, kind: Granularity) -> u64 {
        self.kinds[kind as usize]
    }

    /// What the case counts unless a filter says otherwise: exchanges if there are any, else
    /// activities, else usage buckets. Kinds are never added to each other.
    pub fn default_granularity(&self) -> Granularity {
        let has_rows = |kind: &Granularity| self.count_of(*kind) > 0;
        Granularity::ALL.into_iter().find(has_rows).unwrap_or_default()
    }

    /// All rows of a granularity.
    pub fn population(&self, kind: Granularity) -> &Mask {
        self.populations[kind as usize].get_or_init(|| compile::population(self, kind))
    }

    /// All rows of the case's own granularity: the "N" of "n of N".
    pub fn everything(&self) -> &Mask {
        self.population(self.default_granularity())
    }

    /// All rows, of whatever granularity.
    pub fn all_rows(&self) -> Mask {
        let rows = self.len() as u32;
        Mask::span(0..rows, rows, self.default_granularity())
    }

    /// The highest event id; 0 without rows.
    pub fn last_event_id(&self) -> u64 {
        self.order.last_event_id()
    }

    /// One row with its values.
    ///
    /// # Panics
    /// When `row` is not below [`Index::len`].
    pub fn row(&self, row: u32) -> RowView<'_> {
        assert!((row as usize) < self.len(), "row {row} of {}", self.len());
        RowView::new(self, row)
    }

    /// Fingerprints of the reasoning blocks issued and submitted, by row, 0 where there is none;
    /// each is empty where no row has one.
    pub fn signatures(&self) -> (&[u64], &[u64]) {
        (&self.columns.reasoning_signature, &self.columns.replayed_signature)
    }

    /// The event id of a row, as the case file has it.
    pub fn event_id(&self, row: u32) -> u64 {
        self.order.event_id(row)
    }

    /// The id of the source a row was read from.
    pub fn source_id(&self, row: u32) -> u32 {
        self.order.source_id(row)
    }

    /// The row of an event id; `None` when no loaded source has it.
    pub fn row_of_event(&self, event_id: u64) -> Option<u32> {
        self.order.row_of_event(event_id)
    }

    /// Bytes held by the arrays, without dictionaries and caches: what grows with rows.
    pub fn bytes_of_rows(&self) -> usize {
        columns::bytes_of(&self.columns)
            + self.account_rows.bytes()
            + self.order.bytes()
            + self.same_call.bytes()
            + self.templates().of_row.len() * size_of::<u32>()
    }
}
