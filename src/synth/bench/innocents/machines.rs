//! L01–L05: jobs and bots.

use super::super::spec::{Items, Kin, Models, Spec, Traffic};
use super::super::words::innocent as w;
use super::super::{DAYS, RELEASE_DAY, RELEASE_US, day_us};
use super::{Place, asks, innocent};
use crate::model::time::HOUR_US;

/// L01: documents by the batch, under contract; a large part of the day in a few hours.
pub fn nightly_batch(place: &mut Place<'_>) -> Spec {
    Spec {
        sanctioned: true,
        rate: 200.0,
        kin: Kin::Firm,
        papers: ["enterprise", "business", "", "batch contract"],
        traffic: Traffic::Nightly(place.rng.below(6) as u32),
        tasks: asks(w::batch()),
        items: Items::Disjoint,
        ..innocent("L01", "nightly batch job", 2)
    }
}

/// L02: a public benchmark on every model, on some day and on the evening of the release.
pub fn evaluation_suite(place: &mut Place<'_>) -> Spec {
    let run = |start: i64| start..start + 5 * HOUR_US;
    let first = day_us(place.rng.below(u64::from(RELEASE_DAY - 2)) as u32) + 9 * HOUR_US;
    let second = RELEASE_US + place.rng.between(1, 30) as i64 * HOUR_US;
    let size = (6 * place.mean).clamp(40, 1_152);
    Spec {
        each: Some((size, size)),
        kin: Kin::Firm,
        papers: ["team", "business", "evaluation", ""],
        traffic: Traffic::Windows(vec![run(first), run(second)]),
        tasks: asks(w::evaluation()),
        items: Items::Cycle(384.min(size / 2)),
        models: Models::Every,
        ..innocent("L02", "evaluation suite", 1)
    }
}

/// L03: the same few items every day, for months.
pub fn drift_monitor(place: &mut Place<'_>) -> Spec {
    Spec {
        rate: 40.0,
        kin: Kin::Firm,
        papers: ["team", "business", "", ""],
        traffic: Traffic::Nightly(place.rng.below(24) as u32),
        tasks: asks(w::evaluation()),
        items: Items::Cycle(place.rng.between(8, 24)),
        models: Models::Every,
        ..innocent("L03", "drift monitor", 1)
    }
}

/// L04: a shop's bot, one system prompt and end users.
pub fn support_bot(_: &mut Place<'_>) -> Spec {
    Spec {
        rate: 120.0,
        kin: Kin::Firm,
        papers: ["scale", "business", "", ""],
        tasks: asks(w::support()),
        ..innocent("L04", "support bot", 1)
    }
}

/// L05: builds on short-lived machines of a cloud, one key each.
pub fn pipeline_bot(_: &mut Place<'_>) -> Spec {
    Spec {
        rate: 60.0,
        days: 0..DAYS,
        kin: Kin::Runners,
        papers: ["team", "business", "", ""],
        tasks: asks(w::pipeline()),
        ..innocent("L05", "pipeline bot", 1)
    }
}
