//! Accounts that act from the same addresses at about the same times, after SynchroTrap (Q. Cao et
//! al., CCS 2014), with addresses as the only thing they may have in common.
//!
//! An action is an address and a quarter of an hour. Two accounts are as alike as the actions they
//! share of those they have together (Jaccard); the score is that of the most alike other account,
//! and half is enough. What more than fifty accounts do in a quarter of an hour says nothing.

use std::collections::BTreeMap;

use stillwatch::model::time::MINUTE_US;

use super::{Ranked, Seen};

/// Actions this close match.
const SLOT_US: i64 = 15 * MINUTE_US;
/// Accounts with one action above which it is left out.
const POPULAR: usize = 50;
/// How alike is too alike.
const ALIKE: f64 = 0.5;

/// How alike each account is to the one most like it.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let mut who: BTreeMap<(&str, i64), Vec<u32>> = BTreeMap::new();
    for account in 0..seen.accounts() {
        for row in seen.rows(account) {
            let (Some(at), Some(ip)) = (row.at(), row.client_ip()) else { continue };
            let of = who.entry((ip, at.0.div_euclid(SLOT_US))).or_default();
            if of.last() != Some(&(account as u32)) {
                of.push(account as u32);
            }
        }
    }
    if who.is_empty() {
        return None;
    }
    let mut actions = vec![0_u32; seen.accounts()];
    let mut both: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for of in who.values().filter(|of| of.len() <= POPULAR) {
        for (i, a) in of.iter().enumerate() {
            actions[*a as usize] += 1;
            of[i + 1..].iter().for_each(|b| *both.entry((*a, *b)).or_default() += 1);
        }
    }
    let mut score = vec![0.0_f64; seen.accounts()];
    for ((a, b), both) in both {
        let together = actions[a as usize] + actions[b as usize] - both;
        let alike = f64::from(both) / f64::from(together);
        for account in [a, b] {
            score[account as usize] = score[account as usize].max(alike);
        }
    }
    Some(Ranked::at_least(score, ALIKE))
}
