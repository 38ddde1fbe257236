//! Reading a row of a table by how the packer cut its line: what [`cut`](super::cut) does for JSON.
//!
//! Without backslashes before delimiters in the row, the packer cuts it exactly where cells end,
//! and says which of them vary. Where the others lie and what they hold, the first row of a layout
//! teaches.

use super::csv::{Cells, is_named, is_no_value};
use super::paths::Step;
use crate::model::pack::Look;

/// How rows of one layout are read.
#[derive(Debug)]
pub struct RowPlan {
    /// The cells that are wanted, in the order of the row; not those that never have a value.
    cells: Vec<(Step, Place)>,
    /// The fields that vary and that nobody wants.
    unwanted: Vec<usize>,
    /// The name of the first column that varies, where all that does not vary is as in the header.
    header: Option<String>,
}

/// Where a cell lies.
#[derive(Debug)]
enum Place {
    /// It is a field that varies.
    Field(usize),
    /// It begins so many bytes behind the end of a field, or behind the start of the row, and is
    /// so many bytes long.
    Behind(Option<usize>, usize, usize),
}

/// Where the cells of a row lie that looks like earlier ones.
pub(super) struct CutRow<'p, 'a> {
    plan: &'p RowPlan,
    row: &'a str,
    fields: &'p [(usize, usize)],
}

impl<'p, 'a> CutRow<'p, 'a> {
    /// The row, which begins where its line begins; `None` where it may be the header again, or has
    /// a quote that is not closed.
    pub fn new(plan: &'p RowPlan, row: &'a str, look: &Look<'p>) -> Option<Self> {
        let this = Self { plan, row, fields: look.fields };
        let may_be = |name: &str, cell: &str| cell.starts_with('"') || is_named(name, cell);
        let is_open = |field: &usize| this.field(*field).is_none_or(is_open);
        if plan.unwanted.iter().any(is_open) {
            return None;
        }
        let is_header = |name: &String| this.field(0).is_none_or(|cell| may_be(name, cell));
        (!plan.header.as_ref().is_some_and(is_header)).then_some(this)
    }

    /// Each wanted cell as it is written, and where it leads.
    #[inline]
    pub fn cells(&self) -> impl Iterator<Item = Option<(Step, &'a str)>> {
        self.plan.cells.iter().map(|(step, place)| {
            let cell = match *place {
                Place::Field(field) => self.field(field)?,
                Place::Behind(field, offset, length) => {
                    let end = field.map_or(Some(0), |field| Some(self.fields.get(field)?.1))?;
                    self.row.get(end + offset..end + offset + length)?
                }
            };
            Some((*step, cell))
        })
    }

    /// A line may end in what is no part of its row.
    #[inline]
    fn field(&self, field: usize) -> Option<&'a str> {
        let (from, to) = *self.fields.get(field)?;
        self.row.get(from..to.min(self.row.len()))
    }
}

impl RowPlan {
    /// What the cells of a first row teach.
    pub(super) fn of(
        mut row: Cells<'_>,
        header: &[String],
        columns: &[Option<Step>],
        fields: &[(usize, usize)],
    ) -> Option<Self> {
        let (mut cells, mut unwanted, mut repeats, mut varies) = (vec![], vec![], true, None);
        let length = row.rest()?.len();
        let (mut field, mut count) = (0, 0);
        while let Some(rest) = row.rest() {
            let (name, step) = (header.get(count)?, columns.get(count)?);
            let cell = row.next()?.ok()?;
            let from = length - rest.len();
            let end = row.rest().map_or(length, |rest| length - rest.len() - 1);
            let place = match fields.get(field) {
                Some(&(start, to)) if start == from => {
                    (to.min(length) == end).then_some(())?;
                    varies = varies.or(Some(name));
                    field += 1;
                    Some(Place::Field(field - 1))
                }
                _ => {
                    repeats &= is_named(name, &cell);
                    let last = field.checked_sub(1);
                    let offset = from - last.map_or(0, |last| fields[last].1);
                    (!is_no_value(&cell)).then_some(Place::Behind(last, offset, end - from))
                }
            };
            match (step, place) {
                (Some(step), Some(place)) => cells.push((*step, place)),
                (None, Some(Place::Field(field))) => unwanted.push(field),
                _ => {}
            }
            count += 1;
        }
        (field == fields.len() && count == columns.len()).then_some(())?;
        let header = match repeats {
            true => Some(varies?.clone()),
            false => None,
        };
        Some(Self { cells, unwanted, header })
    }
}

/// Whether a cell begins with a quote that is not closed.
fn is_open(cell: &str) -> bool {
    // What it is cut at does not matter: the packer has cut it.
    cell.starts_with('"') && Cells::new(cell, b',').any(|cell| cell.is_err())
}

#[cfg(test)]
#[path = "cut_row_tests.rs"]
mod tests;
