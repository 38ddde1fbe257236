//! How unusual a score is among the case's own accounts of the same plan and about the same
//! volume: p = (1 + accounts that score as high) / (accounts + 1), which no assumption about the
//! scores can break as long as an innocent subject is like the others (V. Vovk, A. Gammerman and
//! G. Shafer, *Algorithmic Learning in a Random World*, 2005).

use std::collections::BTreeMap;

/// Accounts that a stratum must have; with fewer it is taken together with the next.
pub const LEAST: usize = 50;
/// Parts of the accounts by volume.
const PARTS: usize = 10;

/// What is known of an account for its comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// A number for its plan; accounts without one share a number.
    pub plan: u32,
    /// How much it does: requests, or tokens.
    pub volume: u64,
    /// The score; higher is more suspicious.
    pub score: f64,
}

/// Whom a score is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// Accounts of its own plan.
    Plan,
    /// Those of all plans that have few.
    SmallPlans,
    /// All, since even these are few.
    Everybody,
}

impl Peers {
    /// As in `1,204 other accounts on its plan`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Plan => "other accounts on its plan",
            Self::SmallPlans => "other accounts on plans that have few",
            Self::Everybody => "other accounts on any plan, since its own has few",
        }
    }
}

/// The p value of a score and with whom it was compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conformal {
    /// (1 + accounts that score as high) / (accounts + 1).
    pub p: f64,
    /// Accounts it was compared with.
    pub accounts: usize,
    /// Which they are.
    pub peers: Peers,
}

/// Scores of accounts held innocent, by plan and volume.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Least volume of each part, ascending.
    parts: Vec<u64>,
    /// Which stratum holds a plan's part.
    of: BTreeMap<(u32, usize), usize>,
    /// Where plans go that are not among the accounts, or are too few.
    other: usize,
    /// Who these are.
    others: Peers,
    /// The scores of each stratum, ascending.
    strata: Vec<Vec<f64>>,
}

impl Calibration {
    /// From accounts that are not flagged. Scores that are no number are left out. `None` without
    /// scores.
    ///
    /// Within a plan, parts of the volume are taken together from the lowest up until a stratum
    /// has [`LEAST`] accounts; what is left at the top joins the one below. Plans with fewer
    /// accounts in all become one stratum, and where even they are fewer, everybody is.
    pub fn new(members: &[Member]) -> Option<Self> {
        let members: Vec<Member> = members.iter().filter(|m| !m.score.is_nan()).copied().collect();
        let mut volumes: Vec<u64> = members.iter().map(|m| m.volume).collect();
        volumes.sort_unstable();
        let parts = (0..PARTS).map(|i| volumes.get(i * volumes.len() / PARTS).copied());
        let parts = parts.collect::<Option<Vec<u64>>>()?;
        let mut cells: BTreeMap<u32, Vec<Vec<f64>>> = BTreeMap::new();
        for m in &members {
            let cell = cells.entry(m.plan).or_insert_with(|| vec![Vec::new(); PARTS]);
            cell[part(&parts, m.volume)].push(m.score);
        }
        let mut made = Self {
            parts,
            of: BTreeMap::new(),
            other: 0,
            others: Peers::SmallPlans,
            strata: Vec::new(),
        };
        let mut small = Vec::new();
        for (plan, cells) in &cells {
            if cells.iter().map(Vec::len).sum::<usize>() < LEAST {
                small.extend(cells.iter().flatten().copied());
            } else {
                made.divide(*plan, cells);
            }
        }
        if small.len() < LEAST {
            small = members.iter().map(|m| m.score).collect();
            made.others = Peers::Everybody;
        }
        made.other = made.strata.len();
        made.strata.push(small);
        made.strata.iter_mut().for_each(|s| s.sort_by(f64::total_cmp));
        Some(made)
    }

    /// Strata of a plan that has enough accounts for one.
    fn divide(&mut self, plan: u32, cells: &[Vec<f64>]) {
        let first = self.strata.len();
        let mut open = Vec::new();
        for (part, cell) in cells.iter().enumerate() {
            self.of.insert((plan, part), self.strata.len());
            open.extend(cell);
            if open.len() >= LEAST {
                self.strata.push(std::mem::take(&mut open));
            }
        }
        let last = self.strata.len() - 1;
        debug_assert!(last >= first, "the plan has enough for one");
        self.strata[last].extend(open);
        for part in 0..cells.len() {
            self.of.entry((plan, part)).and_modify(|stratum| *stratum = (*stratum).min(last));
        }
    }

