//! The analyst's side of a case: edits with their inverses, undo history, opening, importing.

pub mod edit;
pub mod history;

pub use edit::{Annotations, Change, Edit};
pub use history::{History, Step, StepKind};
