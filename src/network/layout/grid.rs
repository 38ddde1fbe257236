//! Which discs lie near which: a grid of square cells.

use super::part::Point;

/// Cells along an axis at most; beyond that they become larger.
const MOST: f32 = 1024.0;

/// Points by the cell they lie in.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    low: Point,
    cell: f32,
    columns: usize,
    rows: usize,
    /// Where each cell starts in `nodes`; one more than there are cells.
    starts: Vec<u32>,
    nodes: Vec<u32>,
}

impl Grid {
    /// With cells of about this side, in the unit of the points.
    pub(super) fn new(points: &[Point], cell: f32) -> Self {
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for p in points {
            low = [low[0].min(p[0]), low[1].min(p[1])];
            high = [high[0].max(p[0]), high[1].max(p[1])];
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]).max(0.0);
        let cell = cell.max(side / MOST).max(1e-6);
        let count = |axis: usize| ((high[axis] - low[axis]).max(0.0) / cell) as usize + 1;
        let (columns, rows) = (count(0), count(1));
        let mut grid = Self { low, cell, columns, rows, starts: Vec::new(), nodes: Vec::new() };
        let cells: Vec<usize> = points.iter().map(|p| grid.cell_of(*p)).collect();
        let mut starts = vec![0_u32; columns * rows + 1];
        cells.iter().for_each(|c| starts[c + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut at = starts.clone();
        grid.nodes = vec![0; points.len()];
        for (node, c) in (0..).zip(cells) {
            grid.nodes[at[c] as usize] = node;
            at[c] += 1;
        }
        grid.starts = starts;
        grid
    }

    fn axis(&self, value: f32, axis: usize) -> usize {
        let last = if axis == 0 { self.columns } else { self.rows } - 1;
        (((value - self.low[axis]) / self.cell).max(0.0) as usize).min(last)
    }

    fn cell_of(&self, p: Point) -> usize {
        self.axis(p[1], 1) * self.columns + self.axis(p[0], 0)
    }

    /// All points of the cells that the square of this half side around a point touches.
    pub(super) fn around(&self, p: Point, reach: f32) -> impl Iterator<Item = u32> + '_ {
        let (left, right) = (self.axis(p[0] - reach, 0), self.axis(p[0] + reach, 0));
        (self.axis(p[1] - reach, 1)..=self.axis(p[1] + reach, 1)).flat_map(move |row| {
            let row = row * self.columns;
            let run = self.starts[row + left] as usize..self.starts[row + right + 1] as usize;
            self.nodes[run].iter().copied()
        })
    }
}
