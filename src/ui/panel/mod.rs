//! Panels beside the screens.

pub mod selection;
