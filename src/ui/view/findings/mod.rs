//! What the detectors found.

pub mod picture;
