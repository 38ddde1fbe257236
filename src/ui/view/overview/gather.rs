//! What the overview says, counted in one go on another thread.

use crate::index::{self, Fitness, Index, Lists, Mask, Stats, TopValues};
use crate::job::Progress;
use crate::model::filter::FilterError;
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Field, Filter, Granularity, Time, TimeSpan};

/// Bars of an account's sparkline.
pub const SPARK_BINS: usize = 45;
/// Accounts listed, and counted together for how much the busiest hold.
pub const TOP: usize = 10;
/// Hours beyond which days are compared instead.
const MOST_HOURS: i64 = 200_000;

/// Why the overview could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] crate::job::Cancelled),
}

/// Everything the overview shows besides the traffic.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What is counted.
    pub counted: Granularity,
    /// Rows of that kind in the whole case: the "N" of "n of N".
    pub all: u64,
    /// Counts and sums under the filter.
    pub totals: Stats,
    /// Accounts with rows under the filter.
    pub accounts: u64,
    /// Rows under the filter that have no time.
    pub without_time: u64,
    /// From the first to after the last row under the filter that has one.
    pub span: Option<TimeSpan>,
    /// The other kinds in the case, with their rows: never added to the first.
    pub apart: Vec<(Granularity, u64)>,
    /// Calls that the usage buckets of the case count, as far as they say.
    pub bucket_requests: Option<u64>,
    /// Organisations.
    pub orgs: TopValues,
    /// Models.
    pub models: TopValues,
    /// Models in the order that gives them their colours, which no filter changes.
    pub palette: Vec<String>,
    /// Pathways.
    pub pathways: TopValues,
    /// The fullest hour, or day where there are very many hours.
    pub busiest: Option<Busiest>,
    /// The accounts with most rows.
    pub top: Vec<TopAccount>,
    /// Rows of the first [`TOP`] accounts.
    pub held: u64,
    /// How complete each field is. Rows whose account is a stand-in have none.
    pub fitness: Vec<Fitness>,
    /// Rows of which the log names no account.
    pub unnamed: u64,
    /// A warning about times, where one is due.
    pub time_note: Option<String>,
}

/// The fullest hour or day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busiest {
    /// When.
    pub span: TimeSpan,
    /// Rows in it.
    pub rows: u32,
    /// Rows in the middle one of those that have any.
    pub median: u32,
    /// `hour` or `day`.
    pub unit: &'static str,
}

impl Busiest {
    /// How many times the median it has.
    pub fn times(&self) -> f64 {
        f64::from(self.rows) / f64::from(self.median.max(1))
    }
}

/// An account with many rows.
#[derive(Clone, Debug, PartialEq)]
pub struct TopAccount {
    /// Its position in the index.
    pub account: u32,
    /// Its counts.
    pub stats: Stats,
    /// Its rows over the time of the case.
    pub line: Vec<u32>,
}

/// Counts everything under a filter.
///
/// # Errors
/// A filter that this version cannot answer; cancelled.
pub fn facts(
    index: &Index,
    lists: &Lists,
    filter: &Filter,
    stand_ins: &[u32],
    progress: &Progress,
) -> Result<Facts, GatherError> {
    let mask = index::compile(filter, index, lists)?;
    progress.check()?;
    let by_account = index.stats_by_account(&mask);
    let totals = index.totals(&mask);
    progress.check()?;
    let counted = mask.counted();
    let span = span_of(index, &totals);
    let top = top_accounts(index, &mask, &by_account);
    progress.check()?;
    let unnamed = stand_ins.iter().map(|a| u64::from(by_account[*a as usize].rows)).sum();
    let mut fitness = index.fitness(&mask);
    let account = fitness.iter_mut().find(|f| f.field == Field::AccountId);
    if let Some(account) = account {
        account.present -= unnamed;
    }
    Ok(Facts {
        counted,
        all: index.count_of(counted),
        accounts: by_account.iter().filter(|s| s.rows > 0).count() as u64,
        without_time: index.without_time(&mask),
        span,
        apart: apart(index, counted),
        bucket_requests: index.bucket_requests(),
        orgs: index.top_values(&mask, Field::OrgId, 1),
        models: index.top_values(&mask, Field::Model, 7),
        palette: palette(index),
        pathways: index.top_values(&mask, Field::Pathway, 5),
        busiest: span.and_then(|span| busiest(index, &mask, span)),
        held: top.iter().map(|t| u64::from(t.stats.rows)).sum(),
        top,
        fitness,
        unnamed,
        time_note: index.time_fitness(&mask).note(),
        totals,
    })
}

