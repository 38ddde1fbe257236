use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;
use crate::case::{Author, ImportOptions, import};

const CSV: &str = "timestamp,account_id,prompt\n2026-03-01T10:00:01Z,a,\"one, two\"\n\
    2026-03-01T10:00:00Z,b,\"line\nbreak \"\"quoted\"\"\"\n2026-03-01T10:00:02Z,c,\n";
const JSON: &str = "{\"timestamp\":\"2026-03-01T10:00:05Z\",\"account_id\":\"a\",\"prompt\":\"caf\\u00e9 \\\"x\\\"\"}\n\
    not json\n\
    {\"timestamp\":\"2026-03-01T10:00:04Z\",\"account_id\":\"b\",\"prompt_hash\":\"c0ffee\"}\n\
    {\"timestamp\":\"2026-03-01T10:00:03Z\",\"account_id\":\"c\",\"prompt\":\"last\",\"response\":\"r\"}\n";

/// A case of these files.
fn case_of(files: &[(&str, &str)], options: &ImportOptions) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        fs::write(path, text).expect("written");
    }
    let case = folder.path().join("c.stillwatch");
    let author = Author { actor: "tester".into(), at: Time(0) };
    import(&case, &paths, options, &author, &Progress::default()).expect("imported");
    (folder, case)
}

/// The prompt of every event that has one.
fn prompts(case: &Path) -> BTreeMap<u64, String> {
    let found = Mutex::new(BTreeMap::new());
    read_prompts(&CaseTexts::of(case), ("reading", &|_| true), &Progress::default(), &|slice| {
        let own = slice.iter().map(|(event, text)| (event, text.to_owned()));
        found.lock().expect("no panic").extend(own);
    })
    .expect("read");
    found.into_inner().expect("no panic")
}

/// The same, asked for one by one.
fn prompts_one_by_one(case: &Path, events: u64) -> BTreeMap<u64, String> {
    let texts = CaseTexts::of(case);
    let one = |event| Some((event, texts.prompt_of(event).expect("read")?));
    (1..=events).filter_map(one).collect()
}

#[test]
fn every_event_has_the_text_of_its_own_record_whatever_the_format_and_the_order() {
    let (_folder, case) = case_of(&[("a.csv", CSV), ("b.jsonl", JSON)], &ImportOptions::default());
    let found = prompts(&case);
    let expected =
        [(1, "line\nbreak \"quoted\""), (2, "one, two"), (4, "last"), (6, "caf\u{e9} \"x\"")];
    let expected = expected.map(|(event, text)| (event, text.to_owned()));
    assert_eq!(found, BTreeMap::from(expected));
    assert_eq!(prompts_one_by_one(&case, 6), found);
    assert!(CaseTexts::of(&case).prompt_of(7).is_err(), "there is no event 7");
}

#[test]
fn a_text_is_what_its_fingerprint_is_of() {
    let (_folder, case) = case_of(&[("a.csv", CSV), ("b.jsonl", JSON)], &ImportOptions::default());
    let file = CaseFile::open(&case, Mode::ReadOnly).expect("opens");
    let runs = file.load_runs(&Progress::default()).expect("read");
    let found = prompts(&case);
    for (event, text) in found {
        let run = runs.iter().rfind(|run| run.first_event <= event).expect("a run");
        let row = (event - run.first_event) as usize;
        let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        assert_eq!(run.columns.prompt_hash[row], hash, "event {event}");
    }
}

#[test]
fn without_originals_there_are_no_texts() {
    let options = ImportOptions { drop_raw: true, ..ImportOptions::default() };
    let (_folder, case) = case_of(&[("b.jsonl", JSON)], &options);
    assert_eq!(prompts(&case), BTreeMap::new());
    let texts = CaseTexts::of(&case);
    let slices = texts.slices().expect("read");
    assert!(slices.all.is_empty());
    assert!(slices.why_not().contains("were not kept"));
    assert_eq!(texts.prompt_of(1).expect("read"), None);
}

#[test]
fn the_events_of_one_record_each_have_their_own_text() {
    let span = |id: u32, second: u32, prompt: &str| {
        format!(
            "{{\"id\":\"s{id}\",\"type\":\"GENERATION\",\"startTime\":\"2026-03-01T10:00:0{second}Z\",\
             \"model\":\"m\",\"input\":\"{prompt}\",\"output\":\"y\"}}"
        )
    };
    let trace = format!(
        "{{\"trace\":{{\"id\":\"t1\",\"userId\":\"u\"}},\"observations\":[{},{}]}}\n",
        span(1, 5, "late"),
        span(2, 1, "early")
    );
    let (_folder, case) = case_of(&[("t.jsonl", &trace)], &ImportOptions::default());
    let found = prompts(&case);
    assert_eq!(prompts_one_by_one(&case, 2), found);
    assert_eq!(found.into_values().collect::<Vec<String>>(), ["early", "late"]);
}

#[test]
fn a_reader_that_is_asked_to_stop_stops() {
    let (_folder, case) = case_of(&[("b.jsonl", JSON)], &ImportOptions::default());
    let progress = Progress::default();
    progress.cancel();
    let read = read_prompts(&CaseTexts::of(&case), ("reading", &|_| true), &progress, &|_| ());
    assert!(read.expect_err("stopped").is_cancelled());
}
