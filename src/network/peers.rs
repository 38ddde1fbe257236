//! Whom some accounts are tied to, and by what: the ties among them, and those that lead out.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::picture::{Evidence, Pair, Thing};
use super::{Holder, Standing};
use crate::model::MISSING;
use crate::model::finding::{Circle, Link};

/// What detectors found between accounts, as things that several have and pairs.
pub fn found_between(links: &[Link], circles: &[Circle]) -> (Vec<Thing>, Vec<Pair>) {
    let holder = |account: &u32| Holder { account: *account, rows: 0, first: MISSING };
    let thing = |circle: &Circle| Thing {
        evidence: Evidence::layer(circle.layer),
        holders: circle.accounts.iter().map(holder).collect(),
        value: circle.proof.clone(),
        standing: Standing::Ties,
        weight: circle.weight,
    };
    let pair = |link: &Link| Pair {
        a: link.a,
        b: link.b,
        evidence: Evidence::layer(link.layer),
        weight: link.weight,
        proof: link.proof.clone(),
    };
    (circles.iter().map(thing).collect(), links.iter().map(pair).collect())
}

/// What a tie is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Through {
    /// Something both have, by position.
    Thing(u32),
    /// Something a detector found between two, by position.
    Pair(u32),
}

/// A tie to one other account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    /// What it is made of.
    pub through: Through,
    /// What it says, nats.
    pub weight: f64,
}

/// A tie among several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Among {
    /// What it is made of.
    pub through: Through,
    /// What it says of any two that have it, nats.
    pub weight: f64,
    /// How many have it: of the accounts themselves, or of the others.
    pub accounts: u64,
}

/// Somebody they are tied to.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    /// The account, by position.
    pub account: u32,
    /// What all ties say, nats.
    pub weight: f64,
    /// The ties, heaviest first.
    pub ties: Vec<Tie>,
}

/// The ties of some accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Peers {
    /// Among them, those that say most first.
    pub inside: Vec<Among>,
    /// How many of these there are, listed or not.
    pub all_inside: u64,
    /// Those that lead to others, by how many others, likewise.
    pub outside: Vec<Among>,
    /// How many of these there are, listed or not.
    pub all_outside: u64,
    /// Others they are tied to, by what all ties to them say.
    pub peers: Vec<Peer>,
    /// How many of these there are, listed or not.
    pub all_peers: u64,
}

impl Peers {
    /// Of accounts by position, rising; at most `most` of each kind are listed, all are counted.
    pub fn of(things: &[Thing], pairs: &[Pair], accounts: &[u32], most: usize) -> Self {
        let is_one = |account: u32| accounts.binary_search(&account).is_ok();
        let mut found = Self::default();
        let mut weights: FxHashMap<u32, f64> = FxHashMap::default();
        let mut through: Vec<Through> = Vec::new();
        for (at, thing) in (0..).zip(things).filter(|(_, t)| t.standing == Standing::Ties) {
            let own = thing.holders.iter().filter(|holder| is_one(holder.account)).count() as u64;
            if own == 0 {
                continue;
            }
            through.push(Through::Thing(at));
            let tie =
                |accounts| Among { through: Through::Thing(at), weight: thing.weight, accounts };
            found.inside.extend((own > 1).then(|| tie(own)));
            let others = thing.holders.len() as u64 - own;
            found.outside.extend((others > 0).then(|| tie(others)));
            for holder in thing.holders.iter().filter(|holder| !is_one(holder.account)) {
                *weights.entry(holder.account).or_default() += thing.weight;
            }
        }
        for (at, pair) in (0..).zip(pairs) {
            match (is_one(pair.a), is_one(pair.b)) {
                (false, false) => {}
                (true, true) => {
                    let through = Through::Pair(at);
                    found.inside.push(Among { through, weight: pair.weight, accounts: 2 });
                }
                (own, _) => {
                    through.push(Through::Pair(at));
                    let (through, weight) = (Through::Pair(at), pair.weight);
                    found.outside.push(Among { through, weight, accounts: 1 });
                    *weights.entry(if own { pair.b } else { pair.a }).or_default() += pair.weight;
                }
            }
        }
        found.list(weights, most);
        found.tie((things, pairs), &through, &is_one);
        found
    }

    /// Keeps the first of each kind.
    fn list(&mut self, weights: FxHashMap<u32, f64>, most: usize) {
        // What many have in common says more of all of them than what two have.
        (self.all_inside, self.all_outside) = (self.inside.len() as u64, self.outside.len() as u64);
        first(&mut self.inside, most, |tie| tie.weight * (tie.accounts - 1) as f64);
        first(&mut self.outside, most, |tie| tie.weight * tie.accounts as f64);
        self.all_peers = weights.len() as u64;
        let mut all: Vec<(u32, f64)> = weights.into_iter().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        let peer = |(account, weight)| Peer { account, weight, ties: Vec::new() };
        self.peers = all.into_iter().map(peer).collect();
    }

