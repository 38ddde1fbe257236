//! Who works on the case and what time it is: the two things the library never asks for itself.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::case::Author;
use crate::model::Time;
use crate::model::time::SECOND_US;

use super::exit::Usage;

/// The clock, or the moment `SOURCE_DATE_EPOCH` names, so that a run can be repeated exactly.
///
/// # Errors
/// [`Usage`] when `SOURCE_DATE_EPOCH` is set and not a number of seconds.
pub fn now() -> Result<Time, Usage> {
    let Some(value) = env::var_os("SOURCE_DATE_EPOCH").filter(|v| !v.is_empty()) else {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        return Ok(Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)));
    };
    let wrong = || Usage("SOURCE_DATE_EPOCH is not a number of seconds since 1970".into());
    let seconds: i64 = value.to_str().and_then(|v| v.trim().parse().ok()).ok_or_else(wrong)?;
    seconds.checked_mul(SECOND_US).map(Time).ok_or_else(wrong)
}

/// The analyst, now.
///
/// # Errors
/// As [`now`].
pub fn author() -> Result<Author, Usage> {
    let names = ["STILLWATCH_ACTOR", "USER", "USERNAME", "LOGNAME"];
    let actor = names.into_iter().find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    Ok(Author { actor: actor.unwrap_or_else(|| "analyst".into()), at: now()? })
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
