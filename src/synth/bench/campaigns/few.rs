//! Campaigns of few accounts, or of few calls an account: C02, C06, C07, C09, C10.

use super::super::spec::{Assign, Curve, Items, Kin, Models, Pool, Spec, Task, Traffic};
use super::super::words::harvest as w;
use super::{campaign, harvest, relay};

/// C02: 150,000 requests in synchronised bursts of a regulated total; the accounts share six
/// cards and were registered in three blocks. 120 accounts and 30 days are assumed.
pub fn synchronised_bursts(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 41.7,
        days: 10..40,
        kin: Kin::Factory { cards: 6, blocks: 3 },
        traffic: Traffic::Bursts { spread_s: 40.0, jitter: 0.0, curve: Curve::Plateau },
        tasks: vec![
            harvest(0.5, w::articulation(voice, false)),
            harvest(0.3, w::rubric(voice, false)),
            harvest(0.2, w::recast(voice, false)),
        ],
        models: Models::Pivot,
        ..campaign("C02", "synchronised bursts", members)
    }
}

/// C06: 16,000 requests of 4,000 accounts in two days, and a trickle of 11,000 others over four
/// weeks; reasoning blocks issued to one account are submitted by another.
pub fn ultra_light(members: u32, voice: usize) -> Spec {
    Spec {
        each: Some((1, 2)),
        days: 25..53,
        kin: Kin::Fresh,
        papers: ["free", "email", "", ""],
        traffic: Traffic::Light { burst_day: 44 },
        tasks: vec![harvest(1.0, w::light(voice))],
        models: Models::Newest,
        replays: 0.5,
        ..campaign("C06", "four requests each", members)
    }
}

/// C07: 3.4 million requests of 273 accounts in 17 days; 23 % clean reasoning traces, the others
/// judge and write tasks; after six days it leaves the model that refuses.
pub fn heavy_cleaner(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 733.0,
        days: 5..22,
        kin: Kin::Hosting,
        traffic: Traffic::Pool(Pool {
            assign: Assign::Bound,
            turns: (20, 60),
            pause_s: 45.0,
            spread: 0.04,
            limited: 0.01,
            customers: 4 * members,
            ..relay()
        }),
        tasks: vec![
            harvest(0.23, w::cleaner(voice, false)),
            harvest(0.4, w::rubric(voice, false)),
            harvest(0.37, w::task_writer(voice, false)),
        ],
        items: Items::Sharded,
        models: Models::Guard(11, 0),
        replays: 0.1,
        ..campaign("C07", "heavy accounts, traces cleaned", members)
    }
}

/// C09: more than 100,000 prompts that demand the language of the thinking; 40 accounts and ten
/// days are assumed.
pub fn thinking_language(members: u32, voice: usize) -> Spec {
    Spec {
        rate: 250.0,
        days: 40..50,
        kin: Kin::Unique,
        papers: ["pro", "card", "", ""],
        traffic: Traffic::Pool(Pool {
            assign: Assign::Random,
            turns: (1, 4),
            pause_s: 60.0,
            spread: 1.2,
            ..relay()
        }),
        tasks: vec![harvest(1.0, w::think_language(voice))],
        models: Models::Newest,
        ..campaign("C09", "language of the thinking coerced", members)
    }
}

/// C10: 12,000 requests, each another technique, nearly all declined; then one of them, which was
/// answered, 90,000 times on 240 other accounts.
pub fn technique_sweep(members: u32, voice: usize) -> Spec {
    let (days, scale_day) = (2..16, 7);
    let probing =
        Task { weight: 1.0, days: 0..scale_day - 1, words: w::technique(voice), is_harvest: true };
    let scaled = Task {
        weight: 1.0,
        days: scale_day - 1..days.end,
        words: w::winner(voice),
        is_harvest: true,
    };
    Spec {
        rate: 29.7,
        days,
        kin: Kin::Unique,
        papers: ["pro", "card", "", ""],
        traffic: Traffic::Sweep { probers: (members / 48).max(2), scale_day },
        tasks: vec![probing, scaled],
        items: Items::Disjoint,
        ..campaign("C10", "techniques swept, one scaled up", members)
    }
}
