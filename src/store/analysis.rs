//! What detectors found, as the case keeps it: written as a whole, in place of an earlier run.
//!
//! It is derived from the records and can be found again. The journal entry of a run carries a
//! hash over all of it, which [`CaseFile::verify`] computes again.

use std::collections::BTreeMap;

use rusqlite::params;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::job::Progress;
use crate::model::finding::{
    AccountScore, Benign, Circle, Cluster, DetectorRun, DetectorState, Finding, Inputs, Link,
    Measured, RunInfo, Subject,
};

use super::edit::Tx;
use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::hex;
use super::journal::{self, IMPORT, JournalEntry};
use super::seal;

/// The action of the entry that holds what was found.
const FOUND: &str = "analyze";

/// Everything a run gives, with the records that findings cite.
#[derive(Clone, Copy, Debug)]
pub struct NewAnalysis<'a> {
    /// How it was run; when is the time of the entry.
    pub run: &'a RunInfo,
    /// The clusters, by number.
    pub clusters: &'a [Cluster],
    /// Accounts with a score.
    pub accounts: &'a [AccountScore],
    /// With their evidence.
    pub findings: &'a [Finding],
    /// Ties between two accounts each.
    pub links: &'a [Link],
    /// Ties among many.
    pub circles: &'a [Circle],
    /// What detectors measured of all accounts.
    pub measured: &'a [Measured],
}

