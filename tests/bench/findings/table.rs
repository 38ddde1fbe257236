//! The table of a run.

use std::collections::BTreeMap;

use stillwatch::detect::Outcome;
use stillwatch::detect::stats::interval::{Interval, wilson};
use stillwatch::model::finding::{AccountScore, Cluster, Level};

use super::labels::Label;
use super::metrics::{adjusted_rand, average_precision, b_cubed, jaccard, recall_at};

/// A network is recovered well from this best-match Jaccard on.
const WELL: f64 = 0.8;

/// The score of every account, also of those about which nothing was found.
pub fn scores(outcome: &Outcome, accounts: usize) -> Vec<AccountScore> {
    let nothing = |account: u32| AccountScore { account, ..AccountScore::default() };
    let mut all: Vec<AccountScore> = (0..accounts as u32).map(nothing).collect();
    for score in &outcome.accounts {
        all[score.account as usize] = score.clone();
    }
    all
}

/// A share in percent; a dash for none.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// The figures that have pass marks.
pub fn headline(outcome: &Outcome, labels: &[Label]) {
    let scores = scores(outcome, labels.len());
    for (name, value, truth) in [
        (
            "coordination",
            (|s: &AccountScore| s.coordination) as fn(&AccountScore) -> f64,
            (|l: &Label| l.coordinated) as fn(&Label) -> bool,
        ),
        ("harvesting", |s| s.harvesting, |l| l.harvesting),
    ] {
        let scored: Vec<(f64, bool)> =
            scores.iter().zip(labels).map(|(s, l)| (value(s), truth(l))).collect();
        let area = average_precision(&scored).map_or_else(|| "–".into(), |a| format!("{a:.3}"));
        let recall = percent(recall_at(&scored, 0.001));
        println!("{name:<14} AUPRC {area}, recall at a false-positive rate of 0.1 %: {recall}");
    }
    for level in [Level::Probable, Level::Strong] {
        let at = |s: &AccountScore| s.level >= level;
        let listed = scores.iter().filter(|s| at(s)).count();
        let right = scores.iter().zip(labels).filter(|(s, l)| at(s) && l.is_campaign()).count();
        let all = labels.iter().filter(|l| l.is_campaign()).count();
        let share = |n: usize| (n > 0).then(|| right as f64 / n as f64);
        println!(
            "{:<14} {listed} accounts, precision {}, recall {}",
            level.as_str(),
            percent(share(listed)),
            percent(share(all))
        );
    }
    clusters(outcome, labels);
    matched(outcome, labels);
}

/// A number for each account: its cluster or network, or one of its own.
fn numbered<T: Ord>(of: impl Iterator<Item = Option<T>>) -> Vec<u32> {
    let mut known: BTreeMap<T, u32> = BTreeMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    of.map(|value| match value {
        None => fresh(),
        Some(value) => *known.entry(value).or_insert_with(&mut fresh),
    })
    .collect()
}

fn clusters(outcome: &Outcome, labels: &[Label]) {
    let scores = scores(outcome, labels.len());
    let found = numbered(scores.iter().map(|s| s.cluster));
    let network = |l: &Label| (l.is_campaign() && !l.network.is_empty()).then(|| l.network.clone());
    let truth = numbered(labels.iter().map(network));
    let planted: Vec<usize> = (0..labels.len()).filter(|i| labels[*i].is_campaign()).collect();
    let of = |all: &[u32]| planted.iter().map(|i| all[*i]).collect::<Vec<u32>>();
    let (precision, recall) = b_cubed(&found, &truth);
    println!(
        "clusters       {} found; ARI {:.3} of all, {:.3} of the planted; B³ {:.3}, {:.3}",
        outcome.clusters.len(),
        adjusted_rand(&found, &truth),
        adjusted_rand(&of(&found), &of(&truth)),
        precision,
        recall
    );
}

