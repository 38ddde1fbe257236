//! Communities by the Leiden algorithm under the constant Potts model.
//!
//! V. A. Traag, L. Waltman and N. J. van Eck, "From Louvain to Leiden: guaranteeing
//! well-connected communities", Scientific Reports 9, 2019. Nodes move to the community that
//! gains most ([`super::moving`]), communities are divided again into parts that hold together
//! ([`super::refine`]), the parts become the nodes of a smaller graph ([`super::aggregate`]), and
//! so on until nothing moves. The constant Potts model has no resolution limit: whether two
//! communities join depends on them alone, not on how large the rest of the case is.
//!
//! Most of the time goes into waiting for memory and into branches that cannot be foreseen. So
//! every pass begins with a copy of the graph whose nodes lie in the order in which they are
//! visited, community by community, and the inner loops have no branches ([`super::sums`]).
//!
//! One run uses one processor and the same seed gives the same partition on every machine; many
//! runs go in parallel ([`super::stability`]).

use super::aggregate::{aggregate, reorder};
use super::connect::connected;
use super::graph::Graph;
use super::moving::settle;
use super::numbering::{by_group, by_size, compact};
use super::refine::{Parts, Terms, refine};
use super::sums::Sums;
use crate::model::rng::Rng;

/// Passes in a row without gain after which more are not worth their time.
const IDLE: u32 = 2;
/// A gain below this share of the quality is none: sums are not more exact.
const NO_GAIN: f64 = 1e-9;
/// The temperature of refinement, in mean weights of a link, so that it does not depend on the
/// unit. Twice as warm is worse on a graph of citations, half as warm on planted clusters.
const TEMPERATURE: f64 = 0.25;
/// Graphs with no more links than this start twice, and the better first pass goes on: they are
/// cheap, and chance weighs most in them.
const SMALL: usize = 20_000;
/// Where refinement leaves fewer parts than this many times the communities, further levels hardly
/// gain: communities as a whole become the nodes.
const HARDLY_MORE: f64 = 1.1;

/// Every node in one community.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// The community of each node, numbered from 0 by size, largest first; equal sizes by their
    /// first node.
    pub community: Vec<u32>,
    /// Communities.
    pub communities: u32,
    /// Quality under the constant Potts model.
    pub quality: f64,
}

/// Finds communities. Two communities join where the weight between them is above `resolution`
/// for each pair of their members. Passes over the whole graph are repeated while they help, at
/// most `passes` times. A resolution that is negative or no number counts as 0.
///
/// ```
/// use stillwatch::network::community::{Graph, leiden};
///
/// let edges = [(0, 1, 2.0), (1, 2, 2.0), (0, 2, 2.0), (2, 3, 0.1), (3, 4, 2.0)];
/// let found = leiden(&Graph::new(5, &edges), 0.5, 10, 1);
/// assert_eq!(found.community, [0, 0, 0, 1, 1]);
/// ```
pub fn leiden(graph: &Graph, resolution: f64, passes: u32, seed: u64) -> Partition {
    // Infinity times no pairs would be no number.
    let resolution = if resolution >= 0.0 { resolution.min(f64::MAX) } else { 0.0 };
    let temperature = TEMPERATURE * graph.mean_weight();
    let terms = Terms { resolution, temperature };
    let mut run = Run { graph, terms, sums: Sums::new(graph.len()), rng: Rng::new(&[seed]) };
    let mut community: Vec<u32> = (0..graph.len() as u32).collect();
    // No pair is in one community yet.
    let mut quality = 0.0_f64;
    let mut idle = 0;
    for pass in 0..passes {
        let gained = if pass == 0 { run.begin(&mut community) } else { run.pass(&mut community) };
        quality += gained;
        idle = if gained > NO_GAIN * quality { 0 } else { idle + 1 };
        if idle == IDLE {
            break;
        }
    }
    let communities = by_size(&mut community);
    let quality = graph.quality(&community, resolution);
    Partition { community, communities, quality }
}

/// What all passes share.
struct Run<'a> {
    graph: &'a Graph,
    terms: Terms,
    sums: Sums,
    rng: Rng,
}

impl Run<'_> {
    /// The first pass. Returns the quality that was gained.
    fn begin(&mut self, community: &mut Vec<u32>) -> f64 {
        let mut other = community.clone();
        let gained = self.pass(community);
        if self.graph.edges() > SMALL {
            return gained;
        }
        let again = self.pass(&mut other);
        if again > gained {
            *community = other;
        }
        gained.max(again)
    }

    /// One pass: from the whole graph through ever smaller ones until nothing moves. Returns the
    /// quality that was gained, which is never negative.
    fn pass(&mut self, community: &mut [u32]) -> f64 {
        let order = self.order(community);
        let mut level = reorder(self.graph, &order);
        let mut at_level: Vec<u32> = order.iter().map(|old| community[*old as usize]).collect();
        let mut below: Vec<Vec<u32>> = Vec::new();
        let mut gained = 0.0;
        loop {
            gained += settle(&level, &mut at_level, self.terms.resolution, &mut self.sums);
            let count = compact(&mut at_level);
            if count == level.len() {
                break;
            }
            let parts = self.divide(&level, &at_level, count);
            level = aggregate(&level, &parts.of, parts.count, &mut self.sums);
            at_level = parts.inherit(&at_level);
            below.push(parts.of);
        }
        for parts in below.iter().rev() {
            at_level = parts.iter().map(|part| at_level[*part as usize]).collect();
        }
        for (old, c) in order.iter().zip(at_level) {
            community[*old as usize] = c;
        }
        gained
    }

    /// The nodes by community; which comes first inside is left to chance.
    fn order(&mut self, community: &mut [u32]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..community.len() as u32).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.rng.below(i as u64 + 1) as usize);
        }
        let count = compact(community);
        // Where every node is alone, each would be back in its place.
        if count == community.len() {
            order
        } else {
            by_group(order.into_iter(), community, count).1
        }
    }

    /// The parts of communities that become the nodes of the next level. Each hangs together, so
    /// that what a pass ends with does.
    fn divide(&mut self, level: &Graph, community: &[u32], count: usize) -> Parts {
        let parts = refine(level, community, count, self.terms, &mut self.sums, &mut self.rng);
        // Were there as many parts as nodes, the next level would be this one again.
        if parts.count == level.len() || (parts.count as f64) < HARDLY_MORE * count as f64 {
            return connected(level, community);
        }
        parts
    }
}
