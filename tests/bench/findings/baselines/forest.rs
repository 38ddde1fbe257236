//! Isolation forest on metadata (F. T. Liu, K. M. Ting, Z.-H. Zhou, ICDM 2008): how few random cuts
//! set an account apart.
//!
//! A hundred trees of 256 accounts each, as published; the score is 2^(−E[h]/c(256)), and 0.6 is
//! where the authors begin to see anomalies.

use stillwatch::model::rng::Rng;

use super::features::{FEATURES, features};
use super::{Ranked, Seen};

/// Trees, and accounts of each.
const TREES: u64 = 100;
const SAMPLE: usize = 256;
/// Scores from here on are anomalies.
const ANOMALY: f64 = 0.6;
const SEED: u64 = 0x1F0_2357;

/// A part of a tree.
enum Node {
    /// So many accounts were left.
    Leaf(usize),
    /// Accounts with less of a feature on the left.
    Cut { feature: usize, at: f64, left: Box<Node>, right: Box<Node> },
}

/// How alone each account is.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let all = features(seen);
    if all.len() < 2 {
        return None;
    }
    let size = SAMPLE.min(all.len());
    let deepest = (size as f64).log2().ceil() as u32;
    let mut depths = vec![0.0; all.len()];
    for tree in 0..TREES {
        let mut rng = Rng::new(&[SEED, tree]);
        let mut order: Vec<usize> = (0..all.len()).collect();
        for i in 0..size {
            order.swap(i, i + rng.below((all.len() - i) as u64) as usize);
        }
        let root = grow(&all, &order[..size], deepest, &mut rng);
        depths.iter_mut().zip(&all).for_each(|(sum, account)| *sum += depth(&root, account));
    }
    let usual = unsuccessful(size);
    let score = |sum: f64| (-(sum / TREES as f64) / usual).exp2();
    Some(Ranked::at_least(depths.into_iter().map(score).collect(), ANOMALY))
}

fn grow(all: &[[f64; FEATURES]], some: &[usize], left: u32, rng: &mut Rng) -> Node {
    let range = |feature: usize| {
        let values = some.iter().map(|account| all[*account][feature]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)))
    };
    let differ: Vec<usize> = (0..FEATURES).filter(|f| range(*f).0 < range(*f).1).collect();
    if left == 0 || some.len() < 2 || differ.is_empty() {
        return Node::Leaf(some.len());
    }
    let feature = *rng.choose(&differ);
    let (low, high) = range(feature);
    let at = low + (high - low) * rng.unit();
    let (below, above): (Vec<usize>, Vec<usize>) =
        some.iter().partition(|account| all[**account][feature] < at);
    Node::Cut {
        feature,
        at,
        left: Box::new(grow(all, &below, left - 1, rng)),
        right: Box::new(grow(all, &above, left - 1, rng)),
    }
}

fn depth(mut node: &Node, account: &[f64; FEATURES]) -> f64 {
    let mut depth = 0.0;
    loop {
        match node {
            Node::Leaf(left) => return depth + unsuccessful(*left),
            Node::Cut { feature, at, left, right } => {
                node = if account[*feature] < *at { left } else { right };
                depth += 1.0;
            }
        }
    }
}

/// c(n): the mean length of an unsuccessful search in a binary search tree of n.
fn unsuccessful(n: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        n => 2.0 * (((n - 1) as f64).ln() + EULER) - 2.0 * (n - 1) as f64 / n as f64,
    }
}
