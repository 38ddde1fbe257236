//! What the detectors found: a table of all clusters, and a part for each that reaches `probable`.

use serde::Serialize;

use super::explained::{Explained, explained};
use super::judged::judgements;
use super::told::{Told, told};
use super::{Judgement, List, Material, Pair, Plate, left_out};
use crate::case::expected_false;
use crate::detect::exhibit::rank;
use crate::detect::fusion::{HINT, RULE};
use crate::detect::{Parameters, benign, registry};
use crate::model::finding::{
    AccountScore, Analysis, Benign, Cluster, DetectorRun, DetectorState, Family, Finding, Level,
    Subject, Tested, Without,
};
use crate::model::{Verdict, VerdictRecord};
use crate::report::Section;
use crate::report::figure::Bins;
use crate::report::found::{self, DETAILED, Found};
use crate::report::plates::{cluster_file, finding_file};
use crate::report::text::{count, counted, label, shown, spelled};

/// Clusters in the table of all.
const LISTED: usize = 200;
/// Accounts of a cluster that are named.
const NAMED: usize = 40;
/// Characters of a sentence.
const SENTENCE: usize = 600;

/// The section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inferred {
    /// What was found, for the first page.
    pub summary: String,
    /// What the section begins with.
    pub intro: String,
    /// Why detectors are to be run again; empty where they are not.
    pub due: String,
    /// All clusters.
    pub clusters: List<ClusterLine>,
    /// What may explain others of the table, which it takes a level from.
    pub explained: Vec<Explained>,
    /// Those at `probable` and above.
    pub parts: List<ClusterPart>,
    /// Detectors that could not look, and why.
    pub blind: Vec<Pair>,
    /// Detectors that ran, with versions.
    pub ran: String,
    /// The seed.
    pub seed: String,
    /// Exhibits of the tables.
    pub exhibits: Vec<String>,
}

/// A cluster in the table of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterLine {
    /// Its number.
    pub cluster: String,
    /// How far the evidence carries.
    pub level: String,
    /// How many accounts.
    pub accounts: String,
    /// H1.
    pub coordination: String,
    /// H2.
    pub harvesting: String,
    /// Families with evidence.
    pub families: String,
    /// Detectors with a finding.
    pub detectors: String,
    /// The verdicts that stand on its accounts.
    pub verdicts: String,
    /// Number of its part; empty without.
    pub part: String,
}

/// A cluster in detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterPart {
    /// Its number.
    pub cluster: String,
    /// How far the evidence carries.
    pub level: String,
    /// Accounts and scores in one line.
    pub subtitle: String,
    /// What the detectors say.
    pub sentences: Vec<Sentence>,
    /// Pictures of what says most.
    pub plates: Vec<Plate>,
    /// Score of each family.
    pub families: Vec<Pair>,
    /// What holds it together; may be empty.
    pub held_by: String,
    /// What the level depends on.
    pub sensitivity: String,
    /// Innocent explanations.
    pub benign: Vec<BenignLine>,
    /// Clauses of the terms register that were in force at its acts.
    pub clauses: Vec<String>,
    /// Its accounts, the first of them.
    pub accounts: String,
    /// Its rows over time.
    pub activity: Option<Plate>,
    /// The verdicts that stand on its accounts, in one sentence.
    pub verdicts: String,
    /// The same with reasons, signed.
    pub judgements: List<Judgement>,
    /// What every page tells.
    pub told: Told,
}

/// What one detector says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Its id.
    pub detector: String,
    /// The number of the finding in the tables.
    pub finding: String,
    /// Whether it is exact evidence.
    pub exact: bool,
    /// The sentence.
    pub text: String,
    /// Threshold, effect, what chance gives.
    pub measure: String,
}

/// An innocent explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BenignLine {
    /// Its id and name.
    pub name: String,
    /// What came of it.
    pub tested: String,
    /// Whether it takes a level away.
    pub stands: bool,
    /// The facts.
    pub facts: String,
}

/// `D01 Rotation regularity, version 2, with least_hand_overs 5 (usually 3)`.
fn ran_as(run: &DetectorRun, set: &Parameters) -> String {
    let title = registry::by_id(&run.detector).map_or("", |known| known.definition().title);
    let with = Some(set.words(&run.detector)).filter(|words| !words.is_empty());
    let with = with.map_or(String::new(), |words| format!(", with {words}"));
    format!("{} {title}, version {}{with}", run.detector, run.version)
}

