//! D03: accounts are active in the same ten minutes, more than their habits explain.
//!
//! After SynchroTrap (Q. Cao et al., CCS 2014), with another null: the same accounts on shifted
//! days, which keep hours, bursts and hourly jobs.

use rayon::prelude::*;

use super::chosen::Chosen;
use super::slots::{Overlap, SLOT_US, common, slots_of};
use crate::detect::commerce::indicators::gateways;
use crate::detect::material::Visit;
use crate::detect::material::by_account::by_account;
use crate::detect::material::candidates::{Candidates, candidates};
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::nulls::rotation::is_clock;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Layer, Link, Look, Measures, Need, Parameter,
    Reads, Seen, Strength, Ties, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, NullBand, Recipe, Statement, Take, Unit};
use crate::model::rng::key;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D03",
    version: 4,
    title: "Active at the same time",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts that are active in the same ten-minute slots far more than on shifted days, over \
           many days; ties only pairs that share something rare besides",
    cannot_see: "pools that use one account after the other, jitter of more than ten minutes, and \
                 accounts that work by the clock",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Hours(48)],
    parameters: &[
        Parameter {
            name: "least_shared_slots",
            default: 20.0,
            reason: "two accounts share some by chance",
        },
        Parameter { name: "least_z_of_pair", default: 6.0, reason: "thousands of pairs are tried" },
        Parameter {
            name: "least_z_of_cluster",
            default: 5.0,
            reason: "over pairs drawn at random; strangers lie within ±3",
        },
        Parameter {
            name: "least_times_shifted",
            default: 1.5,
            reason: "a common timetable makes a significant and small difference",
        },
        Parameter {
            name: "most_share_of_a_day",
            default: 0.5,
            reason: "an incident or a workshop is one day",
        },
    ],
    source: "SynchroTrap (Cao et al., CCS 2014); the null of shifted days is ours",
};

/// Pairs of a cluster that are looked at.
const MOST_PAIRS: usize = 60;
/// Sessions that an account of a cluster must have.
const LEAST_SESSIONS: usize = 10;

/// The detector.
pub struct Synchrony;

impl Detector for Synchrony {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { templates: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let n = look.material.index.accounts().len() as u32;
        let slots = by_account(n, |account| slots_of(look.material, account));
        let tried = candidates(look.material, &gateways(look));
        Ok(Box::new(Slots { look: *look, slots, tried }))
    }
}

struct Slots<'a> {
    look: Look<'a>,
    /// By account.
    slots: Vec<Vec<i64>>,
    /// The pairs of the case that are tried.
    tried: Candidates,
}

impl Seen for Slots<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let link = |(a, b): &(u32, u32)| {
            self.look.progress.check()?;
            Ok(self.link(*a, *b))
        };
        let links = self.tried.pairs.par_iter().map(link).collect::<Result<Vec<_>, Cancelled>>()?;
        Ok(Ties { links: links.into_iter().flatten().collect(), ..Ties::default() })
    }

    fn remark(&self) -> Option<String> {
        let accounts = self.tried.left_out_from?;
        Some(format!(
            "{} looked for ties among {} pairs of accounts, those with the rarest values in common; \
             pairs that share only what {accounts} accounts or more have were left out",
            DEFINITION.id,
            self.tried.pairs.len()
        ))
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }

    fn measured_of(&self, group: Group<'_>, _: &Finding) -> Measures {
        let of = |pair: &Pair| (pair.accounts[0], pair.found.shared.len() as f64);
        let pairs = self.pairs(group).unwrap_or_default();
        vec![(SHARED.into(), pairs.iter().map(of).collect())]
    }
}

/// Two accounts and what they share.
struct Pair {
    accounts: [u32; 2],
    found: Overlap,
}

/// Whether sessions begin by a clock of their account.
fn works_by_a_clock(visits: &[Visit]) -> bool {
    is_clock(&visits.iter().map(|visit| visit.start).collect::<Vec<i64>>())
}

