//! Accounts against what they have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::job::{Cancelled, Progress};
use crate::network::Standing;
use crate::network::picture::{Evidence, Thing, Whole};

/// A thing that at least two of the accounts have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its position in [`Whole::things`].
    pub thing: u32,
    /// Its kind.
    pub evidence: Evidence,
    /// How many of the accounts have it.
    pub holders: u32,
    /// What it says of two accounts, nats.
    pub weight: f64,
}

/// Accounts against what at least two of them have and what ties them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// How many accounts, which are the rows.
    pub rows: usize,
    /// In the order of the rows: by the mean row of those who have it, heavier ones first where that
    /// is the same.
    pub columns: Vec<Column>,
    /// Lighter things that were left out, because there are more than are shown.
    pub left_out: usize,
    /// Column and records, by row, rising by column; no records where the accounts table says it.
    held: Vec<Vec<(u32, u32)>>,
}

impl Shared {
    /// Of accounts, in the order of the rows, with up to `most` things, the heaviest. Kinds that are
    /// hidden are left out.
    ///
    /// Naive: for every thing that ties and every account, ask whether it has it.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        whole: &Whole,
        accounts: &[u32],
        hidden: &BTreeSet<Evidence>,
        most: usize,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        progress.check()?;
        let row_of: BTreeMap<u32, u32> = accounts.iter().copied().zip(0..).collect();
        let mut found: Vec<(Column, f64)> = Vec::new();
        for (at, thing) in (0..).zip(&whole.things) {
            progress.check()?;
            if !hidden.contains(&thing.evidence) {
                found.extend(column(at, thing, &row_of));
            }
        }
        let weight = |a: &(Column, f64), b: &(Column, f64)| {
            b.0.weight.total_cmp(&a.0.weight).then(a.0.thing.cmp(&b.0.thing))
        };
        found.sort_by(weight);
        let left_out = found.len().saturating_sub(most);
        found.truncate(most);
        // Stable: heavier ones stay first.
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let columns: Vec<Column> = found.into_iter().map(|(column, _)| column).collect();
        let held = held(whole, &columns, &row_of, accounts.len());
        Ok(Self { rows: accounts.len(), columns, left_out, held })
    }

    /// The records of a row with a column, 0 where the accounts table says it; `None` where it has it
    /// not.
    pub fn records(&self, row: usize, column: usize) -> Option<u32> {
        let held = self.held.get(row)?;
        let column = u32::try_from(column).ok()?;
        let at = held.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        held.get(at).map(|(_, records)| *records)
    }

    /// What is drawn, row by row: what a thing says, nats, over what the heaviest one says; 0 where
    /// an account has it not. Never 0 where it has it.
    pub fn cells(&self) -> Vec<f32> {
        let heaviest = self.heaviest();
        let mut cells = vec![0.0; self.rows * self.columns.len()];
        for (row, held) in self.held.iter().enumerate() {
            for (at, _) in held {
                let weight = self.columns.get(*at as usize).map_or(0.0, |column| column.weight);
                if let Some(cell) = cells.get_mut(row * self.columns.len() + *at as usize) {
                    *cell = ((weight / heaviest) as f32).clamp(0.05, 1.0);
                }
            }
        }
        cells
    }

    /// What the heaviest thing says, nats.
    pub fn heaviest(&self) -> f64 {
        self.columns.iter().map(|column| column.weight).fold(f64::MIN_POSITIVE, f64::max)
    }

    /// How alike rows are by what they have, row by row, 0…1: the weight of what both have over that
    /// of what either has (Jaccard, weighted), to put rows in order by.
    pub fn likeness(&self) -> Vec<f32> {
        let n = self.rows;
        let mut both = vec![0.0_f32; n * n];
        let mut of = vec![Vec::new(); self.columns.len()];
        let mut own = vec![0.0_f32; n];
        let weight = |at: u32| self.columns.get(at as usize).map_or(0.0, |c| c.weight as f32);
        for (row, held) in self.held.iter().enumerate() {
            own[row] = held.iter().map(|(at, _)| weight(*at)).sum();
            for (at, _) in held {
                of[*at as usize].push(row);
            }
        }
        for (at, rows) in (0..).zip(&of) {
            for (i, k) in rows.iter().flat_map(|i| rows.iter().map(move |k| (i, k))) {
                both[i * n + k] += weight(at);
            }
        }
        for (at, value) in both.iter_mut().enumerate() {
            let (i, k) = (at / n, at % n);
            let either = own[i] + own[k] - *value;
            *value = if i == k { 1.0 } else { (*value / either.max(f32::MIN_POSITIVE)).min(1.0) };
        }
        both
    }
}

/// A thing as a column, with the mean row of those who have it; `None` where fewer than two have it or
/// it does not tie.
fn column(at: u32, thing: &Thing, row_of: &BTreeMap<u32, u32>) -> Option<(Column, f64)> {
    if thing.standing != Standing::Ties {
        return None;
    }
    let rows: Vec<u32> =
        thing.holders.iter().filter_map(|holder| row_of.get(&holder.account)).copied().collect();
    if rows.len() < 2 {
        return None;
    }
    let mean = rows.iter().map(|row| f64::from(*row)).sum::<f64>() / rows.len() as f64;
    let (evidence, holders) = (thing.evidence, rows.len() as u32);
    Some((Column { thing: at, evidence, holders, weight: thing.weight }, mean))
}

fn held(
    whole: &Whole,
    columns: &[Column],
    row_of: &BTreeMap<u32, u32>,
    rows: usize,
) -> Vec<Vec<(u32, u32)>> {
    let mut held = vec![Vec::new(); rows];
    for (at, column) in (0..).zip(columns) {
        let thing = whole.things.get(column.thing as usize);
        for holder in thing.map_or(&[][..], |thing| &thing.holders[..]) {
            let row = row_of.get(&holder.account).and_then(|row| held.get_mut(*row as usize));
            if let Some(row) = row {
                row.push((at, holder.rows));
            }
        }
    }
    held
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
