//! Wholes without an index, sketches that somebody went on with, and the same pictures counted
//! naively: for tests.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Evidence, Key, Offer, Pair, Picture, Since, Sketch, Thing, Whole, offers};
use crate::model::MISSING;
use crate::model::finding::Level;
use crate::model::rng::Rng;
use crate::network::kind;
use crate::network::{Holder, Standing};

/// The kind of that name; of a name that is both, the kind of value.
pub fn kind(name: &str) -> Evidence {
    Evidence::all().find(|evidence| evidence.name() == name).expect("a kind")
}

/// A whole that is being put together.
pub struct Case(Whole);

impl Case {
    /// So many accounts, each first seen ten moments after the one before.
    pub fn of(accounts: usize) -> Self {
        let mut whole = Whole::default();
        whole.accounts = accounts;
        whole.since = (0..accounts as Since).map(|at| 10 * at).collect();
        whole.levels = vec![Level::None; accounts];
        Self(whole)
    }

    /// A thing that ties accounts, which the accounts table says; it weighs what its kind weighs.
    pub fn thing(self, name: &str, accounts: &[u32]) -> Self {
        let holder = |account: &u32| Holder { account: *account, rows: 0, first: MISSING };
        self.held(name, Standing::Ties, accounts.iter().map(holder).collect())
    }

    /// A thing that ties accounts: for each, its records and the moment of the first.
    pub fn seen(self, name: &str, holders: &[(u32, u32, u32)]) -> Self {
        let holder = |of: &(u32, u32, u32)| Holder { account: of.0, rows: of.1, first: of.2 };
        self.held(name, Standing::Ties, holders.iter().map(holder).collect())
    }

    /// A thing that ties nobody.
    pub fn common(self, name: &str, accounts: &[u32]) -> Self {
        let holder = |account: &u32| Holder { account: *account, rows: 1, first: *account };
        let holders = accounts.iter().map(holder).collect();
        self.held(name, Standing::TooCommon, holders).weighing(0.0)
    }

    fn held(mut self, name: &str, standing: Standing, holders: Vec<Holder>) -> Self {
        let factor = kind::ALL.iter().find(|kind| kind.name == name).map_or(3.0, |k| k.weight);
        let weight = factor * libm::log(self.0.accounts as f64 / holders.len() as f64);
        let value = self.0.things.len().to_string();
        self.0.things.push(Thing { evidence: kind(name), value, holders, standing, weight });
        self
    }

    /// Says what the last thing weighs.
    pub fn weighing(mut self, weight: f64) -> Self {
        self.0.things.last_mut().expect("a thing").weight = weight;
        self
    }

    /// What a detector found between two.
    pub fn pair(mut self, name: &str, a: u32, b: u32, weight: f64) -> Self {
        let proof = format!("{name} of {a} and {b}");
        self.0.pairs.push(Pair { a, b, evidence: kind(name), weight, proof });
        self
    }

    /// Accounts that belong together, with their level.
    pub fn block(mut self, level: Level, accounts: &[u32]) -> Self {
        for account in accounts {
            if let Some(of) = self.0.levels.get_mut(*account as usize) {
                *of = level;
            }
        }
        let number = self.0.blocks.len() as u32 + 1;
        self.0.blocks.push(Block { number, level, accounts: accounts.to_vec() });
        self
    }

    /// The whole.
    pub fn whole(self) -> Whole {
        self.0.looked_up()
    }
}

const NAMES: [&str; 6] = ["card", "address", "network", "template", "mail domain", "replay"];
const LEVELS: [Level; 3] = [Level::None, Level::Indicative, Level::Strong];

/// Some whole; where it is hostile, accounts are named that there are not, weights are no numbers,
/// and blocks overlap.
pub fn any_whole(seed: u64, is_hostile: bool) -> Whole {
    let mut rng = Rng::new(&[seed, 1]);
    let accounts = rng.below(if is_hostile { 24 } else { 40 });
    let mut case = Case::of(accounts as usize);
    let beyond = accounts + if is_hostile { 4 } else { 0 };
    let some = |rng: &mut Rng, most: u64| -> Vec<u32> {
        let picks = 2 + rng.below(most);
        let all: BTreeSet<u32> = (0..picks).map(|_| rng.below(beyond) as u32).collect();
        if beyond == 0 { Vec::new() } else { all.into_iter().collect() }
    };
    for _ in 0..rng.below(30) {
        let (name, most) = (rng.pick(&NAMES), rng.pick(&[2, 3, 3, 8]));
        let with = |account| (account, rng.clone().below(3) as u32, 100 + 7 * account);
        let holders: Vec<(u32, u32, u32)> =
            some(&mut rng.clone(), most).into_iter().map(with).collect();
        rng.next();
        case = if rng.chance(0.1) {
            case.common(name, &some(&mut rng, 9))
        } else {
            case.seen(name, &holders).weighing(weight(&mut rng, is_hostile))
        };
    }
    for _ in 0..rng.below(8) {
        let [a, b] = [0; 2].map(|_| rng.below(beyond.max(1)) as u32);
        case = case.pair(rng.pick(&["synchrony", "replay"]), a, b, weight(&mut rng, is_hostile));
    }
    blocks(case, &mut rng, accounts as u32, is_hostile).whole()
}