impl Slots<'_> {
    fn overlap(&self, a: u32, b: u32) -> Option<Overlap> {
        let seed = key(&[self.look.seed, 3, u64::from(a), u64::from(b)]);
        Overlap::of(&self.slots[a as usize], &self.slots[b as usize], seed)
    }

    /// The tie of two accounts, if they act at once.
    fn link(&self, a: u32, b: u32) -> Option<Link> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (one, other) = (&self.slots[a as usize], &self.slots[b as usize]);
        let least = get("least_shared_slots");
        // Before anything is shifted: what most pairs fail.
        if (common(one, other) as f64) < least {
            return None;
        }
        let found = self.overlap(a, b)?;
        let (shared, z) = (found.shared.len() as f64, found.z());
        let passes = shared >= least
            && 2 * found.shared.len() >= found.fewer.len()
            && z >= get("least_z_of_pair")
            && shared >= get("least_times_shifted") * found.shifted.mean
            && found.of_a_day as f64 <= get("most_share_of_a_day") * shared;
        let proof = format!(
            "active in {shared} of the same {} ten-minute slots, {:.0} on shifted days",
            found.fewer.len(),
            found.shifted.mean
        );
        let weight = libm::log(shared / found.shifted.mean.max(1.0)).clamp(0.5, 4.0);
        let are_clocks = || [a, b].iter().all(|of| self.look.material.works_by_a_timer(*of));
        (passes && !are_clocks()).then(|| Link::new(a, b, Layer::Synchrony, weight, proof))
    }

    fn pairs(&self, group: Group<'_>) -> Option<Vec<Pair>> {
        let seed = key(&[self.look.seed, 3]);
        let chosen = Chosen::new(self.look.material, group, LEAST_SESSIONS, seed)?;
        let pairs = chosen.accounts.chunks_exact(2).take(MOST_PAIRS);
        // Jobs of one hour of the night wait for one queue.
        let pairs = pairs.filter(|two| !two.iter().all(|(_, visits)| works_by_a_clock(visits)));
        let of = |two: &[(u32, Vec<Visit>)]| {
            let accounts = [two[0].0, two[1].0];
            Some(Pair { accounts, found: self.overlap(accounts[0], accounts[1])? })
        };
        Some(pairs.filter_map(of).collect())
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let pairs = self.pairs(group)?;
        let best = pairs.iter().max_by(|a, b| a.found.z().total_cmp(&b.found.z()))?;
        let z = pairs.iter().map(|p| p.found.z()).sum::<f64>() / libm::sqrt(pairs.len() as f64);
        let shared: f64 = pairs.iter().map(|p| p.found.shared.len() as f64).sum();
        let shifted: f64 = pairs.iter().map(|p| p.found.shifted.mean).sum();
        let of_a_day: f64 = pairs.iter().map(|p| p.found.of_a_day as f64).sum();
        let effect = (shared + 1.0) / (shifted + 1.0);
        let passes = shared >= get("least_shared_slots")
            && z >= get("least_z_of_cluster")
            && effect >= get("least_times_shifted")
            && of_a_day <= get("most_share_of_a_day") * shared;
        if !passes {
            return None;
        }
        let days: usize = pairs.iter().map(|p| p.found.days - 1).sum();
        let freedom = (days as u64).min(SURROGATES.into()) as u32;
        let claim = Claim {
            accounts: pairs.iter().flat_map(|p| p.accounts).collect(),
            statement: statement(&pairs, best, z, effect),
            statistic: z,
            threshold: format!(
                "at least {} standard deviations above shifted days and {} times as much",
                get("least_z_of_cluster"),
                get("least_times_shifted")
            ),
            effect,
            null: Some(NullBand {
                made_from: format!("{SURROGATES} shifts by whole days, by pair"),
                low: -1.96,
                median: 0.0,
                high: 1.96,
                n: SURROGATES.into(),
            }),
            ln_p: ln_above_surrogates(z, freedom),
            evidence: self.rows(best),
        };
        claim.finding(&DEFINITION, group.subject())
    }

    /// Of each shared slot of a pair the first call of each of the two.
    fn rows(&self, pair: &Pair) -> Vec<crate::model::finding::Evidence> {
        let material = self.look.material;
        let index = material.index;
        let first = |account: u32, slots: &[i64]| {
            let rows = index.rows_of_account(account).iter().copied();
            let mut last = i64::MIN;
            rows.filter(move |row| {
                let slot = index.at(*row).map_or(i64::MIN, |at| at.0.div_euclid(SLOT_US));
                let is_new = slot != last && material.has_sharp_time(*row);
                if is_new {
                    last = slot;
                }
                is_new && slots.binary_search(&slot).is_ok()
            })
            .collect::<Vec<u32>>()
        };
        let ([one, other], found) = (pair.accounts, &pair.found);
        let fewer = if found.is_second { other } else { one };
        vec![
            evidence(index, ONE, first(one, &found.shared)),
            evidence(index, OTHER, first(other, &found.shared)),
            evidence(index, FEWER, first(fewer, &found.fewer)),
        ]
    }
}

