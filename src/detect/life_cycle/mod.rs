//! What releases, bans and policies did to accounts.

pub mod arbitrage;
pub mod changes;
mod closures;
mod objects;
pub mod own_baseline;
pub mod pivot;
pub(in crate::detect) mod release;
mod rolling;
pub mod succession;
mod uses;
