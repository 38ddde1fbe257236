use std::path::Path;

use super::*;
use crate::case::{Author, ImportOptions, ImportReport, OpenCase, import};
use crate::job::Progress;
use crate::model::{Call, Columns, Reject};

/// The tally of an import and the case it made.
fn import_all(dir: &Path, logs: &[(&str, &str)]) -> (Tally, OpenCase, ImportReport) {
    let paths: Vec<_> = logs.iter().map(|(name, _)| dir.join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(logs) {
        std::fs::write(path, text).expect("written");
    }
    let options = ImportOptions::default();
    let author = Author { actor: "tester".into(), at: Time(0) };
    let case = dir.join("c.stillwatch");
    let report = import(&case, &paths, &options, &author, &Progress::default()).expect("an import");
    let case = OpenCase::load(&case, &Progress::default()).expect("opens");
    (options.running.tally(), case, report)
}

fn line(at: i64, account: i64, model: &str, tokens: i64) -> String {
    let at = Time(1_772_323_200_000_000 + at * 1_000_000);
    format!(
        "{{\"timestamp\":\"{at}\",\"account_id\":\"a{account}\",\"model\":\"{model}\",\
         \"input_tokens\":{tokens}}}\n"
    )
}

#[test]
fn the_tally_of_several_files_out_of_order_is_that_of_the_case() {
    let dir = tempfile::tempdir().expect("a scratch directory");
    // From the end to the beginning, and a file that lies before the first.
    let late: String = (0..900).rev().map(|i| line(90_000 + i * 61, i % 7, "m1", i)).collect();
    let early: String = (0..800).map(|i| line(i * i % 70_001, 5 + i % 9, "m2", 3)).collect();
    let bad = "{\"timestamp\":\"never\",\"account_id\":\"a\"}\nnot json\nnot json\n";
    let logs = [("late.jsonl", &*(late + bad)), ("early.jsonl", &early)];
    let (tally, case, report) = import_all(dir.path(), &logs);

    let (kind, read) = tally.counted();
    let totals = case.index.totals(case.index.everything());
    assert_eq!((kind, read.rows), (Granularity::Exchange, case.info.exchanges));
    assert_eq!((read.rows, u64::from(totals.rows)), (1_700, 1_700));
    assert_eq!(tally.accounts, case.info.accounts);
    assert_eq!((read.input_tokens, read.output_tokens), (totals.input_tokens(), None));
    assert_eq!(read.span, case.info.span);
    let models = case.index.top_values(case.index.everything(), crate::model::Field::Model, 9);
    let models = models.values.into_iter().map(|v| (v.value, u64::from(v.stats.rows)));
    assert_eq!(read.models, models.collect::<BTreeMap<_, _>>());
    let bins = read.traffic.bins();
    let span = read.traffic.span().expect("records");
    let counted = case.index.histogram(case.index.everything(), span, bins.len()).bins;
    assert!(counted.into_iter().map(u64::from).eq(bins.iter().copied()));
    assert_eq!(tally.rejects, report.sources[0].reject_reasons);
    assert_eq!(tally.rejects.values().sum::<u64>(), case.info.rejects);
    assert_eq!(tally.reasons().first().map(|(_, n)| *n), Some(2));
}

#[test]
fn a_source_that_is_not_taken_in_leaves_no_number_behind() {
    let dir = tempfile::tempdir().expect("a scratch directory");
    let log: String = (0..50).map(|i| line(i, i, "m", 1)).collect();
    // The same records with other bytes around them: found out only when they were read.
    let again = log.replace("\":", "\": ");
    let (tally, case, report) = import_all(dir.path(), &[("a.jsonl", &log), ("b.jsonl", &again)]);
    let rows: u64 = report.sources.iter().map(|s| s.info.rows).sum();
    assert_eq!(tally.counted().1.rows, rows);
    assert_eq!(tally.accounts, case.info.accounts);
    let running = Running::default();
    running.begin().add(Tally::of(&block(&["m"])), 1);
    assert_eq!(running.tally(), Tally::default(), "dropped before it was kept");
    let reading = running.begin();
    reading.add(Tally::of(&block(&["m"])), 1);
    assert_eq!(running.tally().counted().1.rows, 1, "seen while it is read");
    reading.keep();
    assert_eq!(running.tally().counted().1.rows, 1);
}

/// A row a model, and a reject.
fn block(models: &[&str]) -> Block {
    let rows = models.len();
    let call = |model: &&str| Call { model: Some((*model).to_owned()), ..Call::default() };
    let mut block = Block {
        rows: Columns {
            at_us: vec![0; rows],
            call: (0..rows as u32).collect(),
            ..Columns::default()
        },
        rejects: vec![Reject { reason: "why".into(), ..Reject::default() }],
        ..Block::default()
    };
    block.dimensions.calls = models.iter().map(call).collect();
    block
}

#[test]
fn kinds_are_never_added_to_each_other() {
    let mut tally = Tally::default();
    let mut both = block(&["m", "m", "m"]);
    both.dimensions.calls[1].granularity = Granularity::Activity;
    both.dimensions.calls[2].granularity = Granularity::Activity;
    tally.add(&both);
    assert_eq!(tally.counted().1.rows, 1);
    assert_eq!(tally.apart().collect::<Vec<_>>(), [(Granularity::Activity, 2)]);
}

#[test]
fn a_record_without_a_time_is_counted_and_stands_at_no_place() {
    let mut tally = Tally::default();
    let mut one = block(&["m", "m"]);
    one.rows.at_us[1] = NO_TIME;
    tally.add(&one);
    let kind = tally.counted().1;
    assert_eq!((kind.rows, kind.traffic.bins()), (2, &[1][..]));
    assert_eq!(kind.span, Some(TimeSpan { start: Time(0), end: Time(1) }));
}

#[test]
fn a_log_with_endless_models_takes_no_endless_memory() {
    let names: Vec<String> = (0..MOST_MODELS + 9).map(|i| format!("m{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tally = Tally::default();
    tally.add(&block(&names));
    let kind = tally.counted().1;
    assert_eq!((kind.models.len(), kind.rows), (MOST_MODELS, names.len() as u64));
}