/// The role of the first calls of one of the clearest pair in the slots they share.
const ONE: &str = "one in the same slots";
/// The role of those of the other.
const OTHER: &str = "other in the same slots";
/// The role of those of the one with fewer in all its slots in the days when both are there.
const FEWER: &str = "all slots of the one with fewer";
/// What is measured of one account of each pair.
const SHARED: &str = "ten-minute slots that it shares with the one it is paired with";

fn statement(pairs: &[Pair], best: &Pair, z: f64, effect: f64) -> Statement {
    let shifted: Vec<f64> = pairs.iter().map(|pair| pair.found.shifted.mean).collect();
    let shared = pairs.iter().map(|pair| pair.found.shared.len() as f64).sum();
    let times = Recipe::Quotient { of: "all_shared".into(), by: "all_shifted".into(), plus: 1.0 };
    Statement::new(
        "{accounts} accounts, put together two by two at random, are active in the same ten minutes \
         {effect} as often as on shifted days: {z} standard deviations more over all pairs. The \
         clearest pair is in {shared} of {fewer} slots; on shifted days in {shifted}.",
    )
    .with("accounts", 2.0 * pairs.len() as f64, Unit::Count, Recipe::Members)
    .with("effect", effect, Unit::Times, times)
    .with("all_shared", shared, Unit::Count, Recipe::Measured { what: SHARED.into() })
    .with(
        "all_shifted",
        shifted.iter().sum(),
        Unit::Plain,
        Recipe::Draws { take: Take::Sum, of: shifted },
    )
    .with("z", z, Unit::Plain, Recipe::Statistic)
    .with(
        "shared",
        best.found.shared.len() as f64,
        Unit::Count,
        Recipe::Records { role: ONE.into() },
    )
    .with(
        "fewer",
        best.found.fewer.len() as f64,
        Unit::Count,
        Recipe::Records { role: FEWER.into() },
    )
    .with(
        "shifted",
        best.found.shifted.mean.round(),
        Unit::Count,
        best.found.shifted.recipe(Take::Mean),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testcase::{Sent, case};
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;
    use crate::detect::{Attributes, Material, Parameters};
    use crate::job::Progress;
    use crate::model::rng::Rng;
    use crate::model::time::DAY_US;

    const MEMBERS: &[u32] = &[0, 1, 2, 3];

    /// Four accounts over twelve days: bursts that all of them have, or each its own.
    fn world(common: bool) -> Vec<Sent> {
        let mut sent = Vec::new();
        for account in 0..4_u32 {
            let mut rng = Rng::new(&[if common { 9 } else { u64::from(account) }]);
            for _ in 0..60 {
                let at = (rng.unit() * (12 * DAY_US) as f64) as i64 / SLOT_US * SLOT_US;
                let at = at + i64::from(account) * 1_000_000;
                sent.push(Sent { at, account, template: 1, ..Sent::default() });
            }
        }
        sent
    }

    #[test]
    fn common_bursts_are_synchrony_with_the_rows_of_the_slots() {
        let none = Attributes::new();
        let found = said(&Synchrony, &world(true), &none, MEMBERS).expect("synchrony");
        let shared = found.statement.number("shared").expect("said").value;
        assert_eq!(found.events_of(ONE).len() as f64, shared);
        assert_eq!(found.events_of(OTHER).len() as f64, shared);
        assert!(found.log10_p.is_some_and(|p| p < -4.0), "{found:?}");
        assert_eq!(said(&Synchrony, &world(false), &none, MEMBERS), None);
        let org: Vec<(u32, &str, &str)> = MEMBERS.iter().map(|a| (*a, "org_id", "o")).collect();
        assert_eq!(said(&Synchrony, &world(true), &attributes(&org), MEMBERS), None);
    }

    #[test]
    fn pairs_that_share_something_rare_are_tied_when_they_act_at_once() {
        for common in [true, false] {
            let index = case(&world(common));
            let none = Attributes::new();
            let material = Material::new(&index, &none, &[]);
            let (parameters, progress) = (Parameters::default(), Progress::default());
            let look =
                Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
            let ties = Synchrony.look(&look).and_then(|seen| seen.ties()).expect("nobody cancels");
            assert_eq!(ties.links.len(), if common { 6 } else { 0 });
        }
    }

    #[test]
    fn one_common_day_is_no_synchrony() {
        let mut sent = world(true);
        sent.retain(|s| s.at < DAY_US);
        let alone = world(false).into_iter().filter(|s| s.at >= DAY_US);
        sent.extend(alone.filter(|s| (s.at / SLOT_US) % 16 == i64::from(s.account)));
        assert_eq!(said(&Synchrony, &sent, &Attributes::new(), MEMBERS), None);
    }
}
