//! The picture as a matrix: every account against every other, or against what it has in common with
//! others, in an order in which those that are alike stand side by side.

pub mod order;
pub mod shared;
pub mod synchrony;

pub use order::{by_likeness, by_likeness_within};
pub use shared::{Column, Shared};
pub use synchrony::{BIN_US, MEASURE, Synchrony, active_bins};
