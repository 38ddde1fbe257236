//! What holds a cluster together, and what it hangs on.

use std::collections::BTreeMap;

use super::commerce::indicators::{kind_of, values};
use super::detector::Ties;
use super::link::Layer;
use crate::model::finding::count;
use crate::network::community::Graph;
use crate::network::community::weak::weak;

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
            (n > 0).then(|| format!("{} {} of {}", layer.as_str(), count(n), count(members.len())))
        })
        .collect();
    sentences.push(reach.join(", "));
    let hangs = hangs_on(members, ties);
    if !hangs.is_empty() {
        let more = match hangs.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let one = match &hangs[..] {
            [(_, Some(kind))] => format!("hangs on one {}: ", in_full(kind)),
            _ => String::new(),
        };
        let named: Vec<&str> = hangs.iter().take(NAMED).map(|(proof, _)| *proof).collect();
        sentences.push(format!("{one}falls apart without {}{more}", named.join("; or without ")));
    }
    sentences.join("; ")
}

/// A kind of indicator as the accounts table calls it.
fn in_full(kind: &str) -> &str {
    if kind == "card" { "payment fingerprint" } else { kind }
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

/// One thing that ties accounts: a circle, or a value that several links have in common. A card of
/// many accounts is one thing, in however many links it stands.
struct Hub<'a> {
    proof: &'a str,
    accounts: Vec<u32>,
    /// What it is, where it is an indicator: `card`.
    kind: Option<&'static str>,
}

fn hubs(ties: &Ties) -> Vec<Hub<'_>> {
    let mut hubs: Vec<Hub<'_>> = ties
        .circles
        .iter()
        .map(|c| Hub { proof: &c.proof, accounts: c.accounts.clone(), kind: None })
        .collect();
    let mut by_value: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for link in ties.links.iter().filter(|link| link.layer == Layer::Indicator) {
        for value in values(&link.proof) {
            by_value.entry(value).or_default().extend([link.a, link.b]);
        }
    }
    for (proof, mut accounts) in by_value {
        accounts.sort_unstable();
        accounts.dedup();
        hubs.push(Hub { proof, accounts, kind: kind_of(proof) });
    }
    hubs
}

/// The things without which parts come loose, that of the largest part first: what it is, and what
/// kind of indicator, if one.
fn hangs_on<'a>(members: &[u32], ties: &'a Ties) -> Vec<(&'a str, Option<&'static str>)> {
    let place = |account: &u32| members.binary_search(account).ok().map(|at| at as u32);
    let hubs = hubs(ties);
    let mut edges: Vec<(u32, u32, f32)> = Vec::new();
    for link in ties.links.iter().filter(|link| link.layer != Layer::Indicator) {
        if let (Some(a), Some(b)) = (place(&link.a), place(&link.b)) {
            edges.push((a, b, 1.0));
        }
    }
    for (i, hub) in hubs.iter().enumerate() {
        let node = (members.len() + i) as u32;
        edges.extend(hub.accounts.iter().filter_map(place).map(|a| (a, node, 1.0)));
    }
    let nodes = members.len() + hubs.len();
    let graph = Graph::new(nodes, &edges);
    let all: Vec<u32> = (0..nodes as u32).collect();
    let weak = weak(&graph, &all, |node| (node as usize) < members.len());
    // How many come loose, and without what.
    let mut out: Vec<(u32, &str, Option<&'static str>)> = Vec::new();
    for point in weak.points {
        let hub = (point.node as usize).checked_sub(members.len()).and_then(|at| hubs.get(at));
        let loose: u32 = point.parts.iter().skip(1).sum();
        // One account that only this tie reaches is a leaf, and no part.
        if let Some(hub) = hub.filter(|_| loose > 1) {
            out.push((loose, hub.proof, hub.kind));
        }
    }
    for bridge in weak.bridges.iter().filter(|bridge| bridge.smaller > 1) {
        let ends = (bridge.ends.0 as usize, bridge.ends.1 as usize);
        let (Some(a), Some(b)) = (members.get(ends.0), members.get(ends.1)) else { continue };
        let found = ties.links.iter().find(|link| (link.a, link.b) == (*a.min(b), *a.max(b)));
        out.extend(found.map(|link| (bridge.smaller, link.proof.as_str(), None)));
    }
    out.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    out.into_iter().map(|(_, proof, kind)| (proof, kind)).collect()
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
            "indicator 6 of 6; falls apart without address 192.0.2.7; or without a card and 1 more"
        );
    }

    #[test]
    fn a_cluster_whose_links_are_all_of_one_card_hangs_on_it() {
        let all = [1, 2, 3, 4, 5];
        let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b)));
        let card = |(a, b): (u32, u32)| {
            // Two of them share an address besides.
            let more = if b == 2 { ", address 192.0.2.7 (2 accounts)" } else { "" };
            Link::new(a, b, Layer::Indicator, 6.0, format!("card c91 (5 accounts){more}"))
        };
        let mut links: Vec<Link> = pairs.filter(|(a, b)| a < b).map(card).collect();
        let ties = Ties { links: links.clone(), ..Ties::default() };
        assert_eq!(
            held_by(&all, &ties),
            "indicator 5 of 5; hangs on one payment fingerprint: falls apart without card c91 (5 \
             accounts)"
        );
        // Another thing that all have holds them without the card.
        let device = |link: &Link| Link {
            proof: format!("{}, device d1 (5 accounts)", link.proof),
            ..link.clone()
        };
        links = links.iter().map(device).collect();
        let ties = Ties { links, ..Ties::default() };
        assert_eq!(held_by(&all, &ties), "indicator 5 of 5");
    }

    #[test]
    fn what_several_ties_hold_hangs_on_none() {
        let circle =
            |n: u32| Circle::new(vec![1, 2, 3], Layer::Template, 4.0, format!("template {n}"));
        let ties = Ties { circles: vec![circle(1), circle(2)], ..Ties::default() };
        assert_eq!(held_by(&[1, 2, 3], &ties), "template 3 of 3");
    }
}
