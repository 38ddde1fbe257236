//! D14: calls that run at once, against other accounts of the plan and about the same volume.

use std::cmp::Reverse;

use super::facts::{Facts, count, middle, shown_of};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::detect::commerce::plan_usage::Usage;
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Accounts that are shown.
const MOST_BARS: usize = 10;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let usage = Usage::new(&facts.look());
    let mut all: Vec<Exhibit> = at_once(facts, &usage).into_iter().collect();
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

/// Of each account that is high how many of its calls run at once, against its peers.
fn at_once(facts: &Facts<'_>, usage: &Usage<'_>) -> Option<Exhibit> {
    let others = usage.others(facts.group())?;
    let mut high: Vec<(u32, u32, u32)> = Vec::new();
    for account in &facts.finding.accounts {
        let Some(peak) = usage.peak(*account) else { continue };
        high.push((*account, peak.usual, peak.most));
    }
    let of = high.len();
    high.sort_by_key(|(account, usual, most)| (Reverse(*most), Reverse(*usual), *account));
    high.truncate(MOST_BARS);
    let bar = |(account, usual, most): &(u32, u32, u32)| {
        let peers = usage.member(*account).map(|member| others.peers(member));
        let peers = peers.and_then(|scores| middle(scores.iter().copied()));
        let note = format!("{} at most", count(*most as usize));
        let name = facts.lane(*account).name;
        let bar = Bar::new(name, f64::from(*usual), note).against(peers);
        Bar { account: Some(*account), ..bar }
    };
    let more = match high.len() < of {
        true => shown_of(high.len(), of, "accounts", "those with most at once"),
        false => String::new(),
    };
    let peers = "the middle 95 % of other accounts of the plan and about the same volume";
    (!high.is_empty()).then(|| Exhibit {
        title: "Calls at once".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Count,
            measure: "calls running at once, at one of a hundred calls".into(),
            bars: high.iter().map(bar).collect(),
            more,
        }),
        summary: format!(
            "Calls that {} accounts have running at once, each against {peers}; the busiest had {}.",
            count(of),
            facts.text("at_once"),
        ),
        key: vec![(Ink::Cited, "these accounts".into()), (Ink::Null, peers.into())],
    })
}
