//! The lines of the facets card.

use std::borrow::Cow;

use egui::Ui;

use crate::index::{Facet, lift};
use crate::model::{FREE_TEXT, Filter};
use crate::ui::format::count;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::widget::number::share;
use crate::ui::widget::table::{Cell, Column, Rows, Tone};

use super::super::{menu, picked::Picked};
use super::counts::Listed;

pub const VALUE: usize = 0;
pub const ROWS: usize = 1;
pub const ACCOUNTS: usize = 2;
const SHARE: usize = 3;
pub const LIFT: usize = 4;

pub const COLUMNS: [Column; 5] = [
    Column::text("Value", 132.0, 91.0)
        .grows()
        .says("Click asks for it, Alt or Ctrl with a click takes it out"),
    Column::number("Rows", 74.0, 63.0)
        .says("Rows with this value. Click again for the rare ones first"),
    Column::number("Accounts", 78.0, 70.0).rank(1).says("Accounts with rows of this value"),
    Column::number("Share", 62.0, 56.0).unsorted().rank(2).says("Of the rows shown"),
    Column::number("Lift", 60.0, 56.0).says(
        "Share of the rows shown ÷ share of all rows of the case: ×1 is as everywhere, ×3 three \
         times as often here. “few” where fewer than 5 rows are shown and fewer than 5 expected",
    ),
];

/// A lift from which a value stands out.
const NOTABLE: f64 = 10.0;

/// The line of rows without a value, as a key.
const ABSENT: u64 = u64::MAX;

pub struct FacetRows<'a, 'b> {
    pub scene: &'a mut Scene<'b>,
    pub listed: &'a Listed,
}

/// What stands on a line.
struct Line {
    /// Number of the value; `None` is the rows without one.
    value: Option<u32>,
    rows: u64,
    accounts: u64,
    /// Rows with it in the whole case.
    in_all: u64,
}

impl FacetRows<'_, '_> {
    /// Lines there are: one a value, and one for rows without a value.
    pub fn len(&self) -> u64 {
        let absent = self.listed.counted.counts.absent_rows > 0;
        self.listed.order.len() as u64 + u64::from(absent)
    }

    fn line(&self, row: u64) -> Option<Line> {
        let counted = &self.listed.counted;
        let counts = &counted.counts;
        if let Some(value) = self.listed.order.get(row as usize).copied() {
            let at = value as usize;
            return Some(Line {
                value: Some(value),
                rows: (*counts.rows.get(at)?).into(),
                accounts: (*counts.accounts.get(at)?).into(),
                in_all: counted.in_all.get(at).copied().unwrap_or(0).into(),
            });
        }
        (row < self.len()).then_some(Line {
            value: None,
            rows: counts.absent_rows.into(),
            accounts: counts.absent_accounts.into(),
            in_all: counted.absent_in_all,
        })
    }

    /// The value of a line as a condition.
    pub fn picked(&self, row: u64) -> Option<Picked> {
        self.of_value(self.line(row)?.value)
    }

    fn of_value(&self, value: Option<u32>) -> Option<Picked> {
        let facet = self.listed.counted.facet;
        let text = match value {
            Some(value) => Some(self.scene.index.value_text(facet, value)?),
            None => None,
        };
        if facet == Facet::Template {
            return Some(Picked::template(value.zip(text.map(Cow::into_owned))));
        }
        Some(Picked::new(facet, text.as_deref()))
    }

    /// Asks for a filter.
    pub fn filter(&mut self, filter: Filter) {
        self.scene.ask(Action::Filter(filter));
    }

    fn value(&self, value: u32) -> Cell<'_> {
        let facet = self.listed.counted.facet;
        let text = self.scene.index.value_text(facet, value).unwrap_or_default();
        if facet == Facet::Template {
            return match value {
                FREE_TEXT => Cell::muted(text),
                id => Cell::text(format!("{id} · {text}")),
            };
        }
        match (facet.remark(&text), self.scene.index.spellings(facet, value)) {
            (Some(remark), _) => Cell::muted(format!("{text} ({remark})")),
            (None, 1) => Cell::text(text),
            (None, several) => Cell::text(format!("{text} ({several} spellings)")),
        }
    }
}

impl Rows for FacetRows<'_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(line) = self.line(row) else { return Cell::None };
        let counted = &self.listed.counted;
        match column {
            VALUE => line.value.map_or(Cell::Absent, |value| self.value(value)),
            ROWS => Cell::Count(line.rows),
            ACCOUNTS => Cell::Count(line.accounts),
            SHARE => Cell::Figure(share(line.rows, counted.total).into(), Tone::Muted),
            _ => match lift(line.rows, counted.total, line.in_all, counted.of_all) {
                Some(lift) => {
                    let tone = if lift >= NOTABLE { Tone::Notable } else { Tone::Muted };
                    Cell::Figure(times(lift).into(), tone)
                }
                None => Cell::Figure("few".into(), Tone::Muted),
            },
        }
    }

    fn selected(&self, row: u64) -> bool {
        // A value the filter asks for is lit.
        self.picked(row).is_some_and(|picked| picked.is_included(&self.scene.view.filter))
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.line(row).map(|line| line.value.map_or(ABSENT, u64::from))
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let value = u32::try_from(key).ok();
        let Some(picked) = self.of_value(value) else { return };
        menu::value(ui, self.scene, &picked);
    }
}

/// `×214`, `×3.4`, `×0.92`, `× < 0.01`.
fn times(lift: f64) -> String {
    match lift {
        l if l >= 9.95 => format!("×{}", count(l.round() as u64)),
        l if l >= 0.995 => format!("×{l:.1}"),
        l if l >= 0.01 => format!("×{l:.2}"),
        _ => "× < 0.01".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lift_is_written_with_the_digits_that_mean_something() {
        let written = [1_214.4, 214.0, 9.96, 3.44, 1.0, 0.996, 0.92, 0.014, 0.001].map(times);
        assert_eq!(
            written,
            ["×1,214", "×214", "×10", "×3.4", "×1.0", "×1.0", "×0.92", "×0.01", "× < 0.01"]
        );
    }
}
