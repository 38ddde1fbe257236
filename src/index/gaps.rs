//! Where a log has nothing: how far each feed of a case reaches, and the pauses in it that are
//! too long for it.
//!
//! A **feed** is a source, or several of one format that follow each other in time: a folder of
//! daily files is one feed, two gateways side by side are two. The pause between two neighbouring
//! records of a feed is a **gap** when it is
//!
//! 1. a quarter of an hour or longer,
//! 2. ten or more times the mean pause of the feed, and
//! 3. unusual: fewer than three pauses of the feed are like it, or they come less often than once
//!    in ten days. Like it are those at least half as long and, where other feeds went on
//!    meanwhile, in which others went on as well.
//!
//! So a steady log that stops for an hour has a gap, one that stops every night or every weekend
//! has none, and one that stops on a day when the others go on has a gap again. A feed of a dozen
//! records has none, because it has no rhythm. A gap may be a quiet night or a lost export:
//! nothing in a log says which, and so nothing here does.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::Index;
use crate::job::{Cancelled, Progress};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};
use crate::model::{NO_TIME, SourceInfo, Time, TimeSpan};

/// The shortest gap, µs.
const SHORTEST_US: i64 = 15 * MINUTE_US;
/// How many times the mean pause a gap is at least.
const TIMES_MEAN: i64 = 10;
/// So many pauses like it are a rhythm…
const RHYTHM: u64 = 3;
/// …if they come at least once in this time, µs.
const OFTEN_US: i64 = 10 * DAY_US;
/// Feeds of one format that a source may go on with: among thousands of files side by side, the
/// latest.
const OPEN_FEEDS: usize = 64;
/// Rows between two looks at whether to stop.
const STEP: u32 = 1 << 20;

/// Sources that are one log: one, or several that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Feed {
    /// Their format.
    pub format: String,
    /// Their ids, earliest first.
    pub sources: Vec<u32>,
}

impl Feed {
    /// The file's name; of several, the first one's and how many more there are.
    pub fn name(&self, sources: &[SourceInfo]) -> String {
        let first = self.sources.first();
        let path = sources.iter().find(|s| Some(&s.id) == first).map_or("", |s| &s.path);
        let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
        match self.sources.len() {
            0 | 1 => name.into_owned(),
            n => format!("{name} and {} more", n - 1),
        }
    }
}

/// How far a feed reaches and where it has nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The feed.
    pub feed: Feed,
    /// Its records with a time, of every granularity.
    pub rows: u64,
    /// From its first record to after its last.
    pub span: TimeSpan,
    /// Its gaps, in order of time.
    pub gaps: Vec<Gap>,
}

/// A time without records in a feed that usually has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From the last record before to the first one after.
    pub span: TimeSpan,
    /// Records that other feeds have meanwhile.
    pub meanwhile: u64,
}

impl Gap {
    /// `no records from 2026-03-02 04:10 to 09:55 UTC (5 h 45 min)`.
    pub fn sentence(&self) -> String {
        let (from, to) = (self.span.start.seconds(), self.span.end.seconds());
        let (from, to) = (&from[..from.len() - 3], &to[..to.len() - 3]);
        let day = from.len() - "hh:mm".len();
        let to = if from[..day] == to[..day] { &to[day..] } else { to };
        format!("no records from {from} to {to} UTC ({})", self.length())
    }

    /// `5 h 45 min`, `3 days 4 h`.
    pub fn length(&self) -> String {
        let us = self.span.len_us();
        let (days, hours) = (us / DAY_US, us % DAY_US / HOUR_US);
        match (days, us / HOUR_US) {
            (0, 0) => format!("{} min", us / MINUTE_US),
            (0, hours) => format!("{hours} h {} min", us % HOUR_US / MINUTE_US),
            (1, _) => format!("1 day {hours} h"),
            _ => format!("{days} days {hours} h"),
        }
    }
}

/// The gaps of all feeds, longest first, each with the feed's place.
pub fn longest_gaps(coverage: &[Coverage]) -> Vec<(usize, Gap)> {
    let mut all: Vec<(usize, Gap)> = Vec::new();
    for (i, of_feed) in coverage.iter().enumerate() {
        all.extend(of_feed.gaps.iter().map(|gap| (i, *gap)));
    }
    all.sort_by_key(|(i, gap)| (std::cmp::Reverse(gap.span.len_us()), gap.span.start, *i));
    all
}

