//! D12: when the accounts were registered.

use super::facts::{Facts, count, shown_of, span};
use super::kind::{Ink, Span, Spans};
use super::{Exhibit, Picture};
use crate::job::Cancelled;
use crate::model::TimeSpan;
use crate::model::time::HOUR_US;

/// Accounts that are shown.
const MOST_LANES: usize = 80;
/// Parts of the axis for which is said what is usual.
const PARTS: i64 = 60;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let created = |account: u32| Some(facts.material.moment(account, "created_at")?.0);
    let block: Vec<i64> = facts.finding.accounts.iter().filter_map(|a| created(*a)).collect();
    let (Some(first), Some(last)) = (block.iter().min(), block.iter().max()) else {
        return Ok(Vec::new());
    };
    let window = span(*first, last + 1);
    // As much before and after it as it is long.
    let pad = window.len_us().max(HOUR_US);
    let axis = span(first - pad, last + pad);
    let is_cited = |account: &u32| facts.finding.accounts.binary_search(account).is_ok();
    let of = |account: &u32| {
        let at = created(*account).filter(|at| axis.contains(crate::model::Time(*at)))?;
        let ink = if is_cited(account) { Ink::Cited } else { Ink::Other };
        Some(Span { lane: facts.lane(*account), from: at, to: at, ink })
    };
    let mut spans: Vec<Span> = facts.members.iter().filter_map(of).collect();
    let all = spans.len();
    spans.sort_by_key(|s| (s.ink, s.from, s.lane.account));
    spans.truncate(MOST_LANES);
    spans.sort_by_key(|s| (s.from, s.lane.account));
    let text = |name| facts.text(name);
    let spans = Spans {
        note: shown_of(spans.len(), all, "accounts in this time", "the block first"),
        spans,
        axis,
        is_of_ends: false,
        window: Some(window),
        usual: usual(facts, axis)?,
        moments: facts.moments(axis),
    };
    Ok(vec![Exhibit {
        title: "Registrations".into(),
        picture: Picture::Spans(spans),
        summary: format!(
            "{} accounts registered within {}, {} apart on average; at the pace of all other \
             registrations {} would have been.",
            count(block.len()),
            text("width"),
            text("spacing"),
            text("expected"),
        ),
        key: vec![
            (Ink::Cited, "registered in the block".into()),
            (Ink::Other, "other accounts of the cluster".into()),
            (Ink::Null, "registrations of all other accounts".into()),
        ],
    }])
}

/// Registrations of accounts outside of the cluster in each part of the axis.
fn usual(facts: &Facts<'_>, axis: TimeSpan) -> Result<Vec<f64>, Cancelled> {
    facts.progress.check()?;
    let (group, width) = (facts.group(), (axis.len_us() / PARTS).max(1));
    let mut counts = vec![0.0; PARTS as usize];
    for account in (0..facts.material.index.accounts().len() as u32).filter(|a| !group.has(*a)) {
        let at = facts.material.moment(account, "created_at").filter(|at| axis.contains(*at));
        let Some(at) = at else { continue };
        counts[((at.0 - axis.start.0) / width).clamp(0, PARTS - 1) as usize] += 1.0;
    }
    Ok(counts)
}
