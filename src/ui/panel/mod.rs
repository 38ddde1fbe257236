//! Panels beside the screens.

pub mod selection;
pub mod time_notes;
pub mod whole_case;
