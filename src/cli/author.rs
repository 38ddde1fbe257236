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
    let at = parsed.ok().map(|at| Time(at.as_microsecond()));
    at.filter(|at| case::author::is_writable(*at)).ok_or_else(|| {
        let how = "write it as 2026-04-16T08:12:00Z, with a year from 1 to 9999";
        Usage(format!("--at {text}: not a time; {how}"))
    })
}
