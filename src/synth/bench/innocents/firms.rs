//! L06, L07, L11, L14, L15: firms with a contract or a gateway.

use super::super::spec::{Assign, Curve, Items, Kin, Pool, Spec, Traffic};
use super::super::words::innocent as w;
use super::{Place, asks, innocent};

/// A zone of the world.
fn zone(place: &mut Place<'_>) -> i64 {
    place.rng.pick(&[-6, -5, 0, 1, 1, 5, 9])
}

/// L06: a whole firm behind one key; the gateway strips who asks.
pub fn gateway(place: &mut Place<'_>) -> Spec {
    let curve = Curve::Office(zone(place));
    Spec {
        rate: 90.0,
        kin: Kin::Firm,
        papers: ["enterprise", "business", "", ""],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Bound,
            curve,
            turns: (1, 8),
            pause_s: 55.0,
            spread: 1.0,
            limited: 0.01,
            parts: 1,
            customers: 60,
        }),
        tasks: asks(w::gateway()),
        ..innocent("L06", "team behind one key", 1)
    }
}

/// L07: a router that fails over between two accesses of one firm, and to other vendors.
pub fn vendor_router(place: &mut Place<'_>) -> Spec {
    let curve = Curve::Day(zone(place));
    Spec {
        rate: 60.0,
        kin: Kin::Firm,
        papers: ["enterprise", "business", "", ""],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Random,
            curve,
            turns: (1, 2),
            pause_s: 20.0,
            spread: 0.8,
            limited: 0.04,
            parts: 1,
            customers: 0,
        }),
        tasks: asks(w::router()),
        ..innocent("L07", "router between vendors", 2)
    }
}

/// L11: a declared reseller: its customers' ids, any topic, one gateway.
pub fn declared_reseller(place: &mut Place<'_>) -> Spec {
    let curve = Curve::Day(zone(place));
    Spec {
        sanctioned: true,
        rate: 80.0,
        kin: Kin::Gateway,
        papers: ["scale", "business", "reseller", "declared reseller"],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Bound,
            curve,
            turns: (1, 8),
            pause_s: 50.0,
            spread: 1.0,
            limited: 0.015,
            parts: 1,
            customers: 200,
        }),
        tasks: asks(w::resold().with_users()),
        ..innocent("L11", "declared reseller", 3)
    }
}

/// L14: a teacher run under contract: all the content of a campaign, one organisation.
pub fn sanctioned_distillation(place: &mut Place<'_>) -> Spec {
    let mut tasks = asks(w::teacher());
    tasks[0].is_harvest = true;
    Spec {
        harvesting: true,
        sanctioned: true,
        rate: 250.0,
        kin: Kin::Firm,
        papers: ["enterprise", "business", "sanctioned distillation", "teacher contract"],
        traffic: Traffic::Nightly(place.rng.below(24) as u32),
        tasks,
        items: Items::Disjoint,
        ..innocent("L14", "sanctioned distillation", 1)
    }
}

/// L15: a vendor that reviews clients' documents by one set of questions.
pub fn document_review(place: &mut Place<'_>) -> Spec {
    let curve = Curve::Office(zone(place));
    Spec {
        rate: 60.0,
        kin: Kin::Team,
        papers: ["enterprise", "business", "", "client contract"],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Bound,
            curve,
            turns: (4, 20),
            pause_s: 15.0,
            spread: 0.8,
            limited: 0.01,
            parts: 1,
            customers: 9,
        }),
        tasks: asks(w::review()),
        items: Items::Disjoint,
        ..innocent("L15", "document review for clients", 3)
    }
}
