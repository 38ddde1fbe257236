//! The same count everywhere: on screen, in SQL, in a package, and in DuckDB on the source file.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;
use crate::job::Progress;
use crate::model::Filter;
use crate::report::{ExportOptions, Output, export_case};
use crate::store::{CaseFile, Cell, Mode};
use crate::ui::state::Action;

/// How many filters are tried.
const FILTERS: usize = 50;

/// SplitMix64: the same filters on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }
}

/// A condition as a filter and in SQL, which both databases understand.
fn condition(dice: &mut Dice) -> (String, String) {
    let day = 1_772_409_600_000_000_i64;
    match dice.below(12) {
        0 => {
            let model = dice.of(&["atlas-3", "atlas-3-mini", "atlas-4", "ATLAS-4"]);
            (format!("model:{model}"), format!("lower(model) = lower('{model}')"))
        }
        1 => ("model:atlas-3*".into(), "lower(model) LIKE 'atlas-3%'".into()),
        2 => {
            let class = dice.of(&["4", "5", "2"]);
            (format!("status:{class}xx"), format!("status BETWEEN {class}00 AND {class}99"))
        }
        3 => {
            let n = 100 * dice.below(30);
            let sum = "coalesce(input_tokens, 0) + coalesce(output_tokens, 0)";
            let known = "(input_tokens IS NOT NULL OR output_tokens IS NOT NULL)";
            (format!("tokens>{n}"), format!("{known} AND {sum} > {n}"))
        }
        4 => {
            let (a, b) = (50 * dice.below(20), 1_000 + 50 * dice.below(40));
            (format!("output:{a}..{b}"), format!("output_tokens BETWEEN {a} AND {b}"))
        }
        5 => {
            let a = dice.of(&["US", "DE", "KR"]);
            (format!("country:{a},absent"), format!("(country = '{a}' OR country IS NULL)"))
        }
        6 => {
            let n = dice.of(&["198.19", "100.65", "198.18"]);
            (format!("ip:{n}.0.0/16"), format!("client_ip LIKE '{n}.%'"))
        }
        7 => {
            let agent = dice.of(&["python", "atlas", "okhttp"]);
            (format!("ua:{agent}*"), format!("lower(user_agent) LIKE '{agent}%'"))
        }
        8 => {
            let digit = dice.below(10);
            (format!("account:ac{digit}*"), format!("substr(account_id, 1, 3) = 'ac{digit}'"))
        }
        9 => {
            let s = 1 + dice.below(20);
            (format!("latency>{s}s"), format!("latency_ms > {s}000"))
        }
        10 => {
            let (from, days) = (dice.below(20) as i64, 1 + dice.below(9) as i64);
            let (from, to) = (day + from * 86_400_000_000, day + (from + days) * 86_400_000_000);
            let span = crate::model::TimeSpan::new(Time(from), Time(to));
            let text = Filter { time: Some(span), ..Filter::default() }.to_string();
            (text, format!("at_us >= {from} AND at_us < {to}"))
        }
        _ => {
            let field = dice.of(&["region", "error", "org"]);
            let column = if field == "org" { "org_id" } else { field };
            (format!("{field}:absent"), format!("{column} IS NULL"))
        }
    }
}

fn negated((filter, sql): (String, String)) -> (String, String) {
    (format!("-{filter}"), format!("NOT coalesce({sql}, false)"))
}

fn random(dice: &mut Dice) -> (String, String) {
    let parts: Vec<(String, String)> = (0..1 + dice.below(3))
        .map(|_| {
            let one = condition(dice);
            match dice.below(4) {
                0 => negated(one),
                1 => {
                    let other = condition(dice);
                    (format!("({} OR {})", one.0, other.0), format!("({} OR {})", one.1, other.1))
                }
                _ => one,
            }
        })
        .collect();
    let filters: Vec<&str> = parts.iter().map(|p| p.0.as_str()).collect();
    let sql: Vec<String> = parts.iter().map(|p| format!("({})", p.1)).collect();
    (filters.join(" "), sql.join(" AND "))
}

