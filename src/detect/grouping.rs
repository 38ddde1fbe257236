//! Ties made clusters: which accounts belong together, how surely, and what holds them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::detector::Ties;
use super::link::{Circle, Layer, Link};
use crate::job::{Cancelled, Progress};
use crate::model::finding::{Member, Membership};
use crate::model::rng::mix;
use crate::network::community::Graph;
use crate::network::community::stability::{RESOLUTIONS, stable};

/// Resolution in the middle, nats: what the pairs of a cluster weigh on average at least. A tie of
/// one kind at half of its cap, 3, still holds at the highest resolution, four times this.
pub const RESOLUTION: f64 = 0.75;
/// Runs of Leiden at each resolution.
const SEEDS: u32 = 20;
/// Circles of so many accounts have all of their pairs.
const SMALL: usize = 128;
/// Pairs that larger circles are given in the graph, all of them together. Those of a circle that has more
/// are given the weight of all pairs; the fewer they are, the more easily it falls into parts
/// that happen to have few between them, where it weighs little more than the resolution.
const PAIRS: usize = 1_000_000;
/// Orders in which each account of a circle is tied to its neighbours at least.
const LEAST_ORDERS: usize = 12;

/// Accounts that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouped {
    /// By position, rising.
    pub members: Vec<Member>,
    /// The positions alone.
    pub accounts: Vec<u32>,
    /// From whom it was set apart, in words; empty where it was not.
    pub set_apart: String,
}

impl Grouped {
    /// Of these members, which rise by position.
    pub fn of(members: Vec<Member>) -> Self {
        let accounts = members.iter().map(|member| member.account).collect();
        Self { accounts, members, set_apart: String::new() }
    }
}

/// Finds the clusters in these ties among `accounts` accounts; the largest first.
///
/// # Errors
/// When cancelled.
pub fn group(
    accounts: usize,
    ties: &Ties,
    seed: u64,
    progress: &Progress,
) -> Result<Vec<Grouped>, Cancelled> {
    let graph = graph(accounts, ties);
    let resolutions = RESOLUTIONS.map(|r| r * RESOLUTION);
    let Some(found) = stable(&graph, &resolutions, SEEDS, seed, progress)? else {
        return Ok(Vec::new());
    };
    let mut members: Vec<Vec<Member>> = vec![Vec::new(); found.partition.communities as usize];
    for (account, community) in (0..).zip(&found.partition.community) {
        let Some(stability) = found.stability[account as usize] else { continue };
        let membership = Membership::of(stability);
        members[*community as usize].push(Member { account, stability, membership });
    }
    let mut groups: Vec<Grouped> =
        members.into_iter().filter(|members| members.len() > 1).map(Grouped::of).collect();
    groups.sort_by_key(|g| (std::cmp::Reverse(g.members.len()), g.accounts[0]));
    Ok(groups)
}

/// Everything that ties, added up for each pair: within a layer up to its cap.
fn graph(accounts: usize, ties: &Ties) -> Graph {
    let mut pairs: FxHashMap<(u32, u32), [Tied; Layer::ALL.len()]> = FxHashMap::default();
    for link in &ties.links {
        let pair = pairs.entry((link.a.min(link.b), link.a.max(link.b))).or_default();
        pair[link.layer as usize].own += link.weight as f32;
    }
    let large = ties.circles.iter().filter(|circle| circle.accounts.len() > SMALL).count();
    let each = PAIRS / large.max(1);
    for circle in &ties.circles {
        for (a, b, times) in thinned(&circle.accounts, each) {
            let pair = pairs.entry((a.min(b), a.max(b))).or_default();
            let tied = &mut pair[circle.layer as usize];
            tied.shared += circle.weight as f32;
            tied.stands_for += circle.weight as f32 * times;
        }
    }
    let weigh = |((a, b), layers): ((u32, u32), [Tied; Layer::ALL.len()])| {
        let capped = |l: &Layer| layers[*l as usize].capped(l.cap() as f32);
        let all: Vec<Tied> = Layer::ALL.iter().map(capped).collect();
        let own: f32 = all.iter().map(|tied| tied.own).sum();
        let shared: f32 = all.iter().map(|tied| tied.shared).sum();
        let stands_for: f32 = all.iter().map(|tied| tied.stands_for).sum();
        // What is too weak for a cluster stands for itself only: given the weight of many pairs,
        // it would tie the few that happen to be written down.
        let is_weak = f64::from(shared) <= RESOLUTION;
        (a, b, own + if is_weak { shared } else { stands_for })
    };
    let mut edges: Vec<(u32, u32, f32)> = pairs.into_iter().map(weigh).collect();
    edges.sort_unstable_by_key(|e| (e.0, e.1));
    Graph::new(accounts, &edges)
}

