//! Clocks that disagree: a source whose times differ from another's by the same on every call
//! that both describe.

use std::collections::BTreeMap;

use serde::Serialize;

use super::likely::unit_us;
use crate::job::Progress;
use crate::model::filter::grouped;
use crate::model::time::SECOND_US;
use crate::model::{JoinKind, JoinState, TimeQuality};
use crate::store::{CaseFile, EventTime, StoreError};

/// Calls looked at for two sources: a constant needs no more.
const MOST_CALLS: usize = 20_000;
/// Fewer calls prove nothing.
const FEWEST_CALLS: usize = 5;

/// Two sources whose clocks disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The source that is ahead.
    pub source: u32,
    /// The one that it is compared with.
    pub reference: u32,
    /// By how much, µs; the median.
    pub ahead_us: i64,
    /// On how many calls that both describe.
    pub calls: u64,
}

impl Clock {
    /// `source 2 runs 2.1 s ahead of source 1 on 1,204 joined calls`.
    pub fn sentence(&self) -> String {
        let Self { source, reference, ahead_us, calls } = self;
        let (seconds, calls) = (*ahead_us as f64 / SECOND_US as f64, grouped(*calls as f64));
        format!(
            "source {source} runs {seconds:.1} s ahead of source {reference} on {calls} joined calls"
        )
    }
}

/// The sources whose times disagree by a constant, compared on calls with the same request id.
///
/// # Errors
/// When the case cannot be read; cancelled.
pub fn clocks(file: &CaseFile, progress: &Progress) -> Result<Vec<Clock>, StoreError> {
    let sources = file.events_of_sources()?;
    let source_of = |event: u64| {
        let after = sources.partition_point(|(_, events)| events.start <= event);
        after.checked_sub(1).map_or(0, |at| sources[at].0)
    };
    let mut pairs: BTreeMap<(u32, u32), Vec<(u64, u64)>> = BTreeMap::new();
    file.for_each_join(|pair| {
        if pair.kind == JoinKind::Join && pair.state == JoinState::Accepted {
            let (a, b) = (pair.primary.min(pair.secondary), pair.primary.max(pair.secondary));
            let of = pairs.entry((source_of(a), source_of(b))).or_default();
            if of.len() < MOST_CALLS {
                of.push((a, b));
            }
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    for ((a, b), calls) in pairs {
        progress.check()?;
        let times = calls.into_iter().map(|(x, y)| Ok((file.time_of(x)?, file.time_of(y)?)));
        found.extend(compare(a, b, &times.collect::<Result<Vec<_>, StoreError>>()?));
    }
    Ok(found)
}

/// Whether the times of two sources disagree by a constant: half of the differences lie within a
/// tenth of their median and a second of it, or the coarser unit, and that is more than the unit
/// explains. How long calls take varies more.
fn compare(a: u32, b: u32, times: &[(EventTime, EventTime)]) -> Option<Clock> {
    let (mut differences, mut unit) = (Vec::new(), 0);
    for (x, y) in times {
        // One says when calls begin, the other when they end: that is no matter of clocks. Nor is
        // what has no time.
        let ends = |time: &EventTime| time.quality == TimeQuality::EndOnly;
        let timed = x.at.known().is_some() && y.at.known().is_some();
        if timed && ends(x) == ends(y) {
            unit = unit_us(x.precision)?.max(unit_us(y.precision)?).max(unit);
            differences.push(y.at.0.saturating_sub(x.at.0));
        }
    }
    if differences.len() < FEWEST_CALLS {
        return None;
    }
    differences.sort_unstable();
    let middle = differences[differences.len() / 2];
    let far = (middle.saturating_abs() / 10).min(SECOND_US).max(unit);
    let near = |d: &&i64| d.abs_diff(middle) <= far.unsigned_abs();
    let constant = 2 * differences.iter().filter(near).count() >= differences.len();
    // Without a unit that explains it, a tenth of a second is still the network.
    if !constant || middle.saturating_abs() <= unit.max(SECOND_US / 10) {
        return None;
    }
    let (source, reference) = if middle > 0 { (b, a) } else { (a, b) };
    let calls = differences.len() as u64;
    Some(Clock { source, reference, ahead_us: middle.saturating_abs(), calls })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Time, TimePrecision};

    fn times(differences: &[i64], precision: TimePrecision) -> Vec<(EventTime, EventTime)> {
        let at = |us| EventTime { at: Time(us), precision, quality: TimeQuality::Exact };
        differences.iter().map(|d| (at(1_000_000_000), at(1_000_000_000 + d))).collect()
    }

    #[test]
    fn a_constant_difference_is_a_clock_and_others_are_not() {
        let ms = TimePrecision::Millisecond;
        let ahead = compare(1, 2, &times(&[2_100_000; 9], ms)).expect("a clock");
        assert_eq!(ahead.sentence(), "source 2 runs 2.1 s ahead of source 1 on 9 joined calls");
        let many = Clock { calls: 20_000, ..ahead };
        assert!(many.sentence().ends_with("on 20,000 joined calls"));
        let behind = compare(1, 2, &times(&[-3_600_000_000; 9], ms)).expect("a clock");
        assert_eq!((behind.source, behind.reference, behind.ahead_us), (1, 2, 3_600_000_000));
        assert_eq!(compare(1, 2, &times(&[2_100_000; 4], ms)), None, "too few");
        assert_eq!(compare(1, 2, &times(&[20_000; 9], ms)), None, "the network");
        let short: Vec<i64> = (1..9).map(|i| i * 350_000).collect();
        assert_eq!(compare(1, 2, &times(&short, ms)), None, "latencies");
        let latencies: Vec<i64> = (0..9).map(|i| i * 4_000_000).collect();
        assert_eq!(compare(1, 2, &times(&latencies, ms)), None, "not constant");
        assert_eq!(compare(1, 2, &times(&[1_000_000; 9], TimePrecision::Second)), None, "rounding");
    }

    #[test]
    fn calls_without_a_time_say_nothing_of_clocks() {
        let mut times = times(&[2_100_000; 9], TimePrecision::Millisecond);
        let none = EventTime {
            at: Time::NONE,
            precision: TimePrecision::None,
            quality: TimeQuality::None,
        };
        times.iter_mut().take(4).for_each(|(x, _)| *x = none);
        assert_eq!(compare(1, 2, &times).map(|clock| clock.calls), Some(5));
        times.iter_mut().for_each(|(_, y)| *y = none);
        assert_eq!(compare(1, 2, &times), None);
    }

    #[test]
    fn beginnings_are_not_compared_with_ends() {
        let mut times = times(&[5_000_000; 9], TimePrecision::Millisecond);
        times.iter_mut().for_each(|(x, _)| x.quality = TimeQuality::EndOnly);
        assert_eq!(compare(1, 2, &times), None);
    }
}
