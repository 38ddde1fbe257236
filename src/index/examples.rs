//! The index on a case small enough to check by eye.

use super::*;
use crate::job::Progress;
use crate::model::filter::Filter;
use crate::model::{
    Annotation, Call, Caller, Columns, Confidence, Dimensions, MISSING, Origin, TimePrecision,
    Verdict, VerdictRecord,
};

/// Six exchanges of three accounts on 1 March 2026, and a login of a fourth.
///
/// ```text
/// row  hour  account  address        model    input  output
///   0     0  bea      10.1.2.***     atlas-3     10       1
///   1     1  ada      10.1.2.3       atlas-4      -     200
///   2     2  ada      10.1.2.3       atlas-4     30     300
///   3     3  cy       AWS Internal   atlas-3      -       -
///   4     4  ada      10.1.2.3       atlas-4     50     500
///   5     5  bea      10.1.2.***     atlas-3     20       2
///   6     6  dot      10.1.2.3       (activity)
/// ```
fn case() -> Index {
    let ids = ["bea", "ada", "cy", "dot"];
    let origin = |ip: &str| Origin { client_ip: Some(ip.into()), ..Origin::default() };
    let call = |model: &str| Call { model: Some(model.into()), ..Call::default() };
    let login = Call {
        granularity: Granularity::Activity,
        time_precision: TimePrecision::Second,
        ..Call::default()
    };
    let dimensions = Dimensions {
        accounts: ids.map(String::from).to_vec(),
        callers: (0..4).map(|account| Caller { account, ..Caller::default() }).collect(),
        origins: ["10.1.2.***", "10.1.2.3", "AWS Internal"].map(origin).to_vec(),
        calls: vec![call("atlas-3"), call("atlas-4"), login],
        sessions: crate::model::Texts::default(),
    };
    let columns = Columns {
        at_us: (0..7).map(|hour| 1_772_323_200_000_000 + hour * 3_600_000_000).collect(),
        caller: vec![0, 1, 1, 2, 1, 0, 3],
        origin: vec![0, 1, 1, 2, 1, 0, 1],
        call: vec![0, 1, 1, 0, 1, 0, 2],
        input_tokens: vec![10, MISSING, 30, MISSING, 50, 20, MISSING],
        output_tokens: vec![1, 200, 300, MISSING, 500, 2, MISSING],
        ..Columns::default()
    };
    let run = Run { source_id: 1, first_event_id: 101, columns };
    Index::build(vec![run], dimensions, &Progress::default()).expect("a sound case")
}

fn lists(index: &Index) -> Lists {
    let record = VerdictRecord {
        verdict: Verdict::Watch,
        confidence: Confidence::Low,
        reason: String::new(),
        at: Time(0),
        actor: String::new(),
    };
    let watched = Annotation { verdict: Some(record), tags: vec!["pool".into()], notes: vec![] };
    Lists::new(index, [("bea", &watched), ("gone", &watched)])
}

fn rows(filter: &str) -> Vec<u32> {
    let index = case();
    let filter = Filter::parse(filter).expect("readable");
    compile(&filter, &index, &lists(&index)).expect("answerable").rows().collect()
}

fn order(sort: AccountSort, descending: bool, search: &str, with_empty: bool) -> Vec<&'static str> {
    let index = case();
    let stats = index.stats_by_account(index.everything());
    let order = AccountOrder { sort, descending, search: search.into(), with_empty };
    let ids = ["bea", "ada", "cy", "dot"];
    let order = account_order(&index, &stats, &order);
    order.into_iter().map(|account| ids[account as usize]).collect()
}

