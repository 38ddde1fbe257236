//! The clusters with their sentences, and who is truly in them.

use std::collections::BTreeMap;

use stillwatch::detect::Outcome;
use stillwatch::model::finding::{DetectorState, Subject, Tested};

use super::labels::Label;

/// Prints all of it.
pub fn print(outcome: &Outcome, labels: &[Label]) {
    for run in &outcome.detectors {
        let state = match &run.state {
            DetectorState::Ran => "ran".to_owned(),
            DetectorState::NotRun { why } => format!("not run: {why}"),
            DetectorState::LeftOut => "left out".to_owned(),
        };
        println!("{} {state}, {} findings", run.detector, run.findings);
    }
    for cluster in &outcome.clusters {
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for member in &cluster.members {
            *classes.entry(labels[member.account as usize].row()).or_default() += 1;
        }
        println!(
            "\ncluster {}: {}, {} accounts {classes:?}, H1 {:.3}, H2 {:.3}, log10 p {:?}",
            cluster.id,
            cluster.level.as_str(),
            cluster.members.len(),
            cluster.coordination,
            cluster.harvesting,
            cluster.log10_p
        );
        let about = |subject: Subject| subject == Subject::Cluster(cluster.id);
        for finding in outcome.findings.iter().filter(|f| about(f.subject)) {
            println!(
                "  {} {} ×{:.1} {:?}: {}",
                finding.detector,
                finding.family.as_str(),
                finding.effect,
                finding.log10_p.map(|p| (p * 10.0).round() / 10.0),
                finding.statement.text()
            );
        }
        let inside = |account: u32| cluster.members.iter().any(|m| m.account == account);
        for link in outcome.links.iter().filter(|link| inside(link.a)).take(3) {
            println!("  {} and {}, {:.1}: {}", link.a, link.b, link.weight, link.proof);
        }
        for circle in outcome.circles.iter().filter(|c| inside(c.accounts[0])).take(5) {
            println!(
                "  {} accounts, {:.1}: {}",
                circle.accounts.len(),
                circle.weight,
                circle.proof
            );
        }
        for benign in cluster.benign.iter().filter(|b| b.tested == Tested::NotExcluded) {
            println!("  not excluded {}: {}", benign.id, benign.facts.text());
        }
    }
    for score in outcome.accounts.iter().filter(|score| score.cluster.is_none()) {
        let label = &labels[score.account as usize];
        println!(
            "account {} {}: {} H1 {:.3} H2 {:.3}",
            score.account,
            label.row(),
            score.level.as_str(),
            score.coordination,
            score.harvesting
        );
    }
}
