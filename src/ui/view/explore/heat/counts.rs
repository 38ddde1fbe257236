//! The counts of the cells in sight, computed off the thread that draws.
//!
//! Hours and weekdays are counted as if the filter asked nothing of them, so that the cells next
//! to the chosen ones stay in sight.

use std::sync::Arc;

use crate::index::{self, DayHours, HOURS, Index, LaneQuestion, Lists};
use crate::model::filter::FilterError;
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Filter, FilterField, Selection, TimeSpan};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::view::explore::order::Listed;
use crate::ui::view::explore::query::{Masks, Query};
use crate::ui::widget::timeline::BinSpec;

use super::act::narrowed;
use super::grid::{At, Grid, Marked, Mode};

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    index: u64,
    masks: u64,
    mode: Mode,
    /// The list of accounts, and which of its rows; 0 where rows are days.
    list: u64,
    rows: (usize, usize),
    /// Where columns are stretches of time.
    bins: Option<BinSpec>,
}

impl Key {
    fn of(
        scene: &Scene<'_>,
        masks: &Masks,
        grid: &Grid,
        listed: &Listed,
        rows: (usize, usize),
    ) -> Self {
        Self {
            index: scene.index_version,
            masks: match grid.mode {
                Mode::AccountHour => masks.kept_id,
                Mode::AccountTime => masks.timeless_id,
                Mode::WeekHour => masks.id,
            },
            mode: grid.mode,
            list: if grid.mode.is_of_accounts() { listed.id } else { 0 },
            rows,
            bins: (grid.mode == Mode::AccountTime).then_some(grid.bins),
        }
    }
}

/// Counted cells.
#[derive(Debug, Default)]
pub struct Cells {
    first: usize,
    columns: usize,
    counts: Vec<u64>,
    untimed: Vec<u64>,
    max: u64,
}

impl Cells {
    fn new(first: usize, columns: usize, counts: Vec<u64>, untimed: Vec<u64>) -> Self {
        let max = counts.iter().copied().max().unwrap_or(0);
        Self { first, columns, counts, untimed, max }
    }

    /// The count of a cell; `None` where it is not counted.
    pub fn at(&self, (row, column): At) -> Option<u64> {
        let row = row.checked_sub(self.first)?;
        if column == self.columns {
            return self.untimed.get(row).copied();
        }
        (column < self.columns).then(|| self.counts.get(row * self.columns + column).copied())?
    }

    /// The largest count of a cell that has a time.
    pub fn max(&self) -> u64 {
        self.max
    }
}

/// What marked cells hold.
#[derive(Clone, Debug)]
pub struct Held {
    /// Rows in them.
    pub rows: u64,
    /// Accounts with rows in them, by position.
    pub accounts: Arc<Vec<u32>>,
}

impl Held {
    fn of(rows_of: impl Iterator<Item = (u32, u64)>) -> Self {
        let (mut rows, mut accounts) = (0, Vec::new());
        for (account, n) in rows_of.filter(|(_, n)| *n > 0) {
            rows += n;
            accounts.push(account);
        }
        Self { rows, accounts: Arc::new(accounts) }
    }
}

/// The counts there are.
#[derive(Default)]
pub struct Counts {
    cells: Latest<Key, Cells>,
    /// What marked cells hold, by their rows and columns: they may lie out of sight.
    held: Latest<(Key, (usize, usize)), Held>,
}

