//! D24 of a cluster: whether its accounts ask about the same things as one another, and not about
//! what everybody asks, however the prompts are worded.
//!
//! Only prompts of different accounts are compared, so that one account with a subject of its own
//! does not speak for the others, and each account weighs the same, however much it asks.

use super::{COMPARED, DEFINITION, READ, Subjects};
use crate::detect::content::harvest_shape::calls;
use crate::detect::stats::robust::median;
use crate::detect::words::{BINS, Words};
use crate::detect::{Group, Look};
use crate::job::Cancelled;
use crate::model::finding::{Evidence, Finding, NullBand, Recipe, Statement, Take, Unit};
use crate::model::rng::Rng;

/// Groups that are drawn.
const DRAWS: usize = 199;
/// Part of the members that must have enough prompts without a frame.
const MOST_OF_IT: f64 = 0.5;
/// Accounts that others must number, at least, to be drawn from.
const LEAST_OTHERS: usize = 20;

/// What every account asks, and all together.
pub(super) struct Means {
    each: Vec<Mean>,
    all: Sums,
}

/// The mean prompt of an account.
struct Mean {
    account: u32,
    vector: Vec<f64>,
    /// The product of the vector with itself.
    square: f64,
}

/// Of some accounts: the sum of their means, and of the squares of these.
#[derive(Clone)]
struct Sums {
    accounts: f64,
    vector: Vec<f64>,
    squares: f64,
}

/// What is known of some accounts against all others.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Far {
    /// Mean similarity (cosine) of two prompts of two of them.
    within: f64,
    /// Mean similarity of a prompt of one of them and one of another account.
    between: f64,
    /// Squared discrepancy, pairs of one account left out.
    squared: f64,
}

impl Means {
    /// Of the accounts with enough prompts.
    pub fn new(words: &[Words]) -> Self {
        let enough = (0..).zip(words).filter(|(_, words)| words.prompts >= COMPARED);
        let mean = |(account, words): (u32, &Words)| {
            let vector = words.mean();
            Mean { account, square: dot(&vector, &vector), vector }
        };
        let each: Vec<Mean> = enough.map(mean).collect();
        Self { all: Sums::of(each.iter()), each }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Sums {
    fn of<'a>(means: impl Iterator<Item = &'a Mean>) -> Self {
        let mut sums = Self { accounts: 0.0, vector: vec![0.0; BINS], squares: 0.0 };
        for mean in means {
            sums.accounts += 1.0;
            sums.vector.iter_mut().zip(&mean.vector).for_each(|(sum, part)| *sum += part);
            sums.squares += mean.square;
        }
        sums
    }

    fn without(&self, some: &Self) -> Self {
        Self {
            accounts: self.accounts - some.accounts,
            vector: self.vector.iter().zip(&some.vector).map(|(all, own)| all - own).collect(),
            squares: self.squares - some.squares,
        }
    }

    /// Mean similarity of two different accounts.
    fn alike(&self) -> Option<f64> {
        let pairs = self.accounts * (self.accounts - 1.0);
        (pairs > 0.0).then(|| (dot(&self.vector, &self.vector) - self.squares) / pairs)
    }

    /// Against the others of all.
    fn far_from_the_rest_of(&self, all: &Self) -> Option<Far> {
        let rest = all.without(self);
        let within = self.alike()?;
        let between = dot(&self.vector, &rest.vector) / (self.accounts * rest.accounts);
        let squared = within + rest.alike()? - 2.0 * between;
        squared.is_finite().then_some(Far { within, between, squared })
    }
}

/// What a cluster asks, where it is like itself and unlike others more than groups drawn at random.
pub(super) fn finding(seen: &Subjects<'_>, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
    let Means { each, all } = &seen.means;
    let (own, others): (Vec<&Mean>, Vec<&Mean>) = each.iter().partition(|m| group.has(m.account));
    let is_most = own.len() as f64 >= MOST_OF_IT * group.members.len() as f64;
    if own.len() < 2 || !is_most || others.len() < own.len().max(LEAST_OTHERS) {
        return Ok(None);
    }
    let accounts: Vec<u32> = own.iter().map(|mean| mean.account).collect();
    let far = Sums::of(own.into_iter()).far_from_the_rest_of(all);
    let is_alike = |far: &Far| far.within >= seen.least_times * far.between;
    let Some(far) = far.filter(is_alike).filter(|_| is_novel(seen, &accounts)) else {
        return Ok(None);
    };
    let null = drawn(&others, group, (accounts.len(), all), &seen.look)?;
    let as_far = null.iter().filter(|drawn| **drawn >= far.squared).count();
    let p = (1 + as_far) as f64 / (1 + null.len()) as f64;
    let is_one = null.len() == DRAWS && p <= seen.most_p;
    Ok(is_one.then(|| told(seen, group, accounts, (far, null, p))).flatten())
}

/// Whether hardly anything is asked twice, of all that the accounts ask.
fn is_novel(seen: &Subjects<'_>, accounts: &[u32]) -> bool {
    let habits = seen.look.material.habits();
    let of = |account: &u32| &habits[*account as usize];
    let distinct: u64 = accounts.iter().map(|account| u64::from(of(account).distinct)).sum();
    let prompts: u64 = accounts.iter().map(|account| u64::from(of(account).prompts)).sum();
    prompts > 0 && distinct as f64 >= seen.least_novel * prompts as f64
}

/// How far groups of so many others are from the rest, rising.
fn drawn(
    others: &[&Mean],
    group: Group<'_>,
    (accounts, all): (usize, &Sums),
    look: &Look<'_>,
) -> Result<Vec<f64>, Cancelled> {
    let mut rng = Rng::new(&[look.seed ^ u64::from(group.members[0]), 24]);
    let mut pool: Vec<&Mean> = others.to_vec();
    let mut null = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        look.progress.check()?;
        for at in 0..accounts {
            let with = at + rng.below((pool.len() - at) as u64) as usize;
            pool.swap(at, with);
        }
        let far = Sums::of(pool[..accounts].iter().copied()).far_from_the_rest_of(all);
        null.extend(far.map(|far| far.squared));
    }
    null.sort_by(f64::total_cmp);
    Ok(null)
}