fn weight(rng: &mut Rng, is_hostile: bool) -> f64 {
    match is_hostile && rng.chance(0.3) {
        true => rng.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, f64::MAX]),
        false => 1.0 + rng.below(6) as f64,
    }
}

/// Blocks of some accounts each, with others between that are in none.
fn blocks(mut case: Case, rng: &mut Rng, accounts: u32, is_hostile: bool) -> Case {
    let mut from = 0;
    while from < accounts && !rng.chance(0.1) {
        let to = (from + 1 + rng.below(9) as u32).min(accounts + if is_hostile { 2 } else { 0 });
        let block: Vec<u32> = (from..to).collect();
        case = case.block(rng.pick(&LEVELS), &block);
        from = match is_hostile {
            true => to.saturating_sub(rng.below(2) as u32),
            false => to + rng.below(3) as u32,
        };
    }
    if is_hostile { case.block(Level::None, &[]) } else { case }
}

/// A sketch that somebody began with and went on for so many steps.
pub fn any_sketch(seed: u64, whole: &Whole, steps: u64) -> Sketch {
    let mut rng = Rng::new(&[seed, 2]);
    let mut sketch = match rng.below(4) {
        0 => Sketch::of_level(whole, Level::None),
        1 => Sketch::of_accounts(whole, &accounts(&mut rng, whole, 20)),
        _ => Sketch::start(whole),
    };
    for _ in 0..steps {
        step(&mut rng, whole, &mut sketch);
    }
    sketch
}

fn accounts(rng: &mut Rng, whole: &Whole, most: u64) -> Vec<u32> {
    // One beyond the last now and then.
    (0..rng.below(most)).map(|_| rng.below(whole.accounts as u64 + 1) as u32).collect()
}

/// Some nodes of a picture.
pub fn some_nodes(rng: &mut Rng, picture: &Picture) -> BTreeSet<u32> {
    (0..1 + rng.below(4)).map(|_| rng.below(picture.nodes.len() as u64 + 1) as u32).collect()
}

/// Takes one step of any kind.
pub fn step(rng: &mut Rng, whole: &Whole, sketch: &mut Sketch) {
    let picture = Picture::of(whole, sketch);
    let blocks: Vec<u32> =
        (0..3).map(|_| rng.below(whole.blocks.len() as u64 + 1) as u32).collect();
    let thing = rng.below(whole.things.len() as u64 + 1) as u32;
    let number = rng.below(u64::from(sketch.next) + 1) as u32;
    let evidence = kind(rng.pick(&NAMES));
    match rng.below(18) {
        0 => sketch.open(blocks[0]),
        1 => sketch.close(whole, blocks[0]),
        2 => sketch.add_blocks(whole, &blocks),
        3 => sketch.add_accounts(whole, &accounts(rng, whole, 5)),
        4 => sketch.split(whole, number, evidence),
        5 => sketch.single(number),
        6 => sketch.single_out(whole, &accounts(rng, whole, 5)),
        7 => sketch.set_apart(&[thing]),
        8 => sketch.show_holders(whole, thing),
        9 => sketch.dismiss(&picture, &some_nodes(rng, &picture)),
        10 if rng.chance(0.2) => sketch.keep_only(&picture, &some_nodes(rng, &picture)),
        11 => sketch.fold(&picture, &some_nodes(rng, &picture)),
        12 => sketch.switch(evidence),
        13 => sketch.switch_weak(),
        14 => sketch.pin(Key::Accounts(number), [1.0, 2.0]),
        15 => sketch.unpin(&Key::Accounts(number)),
        _ => {
            if let Some(offer) = any_offer(rng, whole, sketch, &picture) {
                offer.take(whole, sketch);
            }
        }
    }
}

fn any_offer(rng: &mut Rng, whole: &Whole, sketch: &Sketch, picture: &Picture) -> Option<Offer> {
    let node = picture.nodes.get(rng.below(picture.nodes.len() as u64) as usize)?;
    let offers = offers(whole, sketch, picture, node);
    offers.get(rng.below(offers.len() as u64) as usize).cloned()
}

/// The accounts that have a thing, each once, and are drawn: with the group each is in.
pub fn drawn_holders(whole: &Whole, sketch: &Sketch, thing: u32) -> BTreeMap<u32, u32> {
    let mut all = BTreeMap::new();
    for holder in &whole.things[thing as usize].holders {
        for (number, group) in &sketch.groups {
            if group.accounts.contains(&holder.account) {
                all.insert(holder.account, *number);
            }
        }
    }
    all
}

/// The blocks of those who have a thing and are drawn, and how many of it each has.
pub fn homes(whole: &Whole, sketch: &Sketch, thing: u32) -> BTreeMap<Option<u32>, usize> {
    let mut homes = BTreeMap::new();
    for number in drawn_holders(whole, sketch, thing).values() {
        *homes.entry(sketch.groups[number].home).or_default() += 1;
    }
    homes
}

/// Things that tie, and were neither dismissed nor are of a kind that is not drawn.
pub fn eligible(whole: &Whole, sketch: &Sketch) -> Vec<u32> {
    let is_eligible = |at: &u32| {
        let thing = &whole.things[*at as usize];
        thing.standing == Standing::Ties
            && !sketch.gone.contains(at)
            && !sketch.hidden.contains(&thing.evidence)
    };
    (0..whole.things.len() as u32).filter(is_eligible).collect()
}
