//! The first page: who, what, and the summary.

use super::{Fact, Judgement, Material, Pair};
use crate::model::SourceInfo;
use crate::model::{Granularity, Time, TimeSpan, Verdict, book};
use crate::report::Section;
use crate::report::clock;
use crate::report::text::{count, counted, percent, short, shown};

/// What and when, in one line.
pub fn subtitle(m: &Material<'_>) -> String {
    let selection = m.input.selection();
    let kind = selection.kind.plural();
    match selection.span {
        Some(span) => format!("Use of a language model interface, {kind} of {}", clock::span(span)),
        None if selection.without_time > 0 => {
            format!("Use of a language model interface, {kind} without a time")
        }
        None => format!("Use of a language model interface; the selection has no {kind}"),
    }
}

/// The grid under the title.
pub fn meta(m: &Material<'_>) -> Vec<Pair> {
    let (case, options) = (m.input.case(), m.options);
    let pair = |label: &str, value: String| Pair { label: label.into(), value };
    let sources = m.input.sources();
    let rows: u64 = sources.iter().map(|s| s.rows).sum();
    let rows = rows + SourceInfo::open_rejects(sources);
    let prepared = if options.actor.trim().is_empty() { "not stated" } else { &options.actor };
    let scope = if m.input.selection().is_whole_case() {
        format!("all {}", counted(case.accounts, "account", "accounts"))
    } else {
        format!("{} of {} accounts", count(m.gathered.accounts.len() as u64), count(case.accounts))
    };
    let data = format!(
        "{}, {}",
        counted(sources.len() as u64, "source", "sources"),
        counted(rows, "record", "records")
    );
    let rejected = match m.gathered.rejects {
        0 => "none".into(),
        n => format!("{} of them, section 2", count(n)),
    };
    let left_out: Vec<&str> = options.without.iter().map(|section| section.as_str()).collect();
    let left_out = (!left_out.is_empty())
        .then(|| pair("Left out", format!("{}, by who prepared it", left_out.join(", "))));
    let always = [
        pair("Case", shown(&case.title, 60)),
        pair("Prepared", shown(prepared, 60)),
        pair("Opened", case.created_at.map_or("not stated".into(), clock::moment)),
        pair("Made", clock::moment(options.at)),
        pair("Data", data),
        pair("Rejected", rejected),
        pair("Scope", scope),
        pair("Tool", format!("Stillwatch {}, {}", m.manifest.tool_version, detectors(m))),
    ];
    always.into_iter().chain(left_out).collect()
}

fn detectors(m: &Material<'_>) -> String {
    match (m.manifest.detectors.len() as u64, m.manifest.seed) {
        (n, Some(seed)) => format!("{} run, seed {seed}", counted(n, "detector", "detectors")),
        (_, None) => "no detectors run".into(),
    }
}

/// The counted statements of the summary.
pub fn facts(m: &Material<'_>) -> Vec<Fact> {
    let mut facts = vec![volume(m)];
    facts.extend(without_time(m));
    facts.extend(tokens(m));
    facts.extend(flagged(m));
    facts.extend(other_kinds(m));
    facts
}

fn volume(m: &Material<'_>) -> Fact {
    let g = m.gathered;
    let kind = kind_counted(m.input.selection().kind, g.events);
    let exhibits = m.exhibits(&["accounts.csv"]);
    if g.events == 0 {
        let text = format!("The selection has no {}", m.input.selection().kind.plural());
        return Fact { text, exhibits };
    }
    let idle = match g.accounts.len() as u64 - g.active() {
        0 => String::new(),
        n => format!("; {} none", counted(n, "more made", "more made")),
    };
    let when = m.input.selection().span.map_or(String::new(), |span| {
        format!(" in {}, {}", clock::length(span), clock::span(span))
    });
    let who = counted(g.active(), "account", "accounts");
    Fact { text: format!("{who} made {kind}{when}{idle}"), exhibits }
}

/// Rows that no statement about time and no figure over time has in it.
fn without_time(m: &Material<'_>) -> Option<Fact> {
    let selection = m.input.selection();
    let text = match selection.without_time {
        0 => return None,
        1 => "1 of them has no time: it is counted, and stands in no figure over time".into(),
        n if n == m.gathered.events => "None of them has a time".into(),
        n => format!(
            "{} of them have no time: they are counted, and stand in no figure over time",
            count(n)
        ),
    };
    Some(Fact { text, exhibits: m.exhibits(&["events.csv"]) })
}

fn tokens(m: &Material<'_>) -> Option<Fact> {
    let sum = |of: fn(&crate::report::AccountFacts) -> Option<u64>| {
        m.gathered
            .accounts
            .iter()
            .filter_map(of)
            .fold(None, |sum: Option<u64>, n| Some(sum.unwrap_or(0).saturating_add(n)))
    };
    let (sent, received) = (sum(|a| a.input_tokens), sum(|a| a.output_tokens));
    let text = match (sent, received) {
        (None, None) => return None,
        (Some(i), Some(o)) => {
            format!("They sent {} input tokens and received {} output tokens", short(i), short(o))
        }
        (Some(i), None) => {
            format!("They sent {} input tokens; the data states no output tokens", short(i))
        }
        (None, Some(o)) => {
            format!("They received {} output tokens; the data states no input tokens", short(o))
        }
    };
    Some(Fact { text, exhibits: m.exhibits(&["accounts.csv"]) })
}

