//! A run of the detectors over a case.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::apart::{self, Told};
use super::beside;
use super::chance::{Chosen, Looked, chance};
use super::conclusion::{Judged, Ran, concluded};
use super::detector::{Detector, Group, Look, Ties};
use super::grouping::{self, Grouped};
use super::holding;
use super::material::Material;
use super::outcome::Outcome;
use super::parameters::Parameters;
use super::registry;
use super::selection::{self, Origin};
use crate::job::{Cancelled, Progress};
use crate::model::finding::{
    Cluster, DetectorRun, DetectorState, Family, Finding, Layer, Measured, Subject, count,
};

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
        let of = detector.timed(progress, "ties", |seen| seen.ties())?;
        tell_ties(progress, detector, &of);
        ties.links.extend(of.links);
        ties.circles.extend(of.circles);
    }
    let accounts = material.index.accounts().len();
    without_stand_ins(material, &mut ties);
    let groups = grouping::group(accounts, &ties, options.seed, progress)?;
    progress.set_phase("weighing clusters", groups.len() as u64);
    let told = told(&ran, groups, progress)?;
    let told = apart::taken_apart(material, &ran, told, &ties, progress)?;
    let judged = judged(&ran, told, &ties, accounts, progress)?;
    let of = |ran: &Ran<'_>| ran.timed(progress, "accounts", |seen| seen.accounts());
    let about_accounts = ran.par_iter().map(of).collect::<Result<Vec<_>, Cancelled>>()?;
    let mut about_accounts: Vec<Finding> = about_accounts.into_iter().flatten().collect();
    let is_real = |finding: &Finding| match finding.subject {
        Subject::Account(account) => !material.stands_in(account),
        Subject::Cluster(_) => true,
    };
    about_accounts.retain(is_real);
    let mut outcome = concluded(material, &ran, judged, about_accounts);
    progress.timed("clusters beside", || beside::tell(&look, &mut outcome.clusters))?;
    for detector in &mut detectors {
        let of = |finding: &&Finding| finding.detector == detector.detector;
        detector.findings = outcome.findings.iter().filter(of).count() as u64;
    }
    outcome.detectors = detectors;
    outcome.measured = ran.par_iter().flat_map_iter(|ran| measured(ran, &outcome)).collect();
    outcome.remarks = remarks(material, &ran);
    Ok(outcome)
}

/// What a detector measured of all accounts, and of those of its clusters.
fn measured(ran: &Ran<'_>, outcome: &Outcome) -> Vec<Measured> {
    let mut by_name: BTreeMap<Cow<'static, str>, Vec<(u32, f64)>> = BTreeMap::new();
    let id = ran.definition.id;
    let members = |cluster: &Cluster| cluster.members.iter().map(|of| of.account).collect();
    let clusters = outcome.clusters.iter().map(|cluster| (cluster.id, members(cluster)));
    let clusters: BTreeMap<u32, Vec<u32>> = clusters.collect();
    for finding in outcome.findings.iter().filter(|finding| finding.detector == id) {
        let Subject::Cluster(cluster) = finding.subject else { continue };
        let Some(members) = clusters.get(&cluster) else { continue };
        for (what, of) in ran.seen.measured_of(Group { id: cluster, members }, finding) {
            by_name.entry(what).or_default().extend(of);
        }
    }
    for (what, of) in ran.seen.measured() {
        by_name.entry(what).or_default().extend(of);
    }
    let of = |(what, mut of): (Cow<'static, str>, Vec<(u32, f64)>)| {
        of.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Measured { detector: id.to_owned(), what: what.into_owned(), of }
    };
    by_name.into_iter().map(of).collect()
}

/// Takes accounts that stand in for records without one out of all ties: what stands under such a
/// name is of nobody knows how many.
fn without_stand_ins(material: &Material<'_>, ties: &mut Ties) {
    ties.links.retain(|link| !material.stands_in(link.a) && !material.stands_in(link.b));
    for circle in &mut ties.circles {
        circle.accounts.retain(|account| !material.stands_in(*account));
    }
    ties.circles.retain(|circle| circle.accounts.len() > 1);
}

