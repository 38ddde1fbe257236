//! L08, L10, L12, L18, L19: people who do things together without being a network, and one ring
//! that resells without harvesting.

#![allow(clippy::single_range_in_vec_init, reason = "one window is a list of one stretch of time")]

use super::super::spec::{Assign, Curve, Items, Kin, Pool, Spec, Traffic};
use super::super::words::innocent as w;
use super::super::{INCIDENT_US, day_us};
use super::{Place, asks, innocent};
use crate::model::time::{DAY_US, HOUR_US};

/// L08: a dormitory, campus or carrier: one address and nothing else.
pub fn dormitory(members: u32, place: &mut Place<'_>) -> Spec {
    Spec {
        own: (2, 10 + place.mean / 2),
        kin: Kin::SharedAddress,
        ..innocent("L08", "many people behind one address", members)
    }
}

/// L10: a course works on one assignment for two evenings.
pub fn class_assignment(members: u32, place: &mut Place<'_>) -> Spec {
    let evening = |day: u32| day_us(day) + 16 * HOUR_US..day_us(day) + 22 * HOUR_US;
    let deadline = 3 + place.rng.below(52) as u32;
    Spec {
        each: Some((6, 26)),
        own: (0, 12),
        kin: Kin::University,
        papers: ["education", "email", "university course", ""],
        traffic: Traffic::Windows(vec![evening(deadline), evening(deadline + 1)]),
        tasks: asks(w::assignment()),
        items: Items::Shared(12),
        ..innocent("L10", "class with one assignment", members)
    }
}

/// L12: a transfer station: pooled accounts that serve ordinary developers. Coordinated, and
/// against the terms, but nothing is harvested.
pub fn transfer_station(members: u32, place: &mut Place<'_>) -> Spec {
    let first = place.rng.below(12) as u32;
    let pool = Pool {
        assign: Assign::LeastRecent,
        curve: Curve::Day(place.rng.pick(&[7, 8, 9])),
        turns: (2, 12),
        pause_s: 45.0,
        spread: 0.9,
        limited: 0.025,
        parts: 1,
        customers: 0,
    };
    Spec {
        coordinated: true,
        rate: 12.0,
        days: first..first + 45,
        kin: Kin::Station,
        papers: ["pro", "phone", "", ""],
        traffic: Traffic::Pool(pool),
        tasks: asks(w::resold()),
        ..innocent("L12", "transfer station without harvest", members)
    }
}

/// L18: unrelated accounts that use a prompt that went round.
pub fn public_prompt(place: &mut Place<'_>) -> Spec {
    let own = (4, 10 + place.mean / 2);
    Spec {
        each: Some((3, 20)),
        own,
        tasks: asks(w::public_prompt()),
        ..innocent("L18", "public prompt", 4)
    }
}

/// L19: a team in an outage, or a firm on the day of a launch: everybody at once, for hours.
pub fn incident_team(place: &mut Place<'_>) -> Spec {
    let start = INCIDENT_US + place.rng.below(50) as i64 * DAY_US - 20 * DAY_US;
    Spec {
        each: Some((18, 40)),
        own: (6, 20 + place.mean / 3),
        kin: Kin::Team,
        papers: ["team", "business", "", ""],
        traffic: Traffic::Windows(vec![start..start + 4 * HOUR_US]),
        tasks: asks(w::incident()),
        ..innocent("L19", "incident response team", 8)
    }
}