/// What ties a pair in one layer.
#[derive(Clone, Copy, Debug, Default)]
struct Tied {
    /// By links, of this pair alone.
    own: f32,
    /// By circles.
    shared: f32,
    /// The same, times the number of pairs that this one stands for in each circle.
    stands_for: f32,
}

impl Tied {
    /// Up to a cap in all, in the same proportions.
    fn capped(self, cap: f32) -> Self {
        let all = self.own + self.shared;
        let part = if all > cap { cap / all } else { 1.0 };
        let (own, shared) = (self.own * part, self.shared * part);
        Self { own, shared, stands_for: self.stands_for * part }
    }
}

/// The pairs of a circle: all of them of a small one or where they are no more than `most`, else each account with its
/// neighbours in shuffled orders, which are the same for every circle, so that circles of the same
/// accounts tie the same pairs. The last number says for how many pairs each stands.
fn thinned(accounts: &[u32], most: usize) -> Vec<(u32, u32, f32)> {
    let n = accounts.len();
    let orders = (most / n.max(1)).max(LEAST_ORDERS);
    if n <= SMALL || 2 * orders >= n - 1 {
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |k| (i, k)));
        return pairs.map(|(i, k)| (accounts[i], accounts[k], 1.0)).collect();
    }
    let mut order = accounts.to_vec();
    let mut out = Vec::with_capacity(n * orders);
    for round in 0..orders as u64 {
        order.sort_unstable_by_key(|account| mix(u64::from(*account) ^ mix(round)));
        for (i, a) in order.iter().enumerate() {
            let b = order[(i + 1) % n];
            out.push((*a.min(&b), *a.max(&b)));
        }
    }
    out.sort_unstable();
    out.dedup();
    let times = (n as f64 * (n - 1) as f64 / 2.0 / out.len() as f64) as f32;
    out.into_iter().map(|(a, b)| (a, b, times)).collect()
}

