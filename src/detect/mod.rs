//! Which networks deserve a look: what detectors look at, the statistics and nulls they are held
//! against, and what ties accounts together.
//!
//! Pure: no I/O, no clock. Whatever is random takes a seed, and the same seed gives the same
//! numbers on every machine.

pub mod community;
pub mod definition;
pub mod indicators;
pub mod link;
pub mod material;
pub mod nulls;
pub mod replay;
pub mod stats;
#[cfg(test)]
mod testkit;

pub use definition::{Definition, Need, Parameter};
pub use link::{Layer, Link};
pub use material::{Attributes, Material};
