//! Who pays, how accounts were registered, and what their plans allow.

pub mod indicators;
