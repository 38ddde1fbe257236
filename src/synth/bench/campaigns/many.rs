//! Campaigns of many accounts without a visible order: C03, C04, C08.

use super::super::spec::{Assign, Curve, Items, Kin, Models, Pool, Spec, Task, Traffic};
use super::super::words::agents as a;
use super::super::words::harvest::reconstruction;
use super::{campaign, harvest, relay};

/// C03: 3.4 million requests of hundreds of accounts (400 assumed, in 45 days) on five pathways
/// that share nothing but the tide; later the reasoning is reconstructed.
pub fn five_pathways(members: u32, voice: usize) -> Spec {
    let days = 8..53;
    let later =
        Task { weight: 3.0, days: 38..days.end, words: reconstruction(voice), is_harvest: true };
    Spec {
        rate: 188.9,
        days,
        kin: Kin::Pathways,
        papers: ["", "", "", ""],
        traffic: Traffic::Pool(Pool { parts: 5, curve: Curve::Day(8), ..relay() }),
        tasks: vec![
            harvest(0.35, a::tool_use(voice)),
            harvest(0.2, a::vision(voice)),
            harvest(0.45, a::software(voice, false)),
            later,
        ],
        ..campaign("C03", "five pathways", members)
    }
}

/// C04: 13 million requests (2,500 accounts and 45 days assumed), handed out at random; within
/// 19 hours of a release 48 % go to the new model.
pub fn random_balancer(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 115.6,
        days: 12..57,
        kin: Kin::SharedProxies,
        traffic: Traffic::Pool(Pool { assign: Assign::Random, ..relay() }),
        tasks: vec![
            harvest(0.6, a::software(voice, false)),
            harvest(0.4, a::orchestration(voice, false)),
        ],
        models: Models::Redirect,
        ..campaign("C04", "random balancer, release pivot", members)
    }
}

/// C08: 400,000 requests of 1,500 accounts in 20 days: sessions of its own users, replayed in the
/// harness of a tool, each user on an account of its own.
pub fn replayed_sessions(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 13.3,
        days: 30..50,
        kin: Kin::Proxied,
        papers: ["pro", "card", "", ""],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Bound,
            curve: Curve::Day(8),
            turns: (2, 14),
            pause_s: 70.0,
            spread: 1.1,
            limited: 0.01,
            customers: 7 * members,
            ..relay()
        }),
        tasks: vec![
            harvest(0.5, a::replayed_sessions(2 + voice)),
            harvest(0.5, a::replayed_sessions(3 - 3 * voice)),
        ],
        items: Items::Free,
        ..campaign("C08", "sessions of users replayed", members)
    }
}
