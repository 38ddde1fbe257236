//! How unevenly something is divided.

/// Gini's coefficient of amounts: 0 where all have the same, near 1 where one has all. `None`
/// without amounts, with a negative one, or where nobody has anything.
pub fn gini(amounts: &[f64]) -> Option<f64> {
    if amounts.iter().any(|a| !(*a >= 0.0 && a.is_finite())) {
        return None;
    }
    let mut sorted = amounts.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let total: f64 = sorted.iter().sum();
    if !(total > 0.0 && total.is_finite()) {
        return None;
    }
    let ranked: f64 = sorted.iter().zip(1..).map(|(a, rank)| f64::from(rank) * (a / total)).sum();
    Some((2.0 * ranked / n - (n + 1.0) / n).clamp(0.0, 1.0))
}
