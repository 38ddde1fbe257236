//! What the command line says of who works on the case and when.

use crate::case::{self, Author};
use crate::model::Time;

use super::exit::Usage;

/// The analyst, now.
///
/// # Errors
/// [`Usage`] when `SOURCE_DATE_EPOCH` is set and not a number of seconds.
pub fn author() -> Result<Author, Usage> {
    case::author::author().map_err(Usage)
}

/// A moment given on the command line.
///
/// # Errors
/// [`Usage`] when it is no RFC 3339 time.
pub fn moment(text: &str) -> Result<Time, Usage> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed
        .map(|at| Time(at.as_microsecond()))
        .map_err(|_| Usage(format!("--at {text}: not a time; write it as 2026-04-16T08:12:00Z")))
}
