//! D12: accounts registered in tight blocks: the same kind of mail address, the same plan, one after
//! the other, where few others register.
//!
//! A class or a company registers together, too: there the addresses are of one domain, but for a
//! stranger or two of that morning, and the spacing is that of people. A block therefore needs several
//! domains, or the spacing of a machine. Where a plan brings people, a promotion or a voucher, those
//! with mail addresses of other patterns come on it in the same hours, and no pattern is a block.
//! Of a cluster that something else has tied it is also told when most of its accounts were
//! registered within days, unless all of them have mail addresses of one domain.

use std::collections::BTreeMap;

use crate::detect::stats::binomial;
use crate::detect::stats::scan::{Crowd, scan, share_inside, without};
use crate::detect::{
    COORDINATED, Circle, Claim, Definition, Detector, Group, Layer, Look, Material, Measures, Need,
    Parameter, Seen, Strength, Ties, quoted,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{HOUR_US, MINUTE_US, SECOND_US};

mod days;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D12",
    version: 4,
    title: "Registered together",
    family: Family::Commerce,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts with mail addresses of one pattern and one plan that were created one after the \
           other, at several domains or as evenly as a machine does it; a cluster most of which was \
           created within days in which few others were",
    cannot_see: "registrations spread over weeks, bought accounts, clusters with mail addresses of \
                 one domain, blocks among others who came on the same plan in the same hours, and \
                 whether a campaign of the provider brought them",
    needs: &[Need::Accounts, Need::AnyOf(&[], &["created_at"])],
    parameters: &[
        Parameter {
            name: "least_accounts_of_block",
            default: 5.0,
            reason: "a family or a small team registers three or four",
        },
        Parameter {
            name: "most_log10_p_of_block",
            default: -6.0,
            reason: "over all patterns and windows; there are dozens of patterns and plans",
        },
        Parameter {
            name: "least_times_expected",
            default: 5.0,
            reason: "below, a promotion for one kind of customer may be behind it",
        },
        Parameter {
            name: "most_spacing_cv",
            default: 0.5,
            reason: "people who register when they like have 1, a script with pauses 0.1 to 0.4",
        },
        Parameter {
            name: "least_share_of_cluster",
            default: 0.25,
            reason: "a few accounts registered together do not speak for a network",
        },
        Parameter {
            name: "least_share_within_days",
            default: 0.5,
            reason: "of accounts that look like any others most must be of the same days",
        },
        Parameter {
            name: "new_days_before_records",
            default: 30.0,
            reason: "accounts that are older than that when the records begin are compared with \
                     nothing: that of two accounts both are new is no coincidence",
        },
    ],
    source: "registration as an indicator in AA26-251A; spacing and the scan over population times \
             are ours",
};

/// Widths of windows, µs.
const WIDTHS: [i64; 3] = [10 * MINUTE_US, HOUR_US, 6 * HOUR_US];
/// Blocks looked for in one pattern.
const MOST_BLOCKS: usize = 200;
/// Other registrations that a comparison needs.
const LEAST_OTHERS: usize = 50;

/// Others on the same plan that tell a promotion.
const LEAST_ALIKE: usize = 10;

/// A mail domain that one in so many accounts has is a provider's.
const PROVIDER: usize = 5;

/// The detector.
pub struct Registration;

impl Detector for Registration {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let by_kind = registrations(look.material);
        let blocks = blocks(look, &by_kind)?;
        let new = days::new_accounts(look, by_kind.into_values().flatten());
        Ok(Box::new(Blocks { look: *look, blocks, new }))
    }
}

struct Blocks<'a> {
    look: Look<'a>,
    blocks: Vec<Block>,
    /// Those of new accounts, by time.
    new: Vec<(i64, u32)>,
}

/// Accounts registered one after the other.
#[derive(Clone, Debug, PartialEq)]
struct Block {
    /// Pattern and plan, in words.
    kind: String,
    /// Rising.
    accounts: Vec<u32>,
    /// Mail domains, where known.
    domains: usize,
    /// How many of the pattern would have been registered in that time at everybody's pace.
    expected: f64,
    /// ln p over all patterns.
    ln_p: f64,
    /// Registrations of the pattern that were scanned.
    of: u64,
}

