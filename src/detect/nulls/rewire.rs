//! A bipartite graph of accounts and indicators drawn again, with every account keeping how many
//! indicators it has and every indicator how many accounts.
//!
//! Curveball trades: two accounts put what only one of them has together and take back as many
//! as they gave. G. Strona et al., "A fast and unbiased procedure to randomize ecological binary
//! matrices with fixed row and column totals", Nature Communications 5, 2014; that all graphs
//! become equally likely: C. J. Carstens, Phys. Rev. E 91, 2015.

use crate::model::rng::Rng;

/// Trades for every account: after so many the graph has forgotten where it came from.
pub const TRADES_PER_ACCOUNT: usize = 10;

/// Which account has which indicators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bipartite {
    /// Indicators of each account, ascending.
    rows: Vec<Vec<u32>>,
}

impl Bipartite {
    /// From pairs of account and indicator; what comes twice counts once.
    pub fn new(accounts: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut rows = vec![Vec::new(); accounts];
        for (account, indicator) in edges {
            if let Some(row) = rows.get_mut(account as usize) {
                row.push(indicator);
            }
        }
        for row in &mut rows {
            row.sort_unstable();
            row.dedup();
        }
        Self { rows }
    }

    /// The indicators of each account, ascending.
    pub fn rows(&self) -> &[Vec<u32>] {
        &self.rows
    }

    /// Makes [`TRADES_PER_ACCOUNT`] trades for every account that has something to trade.
    pub fn rewire(&mut self, rng: &mut Rng) {
        let traders: Vec<usize> =
            (0..self.rows.len()).filter(|a| !self.rows[*a].is_empty()).collect();
        if traders.len() < 2 {
            return;
        }
        let mut pool = Pool::default();
        for _ in 0..traders.len() * TRADES_PER_ACCOUNT {
            let first = rng.below(traders.len() as u64) as usize;
            let other = rng.below(traders.len() as u64 - 1) as usize;
            let second = if other < first { other } else { other + 1 };
            self.trade(traders[first], traders[second], &mut pool, rng);
        }
    }

    fn trade(&mut self, a: usize, b: usize, pool: &mut Pool, rng: &mut Rng) {
        let mut first = std::mem::take(&mut self.rows[a]);
        let mut second = std::mem::take(&mut self.rows[b]);
        pool.split(&first, &second);
        let given = first.len() - pool.both.len();
        // The first `given` of the pool in random order.
        for i in 0..given.min(pool.single.len().saturating_sub(1)) {
            let j = i + rng.below((pool.single.len() - i) as u64) as usize;
            pool.single.swap(i, j);
        }
        let (one, two) = pool.single.split_at(given);
        for (row, part) in [(&mut first, one), (&mut second, two)] {
            row.clear();
            row.extend_from_slice(&pool.both);
            row.extend_from_slice(part);
            row.sort_unstable();
        }
        (self.rows[a], self.rows[b]) = (first, second);
    }
}

/// What two accounts have between them.
#[derive(Default)]
struct Pool {
    both: Vec<u32>,
    single: Vec<u32>,
}

impl Pool {
    fn split(&mut self, first: &[u32], second: &[u32]) {
        self.both.clear();
        self.single.clear();
        let (mut i, mut j) = (0, 0);
        while i < first.len() && j < second.len() {
            match first[i].cmp(&second[j]) {
                std::cmp::Ordering::Equal => {
                    self.both.push(first[i]);
                    (i, j) = (i + 1, j + 1);
                }
                std::cmp::Ordering::Less => {
                    self.single.push(first[i]);
                    i += 1;
                }
                std::cmp::Ordering::Greater => {
                    self.single.push(second[j]);
                    j += 1;
                }
            }
        }
        self.single.extend_from_slice(&first[i..]);
        self.single.extend_from_slice(&second[j..]);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::rng::Rng;

    fn columns(graph: &Bipartite) -> BTreeMap<u32, usize> {
        let mut counts = BTreeMap::new();
        for v in graph.rows().iter().flatten() {
            *counts.entry(*v).or_default() += 1;
        }
        counts
    }

    proptest! {
        #[test]
        fn everybody_keeps_their_number_and_nothing_is_had_twice(
            edges in prop::collection::vec((0_u32..12, 0_u32..15), 0..80), seed in 0_u64..99,
        ) {
            let before = Bipartite::new(12, edges);
            let mut after = before.clone();
            after.rewire(&mut Rng::new(&[seed]));
            prop_assert_eq!(columns(&before), columns(&after));
            for (b, a) in before.rows().iter().zip(after.rows()) {
                prop_assert_eq!(b.len(), a.len());
                prop_assert!(a.windows(2).all(|w| w[0] < w[1]));
            }
        }
    }

    #[test]
    fn all_graphs_of_the_same_numbers_come_equally_often() {
        // Three accounts with one indicator each: six ways to hand them out.
        let graph = Bipartite::new(3, [(0, 0), (1, 1), (2, 2)]);
        let mut seen: BTreeMap<Vec<Vec<u32>>, u32> = BTreeMap::new();
        for seed in 0..6_000 {
            let mut drawn = graph.clone();
            drawn.rewire(&mut Rng::new(&[seed]));
            *seen.entry(drawn.rows).or_default() += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|n| (880..1120).contains(n)), "{seen:?}");
    }
}
