//! What the page of an account or a cluster tells, in the parts and the order of the screen of the
//! same name ([`crate::case::dossier::Part`]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::inferred::{BenignLine, Sentence, sentence, sheet};
use super::ties::{TieLine, ties};
use super::{List, Material, Pair, left_out};
use crate::case::dossier::{Deed, Part, Portrait, together};
use crate::detect::exhibit::rank;
use crate::index::{Facet, TopValues};
use crate::model::Field;
use crate::model::finding::{Analysis, Cluster, Finding, Subject};
use crate::report::clock;
use crate::report::text::{count, counted, label, percent, shown};

/// Deeds that a page lists.
const DEEDS: usize = 30;
/// Characters of a template, and of the analyst's words.
const TEMPLATE: usize = 700;
const WORDS: usize = 600;

/// The parts of a page that accounts and clusters have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Fields of its records, each with its most frequent values.
    pub identity: Vec<Pair>,
    /// The templates of its prompts.
    pub templates: List<TemplateLine>,
    /// How many prompts follow none, or why no template can be seen.
    pub free: String,
    /// Whom it is tied to, and by what.
    pub ties: List<TieLine>,
    /// Of an account in a cluster, whom the sentences are about and where others stand; else empty.
    pub of_whom: String,
    /// What the detectors say.
    pub sentences: Vec<Sentence>,
    /// Innocent explanations.
    pub benign: Vec<BenignLine>,
    /// What was said before, oldest first.
    pub history: List<DeedLine>,
}

/// A template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplateLine {
    /// Its number.
    pub template: String,
    /// `640 of 640 (100 %)`: prompts.
    pub share: String,
    /// Its fixed text, with `…` for slots; as far as it may be seen.
    pub text: String,
}

/// Something that was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeedLine {
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub what: String,
    /// The analyst's words; may be empty.
    pub words: String,
    /// The entry of the journal.
    pub entry: String,
}

/// The headings of the parts, by key.
pub fn parts() -> BTreeMap<&'static str, &'static str> {
    Part::ALL.into_iter().map(|part| (part.key(), part.title())).collect()
}

/// What is told of somebody with these accounts, by position and rising.
pub fn told(m: &Material<'_>, subject: Subject, accounts: &[u32]) -> Told {
    let portrait = m.gathered.portraits.get(&subject).map(|(portrait, _)| portrait);
    let (templates, free) = portrait.map(|portrait| templates(m, portrait)).unwrap_or_default();
    let analysis = m.input.recorded().analysis.as_ref();
    let mut told = Told {
        identity: portrait.map(identity).unwrap_or_default(),
        templates,
        free,
        ties: ties(m, subject, accounts),
        history: history(m, accounts),
        ..Told::default()
    };
    if let (Some(analysis), Subject::Account(account)) = (analysis, subject) {
        concluded(m, &mut told, (analysis, account));
    }
    told
}

fn identity(portrait: &Portrait) -> Vec<Pair> {
    let pair = |(field, top): &(Field, TopValues)| Pair {
        label: Portrait::name(*field).into(),
        value: values(*field, top),
    };
    portrait.fields.iter().map(pair).collect()
}

/// `10.0.0.1 (masked; 40 rows), 10.0.0.2 (3 rows) and 7 more values`.
fn values(field: Field, top: &TopValues) -> String {
    if top.distinct == 0 {
        return "absent".into();
    }
    let one = |of: &crate::index::ValueStats| {
        let rows = counted(u64::from(of.stats.rows), "row", "rows");
        let remark = Facet::from(field).remark(&of.value).map(|r| format!("{r}; "));
        format!("{} ({}{rows})", label(&of.value, 48), remark.unwrap_or_default())
    };
    let mut words = top.values.iter().map(one).collect::<Vec<_>>().join(", ");
    let more = top.distinct.saturating_sub(top.values.len()) as u64;
    if more > 0 {
        words += &format!(" and {}", counted(more, "more value", "more values"));
    }
    if top.absent.rows > 0 {
        words += &format!("; {} without", counted(u64::from(top.absent.rows), "row", "rows"));
    }
    words
}

