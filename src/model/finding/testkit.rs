//! Runs, clusters and findings that tests make by hand and change where they look.

use super::Subject;
use super::{Analysis, BySubject, Cluster, Family, Finding, Inputs, Level, RunInfo, Statement};
use crate::model::Time;

/// A run of no detector over an empty case.
pub fn run_info() -> RunInfo {
    RunInfo {
        at: Time(7),
        seed: 7,
        up_to: 0,
        events: 0,
        accounts: 0,
        inputs: Inputs::default(),
        detectors: Vec::new(),
    }
}

/// The same with so many clusters, from 1, and some findings.
pub fn analysis(clusters: u32, findings: Vec<Finding>) -> Analysis {
    Analysis {
        run: run_info(),
        clusters: (1..=clusters).map(cluster).collect(),
        accounts: Vec::new(),
        cited: Analysis::cited_by(&findings),
        findings,
        by_subject: BySubject::default(),
    }
}

/// A probable cluster without members that has a score for coordination.
pub fn cluster(id: u32) -> Cluster {
    Cluster {
        id,
        members: Vec::new(),
        level: Level::Probable,
        coordination: 0.9,
        harvesting: 0.1,
        families: [None; 5],
        held_by: String::new(),
        log10_p: None,
        benign: Vec::new(),
        without: Vec::new(),
    }
}

/// A finding of a detector that says little and cites nothing.
pub fn finding(detector: &str, subject: Subject) -> Finding {
    Finding {
        subject,
        detector: detector.into(),
        version: 1,
        family: Family::Timing,
        accounts: Vec::new(),
        statement: Statement::new("they take turns"),
        statistic: 0.0,
        threshold: String::new(),
        effect: 1.0,
        null: None,
        log10_p: None,
        is_exact: false,
        evidence: Vec::new(),
    }
}
