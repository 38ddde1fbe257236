//! Which finding says most.

use std::cmp::Reverse;

use crate::detect::definition::Strength;
use crate::detect::registry;
use crate::model::finding::Finding;

/// What comes first: exact evidence, then evidence by how unlikely it is, then what supports it,
/// then what is context.
pub fn rank(finding: &Finding) -> (bool, Reverse<u8>, i64) {
    let unlikely = finding.log10_p.map_or(0, |p| (p * 1e3) as i64);
    (!finding.is_exact, Reverse(strength(finding) as u8), unlikely)
}

/// What a finding counts for.
pub fn strength(finding: &Finding) -> Strength {
    let detector = registry::by_id(&finding.detector);
    detector.map_or(Strength::Context, |detector| detector.definition().strength)
}
