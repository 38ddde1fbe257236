//! D26: accounts that work through one list and never on the same item.
//!
//! Who draws from a common set by himself draws now and then what others draw. That accounts have
//! nothing in common says something only where it is known how much they should have, and values
//! that are unique by nature (a serial number, free text) never repeat. So the size of the set is
//! taken from the data, in one of three ways, or nothing is said:
//!
//! - *Numbered items*: the prompts number their items, and in the same short ranges of numbers
//!   several accounts are at work. Within a range, n of one and m of another have n·m / width in
//!   common by chance. Ranges of one account each, as from counters of their own, expect nothing.
//! - *Returning items*: the same prompts come back from other accounts in the other half of the
//!   time. Then they are from a common set, and come together in the same half as often.
//!
//! In the second, given how many pairs there are in all, those inside are binomial with the share
//! of the products n·m that they have: the size of the set need not be known.

mod ways;

use ways::{HALVES, Held, Way};

use crate::detect::claim::LEAST_LOG10_P;
use crate::detect::{
    BOTH, Definition, Detector, Group, Look, Material, Measures, Need, Parameter, Reads, Seen,
    Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{
    Evidence, Family, Finding, NullBand, Recipe, Statement, TakeItems, TakePairs, Unit,
};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D26",
    version: 4,
    title: "One list, divided among accounts",
    family: Family::Content,
    strength: Strength::Exact,
    speaks_to: BOTH,
    sees: "accounts not known to be of one organisation that follow one template and hardly ever \
           send the same item, where accounts that work by themselves would have sent many in \
           common",
    cannot_see: "more than four thousand item numbers of an account, which are drawn by lot; lists \
                 whose items say nothing of how many there are: texts that are unique by \
                 nature, ranges of numbers that one account has to itself; customers of one vendor \
                 whose software numbers all their requests look the same",
    needs: &[Need::Accounts, Need::Templates, Need::Field(Field::PromptHash)],
    parameters: &[
        Parameter {
            name: "least_parties",
            default: 3.0,
            reason: "two may be one customer with two accounts",
        },
        Parameter {
            name: "least_expected",
            default: 20.0,
            reason: "where fewer items in common are to be expected, few say little",
        },
        Parameter {
            name: "most_of_expected",
            default: 0.1,
            reason: "retries after an error give a divided list some items in common",
        },
        Parameter {
            name: "most_log10_p",
            default: -9.0,
            reason: "exact evidence may not be chance in any of the templates and clusters looked at",
        },
    ],
    source: "ours; the expected number is that of the birthday problem, the conditional test that of \
             two Poisson rates (Przyborowski and Wilenski, 1940)",
};

/// The detector.
pub struct Shards;

impl Detector for Shards {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { items: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Lists { material: look.material, limits: Limits::of(look) }))
    }
}

/// The numbers that decide.
#[derive(Clone, Copy)]
struct Limits {
    parties: usize,
    expected: f64,
    most: f64,
    log10_p: f64,
}

impl Limits {
    fn of(look: &Look<'_>) -> Self {
        let get = |name| look.parameter(&DEFINITION, name);
        Self {
            parties: get("least_parties") as usize,
            expected: get("least_expected"),
            most: get("most_of_expected"),
            log10_p: get("most_log10_p"),
        }
    }

    /// Whether a list is divided so that nothing else explains it.
    fn pass(&self, way: &Way) -> bool {
        way.expected >= self.expected
            && way.shared as f64 <= self.most * way.expected
            && way.ln_p / std::f64::consts::LN_10 <= self.log10_p
    }
}

struct Lists<'a> {
    material: &'a Material<'a>,
    limits: Limits,
}

impl Seen for Lists<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }

    fn measured_of(&self, _: Group<'_>, finding: &Finding) -> Measures {
        let material = self.material;
        let number = |event: &u64| {
            let row = material.index.row_of_event(*event)?;
            Some((material.index.account_of(row), material.marks()?.item(row)?.into()))
        };
        let mut all: Vec<(u32, f64)> =
            finding.events_of(ways::NUMBERED).iter().filter_map(number).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        all.dedup();
        vec![(NUMBER.into(), all)]
    }
}

