//! When: taking turns, acting at once, going on where another was stopped.

pub mod alternation;
mod chosen;
pub mod circadian;
pub mod coincidence;
pub mod failover;
pub mod mechanics;
pub mod rotation;
mod slots;
pub mod smooth_total;
pub mod synchrony;
