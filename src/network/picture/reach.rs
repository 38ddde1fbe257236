//! What could be opened from a node, with counts first.

use std::collections::BTreeSet;

use super::sketch::kinds;
use super::{Drawn, Evidence, Key, Sketch, What, Whole};

/// What can be done with a node, and how many nodes that would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Draws what holds a block together: kinds.
    Open {
        /// The block.
        block: u32,
        /// Kinds of evidence.
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
            Self::Close { block } => sketch.close(*block),
            Self::Split { group, evidence, .. } => sketch.split(whole, *group, *evidence),
            Self::Single { group, .. } => sketch.single(*group),
            Self::Apart { things } => sketch.set_apart(things),
            Self::Others { thing, .. } => sketch.show_holders(whole, *thing),
            Self::Has { things, .. } => sketch.set_apart(things),
        }
    }
}

fn of(accounts: usize) -> String {
    format!("{accounts} {}", plural(accounts, "account", "accounts"))
}

fn plural<'a>(n: usize, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// What could be opened from a node.
pub fn offers(whole: &Whole, sketch: &Sketch, node: &Drawn) -> Vec<Offer> {
    match (&node.key, node.what) {
        (Key::Accounts(group), _) => match node.members[..] {
            [only] => of_account(whole, sketch, only),
            _ => of_group(whole, sketch, *group, node),
        },
        (_, What::Things(_)) => of_things(whole, sketch, node),
        _ => Vec::new(),
    }
}

fn of_group(whole: &Whole, sketch: &Sketch, group: u32, node: &Drawn) -> Vec<Offer> {
    let kinds = kinds(whole, &node.members);
    let mut offers = Vec::new();
    if let Some(block) = node.home.filter(|home| !sketch.open.contains(home)) {
        offers.push(Offer::Open { block, kinds: kinds.len() });
    }
    let split = |(evidence, (things, accounts)): (&Evidence, &(usize, usize))| Offer::Split {
        group,
        evidence: *evidence,
        things: *things,
        accounts: *accounts,
    };
    offers.extend(kinds.iter().map(split));
    offers.push(Offer::Single { group, accounts: node.members.len() });
    offers.extend(closes(sketch, node));
    offers
}

fn closes(sketch: &Sketch, node: &Drawn) -> Option<Offer> {
    let block = node.home.filter(|home| sketch.open.contains(home))?;
    Some(Offer::Close { block })
}

fn of_account(whole: &Whole, sketch: &Sketch, account: u32) -> Vec<Offer> {
    let things = whole.of_account(account);
    let kinds: BTreeSet<Evidence> =
        things.iter().map(|thing| whole.things[*thing as usize].evidence).collect();
    let has = |evidence: Evidence| {
        let is_new = |thing: &&u32| {
            whole.things[**thing as usize].evidence == evidence && !sketch.apart.contains(thing)
        };
        let things: Vec<u32> = things.iter().filter(is_new).copied().collect();
        (!things.is_empty()).then_some(Offer::Has { account, evidence, things })
    };
    kinds.into_iter().filter_map(has).collect()
}

fn of_things(whole: &Whole, sketch: &Sketch, node: &Drawn) -> Vec<Offer> {
    match node.members[..] {
        [thing] => {
            let accounts = sketch.others(whole, thing).len();
            (accounts > 0).then_some(Offer::Others { thing, accounts }).into_iter().collect()
        }
        _ => vec![Offer::Apart { things: node.members.to_vec() }],
    }
}
