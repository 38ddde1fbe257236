//! `stillwatch findings`: what the detectors found, ranked, with the reasons.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::case_file;
use super::exit::Outcome;
use super::out::{count, grouped, note, print, print_json, visible};
use super::progress::Reporter;
use crate::case::{analysis_due, expected_false};
use crate::detect::benign as look_alikes;
use crate::model::finding::{
    AccountScore, Analysis, Benign, Cluster, DetectorState, Family, Finding, Level, Member, Number,
    Subject, Tested,
};
use crate::model::{Annotations, Verdict, VerdictRecord};

/// Accounts of a cluster that a person is shown.
const SHOWN: usize = 12;

/// `findings`.
#[derive(Debug, Args)]
pub struct FindingsArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Only what reaches this level: indicative, probable or strong
    #[arg(long, value_name = "LEVEL", default_value = "none", hide_default_value = true)]
    #[arg(value_parser = level)]
    pub level: Level,
    /// Print them as JSON, with every account, number and parameter
    #[arg(long)]
    pub json: bool,
}

fn level(word: &str) -> Result<Level, String> {
    Level::parse(&word.to_lowercase()).ok_or_else(|| "say indicative, probable or strong".into())
}

/// Prints the findings.
///
/// # Errors
/// When the case cannot be read, or detectors were never run on it.
pub fn run(args: &FindingsArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let file = case_file::open(&args.case)?;
    let again = "`stillwatch analyze` makes them again";
    let Some(analysis) = file.analysis().context(again)? else {
        anyhow::bail!("the detectors have not been run on this case; `stillwatch analyze` does");
    };
    let due = analysis_due(Some(&analysis.run), &file.inputs()?);
    let (ids, said) = (file.account_ids()?, file.annotations()?);
    reporter.pause();
    if let Some(due) = &due {
        note(&format!("{}; `stillwatch analyze` runs the detectors again", due.sentence()));
    }
    let listed = Listed { analysis: &analysis, ids: &ids, said: &said, level: args.level };
    if args.json {
        let mut all = summary_json(&analysis);
        all["due"] = json!(due.map(|due| due.sentence()));
        all["clusters"] = listed.clusters().map(|c| listed.cluster_json(c)).collect();
        all["accounts"] = listed.accounts().map(|a| listed.account_json(a)).collect();
        print_json(&all)?;
    } else {
        print(|out| listed.as_text(out))?;
    }
    Ok(Outcome::Done)
}

/// A run in numbers, the same for the same case and seed.
pub(super) fn summary_json(analysis: &Analysis) -> Value {
    let run = &analysis.run;
    let levels = |all: Vec<(Level, u64)>| -> Value {
        Value::Object(all.into_iter().map(|(l, n)| (l.as_str().to_owned(), json!(n))).collect())
    };
    let detectors = run.detectors.iter().map(|run| {
        let (state, why) = match &run.state {
            DetectorState::Ran => ("ran", None),
            DetectorState::NotRun { why } => ("not_run", Some(why)),
            DetectorState::LeftOut => ("left_out", None),
        };
        let parameters: Value = serde_json::from_str(&run.parameters).unwrap_or_default();
        json!({
            "id": run.detector, "version": run.version, "state": state, "why": why,
            "findings": run.findings, "parameters": parameters,
        })
    });
    json!({
        "seed": run.seed,
        "up_to": run.up_to,
        "events": run.events,
        "accounts_looked_at": run.accounts,
        "findings": analysis.findings.len(),
        "clusters_by_level": levels(analysis.clusters_by_level()),
        "accounts_by_level": levels(analysis.accounts_by_level()),
        "expected_false_clusters": expected_false(analysis),
        "left_out": run.inputs.left_out,
        "detectors": detectors.collect::<Vec<_>>(),
    })
}

/// `2 strong, 1 probable, 14 indicative`; `none` where there are none.
pub(super) fn levels(counts: &[(Level, u64)]) -> String {
    let some = counts.iter().rev().filter(|(_, n)| *n > 0);
    let word = |level: &Level| match level {
        Level::None => "below indicative",
        level => level.as_str(),
    };
    let all: Vec<String> = some.map(|(l, n)| format!("{} {}", grouped(*n), word(l))).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

/// What is listed of a run.
struct Listed<'a> {
    analysis: &'a Analysis,
    ids: &'a [String],
    said: &'a Annotations,
    level: Level,
}