#[test]
fn filters_keep_the_rows_they_name() {
    for (filter, expected) in [
        ("", vec![0, 1, 2, 3, 4, 5]),
        ("kind:activity", vec![6]),
        ("kind:bucket", vec![]),
        ("account:ada", vec![1, 2, 4]),
        ("account:Ada", vec![]),
        ("AD", vec![1, 2, 4]),
        ("ip:10.1.2.3", vec![1, 2, 4]),
        ("ip:10.0.0.0/8", vec![0, 1, 2, 4, 5]),
        ("ip:10.1.2.0/25", vec![1, 2, 4]),
        ("ip:\"aws internal\"", vec![3]),
        ("ip:10.1.2.\\*\\*\\*", vec![0, 5]),
        ("tokens>=200", vec![1, 2, 4]),
        ("tokens:absent", vec![3]),
        ("-tokens>=200", vec![0, 3, 5]),
        ("input:absent -output:absent", vec![1]),
        ("verdict:watch", vec![0, 5]),
        ("tag:POOL", vec![0, 5]),
        ("verdict:none model:atlas-3", vec![3]),
        ("time:2026-03-01T02..2026-03-01T04:00", vec![2, 3]),
        ("time:2026-03-02", vec![]),
        ("source:1 time>=2026-03-01T05:00", vec![5]),
        ("model:ATLAS-4 OR account:cy", vec![1, 2, 3, 4]),
    ] {
        assert_eq!(rows(filter), expected, "{filter}");
    }
}

#[test]
fn searching_prompts_says_so_where_there_are_none() {
    let index = case();
    let filter = Filter::parse("\"ignore previous\"").expect("readable");
    let error = compile(&filter, &index, &Lists::default()).expect_err("no prompt search");
    assert!(error.to_string().contains("no prompts to search"), "{error}");
}

#[test]
fn a_verdict_reaches_an_account_that_has_no_row_of_the_counted_kind() {
    let index = case();
    let accounts = |filter: &str| {
        let filter = Filter::parse(filter).expect("readable");
        matching_accounts(&filter, &index, &lists(&index)).expect("answerable")
    };
    assert_eq!(accounts("account:dot"), vec![3]);
    assert_eq!(accounts("-verdict:watch"), vec![1, 2, 3]);
    assert_eq!(accounts("ip:10.1.2.3"), vec![1]);
    assert_eq!(accounts("account:dot kind:activity"), vec![3]);
    assert_eq!(accounts("account:dot time:2026-03-01"), Vec::<u32>::new());
}

#[test]
fn a_filter_that_matches_nothing_says_which_part_excludes_everything() {
    let index = case();
    let why = |filter: &str| {
        let filter = Filter::parse(filter).expect("readable");
        let why = why_empty(&filter, &index, &lists(&index)).expect("answerable");
        why.expect("matches nothing").sentence
    };
    assert_eq!(why("model:atlas-9 account:ada"), "No exchanges match model:atlas-9");
    let word = "a word without a field is part of an account id";
    assert_eq!(
        why("Atlas-4"),
        format!("No exchanges match Atlas-4: {word}; did you mean model:Atlas-4?")
    );
    assert_eq!(
        why("10.1.2.3 account:ada"),
        format!("No exchanges match 10.1.2.3: {word}; did you mean ip:\"10.1.2.3\"?")
    );
    assert_eq!(
        why("tides"),
        format!("No exchanges match tides: {word}; write \"tides\" for words of prompts")
    );
    assert_eq!(why("dot"), "No exchanges match dot", "it is an account, without exchanges");
    assert_eq!(
        why("time:2027 model:atlas-9"),
        "No exchanges match the range of time or model:atlas-9, each by itself"
    );
    assert_eq!(
        why("account:ada model:atlas-3"),
        "No exchanges match all conditions; without account:ada there would be 3"
    );
    assert_eq!(
        why("account:ada account:bea account:cy"),
        "No exchanges match all conditions, and removing no single one helps"
    );
    assert_eq!(why("kind:bucket model:atlas-3"), "The case has no usage buckets");
}

#[test]
fn accounts_are_sorted_with_missing_values_last() {
    use AccountSort::*;
    assert_eq!(order(Events, true, "", false), ["ada", "bea", "cy"]);
    assert_eq!(order(Events, false, "", true), ["dot", "cy", "bea", "ada"]);
    assert_eq!(order(Account, true, "", true), ["dot", "cy", "bea", "ada"]);
    assert_eq!(order(FirstSeen, false, "", true), ["bea", "ada", "cy", "dot"]);
    assert_eq!(order(Events, true, " A ", false), ["ada", "bea"]);
}

