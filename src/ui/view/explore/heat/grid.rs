//! The grid: which cells there are, where they stand, and which stretch of cells is marked.

use egui::{Pos2, Rangef, Rect, pos2};

use crate::index::{DAYS, HOURS};
use crate::model::{Granularity, TimeSpan};
use crate::ui::Zone;
use crate::ui::view::explore::times;
use crate::ui::widget::table::{Extent, Position};
use crate::ui::widget::timeline::BinSpec;

/// What is laid out over what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Accounts over the hours of a day.
    #[default]
    AccountHour,
    /// Accounts over stretches of time.
    AccountTime,
    /// Days of the week over hours of a day.
    WeekHour,
}

impl Mode {
    /// All, with the words of the menu.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::AccountHour, "Account × hour"),
        (Self::AccountTime, "Account × time"),
        (Self::WeekHour, "Weekday × hour"),
    ];

    /// The words of the menu.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(mode, _)| *mode == self).map_or("", |(_, words)| words)
    }

    /// Whether rows are accounts.
    pub fn is_of_accounts(self) -> bool {
        self != Self::WeekHour
    }
}

/// Days as rows are called.
pub const DAY_NAMES: [&str; DAYS] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Room for names.
const NAMES: f32 = 104.0;
const DAY_ROOM: f32 = 48.0;
/// Room for what has no time.
const UNTIMED: f32 = 58.0;
const UNTIMED_GAP: f32 = 12.0;
const BAR: f32 = 12.0;
const AXIS: f32 = 20.0;
/// Height of the last line: legend, or what is marked.
const FOOT: f32 = 32.0;
/// Height of an account's row.
const ROW: f32 = 17.0;
/// Points a column of time gets at least.
const COLUMN: f32 = 13.0;

/// A cell, by row and column; the column after the last is that of rows without a time.
pub type At = (usize, usize);

/// Marked cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Where it began.
    pub from: At,
    /// Where it ends.
    pub to: At,
}

impl Marked {
    /// One cell.
    pub fn one(at: At) -> Self {
        Self { from: at, to: at }
    }

    /// First and last row.
    pub fn rows(self) -> (usize, usize) {
        (self.from.0.min(self.to.0), self.from.0.max(self.to.0))
    }

    /// First and last column.
    pub fn columns(self) -> (usize, usize) {
        (self.from.1.min(self.to.1), self.from.1.max(self.to.1))
    }

    /// Whether a cell is among them.
    pub fn has(self, (row, column): At) -> bool {
        let ((top, bottom), (left, right)) = (self.rows(), self.columns());
        (top..=bottom).contains(&row) && (left..=right).contains(&column)
    }

    /// How many cells.
    pub fn len(self) -> usize {
        let ((top, bottom), (left, right)) = (self.rows(), self.columns());
        (bottom - top + 1) * (right - left + 1)
    }
}

/// The grid as it is drawn in this frame.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    pub mode: Mode,
    /// Rows there are, in sight or not.
    pub rows: usize,
    /// Columns but for that of rows without a time.
    pub columns: usize,
    /// Whether there are rows without a time.
    pub untimed: bool,
    /// The stretches of time, where columns are such.
    pub bins: BinSpec,
    /// Whose clock those follow; hours and days are of UTC.
    pub zone: Zone,
    /// Where the rows are scrolled to.
    pub position: Position,
    /// What is counted.
    pub counted: Granularity,
    /// Names, left to right.
    pub names: Rangef,
    /// Cells.
    pub plot: Rect,
    /// The column of rows without a time, left to right.
    pub no_time: Rangef,
    pub bar: Rect,
    pub axis: Rect,
    pub foot: Rect,
}

