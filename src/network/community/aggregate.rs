//! The graph whose nodes are parts of another's.

use super::graph::{Graph, Link};
use super::numbering::by_group;
use super::sums::Sums;

/// Joins the nodes of each part. Edges inside a part are left out: whichever way it moves, they
/// move along.
pub(super) fn aggregate(graph: &Graph, part: &[u32], count: usize, sums: &mut Sums) -> Graph {
    let (starts, members) = by_group(0..part.len() as u32, part, count);
    let mut offsets = Vec::with_capacity(count + 1);
    offsets.push(0);
    let mut links: Vec<Link> = Vec::with_capacity(graph.links.len());
    let mut sizes = Vec::with_capacity(count);
    for own in 0..count {
        let nodes = &members[starts[own] as usize..starts[own + 1] as usize];
        nodes.iter().for_each(|node| sums.add(graph.links(*node), part));
        sums.drain(|to, weight| {
            if to as usize != own {
                // Of what is huge, a sum must stay a number.
                links.push(Link { to, weight: (weight as f32).min(f32::MAX) });
            }
        });
        sizes.push(nodes.iter().map(|n| graph.sizes[*n as usize]).sum());
        offsets.push(links.len());
    }
    Graph { offsets, links, sizes }
}

/// The same graph with its nodes in another order: each new node says which old one it is.
pub(super) fn reorder(graph: &Graph, order: &[u32]) -> Graph {
    let mut rank = vec![0; order.len()];
    for (new, old) in (0_u32..).zip(order) {
        rank[*old as usize] = new;
    }
    let mut offsets = Vec::with_capacity(order.len() + 1);
    offsets.push(0);
    let mut links: Vec<Link> = Vec::with_capacity(graph.links.len());
    for old in order {
        let row = graph.links(*old).iter();
        links.extend(row.map(|l| Link { to: rank[l.to as usize], weight: l.weight }));
        offsets.push(links.len());
    }
    let sizes = order.iter().map(|old| graph.sizes[*old as usize]).collect();
    Graph { offsets, links, sizes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_the_links_and_the_size_of_its_nodes() {
        let edges = [(0, 1, 1.0), (0, 2, 2.0), (1, 3, 4.0), (2, 3, 8.0), (1, 2, 0.5)];
        let graph = Graph::new(5, &edges);
        let parts = aggregate(&graph, &[1, 1, 0, 0, 2], 3, &mut Sums::new(5));
        assert_eq!(parts.sizes, [2.0, 2.0, 1.0]);
        assert_eq!(parts.links(0), [Link { to: 1, weight: 6.5 }]);
        assert_eq!(parts.links(1), [Link { to: 0, weight: 6.5 }]);
        assert!(parts.links(2).is_empty());
    }

    #[test]
    fn another_order_is_the_same_graph() {
        let graph = Graph::new(4, &[(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0)]);
        let order = [2, 0, 3, 1];
        let other = reorder(&graph, &order);
        assert_eq!(other.edges(), graph.edges());
        let community = [0, 0, 1, 1];
        let as_other: Vec<u32> = order.iter().map(|old| community[*old as usize]).collect();
        assert_eq!(other.quality(&as_other, 0.1), graph.quality(&community, 0.1));
        // Node 0 went to place 1, node 1 to place 3, and so on.
        assert_eq!(reorder(&other, &[1, 3, 0, 2]), graph);
    }
}