fn flagged(m: &Material<'_>) -> Option<Fact> {
    let g = m.gathered;
    let (accounts, events) = g.suspected();
    if accounts == 0 {
        return None;
    }
    let text = format!(
        "{} marked suspicious or to be watched made {}, {} of all",
        counted(accounts, "account", "accounts"),
        kind_counted(m.input.selection().kind, events),
        percent(events, g.events),
    );
    Some(Fact { text, exhibits: m.exhibits(&["events.csv"]) })
}

/// Kinds of rows that are in the case but not counted here.
fn other_kinds(m: &Material<'_>) -> Option<Fact> {
    let own = m.input.selection().kind;
    let others: Vec<String> = Granularity::ALL
        .into_iter()
        .filter(|kind| *kind != own)
        .filter_map(|kind| {
            let n = m.input.case().rows.get(&kind).copied().filter(|n| *n > 0)?;
            let requests = m.input.case().bucket_requests.filter(|_| kind == Granularity::Bucket);
            let of = requests.map(|n| format!(" of {}", counted(n, "request", "requests")));
            Some(kind_counted(kind, n) + &of.unwrap_or_default())
        })
        .collect();
    (!others.is_empty()).then(|| Fact {
        text: format!(
            "The case also has {}; they are never added to {}",
            others.join(" and "),
            own.plural()
        ),
        exhibits: Vec::new(),
    })
}

/// `1 exchange`, `2 exchanges`.
pub fn kind_counted(kind: Granularity, n: u64) -> String {
    format!("{} {}", count(n), kind.word(n))
}

/// The verdicts, counted; signed by those who gave them.
pub fn judgement(m: &Material<'_>) -> Judgement {
    let g = m.gathered;
    let parts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter_map(|v| {
            let n = g.with_verdict(v);
            let word = match v {
                Verdict::Suspicious => "suspicious",
                Verdict::Watch => "to be watched",
                Verdict::Cleared => "cleared",
            };
            (n > 0).then(|| format!("{} {word}", count(n)))
        })
        .collect();
    let noted = g.flagged.iter().filter(|f| f.said.verdict.is_none()).count() as u64;
    let mut lines = match parts.as_slice() {
        [] => vec!["No account has a verdict.".to_owned()],
        parts => vec![format!("Of the accounts, {} by an analyst’s verdict.", are(parts))],
    };
    if noted > 0 {
        let text = counted(noted, "account has", "accounts have");
        lines.push(format!("{text} notes or tags but no verdict."));
    }
    let book = &m.input.recorded().book;
    lines.extend(super::book::summary(book));
    let is_left_out = m.options.without.contains(&Section::Attribution);
    lines.push(match book::words(book, book::Part::Attribution) {
        Some(_) if is_left_out => "Who is behind them is not said in this report.".into(),
        None => "Who is behind them is not assessed.".into(),
        Some(_) => "Who is behind them stands apart, under Attribution; no score says it.".into(),
    });
    Judgement { lines, signed: signatures(m) }
}

/// `1 is suspicious` reads better than `1 are suspicious`.
fn are(parts: &[String]) -> String {
    let verb = if parts[0].starts_with("1 ") { "is" } else { "are" };
    let joined = match parts {
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
        [] => String::new(),
    };
    joined.replacen(' ', &format!(" {verb} "), 1)
}

fn signatures(m: &Material<'_>) -> String {
    let verdicts: Vec<_> =
        m.gathered.flagged.iter().filter_map(|f| f.said.verdict.as_ref()).collect();
    let (Some(first), Some(last)) =
        (verdicts.iter().map(|v| v.at).min(), verdicts.iter().map(|v| v.at).max())
    else {
        return String::new();
    };
    let mut names: Vec<&str> = verdicts.iter().map(|v| v.actor.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let shown_names: Vec<String> = names.iter().take(4).map(|n| shown(n, 40)).collect();
    let more = names.len().saturating_sub(4);
    let who = if more > 0 {
        format!("{} and {more} more", shown_names.join(", "))
    } else {
        shown_names.join(", ")
    };
    let when = if first == last {
        clock::moment(last)
    } else {
        clock::span(TimeSpan { start: first, end: Time(last.0.saturating_add(1)) })
    };
    format!("{who} · {when}")
}

/// What stands under the timeline.
pub fn timeline_caption(m: &Material<'_>) -> String {
    let kind = m.input.selection().kind.plural();
    let width = m.gathered.bins.map_or(String::new(), |b| b.width_text());
    let flagged = match m.gathered.suspected() {
        (0, _) => "No account is marked suspicious or to be watched.".to_owned(),
        (_, events) => format!(
            "Dark: those of accounts marked suspicious or to be watched, {}.",
            percent(events, m.gathered.events)
        ),
    };
    let (drawn, on_axis) = m.gathered.markers_on_axis(m.input.markers());
    let markers = if drawn.len() < on_axis {
        format!(" {} of {} markers are drawn.", drawn.len(), count(on_axis as u64))
    } else {
        String::new()
    };
    let untimed = match m.input.selection().without_time {
        0 => String::new(),
        n => format!(" Not drawn, for want of a time: {}.", count(n)),
    };
    let kind = crate::report::plates::capital(kind);
    format!("{kind} per {width}, UTC. {flagged}{markers}{untimed}")
}

/// What stands under the most active accounts.
pub fn top_caption(m: &Material<'_>) -> String {
    let kind = m.input.selection().kind.plural();
    format!(
        "Accounts with the most {kind}. Dark: marked suspicious or to be watched. Many {kind} are no finding."
    )
}
