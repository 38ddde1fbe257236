//! Foreign bytes in, shaped records out: the only module that reads other people's files.
//!
//! ```text
//!  head bytes ──► sniff ──► Detection { format, container, mapping, why }
//!                               │
//!                               ▼ Detection::reader(options)
//!  bytes ──► source ──► split ──► dyn RecordReader ──► rows ──► Block
//!           unpack,     cut at    one record in,       columns,
//!           hash        records   exchanges out        rejects
//! ```
//!
//! `source`, `split`, `rows` and `pipeline` move bytes and never look inside a record; a
//! [`RecordReader`] looks inside one record and knows nothing of files. A record that cannot be
//! read gives a [`Reason`] for the reject ledger; it never stops the load.

pub mod accounts;
pub mod archive;
mod calendar;
mod compact;
pub mod container;
mod csv;
mod cut;
mod cut_row;
pub mod detection;
mod document;
mod encoding;
pub mod error;
mod fields;
pub mod find;
pub mod fit;
pub mod format;
mod inside;
pub mod inspect;
mod json;
mod magic;
pub mod mapping;
pub mod markers;
mod measure;
mod mend;
mod overheard;
pub mod pages;
mod parquet;
mod paths;
mod pipe;
pub mod pipeline;
pub mod reader;
mod rows;
mod said;
pub mod sample;
mod scalar;
mod scan;
mod shape_of_line;
pub mod side;
pub mod sniff;
pub mod source;
pub mod split;
mod spread;
mod surrogates;
mod synonyms;
pub mod texts;
pub mod time;
mod unpack;
mod utf8_lines;
mod written;

pub use accounts::{AccountAttributes, read_accounts};
pub use archive::{Archive, ArchiveSummary, Member, Members, Opened};
pub use container::Container;
pub use detection::{Detection, NextBest};
pub use encoding::Encoding;
pub use error::{DetectError, IngestError};
pub use find::{Finder, Found, Phrase};
pub use fit::misfit;
pub use format::suggest::unmapped;
pub use format::{FORMATS, Format};
pub use inspect::{Inspection, inspect};
pub use mapping::{FieldMap, Mapping};
pub use markers::read_markers;
pub use reader::{ReaderOptions, Reason, RecordReader};
pub use sample::{Head, Sample, SampleRecord};
pub use side::{SideTable, TableKind};
pub use sniff::{Choice, detect};
pub use texts::{TextReader, has_prompts};
pub use unpack::Compression;
pub use written::{Written, each_written};

#[cfg(test)]
mod real_logs;
#[cfg(test)]
mod real_observability;
#[cfg(test)]
mod testing;
