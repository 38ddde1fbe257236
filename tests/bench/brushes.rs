//! What the window does while an analyst drags, selects and filters, with every view that follows:
//! numbers and order of the account table, sparklines in sight, facets with accounts and their
//! order, traffic by model, the page of exchanges in sight.

use std::ops::Range;
use std::time::Instant;

use stillwatch::index::{
    AccountBrush, AccountOrder, Facet, Index, Lists, Mask, Stats, ValueBrush, ValueCounts,
    ValueOrder, account_order, compile, value_order,
};
use stillwatch::model::filter::Filter;
use stillwatch::model::{Field, Time, TimeSpan};

use super::BINS;
use super::case::{ACCOUNTS, DAY_US, DAYS, Dice, START_US};
use super::clock::{self, median, percentiles, report};

/// Moves of a drag.
const MOVES: usize = 240;
/// Rows of a table in sight.
const IN_SIGHT: u64 = 50;

const FACETS: [(&str, Facet); 3] = [
    ("models", Facet::Field(Field::Model)),
    ("100,000 addresses", Facet::Field(Field::ClientIp)),
    ("100,000 networks", Facet::Network),
];

pub fn all(index: &Index) {
    let lists = Lists::default();
    for text in ["", "model:atlas-4* tokens>1000"] {
        let filter = Filter::parse(text).expect("a readable filter");
        let mask = compile(&filter, index, &lists).expect("an answerable filter");
        println!("brushes under {text:?}, {} rows", mask.len());
        for (name, facet) in FACETS {
            drag(index, &mask, name, facet);
        }
        select_accounts(index, &mask);
        memory("memory after brushes");
        println!();
    }
    new_filters(index, &lists);
    memory("memory after new filters");
    println!();
}

fn memory(what: &str) {
    if let Some((now, most)) = clock::memory() {
        println!("{what:<88} {:>10} MB now {:>9} MB peak", now / 1_000_000, most / 1_000_000);
    }
}

/// A range of a few days dragged over the whole period, with a jump now and then.
fn ranges(index: &Index) -> Vec<Range<u32>> {
    let mut dice = Dice(3);
    let period = DAYS * DAY_US;
    (0..MOVES as i64)
        .map(|i| {
            let jump = if dice.below(10) == 0 { dice.below(period as u64) as i64 } else { 0 };
            let start = (period * i / MOVES as i64 + jump) % period;
            let length = DAY_US * (1 + dice.below(9) as i64) + dice.below(DAY_US as u64) as i64;
            let at = |us: i64| Time(START_US + us.min(period));
            index.rows_between(TimeSpan { start: at(start), end: at(start + length) })
        })
        .collect()
}

