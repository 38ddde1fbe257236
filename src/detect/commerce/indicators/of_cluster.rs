//! What shared indicators say of a cluster, and which kind of evidence that is.
//!
//! A finding is of one family, whatever it rests on: that of the indicators that say more, in nats,
//! added up over the ties of the cluster. What accounts call with (address, network, device, client
//! build) is infrastructure, what they sign up and pay with (card, phone, mail) commerce. So one
//! finding never counts as two kinds of evidence.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use petgraph::unionfind::UnionFind;

use super::{DEFINITION, Ground, Indicators, KINDS, TIED};
use crate::detect::stats::binomial::ln_at_least;
use crate::detect::{Group, Layer, Link};
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};

/// Accounts tied to each other that are more than one customer with two.
const LEAST_GROUP: usize = 3;
/// Kinds of indicators that a sentence names.
const NAMED: usize = 3;

/// A tie with what it rests on.
type Tie<'a> = (&'a Link, &'a Ground);

/// What it says of a cluster: how many of its accounts are tied to another one of it, against how
/// many of all other accounts are tied to anybody.
pub(super) fn of_group(seen: &Indicators, group: Group<'_>) -> Option<Finding> {
    let inside = seen.between(group.members);
    let (accounts, groups) = in_groups(&inside, group);
    let (hits, members) = (accounts.len() as u64, group.members.len() as u64);
    let share = hits as f64 / members as f64;
    // Pairs beside these groups are of customers with two accounts.
    let is_said = |(link, _): &Tie<'_>| {
        [link.a, link.b].iter().all(|account| accounts.binary_search(account).is_ok())
    };
    let said: Vec<Tie<'_>> = inside.into_iter().filter(is_said).collect();
    if hits < seen.least || share < seen.least_share {
        return None;
    }
    let usual = seen.tied.usual(group);
    let ln_p = ln_at_least(hits, members, usual);
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: family(&said),
        accounts,
        statement: statement((hits, members), groups, &said, usual),
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

