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
/// Numbers for each item from which on there are gaps to be left out.
const SPARSE: u64 = 3;
/// The role of what was sent in the second half of the time.
const SECOND_HALF: &str = "second half";
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
        Items::new(facts, &held)?.map(|of| of.exhibit()).into_iter().collect();
    all.extend(in_common(facts));
    Ok(all)
}

/// How many items two had in common, against how many they would have had.
fn in_common(facts: &Facts<'_>) -> Option<Exhibit> {
    let (shared, expected) = (facts.number("shared")?, facts.number("expected")?);
    let null = facts.finding.null.as_ref()?;
    let note = format!("{}, expected {}", shared.text(), expected.text());
    let bar = Bar {
        usual: Some(expected.value),
        band: Some((null.low * expected.value, null.high * expected.value)),
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
    /// The first row of the second half of the time, where halves are told apart: places are then
    /// those of items that have no numbers.
    middle: Option<u32>,
    /// Whether places are those of numbers with the gaps between them left out.
    is_ranked: bool,
    /// Who sent each item, of all accounts, by half.
    parties: BTreeMap<(bool, u32), BTreeSet<u32>>,
}

impl<'a> Items<'a> {
    fn new(facts: &'a Facts<'a>, held: &Held) -> Result<Option<Self>, Cancelled> {
        let middle = match facts.number("items") {
            Some(_) => None,
            None => Some(facts.rows(SECOND_HALF)?.first().copied().unwrap_or(u32::MAX)),
        };
        let place = match middle {
            None => numbers(facts, held),
            Some(_) => Some(firsts(facts, held)),
        };
        let Some(mut place) = place else { return Ok(None) };
        let is_ranked = without_gaps(&mut place);
        let items = |(account, of): &(u32, Own)| -> Lane {
            let item = |row: &u32| Some((*place.get(row)?, *row));
            let mut items: Vec<(u32, u32)> = of.rows.iter().filter_map(item).collect();
            items.sort_unstable();
            (*account, items)
        };
        let mut lanes: Vec<Lane> = held.0.iter().map(items).filter(|of| !of.1.is_empty()).collect();
        let parties = parties(facts, &lanes, middle);
        let of = lanes.len();
        lanes.truncate(MOST_LANES);
        lanes.sort_by_key(|(account, of)| (of.first().map(|item| item.0), *account));
        let items = Self { facts, lanes, of, middle, is_ranked, parties };
        Ok(Some(items).filter(|items| !items.lanes.is_empty()))
    }

    fn exhibit(&self) -> Exhibit {
        let ends = |of: fn(&Lane) -> Option<&(u32, u32)>| self.lanes.iter().filter_map(of);
        let first = ends(|(_, of)| of.first()).map(|item| item.0).min().unwrap_or(0);
        let last = ends(|(_, of)| of.last()).map(|item| item.0).max().unwrap_or(0);
        let axis = match self.middle {
            None if self.is_ranked => "items in the order of their numbers, gaps left out →",
            None => "number of the item →",
            Some(_) => "items in the order in which they first came →",
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
            summary: self.summary(),
            key: match self.middle {
                None => vec![
                    (Ink::Cited, "item of one party".into()),
                    (Ink::Refused, "item of more than one".into()),
                ],
                Some(_) => vec![
                    (Ink::Other, "sent in the first half of the time".into()),
                    (Ink::Cited, "in the second".into()),
                    (Ink::Refused, "by two parties in the same half".into()),
                ],
            },
        }
    }

    fn summary(&self) -> String {
        let several = self.parties.iter().filter(|(_, of)| of.len() > 1);
        let twice = several.map(|((_, item), _)| *item).collect::<BTreeSet<u32>>().len();
        let items: BTreeSet<u32> = self.parties.keys().map(|(_, item)| *item).collect();
        format!(
            "Items that each of {} accounts sent; {} of {} items were sent by more than one party{}.",
            count(self.of),
            count(twice),
            count(items.len()),
            if self.middle.is_some() { " in the same half of the time" } else { "" },
        )
    }

    fn is_late(&self, row: u32) -> bool {
        self.middle.is_some_and(|middle| row >= middle)
    }

    fn ink(&self, item: u32, row: u32) -> Ink {
        let is_late = self.is_late(row);
        match self.parties.get(&(is_late, item)) {
            Some(of) if of.len() > 1 => Ink::Refused,
            _ if self.middle.is_some() && !is_late => Ink::Other,
            _ => Ink::Cited,
        }
    }

    /// The items as marks, at most [`PLACES`] an account: an item of more than one party is drawn
    /// before one of a single party that lies at its place.
    fn marks(&self, first: i64, last: i64) -> Vec<Mark> {
        let index = self.facts.material.index;
        let width = (last - first + PLACES) / PLACES;
        let mut marks = Vec::new();
        for (lane, (_, of)) in (0..).zip(&self.lanes) {
            let mut drawn: BTreeMap<i64, Mark> = BTreeMap::new();
            for (item, row) in of {
                let ink = self.ink(*item, *row);
                let at = i64::from(*item);
                let mark = Mark { lane, at, ink, event: Some(index.event_id(*row)) };
                let known = drawn.entry((at - first) / width).or_insert(mark);
                if ink == Ink::Refused && known.ink != Ink::Refused {
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

/// Takes the gaps out of numbers that are few for the range they lie in: else one odd number leaves
/// no room for the others. Whether it did; places then count from 1.
fn without_gaps(place: &mut BTreeMap<u32, u32>) -> bool {
    let known: BTreeSet<u32> = place.values().copied().collect();
    let range = known.first().zip(known.last()).map_or(0, |(a, b)| u64::from(b - a) + 1);
    if range <= SPARSE * known.len() as u64 {
        return false;
    }
    let rank: BTreeMap<u32, u32> = known.into_iter().zip(1..).collect();
    place.values_mut().for_each(|number| *number = rank.get(number).copied().unwrap_or(*number));
    true
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

/// Who sent each item, in each half of the time where halves are told apart.
fn parties(
    facts: &Facts<'_>,
    lanes: &[Lane],
    middle: Option<u32>,
) -> BTreeMap<(bool, u32), BTreeSet<u32>> {
    let mut parties: BTreeMap<(bool, u32), BTreeSet<u32>> = BTreeMap::new();
    for (account, of) in lanes {
        for (item, row) in of {
            let is_late = middle.is_some_and(|middle| *row >= middle);
            parties.entry((is_late, *item)).or_default().insert(facts.material.party(*account));
        }
    }
    parties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_number_does_not_take_the_room_of_all_others() {
        let of = |numbers: &[u32]| {
            let mut place: BTreeMap<u32, u32> = (0..).zip(numbers.iter().copied()).collect();
            let is_ranked = without_gaps(&mut place);
            (is_ranked, place.into_values().collect::<Vec<u32>>())
        };
        assert_eq!(of(&[7, 9, 8, 7]), (false, vec![7, 9, 8, 7]));
        assert_eq!(of(&[40_001, 0, 40_003, 40_001]), (true, vec![2, 1, 3, 2]));
        assert_eq!(of(&[]), (false, vec![]));
    }
}
