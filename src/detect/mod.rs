//! Which networks deserve a look: the statistics, the nulls they are held against, and the
//! communities that come out.
//!
//! Pure: no I/O, no clock. Whatever is random takes a seed, and the same seed gives the same
//! numbers on every machine.

pub mod nulls;
pub mod stats;
