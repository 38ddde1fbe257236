//! Discs that do not overlap.
//!
//! Rounds of pushing apart first: every pair that overlaps is moved apart by its overlap, the
//! one that may move more by more. What is left after the last round is put, one disc after the
//! other, at the nearest free place of a widening spiral. So in the end no two discs overlap of
//! which one may move, whatever the input; pinned discs that overlap each other stay so.

use rayon::prelude::*;

use super::grid::Grid;
use super::part::Point;

/// Space between two discs, in px.
pub const GAP: f32 = 2.0;
/// Rounds of pushing at most.
const ROUNDS: usize = 60;
/// Discs that one task takes.
const CHUNK: usize = 256;
/// More overlapping pairs per disc than this, and everything is spread a little.
const CROWDED: f32 = 0.4;
/// How much.
const SPREAD: f32 = 1.04;
/// Pushes are a little shorter than the overlap, since several act at once.
const DAMPING: f32 = 0.7;
/// The golden angle, 137.5°, as cosine and sine.
const GOLDEN: Point = [-0.737_368_9, 0.675_490_3];

/// Directions, each at the golden angle from the one before, which never repeat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spiral(Point);

impl Default for Spiral {
    fn default() -> Self {
        Self([1.0, 0.0])
    }
}

impl Iterator for Spiral {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        let [x, y] = self.0;
        let next = [x * GOLDEN[0] - y * GOLDEN[1], x * GOLDEN[1] + y * GOLDEN[0]];
        // Rounding would let the length drift.
        let length = (next[0] * next[0] + next[1] * next[1]).sqrt();
        self.0 = next.map(|v| v / length);
        Some([x, y])
    }
}

/// Discs on their way apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Discs {
    /// Centres.
    pub places: Vec<Point>,
    /// Radii.
    pub radii: Vec<f32>,
    /// How readily each moves: 0 never, 1 freely.
    pub ease: Vec<f32>,
    /// Whether all of it may be spread.
    pub free: bool,
    round: usize,
    /// Side of a cell that suits the radii.
    cell: f32,
}

impl Discs {
    /// From places, radii and how readily each moves.
    pub(super) fn new(places: Vec<Point>, radii: Vec<f32>, ease: Vec<f32>) -> Self {
        let mut sorted = radii.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let cell = 2.0 * sorted.get(sorted.len() / 2).copied().unwrap_or(1.0) + GAP;
        let free = ease.iter().all(|e| *e == 1.0);
        Self { places, radii, ease, free, round: 0, cell }
    }

    /// One round; returns whether more are needed. The last one makes sure.
    pub(super) fn step(&mut self) -> bool {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return false;
        }
        if self.round == ROUNDS {
            self.settle(&pairs);
            return false;
        }
        self.round += 1;
        self.push(&pairs);
        if self.free && pairs.len() as f32 > CROWDED * self.places.len() as f32 {
            self.places.iter_mut().for_each(|p| *p = p.map(|x| x * SPREAD));
        }
        true
    }

    /// Pairs that overlap, the larger disc first, in a fixed order.
    fn pairs(&self) -> Vec<(u32, u32)> {
        let grid = Grid::new(&self.places, self.cell);
        let all: Vec<u32> = (0..self.places.len() as u32).collect();
        let found = all.par_chunks(CHUNK).map(|chunk| {
            let mut pairs = Vec::new();
            for i in chunk {
                let (at, radius) = (self.places[*i as usize], self.radii[*i as usize]);
                // The larger one looks for the smaller, so that one large disc makes nobody else
                // look far.
                pairs.extend(grid.around(at, 2.0 * radius + GAP).filter_map(|j| {
                    let smaller = (self.radii[j as usize], j) < (radius, *i);
                    (smaller && self.overlap(*i, j) > 0.0).then_some((*i, j))
                }));
            }
            pairs
        });
        let found: Vec<Vec<(u32, u32)>> = found.collect();
        found.into_iter().flatten().collect()
    }

    /// How deep two discs overlap, the gap included; 0 when neither may move.
    fn overlap(&self, i: u32, j: u32) -> f32 {
        let (i, j) = (i as usize, j as usize);
        if self.ease[i] + self.ease[j] <= 0.0 {
            return 0.0;
        }
        let d = [self.places[i][0] - self.places[j][0], self.places[i][1] - self.places[j][1]];
        let near = self.radii[i] + self.radii[j] + GAP;
        let square = d[0] * d[0] + d[1] * d[1];
        // A hair is forgiven, or rounding would keep pairs overlapping for ever.
        if square >= near * near * 0.999 { 0.0 } else { near - square.sqrt() }
    }

    fn push(&mut self, pairs: &[(u32, u32)]) {
        let mut by = vec![[0.0_f32; 2]; self.places.len()];
        for (i, j) in pairs {
            let depth = self.overlap(*i, *j) * DAMPING;
            let (i, j) = (*i as usize, *j as usize);
            let d = [self.places[i][0] - self.places[j][0], self.places[i][1] - self.places[j][1]];
            let length = (d[0] * d[0] + d[1] * d[1]).sqrt();
            let way = if length > 1e-6 { d.map(|x| x / length) } else { turn(j) };
            let share = self.ease[i] / (self.ease[i] + self.ease[j]);
            for axis in 0..2 {
                by[i][axis] += way[axis] * depth * share;
                by[j][axis] -= way[axis] * depth * (1.0 - share);
            }
        }
        for ((place, by), radius) in self.places.iter_mut().zip(by).zip(&self.radii) {
            // Where many lie in one place their pushes add up to far more than each needs.
            let (length, most) = ((by[0] * by[0] + by[1] * by[1]).sqrt(), 2.0 * radius + GAP);
            let share = if length > most { most / length } else { 1.0 };
            *place = [place[0] + by[0] * share, place[1] + by[1] * share];
        }
    }

    /// Puts the smaller disc of each pair that still overlaps at the nearest free place.
    fn settle(&mut self, pairs: &[(u32, u32)]) {
        let mut loose = vec![false; self.places.len()];
        for (i, j) in pairs {
            let who = if self.ease[*j as usize] > 0.0 { *j } else { *i };
            loose[who as usize] = true;
        }
        let fixed: Vec<u32> =
            (0..self.places.len() as u32).filter(|i| !loose[*i as usize]).collect();
        let mut order: Vec<u32> =
            (0..self.places.len() as u32).filter(|i| loose[*i as usize]).collect();
        order.sort_by(|a, b| {
            self.radii[*b as usize].total_cmp(&self.radii[*a as usize]).then(a.cmp(b))
        });
        let mut board = Board::new(&self.radii);
        fixed.iter().for_each(|i| board.put(self.places[*i as usize], self.radii[*i as usize]));
        for i in order {
            let i = i as usize;
            self.places[i] = board.free(self.places[i], self.radii[i]);
            board.put(self.places[i], self.radii[i]);
        }
    }
}

