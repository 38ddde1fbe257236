//! An order of rows in which similar ones stand side by side.
//!
//! Average linkage by the nearest-neighbour chain (D. Müllner, arXiv 1109.2378), in time and room that
//! grow with the square of the rows. Where two subtrees meet, each is turned so that the ends that
//! touch are the most alike of the four: what optimal leaf ordering does for all of them at once (Z.
//! Bar-Joseph et al., Bioinformatics 17, 2001), done subtree by subtree.

use std::collections::BTreeMap;

use crate::job::{Cancelled, Progress};

/// The order of `n` rows by their similarities, row by row, the same both ways; higher is more
/// alike, and what is no number, or missing, is 0. Rows that are like no other come last. Of the two
/// directions the one is taken that begins with the lower row.
///
/// # Errors
/// When cancelled.
pub fn by_likeness(values: &[f32], n: usize, progress: &Progress) -> Result<Vec<usize>, Cancelled> {
    let likeness = Likeness { values, n };
    let (tied, alone): (Vec<usize>, Vec<usize>) = (0..n).partition(|row| likeness.is_tied(*row));
    let mut order = chained(&likeness, &tied, progress)?;
    if order.first() > order.last() {
        order.reverse();
    }
    order.extend(alone);
    Ok(order)
}

/// The same with the rows of each group side by side: groups in the order of how alike they are in
/// the mean, rows ordered within. Rows beyond the last group are of none, and come last.
///
/// # Errors
/// When cancelled.
pub fn by_likeness_within(
    values: &[f32],
    groups: &[Option<u32>],
    progress: &Progress,
) -> Result<Vec<usize>, Cancelled> {
    let likeness = Likeness { values, n: groups.len() };
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut loose = Vec::new();
    for (row, group) in groups.iter().enumerate() {
        match group {
            Some(group) => members.entry(*group).or_default().push(row),
            None => loose.push(row),
        }
    }
    let members: Vec<Vec<usize>> = members.into_values().collect();
    let between = likeness.between(&members);
    let outer = by_likeness(&between, members.len(), progress)?;
    let mut order: Vec<usize> = Vec::with_capacity(groups.len());
    for rows in outer.iter().filter_map(|at| members.get(*at)).chain([&loose]) {
        let mut inner = chained(&likeness, rows, progress)?;
        let end = order.last().copied();
        let near =
            |row: Option<&usize>| row.zip(end).map_or(0.0, |(row, end)| likeness.of(*row, end));
        if near(inner.last()) > near(inner.first()) {
            inner.reverse();
        }
        order.extend(inner);
    }
    Ok(order)
}

/// Similarities of rows.
struct Likeness<'a> {
    values: &'a [f32],
    n: usize,
}

impl Likeness<'_> {
    fn of(&self, row: usize, column: usize) -> f64 {
        // One half only: the chain would never end where the two differ.
        let (row, column) = (row.min(column), row.max(column));
        let value = self.values.get(row * self.n + column).copied().unwrap_or(0.0);
        if value.is_finite() { f64::from(value) } else { 0.0 }
    }

    /// Whether a row is like any other.
    fn is_tied(&self, row: usize) -> bool {
        (0..self.n).any(|other| other != row && self.of(row, other) != 0.0)
    }

    /// How alike groups are in the mean, row by row.
    fn between(&self, groups: &[Vec<usize>]) -> Vec<f32> {
        let mean = |a: &[usize], b: &[usize]| {
            let sum: f64 = a.iter().flat_map(|i| b.iter().map(|k| self.of(*i, *k))).sum();
            (sum / (a.len() * b.len()).max(1) as f64) as f32
        };
        let n = groups.len();
        let mut means = vec![1.0; n * n];
        for (i, a) in groups.iter().enumerate() {
            for (k, b) in groups.iter().enumerate().skip(i + 1) {
                let mean = mean(a, b);
                (means[i * n + k], means[k * n + i]) = (mean, mean);
            }
        }
        means
    }
}

