//! Where a table is scrolled to: a whole row and how much of it is hidden. Rows are counted in
//! `u64`, so the sixteen-millionth row is drawn as exactly as the first.

/// A scroll position.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// The topmost row that is at least partly visible.
    pub row: u64,
    /// How much of it is above the edge, points; `0.0 <= hidden < row height`.
    pub hidden: f32,
}

/// What the position has to fit to.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Number of rows.
    pub rows: u64,
    /// Height of a row, points.
    pub row_height: f32,
    /// Height of the visible part, points.
    pub height: f32,
}

impl Extent {
    /// Whole rows that fit, at least one.
    pub fn page(self) -> u64 {
        (self.height / self.row_height).floor().max(1.0) as u64
    }

    /// The position that shows the last row at the bottom.
    pub fn end(self) -> Position {
        let rows_that_fit = f64::from(self.height) / f64::from(self.row_height);
        let top = self.rows as f64 - rows_that_fit;
        if top <= 0.0 {
            return Position::default();
        }
        let row = top.floor();
        Position { row: row as u64, hidden: ((top - row) * f64::from(self.row_height)) as f32 }
    }

    /// Whether there is anything to scroll.
    pub fn scrolls(self) -> bool {
        self.end() != Position::default()
    }

    /// `position`, or the nearest that shows no void.
    pub fn clamp(self, position: Position) -> Position {
        let end = self.end();
        if (position.row, position.hidden) > (end.row, end.hidden) { end } else { position }
    }

    /// Scrolled by `points` (down is positive).
    pub fn scrolled(self, position: Position, points: f32) -> Position {
        let points = f64::from(position.hidden) + f64::from(points);
        let height = f64::from(self.row_height);
        let rows = (points / height).floor();
        let hidden = ((points - rows * height) as f32).clamp(0.0, self.row_height.next_down());
        let row = if rows < 0.0 {
            match position.row.checked_sub(-rows as u64) {
                Some(row) => row,
                None => return Position::default(),
            }
        } else {
            position.row.saturating_add(rows as u64)
        };
        self.clamp(Position { row, hidden })
    }

    /// The nearest position in which `row` is wholly visible.
    pub fn showing(self, position: Position, row: u64) -> Position {
        if row < position.row || (row == position.row && position.hidden > 0.0) {
            return self.clamp(Position { row, hidden: 0.0 });
        }
        let below = (row - position.row + 1) as f64 * f64::from(self.row_height);
        let over = below - f64::from(position.hidden) - f64::from(self.height);
        if over <= 0.0 { position } else { self.scrolled(position, over as f32) }
    }

    /// How far down the position is, 0…1.
    pub fn share(self, position: Position) -> f64 {
        let at = |p: Position| p.row as f64 + f64::from(p.hidden) / f64::from(self.row_height);
        let end = at(self.end());
        if end <= 0.0 { 0.0 } else { (at(position) / end).clamp(0.0, 1.0) }
    }

    /// The position that far down, on a whole row.
    pub fn at_share(self, share: f64) -> Position {
        let end = self.end();
        let row = (share.clamp(0.0, 1.0) * (end.row as f64 + 1.0)).floor() as u64;
        if share >= 1.0 || row > end.row { end } else { Position { row, hidden: 0.0 } }
    }

    /// Height of the scrollbar's thumb in a track `track` points high.
    pub fn thumb(self, track: f32) -> f32 {
        let share = f64::from(self.page() as f32) / self.rows.max(1) as f64;
        ((f64::from(track) * share) as f32).clamp(28.0_f32.min(track), track)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: Extent = Extent { rows: 16_041_337, row_height: 26.0, height: 270.0 };

    #[test]
    fn the_last_of_sixteen_million_rows_is_reached_to_the_point() {
        let end = MANY.end();
        // 270 points are 10.38 rows: the topmost is row n − 10.38.
        assert_eq!(end.row, MANY.rows - 11);
        assert!((end.hidden - 16.0).abs() < 0.01);
        let up = MANY.scrolled(end, -1.0);
        assert_eq!(up.row, end.row);
        assert!((up.hidden - 15.0).abs() < 0.01);
        assert_eq!(MANY.scrolled(up, 1e9), end);
        assert_eq!(MANY.scrolled(end, -1e12), Position::default());
    }

    #[test]
    fn a_million_small_steps_add_up() {
        let mut position = Position::default();
        for _ in 0..100_000 {
            position = MANY.scrolled(position, 13.0);
        }
        assert_eq!(position, Position { row: 50_000, hidden: 0.0 });
    }

    #[test]
    fn a_row_is_brought_into_view_and_left_alone_when_it_is() {
        let at = |row| Position { row, hidden: 0.0 };
        assert_eq!(MANY.showing(at(100), 105), at(100));
        assert_eq!(MANY.showing(at(100), 50), at(50));
        let below = MANY.showing(at(100), 110);
        assert_eq!(below.row, 100);
        assert!((below.hidden - 16.0).abs() < 0.01);
        assert_eq!(MANY.showing(at(0), MANY.rows - 1), MANY.end());
    }

    #[test]
    fn short_and_empty_tables_do_not_scroll() {
        for rows in [0, 1, 10] {
            let extent = Extent { rows, ..MANY };
            assert!(!extent.scrolls());
            assert_eq!(extent.scrolled(Position::default(), 500.0), Position::default());
            assert_eq!(extent.clamp(Position { row: 9, hidden: 1.0 }), Position::default());
        }
    }

    #[test]
    fn the_scrollbar_reaches_both_ends() {
        assert_eq!(MANY.at_share(0.0), Position::default());
        assert_eq!(MANY.at_share(1.0), MANY.end());
        assert_eq!(MANY.share(MANY.end()), 1.0);
        let middle = MANY.at_share(0.5);
        assert!((MANY.share(middle) - 0.5).abs() < 1e-6);
        assert!(MANY.thumb(300.0) >= 28.0);
    }
}