impl Grid {
    /// Lays the grid out. `accounts` is how many are listed, `window` the visible time.
    pub fn of(
        rect: Rect,
        mode: Mode,
        accounts: usize,
        untimed: bool,
        (window, zone): (TimeSpan, Zone),
    ) -> Self {
        let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - FOOT), rect.max);
        let axis = Rect::from_min_max(pos2(rect.left(), foot.top() - AXIS), foot.right_top());
        let room = if mode.is_of_accounts() { NAMES } else { DAY_ROOM };
        let names = Rangef::new(rect.left() + 10.0, rect.left() + room);
        let right = rect.right() - BAR;
        let aside = if untimed { UNTIMED } else { 0.0 };
        let end = (right - aside - 2.0).max(names.max + 1.0);
        let top = rect.top() + 6.0;
        let plot = Rect::from_min_max(pos2(names.max, top), pos2(end, axis.top().max(top)));
        let most = (plot.width() / COLUMN).clamp(1.0, 400.0) as usize;
        let bins = times::columns(window, most, zone);
        Self {
            mode,
            rows: if mode.is_of_accounts() { accounts } else { DAYS },
            columns: if mode == Mode::AccountTime { bins.count } else { HOURS },
            untimed,
            bins,
            zone,
            position: Position::default(),
            counted: Granularity::Exchange,
            names,
            plot,
            no_time: Rangef::new(end + if untimed { UNTIMED_GAP } else { 0.0 }, right - 2.0),
            bar: Rect::from_x_y_ranges(right..=rect.right() - 1.0, plot.y_range()),
            axis,
            foot,
        }
    }

    /// Height of a row: days share the room there is.
    pub fn row_height(&self) -> f32 {
        if self.mode.is_of_accounts() { ROW } else { (self.plot.height() / DAYS as f32).max(3.0) }
    }

    /// What scrolling is about.
    pub fn extent(&self) -> Extent {
        Extent {
            rows: if self.mode.is_of_accounts() { self.rows as u64 } else { 0 },
            row_height: self.row_height(),
            height: self.plot.height(),
        }
    }

    /// First row in sight and the one after the last.
    pub fn visible(&self) -> (usize, usize) {
        let first = self.position.row as usize;
        let room = self.plot.height() + self.position.hidden;
        // Days fill the room exactly, up to rounding.
        let count = (room / self.row_height() - 0.01).ceil().max(0.0) as usize;
        (first.min(self.rows), (first + count).min(self.rows))
    }

    /// The room of a row, names and all.
    pub fn row_rect(&self, row: usize) -> Rect {
        let rows = row as i64 - self.position.row as i64;
        let top = self.plot.top() + rows as f32 * self.row_height() - self.position.hidden;
        let x = self.names.min - 10.0..=self.bar.left();
        Rect::from_x_y_ranges(x, top.round()..=(top + self.row_height()).round())
    }

    /// The cell at a place.
    pub fn rect(&self, (row, column): At) -> Rect {
        let y = self.row_rect(row).y_range();
        if column >= self.columns {
            // Days share one cell for what has no time: without a time there is no day either.
            let all = !self.mode.is_of_accounts();
            return Rect::from_x_y_ranges(self.no_time, if all { self.plot.y_range() } else { y });
        }
        let width = self.plot.width() / self.columns.max(1) as f32;
        let x = |i: usize| (self.plot.left() + i as f32 * width).round();
        Rect::from_x_y_ranges(x(column)..=x(column + 1), y)
    }

    /// The cell under a point.
    pub fn at(&self, pos: Pos2) -> Option<At> {
        self.plot.y_range().contains(pos.y).then(|| self.near(pos)).flatten().filter(|at| {
            at.1 < self.columns && self.plot.x_range().contains(pos.x)
                || at.1 == self.columns && self.no_time.contains(pos.x)
        })
    }

    /// The cell under a point or the nearest one.
    pub fn near(&self, pos: Pos2) -> Option<At> {
        let (first, after) = self.visible();
        let last = after.checked_sub(1).filter(|last| *last >= first)?;
        let y = pos.y.clamp(self.plot.top(), self.plot.bottom() - 1.0) - self.plot.top();
        let row =
            self.position.row as usize + ((y + self.position.hidden) / self.row_height()) as usize;
        if self.untimed && pos.x >= self.no_time.min {
            let row = if self.mode.is_of_accounts() { row.min(last) } else { 0 };
            return Some((row, self.columns));
        }
        let share = (pos.x - self.plot.left()) / self.plot.width();
        let column = (share * self.columns as f32).clamp(0.0, self.columns as f32 - 1.0);
        Some((row.min(last), column as usize))
    }

    /// The stretch of time of columns, where columns are such.
    pub fn span(&self, (first, last): (usize, usize)) -> TimeSpan {
        TimeSpan { start: self.bins.span(first).start, end: self.bins.span(last).end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;
    use crate::model::time::DAY_US;
    use egui::vec2;

    #[test]
    fn the_cell_under_the_middle_of_a_cell_is_that_cell() {
        let room = Rect::from_min_size(pos2(20.0, 30.0), vec2(600.0, 300.0));
        let window = TimeSpan::new(Time(0), Time(45 * DAY_US));
        for (mode, _) in Mode::ALL {
            let mut grid = Grid::of(room, mode, 24_000, true, (window, Zone::UTC));
            if mode.is_of_accounts() {
                grid.position.row = 23_000;
            }
            let (first, after) = grid.visible();
            assert!(after > first);
            for row in first..after - 1 {
                for column in 0..grid.columns {
                    assert_eq!(grid.at(grid.rect((row, column)).center()), Some((row, column)));
                }
            }
            let no_time = grid.rect((first, grid.columns)).center();
            assert_eq!(grid.at(no_time).map(|at| at.1), Some(grid.columns));
            assert_eq!(grid.at(pos2(0.0, 100.0)), None);
        }
    }

    #[test]
    fn a_marked_stretch_is_the_same_from_either_corner() {
        let marked = Marked { from: (4, 7), to: (2, 9) };
        assert_eq!((marked.rows(), marked.columns(), marked.len()), ((2, 4), (7, 9), 9));
        assert!(marked.has((3, 8)) && !marked.has((3, 6)) && !marked.has((5, 8)));
    }
}
