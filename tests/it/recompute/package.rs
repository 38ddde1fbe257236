//! The files of a package, and what each recipe gives from them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::formulas::{
    by_item, common_words, in_halves, middle, number_of, numbers, span, spoken_of, time, wait,
};
use crate::support::Bench;

/// A row of a table, by column.
pub type Row = BTreeMap<String, String>;

/// The tables of a package.
pub struct Package {
    accounts: Vec<Row>,
    /// In the order of the file, which is that of time.
    events: Vec<Row>,
    /// Those that no finding cites, too, from a package of every exchange.
    all_events: Vec<Row>,
    /// Position in `events` by id.
    pub position: BTreeMap<String, usize>,
    /// Finding and role: positions of the records, in the order of time.
    evidence: BTreeMap<(String, String), Vec<usize>>,
    links: Vec<Row>,
    pub findings: Vec<Row>,
    /// Detector and what it measured: account and value, of which one may have several.
    measures: BTreeMap<(String, String), Vec<(String, f64)>>,
    /// Their texts, by number.
    templates: BTreeMap<u32, String>,
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
    pub fn read(bench: &Bench) -> Self {
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
        let templates = table(bench, "p/templates.csv").into_iter();
        let templates =
            templates.map(|row| (row["template"].parse().unwrap(), row["text"].clone())).collect();
        let mut measures: BTreeMap<(String, String), Vec<(String, f64)>> = BTreeMap::new();
        for row in table(bench, "p/measures.csv") {
            let of = measures.entry((row["detector"].clone(), row["what"].clone())).or_default();
            of.push((row["account_id"].clone(), row["value"].parse().unwrap()));
        }
        Self {
            accounts,
            events,
            all_events,
            position,
            evidence,
            links,
            findings,
            measures,
            templates,
        }
    }

