use proptest::prelude::*;

use super::*;
use crate::ingest::json::thorough;

const SLOTS: usize = 8;

fn tree() -> PathTree {
    let mut tree = PathTree::default();
    tree.add("a", 0, Capture::Value);
    tree.add("b", 1, Capture::Fingerprint);
    tree.add("tools", 2, Capture::Names);
    tree.add("n.x", 3, Capture::Value);
    tree.add("n.y", 4, Capture::Value);
    tree.add("e", 5, Capture::Value);
    tree.add("e.code", 6, Capture::Value);
    tree
}

/// A habit formed by another record.
fn habit() -> Habit {
    let habit = Habit::default();
    let first = r#"{"a":1,"o\n":2,"b": 3,"tools":4,"n":5,"e":6}"#.replace("\\n", "");
    let mut slots = [const { Scalar::Missing }; SLOTS];
    object(&tree(), &habit, &first, &mut slots).expect("read");
    habit
}

fn fast(text: &str) -> Option<[Scalar<'_>; SLOTS]> {
    let mut slots = [const { Scalar::Missing }; SLOTS];
    object(&tree(), &Habit::default(), text, &mut slots)?;
    let habit = habit();
    let mut again = [const { Scalar::Missing }; SLOTS];
    object(&tree(), &habit, text, &mut again).expect("what was read without a habit");
    assert_eq!(slots, again, "{text}");
    Some(slots)
}

fn slow(text: &str) -> Option<[Scalar<'_>; SLOTS]> {
    let mut slots = [const { Scalar::Missing }; SLOTS];
    thorough(&tree(), text, &mut slots).ok()?;
    Some(slots)
}

#[test]
fn the_common_record_is_not_declined() {
    let text = r#" { "a" : "x" , "b":"long text without end", "tools":["s",{"name":"t"}],
        "n":{"x":1,"y":-2.5e3,"z":[{}]},"e":{"code":"k"},"skip":{"q":"}\""},"u":"\u00e9\n",
        "t":true,"f":false,"z":null,"i":12345678901234567890,"r":0.5 } "#;
    let slots = fast(text).expect("read");
    assert_eq!(slots[0], Scalar::Text("x".into()));
    assert_eq!(slots[2], Scalar::Text("s,t".into()));
    assert_eq!(slots[4], Scalar::Float(-2500.0));
    assert_eq!(slots[6], Scalar::Text("k".into()));
    assert_eq!(Some(slots), slow(text));
}

#[test]
fn what_is_not_valid_is_declined() {
    let broken = [
        "",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":-}",
        "{\"a\":tru}",
        "{\"a\":\"x}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":1}x",
        "{\"x\":[1 2]}",
        "{\"x\":{\"y\"}}",
        "{\"x\":[}]}",
        "{\"x\":\"\\q\"}",
        "[1]",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":\"\\ud83d\"}",
        "{\"x\":1e}",
        "{,}",
        "{\"a\":nulll}",
    ];
    for text in broken {
        assert_eq!(fast(text), None, "{text}");
    }
}

/// Any JSON value, with the keys that the tree wants among others.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        "[a\"\\\\\n\u{e9}\u{1f600}{}\\[\\], ]{0,20}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "tools", "n", "x", "y", "e", "code", "o\n"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|entries| {
                entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn the_fast_path_equals_the_thorough_one(value in json(), pretty in any::<bool>()) {
        let text = match pretty {
            true => serde_json::to_string_pretty(&value),
            false => serde_json::to_string(&value),
        }
        .expect("JSON");
        if let Some(slots) = fast(&text) {
            prop_assert_eq!(Some(slots), slow(&text), "{}", text);
        }
    }

    #[test]
    fn damaged_json_is_read_alike_or_declined(
        value in json(),
        at in any::<prop::sample::Index>(),
        insert in "[\"\\\\{}\\[\\],:0-9a-z \u{0}]{0,2}",
        remove in 0_usize..3,
    ) {
        let mut chars: Vec<char> = serde_json::to_string(&value).expect("JSON").chars().collect();
        let at = at.index(chars.len());
        let end = (at + remove).min(chars.len());
        chars.splice(at..end, insert.chars());
        let text: String = chars.into_iter().collect();
        if let Some(slots) = fast(&text) {
            prop_assert_eq!(Some(slots), slow(&text), "{}", text);
        }
    }

    #[test]
    fn escapes_are_read_as_serde_json_reads_them_or_left_to_it(
        text in "([a-zé😀]{0,3}(\\\\[nrtbf/\"\\\\u0-9x])?){0,12}",
    ) {
        let by_serde = serde_json::from_str::<String>(&format!("\"{text}\""));
        match unescaped(&text) {
            Some(found) => prop_assert_eq!(Some(found), by_serde.ok()),
            None => prop_assert!(by_serde.is_err() || text.contains("\\u")),
        }
    }
}