impl Tx<'_> {
    /// Writes what detectors found in place of what they found before, and the journal entry that
    /// says so.
    ///
    /// # Errors
    /// SQLite's; [`StoreError::Cancelled`].
    pub fn replace_analysis(
        &self,
        new: NewAnalysis<'_>,
        actor: &str,
        progress: &Progress,
    ) -> Result<JournalEntry> {
        progress.set_phase("writing findings", new.findings.len() as u64);
        for table in seal::ANALYSIS {
            self.conn.execute(&format!("DELETE FROM {table}"), [])?;
        }
        self.add_run(new.run)?;
        let mut benign = self.add_clusters(new.clusters)?;
        benign.extend(self.add_scores(new.accounts)?);
        self.add_benign(&benign)?;
        for (id, finding) in (1_i64..).zip(new.findings) {
            progress.check()?;
            self.add_finding(id, finding)?;
            progress.advance(1);
        }
        self.add_ties(new.links, new.circles, progress)?;
        self.add_measured(new.measured)?;
        let target = format!("events up to {}", new.run.up_to);
        let detail = detail(&new, seal::analysis(self.conn)?).to_string();
        journal::append(self.conn, new.run.at, actor, FOUND, &target, &detail)
    }

    fn add_run(&self, run: &RunInfo) -> Result<()> {
        let RunInfo { at, seed, up_to, events, accounts, inputs, detectors } = run;
        // SQLite has signed numbers only; the same bits are the same seed.
        let seed = seed.cast_signed();
        self.conn.execute(
            "INSERT INTO analysis_run VALUES (1,?,?,?,?,?,?)",
            params![at.0, seed, up_to, events, accounts, to_json(inputs)?],
        )?;
        let mut insert = self.conn.prepare("INSERT INTO detector_run VALUES (?,?,?,?,?,?)")?;
        for run in detectors {
            let DetectorRun { detector, version, parameters, state, findings } = run;
            let (state, why) = match state {
                DetectorState::Ran => ("ran", None),
                DetectorState::NotRun { why } => ("not_run", Some(why)),
                DetectorState::LeftOut => ("left_out", None),
            };
            insert.execute(params![detector, version, state, why, parameters, findings])?;
        }
        Ok(())
    }

    /// Returns the innocent explanations, by cluster.
    fn add_clusters<'a>(&self, clusters: &'a [Cluster]) -> Result<Vec<Explained<'a>>> {
        let mut insert = self.conn.prepare("INSERT INTO cluster VALUES (?,?,?,?,?,?,?,?)")?;
        let mut add_member = self.conn.prepare("INSERT INTO cluster_member VALUES (?,?,?,?)")?;
        let mut explained = Vec::new();
        for cluster in clusters {
            insert.execute(params![
                cluster.id,
                cluster.level.as_str(),
                cluster.coordination,
                cluster.harvesting,
                to_json(&cluster.families)?,
                cluster.held_by,
                cluster.log10_p,
                to_json(&cluster.without)?
            ])?;
            for member in &cluster.members {
                let membership = member.membership.as_str();
                let account = number(member.account);
                add_member.execute(params![cluster.id, account, member.stability, membership])?;
            }
            explained.push((Some(cluster.id), None, &cluster.benign[..]));
        }
        Ok(explained)
    }

    fn add_scores<'a>(&self, accounts: &'a [AccountScore]) -> Result<Vec<Explained<'a>>> {
        let mut insert = self.conn.prepare("INSERT INTO account_score VALUES (?,?,?,?,?)")?;
        let mut explained = Vec::new();
        for score in accounts {
            let (account, level) = (number(score.account), score.level.as_str());
            let AccountScore { coordination, harvesting, cluster, benign, .. } = score;
            insert.execute(params![account, level, coordination, harvesting, cluster])?;
            explained.push((None, Some(account), &benign[..]));
        }
        Ok(explained)
    }

    fn add_benign(&self, explained: &[Explained<'_>]) -> Result<()> {
        let mut insert = self.conn.prepare("INSERT INTO benign VALUES (NULL,?,?,?,?,?,?,?)")?;
        for (cluster, account, benign) in explained {
            for Benign { id, tested, facts } in *benign {
                let (text, numbers) = (facts.text(), to_json(&facts.numbers)?);
                let tested = tested.as_str();
                insert.execute(params![
                    cluster,
                    account,
                    id,
                    tested,
                    text,
                    facts.words,
                    numbers
                ])?;
            }
        }
        Ok(())
    }

    fn add_finding(&self, id: i64, finding: &Finding) -> Result<()> {
        let (cluster, account) = match finding.subject {
            Subject::Cluster(cluster) => (Some(cluster), None),
            Subject::Account(account) => (None, Some(number(account))),
        };
        let null = finding.null.as_ref();
        let accounts = finding.accounts.iter().map(|a| number(*a)).collect();
        if !finding.statistic.is_finite() || !finding.effect.is_finite() {
            let of = format!("{} about {:?}", finding.detector, finding.subject);
            return Err(StoreError::Damaged(format!("a finding of {of} is not a number")));
        }
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        )?;
        insert.execute(params![
            id,
            cluster,
            account,
            finding.detector,
            finding.version,
            finding.family.as_str(),
            finding.statement.text(),
            finding.statement.words,
            to_json(&finding.statement.numbers)?,
            finding.statistic,
            finding.threshold,
            finding.effect,
            null.map(|null| &null.made_from),
            null.map(|null| null.low),
            null.map(|null| null.median),
            null.map(|null| null.high),
            null.map(|null| null.n),
            finding.log10_p,
            finding.is_exact,
            differences(accounts)?
        ])?;
        let mut by_role: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for evidence in &finding.evidence {
            by_role.entry(&evidence.role).or_default().extend(&evidence.events);
        }
        let mut insert = self.conn.prepare_cached("INSERT INTO evidence VALUES (?,?,?,?)")?;
        for (role, mut events) in by_role {
            events.sort_unstable();
            events.dedup();
            let count = events.len() as u64;
            insert.execute(params![id, role, count, differences(events)?])?;
        }
        Ok(())
    }

    fn add_ties(&self, links: &[Link], circles: &[Circle], progress: &Progress) -> Result<()> {
        let mut insert = self.conn.prepare("INSERT INTO link VALUES (NULL,?,?,?,?,?)")?;
        for (i, link) in links.iter().enumerate() {
            if i.is_multiple_of(4_096) {
                progress.check()?;
            }
            let (a, b, kind) = (number(link.a), number(link.b), link.layer.as_str());
            insert.execute(params![a, b, kind, link.weight, link.proof])?;
        }
        let mut insert = self.conn.prepare("INSERT INTO circle VALUES (NULL,?,?,?,?)")?;
        for circle in circles {
            let accounts = circle.accounts.iter().map(|a| number(*a)).collect();
            let accounts = differences(accounts)?;
            insert.execute(params![
                accounts,
                circle.layer.as_str(),
                circle.weight,
                circle.proof
            ])?;
        }
        Ok(())
    }
}

