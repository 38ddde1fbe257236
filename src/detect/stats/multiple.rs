//! Many tests at once: p values adjusted so that a list cut at q holds at most that share of
//! false ones on average.
//!
//! Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57, 1995; Y. Benjamini and D. Yekutieli,
//! Ann. Stat. 29, 2001.

/// Adjusted p values after Benjamini and Hochberg, in the order of the input: for tests that are
/// independent or depend on each other positively. `None` where one is no probability.
pub fn benjamini_hochberg(p: &[f64]) -> Option<Vec<f64>> {
    adjusted(p, 1.0)
}

/// Adjusted p values after Benjamini and Yekutieli, likewise: whatever depends on what.
pub fn benjamini_yekutieli(p: &[f64]) -> Option<Vec<f64>> {
    adjusted(p, (1..=p.len()).map(|i| 1.0 / i as f64).sum())
}

fn adjusted(p: &[f64], factor: f64) -> Option<Vec<f64>> {
    if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut out = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, at) in order.iter().enumerate().rev() {
        least = least.min(p[*at] * factor * p.len() as f64 / (rank + 1) as f64);
        out[*at] = least;
    }
    Some(out)
}