/// The feeds of a case, in the order in which their first sources were imported. Sources without
/// rows belong to none; rejects that were read again belong where they were read first.
pub fn feeds(sources: &[SourceInfo]) -> Vec<Feed> {
    let again = |s: &&SourceInfo| s.rejects_of().is_some();
    let mut order: Vec<(TimeSpan, &SourceInfo)> =
        sources.iter().filter(|s| !again(s)).filter_map(|s| Some((s.span?, s))).collect();
    order.sort_by_key(|(span, source)| (span.start, source.id));
    let mut feeds: Vec<Feed> = Vec::new();
    // By format: the feeds, with the time of their last source.
    let mut open: FxHashMap<&str, Vec<(usize, TimeSpan)>> = FxHashMap::default();
    for (span, source) in order {
        let open = open.entry(&source.format).or_default();
        let latest = open.len().saturating_sub(OPEN_FEEDS);
        let fits = open[latest..].iter_mut().filter(|(_, last)| follows(*last, span));
        match fits.min_by_key(|(_, last)| span.start.0.abs_diff(last.end.0)) {
            Some((feed, last)) => {
                feeds[*feed].sources.push(source.id);
                *last = span;
            }
            None => {
                open.push((feeds.len(), span));
                feeds.push(Feed { format: source.format.clone(), sources: vec![source.id] });
            }
        }
    }
    for source in sources.iter().filter(again).filter(|s| s.span.is_some()) {
        let of = source.rejects_of();
        match feeds.iter_mut().find(|f| f.sources.iter().any(|id| Some(*id) == of)) {
            Some(feed) => feed.sources.push(source.id),
            None => feeds.push(Feed { format: source.format.clone(), sources: vec![source.id] }),
        }
    }
    feeds.sort_by_key(|feed| feed.sources.iter().min().copied());
    feeds
}

/// Whether a source goes on where another one ends: logs that are rotated overlap a little.
fn follows(last: TimeSpan, next: TimeSpan) -> bool {
    let middle = last.start.0 / 2 + last.end.0 / 2;
    next.start.0 > middle && next.end > last.end
}

impl Index {
    /// How far each feed of these sources reaches, and its gaps. Reads the time of every row
    /// once.
    ///
    /// Naive: for every feed, sort the times of its rows, and ask of every two neighbours what
    /// the head of this file says.
    ///
    /// # Errors
    /// Cancelled.
    pub fn coverage(
        &self,
        sources: &[SourceInfo],
        progress: &Progress,
    ) -> Result<Vec<Coverage>, Cancelled> {
        let feeds = feeds(sources);
        let mut feed_of: FxHashMap<u32, usize> = FxHashMap::default();
        for (at, feed) in feeds.iter().enumerate() {
            feed_of.extend(feed.sources.iter().map(|id| (*id, at)));
        }
        let mut rhythms = vec![Rhythm::default(); feeds.len()];
        let mut last = (0, None);
        for row in 0..self.len() as u32 {
            if row % STEP == 0 {
                progress.check()?;
            }
            let source = self.source_id(row);
            if last.0 != source {
                last = (source, feed_of.get(&source).copied());
            }
            if let Some(feed) = last.1 {
                rhythms[feed].add(self.columns.at_us[row as usize]);
            }
        }
        let between = |span: TimeSpan| u64::from(self.row_at(span.end) - self.row_at(span.start));
        Ok(Rhythm::all(feeds, rhythms, between))
    }
}

