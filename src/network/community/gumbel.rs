//! Noise of Gumbel's distribution.

use std::sync::LazyLock;

use crate::model::rng::{Rng, ln};

/// Steps of the distribution.
const STEPS: usize = 1 << BITS;
const BITS: u32 = 10;

/// The distribution in steps of equal chance.
pub(super) struct Gumbel {
    values: [f64; STEPS],
}

static TABLE: LazyLock<Gumbel> = LazyLock::new(|| {
    let at = |step: usize| -ln(-ln((step as f64 + 0.5) / STEPS as f64));
    Gumbel { values: std::array::from_fn(at) }
});

impl Gumbel {
    /// The one table there is.
    pub(super) fn table() -> &'static Self {
        &TABLE
    }

    /// A row of draws of its own, from one of the generator: far cheaper than one for each.
    pub(super) fn draw(&self, rng: &mut Rng) -> Draws<'_> {
        Draws { values: &self.values, state: rng.next() }
    }
}

/// Draws from the distribution, one after the other.
pub(super) struct Draws<'a> {
    values: &'a [f64; STEPS],
    state: u64,
}

impl Draws<'_> {
    /// The next draw.
    pub(super) fn next(&mut self) -> f64 {
        // D. Knuth's linear congruential generator; its highest bits are good enough here.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.values[(self.state >> (64 - BITS)) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_wins_with_chances_in_proportion_to_e_to_its_power() {
        let mut rng = Rng::new(&[1]);
        let (ahead, runs) = (1.5, 40_000);
        let wins = |rng: &mut Rng| {
            let mut noise = Gumbel::table().draw(rng);
            let others = noise.next().max(noise.next());
            noise.next() + ahead > others
        };
        let won = (0..runs).filter(|_| wins(&mut rng)).count();
        let chance = f64::exp(ahead) / (f64::exp(ahead) + 2.0);
        let share = won as f64 / f64::from(runs);
        assert!((share - chance).abs() < 0.01, "{share} is not {chance}");
    }
}
