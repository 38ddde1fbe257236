//! The screens.

pub mod start;
