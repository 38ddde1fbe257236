//! D20: a reasoning block that was issued to one account is submitted by another.
//!
//! Blocks are encrypted or signed by the provider; a client cannot make one up. Naive: for every
//! record that submits a block, look through all records for the one that issued it.

use std::collections::hash_map::Entry;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::detect::{
    BOTH, Circle, Definition, Detector, Group, Layer, Link, Look, Material, Need, Parameter, Seen,
    Strength, Ties,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::NO_HASH;
use crate::model::finding::{Evidence, Family, Finding, Recipe, Statement, Unit, count};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D20",
    version: 4,
    title: "Reasoning blocks handed over",
    family: Family::Content,
    strength: Strength::Exact,
    speaks_to: BOTH,
    sees: "a reasoning block, which only the provider can make, submitted by another account than \
           the one it was issued to",
    cannot_see: "blocks issued outside of these logs, and copies whose text was put into the prompt; \
                 blocks of one account alone, which a shared conversation has, too, are no \
                 evidence; what a log says was issued to several customers is no block",
    needs: &[
        Need::Accounts,
        Need::Field(Field::ReasoningSignature),
        Need::Field(Field::ReplayedSignature),
    ],
    parameters: &[Parameter {
        name: "least_hand_overs",
        default: 3.0,
        reason: "a customer who restores a conversation under another account does it once or twice",
    }],
    source: "observed by OpenAI (30 September 2026) and Anthropic (10 September 2026); the rule is \
             ours",
};

/// Accounts that blocks must go round between: two may be one person's.
const LEAST_ROUND: usize = 3;
/// Blocks that must come from other accounts than the one that gave most: with fewer, one conversation
/// was shared, or one customer moved to another account.
const LEAST_OF_OTHERS: usize = 2;
/// What it says of any two accounts that blocks go round between them, nats: as much as one other kind
/// of tie at most, for which no two of them need have handed over anything to each other.
const POOL_NATS: f64 = 6.0;

/// The detector.
pub struct Replay;

impl Detector for Replay {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Handed::new(look.material, look.parameter(&DEFINITION, "least_hand_overs"))))
    }
}

struct Handed<'a> {
    material: &'a Material<'a>,
    found: Vec<HandOver>,
    /// The same by the account that was issued the block.
    by_giver: Vec<(u32, HandOver)>,
    least: f64,
}

impl<'a> Handed<'a> {
    fn new(material: &'a Material<'a>, least: f64) -> Self {
        let found = hand_overs(material);
        let giver = |hand_over: &HandOver| material.index.account_of(hand_over.issued);
        let mut by_giver: Vec<(u32, HandOver)> = found.iter().map(|h| (giver(h), *h)).collect();
        by_giver.sort_by_key(|(giver, _)| *giver);
        Self { material, found, by_giver, least }
    }

    /// What went from a member of a group to another.
    fn inside(&self, group: Group<'_>) -> Vec<HandOver> {
        let of = |giver: &u32| {
            let from = self.by_giver.partition_point(|(of, _)| of < giver);
            let to = self.by_giver.partition_point(|(of, _)| of <= giver);
            self.by_giver[from..to].iter().map(|(_, hand_over)| *hand_over)
        };
        let taker = |hand_over: &HandOver| self.material.index.account_of(hand_over.submitted);
        let given = group.members.iter().flat_map(of);
        given.filter(|hand_over| group.has(taker(hand_over))).collect()
    }
}

impl Seen for Handed<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let circle = |pool: Vec<u32>| {
            let words = format!("reasoning blocks go round between {} accounts", count(pool.len()));
            Circle::new(pool, Layer::Replay, POOL_NATS, words)
        };
        let pools = pools(self.material, &self.found).into_iter().map(circle);
        Ok(Ties { links: links(self.material, &self.found), circles: pools.collect() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }
}

/// A block on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Row that issued it.
    pub issued: u32,
    /// Row that submitted it.
    pub submitted: u32,
}

/// Bits that are looked up for a hash: 2 MiB, which stay near the processor.
const BITS: u32 = 24;

/// What hashes are submitted, but for some that are not: asked before anything is kept.
struct Wanted(Vec<u64>);

impl Wanted {
    fn of(hashes: &[u64]) -> Self {
        let mut bits = vec![0; 1 << (BITS - 6)];
        for hash in hashes.iter().filter(|hash| **hash != NO_HASH) {
            let (word, bit) = Self::place(*hash);
            bits[word] |= bit;
        }
        Self(bits)
    }

