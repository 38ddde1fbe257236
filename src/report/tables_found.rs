//! The CSV files of what detectors found. A number of a sentence is computed again from these and
//! `events.csv` by the recipe that stands beside it; see the README.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::json;

use super::csv::Table;
use super::found::{self, Found};
use super::gather::Gathered;
use super::tables::{Written, failed};
use super::{Recorded, ReportInput};
use crate::model::finding::{
    Analysis, Circle, Cluster, Family, Finding, Hypothesis, Level, Link, Measured, Membership,
    Number, Recipe, Subject, Take, p_value,
};

/// Columns of `clusters.csv`.
pub const CLUSTER_COLUMNS: &[&str] = &[
    "cluster",
    "level",
    "coordination",
    "harvesting",
    "accounts",
    "events",
    "first_seen",
    "last_seen",
    "families",
    "summary",
    "core",
    "fringe",
    "doubtful",
    "held_by",
    "depends_on",
    "p_value",
    "look_alikes",
    "without",
];

/// Columns of `findings.csv`. `accounts` and `numbers` are JSON; a number has the recipe that
/// computes it again.
pub const FINDING_COLUMNS: &[&str] = &[
    "finding",
    "subject_kind",
    "subject",
    "detector",
    "detector_version",
    "statistic",
    "effect",
    "null",
    "p_value",
    "level",
    "sentence",
    "look_alikes",
    "family",
    "threshold",
    "log10_p",
    "is_exact",
    "records",
    "words",
    "numbers",
    "accounts",
    "parameters",
    "null_low",
    "null_median",
    "null_high",
    "measure",
];

/// Columns of `links.csv`.
pub const LINK_COLUMNS: &[&str] = &["account_a", "account_b", "kind", "weight", "proof"];

/// Columns of `circles.csv`: ties that any two of many accounts have in common, a row an account.
pub const CIRCLE_COLUMNS: &[&str] = &["circle", "account_id", "kind", "weight", "proof"];

/// Columns of `measures.csv`: what detectors measured of accounts, a row each.
pub const MEASURE_COLUMNS: &[&str] = &["detector", "what", "account_id", "value"];

/// Columns of `templates.csv`: what prompts follow, `…` for each slot.
pub const TEMPLATE_COLUMNS: &[&str] = &["template", "text", "text_sha256"];

/// The columns of `accounts.csv` that are inferred: empty where detectors were not run.
pub(super) fn account_cells(
    table: &mut Table<impl Write>,
    account_id: &str,
    of: Option<(&Analysis, &Found)>,
) -> std::io::Result<()> {
    let known =
        of.and_then(|(analysis, found)| Some((analysis, found, found.position(account_id)?)));
    let Some((analysis, found, account)) = known else {
        return (0..7).try_for_each(|_| table.ours(""));
    };
    let about = found.conclusions.about(account);
    table.number(found.score(account, Hypothesis::Coordinated))?;
    table.number(found.score(account, Hypothesis::Harvesting))?;
    table.ours(about.map_or(Level::None, |about| about.level).as_str())?;
    table.number(about.and_then(|about| about.cluster))?;
    table.ours(about.and_then(|about| about.membership).map_or("", Membership::as_str))?;
    table.ours(about.map(|about| about.detectors.join("; ")).unwrap_or_default())?;
    table.text(&found.explanation(analysis, account))
}