    /// Fills in the ties to those that are listed.
    fn tie(
        &mut self,
        (things, pairs): (&[Thing], &[Pair]),
        through: &[Through],
        is_one: &dyn Fn(u32) -> bool,
    ) {
        let listed: FxHashSet<u32> = self.peers.iter().map(|peer| peer.account).collect();
        let mut ties: FxHashMap<u32, Vec<Tie>> = FxHashMap::default();
        for through in through {
            let (weight, ends): (f64, Vec<u32>) = match through {
                Through::Thing(at) => {
                    let thing = &things[*at as usize];
                    (thing.weight, thing.holders.iter().map(|holder| holder.account).collect())
                }
                Through::Pair(at) => {
                    let pair = &pairs[*at as usize];
                    (pair.weight, vec![pair.a, pair.b])
                }
            };
            for account in ends.into_iter().filter(|end| listed.contains(end) && !is_one(*end)) {
                ties.entry(account).or_default().push(Tie { through: *through, weight });
            }
        }
        for peer in &mut self.peers {
            peer.ties = ties.remove(&peer.account).unwrap_or_default();
            peer.ties.sort_by_key(|tie| (Reverse((tie.weight * 1e6) as i64), tie.through));
        }
    }
}

/// Keeps those that say most.
fn first(ties: &mut Vec<Among>, most: usize, says: impl Fn(&Among) -> f64) {
    ties.sort_by(|a, b| says(b).total_cmp(&says(a)).then(a.through.cmp(&b.through)));
    ties.truncate(most);
}

impl Through {
    /// Its kind.
    pub fn evidence(self, things: &[Thing], pairs: &[Pair]) -> Option<Evidence> {
        match self {
            Self::Thing(at) => things.get(at as usize).map(|thing| thing.evidence),
            Self::Pair(at) => pairs.get(at as usize).map(|pair| pair.evidence),
        }
    }

    /// What it is, in words: `card 91c4`, or what the detector says.
    pub fn words(self, things: &[Thing], pairs: &[Pair]) -> String {
        match self {
            Self::Thing(at) => match things.get(at as usize) {
                Some(thing) if thing.evidence.source().is_none() => thing.value.clone(),
                thing => thing.map(Thing::label).unwrap_or_default(),
            },
            Self::Pair(at) => {
                pairs.get(at as usize).map(|pair| pair.proof.clone()).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Layer;

    fn thing(kind: usize, accounts: &[u32], weight: f64, standing: Standing) -> Thing {
        let holder = |account: &u32| Holder { account: *account, rows: 1, first: MISSING };
        Thing {
            evidence: Evidence::value(kind),
            value: format!("v{kind}"),
            holders: accounts.iter().map(holder).collect(),
            standing,
            weight,
        }
    }

    #[test]
    fn ties_among_the_accounts_are_told_from_those_that_lead_out() {
        let ties = Standing::Ties;
        let things = [
            thing(0, &[1, 2, 7], 3.0, ties),
            thing(1, &[2, 7, 8], 1.0, ties),
            thing(2, &[1, 2, 9], 0.0, Standing::TooCommon),
            thing(3, &[5, 6], 9.0, ties),
        ];
        let evidence = Evidence::layer(Layer::Replay);
        let pair = |a, b| Pair { a, b, evidence, weight: 12.0, proof: "a block".into() };
        let pairs = [pair(1, 8), pair(1, 2), pair(5, 6)];
        let found = Peers::of(&things, &pairs, &[1, 2], 10);
        let inside: Vec<(Through, u64)> =
            found.inside.iter().map(|tie| (tie.through, tie.accounts)).collect();
        assert_eq!(inside, [(Through::Pair(1), 2), (Through::Thing(0), 2)]);
        let peers: Vec<(u32, f64, usize)> =
            found.peers.iter().map(|peer| (peer.account, peer.weight, peer.ties.len())).collect();
        assert_eq!(peers, [(8, 13.0, 2), (7, 4.0, 2)]);
        assert_eq!(found.peers[0].ties[0].through, Through::Pair(0), "the heaviest first");
        let outside: Vec<(Through, u64)> =
            found.outside.iter().map(|tie| (tie.through, tie.accounts)).collect();
        let wanted = [(Through::Pair(0), 1), (Through::Thing(0), 1), (Through::Thing(1), 2)];
        assert_eq!(outside, wanted);
        let one = Peers::of(&things, &pairs, &[1], 1);
        assert_eq!((one.outside.len(), one.all_outside), (1, 3), "two pairs and a thing");
        assert_eq!((one.all_peers, one.peers.len(), one.all_inside), (3, 1, 0));
        assert_eq!(one.peers[0].account, 2, "3 and 12 nats");
    }
}