impl Counts {
    /// Asks for what is in sight and not there.
    pub fn ask(
        &mut self,
        ctx: &egui::Context,
        scene: &Scene<'_>,
        query: &Query,
        masks: &Masks,
        grid: &Grid,
        listed: &Listed,
    ) {
        let of_accounts = grid.mode.is_of_accounts();
        let visible = if of_accounts { grid.visible() } else { (0, 0) };
        let key = |rows| Key::of(scene, masks, grid, listed, rows);
        let fits = |asked: &Key| {
            *asked == key(asked.rows) && asked.rows.0 <= visible.0 && asked.rows.1 >= visible.1
        };
        if self.cells.has(fits) {
            return;
        }
        let page = (visible.1 - visible.0).max(1).next_power_of_two();
        let first = (visible.0 / page).saturating_sub(1) * page;
        let rows = (first, ((visible.1.div_ceil(page) + 1) * page).min(listed.accounts.len()));
        let rows = if of_accounts { rows } else { (0, 0) };
        let (index, lists, masks) = (scene.index.clone(), scene.lists.clone(), masks.clone());
        let wider = query.filter().and_then(without_clock);
        let selection = scene.view.selection.clone();
        let (accounts, grid) = (listed.accounts.clone(), *grid);
        self.cells.ask(ctx, key(rows), move |_| {
            let accounts = accounts.get(rows.0..rows.1).unwrap_or_default();
            let compiled = |filter: &Filter| index::compile(filter, &index, &lists);
            Ok::<_, FilterError>(match grid.mode {
                Mode::AccountHour => {
                    let mask = wider.as_ref().map_or(Ok(masks.kept), compiled)?;
                    of_hours(rows.0, &index.day_hours(&mask, accounts))
                }
                Mode::AccountTime => {
                    let ends: Vec<u32> = (1..=accounts.len() as u32).collect();
                    let edges = grid.bins.edges();
                    let question = LaneQuestion { accounts, ends: &ends, edges: &edges, by: None };
                    of_lanes(rows.0, &index.lanes(&masks.timeless, &question))
                }
                Mode::WeekHour => {
                    let wider = wider.map(|filter| selection.within(&filter).unwrap_or(filter));
                    let mask = wider.as_ref().map_or(Ok(masks.shown), compiled)?;
                    let week = index.week_hours(&mask);
                    let (counts, untimed) = (week.cells.to_vec(), vec![week.untimed]);
                    Cells::new(0, HOURS, counts, untimed)
                }
            })
        });
    }

    /// The cells; those of an earlier question while the next are counted, unless they would
    /// stand for something else.
    pub fn cells(&self, grid: &Grid, listed: &Listed) -> Option<&Cells> {
        let key = self.cells.answered()?;
        let same = key.mode == grid.mode
            && (!grid.mode.is_of_accounts() || key.list == listed.id)
            && key.bins.is_none_or(|bins| bins == grid.bins);
        self.cells.answer().filter(|_| same)
    }

    /// Takes in an answer on marked cells that has arrived, where none is asked for any more.
    pub fn poll(&mut self) {
        self.held.poll();
    }

    /// What marked cells hold, once it is counted: also of rows that are out of sight, whose cells
    /// are not.
    pub fn held(
        &mut self,
        ctx: &egui::Context,
        scene: &Scene<'_>,
        query: &Query,
        grid: &Grid,
        listed: &Listed,
        marked: Marked,
    ) -> Option<&Held> {
        let masks = query.masks()?;
        let (top, bottom) = marked.rows();
        let key = (Key::of(scene, masks, grid, listed, (top, bottom + 1)), marked.columns());
        if !self.held.has(|asked| *asked == key) {
            let holding = Holding {
                index: scene.index.clone(),
                lists: scene.lists.clone(),
                masks: masks.clone(),
                filter: query.filter().cloned().unwrap_or_default(),
                selection: scene.view.selection.clone(),
                accounts: listed.accounts.clone(),
                grid: *grid,
                marked,
            };
            self.held.ask(ctx, key, move |_| holding.count());
        }
        self.held.answer().filter(|_| self.held.answered() == Some(&key))
    }
}

/// All that tells what marked cells hold.
struct Holding {
    index: Arc<Index>,
    lists: Arc<Lists>,
    masks: Masks,
    filter: Filter,
    selection: Selection,
    accounts: Arc<Vec<u32>>,
    grid: Grid,
    marked: Marked,
}

impl Holding {
    fn count(self) -> Result<Held, FilterError> {
        let Self { index, masks, grid, marked, .. } = &self;
        let ((top, bottom), (left, right)) = (marked.rows(), marked.columns());
        let accounts = self.accounts.get(top..=bottom).unwrap_or_default();
        let untimed = left >= grid.columns;
        let compiled = |filter: &Filter| index::compile(filter, index, &self.lists);
        Ok(match grid.mode {
            Mode::AccountHour => {
                let wider = without_clock(&self.filter);
                let mask = wider.as_ref().map_or(Ok(masks.kept.clone()), compiled)?;
                let lines = index.day_hours(&mask, accounts);
                let timed = |line: &DayHours| -> u64 {
                    line.hours[left..=right].iter().map(|n| u64::from(*n)).sum()
                };
                let rows = lines.iter().map(|line| match untimed {
                    true => u64::from(line.untimed),
                    false => timed(line),
                });
                Held::of(accounts.iter().copied().zip(rows))
            }
            Mode::AccountTime => {
                let span = grid.span((left, right));
                let ends: Vec<u32> = (1..=accounts.len() as u32).collect();
                let edges = [span.start.0, span.end.0];
                let question = LaneQuestion { accounts, ends: &ends, edges: &edges, by: None };
                let lanes = index.lanes(&masks.timeless, &question);
                let rows = if untimed { &lanes.untimed } else { &lanes.counts };
                Held::of(accounts.iter().copied().zip(rows.iter().map(|n| u64::from(*n))))
            }
            Mode::WeekHour => {
                let cells = narrowed(&self.filter, grid, *marked, &[], &[]);
                let cells = self.selection.within(&cells).unwrap_or(cells);
                let stats = index.stats_by_account(&compiled(&cells)?);
                Held::of((0..).zip(stats.iter().map(|stats| u64::from(stats.rows))))
            }
        })
    }
}