/// [`Index::coverage`] from the times of each source alone, rising in each that is sound: what a
/// command needs that has no index.
///
/// # Errors
/// Cancelled.
pub fn coverage_of_times(
    sources: &[SourceInfo],
    times: &[(u32, Vec<i64>)],
    progress: &Progress,
) -> Result<Vec<Coverage>, Cancelled> {
    let feeds = feeds(sources);
    let mut rhythms = Vec::with_capacity(feeds.len());
    for feed in &feeds {
        progress.check()?;
        let of_feed = times.iter().filter(|(id, _)| feed.sources.contains(id));
        let mut of_feed: Vec<&[i64]> = of_feed.map(|(_, times)| times.as_slice()).collect();
        let mut rhythm = Rhythm::default();
        if let [one] = of_feed[..]
            && one.is_sorted()
        {
            one.iter().for_each(|at| rhythm.add(*at));
        } else {
            // Sources that follow each other: what they overlap is little, and sorted soon.
            of_feed.sort_by_key(|times| times.first().copied());
            let mut merged = of_feed.concat();
            merged.sort();
            merged.iter().for_each(|at| rhythm.add(*at));
        }
        rhythms.push(rhythm);
    }
    let between = |span: TimeSpan| {
        let rows = |times: &[i64]| {
            let until = |at: Time| times.partition_point(|t| *t < at.0) as u64;
            until(span.end) - until(span.start)
        };
        times.iter().map(|(_, times)| rows(times)).sum()
    };
    Ok(Rhythm::all(feeds, rhythms, between))
}

/// What is noted of a feed while its times go by in order.
#[derive(Clone, Debug, Default)]
struct Rhythm {
    rows: u64,
    first: i64,
    last: i64,
    /// Pauses of half the shortest gap or longer, from one record to the next.
    pauses: Vec<(i64, i64)>,
}

impl Rhythm {
    fn add(&mut self, at: i64) {
        // A record without a time ends no pause.
        if at == NO_TIME {
            return;
        }
        if self.rows == 0 {
            self.first = at;
        } else if at.saturating_sub(self.last) >= SHORTEST_US / 2 {
            self.pauses.push((self.last, at));
        }
        self.last = at;
        self.rows += 1;
    }

    /// `between` says how many rows of all feeds a stretch of time has.
    fn all(
        feeds: Vec<Feed>,
        rhythms: Vec<Self>,
        between: impl Fn(TimeSpan) -> u64,
    ) -> Vec<Coverage> {
        let alone = feeds.len() == 1;
        let coverage = |(feed, rhythm): (Feed, Self)| {
            let (start, end) = (Time(rhythm.first), Time(rhythm.last.saturating_add(1)));
            let rows = rhythm.rows;
            // Nothing of its own lies between two neighbours.
            let others = |start: i64, end: i64| match alone {
                true => 0,
                false => between(TimeSpan { start: Time(start.saturating_add(1)), end: Time(end) }),
            };
            let gaps = rhythm.gaps(others);
            Coverage { feed, rows, span: TimeSpan { start, end }, gaps }
        };
        feeds.into_iter().zip(rhythms).filter(|(_, r)| r.rows > 0).map(coverage).collect()
    }

    fn gaps(self, others: impl Fn(i64, i64) -> u64) -> Vec<Gap> {
        // A damaged case may have any times.
        let whole = self.last.saturating_sub(self.first);
        let mean = whole / (self.rows.max(2) - 1) as i64;
        let least = SHORTEST_US.max(mean.saturating_mul(TIMES_MEAN));
        let pauses: Vec<(i64, i64, u64)> =
            self.pauses.into_iter().map(|(from, to)| (from, to, others(from, to))).collect();
        let lengths = |with_others: bool| {
            let of = pauses.iter().filter(|(.., meanwhile)| !with_others || *meanwhile > 0);
            let mut lengths: Vec<i64> = of.map(|(from, to, _)| to.saturating_sub(*from)).collect();
            lengths.sort_unstable();
            lengths
        };
        let (all, contradicted) = (lengths(false), lengths(true));
        let is_gap = |&&(from, to, meanwhile): &&(i64, i64, u64)| {
            let lengths = if meanwhile > 0 { &contradicted } else { &all };
            let length = to.saturating_sub(from);
            let half = length / 2 + length % 2;
            let like = (lengths.len() - lengths.partition_point(|l| *l < half)) as u64;
            length >= least && is_unusual(like, whole)
        };
        let gap = |&(from, to, meanwhile): &(i64, i64, u64)| Gap {
            span: TimeSpan { start: Time(from), end: Time(to) },
            meanwhile,
        };
        pauses.iter().filter(is_gap).map(gap).collect()
    }
}

/// Whether so many pauses alike are no rhythm of a feed this long.
fn is_unusual(like: u64, whole_us: i64) -> bool {
    like < RHYTHM || like.saturating_mul(OFTEN_US as u64) < whole_us as u64
}

#[cfg(test)]
#[path = "gaps_tests.rs"]
mod tests;
