//! Whether what somebody decided about reading a source fits its first records: a mapping that
//! names columns which are not there, a format that reads none of the records.

use super::format::suggest;
use super::inspect::Tally;
use super::{DetectError, Detection, FieldMap, IngestError, ReaderOptions, Sample};
use crate::model::{Field, nearest};

/// Columns that are listed where one is not found.
const LISTED: usize = 12;

/// Checks that every field which needs a path has one in the sample.
///
/// A key that the first records of a JSON log lack may come later, so there only the two fields
/// that every record needs are asked for. Lines of text have no paths, and the fields of what
/// reads them are fixed.
///
/// # Errors
/// Which columns are missing, what they may have been meant to be, and which there are.
pub(super) fn has_paths(sample: &Sample, fields: &[FieldMap]) -> Result<(), DetectError> {
    if sample.is_text() || sample.records.is_empty() && !sample.is_table() {
        return Ok(());
    }
    let known = suggest::paths(sample);
    let is_required = |map: &&FieldMap| {
        sample.is_table() || matches!(map.field, Field::Timestamp | Field::AccountId)
    };
    let mut absent: Vec<&str> = Vec::new();
    for map in fields.iter().filter(|m| m.needs_path()).filter(is_required) {
        let missing = map.from.iter().filter(|path| !is_there(&known, path));
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        // Of alternatives one is enough; what is joined needs every part.
        if map.join.is_some() || missing.len() == map.from.len() {
            absent.extend(missing);
        }
    }
    // Two fields may come from one column.
    let mut seen = std::collections::HashSet::new();
    absent.retain(|path| seen.insert(*path));
    if absent.is_empty() {
        return Ok(());
    }
    let what = match (sample.is_table(), absent.len()) {
        (true, 1) => "the table has no column",
        (true, _) => "the table has no columns",
        (false, _) => "no record looked at has",
    };
    let named: Vec<String> = absent.iter().map(|path| meant(path, &known)).collect();
    let shown: Vec<&str> = known.iter().map(String::as_str).take(LISTED).collect();
    let more = if known.len() > LISTED { ", …" } else { "" };
    let (named, shown) = (named.join(", "), shown.join(", "));
    Err(DetectError::Mapping(format!("{what} {named}; there is {shown}{more}")))
}

/// Whether the sample has something at a path, or may have: what is inside a value that is JSON
/// in text is not looked at here.
fn is_there(known: &[String], path: &str) -> bool {
    known.iter().any(|name| name == path || is_below(name, path) || is_below(path, name))
}

/// Whether a path goes on where another one ends: `a.b.c` below `a.b`.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// The path in quotes, with the known one it may have been meant to be.
fn meant(path: &str, known: &[String]) -> String {
    let plain = suggest::plain(path);
    let same = known.iter().find(|name| suggest::plain(name) == plain);
    let tail = || known.iter().find(|n| n.rsplit('.').next() == path.rsplit('.').next());
    let near = || nearest(path, known.iter().map(String::as_str));
    match same.or_else(tail).map(String::as_str).or_else(near) {
        Some(other) => format!("\"{path}\" (did you mean \"{other}\"?)"),
        None => format!("\"{path}\""),
    }
}

/// Why a source is not to be read so, where that shows in its first records: none of them can be
/// read, where somebody `decided` how, or none of them has a time.
///
/// # Errors
/// When the mapping cannot be used at all.
pub fn misfit(
    sample: &Sample,
    detection: &Detection,
    options: &ReaderOptions,
    decided: bool,
) -> Result<Option<DetectError>, IngestError> {
    let reader = detection.reader(options)?;
    let tally = Tally::of(sample, &*reader);
    if tally.events > 0 && tally.timed == 0 {
        return Ok(Some(timeless(&tally, detection)));
    }
    Ok(decided.then(|| unreadable(&tally, sample.records.len(), detection)).flatten())
}

/// A log of which no event has a time says nothing of when, and everything here asks when.
fn timeless(tally: &Tally, detection: &Detection) -> DetectError {
    let seen = match tally.events {
        1 => "the event looked at has no time".to_owned(),
        n => format!("none of the {n} events looked at has a time"),
    };
    let from = detection.mapping.field(Field::Timestamp).map(FieldMap::describe);
    let from = from.map_or_else(String::new, |from| format!(" (timestamp is read from {from})"));
    let hint = "name the field that has it with `--mapping FILE`, or state there the day of all \
                records as a constant: a log without times cannot be placed in time";
    DetectError::Timeless { seen: seen + &from, hint: hint.to_owned() }
}

