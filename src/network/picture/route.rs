//! The shortest way from some accounts to others, and the evidence on each step of it.

use super::{Evidence, Whole};
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
    if from.iter().any(|account| to.contains(account)) {
        return None;
    }
    let graph = Ended::of(whole, from, to);
    let steps = graph.way(whole, None)?;
    let mut route = Route { steps, only: Vec::new() };
    let is_only = |thing: &u32| graph.way(whole, Some(*thing)).is_none();
    route.only = route.things().into_iter().filter(is_only).collect();
    Some(route)
}

/// The graph of a case with two nodes more, which stand for the ends.
struct Ended {
    graph: Graph,
    accounts: u32,
    things: u32,
}

impl Ended {
    fn of(whole: &Whole, from: &[u32], to: &[u32]) -> Self {
        let (accounts, things) = (whole.accounts as u32, whole.things.len() as u32);
        let start = accounts + things;
        let mut edges = whole.edges();
        edges.extend(from.iter().map(|account| (*account, start, f32::MAX)));
        edges.extend(to.iter().map(|account| (*account, start + 1, f32::MAX)));
        Self { graph: Graph::new(start as usize + 2, &edges), accounts, things }
    }

    fn way(&self, whole: &Whole, without: Option<u32>) -> Option<Vec<Step>> {
        let start = self.accounts + self.things;
        let left_out = without.map(|thing| self.accounts + thing);
        let nodes: Vec<u32> = (0..start + 2).filter(|node| Some(*node) != left_out).collect();
        let steps = path(&self.graph, &nodes, start, start + 1)?;
        let inner = steps.get(1..steps.len().checked_sub(1)?)?;
        Some(inner.iter().map(|step| self.step(whole, step.from, step.to, step.weight)).collect())
    }

    fn end(&self, node: u32) -> End {
        match node.checked_sub(self.accounts) {
            Some(thing) => End::Thing(thing),
            None => End::Account(node),
        }
    }

    fn step(&self, whole: &Whole, from: u32, to: u32, weight: f32) -> Step {
        let (from, to) = (self.end(from), self.end(to));
        let evidence = match (from, to) {
            (End::Thing(thing), _) | (_, End::Thing(thing)) => {
                whole.things[thing as usize].evidence
            }
            (End::Account(a), End::Account(b)) => between(whole, a, b),
        };
        Step { from, to, evidence, weight: f64::from(weight) }
    }
}

/// What says most of what was found between two accounts.
fn between(whole: &Whole, a: u32, b: u32) -> Evidence {
    let ends = (a.min(b), a.max(b));
    let of = whole.pairs.iter().filter(|pair| (pair.a, pair.b) == ends);
    let most = of.max_by(|x, y| x.weight.total_cmp(&y.weight));
    most.map_or(Evidence::value(0), |pair| pair.evidence)
}
