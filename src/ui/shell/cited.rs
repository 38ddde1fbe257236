//! What a filter on cited records says, in the words of the run: a finding by its detector and whom
//! it is about, where the filter has its number.

use crate::index::Index;
use crate::model::Filter;
use crate::model::filter::{Expr, FilterField, Pill, PillId, Value};
use crate::model::finding::{Analysis, Subject};
use crate::ui::format;

/// Findings of one subject that are named one by one; of more it is said how many.
const NAMED: usize = 4;

/// A run, and the accounts that it speaks of by position.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub analysis: &'a Analysis,
    pub index: &'a Index,
}

/// Says what a pill asks for in words, where it asks for what findings cite; `run` is the one at
/// hand.
pub(super) fn name(pill: &mut Pill, filter: &Filter, run: Option<Run<'_>>) {
    let PillId::Part(at) = pill.id else { return };
    let part = filter.expr.as_ref().and_then(|expr| expr.conjuncts().get(at));
    let term = match part {
        Some(Expr::Term(term)) => term,
        Some(Expr::Not(inner)) => match &**inner {
            Expr::Term(term) => term,
            _ => return,
        },
        _ => return,
    };
    if term.field == FilterField::Cited
        && let Some(asked) = term.values.iter().map(Asked::of).collect::<Option<Vec<_>>>()
    {
        pill.label = "cited by".into();
        pill.value = in_words(&asked, run);
    }
}

/// One finding that is asked for, and the role where one is named.
#[derive(PartialEq, Eq)]
struct Asked<'a> {
    number: u64,
    role: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        let text = text.as_literal()?;
        let (number, role) = match text.split_once('/') {
            Some((number, role)) => (number, Some(role)),
            None => (text, None),
        };
        Some(Self { number: number.parse().ok()?, role })
    }

    /// Detector and subject, where the run has the finding, and the role in it.
    fn found<'r>(&self, analysis: &'r Analysis) -> Option<(&'r str, Subject)> {
        let at = usize::try_from(self.number).ok()?.checked_sub(1)?;
        let finding = analysis.findings.get(at)?;
        let roles = analysis.cited.get(at).map_or(&[][..], Vec::as_slice);
        let has = |role: &str| roles.iter().any(|cited| cited.role == role);
        self.role.is_none_or(has).then_some((&*finding.detector, finding.subject))
    }
}

fn in_words(all: &[Asked<'_>], run: Option<Run<'_>>) -> String {
    let Some(run) = run else {
        let all: Vec<String> =
            all.iter().map(|asked| format!("finding {}", asked.number)).collect();
        return format!("{}, no run at hand", all.join(", "));
    };
    // Findings about one subject are named together, where no role is.
    let mut together: Vec<(Subject, Vec<&str>)> = Vec::new();
    let mut words = Vec::new();
    for (at, asked) in all.iter().enumerate() {
        // Whoever names it twice asks for it once.
        if all[..at].contains(asked) {
            continue;
        }
        match (asked.found(run.analysis), asked.role) {
            (Some((detector, of)), Some(role)) => {
                words.push(format!("{detector} of {}: {role}", whom(of, run.index)));
            }
            (Some((detector, of)), None) => match together.iter_mut().find(|one| one.0 == of) {
                Some((_, detectors)) => detectors.push(detector),
                None => together.push((of, vec![detector])),
            },
            (None, _) => words.push(format!("finding {}, not of this run", asked.number)),
        }
    }
    let together = together.iter().map(|(of, detectors)| {
        let findings = findings(detectors, run.analysis.about(*of).count());
        format!("{findings} of {}", whom(*of, run.index))
    });
    together.chain(words).collect::<Vec<_>>().join("; ")
}

/// `D21, D22`, or how many where there are many; `all 7 findings` where there are no others.
fn findings(detectors: &[&str], all: usize) -> String {
    match detectors.len() {
        1 => detectors[0].to_owned(),
        n if n == all => format!("all {n} findings"),
        n if n > NAMED => format!("{n} findings"),
        _ => detectors.join(", "),
    }
}

fn whom(subject: Subject, index: &Index) -> String {
    match subject {
        Subject::Cluster(id) => format!("cluster {id}"),
        Subject::Account(account) => {
            let id = index.accounts().get(account as usize);
            id.map_or_else(|| "an account".to_owned(), |id| format::display(id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_run_a_finding_keeps_its_number_and_the_pill_says_why() {
        let filter = Filter::parse("cited:29/prompts -cited:3").expect("readable");
        let named = |i: usize| {
            let mut pill = filter.pills().remove(i);
            name(&mut pill, &filter, None);
            (pill.label, pill.value, pill.negated)
        };
        let of = |number: u32| format!("finding {number}, no run at hand");
        assert_eq!(named(0), ("cited by".into(), of(29), false));
        assert_eq!(named(1), ("cited by".into(), of(3), true));
    }

    #[test]
    fn few_findings_are_named_and_many_are_counted() {
        assert_eq!(findings(&["D21"], 1), "D21");
        assert_eq!(findings(&["D21", "D22"], 6), "D21, D22");
        assert_eq!(findings(&["D01", "D02", "D10", "D21", "D22"], 6), "5 findings");
        assert_eq!(findings(&["D01", "D02"], 2), "all 2 findings");
    }

    #[test]
    fn other_pills_stay_as_they_are() {
        let filter = Filter::parse("model:atlas-4").expect("readable");
        let mut pill = filter.pills().remove(0);
        name(&mut pill, &filter, None);
        assert_eq!(pill, filter.pills().remove(0));
    }
}
