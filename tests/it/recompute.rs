//! Every number of every explanation, computed again from the CSV files of packages alone.
//!
//! This is the reader that an expert of the other side would write: it knows the files and the
//! meaning of the recipes, and nothing of the program. What a recipe says can only be counted in
//! the whole case is counted and named, so that it cannot grow unseen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::Bench;

/// Of each detector, the numbers that a package is not enough for: they hold the accounts that a
/// finding speaks of against all others, or against chance. Nothing else may be one.
const ONLY_IN_THE_CASE: &[(&str, &str)] = &[
    ("D01", "as_regular draws"),
    ("D02", "ratio"),
    ("D03", "effect fewer"),
    ("D04", "compared expected"),
    ("D05", "times"),
    ("D06", "answered near"),
    ("D07", "closings cut_off hits newcomers usual waves"),
    ("D08", "days"),
    ("D11", "accounts values filled"),
    ("D12", "expected hits"),
    ("D13", "judged"),
    ("D14", "judged"),
    ("D18", "usual"),
    ("D20", "within"),
    ("D22", "words"),
    ("D24", "between within"),
    ("D26", "shared expected items common across"),
    ("D28", "accounts all asked declined earlier usual"),
    ("D31", "expected usual"),
    ("D32", "hits all share when"),
    ("D33", "known"),
    ("D34", "share share_after"),
    ("D35", "others own between senders"),
];

/// A row of a table, by column.
type Row = BTreeMap<String, String>;

/// The tables of a package.
struct Package {
    accounts: Vec<Row>,
    /// In the order of the file, which is that of time.
    events: Vec<Row>,
    /// Those that no finding cites, too, from a package of every exchange.
    all_events: Vec<Row>,
    /// Position in `events` by id.
    position: BTreeMap<String, usize>,
    /// Finding and role: positions of the records, in the order of time.
    evidence: BTreeMap<(String, String), Vec<usize>>,
    links: Vec<Row>,
    findings: Vec<Row>,
    /// Detector and what it measured: the value of each account.
    measures: BTreeMap<(String, String), BTreeMap<String, f64>>,
}

