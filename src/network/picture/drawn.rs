//! The nodes and lines that a sketch comes to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arrange::{Disc, arrange};
use super::bundle::{Bundle, joined};
use super::{Evidence, Key, Since, Sketch, Thing, Whole};
use crate::job::{Cancelled, Progress};
use crate::model::MISSING;
use crate::model::finding::Level;
use crate::network::Standing;
use crate::network::layout::Point;

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Accounts.
    Accounts,
    /// Things of a kind that tie accounts.
    Things(Evidence),
    /// A thing that ties nobody.
    Common(Evidence),
}

/// A node of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// What it is known by.
    pub key: Key,
    /// What it stands for.
    pub what: What,
    /// Accounts or things, by position, rising.
    pub members: Arc<[u32]>,
    /// The block it lies in; `None` for what lies between blocks.
    pub home: Option<u32>,
    /// Px at a zoom of 1.
    pub radius: f32,
    /// How far the evidence carries, for accounts.
    pub level: Level,
    /// For things: accounts of the picture that have one of them.
    pub accounts: u32,
    /// What it weighs at most, nats, for things.
    pub weight: f64,
}

/// A line of the picture: one claim, or several of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// A node of accounts.
    pub a: u32,
    /// What they have; or other accounts, where a detector found something between them.
    pub b: u32,
    /// What it is made of.
    pub evidence: Evidence,
    /// Pairs of an account and what it has.
    pub ties: u32,
    /// Records that say so; 0 where the accounts table or a detector does.
    pub rows: u64,
    /// What it says at most, nats.
    pub weight: f64,
    /// When it was first seen.
    pub since: Since,
}

/// Nodes and lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Accounts first.
    pub nodes: Vec<Drawn>,
    /// By their ends.
    pub lines: Vec<Line>,
    /// Things that single accounts of several blocks have by chance as likely as not, and that are
    /// not drawn.
    pub left_out: usize,
    /// When each node was first seen.
    pub since: Vec<Since>,
}

/// Radius of a square of things, px.
const THING: f32 = 11.0;
/// Radius of a thing that ties nobody, with its stubs, px.
const HUB: f32 = 34.0;
/// Room around it, in which it is named, px.
const HUB_ROOM: f32 = 40.0;

/// The radius of so many accounts, px.
pub fn radius(accounts: usize) -> f32 {
    if accounts == 1 { 4.5 } else { (8.0 + 0.95 * (accounts as f32).sqrt()).clamp(13.0, 30.0) }
}

impl Picture {
    /// What a sketch comes to.
    pub fn of(whole: &Whole, sketch: &Sketch) -> Self {
        let mut picture = Self::default();
        let mut node_of = vec![MISSING; whole.accounts];
        for (at, (number, group)) in (0..).zip(&sketch.groups) {
            for account in group.accounts.iter() {
                if let Some(node) = node_of.get_mut(*account as usize) {
                    *node = at;
                }
            }
            picture.nodes.push(accounts(whole, *number, group));
        }
        let bundles = picture.bundles(whole, sketch, &node_of);
        picture.add_bundles(whole, sketch, bundles);
        picture.add_pairs(whole, sketch, &node_of);
        picture.add_common(whole, sketch);
        picture.date(whole);
        picture
    }

    fn bundles(
        &mut self,
        whole: &Whole,
        sketch: &Sketch,
        node_of: &[u32],
    ) -> BTreeMap<Key, Bundle> {
        let mut bundles: BTreeMap<Key, Bundle> = BTreeMap::new();
        let home_of: Vec<u32> = self.nodes.iter().map(|n| n.home.unwrap_or(MISSING)).collect();
        let of = |account: u32| node_of.get(account as usize).copied().unwrap_or(MISSING);
        let (mut shown, mut homes): (Vec<(u32, u32, Since)>, Vec<u32>) = (Vec::new(), Vec::new());
        for (at, thing) in (0..).zip(&whole.things) {
            let is_drawn = thing.standing == Standing::Ties
                && !sketch.gone.contains(&at)
                && !sketch.hidden.contains(&thing.evidence);
            if !is_drawn {
                continue;
            }
            shown.clear();
            let holders = whole.holders(at).map(|(h, since)| (of(h.account), h.rows, since));
            shown.extend(holders.filter(|(node, ..)| *node != MISSING));
            homes.clear();
            homes.extend(shown.iter().map(|(node, ..)| home_of[*node as usize]));
            homes.sort_unstable();
            let Some((mut key, mut home)) = key(at, thing.evidence, &homes, sketch) else {
                continue;
            };
            let is_between = matches!(&key, Key::Things(_, homes) if homes.len() > 1);
            if is_between && !sketch.weak && is_weak(thing, &homes) {
                self.left_out += 1;
                // What ties several of one block is drawn there all the same.
                let Some(main) = main_home(&homes, sketch) else { continue };
                shown.retain(|(node, ..)| home_of[*node as usize] == main);
                (key, home) = (Key::Things(thing.evidence, vec![main]), Some(main));
            }
            let bundle = bundles.entry(key).or_default();
            bundle.add(at, thing.evidence, thing.weight, &shown);
            bundle.home = home;
        }
        bundles
    }

