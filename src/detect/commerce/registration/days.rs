//! Most accounts of a cluster registered within days of each other.
//!
//! Only of accounts that something else has tied: among all accounts of a case, those of any few days
//! are many. Against the days on which other new accounts were registered (scan statistic: Naus, J.
//! Am. Stat. Assoc. 1965).

use super::DEFINITION;
use crate::detect::stats::binomial;
use crate::detect::stats::scan::{Crowd, scan};
use crate::detect::{Claim, Group, Look};
use crate::model::finding::{Finding, Recipe, Statement, Unit};
use crate::model::time::{DAY_US, SECOND_US};

/// Widths of windows, µs.
const WIDTHS: [i64; 3] = [DAY_US, 3 * DAY_US, 7 * DAY_US];

/// What is measured of accounts that were new while the records run.
pub(super) const REGISTERED: &str = "time of its registration, µs";

/// The registrations of accounts that were new while the records run, by time.
pub(super) fn new_accounts(
    look: &Look<'_>,
    all: impl Iterator<Item = (i64, u32)>,
) -> Vec<(i64, u32)> {
    let Some(span) = look.material.span() else { return Vec::new() };
    let days = look.parameter(&DEFINITION, "new_days_before_records");
    let from = span.start.0.saturating_sub((days * DAY_US as f64) as i64);
    let mut new: Vec<(i64, u32)> = all.filter(|(at, _)| (from..=span.end.0).contains(at)).collect();
    new.sort_unstable();
    new
}

/// That most accounts of a cluster were registered within days.
pub(super) fn within_days(
    look: &Look<'_>,
    new: &[(i64, u32)],
    group: Group<'_>,
) -> Option<Finding> {
    let get = |name| look.parameter(&DEFINITION, name);
    let (own, others): (Vec<_>, Vec<_>) = new.iter().partition(|(_, account)| group.has(*account));
    let times = |of: &[&(i64, u32)]| of.iter().map(|(at, _)| *at).collect::<Vec<i64>>();
    if others.len() < super::LEAST_OTHERS {
        return None;
    }
    let crowd = scan(&times(&own), &times(&others), &WIDTHS)?;
    let is_inside = |at: i64| (0..crowd.width).contains(&at.saturating_sub(crowd.start));
    let inside: Vec<(i64, u32)> = own.iter().map(|of| **of).filter(|of| is_inside(of.0)).collect();
    let accounts: Vec<u32> = inside.iter().map(|(_, account)| *account).collect();
    if super::are_of_one_house(look.material, &accounts) {
        return None;
    }
    let n = inside.len() as f64;
    let limits = [
        (n, get("least_accounts_of_block")),
        (n / group.members.len() as f64, get("least_share_within_days")),
        (n / crowd.expected, get("least_times_expected")),
        (-crowd.ln_p / std::f64::consts::LN_10, -get("most_log10_p_of_block")),
    ];
    if limits.iter().any(|(is, least)| is.is_nan() || is < least) {
        return None;
    }
    let compared = own.len() as u64;
    let share = (crowd.expected / compared as f64).min(1.0);
    let claim = Claim {
        accounts: inside.iter().map(|(_, account)| *account).collect(),
        statement: statement(&inside, &crowd, compared, group),
        statistic: n,
        threshold: format!(
            "at least {} accounts, {} of the cluster, {} times as many as expected and p at most 1e{}",
            limits[0].1,
            Unit::Share.text(limits[1].1),
            limits[2].1,
            -limits[3].1
        ),
        effect: n / crowd.expected,
        null: binomial::band("creation times of other new accounts".into(), compared, share),
        ln_p: Some(crowd.ln_p),
        evidence: Vec::new(),
    };
    claim.finding(&DEFINITION, group.subject())
}

fn statement(inside: &[(i64, u32)], crowd: &Crowd, compared: u64, group: Group<'_>) -> Statement {
    let created = || "created_at".to_owned();
    let what = || REGISTERED.to_owned();
    let expected = Recipe::WhenOthers {
        what: what(),
        role: None,
        from: "start".into(),
        width_us: crowd.width,
    };
    let first = inside.first().map_or(0, |of| of.0);
    let width = (inside.last().map_or(0, |of| of.0) - first) as f64 / SECOND_US as f64;
    let words = "{n} of {members} accounts were registered within {width} from {start} on, \
                 {spacing} apart on average; of the {compared} that are compared, {expected} would \
                 have been if they had registered when other new accounts did.";
    Statement::new(words)
        .with("n", inside.len() as f64, Unit::Count, Recipe::Members)
        .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
        .with("width", width, Unit::Seconds, Recipe::AttributeSpread { attribute: created() })
        .with("start", first as f64, Unit::Moment, Recipe::AttributeFirst { attribute: created() })
        .with(
            "spacing",
            width / (inside.len() as f64 - 1.0).max(1.0),
            Unit::Seconds,
            Recipe::AttributeSpacing { attribute: created() },
        )
        .with("compared", compared as f64, Unit::Count, Recipe::MembersMeasured { what: what() })
        .with("expected", crowd.expected, Unit::Count, expected)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{MEMBERS, known, said};
    use crate::model::time::{HOUR_US, SECOND_US};

    const HOURS: i64 = HOUR_US / SECOND_US;

    #[test]
    fn a_cluster_registered_within_days_says_so_whatever_the_addresses_are_like() {
        let mut known = known(|account| 4_000_000 + 10 * HOURS * i64::from(account), 8);
        for (account, pattern) in MEMBERS.iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
            let of = known.entry(format!("ac{account}")).or_default();
            of.insert("email_pattern".into(), pattern.into());
        }
        let (ties, found) = said(&known);
        assert!(ties.circles.is_empty(), "it ties nobody");
        let text = found.expect("within days").statement.text();
        let starts = "8 of 8 accounts were registered within 2.9 days from 1970-02-16T07:06:40Z on, \
                      10 h apart on average; of the 8 that are compared, 0.";
        assert!(text.starts_with(starts), "{text}");
        for of in known.values_mut() {
            of.insert("email_domain".into(), "one.example".into());
        }
        assert_eq!(said(&known).1, None, "a class, or a company");
    }

    #[test]
    fn what_is_spread_over_weeks_or_older_than_the_records_is_none() {
        assert_eq!(said(&known(|account| 4_000_000 + 90 * HOURS * i64::from(account), 8)).1, None);
        let long_ago = |account: u32| -40_000_000 + 11 * HOURS * i64::from(account);
        assert_eq!(said(&known(long_ago, 8)).1, None);
    }
}
