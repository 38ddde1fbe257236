//! What holds a cluster together, and what it hangs on.

use super::community::Graph;
use super::community::weak::weak;
use super::detector::Ties;
use super::link::Layer;

/// Names of circles that are written out; the others are counted.
const NAMED: usize = 2;

/// In words: which kinds of ties reach how many of the accounts (rising), and whether it would fall
/// apart without one of them. `ties` are those within the cluster.
pub fn held_by(members: &[u32], ties: &Ties) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let reach: Vec<String> = Layer::ALL
        .into_iter()
        .filter_map(|layer| {
            let n = reached(members, ties, layer);
            (n > 0).then(|| format!("{} {n} of {}", layer.as_str(), members.len()))
        })
        .collect();
    sentences.push(reach.join(", "));
    let hangs = hangs_on(members, ties);
    if !hangs.is_empty() {
        let more = match hangs.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let named: Vec<&str> = hangs.iter().take(NAMED).copied().collect();
        sentences.push(format!("falls apart without {}{more}", named.join("; or without ")));
    }
    sentences.join("; ")
}

/// How many accounts have a tie of that kind.
fn reached(members: &[u32], ties: &Ties, layer: Layer) -> usize {
    let mut all: Vec<u32> = Vec::new();
    for link in ties.links.iter().filter(|link| link.layer == layer) {
        all.extend([link.a, link.b]);
    }
    for circle in ties.circles.iter().filter(|circle| circle.layer == layer) {
        all.extend(&circle.accounts);
    }
    all.sort_unstable();
    all.dedup();
    all.retain(|account| members.binary_search(account).is_ok());
    all.len()
}

/// The circles, and links, without which parts of two accounts or more come loose.
fn hangs_on<'a>(members: &[u32], ties: &'a Ties) -> Vec<&'a str> {
    let place = |account: &u32| members.binary_search(account).ok().map(|at| at as u32);
    let hub = |circle: usize| (members.len() + circle) as u32;
    let mut edges: Vec<(u32, u32, f32)> = Vec::new();
    for link in &ties.links {
        if let (Some(a), Some(b)) = (place(&link.a), place(&link.b)) {
            edges.push((a, b, 1.0));
        }
    }
    for (i, circle) in ties.circles.iter().enumerate() {
        edges.extend(circle.accounts.iter().filter_map(place).map(|a| (a, hub(i), 1.0)));
    }
    let nodes = members.len() + ties.circles.len();
    let graph = Graph::new(nodes, &edges);
    let all: Vec<u32> = (0..nodes as u32).collect();
    let weak = weak(&graph, &all, |node| (node as usize) < members.len());
    let mut out: Vec<&str> = Vec::new();
    for point in weak.points {
        let circle = (point.node as usize).checked_sub(members.len());
        // An account that only this tie reaches is a leaf, and no part.
        let parts = point.parts.iter().filter(|n| **n > 1).count();
        if let Some(circle) = circle.and_then(|at| ties.circles.get(at))
            && (parts > 1 || point.parts.iter().filter(|n| **n == 1).count() > 1)
        {
            out.push(&circle.proof);
        }
    }
    for bridge in weak.bridges.iter().filter(|bridge| bridge.smaller > 1) {
        let ends = (bridge.ends.0 as usize, bridge.ends.1 as usize);
        let (Some(a), Some(b)) = (members.get(ends.0), members.get(ends.1)) else { continue };
        let found = ties.links.iter().find(|link| (link.a, link.b) == (*a.min(b), *a.max(b)));
        out.extend(found.map(|link| link.proof.as_str()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::link::{Circle, Link};

    #[test]
    fn a_cluster_that_hangs_on_one_template_or_one_address_says_so() {
        let one = Circle::new(vec![1, 2, 3, 4], Layer::Template, 4.0, "template 7".into());
        let ties = Ties { circles: vec![one], ..Ties::default() };
        assert_eq!(
            held_by(&[1, 2, 3, 4], &ties),
            "template 4 of 4; falls apart without template 7"
        );
        let link = |a, b, proof: &str| Link::new(a, b, Layer::Indicator, 5.0, proof.into());
        let links = vec![
            link(1, 2, "a card"),
            link(2, 3, "a card"),
            link(1, 3, "a card"),
            link(3, 4, "address 192.0.2.7"),
            link(4, 5, "a device"),
            link(5, 6, "a device"),
            link(4, 6, "a device"),
        ];
        let ties = Ties { links, ..Ties::default() };
        assert_eq!(
            held_by(&[1, 2, 3, 4, 5, 6], &ties),
            "indicator 6 of 6; falls apart without address 192.0.2.7"
        );
    }

    #[test]
    fn what_several_ties_hold_hangs_on_none() {
        let circle =
            |n: u32| Circle::new(vec![1, 2, 3], Layer::Template, 4.0, format!("template {n}"));
        let ties = Ties { circles: vec![circle(1), circle(2)], ..Ties::default() };
        assert_eq!(held_by(&[1, 2, 3], &ties), "template 3 of 3");
    }
}
