//! When: taking turns, acting at once, going on where another was stopped.

pub mod alternation;
pub(in crate::detect) mod chosen;
pub mod circadian;
pub mod coincidence;
pub mod failover;
pub mod mechanics;
pub mod rotation;
pub mod slots;
pub mod smooth_total;
pub mod synchrony;