#[test]
fn kinds_are_never_counted_together_and_missing_tokens_are_not_zero() {
    let index = case();
    assert_eq!(index.default_granularity(), Granularity::Exchange);
    assert_eq!((index.everything().len(), index.count_of(Granularity::Activity)), (6, 1));
    let stats = index.stats_by_account(index.everything());
    assert_eq!((stats[1].rows, stats[1].input_tokens()), (3, Some(80)));
    assert_eq!((stats[2].rows, stats[2].input_tokens()), (1, None));
    assert_eq!((stats[3].rows, stats[3].first_seen(&index)), (0, None));
}

#[test]
fn the_calls_that_buckets_count_stand_apart() {
    let bucket = Call { granularity: Granularity::Bucket, ..Call::default() };
    let dimensions = Dimensions {
        accounts: vec!["ada".into()],
        callers: vec![Caller::default()],
        origins: vec![Origin::default()],
        calls: vec![Call::default(), bucket],
        sessions: crate::model::Texts::default(),
    };
    let columns = Columns {
        at_us: vec![1, 2, 3, 4],
        caller: vec![0; 4],
        origin: vec![0; 4],
        call: vec![0, 1, 1, 1],
        requests: vec![MISSING, 30_000, 4_000, MISSING],
        ..Columns::default()
    };
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let index = Index::build(vec![run], dimensions, &Progress::default()).expect("sound");
    assert_eq!((index.everything().len(), index.bucket_requests()), (1, Some(34_000)));
    assert_eq!(index.totals(index.everything()).rows, 1);
    let filter = Filter::parse("kind:bucket requests>5000").expect("a filter");
    let rows = compile(&filter, &index, &Lists::default()).expect("compiles");
    assert_eq!(rows.rows().collect::<Vec<_>>(), [1]);
    assert_eq!(case().bucket_requests(), None);
}

#[test]
fn coarse_times_and_incomplete_fields_are_named() {
    let index = case();
    let activities = index.population(Granularity::Activity);
    let note = index.time_fitness(activities).note();
    assert_eq!(note.as_deref(), Some("100 % of times were written in whole seconds"));
    assert_eq!(index.time_fitness(index.everything()).note(), None);
    let fitness = index.fitness(index.everything());
    let of = |field: crate::model::Field| fitness[field as usize];
    assert_eq!(of(crate::model::Field::Model).presence(), Presence::Present);
    assert_eq!(of(crate::model::Field::InputTokens).presence(), Presence::Partial);
    assert_eq!(of(crate::model::Field::DeviceId).presence(), Presence::Absent);
}

#[test]
fn records_without_a_time_are_said_and_count_in_no_statement_about_times() {
    use crate::model::{NO_TIME, TimePrecision, TimeQuality};
    let untimed = Call {
        time_quality: TimeQuality::None,
        time_precision: TimePrecision::None,
        ..Call::default()
    };
    let timed = Call { time_precision: TimePrecision::Second, ..Call::default() };
    let dimensions = Dimensions {
        accounts: vec!["a".into()],
        callers: vec![Caller::default()],
        origins: vec![Origin::default()],
        calls: vec![timed, untimed],
        ..Dimensions::default()
    };
    let columns = Columns {
        at_us: vec![1, 2, 3, NO_TIME],
        caller: vec![0; 4],
        origin: vec![0; 4],
        call: vec![0, 0, 0, 1],
        ..Columns::default()
    };
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let index = Index::build(vec![run], dimensions, &Progress::default()).expect("sound");
    let note = index.time_fitness(index.everything()).note();
    let expected = "25 % of records have no time; 100 % of times were written in whole seconds";
    assert_eq!(note.as_deref(), Some(expected));
    assert_eq!(index.fitness(index.everything())[0].present, 3);
    assert_eq!(index.span().map(|span| (span.start.0, span.end.0)), Some((1, 4)));
    assert_eq!(index.row(3).text(crate::model::Field::Timestamp), None);
}

#[test]
fn a_column_that_no_row_fills_takes_no_memory() {
    let index = case();
    let rows = index.len();
    // Time; caller, origin, call, input, output; the account's rows and where they start.
    assert_eq!(index.bytes_of_rows(), rows * (8 + 5 * 4 + 4) + 5 * 4);
}
