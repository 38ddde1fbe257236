//! D04: from when to when each account was there.

use super::facts::{Facts, count, shown_of, span};
use super::kind::{Ink, Span, Spans};
use super::{Exhibit, Picture};
use crate::detect::timing::coincidence::{End, times};
use crate::job::Cancelled;
use crate::model::TimeSpan;

/// Accounts that are shown.
const MOST_LANES: usize = 80;
/// Parts of the axis for which is said what is usual.
const PARTS: i64 = 60;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let (material, index) = (facts.material, facts.material.index);
    let role = facts.first_role();
    let is_of_ends = role.starts_with("last");
    let together = facts.timed(role)?;
    let (Some(first), Some(last)) = (together.first(), together.last()) else {
        return Ok(Vec::new());
    };
    let window = span(first.0, last.0 + 1);
    let cited: Vec<u32> = together.iter().map(|(_, row)| index.account_of(*row)).collect();
    let mut spans = Vec::new();
    for account in material.strangers(facts.members) {
        facts.progress.check()?;
        let visits = material.visits(account);
        let (Some(from), Some(to)) = (visits.first(), visits.last()) else { continue };
        let ink = if cited.contains(&account) { Ink::Cited } else { Ink::Other };
        spans.push(Span { lane: facts.lane(account), from: from.start, to: to.end, ink });
    }
    let end = |span: &Span| if is_of_ends { span.to } else { span.from };
    let of = spans.len();
    spans.sort_by_key(|s| (s.ink, end(s), s.lane.account));
    spans.truncate(MOST_LANES);
    spans.sort_by_key(|s| (end(s), s.lane.account));
    let axis = material.span().unwrap_or(window);
    let (which, what) =
        if is_of_ends { ("last", "last requests") } else { ("first", "first requests") };
    let spans = Spans {
        note: shown_of(spans.len(), of, "accounts", "those of the crowd first"),
        spans,
        axis,
        is_of_ends,
        window: Some(window),
        usual: usual(facts, axis, is_of_ends, facts.value("compared").unwrap_or(of as f64)),
        moments: facts.moments(axis),
    };
    Ok(vec![Exhibit {
        title: format!("When accounts were there, by their {which} request"),
        picture: Picture::Spans(spans),
        summary: format!(
            "From when to when each of {} accounts was there; {} made their {which} request within \
             {}, where {} would be expected at the times of all others.",
            count(of),
            facts.text("together"),
            facts.text("width"),
            facts.text("expected"),
        ),
        key: vec![
            (Ink::Cited, format!("{what} together")),
            (Ink::Other, "other accounts of the cluster".into()),
            (Ink::Null, format!("{what} expected, from all other accounts")),
        ],
    }])
}

/// How many accounts would begin, or end, in each part of the axis if they did when others do: of
/// the times that the detector compares with.
fn usual(facts: &Facts<'_>, axis: TimeSpan, is_of_ends: bool, compared: f64) -> Vec<f64> {
    let group = facts.group();
    let width = (axis.len_us() / PARTS).max(1);
    let mut counts = vec![0_u64; PARTS as usize];
    let end = if is_of_ends { End::Last } else { End::First };
    for moment in times(&facts.look(), end).iter().filter(|of| !group.has(of.account)) {
        let part = (moment.at.saturating_sub(axis.start.0) / width).clamp(0, PARTS - 1);
        counts[part as usize] += 1;
    }
    let all = counts.iter().sum::<u64>().max(1) as f64;
    counts.into_iter().map(|n| n as f64 / all * compared).collect()
}
