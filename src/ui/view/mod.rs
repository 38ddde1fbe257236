//! The screens.

pub mod explore;
pub mod start;