/// The recall of every evasion, over all campaigns that try it: at `probable`, and at `indicative`.
pub fn evasions(outcome: &Outcome, labels: &[Label]) {
    let scores = scores(outcome, labels.len());
    let mut of: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (score, label) in scores.iter().zip(labels).filter(|(_, label)| label.is_campaign()) {
        let name = if label.evasion.is_empty() { "none" } else { &label.evasion };
        let [n, probable, indicative] = of.entry(name).or_default();
        *n += 1;
        *probable += u64::from(score.level >= Level::Probable);
        *indicative += u64::from(score.level >= Level::Indicative);
    }
    println!("\nevasion  accounts  probable    95 % interval  indicative");
    for (name, [n, probable, indicative]) in of {
        let interval = interval(probable, n);
        let share = |hits: u64| percent(Some(hits as f64 / n as f64));
        println!(
            "{name:<8} {n:>8} {:>9} {interval:>16} {:>11}",
            share(probable),
            share(indicative)
        );
    }
}

/// The 95 % interval of a share, in percent.
fn interval(hits: u64, n: u64) -> String {
    let text = |i: Interval| format!("{:.1}…{:.1} %", i.low * 100.0, i.high * 100.0);
    wilson(hits, n, 0.95).map_or_else(String::new, text)
}

/// How well the best cluster matches each network, over networks that hide and those that do not.
fn matched(outcome: &Outcome, labels: &[Label]) {
    let mut networks: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (account, label) in (0..).zip(labels) {
        if label.class.starts_with('C') && !label.network.is_empty() {
            networks.entry(&label.network).or_default().push(account);
        }
    }
    for (name, hides) in [("not evasive", false), ("evasive", true)] {
        let is_one = |members: &&Vec<u32>| labels[members[0] as usize].evasion.is_empty() != hides;
        let of: Vec<f64> = (networks.values().filter(is_one))
            .map(|members| best(&outcome.clusters, members).0)
            .collect();
        if let Some(worst) = of.iter().copied().reduce(f64::min) {
            let mean = of.iter().sum::<f64>() / of.len() as f64;
            let well = of.iter().filter(|of| **of >= WELL).count();
            let n = of.len();
            println!(
                "networks       {name}: best-match Jaccard {mean:.3}, worst {worst:.2}, {well} of {n} at {WELL} or more"
            );
        }
    }
}

/// The cluster that matches a network best.
fn best<'a>(clusters: &'a [Cluster], members: &[u32]) -> (f64, Option<&'a Cluster>) {
    let mut best = (0.0, None);
    for cluster in clusters {
        let both =
            cluster.members.iter().filter(|m| members.binary_search(&m.account).is_ok()).count();
        let of = jaccard(both, cluster.members.len(), members.len());
        if of > best.0 {
            best = (of, Some(cluster));
        }
    }
    best
}

/// One row a class: how many of it are listed, and for networks which cluster matches.
pub fn classes(outcome: &Outcome, labels: &[Label]) {
    let scores = scores(outcome, labels.len());
    let mut classes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (account, label) in labels.iter().enumerate() {
        classes.entry(label.row()).or_default().push(account);
    }
    println!("\nclass          accounts  probable    95 % interval   H1 mean  H2 mean  best match");
    for (class, accounts) in &classes {
        let n = accounts.len();
        let listed = accounts.iter().filter(|a| scores[**a].level >= Level::Probable).count();
        let interval = interval(listed as u64, n as u64);
        let mean = |of: fn(&AccountScore) -> f64| {
            accounts.iter().map(|a| of(&scores[*a])).sum::<f64>() / n as f64
        };
        let matches = match labels[accounts[0]].is_campaign() {
            true => networks(outcome, labels, accounts),
            false => String::new(),
        };
        println!(
            "{class:<14} {n:>8} {:>9} {interval:>16} {:>9.3} {:>8.3}  {matches}",
            format!("{listed}"),
            mean(|s| s.coordination),
            mean(|s| s.harvesting),
        );
    }
}

/// The networks of a class: Jaccard of each with its best match, and that one's level.
fn networks(outcome: &Outcome, labels: &[Label], accounts: &[usize]) -> String {
    let mut networks: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for account in accounts {
        networks.entry(&labels[*account].network).or_default().push(*account as u32);
    }
    let one = |members: &Vec<u32>| match best(&outcome.clusters, members) {
        (of, Some(cluster)) => format!("{of:.2} {}", cluster.level.as_str()),
        (_, None) => "none".to_owned(),
    };
    let shown: Vec<String> = networks.values().take(4).map(one).collect();
    let more = networks.len().saturating_sub(4);
    format!(
        "{}{}",
        shown.join(", "),
        if more > 0 { format!(" and {more} more") } else { String::new() }
    )
}
