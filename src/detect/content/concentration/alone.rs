//! Single accounts that work off a list in one frame, where hardly anybody on their plan does.

use super::super::harvest_shape::{MAY_DISTILL, STAND_ALONE, on_its_plan, stand_alone};
use super::{DEFINITION, Kinds, kinds, prompts};
use crate::detect::Measures;
use crate::detect::material::Habit;
use crate::detect::nulls::conformal::{Calibration, Conformal, Member};
use crate::model::finding::{Finding, Recipe, Statement, Subject, Unit};

/// Part of the calls that must be alike, and of the prompts that must have a frame.
const NEARLY_ALL: f64 = 0.95;

/// The numbers that decide.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub prompts: f64,
    pub templates: f64,
    pub novel: f64,
    pub p: f64,
}

impl Limits {
    fn is_list(self, habit: &Habit) -> bool {
        let framed = f64::from(habit.prompts.saturating_sub(habit.free));
        habit.is_uniform(NEARLY_ALL)
            && habit.is_novel(self.novel)
            && framed >= NEARLY_ALL * f64::from(habit.prompts)
    }
}

/// What is measured of accounts: 1 where they work off one list.
const IS_LIST: &str = "works off one list";

/// Accounts that ask enough to be compared, rising, and how many kinds each asks, where it works off a
/// list of few.
fn lists(seen: &Kinds<'_>, limits: Limits) -> Vec<(u32, Option<f64>)> {
    let all = (0..).zip(seen.material.habits());
    let asking = all.filter(|(_, habit)| f64::from(habit.prompts) >= limits.prompts);
    let listed = |(account, habit): (u32, &Habit)| {
        let kinds = limits.is_list(habit).then(|| kinds(seen.material, &[account])).flatten();
        (account, kinds.filter(|kinds| *kinds <= limits.templates))
    };
    asking.map(listed).collect()
}

/// What was measured of accounts, by name.
pub(super) fn measured(seen: &Kinds<'_>, limits: Limits) -> Measures {
    let lists = lists(seen, limits);
    let may = lists.iter().filter(|(account, _)| seen.material.may_distill(*account));
    let is_list = |(account, list): &(u32, Option<f64>)| (*account, score(*list));
    vec![
        (STAND_ALONE.into(), stand_alone(seen.material)),
        (MAY_DISTILL.into(), may.map(|(account, _)| (*account, 1.0)).collect()),
        (IS_LIST.into(), lists.iter().map(is_list).collect()),
    ]
}

fn score(list: Option<f64>) -> f64 {
    f64::from(u8::from(list.is_some()))
}

/// One finding for each that is rare enough among the accounts of its plan.
pub(super) fn of_accounts(seen: &Kinds<'_>, limits: Limits) -> Vec<Finding> {
    let (plans, lists) = (seen.material.plans(), lists(seen, limits));
    // Everybody compared asks enough. Finer parts by volume would hold those who work off lists against
    // each other.
    let member = |(account, list): &(u32, Option<f64>)| Member {
        plan: plans[*account as usize],
        volume: 0,
        score: score(*list),
    };
    let may = |account: u32| seen.material.may_distill(account);
    let peers = lists.iter().filter(|(account, _)| !may(*account)).map(member);
    let Some(calibration) = Calibration::new(&peers.collect::<Vec<Member>>()) else {
        return Vec::new();
    };
    let told = |one: &(u32, Option<f64>)| {
        let (account, Some(kinds)) = *one else { return None };
        let among = calibration.p(member(one), !may(account))?;
        (among.p <= limits.p).then(|| of_account(seen, account, (kinds, among), limits))
    };
    lists.iter().filter_map(told).collect()
}

fn of_account(
    seen: &Kinds<'_>,
    account: u32,
    (kinds, among): (f64, Conformal),
    limits: Limits,
) -> Finding {
    let prompts = prompts(seen.material, &[account]);
    let habit = &seen.material.habits()[account as usize];
    let (n, distinct) = (prompts.evidence.events.len() as f64, prompts.distinct as f64);
    Finding {
        subject: Subject::Account(account),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts: vec![account],
        statement: statement(habit, (n, distinct, kinds), among),
        statistic: kinds,
        threshold: format!("at most {} templates (effective number)", limits.templates),
        effect: 1.0 / among.p.max(1e-9),
        null: None,
        log10_p: Some(libm::log10(among.p)),
        is_exact: false,
        evidence: vec![prompts.evidence],
    }
}

fn statement(habit: &Habit, (n, distinct, kinds): (f64, f64, f64), among: Conformal) -> Statement {
    let role = || "prompts".to_owned();
    let peers = || on_its_plan(IS_LIST);
    let field = Recipe::Distinct { role: role(), field: "prompt_hash".into() };
    Statement::new(format!(
        "{{n}} prompts, {{distinct}} of them different, come to an effective number of \
         templates of {{kinds}}. {{alone}} of the calls stand alone: no conversation goes on with them, or one \
         list in one frame is worked off. Counting itself, {{p}} of {{peers}} {} with as many prompts \
         are used so (those allowed to distill left out).",
        among.peers.words(),
    ))
    .with("n", n, Unit::Count, Recipe::Records { role: role() })
    .with("distinct", distinct, Unit::Count, field)
    .with("kinds", kinds, Unit::Plain, Recipe::Statistic)
    .with("alone", habit.alone.into(), Unit::Count, Recipe::Measured { what: STAND_ALONE.into() })
    .with("peers", among.accounts as f64, Unit::Count, Recipe::Peers(peers()))
    .with("p", among.p, Unit::Share, Recipe::AsHigh(peers()))
}
