//! Refinement: the nodes of every community join again from single ones, so that only what holds
//! together by itself becomes one node of the smaller graph.

use libm::exp;

use super::graph::Graph;
use super::leiden::compact;
use super::moving::shuffle;
use crate::model::rng::Rng;

/// Parts of communities.
pub(super) struct Parts {
    /// The part of each node, numbered without gaps.
    pub(super) of: Vec<u32>,
    pub(super) count: usize,
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
    rng: &mut Rng,
) -> Parts {
    let mut whole = vec![0.0; count];
    for (c, s) in community.iter().zip(&graph.sizes) {
        whole[*c as usize] += s;
    }
    let mut order: Vec<u32> = (0..graph.len() as u32).collect();
    shuffle(&mut order, rng);
    let mut refiner = Refiner::new(graph, community, terms);
    for node in order {
        refiner.join(node, whole[community[node as usize] as usize], rng);
    }
    let mut of = refiner.part;
    let count = compact(&mut of);
    Parts { of, count }
}

struct Refiner<'a> {
    graph: &'a Graph,
    community: &'a [u32],
    terms: Terms,
    part: Vec<u32>,
    /// Sum of the sizes of a part's nodes.
    size: Vec<f64>,
    /// Weight from a part to the rest of its community.
    outside: Vec<f64>,
    /// Whether others have joined the node that began a part.
    joined: Vec<bool>,
    /// Weight from the node at hand to each part.
    weight: Vec<f64>,
    near: Vec<u32>,
    chances: Vec<f64>,
}

impl<'a> Refiner<'a> {
    fn new(graph: &'a Graph, community: &'a [u32], terms: Terms) -> Self {
        let n = graph.len();
        let outside = (0..n as u32).map(|node| {
            let own = community[node as usize];
            let inside = graph.links(node).iter().filter(|l| community[l.to as usize] == own);
            inside.map(|l| f64::from(l.weight)).sum()
        });
        Self {
            graph,
            community,
            terms,
            part: (0..n as u32).collect(),
            size: graph.sizes.clone(),
            outside: outside.collect(),
            joined: vec![false; n],
            weight: vec![0.0; n],
            near: Vec::new(),
            chances: Vec::new(),
        }
    }

    /// Whether a part is tied to the rest of its community well enough to be of it.
    fn tied(&self, part: u32, whole: f64) -> bool {
        let size = self.size[part as usize];
        self.outside[part as usize] >= self.terms.resolution * size * (whole - size)
    }

    /// Lets a node that is still alone join a part of its community.
    fn join(&mut self, node: u32, whole: f64, rng: &mut Rng) {
        if self.joined[node as usize] || !self.tied(node, whole) {
            return;
        }
        self.gather(node);
        if let Some(part) = self.choose(node, whole, rng) {
            let to = part as usize;
            let between = self.weight[to];
            self.outside[to] += self.outside[node as usize] - 2.0 * between;
            self.size[to] += self.size[node as usize];
            self.size[node as usize] = 0.0;
            self.part[node as usize] = part;
            self.joined[to] = true;
            self.joined[node as usize] = true;
        }
        for part in self.near.drain(..) {
            self.weight[part as usize] = 0.0;
        }
    }

    fn gather(&mut self, node: u32) {
        let own = self.community[node as usize];
        for link in self.graph.links(node) {
            if self.community[link.to as usize] == own {
                let part = self.part[link.to as usize];
                let weight = &mut self.weight[part as usize];
                if *weight == 0.0 {
                    self.near.push(part);
                }
                *weight += f64::from(link.weight);
            }
        }
    }

    /// A part whose gain is not negative, the likelier the more it gains; `None` to stay alone,
    /// which gains nothing.
    fn choose(&mut self, node: u32, whole: f64, rng: &mut Rng) -> Option<u32> {
        let price = self.terms.resolution * self.graph.sizes[node as usize];
        let gain = |part: u32| self.weight[part as usize] - price * self.size[part as usize];
        let mut chances = std::mem::take(&mut self.chances);
        chances.clear();
        chances.extend(self.near.iter().map(|part| match self.tied(*part, whole) {
            true => gain(*part),
            false => -1.0,
        }));
        let most = chances.iter().copied().fold(0.0, f64::max);
        let likely = |gain: f64| {
            let below = (gain - most) / self.terms.temperature;
            if gain < 0.0 || below < -40.0 { 0.0 } else { exp(below) }
        };
        chances.iter_mut().for_each(|gain| *gain = likely(*gain));
        let mut left = rng.unit() * (likely(0.0) + chances.iter().sum::<f64>());
        let mut chosen = None;
        for (part, chance) in self.near.iter().zip(&chances) {
            left -= chance;
            if left < 0.0 && *chance > 0.0 {
                chosen = Some(*part);
                break;
            }
        }
        self.chances = chances;
        chosen
    }
}
