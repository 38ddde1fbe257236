//! Accounts of a cluster whom nothing but a common prompt ties to the others, and who by themselves do
//! nothing else alike: they are a cluster of their own.
//!
//! A pool may send what is public. Whoever else asks it is tied to the pool by its prompts, and
//! what the pool does besides, such as taking turns, shows in both together. Nobody is to stand beside
//! evidence that others gave; who studies such pools and says so, least of all.

use rayon::prelude::*;

use super::benign::owners::{DISTILLATION, RESEARCH};
use super::conclusion::{Ran, with_definitions};
use super::detector::{Group, Ties};
use super::grouping::{self, Grouped};
use super::link::Layer;
use super::material::Material;
use crate::job::{Cancelled, Progress};
use crate::model::finding::{Family, Finding, count};

/// Accounts below which nothing is told of those who are tied otherwise, and of those who are not: of
/// a few, another kind of evidence would hardly show.
const LEAST: [usize; 2] = [3, 8];
/// One of so many of a cluster are without another tie, at least.
const LEAST_APART: usize = 5;
/// Families of evidence that two parts must have for one of them to be set apart from the other.
const ENOUGH: usize = 2;

/// A cluster with what is said of it.
pub(super) type Told = (Grouped, Vec<Finding>);

/// Clusters that have two kinds of evidence are taken apart where those who share nothing but
/// prompts have one kind at most. Fewer than a fifth who are in a programme that explains what they
/// ask are never beside others with whom they share nothing else.
///
/// # Errors
/// When cancelled.
pub(super) fn taken_apart(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    told: Vec<Told>,
    ties: &Ties,
    progress: &Progress,
) -> Result<Vec<Told>, Cancelled> {
    let accounts = material.index.accounts().len();
    let groups: Vec<Grouped> = told.iter().map(|(group, _)| group.clone()).collect();
    let within = grouping::within(ties, &groups, accounts);
    let is_declared = |account: u32| {
        let declares = |words: &[&str]| material.declares(account, words);
        declares(&RESEARCH) || declares(&DISTILLATION)
    };
    let mut declared = vec![false; accounts];
    for account in groups.iter().flat_map(|group| &group.accounts) {
        declared[*account as usize] = is_declared(*account);
    }
    let beyond = beyond_prompts(&within, accounts, |_| true);
    let explained: Vec<bool> = beyond_prompts(&within, accounts, |other| !declared[other as usize])
        .into_iter()
        .zip(declared)
        .map(|(is_beyond, is_declared)| is_declared && !is_beyond)
        .collect();
    let parting = Parting { ran, beyond, explained, progress };
    let of = |told: Told| {
        progress.check()?;
        let parts =
            parting.without_declared(told)?.into_iter().map(|told| parting.without_strangers(told));
        parts.collect::<Result<Vec<Vec<Told>>, Cancelled>>()
    };
    let parts: Result<Vec<Vec<Vec<Told>>>, Cancelled> = told.into_par_iter().map(of).collect();
    Ok(parts?.into_iter().flatten().flatten().collect())
}

/// What clusters are taken apart by.
struct Parting<'a> {
    ran: &'a [Ran<'a>],
    /// Whether each account has a tie within its cluster that is no common prompt.
    beyond: Vec<bool>,
    /// Whether each account is in a programme that explains what it asks, and has such a tie to
    /// nobody but others in one.
    explained: Vec<bool>,
    progress: &'a Progress,
}

