//! D08: a cluster without a night. Context only: service accounts, batch jobs and products with users
//! everywhere have none either.

use crate::detect::nulls::sessions::GAP_US;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D08",
    version: 2,
    title: "No night",
    family: Family::Timing,
    strength: Strength::Context,
    speaks_to: COORDINATED,
    sees: "clusters that are never silent for an hour within a week or more, all accounts taken \
           together",
    cannot_see: "whether anything is wrong with that: it is shown and counts nowhere",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::HoursOf("least_days", 24)],
    parameters: &[
        Parameter {
            name: "most_quiet_hours",
            default: 1.0,
            reason: "people of one region sleep five hours and more",
        },
        Parameter {
            name: "least_days",
            default: 7.0,
            reason: "a launch or an incident keeps people awake for a night or two",
        },
    ],
    source: "quiet periods as an indicator in AA26-251A",
};

/// The detector.
pub struct Circadian;

impl Detector for Circadian {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Nights { look: *look }))
    }
}

struct Nights<'a> {
    look: Look<'a>,
}

impl Seen for Nights<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

impl Nights<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let material = self.look.material;
        let Silence { start, end, longest: (quiet, before, after) } =
            Silence::of(material, group.members)?;
        let days = (end - start) as f64 / DAY_US as f64;
        let most = get("most_quiet_hours");
        if quiet as f64 > most * HOUR_US as f64 || days < get("least_days") {
            return None;
        }
        let role = || "around the longest silence".to_owned();
        let statement = Statement::new(
            "In {days} days the cluster as a whole is never silent for more than {quiet}.",
        )
        .with(
            "days",
            days.floor(),
            Unit::Count,
            Recipe::Case {
                what: "whole days from the first call of the cluster to its last".into(),
            },
        )
        .with(
            "quiet",
            quiet as f64 / SECOND_US as f64,
            Unit::Seconds,
            Recipe::Spread { role: role() },
        );
        let claim = Claim {
            accounts: group.members.to_vec(),
            statement,
            statistic: quiet as f64 / HOUR_US as f64,
            threshold: format!(
                "no pause longer than {most} h in at least {} days",
                get("least_days")
            ),
            effect: 1.0,
            null: None,
            ln_p: None,
            evidence: vec![evidence(material.index, &role(), [before, after])],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

/// When some accounts were there, and the longest time in which none of them was.
pub(crate) struct Silence {
    /// Begin of the first session, µs.
    pub start: i64,
    /// End of the last one.
    pub end: i64,
    /// The longest silence, µs, and the rows around it.
    pub longest: (i64, u32, u32),
}

impl Silence {
    /// Of some accounts taken together; `None` where they are never there, or only once.
    pub fn of(material: &Material<'_>, members: &[u32]) -> Option<Self> {
        let visits = members.iter().flat_map(|account| material.visits(*account));
        // Begin, end, and the rows there.
        let mut all: Vec<(i64, i64, u32, u32)> =
            visits.map(|v| (v.start, v.end, v.first, v.last)).collect();
        all.sort_unstable();
        let (start, mut end, _, mut end_row) = *all.first()?;
        let mut longest: Option<(i64, u32, u32)> = None;
        for (at, until, first, last) in all {
            let quiet = at.saturating_sub(end);
            if longest.is_none_or(|(most, ..)| quiet > most) && quiet > 0 {
                longest = Some((quiet, end_row, first));
            }
            if until > end {
                (end, end_row) = (until, last);
            }
        }
        // Within a session there may be longer silences than between sessions, or nothing between.
        let is_in_sessions = longest.is_none_or(|(quiet, ..)| quiet <= GAP_US);
        let longest = if is_in_sessions { longest_silence(material, members) } else { longest }?;
        Some(Self { start, end, longest })
    }
}

/// The longest time between two calls of some accounts that follow each other: µs, and their rows.
fn longest_silence(material: &Material<'_>, members: &[u32]) -> Option<(i64, u32, u32)> {
    let sharp = members.iter().flat_map(|account| material.sharp_records(*account));
    let mut calls: Vec<(i64, u32)> =
        sharp.filter_map(|record| Some((record.at?.0, record.row))).collect();
    calls.sort_unstable();
    let silence = |two: &[(i64, u32)]| (two[1].0 - two[0].0, two[0].1, two[1].1);
    calls.windows(2).map(silence).max_by_key(|(quiet, ..)| *quiet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::time::MINUTE_US;

    fn world(hours: std::ops::Range<i64>) -> Vec<Sent> {
        let sent = |half: i64| Sent {
            at: half * HOUR_US / 2,
            account: (half % 2) as u32,
            ..Sent::default()
        };
        (0..20 * 48).filter(|half| hours.contains(&(half / 2 % 24))).map(sent).collect()
    }

    #[test]
    fn who_is_there_at_every_hour_has_no_night_and_working_hours_have() {
        let none = Attributes::new();
        let found = said(&Circadian, &world(0..24), &none, &[0, 1]).expect("no night");
        assert_eq!(
            found.statement.text(),
            "In 19 days the cluster as a whole is never silent for more than 30 min."
        );
        assert_eq!(found.events_of("around the longest silence").len(), 2);
        assert_eq!(said(&Circadian, &world(8..20), &none, &[0, 1]), None);
    }

    #[test]
    fn who_is_never_silent_at_all_has_no_night() {
        // One call in twelve minutes of each of two accounts: sessions without an end.
        let sent =
            |i: i64| Sent { at: i * 6 * MINUTE_US, account: (i % 2) as u32, ..Sent::default() };
        let sent: Vec<Sent> = (0..20 * 240).map(sent).collect();
        let found = said(&Circadian, &sent, &Attributes::new(), &[0, 1]).expect("no night");
        assert_eq!(
            found.statement.text(),
            "In 19 days the cluster as a whole is never silent for more than 6 min."
        );
        assert_eq!(found.events_of("around the longest silence").len(), 2);
    }
}