    /// Whether a hash is among them, or by chance.
    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = Self::place(hash);
        hash != NO_HASH && self.0[word] & bit != 0
    }

    fn place(hash: u64) -> (usize, u64) {
        // Hashes that a test makes up have no random bits.
        let at = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS);
        ((at >> 6) as usize, 1 << (at & 63))
    }
}

/// All blocks that went from one account to another, in the order they were submitted. Accounts
/// of one organisation are left out: forks and restored conversations stay inside one.
pub fn hand_overs(material: &Material<'_>) -> Vec<HandOver> {
    let index = material.index;
    let (issued, submitted) = index.signatures();
    let counted = index.everything();
    let wanted = Wanted::of(submitted);
    let mut first: FxHashMap<u64, u32> = FxHashMap::default();
    // Whoever was issued a block goes on with its own, whoever else was issued the same.
    let mut own: FxHashSet<(u64, u32)> = FxHashSet::default();
    // What is issued to several is no block, but what stands where there is none.
    let mut placeholders: FxHashSet<u64> = FxHashSet::default();
    for (row, hash) in (0..).zip(issued) {
        if wanted.may_have(*hash) && counted.contains(row) {
            let account = index.account_of(row);
            match first.entry(*hash) {
                Entry::Vacant(entry) => {
                    entry.insert(row);
                }
                Entry::Occupied(entry) => {
                    let giver = index.account_of(*entry.get());
                    if giver != account && material.party(giver) != material.party(account) {
                        placeholders.insert(*hash);
                    }
                }
            }
            own.insert((*hash, account));
        }
    }
    let mut found = Vec::new();
    for (row, hash) in (0..).zip(submitted).filter(|(_, hash)| **hash != NO_HASH) {
        // Of the same moment neither line comes first.
        let is_before = |from: &u32| *from < row || index.at(*from) == index.at(row);
        let Some(from) = first.get(hash).copied().filter(is_before) else { continue };
        let (giver, taker) = (index.account_of(from), index.account_of(row));
        if placeholders.contains(hash) || own.contains(&(*hash, taker)) || !counted.contains(row) {
            continue;
        }
        if !material.are_of_one_organisation(giver, taker) {
            found.push(HandOver { issued: from, submitted: row });
        }
    }
    found
}

/// Which block, by the row that issued it, went to which account, each once: a client sends a block
/// again with every turn of a conversation.
fn blocks(material: &Material<'_>, found: &[HandOver]) -> FxHashSet<(u32, u32)> {
    found.iter().map(|h| (h.issued, material.index.account_of(h.submitted))).collect()
}

/// Ties between givers and takers.
pub fn links(material: &Material<'_>, found: &[HandOver]) -> Vec<Link> {
    let index = material.index;
    let mut pairs: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for (issued, taker) in blocks(material, found) {
        let giver = index.account_of(issued);
        *pairs.entry((giver.min(taker), giver.max(taker))).or_default() += 1;
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_unstable();
    let link = |((a, b), n): ((u32, u32), u32)| {
        let blocks = if n == 1 { "reasoning block" } else { "reasoning blocks" };
        Link::new(a, b, Layer::Replay, f64::INFINITY, format!("{n} {blocks} handed over"))
    };
    pairs.into_iter().map(link).collect()
}

/// Accounts that blocks go round between: from each of them to each other one, whoever hands them on.
/// A conversation that was published goes from one to many, and from nobody back. With them who
/// exchanges blocks with two of them.
fn pools(material: &Material<'_>, found: &[HandOver]) -> Vec<Vec<u32>> {
    let index = material.index;
    let ways = blocks(material, found).into_iter().map(|(issued, taker)| {
        let giver = index.account_of(issued);
        (giver, taker)
    });
    let mut ways: Vec<(u32, u32)> = ways.collect();
    ways.sort_unstable();
    ways.dedup();
    let graph = DiGraph::<(), ()>::from_edges(&ways);
    let mut pool_of: FxHashMap<u32, usize> = FxHashMap::default();
    let mut pools: Vec<Vec<u32>> = kosaraju_scc(&graph)
        .into_iter()
        .filter(|round| round.len() >= LEAST_ROUND)
        .map(|round| round.into_iter().map(|node| node.index() as u32).collect())
        .collect();
    pools.sort_unstable_by_key(|pool: &Vec<u32>| pool.iter().min().copied());
    for (n, pool) in pools.iter().enumerate() {
        pool_of.extend(pool.iter().map(|account| (*account, n)));
    }
    // Who is outside, with whom of which pool.
    let mut beside: Vec<(u32, usize, u32)> = Vec::new();
    for (a, b) in ways.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]) {
        if let (None, Some(pool)) = (pool_of.get(&a), pool_of.get(&b)) {
            beside.push((a, *pool, b));
        }
    }
    beside.sort_unstable();
    beside.dedup();
    for with in beside.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)).filter(|with| with.len() > 1) {
        pools[with[0].1].push(with[0].0);
    }
    pools.iter_mut().for_each(|pool| pool.sort_unstable());
    pools
}

