use proptest::prelude::*;

use super::*;
use crate::ingest::json::thorough;
use crate::ingest::paths::Capture;
use crate::model::pack::Packer;

const SLOTS: usize = 8;

type Slots<'a> = [Scalar<'a>; SLOTS];

fn tree() -> PathTree {
    let mut tree = PathTree::default();
    tree.add("a", 0, Capture::Value);
    tree.add("b", 1, Capture::Fingerprint);
    tree.add("tools", 2, Capture::Names);
    tree.add("n.x", 3, Capture::Value);
    tree.add("e", 4, Capture::Value);
    tree.add("e.code", 5, Capture::Value);
    tree.add("c", 6, Capture::Value);
    tree
}

/// What every line of a log gives that is read by how it is cut; `None` for the others.
fn fast(log: &str) -> Vec<Option<Slots<'_>>> {
    let (tree, mut plans, mut packer) = (tree(), Plans::default(), Packer::default());
    packer.begin(log.as_bytes());
    let mut read = Vec::new();
    while let Some(line) = packer.next_line(log.as_bytes()) {
        let text = log[line.start..line.next].trim_end_matches('\n');
        let mut slots = [const { Scalar::Missing }; SLOTS];
        let object = |look: &Look<'_>| object(&tree, &mut plans, text, look, &mut slots);
        let found = line.look.as_ref().and_then(object);
        read.push(found.map(|()| slots));
    }
    read
}

fn slow(text: &str) -> Option<Slots<'_>> {
    let mut slots = [const { Scalar::Missing }; SLOTS];
    thorough(&tree(), text, &mut slots).ok()?;
    Some(slots)
}

/// Compares line for line; how many were read by how they are cut.
fn compare(log: &str) -> usize {
    let read = fast(log);
    for (slots, line) in read.iter().zip(log.lines()) {
        if slots.is_some() {
            assert_eq!(*slots, slow(line), "{line}");
        }
    }
    read.iter().flatten().count()
}

#[test]
fn a_log_of_like_records_is_read_by_how_its_lines_are_cut() {
    let line = |i: usize| {
        format!(
            "{{\"id\":\"r{i}\",\"a\":\"acc{}\",\"n\":{{\"x\":{},\"z\":null}},\"e\":{},\"b\":\"say {i}\",\
             \"tools\":[\"s\",\"t{}\"],\"u\":{},\"c\":{}}}\n",
            i * i % 7,
            i * 31 % 97,
            i % 5,
            i % 3,
            i.is_multiple_of(2),
            i * 17 % 89
        )
    };
    let log: String = (0..200).map(line).collect();
    assert!(compare(&log) > 150, "{}", compare(&log));
    // As Python's json writes it.
    let spaced = log.replace(":", ": ").replace(",\"", ", \"");
    assert!(compare(&spaced) > 150);
}

#[test]
fn escapes_in_what_is_wanted_are_read_where_they_stand() {
    let line = |id: &str, a: &str, i: usize| {
        format!("{{\"id\":\"{id}\",\"a\":\"{a}\",\"c\":{},\"b\":\"{i}\"}}\n", i * i)
    };
    let usual: String = (0..40).map(|i| line(&i.to_string(), &(i * 3).to_string(), i)).collect();
    let read = |id: &str, a: &str| {
        let log = format!("{usual}{}", line(id, a, 7));
        compare(&log);
        fast(&log)[40].is_some()
    };
    for text in ["one\\ntwo", "\\\"say\\\" \\u00e9", "\\t"] {
        assert!(read("r", text), "{text}");
        assert!(!read(text, "x"), "{text}, which nobody wants");
    }
    let all: String = (0..40).map(|i| line("r", &format!("say \\\"{i}\\\"\\n"), i)).collect();
    assert!(compare(&all) > 30, "where no record is without, {}", compare(&all));
    assert!(!read("r", "C:\\\\"), "a quote that nothing escapes");
    assert!(!read("r", "\\q"), "no escape");
}

#[test]
fn a_field_that_breaks_out_of_its_place_is_left_to_the_thorough_reader() {
    let line =
        |value: &str| format!("{{\"id\":\"r\",\"a\":{value},\"c\":\"x{value}\",\"k\":\"v\"}}\n");
    let usual: String = (0..40).map(|i| line(&(i * i).to_string())).collect();
    for odd in
        ["1,2", "1}", "{}", "[1", "01", "", " 7", "-", "tru", "null", "1e5", "[]", "\u{1}", "\\"]
    {
        let log = format!("{usual}{}{usual}", line(odd));
        compare(&log);
        let of_odd = &fast(&log)[40];
        let is_json = serde_json::from_str::<serde_json::Value>(line(odd).trim_end()).is_ok();
        assert!(of_odd.is_none() || is_json, "{odd}");
    }
}

/// A value as the loggers of this world write it, or as an enemy of theirs would.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9]{1,6}",
        4 => "\"[a-c \u{e9}]{0,5}\"",
        1 => "-?[0-9]{1,3}\\.[0-9]{1,3}",
        1 => prop::sample::select(vec!["null", "true", "[]", "{}", "\"{}\"", "[\"s\",\"t\"]", "{\"x\":1}", "{\"x\":\"y\"}", "{\"code\":5}", "\"[1]\"", "\"{\\\"x\\\":3}\"", "\"\\u00e9\"", "\"a\\nb\"", "\"say \\\"x\\\"\"", "\"\\\\\\\\\"", "\"\\\\\"", "\"\\q\"", "1,2", "}", "\"a\":1", "[1,\"", ":", "", " 1 "]).prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn what_is_read_by_how_it_is_cut_equals_what_the_thorough_reader_reads(
        keys in prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "e", "n", "tools", "id", "o"]), 1..7),
        rows in prop::collection::vec((prop::collection::vec(value(), 7), 0_u8..8), 30..120),
        comma in prop::sample::select(vec![",", ", ", " ,"]),
        colon in prop::sample::select(vec![":", ": ", " :"]),
    ) {
        // Most rows are alike but for their numbers: that is what teaches.
        let log: String = rows
            .iter()
            .enumerate()
            .map(|(i, (values, kind))| {
                let member = |(n, key): (usize, &&str)| {
                    let is_odd = usize::from(*kind) == n;
                    let value = if is_odd { values[n].clone() } else { format!("\"v{}\"", i * (n + 3) % 11) };
                    let value = if n == 1 && !is_odd { (i * i).to_string() } else { value };
                    format!("\"{key}\"{colon}{value}")
                };
                let members: Vec<String> = keys.iter().enumerate().map(member).collect();
                format!("{{{}}}\n", members.join(comma))
            })
            .collect();
        compare(&log);
    }
}
