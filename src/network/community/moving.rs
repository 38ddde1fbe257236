//! Fast local moving: nodes go to the neighbouring community that gains most, and only those
//! whose neighbours moved are looked at again.

use super::graph::Graph;
use super::queue::Queue;
use super::sums::Sums;

/// A gain must exceed this share of the weights it comes from, so that rounding moves nobody.
const EPSILON: f64 = 1e-9;

/// Moves nodes between communities, numbered below the number of nodes, until no node whose
/// neighbours moved since it was looked at is left. Returns the quality that was gained.
pub(super) fn settle(
    graph: &Graph,
    community: &mut [u32],
    resolution: f64,
    sums: &mut Sums,
) -> f64 {
    let n = graph.len();
    let mut size = vec![0.0; n];
    for (c, s) in community.iter().zip(&graph.sizes) {
        size[*c as usize] += s;
    }
    // Sizes are whole numbers: a community without nodes has exactly 0.
    let free = (0..n as u32).rev().filter(|c| size[*c as usize] == 0.0).collect();
    let mut mover = Mover { graph, resolution, community, size, free, sums };
    let mut queue = Queue::new(n);
    let mut gained = 0.0;
    while let Some(node) = queue.pop() {
        let from = mover.community[node as usize];
        let (to, gain) = mover.best(node);
        if to != from {
            gained += gain;
            mover.carry(node, from, to);
            queue.push_outside(graph.links(node), mover.community, to);
        }
    }
    gained
}

/// A partition of a graph while nodes move.
struct Mover<'a> {
    graph: &'a Graph,
    resolution: f64,
    community: &'a mut [u32],
    /// Sum of the sizes of a community's nodes.
    size: Vec<f64>,
    /// Communities without nodes.
    free: Vec<u32>,
    sums: &'a mut Sums,
}

impl Mover<'_> {
    /// The community in which a node adds most to the quality, its own where none is better, and
    /// how much more it adds there.
    fn best(&mut self, node: u32) -> (u32, f64) {
        let own = self.community[node as usize];
        let size = self.graph.sizes[node as usize];
        let price = self.resolution * size;
        let rest = self.size[own as usize] - size;
        self.sums.add(self.graph.links(node), self.community);
        let stay = self.sums.weight(own) - price * rest;
        // As if it were out already: its own community is then one like the others, no better
        // than itself.
        self.size[own as usize] = rest;
        let (mut best, mut most) = (own, stay);
        let sizes = &self.size;
        self.sums.drain(|c, weight| {
            let gain = weight - price * sizes[c as usize];
            let better = gain > most + EPSILON * weight;
            best = if better { c } else { best };
            most = if better { gain } else { most };
        });
        self.size[own as usize] = rest + size;
        // Alone it gains nothing and loses nothing.
        if most < -EPSILON * price
            && rest > 0.0
            && let Some(empty) = self.free.last()
        {
            return (*empty, -stay);
        }
        (best, most - stay)
    }

    fn carry(&mut self, node: u32, from: u32, to: u32) {
        let (size, from, into) = (self.graph.sizes[node as usize], from as usize, to as usize);
        self.community[node as usize] = to;
        if self.size[into] == 0.0 {
            self.free.pop();
        }
        self.size[into] += size;
        self.size[from] -= size;
        if self.size[from] == 0.0 {
            self.free.push(from as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_it_says_it_gained_is_what_the_quality_gained(
            edges in prop::collection::vec((0_u32..20, 0_u32..20, 0.1_f32..3.0), 0..80),
            start in prop::collection::vec(0_u32..20, 20),
            resolution in 0.0..2.0,
        ) {
            let graph = Graph::new(20, &edges);
            let mut community = start.clone();
            let gained = settle(&graph, &mut community, resolution, &mut Sums::new(20));
            let before = graph.quality(&start, resolution);
            let after = graph.quality(&community, resolution);
            prop_assert!((after - before - gained).abs() < 1e-6, "{before} {after} {gained}");
            prop_assert!(gained >= 0.0);
        }
    }
}
