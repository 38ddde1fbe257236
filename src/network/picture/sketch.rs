//! What the analyst made of the picture: how accounts are folded, what is opened, set apart,
//! dismissed and moved. A value; a step gives another one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Evidence, Thing, Whole};
use crate::model::MISSING;
use crate::model::finding::Level;
use crate::network::layout::Point;

/// What a node of the picture is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Accounts that are drawn as one, by the number of their group.
    Accounts(u32),
    /// One thing, by position.
    Thing(u32),
    /// All things of a kind that tie accounts of these blocks.
    Things(Evidence, Vec<u32>),
}

/// Accounts that are drawn as one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The block they are of; `None` for accounts of no block that is drawn.
    pub home: Option<u32>,
    /// By position, rising; never empty.
    pub accounts: Arc<[u32]>,
}

/// What the analyst made of the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// Accounts, by the number of their group.
    pub groups: BTreeMap<u32, Group>,
    /// The number of the next group.
    pub(super) next: u32,
    /// Blocks of which what holds them together is drawn.
    pub open: BTreeSet<u32>,
    /// Things that are drawn one by one.
    pub apart: BTreeSet<u32>,
    /// Things that were dismissed.
    pub gone: BTreeSet<u32>,
    /// Things that tie nobody and are drawn all the same.
    pub common: BTreeSet<u32>,
    /// Kinds of evidence that are not drawn.
    pub hidden: BTreeSet<Evidence>,
    /// Whether what blocks have in common by chance as likely as not is drawn.
    pub weak: bool,
    /// Where nodes lie, px.
    pub places: BTreeMap<Key, Point>,
    /// Nodes that stay where they are.
    pub pinned: BTreeSet<Key>,
}

/// Nodes up to which blocks are opened from the first.
const OPENED: usize = 110;
/// Things that tie nobody and are drawn from the first, the ones that most accounts have.
const COMMON: usize = 3;
/// Communities that are drawn from the first.
const COMMUNITIES: usize = 300;
/// One of so many accounts has what is drawn though it ties nobody.
const COMMON_SHARE: usize = 100;

impl Sketch {
    /// How a picture begins: every block that deserves a look as one node, the first of them open,
    /// and the things that most accounts have, which tie nobody.
    pub fn start(whole: &Whole) -> Self {
        let indicative = Self::of_level(whole, Level::Indicative);
        if indicative.groups.is_empty() { Self::of_level(whole, Level::None) } else { indicative }
    }

    /// The same of the blocks whose evidence carries at least so far.
    pub fn of_level(whole: &Whole, least: Level) -> Self {
        let mut sketch = Self::default();
        let blocks = (0..).zip(&whole.blocks).filter(|(_, block)| block.level >= least);
        // Communities are many and nobody judged them; the largest are a beginning.
        let most = if whole.are_found { usize::MAX } else { COMMUNITIES };
        let blocks: Vec<u32> = blocks.map(|(at, _)| at).take(most).collect();
        sketch.add_blocks(whole, &blocks);
        let mut nodes = sketch.groups.len();
        for group in sketch.groups.values() {
            let Some(home) = group.home else { continue };
            nodes += kinds(whole, &group.accounts).len();
            if nodes > OPENED && !sketch.open.is_empty() {
                break;
            }
            sketch.open.insert(home);
        }
        sketch.common = most_common(whole).into_iter().take(COMMON).collect();
        sketch
    }

    /// Of accounts that somebody chose: those of one block as one node.
    pub fn of_accounts(whole: &Whole, accounts: &[u32]) -> Self {
        let mut sketch = Self::default();
        sketch.add_accounts(whole, accounts);
        sketch.open = sketch.groups.values().filter_map(|group| group.home).collect();
        sketch
    }

    /// The group of each account that is drawn.
    pub fn group_of(&self) -> FxHashMap<u32, u32> {
        let mut all = FxHashMap::with_capacity_and_hasher(self.accounts(), Default::default());
        for (number, group) in &self.groups {
            all.extend(group.accounts.iter().map(|account| (*account, *number)));
        }
        all
    }

    /// The accounts that are drawn.
    pub(super) fn drawn(&self) -> FxHashSet<u32> {
        self.groups.values().flat_map(|group| group.accounts.iter().copied()).collect()
    }

    /// Blocks of which something is drawn.
    pub fn blocks(&self) -> BTreeSet<u32> {
        self.groups.values().filter_map(|group| group.home).collect()
    }