fn told(
    seen: &Subjects<'_>,
    group: Group<'_>,
    accounts: Vec<u32>,
    (far, drawn, p): (Far, Vec<f64>, f64),
) -> Option<Finding> {
    let of = |account: &u32| seen.words[*account as usize].prompts;
    let read: u64 = accounts.iter().map(of).sum();
    let null = NullBand {
        made_from: "as many other accounts, drawn at random".into(),
        low: drawn[0],
        median: median(&drawn)?,
        high: drawn[drawn.len() - 1],
        n: drawn.len() as u64,
    };
    let mut events: Vec<u64> =
        accounts.iter().flat_map(|account| calls(seen.look.material, *account).events).collect();
    events.sort_unstable();
    events.dedup();
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        statement: statement(group, accounts.len(), (read, events.len()), far, (&null, &drawn)),
        accounts,
        statistic: far.squared,
        threshold: format!(
            "a place among the farthest {} of groups drawn at random, and prompts {} times as alike \
             as with those of others",
            Unit::Share.text(seen.most_p),
            seen.least_times
        ),
        // Groups drawn at random are as alike as all accounts are: their discrepancy is 0, give or take.
        effect: 1.0,
        null: Some(null),
        log10_p: Some(libm::log10(p)),
        is_exact: false,
        evidence: vec![Evidence { role: "calls".into(), events }],
    })
}

fn statement(
    group: Group<'_>,
    with: usize,
    (read, rows): (u64, usize),
    far: Far,
    (null, drawn): (&NullBand, &[f64]),
) -> Statement {
    let draws = |take| Recipe::Draws { take, of: drawn.to_vec() };
    let case = |what: &str| Recipe::Case { what: what.into() };
    let words = || case("words of the prompts that were read, which are not exported");
    Statement::new(
        "{with} of {members} accounts ask about the same things in words of their own, in {rows} \
         calls. Of their prompts {read} without a frame of 8 words or more were read: two of \
         different accounts are {within} alike (cosine of words), one of them and one of any other \
         account {between}. Their squared discrepancy is {far}; of as many other accounts, drawn \
         at random, it is {middle} ({low} to {high}).",
    )
    .with("with", with as f64, Unit::Count, Recipe::Accounts { role: "calls".into() })
    .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
    .with("rows", rows as f64, Unit::Count, Recipe::Records { role: "calls".into() })
    .with("read", read as f64, Unit::Count, Recipe::Measured { what: READ.into() })
    .with("within", far.within, Unit::Plain, words())
    .with("between", far.between, Unit::Plain, words())
    .with("far", far.squared, Unit::Plain, Recipe::Statistic)
    .with("middle", null.median, Unit::Plain, draws(Take::Middle))
    .with("low", null.low, Unit::Plain, draws(Take::Least))
    .with("high", null.high, Unit::Plain, draws(Take::Most))
}
