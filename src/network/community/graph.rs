//! A weighted undirected graph in rows that lie one after the other in memory.

/// An end of an edge as its other end sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The node at the other end.
    pub to: u32,
    /// Weight of the edge.
    pub weight: f32,
}

/// Nodes numbered from 0, with edges of positive weight and a size for each node.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    pub(super) offsets: Vec<usize>,
    pub(super) links: Vec<Link>,
    pub(super) sizes: Vec<f64>,
}

impl Graph {
    /// From pairs of nodes with their weights. Pairs that come several times add up. Left out are
    /// pairs of a node with itself, nodes beyond `nodes`, and weights that are not positive or
    /// not finite. Every node has size 1.
    pub fn new(nodes: usize, edges: &[(u32, u32, f32)]) -> Self {
        let sound = |e: &&(u32, u32, f32)| {
            e.0 != e.1 && e.0.max(e.1) < nodes as u32 && e.2 > 0.0 && e.2.is_finite()
        };
        let mut offsets = vec![0_usize; nodes + 1];
        for (a, b, _) in edges.iter().filter(sound) {
            offsets[*a as usize + 1] += 1;
            offsets[*b as usize + 1] += 1;
        }
        for i in 0..nodes {
            offsets[i + 1] += offsets[i];
        }
        let mut at = offsets.clone();
        let mut links = vec![Link { to: 0, weight: 0.0 }; offsets[nodes]];
        for (a, b, weight) in edges.iter().filter(sound) {
            for (from, to) in [(*a, *b), (*b, *a)] {
                links[at[from as usize]] = Link { to, weight: *weight };
                at[from as usize] += 1;
            }
        }
        let mut graph = Self { offsets, links, sizes: vec![1.0; nodes] };
        graph.merge_parallel();
        graph
    }

    /// Makes links of a row ascend and adds up those to the same node.
    fn merge_parallel(&mut self) {
        let mut kept = 0;
        let mut start = 0;
        for node in 0..self.len() {
            let end = self.offsets[node + 1];
            // Stable, so that weights add up in the order they came in.
            self.links[start..end].sort_by_key(|link| link.to);
            let first = kept;
            for i in start..end {
                let link = self.links[i];
                if kept > first && self.links[kept - 1].to == link.to {
                    let weight = &mut self.links[kept - 1].weight;
                    // Of what is huge, a sum must stay a number.
                    *weight = (*weight + link.weight).min(f32::MAX);
                } else {
                    self.links[kept] = link;
                    kept += 1;
                }
            }
            start = end;
            self.offsets[node + 1] = kept;
        }
        self.links.truncate(kept);
    }

    /// Nodes.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// Edges.
    pub fn edges(&self) -> usize {
        self.links.len() / 2
    }

    /// The mean weight of an edge; 0 without edges.
    pub fn mean_weight(&self) -> f64 {
        let sum: f64 = self.links.iter().map(|link| f64::from(link.weight)).sum();
        sum / self.links.len().max(1) as f64
    }

    /// The links of a node, ascending by the other end.
    pub fn links(&self, node: u32) -> &[Link] {
        let node = node as usize;
        &self.links[self.offsets[node]..self.offsets[node + 1]]
    }

    /// The quality of a partition under the constant Potts model (V. A. Traag, P. Van Dooren and
    /// Y. Nesterov, Phys. Rev. E 84, 2011): the weight inside communities less `resolution` for
    /// every pair of their members.
    pub fn quality(&self, community: &[u32], resolution: f64) -> f64 {
        let mut size = vec![0.0; community.iter().map(|c| *c as usize + 1).max().unwrap_or(0)];
        let mut inside = 0.0;
        let mut pairs = 0.0;
        for (node, c) in (0_u32..).zip(community) {
            let links = self.links(node).iter().filter(|l| community[l.to as usize] == *c);
            inside += 0.5 * links.map(|l| f64::from(l.weight)).sum::<f64>();
            pairs += self.sizes[node as usize] * size[*c as usize];
            size[*c as usize] += self.sizes[node as usize];
        }
        inside - resolution * pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_add_up_and_what_is_no_edge_is_left_out() {
        let nan = f32::NAN;
        let edges = [
            (0, 1, 1.0),
            (1, 0, 2.0),
            (2, 2, 9.0),
            (0, 2, nan),
            (0, 2, -1.0),
            (9, 0, 1.0),
            (1, 2, 0.5),
        ];
        let graph = Graph::new(3, &edges);
        assert_eq!(graph.edges(), 2);
        let to = |to, weight| Link { to, weight };
        assert_eq!(graph.links(0), [to(1, 3.0)]);
        assert_eq!(graph.links(1), [to(0, 3.0), to(2, 0.5)]);
        assert_eq!(graph.quality(&[0, 0, 1], 0.25), 2.75);
        assert_eq!(graph.quality(&[0, 0, 0], 0.25), 2.75);
        assert!(Graph::new(0, &edges).is_empty());
    }
}
