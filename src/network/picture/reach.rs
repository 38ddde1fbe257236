//! What could be opened from a node, with counts first.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::sketch::{counts, kinds};
use super::{Drawn, Evidence, Key, Picture, Sketch, What, Whole};

/// What can be done with a node, and how many nodes that would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Draws what holds a block together: kinds.
    Open {
        /// The block.
        block: u32,
        /// Kinds of evidence that tie its accounts and nobody else who is drawn.
        kinds: usize,
    },
    /// Draws a block as one node again.
    Close {
        /// The block.
        block: u32,
    },
    /// Draws accounts apart by what they have of a kind.
    Split {
        /// The group.
        group: u32,
        /// The kind.
        evidence: Evidence,
        /// Things of it that two of the accounts have.
        things: usize,
        /// Accounts that have one.
        accounts: usize,
    },
    /// Draws every account by itself.
    Single {
        /// The group.
        group: u32,
        /// How many.
        accounts: usize,
    },
    /// Draws each of several things by itself.
    Apart {
        /// The things.
        things: Vec<u32>,
    },
    /// Draws the accounts that have a thing and are not in the picture.
    Others {
        /// The thing.
        thing: u32,
        /// How many.
        accounts: usize,
    },
    /// Draws what an account has in common with others, wherever they are.
    Has {
        /// The account.
        account: u32,
        /// The kind.
        evidence: Evidence,
        /// The things.
        things: Vec<u32>,
    },
}

impl Offer {
    /// In words, with the counts.
    pub fn text(&self) -> String {
        match self {
            Self::Open { kinds, .. } => {
                format!("What holds it together, {kinds} {}", plural(*kinds, "kind", "kinds"))
            }
            Self::Close { .. } => "The cluster as one node".into(),
            Self::Split { evidence, things, accounts, .. } => {
                format!("By {}: {}, {}", evidence.name(), evidence.counted(*things), of(*accounts))
            }
            Self::Single { accounts, .. } => format!("Each of {}", of(*accounts)),
            Self::Apart { things } => format!("Each of {} by itself", things.len()),
            Self::Others { accounts, .. } => format!("{} more that have it", of(*accounts)),
            Self::Has { evidence, things, .. } => {
                format!("Its {}", evidence.counted(things.len()))
            }
        }
    }

    /// Does it.
    pub fn take(&self, whole: &Whole, sketch: &mut Sketch) {
        match self {
            Self::Open { block, .. } => sketch.open(*block),
            Self::Close { block } => sketch.close(whole, *block),
            Self::Split { group, evidence, .. } => sketch.split(whole, *group, *evidence),
            Self::Single { group, .. } => sketch.single(*group),
            Self::Apart { things } => sketch.set_apart(things),
            Self::Others { thing, .. } => sketch.show_holders(whole, *thing),
            Self::Has { evidence, things, .. } => {
                sketch.hidden.remove(evidence);
                sketch.set_apart(things);
            }
        }
    }
}

fn of(accounts: usize) -> String {
    format!("{accounts} {}", plural(accounts, "account", "accounts"))
}

fn plural<'a>(n: usize, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// What could be opened from a node of the picture that a sketch comes to: only what would change it.
pub fn offers(whole: &Whole, sketch: &Sketch, picture: &Picture, node: &Drawn) -> Vec<Offer> {
    let now = Now { whole, sketch, picture, alone: alone(picture) };
    match (&node.key, node.what) {
        (Key::Accounts(group), _) => match node.members[..] {
            [only] => now.of_account(only),
            _ => now.of_group(*group, node),
        },
        (_, What::Things(_)) => now.of_things(node),
        _ => Vec::new(),
    }
}

/// Things that are drawn by themselves.
fn alone(picture: &Picture) -> FxHashSet<u32> {
    let of = |node: &Drawn| if let Key::Thing(thing) = node.key { Some(thing) } else { None };
    picture.nodes.iter().filter_map(of).collect()
}

/// What there is, and what of it is drawn.
struct Now<'a> {
    whole: &'a Whole,
    sketch: &'a Sketch,
    picture: &'a Picture,
    alone: FxHashSet<u32>,
}

impl Now<'_> {
    fn evidence(&self, thing: u32) -> Evidence {
        self.whole.things[thing as usize].evidence
    }

    fn of_group(&self, group: u32, node: &Drawn) -> Vec<Offer> {
        let mut offers = Vec::new();
        offers.extend(node.home.and_then(|block| self.open(block)));
        let counts = counts(self.whole, &node.members);
        let new = counts.iter().filter(|(thing, n)| **n > 1 && !self.alone.contains(thing));
        let is_new: FxHashSet<Evidence> = new.map(|(thing, _)| self.evidence(*thing)).collect();
        for (evidence, of) in kinds(self.whole, &node.members) {
            // Where all have the same, there is nothing to draw apart but these things.
            if !of.is_even || is_new.contains(&evidence) {
                let (things, accounts) = (of.things, of.accounts);
                offers.push(Offer::Split { group, evidence, things, accounts });
            }
        }
        offers.push(Offer::Single { group, accounts: node.members.len() });
        offers.extend(node.home.and_then(|block| self.close(block)));
        offers
    }

    /// Opening a block, where something is drawn only then.
    fn open(&self, block: u32) -> Option<Offer> {
        if self.sketch.open.contains(&block) {
            return None;
        }
        let mut opened = self.sketch.clone();
        opened.open(block);
        let nodes = Picture::of(self.whole, &opened).nodes.len();
        let kinds = nodes.saturating_sub(self.picture.nodes.len());
        (kinds > 0).then_some(Offer::Open { block, kinds })
    }

    /// Closing a block, where it is more than one node.
    fn close(&self, block: u32) -> Option<Offer> {
        let nodes = self.picture.nodes.iter().filter(|node| node.home == Some(block)).count();
        (self.sketch.open.contains(&block) && nodes > 1).then_some(Offer::Close { block })
    }

    fn of_account(&self, account: u32) -> Vec<Offer> {
        let mut new: BTreeMap<Evidence, Vec<u32>> = BTreeMap::new();
        for thing in self.whole.of_account(account).iter().filter(|t| !self.alone.contains(t)) {
            new.entry(self.evidence(*thing)).or_default().push(*thing);
        }
        let has = |(evidence, things)| Offer::Has { account, evidence, things };
        new.into_iter().map(has).collect()
    }

    fn of_things(&self, node: &Drawn) -> Vec<Offer> {
        match node.members[..] {
            [thing] => {
                let accounts = self.sketch.others(self.whole, thing).len();
                (accounts > 0).then_some(Offer::Others { thing, accounts }).into_iter().collect()
            }
            _ => vec![Offer::Apart { things: node.members.to_vec() }],
        }
    }
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
