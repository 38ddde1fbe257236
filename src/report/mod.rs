//! The evidence package: figures, tables, pages and the manifest that holds them together.
//!
//! Everything here is a pure function of its inputs: the case is read through
//! [`ReportInput`], the clock and the selection are parameters, and the same inputs give the
//! same bytes.

mod case;
mod case_places;
mod cited;
pub mod clock;
pub mod contents;
mod coverage;
pub mod csv;
mod error;
mod export;
pub mod figure;
mod found;
mod gather;
mod hash;
mod input;
mod key_file;
mod manifest;
mod network;
mod options;
mod originals;
mod package;
#[cfg(feature = "pdf")]
mod pages;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(all(test, feature = "pdf"))]
mod pdf_tests;
mod pictures;
mod plates;
#[cfg(feature = "pdf")]
mod preview;
pub mod redact;
mod redacted;
mod redacted_parts;
pub mod shown;
mod side_table;
mod sign;
pub mod stix;
mod stix_facts;
mod tables;
mod tables_book;
mod tables_found;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod text;
mod verify;
mod walk;
mod zipped;

pub use crate::model::finding::p_value;
pub use case::{CaseInput, Package, export_case};
pub use cited::EVIDENCE_COLUMNS;
pub use error::ReportError;
pub use export::export;
pub use input::{
    AccountFacts, CaseFacts, EventRow, Pictured, Place, Places, Recorded, ReportInput, Rows,
    SelectionFacts,
};
pub use key_file::{key_beside, read_or_make_key};
pub use manifest::{
    CaseEntry, FORMAT, FORMAT_VERSION, FileEntry, MANIFEST, Manifest, RedactionEntry,
    SelectionEntry, SourceEntry,
};
pub use options::{ExportOptions, Output, Redaction, Section};
#[cfg(feature = "pdf")]
pub use pages::{Pages, Pixels};
#[cfg(feature = "pdf")]
pub use preview::{Preview, preview_case};
pub use redact::{Key, Profile};
pub use sign::{SIGNATURE, Signature, SignedBy, Signer};
pub use tables::{ACCOUNT_COLUMNS, JOURNAL_COLUMNS, REJECT_COLUMNS};
pub use tables_book::BOOK_COLUMNS;
pub use tables_found::{
    CIRCLE_COLUMNS, CLUSTER_COLUMNS, FINDING_COLUMNS, LINK_COLUMNS, MEASURE_COLUMNS,
};
pub use verify::{Difference, VerifyReport, is_package, verify, verify_signed, verify_with};
pub use zipped::is_named as is_zip;