    fn add_bundles(&mut self, whole: &Whole, sketch: &Sketch, bundles: BTreeMap<Key, Bundle>) {
        let bundles = joined(bundles);
        for (key, bundle) in bundles {
            // One alone is drawn as itself, and known by itself when others come.
            let key = match (&key, &bundle.things[..]) {
                (Key::Things(..), [only]) if !sketch.places.contains_key(&key) => Key::Thing(*only),
                _ => key,
            };
            let at = self.nodes.len() as u32;
            let evidence = whole.things[bundle.things[0] as usize].evidence;
            let mut lines: Vec<Line> = bundle.lines.into_values().collect();
            lines.sort_by_key(|line| line.a);
            self.lines.extend(lines.into_iter().map(|line| Line { b: at, ..line }));
            self.nodes.push(Drawn {
                key,
                what: What::Things(evidence),
                members: bundle.things.into(),
                home: bundle.home,
                radius: THING,
                level: Level::None,
                accounts: bundle.accounts,
                weight: bundle.weight,
            });
        }
    }

    /// What detectors found between two accounts that are drawn apart.
    fn add_pairs(&mut self, whole: &Whole, sketch: &Sketch, node_of: &[u32]) {
        let mut lines: BTreeMap<(u32, u32, Evidence), Line> = BTreeMap::new();
        let of = |account: u32| node_of.get(account as usize).copied().unwrap_or(MISSING);
        for pair in &whole.pairs {
            let (a, b) = (of(pair.a), of(pair.b));
            let is_drawn = a != b && a != MISSING && b != MISSING;
            if !is_drawn || sketch.hidden.contains(&pair.evidence) {
                continue;
            }
            let (a, b) = (a.min(b), a.max(b));
            let since = |account: u32| whole.since.get(account as usize).copied();
            let since = since(pair.a).max(since(pair.b)).unwrap_or(Since::MAX);
            let new = Line {
                a,
                b,
                evidence: pair.evidence,
                ties: 0,
                rows: 0,
                weight: 0.0,
                since: Since::MAX,
            };
            lines.entry((a, b, pair.evidence)).or_insert(new).add(0, since, pair.weight);
        }
        self.lines.extend(lines.into_values());
    }

    fn add_common(&mut self, whole: &Whole, sketch: &Sketch) {
        for at in &sketch.common {
            let Some(thing) = whole.things.get(*at as usize) else { continue };
            // What ties is drawn with what it ties.
            if thing.standing == Standing::Ties || sketch.hidden.contains(&thing.evidence) {
                continue;
            }
            self.nodes.push(Drawn {
                key: Key::Thing(*at),
                what: What::Common(thing.evidence),
                members: [*at].into(),
                home: None,
                radius: HUB,
                level: Level::None,
                accounts: thing.holders.len() as u32,
                weight: 0.0,
            });
        }
    }

    /// Says when each node was first seen: accounts with their first record, things with the first
    /// line to them.
    fn date(&mut self, whole: &Whole) {
        self.since = vec![Since::MAX; self.nodes.len()];
        for (since, node) in self.since.iter_mut().zip(&self.nodes) {
            let of = |account: &u32| whole.since.get(*account as usize).copied();
            *since = match node.what {
                What::Accounts => node.members.iter().filter_map(of).min(),
                What::Things(_) => None,
                What::Common(_) => Some(Since::MIN),
            }
            .unwrap_or(Since::MAX);
        }
        for line in &self.lines {
            if matches!(self.nodes[line.b as usize].what, What::Things(_)) {
                let since = &mut self.since[line.b as usize];
                *since = (*since).min(line.since);
            }
        }
    }

