//! The seam between those who cut a file into records and those who understand one record.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::IngestError;
use super::cut::Plans;
use super::scalar::Scalar;
use crate::model::Exchange;
use crate::model::pack::Look;

/// Why a record cannot be read: one short phrase, never with content of the record in it.
pub type Reason = Cow<'static, str>;

/// Understands the records of one source. Cheap to call from many threads at once.
pub trait RecordReader: Send + Sync {
    /// Shapes one record: exactly its bytes, without the newline or comma that followed it.
    ///
    /// `emit` is called once for each exchange in it: never for the bucket of a usage report in
    /// which nothing was counted, else at least once when the result is `Ok`. What it is given
    /// borrows from `record`.
    ///
    /// # Errors
    /// The reason for the reject ledger. Nothing has been emitted then, except of a document that
    /// holds many calls: those of them that could be read.
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason>;

    /// The same for a record that is a line and looks like earlier ones: a short cut, for readers
    /// that have one.
    ///
    /// # Errors
    /// Those of [`RecordReader::read`].
    fn read_cut(
        &self,
        record: &str,
        look: &Look<'_>,
        plans: &mut Plans,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let _ = (look, plans);
        self.read(record.as_bytes(), emit)
    }
}

/// What the person at the keyboard decides about reading, apart from the format.
#[derive(Clone, Debug)]
pub struct ReaderOptions {
    /// The zone of times that state none.
    pub timezone: TimeZone,
}

impl ReaderOptions {
    /// Times without a zone are local to the one of this IANA name; an empty name is UTC.
    ///
    /// # Errors
    /// [`IngestError::Mapping`] when no zone has that name.
    pub fn in_zone(name: &str) -> Result<Self, IngestError> {
        let timezone = match name {
            "" | "UTC" => TimeZone::UTC,
            _ => TimeZone::get(name)
                .map_err(|_| IngestError::Mapping(format!("no time zone is called \"{name}\"")))?,
        };
        Ok(Self { timezone })
    }
}

impl Default for ReaderOptions {
    /// Times without a zone are taken as UTC.
    fn default() -> Self {
        Self { timezone: TimeZone::UTC }
    }
}

/// What becomes of the values taken out of a record: the part of a reader that knows a format.
pub(super) trait Shape: Send + Sync {
    /// Makes exchanges of the slots and gives them to `emit`.
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason>;
}
