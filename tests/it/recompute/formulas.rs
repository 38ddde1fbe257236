//! What is computed from values, wherever they came from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::package::Row;

/// The value of another number of a finding.
pub fn number_of(finding: &Row, name: &str) -> f64 {
    let numbers: Value = serde_json::from_str(&finding["numbers"]).unwrap();
    let all = numbers.as_array().unwrap();
    all.iter().find(|n| n["name"] == name).unwrap()["value"].as_f64().unwrap()
}

/// Whole numbers of a list.
pub fn numbers(list: &Value) -> Vec<u32> {
    list.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as u32).collect()
}

/// The most words in a row that all of some texts have, slots being between words.
pub fn common_words(texts: &[&str]) -> usize {
    let pieces = |text: &str| -> Vec<Vec<String>> {
        let text = text.strip_prefix('\'').unwrap_or(text);
        let words = |piece: &str| piece.split_whitespace().map(str::to_owned).collect();
        text.split('…').map(words).collect()
    };
    let all: Vec<Vec<Vec<String>>> = texts.iter().map(|text| pieces(text)).collect();
    let is_in_all = |run: &[String]| {
        let has = |piece: &Vec<String>| piece.windows(run.len()).any(|words| words == run);
        all.iter().all(|of| of.iter().any(has))
    };
    let longest = |piece: &Vec<String>| {
        (1..=piece.len()).rev().find(|n| piece.windows(*n).any(is_in_all)).unwrap_or(0)
    };
    all[0].iter().map(longest).max().unwrap()
}

/// From the least of some values to the most.
pub fn span(of: &[f64]) -> f64 {
    let most = of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most - of.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Pairs of parties that each item is of, added up.
fn pairs<T: Ord, P>(of: &[(T, P)]) -> f64 {
    let mut n: BTreeMap<&T, usize> = BTreeMap::new();
    of.iter().for_each(|(item, _)| *n.entry(item).or_default() += 1);
    n.into_values().map(|n| n * (n - 1) / 2).sum::<usize>() as f64
}

/// How many items each party has, for every two of them multiplied, added up.
fn products<T, P: Ord>(of: &[(T, P)]) -> f64 {
    let mut n: BTreeMap<&P, f64> = BTreeMap::new();
    of.iter().for_each(|(_, party)| *n.entry(party).or_default() += 1.0);
    let n: Vec<f64> = n.into_values().collect();
    let with_later = |i: usize| n[i] * n[i + 1..].iter().sum::<f64>();
    (0..n.len()).map(with_later).sum()
}

/// From the numbers of items that parties asked for, in order.
pub fn by_item(items: &[(u64, String)], take: &str) -> f64 {
    let of_item = || items.chunk_by(|a, b| a.0 == b.0);
    match take {
        "different" => of_item().count() as f64,
        "common" => of_item().filter(|of| of.len() > 1).count() as f64,
        "pairs" => pairs(items),
        "expected" => {
            let (first, last) = (items[0].0, items[items.len() - 1].0);
            let width = (last - first + 1).div_ceil(64);
            let range = |item: u64| (item - first) / width;
            let expected = |of: &[(u64, String)]| {
                let left = last + 1 - (first + range(of[0].0) * width);
                products(of) / left.min(width) as f64
            };
            items.chunk_by(|a, b| range(a.0) == range(b.0)).map(expected).sum()
        }
        other => panic!("what is taken of items: {other}"),
    }
}

/// From what parties asked for in the first and the second half of the time.
pub fn in_halves(halves: [BTreeSet<(String, String)>; 2], take: &str) -> f64 {
    let parties = |of: &BTreeSet<(String, String)>| -> BTreeSet<String> {
        of.iter().map(|(_, party)| party.clone()).collect()
    };
    let [first, second] = halves.each_ref().map(parties);
    let both: BTreeSet<String> = first.intersection(&second).cloned().collect();
    let [early, late] = halves.map(|of| {
        of.into_iter().filter(|(_, party)| both.contains(party)).collect::<Vec<(String, String)>>()
    });
    let other = |(item, party): &(String, String)| {
        late.iter().filter(|(theirs, of)| theirs == item && of != party).count()
    };
    let across = || early.iter().map(other).sum::<usize>() as f64;
    let count = |of: &[(String, String)], party: &str| {
        of.iter().filter(|(_, is)| is == party).count() as f64
    };
    match take {
        "within" => pairs(&early) + pairs(&late),
        "across" => across(),
        "expected" => {
            let same: f64 = both.iter().map(|of| count(&early, of) * count(&late, of)).sum();
            let apart = early.len() as f64 * late.len() as f64 - same;
            across() * (products(&early) + products(&late)) / apart
        }
        other => panic!("what is taken of halves: {other}"),
    }
}

/// The one in the middle of rising values, or between the two.
pub fn middle(of: &[f64]) -> f64 {
    let at = of.len() / 2;
    if of.len().is_multiple_of(2) { (of[at - 1] + of[at]) / 2.0 } else { of[at] }
}

pub fn spoken_of(finding: &Row) -> BTreeSet<String> {
    serde_json::from_str(&finding["accounts"]).unwrap()
}

/// µs since 1970.
pub fn time(row: &Row) -> f64 {
    let at: jiff::Timestamp = row["timestamp"].parse().unwrap();
    at.as_microsecond() as f64
}

/// How many records it is from one of an account to its next, the first following the last; of
/// these, sorted, the one that leaves so many percent beyond it on the nearer end.
pub fn wait(rows: &[&Row], percent: u64) -> usize {
    let mut of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        of.entry(&row["account_id"]).or_default().push(i);
    }
    let mut waits = Vec::new();
    for places in of.values() {
        for (i, place) in places.iter().enumerate() {
            let next = places.get(i + 1).copied().unwrap_or(places[0] + rows.len());
            waits.push(next - place);
        }
    }
    waits.sort_unstable();
    let beyond = |share: u64| waits.len() * share as usize / 100;
    match percent {
        low if low < 50 => waits[beyond(low)],
        high => waits[waits.len() - 1 - beyond(100 - high)],
    }
}
