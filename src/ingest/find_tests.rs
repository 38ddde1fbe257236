use proptest::prelude::*;

use super::*;
use crate::ingest::{Container, Mapping};
use crate::model::pack::{Packer, open};

const NATIVE: &str = "format = \"native\"\n[fields]\ntimestamp = \"timestamp\"\n\
    account_id = \"account_id\"\nprompt_hash = [\"prompt_hash\", \"prompt\"]\n";

fn reader(mapping: &str) -> TextReader {
    let mapping = Mapping::from_toml(mapping).expect("valid");
    let reader = TextReader::new(&mapping.format, &mapping, &Container::Lines);
    reader.expect("usable").expect("has prompts")
}

/// The lines that are found in a log, and those whose prompt contains the phrase.
fn search(log: &str, phrase: &str, mapping: &str) -> (Vec<Found>, Vec<u32>) {
    let (reader, phrase) = (reader(mapping), Phrase::new(phrase));
    let packed = Packer::default().pack(log.as_bytes());
    let frame = open(&packed, log.len()).expect("own bytes");
    let found = match frame.turned(log.len()) {
        Some(turned) => Finder::new(&phrase).lines(&turned, &reader),
        None => (0..).zip(log.lines()).map(|(line, _)| Found { line, is_certain: false }).collect(),
    };
    let mut naive = Vec::new();
    for (line, record) in (0..).zip(log.lines()) {
        reader.read(record.as_bytes(), &mut |_, prompt| {
            if prompt.is_some_and(|text| text.to_lowercase().contains(&phrase.text)) {
                naive.push(line);
            }
        });
    }
    (found, naive)
}

fn record(i: usize, prompt: &str) -> String {
    let (second, account) = (i % 60, i * i % 13);
    format!(
        "{{\"timestamp\":\"2026-03-01T10:00:{second:02}Z\",\"account_id\":\"ac{account}\",\
         \"model\":\"thanks-{account}\",\"input_tokens\":{},\"prompt\":{prompt},\"response\":\"thanks {i}\"}}\n",
        i * 31 % 1009
    )
}

#[test]
fn what_stands_in_other_fields_is_not_found_and_what_stands_in_prompts_is_certain() {
    let prompt = |i: usize| match i % 10 {
        0 => format!("\"say Thanks, {i}\""),
        _ => format!("\"hello {i}\""),
    };
    let log: String = (0..500).map(|i| record(i, &prompt(i))).collect();
    let (found, naive) = search(&log, "thanks", NATIVE);
    assert_eq!(naive.len(), 50);
    let expected = naive.into_iter().map(|line| Found { line, is_certain: true });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn letters_that_become_ascii_in_lower_case_are_found() {
    let prompts = ["\"5 \u{212a}elvin\"", "\"\\u212aELVIN\"", "\"\\u006belvin\"", "\"kel vin\""];
    let log: String = (0..400).map(|i| record(i, prompts[i % 4])).collect();
    let (found, naive) = search(&log, "kelvin", NATIVE);
    assert_eq!(naive.len(), 300);
    assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), naive);
}

/// Prompts as logs write them: plain, escaped, by number, in lists, in texts, of all alphabets.
fn prompts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("thanks"),
        Just("THANKS"),
        Just("thank"),
        Just("s "),
        Just("\\u0074hanks"),
        Just("\\u0041"),
        Just("\\n"),
        Just("\\\""),
        Just("\\\\"),
        Just("\u{e9}"),
        Just("\\u00e9"),
        Just("\u{130}"),
        Just("\u{212a}"),
        Just("k"),
        Just("i\u{307}"),
        Just("\u{0434}\u{0410}"),
        Just("\\u0434\\u0430"),
        Just("\\ud83d\\ude00"),
        Just("\\ud83d"),
        Just(", "),
        Just("{"),
        Just("["),
        Just(":"),
        Just("a b"),
    ];
    let text = proptest::collection::vec(piece, 0..6)
        .prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    (text, 0..8usize).prop_map(|(text, kind)| match kind {
        0 => format!("[{{\"role\":\"user\",\"content\":{text}}}]"),
        1 => format!(
            "[{{\"role\":\"user\",\"content\":[{{\"type\":\"text\", \"text\" : {text}}}]}}]"
        ),
        2 => format!("{{\"q\":{text},\"thanks\":[1, 2]}}"),
        3 => "12345".to_owned(),
        4 => serde_json::to_string(&format!("[{{\"content\":{text}}}]")).unwrap_or_default(),
        _ => text,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_has_the_phrase_is_found_and_what_is_certain_has_it(
        prompts in proptest::collection::vec(prompts(), 1..60),
        phrase in prop_oneof![
            Just("thanks"), Just("K"), Just("i"), Just("a b"), Just("\u{e9}"), Just("\u{434}\u{430}"),
            Just("\""), Just("\n"), Just("s \\"), Just("thanks, a"), Just("{"), Just("a"), Just("34"),
            Just("content"), Just("\u{1f600}"), Just("[1,2]"), Just("q"),
        ],
        spaced in any::<bool>(),
    ) {
        let mut log: String = prompts.iter().enumerate().map(|(i, p)| record(i, p)).collect();
        if spaced {
            log = log.replace("\"prompt\":", "\"prompt\" : ");
        }
        let (found, naive) = search(&log, phrase, NATIVE);
        let lines: Vec<u32> = found.iter().map(|f| f.line).collect();
        for line in &naive {
            prop_assert!(lines.contains(line), "line {line} of {log}");
        }
        for found in found.iter().filter(|found| found.is_certain) {
            prop_assert!(naive.contains(&found.line), "line {} of {log}", found.line);
        }
    }

    #[test]
    fn any_lines_are_searched_without_a_miss(
        pieces in proptest::collection::vec(prop_oneof![
            Just("{"), Just("}"), Just("\""), Just(":"), Just(","), Just("[") , Just("]"), Just("\\"), Just("\n"),
            Just("\"prompt\""), Just("\"thanks\""), Just("\"prompt\":\"thanks\""),
            Just("{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\"prompt\":\"thanks\\\\\"}\n"),
            Just("{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\"x\":{\"prompt\":\"thanks\"}}\n"),
            Just("{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\",\"pr\\u006fmpt\":\"thanks\"}\n"),
            Just("[{\"field\":\"timestamp\",\"value\":\"2026-03-01T10:00:00Z\"},{\"field\":\"account_id\",\"value\":\"a\"},{\"field\":\"prompt\",\"value\":\"thanks\"}]\n"),
            Just("{\"timestamp\":\"2026-03-01T10:00:00Z\",\"prompt\":\"thanks\",\"account_id\":\"a\",\"prompt\":\"b\"}\n"),
        ], 0..80),
    ) {
        let log = pieces.concat();
        let (found, naive) = search(&log, "thanks", NATIVE);
        for line in &naive {
            prop_assert!(found.iter().any(|f| f.line == *line), "line {line} of {log}");
        }
        for found in found.iter().filter(|found| found.is_certain) {
            let record = log.lines().nth(found.line as usize).unwrap_or_default();
            // A record that cannot be read is no event, whatever is found in it.
            let mut is_read = false;
            reader(NATIVE).read(record.as_bytes(), &mut |_, _| is_read = true);
            prop_assert!(!is_read || naive.contains(&found.line), "line {} of {log}", found.line);
        }
    }
}
