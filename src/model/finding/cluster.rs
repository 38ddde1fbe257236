//! Accounts that belong together by evidence, and how firmly.

use serde::{Deserialize, Serialize};

use super::{Family, Level, Membership, Statement};

/// An account of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Position in the index.
    pub account: u32,
    /// In what share of many clusterings it stays with the others, 0…1.
    pub stability: f64,
    /// The same in a word.
    pub membership: Membership,
}

/// Accounts that belong together, and what is concluded from the findings about them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Number in its run, from 1, the one that deserves a look most first.
    pub id: u32,
    /// Its accounts, by position, rising.
    pub members: Vec<Member>,
    /// How far the evidence carries.
    pub level: Level,
    /// H1, 0…1: ranks, and is no probability.
    pub coordination: f64,
    /// H2, 0…1.
    pub harvesting: f64,
    /// Score of each family, in the order of [`Family::ALL`]; `None` where nothing of it could be
    /// looked at.
    pub families: [Option<f64>; 5],
    /// What holds it together, and who was set apart from it for want of that, in words.
    pub held_by: String,
    /// How likely chance gives this or more, as log10, given what chose the cluster: the ties that
    /// made it are no test of it. `None` where nothing says.
    pub log10_p: Option<f64>,
    /// Innocent explanations that were looked at, in the order of their ids.
    pub benign: Vec<Benign>,
    /// What it would come to without one family of evidence each.
    pub without: Vec<Without>,
}

/// What a cluster would come to without one family of evidence. Cases of earlier versions kept family
/// and level alone, as a list of the two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Without {
    /// The family.
    pub family: Family,
    /// How far the rest carries.
    pub level: Level,
    /// H1 of the rest, 0…1; `None` in such a case.
    #[serde(default)]
    pub coordination: Option<f64>,
    /// H2, likewise.
    #[serde(default)]
    pub harvesting: Option<f64>,
}

/// What came of looking at an innocent explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tested {
    /// The facts speak against it.
    Excluded,
    /// It may be so.
    NotExcluded,
    /// The case does not hold what would tell.
    NotTestable,
}

impl Tested {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Excluded, Self::NotExcluded, Self::NotTestable];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::NotExcluded => "not_excluded",
            Self::NotTestable => "not_testable",
        }
    }

    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::NotExcluded => "not excluded",
            Self::NotTestable => "not testable",
        }
    }

    /// The inverse of [`Tested::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tested| tested.as_str() == word)
    }
}

/// An innocent explanation of a cluster or an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benign {
    /// Its id: `L10`.
    pub id: String,
    /// What came of it.
    pub tested: Tested,
    /// The facts.
    pub facts: Statement,
}

impl Benign {
    /// The number, in the facts of an explanation by one owner, of accounts of the whole case of
    /// which an owner is known.
    pub const OWNERS: &str = "owners";

    /// Whether it lowers the level: it stands, or it is that all are of one owner, and the whole
    /// case says of no account whose it is.
    pub fn takes_level(&self) -> bool {
        self.tested == Tested::NotExcluded || self.is_blind()
    }

    /// Whether it is that all are of one owner, where the whole case says of no account whose it is.
    pub fn is_blind(&self) -> bool {
        let owners = self.facts.number(Self::OWNERS);
        self.tested == Tested::NotTestable && owners.is_some_and(|number| number.value == 0.0)
    }
}

/// What is concluded about one account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountScore {
    /// Position in the index.
    pub account: u32,
    /// H1, 0…1: ranks, and is no probability.
    pub coordination: f64,
    /// H2, 0…1.
    pub harvesting: f64,
    /// How far the evidence carries.
    pub level: Level,
    /// Number of its cluster.
    pub cluster: Option<u32>,
    /// Innocent explanations, where it stands alone: those of a cluster are the cluster's.
    pub benign: Vec<Benign>,
}

impl Cluster {
    /// Score of a family.
    pub fn family(&self, family: Family) -> Option<f64> {
        self.families[family as usize]
    }

    /// The families without which the level would be lower, and what it would come to.
    pub fn depends_on(&self) -> impl Iterator<Item = &Without> {
        self.without.iter().filter(|without| without.level < self.level)
    }

    /// What the level depends on, in words.
    pub fn sensitivity(&self) -> String {
        let falls = |without: &Without| {
            format!("falls to {} without {}", without.level.as_str(), without.family.as_str())
        };
        let all: Vec<String> = self.depends_on().map(falls).collect();
        match all.is_empty() {
            true if self.level == Level::None => "has no level to fall from".into(),
            true => "hangs on no single family".into(),
            false => all.join("; "),
        }
    }

    /// What is to be said of a cluster without a core, in words; `None` of one that has accounts of
    /// it. The level says how far the evidence carries that there is a network, which is another
    /// question than which accounts are of it.
    pub fn without_core(&self) -> Option<String> {
        let core = Membership::Core;
        let has_core = self.members.iter().any(|member| member.membership == core);
        (!has_core && !self.members.is_empty()).then(|| {
            "No account is core: each left the others in more than one of ten clusterings. The \
             level says how sure the network is, not each of its accounts."
                .to_owned()
        })
    }

    /// How many of its accounts there are of each kind of membership, as far as any.
    pub fn memberships(&self) -> Vec<(Membership, u64)> {
        let of = |kind: &Membership| {
            let count = self.members.iter().filter(|member| member.membership == *kind).count();
            (*kind, count as u64)
        };
        Membership::ALL.iter().map(of).filter(|(_, count)| *count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::testkit;

    fn cluster(stability: &[f64]) -> Cluster {
        let member = |(account, stability): (u32, &f64)| {
            let (stability, membership) = (*stability, Membership::of(*stability));
            Member { account, stability, membership }
        };
        let members = (0..).zip(stability).map(member).collect();
        Cluster { members, level: Level::Strong, ..testkit::cluster(1) }
    }

    #[test]
    fn a_strong_cluster_whose_accounts_are_all_fringe_says_so() {
        let words = cluster(&[0.7, 0.8, 0.89]).without_core().expect("none is core");
        assert!(words.starts_with("No account is core"), "{words}");
        assert_eq!(cluster(&[0.7, 0.9]).without_core(), None);
        assert_eq!(cluster(&[]).without_core(), None);
    }

    #[test]
    fn what_an_earlier_version_kept_without_scores_is_read() {
        let kept = r#"[["content","none"],["timing","probable"]]"#;
        let read: Vec<Without> = serde_json::from_str(kept).expect("as it was kept");
        let known = (Some(0.5), Some(0.25));
        assert_eq!((read[1].family, read[1].level), (Family::Timing, Level::Probable));
        assert_eq!((read[1].coordination, read[1].harvesting), (None, None));
        let now = Without { coordination: known.0, harvesting: known.1, ..read[0] };
        let again: Without =
            serde_json::from_value(serde_json::json!(now)).expect("as it is kept now");
        assert_eq!(again, now);
    }
}
