//! How many accounts of a cluster have something, against all others.

use crate::detect::claim::LEAST_LOG10_P;
use crate::detect::stats::binomial::ln_at_least;
use crate::detect::{Group, Property};

/// The accounts of a cluster that have it, and how usual it is elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contrast {
    /// Members that have it, rising.
    pub inside: Vec<u32>,
    /// Their share of the members.
    pub share: f64,
    /// The share of all other accounts that have it. One is added on either side: that nobody
    /// else has it does not make it impossible.
    pub usual: f64,
    /// log10 of the chance that so many members have it at that share.
    pub log10_p: Option<f64>,
}

impl Contrast {
    /// Of a property.
    pub fn new(group: Group<'_>, property: &Property) -> Self {
        let inside: Vec<u32> = property.having().filter(|a| group.has(*a)).collect();
        let (members, usual) = (group.members.len(), property.usual(group));
        let log10_p = log10_at_least(inside.len(), members, usual);
        Self { share: inside.len() as f64 / members.max(1) as f64, inside, usual, log10_p }
    }
}

/// log10 of the chance that so many of the members have something, where each has it at that share.
/// What cannot happen has the smallest p there is. `None` for more hits than members.
pub(super) fn log10_at_least(hits: usize, members: usize, share: f64) -> Option<f64> {
    let ln_p = ln_at_least(hits as u64, members as u64, share)?;
    (!ln_p.is_nan()).then(|| (ln_p / std::f64::consts::LN_10).max(LEAST_LOG10_P))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_held_against_all_others() {
        let group = Group { id: 1, members: &[0, 1, 2, 3] };
        let property = Property::of_list(104, &[1, 2, 3, 50], |_| true);
        let contrast = Contrast::new(group, &property);
        assert_eq!(contrast.inside, [1, 2, 3]);
        assert!((contrast.share - 0.75).abs() < 1e-12);
        assert!((contrast.usual - 2.0 / 101.0).abs() < 1e-12);
        // 4·p³·(1−p) + p⁴
        let p: f64 = 2.0 / 101.0;
        let expected = (4.0 * p.powi(3) * (1.0 - p) + p.powi(4)).log10();
        assert!((contrast.log10_p.expect("a chance") - expected).abs() < 1e-9);
        let all = Contrast::new(
            Group { id: 1, members: &[0, 1] },
            &Property::of_list(2, &[0, 1], |_| true),
        );
        assert!((all.usual - 1.0).abs() < 1e-12 && all.log10_p == Some(0.0), "nobody to compare");
    }
}
