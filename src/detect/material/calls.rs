//! What a call is: whether it was refused, and from when to when it ran.

use super::Material;
use crate::index::Record;
use crate::model::time::SECOND_US;
use crate::model::{Call, TimeQuality};

/// What vendors write where a model or a filter declined.
const REFUSALS: [&str; 8] = [
    "refus",
    "content_filter",
    "safety",
    "guardrail",
    "blocked",
    "prohibited",
    "policy_violation",
    "content_policy",
];

/// What stands beside these words where it was not what was asked that was declined: a connection, an
/// account.
const NOT_ASKED: [&str; 7] =
    ["connect", "network", "account", "billing", "payment", "suspend", "ip_address"];

/// Whether calls of this kind were refused for what they asked: by the reason they stopped for, or by
/// their error.
pub fn is_refused(call: &Call) -> bool {
    let says = |text: &Option<String>| {
        text.as_ref().is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
            has(&REFUSALS) && !has(&NOT_ASKED)
        })
    };
    says(&call.stop_reason) || says(&call.error)
}

/// A call with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its row.
    pub row: u32,
    /// When it began, µs; as known, where its duration is not.
    pub start: i64,
    /// When its answer was there, where its duration is known.
    pub end: Option<i64>,
}

impl Material<'_> {
    /// Whether the call of a row was refused for what it asked: [`is_refused`].
    pub fn was_refused(&self, row: u32) -> bool {
        self.is_refused(self.index.call_of(row))
    }

    /// The same of a kind of call, by its position in the dictionary.
    pub fn is_refused(&self, call: u32) -> bool {
        self.refused.get(call as usize).copied().unwrap_or(false)
    }

    /// The calls of an account that count and have a sharp time, in the order of their rows. Where
    /// only the end of a call is known, its beginning is earlier by its duration.
    pub fn runs(&self, account: u32) -> impl Iterator<Item = Run> {
        let calls = &self.index.dimensions().calls;
        self.sharp_records(account)
            .filter_map(|record| run(&record, calls[record.call as usize].time_quality))
    }
}

fn run(record: &Record, quality: TimeQuality) -> Option<Run> {
    let (row, at) = (record.row, record.at?.0);
    let length = record.latency_ms.map(|ms| i64::from(ms) * SECOND_US / 1_000);
    Some(match (quality, length) {
        (_, None) => Run { row, start: at, end: None },
        (TimeQuality::EndOnly, Some(length)) => {
            Run { row, start: at.saturating_sub(length), end: Some(at) }
        }
        (_, Some(length)) => Run { row, start: at, end: Some(at.saturating_add(length)) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::{Sent, case};

    #[test]
    fn a_call_of_which_the_end_is_known_began_earlier_and_one_without_a_duration_has_no_end() {
        let sent = |at, latency_ms, quality| Sent { at, latency_ms, quality, ..Sent::default() };
        let index = case(&[
            sent(10 * SECOND_US, Some(2_000), TimeQuality::EndOnly),
            sent(20 * SECOND_US, Some(2_000), TimeQuality::default()),
            sent(30 * SECOND_US, None, TimeQuality::EndOnly),
        ]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let of = |run: Run| (run.start / SECOND_US, run.end.map(|end| end / SECOND_US));
        let all: Vec<_> = material.runs(0).map(of).collect();
        assert_eq!(all, [(8, Some(10)), (20, Some(22)), (30, None)]);
    }

    #[test]
    fn a_refusal_is_said_by_the_stop_or_by_the_error_and_a_limit_is_none() {
        let call = |stop: &str, error: &str| Call {
            stop_reason: Some(stop.to_owned()),
            error: Some(error.to_owned()),
            ..Call::default()
        };
        for (stop, error) in [("refusal", ""), ("content_filter", ""), ("stop", "PROHIBITED_USE")] {
            assert!(is_refused(&call(stop, error)), "{stop} {error}");
        }
        for error in ["rate_limit_exceeded", "connection refused", "account_blocked"] {
            assert!(!is_refused(&call("end_turn", error)), "{error}");
        }
        assert!(!is_refused(&Call::default()));
    }
}
