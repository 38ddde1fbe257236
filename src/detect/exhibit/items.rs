//! D26: which items each account sent, and how many two of them have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, count, shown_of};
use super::kind::{Bar, Bars, Ink, Mark, Order, Raster};
use super::template::{Held, Own, cited, rows_of, spoken_of};
use super::{Exhibit, Picture, shares};
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Accounts that are shown.
const MOST_LANES: usize = 60;
/// Marks of an account that are drawn: what lies closer is one.
const PLACES: i64 = 480;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let rows = cited(facts)?;
    let templates = facts.material.index.templates();
    let Some(template) = spoken_of(facts, &templates, &rows) else {
        return shares::exhibits(facts);
    };
    let held = Held::new(facts, &rows_of(&templates, template.id, &rows))?;
    facts.progress.check()?;
    let mut all: Vec<Exhibit> =
        Items::new(facts, &held).map(|of| of.exhibit()).into_iter().collect();
    all.extend(in_common(facts));
    Ok(all)
}

/// How many items two had in common, against how many they would have had.
fn in_common(facts: &Facts<'_>) -> Option<Exhibit> {
    let (shared, expected) = (facts.number("shared")?, facts.number("expected")?);
    let null = facts.finding.null.as_ref()?;
    let note = format!("{}, where {} are to be expected", shared.text(), expected.text());
    let bar = Bar {
        usual: Some(expected.value),
        band: Some((null.low, null.high)),
        ..Bar::new("these accounts", shared.value, note)
    };
    Some(Exhibit {
        title: "Items that two of them have in common".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Count,
            measure: "times two of them had an item in common".into(),
            bars: vec![bar],
            more: String::new(),
        }),
        summary: format!(
            "{} times two of the accounts had an item in common; working by themselves they would \
             have had {}.",
            shared.text(),
            expected.text(),
        ),
        key: vec![
            (Ink::Cited, "in common".into()),
            (Ink::Null, "of accounts that draw from the same items by themselves".into()),
        ],
    })
}

/// An account and its items: place and row, rising.
type Lane = (u32, Vec<(u32, u32)>);

/// What each account sent, by the number of the item; where items have none, in the order in which
/// they first came.
struct Items<'a> {
    facts: &'a Facts<'a>,
    lanes: Vec<Lane>,
    /// Accounts that could be shown.
    of: usize,
    /// Whether places are the numbers of items.
    are_numbered: bool,
    /// Who sent each item, of all accounts.
    parties: BTreeMap<u32, BTreeSet<u32>>,
}

impl<'a> Items<'a> {
    fn new(facts: &'a Facts<'a>, held: &Held) -> Option<Self> {
        let are_numbered = facts.number("items").is_some();
        let place = if are_numbered { numbers(facts, held)? } else { firsts(facts, held) };
        let items = |(account, of): &(u32, Own)| -> Lane {
            let item = |row: &u32| Some((*place.get(row)?, *row));
            let mut items: Vec<(u32, u32)> = of.rows.iter().filter_map(item).collect();
            items.sort_unstable();
            (*account, items)
        };
        let mut lanes: Vec<Lane> = held.0.iter().map(items).filter(|of| !of.1.is_empty()).collect();
        let parties = parties(facts, &lanes);
        let of = lanes.len();
        lanes.truncate(MOST_LANES);
        lanes.sort_by_key(|(account, of)| (of.first().map(|item| item.0), *account));
        (!lanes.is_empty()).then_some(Self { facts, lanes, of, are_numbered, parties })
    }

    fn exhibit(&self) -> Exhibit {
        let ends = |of: fn(&Lane) -> Option<&(u32, u32)>| self.lanes.iter().filter_map(of);
        let first = ends(|(_, of)| of.first()).map(|item| item.0).min().unwrap_or(0);
        let last = ends(|(_, of)| of.last()).map(|item| item.0).max().unwrap_or(0);
        let twice = self.parties.values().filter(|of| of.len() > 1).count();
        let axis = match self.are_numbered {
            true => "number of the item →",
            false => "items in the order in which they first came →",
        };
        let raster = Raster {
            marks: self.marks(i64::from(first), i64::from(last)),
            lanes: self.lanes.iter().map(|(account, _)| self.facts.lane(*account)).collect(),
            order: Order::Number(i64::from(first), i64::from(last)),
            threads: Vec::new(),
            moments: Vec::new(),
            lanes_note: shown_of(self.lanes.len(), self.of, "accounts", "those with most prompts"),
            axis_note: axis.into(),
            ghost: None,
        };
        Exhibit {
            title: "Items by account".into(),
            picture: Picture::Raster(raster),
            summary: format!(
                "Items that each of {} accounts sent; {} of {} items were sent by more than one party.",
                count(self.of),
                count(twice),
                count(self.parties.len()),
            ),
            key: vec![
                (Ink::Cited, "item of one party".into()),
                (Ink::Refused, "item of more than one".into()),
            ],
        }
    }

    /// The items as marks, at most [`PLACES`] an account: an item of more than one party is drawn
    /// before one of a single party that lies at its place.
    fn marks(&self, first: i64, last: i64) -> Vec<Mark> {
        let index = self.facts.material.index;
        let width = ((last - first + 1) / PLACES).max(1);
        let mut marks = Vec::new();
        for (lane, (_, of)) in (0..).zip(&self.lanes) {
            let mut drawn: BTreeMap<i64, Mark> = BTreeMap::new();
            for (item, row) in of {
                let is_twice = self.parties.get(item).is_some_and(|of| of.len() > 1);
                let ink = if is_twice { Ink::Refused } else { Ink::Cited };
                let at = i64::from(*item);
                let mark = Mark { lane, at, ink, event: Some(index.event_id(*row)) };
                let known = drawn.entry((at - first) / width).or_insert(mark);
                if is_twice && known.ink != Ink::Refused {
                    *known = mark;
                }
            }
            marks.extend(drawn.into_values());
        }
        marks
    }
}

/// The number of each row's item, where the texts were read.
fn numbers(facts: &Facts<'_>, held: &Held) -> Option<BTreeMap<u32, u32>> {
    let marks = facts.material.marks()?;
    let rows = held.0.iter().flat_map(|(_, of)| &of.rows);
    Some(rows.filter_map(|row| Some((*row, marks.item(*row)?))).collect())
}

/// Of each row the place of its prompt among all prompts, in the order in which they first came.
fn firsts(facts: &Facts<'_>, held: &Held) -> BTreeMap<u32, u32> {
    let mut rows: Vec<u32> = held.0.iter().flat_map(|(_, of)| of.rows.iter().copied()).collect();
    rows.sort_unstable();
    let mut known: BTreeMap<u64, u32> = BTreeMap::new();
    let place = |row: u32| {
        let next = known.len() as u32;
        let prompt = facts.material.index.row(row).prompt_hash()?;
        Some((row, *known.entry(prompt).or_insert(next)))
    };
    rows.into_iter().filter_map(place).collect()
}

/// Who sent each item.
fn parties(facts: &Facts<'_>, lanes: &[Lane]) -> BTreeMap<u32, BTreeSet<u32>> {
    let mut parties: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (account, of) in lanes {
        for (item, _) in of {
            parties.entry(*item).or_default().insert(facts.material.party(*account));
        }
    }
    parties
}
