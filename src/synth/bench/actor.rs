//! Who makes calls: asked for each day in turn.

use super::super::rng::Rng;
use super::call::Outcome;
use super::{INCIDENT_US, day_us};
use crate::model::time::{HOUR_US, MINUTE_US};

/// Draws of what happens, apart from those that make accounts.
pub const HAPPEN: u64 = 0xAC70;

/// Somebody who makes calls. What it does depends on the seed and on its own past only, so that
/// actors may be asked on any core.
pub trait Actor: Send + Sync {
    /// Appends the calls that begin on a day; conversations may run past midnight.
    fn day(&mut self, day: u32, out: &mut Vec<super::call::Call>);
}

/// When the service is overloaded for everybody: start and length, µs.
const OVERLOADS: [(i64, i64); 3] = [
    (day_us(9) + 15 * HOUR_US, 50 * MINUTE_US),
    (INCIDENT_US, 35 * MINUTE_US),
    (day_us(41) + 8 * HOUR_US, 70 * MINUTE_US),
];

/// Whether the service fails a call, whoever makes it.
pub fn trouble(at_us: i64, rng: &mut Rng) -> Option<Outcome> {
    let overloaded =
        OVERLOADS.iter().any(|(start, length)| (*start..start + length).contains(&at_us));
    match rng.unit() {
        u if u < if overloaded { 0.25 } else { 0.002 } => Some(Outcome::Overloaded),
        u if u > 0.998 => Some(Outcome::Failed),
        u if u > 0.993 => Some(Outcome::Invalid),
        _ => None,
    }
}
