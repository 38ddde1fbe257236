//! The analyst's side of a case: edits with their inverses, undo history, opening, importing.

mod archive;
pub mod author;
pub mod edit;
pub mod history;
pub mod import;
pub mod inputs;
pub mod joining;
pub mod naming;
pub mod open;
pub mod record;
mod tables;

pub use edit::{Annotations, Author, Change, Edit};
pub use history::{History, Step, StepKind};
pub use import::{
    FailedSource, ImportError, ImportOptions, ImportReport, ImportedSource, ImportedTable,
    TableReject, import,
};
pub use joining::JoinReport;
pub use naming::{case_beside, free_case_beside};
pub use open::{OpenCase, OpenError, stand_ins};
pub use record::SaveState;
