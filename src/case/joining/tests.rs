//! Composed logs: no public pair of logs of one call is known, so these are made up after the
//! shapes of real ones.

use std::fs;
use std::path::PathBuf;

use crate::case::import::import_source;
use crate::case::{Author, ImportOptions, ImportReport, OpenCase, import};
use crate::index::{Index, Lists, compile};
use crate::ingest::source::Source;
use crate::job::Progress;
use crate::model::{Filter, Granularity, JoinBasis, JoinKind, JoinPair, JoinState, Time};
use crate::store::{CaseFile, Mode, StoreError};

use super::JoinReport;

/// A folder with logs and the case that they go into.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    fn case(&self) -> PathBuf {
        self.0.path().join("test.stillwatch")
    }

    /// Writes logs, in order, and imports them together.
    fn import(&self, logs: &[(&str, String)]) -> ImportReport {
        let paths: Vec<PathBuf> = logs
            .iter()
            .map(|(name, text)| {
                let path = self.0.path().join(name);
                fs::write(&path, text).expect("written");
                path
            })
            .collect();
        let options = ImportOptions::default();
        let report = import(&self.case(), &paths, &options, &author(), &Progress::default());
        let report = report.expect("imported");
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        report
    }

    fn open(&self) -> OpenCase {
        OpenCase::load(&self.case(), &Progress::default()).expect("open")
    }

    fn pairs(&self) -> Vec<JoinPair> {
        let mut pairs = Vec::new();
        let file = CaseFile::open(&self.case(), Mode::ReadOnly).expect("open");
        file.for_each_join(|pair| {
            pairs.push(pair);
            Ok(())
        })
        .expect("read");
        pairs
    }

    #[track_caller]
    fn is_whole(&self) {
        let file = CaseFile::open(&self.case(), Mode::ReadOnly).expect("open");
        let checks = file.verify(&Progress::default()).expect("readable");
        let wrong: Vec<_> = checks.into_iter().filter(|check| check.problem.is_some()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

fn author() -> Author {
    Author { actor: "ann".into(), at: Time(9) }
}

fn count(index: &Index, filter: &str) -> u64 {
    let filter = Filter::parse(filter).expect("a filter");
    compile(&filter, index, &Lists::default()).expect("compiles").len()
}

/// Native exchanges, one a second from `from` to before `to`, with request ids or without.
fn native(from: u32, to: u32, ids: bool) -> String {
    let line = |n: u32| {
        let id = if ids { format!("\"request_id\":\"req-{n:06}\",") } else { String::new() };
        let (minute, second, account) = (n / 60, n % 60, n % 3);
        format!(
            "{{\"timestamp\":\"2026-03-01T10:{minute:02}:{second:02}.{:03}Z\",{id}\
             \"account_id\":\"ac{account}\",\"input_tokens\":{n},\"output_tokens\":7}}\n",
            n % 997
        )
    };
    (from..to).map(line).collect()
}

/// Native exchanges without a time, by their numbers, with request ids or without.
fn untimed(from: u32, to: u32, ids: bool) -> String {
    let line = |n: u32| {
        let id = if ids { format!("\"request_id\":\"req-untimed-{n}\",") } else { String::new() };
        format!("{{{id}\"account_id\":\"ac{}\",\"input_tokens\":{n}}}\n", n % 3)
    };
    (from..to).map(line).collect()
}

const CALLER: &str = "arn:aws:iam::111122223333:user/mallory";

/// A Bedrock invocation log of calls at these seconds.
fn bedrock(calls: &[(u32, &str)]) -> String {
    let line = |(second, id): &(u32, &str)| {
        format!(
            "{{\"schemaType\":\"ModelInvocationLog\",\"schemaVersion\":\"1.0\",\
             \"timestamp\":\"2026-03-01T10:00:{second:02}Z\",\"accountId\":\"111122223333\",\
             \"identity\":{{\"arn\":\"{CALLER}\"}},\"region\":\"us-east-1\",\"requestId\":\"{id}\",\
             \"operation\":\"InvokeModel\",\"modelId\":\"anthropic.claude-3-haiku-20240307-v1:0\",\
             \"input\":{{\"inputContentType\":\"application/json\",\"inputTokenCount\":{}}},\
             \"output\":{{\"outputContentType\":\"application/json\",\"outputTokenCount\":9}}}}\n",
            100 + second
        )
    };
    calls.iter().map(line).collect()
}

/// CloudTrail's records of calls at these seconds.
fn cloudtrail(calls: &[(u32, &str)]) -> String {
    let record = |(second, id): &(u32, &str)| {
        format!(
            "{{\"eventVersion\":\"1.09\",\"eventTime\":\"2026-03-01T10:00:{second:02}Z\",\
             \"eventSource\":\"bedrock.amazonaws.com\",\"eventName\":\"InvokeModel\",\
             \"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"198.51.100.7\",\
             \"userAgent\":\"Boto3/1.34\",\"requestID\":\"{id}\",\"eventID\":\"event-{id}\",\
             \"requestParameters\":{{\"modelId\":\"anthropic.claude-3-haiku-20240307-v1:0\"}},\
             \"userIdentity\":{{\"type\":\"IAMUser\",\"arn\":\"{CALLER}\",\
             \"accountId\":\"111122223333\",\"accessKeyId\":\"AKIAEXAMPLE\"}}}}"
        )
    };
    let records: Vec<String> = calls.iter().map(record).collect();
    format!("{{\"Records\":[{}]}}\n", records.join(","))
}

#[test]
fn events_of_one_request_are_repeats_of_themselves_alone() {
    let folder = Folder::new();
    // One request of a console logs three events, each with an id of its own.
    let record = |n: u32| {
        cloudtrail(&[(12, A)])
            .replace("InvokeModel", "DescribeKey")
            .replace(&format!("event-{A}"), &format!("event-{n}"))
    };
    let records: Vec<String> = (1..4).map(record).collect();
    let inner = |record: &String| record.trim().replacen("{\"Records\":[", "", 1);
    let lines: Vec<String> =
        records.iter().map(|record| inner(record).trim_end_matches("]}").to_owned()).collect();
    let whole = format!("{{\"Records\":[{}]}}\n", lines.join(","));
    let report = folder.import(&[("trail.json", whole), ("lines.jsonl", lines.join("\n") + "\n")]);
    assert_eq!(report.joins, Some(JoinReport { repeats: 3, joined: 0, probable: 0 }));
    assert_eq!(folder.open().info.activities, 3);
}

const A: &str = "ff4b6c63-0000-4000-8000-000000000001";
const B: &str = "ff4b6c63-0000-4000-8000-000000000002";
const C: &str = "ff4b6c63-0000-4000-8000-000000000003";

#[test]
fn overlapping_exports_count_every_exchange_once_and_keep_every_record() {
    for ids in [true, false] {
        let folder = Folder::new();
        let logs = [("a.jsonl", native(0, 300, ids)), ("b.jsonl", native(200, 500, ids))];
        let report = folder.import(&logs);
        let expected = JoinReport { repeats: 100, joined: 0, probable: 0 };
        assert_eq!(report.joins, Some(expected), "ids: {ids}");
        let case = folder.open();
        assert_eq!((case.info.rows, case.info.exchanges), (600, 500));
        let index = &case.index;
        assert_eq!((index.len(), index.everything().len()), (600, 500));
        assert_eq!(count(index, "kind:repeat"), 100);
        assert_eq!(count(index, "kind:repeat source:1"), 0, "the earlier export is counted");
        let tokens = index.totals(index.everything()).input_tokens();
        assert_eq!(tokens, Some((0..500).sum()));
        let expected = JoinPair {
            secondary: 301,
            primary: 201,
            kind: JoinKind::Repeat,
            basis: if ids { JoinBasis::RequestId } else { JoinBasis::Content },
            state: JoinState::Accepted,
        };
        assert_eq!(folder.pairs()[0], expected);
        folder.is_whole();
    }
}

/// A table that names no account: the file's name stands for all of it.
fn unnamed(from: u32, to: u32, ids: bool) -> String {
    let line = |n: u32| {
        let id = if ids { format!("req-{n:06}") } else { String::new() };
        let (minute, second) = (n / 60, n % 60);
        format!("2026-03-01T10:{minute:02}:{second:02}.{:03}Z,{id},{n},7\n", n % 997)
    };
    let lines = (from..to).map(line);
    std::iter::once("timestamp,request_id,input_tokens,output_tokens\n".to_owned())
        .chain(lines)
        .collect()
}

#[test]
fn exports_of_a_log_that_names_no_account_repeat_each_other_whatever_their_files_are_called() {
    for ids in [true, false] {
        let folder = Folder::new();
        let logs = [("monday.csv", unnamed(0, 300, ids)), ("week.csv", unnamed(200, 500, ids))];
        let report = folder.import(&logs);
        let expected = JoinReport { repeats: 100, joined: 0, probable: 0 };
        assert_eq!(report.joins, Some(expected), "ids: {ids}");
        assert_eq!(folder.open().index.everything().len(), 500);
        folder.is_whole();
    }
    // Of two gateways that were busy at once, what reads alike by chance is two calls.
    let other = unnamed(0, 300, false).replace(",7\n", ",9\n").replacen(",9\n", ",7\n", 3);
    let folder = Folder::new();
    folder.import(&[("east.csv", unnamed(0, 300, false)), ("west.csv", other)]);
    assert_eq!(folder.open().index.everything().len(), 600);
}

#[test]
fn it_does_not_matter_whether_logs_come_together_or_one_after_the_other() {
    let logs = [
        ("a.jsonl", native(0, 300, true)),
        ("b.jsonl", native(200, 500, true)),
        ("c.jsonl", native(250, 600, true)),
    ];
    let (together, apart) = (Folder::new(), Folder::new());
    together.import(&logs);
    logs.iter().for_each(|log| _ = apart.import(std::slice::from_ref(log)));
    assert_eq!(together.pairs(), apart.pairs());
    assert_eq!(apart.open().index.everything().len(), 600);
    apart.is_whole();
}

#[test]
fn what_has_no_time_repeats_where_its_exports_overlap_and_is_else_a_call_of_its_own() {
    let joins = |a: (u32, u32), b: (u32, u32), ids: bool| {
        let folder = Folder::new();
        let report = folder.import(&[
            ("a.jsonl", native(a.0, a.1, ids) + &untimed(0, 10, ids)),
            ("b.jsonl", untimed(5, 15, ids) + &native(b.0, b.1, ids)),
        ]);
        folder.is_whole();
        let index = folder.open().index;
        let rows = index.everything().len();
        (report.joins.expect("looked for").repeats, rows, count(&index, "time:none"))
    };
    for ids in [true, false] {
        assert_eq!(joins((0, 300), (200, 500), ids), (105, 515, 15), "ids: {ids}");
    }
    // Records that read alike may be two calls; the same record with an id is one.
    assert_eq!(joins((0, 100), (200, 300), false), (0, 220, 20));
    assert_eq!(joins((0, 100), (200, 300), true), (5, 215, 15));
}

#[test]
fn a_call_without_a_time_is_joined_by_its_request_id_alone_and_takes_the_time_of_the_other_log() {
    let folder = Folder::new();
    let at = "\"eventTime\":\"2026-03-01T10:00:12Z\",";
    let report = folder.import(&[
        ("trail.json", cloudtrail(&[(12, A), (22, B)]).replace(at, "")),
        (
            "bedrock.jsonl",
            bedrock(&[(10, A), (20, B)])
                .replace("10:00:20Z", "")
                .replace("\"2026-03-01T\"", "null"),
        ),
    ]);
    assert_eq!(report.joins, Some(JoinReport { repeats: 0, joined: 2, probable: 0 }));
    let index = folder.open().index;
    let times: Vec<Option<Time>> = index.everything().rows().map(|row| index.at(row)).collect();
    let second = |s: i64| Some(Time(1_772_359_200_000_000 + s * 1_000_000));
    // What is counted is Bedrock's; where it has no time, it takes that of the trail.
    assert_eq!(times, [second(10), second(22)]);
    assert_eq!(count(&index, "time:none"), 0);
    assert_eq!(count(&index, "time:none kind:joined"), 1, "the trail's record says what it said");
}

#[test]
fn sources_that_follow_each_other_are_not_even_read() {
    let folder = Folder::new();
    let logs = [("a.jsonl", native(0, 300, true)), ("b.jsonl", native(302, 500, true))];
    assert_eq!(folder.import(&logs).joins, None);
}

#[test]
fn an_inference_log_and_an_identity_log_become_one_call_that_has_both() {
    let folder = Folder::new();
    let report = folder.import(&[
        ("trail.json", cloudtrail(&[(12, A), (22, B), (50, C)])),
        (
            "bedrock.jsonl",
            bedrock(&[(10, A), (20, B), (40, "ff4b6c63-0000-4000-8000-00000000000d")]),
        ),
    ]);
    assert_eq!(report.joins, Some(JoinReport { repeats: 0, joined: 2, probable: 0 }));
    let case = folder.open();
    let index = &case.index;
    assert_eq!((index.everything().len(), count(index, "kind:joined")), (4, 2));
    let both = "ip:198.51.100.7 key:AKIAEXAMPLE ua:Boto* output:9 input:absent,110,120";
    assert_eq!(count(index, both), 2, "what each says stands in one row");
    assert_eq!(count(index, "ip:absent"), 1, "a call of which only the inference log knows");
    let row = index.row_of_event(4).expect("the first call");
    let others = index.same_call(row);
    assert_eq!(others.iter().map(|row| index.event_id(*row)).collect::<Vec<_>>(), [1]);
    assert_eq!(index.same_call(others[0]), [row]);
    assert_eq!(index.row(others[0]).granularity(), Granularity::Joined);
    let raw = CaseFile::open(&folder.case(), Mode::ReadOnly).expect("open");
    assert!(String::from_utf8_lossy(&raw.raw_record(1).expect("record").bytes).contains("Boto3"));
    folder.is_whole();
}

#[test]
fn two_records_of_one_system_about_one_request_are_two_where_they_differ() {
    let folder = Folder::new();
    // As AWS writes them: once for the user, once for the service that acts for him.
    let own = cloudtrail(&[(12, A)]);
    let service = own.replace("198.51.100.7", "health.amazonaws.com").replace("event-", "other-");
    let report = folder.import(&[("own.json", own), ("service.json", service)]);
    assert_eq!(report.joins, Some(JoinReport::default()));
    assert_eq!(folder.open().info.exchanges, 2);
}

#[test]
fn within_a_source_the_very_same_record_is_a_repeat_and_one_that_reads_alike_is_not() {
    let folder = Folder::new();
    let log = bedrock(&[(10, A), (10, A), (20, B)]);
    // Another record of the same request, with what the columns do not have.
    let step = bedrock(&[(20, B)]).replace("\"schemaVersion\"", "\"step\":2,\"schemaVersion\"");
    let report = folder.import(&[("log.jsonl", log + &step)]);
    assert_eq!(report.joins, Some(JoinReport { repeats: 1, ..JoinReport::default() }));
    assert_eq!(folder.open().info.exchanges, 3);
    folder.is_whole();
}

#[test]
fn a_third_export_repeats_a_row_that_is_joined_and_nothing_is_counted_twice() {
    let folder = Folder::new();
    folder.import(&[("bedrock.jsonl", bedrock(&[(10, A)]))]);
    folder.import(&[("trail.json", cloudtrail(&[(12, A)]))]);
    folder.import(&[("trail2.json", cloudtrail(&[(12, A), (13, B)]))]);
    let case = folder.open();
    assert_eq!(case.info.exchanges, 2);
    assert_eq!((count(&case.index, ""), count(&case.index, "kind:joined")), (2, 2));
    folder.is_whole();
}

#[test]
fn rows_without_a_common_id_are_offered_where_nothing_else_fits_and_wait_for_an_answer() {
    let folder = Folder::new();
    let report = folder.import(&[
        (
            "trail.json",
            cloudtrail(&[(11, "trail-000001"), (30, "trail-000002"), (31, "trail-000003")]),
        ),
        ("bedrock.jsonl", bedrock(&[(10, A), (30, B)])),
    ]);
    assert_eq!(report.joins, Some(JoinReport { repeats: 0, joined: 0, probable: 1 }));
    let offered = folder.pairs();
    assert_eq!((offered[0].secondary, offered[0].primary), (1, 4));
    assert_eq!((offered[0].basis, offered[0].state), (JoinBasis::Account, JoinState::Offered));
    assert_eq!(folder.open().info.exchanges, 5, "an offer changes no count");
    let decide = |accept| {
        let mut file = CaseFile::open(&folder.case(), Mode::ReadWrite).expect("open");
        file.transaction::<_, StoreError>(|tx| tx.decide_joins(&[1], accept, Time(9), "ann"))
            .expect("decided");
    };
    decide(true);
    let case = folder.open();
    assert_eq!((case.info.exchanges, count(&case.index, "ip:198.51.100.7 output:9")), (4, 1));
    folder.is_whole();
    drop(case);
    decide(false);
    assert_eq!(folder.open().info.exchanges, 5);
    folder.is_whole();
}

#[test]
fn a_call_whose_log_names_no_account_gets_the_one_of_the_log_that_does() {
    let folder = Folder::new();
    // A log without accounts: its file's name stands for them.
    let trace = format!("ts,request_id,prompt_tokens\n2026-03-01T10:00:11Z,{A},7\n");
    folder.import(&[("trail.json", cloudtrail(&[(12, A)])), ("trace.csv", trace)]);
    let case = folder.open();
    assert_eq!(case.index.everything().len(), 1);
    let row = case.index.row(case.index.everything().nth(0).expect("one call"));
    assert_eq!((row.account(), row.input_tokens()), ("mallory@111122223333", Some(7)));
}

/// The calls of [`native`] as two of their writer's logs have them: one with addresses and one with
/// tokens, its clock so many seconds ahead.
fn halves(from: u32, to: u32, ahead_s: u32) -> [String; 2] {
    let line = |n: u32, ahead_s: u32, says: &str| {
        let (minute, second, account) = ((n + ahead_s) / 60, (n + ahead_s) % 60, n % 3);
        format!(
            "{{\"timestamp\":\"2026-03-01T10:{minute:02}:{second:02}Z\",\
             \"request_id\":\"req-{n:06}\",\"account_id\":\"ac{account}\",{says}}}\n"
        )
    };
    let address = |n: u32| line(n, 0, "\"client_ip\":\"198.51.100.7\"");
    let tokens = |n: u32| line(n, ahead_s, "\"output_tokens\":7");
    [(from..to).map(address).collect(), (from..to).map(tokens).collect()]
}

#[test]
fn two_logs_of_one_system_that_complement_each_other_become_one_call_that_has_both() {
    for ahead_s in [0, 300] {
        let [addresses, tokens] = halves(0, 900, ahead_s);
        let folder = Folder::new();
        let report = folder.import(&[("a.jsonl", addresses), ("b.jsonl", tokens)]);
        let expected = JoinReport { repeats: 0, joined: 900, probable: 0 };
        assert_eq!(report.joins, Some(expected), "{ahead_s} s ahead");
        let case = folder.open();
        assert_eq!(case.index.everything().len(), 900);
        assert_eq!(count(&case.index, "ip:198.51.100.7 output:7"), 900);
        let file = CaseFile::open(&folder.case(), Mode::ReadOnly).expect("open");
        let clocks = super::clocks(&file, &Progress::default()).expect("read");
        let clocks: Vec<String> = clocks.iter().map(super::Clock::sentence).collect();
        let ahead = "source 2 runs 300.0 s ahead of source 1 on 900 joined calls";
        assert_eq!(clocks, if ahead_s == 0 { vec![] } else { vec![ahead] });
        folder.is_whole();
    }
}

#[test]
fn other_hours_and_steps_in_the_next_file_are_no_clocks_that_differ() {
    let folder = Folder::new();
    let later = native(0, 600, true).replace("T10:", "T11:");
    let report = folder.import(&[("utc.jsonl", native(0, 600, true)), ("other.jsonl", later)]);
    assert_eq!(report.joins, None, "an hour is another hour");
    // What was under way when one file ended leaves its last record in the next one.
    let [first, _] = halves(0, 600, 0);
    let [[_, steps], [_, next]] = [halves(590, 600, 10), halves(600, 1200, 0)];
    let report = Folder::new().import(&[("1.jsonl", first), ("2.jsonl", steps + &next)]);
    assert_eq!(report.joins, Some(JoinReport::default()));
}

#[test]
fn what_was_stopped_is_due_and_made_up_for() {
    let folder = Folder::new();
    folder.import(&[("a.jsonl", native(0, 300, true))]);
    let mut file = CaseFile::open(&folder.case(), Mode::ReadWrite).expect("open");
    assert!(!super::is_due(&file).expect("read"), "nothing overlaps");
    // What an import leaves that is killed when its source is in: no pairs, and no entry of any.
    let path = folder.0.path().join("b.jsonl");
    fs::write(&path, native(200, 500, true)).expect("written");
    let source = Source::open(&path).expect("open");
    let options = ImportOptions::default();
    import_source(&mut file, source, "b", &options, &author(), &Progress::default())
        .expect("imported");
    let stopped = Progress::default();
    stopped.cancel();
    assert!(super::join(&mut file, &author(), &stopped).expect_err("stopped").is_cancelled());
    assert!(super::is_due(&file).expect("read"));
    let found = super::join(&mut file, &author(), &Progress::default()).expect("made up for");
    assert_eq!(found, Some(JoinReport { repeats: 100, joined: 0, probable: 0 }));
    assert!(!super::is_due(&file).expect("read"));
    drop(file);
    folder.is_whole();
}
