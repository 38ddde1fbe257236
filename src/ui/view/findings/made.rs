//! Runs that tests of this screen make by hand.

use crate::model::Time;
use crate::model::finding::{
    Analysis, BySubject, Cluster, Family, Finding, Inputs, Level, RunInfo, Statement, Subject,
};

/// A run with `n` probable clusters that have no members, and some findings.
pub fn run(n: u32, findings: Vec<Finding>) -> Analysis {
    let run = RunInfo {
        at: Time(7),
        seed: 7,
        up_to: 0,
        events: 0,
        accounts: 0,
        inputs: Inputs::default(),
        detectors: Vec::new(),
    };
    let (cited, by_subject) = (Analysis::cited_by(&findings), BySubject::default());
    let clusters = (1..=n).map(cluster).collect();
    Analysis { run, clusters, accounts: Vec::new(), findings, cited, by_subject }
}

fn cluster(id: u32) -> Cluster {
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

/// What a detector says of a cluster, 10^`log10_p` likely by chance.
pub fn finding(detector: &str, cluster: u32, log10_p: f64) -> Finding {
    Finding {
        subject: Subject::Cluster(cluster),
        detector: detector.into(),
        version: 1,
        family: Family::Timing,
        accounts: Vec::new(),
        statement: Statement::new("they take turns"),
        statistic: 0.0,
        threshold: String::new(),
        effect: 1.0,
        null: None,
        log10_p: Some(log10_p),
        is_exact: false,
        evidence: Vec::new(),
    }
}
