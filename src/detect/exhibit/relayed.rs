//! D29: conversations under way at one moment, and what is sent in them.

use std::cmp::Reverse;

use super::facts::{Facts, count, middle, shown_of};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::detect::content::relay::{DEFINITION, most_at_once, with_one_prompt, without_template};
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Accounts that are shown one by one.
const MOST_BARS: usize = 8;
/// Other accounts that are compared.
const OTHERS: usize = 300;

/// How an account is used.
struct Used {
    account: u32,
    calls: usize,
    at_once: usize,
    /// Calls with the most frequent system prompt.
    one_prompt: usize,
    /// Prompts that follow no template, and all.
    free: (usize, usize),
}

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let least = facts.parameter(&DEFINITION, "least_calls").max(1.0) as usize;
    let has_enough = |account| facts.material.index.rows_of_account(account).len() >= least;
    let others = used(facts, &facts.others(OTHERS, 29, has_enough))?;
    let own = used(facts, &facts.finding.accounts)?;
    let mut all = vec![at_once(facts, &own, &others), parts(&own, &others)];
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

fn used(facts: &Facts<'_>, accounts: &[u32]) -> Result<Vec<Used>, Cancelled> {
    let of = |account: &u32| {
        facts.progress.check()?;
        let rows = facts.counted(*account);
        Ok(Used {
            account: *account,
            calls: rows.len(),
            at_once: most_at_once(facts.material, &rows),
            one_prompt: with_one_prompt(facts.material, &rows),
            free: without_template(facts.material, &rows),
        })
    };
    accounts.iter().map(of).collect()
}

fn of_others(others: &[Used]) -> String {
    format!("the middle 95 % of {} other accounts", count(others.len()))
}

fn at_once(facts: &Facts<'_>, own: &[Used], others: &[Used]) -> Exhibit {
    let usual = middle(others.iter().map(|used| used.at_once as f64));
    let mut most: Vec<&Used> = own.iter().collect();
    most.sort_by_key(|used| (Reverse(used.at_once), used.account));
    let bar = |used: &&Used| {
        let note = format!("in {} calls", count(used.calls));
        let name = facts.lane(used.account).name;
        let bar = Bar::new(name, used.at_once as f64, note).against(usual);
        Bar { account: Some(used.account), ..bar }
    };
    let bars: Vec<Bar> = most.iter().take(MOST_BARS).map(bar).collect();
    let more = match bars.len() < own.len() {
        true => shown_of(bars.len(), own.len(), "accounts", "those with most at once"),
        false => String::new(),
    };
    Exhibit {
        title: "Conversations at once".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Count,
            measure: "conversations under way at one moment, the most".into(),
            bars,
            more,
        }),
        summary: format!(
            "The most conversations that each of {} accounts had under way at one moment, against {}.",
            count(own.len()),
            of_others(others),
        ),
        key: vec![(Ink::Cited, "these accounts".into()), (Ink::Null, of_others(others))],
    }
}

fn parts(own: &[Used], others: &[Used]) -> Exhibit {
    let share = |(n, of): (usize, usize)| (of > 0).then(|| n as f64 / of as f64);
    let bar = |name: &str, part: &dyn Fn(&Used) -> (usize, usize)| {
        let sum = own.iter().map(part).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let usual = middle(others.iter().filter_map(|used| share(part(used))));
        let note = format!("{} of {}", count(sum.0), count(sum.1));
        Some(Bar::new(name, share(sum)?, note).against(usual))
    };
    let bars = [
        bar("calls with one system prompt", &|used| (used.one_prompt, used.calls)),
        bar("prompts that follow no template", &|used| used.free),
    ];
    Exhibit {
        title: "What is sent".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of the calls, or of the prompts".into(),
            bars: bars.into_iter().flatten().collect(),
            more: String::new(),
        }),
        summary: format!(
            "Calls with the system prompt that most calls of their account have, and prompts that \
             follow no template, of {} accounts, against {}.",
            count(own.len()),
            of_others(others),
        ),
        key: vec![(Ink::Cited, "these accounts".into()), (Ink::Null, of_others(others))],
    }
}
