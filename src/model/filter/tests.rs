//! What the language means, written as examples, and the round trip through text.

use proptest::prelude::*;

use super::*;
use crate::model::finding::Level;
use crate::model::{Field, Verdict};

fn text_of(input: &str) -> String {
    Filter::parse(input).expect("readable").to_string()
}

fn error_of(input: &str) -> FilterError {
    Filter::parse(input).expect_err("unreadable")
}

#[test]
fn the_language_prints_back_in_one_canonical_form() {
    for (input, canonical) in [
        ("", ""),
        ("   ", ""),
        ("account:ac001", "account:ac001"),
        ("account_id=ac001", "account:ac001"),
        ("Client_IP:10.1.2.3/8", "ip:10.0.0.0/8"),
        ("ip:203.0.113.7", "ip:203.0.113.7"),
        ("ip:absent", "ip:absent"),
        ("tokens>1000", "tokens>1000"),
        ("tokens > 1000", "tokens>1000"),
        ("hour:9..17", "hour:9..17"),
        ("hours:22..23,0..5", "hour:22..23,0..5"),
        ("weekday:Saturday,SUN", "weekday:sat,sun"),
        ("weekday:mon..fri,none", "weekday:mon..fri,absent"),
        ("a\\:b \\-c", "a\\:b \\-c"),
        ("tokens:>1000", "tokens>1000"),
        ("tokens>=10k", "tokens>=10000"),
        ("tokens>8.2M", "tokens>8200000"),
        ("tokens:100..500", "tokens:100..500"),
        ("tokens:..500", "tokens:..500"),
        ("latency>2s", "latency>2000"),
        ("status:200,5xx", "status:200,500..599"),
        ("status:>=500,200", "status:>=500,200"),
        ("model:atlas-4*,\"atlas 3\"", "model:atlas-4*,\"atlas 3\""),
        ("model:\"absent\"", "model:\"absent\""),
        ("user:CORP\\bob", "user:\"CORP\\\\bob\""),
        ("verdict:none tag:none", "verdict:absent tag:absent"),
        ("a   AND b", "a b"),
        ("a OR b c", "a OR b c"),
        ("(a OR b) c", "(a OR b) c"),
        ("((a))", "a"),
        ("NOT a", "-a"),
        ("--a", "a"),
        ("-(a b)", "-(a b)"),
        ("model:x kind:activities", "kind:activity model:x"),
        ("time:2026-03-01..2026-03-04 a", "time:2026-03-01..2026-03-04 a"),
        ("time:2026-03", "time:2026-03-01..2026-03-31"),
        ("time>=2026-03-01", "time:2026-03-01.."),
        ("time<=2026-03-01", "time:..2026-03-01"),
        ("time:2026-03-01T12:00..2026-03-02", "time:2026-03-01T12:00:00Z..2026-03-03T00:00:00Z"),
        ("time:2026-03-01T12:00:05+01:00", "time:2026-03-01T11:00:05Z..2026-03-01T11:00:06Z"),
        ("account:arn:aws:iam::1:user/x", "account:arn:aws:iam::1:user/x"),
        ("\"ignore previous\"", "\"ignore previous\""),
        ("prompt:0xff", "prompt:00000000000000ff"),
    ] {
        assert_eq!(text_of(input), canonical, "{input}");
        assert_eq!(text_of(canonical), canonical, "{input}, again");
    }
}

#[test]
fn a_range_of_days_includes_the_last_and_a_range_of_times_does_not() {
    let span = |text: &str| Filter::parse(text).expect("readable").time.expect("a time");
    let days = span("time:2026-03-01..2026-03-04");
    assert_eq!(days.end.to_string(), "2026-03-05T00:00:00Z");
    let times = span("time:2026-03-01..2026-03-04T12:00:00Z");
    assert_eq!(times.end.to_string(), "2026-03-04T12:00:00Z");
    assert!(is_open(span("time:2026-03-01..").end));
}

