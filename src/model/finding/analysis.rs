//! A run of the detectors and everything that came of it, as a case keeps it.

use serde::{Deserialize, Serialize};

use super::{AccountScore, BySubject, Cluster, Evidence, Finding, Level, RunInfo, Subject};
use crate::model::TemplateRun;

/// What a run was made from: hashes of what the case held, and how templates were found; empty for
/// what it held nothing of. A run whose inputs are not those of the case is out of date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The records.
    pub events: String,
    /// Which records are taken for one call.
    pub joins: String,
    /// What is known of accounts beside the logs.
    pub accounts: String,
    /// Releases, bans and other moments.
    pub markers: String,
    /// How templates were found, which says what they are, given the records.
    pub templates: String,
    /// What a run left out of it, in words; nothing changes because of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The rules that prompts were put to, as TOML; empty where they are those that come with the
    /// program. Which ones the detectors' parameters say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rules: String,
}

impl Inputs {
    /// How templates were found, as [`Inputs::templates`] says it.
    pub fn of_templates(run: Option<&TemplateRun>) -> String {
        run.map_or_else(String::new, |run| {
            format!("version {}, {}, up to event {}", run.version, run.parameters, run.up_to)
        })
    }

    /// What is not as it was, in words.
    pub fn changed_since(&self, then: &Self) -> Vec<&'static str> {
        let parts = [
            ("records", &self.events, &then.events),
            ("joined records", &self.joins, &then.joins),
            ("the accounts table", &self.accounts, &then.accounts),
            ("moments", &self.markers, &then.markers),
            ("prompt templates", &self.templates, &then.templates),
        ];
        parts.iter().filter(|(_, now, then)| now != then).map(|(name, ..)| *name).collect()
    }
}

/// Records that a finding cites in one role: how many, not which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// What they are in it.
    pub role: String,
    /// How many.
    pub events: u64,
}

/// A run and what came of it. The records that findings cite are read one finding at a time:
/// [`Finding::evidence`] is empty here, and [`Analysis::cited`] says how many there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// How and when it was run.
    pub run: RunInfo,
    /// The one that deserves a look most first; cluster `id` is at `id - 1`.
    pub clusters: Vec<Cluster>,
    /// Accounts with a score, by position.
    pub accounts: Vec<AccountScore>,
    /// About clusters first, by number, then about accounts.
    pub findings: Vec<Finding>,
    /// Of each finding, what it cites.
    pub cited: Vec<Vec<Cited>>,
    /// Findings by whom they are about.
    pub by_subject: BySubject,
}

impl Analysis {
    /// With findings as a run gives them; what they cite is counted.
    pub fn cited_by(findings: &[Finding]) -> Vec<Vec<Cited>> {
        let count = |e: &Evidence| Cited { role: e.role.clone(), events: e.events.len() as u64 };
        findings.iter().map(|finding| finding.evidence.iter().map(count).collect()).collect()
    }

    /// The findings about somebody, each with its number from 1.
    pub fn about(&self, subject: Subject) -> impl Iterator<Item = (u64, &Finding)> + Clone {
        let of = self.by_subject.of(&self.findings, subject);
        of.iter().filter_map(|at| Some((*at as u64 + 1, self.findings.get(*at)?)))
    }

    /// A cluster by its number.
    pub fn cluster(&self, id: u32) -> Option<&Cluster> {
        self.clusters.get((id as usize).checked_sub(1)?)
    }

    /// What is concluded about an account.
    pub fn account(&self, account: u32) -> Option<&AccountScore> {
        let at = self.accounts.binary_search_by_key(&account, |score| score.account).ok()?;
        self.accounts.get(at)
    }

    /// How many clusters, and accounts that stand alone, carry each level, in the order of
    /// [`Level::ALL`].
    pub fn standing(&self) -> [u64; 4] {
        let alone = self.accounts.iter().filter(|a| a.cluster.is_none()).map(|a| a.level);
        let mut counts = [0; 4];
        self.clusters.iter().map(|c| c.level).chain(alone).for_each(|l| counts[l as usize] += 1);
        counts
    }

    /// How many clusters carry each level, in the order of [`Level::ALL`].
    pub fn clusters_by_level(&self) -> Vec<(Level, u64)> {
        by_level(self.clusters.iter().map(|cluster| cluster.level))
    }

    /// How many accounts carry each level, in the order of [`Level::ALL`].
    pub fn accounts_by_level(&self) -> Vec<(Level, u64)> {
        by_level(self.accounts.iter().map(|account| account.level))
    }
}

fn by_level(levels: impl Iterator<Item = Level> + Clone) -> Vec<(Level, u64)> {
    let of = |level: &Level| (*level, levels.clone().filter(|l| l == level).count() as u64);
    Level::ALL.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::testkit;
    use proptest::prelude::*;

    proptest! {
        /// Naive: look through all of them.
        #[test]
        fn the_findings_about_somebody_are_those_that_name_him(
            of in proptest::collection::vec((any::<bool>(), 0u32..5), 0..40)
        ) {
            let subject = |(is_cluster, n): &(bool, u32)| match is_cluster {
                true => Subject::Cluster(*n),
                false => Subject::Account(*n),
            };
            let findings: Vec<Finding> = of.iter().map(|of| testkit::finding("D20", subject(of))).collect();
            let analysis = testkit::analysis(0, findings);
            for n in 0..5 {
                for of in [Subject::Cluster(n), Subject::Account(n)] {
                    let all = (1..).zip(&analysis.findings);
                    let naive: Vec<u64> =
                        all.filter(|(_, f)| f.subject == of).map(|(number, _)| number).collect();
                    let found: Vec<u64> = analysis.about(of).map(|(number, _)| number).collect();
                    prop_assert_eq!(found, naive);
                }
            }
        }
    }
}
