//! Intervals in which a usage report counts many calls.

use crate::ingest::time::Stamp;
use crate::model::time::SECOND_US;
use crate::model::{Exchange, Granularity, TimePrecision, TimeQuality};

/// Seconds of a day.
pub(super) const DAY_S: u32 = 86_400;

/// An interval: when it starts, and how long it is where that is known, s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    start: Stamp,
    seconds: Option<u32>,
}

impl Interval {
    /// From one moment to another; an end that does not follow the start is none.
    pub fn between(start: Stamp, end: Option<Stamp>) -> Self {
        let us = end.map(|end| end.at.0 - start.at.0).filter(|us| *us > 0);
        let seconds = us.and_then(|us| u32::try_from(us / SECOND_US).ok()).filter(|s| *s > 0);
        Self { start, seconds }
    }

    /// A day.
    pub fn day(start: Stamp) -> Self {
        Self { start, seconds: Some(DAY_S) }
    }

    /// When the interval starts, no finer than its length: calls in it were made at some time,
    /// and buckets that start together say nothing about calls at the same moment.
    pub fn stamp(self) -> Stamp {
        let Stamp { at, quality, precision } = self.start;
        match self.seconds {
            Some(DAY_S..) => Stamp { at, quality: TimeQuality::Day, precision: TimePrecision::Day },
            Some(60..) => Stamp { at, quality, precision: precision.max(TimePrecision::Minute) },
            Some(_) => Stamp { at, quality, precision: precision.max(TimePrecision::Second) },
            None => self.start,
        }
    }

    /// A bucket with the interval and nothing else.
    pub fn bucket(self) -> Exchange<'static> {
        let stamp = self.stamp();
        Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Bucket,
            interval_s: self.seconds,
            ..Exchange::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    fn at(seconds: i64) -> Stamp {
        let (quality, precision) = (TimeQuality::Exact, TimePrecision::Second);
        Stamp { at: Time(seconds * SECOND_US), quality, precision }
    }

    #[test]
    fn a_bucket_starts_with_its_interval_and_is_no_finer_than_it() {
        let bucket = |end: i64| Interval::between(at(1_000), Some(at(1_000 + end))).bucket();
        let seen = |b: &Exchange<'_>| (b.interval_s, b.time_quality, b.time_precision);
        assert_eq!(seen(&bucket(86_400)), (Some(86_400), TimeQuality::Day, TimePrecision::Day));
        assert_eq!(seen(&bucket(3_600)), (Some(3_600), TimeQuality::Exact, TimePrecision::Minute));
        assert_eq!(seen(&bucket(30)), (Some(30), TimeQuality::Exact, TimePrecision::Second));
        assert_eq!(bucket(60).at, at(1_000).at);
    }

    #[test]
    fn an_end_before_the_start_gives_no_length() {
        for end in [Some(at(999)), Some(at(1_000)), None] {
            let bucket = Interval::between(at(1_000), end).bucket();
            assert_eq!((bucket.interval_s, bucket.time_precision), (None, TimePrecision::Second));
        }
    }
}