/// Registrations of strangers whom nobody has verified and who are in no programme: creation time
/// and account, by time, of each pattern and plan.
fn registrations<'a>(material: &'a Material<'_>) -> BTreeMap<(&'a str, &'a str), Vec<(i64, u32)>> {
    let all: Vec<u32> = (0..material.index.accounts().len() as u32).collect();
    let mut by_kind: BTreeMap<(&str, &str), Vec<(i64, u32)>> = BTreeMap::new();
    for account in material.strangers(&all) {
        let declared = ["program", "allowlist_reason"];
        let is_known = declared.iter().any(|name| material.attribute(account, name).is_some())
            || material.is_verified(account);
        let Some(at) = material.moment(account, "created_at").filter(|_| !is_known) else {
            continue;
        };
        let of = |name| material.attribute(account, name).unwrap_or_default();
        by_kind.entry((of("email_pattern"), of("plan"))).or_default().push((at.0, account));
    }
    by_kind.values_mut().for_each(|of| of.sort_unstable());
    by_kind
}

fn blocks(
    look: &Look<'_>,
    by_kind: &BTreeMap<(&str, &str), Vec<(i64, u32)>>,
) -> Result<Vec<Block>, Cancelled> {
    let mut everybody: Vec<i64> = by_kind.values().flatten().map(|(at, _)| *at).collect();
    everybody.sort_unstable();
    let mut of_plan: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for ((_, plan), of) in by_kind {
        of_plan.entry(plan).or_default().extend(of.iter().map(|(at, _)| *at));
    }
    of_plan.values_mut().for_each(|times| times.sort_unstable());
    let tests = libm::log(by_kind.len().max(1) as f64);
    let mut found = Vec::new();
    for (kind, of) in by_kind {
        look.progress.check()?;
        let own: Vec<i64> = of.iter().map(|(at, _)| *at).collect();
        let alike = without(&of_plan[kind.1], &own);
        let mut left = of.clone();
        for _ in 0..MOST_BLOCKS {
            let Some(block) = block(look, *kind, &left, &everybody, tests) else { break };
            left.retain(|(_, account)| block.accounts.binary_search(account).is_err());
            if is_machine(look, &block) && !is_promotion(look, &block, of, &alike) {
                found.push(block);
            }
        }
    }
    Ok(found)
}

/// The most crowded block of some registrations, if it is one.
fn block(
    look: &Look<'_>,
    (pattern, plan): (&str, &str),
    of: &[(i64, u32)],
    everybody: &[i64],
    tests: f64,
) -> Option<Block> {
    let get = |name| look.parameter(&DEFINITION, name);
    let own: Vec<i64> = of.iter().map(|(at, _)| *at).collect();
    let others = without(everybody, &own);
    if others.len() < LEAST_OTHERS {
        return None;
    }
    let crowd = scan(&own, &others, &WIDTHS)?;
    let ln_p = (crowd.ln_p + tests).min(0.0);
    let enough = crowd.observed as f64 >= get("least_accounts_of_block")
        && ln_p / std::f64::consts::LN_10 <= get("most_log10_p_of_block")
        && crowd.observed as f64 >= get("least_times_expected") * crowd.expected;
    if !enough {
        return None;
    }
    let (from, to) = grown(&own, &crowd);
    let mut accounts: Vec<u32> = of[from..to].iter().map(|(_, account)| *account).collect();
    accounts.sort_unstable();
    let expected = own.len() as f64 * share_of(&others, own[from], own[to - 1]);
    let domain = |account: &u32| look.material.attribute(*account, "email_domain");
    let domains: std::collections::BTreeSet<&str> = accounts.iter().filter_map(domain).collect();
    let kind = match (pattern, plan) {
        ("", "") => "of no known plan".to_owned(),
        ("", plan) => format!("on the plan {}", quoted(plan)),
        (pattern, "") => format!("with mail addresses like “{}”", quoted(pattern)),
        (pattern, plan) => {
            format!("with mail addresses like “{}” on the plan {}", quoted(pattern), quoted(plan))
        }
    };
    let (domains, of) = (domains.len(), own.len() as u64);
    Some(Block { kind, accounts, domains, expected, ln_p, of })
}

