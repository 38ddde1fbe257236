//! Flagged accounts: the table of all, and a part for each of the first.

use serde::Serialize;

use super::judged::judgements;
use super::summary::kind_counted;
use super::told::{Told, told};
use super::{Fact, Judgement, List, Material, Plate, left_out};
use crate::model::finding::Subject;
use crate::model::{Note, Time, TimeSpan, VerdictRecord};
use crate::report::gather::{DETAILED, Detail, Flagged, Shown};
use crate::report::plates::activity_file;
use crate::report::text::{count, counted, label, paragraphs, percent, short, shown, spelled};
use crate::report::{clock, figure::Bins};

/// Flagged accounts in the table of all.
const LISTED: usize = 400;
/// Notes shown for an account.
const NOTES_SHOWN: usize = 10;
/// Lines and characters of a reason or a note.
const WORDS: (usize, usize) = (12, 1_500);

/// What an accounts table may say of an account, in the order in which it is shown.
const ATTRIBUTES: [(&str, &str); 12] = [
    ("allowlist_reason", "allow-list reason"),
    ("program", "program"),
    ("plan", "plan"),
    ("verification", "verification"),
    ("created_at", "created"),
    ("closed_at", "closed"),
    ("org_id", "organisation"),
    ("email_domain", "mail domain"),
    ("email_pattern", "mail pattern"),
    ("payment_fingerprint", "payment fingerprint"),
    ("phone_prefix", "phone prefix"),
    ("declared_country", "declared country"),
];
/// Of them and of further columns, so many.
const ATTRIBUTES_SHOWN: usize = 20;

/// One line of the table of flagged accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlaggedLine {
    /// Account id.
    pub account: String,
    /// Organisation; `None` is shown as absent, like every missing value.
    pub org: Option<String>,
    /// Rows.
    pub events: String,
    /// First row.
    pub first: Option<String>,
    /// Last row.
    pub last: Option<String>,
    /// Verdict, or `noted`.
    pub verdict: String,
    /// Confidence.
    pub confidence: String,
    /// Number of its part: `4.1`; empty without.
    pub part: String,
}

/// One account in detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// Account id.
    pub account: String,
    /// Verdict, or `noted`.
    pub verdict: String,
    /// One line under the heading.
    pub subtitle: String,
    /// What was counted.
    pub facts: Vec<Fact>,
    /// Its rows over time.
    pub activity: Option<Plate>,
    /// The verdict with its reason; `None` without.
    pub judgement: Option<Judgement>,
    /// Tags.
    pub tags: Vec<String>,
    /// Notes.
    pub notes: List<Judgement>,
    /// What every page tells.
    pub told: Told,
    /// Its first rows.
    pub rows: List<ShownRow>,
}

/// One row of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownRow {
    /// Id in the case.
    pub id: String,
    /// When.
    pub at: String,
    /// Model.
    pub model: Option<String>,
    /// Input tokens.
    pub input: Option<String>,
    /// Output tokens.
    pub output: Option<String>,
    /// HTTP status.
    pub status: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Source and line.
    pub place: String,
}

/// What the section starts with.
pub fn intro(m: &Material<'_>) -> String {
    let g = m.gathered;
    if g.flagged.is_empty() && g.flagged_elsewhere == 0 {
        return "No account of this case carries a verdict, a tag or a note.".into();
    }
    let mut text = format!(
        "{} a verdict, a tag or a note.",
        counted(g.flagged.len() as u64, "account carries", "accounts carry")
    );
    if g.flagged.len() > DETAILED {
        text += &format!(" The first {DETAILED} by verdict and volume have a part of their own.");
    }
    if g.flagged_elsewhere > 0 {
        let more = counted(g.flagged_elsewhere, "more has", "more have");
        text += &format!(
            " {more} no rows in the selection and {} left out.",
            if g.flagged_elsewhere == 1 { "is" } else { "are" }
        );
    }
    text
}

