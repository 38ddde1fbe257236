//! Who pays, how accounts were registered, and what their plans allow.

pub mod indicators;
pub mod no_ramp;
pub mod plan_usage;
pub mod registration;