fn table(bench: &Bench, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(bench.path(name)).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

impl Package {
    fn read(bench: &Bench) -> Self {
        let events = table(bench, "p/events.csv");
        let position: BTreeMap<String, usize> =
            events.iter().enumerate().map(|(i, row)| (row["event_id"].clone(), i)).collect();
        let mut evidence: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for row in table(bench, "p/evidence.csv") {
            let at = *position.get(&row["event_id"]).expect("every record cited is in events.csv");
            evidence.entry((row["finding"].clone(), row["role"].clone())).or_default().push(at);
        }
        evidence.values_mut().for_each(|rows| rows.sort_unstable());
        let [accounts, links, findings] =
            ["p/accounts.csv", "p/links.csv", "p/findings.csv"].map(|name| table(bench, name));
        let all_events = table(bench, "all/events.csv");
        let mut measures: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
        for row in table(bench, "p/measures.csv") {
            let of = measures.entry((row["detector"].clone(), row["what"].clone())).or_default();
            of.insert(row["account_id"].clone(), row["value"].parse().unwrap());
        }
        Self { accounts, events, all_events, position, evidence, links, findings, measures }
    }

    /// What a recipe gives for a finding; `None` where it says that the package is not enough.
    fn compute(&self, finding: &Row, recipe: &Value) -> Option<f64> {
        let text = |name: &str| recipe[name].as_str().unwrap();
        let of = |name: &str| self.of_role(finding, text(name));
        let accounts_of = |rows: &[&Row]| -> BTreeSet<String> {
            rows.iter().map(|row| row["account_id"].clone()).collect()
        };
        let number = match recipe["how"].as_str().unwrap() {
            "records" => of("role").len() as f64,
            "accounts" => accounts_of(&of("role")).len() as f64,
            "distinct" => {
                let values = of("role").into_iter().map(|row| &row[text("field")]);
                values.filter(|value| !value.is_empty()).collect::<BTreeSet<_>>().len() as f64
            }
            "members" => spoken_of(finding).len() as f64,
            "cluster_members" => {
                let of = |row: &&Row| row["cluster"] == finding["subject"];
                self.accounts.iter().filter(of).count() as f64
            }
            "same_attribute" => self.same_attribute(finding, text("attribute")) as f64,
            "tied" => {
                let ties = self.ties(finding, text("kind"));
                let ends = ties.iter().flat_map(|row| [&row["account_a"], &row["account_b"]]);
                ends.collect::<BTreeSet<_>>().len() as f64
            }
            "tied_groups" => self.tied_groups(finding, text("kind")) as f64,
            "per_hour" => of("role").len() as f64 / recipe["hours"].as_f64().unwrap(),
            "ties" => self.ties(finding, text("kind")).len() as f64,
            "ratio" => of("role").len() as f64 / of("of").len() as f64,
            "share_of_events" => {
                let rows = of("role");
                let whose = accounts_of(&rows);
                let all = self.accounts.iter().filter(|row| whose.contains(&row["account_id"]));
                rows.len() as f64
                    / all.map(|row| row["events"].parse::<f64>().unwrap()).sum::<f64>()
            }
            "most_frequent" => {
                let fields = recipe["fields"].as_array().unwrap();
                let mut counts: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
                for row in of("role") {
                    let key = fields.iter().map(|field| row[field.as_str().unwrap()].as_str());
                    *counts.entry(key.collect()).or_default() += 1;
                }
                counts.into_values().max().unwrap() as f64
            }
            "other_accounts" => {
                let field = text("field");
                let rows = of("role");
                let values: BTreeSet<&str> = rows.iter().map(|row| row[field].as_str()).collect();
                let has = |row: &&Row| !row[field].is_empty() && values.contains(&*row[field]);
                let whose =
                    self.all_events.iter().filter(has).map(|row| row["account_id"].as_str());
                let outside = self.outside(finding);
                whose.collect::<BTreeSet<_>>().intersection(&outside).count() as f64
            }
            "others_measured" => {
                let measured = self.measured(finding, text("what"));
                let outside: Vec<f64> = (measured.iter())
                    .filter(|(account, _)| !is_subject(self, finding, account))
                    .map(|(_, value)| *value)
                    .collect();
                let with = outside.iter().filter(|value| **value > 0.0).count();
                (with + 1) as f64 / (outside.len() + 1) as f64
            }
            "measured" => {
                let measured = self.measured(finding, text("what"));
                spoken_of(finding).iter().filter_map(|account| measured.get(account)).sum()
            }
            "median_measured" => {
                let mut of: Vec<f64> =
                    self.measured(finding, text("what")).values().copied().collect();
                of.sort_by(f64::total_cmp);
                middle(&of)
            }
            "peers" => self.peers(finding, recipe).len() as f64,
            "as_high" => {
                let own = self.measured(finding, text("what"))[&finding["subject"]];
                let peers = self.peers(finding, recipe);
                let as_high = peers.iter().filter(|value| **value >= own).count();
                (as_high + 1) as f64 / (peers.len() + 1) as f64
            }
            "quotient" => {
                let numbers: Value = serde_json::from_str(&finding["numbers"]).unwrap();
                let named = |name: &str| {
                    let all = numbers.as_array().unwrap();
                    all.iter().find(|n| n["name"] == name).unwrap()["value"].as_f64().unwrap()
                };
                named(text("of")) / named(text("by"))
            }
            "shared_pairs" => {
                let roles = recipe["roles"].as_array().unwrap();
                let of = |role: &Value| self.of_role(finding, role.as_str().unwrap());
                roles.iter().map(|role| self.shared_pairs(&of(role), text("field"))).sum::<usize>()
                    as f64
            }
            "time" => {
                let rows = of("role");
                let is_last = recipe["is_last"].as_bool().unwrap();
                time(if is_last { rows.last() } else { rows.first() }.unwrap())
            }
            "delay" => (time(of("to")[0]) - time(of("from")[0])) / 1e6,
            "spread" => {
                let rows = of("role");
                (time(rows.last().unwrap()) - time(rows[0])) / 1e6
            }
            "turns" => {
                let rows = of("role");
                let turn = |pair: &&[&Row]| pair[0]["account_id"] != pair[1]["account_id"];
                rows.windows(2).filter(turn).count() as f64
            }
            "attribute_first" => self.moments(finding, text("attribute"))[0],
            "attribute_spread" => {
                let moments = self.moments(finding, text("attribute"));
                (moments[moments.len() - 1] - moments[0]) / 1e6
            }
            "attribute_spacing" => {
                let moments = self.moments(finding, text("attribute"));
                let steps = moments.len() - 1;
                (moments[steps] - moments[0]) / 1e6 / steps as f64
            }
            "waits" => wait(&of("role"), recipe["percent"].as_u64().unwrap()) as f64,
            "sum" => {
                let cells = of("role").into_iter().map(|row| &row[text("field")]);
                cells.filter_map(|cell| cell.parse::<f64>().ok()).sum()
            }
            "draws" => {
                let of = recipe["of"].as_array().unwrap().iter();
                let mut of: Vec<f64> = of.map(|value| value.as_f64().unwrap()).collect();
                of.sort_by(f64::total_cmp);
                let n = of.len();
                match text("take") {
                    "middle" => middle(&of),
                    "mean" => of.iter().sum::<f64>() / n as f64,
                    "least" => of[0],
                    "most" => of[n - 1],
                    other => panic!("what is taken of draws: {other}"),
                }
            }
            "statistic" => finding["statistic"].parse().unwrap(),
            "parameter" => {
                let all: Value = serde_json::from_str(&finding["parameters"]).unwrap();
                all[text("name")].as_f64().unwrap()
            }
            "case" => {
                assert!(!text("what").is_empty());
                return None;
            }
            other => panic!("a recipe of which this reader knows nothing: {other}"),
        };
        Some(number)
    }

    /// What a detector measured: the value of each account.
    fn measured(&self, finding: &Row, what: &str) -> &BTreeMap<String, f64> {
        &self.measures[&(finding["detector"].clone(), what.to_owned())]
    }

    /// What was measured of the accounts that the one a finding is about is compared with.
    fn peers(&self, finding: &Row, recipe: &Value) -> Vec<f64> {
        const LEAST: usize = 50;
        let left_out = recipe["but"].as_str().map(|but| self.measured(finding, but));
        let is_left_out = |account: &str| left_out.is_some_and(|of| of.contains_key(account));
        let on_its_plan = recipe["on_its_plan"].as_bool().unwrap();
        let plan = |account: &str| {
            if !on_its_plan {
                return String::new();
            }
            let row = self.accounts.iter().find(|row| row["account_id"] == account).unwrap();
            row.get("attr_plan").cloned().unwrap_or_default()
        };
        let measured = self.measured(finding, recipe["what"].as_str().unwrap());
        let mut of_plan: BTreeMap<String, Vec<(&str, f64)>> = BTreeMap::new();
        for (account, value) in measured.iter().filter(|(account, _)| !is_left_out(account)) {
            of_plan.entry(plan(account)).or_default().push((account, *value));
        }
        let own = of_plan.get(&plan(&finding["subject"])).filter(|of| of.len() >= LEAST).cloned();
        let small = || of_plan.values().filter(|of| of.len() < LEAST).flatten().copied().collect();
        let mut peers: Vec<(&str, f64)> = own.unwrap_or_else(small);
        if peers.len() < LEAST {
            peers = of_plan.values().flatten().copied().collect();
        }
        let others = peers.into_iter().filter(|(account, _)| *account != finding["subject"]);
        others.map(|(_, value)| value).collect()
    }

    /// Accounts that are no members of the cluster a finding is about.
    fn outside(&self, finding: &Row) -> BTreeSet<&str> {
        let outside = |row: &&Row| row["cluster"] != finding["subject"];
        self.accounts.iter().filter(outside).map(|row| row["account_id"].as_str()).collect()
    }

    /// Pairs of parties with a value in common, added up over the values.
    fn shared_pairs(&self, rows: &[&Row], field: &str) -> usize {
        let organisation: BTreeMap<&str, &str> = (self.accounts.iter())
            .map(|row| (row["account_id"].as_str(), row["org_id"].as_str()))
            .collect();
        let mut parties: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row[field].is_empty()) {
            let account = row["account_id"].as_str();
            let party = organisation.get(account).filter(|org| !org.is_empty());
            parties.entry(&row[field]).or_default().insert(party.copied().unwrap_or(account));
        }
        parties.values().map(|of| of.len() * (of.len() - 1) / 2).sum()
    }

    fn of_role(&self, finding: &Row, role: &str) -> Vec<&Row> {
        let rows = self.evidence.get(&(finding["finding"].clone(), role.to_owned()));
        rows.into_iter().flatten().map(|at| &self.events[*at]).collect()
    }

    /// Ties of a kind between accounts that the finding speaks of.
    fn ties(&self, finding: &Row, kind: &str) -> Vec<&Row> {
        let of = spoken_of(finding);
        let is_inside = |row: &&Row| {
            row["kind"] == kind && of.contains(&row["account_a"]) && of.contains(&row["account_b"])
        };
        self.links.iter().filter(is_inside).collect()
    }

    /// Into how many groups such ties put the accounts the finding speaks of.
    fn tied_groups(&self, finding: &Row, kind: &str) -> usize {
        let mut group: BTreeMap<String, usize> = spoken_of(finding).into_iter().zip(0..).collect();
        for tie in self.ties(finding, kind) {
            let [a, b] = [&tie["account_a"], &tie["account_b"]].map(|id| group[id]);
            group.values_mut().filter(|of| **of == b).for_each(|of| *of = a);
        }
        group.into_values().collect::<BTreeSet<_>>().len()
    }

    /// The moments that an attribute gives for the accounts, in order, µs since 1970.
    fn moments(&self, finding: &Row, attribute: &str) -> Vec<f64> {
        let of = spoken_of(finding);
        let rows = self.accounts.iter().filter(|row| of.contains(&row["account_id"]));
        let cells = rows.filter_map(|row| row.get(&format!("attr_{attribute}")));
        let moment = |cell: &String| Some(cell.parse::<jiff::Timestamp>().ok()?.as_microsecond());
        let mut moments: Vec<i64> = cells.filter_map(moment).collect();
        moments.sort_unstable();
        moments.into_iter().map(|at| at as f64).collect()
    }

    /// How many of the accounts have the value that most of them have.
    fn same_attribute(&self, finding: &Row, attribute: &str) -> usize {
        let of = spoken_of(finding);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in self.accounts.iter().filter(|row| of.contains(&row["account_id"])) {
            let value = row.get(&format!("attr_{attribute}")).map_or("", String::as_str);
            *counts.entry(value).or_default() += usize::from(!value.is_empty());
        }
        counts.into_values().max().unwrap_or(0)
    }
}