/// The answers of DuckDB; `None` where there is none to ask.
fn duckdb(log: &Path, conditions: &[&str]) -> Option<Vec<u64>> {
    // An empty name is who runs the tests saying that there is none.
    let python = std::env::var_os("STILLWATCH_PYTHON");
    let Some(python) = python.clone().filter(|name| !name.is_empty()) else {
        let said = "not run: counts against DuckDB: STILLWATCH_PYTHON names no Python that has it";
        let all = std::env::var_os("STILLWATCH_REQUIRE_ALL").is_some();
        assert!(!all || python.is_some(), "{said}");
        writeln!(std::io::stderr(), "{said}").expect("stderr");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/walk/count_duckdb.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg(log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut input = child.stdin.take().expect("a pipe");
    serde_json::to_writer(&mut input, conditions).expect("conditions are sent");
    drop(input);
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "DuckDB answers");
    Some(serde_json::from_slice(&output.stdout).expect("counts"))
}

fn sqlite(case: &CaseFile, condition: &str) -> u64 {
    let sql = format!("SELECT count(*) FROM view_event WHERE {condition}");
    let mut count = 0;
    let each = |_: &[String], cells: &[Cell]| {
        if let Cell::Integer(n) = cells[0] {
            count = n as u64;
        }
        true
    };
    case.query(&sql, None, &Progress::default(), each).expect("an answer");
    count
}

/// Exchanges that the accounts of a package add up to.
fn exported(harness: &Harness<'_, App>, filter: &Filter, out: &Path) -> u64 {
    let session = harness.state().session.as_ref().expect("a case");
    let mut options = ExportOptions::new(Time(1_775_000_000_000_000), "analyst");
    options.only = [Output::Csv].into();
    let (case, index) = (&session.case.path, &session.case.index);
    export_case(case, index, filter, out, &options, &Progress::default()).expect("a package");
    let mut table = csv::Reader::from_path(out.join("accounts.csv")).expect("a table");
    let at = table.headers().expect("a header").iter().position(|h| h == "events");
    let at = at.expect("a column of events");
    table.records().map(|row| row.expect("a row")[at].parse::<u64>().expect("a number")).sum()
}

fn on_screen(harness: &mut Harness<'_, App>, filter: &Filter) -> u64 {
    harness.state_mut().actions.push(Action::Filter(filter.clone()));
    harness.run_steps(2);
    until(harness, "the count", |h| {
        let overview = h.state().session.as_ref().map(|s| &s.overview);
        overview.is_some_and(|o| o.facts().is_some_and(|f| f.all == 60_000) && !o.is_stale())
    });
    let label = harness.get_by_label_contains(" of 60,000 exchanges");
    let node = label.accesskit_node();
    let text = node.label().or_else(|| node.value()).unwrap_or_default();
    let digits: String = text.split(" of ").next().unwrap_or_default().replace(',', "");
    digits.parse().expect("a count")
}

#[test]
fn the_window_sql_packages_and_duckdb_count_the_same() {
    let dice = &mut Dice(20_261_126);
    let filters: Vec<(String, String)> = (0..FILTERS).map(|_| random(dice)).collect();
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let path = harness.state().session.as_ref().expect("a case").case.path.clone();
    let case = CaseFile::open(&path, Mode::ReadOnly).expect("the case");
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/exchanges.jsonl.zst");
    let conditions: Vec<&str> = filters.iter().map(|(_, sql)| sql.as_str()).collect();
    let theirs = duckdb(&log, &conditions);
    let mut kept_some = 0;
    for (i, (text, sql)) in filters.iter().enumerate() {
        let filter = Filter::parse(text).expect("readable");
        let shown = on_screen(&mut harness, &filter);
        assert_eq!(shown, sqlite(&case, sql), "SQLite on {text}");
        let out = scratch.path().join("package");
        if shown > 0 {
            assert_eq!(shown, exported(&harness, &filter, &out), "the package of {text}");
        }
        if let Some(theirs) = &theirs {
            assert_eq!(shown, theirs[i], "DuckDB on {text}");
        }
        kept_some += usize::from(shown > 0 && shown < 60_000);
    }
    assert!(kept_some > FILTERS / 2, "{kept_some} filters keep some and not all");
}
