//! What the detectors found, as far as it is about accounts of the selection: the one place that
//! tables and pages take it from.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::Gathered;
use super::{AccountFacts, ReportError, ReportInput};
use crate::detect::registry;
use crate::index::Conclusions;
use crate::job::Progress;
use crate::model::finding::{
    Analysis, Benign, Cluster, DetectorState, Finding, Hypothesis, Level, Subject,
};

/// Clusters with a part of their own in the report.
pub const DETAILED: usize = 40;

/// What was found about the accounts of a selection.
#[derive(Debug, Default)]
pub struct Found {
    /// Per account of the case, by position.
    pub conclusions: Conclusions,
    /// Positions in [`Analysis::clusters`] of those with an account in the selection.
    pub clusters: Vec<usize>,
    /// Positions in [`Analysis::findings`] of those that speak of an account in the selection.
    pub findings: Vec<usize>,
    /// Of an account, the findings that speak of it.
    about: BTreeMap<u32, Vec<usize>>,
    /// Position of every account.
    positions: BTreeMap<String, u32>,
    /// How many records each of these findings cites, each once in whatever roles.
    pub records: Vec<u64>,
    /// The records these findings cite, by id, each once.
    pub cited: Vec<u64>,
    /// Whether any detector ran that speaks to H1, to H2.
    asked: [bool; 2],
}

impl Found {
    /// What was found; `None` where detectors have not been run.
    ///
    /// # Errors
    /// When the case cannot be read, and when cancelled.
    pub fn of(
        input: &dyn ReportInput,
        accounts: &[AccountFacts],
        progress: &Progress,
    ) -> Result<Option<Self>, ReportError> {
        let Some(analysis) = &input.recorded().analysis else { return Ok(None) };
        let ids = (0..).zip(&input.recorded().account_ids);
        let mut found = Self {
            conclusions: Conclusions::of(analysis),
            positions: ids.map(|(position, id)| (id.clone(), position)).collect(),
            asked: [Hypothesis::Coordinated, Hypothesis::Harvesting].map(|h| asked(analysis, h)),
            ..Self::default()
        };
        let selected: BTreeSet<u32> =
            accounts.iter().filter_map(|facts| found.position(&facts.account_id)).collect();
        let is_in = |account: u32| selected.contains(&account);
        for (at, cluster) in analysis.clusters.iter().enumerate() {
            if cluster.members.iter().any(|member| is_in(member.account)) {
                found.clusters.push(at);
            }
        }
        let mut cited: Vec<u64> = Vec::new();
        for (at, finding) in analysis.findings.iter().enumerate() {
            let spoken_of = spoken_of(finding);
            if !spoken_of.iter().any(|account| is_in(*account)) {
                continue;
            }
            progress.check()?;
            found.findings.push(at);
            for account in spoken_of {
                found.about.entry(account).or_default().push(at);
            }
            let own = each_once(input.evidence(at as u64 + 1)?.into_iter().flat_map(|e| e.events));
            found.records.push(own.len() as u64);
            cited.extend(own);
        }
        found.cited = each_once(cited);
        Ok(Some(found))
    }

    /// The clusters that have a part of their own in the report: the first at `probable` and above.
    pub fn detailed<'a>(&self, analysis: &'a Analysis) -> Vec<&'a Cluster> {
        let all = self.clusters.iter().filter_map(|at| analysis.clusters.get(*at));
        all.filter(|cluster| cluster.level >= Level::Probable).take(DETAILED).collect()
    }

    /// The position of an account.
    pub fn position(&self, account: &str) -> Option<u32> {
        self.positions.get(account).copied()
    }

    /// The score of an account for a question: 0 where detectors looked and found nothing, `None`
    /// where none that speaks to it ran.
    pub fn score(&self, account: u32, question: Hypothesis) -> Option<f64> {
        let about = self.conclusions.about(account);
        let score = about.map_or(0.0, |about| match question {
            Hypothesis::Coordinated => about.coordination,
            Hypothesis::Harvesting => about.harvesting,
        });
        self.asked[question as usize].then_some(score)
    }

    /// The sentences about an account, each with its detector.
    pub fn explanation(&self, analysis: &Analysis, account: u32) -> String {
        let of = self.about.get(&account).into_iter().flatten();
        let sentences: Vec<String> = of
            .filter_map(|at| analysis.findings.get(*at))
            .map(|f| format!("{}: {}", f.detector, f.statement.text()))
            .collect();
        sentences.join(" ")
    }
}

/// Whether a detector ran that speaks to a question.
fn asked(analysis: &Analysis, question: Hypothesis) -> bool {
    analysis.run.detectors.iter().any(|run| {
        let definition = registry::by_id(&run.detector).map(|detector| detector.definition());
        run.state == DetectorState::Ran
            && definition.is_some_and(|definition| definition.speaks_to.answers(question))
    })
}

/// The accounts a finding is about, rising.
pub fn spoken_of(finding: &Finding) -> Vec<u32> {
    let mut accounts = finding.accounts.clone();
    if let Subject::Account(account) = finding.subject {
        accounts.push(account);
    }
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}

/// Ids of records, each once, rising.
fn each_once(ids: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut ids: Vec<u64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What is counted of the accounts of a cluster, as far as they are in the selection.
pub fn members<'a>(
    input: &'a dyn ReportInput,
    gathered: &'a Gathered,
    cluster: &'a Cluster,
) -> impl Iterator<Item = &'a AccountFacts> + Clone {
    let ids = &input.recorded().account_ids;
    cluster.members.iter().filter_map(move |member| {
        let id = ids.get(member.account as usize)?;
        let at = gathered.accounts.binary_search_by(|a| a.account_id.cmp(id)).ok()?;
        gathered.accounts.get(at)
    })
}

/// The findings about a cluster or an account.
pub fn about(analysis: &Analysis, subject: Subject) -> impl Iterator<Item = &Finding> {
    analysis.about(subject).map(|(_, finding)| finding)
}

/// The sentences about a cluster, each with its detector.
pub fn summary(analysis: &Analysis, cluster: &Cluster) -> String {
    let of = about(analysis, Subject::Cluster(cluster.id));
    let all: Vec<String> = of.map(|f| format!("{}: {}", f.detector, f.statement.text())).collect();
    all.join(" ")
}

/// The level of whom a finding is about, and the innocent explanations that were looked at.
pub fn subject<'a>(analysis: &'a Analysis, finding: &Finding) -> (Level, &'a [Benign]) {
    match finding.subject {
        Subject::Cluster(id) => {
            analysis.cluster(id).map_or((Level::None, &[]), |c| (c.level, &c.benign))
        }
        Subject::Account(account) => {
            analysis.account(account).map_or((Level::None, &[]), |a| (a.level, &a.benign))
        }
    }
}

/// Innocent explanations in one line.
pub fn look_alikes(benign: &[Benign]) -> String {
    let one = |b: &Benign| format!("{} {}: {}", b.id, b.tested.words(), b.facts.text());
    benign.iter().map(one).collect::<Vec<_>>().join("; ")
}
