//! Recognising a source by its first bytes.

use super::format::{self, FORMATS, Format, Score};
use super::{DetectError, Detection, FieldMap, Head, Mapping, NextBest, Sample, magic};
use crate::model::Field;

/// What the person at the keyboard has already decided.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The format, by id.
    pub format: Option<String>,
    /// The mapping; its format counts where `format` is not given.
    pub mapping: Option<Mapping>,
}

/// Below this a guess is not offered.
const LEAST: f32 = 0.2;

/// Recognises a source by its first bytes, within what was decided already.
///
/// # Errors
/// What the bytes are instead, and what to try.
pub fn detect(head: &Head<'_>, choice: &Choice) -> Result<Detection, DetectError> {
    if head.bytes.is_empty() {
        return Err(DetectError::Empty);
    }
    if let Some(error) = magic::binary(head.bytes) {
        return Err(error);
    }
    let wanted = choice.mapping.as_ref().map(|m| m.format.clone()).filter(|id| !id.is_empty());
    let wanted = choice.format.clone().or(wanted);
    let sample = match wanted.as_deref().and_then(format::by_id) {
        Some(format) => Sample::cut_for(head, format)?,
        None => Sample::cut(head)?,
    };
    let detection = match wanted {
        Some(id) => asked(&id, &sample)?,
        None if choice.mapping.is_some() => asked(generic_id(&sample), &sample)?,
        None => best(&sample)?,
    };
    match &choice.mapping {
        Some(mapping) => mapped(detection, mapping, &sample),
        None => Ok(detection),
    }
}

fn generic_id(sample: &Sample) -> &'static str {
    if sample.is_table() { "csv" } else { "json" }
}

/// The format asked for, however well it fits.
fn asked(id: &str, sample: &Sample) -> Result<Detection, DetectError> {
    let unknown = || DetectError::UnknownFormat { name: id.to_owned() };
    let format = format::by_id(id).ok_or_else(unknown)?;
    if sample.is_text() && format.line().is_none() {
        let (seen, hint) = ("lines of text", "leave the format out, or name one that reads such");
        return Err(DetectError::NotALog { seen: seen.to_owned(), hint: hint.to_owned() });
    }
    let score = format.score(sample);
    let (confidence, seen) =
        score.map_or((0.0, "nothing speaks for it".to_owned()), |s| (s.confidence, s.why));
    let why = format!("asked for by name; {seen}");
    // What it would have been taken for, so that a mistaken name shows.
    let other = best(sample).ok().filter(|other| other.format != id);
    let other = other.map(|o| NextBest { format: o.format, confidence: o.confidence });
    Ok(detection(format, Score { confidence, why }, other, sample))
}

/// The format that fits best.
fn best(sample: &Sample) -> Result<Detection, DetectError> {
    if sample.records.is_empty() && !sample.is_table() {
        let (seen, hint) = ("a list without records", "choose a file with records in it");
        return Err(DetectError::NotALog { seen: seen.to_owned(), hint: hint.to_owned() });
    }
    let mut scores: Vec<(&'static dyn Format, Score)> =
        FORMATS.iter().copied().filter_map(|f| Some((f, f.score(sample)?))).collect();
    // Stable: the more specific format comes first and wins a tie.
    scores.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence));
    let specific = scores.first().is_some_and(|(f, s)| !is_generic(*f) && s.confidence >= 0.5);
    if !specific && let Some(error) = format::foreign::recognise(sample) {
        return Err(error);
    }
    let mut scores = scores.into_iter().filter(|(_, s)| s.confidence >= LEAST);
    let Some((format, score)) = scores.next() else {
        return Err(nothing_fits(sample));
    };
    let next = scores.next();
    let next_best = next.map(|(f, s)| NextBest { format: f.id(), confidence: s.confidence });
    Ok(detection(format, score, next_best, sample))
}

fn is_generic(format: &dyn Format) -> bool {
    matches!(format.id(), "csv" | "json")
}

fn nothing_fits(sample: &Sample) -> DetectError {
    format::suggest::obstacle(sample).unwrap_or_else(|| DetectError::NotALog {
        seen: "nothing that reads like single calls of a model".to_owned(),
        hint: "name the fields with `--mapping FILE` if it is a log of calls".to_owned(),
    })
}

fn detection(
    format: &'static dyn Format,
    score: Score,
    next_best: Option<NextBest>,
    sample: &Sample,
) -> Detection {
    let why = match sample.repeated_column() {
        Some(name) => format!(
            "{}; several columns are called \"{name}\": the first is read, the next is \
             \"{name} (2)\"",
            score.why
        ),
        None => score.why,
    };
    let mut detection = Detection {
        format: format.id(),
        container: sample.container.clone(),
        confidence: score.confidence,
        why,
        next_best,
        mapping: format.mapping(sample),
        has_more: false,
    };
    if sample.has_more {
        detection.lacks_pages();
    }
    detection
}

