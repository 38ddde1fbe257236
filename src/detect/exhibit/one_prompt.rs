//! D35: how often a day each account sends the system prompt that they have in common.

use super::facts::{Facts, count, middle, shown_of};
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

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let rows = facts.rows(facts.first_role())?;
    let mut of_account = vec![0_usize; facts.material.index.accounts().len()];
    rows.iter().for_each(|row| of_account[facts.material.index.account_of(*row) as usize] += 1);
    let a_day = |account: u32, n: usize| n as f64 / days_of(facts.material, account);
    let mut sent: Vec<(u32, usize, f64)> = facts
        .finding
        .accounts
        .iter()
        .map(|account| (*account, of_account[*account as usize]))
        .map(|(account, n)| (account, n, a_day(account, n)))
        .collect();
    sent.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let calls = |account: u32| facts.material.index.rows_of_account(account).len();
    let others = facts.others(OTHERS, 35, |account| calls(account) >= LEAST_CALLS);
    let usual = middle(others.iter().map(|account| a_day(*account, facts.counted(*account).len())));
    let half = MOST_BARS / 2;
    let shown: Vec<&(u32, usize, f64)> = match sent.len() > MOST_BARS {
        true => sent[..half].iter().chain(&sent[sent.len() - half..]).collect(),
        false => sent.iter().collect(),
    };
    let bar = |(account, n, a_day): &&(u32, usize, f64)| {
        let note = format!("{} calls with it", count(*n));
        let bar = Bar::new(facts.lane(*account).name, *a_day, note).against(usual);
        Bar { account: Some(*account), ..bar }
    };
    let bars: Vec<Bar> = shown.iter().map(bar).collect();
    let more = match bars.len() < sent.len() {
        true => shown_of(bars.len(), sent.len(), "accounts", "those who send it most, and least"),
        false => String::new(),
    };
    let of_others =
        format!("all calls of the middle 95 % of {} other accounts", count(others.len()));
    let of = |at: Option<&(u32, usize, f64)>| at.map_or(0.0, |of| of.2);
    let mut all = vec![Exhibit {
        title: "How often they send it".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Plain,
            measure: "calls a day with the system prompt, from the first record to the last".into(),
            bars,
            more,
        }),
        summary: format!(
            "Each of {} accounts sends the system prompt between {:.1} and {:.1} times a day, against \
             {of_others}.",
            count(sent.len()),
            of(sent.last()),
            of(sent.first()),
        ),
        key: vec![(Ink::Cited, "these accounts".into()), (Ink::Null, of_others.clone())],
    }];
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}
