//! L09, L13, L16, L17: single people with unusual habits.

use super::super::day_us;
use super::super::spec::{Items, Kin, Spec, Traffic};
use super::super::words::innocent as w;
use super::{Place, asks, innocent};
use crate::model::time::HOUR_US;

/// Calls by own habits of somebody in a log of that mean.
fn some(place: &Place<'_>) -> (u64, u64) {
    (2 + place.mean / 12, 6 + place.mean / 2)
}

/// L09: users of a commercial VPN: they share its exits and nothing else.
pub fn vpn_user(place: &mut Place<'_>) -> Spec {
    Spec { own: some(place), kin: Kin::Vpn, ..innocent("L09", "VPN users", 2) }
}

/// L13: a declared study of extraction: few calls, no scale-up.
pub fn scholar(place: &mut Place<'_>) -> Spec {
    let office = |day: u32| day_us(day) + 8 * HOUR_US..day_us(day) + 17 * HOUR_US;
    let first = place.rng.below(50) as u32;
    Spec {
        sanctioned: true,
        each: Some((30, 70)),
        own: (0, 20),
        papers: ["free", "email", "research", "declared study"],
        traffic: Traffic::Windows(vec![office(first), office(first + 3)]),
        tasks: asks(w::study()),
        items: Items::Disjoint,
        ..innocent("L13", "extraction study of a scholar", 1)
    }
}

/// L16: a teacher or an auditor who wants to see the steps.
pub fn show_steps(place: &mut Place<'_>) -> Spec {
    Spec {
        own: some(place),
        each: Some((8, 60)),
        tasks: asks(w::show_steps()),
        ..innocent("L16", "steps for class or audit", 1)
    }
}

/// L17: conversations forked and restored: reasoning blocks turn up hours later in another
/// conversation of the same account, or of a colleague's.
pub fn fork_and_restore(place: &mut Place<'_>) -> Spec {
    Spec {
        each: Some((20 + place.mean / 4, 60 + place.mean)),
        kin: Kin::Team,
        papers: ["team", "business", "", ""],
        tasks: asks(w::notebook()),
        items: Items::Free,
        replays: 0.06,
        ..innocent("L17", "conversations forked and restored", 2)
    }
}