impl Parting<'_> {
    /// Apart from a few in a programme that explains what they ask.
    fn without_declared(&self, told: Told) -> Result<Vec<Told>, Cancelled> {
        let (group, _) = &told;
        let (mut others, mut declared) = parts(group, |account| !self.explained[account as usize]);
        let n = declared.accounts.len();
        if n == 0 || LEAST_APART * n >= group.accounts.len() {
            return Ok(vec![told]);
        }
        declared.set_apart = others_with_prompts(others.accounts.len());
        others.set_apart = format!(
            "{n} in a programme for research or distillation, with nothing but prompts in common with \
             these"
        );
        let mut parts = vec![self.told(others)?];
        // One alone is no cluster.
        if n > 1 {
            parts.push(self.told(declared)?);
        }
        Ok(parts)
    }

    /// Those who are tied by more than prompts apart from the others.
    fn without_strangers(&self, told: Told) -> Result<Vec<Told>, Cancelled> {
        let (group, findings) = &told;
        let (mut tied, mut apart) = parts(group, |account| self.beyond[account as usize]);
        let (n, others) = (tied.accounts.len(), apart.accounts.len());
        let is_few = n < LEAST[0] || others < LEAST[1] || LEAST_APART * others < n + others;
        if is_few || families(self.ran, findings) < ENOUGH {
            return Ok(vec![told]);
        }
        let of_apart = about(self.ran, &apart, self.progress)?;
        if families(self.ran, &of_apart) >= ENOUGH {
            return Ok(vec![told]);
        }
        let before = match group.set_apart.as_str() {
            "" => String::new(),
            words => format!("{words}; "),
        };
        tied.set_apart = format!("{before}{}", others_with_prompts(others));
        apart.set_apart = format!("{before}{}", others_with_prompts(n));
        Ok(vec![self.told(tied)?, (apart, of_apart)])
    }

    fn told(&self, group: Grouped) -> Result<Told, Cancelled> {
        let findings = about(self.ran, &group, self.progress)?;
        Ok((group, findings))
    }
}

fn others_with_prompts(n: usize) -> String {
    format!("{} with nothing but prompts in common with these", count(n))
}

/// Whether each account has a tie within its cluster that is no common prompt, to another one that
/// counts.
fn beyond_prompts(within: &Ties, accounts: usize, counts: impl Fn(u32) -> bool) -> Vec<bool> {
    let mut beyond = vec![false; accounts];
    for link in within.links.iter().filter(|link| link.layer != Layer::Template) {
        beyond[link.a as usize] |= counts(link.b);
        beyond[link.b as usize] |= counts(link.a);
    }
    for circle in within.circles.iter().filter(|circle| circle.layer != Layer::Template) {
        let counting = circle.accounts.iter().filter(|account| counts(**account)).count();
        for account in &circle.accounts {
            beyond[*account as usize] |= counting > usize::from(counts(*account));
        }
    }
    beyond
}

/// Those of a cluster of whom that holds, and the others.
fn parts(group: &Grouped, holds: impl Fn(u32) -> bool) -> (Grouped, Grouped) {
    let members = group.members.iter().copied();
    let (these, others) = members.partition(|member| holds(member.account));
    (Grouped::of(these), Grouped::of(others))
}

