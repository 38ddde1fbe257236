//! A picture as it is kept with a case: accounts, things and clusters by their names, so that it
//! means the same when the case has grown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Evidence, Group, Key, Sketch, Whole};
use crate::model::MISSING;
use crate::network::layout::Point;

/// A picture in names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The run of the detectors that its clusters are of; `None` for communities.
    run: Option<i64>,
    groups: Vec<KeptGroup>,
    open: Vec<u32>,
    apart: Vec<Name>,
    gone: Vec<Name>,
    common: Vec<Name>,
    hidden: Vec<String>,
    weak: bool,
    places: Vec<(KeptKey, Point)>,
    pinned: Vec<KeptKey>,
}

/// A kind and a value.
type Name = (String, String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct KeptGroup {
    /// The number of its cluster.
    home: Option<u32>,
    accounts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptKey {
    /// By position among the groups.
    Accounts(usize),
    Thing(Name),
    /// By kind and the numbers of the clusters.
    Things(String, Vec<u32>),
}

/// From positions to names.
struct Namer<'a> {
    whole: &'a Whole,
    /// The groups of the sketch, in order.
    groups: BTreeMap<u32, usize>,
}

impl Namer<'_> {
    fn block(&self, at: u32) -> Option<u32> {
        self.whole.blocks.get(at as usize).map(|block| block.number)
    }

    fn thing(&self, at: u32) -> Option<Name> {
        let thing = self.whole.things.get(at as usize)?;
        Some((thing.evidence.name().to_owned(), thing.value.clone()))
    }

    fn things<'a>(&'a self, of: impl IntoIterator<Item = &'a u32>) -> Vec<Name> {
        of.into_iter().filter_map(|at| self.thing(*at)).collect()
    }

    fn key(&self, key: &Key) -> Option<KeptKey> {
        Some(match key {
            Key::Accounts(number) => KeptKey::Accounts(*self.groups.get(number)?),
            Key::Thing(at) => KeptKey::Thing(self.thing(*at)?),
            Key::Things(evidence, homes) => {
                let homes: Option<Vec<u32>> = homes.iter().map(|home| self.block(*home)).collect();
                KeptKey::Things(evidence.name().to_owned(), homes?)
            }
        })
    }
}

/// From names to positions.
struct Finder {
    accounts: BTreeMap<String, u32>,
    blocks: BTreeMap<u32, u32>,
    things: BTreeMap<Name, u32>,
    kinds: BTreeMap<&'static str, Evidence>,
    /// Of each kept group the number it has now.
    groups: Vec<Option<u32>>,
}

impl Finder {
    fn of(whole: &Whole, ids: &[String]) -> Self {
        let name = |(at, thing): (u32, &super::Thing)| {
            ((thing.evidence.name().to_owned(), thing.value.clone()), at)
        };
        let kinds = whole.things.iter().map(|thing| thing.evidence).chain(Evidence::all());
        let mut known: BTreeMap<&'static str, Evidence> = BTreeMap::new();
        kinds.for_each(|evidence| {
            known.entry(evidence.name()).or_insert(evidence);
        });
        Self {
            accounts: (0..).zip(ids).map(|(at, id)| (id.clone(), at)).collect(),
            blocks: (0..).zip(&whole.blocks).map(|(at, block)| (block.number, at)).collect(),
            things: (0..).zip(&whole.things).map(name).collect(),
            kinds: known,
            groups: Vec::new(),
        }
    }

    fn things(&self, names: &[Name]) -> Vec<u32> {
        names.iter().filter_map(|name| self.things.get(name).copied()).collect()
    }

    fn key(&self, kept: &KeptKey) -> Option<Key> {
        Some(match kept {
            KeptKey::Accounts(at) => Key::Accounts((*self.groups.get(*at)?)?),
            KeptKey::Thing(name) => Key::Thing(*self.things.get(name)?),
            KeptKey::Things(kind, homes) => {
                let homes: Option<Vec<u32>> =
                    homes.iter().map(|number| self.blocks.get(number).copied()).collect();
                let mut homes = homes?;
                homes.sort_unstable();
                Key::Things(*self.kinds.get(kind.as_str())?, homes)
            }
        })
    }
}

impl Kept {
    /// A picture of a case with these account ids, in names.
    pub fn of(whole: &Whole, run: Option<i64>, sketch: &Sketch, ids: &[String]) -> Self {
        let groups = sketch.groups.keys().enumerate().map(|(at, number)| (*number, at)).collect();
        let namer = Namer { whole, groups };
        let id = |account: &u32| ids.get(*account as usize).cloned();
        let group = |group: &Group| KeptGroup {
            home: group.home.and_then(|home| namer.block(home)),
            accounts: group.accounts.iter().filter_map(id).collect(),
        };
        let place = |(key, place): (&Key, &Point)| Some((namer.key(key)?, *place));
        Self {
            run,
            groups: sketch.groups.values().map(group).collect(),
            open: sketch.open.iter().filter_map(|at| namer.block(*at)).collect(),
            apart: namer.things(&sketch.apart),
            gone: namer.things(&sketch.gone),
            common: namer.things(&sketch.common),
            hidden: sketch.hidden.iter().map(|evidence| evidence.name().to_owned()).collect(),
            weak: sketch.weak,
            places: sketch.places.iter().filter_map(place).collect(),
            pinned: sketch.pinned.iter().filter_map(|key| namer.key(key)).collect(),
        }
    }

