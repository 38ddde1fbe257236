//! What is concluded from what was found: scores, levels and innocent explanations of clusters and of
//! accounts.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::benign;
use super::chance::Chance;
use super::definition::{Definition, Strength};
use super::detector::{Group, Seen, Ties};
use super::fusion::{self, Case, Controlled, Weighed};
use super::material::Material;
use super::outcome::Outcome;
use super::stats::multiple::benjamini_hochberg;
use crate::job::Progress;
use crate::model::finding::{
    AccountScore, Benign, Cluster, Family, Finding, Hypothesis, Level, Member, Membership, Subject,
    Tested, Without,
};

/// The share of false ones that is accepted among the clusters that are told from chance.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// What a score is worth while an innocent explanation stands.
const EXPLAINED: f64 = 0.5;

/// What the scores of a cluster are worth that is not told from chance, such as one that nothing
/// speaks for but the tie that chose it, or, without exact evidence, from accounts of one owner: it
/// ranks below those that are, and one strong family still puts it above the middle.
const UNTOLD: f64 = 0.75;

/// A detector that ran.
pub(super) struct Ran<'a> {
    pub definition: &'static Definition,
    pub seen: Box<dyn Seen + 'a>,
}

impl Ran<'_> {
    /// Asks it for something, and notes how long it took.
    pub fn timed<T>(&self, progress: &Progress, what: &str, ask: impl FnOnce(&dyn Seen) -> T) -> T {
        progress.timed(&format!("{} {what}", self.definition.id), || ask(&*self.seen))
    }
}

/// What there is to say of a cluster.
pub(super) struct Judged {
    pub members: Vec<Member>,
    /// Ties between its accounts.
    pub ties: Ties,
    pub held_by: String,
    pub findings: Vec<Finding>,
    /// How likely chance gives it; `None` where nothing says what chose it.
    pub chance: Option<Chance>,
}

/// What a cluster comes to before its number is known.
struct Weighing {
    cluster: Cluster,
    judged: Judged,
}

/// Concludes from everything.
pub(super) fn concluded(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    judged: Vec<Judged>,
    about_accounts: Vec<Finding>,
) -> Outcome {
    let mut weighed: Vec<Weighing> = judged.into_iter().map(|judged| weigh(ran, judged)).collect();
    let p: Vec<Option<f64>> = weighed.iter().map(|w| w.cluster.log10_p).collect();
    let limit = limit(&p);
    weighed.par_iter_mut().for_each(|weighing| conclude(material, ran, weighing, limit));
    weighed.sort_by(|a, b| rank(&b.cluster).total_cmp(&rank(&a.cluster)));
    let mut outcome = Outcome::default();
    for (id, mut weighing) in (1..).zip(weighed) {
        weighing.cluster.id = id;
        for mut finding in weighing.judged.findings {
            finding.subject = Subject::Cluster(id);
            outcome.findings.push(finding);
        }
        outcome.links.extend(weighing.judged.ties.links);
        outcome.circles.extend(weighing.judged.ties.circles);
        outcome.clusters.push(weighing.cluster);
    }
    outcome.links.sort_by_key(|link| (link.a, link.b, link.layer));
    doubt(&mut outcome.clusters, &spoken_of(ran, &outcome.findings));
    outcome.accounts = accounts(material, ran, &outcome.clusters, &about_accounts);
    outcome.findings.extend(about_accounts);
    outcome
}

/// The largest p, log10, with which a cluster is told from chance: of those up to it no more than
/// [`FALSE_DISCOVERY_RATE`] are false on average, after Benjamini and Hochberg. `None` where none
/// is.
fn limit(log10_p: &[Option<f64>]) -> Option<f64> {
    let p = |log10_p: &Option<f64>| log10_p.map_or(1.0, |p| libm::pow(10.0, p).min(1.0));
    let adjusted = benjamini_hochberg(&log10_p.iter().map(p).collect::<Vec<f64>>())?;
    let told = log10_p.iter().zip(adjusted).filter(|(_, q)| *q <= FALSE_DISCOVERY_RATE);
    told.filter_map(|(p, _)| *p).max_by(f64::total_cmp)
}

/// Which clusters of a run are told from chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The largest p, log10, with which one is; `None` where none is.
    limit: Option<f64>,
    /// How many of the listed clusters (`probable` and above) chance is expected to have made, at
    /// most: the accepted share of all that are told from chance, listed or not, since the bound is
    /// of these; 0 where none is listed.
    pub expected_false: f64,
}

impl Told {
    /// Among all clusters of a run, after Benjamini and Hochberg.
    pub fn among(clusters: &[Cluster]) -> Self {
        let listed = clusters.iter().filter(|cluster| cluster.level >= Level::Probable).count();
        let p: Vec<Option<f64>> = clusters.iter().map(|cluster| cluster.log10_p).collect();
        let limit = limit(&p);
        let told = p.iter().flatten().filter(|p| limit.is_some_and(|limit| **p <= limit)).count();
        Self { limit, expected_false: (told as f64 * FALSE_DISCOVERY_RATE).min(listed as f64) }
    }

