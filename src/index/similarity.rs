//! Accounts put next to accounts that are active in the same way, so that who works in shifts,
//! in one burst or in turns is seen as a block, a stripe or a diagonal.
//!
//! An account is described by where in time its rows lie, at several widths (shares of the rows
//! in 4, 8, 16 and 32 parts of the whole time: the pyramid of Grauman and Darrell, "The pyramid
//! match kernel", ICCV 2005, so that shifted patterns agree in the wide parts), and at which
//! hours of the day. Shares are taken as square roots, which makes distances between them those
//! of Hellinger. Accounts are then divided again and again along the direction in which they
//! differ most (Boley, "Principal direction divisive partitioning", Data Mining and Knowledge
//! Discovery 2(4), 1998) until those of a part are alike; alike ones stand by first activity,
//! which draws a rotation as a diagonal, and of two parts the one that began earlier stands first.
//!
//! Only arithmetic in a fixed order: the same rows give the same order on every machine that
//! rounds as IEEE 754 says, whatever the number of threads.

use std::ops::Range;

use rayon::prelude::*;

use super::heat::HOURS;
use super::stats::{Stats, stretches};
use super::{Index, Mask};
use crate::job::{Cancelled, Progress};
use crate::model::{MISSING, Time, TimeSpan};

/// Parts of the whole time at the finest width.
const PARTS: usize = 32;
/// Numbers that describe an account: 4 + 8 + 16 + 32 parts and the hours of a day.
const WIDTH: usize = 60 + HOURS;
const _: () = assert!(WIDTH.is_multiple_of(4), "inner products take four numbers at a time");
/// What the hours of the day count for beside one width of parts.
const HOURS_WEIGHT: f32 = 0.7;
/// Up to so many accounts are alike whatever they do.
const FEW: usize = 3;
/// Accounts whose mean squared distance from their middle is below this are alike. Two accounts
/// that share nothing are 9 apart.
const ALIKE: f32 = 0.5;
/// Divisions inside each other; what is left then is ordered by first activity.
const DEEPEST: u32 = 40;
/// Steps towards the direction in which accounts differ most.
const STEPS: usize = 10;
/// Accounts that are added up at a time: fixed, so that sums do not depend on threads.
const BATCH: usize = 2_048;

/// Described accounts.
struct Described {
    /// [`WIDTH`] numbers an account.
    features: Vec<f32>,
    /// The first row of each that has a time.
    first: Vec<u32>,
}

type Vector = [f32; WIDTH];

impl Index {
    /// The accounts with rows under a mask, similar ones next to each other; those without any
    /// time last, by id. The same for the same rows.
    ///
    /// # Errors
    /// When asked to stop.
    pub fn similarity_order(
        &self,
        mask: &Mask,
        stats: &[Stats],
        progress: &Progress,
    ) -> Result<Vec<u32>, Cancelled> {
        let with_rows = |a: &u32| stats.get(*a as usize).is_some_and(|s| s.rows > 0);
        let by_id = self.accounts_by_id().iter().copied().filter(with_rows);
        let has_time = |a: &u32| stats[*a as usize].first_row != MISSING;
        let (timed, untimed): (Vec<u32>, Vec<u32>) = by_id.partition(has_time);
        let first: Vec<u32> = timed.iter().map(|a| stats[*a as usize].first_row).collect();
        let counts = self.counts_to_describe(mask, &timed, &first, stats, progress)?;
        let mut features = vec![0.0; timed.len() * WIDTH];
        features
            .par_chunks_exact_mut(WIDTH)
            .zip(counts.par_chunks_exact(PARTS + HOURS))
            .for_each(|(features, counts)| features.copy_from_slice(&described(counts)));
        drop(counts);
        let described = Described { features, first };
        let mut order: Vec<u32> = (0..timed.len() as u32).collect();
        described.divide(&mut order, DEEPEST, progress)?;
        let mut order: Vec<u32> = order.into_iter().map(|i| timed[i as usize]).collect();
        order.extend(untimed);
        Ok(order)
    }

