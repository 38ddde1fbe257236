//! Pictures of the findings of a case, made from what its run was made of.

use super::case::CaseInput;
use super::input::{Pictured, ReportInput};
use super::{Recorded, ReportError};
use crate::case::{CaseTexts, marks_of, rules_of, stand_ins, without_prompts};
use crate::detect::definition::Strength;
use crate::detect::exhibit::{self, Picture, rank, strength};
use crate::detect::rules::Rules;
use crate::detect::{Look, Material, Parameters, Reads};
use crate::job::Progress;
use crate::model::finding::{Analysis, Finding, Subject};

/// A finding about a cluster, and the members of it.
struct About<'a> {
    cluster: u32,
    number: u64,
    finding: &'a Finding,
    members: Vec<u32>,
}

/// The findings about a cluster that say most first; context says nothing that a report prints a
/// picture of, and what only adds to a score is not looked for in the whole case once a cluster.
fn about(analysis: &Analysis, cluster: u32) -> Vec<About<'_>> {
    let members = analysis.cluster(cluster).map_or(&[][..], |cluster| &cluster.members);
    let members: Vec<u32> = members.iter().map(|member| member.account).collect();
    let of = |(number, finding)| About { cluster, number, finding, members: members.clone() };
    let all = analysis.about(Subject::Cluster(cluster));
    let mut all: Vec<About<'_>> = all
        .filter(|(_, f)| strength(f) > Strength::Context && !exhibit::looks_anew(f))
        .map(of)
        .collect();
    all.sort_by_key(|of| rank(of.finding));
    all
}

impl CaseInput {
    /// See [`ReportInput::pictures`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn pictures_of(
        &self,
        clusters: &[u32],
        most: usize,
        progress: &Progress,
    ) -> Result<Vec<Pictured>, ReportError> {
        let recorded: &Recorded = self.recorded();
        let Some(analysis) = &recorded.analysis else { return Ok(Vec::new()) };
        let found: Vec<Vec<About<'_>>> = clusters.iter().map(|id| about(analysis, *id)).collect();
        // Rules that are not known any more leave out the pictures of what went by them.
        let rules = rules_of(&analysis.run).ok();
        let own = rules.as_ref().and_then(Option::as_ref);
        let rules_known = rules.is_some();
        let by = own.unwrap_or_else(|| Rules::built_in());
        let parameters = Parameters::of_run(&analysis.run.detectors);
        let seed = analysis.run.seed;
        let names = stand_ins(&recorded.sources);
        let material = Material::new(self.index(), &recorded.attributes, &recorded.markers)
            .with_stand_ins(&names)
            .with_rules(by);
        // As many of each as there may be pictures: of those texts are read.
        let first = |of: &Vec<About<'_>>| of.len().min(2 * most);
        let texts: Vec<&About<'_>> = found.iter().flat_map(|of| &of[..first(of)]).collect();
        let look = Look { material: &material, parameters: &parameters, seed, progress };
        let material = self.with_texts(&look, &texts, (by, rules_known))?;
        let look = Look { material: &material, ..look };
        let mut pictures = Vec::new();
        for of in &found {
            let mut left = most;
            for about in of {
                progress.check()?;
                if left == 0 || (exhibit::reads(about.finding).rules && !rules_known) {
                    continue;
                }
                if let Some(pictured) = self.picture(&look, about)? {
                    pictures.push(pictured);
                    left -= 1;
                }
            }
        }
        Ok(pictures)
    }

    /// The case with the texts that pictures of these findings need.
    fn with_texts<'a>(
        &'a self,
        look: &Look<'a>,
        found: &[&About<'_>],
        (rules, rules_known): (&'a Rules, bool),
    ) -> Result<Material<'a>, ReportError> {
        let recorded = self.recorded();
        let mut reads = Reads::default();
        let mut accounts: Vec<u32> = Vec::new();
        for of in found.iter().filter(|of| exhibit::reads(of.finding).is_any()) {
            reads = reads.and(exhibit::reads(of.finding));
            accounts.extend(exhibit::read_of(look, of.finding, &of.members));
        }
        reads.rules &= rules_known;
        accounts.sort_unstable();
        accounts.dedup();
        let names = stand_ins(&recorded.sources);
        let material = Material::new(self.index(), &recorded.attributes, &recorded.markers)
            .with_stand_ins(&names)
            .with_rules(rules);
        let has_prompts = without_prompts(&recorded.sources) < self.index().len() as u64;
        if !reads.is_any() || !has_prompts {
            return Ok(material);
        }
        let texts = CaseTexts::of(self.path());
        let marks = marks_of((&texts, self.index()), &accounts, (rules, reads), look.progress)?;
        Ok(material.with_marks(marks))
    }

    /// The first picture of a finding that a page has room for.
    fn picture(&self, look: &Look<'_>, about: &About<'_>) -> Result<Option<Pictured>, ReportError> {
        let evidence = self.evidence(about.number)?;
        let finding = Finding { evidence, ..about.finding.clone() };
        let all = exhibit::of_finding(look, &finding, &about.members)?;
        let exhibit = all.into_iter().find(|of| !matches!(of.picture, Picture::Matrix(_)));
        let (cluster, finding) = (about.cluster, about.number);
        Ok(exhibit.map(|exhibit| Pictured { cluster, finding, exhibit }))
    }
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
