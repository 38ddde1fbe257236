//! How many items accounts have in common, and how many they should.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::detect::stats::collisions::collisions;
use crate::detect::stats::{binomial, poisson};
use crate::detect::{Group, Material};

/// The role of prompts whose number was read.
pub(super) const NUMBERED: &str = "of the template";
/// The roles of the prompts of either half of the time.
pub(super) const HALVES: [&str; 2] = ["first half", "second half"];

/// Ranges that numbers are divided into.
const RANGES: u64 = 64;

/// A row of a template, and the item it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Held {
    pub row: u32,
    pub account: u32,
    /// Who stands behind the account: what accounts of one party have in common counts for nothing.
    pub party: u32,
    /// Fingerprint of the prompt.
    pub prompt: u64,
    /// Number of the item.
    pub number: Option<u32>,
}

/// How it is known how many are to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Numbered,
    Returning,
}

/// What was counted in one way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    pub kind: Kind,
    pub accounts: usize,
    /// Different numbers, where items are numbered.
    pub items: usize,
    /// Those of them, by number, of more than one party.
    pub common: usize,
    /// Pairs of parties with an item in common.
    pub shared: u64,
    pub expected: f64,
    /// ln of the chance of so few.
    pub ln_p: f64,
    /// Pairs that show that the items are from a common set.
    pub across: u64,
    /// First row of the second half.
    pub middle: Option<u32>,
}

impl Way {
    /// Roles of the evidence.
    pub fn roles(&self) -> Vec<String> {
        match self.kind {
            Kind::Returning => HALVES.map(str::to_owned).to_vec(),
            Kind::Numbered => vec![NUMBERED.into()],
        }
    }

    pub fn words(&self) -> &'static str {
        match self.kind {
            Kind::Numbered => {
                "In the prompts that were read they asked {items} different numbers of items, \
                 {common} of them by more than one. Pairs that asked for the same item: {shared}; of \
                 as many who work by themselves in the same ranges of numbers {expected} are \
                 expected."
            }
            Kind::Returning => {
                "Within the same half of the time, {shared} times two of them sent the same prompt; \
                 {across} times one sent in the other half what another had sent, from which \
                 {expected} are to be expected."
            }
        }
    }
}

/// The rows of a cluster by template, of those that several parties follow and that have slots, one
/// account after the other.
pub(super) fn held(
    material: &Material<'_>,
    group: Group<'_>,
    parties: usize,
) -> Vec<(u32, Vec<Held>)> {
    let scripts = material.scripts();
    let mut users: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
    for account in group.members {
        for (script, _) in &scripts.of_account[*account as usize] {
            if scripts.all[*script as usize].has_slots {
                users.entry(*script).or_default().insert(material.party(*account));
            }
        }
    }
    let mut used: Vec<u32> =
        users.into_iter().filter(|(_, of)| of.len() >= parties).map(|(script, _)| script).collect();
    used.sort_unstable();
    let mut all: Vec<(u32, Vec<Held>)> = used.iter().map(|at| (*at, Vec::new())).collect();
    if used.is_empty() {
        return all;
    }
    // By script, its place among those used: most rows are of others, and no more is asked of them.
    let mut place = vec![usize::MAX; scripts.all.len()];
    used.iter().enumerate().for_each(|(at, script)| place[*script as usize] = at);
    let index = material.index;
    for account in group.members.iter().copied() {
        let party = material.party(account);
        for record in material.records(account) {
            let (row, script) = (record.row, scripts.of_record(material, &record));
            let at = script.map_or(usize::MAX, |script| place[script as usize]);
            let Some((_, held)) = all.get_mut(at) else { continue };
            if let Some(prompt) = index.row(row).prompt_hash() {
                let number = material.marks().and_then(|marks| marks.item(row));
                held.push(Held { row, account, party, prompt, number });
            }
        }
    }
    all
}

/// Each party with each item once, by item.
fn distinct<T: Ord + Copy>(pairs: impl Iterator<Item = (T, u32)>) -> Vec<(T, u32)> {
    let mut all: Vec<(T, u32)> = pairs.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// How many items each party has.
fn draws<T>(pairs: &[(T, u32)]) -> FxHashMap<u32, u64> {
    let mut of: FxHashMap<u32, u64> = FxHashMap::default();
    pairs.iter().for_each(|(_, party)| *of.entry(*party).or_default() += 1);
    of
}

/// Pairs of parties with an item in common.
fn pairs_of<T: Ord>(pairs: &[(T, u32)]) -> u64 {
    let of = pairs.chunk_by(|a, b| a.0 == b.0).map(|of| of.len() as u64);
    of.map(|n| n * (n - 1) / 2).sum()
}

/// Σ n·m over pairs of parties.
fn products(draws: &FxHashMap<u32, u64>) -> f64 {
    let sum: f64 = draws.values().map(|n| *n as f64).sum();
    let squares: f64 = draws.values().map(|n| (*n as f64) * (*n as f64)).sum();
    (0.5 * (sum * sum - squares)).max(0.0)
}

/// Accounts of rows that come one account after the other.
fn accounts_of<'a>(held: impl Iterator<Item = &'a Held>) -> usize {
    let mut accounts: Vec<u32> = held.map(|held| held.account).collect();
    accounts.dedup();
    accounts.len()
}