/// The table of all flagged accounts.
pub fn table(m: &Material<'_>) -> List<FlaggedLine> {
    let all = &m.gathered.flagged;
    // What detectors found comes first, where they were run.
    let section = if m.gathered.found.is_some() { 5 } else { 4 };
    let lines = all.iter().take(LISTED).enumerate().map(|(i, f)| {
        let verdict = f.said.verdict.as_ref();
        FlaggedLine {
            account: label(&spelled(&f.facts.account_id), 48),
            org: f.facts.org_id.as_deref().map(|o| label(o, 24)),
            events: count(f.facts.events),
            first: f.facts.first_seen.map(clock::stamp),
            last: f.facts.last_seen.map(clock::stamp),
            verdict: verdict.map_or("noted", |v| v.verdict.as_str()).into(),
            confidence: verdict.map_or("", |v| v.confidence.as_str()).into(),
            part: if i < DETAILED { format!("{section}.{}", i + 1) } else { String::new() },
        }
    });
    let rows: Vec<FlaggedLine> = lines.collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "accounts.csv");
    List { rows, note }
}

/// The verdicts on all of them, each once.
pub fn judgements_of_all(m: &Material<'_>) -> List<Judgement> {
    judgements(m, m.gathered.flagged.iter().filter_map(|flagged| flagged.said.verdict.as_ref()))
}

/// The parts of the first flagged accounts.
pub fn dossiers(m: &Material<'_>) -> List<Dossier> {
    let all = &m.gathered.flagged;
    let detailed = all.iter().enumerate();
    let rows: Vec<Dossier> =
        detailed.filter_map(|(i, f)| Some(dossier(m, i + 1, f, f.detail.as_ref()?))).collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "accounts.csv");
    List { rows, note }
}

fn dossier(m: &Material<'_>, number: usize, f: &Flagged, detail: &Detail) -> Dossier {
    let file = activity_file(number);
    let kind = m.input.selection().kind;
    let width = m.gathered.bins.as_ref().map_or(String::new(), Bins::width_text);
    let peak = detail.traffic.iter().max().copied().unwrap_or(0);
    let caption = format!(
        "{} per {width}, at most {}. Same axis as figure 1.",
        crate::report::plates::capital(kind.plural()),
        count(peak)
    );
    let rows: Vec<ShownRow> = detail.rows.iter().map(shown_row).collect();
    let note = left_out(rows.len() as u64, f.facts.events, m, "events.csv");
    Dossier {
        account: shown(&spelled(&f.facts.account_id), 120),
        verdict: f.said.verdict.as_ref().map_or("noted", |v| v.verdict.as_str()).into(),
        subtitle: subtitle(m, f),
        facts: facts(m, f, detail),
        activity: m.plate(&file, caption),
        judgement: f.said.verdict.as_ref().map(judgement),
        tags: f.said.tags.iter().take(20).map(|t| shown(t, 60)).collect(),
        notes: notes(m, &f.said.notes),
        told: of_account(m, &f.facts.account_id),
        rows: List { rows, note },
    }
}

/// What every page tells, of an account.
fn of_account(m: &Material<'_>, id: &str) -> Told {
    let ids = &m.input.recorded().account_ids;
    let at = ids.iter().position(|known| known == id).and_then(|at| u32::try_from(at).ok());
    at.map(|at| told(m, Subject::Account(at), &[at])).unwrap_or_default()
}

fn subtitle(m: &Material<'_>, f: &Flagged) -> String {
    let mut parts = vec![kind_counted(m.input.selection().kind, f.facts.events)];
    if let (Some(first), Some(last)) = (f.facts.first_seen, f.facts.last_seen) {
        let after = Time(last.0.saturating_add(1));
        parts.push(clock::span(TimeSpan { start: first, end: after }));
    }
    if let Some(org) = &f.facts.org_id {
        parts.push(format!("organisation {}", label(org, 60)));
    }
    parts.join(" · ")
}

fn facts(m: &Material<'_>, f: &Flagged, detail: &Detail) -> Vec<Fact> {
    let mut text = Vec::new();
    if f.facts.events == 0 {
        text.push(format!("It has no {}", m.input.selection().kind.plural()));
    }
    match (f.facts.input_tokens, f.facts.output_tokens) {
        (None, None) => {}
        (i, o) => text.push(format!(
            "{} input tokens sent, {} output tokens received",
            i.map_or("No".into(), short),
            o.map_or("no".into(), short)
        )),
    }
    text.extend(from_where(detail));
    text.extend(models(detail, f.facts.events));
    if detail.failed > 0 {
        let (failed, all) = (count(detail.failed), count(detail.with_status));
        text.push(format!("{failed} of {all} with a status failed (400 or above)"));
    }
    if text.is_empty() {
        text.push("The data states neither tokens, addresses, keys nor models".into());
    }
    let exhibits = m.exhibits(&["events.csv"]);
    let counted = Fact { text: text.join(". "), exhibits };
    [counted].into_iter().chain(known(m, &f.facts.account_id)).collect()
}

