//! The analyst's side of a case: edits with their inverses, undo history, opening, importing.

mod analysis;
mod archive;
pub mod audit;
pub mod author;
pub mod binding;
mod cited;
mod directories;
mod dismissal;
pub mod dossier;
pub mod edit;
pub mod first_look;
pub mod forecast;
pub mod history;
pub mod import;
mod import_report;
pub mod inputs;
pub mod joining;
mod kept;
mod known_texts;
mod layout;
pub mod look;
mod machine;
pub mod mappings;
pub mod merge;
pub mod naming;
pub mod open;
mod originals;
pub mod policy;
mod read_again;
pub mod record;
pub mod reread;
#[cfg(test)]
mod run_tests;
pub mod search;
mod tables;
pub mod tally;
mod templates;
pub mod terms;
pub mod texts;
mod traffic;
mod unread;

pub use analysis::{
    AnalysisDue, LookedAt, NewFindings, analysis_due, expected_false, find, find_by,
    find_templates_if_due, rules_of,
};
pub use cited::{cited, evidence};
pub use directories::directories;
pub use dismissal::{Decided, Dismissal};
pub use edit::{Annotations, Author, Change, Edit};
pub use first_look::FirstLook;
pub use forecast::{Forecast, Rate, TooLittle};
pub use history::{History, Step, StepKind};
pub use import::{ImportError, ImportOptions, import};
pub use import_report::{FailedSource, ImportReport, ImportedSource, ImportedTable, TableReject};
pub use joining::JoinReport;
pub use known_texts::{FingerprintOf, Known, read_known_prompts};
pub use layout::Layout;
pub use look::Look;
pub use machine::Machine;
pub use mappings::{MappingError, SavedMapping, SavedMappings, mapping_of, read_mapping};
pub use naming::{case_beside, free_case_beside};
pub use open::{OpenCase, OpenError, stand_ins, without_prompts};
pub use read_again::marks_of;
pub use record::{JoinDecisions, SaveState};
pub use reread::{RejectedLog, rejected_log};
pub use search::search_prompts;
pub use tally::{Running, Tally};
pub use templates::{
    CasePrompts, FoundTemplates, TemplatesDue, find_templates, last_event, prompt_of_call,
    templates_due,
};
pub use terms::{read_terms, starting_point};
pub use texts::{CaseTexts, SlicePrompts, read_prompts};
pub use traffic::Traffic;
pub use unread::UnreadField;
