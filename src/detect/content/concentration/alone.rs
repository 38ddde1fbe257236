//! Single accounts that work off a list in one frame, where hardly anybody on their plan does.

use super::{DEFINITION, Kinds, kinds, prompts};
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

/// One finding for each that is rare enough among the accounts of its plan.
pub(super) fn of_accounts(seen: &Kinds<'_>, limits: Limits) -> Vec<Finding> {
    let (habits, plans) = (seen.material.habits(), seen.material.plans());
    let asks = |account: &u32| f64::from(habits[*account as usize].prompts) >= limits.prompts;
    let asking: Vec<u32> = (0..habits.len() as u32).filter(asks).collect();
    // How many kinds it asks, where it works off a list of few.
    let listed = |account: u32| {
        let habit = &habits[account as usize];
        let kinds = limits.is_list(habit).then(|| kinds(seen.material, &[account])).flatten();
        kinds.filter(|kinds| *kinds <= limits.templates)
    };
    let lists: Vec<Option<f64>> = asking.iter().map(|account| listed(*account)).collect();
    let member = |(account, list): (&u32, &Option<f64>)| {
        let at = *account as usize;
        let score = f64::from(u8::from(list.is_some()));
        // Everybody compared asks enough. Finer parts by volume would hold those who work off lists
        // against each other.
        Member { plan: plans[at], volume: 0, score }
    };
    let may = |account: &u32| seen.material.may_distill(*account);
    let peers = || asking.iter().zip(&lists).filter(|(account, _)| !may(account));
    let Some(calibration) = Calibration::new(&peers().map(member).collect::<Vec<Member>>()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (account, list) in asking.iter().zip(&lists) {
        let among = calibration.p(member((account, list)), !may(account));
        let Some((kinds, among)) = list.zip(among) else { continue };
        if among.p <= limits.p {
            found.push(of_account(seen, *account, (kinds, among), limits));
        }
    }
    found
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
    let field = Recipe::Distinct { role: role(), field: "prompt_hash".into() };
    let case = |what: &str| Recipe::Case { what: what.into() };
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
    .with("alone", habit.alone.into(), Unit::Count, case("calls alone in their session or list"))
    .with("peers", among.accounts as f64, Unit::Count, case("accounts that are compared"))
    .with("p", among.p, Unit::Share, case("accounts that are compared, and itself"))
}
