//! A run of the detectors over a case.

use rayon::prelude::*;

use super::benign;
use super::definition::Definition;
use super::detector::{Detector, Group, Look, Seen, Ties};
use super::fusion::{self, Case, Weighed};
use super::grouping::{self, Grouped};
use super::holding;
use super::material::Material;
use super::outcome::Outcome;
use super::parameters::Parameters;
use super::registry;
use super::stats::multiple::benjamini_hochberg;
use crate::job::{Cancelled, Progress};
use crate::model::finding::{
    AccountScore, Cluster, DetectorRun, DetectorState, Family, Finding, Hypothesis, Level, Member,
    Membership, Subject, Tested,
};

/// The share of false ones among the clusters that are listed as probable that is accepted.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// What a score is worth while an innocent explanation stands.
const EXPLAINED: f64 = 0.5;

/// How a run is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Everything random follows from it.
    pub seed: u64,
    /// Ids of the detectors to run; empty for all.
    pub only: Vec<String>,
    /// Numbers that decide, where they are not as defined.
    pub parameters: Parameters,
}

/// A detector that ran.
struct Ran<'a> {
    definition: &'static Definition,
    seen: Box<dyn Seen + 'a>,
}

/// Runs the detectors.
///
/// # Errors
/// When cancelled.
pub fn analyze(
    material: &Material<'_>,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome, Cancelled> {
    let look = Look { material, parameters: &options.parameters, seed: options.seed, progress };
    let (mut detectors, ran) = looked(&look, options)?;
    progress.set_phase("tying accounts", 0);
    let mut ties = Ties::default();
    for detector in &ran {
        let of = detector.seen.ties()?;
        ties.links.extend(of.links);
        ties.circles.extend(of.circles);
    }
    let accounts = material.index.accounts().len();
    let groups = grouping::group(accounts, &ties, options.seed, progress)?;
    progress.set_phase("weighing clusters", groups.len() as u64);
    let about_groups = about_groups(&ran, &groups, progress)?;
    let mut about_accounts = Vec::new();
    for detector in &ran {
        about_accounts.extend(detector.seen.accounts()?);
    }
    let ties = grouping::within(&ties, &groups, accounts);
    let held = held_by(&groups, &ties, accounts);
    let mut outcome = concluded(material, &ran, groups, held, about_groups, about_accounts);
    (outcome.links, outcome.circles) = (ties.links, ties.circles);
    for detector in &mut detectors {
        let of = |finding: &&Finding| finding.detector == detector.detector;
        detector.findings = outcome.findings.iter().filter(of).count() as u64;
    }
    outcome.detectors = detectors;
    Ok(outcome)
}

/// Each detector that can look has looked; for all of them how it went.
fn looked<'a>(
    look: &Look<'a>,
    options: &Options,
) -> Result<(Vec<DetectorRun>, Vec<Ran<'a>>), Cancelled> {
    let all = registry::all();
    look.progress.set_phase("looking", all.len() as u64);
    let one = |detector: &&'static dyn Detector| {
        let definition = detector.definition();
        let is_asked = registry::is_asked(&options.only, *detector);
        let (state, seen) = match look.material.missing(definition.needs) {
            _ if !is_asked => (DetectorState::LeftOut, None),
            Some(why) => (DetectorState::NotRun { why }, None),
            None => (DetectorState::Ran, Some(detector.look(look)?)),
        };
        look.progress.advance(1);
        let run = DetectorRun {
            detector: definition.id.to_owned(),
            version: definition.version,
            parameters: options.parameters.json(definition),
            state,
            findings: 0,
        };
        Ok((run, seen.map(|seen| Ran { definition, seen })))
    };
    let went = all.par_iter().map(one).collect::<Result<Vec<_>, Cancelled>>()?;
    let (runs, ran): (Vec<_>, Vec<_>) = went.into_iter().unzip();
    Ok((runs, ran.into_iter().flatten().collect()))
}

/// What each detector says of each group.
fn about_groups(
    ran: &[Ran<'_>],
    groups: &[Grouped],
    progress: &Progress,
) -> Result<Vec<Vec<Finding>>, Cancelled> {
    let of = |(id, group): (usize, &Grouped)| {
        progress.check()?;
        let group = Group { id: id as u32 + 1, members: &group.accounts };
        let mut found = Vec::new();
        for detector in ran {
            found.extend(detector.seen.cluster(group)?);
        }
        progress.advance(1);
        Ok(found)
    };
    groups.par_iter().enumerate().map(of).collect()
}

/// What holds each group together; `ties` are those within groups.
fn held_by(groups: &[Grouped], ties: &Ties, accounts: usize) -> Vec<String> {
    let mut of = vec![0; accounts];
    for (id, group) in groups.iter().enumerate() {
        group.accounts.iter().for_each(|account| of[*account as usize] = id);
    }
    let mut split: Vec<Ties> = groups.iter().map(|_| Ties::default()).collect();
    for link in &ties.links {
        split[of[link.a as usize]].links.push(link.clone());
    }
    for circle in &ties.circles {
        let first = circle.accounts.first().map_or(0, |account| of[*account as usize]);
        split[first].circles.push(circle.clone());
    }
    let one = |(group, ties): (&Grouped, &Ties)| holding::held_by(&group.accounts, ties);
    groups.par_iter().zip(&split).map(one).collect()
}

/// What a cluster comes to before its number is known.
struct Weighing {
    cluster: Cluster,
    findings: Vec<Finding>,
}

fn concluded(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    groups: Vec<Grouped>,
    held_by: Vec<String>,
    about_groups: Vec<Vec<Finding>>,
    about_accounts: Vec<Finding>,
) -> Outcome {
    let mut weighed: Vec<Weighing> = groups
        .into_iter()
        .zip(held_by)
        .zip(about_groups)
        .map(|((group, held_by), findings)| weigh(ran, group.members, held_by, findings))
        .collect();
    let p = |w: &Weighing| w.cluster.log10_p.map_or(1.0, |log10_p| libm::pow(10.0, log10_p));
    let p: Vec<f64> = weighed.iter().map(p).collect();
    let adjusted = benjamini_hochberg(&p).unwrap_or_else(|| vec![1.0; weighed.len()]);
    weighed.par_iter_mut().zip(adjusted).for_each(|(weighing, q)| {
        conclude(material, ran, weighing, q <= FALSE_DISCOVERY_RATE);
    });
    weighed.sort_by(|a, b| rank(&b.cluster).total_cmp(&rank(&a.cluster)));
    let mut outcome = Outcome::default();
    for (id, mut weighing) in (1..).zip(weighed) {
        weighing.cluster.id = id;
        for mut finding in weighing.findings {
            finding.subject = Subject::Cluster(id);
            outcome.findings.push(finding);
        }
        outcome.clusters.push(weighing.cluster);
    }
    outcome.accounts = accounts(ran, &outcome.clusters, &about_accounts);
    outcome.findings.extend(about_accounts);
    outcome
}

fn with_definitions<'a>(ran: &[Ran<'_>], findings: &'a [Finding]) -> Vec<Weighed<'a>> {
    let weigh = |finding: &'a Finding| {
        let definition = ran.iter().find(|r| r.definition.id == finding.detector)?.definition;
        Some(Weighed { finding, definition })
    };
    findings.iter().filter_map(weigh).collect()
}