fn of_hours(first: usize, lines: &[DayHours]) -> Cells {
    let counts = lines.iter().flat_map(|line| line.hours.map(u64::from)).collect();
    let untimed = lines.iter().map(|line| line.untimed.into()).collect();
    Cells::new(first, HOURS, counts, untimed)
}

fn of_lanes(first: usize, lanes: &index::Lanes) -> Cells {
    let counts = lanes.counts.iter().map(|n| u64::from(*n)).collect();
    let untimed = lanes.untimed.iter().map(|n| u64::from(*n)).collect();
    Cells::new(first, lanes.bins, counts, untimed)
}

/// The filter without what it asks of hour and weekday; `None` where it asks nothing of them.
pub fn without_clock(filter: &Filter) -> Option<Filter> {
    let wider = filter.asking(FilterField::Hour, Vec::new());
    let wider = wider.asking(FilterField::Weekday, Vec::new());
    (wider != *filter).then_some(wider)
}

/// Whether any moment of `span` lies in a cell: a cell that none lies in is missing, not zero.
pub fn is_covered(grid: &Grid, span: Option<TimeSpan>, (row, column): At) -> bool {
    let Some(span) = span else { return false };
    if column >= grid.columns {
        return true;
    }
    let repeats = match grid.mode {
        Mode::AccountTime => {
            let cell = grid.bins.span(column);
            return cell.start < span.end && span.start < cell.end;
        }
        Mode::AccountHour => (DAY_US, column as i64 * HOUR_US),
        // Monday is the fourth day after the epoch, a Thursday.
        Mode::WeekHour => (7 * DAY_US, (4 + row as i64) * DAY_US + column as i64 * HOUR_US),
    };
    let (period, offset) = repeats;
    // The first such hour that ends after the span begins.
    let into = (span.start.0.saturating_sub(offset)).rem_euclid(period);
    into < HOUR_US || span.start.0.saturating_add(period - into) < span.end.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;
    use crate::ui::Zone;
    use egui::{Rect, pos2, vec2};

    #[test]
    fn a_cell_is_covered_where_any_moment_of_the_span_lies_in_it() {
        let room = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 300.0));
        // 1 March 2026 is a Sunday.
        let march = 1_772_323_200_000_000;
        for (from, hours) in [(0, 1), (5, 3), (20, 9), (0, 24), (30, 100), (3, 400)] {
            let start = march + from * HOUR_US + HOUR_US / 3;
            let span = TimeSpan::new(Time(start), Time(start + hours * HOUR_US));
            for mode in [Mode::AccountHour, Mode::WeekHour] {
                let grid = Grid::of(room, mode, 3, false, (span, Zone::UTC));
                let minutes = (0..hours * 60).map(|m| Time(start + m * HOUR_US / 60));
                let mut naive = [false; 24 * 7];
                for at in minutes {
                    let day = if mode == Mode::WeekHour { usize::from(at.weekday()) } else { 0 };
                    naive[day * 24 + usize::from(at.hour())] = true;
                }
                for row in 0..if mode == Mode::WeekHour { 7 } else { 1 } {
                    for column in 0..24 {
                        let covered = is_covered(&grid, Some(span), (row, column));
                        assert_eq!(covered, naive[row * 24 + column], "{mode:?} {row} {column}");
                    }
                }
            }
        }
        assert!(!is_covered(
            &Grid::of(room, Mode::WeekHour, 0, false, (TimeSpan::new(Time(0), Time(1)), Zone::UTC)),
            None,
            (0, 0)
        ));
    }

    #[test]
    fn hours_and_weekdays_are_counted_as_if_nothing_were_asked_of_them() {
        let filter =
            Filter::parse("hour:9..17 model:a -weekday:sun weekday:sat").expect("a filter");
        let wider = without_clock(&filter).expect("it asks for hours");
        assert_eq!(wider.to_string(), "model:a -weekday:sun");
        assert_eq!(without_clock(&wider), None);
    }
}
