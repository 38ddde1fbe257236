use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::case::search::tests::{case_of, log, prompt};
use crate::case::{OpenCase, read_prompts};

/// The prompts of some events, and how many were told by their fingerprints.
fn known(case: &OpenCase, is_wanted: IsWanted<'_>) -> BTreeMap<u64, String> {
    let found: Mutex<BTreeMap<u64, String>> = Mutex::default();
    let fingerprint = |event: u64| case.index.row(case.index.row_of_event(event)?).prompt_hash();
    let known =
        Known { is_wanted, fingerprint: &fingerprint, last_event: case.index.last_event_id() };
    read_known_prompts(&case.texts, ("reading", known), &Progress::default(), &|slice| {
        for (event, text) in slice.iter() {
            let before = found.lock().expect("no panic").insert(event, text.to_owned());
            assert_eq!(before, None, "event {event} comes once");
        }
    })
    .expect("read");
    found.into_inner().expect("no panic")
}

/// Naive: all texts that are not empty.
fn naive(case: &Path, is_wanted: IsWanted<'_>) -> BTreeMap<u64, String> {
    let found: Mutex<BTreeMap<u64, String>> = Mutex::default();
    read_prompts(&CaseTexts::of(case), ("reading", is_wanted), &Progress::default(), &|slice| {
        let own = slice.iter().map(|(event, text)| (event, text.to_owned()));
        found.lock().expect("no panic").extend(own);
    })
    .expect("read");
    found.into_inner().expect("no panic")
}

/// Those of one slice after the other that are told by fingerprints alone.
fn told(case: &OpenCase) -> usize {
    let fingerprint = |event: u64| case.index.row(case.index.row_of_event(event)?).prompt_hash();
    let known = Known {
        is_wanted: &|_| true,
        fingerprint: &fingerprint,
        last_event: case.index.last_event_id(),
    };
    let slices = case.texts.slices().expect("read");
    let (given, told) = (Given::up_to(known.last_event), Mutex::new(0));
    let order: Vec<usize> = (0..slices.all.len()).collect();
    each_slice(case.texts.path(), &slices, &order, &Progress::default(), &|mut reader| {
        let (given, told) = (&given, &told);
        Ok(move |slice: &RawSlice| {
            let found = guessed(&mut reader, slice, known, given)?;
            *told.lock().expect("no panic") += found.iter().count();
            Ok(())
        })
    })
    .expect("read");
    told.into_inner().expect("no panic")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn prompts_of_known_fingerprints_are_those_of_the_records(
        prompts in proptest::collection::vec((0..3600u32, prompt()), 1..200),
        is_sorted in any::<bool>(),
        broken in prop_oneof![Just(0usize), 2..9usize],
        every in 1..4u64,
    ) {
        let mut prompts = prompts;
        if is_sorted {
            prompts.sort_by_key(|(second, _)| *second);
        }
        let (_folder, path) = case_of(&[("l.jsonl", log(&prompts, broken).as_bytes())]);
        let case = OpenCase::load(&path, &Progress::default()).expect("opens");
        let is_wanted = |event: u64| event.is_multiple_of(every);
        prop_assert_eq!(known(&case, &is_wanted), naive(&path, &is_wanted));
    }
}

#[test]
fn a_log_in_order_is_told_by_its_fingerprints_and_one_out_of_order_is_read() {
    let filler = "lorem ipsum ".repeat(150);
    let texts: Vec<String> = (0..5_000)
        .map(|i| match i % 3 {
            0 => format!("\"{filler} \\\"{}\\\"\\n\"", i % 7),
            _ => format!("\"{filler} {i}\""),
        })
        .collect();
    let prompts: Vec<(u32, &str)> = (0..).zip(texts.iter().map(String::as_str)).collect();
    let prompts = &prompts[..3_600];
    let shuffled: Vec<(u32, &str)> = prompts.iter().rev().copied().collect();
    for (prompts, is_told) in [(prompts, true), (&shuffled[..], false)] {
        let (_folder, path) = case_of(&[("l.jsonl", log(prompts, 0).as_bytes())]);
        let case = OpenCase::load(&path, &Progress::default()).expect("opens");
        let slices = case.texts.slices().expect("read");
        assert!(slices.all.len() > 1);
        assert_eq!(told(&case) == 3_600, is_told);
        let all = known(&case, &|_| true);
        assert_eq!((all.len(), &all), (3_600, &naive(&path, &|_| true)));
    }
}

#[test]
fn a_table_and_a_prompt_that_the_log_names_by_a_hash_of_its_own_are_read() {
    let table = "timestamp,account_id,prompt\n2026-03-01T10:00:01Z,a,\"one, two\"\n\
        2026-03-01T10:00:00Z,b,three\n2026-03-01T10:00:02Z,c,\n";
    let named = "{\"timestamp\":\"2026-03-01T10:00:05Z\",\"account_id\":\"a\",\
        \"prompt_hash\":\"c0ffee\",\"prompt\":\"four\"}\n\
        {\"timestamp\":\"2026-03-01T10:00:06Z\",\"account_id\":\"a\",\"prompt\":\"five\"}\n";
    let files = [("t.csv", table.as_bytes()), ("n.jsonl", named.as_bytes())];
    let (_folder, path) = case_of(&files);
    let case = OpenCase::load(&path, &Progress::default()).expect("opens");
    let all = known(&case, &|_| true);
    assert_eq!(all, naive(&path, &|_| true));
    let texts: Vec<&str> = all.values().map(String::as_str).collect();
    assert_eq!(texts, ["three", "one, two", "four", "five"]);
}
