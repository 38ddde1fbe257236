//! The screens.

pub mod explore;
pub mod export;
pub mod findings;
pub mod import;
pub mod network;
pub mod overview;
pub mod rejects;
pub mod review;
pub mod shown;
pub mod start;
pub mod traffic;
pub mod verify;
