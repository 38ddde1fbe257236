//! Panels beside the screens.

pub mod selection;
pub mod whole_case;