    /// Whether one of them is told from chance.
    pub fn has(self, cluster: &Cluster) -> bool {
        cluster.log10_p.zip(self.limit).is_some_and(|(p, limit)| p <= limit)
    }
}

/// How many of the listed clusters chance is expected to have made; see [`Told::expected_false`].
pub fn expected_false(clusters: &[Cluster]) -> f64 {
    Told::among(clusters).expected_false
}

/// Findings with the definitions of their detectors.
pub(super) fn with_definitions<'a>(ran: &[Ran<'_>], findings: &'a [Finding]) -> Vec<Weighed<'a>> {
    let weigh = |finding: &'a Finding| {
        let definition = ran.iter().find(|r| r.definition.id == finding.detector)?.definition;
        Some(Weighed { finding, definition })
    };
    findings.iter().filter_map(weigh).collect()
}

fn weigh(ran: &[Ran<'_>], mut judged: Judged) -> Weighing {
    let weighed = with_definitions(ran, &judged.findings);
    let has_run = |family: Family| ran.iter().any(|r| r.definition.family == family);
    let cluster = Cluster {
        id: 0,
        members: std::mem::take(&mut judged.members),
        level: Level::None,
        coordination: 0.0,
        harvesting: 0.0,
        families: fusion::family_scores(&weighed, has_run),
        held_by: std::mem::take(&mut judged.held_by),
        log10_p: judged.chance.and_then(|chance| chance.log10_p(None)),
        benign: Vec::new(),
        without: Vec::new(),
    };
    Weighing { cluster, judged }
}

fn conclude(material: &Material<'_>, ran: &[Ran<'_>], weighing: &mut Weighing, limit: Option<f64>) {
    let judged = &weighing.judged;
    let findings = with_definitions(ran, &judged.findings);
    if findings.iter().any(Weighed::is_evidence) {
        let members: Vec<u32> = weighing.cluster.members.iter().map(|m| m.account).collect();
        let group = Group { id: 0, members: &members };
        weighing.cluster.benign = benign::of_group(material, group, &judged.findings, &judged.ties);
    }
    let cluster = &mut weighing.cluster;
    let is_told = |but: &[Family]| {
        let p = judged.chance.and_then(|chance| chance.log10_p_without(but));
        p.zip(limit).is_some_and(|(p, limit)| p <= limit)
    };
    let mut controlled = Controlled::all(is_told(&[]));
    for family in Family::ALL {
        controlled.without[*family as usize] = is_told(&counted_in(&findings, *family));
    }
    let benign = &cluster.benign;
    let scores = |of: &[Weighed<'_>], is_told| {
        let worth = worth(of, benign, is_told);
        [Hypothesis::Coordinated, Hypothesis::Harvesting].map(|h| worth * fusion::score(of, h))
    };
    let [coordination, harvesting] = scores(&findings, controlled.by_all);
    let accounts = cluster.members.len();
    let case = Case { findings: &findings, benign: &cluster.benign, accounts, controlled };
    let of_rest = |(family, level)| {
        let rest: Vec<Weighed<'_>> =
            findings.iter().copied().filter(|weighed| weighed.finding.family != family).collect();
        let scores = scores(&rest, controlled.without[family as usize]);
        let [coordination, harvesting] = scores.map(Some);
        Without { family, level, coordination, harvesting }
    };
    let without = fusion::without(case).into_iter().map(of_rest).collect();
    (cluster.level, cluster.without) = (fusion::level(case), without);
    (cluster.coordination, cluster.harvesting) = (coordination, harvesting);
}

