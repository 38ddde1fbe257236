//! Whether what speaks for harvesting shows that answers are collected, or something less.

use super::definition::Strength;
use super::registry;
use crate::model::finding::{Family, Finding, Hypothesis};

/// Detectors that show that answers are collected: what is asked for, what is done with the answers,
/// and one list worked off by many. A template, an instruction or a block in common shows that
/// accounts belong together, which customers of one reseller do, and calls without a conversation
/// are what batch jobs make.
pub(super) const COLLECTS: [&str; 4] = ["D26", "D23", "D27", "D28"];

/// What findings show that speak for harvesting and do not show it: the id of the detector, and in
/// words about several accounts what it shows; `None` where one of them does, or none speaks for it.
pub fn short_of_collecting<'a>(
    findings: impl Iterator<Item = &'a Finding>,
) -> Option<(&'static str, &'static str)> {
    let mut short = Vec::new();
    for finding in findings {
        let Some(detector) = registry::by_id(&finding.detector) else { continue };
        let definition = detector.definition();
        let speaks = definition.speaks_to.answers(Hypothesis::Harvesting);
        if !speaks || definition.strength == Strength::Context {
            continue;
        }
        let (rank, words) = match definition.id {
            id if COLLECTS.contains(&id) => return None,
            "D20" => (0, "reasoning blocks issued to one are submitted by another"),
            "D22" => (1, "one instruction stands in their different prompts"),
            "D24" => (2, "they ask about the same things, unlike all others"),
            _ if definition.family == Family::Content => (3, "they call as batch jobs do"),
            _ => (4, "they move as who collects answers would"),
        };
        short.push((rank, definition.id, words));
    }
    short.into_iter().min().map(|(_, id, words)| (id, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Claim;
    use crate::model::finding::Subject;

    fn of(detectors: &[&str]) -> Option<&'static str> {
        let finding = |id: &&str| {
            let definition = registry::by_id(id).expect("a detector").definition();
            let claim = Claim { effect: 2.0, ln_p: Some(-20.0), ..Claim::default() };
            claim.finding(definition, Subject::Cluster(1)).expect("numbers")
        };
        let findings: Vec<Finding> = detectors.iter().map(finding).collect();
        short_of_collecting(findings.iter()).map(|(_, words)| words)
    }

    #[test]
    fn handed_over_blocks_are_not_said_to_be_collected_answers() {
        let handed = Some("reasoning blocks issued to one are submitted by another");
        assert_eq!(of(&["D01", "D10", "D20"]), handed);
        assert_eq!(of(&["D22", "D31", "D20"]), handed);
        assert_eq!(of(&["D20", "D23"]), None, "it is asked for");
        assert_eq!(of(&["D24"]), Some("they ask about the same things, unlike all others"));
        assert_eq!(of(&["D26"]), None, "a list is worked off");
        assert_eq!(of(&["D25", "D30"]), Some("they call as batch jobs do"));
        assert_eq!(of(&["D20", "D25"]), handed, "which adds nothing that shows it");
        assert_eq!(of(&["D22"]), Some("one instruction stands in their different prompts"));
        assert_eq!(of(&["D01", "D10", "D21"]), None, "nothing speaks for it");
    }
}
