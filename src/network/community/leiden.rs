//! Communities by the Leiden algorithm under the constant Potts model.
//!
//! V. A. Traag, L. Waltman and N. J. van Eck, "From Louvain to Leiden: guaranteeing
//! well-connected communities", Scientific Reports 9, 2019. Nodes move to the community that
//! gains most ([`super::moving`]), communities are divided again into parts that hold together
//! ([`super::refine`]), the parts become the nodes of a smaller graph ([`super::aggregate`]), and
//! so on until nothing moves. The constant Potts model has no resolution limit: whether two
//! communities join depends on them alone, not on how large the rest of the case is.
//!
//! One run uses one processor and the same seed gives the same partition on every machine; many
//! runs go in parallel ([`super::stability`]).

use super::aggregate::aggregate;
use super::graph::Graph;
use super::moving::Mover;
use super::refine::{Parts, Terms, refine};
use crate::model::rng::Rng;

/// Passes in a row without gain after which more are not worth their time.
const IDLE: u32 = 2;
/// The temperature of refinement, in mean weights of an edge. Half of one finds better partitions
/// than the hundredth of a unit that igraph takes, and does not depend on the unit.
const TEMPERATURE: f64 = 0.5;

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
    let resolution = if resolution >= 0.0 { resolution } else { 0.0 };
    let terms = Terms { resolution, temperature: TEMPERATURE * graph.mean_weight() };
    let mut rng = Rng::new(&[seed]);
    let mut community: Vec<u32> = (0..graph.len() as u32).collect();
    // No pair is in one community yet.
    let mut quality = 0.0_f64;
    let mut idle = 0;
    for _ in 0..passes {
        let next = pass(graph, community.clone(), terms, &mut rng);
        let reached = graph.quality(&next, resolution);
        if reached > quality + 1e-12 * quality.abs() {
            (community, quality, idle) = (next, reached, 0);
        } else {
            idle += 1;
        }
        if idle == IDLE {
            break;
        }
    }
    connected(graph, &mut community);
    let communities = by_size(&mut community);
    let quality = graph.quality(&community, resolution);
    Partition { community, communities, quality }
}

/// One pass: from the whole graph through ever smaller ones until nothing moves.
fn pass(graph: &Graph, start: Vec<u32>, terms: Terms, rng: &mut Rng) -> Vec<u32> {
    let mut of_node: Vec<u32> = (0..graph.len() as u32).collect();
    let mut community = start;
    let mut smaller: Option<Graph> = None;
    loop {
        let level = smaller.as_ref().unwrap_or(graph);
        let mut mover = Mover::new(level, community, terms.resolution);
        mover.settle(rng);
        community = mover.into_communities();
        let count = compact(&mut community);
        if count == level.len() {
            break;
        }
        let mut parts = refine(level, &community, count, terms, rng);
        if parts.count == level.len() {
            // No two nodes hold together by themselves: whole communities become the nodes.
            parts = Parts { of: community.clone(), count };
        }
        let next = aggregate(level, &parts.of, parts.count);
        let mut above = vec![0; parts.count];
        for (part, c) in parts.of.iter().zip(&community) {
            above[*part as usize] = *c;
        }
        of_node.iter_mut().for_each(|n| *n = parts.of[*n as usize]);
        community = above;
        smaller = Some(next);
    }
    of_node.iter().map(|n| community[*n as usize]).collect()
}

/// Numbers communities from 0 without gaps, by their first node; returns how many there are.
pub(super) fn compact(community: &mut [u32]) -> usize {
    let highest = community.iter().map(|c| *c as usize + 1).max().unwrap_or(0);
    let mut names = vec![u32::MAX; highest];
    let mut count = 0;
    for c in community {
        let name = &mut names[*c as usize];
        if *name == u32::MAX {
            *name = count;
            count += 1;
        }
        *c = *name;
    }
    count as usize
}

/// Makes the parts of a community that no edge joins communities of their own, which never lowers
/// the quality: moving one node may have cut off others.
fn connected(graph: &Graph, community: &mut [u32]) {
    let mut part = vec![u32::MAX; graph.len()];
    let mut stack = Vec::new();
    let mut count = 0;
    for first in 0..graph.len() as u32 {
        if part[first as usize] != u32::MAX {
            continue;
        }
        part[first as usize] = count;
        stack.push(first);
        while let Some(node) = stack.pop() {
            for link in graph.links(node) {
                let to = link.to as usize;
                if part[to] == u32::MAX && community[to] == community[node as usize] {
                    part[to] = count;
                    stack.push(link.to);
                }
            }
        }
        count += 1;
    }
    community.copy_from_slice(&part);
}

/// Numbers communities by size, largest first, then by their first node.
fn by_size(community: &mut [u32]) -> u32 {
    let count = compact(community);
    let mut size = vec![0_u32; count];
    community.iter().for_each(|c| size[*c as usize] += 1);
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|c| std::cmp::Reverse(size[*c as usize]));
    let mut rank = vec![0; count];
    for (place, c) in (0..).zip(&order) {
        rank[*c as usize] = place;
    }
    community.iter_mut().for_each(|c| *c = rank[*c as usize]);
    count as u32
}
