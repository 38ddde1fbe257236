//! D24, D30: how accounts call, whatever they ask about, against how all others call.

use std::cmp::Reverse;

use super::facts::{Facts, count, middle, shown_of, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::detect::content::{harvest_shape, subject};
use crate::detect::material::Habit;
use crate::job::Cancelled;
use crate::model::finding::{Subject, Unit};

/// Accounts that are shown one by one.
const MOST_BARS: usize = 8;

/// A part of the calls of an account: how many, of how many.
type Part = (&'static str, fn(&Habit) -> (u32, u32));

const ALONE: Part = ("calls that stand alone", |habit| (habit.alone, habit.calls));
const SAME: Part = ("calls with the same settings", |habit| (habit.same, habit.calls));
const DIFFERENT: Part = ("different prompts", |habit| (habit.distinct, habit.prompts));
const FREE: Part = ("prompts without a frame", |habit| (habit.free, habit.prompts));

/// The parts that the sentence speaks of, in its order.
fn spoken_of(facts: &Facts<'_>) -> &'static [Part] {
    match (facts.finding.detector.as_str(), facts.finding.subject) {
        ("D24", _) => &[ALONE, DIFFERENT, FREE],
        (_, Subject::Cluster(_)) => &[ALONE, SAME],
        _ if facts.number("free").is_some() => &[ALONE, SAME, DIFFERENT, FREE],
        _ => &[ALONE, SAME, DIFFERENT],
    }
}

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let others = others(facts);
    let mut all = vec![parts(facts, &others)];
    facts.progress.check()?;
    // Of a single account only where its answers are long.
    if facts.finding.detector == "D30" && facts.number("free").is_none() {
        all.extend(tokens(facts, &others));
    }
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

/// How the accounts call that are compared: those with as many calls as the detector asks for.
fn others<'a>(facts: &Facts<'a>) -> Vec<&'a Habit> {
    let (definition, name) = match (facts.finding.detector.as_str(), facts.finding.subject) {
        ("D24", _) => (&subject::DEFINITION, "least_prompts"),
        (_, Subject::Account(_)) => (&harvest_shape::DEFINITION, "least_calls_alone"),
        (_, Subject::Cluster(_)) => (&harvest_shape::DEFINITION, "least_calls"),
    };
    let least = facts.parameter(definition, name);
    let group = facts.group();
    let all = (0..).zip(facts.material.habits());
    let is_other = |(account, habit): &(u32, &Habit)| {
        !group.has(*account) && f64::from(habit.calls) >= least.max(1.0)
    };
    all.filter(is_other).map(|(_, habit)| habit).collect()
}

fn share((n, of): (u32, u32)) -> Option<f64> {
    (of > 0).then(|| f64::from(n) / f64::from(of))
}

/// Parts of the calls of the accounts, all taken together.
fn parts(facts: &Facts<'_>, others: &[&Habit]) -> Exhibit {
    let habits = facts.material.habits();
    let own = || facts.finding.accounts.iter().filter_map(|a| habits.get(*a as usize));
    let bar = |(name, part): &Part| {
        let sum = |all: (u32, u32), habit: &Habit| {
            let (n, of) = part(habit);
            (all.0.saturating_add(n), all.1.saturating_add(of))
        };
        let (n, of) = own().fold((0, 0), sum);
        let usual = middle(others.iter().filter_map(|habit| share(part(habit))));
        let note = format!("{} of {}", count(n as usize), count(of as usize));
        Some(Bar::new(*name, share((n, of))?, note).against(usual))
    };
    let calls: u64 = own().map(|habit| u64::from(habit.calls)).sum();
    let of_others = format!("the middle 95 % of {} other accounts", count(others.len()));
    Exhibit {
        title: "How they call".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of the calls, or of the prompts".into(),
            bars: spoken_of(facts).iter().filter_map(bar).collect(),
            more: String::new(),
        }),
        summary: format!(
            "Of {} calls of {} the parts that are {}, each against {of_others}.",
            count(calls as usize),
            accounts(facts.finding.accounts.len()),
            spoken_of(facts).iter().map(|part| part.0).collect::<Vec<_>>().join(", "),
        ),
        key: vec![(Ink::Cited, "calls of these accounts".into()), (Ink::Null, of_others)],
    }
}

/// Tokens out for each one in, by account.
fn tokens(facts: &Facts<'_>, others: &[&Habit]) -> Option<Exhibit> {
    let habits = facts.material.habits();
    let is_told = |habit: &&Habit| habit.input > 0;
    let usual = middle(others.iter().copied().filter(is_told).map(Habit::output_per_input));
    let own = facts.finding.accounts.iter().filter_map(|a| Some((*a, habits.get(*a as usize)?)));
    let mut own: Vec<(u32, &Habit)> = own.filter(|(_, habit)| is_told(habit)).collect();
    let of = own.len();
    own.sort_by_key(|(account, habit)| (Reverse(habit.calls), *account));
    own.truncate(MOST_BARS);
    let bar = |(account, habit): &(u32, &Habit)| {
        let (output, input) = (habit.output as f64, habit.input as f64);
        let text = |n| written(n, Unit::Count);
        let note = format!("{} for {} tokens", text(output), text(input));
        let name = facts.lane(*account).name;
        let bar = Bar::new(name, habit.output_per_input(), note).against(usual);
        Bar { account: Some(*account), ..bar }
    };
    let more = match own.len() < of {
        true => shown_of(own.len(), of, "accounts", "those with most calls"),
        false => String::new(),
    };
    let of_others = format!("the middle 95 % of {} other accounts", count(others.len()));
    (!own.is_empty()).then(|| Exhibit {
        title: "Tokens out for each one in".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Times,
            measure: "tokens of answers over tokens of questions".into(),
            bars: own.iter().map(bar).collect(),
            more,
        }),
        summary: format!(
            "Tokens of the answers over tokens of the questions of {}, each against {of_others}.",
            accounts(of),
        ),
        key: vec![(Ink::Cited, "these accounts".into()), (Ink::Null, of_others)],
    })
}

/// `this account`, `3 accounts`.
fn accounts(n: usize) -> String {
    if n == 1 { "this account".into() } else { format!("{} accounts", count(n)) }
}