/// The section; `None` where detectors were not run.
pub fn section(m: &Material<'_>) -> Option<Inferred> {
    let (analysis, found) = m.gathered.found_in(m.input)?;
    let all: Vec<&Cluster> = found.clusters.iter().map(|at| &analysis.clusters[*at]).collect();
    let run = &analysis.run;
    let ran = run.detectors.iter().filter(|run| run.state == DetectorState::Ran);
    let set = Parameters::of_run(&run.detectors);
    let ran: Vec<String> = ran.map(|r| ran_as(r, &set)).collect();
    let blind = run.detectors.iter().filter_map(|run| match &run.state {
        DetectorState::NotRun { why } => Some(unseen(&run.detector, shown(why, 240))),
        DetectorState::LeftOut => Some(unseen(&run.detector, "not asked for".into())),
        DetectorState::Ran => None,
    });
    Some(Inferred {
        summary: summary(m, analysis, &all),
        intro: intro(analysis, &all),
        due: m.input.recorded().analysis_due.as_deref().map_or(String::new(), |d| shown(d, 300)),
        clusters: table(m, analysis, &all),
        explained: explained(all.iter().copied().take(LISTED)),
        parts: parts(m, (analysis, found), &all),
        blind: blind.collect(),
        ran: ran.join("; "),
        seed: run.seed.to_string(),
        exhibits: m.exhibits(&["clusters.csv", "findings.csv", "evidence.csv"]),
    })
}

/// A detector that did not look, and why.
fn unseen(detector: &str, value: String) -> Pair {
    let title = registry::by_id(detector).map_or("", |d| d.definition().title);
    Pair { label: format!("{detector} {title}"), value }
}

/// Accounts outside of clusters that deserve a look: the section has none of them, the table does.
fn alone(analysis: &Analysis) -> String {
    let deserves = |score: &&AccountScore| score.cluster.is_none() && score.level > Level::None;
    match analysis.accounts.iter().filter(deserves).count() as u64 {
        0 => String::new(),
        n => format!(
            " {} outside of clusters {} in accounts.csv with a level.",
            counted(n, "account", "accounts"),
            if n == 1 { "stands" } else { "stand" }
        ),
    }
}