    /// The p value of a subject's score; `own` says that the subject is among the accounts of the
    /// calibration, whose score is then not compared with itself. `None` for a score that is no
    /// number.
    pub fn p(&self, subject: Member, own: bool) -> Option<Conformal> {
        if subject.score.is_nan() {
            return None;
        }
        let (scores, peers) = self.stratum(subject);
        let high = scores.len() - scores.partition_point(|s| *s < subject.score);
        let own = usize::from(own && high > 0);
        let accounts = scores.len() - own;
        let p = (1 + high - own) as f64 / (accounts + 1) as f64;
        Some(Conformal { p, accounts, peers })
    }

    /// The scores that a subject's is compared with, ascending.
    pub fn peers(&self, subject: Member) -> &[f64] {
        self.stratum(subject).0
    }

    fn stratum(&self, subject: Member) -> (&[f64], Peers) {
        let cell = (subject.plan, part(&self.parts, subject.volume));
        match self.of.get(&cell) {
            Some(own) => (&self.strata[*own], Peers::Plan),
            None => (&self.strata[self.other], self.others),
        }
    }
}

/// The part a volume falls into.
fn part(parts: &[u64], volume: u64) -> usize {
    parts.partition_point(|least| *least <= volume).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rng::Rng;

    fn members(plan: u32, n: u64, rng: &mut Rng) -> Vec<Member> {
        // Scores grow with volume, which must not make the busy suspicious.
        (0..n).map(|v| Member { plan, volume: v, score: v as f64 + rng.unit() * 100.0 }).collect()
    }

    #[test]
    fn p_values_of_the_innocent_are_even_in_every_stratum() {
        let mut rng = Rng::new(&[5]);
        let all = [members(0, 3_000, &mut rng), members(1, 700, &mut rng)].concat();
        let calibration = Calibration::new(&all).expect("scores");
        for plan in [0, 1] {
            let p: Vec<f64> = all
                .iter()
                .filter(|m| m.plan == plan)
                .map(|m| calibration.p(*m, true).expect("a score").p)
                .collect();
            let low = p.iter().filter(|p| **p <= 0.1).count() as f64 / p.len() as f64;
            assert!((low - 0.1).abs() < 0.02, "{low}");
            assert!(p.iter().all(|p| *p > 0.0 && *p <= 1.0));
        }
    }

    #[test]
    fn small_strata_are_taken_together_and_say_how_many_they_are() {
        let mut rng = Rng::new(&[6]);
        let all = [members(0, 1_000, &mut rng), members(7, 20, &mut rng)].concat();
        let calibration = Calibration::new(&all).expect("scores");
        let p = |plan, volume, own| {
            calibration.p(Member { plan, volume, score: 1e9 }, own).expect("a score")
        };
        assert!(p(0, 500, false).accounts >= LEAST && p(0, 500, false).accounts < 200);
        // Twenty are too few for themselves, and no other plan is small: all are compared with.
        let peers = Peers::Everybody;
        assert_eq!(p(7, 3, false), Conformal { p: 1.0 / 1021.0, accounts: 1020, peers });
        assert_eq!(p(99, 3, false).accounts, 1020);
        let lowest = Member { plan: 0, volume: 0, score: -1.0 };
        assert_eq!(calibration.p(lowest, false).map(|c| c.p), Some(1.0));
        assert_eq!(calibration.p(Member { score: f64::NAN, ..lowest }, false), None);
        assert!(Calibration::new(&[]).is_none());
    }

    #[test]
    fn a_hundred_accounts_of_one_volume_are_one_stratum() {
        let all: Vec<Member> =
            (0..100).map(|i| Member { plan: 0, volume: 5, score: f64::from(i) }).collect();
        let calibration = Calibration::new(&all).expect("scores");
        let top = calibration.p(all[99], true).expect("a score");
        assert_eq!(top, Conformal { p: 0.01, accounts: 99, peers: Peers::Plan });
    }
}