/// The ties within the same cluster; of a circle what remains of it in each.
pub fn within(ties: &Ties, groups: &[Grouped], accounts: usize) -> Ties {
    let mut of = vec![u32::MAX; accounts];
    for (id, group) in (0..).zip(groups) {
        group.accounts.iter().for_each(|account| of[*account as usize] = id);
    }
    let same = |link: &&Link| {
        let group = of[link.a as usize];
        group != u32::MAX && group == of[link.b as usize]
    };
    let links = ties.links.iter().filter(same).cloned().collect();
    let mut circles = Vec::new();
    for circle in &ties.circles {
        let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for account in &circle.accounts {
            parts.entry(of[*account as usize]).or_default().push(*account);
        }
        parts.remove(&u32::MAX);
        for accounts in parts.into_values().filter(|accounts| accounts.len() > 1) {
            circles.push(Circle { accounts, proof: circle.proof.clone(), ..*circle });
        }
    }
    Ties { links, circles }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(accounts: usize, ties: &Ties) -> Vec<Vec<u32>> {
        let groups = group(accounts, ties, 1, &Progress::default()).expect("nobody cancels");
        groups.into_iter().map(|g| g.accounts).collect()
    }

    fn circle(accounts: std::ops::Range<u32>, weight: f64) -> Circle {
        Circle::new(accounts.collect(), Layer::Template, weight, "one template".into())
    }

    #[test]
    fn a_circle_of_thousands_is_one_cluster_without_its_millions_of_pairs() {
        let ties = Ties { circles: vec![circle(10..3_010, 5.0)], ..Ties::default() };
        assert_eq!(found(4_000, &ties), [(10..3_010).collect::<Vec<u32>>()]);
        let pairs = thinned(&ties.circles[0].accounts, PAIRS);
        assert!(pairs.len() <= PAIRS);
        let stands: f64 = pairs.iter().map(|p| f64::from(p.2)).sum();
        assert!((stands / (3_000.0 * 2_999.0 / 2.0) - 1.0).abs() < 1e-3, "for all pairs: {stands}");
    }

    #[test]
    fn a_circle_of_hundreds_that_weighs_little_more_than_the_resolution_is_not_cut_in_halves() {
        for n in [129, 400, 1_000, 2_500] {
            let light = Ties { circles: vec![circle(0..n, 0.9)], ..Ties::default() };
            assert_eq!(found(3_000, &light), [(0..n).collect::<Vec<u32>>()], "{n}");
        }
    }

    #[test]
    fn two_circles_with_an_account_in_common_stay_two_and_it_belongs_to_one() {
        let circles = vec![circle(0..100, 4.0), circle(99..200, 4.0)];
        let ties = Ties { circles, ..Ties::default() };
        let groups = group(200, &ties, 1, &Progress::default()).expect("nobody cancels");
        assert_eq!(groups.len(), 2);
        let of_both = groups.iter().filter(|g| g.accounts.contains(&99)).count();
        let of_one = groups.iter().flat_map(|g| &g.members).find(|m| m.account == 5);
        assert_eq!(of_one.expect("a member").membership, Membership::Core);
        assert_eq!(of_both, 1);
    }

    #[test]
    fn ties_of_one_kind_add_up_to_their_cap_and_those_of_a_weak_one_make_no_cluster() {
        for n in [50, 400] {
            let weak = Ties { circles: vec![circle(0..n, 0.5)], ..Ties::default() };
            assert!(found(500, &weak).is_empty());
        }
        let many = Ties { circles: vec![circle(0..50, 0.5); 40], ..Ties::default() };
        assert_eq!(found(60, &many).len(), 1);
        let graph = graph(60, &many);
        let links = (0..60).flat_map(|node| graph.links(node));
        assert!(links.into_iter().all(|link| f64::from(link.weight) <= Layer::Template.cap()));
    }

    #[test]
    fn what_a_pair_of_a_large_circle_shares_besides_stands_for_itself_only() {
        let large = circle(0..3_000, 1.0);
        let (a, b, times) = thinned(&large.accounts, PAIRS)[0];
        assert!(times > 2.0);
        let weight = |links: Vec<Link>| {
            let graph = graph(3_000, &Ties { circles: vec![large.clone()], links });
            let link = graph.links(a).iter().find(|link| link.to == b).map(|link| link.weight);
            link.expect("tied")
        };
        let alone = weight(Vec::new());
        let card = weight(vec![Link::new(a, b, Layer::Indicator, 6.0, "a card".into())]);
        assert!((card - alone - 6.0).abs() < 1e-3, "{alone} and {card}");
        // Nor does a tie besides make a weak circle stand for many pairs.
        let weak = Ties {
            circles: vec![circle(0..3_000, 0.5)],
            links: vec![Link::new(a, b, Layer::Indicator, 6.0, "a card".into())],
        };
        let graph = graph(3_000, &weak);
        let link = graph.links(a).iter().find(|link| link.to == b).expect("tied");
        assert!((link.weight - 6.5).abs() < 1e-3, "{}", link.weight);
    }

    #[test]
    fn of_a_circle_each_cluster_keeps_its_part() {
        let ties = Ties {
            circles: vec![circle(0..10, 2.0)],
            links: vec![Link::new(0, 9, Layer::Replay, 9.0, "a block".into())],
        };
        let part = |accounts: std::ops::Range<u32>| Grouped {
            accounts: accounts.collect(),
            ..Grouped::of(Vec::new())
        };
        let inside = within(&ties, &[part(0..5), part(6..8)], 10);
        assert!(inside.links.is_empty());
        let kept: Vec<&[u32]> = inside.circles.iter().map(|c| &c.accounts[..]).collect();
        assert_eq!(kept, [&[0, 1, 2, 3, 4][..], &[6, 7]]);
    }
}