#[test]
fn errors_point_at_the_character_and_say_what_to_try() {
    for (input, at, part) in [
        ("a modle:x", Some(2), "did you mean model?"),
        ("level:guilty", Some(6), "indicative, probable"),
        ("level>strong", Some(6), "indicative, probable"),
        ("membership:centre", Some(11), "core, fringe"),
        ("-cluster:abc", Some(9), "not a whole number"),
        ("detector>D20", Some(8), "has no order"),
        ("tokens>abc", Some(7), "not a whole number"),
        ("tokens>", Some(7), "needs a value"),
        ("tokens:5..1", Some(7), "range"),
        ("tokens:1.5", Some(7), "not a whole number"),
        ("tokens:1.2345k", Some(7), "not a whole number"),
        ("model>x", Some(5), "has no order"),
        ("ip:10.0.0.0/40", Some(3), "not a network"),
        ("time:yesterday", Some(5), "not a day"),
        ("time:2026-03-04..2026-03-01", Some(5), "range"),
        ("verdict:guilty", Some(8), "suspicious, watch"),
        ("hour:24", Some(5), "0 to 23"),
        ("hour:22..5", Some(5), "over midnight"),
        ("hour:1.5", Some(5), "0 to 23"),
        ("weekday:someday", Some(8), "day of the week"),
        ("weekday>mon", Some(7), "has no order"),
        ("ip:$pool", Some(3), "account:$pool"),
        ("account:$po*ol", Some(8), "letters"),
        ("account:$", Some(8), "letters"),
        ("(a", Some(0), "never closed"),
        ("a)", Some(1), "closes nothing"),
        ("a OR", Some(4), "condition is expected"),
        (">1000", Some(0), "field is expected"),
        ("OR a", Some(0), "condition is expected"),
        ("model:\"x", Some(6), "never closed"),
        ("model:x(y)", Some(7), "quotes"),
        ("äö modle:x", Some(3), "did you mean"),
        ("kind:exchange OR a", None, "never counted together"),
        ("-kind:exchange", None, "never counted together"),
        ("kind:exchange kind:activity", None, "never counted together"),
    ] {
        let error = error_of(input);
        assert_eq!(error.at.map(|at| at.start), at, "{input}: {error}");
        assert!(error.to_string().contains(part), "{input}: {error}");
    }
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    assert!(error_of(&"(".repeat(100_000)).message.contains("too deep"));
    assert!(error_of(&"-".repeat(100_000)).message.contains("too deep"));
}

#[test]
fn a_sentence_says_what_the_filter_keeps() {
    for (input, sentence) in [
        ("", "All exchanges"),
        ("kind:bucket", "All usage buckets"),
        (
            "time:2026-03-01..2026-03-04 model:atlas-4*,atlas-3 -country:SG",
            "Exchanges from 2026-03-01 to 2026-03-04 UTC where the model is atlas-4* or atlas-3 and \
             the country is not SG",
        ),
        ("ip:10.0.0.0/8", "Exchanges where the address is in 10.0.0.0/8"),
        (
            "hour:9..17 -weekday:sat..sun",
            "Exchanges where the hour of the day (UTC) is between 9 and 17 and the weekday (UTC) \
             is not Saturday to Sunday",
        ),
        ("output>=12000", "Exchanges where the output tokens are at least 12,000"),
        (
            "-(a OR b)",
            "Exchanges where not (the account id contains a or the account id contains b)",
        ),
    ] {
        assert_eq!(
            Filter::parse(input).expect("readable").to_sentence(Granularity::Exchange),
            sentence
        );
    }
}

#[test]
fn picking_values_of_one_field_makes_a_list_and_pills_change_one_condition() {
    let filter = Filter::parse("tokens>10").expect("readable");
    let filter =
        filter.include(Field::Model, Value::text("a")).include(Field::Model, Value::text("b"));
    let filter =
        filter.include(Field::Model, Value::text("a")).exclude(Field::Country, Value::Absent);
    assert_eq!(filter.to_string(), "tokens>10 model:a,b -country:absent");
    let pills = filter.pills();
    assert_eq!((pills[1].label.as_str(), pills[1].value.as_str()), ("model", "a,b"));
    assert_eq!((pills[0].label.as_str(), pills[0].value.as_str()), ("tokens", ">10"));
    assert!(pills[2].negated);
    assert_eq!(filter.without(pills[1].id).to_string(), "tokens>10 -country:absent");
    assert_eq!(
        filter.with_negated(pills[0].id).to_string(),
        "-tokens>10 model:a,b -country:absent"
    );
    let replaced = filter.with_replaced(pills[0].id, "time:2026 tokens>20").expect("readable");
    assert_eq!(
        replaced.to_string(),
        "time:2026-01-01..2026-12-31 tokens>20 model:a,b -country:absent"
    );
}