fn by_level(all: &[&Cluster]) -> String {
    let of = |level: &Level| all.iter().filter(|cluster| cluster.level == *level).count() as u64;
    let some = Level::ALL.iter().rev().filter(|level| **level > Level::None && of(level) > 0);
    some.map(|level| format!("{} {}", count(of(level)), level.as_str()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn summary(m: &Material<'_>, analysis: &Analysis, all: &[&Cluster]) -> String {
    let run = &analysis.run;
    let ran = run.detectors.iter().filter(|run| run.state == DetectorState::Ran).count() as u64;
    let detectors = counted(ran, "detector", "detectors");
    let blind = run.detectors.len() as u64 - ran;
    let blind = match blind {
        0 => String::new(),
        n => format!(" {} did not run, which says nothing of what they look for.", count(n)),
    };
    let listed = by_level(all);
    if listed.is_empty() {
        let alone = alone(analysis);
        return format!("{detectors} found no cluster that deserves a look.{alone}{blind}");
    }
    let mut text = format!("Of what {detectors} looked for, clusters of accounts came: {listed}.");
    let expected = expected_false(analysis);
    if expected > 0.0 {
        text += &format!(
            " Of those of the whole case at probable or above chance is expected to have made at \
             most {expected:.2}."
        );
    }
    text += &alone(analysis);
    let without = |section| m.options.without.contains(&section);
    let what = "the sentences, the records and what speaks for innocence";
    match (without(Section::Findings), without(Section::Activity)) {
        // What is claimed without its proof is said to be.
        (true, _) => format!("{text}{blind} This report was made without {what}."),
        (false, true) => format!("{text}{blind} Section 3 has {what}."),
        (false, false) => format!("{text}{blind} Section 4 has {what}."),
    }
}

fn intro(analysis: &Analysis, all: &[&Cluster]) -> String {
    let run = &analysis.run;
    let mut looked = format!(
        "The detectors looked at {} of {}.",
        counted(run.events, "record", "records"),
        counted(run.accounts, "account", "accounts"),
    );
    if let Err(why) = crate::case::rules_of(run) {
        looked += &format!(" No pictures of prompts put to rules: {}.", shown(&why, 300));
    }
    for left_out in &run.inputs.left_out {
        looked += &format!(" Left out: {}.", shown(left_out, 300));
    }
    if all.is_empty() {
        return format!("{looked} They found no cluster with an account of the selection.");
    }
    format!(
        "{looked} A cluster is a group of accounts that evidence ties together. Its level says how \
         far the evidence carries, not what the accounts are for: {RULE}. Scores rank; they are no \
         probabilities; {HINT}."
    )
}

fn table(m: &Material<'_>, analysis: &Analysis, all: &[&Cluster]) -> List<ClusterLine> {
    let mut part = 0;
    let line = |cluster: &&Cluster| {
        let detailed = cluster.level >= Level::Probable && part < DETAILED;
        part += usize::from(detailed);
        let strong = Family::ALL.iter().filter(|f| cluster.family(**f).is_some_and(|s| s > 0.0));
        let mut detectors: Vec<&str> = found::about(analysis, Subject::Cluster(cluster.id))
            .map(|finding| finding.detector.as_str())
            .collect();
        detectors.dedup();
        ClusterLine {
            cluster: cluster.id.to_string(),
            level: level(cluster.level),
            accounts: count(cluster.members.len() as u64),
            coordination: format!("{:.2}", cluster.coordination),
            harvesting: format!("{:.2}", cluster.harvesting),
            families: strong.map(|family| family.as_str()).collect::<Vec<_>>().join(", "),
            detectors: detectors.join(" "),
            verdicts: verdicts(m, cluster),
            part: if detailed { format!("4.{part}") } else { String::new() },
        }
    };
    let worth = all.iter().filter(|cluster| cluster.level > Level::None);
    let rows: Vec<ClusterLine> = worth.take(LISTED).map(line).collect();
    let mut note = left_out(rows.len() as u64, all.len() as u64, m, "clusters.csv");
    if !note.is_empty() {
        note += "; those below indicative come last";
    }
    List { rows, note }
}

fn level(level: Level) -> String {
    if level == Level::None { "below indicative" } else { level.as_str() }.to_owned()
}

fn parts(
    m: &Material<'_>,
    (analysis, found): (&Analysis, &Found),
    all: &[&Cluster],
) -> List<ClusterPart> {
    let rows: Vec<ClusterPart> =
        found.detailed(analysis).into_iter().map(|cluster| part(m, analysis, cluster)).collect();
    let listed = all.iter().filter(|cluster| cluster.level >= Level::Probable).count();
    let note = left_out(rows.len() as u64, listed as u64, m, "clusters.csv");
    List { rows, note }
}

/// The pictures that were drawn of the findings about a cluster, what says most first.
fn plates(m: &Material<'_>, analysis: &Analysis, cluster: &Cluster) -> Vec<Plate> {
    let mut about: Vec<(u64, &Finding)> = analysis.about(Subject::Cluster(cluster.id)).collect();
    about.sort_by_key(|(_, finding)| rank(finding));
    let plate = |(number, finding): (u64, &Finding)| {
        let file = finding_file(number);
        let figure = m.figures.iter().find(|figure| figure.caption.file == file)?;
        let title = registry::by_id(&finding.detector).map_or("", |d| d.definition().title);
        let caption =
            format!("{} {title}. {}", finding.detector, shown(&figure.caption.alt, SENTENCE));
        m.plate(&file, caption)
    };
    about.into_iter().filter_map(plate).collect()
}

fn part(m: &Material<'_>, analysis: &Analysis, cluster: &Cluster) -> ClusterPart {
    let kinds: Vec<String> = cluster
        .memberships()
        .iter()
        .map(|(kind, n)| format!("{} {}", count(*n), kind.as_str()))
        .collect();
    let families = Family::ALL.iter().map(|family| Pair {
        label: family.as_str().into(),
        value: cluster.family(*family).map_or("not looked at".into(), |s| format!("{s:.2}")),
    });
    let about = analysis.about(Subject::Cluster(cluster.id));
    ClusterPart {
        cluster: cluster.id.to_string(),
        level: level(cluster.level),
        subtitle: format!(
            "{} ({}) · coordination {:.2} · harvesting {:.2}",
            counted(cluster.members.len() as u64, "account", "accounts"),
            kinds.join(", "),
            cluster.coordination,
            cluster.harvesting
        ),
        sentences: about.map(sentence).collect(),
        plates: plates(m, analysis, cluster),
        families: families.collect(),
        held_by: shown(&cluster.held_by, SENTENCE),
        sensitivity: sensitivity(cluster),
        benign: sheet(&cluster.benign),
        clauses: super::book::clauses(m, cluster),
        accounts: accounts(m, cluster),
        activity: activity(m, cluster.id),
        verdicts: verdicts(m, cluster),
        judgements: judgements(m, given(m, cluster).flatten()),
        told: told(m, Subject::Cluster(cluster.id), &positions(cluster)),
    }
}

/// Its accounts by position, rising.
fn positions(cluster: &Cluster) -> Vec<u32> {
    let mut accounts: Vec<u32> = cluster.members.iter().map(|member| member.account).collect();
    accounts.sort_unstable();
    accounts
}

/// Its rows over the axis of the report.
fn activity(m: &Material<'_>, id: u32) -> Option<Plate> {
    let (_, traffic) = m.gathered.portraits.get(&Subject::Cluster(id))?;
    let width = m.gathered.bins.as_ref().map_or(String::new(), Bins::width_text);
    let caption = format!(
        "{} per {width}, at most {}. Same axis as figure 1.",
        crate::report::plates::capital(m.input.selection().kind.plural()),
        count(traffic.iter().max().copied().unwrap_or(0))
    );
    m.plate(&cluster_file(id), caption)
}

/// The verdict on each of its accounts.
fn given<'a>(
    m: &'a Material<'_>,
    cluster: &'a Cluster,
) -> impl Iterator<Item = Option<&'a VerdictRecord>> {
    let recorded = m.input.recorded();
    cluster.members.iter().map(|member| {
        let id = recorded.account_ids.get(member.account as usize)?;
        recorded.annotations.get(id)?.verdict.as_ref()
    })
}

/// `12 suspicious, 3 without a verdict`.
fn verdicts(m: &Material<'_>, cluster: &Cluster) -> String {
    let given: Vec<Option<Verdict>> =
        given(m, cluster).map(|record| record.map(|record| record.verdict)).collect();
    let words = Verdict::ALL.map(|verdict| (Some(verdict), verdict.as_str()));
    let words = words.into_iter().chain([(None, "without a verdict")]);
    let parts = words.filter_map(|(verdict, word)| {
        let n = given.iter().filter(|one| **one == verdict).count() as u64;
        (n > 0).then(|| format!("{} {word}", count(n)))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// What the level hangs on, and that nobody is of the core, in sentences.
fn sensitivity(cluster: &Cluster) -> String {
    let hangs = crate::report::plates::capital(&cluster.sensitivity());
    let sentences = [Some(format!("{hangs}.")), rest(cluster), cluster.without_core()];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Both scores of what is left without each family, coordinated and harvesting.
fn rest(cluster: &Cluster) -> Option<String> {
    let of = |without: &Without| {
        let (coordination, harvesting) = without.coordination.zip(without.harvesting)?;
        Some(format!("without {} {coordination:.2} and {harvesting:.2}", without.family.as_str()))
    };
    let all: Vec<String> = cluster.without.iter().filter_map(of).collect();
    (!all.is_empty()).then(|| format!("Scores, coordinated and harvesting: {}.", all.join("; ")))
}

/// Of a finding with its number.
pub(super) fn sentence((number, finding): (u64, &Finding)) -> Sentence {
    Sentence {
        detector: finding.detector.clone(),
        finding: number.to_string(),
        exact: finding.is_exact,
        text: shown(&finding.statement.text(), SENTENCE),
        measure: shown(&finding.measure(), SENTENCE),
    }
}

/// Innocent explanations: first those that take a level away, then those that nothing tests.
pub(super) fn sheet(all: &[Benign]) -> Vec<BenignLine> {
    let of = |tested: Tested| all.iter().filter(move |benign| benign.tested == tested);
    let order = [Tested::NotExcluded, Tested::NotTestable, Tested::Excluded];
    let mut sheet: Vec<BenignLine> = order.into_iter().flat_map(of).map(benign_line).collect();
    sheet.sort_by_key(|line| !line.stands);
    sheet
}

pub(super) fn benign_line(b: &Benign) -> BenignLine {
    let title = benign::ALL.iter().find(|look| look.id == b.id).map_or("", |look| look.title);
    BenignLine {
        name: format!("{} {title}", shown(&b.id, 8)),
        tested: b.tested.words().into(),
        stands: b.takes_level(),
        facts: shown(&b.facts.text(), SENTENCE),
    }
}

/// The core first.
fn accounts(m: &Material<'_>, cluster: &Cluster) -> String {
    let ids = &m.input.recorded().account_ids;
    let mut members = cluster.members.clone();
    members.sort_by(|a, b| b.stability.total_cmp(&a.stability).then(a.account.cmp(&b.account)));
    let id = |account: u32| ids.get(account as usize).map_or("", String::as_str);
    let named: Vec<String> =
        members.iter().take(NAMED).map(|member| label(&spelled(id(member.account)), 40)).collect();
    let note = left_out(named.len() as u64, members.len() as u64, m, "accounts.csv");
    let note = if note.is_empty() { note } else { format!(" ({note})") };
    format!("{}{note}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Member, Membership, testkit};

    #[test]
    fn what_a_level_hangs_on_is_said_in_sentences_that_end_once() {
        let fringe = Member { account: 0, stability: 0.7, membership: Membership::of(0.7) };
        let cluster = Cluster { members: vec![fringe], ..testkit::cluster(1) };
        let text = sensitivity(&cluster);
        assert!(text.starts_with("Hangs on no single family. No account is core"), "{text}");
        assert!(text.ends_with('.') && !text.contains(".."), "{text}");
        assert_eq!(sensitivity(&testkit::cluster(1)), "Hangs on no single family.");
    }
}