    /// Rows of each account in each part of the time, then in each hour of the day.
    fn counts_to_describe(
        &self,
        mask: &Mask,
        accounts: &[u32],
        first: &[u32],
        stats: &[Stats],
        progress: &Progress,
    ) -> Result<Vec<u32>, Cancelled> {
        let width = PARTS + HOURS;
        let mut place = vec![MISSING; self.accounts().len()];
        for (i, account) in (0..).zip(accounts) {
            place[*account as usize] = i;
        }
        let place: Vec<u32> =
            self.dimensions.callers.iter().map(|c| place[c.account as usize]).collect();
        let last = accounts.iter().map(|a| stats[*a as usize].last_row).max();
        let (Some(from), Some(last)) = (first.iter().min(), last) else { return Ok(Vec::new()) };
        let times = &self.columns.at_us;
        let end = times[last as usize].saturating_add(1);
        let span = TimeSpan { start: Time(times[*from as usize]), end: Time(end) };
        let edges = self.bin_rows(span, PARTS);
        let groups = accounts.len() * width * size_of::<u32>() / size_of::<Stats>();
        let count = |rows: Range<u32>| {
            let mut counts = vec![0_u32; accounts.len() * width];
            for (part, edge) in edges.windows(2).enumerate() {
                let stretch = edge[0].max(rows.start)..edge[1].min(rows.end);
                if stretch.is_empty() || progress.check().is_err() {
                    continue;
                }
                mask.rows_in(stretch).for_each(|row| {
                    let caller = self.columns.caller[row as usize];
                    let at = place[caller as usize] as usize * width;
                    counts[at + part] += 1;
                    let hour = Time(times[row as usize]).hour();
                    counts[at + PARTS + usize::from(hour)] += 1;
                });
            }
            counts
        };
        let rows = mask.bounds();
        let rows = rows.start..rows.end.min(self.timed).max(rows.start);
        let partial: Vec<Vec<u32>> = stretches(rows, groups).into_par_iter().map(count).collect();
        progress.check()?;
        let mut partial = partial.into_iter();
        let mut all = partial.next().unwrap_or_default();
        for part in partial {
            all.par_iter_mut().zip(part).for_each(|(sum, n)| *sum += n);
        }
        Ok(all)
    }
}

/// The numbers that describe an account, from its counts by part and by hour.
fn described(counts: &[u32]) -> Vector {
    let mut out = [0.0; WIDTH];
    let (parts, hours) = counts.split_at(PARTS);
    let rows: u64 = parts.iter().map(|n| u64::from(*n)).sum();
    let share = |counts: &[u32]| {
        let n: u64 = counts.iter().map(|n| u64::from(*n)).sum();
        (n as f32 / rows.max(1) as f32).sqrt()
    };
    let mut at = 0;
    for width in [PARTS / 4, PARTS / 8, PARTS / 16, 1] {
        for parts in parts.chunks(width) {
            out[at] = share(parts);
            at += 1;
        }
    }
    for hour in hours {
        out[at] = share(std::slice::from_ref(hour)) * HOURS_WEIGHT;
        at += 1;
    }
    out
}

impl Described {
    fn of(&self, account: u32) -> &[f32] {
        &self.features[account as usize * WIDTH..(account as usize + 1) * WIDTH]
    }