/// The positions of a crowd's times, with those before and after it that follow at its pace.
fn grown(times: &[i64], crowd: &Crowd) -> (usize, usize) {
    let mut from = times.partition_point(|at| *at < crowd.start);
    let mut to = times.partition_point(|at| at.saturating_sub(crowd.start) < crowd.width);
    let pace = times[from..to].windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
    while from > 0 && times[from] - times[from - 1] <= pace {
        from -= 1;
    }
    while to < times.len() && times[to] - times[to - 1] <= pace {
        to += 1;
    }
    (from, to)
}

/// The share of times in a stretch, one added for every stretch that long that they span.
fn share_of(times: &[i64], first: i64, last: i64) -> f64 {
    let inside = times.partition_point(|at| *at <= last) - times.partition_point(|at| *at < first);
    let span = times.last().zip(times.first()).map_or(0, |(last, first)| last - first);
    share_inside(inside, times.len(), span as f64 / (last - first).max(1) as f64)
}

/// Whether others came on the same plan in the same time, with mail addresses of other patterns: a
/// promotion brings all kinds.
fn is_promotion(look: &Look<'_>, block: &Block, of: &[(i64, u32)], alike: &[i64]) -> bool {
    let inside = |(_, account): &&(i64, u32)| block.accounts.binary_search(account).is_ok();
    let times = || of.iter().filter(inside).map(|(at, _)| *at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return false };
    if alike.len() < LEAST_ALIKE {
        return false;
    }
    let expected = of.len() as f64 * share_of(alike, first, last);
    (block.accounts.len() as f64) < look.parameter(&DEFINITION, "least_times_expected") * expected
}

/// Whether some accounts are of one house: all have mail addresses of one domain, or four in five
/// have, of one that is no provider's. One more who registered that morning does not make a class a
/// network.
fn are_of_one_house(material: &Material<'_>, accounts: &[u32]) -> bool {
    let mut own: BTreeMap<&str, usize> = BTreeMap::new();
    let domains = accounts.iter().filter_map(|a| material.attribute(*a, "email_domain"));
    domains.for_each(|domain| *own.entry(domain).or_default() += 1);
    let Some((domain, most)) = own.iter().max_by_key(|(_, n)| **n) else { return false };
    if *most == accounts.len() {
        return true;
    }
    let is_provider = PROVIDER * material.at_domain(domain) >= material.with_domain();
    5 * most >= 4 * accounts.len() && !is_provider
}

/// Whether a block was not registered by people of one house.
fn is_machine(look: &Look<'_>, block: &Block) -> bool {
    if block.domains > 1 && !are_of_one_house(look.material, &block.accounts) {
        return true;
    }
    let created = |a: &u32| look.material.moment(*a, "created_at").map(|at| at.0);
    let mut times: Vec<i64> = block.accounts.iter().filter_map(created).collect();
    times.sort_unstable();
    let gaps: Vec<f64> = times.windows(2).map(|w| (w[1] - w[0]) as f64).collect();
    let n = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / n;
    let variance = gaps.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / n;
    // All in the same instant is no spacing: an import of accounts looks like that.
    mean > 0.0 && libm::sqrt(variance) / mean <= look.parameter(&DEFINITION, "most_spacing_cv")
}

/// What is measured of accounts.
const IN_A_BLOCK: &str = "number of the block of registrations it is in";

