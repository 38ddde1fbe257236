//! Things that are drawn as one node: those of a kind in one block, and between blocks those of a kind
//! that hold the same blocks together.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Evidence, Key, Line, Since};
use crate::model::MISSING;

/// Things between the same blocks up to which each set of blocks has a node of its own.
const FEW: usize = 4;

/// A node of things that is being put together.
#[derive(Default)]
pub(super) struct Bundle {
    pub things: Vec<u32>,
    pub home: Option<u32>,
    /// By node of accounts.
    pub lines: FxHashMap<u32, Line>,
    pub weight: f64,
    pub accounts: u32,
}

impl Bundle {
    /// Adds a thing; `shown` holds the node of each account that has it, its records, and since when.
    pub fn add(
        &mut self,
        thing: u32,
        evidence: Evidence,
        weight: f64,
        shown: &[(u32, u32, Since)],
    ) {
        self.things.push(thing);
        self.weight = self.weight.max(weight);
        self.accounts += shown.len() as u32;
        for (node, rows, since) in shown {
            let new = Line {
                a: *node,
                b: MISSING,
                evidence,
                ties: 0,
                rows: 0,
                weight: 0.0,
                since: Since::MAX,
            };
            self.lines.entry(*node).or_insert(new).add((*rows).into(), *since, weight);
        }
    }

    /// Takes over what another one holds.
    fn merge(&mut self, other: Self) {
        self.things.extend(other.things);
        self.weight = self.weight.max(other.weight);
        self.accounts += other.accounts;
        for (node, line) in other.lines {
            match self.lines.get_mut(&node) {
                Some(known) => known.merge(&line),
                None => {
                    self.lines.insert(node, line);
                }
            }
        }
    }
}

/// Draws as one what would be many: where several things of a kind hold the same blocks together,
/// directly or through others, they become one node.
pub(super) fn joined(bundles: BTreeMap<Key, Bundle>) -> BTreeMap<Key, Bundle> {
    let mut parts = Parts::default();
    for key in bundles.keys() {
        if let Some(homes) = between(key) {
            parts.join(homes);
        }
    }
    let mut groups: BTreeMap<(Evidence, u32), Vec<(Key, Bundle)>> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (key, bundle) in bundles {
        match (&key, between(&key)) {
            (Key::Things(evidence, _), Some([first, ..])) => {
                let part = parts.of(*first);
                groups.entry((*evidence, part)).or_default().push((key, bundle));
            }
            _ => {
                all.insert(key, bundle);
            }
        }
    }
    for ((evidence, _), group) in groups {
        if group.iter().map(|(_, bundle)| bundle.things.len()).sum::<usize>() <= FEW {
            all.extend(group);
            continue;
        }
        let mut homes: Vec<u32> = Vec::new();
        let mut one = Bundle::default();
        for (key, bundle) in group {
            homes.extend(between(&key).unwrap_or_default());
            one.merge(bundle);
        }
        homes.sort_unstable();
        homes.dedup();
        one.things.sort_unstable();
        all.insert(Key::Things(evidence, homes), one);
    }
    all
}

/// The blocks that things lie between; `None` for those in one block, and of accounts in none.
fn between(key: &Key) -> Option<&[u32]> {
    match key {
        Key::Things(_, homes) if homes.len() > 1 && !homes.contains(&MISSING) => Some(homes),
        _ => None,
    }
}

/// Blocks that hang together.
#[derive(Default)]
struct Parts(BTreeMap<u32, u32>);

impl Parts {
    /// The lowest block that a block hangs together with.
    fn of(&self, block: u32) -> u32 {
        let mut at = block;
        while let Some(up) = self.0.get(&at).filter(|up| **up != at) {
            at = *up;
        }
        at
    }

    fn join(&mut self, blocks: &[u32]) {
        let roots: Vec<u32> = blocks.iter().map(|block| self.of(*block)).collect();
        let Some(lowest) = roots.iter().copied().min() else { return };
        for root in roots.into_iter().chain(blocks.iter().copied()) {
            self.0.insert(root, lowest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(things: &[u32], node: u32) -> Bundle {
        let mut bundle = Bundle::default();
        for thing in things {
            bundle.add(*thing, Evidence::value(0), 2.0, &[(node, 3, 10), (node + 1, 0, 20)]);
        }
        bundle
    }

    #[test]
    fn many_things_that_hold_the_same_blocks_together_are_one_node_and_few_are_not() {
        let kind = Evidence::value(0);
        let key = |homes: &[u32]| Key::Things(kind, homes.to_vec());
        let many = BTreeMap::from([
            (key(&[1, 2]), bundle(&[5, 6], 0)),
            (key(&[2, 3]), bundle(&[1, 2, 3], 1)),
            (key(&[7, 9]), bundle(&[8], 4)),
            (key(&[4]), bundle(&[9], 4)),
        ]);
        let all = joined(many);
        let keys: Vec<&Key> = all.keys().collect();
        assert_eq!(keys, [&key(&[1, 2, 3]), &key(&[4]), &key(&[7, 9])]);
        let one = &all[&key(&[1, 2, 3])];
        assert_eq!(one.things, [1, 2, 3, 5, 6]);
        assert_eq!((one.accounts, one.lines[&1].ties, one.lines[&1].rows), (10, 5, 9));
    }

    #[test]
    fn blocks_hang_together_through_others() {
        let mut parts = Parts::default();
        parts.join(&[5, 8]);
        parts.join(&[1, 2]);
        parts.join(&[8, 2]);
        assert!([1, 2, 5, 8].iter().all(|block| parts.of(*block) == 1));
        assert_eq!(parts.of(3), 3);
    }
}
