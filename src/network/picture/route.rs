//! The shortest way from some accounts to others, and the evidence on each step of it.

use rustc_hash::FxHashSet;

use super::{Evidence, Pair, Whole};
use crate::model::MISSING;
use crate::network::community::Graph;
use crate::network::community::path::path;

/// One end of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An account, by position.
    Account(u32),
    /// A thing, by position.
    Thing(u32),
}

/// One step: a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From here,
    pub from: End,
    /// to here,
    pub to: End,
    /// by this,
    pub evidence: Evidence,
    /// which says so much, nats.
    pub weight: f64,
}

/// A way through what accounts share.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// In order.
    pub steps: Vec<Step>,
    /// The things on it without each of which no way is left.
    pub only: Vec<u32>,
}

impl Route {
    /// The accounts on it, in order.
    pub fn accounts(&self) -> Vec<u32> {
        self.ends()
            .filter_map(|end| if let End::Account(a) = end { Some(a) } else { None })
            .collect()
    }

    /// The things on it, in order.
    pub fn things(&self) -> Vec<u32> {
        self.ends().filter_map(|end| if let End::Thing(t) = end { Some(t) } else { None }).collect()
    }

    fn ends(&self) -> impl Iterator<Item = End> + '_ {
        let first = self.steps.first().map(|step| step.from);
        first.into_iter().chain(self.steps.iter().map(|step| step.to))
    }
}

/// The way with the fewest steps from any of some accounts to any of others, and among those the one
/// whose weakest step says most; `None` where there is none, or where both have an account in common.
pub fn route(whole: &Whole, from: &[u32], to: &[u32]) -> Option<Route> {
    let of: FxHashSet<u32> = from.iter().copied().collect();
    if to.iter().any(|account| of.contains(account)) {
        return None;
    }
    let graph = Ended::of(whole, from, to);
    let way = graph.way()?;
    let only = graph.only(&way);
    let inner = way.get(1..way.len().checked_sub(1)?)?;
    let steps = inner.windows(2).map(|ends| graph.step(whole, ends[0], ends[1])).collect();
    Some(Route { steps, only })
}

/// What a step weighs where ways are compared: what ties without a sound weight ties all the same.
fn sound(weight: f64) -> f32 {
    let weight = if weight.is_nan() { 0.0 } else { weight as f32 };
    weight.clamp(f32::MIN_POSITIVE, f32::MAX)
}

/// The graph of a case with two nodes more, which stand for the ends.
struct Ended<'a> {
    graph: Graph,
    accounts: u32,
    /// The node that stands for where it starts; the next one is where it ends.
    start: u32,
    /// What says most between two accounts, by these.
    pairs: Vec<((u32, u32), &'a Pair)>,
}

impl<'a> Ended<'a> {
    fn of(whole: &'a Whole, from: &[u32], to: &[u32]) -> Self {
        let accounts = whole.accounts as u32;
        let start = accounts + whole.things.len() as u32;
        let pairs = strongest(whole);
        let weight = |thing: u32| sound(whole.things[thing as usize].weight);
        let tie = |(account, thing): (u32, u32)| (account, accounts + thing, weight(thing));
        let mut edges: Vec<(u32, u32, f32)> = whole.tied().map(tie).collect();
        edges.extend(pairs.iter().map(|((a, b), pair)| (*a, *b, sound(pair.weight))));
        for (ends, node) in [(from, start), (to, start + 1)] {
            let known = ends.iter().filter(|account| whole.has(**account));
            edges.extend(known.map(|account| (*account, node, f32::MAX)));
        }
        Self { graph: Graph::new(start as usize + 2, &edges), accounts, start, pairs }
    }

    /// The nodes on the way, both ends among them.
    fn way(&self) -> Option<Vec<u32>> {
        let nodes: Vec<u32> = (0..self.start + 2).collect();
        let steps = path(&self.graph, &nodes, self.start, self.start + 1)?;
        Some(std::iter::once(self.start).chain(steps.iter().map(|step| step.to)).collect())
    }

    /// The things on the way without each of which nothing leads to its end.
    ///
    /// One search does for all: node after node of the way it goes as far as it can beside the way. A
    /// node that nothing before it leads past cannot be gone around.
    fn only(&self, way: &[u32]) -> Vec<u32> {
        let mut at_way = vec![MISSING; self.graph.len()];
        for (at, node) in (0..).zip(way) {
            at_way[*node as usize] = at;
        }
        let mut seen = vec![false; self.graph.len()];
        let (mut only, mut farthest) = (Vec::new(), 0);
        for (at, node) in (0..).zip(way) {
            if farthest == at
                && let End::Thing(thing) = self.end(*node)
                && *node < self.start
            {
                only.push(thing);
            }
            let mut stack = vec![*node];
            while let Some(node) = stack.pop() {
                for link in self.graph.links(node) {
                    match at_way[link.to as usize] {
                        MISSING if !std::mem::replace(&mut seen[link.to as usize], true) => {
                            stack.push(link.to);
                        }
                        MISSING => {}
                        at => farthest = farthest.max(at),
                    }
                }
            }
        }
        only
    }

    fn end(&self, node: u32) -> End {
        match node.checked_sub(self.accounts) {
            Some(thing) => End::Thing(thing),
            None => End::Account(node),
        }
    }

    fn step(&self, whole: &Whole, from: u32, to: u32) -> Step {
        let (from, to) = (self.end(from), self.end(to));
        let (evidence, weight) = match (from, to) {
            (End::Thing(thing), _) | (_, End::Thing(thing)) => {
                let thing = &whole.things[thing as usize];
                (thing.evidence, thing.weight)
            }
            (End::Account(a), End::Account(b)) => {
                let at = self.pairs.binary_search_by_key(&(a.min(b), a.max(b)), |(ends, _)| *ends);
                let pair = at.ok().map(|at| self.pairs[at].1);
                pair.map_or((Evidence::value(0), 0.0), |pair| (pair.evidence, pair.weight))
            }
        };
        Step { from, to, evidence, weight }
    }
}

/// What says most of what was found between each two accounts, rising by these.
fn strongest(whole: &Whole) -> Vec<((u32, u32), &Pair)> {
    let is_sound = |pair: &&Pair| pair.a != pair.b && whole.has(pair.a) && whole.has(pair.b);
    let ends = |pair: &Pair| (pair.a.min(pair.b), pair.a.max(pair.b));
    let mut pairs: Vec<((u32, u32), &Pair)> =
        whole.pairs.iter().filter(is_sound).map(|pair| (ends(pair), pair)).collect();
    pairs.sort_by(|(a, x), (b, y)| {
        a.cmp(b).then_with(|| sound(y.weight).total_cmp(&sound(x.weight)))
    });
    pairs.dedup_by_key(|(ends, _)| *ends);
    pairs
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
