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

pub mod container;
pub mod detection;
pub mod error;
pub mod mapping;
pub mod pipeline;
pub mod reader;
mod rows;
pub mod source;
pub mod split;

pub use container::Container;
pub use detection::{Detection, NextBest};
pub use error::{DetectError, IngestError};
pub use mapping::{FieldMap, Mapping};
pub use reader::{ReaderOptions, Reason, RecordReader};