/// Whether a block was submitted in the session it was issued in: whoever goes on with a
/// conversation that several share has not collected it.
fn is_of_one_session(material: &Material<'_>, hand_over: &HandOver) -> bool {
    let session = |row| material.index.row(row).session_number();
    let issued = session(hand_over.issued);
    issued.is_some() && issued == session(hand_over.submitted)
}

/// How many of the blocks handed over come from the account that gave most.
fn most_of_one(material: &Material<'_>, inside: &[HandOver]) -> usize {
    let mut of: FxHashMap<u32, usize> = FxHashMap::default();
    for (issued, _) in blocks(material, inside) {
        *of.entry(material.index.account_of(issued)).or_default() += 1;
    }
    of.into_values().max().unwrap_or_default()
}

/// What it says of the members of a cluster; `None` below the threshold.
fn of_group(seen: &Handed<'_>, group: Group<'_>) -> Option<Finding> {
    let (material, least) = (seen.material, seen.least);
    let index = material.index;
    let inside = seen.inside(group);
    let handed = blocks(material, &inside).len();
    if (handed as f64) < least {
        return None;
    }
    let evidence = |role: &str, row: fn(&HandOver) -> u32| {
        let mut events: Vec<u64> = inside.iter().map(|h| index.event_id(row(h))).collect();
        events.sort_unstable();
        events.dedup();
        Evidence { role: role.to_owned(), events }
    };
    let accounts = |row: fn(&HandOver) -> u32| {
        let mut all: Vec<u32> = inside.iter().map(|h| index.account_of(row(h))).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (givers, takers) = (accounts(|h| h.issued), accounts(|h| h.submitted));
    let mut involved = [&givers[..], &takers].concat();
    involved.sort_unstable();
    involved.dedup();
    let crossing: Vec<HandOver> =
        inside.iter().filter(|h| !is_of_one_session(material, h)).copied().collect();
    let within = inside.len() - crossing.len();
    let crossed = blocks(material, &crossing).len();
    let is_one_conversation = crossed - most_of_one(material, &crossing) < LEAST_OF_OTHERS;
    let count = |n: usize| n as f64;
    let of = |role: &str| Recipe::Accounts { role: role.into() };
    let submitted = Recipe::Records { role: "submitted".into() };
    let words = format!(
        "{{n}} requests submitted a reasoning block that had been issued to another account. \
         Accounts that submitted one: {{takers}}; accounts these were issued to: {{givers}}; no block \
         went between accounts known to be of one organisation.{}{}",
        if within > 0 {
            " Of them {within} stay in the session the block was issued in."
        } else {
            ""
        },
        match is_one_conversation {
            true =>
                " Nearly all come from one account or stay in one session, as where a conversation is \
                     shared or moved: no exact evidence.",
            false => "",
        }
    );
    let statement = Statement::new(words)
        .with("n", count(inside.len()), Unit::Count, submitted)
        .with("takers", count(takers.len()), Unit::Count, of("submitted"))
        .with("givers", count(givers.len()), Unit::Count, of("issued"));
    let statement = match within {
        0 => statement,
        within => {
            let what = "requests in the session in which the block was issued".into();
            statement.with("within", count(within), Unit::Count, Recipe::Case { what })
        }
    };
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts: involved,
        statement,
        statistic: count(handed),
        threshold: format!("at least {least} requests"),
        effect: count(handed) / least,
        null: None,
        log10_p: None,
        is_exact: !is_one_conversation,
        evidence: vec![evidence("issued", |h| h.issued), evidence("submitted", |h| h.submitted)],
    })
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
