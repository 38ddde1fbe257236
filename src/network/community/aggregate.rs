//! The graph whose nodes are parts of another's.

use super::graph::{Graph, Link};

/// Joins the nodes of each part. Edges inside a part are left out: whichever way it moves, they
/// move along.
pub(super) fn aggregate(graph: &Graph, part: &[u32], count: usize) -> Graph {
    let (starts, members) = by_part(part, count);
    let mut offsets = Vec::with_capacity(count + 1);
    offsets.push(0);
    let mut links: Vec<Link> = Vec::new();
    let mut sizes = Vec::with_capacity(count);
    // Where the link to a part lies in the row at hand, counted from 1.
    let mut place = vec![0_u32; count];
    for own in 0..count {
        let first = links.len();
        let nodes = &members[starts[own]..starts[own + 1]];
        for node in nodes {
            for link in graph.links(*node) {
                let to = part[link.to as usize];
                if to as usize == own {
                    continue;
                }
                let at = &mut place[to as usize];
                if *at == 0 {
                    links.push(Link { to, weight: link.weight });
                    *at = (links.len() - first) as u32;
                } else {
                    links[first + *at as usize - 1].weight += link.weight;
                }
            }
        }
        links[first..].iter().for_each(|link| place[link.to as usize] = 0);
        sizes.push(nodes.iter().map(|n| graph.sizes[*n as usize]).sum());
        offsets.push(links.len());
    }
    Graph { offsets, links, sizes }
}

/// The nodes of each part one after the other, and where each part starts.
fn by_part(part: &[u32], count: usize) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0_usize; count + 1];
    part.iter().for_each(|p| starts[*p as usize + 1] += 1);
    for i in 0..count {
        starts[i + 1] += starts[i];
    }
    let mut at = starts.clone();
    let mut members = vec![0; part.len()];
    for (node, p) in (0_u32..).zip(part) {
        members[at[*p as usize]] = node;
        at[*p as usize] += 1;
    }
    (starts, members)
}
