//! What chose each cluster: of all ties the one that reaches most of its accounts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::commerce::indicators::values;
use super::detector::Ties;
use super::grouping::Grouped;
use super::link::Layer;
use crate::model::finding::Family;

/// The tie that a cluster is taken to be chosen by.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Which kind of evidence it is.
    pub family: Family,
    /// Accounts of the cluster that it reaches, rising.
    pub reached: Vec<u32>,
    /// Accounts of the case that it reaches.
    pub of: usize,
}

impl Origin {
    /// ln of the number of ways to choose so many accounts of all that it reaches.
    pub fn ln_choices(&self) -> f64 {
        let ln_factorial = |n: usize| libm::lgamma(n as f64 + 1.0);
        let (n, k) = (self.of.max(self.reached.len()), self.reached.len());
        ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
    }
}

/// Accounts that one thing ties: everybody of a circle, everybody with a value, everybody in a chain
/// of links of one kind.
struct Whole {
    layer: Layer,
    /// Rising.
    accounts: Vec<u32>,
}

/// What chose each of the clusters, and how many ties could have chosen one. `ties` are those of the
/// whole case.
pub fn origins(groups: &[Grouped], ties: &Ties, accounts: usize) -> (Vec<Option<Origin>>, usize) {
    let mut of = vec![usize::MAX; accounts];
    for (id, group) in groups.iter().enumerate() {
        group.accounts.iter().for_each(|account| of[*account as usize] = id);
    }
    let wholes = wholes(ties);
    let mut best: Vec<Option<Origin>> = vec![None; groups.len()];
    for whole in &wholes {
        let mut parts: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for account in &whole.accounts {
            parts.entry(of[*account as usize]).or_default().push(*account);
        }
        parts.remove(&usize::MAX);
        for (id, reached) in parts.into_iter().filter(|(_, reached)| reached.len() > 1) {
            let rank = |n: usize, of: usize| (n, Reverse(of));
            let is_better = best[id].as_ref().is_none_or(|known| {
                rank(reached.len(), whole.accounts.len()) > rank(known.reached.len(), known.of)
            });
            if is_better {
                let family = whole.layer.family();
                best[id] = Some(Origin { family, reached, of: whole.accounts.len() });
            }
        }
    }
    (best, wholes.len())
}

/// Everything that ties, each with all of its accounts.
fn wholes(ties: &Ties) -> Vec<Whole> {
    let circle = |c: &super::link::Circle| Whole { layer: c.layer, accounts: c.accounts.clone() };
    let mut wholes: Vec<Whole> = ties.circles.iter().map(circle).collect();
    let mut by_value: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for link in ties.links.iter().filter(|link| link.layer == Layer::Indicator) {
        for value in values(&link.proof) {
            by_value.entry(value).or_default().extend([link.a, link.b]);
        }
    }
    let of_value = |accounts: BTreeSet<u32>| Whole {
        layer: Layer::Indicator,
        accounts: accounts.into_iter().collect(),
    };
    wholes.extend(by_value.into_values().map(of_value));
    for layer in Layer::ALL.into_iter().filter(|layer| *layer != Layer::Indicator) {
        let links = ties.links.iter().filter(|link| link.layer == layer);
        let chains = chains(links.map(|link| (link.a, link.b)));
        wholes.extend(chains.into_iter().map(|accounts| Whole { layer, accounts }));
    }
    wholes
}

/// The accounts that hang together by some links, each set rising.
fn chains(links: impl Iterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let mut parent: BTreeMap<u32, u32> = BTreeMap::new();
    for (a, b) in links {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent.insert(a.max(b), a.min(b));
    }
    let nodes: Vec<u32> = parent.keys().copied().collect();
    let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for node in nodes {
        sets.entry(root(&mut parent, node)).or_default().push(node);
    }
    sets.into_values().collect()
}

/// The lowest account of a chain so far; the way there becomes shorter.
fn root(parent: &mut BTreeMap<u32, u32>, mut node: u32) -> u32 {
    loop {
        let above = *parent.entry(node).or_insert(node);
        if above == node {
            return node;
        }
        let higher = *parent.entry(above).or_insert(above);
        parent.insert(node, higher);
        node = higher;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::link::{Circle, Link};

    fn group(accounts: &[u32]) -> Grouped {
        Grouped { accounts: accounts.to_vec(), ..Grouped::of(Vec::new()) }
    }

    fn card(a: u32, b: u32) -> Link {
        Link::new(a, b, Layer::Indicator, 6.0, "card c1 (3 accounts)".into())
    }

    #[test]
    fn the_tie_that_reaches_most_accounts_chose_a_cluster_and_of_two_the_smaller_one() {
        let circle = |accounts: std::ops::Range<u32>| {
            Circle::new(accounts.collect(), Layer::Template, 4.0, "template".into())
        };
        let ties = Ties {
            circles: vec![circle(0..90), circle(0..4)],
            links: vec![card(3, 4), card(4, 5), card(3, 5)],
        };
        let (found, ties) = origins(&[group(&[0, 1, 2, 3, 4]), group(&[80, 81])], &ties, 100);
        assert_eq!(ties, 3, "two templates and a card");
        let first = found[0].as_ref().expect("a tie");
        assert_eq!((first.family, first.of, first.reached.len()), (Family::Content, 90, 5));
        let (found, _) = origins(
            &[group(&[0, 1, 2, 3])],
            &Ties { circles: vec![circle(0..90), circle(0..4)], ..Ties::default() },
            100,
        );
        let origin = found[0].as_ref().expect("a tie");
        assert_eq!((origin.of, origin.ln_choices()), (4, 0.0), "all of it: no choice was made");
    }

    #[test]
    fn a_part_of_a_tie_could_have_been_any_part_of_it() {
        let origin = Origin { family: Family::Content, reached: vec![1, 2], of: 5 };
        assert!((origin.ln_choices() - libm::log(10.0)).abs() < 1e-12);
    }

    #[test]
    fn links_of_one_kind_that_hang_together_are_one_tie() {
        let chains = chains([(1, 2), (5, 6), (2, 3), (9, 6)].into_iter());
        assert_eq!(chains, [vec![1, 2, 3], vec![5, 6, 9]]);
    }
}
