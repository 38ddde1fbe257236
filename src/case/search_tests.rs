use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::case::{Author, ImportOptions, OpenCase, import, prompt_of_call, read_prompts};
use crate::index::compile;
use crate::model::{Filter, Time};
use crate::store::{CaseFile, Mode};

pub(in crate::case) fn case_of(files: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        fs::write(path, text).expect("written");
    }
    let case = folder.path().join("c.stillwatch");
    let author = Author { actor: "tester".into(), at: Time(0) };
    let options = ImportOptions::default();
    import(&case, &paths, &options, &author, &Progress::default()).expect("imported");
    (folder, case)
}

fn search(case: &Path, phrase: &str) -> BTreeSet<u64> {
    let found = Mutex::new(BTreeSet::new());
    search_prompts(&CaseTexts::of(case), phrase, &Progress::default(), &|event| {
        found.lock().expect("no panic").insert(event);
    })
    .expect("searched");
    found.into_inner().expect("no panic")
}

/// Naive: all texts, read and looked at.
fn naive(case: &Path, phrase: &str) -> BTreeSet<u64> {
    let phrase = phrase.to_lowercase();
    let found = Mutex::new(BTreeSet::new());
    read_prompts(&CaseTexts::of(case), ("reading", &|_| true), &Progress::default(), &|slice| {
        let has = slice.iter().filter(|(_, text)| text.to_lowercase().contains(&phrase));
        found.lock().expect("no panic").extend(has.map(|(event, _)| event));
    })
    .expect("read");
    found.into_inner().expect("no panic")
}

/// A log of prompts, one a second or all in another order, some records broken.
pub(in crate::case) fn log(prompts: &[(u32, &str)], broken: usize) -> String {
    let record = |(at, (second, prompt)): (usize, &(u32, &str))| {
        if broken > 0 && at % broken == broken - 1 {
            return format!("{{\"account_id\":\"a\",\"prompt\":{prompt}\n");
        }
        let (minute, second) = (second / 60 % 60, second % 60);
        format!(
            "{{\"timestamp\":\"2026-03-01T10:{minute:02}:{second:02}Z\",\"account_id\":\"a{}\",\
             \"prompt\":{prompt},\"response\":\"thanks\"}}\n",
            at % 7
        )
    };
    prompts.iter().enumerate().map(record).collect()
}

pub(in crate::case) fn prompt() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("\"hello\""),
        2 => Just("\"Thanks, say \\\"hi\\\"\""),
        2 => Just("\"thanks\""),
        1 => Just("\"\\u0074hanks\""),
        1 => Just("[{\"role\":\"user\",\"content\":\"many thanks\"}]"),
        1 => Just("null"),
        1 => Just("\"\""),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_search_finds_what_reading_every_record_finds(
        prompts in proptest::collection::vec((0..3600u32, prompt()), 1..200),
        is_sorted in any::<bool>(),
        broken in prop_oneof![Just(0usize), 2..9usize],
        table in any::<bool>(),
    ) {
        let mut prompts = prompts;
        prompts.push((0, "\"thanks\""));
        if is_sorted {
            prompts.sort_by_key(|(second, _)| *second);
        }
        let (_folder, case) = if table {
            let rows = prompts.iter().map(|(second, prompt)| {
                let cell = prompt.replace('"', "\"\"");
                format!("2026-03-01T10:{:02}:{:02}Z,a,\"{cell}\"\n", second / 60, second % 60)
            });
            let table = format!("timestamp,account_id,prompt\n{}", rows.collect::<String>());
            case_of(&[("t.csv", table.as_bytes())])
        } else {
            case_of(&[("l.jsonl", log(&prompts, broken).as_bytes())])
        };
        for phrase in ["thanks", "THANKS, say", "say \"hi", "y t", "nowhere", "role"] {
            prop_assert_eq!(search(&case, phrase), naive(&case, phrase), "{}", phrase);
        }
    }
}

#[test]
fn a_search_of_several_slices_finds_what_reading_every_record_finds() {
    let filler = "lorem ipsum ".repeat(150);
    let texts: Vec<String> = (0..5_000)
        .map(|i| match i % 9 {
            0 => format!("\"{filler} thanks {i}\""),
            4 if i % 2 == 0 => format!("[{{\"content\":\"thanks\"}},{{\"content\":\"{filler}\"}}]"),
            _ => format!("\"{filler} {i}\""),
        })
        .collect();
    let prompts: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
    // In the order of time, and out of it.
    let shuffled: Vec<(u32, &str)> = prompts.iter().rev().copied().collect();
    for (prompts, broken) in [(&prompts, 0), (&prompts, 1_000), (&shuffled, 0)] {
        let (_folder, case) = case_of(&[("l.jsonl", log(prompts, broken).as_bytes())]);
        let file = CaseFile::open(&case, Mode::ReadOnly).expect("opens");
        assert!(file.raw_slices().expect("read").len() > 1);
        for phrase in ["thanks", "thanks 45", "IPSUM", "nowhere"] {
            assert_eq!(search(&case, phrase), naive(&case, phrase), "{phrase}");
        }
    }
}

