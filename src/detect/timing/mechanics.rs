//! D09: requests that follow the answer to the one before at once. Context only: it proves a
//! machine, and agents and pipelines are machines, too.

use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{MINUTE_US, SECOND_US};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D09",
    version: 1,
    title: "Machine pace",
    family: Family::Timing,
    strength: Strength::Context,
    speaks_to: COORDINATED,
    sees: "clusters whose requests mostly begin within two seconds of the answer to the one before",
    cannot_see: "whether anything is wrong with that: it is shown and counts nowhere",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Field(Field::LatencyMs)],
    parameters: &[
        Parameter {
            name: "most_seconds",
            default: 2.0,
            reason: "people read an answer before they ask again",
        },
        Parameter {
            name: "least_share",
            default: 0.5,
            reason: "of the requests that follow another one within ten minutes",
        },
        Parameter {
            name: "least_requests",
            default: 100.0,
            reason: "with fewer, a retry loop is enough",
        },
    ],
    source: "think times; the limits are ours",
};

/// A request later than this after the one before does not follow it, µs.
pub(crate) const FOLLOWS_US: i64 = 10 * MINUTE_US;
/// Requests of a cluster that are looked at, from the first on.
const MOST_REQUESTS: usize = 20_000;

/// The detector.
pub struct Mechanics;

impl Detector for Mechanics {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Paces { look: *look }))
    }
}

struct Paces<'a> {
    look: Look<'a>,
}

impl Seen for Paces<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// The requests of some accounts that follow another one of their account, each with the pause
/// since its answer, µs; so many of them as are looked at.
pub(crate) fn pauses(material: &Material<'_>, accounts: &[u32]) -> Vec<(u32, i64)> {
    let of_account = |account: &u32| {
        let mut ended: Option<i64> = None;
        material.runs(*account).filter_map(move |call| {
            let pause = ended.map(|ended| call.start - ended);
            ended = call.end;
            pause.filter(|pause| (0..=FOLLOWS_US).contains(pause)).map(|pause| (call.row, pause))
        })
    };
    accounts.iter().flat_map(of_account).take(MOST_REQUESTS).collect()
}

impl Paces<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let most = (get("most_seconds") * SECOND_US as f64) as i64;
        let follow = pauses(self.look.material, group.members);
        let quick: Vec<u32> =
            follow.iter().filter(|(_, pause)| *pause <= most).map(|(row, _)| *row).collect();
        let share = quick.len() as f64 / follow.len() as f64;
        if (quick.len() as f64) < get("least_requests") || share < get("least_share") {
            return None;
        }
        let index = self.look.material.index;
        let (all, few) = ("following".to_owned(), "following at once".to_owned());
        let mut words = format!(
            "{{quick}} of {{follow}} requests that follow another one of their account within 10 min \
             of its answer ({{share}}) begin within {} s of it.",
            get("most_seconds")
        );
        if follow.len() == MOST_REQUESTS {
            words.push_str(" Looked at that many, by account.");
        }
        let statement = Statement::new(words)
            .with("quick", quick.len() as f64, Unit::Count, Recipe::Records { role: few.clone() })
            .with("follow", follow.len() as f64, Unit::Count, Recipe::Records { role: all.clone() })
            .with(
                "share",
                share,
                Unit::Share,
                Recipe::Ratio { role: few.clone(), of: all.clone() },
            );
        let claim = Claim {
            accounts: quick.iter().map(|row| index.account_of(*row)).collect(),
            statement,
            statistic: share,
            threshold: format!("at least {} of them", Unit::Share.text(get("least_share"))),
            effect: 1.0,
            null: None,
            ln_p: None,
            evidence: vec![
                evidence(index, &all, follow.iter().map(|(row, _)| *row)),
                evidence(index, &few, quick),
            ],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::said;

    fn world(pause_s: i64) -> Vec<Sent> {
        let sent = |i: i64| Sent {
            at: i * (3 + pause_s) * SECOND_US,
            latency_ms: Some(3_000),
            ..Sent::default()
        };
        (0..201).map(sent).collect()
    }

    #[test]
    fn requests_that_do_not_wait_are_a_machine_and_readers_are_not() {
        let none = Attributes::new();
        let found = said(&Mechanics, &world(1), &none, &[0]).expect("a machine");
        assert_eq!(
            found.statement.text(),
            "200 of 200 requests that follow another one of their account within 10 min of its \
             answer (100 %) begin within 2 s of it."
        );
        assert_eq!(found.events_of("following at once").len(), 200);
        assert_eq!(said(&Mechanics, &world(30), &none, &[0]), None);
    }
}