/// Items by their numbers: in ranges of numbers, as in sets of that size.
pub(super) fn numbered(held: &[Held]) -> Option<Way> {
    let all = distinct(held.iter().filter_map(|held| Some((held.number?, held.party))));
    let (first, last) = (u64::from(all.first()?.0), u64::from(all.last()?.0));
    let width = (last - first + 1).div_ceil(RANGES);
    let range = |pair: &(u32, u32)| (u64::from(pair.0) - first) / width;
    let mut expected = 0.0;
    for of in all.chunk_by(|a, b| range(a) == range(b)) {
        let mut draws: Vec<u64> = draws(of).into_values().collect();
        draws.sort_unstable();
        // The last range may be cut short.
        let from = first + range(&of[0]) * width;
        let width = width.min(last + 1 - from);
        expected += collisions(&draws, width as f64, 0)?.expected;
    }
    let shared = pairs_of(&all);
    Some(Way {
        kind: Kind::Numbered,
        accounts: accounts_of(held.iter().filter(|held| held.number.is_some())),
        items: all.chunk_by(|a, b| a.0 == b.0).count(),
        common: all.chunk_by(|a, b| a.0 == b.0).filter(|of| of.len() > 1).count(),
        shared,
        expected,
        ln_p: poisson::ln_at_most(shared, expected)?,
        across: 0,
        middle: None,
    })
}

/// Prompts that come back in the other half of the time, of parties that are there in both.
pub(super) fn returning(held: &[Held], parties: usize) -> Option<Way> {
    let mut rows: Vec<u32> = held.iter().map(|held| held.row).collect();
    rows.sort_unstable();
    let middle = *rows.get(rows.len() / 2)?;
    let half = |is_late: bool| {
        let of = held.iter().filter(|held| (held.row >= middle) == is_late);
        distinct(of.map(|held| (held.prompt, held.party)))
    };
    let (mut early, mut late) = (half(false), half(true));
    let both: FxHashSet<u32> = {
        let later = draws(&late);
        draws(&early).into_keys().filter(|party| later.contains_key(party)).collect()
    };
    if both.len() < parties {
        return None;
    }
    early.retain(|(_, party)| both.contains(party));
    late.retain(|(_, party)| both.contains(party));
    let (of_early, of_late) = (draws(&early), draws(&late));
    let sum = |draws: &FxHashMap<u32, u64>| draws.values().map(|n| *n as f64).sum::<f64>();
    let same: f64 = of_early.iter().map(|(party, n)| *n as f64 * of_late[party] as f64).sum();
    let within = products(&of_early) + products(&of_late);
    let apart = sum(&of_early) * sum(&of_late) - same;
    let (shared, across) = (pairs_of(&early) + pairs_of(&late), across(&early, &late));
    conditional(held, (shared, within), (across, apart))
        .map(|way| Way { middle: Some(middle), ..way })
}

/// Pairs of different parties with an item in common, one in each list.
fn across(early: &[(u64, u32)], late: &[(u64, u32)]) -> u64 {
    let mut later: FxHashMap<u64, u64> = FxHashMap::default();
    late.iter().for_each(|(item, _)| *later.entry(*item).or_default() += 1);
    let same = early.iter().filter(|pair| late.binary_search(pair).is_ok()).count() as u64;
    early.iter().filter_map(|(item, _)| later.get(item)).sum::<u64>() - same
}

/// Two counts of pairs, each with how many there could be: the first given their sum.
fn conditional(held: &[Held], inside: (u64, f64), other: (u64, f64)) -> Option<Way> {
    let ((shared, within), (across, apart)) = (inside, other);
    if !(within > 0.0 && apart > 0.0) {
        return None;
    }
    Some(Way {
        kind: Kind::Returning,
        accounts: accounts_of(held.iter()),
        items: 0,
        common: 0,
        shared,
        expected: across as f64 * within / apart,
        ln_p: binomial::ln_at_most(shared, shared + across, within / (within + apart))?,
        across,
        middle: None,
    })
}
