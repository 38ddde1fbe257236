//! When: taking turns, acting at once, going on where another was stopped.

pub mod alternation;
mod chosen;
pub mod coincidence;
pub mod rotation;