#[test]
fn slices_are_taken_from_all_over_and_each_once() {
    for n in 0..70 {
        let mut order = spread(n);
        if n > 4 {
            assert!(order[1] >= n / 4, "{order:?}");
        }
        order.sort_unstable();
        assert_eq!(order, (0..n).collect::<Vec<_>>());
    }
}

#[test]
fn a_case_without_prompts_says_so() {
    let (_folder, case) =
        case_of(&[("l.jsonl", b"{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\"}\n")]);
    // The native format may have prompts; this log has none.
    assert_eq!(search(&case, "thanks"), BTreeSet::new());
    let usage = b"time,user\n2026-03-01T10:00:00Z,ann\n2026-03-01T10:00:01Z,bob\n";
    let (_folder, case) = case_of(&[("u.csv", usage)]);
    let error = search_prompts(&CaseTexts::of(&case), "x", &Progress::default(), &|_| ())
        .expect_err("no prompts");
    assert!(error.to_string().contains("hold no prompts"), "{error}");
}

/// Tokens and prompt of one call, in two logs; the one with the tokens is counted.
#[test]
fn a_phrase_in_a_joined_record_is_a_phrase_of_the_call_that_is_counted() {
    let tokens = "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\
        \"request_id\":\"req-tides-0001\",\"input_tokens\":5,\"output_tokens\":7}\n";
    let prompt = "{\"request_id\":\"req-tides-0001\",\"call_type\":\"acompletion\",\
        \"api_key\":\"hash-1\",\"startTime\":\"2026-03-01T10:00:01Z\",\
        \"endTime\":\"2026-03-01T10:00:02Z\",\"user\":\"u\",\"metadata\":{},\
        \"messages\":[{\"role\":\"user\",\"content\":\"How do tides work?\"}]}\n";
    let files = [("tokens.jsonl", tokens.as_bytes()), ("lite.jsonl", prompt.as_bytes())];
    let (_folder, case) = case_of(&files);
    let case = OpenCase::load(&case, &Progress::default()).expect("opens");
    let count = |text: &str| {
        let filter = Filter::parse(text).expect("a filter");
        compile(&filter, &case.index, case.lists()).expect("compiles").len()
    };
    assert_eq!((count(""), count("kind:joined")), (1, 1));
    assert_eq!((count("\"TIDES\""), count("-\"tides\""), count("\"ebb\"")), (1, 0, 0));
    let search = case.index.searches(&Filter::parse("\"tides\"").expect("a filter")).remove(0);
    assert_eq!(search.hits(), 1, "one call");
    let row = case.index.everything().rows().next().expect("a row");
    let prompt = prompt_of_call(&case.texts, &case.index, case.index.event_id(row));
    assert_eq!(prompt.expect("read").as_deref(), Some("How do tides work?"));
    assert_eq!(case.without_prompts, 0);
}

/// A call whose own log has its prompt, and another log that words it otherwise.
#[test]
fn a_joined_record_with_other_words_is_not_the_prompt_of_the_call() {
    let own = "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\
        \"request_id\":\"req-tides-0001\",\"input_tokens\":5,\"output_tokens\":7,\
        \"prompt\":\"Explain the moon.\"}\n";
    let other = "{\"request_id\":\"req-tides-0001\",\"call_type\":\"acompletion\",\
        \"api_key\":\"hash-1\",\"startTime\":\"2026-03-01T10:00:01Z\",\
        \"endTime\":\"2026-03-01T10:00:02Z\",\"user\":\"u\",\"metadata\":{},\
        \"messages\":[{\"role\":\"user\",\"content\":\"How do tides work?\"}]}\n";
    let files = [("own.jsonl", own.as_bytes()), ("lite.jsonl", other.as_bytes())];
    let (_folder, case) = case_of(&files);
    let case = OpenCase::load(&case, &Progress::default()).expect("opens");
    let count = |text: &str| {
        let filter = Filter::parse(text).expect("a filter");
        compile(&filter, &case.index, case.lists()).expect("compiles").len()
    };
    assert_eq!((count(""), count("kind:joined")), (1, 1));
    assert_eq!((count("\"moon\""), count("\"tides\""), count("-\"tides\"")), (1, 0, 1));
}
