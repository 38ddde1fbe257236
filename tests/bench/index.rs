//! The index at the published scale: 16 million exchanges over 24,000 accounts.
//!
//! `cargo bench --no-default-features --bench index [-- ROWS]` prints a table of medians. Nothing is
//! asserted: timings belong to a machine, and equality with the naive answers is held by the
//! property tests of `src/index`.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod brushes;
mod case;
#[allow(dead_code, reason = "every bench uses its part of it")]
mod clock;

use stillwatch::index::{
    AccountOrder, Index, Lists, Run, account_order, compile, matching_accounts, why_empty,
};
use stillwatch::job::Progress;
use stillwatch::model::filter::Filter;
use stillwatch::model::{Field, Time, TimeSpan};

use case::{ACCOUNTS, Dice, columns, dimensions};
use clock::{median, report, timed};

/// Pixels of a wide time panel.
const BINS: usize = 1_600;

fn main() {
    let asked = std::env::args().skip(1).find_map(|arg| arg.parse().ok());
    let rows: usize = asked.unwrap_or(16_000_000);
    println!("{rows} rows, {ACCOUNTS} accounts, {} threads\n", rayon::current_num_threads());
    build_interleaved(rows);
    let mut dice = Dice(1);
    let (columns, dimensions) = (columns(&mut dice, rows), dimensions(&mut dice));
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let (index, cost) =
        timed(|| Index::build(vec![run], dimensions, &Progress::default()).expect("a sound case"));
    report("build, one sorted source", cost);
    println!("  {:.1} bytes a row\n", index.bytes_of_rows() as f64 / rows.max(1) as f64);
    clock::forget_peak();
    brushes::all(&index);
    filters(&index);
    queries(&index);
}

/// Three sources that overlap: sorted and reordered column by column.
fn build_interleaved(rows: usize) {
    let mut dice = Dice(2);
    let dimensions = dimensions(&mut dice);
    let run = |i: u32, dice: &mut Dice| Run {
        source_id: i,
        first_event_id: 1 + u64::from(i) * rows as u64,
        columns: columns(dice, rows / 3),
    };
    let runs = (0..3).map(|i| run(i, &mut dice)).collect();
    let (_, cost) =
        timed(|| Index::build(runs, dimensions, &Progress::default()).expect("a sound case"));
    report("build, three sources that overlap", cost);
}

fn filters(index: &Index) {
    let lists = Lists::default();
    for text in [
        "",
        "time:2026-03-10..2026-03-12",
        "model:atlas-4*",
        "account:ac0001*",
        "ip:11.0.0.0/8",
        "tokens>9000",
        "output:1000..2000 latency>10s",
        "time:2026-03-10..2026-03-20 model:atlas-4* -country:C7 tokens>1000",
        "(model:atlas-4 OR ip:12.0.0.0/8) -status:200",
        "prompt:00000000000000ff",
    ] {
        let filter = Filter::parse(text).expect("a readable filter");
        let mask = compile(&filter, index, &lists).expect("an answerable filter");
        let cost = median(|| compile(&filter, index, &lists));
        report(&format!("filter {text:?} keeps {}", mask.len()), cost);
    }
    let empty = Filter::parse("account:ac000001 model:atlas-9 tokens>100").expect("readable");
    report(
        "why a filter of three conditions is empty",
        median(|| why_empty(&empty, index, &lists)),
    );
    println!();
}

fn queries(index: &Index) {
    let lists = Lists::default();
    let filter = Filter::parse("model:atlas-4* tokens>1000").expect("a readable filter");
    let some = compile(&filter, index, &lists).expect("an answerable filter");
    let span = index.span().unwrap_or(TimeSpan::new(Time(0), Time(1)));
    let masks = [("all", index.everything()), ("filtered", &some)];
    for (name, mask) in masks {
        let on = |what: &str| format!("{what}, {name} ({} rows)", mask.len());
        report(&on("histogram of 1,600 bins"), median(|| index.histogram(mask, span, BINS)));
        let split = || index.split_histogram(mask, span, BINS, Field::Model, 3);
        report(&on("histogram by model"), median(split));
        report(&on("counts and sums by account"), median(|| index.stats_by_account(mask)));
        let top = |field| median(|| index.top_values(mask, field, 20));
        report(&on("top 20 models"), top(Field::Model));
        report(&on("top 20 addresses of 100,000"), top(Field::ClientIp));
        let shown: Vec<u32> = (0..40).collect();
        let lines = || index.sparklines(mask, &shown, span, 60);
        report(&on("40 sparklines"), median(lines));
        let stats = index.stats_by_account(mask);
        let order = AccountOrder { search: "7".into(), ..AccountOrder::default() };
        let sorted = || account_order(index, &stats, &order);
        report(&on("account table, searched and sorted"), median(sorted));
        let page = || (0..50).filter_map(|i| mask.nth(mask.len() / 2 + i)).collect::<Vec<_>>();
        report(&on("50 rows from the middle"), median(page));
        report(&on("data fitness"), median(|| index.fitness(mask)));
        println!();
    }
    report("accounts of a filter", median(|| matching_accounts(&filter, index, &lists)));
}
