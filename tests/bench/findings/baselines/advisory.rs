//! The public hunt for the advisory AA26-251A as SQL (huntbase-io/hunts, "Industrial-Scale AI Model
//! Distillation", September 2026): twenty accounts or more on one address; more than 10,000 calls
//! of an account from one address; more than five accounts with one client on one address; each
//! within 14 days. Its look at names that hosts resolve has no counterpart in logs of calls.
//!
//! The score is how far the furthest of the three goes, as a share of its threshold, in the worst
//! of consecutive stretches of 14 days.

use std::collections::{BTreeMap, BTreeSet};

use stillwatch::model::time::DAY_US;

use super::{Ranked, Seen};

/// How far back the hunt looks.
const WINDOW_US: i64 = 14 * DAY_US;
/// `HAVING unique_accounts >= 20`.
const ACCOUNTS: f64 = 20.0;
/// `HAVING request_count > 10000`.
const CALLS: f64 = 10_001.0;
/// `HAVING accounts > 5`.
const WITH_ONE_CLIENT: f64 = 6.0;

/// What one stretch of time shows.
#[derive(Default)]
struct Stretch<'a> {
    on: BTreeMap<&'a str, BTreeSet<u32>>,
    with: BTreeMap<(&'a str, &'a str), BTreeSet<u32>>,
    calls: BTreeMap<(&'a str, u32), u64>,
}

/// The three queries.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let mut stretches: BTreeMap<i64, Stretch<'_>> = BTreeMap::new();
    for account in 0..seen.accounts() {
        for row in seen.rows(account) {
            let (Some(at), Some(ip)) = (row.at(), row.client_ip()) else { continue };
            let stretch = stretches.entry(at.0.div_euclid(WINDOW_US)).or_default();
            stretch.on.entry(ip).or_default().insert(account as u32);
            *stretch.calls.entry((ip, account as u32)).or_default() += 1;
            if let Some(agent) = row.user_agent() {
                stretch.with.entry((agent, ip)).or_default().insert(account as u32);
            }
        }
    }
    if stretches.is_empty() {
        return None;
    }
    let mut score = vec![0.0_f64; seen.accounts()];
    for stretch in stretches.values() {
        stretch.raise(&mut score);
    }
    Some(Ranked::at_least(score, 1.0))
}

impl Stretch<'_> {
    fn raise(&self, score: &mut [f64]) {
        let mut raise = |account: u32, to: f64| {
            let score = &mut score[account as usize];
            *score = score.max(to);
        };
        for of in self.on.values() {
            of.iter().for_each(|account| raise(*account, of.len() as f64 / ACCOUNTS));
        }
        for of in self.with.values() {
            of.iter().for_each(|account| raise(*account, of.len() as f64 / WITH_ONE_CLIENT));
        }
        for ((_, account), calls) in &self.calls {
            raise(*account, *calls as f64 / CALLS);
        }
    }
}