/// What the accounts table says of an account: an entry in an allow-list is what clears a busy
/// customer, so it comes first.
fn known(m: &Material<'_>, account: &str) -> Option<Fact> {
    let all = m.input.recorded().attributes.get(account)?;
    let usual = ATTRIBUTES.iter().map(|(name, words)| (*name, *words));
    let others = all.keys().map(|name| (name.as_str(), name.as_str()));
    let others = others.filter(|(name, _)| !ATTRIBUTES.iter().any(|(usual, _)| usual == name));
    let said: Vec<String> = usual
        .chain(others)
        .filter_map(|(name, words)| Some((words, all.get(name)?)))
        .map(|(words, value)| format!("{} {}", shown(words, 40), shown(value, 120)))
        .collect();
    let first = &said[..said.len().min(ATTRIBUTES_SHOWN)];
    let mut text = format!("From the accounts table: {}", first.join("; "));
    let note = left_out(first.len() as u64, said.len() as u64, m, "accounts.csv");
    if !note.is_empty() {
        text += &format!(" ({note})");
    }
    Some(Fact { text, exhibits: m.exhibits(&["accounts.csv"]) })
}

fn from_where(detail: &Detail) -> Option<String> {
    let addresses = detail.addresses.len() as u64;
    let keys = detail.keys.len() as u64;
    let address =
        (addresses > 0).then(|| format!("from {}", counted(addresses, "address", "addresses")));
    let key = (keys > 0).then(|| format!("with {}", counted(keys, "key", "keys")));
    let parts: Vec<String> = address.into_iter().chain(key).collect();
    (!parts.is_empty()).then(|| format!("Called {}", parts.join(" ")))
}

fn models(detail: &Detail, events: u64) -> Option<String> {
    let mut named: Vec<(&str, u64)> =
        detail.models.iter().filter_map(|(m, n)| Some((m.as_deref()?, *n))).collect();
    named.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
    let listed: Vec<String> = named
        .iter()
        .take(4)
        .map(|(name, n)| format!("{} {}", label(name, 40), percent(*n, events)))
        .collect();
    let more = named.len().saturating_sub(4);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!listed.is_empty()).then(|| format!("Models: {}{more}", listed.join(", ")))
}

pub(super) fn judgement(v: &VerdictRecord) -> Judgement {
    let mut lines = paragraphs(&v.reason, WORDS.0, WORDS.1);
    let verdict = crate::report::plates::capital(v.verdict.as_str());
    match lines.first_mut() {
        Some(first) => *first = format!("{verdict}. {first}"),
        None => lines.push(format!("{verdict}. No reason was given.")),
    }
    let signed = format!(
        "{} · {} confidence · {}",
        shown(&v.actor, 60),
        v.confidence.as_str(),
        clock::moment(v.at)
    );
    Judgement { lines, signed }
}

fn notes(m: &Material<'_>, all: &[Note]) -> List<Judgement> {
    let rows: Vec<Judgement> = all
        .iter()
        .take(NOTES_SHOWN)
        .map(|n| Judgement {
            lines: paragraphs(&n.text, WORDS.0, WORDS.1),
            signed: format!("{} · {}", shown(&n.actor, 60), clock::moment(n.at)),
        })
        .collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "accounts.csv");
    List { rows, note }
}

fn shown_row(row: &Shown) -> ShownRow {
    let text = |t: &Option<String>, limit| t.as_deref().map(|t| label(t, limit));
    ShownRow {
        id: row.id.to_string(),
        at: row.at.known().map_or("no time".into(), Time::seconds),
        model: text(&row.model, 28),
        input: row.input_tokens.map(count),
        output: row.output_tokens.map(count),
        status: row.status.map(|s| s.to_string()),
        address: text(&row.client_ip, 24),
        place: format!("{}:{}", row.source_id, row.line),
    }
}
