//! Campaigns behind relay software: C01, C05, C11, C12.

use super::super::spec::{Assign, Curve, Items, Kin, Models, Pool, Spec, Task, Traffic};
use super::super::words::agents::{HARNESSES, customers, long_horizon, software};
use super::super::words::harvest::injected;
use super::super::{BAN_DAY, DAYS};
use super::{campaign, harvest, relay};

/// C01: 151 million requests of 3,500 accounts at a time in 60 days; one fixed instruction after
/// every prompt; the first pool is banned, the second takes over within hours.
pub fn injected_instruction(members: u32, voice: usize) -> Spec {
    let second = (members * 35 / 85).max(2);
    Spec {
        rate: 719.0,
        at_once: members - second,
        days: 0..DAYS,
        tasks: vec![harvest(1.0, injected(voice))],
        models: Models::Pivot,
        ..campaign("C01", "fixed injected instruction, two pools", members)
    }
}

/// C05: a tenth distillation, nine tenths what customers of a reseller ask; one account in a
/// hundred is banned each day and replaced. The rate is not published; 20 is assumed.
pub fn hidden_among_customers(members: u32, voice: usize) -> Spec {
    let at_once = (f64::from(members) / 1.3) as u32;
    let honest = Task { weight: 0.9, days: 0..u32::MAX, words: customers(None), is_harvest: false };
    Spec {
        rate: 20.0,
        at_once,
        days: BAN_DAY - 10..BAN_DAY + 20,
        kin: Kin::Station,
        traffic: Traffic::Pool(Pool { curve: Curve::Day(8), turns: (2, 9), ..relay() }),
        tasks: vec![harvest(0.1, injected(voice + 2)), honest],
        items: Items::Disjoint,
        ..campaign("C05", "hidden among resold traffic", members)
    }
}

/// C11: a relay of its own customers' requests, 300,000 in ten days over 5,380 accounts, seen
/// from two hubs; reasoning blocks turn up in other conversations.
pub fn customers_relayed(members: u32, voice: usize) -> Spec {
    let relayed = customers(Some(HARNESSES[voice]));
    Spec {
        rate: 5.6,
        days: 46..56,
        kin: Kin::Hubs,
        traffic: Traffic::Pool(Pool {
            curve: Curve::Day(8),
            turns: (1, 6),
            pause_s: 40.0,
            spread: 0.9,
            ..relay()
        }),
        tasks: vec![harvest(1.0, relayed)],
        items: Items::Free,
        models: Models::Newest,
        replays: 0.08,
        ..campaign("C11", "relay of customers", members)
    }
}

/// C12: 28.8 million requests of 24,975 accounts in 45 days; agents and software.
pub fn many_medium(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 25.6,
        days: 7..52,
        kin: Kin::Pathways,
        papers: ["", "", "", ""],
        traffic: Traffic::Pool(Pool { assign: Assign::LeastRecent, turns: (6, 16), ..relay() }),
        tasks: vec![harvest(0.6, software(voice, false)), harvest(0.4, long_horizon(voice))],
        models: Models::Redirect,
        ..campaign("C12", "many accounts of medium use", members)
    }
}
