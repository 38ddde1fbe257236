//! The exact test of two shares: R. A. Fisher, "Statistical Methods for Research Workers", 1934.

use std::f64::consts::LN_2;

use super::estimate::Test;
use crate::detect::stats::hypergeometric::Urn;

/// The two-sided p of `k_a` of `n_a` accounts against `k_b` of `n_b`: twice the smaller tail, which
/// is exact and never too small. `None` where a side is empty or has more than all.
pub fn fisher((k_a, n_a): (u64, u64), (k_b, n_b): (u64, u64)) -> Option<Test> {
    if n_a == 0 || n_b == 0 || k_a > n_a || k_b > n_b {
        return None;
    }
    let urn = Urn { items: n_a.checked_add(n_b)?, marked: k_a.checked_add(k_b)?, drawn: n_a };
    let ln_p = LN_2 + urn.ln_at_least(k_a)?.min(urn.ln_at_most(k_a)?);
    ln_p.is_finite().then(|| Test::of_ln(ln_p, k_a as f64, "Fisher, exact, twice the smaller tail"))
}
