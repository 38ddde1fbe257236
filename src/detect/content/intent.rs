//! D23: prompts that ask for what training data is made of: hidden reasoning written out, thinking
//! in a given language, texts recast for a censor, tasks for reinforcement learning.
//!
//! What a prompt asks for is said by rules ([`crate::detect::rules`]), read in its text where texts
//! were read, else in the fixed text of its template. A rule is easily met by somebody innocent once;
//! what counts is that it is a good part of what an account asks.

use super::asking::{Asking, Prompts, Question};
use crate::detect::{
    Definition, Detector, HARVESTING, Look, Need, Parameter, Reads, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::finding::Family;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D23",
    version: 3,
    title: "Prompts that ask for training data",
    family: Family::Content,
    strength: Strength::Evidence,
    speaks_to: HARVESTING,
    sees: "prompts that ask to write out hidden reasoning, force the language of thinking, pretend \
           a debug session, recast texts for a censor, write tasks for reinforcement learning, \
           where they are a good part of what accounts ask",
    cannot_see: "requests worded as none of the rules foresees; more than a thousand prompts of an \
                 account, which are drawn by lot; whether a study or a red team was \
                 agreed on",
    needs: &[Need::Templates],
    parameters: &[
        Parameter {
            name: "least_share",
            default: 0.2,
            reason: "a fifth of what an account asks is no curiosity (lower end of the 95 % interval)",
        },
        Parameter {
            name: "least_prompts",
            default: 200.0,
            reason: "a single account below that is a trial, a lesson or a study",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts that ask so do not speak for a network",
        },
    ],
    source: "Anthropic (23 February 2026), Google GTIG (12 February 2026), AA26-251A; the rules are \
             ours and may be edited; interval after Wilson (1927)",
};

const QUESTION: Question =
    Question { definition: &DEFINITION, groups_of, words: "ask for what training data is made of" };

/// All groups but those that another detector looks at.
pub(crate) fn groups_of(prompts: &Prompts<'_>, row: u32) -> Option<u32> {
    let elsewhere = prompts.grading | prompts.cleaning;
    prompts.groups(row).map(|groups| groups & !elsewhere)
}

/// The detector.
pub struct Intent;

impl Detector for Intent {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { rules: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Asking::new(look, QUESTION)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::detect::{Group, Material, Parameters};
    use crate::job::Progress;
    use crate::model::finding::Subject;

    const ASKING: &str = "Task …: write out the hidden reasoning behind … step by step";

    fn crowd() -> crate::index::Index {
        let mut rows = Vec::new();
        for account in 0..60u32 {
            let asking = if account < 5 { 30 } else { u32::from(account == 9) };
            rows.extend((0..40).map(|i| Asked::of(i.into(), account, u32::from(i < asking), 0)));
        }
        rows.extend((0..300).map(|i| Asked::of(100 + i, 60, 1, 0)));
        case(70, &[ASKING], &rows)
    }

    #[test]
    fn accounts_of_which_it_is_a_good_part_are_told_and_curiosity_is_not() {
        let (index, none) = (crowd(), Attributes::new());
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = Asking::new(&look, QUESTION);
        assert_eq!(seen.property.having().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 60]);
        let alone = seen.of_accounts();
        assert_eq!(alone.iter().map(|f| f.subject).collect::<Vec<_>>(), [Subject::Account(60)]);
        let group = Group { id: 1, members: &[0, 1, 2, 3, 4, 9] };
        let finding = seen.of_group(group).expect("five of six");
        let text = finding.statement.text();
        assert!(
            text.starts_with(
                "5 of 6 accounts: 150 prompts ask for what training data is made of, most of them \
             hidden reasoning to be written out (rules version 2, SHA-256 "
            ),
            "{text}"
        );
        let share = "75 % of the 200 prompts of these accounts that were looked at";
        assert!(text.contains(share), "{text}");
        assert_eq!(finding.events_of("asking for it").len(), 150);
        assert!(finding.log10_p.is_some_and(|p| p < -5.0));
        assert_eq!(seen.of_group(Group { id: 1, members: &[4, 9, 10, 11, 12, 13] }), None);
    }

    #[test]
    fn texts_that_were_read_say_more_than_templates() {
        let (index, none) = (crowd(), Attributes::new());
        let groups = vec![0; index.len()];
        let marks = crate::detect::marks::Marks { groups, ..Default::default() };
        let material = Material::new(&index, &none, &[]).with_marks(marks);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        assert!(Asking::new(&look, QUESTION).property.having().next().is_none());
    }
}
