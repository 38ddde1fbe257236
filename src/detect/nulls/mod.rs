//! What chance would make of the same accounts: the nulls that every statistic is held against,
//! and the two statistics of taking turns that need them.
//!
//! A null keeps what an account does on its own and destroys only what is claimed: whole days
//! are shifted ([`day_shift`]) so that hours, bursts and hourly jobs stay; labels are drawn again
//! over the same session starts ([`label_draw`]) so that common bursts stay; what an account does on
//! one of its days goes to another of them ([`own_days`]) so that the week and its holidays stay; a graph is rewired
//! ([`rewire`]) so that every account has as many indicators and every indicator as many accounts.
//! Times are µs; randomness comes from a seed.

pub mod alternation;
pub mod conformal;
pub mod day_shift;
pub mod followed;
pub mod label_draw;
pub mod own_days;
pub mod rewire;
pub mod rotation;
pub mod sessions;
mod spread;
#[cfg(test)]
mod worlds;

pub use sessions::Session;
pub use spread::Spread;
