//! After an import: which rows describe the same call.
//!
//! ```text
//!  stretches where sources overlap in time ──► keys of their rows (request id, else all content)
//!    ──► rows that share a key ──► rules ──► repeats, joins
//!    ──► other rows of two systems ──► likely ──► probable joins, offered to the analyst
//! ```
//!
//! Only what overlaps is read: sources that follow each other in time cost nothing. What is found
//! is never looked at again, so that later imports add pairs and change none.

mod clocks;
mod likely;
mod overlap;
mod pass;
mod read;
mod rules;
mod stated;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use super::edit::Author;
use crate::job::Progress;
use crate::model::{JoinKind, JoinPair};
use crate::store::{CaseFile, StoreError};
pub use clocks::{Clock, clocks};
use pass::Pass;
use read::{Reader, Source, Sources};
use rules::{JOIN_US, REPEAT_US};
pub use stated::{Compared, compare};

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JoinReport {
    /// Rows that repeat another one of the same system; not counted.
    pub repeats: u64,
    /// Rows joined with one of another log by request id; not counted.
    pub joined: u64,
    /// Rows that probably describe the call of another system's row; counted until accepted.
    pub probable: u64,
}

/// Looks for rows that describe the same call, in what no one has looked at yet, and writes down
/// what it finds. `None` where there was nothing to look at.
///
/// # Errors
/// When the case cannot be read or written; [`StoreError::Cancelled`]. Nothing is written then,
/// and the next import looks again.
pub fn join(
    file: &mut CaseFile,
    author: &Author,
    progress: &Progress,
) -> Result<Option<JoinReport>, StoreError> {
    let Some((pairs, up_to)) = find(file, progress)? else { return Ok(None) };
    progress.check()?;
    file.transaction(|tx| tx.add_joins(&pairs, up_to, author.at, &author.actor))?;
    let of = |kind| pairs.iter().filter(|pair| pair.kind == kind).count() as u64;
    Ok(Some(JoinReport {
        repeats: of(JoinKind::Repeat),
        joined: of(JoinKind::Join),
        probable: of(JoinKind::Probable),
    }))
}

/// Whether there is something that [`join`] has not looked at: an import was stopped, or killed,
/// after its sources were in and before it looked. Calls may then be counted twice.
///
/// # Errors
/// When the case cannot be read.
pub fn is_due(file: &CaseFile) -> Result<bool, StoreError> {
    Ok(work(&Sources::of(file, file.joined_up_to()?)?)?.is_some())
}

/// The pairs of a case that are not in it yet, sorted, and the last event that was looked at.
fn find(file: &CaseFile, progress: &Progress) -> Result<Option<(Vec<JoinPair>, u64)>, StoreError> {
    let done = file.joined_up_to()?;
    let sources = Sources::of(file, done)?;
    let Some(stretches) = work(&sources)? else { return Ok(None) };
    let up_to = sources.all.last().map_or(done, |last| last.events.1.end - 1);
    let reader = Reader::new(sources)?;
    let mut pass = Pass { reader, progress, done, paired: BTreeSet::new(), pairs: Vec::new() };
    pass.reader.sources.file.for_each_join(|pair| {
        pass.paired.insert(pair.secondary);
        Ok(())
    })?;
    pass.same_keys(&stretches)?;
    pass.probable()?;
    pass.pairs.sort_unstable();
    Ok(Some((pass.pairs, up_to)))
}

/// What there is to look at: where sources overlap that no one has looked at yet.
fn work(sources: &Sources<'_>) -> Result<Option<Vec<Stretch>>, StoreError> {
    if !sources.all.last().is_some_and(|last| last.new) {
        return Ok(None);
    }
    let parallel = parallel(sources);
    let apart_us = |a: &Source, b: &Source| {
        let may_differ = [a, b].iter().any(|source| parallel.contains(&source.events.0));
        if a.format != b.format || may_differ { JOIN_US } else { REPEAT_US }
    };
    let stretches = stretches(sources, apart_us, true)?;
    Ok((!stretches.is_empty()).then_some(stretches))
}

/// Those that overlap with another one of their system, by id: their clocks may differ, and then
/// what ends in one file stands in the next one of the other log. Files that merely follow each
/// other are not among them.
fn parallel(sources: &Sources<'_>) -> BTreeSet<u32> {
    let all = &sources.all;
    let beside = |a: &Source, b: &Source| {
        a.events.0 != b.events.0 && a.format == b.format && overlap(a, b, REPEAT_US).is_some()
    };
    let of = all.iter().filter(|a| all.iter().any(|b| beside(a, b)));
    of.map(|source| source.events.0).collect()
}

/// Some events of a source, by its position.
type Stretch = (usize, Range<u64>);

/// Where rows can have a counterpart: where a source overlaps in time with another one, one of
/// them new, and all of a new source that says some of its ids stand in it twice. `tolerance` says
/// how far apart counterparts may be, µs.
///
/// What has no time can have its counterpart anywhere: with `untimed` such events are among them,
/// and all of a source beside another one of which some have ids.
fn stretches(
    sources: &Sources<'_>,
    tolerance: impl Fn(&Source, &Source) -> i64,
    untimed: bool,
) -> Result<Vec<Stretch>, StoreError> {
    let mut all = Vec::new();
    for (i, source) in sources.all.iter().enumerate() {
        let numbered = sources.all.iter().enumerate();
        let others: Vec<&Source> =
            numbered.filter(|(j, o)| *j != i && (o.new || source.new)).map(|(_, o)| o).collect();
        let anywhere = |o: &&Source| !o.untimed.is_empty() && o.has_ids && source.has_ids;
        if source.new && source.repeats > 0 || untimed && others.iter().any(anywhere) {
            all.push((i, source.events.1.clone()));
            continue;
        }
        for (from, to) in overlaps(source, &others, &tolerance) {
            let events = sources.events_between(i, from, to)?;
            if !events.is_empty() {
                all.push((i, events));
            }
        }
        if untimed && !others.is_empty() && !source.untimed.is_empty() {
            all.push((i, source.untimed.clone()));
        }
    }
    Ok(all)
}

/// The times in which a source may have rows with a counterpart, both ends included, sorted and
/// apart from each other.
fn overlaps(
    source: &Source,
    others: &[&Source],
    tolerance: impl Fn(&Source, &Source) -> i64,
) -> Vec<(i64, i64)> {
    let overlap = |other: &&Source| overlap(source, other, tolerance(source, other));
    let mut times: Vec<(i64, i64)> = others.iter().filter_map(overlap).collect();
    times.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (from, to) in times {
        match merged.last_mut() {
            Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// The time in which a source may have rows with a counterpart in another one so many µs apart.
fn overlap(source: &Source, other: &Source, far_us: i64) -> Option<(i64, i64)> {
    let (own, theirs) = (source.span?, other.span?);
    let from = own.start.0.max(theirs.start.0.saturating_sub(far_us));
    let to = (own.end.0 - 1).min((theirs.end.0 - 1).saturating_add(far_us));
    (from <= to).then_some((from, to))
}

fn rows_of(stretches: &[Stretch]) -> u64 {
    stretches.iter().map(|(_, events)| events.end - events.start).sum()
}
