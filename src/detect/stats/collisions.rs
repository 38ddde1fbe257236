//! Items that users of one large set would have in common by chance.

use super::poisson;

/// Below so many expected collisions their absence says nothing: e^−3 is one in twenty.
pub const ENOUGH: f64 = 3.0;

/// Collisions that were seen and those to expect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collisions {
    /// Pairs of users and items in common that independent drawing would give.
    pub expected: f64,
    /// Those seen.
    pub observed: u64,
    /// ln of the chance of so few.
    pub ln_p_few: f64,
    /// Whether enough are expected for so few to say anything.
    pub informative: bool,
}

/// Of users that drew `draws` different items each from a set of `universe`: Σ_{a<b} n_a·n_b / U
/// expected, Poisson. `None` where the set is empty, no number, or smaller than one user's draws.
pub fn collisions(draws: &[u64], universe: f64, observed: u64) -> Option<Collisions> {
    let most = draws.iter().max().map_or(0.0, |n| *n as f64);
    if !(universe > 0.0 && universe.is_finite() && most <= universe) {
        return None;
    }
    // Each user with all before, which keeps digits that (Σn)² − Σn² would lose.
    let (mut before, mut pairs) = (0.0, 0.0);
    for n in draws {
        pairs += before * *n as f64;
        before += *n as f64;
    }
    let expected = pairs / universe;
    let ln_p_few = poisson::ln_at_most(observed, expected)?;
    Some(Collisions { expected, observed, ln_p_few, informative: expected >= ENOUGH })
}

/// The size of a set of which two independent samples have `both` in common (D. G. Chapman,
/// 1951). `None` where more are common than either has.
pub fn chapman(first: u64, second: u64, both: u64) -> Option<f64> {
    (both <= first.min(second))
        .then(|| (first as f64 + 1.0) * (second as f64 + 1.0) / (both as f64 + 1.0) - 1.0)
}
