//! How many records each network makes: the published intensity, as far as a log has room.

use super::options::Options;
use super::spec::{Spec, Traffic};

/// Share of the records that campaigns may take.
const CAMPAIGNS: f64 = 0.37;
/// Share of the records that look-alikes may take.
const INNOCENTS: f64 = 0.28;

/// What becomes of a rate, in calls an account and day, where a log is too small for it.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// The busiest are cut to a ceiling, the others keep what was published.
    Ceiling(f64),
    /// Everybody is cut, the busy ones more, so that jobs stay busier than people.
    Root(f64),
}

impl Limit {
    /// The rate that is planted.
    pub fn apply(self, rate: f64) -> f64 {
        match self {
            Self::Ceiling(ceiling) => rate.min(ceiling),
            // To the power of three quarters, from roots alone: the same on every machine.
            Self::Root(factor) => rate.min(factor * rate.sqrt() * rate.sqrt().sqrt()),
        }
    }
}

/// The limits of campaigns and of look-alikes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of campaigns.
    pub campaigns: Limit,
    /// Of look-alikes.
    pub innocents: Limit,
}

/// Records of a network under a limit: mean of what is drawn, where each member has its own.
pub fn records(spec: &Spec, limit: Limit) -> f64 {
    let members = f64::from(spec.members);
    let own = members * (spec.own.0 + spec.own.1) as f64 / 2.0;
    let days = f64::from(spec.days.end - spec.days.start);
    let together = match spec.each {
        Some((low, high)) => members * (low + high) as f64 / 2.0 + light(spec),
        None => f64::from(spec.at_once) * limit.apply(spec.rate) * days,
    };
    own + together * (1.0 + spec.unrelated)
}

/// The busy ones of an ultra-light campaign make four calls instead of one or two.
fn light(spec: &Spec) -> f64 {
    if matches!(spec.traffic, Traffic::Light { .. }) { f64::from(spec.members) } else { 0.0 }
}

/// The limits that fit a log; none where it is too small for what is planted.
pub fn limits(options: &Options, specs: &[Spec], campaigns: usize) -> Option<Limits> {
    let (planted, innocent) = specs.split_at(campaigns);
    let events = options.events as f64;
    Some(Limits {
        campaigns: fit(planted, events * CAMPAIGNS, Limit::Ceiling, 0.5)?,
        innocents: fit(innocent, events * INNOCENTS, Limit::Root, 0.05)?,
    })
}

/// The mildest limit, from a strictest one on, under which these networks make at most so many
/// records.
fn fit(
    specs: &[Spec],
    records_at_most: f64,
    limit: fn(f64) -> Limit,
    strictest: f64,
) -> Option<Limit> {
    let fits = |n: f64| specs.iter().map(|s| records(s, limit(n))).sum::<f64>() <= records_at_most;
    let (mut low, mut high) = (strictest, 2_000.0);
    if !fits(low) {
        return None;
    }
    if fits(high) {
        return Some(limit(high));
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(limit(low))
}