impl Tx<'_> {
    fn add_measured(&self, measured: &[Measured]) -> Result<()> {
        let mut insert = self.conn.prepare("INSERT INTO measured VALUES (?,?,?,?)")?;
        for Measured { detector, what, of } in measured {
            let accounts = of.iter().map(|(account, _)| number(*account)).collect();
            let values: Vec<f64> = of.iter().map(|(_, value)| *value).collect();
            insert.execute(params![detector, what, steps(accounts)?, to_json(&values)?])?;
        }
        Ok(())
    }
}

/// Innocent explanations of a cluster, or of an account.
type Explained<'a> = (Option<u32>, Option<u64>, &'a [Benign]);

/// The number of an account in the case.
fn number(position: u32) -> u64 {
    u64::from(position) + 1
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Damaged(format!("a finding cannot be written: {error}")))
}

/// Numbers, rising, as the differences between them.
fn differences(mut numbers: Vec<u64>) -> Result<String> {
    numbers.sort_unstable();
    numbers.dedup();
    steps(numbers)
}

/// Numbers that do not fall, likewise.
fn steps(mut numbers: Vec<u64>) -> Result<String> {
    let mut before = 0;
    for number in &mut numbers {
        (before, *number) = (*number, *number - before);
    }
    to_json(&numbers)
}

/// What the journal says of a run.
fn detail(new: &NewAnalysis<'_>, contents: String) -> Value {
    let NewAnalysis { run, clusters, accounts, findings, links, circles, measured } = new;
    let versions: serde_json::Map<String, Value> = run
        .detectors
        .iter()
        .filter(|run| run.state == DetectorState::Ran)
        .map(|run| (run.detector.clone(), json!(run.version)))
        .collect();
    json!({
        "seed": run.seed, "up_to": run.up_to, "events": run.events, "accounts": run.accounts,
        "inputs": run.inputs, "detectors": versions, "clusters": clusters.len(),
        "accounts_scored": accounts.len(), "findings": findings.len(), "links": links.len(),
        "circles": circles.len(), "measured": measured.len(), "contents": contents,
    })
}

impl CaseFile {
    /// What a run of the detectors would be made from now, as far as the file says.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn inputs(&self) -> Result<Inputs> {
        let templates = Inputs::of_templates(self.template_run()?.as_ref());
        Ok(Inputs { templates, ..inputs_of(&self.journal()?) })
    }
}

/// All inputs but templates, which a journal says only of their whole.
pub fn inputs_of(journal: &[JournalEntry]) -> Inputs {
    let (mut seals, mut joins) = (Sha256::new(), Sha256::new());
    let (mut inputs, mut imported, mut joined) = (Inputs::default(), false, false);
    for entry in journal {
        let part = |name: &str| {
            let detail: Option<Value> = serde_json::from_str(&entry.detail).ok();
            detail.and_then(|detail| Some(detail.get(name)?.to_string())).unwrap_or_default()
        };
        match &*entry.action {
            IMPORT => {
                seals.update(part("seal"));
                imported = true;
            }
            "accounts" => inputs.accounts = part("contents").trim_matches('"').to_owned(),
            "releases" => inputs.markers = part("contents").trim_matches('"').to_owned(),
            "join" | "accept join" | "reject join" => {
                joins.update(&entry.action);
                joins.update(part("contents"));
                joins.update(part("events"));
                joined = true;
            }
            _ => {}
        }
    }
    let end = |seal: Sha256, any: bool| if any { hex(&seal.finalize()) } else { String::new() };
    Inputs { events: end(seals, imported), joins: end(joins, joined), ..inputs }
}

/// What was found is what the last journal entry about it says.
pub(super) fn check(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let found = seal::analysis(&case.conn)?;
    let expected = match journal.iter().rev().find(|entry| entry.action == FOUND) {
        Some(entry) => super::replay::contents(&entry.detail),
        None => Some(seal::nothing()),
    };
    let same = expected.as_deref() == Some(&*found);
    Ok((!same).then(|| "the findings are not what the journal says".to_owned()))
}
