//! The case file: one SQLite database with the records of all sources and the analyst's work on
//! them. The only module that contains SQL.
//!
//! ```text
//!  Block ──► SourceWriter ──► dictionaries   account, caller, origin, call, session
//!                        ├──► event rows     in time order, a few small integers each
//!                        ├──► column chunks  the same, column by column, for the index
//!                        ├──► raw blocks     the original bytes, compressed
//!                        └──► reject ledger
//!  Tx::add_joins ──► rows that describe the same call
//!  Tx::replace_templates ──► prompt templates, and the template of every event
//!  Tx::replace_analysis ──► what detectors found, and what it rests on
//!  CaseFile::transaction ──► verdict, note, tag, marker, case book, journal (hash-chained)
//! ```
//!
//! A source is one transaction; `schema.sql` says what is where. Every source carries a seal, a
//! hash over its row and all that was stored of it, which the journal repeats and
//! [`CaseFile::verify`] computes again; what the analyst said is checked against the journal.

mod analysis;
mod analysis_read;
#[cfg(test)]
mod analysis_tests;
mod annotations;
#[cfg(test)]
mod block_tests;
mod book;
mod chunk;
mod columns;
mod compact;
mod content;
mod dictionary;
mod dimensions;
mod documented;
mod edit;
mod error;
mod exports;
mod file;
mod joins;
mod journal;
mod lock;
mod many;
#[cfg(test)]
mod migrate_tests;
#[cfg(test)]
mod other;
mod places;
mod query;
mod raw;
mod read;
mod replay;
mod rows;
mod schema;
mod seal;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tamper_tests;
mod templates;
#[cfg(test)]
mod tests;
mod verify;
mod verify_source;
mod writer;

pub use analysis::{NewAnalysis, inputs_of};
pub use columns::{Events, Run};
pub use documented::{DOCUMENTED, Documented};
pub use edit::Tx;
pub use error::{Result, StoreError};
pub use exports::{EXPORT, Waiting};
pub use file::{CaseFile, Mode, Still};
pub use joins::{EventTime, Uncounted};
pub use journal::{JournalBreak, JournalEntry, check_journal};
#[cfg(test)]
pub use other::Other;
pub use places::{Place, Places, RawSlice};
pub use query::Cell;
pub use raw::{EventRef, RawReader, RawRecord};
pub use read::{CaseInfo, RejectRow};
pub use schema::{APPLICATION_ID, SCHEMA_VERSION};
pub use templates::StoredTemplates;
pub use verify::Check;
pub use writer::{NewSource, SourceEnd, SourceWriter};

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