/// Puts a given mapping in the place of the guessed one: it says what is read, all of it.
fn mapped(
    mut detection: Detection,
    mapping: &Mapping,
    sample: &Sample,
) -> Result<Detection, DetectError> {
    let fields = mapping.fields.clone();
    if fields.is_empty() {
        detection.mapping.timezone = mapping.timezone.clone();
        return Ok(detection);
    }
    // A format with rules of its own knows more paths than any one source has, and looks inside
    // wrappers; that its mapping is its own is checked where its reader is made.
    if detection.format().is_mapped() && fields != detection.mapping.fields {
        super::fit::has_paths(sample, &fields)?;
    }
    let own = detection.mapping.field(Field::AccountId);
    let is_unnamed = detection.format().is_mapped() || own.is_some_and(FieldMap::is_of_file);
    let given = Mapping { format: detection.format.to_owned(), fields, ..mapping.clone() };
    detection.mapping = if is_unnamed { given.of_file(&sample.file_stem) } else { given };
    detection.why = "read with the mapping given".to_owned();
    detection.confidence = 1.0;
    detection.next_best = None;
    Ok(detection)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::{Container, ReaderOptions};

    fn head(text: &str) -> Head<'_> {
        Head { bytes: text.as_bytes(), complete: true, file_name: "log.jsonl.gz" }
    }

    #[test]
    fn the_native_log_is_recognised_with_its_runner_up() {
        let text = "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\",\"model\":\"m\",\
                    \"input_tokens\":1}\n";
        let detection = detect(&head(text), &Choice::default()).expect("a log");
        assert_eq!((detection.format, &detection.container), ("native", &Container::Lines));
        assert!(detection.confidence > 0.95, "{}", detection.confidence);
        assert_eq!(detection.next_best.map(|n| n.format), Some("json"));
        let table = "timestamp,account_id\n";
        let detection = detect(&head(table), &Choice::default()).expect("a header");
        assert_eq!(detection.format, "native");
    }

    #[test]
    fn a_choice_is_followed_or_refused_by_name() {
        let text = "when;who\n2026-03-01 10:00;ann\n";
        let fields = "[fields]\ntimestamp = \"when\"\naccount_id = \"who\"\n";
        let choose = |toml: &str, format: Option<&str>| Choice {
            format: format.map(str::to_owned),
            mapping: (!toml.is_empty()).then(|| Mapping::from_toml(toml).expect("valid")),
        };
        let read = |choice: &Choice| detect(&head(text), choice);
        let found = read(&choose(fields, None)).expect("mapped");
        assert_eq!((found.format, found.confidence), ("csv", 1.0));
        let why = |choice: &Choice| read(choice).expect_err("refused").to_string();
        assert!(why(&choose("", Some("cvs"))).contains("no format is called \"cvs\""));
        let wrong = fields.replace("who", "whom");
        assert!(why(&choose(&wrong, None)).contains("no column \"whom\""));
        // A column that may be missing does not hide one that may not.
        let wrong = wrong.replace("\"when\"", "[\"ts\", \"when\"]");
        assert!(why(&choose(&wrong, None)).contains("no column \"whom\""));
        let right = fields.replace("\"when\"", "[\"ts\", \"when\"]");
        assert!(read(&choose(&right, None)).is_ok());
    }

    #[test]
    fn times_without_a_zone_are_read_in_the_zone_given() {
        let text = "timestamp,account_id\n2026-07-01 12:00:00,a\n";
        let mut detection = detect(&head(text), &Choice::default()).expect("a log");
        detection.mapping.timezone = "Mars".to_owned();
        assert!(detection.options().is_err_and(|e| e.to_string().contains("no time zone")));
        detection.mapping.timezone = "Europe/Berlin".to_owned();
        let reader = detection.reader(&detection.options().expect("a zone")).expect("a reader");
        let mut at = String::new();
        let record = b"2026-07-01 12:00:00,a";
        reader.read(record, &mut |e| at = e.at.to_string()).expect("read");
        assert_eq!(at, "2026-07-01T10:00:00Z");
    }

    #[test]
    fn a_head_cut_anywhere_is_recognised_alike() {
        let record = "{\"eventTime\":\"2024-10-17T20:11:24Z\",\"eventSource\":\"s3\",\
                      \"eventName\":\"x\",\"userIdentity\":{\"accountId\":\"1\"}}";
        let text = format!("{{\"Records\":[{record},{record},{record}]}}");
        for end in record.len() + 20..text.len() {
            let bytes = &text.as_bytes()[..end];
            let head = Head { bytes, complete: false, file_name: "x" };
            let found = detect(&head, &Choice::default()).expect("CloudTrail");
            assert_eq!(found.format, "cloudtrail", "{end}");
            let envelope = Some("Records".to_owned());
            assert_eq!(found.container, Container::JsonValues { envelope });
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), complete: bool) {
            let _ = detect(&Head { bytes: &bytes, complete, file_name: "x" }, &Choice::default());
        }

        #[test]
        fn no_text_panics_whatever_format_reads_it(
            text in "([\\[\\]{}:,\"|; \n]|\"(time|timestamp|account_id|Records|data)\"|[a-z0-9.-]){0,60}",
        ) {
            let found = detect(&head(&text), &Choice::default());
            let record = found.as_ref().map_or(&b"{}"[..], |_| text.as_bytes());
            for format in FORMATS {
                let choice = Choice { format: Some(format.id().to_owned()), ..Choice::default() };
                let Ok(found) = detect(&head(&text), &choice) else { continue };
                let Ok(reader) = found.reader(&ReaderOptions::default()) else { continue };
                let _ = reader.read(record, &mut |_| {});
            }
        }
    }
}
