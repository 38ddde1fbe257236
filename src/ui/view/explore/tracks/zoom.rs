//! How tall a lane is, and how many accounts share one where lanes would be too low to see.

/// Lane heights from the closest on, points; the last is the least that can be seen.
const HEIGHTS: [f32; 7] = [26.0, 19.0, 14.0, 10.0, 7.0, 5.0, 3.0];
/// Lanes at least so tall carry names.
const NAMED: f32 = 12.0;

/// A level of detail: a step down the heights, then accounts per lane doubled with every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom {
    step: u8,
}

impl Default for Zoom {
    /// The closest look that still shows many: lanes with names.
    fn default() -> Self {
        Self { step: 2 }
    }
}

impl Zoom {
    /// Height of a lane, points.
    pub fn height(self) -> f32 {
        HEIGHTS[usize::from(self.step).min(HEIGHTS.len() - 1)]
    }

    /// Accounts that share a lane.
    pub fn per_lane(self) -> usize {
        1 << usize::from(self.step).saturating_sub(HEIGHTS.len() - 1).min(31)
    }

    /// Whether lanes carry names.
    pub fn is_named(self) -> bool {
        self.height() >= NAMED
    }

    /// One step closer.
    pub fn closer(self) -> Self {
        Self { step: self.step.saturating_sub(1) }
    }

    /// One step back, as long as that shows more of `accounts` in `room` points.
    pub fn farther(self, accounts: usize, room: f32) -> Self {
        let lanes = accounts.div_ceil(self.per_lane());
        if lanes as f32 * self.height() <= room { self } else { Self { step: self.step + 1 } }
    }

    /// The nearest level at which every lane is one account.
    pub fn single(self) -> Self {
        Self { step: self.step.min(HEIGHTS.len() as u8 - 1) }
    }

    /// The nearest level at which lanes carry names.
    pub fn named(self) -> Self {
        Self { step: self.step.min(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_out_ends_when_every_account_is_in_sight() {
        for accounts in [0, 1, 24_000, 16_000_000] {
            let mut zoom = Zoom::default();
            for _ in 0..40 {
                zoom = zoom.farther(accounts, 300.0);
            }
            assert!(accounts.div_ceil(zoom.per_lane()) as f32 * zoom.height() <= 300.0);
            assert_eq!(zoom.farther(accounts, 300.0), zoom);
            assert!(zoom.height() >= 3.0);
            assert_eq!((zoom.single().per_lane(), zoom.named().is_named()), (1, true));
        }
    }

    #[test]
    fn a_lane_holds_several_accounts_only_where_it_is_as_low_as_can_be_seen() {
        let mut zoom = Zoom::default().closer().closer().closer();
        for _ in 0..30 {
            assert!(zoom.per_lane() == 1 || zoom.height() == 3.0);
            zoom = zoom.farther(usize::MAX, 1.0);
        }
    }
}