/// A direction for each number; numbers that are 64 apart share theirs.
pub(super) fn turn(number: usize) -> Point {
    Spiral::default().nth(number % 64).unwrap_or([1.0, 0.0])
}

/// Discs that lie, by the cell of their centre.
struct Board {
    cell: f32,
    largest: f32,
    cells: std::collections::BTreeMap<(i64, i64), Vec<(Point, f32)>>,
}

impl Board {
    fn new(radii: &[f32]) -> Self {
        let largest = radii.iter().copied().fold(1.0, f32::max);
        Self { cell: 2.0 * largest + GAP, largest, cells: std::collections::BTreeMap::new() }
    }

    fn key(&self, p: Point) -> (i64, i64) {
        ((p[0] / self.cell).floor() as i64, (p[1] / self.cell).floor() as i64)
    }

    fn put(&mut self, p: Point, radius: f32) {
        self.cells.entry(self.key(p)).or_default().push((p, radius));
    }

    /// The first free place on a spiral of growing turns around a point. Discs are finitely many,
    /// so there is one.
    fn free(&self, p: Point, radius: f32) -> Point {
        let pitch = 0.6 * (radius + GAP);
        let places = Spiral::default().zip(0_u32..).map(|(way, i)| {
            let far = pitch * (i as f32).sqrt();
            [p[0] + way[0] * far, p[1] + way[1] * far]
        });
        places.into_iter().find(|at| self.is_free(*at, radius)).unwrap_or(p)
    }

    fn is_free(&self, p: Point, radius: f32) -> bool {
        let reach = radius + self.largest + GAP;
        let (low, high) =
            (self.key([p[0] - reach, p[1] - reach]), self.key([p[0] + reach, p[1] + reach]));
        (low.0..=high.0).all(|x| {
            (low.1..=high.1).all(|y| {
                self.cells.get(&(x, y)).is_none_or(|discs| {
                    discs.iter().all(|(q, r)| {
                        let near = radius + r + GAP;
                        let d = [p[0] - q[0], p[1] - q[1]];
                        d[0] * d[0] + d[1] * d[1] >= near * near
                    })
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pairs of which one may move that overlap, the gap not counted.
    fn overlapping(discs: &Discs) -> usize {
        let n = discs.places.len();
        let mut count = 0;
        for i in 0..n {
            for j in 0..i {
                let d = [
                    discs.places[i][0] - discs.places[j][0],
                    discs.places[i][1] - discs.places[j][1],
                ];
                let near = discs.radii[i] + discs.radii[j];
                let moves = discs.ease[i] + discs.ease[j] > 0.0;
                count += usize::from(moves && d[0] * d[0] + d[1] * d[1] < near * near);
            }
        }
        count
    }

    proptest! {
        #[test]
        fn after_the_last_round_no_disc_that_may_move_overlaps_another(
            discs in prop::collection::vec((-50.0_f32..50.0, -50.0_f32..50.0, 1.0_f32..30.0, 0_u8..3), 1..120)
        ) {
            let places: Vec<Point> = discs.iter().map(|d| [d.0, d.1]).collect();
            let radii = discs.iter().map(|d| d.2).collect();
            let ease = discs.iter().map(|d| f32::from(d.3) / 2.0).collect();
            let mut all = Discs::new(places.clone(), radii, ease);
            while all.step() {}
            prop_assert_eq!(overlapping(&all), 0);
            for (i, place) in places.iter().enumerate() {
                prop_assert!(all.ease[i] > 0.0 || *place == all.places[i]);
            }
        }
    }

    #[test]
    fn a_thousand_discs_in_one_place_come_apart() {
        let mut discs = Discs::new(vec![[5.0, 5.0]; 1000], vec![4.0; 1000], vec![1.0; 1000]);
        while discs.step() {}
        assert_eq!(overlapping(&discs), 0);
        let far = discs.places.iter().map(|p| p[0].abs().max(p[1].abs())).fold(0.0, f32::max);
        assert!(far < 1_000.0, "{far}");
    }
}
