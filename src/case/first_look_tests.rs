use super::*;
use crate::store::Mode;

fn look() -> FirstLook {
    FirstLook {
        events: 3,
        numbers: vec![Number {
            title: "Exchanges".into(),
            value: "3".into(),
            note: "all".into(),
            is_inferred: true,
        }],
        unit: "exchanges".into(),
        span_us: Some((0, 5)),
        start_us: 0,
        bin_us: 1,
        series: vec![Bars { name: "atlas".into(), category: 0, counts: vec![1, 0, 2] }],
    }
}

fn case() -> (tempfile::TempDir, CaseFile) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CaseFile::create(&folder.path().join("a.stillwatch")).expect("a case");
    (folder, file)
}

fn put(file: &mut CaseFile, look: &str) {
    let text = format!(r#"{{"stamp":"","look":{look}}}"#);
    file.transaction(|tx| tx.set_setting(NAME, Some(&text))).expect("written");
}

#[test]
fn what_was_kept_is_seen_when_the_case_is_opened_again() {
    let (folder, mut file) = case();
    assert_eq!(FirstLook::of(&file), None);
    look().keep(&mut file).expect("kept");
    drop(file);
    let path = folder.path().join("a.stillwatch");
    let file = CaseFile::open(&path, Mode::ReadOnly).expect("opened");
    assert_eq!(FirstLook::of(&file), Some(look()));
}

#[test]
fn it_is_not_shown_where_the_journal_has_gone_on_since() {
    let (_folder, mut file) = case();
    let text = serde_json::json!({ "stamp": "another", "look": look() }).to_string();
    file.transaction(|tx| tx.set_setting(NAME, Some(&text))).expect("written");
    assert_eq!(FirstLook::of(&file), None);
}

#[test]
fn one_that_a_hostile_case_brings_is_not_shown() {
    let (_folder, mut file) = case();
    let sound = serde_json::to_value(look()).expect("JSON");
    put(&mut file, &sound.to_string());
    let stamp = file.journal_hash().expect("a hash");
    let with = |key: &str, value: serde_json::Value| {
        let mut look = sound.clone();
        look[key] = value;
        serde_json::json!({ "stamp": stamp, "look": look }).to_string()
    };
    let bars = |n: usize| serde_json::json!([{ "name": "m", "category": 0, "counts": vec![1; n] }]);
    let uneven = serde_json::json!([
        { "name": "m", "category": 0, "counts": [1] },
        { "name": "n", "category": 0, "counts": [] },
    ]);
    let number = serde_json::json!({ "title": "a", "value": "b", "note": "c" });
    let mut shown = |text: &str| {
        file.transaction(|tx| tx.set_setting(NAME, Some(text))).expect("written");
        FirstLook::of(&file).is_some()
    };
    assert!(shown(&with("bin_us", 7.into())), "a sound one is");
    for text in [
        with("bin_us", 0.into()),
        with("bin_us", i64::MAX.into()),
        with("start_us", i64::MIN.into()),
        with("span_us", serde_json::json!([i64::MIN, 0])),
        with("span_us", serde_json::json!([0, i64::MAX])),
        with("series", serde_json::json!([{ "name": "m", "category": 0, "counts": [] }])),
        with("span_us", serde_json::json!([5, 5])),
        with("series", bars(MOST.bars + 1)),
        with("series", uneven),
        with("unit", "x".repeat(MOST.text + 1).into()),
        with("numbers", vec![number; MOST.numbers + 1].into()),
        with("events", "many".into()),
        "[".repeat(MOST_BYTES),
        "not JSON".into(),
    ] {
        assert!(!shown(&text), "{}", &text[..text.len().min(200)]);
    }
}
