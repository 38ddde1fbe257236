//! D27: answers graded by a rubric, and traces of reasoning cleaned: what a pipeline does with
//! answers before it trains on them.
//!
//! Grading counts where the answer is short, too: a mark, not a discussion.

use super::asking::{Asking, Prompts, Question};
use crate::detect::{
    Definition, Detector, HARVESTING, Look, Need, Parameter, Reads, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::Family;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D27",
    version: 3,
    title: "Judge and cleaner",
    family: Family::Content,
    strength: Strength::Evidence,
    speaks_to: HARVESTING,
    sees: "prompts that have answers graded by a rubric, with a mark for an answer, and prompts that \
           have traces of reasoning cleaned, where they are a good part of what accounts ask",
    cannot_see: "whose answers they are; more than a thousand prompts of an account, which are \
                 drawn by lot; vendors of evaluations and graders in build pipelines do \
                 the same, under one organisation",
    needs: &[Need::Templates, Need::Field(Field::OutputTokens)],
    parameters: &[
        Parameter {
            name: "least_share",
            default: 0.2,
            reason: "a fifth of what an account asks is no curiosity (lower end of the 95 % interval)",
        },
        Parameter {
            name: "least_prompts",
            default: 500.0,
            reason: "a single account that grades fewer answers evaluates its own product",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts that ask so do not speak for a network",
        },
    ],
    source: "Anthropic (23 February and 10 September 2026); the rules are ours and may be edited; \
             interval after Wilson (1927)",
};

/// Tokens of an answer that is a mark: a few numbers in JSON.
const MARK_TOKENS: u32 = 64;

const QUESTION: Question = Question {
    definition: &DEFINITION,
    groups_of,
    words: "have answers graded with a mark, or traces of reasoning cleaned",
};

/// The groups of rules that count here, of those that hold in a prompt.
pub(crate) fn groups_of(prompts: &Prompts<'_>, row: u32) -> Option<u32> {
    let groups = prompts.groups(row)?;
    let is_mark = || {
        let tokens = prompts.material.index.row(row).output_tokens();
        tokens.is_some_and(|tokens| tokens <= MARK_TOKENS)
    };
    let grading = groups & prompts.grading;
    Some((groups & prompts.cleaning) | if grading != 0 && is_mark() { grading } else { 0 })
}

/// The detector.
pub struct Judge;

impl Detector for Judge {
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

    const TEMPLATES: [&str; 2] = [
        "Grade the reply … by the rubric, 1 to 10. JSON only: …",
        "Clean up this trace and remove hesitation: …",
    ];

    fn found(tokens: u32) -> Option<String> {
        let mut rows = Vec::new();
        for account in 0..60u32 {
            for i in 0..20 {
                let template = if account < 4 { 1 + account % 2 } else { 0 };
                let asked = Asked::of(i, account, template, 0);
                rows.push(Asked { tokens: Some((500, tokens)), ..asked });
            }
        }
        let index = case(60, &TEMPLATES, &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let finding =
            Asking::new(&look, QUESTION).of_group(Group { id: 1, members: &[0, 1, 2, 3] });
        finding.map(|finding| finding.statement.text())
    }

    #[test]
    fn marks_for_answers_and_cleaned_traces_are_told_and_discussions_are_not() {
        let text = found(9).expect("four accounts");
        assert!(text.starts_with("4 of 4 accounts: 80 prompts have answers graded"), "{text}");
        let text = found(400).expect("two clean");
        assert!(text.starts_with("2 of 4 accounts: 40 prompts have answers graded"), "{text}");
        assert!(text.contains("most of them traces of reasoning cleaned"), "{text}");
    }
}
