//! The rows of the table of templates.

use std::cmp::Ordering;

use egui::Ui;

use crate::index::templates::GROWTH_DAYS;
use crate::index::{self, TemplateCounts, TemplateStats};
use crate::model::FREE_TEXT;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::Face;
use crate::ui::view::explore::clock::Clock;
use crate::ui::view::explore::menu;
use crate::ui::view::explore::picked::Picked;
use crate::ui::widget::number::share;
use crate::ui::widget::table::{Cell, Column, Rows, Sort, Tone};

use super::Counted;

pub const TEXT: usize = 0;
pub const EXCHANGES: usize = 1;
pub const ACCOUNTS: usize = 2;
pub const GROWTH: usize = 3;
pub const SHARE: usize = 4;
pub const FIRST: usize = 5;
pub const NUMBER: usize = 6;

const _: () = assert!(GROWTH_DAYS == 7, "the tooltip says so");

/// The columns.
pub const COLUMNS: [Column; 7] = [
    Column::text("Template", 220.0, 110.0)
        .grows()
        .unsorted()
        .says("The text that the prompts share, … where they differ"),
    Column::number("Rows", 74.0, 62.0).says("Rows shown whose prompt follows the template"),
    Column::number("Accounts", 78.0, 70.0).says("Accounts of these rows"),
    Column::number("Growth", 72.0, 64.0)
        .rank(3)
        .says("Rows of the last 7 days shown against the 7 days before"),
    Column::number("Share", 62.0, 56.0).rank(1).says("Of the rows shown"),
    Column::text("First seen", 132.0, 124.0)
        .rank(4)
        .says("Under the filter, in the time zone chosen"),
    Column::number("No.", 46.0, 40.0).rank(2).says("Its number, as in template:17"),
];

/// The columns with the zone of times.
pub fn columns(zone: &str) -> [Column<'_>; 7] {
    let mut columns: [Column<'_>; 7] = COLUMNS;
    columns[FIRST] = columns[FIRST].unit(zone);
    columns
}

/// Templates that have rows, in the order of a column; equal ones by their numbers.
pub fn ordered(templates: &index::Templates, counts: &TemplateCounts, sort: Sort) -> Vec<u32> {
    let of = |id: &u32| counts.of[*id as usize];
    let ids = 1..=templates.all.len() as u32;
    let mut order: Vec<u32> = ids.filter(|id| of(id).rows > 0).collect();
    let compare = |a: &TemplateStats, b: &TemplateStats| match sort.column {
        ACCOUNTS => a.accounts.cmp(&b.accounts),
        GROWTH => growth(a).partial_cmp(&growth(b)).unwrap_or(Ordering::Equal),
        FIRST => a.first.cmp(&b.first),
        _ => a.rows.cmp(&b.rows),
    };
    order.sort_by(|a, b| {
        let by_column = match sort.column {
            NUMBER => a.cmp(b),
            _ => compare(&of(a), &of(b)),
        };
        let by_column = if sort.descending { by_column.reverse() } else { by_column };
        by_column.then(a.cmp(b))
    });
    order
}

/// How many times as many rows as in the days before; endless for something new.
fn growth(stats: &TemplateStats) -> f64 {
    match (stats.recent, stats.before) {
        (0, 0) => -1.0,
        (recent, before) => f64::from(recent) / f64::from(before),
    }
}

/// Growth in words: `+120 %`, `new`.
pub fn growth_words(stats: &TemplateStats) -> Option<String> {
    match (stats.recent, stats.before) {
        (0, 0) => None,
        (_, 0) => Some("new".into()),
        _ => {
            let percent = (growth(stats) - 1.0) * 100.0;
            let sign = if percent >= 0.5 {
                "+"
            } else if percent <= -0.5 {
                "−"
            } else {
                "±"
            };
            match percent.abs() {
                p if p >= 9_950.0 => Some(format!("×{:.0}", growth(stats))),
                p => Some(format!("{sign}{p:.0} %")),
            }
        }
    }
}

/// What the table asks.
pub struct TemplateRows<'a, 'b> {
    pub scene: &'a mut Scene<'b>,
    pub counted: &'a Counted,
    /// The template that is shown in full.
    pub shown: Option<u32>,
    pub clock: Clock,
}

/// What a line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Template(u32),
    Free,
    Absent,
}

impl TemplateRows<'_, '_> {
    fn free(&self) -> TemplateStats {
        self.counted.counts.of.get(FREE_TEXT as usize).copied().unwrap_or_default()
    }

