//! Our words on the scales of STIX 2.1.

use crate::model::finding::{Level, Membership};
use crate::model::{Confidence, Verdict};

/// The confidence of a level, 0…100, on the scale None, Low, Med, High of appendix A. Nothing is
/// ever certain, so nothing is 100.
pub fn of_level(level: Level) -> u8 {
    match level {
        Level::None => 0,
        Level::Indicative => 15,
        Level::Probable => 50,
        Level::Strong => 85,
    }
}

/// The confidence of an analyst, on the same scale.
pub fn of_confidence(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Low => 15,
        Confidence::Medium => 50,
        Confidence::High => 85,
    }
}

/// How sure it is that an account belongs to a cluster: never surer than that there is one.
pub fn of_member(level: Level, membership: Membership) -> u8 {
    let alone = match membership {
        Membership::Core => 85,
        Membership::Fringe => 50,
        Membership::Doubtful => 15,
    };
    alone.min(of_level(level))
}

/// How far a verdict agrees that an account is to be suspected (section 4.15): strongly only where
/// the analyst would defend it.
pub fn opinion(verdict: Verdict, confidence: Confidence) -> &'static str {
    match (verdict, confidence) {
        (Verdict::Suspicious, Confidence::High) => "strongly-agree",
        (Verdict::Suspicious, _) => "agree",
        (Verdict::Watch, _) => "neutral",
        (Verdict::Cleared, Confidence::High) => "strongly-disagree",
        (Verdict::Cleared, _) => "disagree",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_never_surer_a_member_than_there_is_a_cluster() {
        assert_eq!(of_member(Level::Probable, Membership::Core), 50);
        assert_eq!(of_member(Level::Strong, Membership::Doubtful), 15);
        assert_eq!(of_member(Level::None, Membership::Core), 0);
    }
}
