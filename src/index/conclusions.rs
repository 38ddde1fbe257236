//! What detectors concluded of accounts, in the form filters and tables need it.

use std::collections::BTreeMap;

use crate::model::finding::{Analysis, Finding, Level, Membership, Subject};

/// What is concluded about one account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conclusion {
    /// H1, 0…1.
    pub coordination: f64,
    /// H2, 0…1.
    pub harvesting: f64,
    /// How far the evidence carries.
    pub level: Level,
    /// Number of its cluster.
    pub cluster: Option<u32>,
    /// How firmly it belongs there.
    pub membership: Option<Membership>,
    /// Detectors with a finding about it: about itself, or about its cluster where the finding
    /// speaks of it. By id, each once.
    pub detectors: Vec<String>,
}

/// What is concluded about accounts, by position; the others have no score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conclusions {
    by_account: BTreeMap<u32, Conclusion>,
    /// Numbers of clusters, with their accounts.
    clusters: BTreeMap<u32, usize>,
}

impl Conclusions {
    /// From what a run found.
    pub fn of(analysis: &Analysis) -> Self {
        let mut all = Self::default();
        for score in &analysis.accounts {
            let conclusion = Conclusion {
                coordination: score.coordination,
                harvesting: score.harvesting,
                level: score.level,
                cluster: score.cluster,
                ..Conclusion::default()
            };
            all.by_account.insert(score.account, conclusion);
        }
        for cluster in &analysis.clusters {
            all.clusters.insert(cluster.id, cluster.members.len());
            for member in &cluster.members {
                all.by_account.entry(member.account).or_default().membership =
                    Some(member.membership);
            }
        }
        analysis.findings.iter().for_each(|finding| all.add(finding));
        all
    }

    fn add(&mut self, finding: &Finding) {
        let of_itself = match finding.subject {
            Subject::Account(account) => Some(account),
            Subject::Cluster(_) => None,
        };
        for account in finding.accounts.iter().copied().chain(of_itself) {
            let detectors = &mut self.by_account.entry(account).or_default().detectors;
            if let Err(at) = detectors.binary_search(&finding.detector) {
                detectors.insert(at, finding.detector.clone());
            }
        }
    }

    /// About an account; `None` where it has no score and no finding speaks of it.
    pub fn about(&self, account: u32) -> Option<&Conclusion> {
        self.by_account.get(&account)
    }

    /// Numbers of clusters, with their accounts.
    pub fn clusters(&self) -> &BTreeMap<u32, usize> {
        &self.clusters
    }
}
