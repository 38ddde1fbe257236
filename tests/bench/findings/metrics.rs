//! The metrics: of rankings, of sets, of clusterings.

use std::collections::HashMap;

/// Area under the curve of precision over recall, as average precision: the mean of the precision
/// at each true one, ties taken together. `None` without a true one.
pub fn average_precision(scored: &[(f64, bool)]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = sorted.iter().filter(|s| s.1).count();
    let (mut seen, mut hits, mut area) = (0, 0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let of = tied.iter().filter(|s| s.1).count();
        (seen, hits) = (seen + tied.len(), hits + of);
        area += of as f64 * hits as f64 / seen as f64;
    }
    (all > 0).then(|| area / all as f64)
}

/// The share of true ones that score above all but so large a share of the others.
pub fn recall_at(scored: &[(f64, bool)], false_positive_rate: f64) -> Option<f64> {
    let mut others: Vec<f64> = scored.iter().filter(|s| !s.1).map(|s| s.0).collect();
    others.sort_by(|a, b| b.total_cmp(a));
    let allowed = (others.len() as f64 * false_positive_rate) as usize;
    let above = others.get(allowed).copied().unwrap_or(f64::NEG_INFINITY);
    let all = scored.iter().filter(|s| s.1).count();
    let hits = scored.iter().filter(|s| s.1 && s.0 > above).count();
    (all > 0).then(|| hits as f64 / all as f64)
}

/// How much two sets have in common, of how much they have together.
pub fn jaccard(both: usize, a: usize, b: usize) -> f64 {
    both as f64 / (a + b - both).max(1) as f64
}

/// Adjusted Rand index (Hubert and Arabie, 1985) of two labellings.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> f64 {
    let pairs = |n: u64| (n * n.saturating_sub(1) / 2) as f64;
    let mut cells: HashMap<(u32, u32), u64> = HashMap::new();
    let (mut rows, mut columns) = (HashMap::<u32, u64>::new(), HashMap::<u32, u64>::new());
    for (x, y) in a.iter().zip(b) {
        *cells.entry((*x, *y)).or_default() += 1;
        *rows.entry(*x).or_default() += 1;
        *columns.entry(*y).or_default() += 1;
    }
    let sum = |of: &mut dyn Iterator<Item = u64>| of.map(pairs).sum::<f64>();
    let both = sum(&mut cells.values().copied());
    let (rows, columns) = (sum(&mut rows.values().copied()), sum(&mut columns.values().copied()));
    let expected = rows * columns / pairs(a.len() as u64).max(1.0);
    let most = 0.5 * (rows + columns);
    if most == expected { 1.0 } else { (both - expected) / (most - expected) }
}

/// B³ precision and recall (Bagga and Baldwin, 1998) of labels found against true ones.
pub fn b_cubed(found: &[u32], truth: &[u32]) -> (f64, f64) {
    let mut cells: HashMap<(u32, u32), usize> = HashMap::new();
    let (mut of_found, mut of_truth) = (HashMap::<u32, usize>::new(), HashMap::<u32, usize>::new());
    for (f, t) in found.iter().zip(truth) {
        *cells.entry((*f, *t)).or_default() += 1;
        *of_found.entry(*f).or_default() += 1;
        *of_truth.entry(*t).or_default() += 1;
    }
    let n = found.len().max(1) as f64;
    let mean = |of: &dyn Fn(u32, u32) -> usize| {
        let share = |(f, t): (&u32, &u32)| cells[&(*f, *t)] as f64 / of(*f, *t) as f64;
        found.iter().zip(truth).map(share).sum::<f64>() / n
    };
    (mean(&|f, _| of_found[&f]), mean(&|_, t| of_truth[&t]))
}
