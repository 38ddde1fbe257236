//! How regular the gaps between events are, and whether a gap tells the next.

use libm::sqrt;

/// Burstiness A_n of `gaps` between events (H.-H. Jo and E.-K. Kim, "Measuring burstiness for
/// finite event sequences", Phys. Rev. E 94, 2016): −1 for a clock, 0 for chance, 1 for one
/// burst, for any number of gaps. `None` for fewer than 2 gaps, a negative one, or all zero.
pub fn burstiness(gaps: &[f64]) -> Option<f64> {
    if gaps.len() < 2 || gaps.iter().any(|g| !(*g >= 0.0 && g.is_finite())) {
        return None;
    }
    let n = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / n;
    if !(mean > 0.0 && mean.is_finite()) {
        return None;
    }
    // By the mean, so that squares of large gaps do not overflow.
    let variance = gaps.iter().map(|g| (g / mean - 1.0) * (g / mean - 1.0)).sum::<f64>() / n;
    let r = sqrt(variance);
    let (more, less) = (sqrt(n + 1.0), sqrt(n - 1.0));
    Some(((more * r - less) / ((more - 2.0) * r + less)).clamp(-1.0, 1.0))
}

/// The memory coefficient (K.-I. Goh and A.-L. Barabási, EPL 81, 2008): the correlation of each
/// gap with the next. `None` for fewer than 3 gaps or where either side never changes.
pub fn memory(gaps: &[f64]) -> Option<f64> {
    if gaps.len() < 3 {
        return None;
    }
    correlation(&gaps[..gaps.len() - 1], &gaps[1..])
}

/// Pearson's correlation of two lists of one length; `None` where one never changes.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        (aa, bb, ab) = (aa + x * x, bb + y * y, ab + x * y);
    }
    let scale = sqrt(aa) * sqrt(bb);
    (scale > 0.0 && scale.is_finite()).then(|| (ab / scale).clamp(-1.0, 1.0))
}