    /// The node that is known by a key.
    pub fn find(&self, key: &Key) -> Option<u32> {
        self.nodes.iter().position(|node| node.key == *key).map(|at| at as u32)
    }

    /// The thing that a node stands for, where it ties and is the only one.
    pub(super) fn only_thing(&self, at: u32) -> Option<u32> {
        let node = self.nodes.get(at as usize)?;
        match (node.what, &node.members[..]) {
            (What::Things(_), [only]) => Some(*only),
            _ => None,
        }
    }

    /// Where the nodes lie, px: where they lay before, as far as that goes.
    ///
    /// # Errors
    /// When cancelled.
    pub fn arranged(
        &self,
        sketch: &Sketch,
        progress: &Progress,
    ) -> Result<BTreeMap<Key, Point>, Cancelled> {
        let disc = |node: &Drawn| Disc {
            home: node.home,
            radius: match node.what {
                What::Common(_) => node.radius + HUB_ROOM,
                _ => node.radius,
            },
            start: sketch.places.get(&node.key).copied(),
            pinned: sketch.pinned.contains(&node.key),
        };
        let discs: Vec<Disc> = self.nodes.iter().map(disc).collect();
        let line = |line: &Line| (line.a, line.b, (line.weight as f32).max(0.1));
        let lines: Vec<(u32, u32, f32)> = self.lines.iter().map(line).collect();
        let places = arrange(&discs, &lines, 1, progress)?;
        Ok(self.nodes.iter().map(|node| node.key.clone()).zip(places).collect())
    }
}

impl Line {
    pub(super) fn add(&mut self, rows: u64, since: Since, weight: f64) {
        self.ties += 1;
        self.rows += rows;
        self.since = self.since.min(since);
        self.weight = self.weight.max(weight);
    }

    /// Takes over the ties of another line between the same nodes.
    pub(super) fn merge(&mut self, other: &Self) {
        self.ties += other.ties;
        self.rows += other.rows;
        self.since = self.since.min(other.since);
        self.weight = self.weight.max(other.weight);
    }
}

/// How a thing is drawn: alone, or with the others of its kind in the same blocks; `None` where it is
/// not. `homes` holds the block of each account that has it, rising.
fn key(at: u32, evidence: Evidence, homes: &[u32], sketch: &Sketch) -> Option<(Key, Option<u32>)> {
    let is_apart = sketch.apart.contains(&at);
    let (first, last) = (*homes.first()?, *homes.last()?);
    if homes.len() < 2 && !is_apart {
        return None;
    }
    let own = (first == last && first != MISSING).then_some(first);
    if is_apart || first == MISSING {
        return Some((Key::Thing(at), own));
    }
    if own.is_some_and(|own| !sketch.open.contains(&own)) {
        return None;
    }
    let mut homes = homes.to_vec();
    homes.dedup();
    Some((Key::Things(evidence, homes), own))
}

/// Whether a thing says little of blocks that have it in common: it belongs to nobody, and no two of
/// the blocks have it twice.
fn is_weak(thing: &Thing, homes: &[u32]) -> bool {
    let twice = || homes.chunk_by(|a, b| a == b).filter(|of| of.len() > 1).count();
    !thing.evidence.is_exact() && twice() < 2
}

/// The one block that has something twice, where it is open.
fn main_home(homes: &[u32], sketch: &Sketch) -> Option<u32> {
    let twice = homes.chunk_by(|a, b| a == b).find(|of| of.len() > 1)?;
    twice.first().copied().filter(|home| sketch.open.contains(home))
}

fn accounts(whole: &Whole, number: u32, group: &super::Group) -> Drawn {
    let level = |account: u32| whole.levels.get(account as usize).copied().unwrap_or_default();
    let of_home = || Some(whole.blocks.get(group.home? as usize)?.level);
    let level = match group.accounts[..] {
        [only] => level(only),
        _ => of_home().unwrap_or_default(),
    };
    Drawn {
        key: Key::Accounts(number),
        what: What::Accounts,
        members: Arc::clone(&group.accounts),
        home: group.home,
        radius: radius(group.accounts.len()),
        level,
        accounts: group.accounts.len() as u32,
        weight: 0.0,
    }
}

#[cfg(test)]
#[path = "drawn_tests.rs"]
mod tests;