fn templates(m: &Material<'_>, portrait: &Portrait) -> (List<TemplateLine>, String) {
    let used = &portrait.templates;
    if used.prompts == 0 {
        let why = "No template can be seen: its records hold no prompts, or nobody has looked";
        return (List::default(), why.into());
    }
    let line = |(id, rows): &(u32, u64)| TemplateLine {
        template: id.to_string(),
        share: format!(
            "{} of {} ({})",
            count(*rows),
            count(used.prompts),
            percent(*rows, used.prompts)
        ),
        text: m.input.template(*id).map_or(String::new(), |(text, _)| shown(&text, TEMPLATE)),
    };
    let rows: Vec<TemplateLine> = used.first.iter().map(line).collect();
    let note = left_out(rows.len() as u64, used.distinct, m, "events.csv");
    let free = format!(
        "{} of {} prompts ({}) follow no template",
        count(used.free),
        count(used.prompts),
        percent(used.free, used.prompts)
    );
    (List { rows, note }, free)
}

/// Sentences and innocent explanations about an account. Those of its cluster that speak of it stand
/// with the cluster, where that has a part of its own, and else here.
fn concluded(m: &Material<'_>, told: &mut Told, (analysis, account): (&Analysis, u32)) {
    let Some(score) = analysis.account(account) else { return };
    let mut all: Vec<(u64, &Finding)> = analysis.about(Subject::Account(account)).collect();
    all.sort_by_key(|(_, finding)| rank(finding));
    told.benign = sheet(&score.benign);
    if let Some(cluster) = score.cluster.and_then(|id| analysis.cluster(id)) {
        let speaks = |(_, finding): &(u64, &Finding)| {
            finding.accounts.is_empty() || finding.accounts.contains(&account)
        };
        let of = analysis.about(Subject::Cluster(cluster.id)).filter(speaks);
        let mut of: Vec<(u64, &Finding)> = of.collect();
        of.sort_by_key(|(_, finding)| rank(finding));
        let part = part_of(m, cluster.id);
        told.of_whom = of_whom(all.len() as u64, of.len() as u64, (cluster, account, part));
        let is_elsewhere = part.is_some();
        if is_elsewhere && all.is_empty() {
            told.benign = Vec::new();
        } else if told.benign.is_empty() && !is_elsewhere {
            told.benign = sheet(&cluster.benign);
        }
        all.extend(of.into_iter().filter(|_| !is_elsewhere));
    }
    told.sentences = all.into_iter().map(sentence).collect();
}

/// The number of the part of a cluster, from 1, where it has one.
fn part_of(m: &Material<'_>, id: u32) -> Option<usize> {
    let (analysis, found) = m.gathered.found_in(m.input)?;
    let detailed = found.detailed(analysis);
    detailed.iter().position(|cluster| cluster.id == id).map(|at| at + 1)
}

/// How many sentences are about an account alone, and where those about its cluster stand.
fn of_whom(
    alone: u64,
    of: u64,
    (cluster, account, part): (&Cluster, u32, Option<usize>),
) -> String {
    let member = cluster.members.iter().find(|member| member.account == account);
    let belongs = member.map_or(String::new(), |member| {
        let share = 100.0 * member.stability;
        format!(" ({}, in {share:.0} % of clusterings)", member.membership.as_str())
    });
    let alone = match alone {
        0 => "No sentence is about it alone".to_owned(),
        n => format!("{} about it alone", counted(n, "sentence is", "sentences are")),
    };
    let of = counted(of, "sentence", "sentences");
    let id = cluster.id;
    match part {
        Some(part) => format!(
            "{alone}. Cluster {id}, to which it belongs{belongs}, has {of} that speak of it: they \
             stand with what would make it innocent in part 4.{part}"
        ),
        None => format!("{alone}; {of} speak of cluster {id}, to which it belongs{belongs}"),
    }
}

fn history(m: &Material<'_>, accounts: &[u32]) -> List<DeedLine> {
    let recorded = m.input.recorded();
    let ids = accounts.iter().filter_map(|at| recorded.account_ids.get(*at as usize));
    let all = together(&recorded.deeds, ids.map(String::as_str));
    let line = |deed: &Deed| DeedLine {
        at: clock::moment(deed.at),
        actor: shown(&deed.actor, 60),
        what: match accounts.len() {
            1 => deed.sentence(),
            _ => format!("{}: {}", counted(deed.accounts, "account", "accounts"), deed.sentence()),
        },
        words: shown(deed.said.words(), WORDS),
        entry: deed.entry.to_string(),
    };
    let first = all.len().saturating_sub(DEEDS);
    let rows: Vec<DeedLine> = all[first..].iter().map(line).collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "journal.csv");
    List { rows, note }
}
