//! A connected part of a graph with numbers of its own, in the form that the steps read.

use crate::network::community::Graph;

/// A node's place, in whatever unit the step at hand uses.
pub type Point = [f32; 2];

/// One connected component.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// The graph's number of each node here, ascending; empty where nodes were merged.
    pub nodes: Vec<u32>,
    /// Where the row of a node starts in `to` and `pull`; one more than there are nodes.
    pub starts: Vec<u32>,
    /// The other end of each link.
    pub to: Vec<u32>,
    /// How hard a link pulls, about 1.
    pub pull: Vec<f32>,
    /// Nodes of the graph that each node stands for.
    pub mass: Vec<f32>,
}

/// Bounds of how hard a link pulls: a link of a thousand mean weights must not be a black hole.
const PULLS: (f32, f32) = (0.5, 2.0);

impl Part {
    /// Nodes.
    pub(super) fn len(&self) -> usize {
        self.mass.len()
    }

    /// The nodes that a node is linked to.
    pub(super) fn near(&self, node: usize) -> &[u32] {
        &self.to[self.row(node)]
    }

    /// The row of a node in `to` and `pull`.
    pub(super) fn row(&self, node: usize) -> std::ops::Range<usize> {
        self.starts[node] as usize..self.starts[node + 1] as usize
    }

    /// The part of a graph that these nodes are; `local` gives each node's number in it.
    fn of(graph: &Graph, nodes: Vec<u32>, local: &[u32], mean: f32) -> Self {
        let mut part = Self { starts: vec![0], ..Self::default() };
        for node in &nodes {
            for link in graph.links(*node) {
                part.to.push(local[link.to as usize]);
                part.pull.push((link.weight / mean).sqrt().clamp(PULLS.0, PULLS.1));
            }
            part.starts.push(part.to.len() as u32);
        }
        part.mass = vec![1.0; nodes.len()];
        part.nodes = nodes;
        part
    }
}

/// The connected components of a graph, largest first, then by their first node.
pub(super) fn parts(graph: &Graph) -> Vec<Part> {
    let mean = graph.mean_weight() as f32;
    let mean = if mean > 0.0 { mean } else { 1.0 };
    let mut local = vec![u32::MAX; graph.len()];
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for first in 0..graph.len() as u32 {
        if local[first as usize] != u32::MAX {
            continue;
        }
        let mut nodes = reach(graph, first, &mut local);
        nodes.sort_unstable();
        for (i, node) in (0..).zip(&nodes) {
            local[*node as usize] = i;
        }
        groups.push(nodes);
    }
    groups.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes[0]));
    groups.into_iter().map(|nodes| Part::of(graph, nodes, &local, mean)).collect()
}

/// All nodes that can be reached from one; they are marked in `seen`.
fn reach(graph: &Graph, first: u32, seen: &mut [u32]) -> Vec<u32> {
    let mut nodes = vec![first];
    seen[first as usize] = 0;
    let mut at = 0;
    while at < nodes.len() {
        for link in graph.links(nodes[at]) {
            if seen[link.to as usize] == u32::MAX {
                seen[link.to as usize] = 0;
                nodes.push(link.to);
            }
        }
        at += 1;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_come_largest_first_with_their_own_numbers() {
        let graph = Graph::new(7, &[(0, 6, 1.0), (1, 3, 1.0), (3, 5, 4.0)]);
        let found = parts(&graph);
        let nodes: Vec<&[u32]> = found.iter().map(|p| p.nodes.as_slice()).collect();
        assert_eq!(nodes, [&[1, 3, 5][..], &[0, 6], &[2], &[4]]);
        assert_eq!(found[0].near(1), [0, 2]);
        assert!(found[0].pull[1] < found[0].pull[2]);
    }
}