/// Orders some of the rows.
fn chained(
    likeness: &Likeness<'_>,
    rows: &[usize],
    progress: &Progress,
) -> Result<Vec<usize>, Cancelled> {
    let mut forest = Forest::new(likeness, rows);
    let mut chain: Vec<usize> = Vec::new();
    while forest.active.len() > 1 {
        let Some(last) = chain.last().copied() else {
            chain.extend(forest.active.first());
            continue;
        };
        let before = chain.len().checked_sub(2).and_then(|at| chain.get(at)).copied();
        let Some(nearest) = forest.nearest(last, before) else { break };
        if Some(nearest) == before {
            progress.check()?;
            chain.truncate(chain.len() - 2);
            forest.join(nearest, last, likeness);
        } else if chain.contains(&nearest) {
            // Rounding: what was joined is nearer than its parts were.
            chain.clear();
        } else {
            chain.push(nearest);
        }
    }
    Ok(forest.leaves.into_iter().flatten().collect())
}

/// Subtrees that have not been joined.
struct Forest {
    size: usize,
    /// Mean similarity of subtrees, row by row.
    means: Vec<f64>,
    /// Those that are left, rising.
    active: Vec<usize>,
    /// The rows of each in order; none of those that are gone.
    leaves: Vec<Vec<usize>>,
}

impl Forest {
    fn new(likeness: &Likeness<'_>, rows: &[usize]) -> Self {
        let of = |row: &usize| {
            let row = *row;
            rows.iter().map(move |column| likeness.of(row, *column))
        };
        Self {
            size: rows.len(),
            means: rows.iter().flat_map(of).collect(),
            active: (0..rows.len()).collect(),
            leaves: rows.iter().map(|row| vec![*row]).collect(),
        }
    }

    /// The subtree that is most like one; `preferred` among several, which ends the chain.
    fn nearest(&self, of: usize, preferred: Option<usize>) -> Option<usize> {
        let row = self.means.get(of * self.size..(of + 1) * self.size)?;
        let mut best = preferred;
        let mut most = preferred.and_then(|at| row.get(at)).copied().unwrap_or(f64::MIN);
        for at in &self.active {
            let Some(mean) = row.get(*at) else { continue };
            if *at != of && *mean > most {
                (best, most) = (Some(*at), *mean);
            }
        }
        best
    }

    /// Joins two, the second into the first.
    fn join(&mut self, into: usize, gone: usize, likeness: &Likeness<'_>) {
        let (one, other) = (self.take(into), self.take(gone));
        let (x, y) = (one.len() as f64, other.len() as f64);
        self.active.retain(|at| *at != gone);
        for at in &self.active {
            if *at == into {
                continue;
            }
            let (to, from) = (into * self.size + at, gone * self.size + at);
            let mean = (x * self.means[to] + y * self.means[from]) / (x + y);
            self.means[to] = mean;
            self.means[at * self.size + into] = mean;
        }
        if let Some(leaves) = self.leaves.get_mut(into) {
            *leaves = joined(one, other, likeness);
        }
    }

    fn take(&mut self, at: usize) -> Vec<usize> {
        self.leaves.get_mut(at).map(std::mem::take).unwrap_or_default()
    }
}

/// Two ordered lists as one, turned so that the ends that touch are the most alike.
fn joined(mut one: Vec<usize>, mut other: Vec<usize>, likeness: &Likeness<'_>) -> Vec<usize> {
    let near = |a: Option<&usize>, b: Option<&usize>| {
        a.zip(b).map_or(f64::MIN, |(a, b)| likeness.of(*a, *b))
    };
    let ways = [
        (false, false, near(one.last(), other.first())),
        (false, true, near(one.last(), other.last())),
        (true, false, near(one.first(), other.first())),
        (true, true, near(one.first(), other.last())),
    ];
    let better = |a: (bool, bool, f64), b: (bool, bool, f64)| if b.2 > a.2 { b } else { a };
    let (turn_one, turn_other, _) = ways.into_iter().fold((false, false, f64::MIN), better);
    if turn_one {
        one.reverse();
    }
    if turn_other {
        other.reverse();
    }
    one.append(&mut other);
    one
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