fn span_of(index: &Index, totals: &Stats) -> Option<TimeSpan> {
    let (first, last) = (totals.first_seen(index)?, totals.last_seen(index)?);
    Some(TimeSpan { start: first, end: Time(last.0.saturating_add(1)) })
}

fn apart(index: &Index, counted: Granularity) -> Vec<(Granularity, u64)> {
    let other = Granularity::ALL.into_iter().filter(|kind| *kind != counted);
    other.map(|kind| (kind, index.count_of(kind))).filter(|(_, n)| *n > 0).collect()
}

fn top_accounts(index: &Index, mask: &Mask, by_account: &[Stats]) -> Vec<TopAccount> {
    let mut order: Vec<u32> = index.accounts_by_id().to_vec();
    order.retain(|a| by_account[*a as usize].rows > 0);
    // Stable, so that equal counts stay in the order of ids.
    order.sort_by_key(|a| std::cmp::Reverse(by_account[*a as usize].rows));
    order.truncate(TOP);
    let Some(span) = index.span() else { return Vec::new() };
    let lines = index.sparklines(mask, &order, span, SPARK_BINS).lines;
    let one = |(account, line): (u32, Vec<u32>)| TopAccount {
        account,
        stats: by_account[account as usize],
        line,
    };
    order.into_iter().zip(lines).map(one).collect()
}

/// The models that have a colour of their own, in the order of the colours.
fn palette(index: &Index) -> Vec<String> {
    let Some(span) = index.span() else { return Vec::new() };
    let nothing = TimeSpan { start: span.start, end: span.start };
    let split = index.split_histogram(index.everything(), nothing, 1, Field::Model, 7);
    split.series.into_iter().map(|series| series.value).collect()
}

/// Hours are whole hours of UTC, so that they can be named.
fn busiest(index: &Index, mask: &Mask, span: TimeSpan) -> Option<Busiest> {
    let hours = span.len_us() / HOUR_US;
    let (unit_us, unit) = if hours > MOST_HOURS { (DAY_US, "day") } else { (HOUR_US, "hour") };
    let first = span.start.0.div_euclid(unit_us);
    let after = (span.end.0 - 1).div_euclid(unit_us) + 1;
    let whole = TimeSpan { start: Time(first * unit_us), end: Time(after * unit_us) };
    let bins = usize::try_from(after - first).ok()?;
    // One hour cannot be compared with others.
    if bins < 2 {
        return None;
    }
    let histogram = index.histogram(mask, whole, bins);
    let (at, rows) = fullest(&histogram.bins)?;
    let mut used: Vec<u32> = histogram.bins.iter().copied().filter(|n| *n > 0).collect();
    used.sort_unstable();
    let median = used[used.len() / 2];
    Some(Busiest { span: histogram.bin_span(at), rows, median, unit })
}

/// The first of the fullest bins; `None` when all are empty.
fn fullest(bins: &[u32]) -> Option<(usize, u32)> {
    let most = bins.iter().copied().max().filter(|n| *n > 0)?;
    bins.iter().position(|n| *n == most).map(|at| (at, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equally_full_bins_counts() {
        assert_eq!(fullest(&[1, 4, 4, 0]), Some((1, 4)));
        assert_eq!(fullest(&[0, 0]), None);
    }
}
