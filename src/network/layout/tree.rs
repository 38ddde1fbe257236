//! Repulsion of every node by every other in O(n log n): a quadtree in a flat array.
//!
//! J. Barnes and P. Hut, "A hierarchical O(N log N) force-calculation algorithm", Nature 324,
//! 1986. The points are sorted along the Z curve (G. M. Morton, 1966), so that every square of
//! the tree is a run of them; squares lie in the order of a walk from the root, each with the
//! place where the walk goes on when it is not opened. Sums run in that order only, so that the
//! same points give the same bits whatever the number of threads.

use rayon::prelude::*;

use super::fit;
use super::part::Point;

/// Squares with so few points are not divided.
const LEAF: usize = 8;
/// Points next to each other on the Z curve that walk the tree together.
const LANES: usize = 16;
/// Bits of each coordinate on the Z curve.
const BITS: u32 = 16;
/// Points that one task takes; fixed, so that it does not depend on the number of threads.
const CHUNK: usize = 256;

/// A square of the tree.
#[derive(Clone, Copy, Debug)]
struct Square {
    /// Mean place of its points.
    centre: Point,
    /// Mass in it.
    mass: f32,
    /// Squared distance from its mean place from which it counts as one point:
    /// (side ÷ θ + how far that is from its middle)² (J. E. Barnes, 1994), so that nothing inside
    /// it sees it as one point.
    reach2: f32,
    /// Where the walk goes on when this square is not opened.
    skip: u32,
    /// Its points, when it is not divided; an empty run otherwise.
    run: (u32, u32),
}

/// Points sorted along the Z curve and the squares over them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// Key and number of each point, ascending.
    keys: Vec<u64>,
    /// The points in that order.
    points: Vec<Point>,
    /// Their masses.
    masses: Vec<f32>,
    squares: Vec<Square>,
    theta: f32,
}

/// A square on the plane.
#[derive(Clone, Copy)]
struct Area {
    low: Point,
    side: f32,
}

impl Area {
    /// One of its quarters, in the order of the Z curve.
    fn quarter(self, number: u64) -> Self {
        let side = 0.5 * self.side;
        let low =
            [self.low[0] + side * (number & 1) as f32, self.low[1] + side * (number >> 1) as f32];
        Self { low, side }
    }
}

impl Tree {
    /// The tree over these points. A square of side s counts as one point from about s ÷ θ on; θ
    /// must be below √2. `shift`, 0…1 along each axis, moves the squares: other ones in each pass
    /// do away with patterns along their borders.
    pub(super) fn build(&mut self, points: &[Point], mass: &[f32], theta: f32, shift: Point) {
        self.theta = theta;
        let (low, side) = bounds(points);
        let low = [low[0] - shift[0] * side, low[1] - shift[1] * side];
        let side = 2.0 * side;
        let scale = ((1_u32 << BITS) - 1) as f32 / side;
        self.keys.clear();
        self.keys.extend((0_u64..).zip(points).map(|(i, p)| {
            let x = spread(((p[0] - low[0]) * scale) as u32);
            let y = spread(((p[1] - low[1]) * scale) as u32);
            u64::from(x | y << 1) << 32 | i
        }));
        self.keys.par_sort_unstable();
        self.points.clear();
        self.points.extend(self.keys.iter().map(|k| points[*k as u32 as usize]));
        self.masses.clear();
        self.masses.extend(self.keys.iter().map(|k| mass[*k as u32 as usize]));
        self.squares.clear();
        if !points.is_empty() {
            self.divide(0, points.len(), 2 * BITS, Area { low, side });
        }
    }

    /// Adds the square of a run of points whose keys agree above `bits` bits, and those in it.
    fn divide(&mut self, from: usize, to: usize, bits: u32, area: Area) {
        let at = self.squares.len();
        let leaf = to - from <= LEAF || bits == 0;
        let run = if leaf { (from as u32, to as u32) } else { (0, 0) };
        let centre = [0.0; 2];
        self.squares.push(Square { centre, mass: 0.0, reach2: 0.0, skip: 0, run });
        let (mut sum, mut mass) = ([0.0_f32; 2], 0.0_f32);
        if leaf {
            for (p, m) in self.points[from..to].iter().zip(&self.masses[from..to]) {
                sum = [sum[0] + m * p[0], sum[1] + m * p[1]];
                mass += m;
            }
        } else {
            let mut start = from;
            for quarter in 0..4_u64 {
                let shift = 32 + bits - 2;
                let run = &self.keys[start..to];
                let end = start + run.partition_point(|k| (k >> shift) & 3 <= quarter);
                if end > start {
                    let child = self.squares.len();
                    self.divide(start, end, bits - 2, area.quarter(quarter));
                    let c = self.squares[child];
                    sum = [sum[0] + c.mass * c.centre[0], sum[1] + c.mass * c.centre[1]];
                    mass += c.mass;
                }
                start = end;
            }
        }
        let skip = self.squares.len() as u32;
        let square = &mut self.squares[at];
        square.mass = mass;
        square.centre = [sum[0] / mass, sum[1] / mass];
        let middle = area.low.map(|x| x + 0.5 * area.side);
        let off = [square.centre[0] - middle[0], square.centre[1] - middle[1]];
        let reach = area.side / self.theta + (off[0] * off[0] + off[1] * off[1]).sqrt();
        square.reach2 = reach * reach;
        square.skip = skip;
    }