    /// Templates, then what follows none.
    pub fn len(&self) -> u64 {
        let free = u64::from(self.free().rows > 0);
        self.counted.order.len() as u64 + free + u64::from(self.counted.counts.absent > 0)
    }

    fn line(&self, row: u64) -> Option<Line> {
        let listed = self.counted.order.len() as u64;
        if let Some(id) = self.counted.order.get(row as usize) {
            return Some(Line::Template(*id));
        }
        match row - listed {
            0 if self.free().rows > 0 => Some(Line::Free),
            _ if row < self.len() => Some(Line::Absent),
            _ => None,
        }
    }

    /// The template on a line.
    pub fn template(&self, row: u64) -> Option<u32> {
        match self.line(row)? {
            Line::Template(id) => Some(id),
            Line::Free | Line::Absent => None,
        }
    }

    fn stats(&self, line: Line) -> TemplateStats {
        match line {
            Line::Template(id) => self.counted.counts.of[id as usize],
            Line::Free => self.free(),
            Line::Absent => {
                TemplateStats { rows: self.counted.counts.absent, ..TemplateStats::default() }
            }
        }
    }

    /// Filters by a line, or takes that back; says whether it is in the filter then.
    pub fn toggle(&mut self, row: u64) -> Option<bool> {
        let picked = self.picked(self.line(row)?);
        let filter = picked.toggled(&self.scene.view.filter);
        let on = picked.is_included(&filter);
        self.scene.ask(Action::Filter(filter));
        Some(on)
    }

    fn picked(&self, line: Line) -> Picked {
        let id = match line {
            Line::Template(id) => id,
            Line::Free => FREE_TEXT,
            Line::Absent => return Picked::template(None),
        };
        Picked::template(Some((id, self.counted.templates.text(id).unwrap_or_default())))
    }
}

impl Rows for TemplateRows<'_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(line) = self.line(row) else { return Cell::None };
        let stats = self.stats(line);
        let known = line != Line::Absent;
        match column {
            TEXT => match line {
                Line::Template(id) => {
                    let template = self.counted.templates.get(id);
                    Cell::text(template.map_or_else(String::new, |template| template.short()))
                }
                Line::Free => Cell::muted("free text"),
                Line::Absent => Cell::Absent,
            },
            EXCHANGES => Cell::Count(stats.rows.into()),
            ACCOUNTS if known => Cell::Count(stats.accounts.into()),
            GROWTH if known => match growth_words(&stats) {
                Some(words) => Cell::Figure(words.into(), Tone::Muted),
                None => Cell::None,
            },
            SHARE => {
                let words = share(stats.rows.into(), self.counted.counts.rows);
                Cell::Figure(words.into(), Tone::Muted)
            }
            FIRST => match stats.first {
                Some(at) => Cell::Figure(self.clock.short(at).into(), Tone::Plain),
                None => Cell::None,
            },
            NUMBER => match line {
                Line::Template(id) => Cell::Text(id.to_string().into(), Face::Mono, Tone::Muted),
                Line::Free | Line::Absent => Cell::None,
            },
            _ => Cell::None,
        }
    }

    fn selected(&self, row: u64) -> bool {
        let Some(line) = self.line(row) else { return false };
        let shown = matches!(line, Line::Template(id) if self.shown == Some(id));
        shown || self.picked(line).is_included(&self.scene.view.filter)
    }

    fn key(&self, row: u64) -> Option<u64> {
        Some(match self.line(row)? {
            Line::Template(id) => id.into(),
            Line::Free => u64::MAX - 1,
            Line::Absent => u64::MAX,
        })
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let line = self.line(row).filter(|_| column == FIRST)?;
        self.clock.other(self.stats(line).first?)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let Some(row) = (0..self.len()).find(|row| self.key(*row) == Some(key)) else { return };
        let Some(line) = self.line(row) else { return };
        let picked = self.picked(line);
        menu::value(ui, self.scene, &picked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_compares_the_last_days_with_those_before() {
        let words = |recent, before| {
            growth_words(&TemplateStats { recent, before, ..TemplateStats::default() })
        };
        assert_eq!(words(0, 0), None);
        assert_eq!(words(5, 0).as_deref(), Some("new"));
        assert_eq!(words(22, 10).as_deref(), Some("+120 %"));
        assert_eq!(words(5, 10).as_deref(), Some("−50 %"));
        assert_eq!(words(10, 10).as_deref(), Some("±0 %"));
        assert_eq!(words(2_000, 2).as_deref(), Some("×1000"));
    }
}