#[test]
fn records_without_a_time_are_asked_for_by_name() {
    for text in ["time:none", "time:absent", "timestamp:None"] {
        let filter = Filter::parse(text).expect("readable");
        assert_eq!((filter.to_string().as_str(), filter.time), ("time:none", None));
    }
    let sentence = |text: &str| Filter::parse(text).expect(text).to_sentence(Granularity::Exchange);
    assert_eq!(sentence("time:none"), "Exchanges where the record has no time");
    assert_eq!(sentence("-time:none"), "Exchanges where the record has a time");
    assert_eq!(
        sentence("time:2026-03-01,none"),
        "Exchanges where the time is on 2026-03-01 UTC or not there"
    );
    let filter = Filter::parse("time:2026-03-01 model:a").expect("readable");
    let only = filter.with_only_untimed(true);
    assert_eq!((only.to_string().as_str(), only.is_only_untimed()), ("model:a time:none", true));
    assert_eq!(only.with_only_untimed(true), only);
    assert_eq!(only.with_only_untimed(false).to_string(), "model:a");
    assert_eq!(only.brushed(filter.time), filter, "a brush takes its place");
    assert_eq!(only.brushed(None), only);
    assert!(!filter.is_only_untimed());
    let error = Filter::parse("time:never").expect_err("no time").to_string();
    assert!(error.contains("a day, a time, a range of them, or none"), "{error}");
}

#[test]
fn a_pill_of_many_values_names_the_first_and_counts_the_others() {
    let ids: Vec<String> = (0..24_000).map(|i| format!("ac{i}")).collect();
    let filter = Filter::parse(&format!("account:{}", ids.join(","))).expect("readable");
    let pill = filter.pills().remove(0);
    assert_eq!(pill.value, "ac0,ac1 and 23,998 more");
    assert_eq!(pill.text, filter.to_string(), "to be edited it is whole");
}

#[test]
fn a_stretch_of_time_negated_twice_is_the_filters_own_again() {
    let filter = Filter::parse("time:2026-03 model:a").expect("readable");
    let left_out = filter.with_negated(PillId::Time);
    assert_eq!(left_out, Filter::parse("-time:2026-03 model:a").expect("readable"));
    assert_eq!(left_out.with_negated(PillId::Part(0)), filter);
}

#[test]
fn a_filter_is_stored_as_its_text() {
    let filter = Filter::parse("kind:activity time:2026-03 -model:\"a,b\"").expect("readable");
    let json = serde_json::to_string(&filter).expect("json");
    assert_eq!(serde_json::from_str::<Filter>(&json).expect("filter"), filter);
    assert!(serde_json::from_str::<Filter>("\"modle:x\"").is_err());
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.:-]{1,8}",
        "\\PC{1,8}",
        Just("absent".to_owned()),
        Just("10.0.0.0/8".to_owned())
    ]
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop::collection::vec(any_text(), 1..4).prop_map(Pattern::from_pieces)
}

fn any_number() -> impl Strategy<Value = NumberTest> {
    let n = || (0..100_000_u32).prop_map(f64::from);
    prop_oneof![
        n().prop_map(NumberTest::Is),
        n().prop_map(NumberTest::Over),
        n().prop_map(NumberTest::AtMost),
        (n(), n()).prop_map(|(a, b)| NumberTest::Between(Some(a.min(b)), Some(a.max(b)))),
        n().prop_map(|a| NumberTest::Between(None, Some(a))),
    ]
}

fn any_range() -> impl Strategy<Value = TimeRange> {
    let at = || {
        prop_oneof![
            (0..4_000_000_000_000_000_i64),
            (0..40_000_i64).prop_map(|d| d * 86_400_000_000)
        ]
    };
    (at(), at(), 0..4).prop_map(|(a, b, open)| TimeRange {
        start: (open != 1).then_some(Time(a.min(b))),
        end: (open != 2).then_some(Time(a.max(b))),
    })
}