    /// The picture again; `None` where nothing of it is left. Where the clusters are of another run the
    /// accounts and things stay, and accounts are in the clusters they are in now.
    pub fn sketch(&self, whole: &Whole, run: Option<i64>, ids: &[String]) -> Option<Sketch> {
        let is_same_run = self.run == run;
        let mut finder = Finder::of(whole, ids);
        if !is_same_run {
            finder.blocks.clear();
        }
        let mut sketch = Sketch::default();
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        for kept in &self.groups {
            let accounts = kept.accounts.iter().filter_map(|id| finder.accounts.get(id));
            let mut accounts: Vec<u32> = accounts.copied().filter(|a| seen.insert(*a)).collect();
            accounts.sort_unstable();
            let home = kept.home.and_then(|number| finder.blocks.get(&number).copied());
            let number = match is_same_run {
                true => sketch.add(home, accounts),
                false => add_anew(&mut sketch, whole, &accounts),
            };
            finder.groups.push(number);
        }
        if !is_same_run {
            sketch.open = sketch.blocks();
        }
        let blocks = self.open.iter().filter_map(|number| finder.blocks.get(number).copied());
        sketch.open.extend(blocks);
        sketch.apart = finder.things(&self.apart).into_iter().collect();
        sketch.gone = finder.things(&self.gone).into_iter().collect();
        sketch.common = finder.things(&self.common).into_iter().collect();
        let kinds = self.hidden.iter().filter_map(|name| finder.kinds.get(name.as_str()));
        sketch.hidden = kinds.copied().collect();
        sketch.weak = self.weak;
        let is_finite = |place: &Point| place.iter().all(|x| x.is_finite());
        let places = self.places.iter().filter(|(_, place)| is_finite(place));
        sketch.places = places.filter_map(|(k, p)| Some((finder.key(k)?, *p))).collect();
        sketch.pinned = self.pinned.iter().filter_map(|key| finder.key(key)).collect();
        (!sketch.groups.is_empty()).then_some(sketch)
    }
}

/// Adds accounts to the blocks they are in now; the number of the first group of them.
fn add_anew(sketch: &mut Sketch, whole: &Whole, accounts: &[u32]) -> Option<u32> {
    let mut of_block: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
    for account in accounts {
        let block = whole.block_of.get(*account as usize).copied();
        of_block.entry(block.filter(|block| *block != MISSING)).or_default().push(*account);
    }
    let added: Vec<Option<u32>> =
        of_block.into_iter().map(|(home, accounts)| sketch.add(home, accounts)).collect();
    added.into_iter().flatten().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Level;
    use crate::network::Standing;
    use crate::network::picture::{Block, Thing};

    fn thing(kind: usize, value: &str) -> Thing {
        Thing {
            evidence: Evidence::value(kind),
            value: value.into(),
            holders: Vec::new(),
            standing: Standing::Ties,
            weight: 2.0,
        }
    }

    fn whole(things: Vec<Thing>) -> Whole {
        let block = |number, accounts: &[u32]| Block {
            number,
            level: Level::Strong,
            accounts: accounts.to_vec(),
        };
        let blocks = vec![block(1, &[0, 1]), block(2, &[2, 3])];
        let mut whole = Whole::default();
        (whole.accounts, whole.things, whole.blocks) = (5, things, blocks);
        whole
    }

    fn sketch() -> Sketch {
        let mut sketch = Sketch::default();
        sketch.add(Some(0), vec![0, 1]);
        sketch.add(Some(1), vec![3]);
        sketch.open = [1].into();
        sketch.apart = [1].into();
        sketch.gone = [0].into();
        sketch.hidden = [Evidence::value(2)].into();
        sketch.places = [
            (Key::Accounts(1), [3.0, 4.5]),
            (Key::Thing(1), [1.0, -2.0]),
            (Key::Things(Evidence::value(0), vec![0, 1]), [9.0, 9.0]),
        ]
        .into();
        sketch.pinned = [Key::Thing(1)].into();
        sketch
    }

    #[test]
    fn a_picture_comes_back_in_a_case_whose_accounts_and_things_have_other_positions() {
        let ids: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).into();
        let before = whole(vec![thing(0, "f1"), thing(1, "d9")]);
        let kept = Kept::of(&before, Some(7), &sketch(), &ids);
        let text = serde_json::to_string(&kept).expect("text");
        let kept: Kept = serde_json::from_str(&text).expect("read back");
        assert_eq!(kept.sketch(&before, Some(7), &ids), Some(sketch()));

        let grown: Vec<String> = ["new", "a", "b", "c", "d", "e"].map(String::from).into();
        let after = whole(vec![thing(0, "f0"), thing(0, "f1"), thing(1, "d9")]);
        let again = kept.sketch(&after, Some(7), &grown).expect("there");
        assert_eq!(*again.groups[&0].accounts, [1, 2]);
        assert_eq!(*again.groups[&1].accounts, [4]);
        assert_eq!(again.places[&Key::Thing(2)], [1.0, -2.0]);
        assert_eq!((again.gone, again.apart), ([1].into(), [2].into()));
    }

    #[test]
    fn clusters_of_another_run_are_others_and_the_accounts_are_in_those_they_are_in_now() {
        let ids: Vec<String> = ["a", "b", "c", "d"].map(String::from).into();
        let mut of = whole(Vec::new());
        let kept = Kept::of(&of, Some(7), &sketch(), &ids);
        of.blocks.truncate(1);
        of.block_of = vec![MISSING, 0, MISSING, MISSING, MISSING];
        let carried = kept.sketch(&of, Some(8), &ids).expect("its accounts");
        let groups: Vec<(Option<u32>, Vec<u32>)> =
            carried.groups.values().map(|g| (g.home, g.accounts.to_vec())).collect();
        assert_eq!(groups, [(None, vec![0]), (Some(0), vec![1]), (None, vec![3])]);
        assert_eq!(kept.sketch(&of, Some(7), &[]), None, "nobody of it is left");
    }
}
