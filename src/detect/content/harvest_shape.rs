//! D30: calls that are made for their answers: one question, a long answer, the same settings, and
//! nobody goes on.
//!
//! Batch jobs look the same, so that this adds to a score and is no evidence by itself.

use rustc_hash::FxHashMap;

use super::profile::{Profile, having};
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Look, Material, Need, Parameter, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D30",
    version: 1,
    title: "Calls made for their answers",
    family: Family::Content,
    strength: Strength::Supporting,
    speaks_to: HARVESTING,
    sees: "accounts whose answers are longer than their questions, always with the same temperature \
           and limit, and that never go on with a conversation",
    cannot_see: "agents that take turns; batch jobs that write long texts look the same",
    needs: &[
        Need::Field(Field::InputTokens),
        Need::Field(Field::OutputTokens),
        Need::AnyOf(&[Field::Temperature, Field::MaxTokens], &[]),
    ],
    parameters: &[
        Parameter {
            name: "least_calls",
            default: 20.0,
            reason: "of fewer calls nobody can say how an account is used",
        },
        Parameter {
            name: "least_output_per_input",
            default: 1.5,
            reason: "ordinary use reads more than it has written, from one half up",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.5,
            reason: "what half of the accounts do is how the cluster is used",
        },
    ],
    source: "described by Anthropic (23 February 2026); the rule is ours",
};

/// Part of the calls that must be alike.
const NEARLY_ALL: f64 = 0.95;

/// The detector.
pub struct HarvestShape;

impl Detector for HarvestShape {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let (material, ratio) = (look.material, get("least_output_per_input"));
        let (having, active) = having(material, get("least_calls") as usize, |_, rows| {
            is_shaped(material, rows, ratio)
        });
        let words = "never go on with a conversation, always call with the same settings and get \
                     answers longer than their questions";
        let least = get("least_share_of_a_cluster");
        let definition = &DEFINITION;
        Ok(Box::new(Shape(Profile { material, definition, having, active, least, words })))
    }
}

struct Shape<'a>(Profile<'a>);

impl Seen for Shape<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(self.0.cluster(group))
    }
}

fn is_shaped(material: &Material<'_>, rows: &[u32], ratio: f64) -> bool {
    let index = material.index;
    let nearly_all = |n: usize| n as f64 >= NEARLY_ALL * rows.len() as f64;
    let (mut input, mut output) = (0_u64, 0_u64);
    let mut settings: FxHashMap<(u64, u64), usize> = FxHashMap::default();
    let mut turns: FxHashMap<u32, usize> = FxHashMap::default();
    let mut without = 0;
    for row in rows {
        let row = index.row(*row);
        input += u64::from(row.input_tokens().unwrap_or_default());
        output += u64::from(row.output_tokens().unwrap_or_default());
        let call = row.call();
        if call.temperature.is_some() || call.max_tokens.is_some() {
            let temperature = call.temperature.map_or(u64::MAX, f64::to_bits);
            *settings.entry((temperature, call.max_tokens.unwrap_or(u64::MAX))).or_default() += 1;
        }
        match row.session_number() {
            Some(session) => *turns.entry(session).or_default() += 1,
            None => without += 1,
        }
    }
    let single = without + turns.values().filter(|n| **n == 1).count();
    let same = settings.values().max().copied().unwrap_or_default();
    input > 0 && output as f64 >= ratio * input as f64 && nearly_all(single) && nearly_all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Parameters;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::job::Progress;
    use crate::model::Call;

    fn found(tokens: (u32, u32), session: fn(u32) -> u32) -> Option<String> {
        let mut rows = Vec::new();
        for account in 0..50u32 {
            for i in 0..30u32 {
                let is_one = account < 4;
                let call =
                    Call { temperature: Some(1.0), max_tokens: Some(4096), ..Call::default() };
                rows.push(Asked {
                    tokens: Some(if is_one { tokens } else { (500, 200) }),
                    session: 1 + account * 100 + session(i),
                    call,
                    ..Asked::of(i.into(), account, 0, 0)
                });
            }
        }
        let index = case(50, &["x"], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = HarvestShape.look(&look).expect("nobody cancels");
        let finding = seen.cluster(Group { id: 1, members: &[0, 1, 2, 3] });
        finding.expect("nobody cancels").map(|finding| finding.statement.text())
    }

    #[test]
    fn long_answers_to_single_questions_are_told_and_conversations_are_not() {
        let text = found((100, 900), |i| i).expect("four accounts");
        assert!(text.starts_with("4 of 4 accounts never go on with a conversation"), "{text}");
        assert!(text.contains("in 120 calls"), "{text}");
        assert_eq!(found((100, 900), |i| i / 3), None, "three turns each");
        assert_eq!(found((900, 100), |i| i), None, "short answers");
        assert_eq!(found((0, 0), |i| i), None, "no tokens");
    }
}
