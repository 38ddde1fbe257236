//! From a count to a colour: the more, the stronger. Lanes are thin and most of their cells hold
//! little, so there the scale is logarithmic and one exchange is seen beside a thousand; the
//! cells of a heat map are to be told apart by eye, and there it follows the square root.

use egui::Color32;

/// What is left of the colour where there is a single row.
const FAINTEST: f32 = 0.30;

/// The map from counts to strength.
#[derive(Clone, Copy, Debug)]
pub struct Shade {
    most: u32,
    root: bool,
    /// Whether there is nothing to shade.
    is_empty: bool,
}

impl Shade {
    /// Full strength at `most`, a step for every factor.
    pub fn logarithmic(most: u32) -> Self {
        Self { most: most.max(1), root: false, is_empty: most == 0 }
    }

    /// Full strength at `most`, steps by the square root.
    pub fn rooted(most: u32) -> Self {
        Self { most: most.max(1), root: true, is_empty: most == 0 }
    }

    fn bend(self, n: f64) -> f64 {
        if self.root { n.sqrt() } else { n.ln_1p() }
    }

    /// How strong a count is: 0 for none, else [`FAINTEST`] to 1. In steps of a sixteenth, so
    /// that neighbours of about the same count share a colour.
    pub fn strength(self, count: u32) -> f32 {
        let (one, most) = (self.bend(1.0), self.bend(self.most.into()));
        let share = match count {
            0 => return 0.0,
            n if n >= self.most => 1.0,
            n => (self.bend(n.into()) - one) / (most - one),
        };
        FAINTEST + (1.0 - FAINTEST) * (share * 16.0).round() as f32 / 16.0
    }

    /// The colour of a count on a surface.
    pub fn color(self, count: u32, full: Color32, surface: Color32) -> Color32 {
        surface.lerp_to_gamma(full, self.strength(count))
    }

    /// Counts for a legend from one to the most, at most `n` of them, each more than the one
    /// before; none where there is nothing.
    pub fn samples(self, n: u32) -> Vec<u32> {
        if self.is_empty {
            return Vec::new();
        }
        let (one, most) = (self.bend(1.0), self.bend(self.most.into()));
        let sample = |i: u32| {
            let bent = one + f64::from(i) / f64::from((n - 1).max(1)) * (most - one);
            let sample = if self.root { bent * bent } else { bent.exp_m1() };
            if i + 1 == n { self.most } else { sample.round() as u32 }
        };
        let mut samples: Vec<u32> = (0..n).map(sample).collect();
        samples.dedup();
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_never_fainter_and_one_is_seen() {
        for most in [1, 2, 7, 640, 16_000_000, u32::MAX] {
            for shade in [Shade::logarithmic(most), Shade::rooted(most)] {
                assert_eq!((shade.strength(0), shade.strength(most)), (0.0, 1.0));
                assert!(shade.strength(1) >= FAINTEST);
                let samples = shade.samples(5);
                let steps: Vec<f32> = samples.iter().map(|n| shade.strength(*n)).collect();
                assert!(steps.is_sorted(), "{most}: {steps:?}");
                assert_eq!((samples.first(), samples.last()), (Some(&1), Some(&most)));
            }
        }
        assert_eq!(Shade::logarithmic(0).strength(9), 1.0);
    }

    #[test]
    fn a_legend_has_no_two_samples_of_one_count_and_none_of_nothing() {
        for (most, samples) in [(0, &[][..]), (1, &[1]), (2, &[1, 2]), (3, &[1, 2, 3])] {
            assert_eq!(Shade::logarithmic(most).samples(5), samples);
            assert_eq!(Shade::rooted(most).samples(5), samples);
        }
    }
}