/// Accounts that are tied to each other three by three or more, rising, and how many groups these are.
/// Two alone are one customer with two accounts, however many such customers there are.
fn in_groups(inside: &[Tie<'_>], group: Group<'_>) -> (Vec<u32>, usize) {
    let place = |account: u32| group.members.binary_search(&account).unwrap_or_default();
    let mut joined = UnionFind::<usize>::new(group.members.len());
    for (link, _) in inside {
        joined.union(place(link.a), place(link.b));
    }
    let of = joined.into_labeling();
    let mut sizes = vec![0_usize; of.len()];
    of.iter().for_each(|label| sizes[*label] += 1);
    let members = group.members.iter().zip(of);
    let tied = members.filter(|(_, label)| sizes[*label] >= LEAST_GROUP);
    let groups = sizes.iter().filter(|size| **size >= LEAST_GROUP).count();
    (tied.map(|(account, _)| *account).collect(), groups)
}

fn statement(
    (hits, members): (u64, u64),
    groups: usize,
    inside: &[Tie<'_>],
    usual: f64,
) -> Statement {
    let apart = match groups {
        0 | 1 => "",
        _ => ", in {groups} groups that have too little in common to be tied to each other",
    };
    let kind = || Layer::Indicator.as_str().to_owned();
    let statement = Statement::new(format!(
        "{{hits}} of {{members}} accounts share rare indicators, three accounts or more together{apart} \
         ({{pairs}} pairs; {}); of all other accounts, at most {{usual}} share any with anybody.",
        named(inside)
    ))
    .with("hits", hits as f64, Unit::Count, Recipe::Members)
    .with("members", members as f64, Unit::Count, Recipe::ClusterMembers)
    .with("pairs", inside.len() as f64, Unit::Count, Recipe::Ties { kind: kind() })
    .with("usual", usual, Unit::ShareAtMost, Recipe::OthersMeasured { what: TIED.into() });
    match apart {
        "" => statement,
        _ => {
            let recipe = Recipe::TiedGroups { kind: kind() };
            statement.with("groups", groups as f64, Unit::Count, recipe)
        }
    }
}

/// The kinds of indicators that tie most accounts: `address, client build`.
fn named(inside: &[Tie<'_>]) -> String {
    let tied_by = |place: usize| {
        let of = inside.iter().filter(|(_, ground)| ground.has(place));
        of.flat_map(|(link, _)| [link.a, link.b]).collect::<BTreeSet<u32>>().len()
    };
    let all = KINDS.iter().enumerate();
    let mut kinds: Vec<(usize, &str)> =
        all.map(|(place, kind)| (tied_by(place), kind.name)).filter(|(n, _)| *n > 0).collect();
    // An address has a network: where it ties as many, both say the same.
    let of = |name: &str| kinds.iter().find(|(_, kind)| *kind == name).map_or(0, |(n, _)| *n);
    if of("address") >= of("network") {
        kinds.retain(|(_, kind)| *kind != "network");
    }
    kinds.sort_by_key(|(accounts, _)| Reverse(*accounts));
    let more = if kinds.len() > NAMED { " and more" } else { "" };
    let names = kinds.iter().map(|(_, name)| *name);
    names.take(NAMED).collect::<Vec<_>>().join(", ") + more
}

/// Infrastructure where what accounts call with says more than what they pay with, else commerce.
fn family(inside: &[Tie<'_>]) -> Family {
    let called: f64 = inside.iter().map(|(_, ground)| ground.called).sum();
    let paid: f64 = inside.iter().map(|(_, ground)| ground.paid).sum();
    if called > paid { Family::Infrastructure } else { DEFINITION.family }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Property;

    const ACCOUNTS: u64 = 1_000;

    /// These accounts are tied, and nobody else.
    fn tied(accounts: std::ops::Range<u32>) -> Property {
        let accounts: Vec<u32> = accounts.collect();
        Property::of_list(ACCOUNTS as usize, &accounts, |_| true)
    }

    #[test]
    fn groups_that_share_nothing_with_each_other_are_said_to_be_several() {
        let link = |a, b| Link::new(a, b, Layer::Indicator, 6.0, "in words".into());
        let seen = Indicators {
            links: vec![link(0, 1), link(1, 2), link(3, 4), link(4, 5)],
            grounds: vec![Ground::of([(0, 6.0)].into_iter()); 4],
            tied: tied(0..6),
            least: 4,
            least_share: 0.25,
            behind: (0, 0),
        };
        let found = of_group(&seen, Group { id: 1, members: &[0, 1, 2, 3, 4, 5] });
        let text = found.expect("all are tied").statement.text();
        assert!(
            text.contains("or more together, in 2 groups that have too little in common to be tied to each other (4"),
            "{text}"
        );
    }

    /// What is said of four accounts tied in a row by values of these kinds that so many accounts
    /// have, among a thousand.
    fn found(values: &[(&str, u32)]) -> Finding {
        let value = |(name, holders): &(&str, u32)| {
            let place = KINDS.iter().position(|kind| kind.name == *name).expect("a kind");
            (place, KINDS[place].weight * libm::log(ACCOUNTS as f64 / f64::from(*holders)))
        };
        let link = |a| Link::new(a, a + 1, Layer::Indicator, 6.0, "in words".into());
        let seen = Indicators {
            links: (0..3).map(link).collect(),
            grounds: vec![Ground::of(values.iter().map(value)); 3],
            tied: tied(0..4),
            least: 4,
            least_share: 0.25,
            behind: (0, 0),
        };
        of_group(&seen, Group { id: 1, members: &[0, 1, 2, 3] }).expect("all are tied")
    }

    #[test]
    fn a_finding_is_of_the_family_of_what_ties_and_names_it() {
        let places = found(&[("address", 4), ("network", 4), ("client build", 30)]);
        assert_eq!(places.family, Family::Infrastructure);
        let text = places.statement.text();
        assert!(text.contains("(3 pairs; address, client build)"), "{text}");
        assert_eq!(found(&[("card", 4)]).family, Family::Commerce);
        assert_eq!(found(&[("device", 4)]).family, Family::Infrastructure);
    }

    #[test]
    fn what_rests_on_both_is_of_the_one_that_says_more_and_never_of_two() {
        let mail = [("mail domain", 4), ("client build", 40)];
        assert_eq!(found(&mail).family, Family::Commerce);
        let address = [("mail pattern", 40), ("address", 4)];
        assert_eq!(found(&address).family, Family::Infrastructure);
        // An address and its network say the same once.
        let one = [("network", 4), ("address", 4), ("mail domain", 4), ("mail pattern", 4)];
        assert_eq!(found(&one).family, Family::Commerce, "1.2 against 1.5");
    }

    #[test]
    fn of_many_kinds_those_that_tie_most_accounts_are_named() {
        let text = found(&[("client build", 4), ("mail domain", 4), ("device", 4), ("card", 4)]);
        let text = text.statement.text();
        assert!(text.contains("(3 pairs; card, device, mail domain and more)"), "{text}");
    }
}
