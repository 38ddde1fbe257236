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
}

impl Shade {
    /// Full strength at `most`, a step for every factor.
    pub fn logarithmic(most: u32) -> Self {
        Self { most: most.max(1), root: false }
    }

    /// Full strength at `most`, steps by the square root.
    pub fn rooted(most: u32) -> Self {
        Self { most: most.max(1), root: true }
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

    /// Counts for a legend from one to the most, each a step up.
    pub fn samples(self, n: u32) -> impl Iterator<Item = u32> {
        let (one, most) = (self.bend(1.0), self.bend(self.most.into()));
        (0..n).map(move |i| {
            let bent = one + f64::from(i) / f64::from((n - 1).max(1)) * (most - one);
            let sample = if self.root { bent * bent } else { bent.exp_m1() };
            if i + 1 == n { self.most } else { sample.round() as u32 }
        })
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
                let steps: Vec<f32> = shade.samples(5).map(|n| shade.strength(n)).collect();
                assert!(steps.is_sorted(), "{most}: {steps:?}");
                assert_eq!(
                    (shade.samples(5).next(), shade.samples(5).last()),
                    (Some(1), Some(most))
                );
            }
        }
        assert_eq!(Shade::logarithmic(0).strength(9), 1.0);
    }
}