/// The one in the middle of rising values, or between the two.
fn middle(of: &[f64]) -> f64 {
    let at = of.len() / 2;
    if of.len().is_multiple_of(2) { (of[at - 1] + of[at]) / 2.0 } else { of[at] }
}

/// Whether an account is the one a finding is about, or a member of the cluster that it is about.
fn is_subject(package: &Package, finding: &Row, account: &str) -> bool {
    match &*finding["subject_kind"] {
        "account" => finding["subject"] == account,
        _ => {
            let is_member =
                |row: &Row| row["account_id"] == account && row["cluster"] == finding["subject"];
            package.accounts.iter().any(is_member)
        }
    }
}

fn spoken_of(finding: &Row) -> BTreeSet<String> {
    serde_json::from_str(&finding["accounts"]).unwrap()
}

/// µs since 1970.
fn time(row: &Row) -> f64 {
    let at: jiff::Timestamp = row["timestamp"].parse().unwrap();
    at.as_microsecond() as f64
}

/// How many records it is from one of an account to its next, the first following the last; of
/// these, sorted, the one that leaves so many percent beyond it on the nearer end.
fn wait(rows: &[&Row], percent: u64) -> usize {
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

fn package() -> Bench {
    let bench = Bench::new();
    let small = ["synth", "--scenario", "benchmark", "--events", "60000", "--accounts", "1500"];
    bench.run(&[&small[..], &["--out", "b"]].concat()).ok();
    let tables = ["--accounts", "b/accounts.csv", "--releases", "b/releases.csv"];
    let import = ["import", "b/exchanges.jsonl", "--case", "c.stillwatch"];
    bench.run(&[&import[..], &tables].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "csv"]).ok();
    // A filter that leaves nothing out.
    let all = ["--out", "all", "--select", "kind:exchange", "--only", "csv"];
    bench.run(&[&["export", "c.stillwatch"], &all[..]].concat()).ok();
    bench
}

