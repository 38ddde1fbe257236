//! How much a template says of the accounts that use it: how rare it is, how long, and whether it
//! is public.

use rustc_hash::FxHashSet;

use super::shared_templates::DEFINITION;
use crate::detect::material::Scripts;
use crate::detect::material::scripts::{Script, Use};
use crate::detect::stats::binomial::ln_at_least;
use crate::detect::stats::scan::{Others, scan};
use crate::detect::{Look, Material};
use crate::model::time::DAY_US;

/// A template that so large a share of the accounts uses says nothing among much else.
pub(super) const COMMON: f64 = 0.02;

/// Words of fixed text below which two prompts are not said to be of one hand.
const LEAST_WORDS: usize = 4;

/// Chance below which organisations are not among the users of a template by chance.
const CHANCE: f64 = 0.05;

/// The numbers that decide.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub words: usize,
    pub parties: usize,
    pub organisations: usize,
    pub share: f64,
    pub doubt: f64,
    pub habit: f64,
    pub weight: f64,
}

impl Limits {
    pub fn of(look: &Look<'_>) -> Self {
        let get = |name| look.parameter(&DEFINITION, name);
        Self {
            words: get("enough_words") as usize,
            parties: get("least_parties") as usize,
            organisations: get("public_organisations") as usize,
            share: get("least_share"),
            doubt: get("doubtful_prompts"),
            habit: get("habitual_prompts"),
            weight: get("least_weight_nats"),
        }
    }
}

/// How many parties use it.
pub(super) fn parties(material: &Material<'_>, users: impl Iterator<Item = u32>) -> usize {
    users.map(|account| material.party(account)).collect::<FxHashSet<u32>>().len()
}

/// What keeps a template from tying anybody, or its rarity.
pub(super) struct Rarity<'a> {
    material: &'a Material<'a>,
    scripts: &'a Scripts,
    limits: Limits,
    /// Accounts that ask anything.
    pub active: f64,
    /// Share of verified organisations among the parties of the case; of organisations where nobody
    /// knows of any that it is verified.
    usual: f64,
    /// Whether any account is known to be verified.
    knows_verified: bool,
    /// When any account first asks any of its scripts, µs, rising.
    first_uses: Vec<i64>,
    /// The same of each account.
    of_account: Vec<Vec<i64>>,
}

impl<'a> Rarity<'a> {
    pub fn new(material: &'a Material<'a>, limits: Limits) -> Self {
        let scripts = material.scripts();
        let all = 0..scripts.rows.len() as u32;
        let active: Vec<u32> = all.filter(|a| scripts.prompts[*a as usize] > 0).collect();
        let is_verified = |a: &&u32| material.verified_organisation(**a).is_some();
        let knows_verified = active.iter().any(|a| is_verified(&a));
        let is_organisation = |a: &&u32| match knows_verified {
            true => is_verified(a),
            false => material.organisation(**a).is_some(),
        };
        let organisations = parties(material, active.iter().filter(is_organisation).copied());
        let parties = parties(material, active.iter().copied()).max(1);
        let usual = organisations as f64 / parties as f64;
        let mut of_account: Vec<Vec<i64>> = vec![Vec::new(); scripts.rows.len()];
        for user in scripts.all.iter().flat_map(|script| &script.users) {
            of_account[user.account as usize].extend(material.index.at(user.first).map(|at| at.0));
        }
        let mut first_uses = of_account.concat();
        first_uses.sort_unstable();
        let active = active.len() as f64;
        Self { material, scripts, limits, active, usual, knows_verified, first_uses, of_account }
    }

    /// What a long template says of two accounts that often ask it, nats.
    pub fn of(&self, script: &Script) -> Option<f64> {
        let users = script.users.len();
        let is_short = script.words.is_some_and(|words| words < LEAST_WORDS);
        if users < self.limits.parties || is_short {
            return None;
        }
        // Whoever writes little may write the same.
        let length = script.words.map_or(1.0, |n| (n as f64 / self.limits.words as f64).min(1.0));
        let weight = length * libm::log(self.active / users as f64);
        let of = parties(self.material, script.users.iter().map(|u| u.account));
        let is_one = of < self.limits.parties;
        (!is_one && !self.is_public(&script.users)).then_some(weight)
    }

    /// Whether what these accounts ask, each so often, is public: unrelated organisations are among
    /// them more often than chance puts them there; or, of what was taken up little by little, as
    /// often as among all parties of the case, or half as often beside other things. A network on
    /// stolen keys has organisations as often as keys are theirs, but it begins on one day.
    pub fn is_public(&self, users: &[Use]) -> bool {
        let of = parties(self.material, users.iter().map(|user| user.account)) as u64;
        let is_organisation = |user: &&Use| match self.knows_verified {
            true => self.material.verified_organisation(user.account).is_some(),
            false => self.material.organisation(user.account).is_some(),
        };
        let all: Vec<&Use> = users.iter().filter(is_organisation).collect();
        let is_enough = |organisations: usize, usual: f64| {
            let is_usual = organisations as f64 / (of as f64).max(1.0) >= usual * self.usual;
            organisations >= self.limits.organisations && is_usual
        };
        // Where nobody says who is verified, whoever asks nothing else may be of the network.
        let any = match self.knows_verified {
            true => parties(self.material, all.iter().map(|user| user.account)),
            false => 0,
        };
        let ln_p = ln_at_least(any as u64, of, self.usual).unwrap_or_default();
        if is_enough(any, 1.0) && ln_p <= libm::log(CHANCE) {
            return true;
        }
        let is_usual = is_enough(any, 1.0) || is_enough(self.aside(&all), 0.5);
        is_usual && !self.is_taken_up_at_once(users)
    }

    /// How many parties ask more other things than this.
    fn aside(&self, users: &[&Use]) -> usize {
        let is_aside = |user: &&&Use| user.rows < self.scripts.prompts[user.account as usize] / 2;
        let aside = users.iter().filter(is_aside);
        parties(self.material, aside.map(|user| user.account))
    }

    /// Whether half of the users first ask it within a day in which others do not ask so much for the
    /// first time.
    fn is_taken_up_at_once(&self, users: &[Use]) -> bool {
        let first = |user: &Use| self.material.index.at(user.first).map(|at| at.0);
        let mut times: Vec<i64> = users.iter().filter_map(first).collect();
        times.sort_unstable();
        let half = times.len().div_ceil(2);
        // Most are not, which is cheap to see; in records of a day all would be.
        let span = self.first_uses.first().zip(self.first_uses.last());
        let is_longer = span.is_some_and(|(a, b)| b.saturating_sub(*a) >= DAY_US);
        let is_near = |of: &[i64]| of[half - 1].saturating_sub(of[0]) < DAY_US;
        if half < 2 || !is_longer || !times.windows(half).any(is_near) {
            return false;
        }
        // What the users ask beside it may be of the same network.
        let of = |user: &Use| &self.of_account[user.account as usize];
        let mut own: Vec<i64> = users.iter().flat_map(of).copied().collect();
        own.sort_unstable();
        let crowd = scan(&times, Others::of(&self.first_uses, &own), &[DAY_US]);
        crowd.is_some_and(|crowd| crowd.observed >= half as u64 && crowd.ln_p <= libm::log(CHANCE))
    }
}