    /// How many accounts are drawn.
    pub fn accounts(&self) -> usize {
        self.groups.values().map(|group| group.accounts.len()).sum()
    }

    /// Adds a group; its number.
    pub(super) fn add(&mut self, home: Option<u32>, mut accounts: Vec<u32>) -> Option<u32> {
        if accounts.is_empty() {
            return None;
        }
        accounts.sort_unstable();
        let number = self.next;
        self.groups.insert(number, Group { home, accounts: accounts.into() });
        self.next += 1;
        Some(number)
    }

    /// Adds blocks, each as one node of those accounts that are not drawn yet.
    pub(super) fn add_blocks(&mut self, whole: &Whole, blocks: &[u32]) {
        let mut drawn = self.drawn();
        for at in blocks {
            let Some(block) = whole.blocks.get(*at as usize) else { continue };
            // Where blocks overlap, the first has the account.
            let is_new = |account: &u32| whole.has(*account) && drawn.insert(*account);
            let new = block.accounts.iter().copied().filter(is_new).collect();
            self.add(Some(*at), new);
        }
    }

    /// Adds accounts that are not drawn yet, those of one block as one node, the others each as its
    /// own.
    pub(super) fn add_accounts(&mut self, whole: &Whole, accounts: &[u32]) {
        let drawn = self.drawn();
        let mut of_block: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut sorted: Vec<u32> = accounts.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let is_new = |account: &u32| whole.has(*account) && !drawn.contains(account);
        for account in sorted.into_iter().filter(is_new) {
            let block = whole.block_of.get(account as usize).copied().unwrap_or(MISSING);
            of_block.entry(block).or_default().push(account);
        }
        for (block, accounts) in of_block {
            if block == MISSING {
                for account in accounts {
                    self.add(None, vec![account]);
                }
            } else {
                self.add(Some(block), accounts);
            }
        }
    }
}

/// Addresses and their networks that tie nobody, the one that most accounts have first: who sits
/// behind one is what people ask.
pub fn most_common(whole: &Whole) -> Vec<u32> {
    use crate::network::Standing;
    let is_one = |thing: &Thing| {
        thing.standing != Standing::Ties
            && matches!(thing.evidence.name(), "address" | "network")
            && COMMON_SHARE * thing.holders.len() >= whole.accounts
    };
    let all = (0..).zip(&whole.things).filter(|(_, thing)| is_one(thing));
    let mut common: Vec<(usize, u32)> = all.map(|(at, thing)| (thing.holders.len(), at)).collect();
    common.sort_by_key(|(holders, at)| (std::cmp::Reverse(*holders), *at));
    common.into_iter().map(|(_, at)| at).collect()
}

/// What ties some accounts among each other, of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Things that two of the accounts have.
    pub things: usize,
    /// Accounts that have one of these.
    pub accounts: usize,
    /// Whether all accounts have all of these, so that nothing tells one from another.
    pub is_even: bool,
}

/// What ties accounts among each other, by kind.
pub fn kinds(whole: &Whole, accounts: &[u32]) -> BTreeMap<Evidence, Shared> {
    let counts = counts(whole, accounts);
    let evidence = |thing: u32| whole.things[thing as usize].evidence;
    let mut kinds: BTreeMap<Evidence, Shared> = BTreeMap::new();
    for (thing, count) in counts.iter().filter(|(_, count)| **count > 1) {
        let new = Shared { is_even: true, ..Shared::default() };
        let kind = kinds.entry(evidence(*thing)).or_insert(new);
        kind.things += 1;
        kind.is_even &= *count as usize == accounts.len();
    }
    let mut of: Vec<Evidence> = Vec::new();
    for account in accounts {
        let things = whole.of_account(*account).iter().filter(|thing| counts[thing] > 1);
        of.clear();
        of.extend(things.map(|thing| evidence(*thing)));
        of.sort_unstable();
        of.dedup();
        for evidence in &of {
            kinds.entry(*evidence).or_default().accounts += 1;
        }
    }
    kinds
}

/// How many of some accounts have each thing that one of them has.
pub(super) fn counts(whole: &Whole, accounts: &[u32]) -> FxHashMap<u32, u32> {
    let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
    for thing in accounts.iter().flat_map(|account| whole.of_account(*account)) {
        *counts.entry(*thing).or_default() += 1;
    }
    counts
}

#[cfg(test)]
#[path = "sketch_tests.rs"]
mod tests;
