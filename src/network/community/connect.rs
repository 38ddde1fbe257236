//! Communities that hang together.

use super::graph::Graph;
use super::refine::Parts;

/// The parts of communities that links join: moving one node may have cut off others. Parts of
/// their own are never worse.
pub(super) fn connected(graph: &Graph, community: &[u32]) -> Parts {
    let n = graph.len();
    let mut of = vec![u32::MAX; n];
    // One more than there are nodes, for what is written down in vain.
    let mut stack = vec![0; n + 1];
    let mut count = 0;
    for first in 0..n as u32 {
        if of[first as usize] != u32::MAX {
            continue;
        }
        of[first as usize] = count;
        stack[0] = first;
        let mut height = 1;
        while height > 0 {
            height -= 1;
            let node = stack[height];
            let own = community[node as usize];
            for link in graph.links(node) {
                // No branch: which links are inside cannot be foreseen.
                let part = &mut of[link.to as usize];
                let new = (community[link.to as usize] == own) & (*part == u32::MAX);
                *part = if new { count } else { *part };
                stack[height] = link.to;
                height += usize::from(new);
            }
        }
        count += 1;
    }
    Parts { of, count: count as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_link_joins_becomes_a_part_of_its_own() {
        let graph = Graph::new(6, &[(0, 1, 1.0), (1, 2, 1.0), (3, 4, 1.0), (2, 3, 1.0)]);
        let parts = connected(&graph, &[0, 0, 1, 0, 0, 0]);
        assert_eq!((&parts.of[..], parts.count), (&[0, 0, 1, 2, 2, 3][..], 4));
        assert_eq!(connected(&Graph::new(0, &[]), &[]).count, 0);
    }
}
