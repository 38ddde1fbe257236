//! D29: accounts behind which a shop front seems to stand: one system prompt, many conversations at
//! once, and everything under the sun asked in them.
//!
//! That is resale. Whether the answers are kept, too, cannot be told from it: it speaks to accounts
//! that act as one, never to harvesting, and products with end users of their own look the same.

use rustc_hash::FxHashMap;

use super::profile::{Profile, property};
use crate::detect::{
    COORDINATED, Definition, Detector, Group, Look, Material, Measures, Need, Parameter, Reads,
    Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding};
use crate::model::{FREE_TEXT, Field};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D29",
    version: 3,
    title: "Relay of many people's requests",
    family: Family::Content,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "accounts that send one system prompt with nine of ten calls, have had several \
           conversations under way at one moment, name no end users, and half of whose prompts \
           follow no template",
    cannot_see: "relays that pass on the system prompts of their customers; whether answers are kept; \
                 declared resellers and products with users of their own look the same",
    needs: &[Need::Accounts, Need::Field(Field::SystemHash), Need::Field(Field::SessionId)],
    parameters: &[
        Parameter {
            name: "least_calls",
            default: 30.0,
            reason: "of fewer calls nobody can say how an account is used",
        },
        Parameter {
            name: "least_at_once",
            default: 3.0,
            reason: "one person has one or two conversations open",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.5,
            reason: "what half of the accounts do is how the cluster is used",
        },
    ],
    source: "described by Anthropic (10 September 2026); the rule is ours",
};

/// Part of the calls that have the same system prompt.
const NEARLY_ALL: f64 = 0.9;
/// Part of the prompts that follow no template, where templates were looked for.
const FREE: f64 = 0.5;

/// The detector.
pub struct Relay;

impl Detector for Relay {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { templates: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let (material, at_once) = (look.material, get("least_at_once") as usize);
        let is_one = |_: u32, rows: &[u32]| {
            has_one_harness(material, rows)
                && is_diverse(material, rows)
                && most_at_once(material, rows) >= at_once
        };
        let property = property(material, get("least_calls") as usize, is_one);
        let words = "send one system prompt with nine of ten calls or more, have had several \
                     conversations under way at one moment, name no end user in any call, and \
                     follow no template with half of their prompts or more";
        let least = get("least_share_of_a_cluster");
        let definition = &DEFINITION;
        Ok(Box::new(Relays(Profile { material, definition, property, least, words })))
    }
}

struct Relays<'a>(Profile<'a>);

impl Seen for Relays<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(self.0.cluster(group))
    }

    fn measured(&self) -> Measures {
        vec![self.0.measured()]
    }
}

/// Nearly all calls with one system prompt, and none that names an end user.
fn has_one_harness(material: &Material<'_>, rows: &[u32]) -> bool {
    let names_users = rows.iter().any(|row| material.index.has_user(*row));
    !names_users && with_one_prompt(material, rows) as f64 >= NEARLY_ALL * rows.len() as f64
}

/// Calls with the system prompt that most of them have.
pub(crate) fn with_one_prompt(material: &Material<'_>, rows: &[u32]) -> usize {
    let index = material.index;
    let mut calls: Vec<u32> = rows.iter().map(|row| index.call_of(*row)).collect();
    calls.sort_unstable();
    let mut of: FxHashMap<&str, usize> = FxHashMap::default();
    for same in calls.chunk_by(|a, b| a == b) {
        if let Some(hash) = &index.dimensions().calls[same[0] as usize].system_hash {
            *of.entry(hash).or_default() += same.len();
        }
    }
    of.values().max().copied().unwrap_or_default()
}

fn is_diverse(material: &Material<'_>, rows: &[u32]) -> bool {
    let (free, asked) = without_template(material, rows);
    asked == 0 || free as f64 >= FREE * asked as f64
}

/// Prompts that follow no template, and all for which that is known.
pub(crate) fn without_template(material: &Material<'_>, rows: &[u32]) -> (usize, usize) {
    let templates = material.index.templates();
    let asked: Vec<u32> = rows.iter().filter_map(|row| templates.of(*row)).collect();
    (asked.iter().filter(|id| **id == FREE_TEXT).count(), asked.len())
}

/// The most conversations that are under way at one moment: begun, and going on later. Calls
/// without a time, or without a session, are in none.
pub(crate) fn most_at_once(material: &Material<'_>, rows: &[u32]) -> usize {
    let index = material.index;
    let mut spans: FxHashMap<u32, (i64, i64)> = FxHashMap::default();
    for row in rows {
        if let (Some(session), Some(at)) = (index.row(*row).session_number(), index.at(*row)) {
            let span = spans.entry(session).or_insert((at.0, at.0));
            *span = (span.0.min(at.0), span.1.max(at.0));
        }
    }
    let mut ends: Vec<(i64, i32)> =
        spans.into_values().flat_map(|(from, to)| [(from, 1), (to, -1)]).collect();
    // At one moment ends come first: what only touches does not overlap.
    ends.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, step) in ends {
        now += step;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Parameters;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::job::Progress;
    use crate::model::Call;

    fn found(sessions: u32, user: &'static str, template: u32) -> Option<String> {
        let mut rows = Vec::new();
        for account in 0..50u32 {
            for i in 0..40u32 {
                let system = if account < 4 { "h".to_owned() } else { format!("{}", i % 3) };
                let sessions = if account < 4 { sessions } else { 1 };
                rows.push(Asked {
                    user,
                    session: 1 + account * 10 + i % sessions,
                    call: Call { system_hash: Some(system), ..Call::default() },
                    ..Asked::of(i.into(), account, template, 0)
                });
            }
        }
        let index = case(50, &["Say … again"], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = Relay.look(&look).expect("nobody cancels");
        let finding = seen.cluster(Group { id: 1, members: &[0, 1, 2, 3] });
        finding.expect("nobody cancels").map(|finding| finding.statement.text())
    }

    #[test]
    fn many_conversations_under_one_system_prompt_are_told_unless_users_are_named() {
        let text = found(5, "", 0).expect("four accounts");
        assert!(text.starts_with("4 of 4 accounts send one system prompt"), "{text}");
        assert_eq!(found(2, "", 0), None, "one after the other, or two");
        assert_eq!(found(5, "u1", 0), None, "a product with users");
        assert_eq!(found(5, "", 1), None, "one template");
    }
}