/// Writes `clusters.csv`.
///
/// # Errors
/// The writer's.
pub fn clusters(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let io = failed("clusters.csv");
    let mut table = Table::new(out, CLUSTER_COLUMNS).map_err(&io)?;
    let Some((analysis, found)) = gathered.found_in(input) else {
        return table.finish().map_err(io);
    };
    for at in &found.clusters {
        let cluster = &analysis.clusters[*at];
        let mut row = || cluster_row(&mut table, input, gathered, analysis, cluster);
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

fn cluster_row(
    table: &mut Table<impl Write>,
    input: &dyn ReportInput,
    gathered: &Gathered,
    analysis: &Analysis,
    cluster: &Cluster,
) -> std::io::Result<()> {
    let facts = found::members(input, gathered, cluster);
    table.ours(cluster.id)?;
    table.ours(cluster.level.as_str())?;
    table.ours(cluster.coordination)?;
    table.ours(cluster.harvesting)?;
    table.ours(cluster.members.len())?;
    table.ours(facts.clone().map(|facts| facts.events).sum::<u64>())?;
    table.number(facts.clone().filter_map(|facts| facts.first_seen).min())?;
    table.number(facts.filter_map(|facts| facts.last_seen).max())?;
    table.text(&families(cluster))?;
    table.text(&found::summary(analysis, cluster))?;
    let counts: BTreeMap<Membership, u64> = cluster.memberships().into_iter().collect();
    for kind in Membership::ALL {
        table.ours(counts.get(kind).copied().unwrap_or(0))?;
    }
    table.text(&cluster.held_by)?;
    table.text(&cluster.sensitivity())?;
    table.number(cluster.log10_p.map(p_value))?;
    table.text(&found::look_alikes(&cluster.benign))?;
    table.text(&json!(cluster.without).to_string())?;
    table.end_row()
}

/// `content 0.98; timing 0.40`; families that nothing could look at are left out.
fn families(cluster: &Cluster) -> String {
    let score = |family: &Family| {
        cluster.family(*family).map(|score| format!("{} {score:.2}", family.as_str()))
    };
    Family::ALL.iter().filter_map(score).collect::<Vec<_>>().join("; ")
}

/// Writes `findings.csv`.
///
/// # Errors
/// The writer's.
pub fn findings(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let io = failed("findings.csv");
    let mut table = Table::new(out, FINDING_COLUMNS).map_err(&io)?;
    let Some((analysis, found)) = gathered.found_in(input) else {
        return table.finish().map_err(io);
    };
    let recorded = input.recorded();
    for (at, records) in found.findings.iter().zip(&found.records) {
        let mut row = || finding_row(&mut table, analysis, recorded, (*at, *records));
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

fn finding_row(
    table: &mut Table<impl Write>,
    analysis: &Analysis,
    recorded: &Recorded,
    (at, records): (usize, u64),
) -> std::io::Result<()> {
    let finding = &analysis.findings[at];
    let id = |account: u32| recorded.account_ids.get(account as usize).map_or("", String::as_str);
    let (level, benign) = found::subject(analysis, finding);
    table.ours(at + 1)?;
    match finding.subject {
        Subject::Cluster(cluster) => {
            table.ours("cluster")?;
            table.ours(cluster)?;
        }
        Subject::Account(account) => {
            table.ours("account")?;
            table.text(id(account))?;
        }
    }
    table.ours(&finding.detector)?;
    table.ours(finding.version)?;
    table.ours(finding.statistic)?;
    table.ours(finding.effect)?;
    table.text(&null(finding))?;
    table.number(finding.log10_p.map(p_value))?;
    table.ours(level.as_str())?;
    table.text(&finding.statement.text())?;
    table.text(&found::look_alikes(benign))?;
    table.ours(finding.family.as_str())?;
    table.text(&finding.threshold)?;
    table.number(finding.log10_p)?;
    table.ours(finding.is_exact)?;
    table.ours(records)?;
    table.text(&finding.statement.words)?;
    table.text(&numbers(&finding.statement.numbers, &recorded.measured))?;
    let accounts: Vec<&str> = finding.accounts.iter().map(|account| id(*account)).collect();
    table.text(&json!(accounts).to_string())?;
    let run = analysis.run.detectors.iter().find(|run| run.detector == finding.detector);
    table.text(run.map_or("", |run| &run.parameters))?;
    let band = finding.null.as_ref();
    table.number(band.map(|band| band.low))?;
    table.number(band.map(|band| band.median))?;
    table.number(band.map(|band| band.high))?;
    table.text(&finding.measure())?;
    table.end_row()
}

/// Numbers as JSON: value, as written, unit, and how it is computed again.
fn numbers(numbers: &[Number], measured: &[Measured]) -> String {
    let one = |n: &Number| {
        let recipe = match is_there(&n.recipe, measured) {
            true => n.recipe.clone(),
            false => Recipe::Case { what: NOT_KEPT.into() },
        };
        json!({
            "name": n.name, "value": n.value, "text": n.text(), "unit": n.unit, "recipe": recipe,
        })
    };
    json!(numbers.iter().map(one).collect::<Vec<_>>()).to_string()
}

/// What stands for the recipe of a number of a run of an earlier version.
const NOT_KEPT: &str = "what was drawn or measured, which the version that ran the detectors did not \
                        keep: run them again";

/// Whether the package has what a recipe asks for.
fn is_there(recipe: &Recipe, measured: &[Measured]) -> bool {
    match recipe {
        // None may be as low.
        Recipe::Draws { take, of } => !of.is_empty() || *take == Take::UpToStatistic,
        Recipe::OthersMeasured { what } => measured.iter().any(|one| one.what == *what),
        _ => true,
    }
}

/// What chance would give, in words; empty where nothing says.
fn null(finding: &Finding) -> String {
    finding.null.as_ref().map_or(String::new(), |band| {
        format!(
            "{:.4} to {:.4}, in the middle {:.4} ({}, {})",
            band.low, band.high, band.median, band.made_from, band.n
        )
    })
}

/// Writes `links.csv`: ties of accounts in the selection.
///
/// # Errors
/// The writer's.
pub fn links(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let io = failed("links.csv");
    let mut table = Table::new(out, LINK_COLUMNS).map_err(&io)?;
    let names = Names::of(input, gathered);
    for Link { a, b, layer, weight, proof } in &input.recorded().links {
        let (Some(a), Some(b)) = (names.id(*a), names.id(*b)) else { continue };
        let mut row = || {
            table.text(a)?;
            table.text(b)?;
            table.ours(layer.as_str())?;
            table.ours(weight)?;
            table.text(proof)?;
            table.end_row()
        };
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

/// Writes `circles.csv`, likewise.
///
/// # Errors
/// The writer's.
pub fn circles(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let io = failed("circles.csv");
    let mut table = Table::new(out, CIRCLE_COLUMNS).map_err(&io)?;
    let names = Names::of(input, gathered);
    for (number, Circle { accounts, layer, weight, proof }) in (1..).zip(&input.recorded().circles)
    {
        for account in accounts.iter().filter_map(|account| names.id(*account)) {
            let mut row = || {
                table.ours(number)?;
                table.text(account)?;
                table.ours(layer.as_str())?;
                table.ours(weight)?;
                table.text(proof)?;
                table.end_row()
            };
            row().map_err(&io)?;
        }
    }
    table.finish().map_err(io)
}

/// Writes `templates.csv`: those with these numbers.
///
/// # Errors
/// The writer's.
pub fn templates(out: impl Write, input: &dyn ReportInput, numbers: &BTreeSet<u32>) -> Written {
    let io = failed("templates.csv");
    let mut table = Table::new(out, TEMPLATE_COLUMNS).map_err(&io)?;
    for number in numbers {
        let Some((text, sha256)) = input.template(*number) else { continue };
        let mut row = || {
            table.ours(number)?;
            table.text(&text)?;
            table.ours(&sha256)?;
            table.end_row()
        };
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

/// Writes `measures.csv`: of the accounts in the selection.
///
/// # Errors
/// The writer's.
pub fn measures(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let io = failed("measures.csv");
    let mut table = Table::new(out, MEASURE_COLUMNS).map_err(&io)?;
    let recorded = input.recorded();
    let exported: BTreeSet<&str> = gathered.accounts.iter().map(|a| &*a.account_id).collect();
    let ids: Vec<Option<&str>> =
        recorded.account_ids.iter().map(|id| exported.get(&**id).copied()).collect();
    for Measured { detector, what, of } in &recorded.measured {
        for (account, value) in of {
            let Some(id) = ids.get(*account as usize).copied().flatten() else { continue };
            let mut row = || {
                table.ours(detector)?;
                table.ours(what)?;
                table.text(id)?;
                table.ours(value)?;
                table.end_row()
            };
            row().map_err(&io)?;
        }
    }
    table.finish().map_err(io)
}

/// Ids of the accounts of clusters that are exported.
struct Names<'a> {
    ids: &'a [String],
    exported: Vec<u32>,
}

impl<'a> Names<'a> {
    fn of(input: &'a dyn ReportInput, gathered: &Gathered) -> Self {
        let found = gathered.found_in(input);
        let members = found.into_iter().flat_map(|(analysis, found)| {
            let clusters = found.clusters.iter().map(|at| &analysis.clusters[*at]);
            clusters.flat_map(|cluster| cluster.members.iter().map(|member| member.account))
        });
        let mut exported: Vec<u32> = members.collect();
        exported.sort_unstable();
        Self { ids: &input.recorded().account_ids, exported }
    }

    fn id(&self, account: u32) -> Option<&'a str> {
        self.exported.binary_search(&account).ok()?;
        self.ids.get(account as usize).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Take, Unit};

    #[test]
    fn what_an_earlier_version_did_not_keep_is_said_and_not_promised() {
        let of = |recipe| Number { name: "n".into(), value: 0.1, unit: Unit::ShareAtMost, recipe };
        let others = of(Recipe::OthersMeasured { what: "asks so".into() });
        let drawn = |of| Recipe::Draws { take: Take::Mean, of };
        let (kept, lost) = (of(drawn(vec![0.1, 0.1])), of(drawn(Vec::new())));
        let measured = Measured { detector: "D23".into(), what: "asks so".into(), of: Vec::new() };
        let with = |numbers: &[Number], measured: &[Measured]| super::numbers(numbers, measured);
        for (number, measured) in [(&others, &[][..]), (&lost, &[measured.clone()][..])] {
            let text = with(std::slice::from_ref(number), measured);
            assert!(text.contains("\"how\":\"case\"") && text.contains("run them again"), "{text}");
        }
        let text = with(&[others, kept], &[measured]);
        assert!(!text.contains("case") && text.contains("others_measured"), "{text}");
    }
}
