//! What detectors concluded of accounts, in the form filters and tables need it.

use std::collections::BTreeMap;

use super::compile::ValueTest;
use super::{Index, Lists};
use crate::model::filter::{FilterError, FilterField, Term, Value};
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

/// What is concluded about accounts, by position. Detectors looked at the others too and found
/// nothing: their scores are 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conclusions {
    by_account: BTreeMap<u32, Conclusion>,
    /// Numbers of clusters, with their accounts.
    clusters: BTreeMap<u32, usize>,
    /// Detectors that found something, with the accounts it speaks of.
    by_detector: BTreeMap<String, usize>,
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
        for id in all.by_account.values().flat_map(|about| &about.detectors) {
            *all.by_detector.entry(id.clone()).or_default() += 1;
        }
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

    /// Detectors that found something, with the accounts it speaks of.
    pub fn by_detector(&self) -> &BTreeMap<String, usize> {
        &self.by_detector
    }

    /// Numbers of clusters, with their accounts.
    pub fn clusters(&self) -> &BTreeMap<u32, usize> {
        &self.clusters
    }
}

/// Which accounts fulfil a condition on what detectors concluded.
///
/// # Errors
/// Where detectors have not been run: that nothing is known of an account is not that it is clean.
pub(super) fn concluded(
    term: &Term,
    index: &Index,
    lists: &Lists,
) -> Result<Vec<bool>, FilterError> {
    let Some(all) = lists.concluded() else {
        let name = term.field.name();
        let message = format!("{name} needs findings, and the detectors have not been run");
        let error = FilterError::of_case(message);
        return Err(error.hint("`stillwatch analyze` runs them"));
    };
    let (test, nothing) = (ValueTest::new(term), Conclusion::default());
    let passes = |account: u32| {
        let about = all.about(account).unwrap_or(&nothing);
        term.values.iter().any(|value| about.has(term.field, value))
            || about.text(term.field).iter().any(|text| test.matches(text))
    };
    Ok((0..index.accounts().len() as u32).map(passes).collect())
}

impl Conclusion {
    /// Whether it has a value that is not text.
    fn has(&self, field: FilterField, value: &Value) -> bool {
        match (field, value) {
            (FilterField::Level, Value::Levels(from, to)) => (*from..=*to).contains(&self.level),
            (_, Value::Number(test)) => self.number(field).is_some_and(|n| test.matches(n)),
            (FilterField::Membership, Value::Absent) => self.membership.is_none(),
            (FilterField::Detector, Value::Absent) => self.detectors.is_empty(),
            (FilterField::Cluster, Value::Absent) => self.cluster.is_none(),
            _ => false,
        }
    }

    fn number(&self, field: FilterField) -> Option<f64> {
        match field {
            FilterField::Cluster => self.cluster.map(f64::from),
            FilterField::Coordination => Some(self.coordination),
            FilterField::Harvesting => Some(self.harvesting),
            _ => None,
        }
    }

    /// Its texts, of a field that has some.
    fn text(&self, field: FilterField) -> Vec<&str> {
        match field {
            FilterField::Membership => self.membership.iter().map(|m| m.as_str()).collect(),
            FilterField::Detector => self.detectors.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "conclusions_tests.rs"]
mod tests;
