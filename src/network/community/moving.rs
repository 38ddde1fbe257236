//! Fast local moving: nodes go to the neighbouring community that gains most, and only those
//! whose neighbours moved are looked at again.

use std::collections::VecDeque;

use super::graph::Graph;
use crate::model::rng::Rng;

/// A gain must exceed this share of the weights it comes from, so that rounding moves nobody.
const EPSILON: f64 = 1e-9;

/// A partition of a graph while nodes move.
pub(super) struct Mover<'a> {
    graph: &'a Graph,
    resolution: f64,
    community: Vec<u32>,
    /// Sum of the sizes of a community's nodes.
    size: Vec<f64>,
    /// Nodes of a community.
    nodes: Vec<u32>,
    /// Communities without nodes.
    free: Vec<u32>,
    /// Weight from the node at hand to each community; 0 for those it is not near to.
    weight: Vec<f64>,
    /// Communities near the node at hand: the first `met` are.
    near: Vec<u32>,
    met: usize,
}

impl<'a> Mover<'a> {
    /// Starts from a partition into communities numbered below the number of nodes.
    pub(super) fn new(graph: &'a Graph, community: Vec<u32>, resolution: f64) -> Self {
        let n = graph.len();
        let (mut size, mut nodes) = (vec![0.0; n], vec![0; n]);
        for (c, s) in community.iter().zip(&graph.sizes) {
            size[*c as usize] += s;
            nodes[*c as usize] += 1;
        }
        let free = (0..n as u32).rev().filter(|c| nodes[*c as usize] == 0).collect();
        let weight = vec![0.0; n];
        // One more than there are communities, for what is written down in vain.
        let near = vec![0; n + 1];
        Self { graph, resolution, community, size, nodes, free, weight, near, met: 0 }
    }

    pub(super) fn into_communities(self) -> Vec<u32> {
        self.community
    }

    /// Moves nodes until none gains by moving.
    pub(super) fn settle(&mut self, rng: &mut Rng) {
        let n = self.graph.len();
        let mut order: Vec<u32> = (0..n as u32).collect();
        shuffle(&mut order, rng);
        let mut queue = VecDeque::from(order);
        let mut queued = vec![true; n];
        while let Some(node) = queue.pop_front() {
            queued[node as usize] = false;
            let from = self.community[node as usize];
            let to = self.best(node);
            if to == from {
                continue;
            }
            self.carry(node, from, to);
            for link in self.graph.links(node) {
                let near = link.to as usize;
                if !queued[near] && self.community[near] != to {
                    queued[near] = true;
                    queue.push_back(link.to);
                }
            }
        }
    }

    /// The community in which a node adds most to the quality; its own where none is better.
    fn best(&mut self, node: u32) -> u32 {
        let own = self.community[node as usize];
        self.gather(node);
        let size = self.graph.sizes[node as usize];
        let price = self.resolution * size;
        let stay = self.weight[own as usize] - price * (self.size[own as usize] - size);
        let (mut best, mut most) = (own, stay);
        for c in &self.near[..self.met] {
            let weight = self.weight[*c as usize];
            let gain = weight - price * self.size[*c as usize];
            if *c != own && gain > most + EPSILON * weight {
                (best, most) = (*c, gain);
            }
        }
        // Alone it gains nothing and loses nothing.
        if most < -EPSILON * price
            && self.nodes[own as usize] > 1
            && let Some(empty) = self.free.last()
        {
            best = *empty;
        }
        for c in &self.near[..self.met] {
            self.weight[*c as usize] = 0.0;
        }
        best
    }

    /// Adds up the weight to each neighbouring community. Which of them are met for the first
    /// time cannot be foreseen, so every one is written down and the next overwrites those that
    /// were there: a branch here would take most of the time of a run.
    fn gather(&mut self, node: u32) {
        let mut near = 0;
        for link in self.graph.links(node) {
            let c = self.community[link.to as usize];
            let weight = &mut self.weight[c as usize];
            self.near[near] = c;
            near += usize::from(*weight == 0.0);
            *weight += f64::from(link.weight);
        }
        self.met = near;
    }

    fn carry(&mut self, node: u32, from: u32, to: u32) {
        let (size, from, into) = (self.graph.sizes[node as usize], from as usize, to as usize);
        self.community[node as usize] = to;
        if self.nodes[into] == 0 {
            self.free.pop();
        }
        self.nodes[into] += 1;
        self.size[into] += size;
        self.nodes[from] -= 1;
        self.size[from] -= size;
        if self.nodes[from] == 0 {
            self.free.push(from as u32);
        }
    }
}

pub(super) fn shuffle(order: &mut [u32], rng: &mut Rng) {
    for i in (1..order.len()).rev() {
        order.swap(i, rng.below(i as u64 + 1) as usize);
    }
}
