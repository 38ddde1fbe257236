//! How many records each network makes: the published intensity, under a common ceiling.

use super::options::Options;
use super::spec::{Spec, Traffic};

/// Share of the records that campaigns may take.
const CAMPAIGNS: f64 = 0.35;
/// Share of the records that look-alikes may take.
const INNOCENTS: f64 = 0.25;
/// The lowest ceiling, calls an account and day.
const FLOOR: f64 = 0.5;

/// The most calls an account and day, for campaigns and for look-alikes.
#[derive(Clone, Copy, Debug)]
pub struct Ceilings {
    /// Of campaigns.
    pub campaigns: f64,
    /// Of look-alikes.
    pub innocents: f64,
}

/// Records of a network under a ceiling: mean of what is drawn, where each member has its own.
pub fn records(spec: &Spec, ceiling: f64) -> f64 {
    let members = f64::from(spec.members);
    let own = members * (spec.own.0 + spec.own.1) as f64 / 2.0;
    let days = f64::from(spec.days.end - spec.days.start);
    let together = match spec.each {
        Some((low, high)) => members * (low + high) as f64 / 2.0 + light(spec),
        None => f64::from(spec.at_once) * spec.rate.min(ceiling) * days,
    };
    own + together * (1.0 + spec.unrelated)
}

/// The busy ones of an ultra-light campaign make four calls instead of one or two.
fn light(spec: &Spec) -> f64 {
    if matches!(spec.traffic, Traffic::Light { .. }) { f64::from(spec.members) } else { 0.0 }
}

/// The ceilings that fit a log.
///
/// # Errors
/// How many records it takes, where there is no such ceiling.
pub fn ceilings(options: &Options, specs: &[Spec], campaigns: usize) -> Result<Ceilings, u64> {
    let (planted, innocent) = specs.split_at(campaigns);
    let events = options.events as f64;
    let both = [(planted, CAMPAIGNS), (innocent, INNOCENTS)].map(|(specs, share)| {
        fit(specs, events * share).map_err(|least| (least / share).ceil() as u64 + 1)
    });
    match both {
        [Ok(campaigns), Ok(innocents)] => Ok(Ceilings { campaigns, innocents }),
        [a, b] => Err(a.err().unwrap_or(0).max(b.err().unwrap_or(0))),
    }
}

/// The highest ceiling under which these networks make at most so many records.
fn fit(specs: &[Spec], records_at_most: f64) -> Result<f64, f64> {
    let sum = |ceiling: f64| specs.iter().map(|s| records(s, ceiling)).sum::<f64>();
    let (mut low, mut high) = (FLOOR, 2_000.0);
    if sum(low) > records_at_most {
        return Err(sum(low));
    }
    if sum(high) <= records_at_most {
        return Ok(high);
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if sum(middle) > records_at_most { high = middle } else { low = middle }
    }
    Ok(low)
}