/// A family, and those in which the detectors are counted whose findings are of it.
fn counted_in(findings: &[Weighed<'_>], family: Family) -> Vec<Family> {
    let of = findings.iter().filter(|weighed| weighed.finding.family == family);
    let mut all: Vec<Family> = of.map(|weighed| weighed.definition.family).collect();
    all.push(family);
    all.sort_unstable();
    all.dedup();
    all
}

/// What the scores of a cluster are worth: less where it is not told from chance, or, without exact
/// evidence, may be of one owner; and beside explanations, as [`explained`] says.
fn worth(findings: &[Weighed<'_>], benign: &[Benign], is_told: bool) -> f64 {
    let is_exact = findings.iter().any(|weighed| weighed.finding.is_exact);
    let is_owned = benign.iter().any(Benign::is_blind) && !is_exact;
    let told = if is_told && !is_owned { 1.0 } else { UNTOLD };
    told * explained(benign)
}

/// What scores are worth beside the explanations: half while one stands that says that it is not so.
/// A contract says that it may be so.
fn explained(benign: &[Benign]) -> f64 {
    let denies = |b: &Benign| b.tested == Tested::NotExcluded && !benign::allows(&b.id);
    if benign.iter().any(denies) { EXPLAINED } else { 1.0 }
}

fn rank(cluster: &Cluster) -> f64 {
    let scores = [cluster.coordination, cluster.harvesting];
    cluster.level.rank(scores, cluster.members.len() as u64)
}

/// What is concluded about each account: as a member of its cluster, and by what is found about
/// itself.
fn accounts(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    clusters: &[Cluster],
    findings: &[Finding],
) -> Vec<AccountScore> {
    let mut scores: Vec<AccountScore> = clusters.iter().flat_map(of_members).collect();
    scores.sort_by_key(|score| score.account);
    let mut own: Vec<&Finding> = findings.iter().collect();
    own.sort_by_key(|finding| finding.accounts.first().copied());
    let by_account: Vec<Vec<Finding>> = own
        .chunk_by(|a, b| a.accounts.first() == b.accounts.first())
        .map(|of| of.iter().map(|finding| (*finding).clone()).collect())
        .collect();
    // Every account of the case could have been one that something is found about.
    let mut p: Vec<Option<f64>> = by_account.iter().map(|of| beyond_one_family(ran, of)).collect();
    let found = p.len();
    p.resize(found.max(material.index.accounts().len()), None);
    let limit = limit(&p);
    for (findings, p) in by_account.iter().zip(p) {
        let Some(account) = findings[0].accounts.first().copied() else { continue };
        let is_told = p.zip(limit).is_some_and(|(p, limit)| p <= limit);
        let alone = alone(material, ran, account, findings, is_told);
        match scores.binary_search_by_key(&account, |score| score.account) {
            Ok(at) => {
                let score = &mut scores[at];
                score.coordination = score.coordination.max(alone.coordination);
                score.harvesting = score.harvesting.max(alone.harvesting);
                score.level = score.level.max(alone.level);
                score.benign = alone.benign;
            }
            Err(at) => scores.insert(at, alone),
        }
    }
    scores
}

/// Doubts that accounts belong to a cluster that is listed, of which hardly anything is said by name.
fn doubt(clusters: &mut [Cluster], spoken_of: &BTreeSet<u32>) {
    for cluster in clusters.iter_mut().filter(|cluster| cluster.level >= Level::Probable) {
        let beside = cluster.members.iter_mut().filter(|m| !spoken_of.contains(&m.account));
        beside.for_each(|member| member.membership = Membership::Doubtful);
    }
}

/// The accounts of which what is said of clusters speaks by name: exact evidence, or findings of two
/// families. Nobody stands beside evidence that others gave.
fn spoken_of(ran: &[Ran<'_>], findings: &[Finding]) -> BTreeSet<u32> {
    let mut families: BTreeMap<u32, BTreeSet<Family>> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for Weighed { finding, definition } in with_definitions(ran, findings) {
        if definition.strength == Strength::Context {
            continue;
        }
        for account in &finding.accounts {
            let of = families.entry(*account).or_default();
            of.insert(finding.family);
            if finding.is_exact || of.len() > 1 {
                all.insert(*account);
            }
        }
    }
    all
}

/// The members of a cluster. One whose membership is doubtful is not more than indicative for it, and
/// has half of its scores.
fn of_members(cluster: &Cluster) -> impl Iterator<Item = AccountScore> {
    cluster.members.iter().map(|member| {
        let is_doubtful = member.membership == Membership::Doubtful;
        let part = if is_doubtful { 0.5 } else { 0.5 + 0.5 * member.stability };
        AccountScore {
            account: member.account,
            coordination: cluster.coordination * part,
            harvesting: cluster.harvesting * part,
            level: if is_doubtful { cluster.level.min(Level::Indicative) } else { cluster.level },
            cluster: Some(cluster.id),
            benign: Vec::new(),
        }
    })
}

/// log10 of p that there is nothing about an account beyond one family: the second smallest p of a
/// family, times the detectors of that family that looked and the families (the partial conjunction
/// of two, as for clusters). `None` where one family speaks.
fn beyond_one_family(ran: &[Ran<'_>], findings: &[Finding]) -> Option<f64> {
    let weighed = with_definitions(ran, findings);
    let of = |family: &Family| {
        let own = weighed.iter().filter(|w| w.finding.family == *family && w.counts());
        let least = own.map(Weighed::p).min_by(f64::total_cmp)?;
        Some(least * ran.iter().filter(|r| r.definition.family == *family).count() as f64)
    };
    let mut all: Vec<f64> = Family::ALL.iter().filter_map(of).collect();
    all.sort_by(f64::total_cmp);
    let families = Family::ALL.len() as f64;
    all.get(1).map(|second| libm::log10((second * families).min(1.0)))
}

/// An account by what is found about itself alone; `is_told` says whether it is told from chance.
fn alone(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    account: u32,
    findings: &[Finding],
    is_told: bool,
) -> AccountScore {
    let weighed = with_definitions(ran, findings);
    // A contract explains what is no evidence, too.
    let benign = benign::of_account(material, account, findings);
    let worth = if weighed.iter().any(Weighed::is_evidence) { explained(&benign) } else { 1.0 };
    let controlled = Controlled::all(is_told);
    let case = Case { findings: &weighed, benign: &benign, accounts: 1, controlled };
    AccountScore {
        account,
        coordination: worth * fusion::score(&weighed, Hypothesis::Coordinated),
        harvesting: worth * fusion::score(&weighed, Hypothesis::Harvesting),
        level: fusion::level(case).min(Level::Probable),
        cluster: None,
        benign,
    }
}

#[cfg(test)]
#[path = "conclusion_tests.rs"]
mod tests;