    /// For each point the sum over all others of `law(difference, mass)`, in the order of the
    /// points that the tree was built from. The law gives the push on a point that lies at
    /// `difference` from `mass`, and 0 at difference 0, so that nothing pushes itself.
    pub(super) fn push(&self, law: impl Fn(Point, f32) -> Point + Sync) -> Vec<Point> {
        let mut sorted = vec![[0.0; 2]; self.points.len()];
        sorted.par_chunks_mut(CHUNK).zip(self.points.par_chunks(CHUNK)).for_each(
            |(out, points)| {
                let mut seen = Vec::new();
                for (sums, points) in out.chunks_mut(LANES).zip(points.chunks(LANES)) {
                    self.see(points, &mut seen);
                    push_lanes(points, &seen, &law, sums);
                }
            },
        );
        let mut sums = vec![[0.0; 2]; sorted.len()];
        for (key, sum) in self.keys.iter().zip(sorted) {
            sums[*key as u32 as usize] = sum;
        }
        sums
    }

    /// What some points see: far squares as one point, near ones point by point.
    fn see(&self, points: &[Point], seen: &mut Vec<(Point, f32)>) {
        seen.clear();
        let (low, high) = fit::bounds(points);
        let mut at = 0;
        while let Some(square) = self.squares.get(at) {
            let c = square.centre;
            let dx = (low[0] - c[0]).max(c[0] - high[0]).max(0.0);
            let dy = (low[1] - c[1]).max(c[1] - high[1]).max(0.0);
            if dx * dx + dy * dy > square.reach2 {
                seen.push((c, square.mass));
                at = square.skip as usize;
            } else {
                let run = square.run.0 as usize..square.run.1 as usize;
                let points = self.points[run.clone()].iter().copied();
                seen.extend(points.zip(self.masses[run].iter().copied()));
                at += 1;
            }
        }
    }
}

/// The sums for up to [`LANES`] points at once, each in the order of what is seen.
fn push_lanes(
    points: &[Point],
    seen: &[(Point, f32)],
    law: &impl Fn(Point, f32) -> Point,
    sums: &mut [Point],
) {
    let (mut x, mut y) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    for (lane, p) in points.iter().enumerate() {
        (x[lane], y[lane]) = (p[0], p[1]);
    }
    let (mut fx, mut fy) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    for (q, mass) in seen {
        for lane in 0..LANES {
            let f = law([x[lane] - q[0], y[lane] - q[1]], *mass);
            fx[lane] += f[0];
            fy[lane] += f[1];
        }
    }
    for (lane, sum) in sums.iter_mut().enumerate() {
        *sum = [fx[lane], fy[lane]];
    }
}

/// The lower corner and the side of the square around points; the side is never 0.
fn bounds(points: &[Point]) -> (Point, f32) {
    let (low, high) = fit::bounds(points);
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    (low, if side > 0.0 { side } else { 1.0 })
}

/// Puts a 0 between any two of 16 bits.
fn spread(value: u32) -> u32 {
    let v = value & 0xFFFF;
    let v = (v | v << 8) & 0x00FF_00FF;
    let v = (v | v << 4) & 0x0F0F_0F0F;
    let v = (v | v << 2) & 0x3333_3333;
    (v | v << 1) & 0x5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn law(d: Point, mass: f32) -> Point {
        let t = 1.0 + d[0] * d[0] + d[1] * d[1];
        let f = mass / (t * t);
        [d[0] * f, d[1] * f]
    }

    fn exact(points: &[Point]) -> Vec<Point> {
        let on = |p: &Point| {
            points.iter().fold([0.0_f64; 2], |sum, q| {
                let f = law([p[0] - q[0], p[1] - q[1]], 1.0);
                [sum[0] + f64::from(f[0]), sum[1] + f64::from(f[1])]
            })
        };
        points.iter().map(on).map(|f| [f[0] as f32, f[1] as f32]).collect()
    }

    fn length(v: Point) -> f32 {
        (v[0] * v[0] + v[1] * v[1]).sqrt()
    }

    proptest! {
        #[test]
        fn the_push_is_near_the_exact_sum(
            points in prop::collection::vec(prop::array::uniform2(-20.0_f32..20.0), 2..600)
        ) {
            let mut tree = Tree::default();
            tree.build(&points, &vec![1.0; points.len()], 0.9, [0.3, 0.8]);
            let sums = exact(&points);
            let norm = sums.iter().map(|f| length(*f)).sum::<f32>() / sums.len() as f32;
            let pushed = tree.push(law);
            let off: f32 = sums
                .iter()
                .zip(&pushed)
                .map(|(a, b)| length([a[0] - b[0], a[1] - b[1]]))
                .sum::<f32>() / sums.len() as f32;
            prop_assert!(off <= 0.05 * norm + 1e-5, "{off} of {norm}");
        }
    }

    #[test]
    fn points_in_one_place_do_not_push_and_do_not_hang() {
        let mut tree = Tree::default();
        tree.build(&[[3.0, 3.0]; 1000], &[1.0; 1000], 0.9, [0.5; 2]);
        assert!(tree.push(law).iter().all(|f| *f == [0.0, 0.0]));
        tree.build(&[], &[], 0.9, [0.0; 2]);
        assert!(tree.push(law).is_empty());
    }
}