    /// What a recipe gives for a finding; `None` where it says that the package is not enough.
    pub fn compute(&self, finding: &Row, recipe: &Value) -> Option<f64> {
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
            "parties" => self.parties(&of("role")).len() as f64,
            "all_accounts" => self.with_a_value_of(&of("role"), text("field")).len() as f64,
            "members_measured" => {
                let of = self.measures_of(finding, text("what")).iter();
                of.filter(|(account, _)| is_subject(self, finding, account)).count() as f64
            }
            "weighed" => {
                let measured = self.measured(finding, text("what"));
                of("role").iter().map(|row| measured[&row["account_id"]]).sum()
            }
            "others_ratio" => {
                let sum = |what| -> f64 {
                    let of = self.measures_of(finding, text(what)).iter();
                    of.filter(|(account, _)| !is_subject(self, finding, account))
                        .map(|(_, value)| value)
                        .sum()
                };
                sum("of") / sum("by")
            }
            "when_others" => self.when_others(finding, recipe),
            "items" => {
                let mut items = self.items(finding, text("what"));
                items.sort();
                by_item(&items, text("take"))
            }
            "halves" => {
                let roles = recipe["roles"].as_array().unwrap();
                let half = |at: usize| {
                    let rows = self.of_role(finding, roles[at].as_str().unwrap());
                    self.asked(&rows, text("field"))
                };
                in_halves([half(0), half(1)], text("take"))
            }
            "runs" => {
                let pairs = self.measured(finding, text("pair"));
                let mut by_pair: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
                for row in of("role") {
                    let account = row["account_id"].as_str();
                    by_pair.entry(pairs[account] as u64).or_default().push(account);
                }
                let runs = |of: Vec<&str>| 1 + of.windows(2).filter(|two| two[0] != two[1]).count();
                by_pair.into_values().map(runs).sum::<usize>() as f64
            }
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
                let outside = self.outside(finding);
                self.with_a_value_of(&of("role"), text("field")).intersection(&outside).count()
                    as f64
            }
            "others_with_templates" => {
                let with = self.with_templates(&numbers(&recipe["templates"]));
                with.intersection(&self.outside(finding)).count() as f64
            }
            "others_with_prompt" => {
                let with = self.with_prompt(&of("role"));
                with.intersection(&self.outside(finding)).count() as f64
            }
            "common_words" => {
                let of = numbers(&recipe["templates"]).into_iter().map(|id| &*self.templates[&id]);
                common_words(&of.collect::<Vec<&str>>()) as f64
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
                let plus = recipe["plus"].as_f64().unwrap();
                (number_of(finding, text("of")) + plus) / (number_of(finding, text("by")) + plus)
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
                    "sum" => of.iter().sum(),
                    "up_to_statistic" => {
                        let statistic: f64 = finding["statistic"].parse().unwrap();
                        of.iter().filter(|value| **value <= statistic + 1e-12).count() as f64
                    }
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

    /// What a detector measured: account and value.
    fn measures_of(&self, finding: &Row, what: &str) -> &[(String, f64)] {
        &self.measures[&(finding["detector"].clone(), what.to_owned())]
    }

    /// The value of each account, where one has no more.
    fn measured(&self, finding: &Row, what: &str) -> BTreeMap<String, f64> {
        self.measures_of(finding, what).iter().cloned().collect()
    }

    /// The party of an account: its organisation, or itself where none is known.
    fn party<'a>(&'a self, account: &'a str) -> &'a str {
        let row = self.accounts.iter().find(|row| row["account_id"] == account);
        row.map(|row| row["org_id"].as_str()).filter(|org| !org.is_empty()).unwrap_or(account)
    }

    fn parties(&self, rows: &[&Row]) -> BTreeSet<String> {
        let accounts: BTreeSet<&str> = rows.iter().map(|row| row["account_id"].as_str()).collect();
        accounts.into_iter().map(|account| self.party(account).to_owned()).collect()
    }

    /// Accounts of the case that have a value of these rows.
    fn with_a_value_of(&self, rows: &[&Row], field: &str) -> BTreeSet<&str> {
        let values: BTreeSet<&str> = rows.iter().map(|row| row[field].as_str()).collect();
        let has = |row: &&Row| !row[field].is_empty() && values.contains(&*row[field]);
        self.all_events.iter().filter(has).map(|row| row["account_id"].as_str()).collect()
    }

    /// Accounts of the case that send the system prompt of these rows with their program.
    fn with_prompt(&self, rows: &[&Row]) -> BTreeSet<&str> {
        let both = |row: &Row| {
            let program = row["user_agent"].split(['/', ' ']).next().unwrap_or("").to_owned();
            (row["system_hash"].clone(), program)
        };
        let of: BTreeSet<(String, String)> = rows.iter().map(|row| both(row)).collect();
        let has = |row: &&Row| of.contains(&both(row));
        self.all_events.iter().filter(has).map(|row| row["account_id"].as_str()).collect()
    }

    /// Accounts of the case with a prompt of one of these templates.
    fn with_templates(&self, of: &[u32]) -> BTreeSet<&str> {
        let has = |row: &&Row| row["template"].parse().is_ok_and(|id: u32| of.contains(&id));
        self.all_events.iter().filter(has).map(|row| row["account_id"].as_str()).collect()
    }

    /// Items that accounts of the finding asked for, by number, each party once.
    fn items(&self, finding: &Row, what: &str) -> Vec<(u64, String)> {
        let of = spoken_of(finding);
        let asked =
            self.measures_of(finding, what).iter().filter(|(account, _)| of.contains(account));
        let pairs = asked.map(|(account, item)| (*item as u64, self.party(account).to_owned()));
        pairs.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Values of a field in some rows with the parties that have them.
    fn asked(&self, rows: &[&Row], field: &str) -> BTreeSet<(String, String)> {
        let organisation: BTreeMap<&str, &str> = (self.accounts.iter())
            .map(|row| (row["account_id"].as_str(), row["org_id"].as_str()))
            .collect();
        let party = |account: &str| {
            let known = organisation.get(account).filter(|org| !org.is_empty());
            known.map_or(account.to_owned(), |org| (*org).to_owned())
        };
        rows.iter().map(|row| (row[field].clone(), party(&row["account_id"]))).collect()
    }

    /// How many of the own times would be in a window if they were like those of others.
    fn when_others(&self, finding: &Row, recipe: &Value) -> f64 {
        let what = recipe["what"].as_str().unwrap();
        let (own, others): (Vec<_>, Vec<_>) =
            self.measures_of(finding, what).iter().partition(|of| is_subject(self, finding, &of.0));
        let own: Vec<f64> = match recipe["role"].as_str() {
            Some(role) => self.of_role(finding, role).into_iter().map(time).collect(),
            None => own.into_iter().map(|of| of.1).collect(),
        };
        let others: Vec<f64> = others.into_iter().map(|of| of.1).collect();
        let from = number_of(finding, recipe["from"].as_str().unwrap());
        let width = recipe["width_us"].as_f64().unwrap();
        let inside = others.iter().filter(|at| (from..from + width).contains(at)).count() as f64;
        let windows = (span(&others).max(span(&own)) / width).max(1.0);
        let n = others.len() as f64;
        own.len() as f64 * ((inside + 1.0) / (n + windows)).max(inside / n).min(1.0)
    }

    /// What was measured of the accounts that the one a finding is about is compared with.
    fn peers(&self, finding: &Row, recipe: &Value) -> Vec<f64> {
        const LEAST: usize = 50;
        let left_out = recipe["but"].as_str().map(|but| self.measured(finding, but));
        let is_left_out =
            |account: &str| left_out.as_ref().is_some_and(|of| of.contains_key(account));
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