impl Seen for Blocks<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let circle = |block: &Block| {
            // How many times as dense as among others, between two of them.
            let weight = libm::log(block.accounts.len() as f64 / block.expected);
            let proof = format!(
                "{} accounts {} registered one after the other",
                block.accounts.len(),
                block.kind,
            );
            Circle::new(block.accounts.clone(), Layer::Indicator, weight.clamp(0.0, 4.0), proof)
        };
        Ok(Ties { circles: self.blocks.iter().map(circle).collect(), ..Ties::default() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        let inside = |block: &Block| block.accounts.iter().filter(|a| group.has(**a)).count();
        let largest = self.blocks.iter().max_by_key(|block| inside(block));
        let hits: usize = self.blocks.iter().map(inside).sum();
        let block = largest.and_then(|block| self.of(block, hits, group));
        Ok(block.or_else(|| days::within_days(&self.look, &self.new, group)))
    }

    fn measured(&self) -> Measures {
        let mut new: Vec<_> = self.new.iter().map(|(at, account)| (*account, *at as f64)).collect();
        new.sort_unstable_by_key(|(account, _)| *account);
        let blocks = (1..).zip(&self.blocks);
        let of = |(n, block): (u32, &Block)| {
            let number = move |account: &u32| (*account, f64::from(n));
            block.accounts.iter().map(number).collect::<Vec<_>>()
        };
        let mut inside: Vec<(u32, f64)> = blocks.flat_map(of).collect();
        inside.sort_unstable_by_key(|(account, _)| *account);
        vec![(days::REGISTERED.into(), new), (IN_A_BLOCK.into(), inside)]
    }
}

impl Blocks<'_> {
    fn of(&self, block: &Block, hits: usize, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let accounts: Vec<u32> =
            block.accounts.iter().filter(|a| group.has(**a)).copied().collect();
        let share = hits as f64 / group.members.len() as f64;
        let least = get("least_accounts_of_block");
        if (accounts.len() as f64) < least || share < get("least_share_of_cluster") {
            return None;
        }
        let made_from = "creation times of accounts of all other patterns and plans".to_owned();
        let claim = Claim {
            statement: self.statement(block, &accounts, hits, group)?,
            accounts,
            statistic: block.accounts.len() as f64,
            threshold: format!(
                "at least {least} accounts, {} times as many as expected and p at most 1e{}",
                get("least_times_expected"),
                get("most_log10_p_of_block")
            ),
            effect: block.accounts.len() as f64 / block.expected,
            null: binomial::band(made_from, block.of, (block.expected / block.of as f64).min(1.0)),
            ln_p: Some(block.ln_p),
            evidence: Vec::new(),
        };
        claim.finding(&DEFINITION, group.subject())
    }

    fn statement(
        &self,
        block: &Block,
        accounts: &[u32],
        hits: usize,
        group: Group<'_>,
    ) -> Option<Statement> {
        let created = || "created_at".to_owned();
        let times = || accounts.iter().filter_map(|a| self.look.material.moment(*a, "created_at"));
        let (first, last) = (times().min()?.0, times().max()?.0);
        let width = (last - first) as f64 / SECOND_US as f64;
        let case = |what: &str| Recipe::Case { what: what.into() };
        let words = format!(
            "{{n}} accounts {} were registered within {{width}} from {{start}} on, {{spacing}} apart \
             on average{}; at the pace of all other registrations, {{expected}} would have been. \
             Such blocks hold {{hits}} of the {{members}} accounts of the cluster.",
            block.kind,
            match block.domains {
                0 | 1 => String::new(),
                n => format!(", at {n} mail domains"),
            }
        );
        let expected = "registrations of this pattern and plan times the share of all others in the \
                        window";
        Some(
            Statement::new(words)
                .with("n", accounts.len() as f64, Unit::Count, Recipe::Members)
                .with(
                    "width",
                    width,
                    Unit::Seconds,
                    Recipe::AttributeSpread { attribute: created() },
                )
                .with(
                    "start",
                    first as f64,
                    Unit::Moment,
                    Recipe::AttributeFirst { attribute: created() },
                )
                .with(
                    "spacing",
                    width / (accounts.len() as f64 - 1.0),
                    Unit::Seconds,
                    Recipe::AttributeSpacing { attribute: created() },
                )
                .with("expected", block.expected, Unit::Count, case(expected))
                .with(
                    "hits",
                    hits as f64,
                    Unit::Count,
                    Recipe::MembersMeasured { what: IN_A_BLOCK.into() },
                )
                .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers),
        )
    }
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