fn weigh(
    ran: &[Ran<'_>],
    members: Vec<Member>,
    held_by: String,
    findings: Vec<Finding>,
) -> Weighing {
    let weighed = with_definitions(ran, &findings);
    let has_run = |family: Family| ran.iter().any(|r| r.definition.family == family);
    let cluster = Cluster {
        id: 0,
        members,
        level: Level::None,
        coordination: fusion::score(&weighed, Hypothesis::Coordinated),
        harvesting: fusion::score(&weighed, Hypothesis::Harvesting),
        families: fusion::family_scores(&weighed, has_run),
        held_by,
        log10_p: fusion::log10_p(&weighed),
        benign: Vec::new(),
        without: Vec::new(),
    };
    Weighing { cluster, findings }
}

fn conclude(
    material: &Material<'_>,
    ran: &[Ran<'_>],
    weighing: &mut Weighing,
    is_controlled: bool,
) {
    let findings = with_definitions(ran, &weighing.findings);
    if findings.iter().any(Weighed::is_evidence) {
        let members: Vec<u32> = weighing.cluster.members.iter().map(|m| m.account).collect();
        let group = Group { id: 0, members: &members };
        weighing.cluster.benign = benign::of_group(material, group, &weighing.findings);
    }
    let cluster = &mut weighing.cluster;
    if cluster.benign.iter().any(|benign| benign.tested == Tested::NotExcluded) {
        cluster.coordination *= EXPLAINED;
        cluster.harvesting *= EXPLAINED;
    }
    let case = Case { findings: &findings, benign: &cluster.benign, is_controlled };
    let (level, without) = (fusion::level(case), fusion::without(case));
    (weighing.cluster.level, weighing.cluster.without) = (level, without);
}

/// What comes first: the level, then how sure, then how large.
fn rank(cluster: &Cluster) -> f64 {
    let sure = cluster.coordination.max(cluster.harvesting);
    let size = (cluster.members.len() as f64).min(1e6) / 1e9;
    f64::from(cluster.level as u8) * 10.0 + sure + size
}

/// What is concluded about each account: as a member of its cluster, and by what is found about
/// itself. An account whose membership is doubtful is not more than indicative for its cluster.
fn accounts(ran: &[Ran<'_>], clusters: &[Cluster], findings: &[Finding]) -> Vec<AccountScore> {
    let mut scores: Vec<AccountScore> = Vec::new();
    for cluster in clusters {
        for member in &cluster.members {
            let is_doubtful = member.membership == Membership::Doubtful;
            let level =
                if is_doubtful { cluster.level.min(Level::Indicative) } else { cluster.level };
            scores.push(AccountScore {
                account: member.account,
                coordination: cluster.coordination * (0.5 + 0.5 * member.stability),
                harvesting: cluster.harvesting * (0.5 + 0.5 * member.stability),
                level,
                cluster: Some(cluster.id),
                benign: Vec::new(),
            });
        }
    }
    scores.sort_by_key(|score| score.account);
    let mut own: Vec<&Finding> = findings.iter().collect();
    own.sort_by_key(|finding| finding.accounts.first().copied());
    for of in own.chunk_by(|a, b| a.accounts.first() == b.accounts.first()) {
        let Some(account) = of[0].accounts.first().copied() else { continue };
        let findings: Vec<Finding> = of.iter().map(|finding| (*finding).clone()).collect();
        let weighed = with_definitions(ran, &findings);
        let case = Case { findings: &weighed, benign: &[], is_controlled: true };
        let alone = AccountScore {
            account,
            coordination: fusion::score(&weighed, Hypothesis::Coordinated),
            harvesting: fusion::score(&weighed, Hypothesis::Harvesting),
            level: fusion::level(case).min(Level::Probable),
            cluster: None,
            benign: Vec::new(),
        };
        match scores.binary_search_by_key(&account, |score| score.account) {
            Ok(at) => {
                let score = &mut scores[at];
                score.coordination = score.coordination.max(alone.coordination);
                score.harvesting = score.harvesting.max(alone.harvesting);
                score.level = score.level.max(alone.level);
            }
            Err(at) => scores.insert(at, alone),
        }
    }
    scores
}
