//! The case book: what only a person can say. Hypotheses, evidence in the analyst's order, the
//! terms that were in force, and the words of the report.

use serde::Serialize;

use super::{Judgement, List, Material, left_out};
use crate::case::binding::{DRIFT, may_drift};
use crate::model::TimeSpan;
use crate::model::book::{self, Entry, Evidence, Hypothesis, Part, Term};
use crate::model::finding::Cluster;
use crate::report::clock;
use crate::report::found;
use crate::report::text::{count, counted, paragraphs, shown};

/// Rows of each table.
const LISTED: usize = 60;
/// Lines and characters of what was written.
const WORDS: (usize, usize) = (40, 6_000);

/// The sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Booked {
    /// Why the case was opened; `None` where nobody wrote it.
    pub predication: Option<Judgement>,
    /// Claims.
    pub hypotheses: Option<List<HypothesisLine>>,
    /// Evidence, in the order of the report.
    pub evidence: Option<List<EvidenceLine>>,
    /// What speaks against the conclusions.
    pub contrary: Option<Judgement>,
    /// The terms register.
    pub terms: Option<List<TermLine>>,
    /// What was done.
    pub actions: Option<Judgement>,
    /// Who is behind it.
    pub attribution: Option<Judgement>,
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HypothesisLine {
    /// The claim.
    pub claim: String,
    /// How it stands.
    pub status: String,
    /// Numbers of the evidence for it.
    pub supports: String,
    /// Numbers of the evidence against it.
    pub against: String,
    /// What else there is to say.
    pub remark: String,
    /// Who, when.
    pub signed: String,
}

/// A view that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// Its number in the report, by which claims cite it.
    pub number: String,
    /// What it shows.
    pub title: String,
    /// What it proves.
    pub remark: String,
    /// Records and accounts when it was kept.
    pub size: String,
    /// The filter that selects the same records.
    pub filter: String,
    /// Why it may select others now; empty where it does not.
    pub due: String,
    /// Who, when.
    pub signed: String,
}

/// A clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermLine {
    /// Provider, document, clause.
    pub name: String,
    /// What it says, in other words.
    pub paraphrase: String,
    /// When it was in force.
    pub in_force: String,
    /// Whether somebody compared it with the text.
    pub checked: String,
    /// Where the text stands.
    pub url: String,
    /// Clusters whose acts fall into that time; empty for none.
    pub acts: String,
}

/// What the analyst wrote.
pub fn sections(m: &Material<'_>) -> Booked {
    let all = &m.input.recorded().book[..];
    let evidence = book::evidence(all);
    let words = |part| book::words(all, part).map(|(entry, words)| said(entry, &words.text));
    Booked {
        predication: words(Part::Predication),
        hypotheses: listed(m, &book::hypotheses(all), |(entry, of)| {
            hypothesis_line(entry, of, &evidence)
        }),
        evidence: listed(m, &(1..).zip(evidence.iter()).collect::<Vec<_>>(), |(number, kept)| {
            evidence_line(m, *number, kept.0, kept.1)
        }),
        contrary: words(Part::Contrary),
        terms: listed(m, &book::terms(all), |(_, term)| term_line(m, term)),
        actions: words(Part::Actions),
        attribution: words(Part::Attribution),
    }
}

/// `None` without any.
fn listed<A, B>(m: &Material<'_>, all: &[A], line: impl FnMut(&A) -> B) -> Option<List<B>> {
    let rows: Vec<B> = all.iter().take(LISTED).map(line).collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "casebook.csv");
    (!rows.is_empty()).then_some(List { rows, note })
}

fn signed(entry: &Entry) -> String {
    format!("{} · {}", shown(&entry.actor, 60), clock::moment(entry.at))
}

fn said(entry: &Entry, text: &str) -> Judgement {
    Judgement { lines: paragraphs(text, WORDS.0, WORDS.1), signed: signed(entry) }
}

fn hypothesis_line(
    entry: &Entry,
    of: &Hypothesis,
    evidence: &[(&Entry, &Evidence)],
) -> HypothesisLine {
    let number = |id: &u64| evidence.iter().position(|(entry, _)| entry.id == *id);
    let numbers = |ids: &[u64]| {
        let known = ids.iter().filter_map(number).map(|at| (at + 1).to_string());
        known.collect::<Vec<_>>().join(", ")
    };
    HypothesisLine {
        claim: shown(&of.claim, 600),
        status: of.status.as_str().into(),
        supports: numbers(&of.supports),
        against: numbers(&of.against),
        remark: shown(&of.remark, 900),
        signed: signed(entry),
    }
}

