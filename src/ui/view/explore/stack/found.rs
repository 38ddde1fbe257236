//! The values of a stack and what is said of each.

use std::collections::BTreeMap;

use crate::index::{Index, Mask, Stacked};
use crate::job::{Cancelled, Progress};
use crate::model::Field;
use crate::ui::widget::table::Cell;

use super::super::accounts::Known;
use super::super::clock::Clock;
use super::super::picked::Picked;
use super::super::value::{Key, Value};

/// One value of the accounts table and who has it: never nobody.
pub(super) struct Group {
    pub accounts: Vec<u32>,
    pub rows: u64,
}

/// The values found, in order.
pub(super) enum Found {
    Values(Field, Vec<Stacked>),
    /// Of a column of the accounts, as they were then.
    Groups(Known, usize, Vec<Group>),
}

impl Found {
    pub fn len(&self) -> u64 {
        match self {
            Self::Values(_, list) => list.len() as u64,
            Self::Groups(.., list) => list.len() as u64,
        }
    }
}

/// The values of a field of the rows shown.
pub(super) fn values(
    index: &Index,
    mask: &Mask,
    field: Field,
    frequent_first: bool,
    progress: &Progress,
) -> Result<Found, String> {
    index.read_texts_of(field).map_err(|e| e.to_string())?;
    let mut list = index.stacked(mask, field, progress).map_err(|e| e.to_string())?;
    // Equal ones in the order of the dictionary: there may be millions.
    list.sort_by_key(|s| (if frequent_first { !s.rows } else { s.rows }, s.value));
    Ok(Found::Values(field, list))
}

/// The values of a column of the accounts listed.
pub(super) fn groups(
    order: &[u32],
    known: &Known,
    column: usize,
    frequent_first: bool,
    progress: &Progress,
) -> Result<Found, Cancelled> {
    let mut by_value: BTreeMap<Option<Key>, Vec<u32>> = BTreeMap::new();
    for account in order {
        progress.check()?;
        by_value.entry(known.value(*account, column).key()).or_default().push(*account);
    }
    let group = |accounts: Vec<u32>| {
        let rows = accounts.iter().map(|a| u64::from(known.stats(*a).rows)).sum();
        Group { accounts, rows }
    };
    // Equal counts stay in the order of the values.
    let mut list: Vec<Group> = by_value.into_values().map(group).collect();
    list.sort_by_key(|g| if frequent_first { !g.accounts.len() } else { g.accounts.len() });
    Ok(Found::Groups(known.clone(), column, list))
}

/// The value on a line, where it is of a field.
pub(super) fn picked(index: &Index, found: &Found, line: u64) -> Option<Picked> {
    let Found::Values(field, list) = found else { return None };
    let stacked = list.get(line as usize)?;
    let text = match stacked.value {
        Some(value) => Some(index.stacked_text(*field, value)?),
        None => None,
    };
    Some(Picked::new(*field, text.as_deref()))
}

/// A line as text, for the clipboard: value, rows, accounts.
pub(super) fn words(index: &Index, found: &Found, line: u64) -> String {
    let clean = |text: String| {
        let text = text.replace(['\t', '\r', '\n'], " ");
        crate::report::csv::neutral(&text).into_owned()
    };
    match found {
        Found::Values(field, list) => {
            let Some(s) = list.get(line as usize) else { return String::new() };
            let text = s.value.and_then(|v| index.stacked_text(*field, v)).unwrap_or_default();
            format!("{}\t{}\t{}", clean(text), s.rows, s.accounts)
        }
        Found::Groups(known, column, list) => {
            let Some(g) = list.get(line as usize) else { return String::new() };
            let text = value_of(known, *column, g).exact().into_owned();
            format!("{}\t{}\t{}", clean(text), g.rows, g.accounts.len())
        }
    }
}

/// The value that all accounts of a group have.
fn value_of<'a>(known: &'a Known, column: usize, group: &Group) -> Value<'a> {
    group.accounts.first().map_or(Value::Nothing, |account| known.value(*account, column))
}

impl Found {
    /// What stands in the first cell of a line.
    pub fn cell<'a>(&'a self, index: &Index, line: u64, clock: Clock) -> Cell<'a> {
        match self {
            Self::Values(field, list) => {
                let value = list.get(line as usize).and_then(|stacked| stacked.value);
                let Some(value) = value else { return Cell::Absent };
                let text = index.stacked_text(*field, value).unwrap_or_default();
                match (field, text.parse()) {
                    (Field::LatencyMs, Ok(ms)) => Value::Ms(ms).cell(clock),
                    _ => Cell::text(text),
                }
            }
            Self::Groups(known, column, list) => {
                let group = list.get(line as usize);
                match group.map_or(Value::Nothing, |group| value_of(known, *column, group)) {
                    Value::Nothing | Value::Absent => Cell::muted("none"),
                    value => value.cell(clock),
                }
            }
        }
    }
}
