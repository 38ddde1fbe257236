//! Published techniques that the findings are a sign of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Material;
use crate::model::finding::Level;
use crate::report::found;
use crate::report::stix::technique_name;
use crate::report::stix_facts::techniques as of_detector;
use crate::report::text::count;

/// A technique of MITRE ATLAS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TechniqueLine {
    /// `AML.T0024.002`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The detectors whose findings are a sign of it.
    pub detectors: String,
    /// How many such findings there are.
    pub findings: String,
}

/// Those that a finding about somebody at a level is a sign of, by id.
pub fn techniques(m: &Material<'_>) -> Vec<TechniqueLine> {
    let Some((analysis, _)) = m.gathered.found_in(m.input) else { return Vec::new() };
    let mut all: BTreeMap<&str, (BTreeSet<&str>, u64)> = BTreeMap::new();
    for finding in &analysis.findings {
        if found::subject(analysis, finding).0 < Level::Indicative {
            continue;
        }
        for technique in of_detector(&finding.detector) {
            let (detectors, findings) = all.entry(technique).or_default();
            detectors.insert(&finding.detector);
            *findings += 1;
        }
    }
    let line = |(id, (detectors, findings)): (&str, (BTreeSet<&str>, u64))| TechniqueLine {
        id: id.to_owned(),
        name: technique_name(id).to_owned(),
        detectors: detectors.into_iter().collect::<Vec<_>>().join(", "),
        findings: count(findings),
    };
    all.into_iter().map(line).collect()
}
