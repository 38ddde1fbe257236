//! Who works on the case and what time it is, as the environment says: the same for the window
//! and for every command.

use std::env;

use super::edit::Author;
use crate::model::Time;
use crate::model::time::SECOND_US;

/// The variable that stops the clock.
const CLOCK: &str = "SOURCE_DATE_EPOCH";
/// Where the analyst's name is looked for, in this order.
const NAMES: [&str; 4] = ["STILLWATCH_ACTOR", "USER", "USERNAME", "LOGNAME"];

/// The clock, or the moment `SOURCE_DATE_EPOCH` names, so that a run can be repeated exactly.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is set and not a number of seconds.
pub fn now() -> Result<Time, String> {
    match env::var_os(CLOCK).filter(|value| !value.is_empty()) {
        Some(value) => moment(&value.to_string_lossy()),
        None => Ok(Time(jiff::Timestamp::now().as_microsecond())),
    }
}

fn moment(seconds: &str) -> Result<Time, String> {
    let seconds: Option<i64> = seconds.trim().parse().ok();
    let us = seconds.and_then(|s| s.checked_mul(SECOND_US));
    us.map(Time).filter(|at| is_writable(*at)).ok_or_else(|| {
        format!("{CLOCK} is not a number of seconds since 1970, up to the year 9999")
    })
}

/// Whether every format that a case leaves in can write a time: years of four digits.
pub fn is_writable(at: Time) -> bool {
    // From the year 1 to the last day of 9999, which the clock's library knows to its end.
    (-62_135_596_800..253_402_207_200).contains(&at.0.div_euclid(SECOND_US))
}

/// The name the journal records.
pub fn actor() -> String {
    named(|name| env::var(name).ok())
}

fn named(value: impl Fn(&str) -> Option<String>) -> String {
    let names = NAMES.into_iter().filter_map(value).map(|name| name.trim().to_owned());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "analyst".to_owned())
}

/// The analyst, now.
///
/// # Errors
/// As [`now`].
pub fn author() -> Result<Author, String> {
    Ok(Author { actor: actor(), at: now()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_can_be_stopped_at_a_second() {
        assert_eq!(moment(" 1770000000 "), Ok(Time(1_770_000_000 * SECOND_US)));
        assert!(moment("yesterday").is_err());
        assert!(moment("9223372036854775807").is_err());
        assert!(moment("253402300800").is_err(), "the year 10000");
        assert!(moment("-62167219201").is_err(), "before the year 1");
    }

    #[test]
    fn the_first_name_that_says_something_counts() {
        let name = |name: &str| match name {
            "STILLWATCH_ACTOR" => Some("  ".to_owned()),
            "USER" => Some("mara ".to_owned()),
            _ => Some("other".to_owned()),
        };
        assert_eq!(named(name), "mara");
        assert_eq!(named(|_| None), "analyst");
    }
}