#[test]
fn every_number_of_every_explanation_is_computed_again_from_the_tables_of_a_package() {
    let bench = package();
    let package = Package::read(&bench);
    assert!(!package.position.is_empty());
    let (mut again, mut only_in_the_case) = (0, BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    let mut detectors = BTreeSet::new();
    for finding in &package.findings {
        let mut sentence = finding["words"].clone();
        detectors.insert(&finding["detector"]);
        let numbers: Value = serde_json::from_str(&finding["numbers"]).unwrap();
        for number in numbers.as_array().unwrap() {
            let name = number["name"].as_str().unwrap();
            sentence = sentence.replace(&format!("{{{name}}}"), number["text"].as_str().unwrap());
            let written = number["value"].as_f64().unwrap();
            // The mean of draws of a count is said as a whole one.
            let is_rounded = number["unit"] == "count" && number["recipe"]["how"] == "draws";
            let computed = package.compute(finding, &number["recipe"]);
            match computed.map(|found| if is_rounded { found.round() } else { found }) {
                None => {
                    *only_in_the_case
                        .entry(format!("{} {name}", finding["detector"]))
                        .or_default() += 1;
                }
                Some(found) if (found - written).abs() <= 1e-9 * written.abs().max(1.0) => {
                    again += 1;
                }
                Some(found) => wrong.push(format!(
                    "finding {} of {}: {name} is {written}, and {found} from the tables ({})",
                    finding["finding"], finding["detector"], number["recipe"]
                )),
            }
        }
        assert_eq!(plain(&sentence), plain(&finding["sentence"]));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wrong.len() + again, wrong.join("\n"));
    assert!(detectors.len() >= 3 && again >= 30, "{again} numbers of {detectors:?}");
    let named: usize = only_in_the_case.values().sum();
    assert!(named < again, "most numbers can be computed again: {again}, not {only_in_the_case:?}");
    let known: BTreeSet<String> = (ONLY_IN_THE_CASE.iter())
        .flat_map(|(id, names)| names.split(' ').map(move |name| format!("{id} {name}")))
        .collect();
    let unknown: Vec<&String> =
        only_in_the_case.keys().filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "of these too the package is not enough: {unknown:?}");
}

/// A cell without what keeps a spreadsheet from running it.
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}
