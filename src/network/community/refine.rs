//! Refinement: the nodes of every community join again from single ones, so that only what holds
//! together by itself becomes one node of the smaller graph.

use super::graph::{Graph, Link};
use super::gumbel::Gumbel;
use super::numbering::{by_group, compact_in};
use super::sums::Sums;
use crate::model::rng::Rng;

/// Parts of communities.
pub(super) struct Parts {
    /// The part of each node, numbered without gaps.
    pub(super) of: Vec<u32>,
    pub(super) count: usize,
}

impl Parts {
    /// The community of each part, from those of its nodes.
    pub(super) fn inherit(&self, community: &[u32]) -> Vec<u32> {
        let mut of_part = vec![0; self.count];
        for (part, c) in self.of.iter().zip(community) {
            of_part[*part as usize] = *c;
        }
        of_part
    }
}

/// How parts are joined.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// The price of a pair.
    pub(super) resolution: f64,
    /// A gain smaller by this much is less likely to be chosen by a factor e. Choices that are
    /// not always the best let later passes get out of dead ends.
    pub(super) temperature: f64,
}

/// Divides `count` communities into parts.
pub(super) fn refine(
    graph: &Graph,
    community: &[u32],
    count: usize,
    terms: Terms,
    sums: &mut Sums,
    rng: &mut Rng,
) -> Parts {
    let mut whole = vec![0.0; count];
    for (c, s) in community.iter().zip(&graph.sizes) {
        whole[*c as usize] += s;
    }
    let mut refiner = Refiner::new(graph, community, terms, sums);
    for node in 0..graph.len() as u32 {
        refiner.join(node, whole[community[node as usize] as usize], rng);
    }
    let mut of = refiner.part;
    let (_, order) = by_group(0..graph.len() as u32, community, count);
    let count = compact_in(&order, &mut of);
    Parts { of, count }
}

struct Refiner<'a> {
    graph: &'a Graph,
    terms: Terms,
    inside: Inside,
    part: Vec<u32>,
    state: Vec<State>,
    /// Whether others have joined the node that began a part, or it them.
    joined: Vec<bool>,
    sums: &'a mut Sums,
    noise: &'static Gumbel,
}

/// A part.
#[derive(Clone, Copy)]
struct State {
    /// Sum of the sizes of its nodes.
    size: f64,
    /// Weight from it to the rest of its community.
    outside: f64,
}

impl State {
    /// Whether it is tied to the rest of its community, of that size in whole, well enough to be
    /// of it.
    fn tied(self, whole: f64, resolution: f64) -> bool {
        self.outside >= resolution * self.size * (whole - self.size)
    }
}

/// The links inside communities.
struct Inside {
    links: Vec<Link>,
    offsets: Vec<usize>,
}

impl Inside {
    fn new(graph: &Graph, community: &[u32]) -> Self {
        // One more than there are links, for what is written down in vain.
        let mut links = vec![Link { to: 0, weight: 0.0 }; graph.links.len() + 1];
        let mut offsets = Vec::with_capacity(graph.len() + 1);
        offsets.push(0);
        let mut at = 0;
        for (node, own) in (0_u32..).zip(community) {
            // No branch: which links are inside cannot be foreseen.
            for link in graph.links(node) {
                links[at] = *link;
                at += usize::from(community[link.to as usize] == *own);
            }
            offsets.push(at);
        }
        Self { links, offsets }
    }

    fn links(&self, node: u32) -> &[Link] {
        let node = node as usize;
        &self.links[self.offsets[node]..self.offsets[node + 1]]
    }
}

impl<'a> Refiner<'a> {
    fn new(graph: &'a Graph, community: &'a [u32], terms: Terms, sums: &'a mut Sums) -> Self {
        let n = graph.len() as u32;
        let inside = Inside::new(graph, community);
        let weight = |node| inside.links(node).iter().map(|l| f64::from(l.weight)).sum();
        let sizes = (0..n).zip(&graph.sizes);
        let state = sizes.map(|(node, size)| State { size: *size, outside: weight(node) });
        Self {
            graph,
            terms,
            state: state.collect(),
            inside,
            part: (0..n).collect(),
            joined: vec![false; n as usize],
            sums,
            noise: Gumbel::table(),
        }
    }

    /// Lets a node that is still alone join a part of its community.
    fn join(&mut self, node: u32, whole: f64, rng: &mut Rng) {
        let own = self.state[node as usize];
        if self.joined[node as usize] || !own.tied(whole, self.terms.resolution) {
            return;
        }
        self.sums.add(self.inside.links(node), &self.part);
        let (part, between) = self.choose(node, whole, rng);
        if part == node {
            return;
        }
        let state = &mut self.state[part as usize];
        state.outside += own.outside - 2.0 * between;
        state.size += own.size;
        self.part[node as usize] = part;
        self.joined[part as usize] = true;
        self.joined[node as usize] = true;
    }

    /// A part whose gain is not negative, the likelier the more it gains, and the weight to it;
    /// the node's own to stay alone, which gains nothing. The largest of gains with noise of
    /// Gumbel's distribution added is drawn with chances in proportion to e to the power of the
    /// gains, so one look at each is enough.
    fn choose(&mut self, node: u32, whole: f64, rng: &mut Rng) -> (u32, f64) {
        let Terms { resolution, temperature } = self.terms;
        let price = resolution * self.graph.sizes[node as usize];
        let mut noise = self.noise.draw(rng);
        let (mut chosen, mut between) = (node, 0.0);
        let mut most = temperature * noise.next();
        let states = &self.state;
        self.sums.drain(|part, weight| {
            let state = states[part as usize];
            let gain = weight - price * state.size;
            let score = gain + temperature * noise.next();
            let better = (score > most) & (gain >= 0.0) & state.tied(whole, resolution);
            chosen = if better { part } else { chosen };
            between = if better { weight } else { between };
            most = if better { score } else { most };
        });
        (chosen, between)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::connect::connected;
    use super::*;
    use crate::model::rng::Rng;

    proptest! {
        #[test]
        fn parts_stay_inside_communities_and_hang_together(
            edges in prop::collection::vec((0_u32..20, 0_u32..20, 0.1_f32..3.0), 0..80),
            community in prop::collection::vec(0_u32..4, 20),
            resolution in 0.0..0.5,
            seed in 0_u64..9,
        ) {
            let graph = Graph::new(20, &edges);
            let terms = Terms { resolution, temperature: 0.5 };
            let (sums, rng) = (&mut Sums::new(20), &mut Rng::new(&[seed]));
            let parts = refine(&graph, &community, 4, terms, sums, rng);
            prop_assert_eq!(connected(&graph, &parts.of).count, parts.count);
            let of_part = parts.inherit(&community);
            for (part, c) in parts.of.iter().zip(&community) {
                prop_assert_eq!(of_part[*part as usize], *c);
            }
            // Numbered community by community.
            let mut order = of_part.clone();
            order.dedup();
            prop_assert!(order.is_sorted(), "{:?}", of_part);
        }
    }

    #[test]
    fn what_hangs_on_by_too_little_stays_out() {
        let graph = Graph::new(3, &[(0, 1, 1.0), (1, 2, 0.1)]);
        let terms = Terms { resolution: 0.2, temperature: 0.0 };
        let (sums, rng) = (&mut Sums::new(3), &mut Rng::new(&[1]));
        let parts = refine(&graph, &[0, 0, 0], 1, terms, sums, rng);
        assert_eq!((&parts.of[..], parts.count), (&[0, 0, 1][..], 2));
    }
}