fn any_leaf() -> impl Strategy<Value = Expr> {
    let list = |field: Field, value: BoxedStrategy<Value>| {
        prop::collection::vec(value, 1..4)
            .prop_map(move |values| Expr::one_of(field, values).expect("not empty"))
    };
    let text = || prop_oneof![Just(Value::Absent), any_pattern().prop_map(Value::Text)].boxed();
    let network = (any::<u32>(), 0..=32_u8).prop_map(|(ip, bits)| {
        let net = ipnet::Ipv4Net::new(ip.into(), bits).expect("a prefix").trunc();
        Value::Network(net.into())
    });
    let address = prop_oneof![text(), network].boxed();
    let account = prop_oneof![text(), "[a-z][a-z0-9_.-]{0,5}".prop_map(Value::List)].boxed();
    let verdict = prop::sample::select(Verdict::ALL.to_vec());
    prop_oneof![
        list(Field::AccountId, account),
        list(Field::Model, text()),
        list(Field::ClientIp, address),
        list(Field::OutputTokens, any_number().prop_map(Value::Number).boxed()),
        list(Field::PromptHash, any::<u64>().prop_map(Value::Hash).boxed()),
        verdict.prop_map(|v| Expr::term(FilterField::Verdict, Value::Verdict(v))),
        (0..7_u8, 0..7_u8)
            .prop_map(|(a, b)| Value::Weekdays(Weekdays::new(a, b)))
            .prop_map(|days| Expr::term(FilterField::Weekday, days)),
        (0..4_usize, 0..4_usize).prop_map(|(a, b)| {
            let levels = Value::Levels(Level::ALL[a.min(b)], Level::ALL[a.max(b)]);
            Expr::term(FilterField::Level, levels)
        }),
        any_number().prop_map(|n| Expr::term(FilterField::Harvesting, Value::Number(n))),
        any_range().prop_map(|r| Expr::term(Field::Timestamp, Value::Time(r)).negated()),
        Just(Expr::term(Field::Timestamp, Value::Absent)),
        "[a-z0-9_:*.-]{1,6}"
            .prop_filter("a word has a letter", |w| w.chars().any(char::is_alphanumeric))
            .prop_map(|w| Expr::Word(Pattern::from_pieces(
                w.split('*').map(str::to_owned).collect()
            ))),
        "\\PC{0,8}".prop_map(Expr::Phrase),
    ]
}

fn any_expr() -> impl Strategy<Value = Expr> {
    any_leaf().prop_recursive(4, 24, 4, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts().prop_map(|p| Expr::all(p).expect("not empty")),
            parts().prop_map(|p| Expr::any(p).expect("not empty")),
            inner.clone().prop_map(Expr::negated),
        ]
    })
}

proptest! {
    #[test]
    fn every_filter_prints_as_text_that_reads_back_as_itself(expr in any_expr(), range in prop::option::of(any_range()), kind in prop::option::of(prop::sample::select(Granularity::ALL.to_vec()))) {
        let filter = Filter { expr: Some(expr), time: range.map(TimeRange::to_span), granularity: kind };
        // A leading positive time condition of the predicate becomes the filter's own.
        let filter = Filter::from_expr(Expr::all(filter.parts()).expect("not empty")).expect("no inner kind");
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?, filter);
    }

    #[test]
    fn a_condition_negated_twice_is_as_it_was(expr in any_expr(), range in prop::option::of(any_range())) {
        let filter = Filter { expr: Some(expr), time: range.map(TimeRange::to_span), granularity: None };
        let filter = Filter::from_expr(Expr::all(filter.parts()).expect("not empty")).expect("no kind");
        for pill in filter.pills() {
            let once = filter.with_negated(pill.id);
            prop_assert_eq!(&Filter::parse(&once.to_string()).expect("readable"), &once);
            let opposite = |p: &Pill| (p.negated, &p.label, &p.value) == (!pill.negated, &pill.label, &pill.value);
            // Several conditions that were negated together stand by themselves from then on.
            let Some(now) = once.pills().into_iter().find(opposite) else { continue };
            let texts = |filter: &Filter| {
                let mut texts: Vec<String> = filter.pills().into_iter().map(|p| p.text).collect();
                texts.sort_unstable();
                texts
            };
            prop_assert_eq!(texts(&once.with_negated(now.id)), texts(&filter));
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}", syntax in "[a-z:\"()*,.>=\\\\ -]{0,40}") {
        let _ = Filter::parse(&text);
        let _ = Filter::parse(&syntax);
    }
}

#[test]
fn a_value_is_the_same_in_any_case_where_its_field_tells_none() {
    let filter = |text: &str| Filter::parse(text).expect("a filter");
    let model = || Value::text("gpt-4");
    let asked = filter("model:GPT-4");
    assert!(asked.asks_for(Field::Model, &model()));
    assert_eq!(asked.toggled(Field::Model, model()).to_string(), "");
    assert_eq!(asked.include(Field::Model, model()).to_string(), "model:GPT-4");
    assert_eq!(asked.exclude(Field::Model, model()).to_string(), "-model:gpt-4");
    assert_eq!(
        filter("-model:GPT-4").asking_only(Field::Model, model()).to_string(),
        "model:gpt-4"
    );
    // Accounts are told apart.
    let account = || Value::text("AC1");
    assert!(!filter("account:ac1").asks_for(Field::AccountId, &account()));
    let both = filter("account:ac1").include(Field::AccountId, account());
    assert_eq!(both.to_string(), "account:ac1,AC1");
}