/// How many kinds of evidence there are.
fn families(ran: &[Ran<'_>], findings: &[Finding]) -> usize {
    let weighed = with_definitions(ran, findings);
    let has = |family: &&Family| {
        weighed.iter().any(|weighed| weighed.is_evidence() && weighed.finding.family == **family)
    };
    Family::ALL.iter().filter(has).count()
}

/// What the detectors say of some accounts.
pub(super) fn about(
    ran: &[Ran<'_>],
    group: &Grouped,
    progress: &Progress,
) -> Result<Vec<Finding>, Cancelled> {
    let group = Group { id: 0, members: &group.accounts };
    // Detectors side by side, too: one cluster may be larger than all others together.
    let of = |ran: &Ran<'_>| ran.timed(progress, "clusters", |seen| seen.cluster(group));
    let found = ran.par_iter().map(of).collect::<Result<Vec<_>, Cancelled>>()?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::registry;
    use crate::detect::testkit::{Asked, attributes, case};
    use crate::detect::{Circle, Seen, link::Link};
    use crate::model::finding::{Member, Membership, Statement, Subject};

    /// Says that it is so of a cluster that has one of these accounts.
    struct Of(&'static str, std::ops::Range<u32>);

    impl Seen for Of {
        fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
            let definition = registry::by_id(self.0).expect("a detector").definition();
            let finding = Finding {
                subject: Subject::Cluster(1),
                detector: definition.id.into(),
                version: definition.version,
                family: definition.family,
                accounts: group.members.to_vec(),
                statement: Statement::default(),
                statistic: 1.0,
                threshold: String::new(),
                effect: 2.0,
                null: None,
                log10_p: Some(-9.0),
                is_exact: false,
                evidence: Vec::new(),
            };
            Ok(self.1.clone().any(|account| group.has(account)).then_some(finding))
        }
    }

    /// The clusters that come of thirty accounts with a common prompt, of whom the first ten have cards
    /// in common, and these accounts take turns.
    fn parts(take_turns: std::ops::Range<u32>, known: &Attributes) -> Vec<Grouped> {
        parted(take_turns, known, &[])
    }

    /// The same where these have a card in common, too.
    fn parted(
        take_turns: std::ops::Range<u32>,
        known: &Attributes,
        cards: &[(u32, u32)],
    ) -> Vec<Grouped> {
        let ran: Vec<Ran<'_>> = [Of("D21", 0..30), Of("D10", 0..10), Of("D01", take_turns)]
            .into_iter()
            .map(|of| {
                let definition = registry::by_id(of.0).expect("a detector").definition();
                Ran { definition, seen: Box::new(of) }
            })
            .collect();
        let member = |account| Member { account, stability: 1.0, membership: Membership::Core };
        let group = Grouped::of((0..30).map(member).collect());
        let circle = Circle::new((0..30).collect(), Layer::Template, 3.0, "template 1".into());
        let of_ten = (1..10).map(|a| (0, a)).chain(cards.iter().copied());
        let links = of_ten.map(|(a, b)| Link::new(a, b, Layer::Indicator, 6.0, "card x".into()));
        let ties = Ties { links: links.collect(), circles: vec![circle] };
        let progress = Progress::default();
        let findings = about(&ran, &group, &progress).expect("nobody cancels");
        let index = case(30, &[], &(0..30).map(|a| Asked::of(1, a, 0, 1)).collect::<Vec<_>>());
        let material = Material::new(&index, known, &[]);
        let told = taken_apart(&material, &ran, vec![(group, findings)], &ties, &progress);
        let told = told.expect("nobody cancels");
        told.into_iter().map(|(group, _)| group).collect()
    }

    #[test]
    fn who_shares_nothing_but_a_prompt_is_set_apart_unless_there_is_more_about_them() {
        let (tied, others): (Vec<u32>, Vec<u32>) = ((0..10).collect(), (10..30).collect());
        let none = Attributes::new();
        let accounts = |take_turns| -> Vec<Vec<u32>> {
            parts(take_turns, &none).into_iter().map(|group| group.accounts).collect()
        };
        assert_eq!(accounts(0..0), [tied.clone(), others.clone()]);
        assert_eq!(accounts(0..10), [tied, others]);
        assert_eq!(accounts(0..30), [(0..30).collect::<Vec<u32>>()], "they take turns, too");
        let said: Vec<String> = parts(0..10, &none).into_iter().map(|g| g.set_apart).collect();
        let told = |n: u32| format!("{n} with nothing but prompts in common with these");
        assert_eq!(said, [told(20), told(10)]);
        assert_eq!(parts(0..30, &none)[0].set_apart, "");
    }

    #[test]
    fn a_declared_study_that_shares_nothing_but_a_prompt_is_left_out_whatever_the_others_do() {
        let studies = |accounts: std::ops::Range<u32>| {
            attributes(&accounts.map(|a| (a, "program", "extraction study")).collect::<Vec<_>>())
        };
        let one = parts(0..30, &studies(29..30));
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].accounts, (0..29).collect::<Vec<u32>>());
        assert!(one[0].set_apart.starts_with("1 in a programme"), "{}", one[0].set_apart);
        let two = parts(0..30, &studies(28..30));
        assert_eq!(two[1].accounts, [28, 29], "a cluster of their own");
        assert!(two[1].set_apart.starts_with("28 with nothing but"), "{}", two[1].set_apart);
        let card = [(28, 29)];
        let on_one_card = parted(0..30, &studies(28..30), &card);
        assert_eq!(on_one_card[1].accounts, [28, 29], "each other's card explains no other tie");
        let three: Vec<(Vec<u32>, String)> = parts(0..10, &studies(28..30))
            .into_iter()
            .map(|group| (group.accounts, group.set_apart))
            .collect();
        assert_eq!(three.len(), 3, "{three:?}");
        assert!(
            three[..2].iter().all(|(_, said)| said.starts_with("2 in a programme")),
            "{three:?}"
        );
        assert_eq!(parts(0..30, &studies(9..10))[0].accounts.len(), 30, "a card ties it, too");
        assert_eq!(parts(0..30, &studies(20..30))[0].accounts.len(), 30, "a third of all");
    }
}
