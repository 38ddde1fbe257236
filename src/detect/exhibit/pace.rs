//! D09: how soon a request follows the answer to the one before.

use super::facts::{Facts, count, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::detect::timing::mechanics::{DEFINITION, FOLLOWS_US, pauses};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::SECOND_US;

/// Other accounts that are compared.
const OTHERS: usize = 300;
/// Ends of the parts in units of the limit; the last one ends where nothing follows any more.
const TIMES: [f64; 6] = [0.25, 1.0, 2.5, 7.5, 30.0, f64::INFINITY];

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let limit = facts.parameter(&DEFINITION, "most_seconds") * SECOND_US as f64;
    let has_rows = |account| !facts.material.index.rows_of_account(account).is_empty();
    let others = facts.others(OTHERS, 9, has_rows);
    let (own, all) = (counts(facts, facts.members, limit), counts(facts, &others, limit));
    let (follow, of) = (own.iter().sum::<u64>(), all.iter().sum::<u64>());
    let bar = |at: usize| {
        let usual = (of > 0).then(|| all[at] as f64 / of as f64);
        let share = own[at] as f64 / follow.max(1) as f64;
        let note = format!("{} requests", count(own[at] as usize));
        let ink = if TIMES[at] <= 1.0 { Ink::Cited } else { Ink::Other };
        Bar { usual, ink, ..Bar::new(name(at, limit), share, note) }
    };
    let quick = [&own, &all].map(|counts| counts[..=1].iter().sum::<u64>());
    let share = |n: u64, of: u64| written(n as f64 / of.max(1) as f64, Unit::Share);
    Ok(vec![Exhibit {
        title: "Pause before the next request".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of the requests that follow another one within 10 min".into(),
            bars: (0..TIMES.len()).map(bar).collect(),
            more: String::new(),
        }),
        summary: format!(
            "Requests that follow the answer to another one of their account, by the pause between: \
             {} of {} ({}) within {}; of {} other accounts {}.",
            count(quick[0] as usize),
            count(follow as usize),
            share(quick[0], follow),
            seconds(limit),
            count(others.len()),
            share(quick[1], of),
        ),
        key: vec![
            (Ink::Cited, format!("within {}", seconds(limit))),
            (Ink::Other, "later".into()),
            (Ink::Null, format!("{} other accounts, by lot", count(others.len()))),
        ],
    }])
}

/// Requests of some accounts by the part that their pause is in.
fn counts(facts: &Facts<'_>, accounts: &[u32], limit: f64) -> [u64; TIMES.len()] {
    let mut counts = [0; TIMES.len()];
    for (_, pause) in pauses(facts.material, accounts) {
        let part = TIMES.iter().position(|times| pause as f64 <= times * limit);
        counts[part.unwrap_or(TIMES.len() - 1)] += 1;
    }
    counts
}

fn seconds(us: f64) -> String {
    written(us / SECOND_US as f64, Unit::Seconds)
}

/// `within 0.5 s`, `up to 5 s`, `up to 10 min`.
fn name(at: usize, limit: f64) -> String {
    match TIMES[at] {
        times if at == 0 => format!("within {}", seconds(times * limit)),
        times => format!("up to {}", seconds((times * limit).min(FOLLOWS_US as f64))),
    }
}
