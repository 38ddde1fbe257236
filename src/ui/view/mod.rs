//! The screens.

pub mod book;
pub mod compare;
pub mod explore;
pub mod export;
pub mod findings;
pub mod import;
pub mod network;
pub mod overview;
pub mod rejects;
#[cfg(feature = "pdf")]
pub mod report;
pub mod review;
pub mod shown;
pub mod start;
pub mod traffic;
pub mod verify;
