//! What the analyst made of the picture: how accounts are folded, what is opened, set apart,
//! dismissed and moved. A value; a step gives another one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
        let blocks: Vec<u32> = blocks.map(|(at, _)| at).collect();
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
    pub fn group_of(&self) -> BTreeMap<u32, u32> {
        let of = |(number, group): (&u32, &Group)| {
            let number = *number;
            group.accounts.iter().map(move |account| (*account, number)).collect::<Vec<_>>()
        };
        self.groups.iter().flat_map(of).collect()
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
    pub(super) fn add(&mut self, home: Option<u32>, accounts: Vec<u32>) -> Option<u32> {
        if accounts.is_empty() {
            return None;
        }
        let number = self.next;
        self.groups.insert(number, Group { home, accounts: accounts.into() });
        self.next += 1;
        Some(number)
    }

    /// Adds blocks, each as one node of those accounts that are not drawn yet.
    pub(super) fn add_blocks(&mut self, whole: &Whole, blocks: &[u32]) {
        let drawn = self.group_of();
        for at in blocks {
            let Some(block) = whole.blocks.get(*at as usize) else { continue };
            let is_new = |account: &u32| !drawn.contains_key(account);
            let new = block.accounts.iter().copied().filter(is_new).collect();
            self.add(Some(*at), new);
        }
    }

    /// Adds accounts that are not drawn yet, those of one block as one node, the others each as its
    /// own.
    pub(super) fn add_accounts(&mut self, whole: &Whole, accounts: &[u32]) {
        let drawn = self.group_of();
        let mut of_block: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut sorted: Vec<u32> = accounts.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        for account in sorted.into_iter().filter(|account| !drawn.contains_key(account)) {
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

/// Things that tie nobody: addresses and their networks first, and of these the one that most
/// accounts have.
pub fn most_common(whole: &Whole) -> Vec<u32> {
    use crate::network::Standing;
    let all = (0..).zip(&whole.things);
    // Addresses first: who sits behind one is what people ask.
    let is_address = |thing: &Thing| matches!(thing.evidence.name(), "address" | "network");
    let mut common: Vec<(bool, usize, u32)> = all
        .filter(|(_, thing)| thing.standing != Standing::Ties)
        .map(|(at, thing)| (is_address(thing), thing.holders.len(), at))
        .collect();
    common.sort_by_key(|(address, holders, at)| (!address, std::cmp::Reverse(*holders), *at));
    common.into_iter().map(|(.., at)| at).collect()
}

/// What ties accounts among each other, by kind: how many things, and how many of the accounts have
/// one of them.
pub fn kinds(whole: &Whole, accounts: &[u32]) -> BTreeMap<Evidence, (usize, usize)> {
    let mut holders: BTreeMap<u32, usize> = BTreeMap::new();
    for account in accounts {
        for thing in whole.of_account(*account) {
            *holders.entry(*thing).or_default() += 1;
        }
    }
    holders.retain(|_, count| *count > 1);
    let mut kinds: BTreeMap<Evidence, (usize, usize)> = BTreeMap::new();
    for thing in holders.keys() {
        kinds.entry(whole.things[*thing as usize].evidence).or_default().0 += 1;
    }
    for account in accounts {
        let of = whole.of_account(*account).iter().filter(|thing| holders.contains_key(thing));
        let of: BTreeSet<Evidence> = of.map(|t| whole.things[*t as usize].evidence).collect();
        for evidence in of {
            kinds.entry(evidence).or_default().1 += 1;
        }
    }
    kinds
}