/// What is measured of accounts.
const NUMBER: &str = "number of an item it asked for";

/// The template of a cluster whose items are divided most clearly.
fn of_group(seen: &Lists<'_>, group: Group<'_>) -> Option<Finding> {
    let mut best: Option<(u32, Way, Vec<Held>)> = None;
    for (script, held) in ways::held(seen.material, group, seen.limits.parties) {
        let found = [ways::numbered(&held), ways::returning(&held, seen.limits.parties)];
        for way in found.into_iter().flatten().filter(|way| seen.limits.pass(way)) {
            if best.as_ref().is_none_or(|(_, known, _)| way.ln_p < known.ln_p) {
                best = Some((script, way, held.clone()));
            }
        }
    }
    let (script, way, held) = best?;
    Some(finding(seen, group, script, &way, &held))
}

fn finding(seen: &Lists<'_>, group: Group<'_>, script: u32, way: &Way, held: &[Held]) -> Finding {
    let mut accounts: Vec<u32> = held.iter().map(|held| held.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    // In the unit of the statistic: of what is expected.
    let spread = 1.96 / libm::sqrt(way.expected);
    let null = NullBand {
        made_from: "accounts that draw from the same items by themselves".into(),
        low: (1.0 - spread).max(0.0),
        median: 1.0,
        high: 1.0 + spread,
        n: held.len() as u64,
    };
    let limits = seen.limits;
    Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts,
        statement: statement(&seen.material.scripts().name(script), way),
        statistic: way.shared as f64 / way.expected,
        threshold: format!(
            "at most {} times the common items expected, where at least {} are expected",
            limits.most, limits.expected
        ),
        effect: way.expected / (way.shared as f64).max(1.0),
        null: Some(null),
        log10_p: Some((way.ln_p / std::f64::consts::LN_10).max(LEAST_LOG10_P))
            .filter(|p| p.is_finite()),
        is_exact: true,
        evidence: evidence(seen.material, way, held),
    }
}

fn statement(name: &str, way: &Way) -> Statement {
    let items = |take| Recipe::Items { what: NUMBER.into(), take };
    let role = || way.roles().first().cloned().unwrap_or_default();
    let words = format!("{{accounts}} accounts sent prompts of {name}. {}", way.words());
    let halves = |take| Recipe::Halves {
        roles: HALVES.map(str::to_owned),
        field: "prompt_hash".into(),
        take,
    };
    let accounts = Recipe::Accounts { role: role() };
    let statement =
        Statement::new(words).with("accounts", way.accounts as f64, Unit::Count, accounts);
    let (shared, expected) = (way.shared as f64, way.expected);
    match way.kind {
        ways::Kind::Numbered => statement
            .with("shared", shared, Unit::Count, items(TakeItems::Pairs))
            .with("expected", expected, Unit::Count, items(TakeItems::Expected))
            .with("items", way.items as f64, Unit::Count, items(TakeItems::Different))
            .with("common", way.common as f64, Unit::Count, items(TakeItems::Common)),
        ways::Kind::Returning => statement
            .with("shared", shared, Unit::Count, halves(TakePairs::Within))
            .with("expected", expected, Unit::Count, halves(TakePairs::Expected))
            .with("across", way.across as f64, Unit::Count, halves(TakePairs::Across)),
    }
}

fn evidence(material: &Material<'_>, way: &Way, held: &[Held]) -> Vec<Evidence> {
    let of = |role: String, is_in: &dyn Fn(&Held) -> bool| {
        let rows = held.iter().filter(|held| is_in(held));
        let mut events: Vec<u64> = rows.map(|held| material.index.event_id(held.row)).collect();
        events.sort_unstable();
        events.dedup();
        Evidence { role, events }
    };
    let roles = way.roles();
    match (&roles[..], way.middle) {
        ([first, second], Some(middle)) => vec![
            of(first.clone(), &|held| held.row < middle),
            of(second.clone(), &|held| held.row >= middle),
        ],
        // Those whose number was read.
        _ => roles.into_iter().map(|role| of(role, &|held| held.number.is_some())).collect(),
    }
}

#[cfg(test)]
#[path = "shards_tests.rs"]
mod tests;