fn evidence_line(m: &Material<'_>, number: usize, entry: &Entry, of: &Evidence) -> EvidenceLine {
    let rows = counted(of.rows, "record", "records");
    EvidenceLine {
        number: number.to_string(),
        title: shown(&of.title, 200),
        remark: shown(&of.remark, 900),
        size: format!("{rows} of {}", counted(of.accounts, "account", "accounts")),
        due: if drifts(m, entry, of) { format!("{DRIFT}.") } else { String::new() },
        filter: match of.filter.is_empty() {
            true => "the whole case".into(),
            false => shown(&of.filter, 400),
        },
        signed: signed(entry),
    }
}

fn drifts(m: &Material<'_>, entry: &Entry, of: &Evidence) -> bool {
    let ran_at = m.input.recorded().analysis.as_ref().map(|analysis| analysis.run.at);
    may_drift(&of.filter, entry.at, ran_at)
}

fn term_line(m: &Material<'_>, term: &Term) -> TermLine {
    TermLine {
        name: shown(&term.name(), 200),
        paraphrase: shown(&term.paraphrase, 900),
        in_force: term.in_force(),
        checked: match term.checked {
            Some(day) => format!("compared with the text on {day}"),
            None => "not compared with the text".into(),
        },
        url: shown(&term.url, 300),
        acts: acts(m, term),
    }
}

/// The clusters whose acts fall under a clause, as far as days and models say.
fn acts(m: &Material<'_>, term: &Term) -> String {
    let Some((analysis, found)) = m.gathered.found_in(m.input) else { return String::new() };
    let (mut all, mut partly): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for cluster in found.detailed(analysis) {
        let Some(span) = span(m, cluster) else { continue };
        if !term.was_in_force(span) || !speaks_of(term, m, cluster) {
            continue;
        }
        let list = if term.covers(span) { &mut all } else { &mut partly };
        list.push(cluster.id.to_string());
    }
    let part = |list: Vec<String>, words: &str| {
        let name = if list.len() == 1 { "cluster" } else { "clusters" };
        (!list.is_empty()).then(|| format!("{words} {name} {}", list.join(", ")))
    };
    let unknown = term.from.is_none();
    let words = match unknown {
        true => "perhaps in force, from a day nobody knows, at the acts of",
        false => "in force during part of the acts of",
    };
    let all = part(all, "in force during all acts of");
    all.into_iter().chain(part(partly, words)).collect::<Vec<_>>().join("; ")
}

/// From the first to the last act of a cluster.
fn span(m: &Material<'_>, cluster: &Cluster) -> Option<TimeSpan> {
    let facts = found::members(m.input, m.gathered, cluster);
    let first = facts.clone().filter_map(|facts| facts.first_seen).min()?;
    let last = facts.filter_map(|facts| facts.last_seen).max()?;
    Some(TimeSpan { start: first, end: crate::model::Time(last.0.saturating_add(1)) })
}

/// Whether a clause speaks of a model that a cluster used.
fn speaks_of(term: &Term, m: &Material<'_>, cluster: &Cluster) -> bool {
    if term.models.trim().is_empty() {
        return true;
    }
    let used = m.gathered.models.get(&cluster.id);
    used.is_some_and(|used| used.iter().any(|model| term.speaks_of(model)))
}

/// The clauses in force at the acts of a cluster, for the part on it.
pub fn clauses(m: &Material<'_>, cluster: &Cluster) -> Vec<String> {
    let Some(span) = span(m, cluster) else { return Vec::new() };
    let all = book::terms(&m.input.recorded().book);
    let fits = |term: &&Term| term.was_in_force(span) && speaks_of(term, m, cluster);
    let clauses = all.iter().map(|(_, term)| *term).filter(fits);
    clauses
        .map(|term| {
            let checked = if term.checked.is_some() { "" } else { "; not compared with the text" };
            shown(&format!("{} ({}{checked})", term.name(), term.in_force()), 300)
        })
        .collect()
}

/// What the summary says of hypotheses.
pub fn summary(book: &[Entry]) -> Option<String> {
    let all = book::hypotheses(book);
    let of = |status| all.iter().filter(|(_, of)| of.status == status).count() as u64;
    let parts: Vec<String> = book::Status::ALL
        .into_iter()
        .filter(|status| of(*status) > 0)
        .map(|status| format!("{} {}", count(of(status)), status.as_str()))
        .collect();
    (!parts.is_empty()).then(|| {
        let all = counted(all.len() as u64, "hypothesis", "hypotheses");
        format!("{all}: {}.", parts.join(", "))
    })
}
