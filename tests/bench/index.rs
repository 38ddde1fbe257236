//! The index at the published scale: 16 million exchanges over 24,000 accounts.
//!
//! `cargo bench --no-default-features --bench index [-- ROWS]` prints a table of medians. Nothing is
//! asserted: timings belong to a machine, and equality with the naive answers is held by the
//! property tests of `src/index`.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::time::Instant;

use stillwatch::index::{
    AccountOrder, Index, Lists, Run, account_order, compile, matching_accounts, why_empty,
};
use stillwatch::job::Progress;
use stillwatch::model::filter::Filter;
use stillwatch::model::{
    Call, Caller, Columns, Dimensions, Field, MISSING, Origin, Time, TimeSpan,
};

const ACCOUNTS: u64 = 24_000;
const START_US: i64 = 1_772_323_200_000_000;
const DAYS: i64 = 45;
const DAY_US: i64 = 86_400_000_000;
/// Pixels of a wide time panel.
const BINS: usize = 1_600;

/// SplitMix64: the same case on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

fn dimensions(dice: &mut Dice) -> Dimensions {
    let caller = |i: u64| Caller {
        account: (i % ACCOUNTS) as u32,
        org_id: Some(format!("org{}", i % 2_000)),
        user_id: None,
        api_key_id: Some(format!("key{i}")),
    };
    let origin = |i: u64, dice: &mut Dice| Origin {
        client_ip: Some(format!("{}.{}.{}.{}", 11 + i % 80, i / 80 % 256, i / 20_480, 1 + i % 250)),
        country: Some(format!("C{}", dice.below(60))),
        user_agent: Some(format!("agent/{}", dice.below(40))),
        ..Origin::default()
    };
    let call = |i: u64| Call {
        pathway: Some(["api", "cloud", "aggregator", "console"][(i % 4) as usize].into()),
        model: Some(
            ["atlas-3", "atlas-3-mini", "atlas-4", "atlas-4-mini"][(i / 4 % 4) as usize].into(),
        ),
        status: Some([200, 200, 200, 429, 500][(i / 16 % 5) as usize]),
        stop_reason: Some(["end", "max_tokens", "tool"][(i / 80 % 3) as usize].into()),
        ..Call::default()
    };
    Dimensions {
        accounts: (0..ACCOUNTS).map(|i| format!("ac{i:06}")).collect(),
        callers: (0..ACCOUNTS * 2).map(caller).collect(),
        origins: (0..100_000).map(|i| origin(i, dice)).collect(),
        calls: (0..240).map(call).collect(),
        sessions: Vec::new(),
    }
}

fn columns(dice: &mut Dice, rows: usize) -> Columns {
    let mut c = Columns::default();
    let step = DAYS * DAY_US / rows.max(1) as i64;
    for i in 0..rows as i64 {
        // A fifth of the traffic comes from one in a hundred accounts.
        let caller = if dice.below(5) == 0 { dice.below(480) } else { dice.below(ACCOUNTS * 2) };
        c.at_us.push(START_US + i * step + dice.below(step.max(1) as u64) as i64);
        c.caller.push(caller as u32);
        c.origin.push(((caller * 7 + dice.below(4)) % 100_000) as u32);
        c.call.push(dice.below(240) as u32);
        c.input_tokens.push(if dice.below(50) == 0 { MISSING } else { dice.below(8_000) as u32 });
        c.output_tokens.push(dice.below(4_000) as u32);
        c.latency_ms.push(dice.below(20_000) as u32);
        c.prompt_hash.push(1 + dice.below(1 << 40));
        c.response_hash.push(1 + dice.below(1 << 40));
    }
    c
}

/// Wall and processor time, ms.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    /// Of all threads; divided by the number of threads it says what an idle machine would take.
    cpu: Option<f64>,
}

/// Processor time of all threads so far, ms; Linux only.
fn cpu_ms() -> Option<f64> {
    let mut ns = 0_u64;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        ns += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(ns as f64 / 1e6)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (start, cpu) = (Instant::now(), cpu_ms());
    let value = work();
    let wall = start.elapsed().as_secs_f64() * 1e3;
    (value, Cost { wall, cpu: cpu.zip(cpu_ms()).map(|(before, after)| after - before) })
}

/// Medians of five.
fn median<T>(mut work: impl FnMut() -> T) -> Cost {
    let costs: Vec<Cost> = (0..5).map(|_| timed(|| std::hint::black_box(work())).1).collect();
    let middle = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[2]
    };
    let cpu = middle(|cost| cost.cpu.unwrap_or(f64::NAN));
    Cost { wall: middle(|cost| cost.wall), cpu: (!cpu.is_nan()).then_some(cpu) }
}

fn report(what: &str, cost: Cost) {
    let cpu = cost.cpu.map_or_else(|| "-".into(), |cpu| format!("{cpu:.2}"));
    println!("{what:<88} {:>10.2} ms wall {cpu:>10} ms cpu", cost.wall);
}

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
        let sorted = || account_order(index, &stats, &lists, &order);
        report(&on("account table, searched and sorted"), median(sorted));
        let page = || (0..50).filter_map(|i| mask.nth(mask.len() / 2 + i)).collect::<Vec<_>>();
        report(&on("50 rows from the middle"), median(page));
        report(&on("data fitness"), median(|| index.fitness(mask)));
        println!();
    }
    report("accounts of a filter", median(|| matching_accounts(&filter, index, &lists)));
}
