//! One small log of every format, in more than one packing where it comes in more, written after
//! what its vendor publishes: recognised as what it is, and read by its mapping as without it.

use serde_json::Value;

use crate::ingest::{Choice, Detection, Head, Mapping, Sample, detect, inspect};
use crate::model::Time;

const SAMPLES: &str = include_str!("samples.jsonl");

/// The format, name and text of every sample.
fn samples() -> Vec<(String, String, String)> {
    let text = |sample: &Value, key: &str| sample[key].as_str().expect(key).to_owned();
    let samples = SAMPLES.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let parts = |s: Value| (text(&s, "format"), text(&s, "name"), text(&s, "text"));
    samples.map(parts).collect()
}

/// Every row of a log, field by field.
fn rows(head: &Head<'_>, detection: &Detection) -> Vec<Vec<(String, String)>> {
    let options = detection.options().expect("a zone");
    let seen = inspect(head, detection, &options, None).expect("a log");
    assert_eq!(seen.unusable, None, "{}", head.file_name);
    seen.rows
}

#[test]
fn every_format_is_recognised_and_read_by_its_own_mapping_as_without_one() {
    let mut seen = std::collections::BTreeSet::new();
    for (format, name, text) in samples() {
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: &name };
        let mut found = detect(&head, &Choice::default()).expect(&name);
        found.assume_latest(Time(1_800_000_000_000_000));
        assert_eq!(found.format, format, "{name}");
        let mapping = Mapping::from_toml(&found.mapping.to_toml()).expect("written by us");
        let choice = Choice { format: None, mapping: Some(mapping) };
        let again = detect(&head, &choice).expect(&name);
        assert_eq!((again.format, &again.container), (found.format, &found.container), "{name}");
        let read = rows(&head, &found);
        assert!(!read.is_empty(), "{name}");
        assert_eq!(rows(&head, &again), read, "{name}");
        let sample = Sample::cut_for(&head, again.format()).expect("a log");
        let options = again.options().expect("a zone");
        assert_eq!(crate::ingest::misfit(&sample, &again, &options, true).expect("usable"), None);
        seen.insert(format);
    }
    let all = crate::ingest::FORMATS.iter().map(|format| format.id().to_owned());
    let missing: Vec<String> = all.filter(|id| !seen.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
