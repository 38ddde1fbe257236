//! What releases, bans and policies did to accounts.

pub mod pivot;
mod release;