impl<'a> Listed<'a> {
    fn clusters(&self) -> impl Iterator<Item = &'a Cluster> {
        let level = self.level;
        self.analysis.clusters.iter().filter(move |cluster| cluster.level >= level)
    }

    /// Accounts about which something is found by themselves, members of clusters among them, the one
    /// that deserves a look most first.
    fn accounts(&self) -> impl Iterator<Item = &'a AccountScore> {
        let subject = |finding: &Finding| match finding.subject {
            Subject::Account(account) => Some(account),
            Subject::Cluster(_) => None,
        };
        let own: BTreeSet<u32> = self.analysis.findings.iter().filter_map(subject).collect();
        let is_listed = |score: &&AccountScore| {
            let is_own = score.cluster.is_none() || own.contains(&score.account);
            is_own && score.level >= self.level
        };
        let mut all: Vec<&AccountScore> = self.analysis.accounts.iter().filter(is_listed).collect();
        let sure = |score: &AccountScore| score.coordination.max(score.harvesting);
        all.sort_by(|a, b| b.level.cmp(&a.level).then(sure(b).total_cmp(&sure(a))));
        all.into_iter()
    }

    fn about(&self, subject: Subject) -> impl Iterator<Item = (usize, &'a Finding)> {
        let of = move |(_, finding): &(usize, &Finding)| finding.subject == subject;
        (1..).zip(&self.analysis.findings).filter(of)
    }

    fn id(&self, account: u32) -> &'a str {
        self.ids.get(account as usize).map_or("", String::as_str)
    }

    fn as_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let analysis = self.analysis;
        writeln!(out, "clusters: {}", levels(&analysis.clusters_by_level()))?;
        writeln!(out, "accounts: {}", levels(&analysis.accounts_by_level()))?;
        let expected = expected_false(analysis);
        if expected > 0.0 {
            let line =
                "clusters at probable or above that chance is expected to have made, at most";
            writeln!(out, "{line}: {expected:.2}")?;
        }
        let of = |test: fn(&DetectorState) -> bool| {
            analysis.run.detectors.iter().filter(|run| test(&run.state)).count()
        };
        let left_out = of(|state| matches!(state, DetectorState::LeftOut));
        if left_out > 0 {
            let detectors = count(left_out as u64, "detector", "detectors");
            writeln!(out, "{detectors} not asked for: nothing is known of what they look for")?;
        }
        let blind = of(|state| matches!(state, DetectorState::NotRun { .. }));
        if blind > 0 {
            let detectors = count(blind as u64, "detector", "detectors");
            writeln!(out, "{detectors} could not look, which is not that there is nothing")?;
        }
        for left_out in &analysis.run.inputs.left_out {
            writeln!(out, "{}", visible(left_out))?;
        }
        for cluster in self.clusters() {
            self.cluster_text(cluster, out)?;
        }
        for score in self.accounts() {
            let id = visible(self.id(score.account));
            let member = score.cluster.map(|id| format!(" of cluster {id}")).unwrap_or_default();
            let scores = scores(score.level, score.coordination, score.harvesting);
            writeln!(out, "\naccount {id}{member}  {scores}")?;
            self.reasons(Subject::Account(score.account), &score.benign, out)?;
        }
        Ok(())
    }

    fn cluster_text(&self, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        let Cluster { id, level, coordination, harvesting, .. } = cluster;
        writeln!(out, "\ncluster {id}  {}", scores(*level, *coordination, *harvesting))?;
        let kinds: Vec<String> = cluster
            .memberships()
            .iter()
            .map(|(kind, n)| format!("{} {}", grouped(*n), kind.as_str()))
            .collect();
        let accounts = count(cluster.members.len() as u64, "account", "accounts");
        writeln!(out, "  {accounts} ({})", kinds.join(", "))?;
        let members = cluster.members.iter().take(SHOWN).map(|m| visible(self.id(m.account)));
        let more = match cluster.members.len().saturating_sub(SHOWN) {
            0 => String::new(),
            n => format!(" and {} more", grouped(n as u64)),
        };
        writeln!(out, "  {}{more}", members.collect::<Vec<_>>().join(", "))?;
        let family = |family: &Family| match cluster.family(*family) {
            Some(score) => format!("{} {score:.2}", family.as_str()),
            None => format!("{} not looked at", family.as_str()),
        };
        let families: Vec<String> = Family::ALL.iter().map(family).collect();
        writeln!(out, "  evidence: {}", families.join(", "))?;
        if !cluster.held_by.is_empty() {
            writeln!(out, "  held together by: {}", visible(&cluster.held_by))?;
        }
        writeln!(out, "  {}", cluster.sensitivity())?;
        if let Some(words) = cluster.without_core() {
            writeln!(out, "  {words}")?;
        }
        for (verdict, n, newest) in self.verdicts(cluster) {
            let accounts = count(n, "account", "accounts");
            let (by, at) = (visible(&newest.actor), newest.at);
            let words = visible(&newest.words());
            writeln!(out, "  verdict {verdict} on {accounts}, the last by {by} at {at}: {words}")?;
        }
        self.reasons(Subject::Cluster(*id), &cluster.benign, out)
    }

    /// The verdicts on accounts of a cluster: on how many, and the newest.
    fn verdicts(&self, cluster: &Cluster) -> Vec<(&'static str, u64, &'a VerdictRecord)> {
        let said = |member: &Member| self.said.get(self.id(member.account))?.verdict.as_ref();
        let given = |verdict: Verdict| {
            let all = cluster.members.iter().filter_map(said);
            let all = all.filter(|record| record.verdict == verdict);
            let newest = all.clone().max_by_key(|record| record.at)?;
            Some((verdict.as_str(), all.count() as u64, newest))
        };
        Verdict::ALL.into_iter().filter_map(given).collect()
    }

    fn reasons(&self, subject: Subject, benign: &[Benign], out: &mut dyn Write) -> io::Result<()> {
        for (_, finding) in self.about(subject) {
            let exact = if finding.is_exact { " (exact)" } else { "" };
            let text = visible(&finding.statement.text());
            writeln!(out, "  {}{exact} {text}", finding.detector)?;
        }
        let of = |tested: Tested| benign.iter().filter(move |b| b.tested == tested);
        for benign in benign.iter().filter(|b| b.takes_level()) {
            let (title, facts) = (look_alike(benign), visible(&benign.facts.text()));
            writeln!(out, "  may be innocent: {} {title}: {facts}", benign.id)?;
        }
        for tested in [Tested::Excluded, Tested::NotTestable] {
            let rest = of(tested).filter(|b| !b.takes_level());
            let named: Vec<String> = rest.map(|b| format!("{} {}", b.id, look_alike(b))).collect();
            if !named.is_empty() {
                let named = named.join("; ");
                writeln!(out, "  innocent explanations {}: {named}", tested.words())?;
            }
        }
        Ok(())
    }

    fn cluster_json(&self, cluster: &Cluster) -> Value {
        let families =
            Family::ALL.iter().map(|f| (f.as_str().to_owned(), json!(cluster.family(*f))));
        let members = cluster.members.iter().map(|member| {
            json!({
                "account": self.id(member.account), "stability": member.stability,
                "membership": member.membership.as_str(),
            })
        });
        json!({
            "cluster": cluster.id,
            "level": cluster.level.as_str(),
            "coordination": cluster.coordination,
            "harvesting": cluster.harvesting,
            "log10_p": cluster.log10_p,
            "families": Value::Object(families.collect()),
            "held_by": cluster.held_by,
            "members": members.collect::<Vec<_>>(),
            "without": cluster.without,
            "depends_on": cluster.sensitivity(),
            "verdicts": self.verdicts(cluster).into_iter().map(|(verdict, n, newest)| {
                json!({
                    "verdict": verdict, "accounts": n, "actor": newest.actor,
                    "at": newest.at.to_string(), "reason": newest.reason,
                })
            }).collect::<Vec<_>>(),
            "findings": self.findings_json(Subject::Cluster(cluster.id)),
            "benign": cluster.benign.iter().map(benign_json).collect::<Vec<_>>(),
        })
    }

    fn account_json(&self, score: &AccountScore) -> Value {
        json!({
            "account": self.id(score.account),
            "cluster": score.cluster,
            "level": score.level.as_str(),
            "coordination": score.coordination,
            "harvesting": score.harvesting,
            "findings": self.findings_json(Subject::Account(score.account)),
            "benign": score.benign.iter().map(benign_json).collect::<Vec<_>>(),
        })
    }

    fn findings_json(&self, subject: Subject) -> Vec<Value> {
        let one = |(number, finding): (usize, &Finding)| {
            let accounts = finding.accounts.iter().map(|a| self.id(*a));
            let cited = self.analysis.cited.get(number - 1).into_iter().flatten();
            let band = finding.null.as_ref().map(|band| {
                json!({
                    "made_from": band.made_from, "low": band.low, "median": band.median,
                    "high": band.high, "n": band.n,
                })
            });
            json!({
                "finding": number,
                "detector": finding.detector,
                "version": finding.version,
                "family": finding.family.as_str(),
                "sentence": finding.statement.text(),
                "numbers": finding.statement.numbers.iter().map(number_json).collect::<Vec<_>>(),
                "statistic": finding.statistic,
                "threshold": finding.threshold,
                "measure": finding.measure(),
                "effect": finding.effect,
                "null": band,
                "log10_p": finding.log10_p,
                "is_exact": finding.is_exact,
                "accounts": accounts.collect::<Vec<_>>(),
                "records": cited.map(|cited| json!({
                    "role": cited.role, "records": cited.events,
                })).collect::<Vec<_>>(),
            })
        };
        self.about(subject).map(one).collect()
    }
}

fn scores(level: Level, coordination: f64, harvesting: f64) -> String {
    let level = if level == Level::None { "below indicative" } else { level.as_str() };
    format!("{level}  coordination {coordination:.2}  harvesting {harvesting:.2}")
}

fn number_json(number: &Number) -> Value {
    json!({ "name": number.name, "value": number.value, "unit": number.unit, "recipe": number.recipe })
}

/// What an innocent explanation would be.
fn look_alike(benign: &Benign) -> &'static str {
    look_alikes::ALL.iter().find(|look| look.id == benign.id).map_or("", |look| look.title)
}

fn benign_json(benign: &Benign) -> Value {
    let (text, numbers) = (benign.facts.text(), &benign.facts.numbers);
    json!({
        "id": benign.id, "title": look_alike(benign), "tested": benign.tested.as_str(), "facts": text,
        "numbers": numbers.iter().map(number_json).collect::<Vec<_>>(),
    })
}