/// What was left out, in words.
fn remarks(material: &Material<'_>, ran: &[Ran<'_>]) -> Vec<String> {
    let names = material.stand_ins();
    let stand_ins = (!names.is_empty()).then(|| {
        format!(
            "what stands in for records without an account is in no cluster: {}",
            names.join(", ")
        )
    });
    let of_all = [stand_ins, material.capitals(), material.remote()].into_iter().flatten();
    of_all.chain(ran.iter().filter_map(|ran| ran.seen.remark())).collect()
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
        let parameter = |name: &str| look.parameter(definition, name);
        let (state, seen) = match look.material.missing(definition.needs, parameter) {
            _ if !is_asked => (DetectorState::LeftOut, None),
            Some(why) => (DetectorState::NotRun { why }, None),
            None => {
                let seen = look
                    .progress
                    .timed(&format!("{} looking", definition.id), || detector.look(look))?;
                (DetectorState::Ran, Some(seen))
            }
        };
        if let DetectorState::NotRun { why } = &state {
            look.progress
                .tell(format!("{} {} did not run: {why}", definition.id, definition.title));
        }
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

/// Each group with what the detectors say of it.
fn told(
    ran: &[Ran<'_>],
    groups: Vec<Grouped>,
    progress: &Progress,
) -> Result<Vec<Told>, Cancelled> {
    let of = |group: Grouped| {
        progress.check()?;
        let findings = apart::about(ran, &group, progress)?;
        tell_group(progress, ran, group.accounts.len(), &findings);
        progress.advance(1);
        Ok((group, findings))
    };
    groups.into_par_iter().map(of).collect()
}

/// Titles of detectors that are named at once.
const NAMED: usize = 3;

/// Says how many ties a detector found.
fn tell_ties(progress: &Progress, detector: &Ran<'_>, ties: &Ties) {
    let n = ties.links.len() + ties.circles.len();
    if n > 0 {
        let (id, title) = (detector.definition.id, detector.definition.title);
        let ties = if n == 1 { "tie" } else { "ties" };
        progress.tell(format!("{id} {title}: {} {ties} between accounts", count(n)));
    }
}

/// Says what was found of a group, before it is weighed.
fn tell_group(progress: &Progress, ran: &[Ran<'_>], accounts: usize, findings: &[Finding]) {
    let is_of = |ran: &&Ran<'_>| findings.iter().any(|of| of.detector == ran.definition.id);
    let titles: Vec<&str> = ran.iter().filter(is_of).map(|ran| ran.definition.title).collect();
    if titles.is_empty() {
        return;
    }
    let more = match titles.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    // Some have a comma of their own.
    let named = titles.iter().take(NAMED).copied().collect::<Vec<_>>().join(" · ");
    progress.tell(format!("{} accounts: {named}{more}", count(accounts)));
}

/// What there is to say of each group.
fn judged(
    ran: &[Ran<'_>],
    told: Vec<Told>,
    ties: &Ties,
    accounts: usize,
    progress: &Progress,
) -> Result<Vec<Judged>, Cancelled> {
    let (groups, about_groups): (Vec<Grouped>, Vec<Vec<Finding>>) = told.into_iter().unzip();
    let (origins, could_choose) = selection::origins(&groups, ties, accounts);
    let ties_for_each = could_choose as f64 / groups.len().max(1) as f64;
    let split = split(&groups, &grouping::within(ties, &groups, accounts), accounts);
    let looked: Vec<Looked<'_>> =
        ran.iter().map(|r| Looked { definition: r.definition, seen: &*r.seen }).collect();
    let one = |(id, group, ties, findings, origin): Open| {
        let group_of = Group { id: id as u32 + 1, members: &group.accounts };
        let tied_by = families(&ties);
        let of = |origin: &Origin| {
            let (tied_by, findings) = (&tied_by[..], &findings[..]);
            chance(&looked, Chosen { group: group_of, origin, tied_by, findings, ties_for_each })
        };
        let chance = progress.timed("chance", || origin.as_ref().map(of).transpose())?;
        let mut held_by = progress.timed("what holds", || holding::held_by(&group.accounts, &ties));
        if !group.set_apart.is_empty() {
            held_by = format!("{held_by}. Set apart: {}", group.set_apart);
        }
        Ok(Judged { members: group.members, ties, held_by, findings, chance })
    };
    let open: Vec<Open> = groups
        .into_iter()
        .enumerate()
        .zip(split.into_iter().zip(about_groups).zip(origins))
        .map(|((id, group), ((ties, findings), origin))| (id, group, ties, findings, origin))
        .collect();
    open.into_par_iter().map(one).collect()
}

/// A cluster whose chance is to be told: its place, itself, its ties, what is said of it, and what
/// chose it.
type Open = (usize, Grouped, Ties, Vec<Finding>, Option<Origin>);

/// The kinds of evidence that tie anybody in a cluster.
fn families(ties: &Ties) -> Vec<Family> {
    let layers = ties.links.iter().map(|link| link.layer);
    let layers = layers.chain(ties.circles.iter().map(|circle| circle.layer));
    let mut families: Vec<Family> = layers.map(Layer::family).collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// The ties of each group; `ties` are those within groups.
fn split(groups: &[Grouped], ties: &Ties, accounts: usize) -> Vec<Ties> {
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
    split
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