    /// Orders accounts: divided where they differ most until those of a part are alike.
    fn divide(&self, part: &mut [u32], depth: u32, progress: &Progress) -> Result<(), Cancelled> {
        progress.check()?;
        let by_first =
            |part: &mut [u32]| part.sort_unstable_by_key(|a| (self.first[*a as usize], *a));
        if part.len() <= FEW || depth == 0 {
            by_first(part);
            return Ok(());
        }
        let middle = self.middle(part);
        let (scatter, farthest) = self.scatter(part, &middle);
        if scatter < ALIKE {
            by_first(part);
            return Ok(());
        }
        let direction = self.direction(part, &middle, farthest);
        let mut sides: Vec<(bool, u32)> = part
            .par_iter()
            .with_min_len(BATCH)
            .map(|a| (self.along(*a, &middle, &direction) > 0.0, *a))
            .collect();
        let began = |side: bool| {
            let own = sides.iter().filter(|(s, _)| *s == side);
            let (sum, n) = own.fold((0_u64, 0_u64), |(sum, n), (_, a)| {
                (sum + u64::from(self.first[*a as usize]), n + 1)
            });
            (sum as f64 / n.max(1) as f64, n)
        };
        let ((low, few), (high, many)) = (began(false), began(true));
        if few == 0 || many == 0 {
            by_first(part);
            return Ok(());
        }
        // The side that began earlier stands first.
        let first = high < low;
        sides.sort_by_key(|(side, _)| *side != first);
        part.iter_mut().zip(&sides).for_each(|(to, (_, account))| *to = *account);
        let at = sides.iter().filter(|(side, _)| *side == first).count();
        let (left, right) = part.split_at_mut(at);
        let (left, right) = rayon::join(
            || self.divide(left, depth - 1, progress),
            || self.divide(right, depth - 1, progress),
        );
        left.and(right)
    }

    /// Adds up what `of` says of each account, batch after batch.
    fn sum(&self, part: &[u32], of: impl Fn(&[f32], &mut Vector) + Sync) -> Vector {
        let batch = |accounts: &[u32]| {
            let mut sum = [0.0; WIDTH];
            accounts.iter().for_each(|a| of(self.of(*a), &mut sum));
            sum
        };
        if part.len() <= BATCH {
            return batch(part);
        }
        let sums: Vec<Vector> = part.par_chunks(BATCH).map(batch).collect();
        sums.iter().fold([0.0; WIDTH], |mut all, sum| {
            all.iter_mut().zip(sum).for_each(|(all, n)| *all += n);
            all
        })
    }

    fn middle(&self, part: &[u32]) -> Vector {
        let sum = self.sum(part, |own, sum| sum.iter_mut().zip(own).for_each(|(s, n)| *s += n));
        sum.map(|n| n / part.len() as f32)
    }

    /// The mean squared distance from the middle, and the account that is farthest from it.
    fn scatter(&self, part: &[u32], middle: &Vector) -> (f32, u32) {
        let squares: Vec<f32> = part
            .par_iter()
            .with_min_len(BATCH)
            .map(|a| self.of(*a).iter().zip(middle).map(|(n, m)| (n - m) * (n - m)).sum())
            .collect();
        let mut farthest = 0;
        for (i, square) in squares.iter().enumerate() {
            if *square > squares[farthest] {
                farthest = i;
            }
        }
        let sum: f64 = squares.iter().map(|s| f64::from(*s)).sum();
        ((sum / part.len() as f64) as f32, part[farthest])
    }

    /// The direction in which accounts differ most, by power iteration from the farthest one.
    fn direction(&self, part: &[u32], middle: &Vector, farthest: u32) -> Vector {
        let mut direction = [0.0; WIDTH];
        let away = self.of(farthest).iter().zip(middle).map(|(n, m)| n - m);
        direction.iter_mut().zip(away).for_each(|(d, n)| *d = n);
        for _ in 0..STEPS {
            let middle_along = dot(middle, &direction);
            let next = self.sum(part, |own, sum| {
                let along = dot(own, &direction) - middle_along;
                sum.iter_mut().zip(own).zip(middle).for_each(|((s, n), m)| *s += along * (n - m));
            });
            let length = next.iter().map(|n| n * n).sum::<f32>().sqrt();
            if length <= f32::EPSILON {
                break;
            }
            direction = next.map(|n| n / length);
        }
        direction
    }

    fn along(&self, account: u32, middle: &Vector, direction: &Vector) -> f32 {
        dot(self.of(account), direction) - dot(middle, direction)
    }
}

/// The inner product, added up in four sums so that the machine can take four at a time.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
