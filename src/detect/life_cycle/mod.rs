//! What releases, bans and policies did to accounts.

mod closures;
mod objects;
pub mod pivot;
mod release;
pub mod succession;