/// Time: the indexes built when the drag begins, then its moves.
fn drag(index: &Index, mask: &Mask, name: &str, facet: Facet) {
    // Those of another field are forgotten when these are asked for.
    index.values(mask, Facet::Field(Field::Status));
    let (_, first) = clock::timed(|| index.values(mask, facet));
    report(&format!("  first count of {name} and their accounts"), first);
    report(
        &format!("  next counts of {name} and their accounts"),
        median(|| index.values(mask, facet)),
    );
    let of_accounts = median(|| AccountBrush::new(index, mask));
    report("  brush on time begins: accounts", of_accounts);
    report(
        &format!("  brush on time begins: {name}"),
        median(|| ValueBrush::new(index, mask, facet)),
    );
    let accounts = AccountBrush::new(index, mask).expect("few accounts");
    let values = ValueBrush::new(index, mask, facet).expect("few values");
    println!("    {} MB", (accounts.bytes() + values.bytes()) / 1_000_000);
    let mut walls = Vec::with_capacity(MOVES);
    for rows in ranges(index) {
        let start = Instant::now();
        let shown = mask.within(rows.clone());
        let (stats, counts) =
            rayon::join(|| accounts.stats(index, rows.clone()), || values.values(rows.clone()));
        follow(index, &shown, &stats, facet, &counts);
        walls.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let (middle, late) = percentiles(walls);
    let what = format!("  a move of the brush, every view, facets by {name}");
    println!("{what:<88} {middle:>10.2} ms median {late:>7.2} ms p99");
}

/// What is made from the counts before it is drawn.
fn follow(index: &Index, shown: &Mask, stats: &[Stats], facet: Facet, counts: &ValueCounts) {
    let mut totals = Stats::default();
    stats.iter().for_each(|stats| totals.merge(stats));
    let everything = index.everything();
    let population = index.population_by_value(facet, everything.counted());
    let order = ValueOrder { descending: true, ..ValueOrder::default() };
    let (accounts, values) = rayon::join(
        || account_order(index, stats, &AccountOrder::default()),
        || value_order(index, facet, counts, &population, everything.len(), &order),
    );
    let page: Vec<u32> = (0..IN_SIGHT).filter_map(|i| shown.nth(shown.len() / 2 + i)).collect();
    std::hint::black_box((totals, accounts, values, page));
}

/// Accounts: a set of them is selected after another; table, traffic and facets follow.
fn select_accounts(index: &Index, mask: &Mask) {
    let mut dice = Dice(4);
    let span = index.span().expect("rows");
    for (many, name) in [(1, "1 account"), (318, "318 accounts"), (3_000, "3,000 accounts")] {
        let cost = median(|| {
            let first = dice.below(ACCOUNTS - many) as u32;
            let accounts: Vec<u32> = (first..first + many as u32).collect();
            let shown = index.narrowed_to_accounts(mask, &accounts);
            rayon::join(
                || index.split_histogram(&shown, span, BINS, Field::Model, 7),
                || index.values(&shown, Facet::Network),
            )
        });
        let what = format!("  another selection of {name}: traffic, facets by network, exchanges");
        report(&what, cost);
    }
}

/// Any filter: everything is counted anew.
fn new_filters(index: &Index, lists: &Lists) {
    let listed: Vec<String> = (0..318).map(|i| format!("ac{:06}", i * 71)).collect();
    let listed = format!("account:{}", listed.join(","));
    for (name, text) in [
        ("a model by wildcard", "model:atlas-4*"),
        ("another model", "model:atlas-3"),
        ("one address", "ip:11.0.0.1"),
        ("a network", "ip:11.0.0.0/8"),
        ("either of two fields", "(model:atlas-4 OR ip:12.0.0.0/8)"),
        ("a range of tokens", "tokens:1000..6000"),
        ("a list of 318 accounts", listed.as_str()),
        ("all but a status", "-status:200"),
        ("four conditions", "model:atlas-4* -country:C7 tokens>1000 latency<10s"),
    ] {
        let filter = Filter::parse(text).expect("a readable filter");
        let kept = compile(&filter, index, lists).expect("an answerable filter").len();
        let first = median(|| compile(&filter, index, lists));
        report(&format!("new filter, {name}: its {kept} rows"), first);
        report(
            &format!("new filter, {name}: every view"),
            median(|| answer(index, lists, &filter)),
        );
    }
}

/// The views ask at the same time, as the jobs of the window do.
fn answer(index: &Index, lists: &Lists, filter: &Filter) {
    let mask = compile(filter, index, lists).expect("an answerable filter");
    let facet = Facet::Network;
    let span = index.span().expect("rows");
    let in_sight: Vec<u32> = (0..40).collect();
    let ((stats, counts), others) = rayon::join(
        || rayon::join(|| index.stats_by_account(&mask), || index.values(&mask, facet)),
        || {
            let traffic = index.split_histogram(&mask, span, BINS, Field::Model, 7);
            (traffic, index.sparklines(&mask, &in_sight, span, 60))
        },
    );
    std::hint::black_box(others);
    follow(index, &mask, &stats, facet, &counts);
}
