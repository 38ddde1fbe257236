//! What shared indicators say of a cluster, and which kind of evidence that is.
//!
//! A finding is of one family, whatever it rests on: that of the indicators that say more, in nats,
//! added up over the ties of the cluster. What accounts call with (address, network, device, client
//! build) is infrastructure, what they sign up and pay with (card, phone, mail) commerce. So one
//! finding never counts as two kinds of evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::{DEFINITION, Indicators, KINDS, Kind, independent, kind_of, values};
use crate::detect::stats::binomial::ln_at_least;
use crate::detect::{Group, Layer, Link};
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};

/// Kinds of indicators that a sentence names.
const NAMED: usize = 3;

/// What it says of a cluster: how many of its accounts are tied to another one of it, against how
/// many of all other accounts are tied to anybody.
pub(super) fn of_group(seen: &Indicators, group: Group<'_>) -> Option<Finding> {
    let is_inside = |link: &&Link| group.has(link.a) && group.has(link.b);
    let inside: Vec<&Link> = seen.links.iter().filter(is_inside).collect();
    let mut accounts: Vec<u32> = inside.iter().flat_map(|link| [link.a, link.b]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let (hits, members) = (accounts.len() as u64, group.members.len() as u64);
    let share = hits as f64 / members as f64;
    if hits < seen.least || share < seen.least_share {
        return None;
    }
    let outside_tied = seen.tied.iter().filter(|account| !group.has(**account)).count() as f64;
    let outside = seen.accounts.saturating_sub(members) as f64;
    // One is added on either side: that nobody else is tied does not make it impossible.
    let usual = (outside_tied + 1.0) / (outside + 1.0);
    let ln_p = ln_at_least(hits, members, usual.min(1.0));
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: family(&inside, seen.accounts),
        accounts,
        statement: statement((hits, members), &inside, usual),
        statistic: share,
        threshold: format!(
            "at least {} accounts and {} of the cluster",
            seen.least,
            Unit::Share.text(seen.least_share)
        ),
        effect: share / usual,
        null: None,
        log10_p: ln_p.map(|ln_p| ln_p / std::f64::consts::LN_10),
        is_exact: false,
        evidence: Vec::new(),
    })
}

fn statement((hits, members): (u64, u64), inside: &[&Link], usual: f64) -> Statement {
    let kind = || Layer::Indicator.as_str().to_owned();
    let others = "accounts outside of the cluster with an indicator tie, one added";
    Statement::new(format!(
        "{{hits}} of {{members}} accounts share rare indicators with another account of the cluster \
         ({{pairs}} pairs; {}); of all other accounts {{usual}} share any with anybody.",
        named(inside)
    ))
    .with("hits", hits as f64, Unit::Count, Recipe::Tied { kind: kind() })
    .with("members", members as f64, Unit::Count, Recipe::ClusterMembers)
    .with("pairs", inside.len() as f64, Unit::Count, Recipe::Ties { kind: kind() })
    .with("usual", usual, Unit::Share, Recipe::Case { what: others.into() })
}

/// The kinds of indicators that tie most accounts: `address, client build`.
fn named(inside: &[&Link]) -> String {
    let mut by_kind: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for link in inside {
        for kind in values(&link.proof).filter_map(kind_of) {
            let at = KINDS.iter().position(|known| known.name == kind);
            by_kind.entry(at.unwrap_or(KINDS.len())).or_default().extend([link.a, link.b]);
        }
    }
    let mut kinds: Vec<(usize, usize)> =
        by_kind.into_iter().map(|(at, accounts)| (at, accounts.len())).collect();
    kinds.sort_by_key(|(at, accounts)| (std::cmp::Reverse(*accounts), *at));
    let more = if kinds.len() > NAMED { " and more" } else { "" };
    let names = kinds.iter().filter_map(|(at, _)| KINDS.get(*at)).map(|kind| kind.name);
    names.take(NAMED).collect::<Vec<_>>().join(", ") + more
}

/// Infrastructure where what accounts call with says more than what they pay with, else commerce.
fn family(inside: &[&Link], accounts: u64) -> Family {
    let (mut called, mut paid) = (0.0, 0.0);
    for link in inside {
        // Of kinds that say the same, the one that says more.
        let mut kinds: BTreeMap<&str, (Family, f64)> = BTreeMap::new();
        for (kind, weight) in values(&link.proof).filter_map(|value| weight_of(value, accounts)) {
            let most = kinds.entry(independent(kind.name)).or_insert((kind.family, 0.0));
            most.1 = most.1.max(weight);
        }
        for (family, weight) in kinds.into_values() {
            *(if family == Family::Infrastructure { &mut called } else { &mut paid }) += weight;
        }
    }
    if called > paid { Family::Infrastructure } else { DEFINITION.family }
}

/// The kind of a value as a proof names it, `card card91 (2 accounts)`, and what it says, nats.
fn weight_of(value: &str, accounts: u64) -> Option<(&'static Kind, f64)> {
    let name = kind_of(value)?;
    let kind = KINDS.iter().find(|kind| kind.name == name)?;
    let holders = value.strip_suffix(" accounts)")?.rsplit('(').next()?.parse::<f64>().ok()?;
    Some((kind, kind.weight * libm::log(accounts as f64 / holders.max(1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of four accounts tied in a row by these values, among a thousand.
    fn found(proof: &str) -> Finding {
        let links: Vec<Link> =
            (0..3).map(|a| Link::new(a, a + 1, Layer::Indicator, 6.0, proof.to_owned())).collect();
        let seen = Indicators {
            links,
            tied: (0..4).collect(),
            accounts: 1_000,
            least: 4,
            least_share: 0.25,
            behind: (0, 0),
        };
        of_group(&seen, Group { id: 1, members: &[0, 1, 2, 3] }).expect("all are tied")
    }

    #[test]
    fn a_finding_is_of_the_family_of_what_ties_and_names_it() {
        let places = "address 192.0.2.7 (4 accounts), network 192.0.2.0/24 (4 accounts), \
                      client build x (9) (30 accounts)";
        let places = found(places);
        assert_eq!(places.family, Family::Infrastructure);
        let text = places.statement.text();
        assert!(text.contains("(3 pairs; address, network, client build)"), "{text}");
        assert_eq!(found("card c1 (4 accounts)").family, Family::Commerce);
        assert_eq!(found("device d1 (4 accounts)").family, Family::Infrastructure);
    }

    #[test]
    fn what_rests_on_both_is_of_the_one_that_says_more_and_never_of_two() {
        let mail = "mail domain a.example (4 accounts), client build x (40 accounts)";
        assert_eq!(found(mail).family, Family::Commerce);
        let address = "mail pattern a9 (40 accounts), address 192.0.2.7 (4 accounts)";
        assert_eq!(found(address).family, Family::Infrastructure);
        // An address and its network say the same once.
        let one = "network 192.0.2.0/24 (4 accounts), address 192.0.2.7 (4 accounts), \
                   mail domain a.example (4 accounts), mail pattern a9 (4 accounts)";
        assert_eq!(found(one).family, Family::Commerce, "1.2 against 1.5");
    }
}
