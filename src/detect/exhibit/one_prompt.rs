//! D35: how evenly the system prompt is sent that accounts have in common.

use super::facts::{Facts, count, middle, shown_of, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::detect::material::loads::days_of;
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Accounts that are shown one by one: half of them who send it most, half who send it least.
const MOST_BARS: usize = 8;
/// Other accounts that are compared.
const OTHERS: usize = 300;
/// Their calls, which give them a rate.
const LEAST_CALLS: usize = 10;

/// An account, its calls with the prompt, and how many these are a day.
type Sent = (u32, usize, f64);

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let sent = sent(facts)?;
    let mut all: Vec<Exhibit> = evenness(facts, &sent).into_iter().collect();
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

/// Of each account, those that send it most often first.
fn sent(facts: &Facts<'_>) -> Result<Vec<Sent>, Cancelled> {
    let index = facts.material.index;
    let mut calls = vec![0_usize; index.accounts().len()];
    for row in facts.rows(facts.first_role())? {
        calls[index.account_of(row) as usize] += 1;
    }
    let of = |account: &u32| {
        let n = calls[*account as usize];
        (*account, n, n as f64 / days_of(facts.material, *account))
    };
    let mut sent: Vec<Sent> = facts.finding.accounts.iter().map(of).collect();
    sent.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    Ok(sent)
}

/// As multiples of the middle one, against how much more often than their middle one others call:
/// what is even does not depend on how much there is of it.
fn evenness(facts: &Facts<'_>, sent: &[Sent]) -> Option<Exhibit> {
    let own = middle(sent.iter().map(|of| of.2))?.1;
    let calls = |account: u32| facts.material.index.rows_of_account(account).len();
    let others = facts.others(OTHERS, 35, |account| calls(account) >= LEAST_CALLS);
    let a_day =
        |account: &u32| facts.counted(*account).len() as f64 / days_of(facts.material, *account);
    let usual = middle(others.iter().map(a_day)).filter(|of| of.1 > 0.0);
    let usual = usual.map(|(low, median, high)| (low / median, 1.0, high / median));
    let half = MOST_BARS / 2;
    let shown: Vec<&Sent> = match sent.len() > MOST_BARS {
        true => sent[..half].iter().chain(&sent[sent.len() - half..]).collect(),
        false => sent.iter().collect(),
    };
    let bar = |(account, n, a_day): &&Sent| {
        let note = format!("{} calls with it", count(*n));
        let bar = Bar::new(facts.lane(*account).name, a_day / own, note).against(usual);
        Bar { account: Some(*account), ..bar }
    };
    let more = match shown.len() < sent.len() {
        true => shown_of(shown.len(), sent.len(), "accounts", "the most and the least"),
        false => String::new(),
    };
    let of_others =
        format!("likewise all calls, the middle 95 % of {} others", count(others.len()));
    let times = |of: Option<&Sent>| written(of.map_or(0.0, |of| of.2) / own, Unit::Times);
    Some(Exhibit {
        title: "How evenly they send it".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Times,
            measure: "calls a day, the middle account is 1".into(),
            bars: shown.iter().map(bar).collect(),
            more,
        }),
        summary: format!(
            "{} accounts send the system prompt {} to {} as often a day as the middle one of them; of {} \
             other accounts the middle 95 % call {} to {} as often as the middle one.",
            count(sent.len()),
            times(sent.last()),
            times(sent.first()),
            count(others.len()),
            written(usual.map_or(0.0, |of| of.0), Unit::Times),
            written(usual.map_or(0.0, |of| of.2), Unit::Times),
        ),
        key: vec![(Ink::Cited, "calls with it".into()), (Ink::Null, of_others)],
    })
}