fn unreadable(tally: &Tally, looked_at: usize, detection: &Detection) -> Option<DetectError> {
    let (reason, times) = tally.reasons.first().filter(|_| tally.read == 0)?;
    let format = detection.format;
    let seen = match (looked_at, *times == looked_at as u64) {
        (1, _) => format!("the record looked at cannot be read as {format}: {reason}"),
        (n, true) => format!("none of the {n} records looked at can be read as {format}: {reason}"),
        (n, false) => format!(
            "none of the {n} records looked at can be read as {format}: {reason} ({times} times) \
             and other reasons"
        ),
    };
    let hint = match &detection.next_best {
        Some(next) => format!(
            "it looks like {} ({:.0} %); choose that, or let the format be recognised",
            next.format,
            next.confidence * 100.0
        ),
        None => "look at the records with `stillwatch inspect` and change the mapping".to_owned(),
    };
    Some(DetectError::Misfit { seen, hint })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Choice, Head, Mapping, detect};

    fn head(text: &str) -> Head<'_> {
        Head { bytes: text.as_bytes(), complete: true, file_name: "x" }
    }

    fn mapped(text: &str, toml: &str) -> Result<Detection, DetectError> {
        let mapping = Some(Mapping::from_toml(toml).expect("valid"));
        detect(&head(text), &Choice { format: None, mapping })
    }

    const TABLE: &str = "when,Account Name,model\n2026-03-01 10:00:00,ann,m\n";

    #[test]
    fn every_absent_column_is_named_with_the_one_that_was_meant() {
        let toml = "[fields]\ntimestamp = \"whne\"\naccount_id = \"account_name\"\nmodel = \"x\"";
        let why = mapped(TABLE, toml).expect_err("refused").to_string();
        assert_eq!(
            why,
            "mapping: the table has no columns \"whne\" (did you mean \"when\"?), \
             \"account_name\" (did you mean \"Account Name\"?), \"x\"; \
             there is when, Account Name, model"
        );
    }

    #[test]
    fn alternatives_need_one_column_and_joined_ones_all() {
        let fields = |time: &str| {
            format!("[fields]\naccount_id = \"Account Name\"\ntimestamp = {{ from = {time} }}")
        };
        assert!(mapped(TABLE, &fields("[\"ts\", \"when\"]")).is_ok());
        let joined = fields("[\"when\", \"ts\"], join = \" \"");
        let why = mapped(TABLE, &joined).expect_err("refused").to_string();
        assert!(why.contains("no column \"ts\"") && !why.contains("\"when\""), "{why}");
        let constant = fields("[\"when\", \"ts\"], join = \" \", constant = \"2026-01-01\"");
        assert!(mapped(TABLE, &constant).is_ok());
    }

    #[test]
    fn a_key_that_comes_late_is_no_mistake_but_one_that_every_record_needs_is() {
        let text = "{\"meta\":{\"at\":\"2026-03-01\"},\"who\":\"a\"}\n";
        let toml = |time: &str| {
            format!("[fields]\ntimestamp = \"{time}\"\naccount_id = \"who\"\nerror = \"oops\"")
        };
        assert!(mapped(text, &toml("meta.at")).is_ok());
        let why = mapped(text, &toml("at")).expect_err("refused").to_string();
        assert!(
            why.contains("no record looked at has \"at\" (did you mean \"meta.at\"?)"),
            "{why}"
        );
    }

    #[test]
    fn a_format_that_reads_nothing_says_so_and_what_the_file_looks_like() {
        let text = "{\"timestamp\":1772359200,\"account_id\":\"a\",\"model\":\"m\"}\n".repeat(3);
        let choice = Choice { format: Some("bedrock".into()), mapping: None };
        let detection = detect(&head(&text), &choice).expect("asked for");
        let sample = Sample::cut(&head(&text)).expect("records");
        let options = ReaderOptions::default();
        let why = misfit(&sample, &detection, &options, true).expect("readable");
        let why = why.expect("a misfit");
        let why = why.to_string();
        assert!(why.contains("none of the 3 records looked at can be read as bedrock"), "{why}");
        assert!(why.contains("it looks like native"), "{why}");
        let right = detect(&head(&text), &Choice::default()).expect("recognised");
        assert_eq!(misfit(&sample, &right, &options, true).expect("readable"), None);
        assert_eq!(misfit(&sample, &detection, &options, false).expect("readable"), None);
    }

    #[test]
    fn a_log_without_any_time_is_refused_whoever_decided_how_it_is_read() {
        let record = |time: &str| format!("{{\"timestamp\":{time},\"account_id\":\"a\"}}\n");
        let options = ReaderOptions::default();
        let misfit = |text: &str, decided| {
            let found = detect(&head(text), &Choice::default()).expect("recognised");
            let sample = Sample::cut(&head(text)).expect("records");
            misfit(&sample, &found, &options, decided).expect("readable")
        };
        let without = record("null") + &record("0") + &record("\"\"");
        for decided in [true, false] {
            let why = misfit(&without, decided).expect("refused").to_string();
            assert!(why.starts_with("none of the 3 events looked at has a time"), "{why}");
            assert!(why.contains("timestamp is read from timestamp"), "{why}");
            assert!(why.contains("--mapping FILE"), "{why}");
            assert_eq!(misfit(&(record("1772359200") + &without), decided), None);
        }
        // What cannot be read is no event without a time.
        assert_eq!(misfit(&record("\"yesterday\""), false), None);
    }
}
