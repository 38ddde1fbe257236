//! D10: accounts that share what few share: a card, a device, an address.
//!
//! The weight of a shared value is that of its kind times ln(N / accounts that have it), after
//! Pacheco et al. (ICWSM 2021). Naive: for every two accounts, add up the values both have.

mod cited;
mod of_cluster;

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::material::gateways::Gateways;
use crate::detect::{
    COORDINATED, Definition, Detector, Group, Layer, Link, Look, Material, Measures, Need,
    Parameter, Property, Seen, Strength, Ties,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding};
use crate::network::kind::{INDICATORS as KINDS, Kind, Source};

use cited::Called;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D10",
    version: 3,
    title: "Rare indicators in common",
    family: Family::Commerce,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "two accounts with a card, device, phone prefix, mail pattern, address or client build \
           that few others have",
    cannot_see: "pools with a card and a proxy for each account; what a gateway stands in front of; \
                 whether accounts that it put together belong together: what made a cluster does not \
                 test it",
    needs: &[
        Need::Accounts,
        Need::AnyOf(
            &[Field::ClientIp, Field::DeviceId, Field::UserAgent],
            &["payment_fingerprint", "phone_prefix", "email_pattern"],
        ),
    ],
    parameters: &[
        Parameter {
            name: "most_accounts_of_a_value",
            default: 50.0,
            reason: "what more accounts share is a product, a campus or a carrier, and no tie",
        },
        Parameter {
            name: "most_agents_of_an_address",
            default: 30.0,
            reason: "an address with more client builds is a gateway (carrier, campus, VPN)",
        },
        Parameter {
            name: "least_weight_nats",
            default: 8.0,
            reason: "two kinds that one account in fifty has, or one that five in thousands have",
        },
        Parameter {
            name: "rare_accounts_of_a_value",
            default: 5.0,
            reason: "one kind alone ties accounts only where so few have the value, or where it is a card \
                     or a device, which belong to somebody",
        },
        Parameter {
            name: "least_accounts_of_a_cluster",
            default: 4.0,
            reason: "a household or a small shop pays for up to three accounts with one card",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts with a card in common do not speak for a network",
        },
    ],
    source: "weights after Pacheco et al. (ICWSM 2021); cap and gateway rule are ours, after \
             Cloudflare on shared addresses (29 October 2025)",
};

/// The detector.
pub struct SharedIndicators;

impl Detector for SharedIndicators {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let limits = Limits::of(look);
        let shared = shared(look.material, limits);
        look.progress.check()?;
        let (links, grounds) = links(look.material, &shared, limits);
        let called = Called::of(look.material, &shared);
        let mut tied: Vec<u32> = links.iter().flat_map(|link| [link.a, link.b]).collect();
        tied.sort_unstable();
        tied.dedup();
        let tied = Property::of_list(look.material.index.accounts().len(), &tied, |_| true);
        let least_share = look.parameter(&DEFINITION, "least_share_of_a_cluster");
        let least = look.parameter(&DEFINITION, "least_accounts_of_a_cluster") as u64;
        let behind = gateways(look).behind(look.material);
        let seen = Indicators { links, grounds, tied, least, least_share, behind };
        Ok(Box::new(Cited { seen, called, look: *look }))
    }
}

/// What is measured of accounts.
const TIED: &str = "is tied by indicators";

/// The numbers that decide.
#[derive(Clone, Copy)]
struct Limits {
    most_accounts: usize,
    most_agents: usize,
    least_weight: f64,
    rare_accounts: usize,
}

/// The gateways of a case, by this detector's parameter: what ties nobody here makes no pair and no
/// block elsewhere.
pub fn gateways(look: &Look<'_>) -> Gateways {
    Gateways::of(look.material.index, Limits::of(look).most_agents)
}

impl Limits {
    fn of(look: &Look<'_>) -> Self {
        let get = |name| look.parameter(&DEFINITION, name);
        Self {
            most_accounts: get("most_accounts_of_a_value") as usize,
            most_agents: get("most_agents_of_an_address") as usize,
            least_weight: get("least_weight_nats"),
            rare_accounts: get("rare_accounts_of_a_value") as usize,
        }
    }
}

/// The ties of a case.
struct Indicators {
    links: Vec<Link>,
    /// What each of them rests on.
    grounds: Vec<Ground>,
    /// Which accounts have a tie to anyone.
    tied: Property,
    least: u64,
    least_share: f64,
    /// Addresses that tie nobody, and accounts that call from them.
    behind: (usize, usize),
}

/// The same with the records that it rests on.
struct Cited<'a> {
    seen: Indicators,
    called: Called,
    look: Look<'a>,
}

impl Seen for Cited<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        Ok(Ties { links: self.seen.links.clone(), ..Ties::default() })
    }

    fn measured(&self) -> Measures {
        vec![(TIED.into(), self.seen.tied.measured())]
    }

    fn remark(&self) -> Option<String> {
        let (addresses, accounts) = self.seen.behind;
        (addresses > 0).then(|| {
            format!(
                "{accounts} accounts call from {addresses} address{} that tie nobody, since many stand \
                 behind {}: private, of a carrier's translator, or with many client builds",
                if addresses == 1 { "" } else { "es" },
                if addresses == 1 { "it" } else { "them" },
            )
        })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        let said = of_cluster::of_group(&self.seen, group);
        Ok(said.map(|found| {
            let evidence = self.called.evidence(self.look.material, &self.seen, &found.accounts);
            Finding { evidence, ..found }
        }))
    }
}

impl Indicators {
    /// The ties between some accounts, rising, with what each rests on. Ties are in the order of their
    /// first accounts.
    fn between(&self, accounts: &[u32]) -> Vec<(&Link, &Ground)> {
        let of = |account: &u32| {
            let from = self.links.partition_point(|link| link.a < *account);
            let to = self.links.partition_point(|link| link.a <= *account);
            self.links[from..to].iter().zip(&self.grounds[from..to])
        };
        let inside = |(link, _): &(&Link, &Ground)| accounts.binary_search(&link.b).is_ok();
        accounts.iter().flat_map(of).filter(inside).collect()
    }
}

/// A value that few accounts share.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::detect) struct Shared {
    /// Kind of indicator.
    pub kind: &'static str,
    /// Its position in [`KINDS`].
    place: usize,
    /// The value.
    pub value: String,
    /// Who has it, rising.
    pub accounts: Vec<u32>,
    /// What it says of two of them, nats.
    pub weight: f64,
    /// Whether it ties by itself.
    pub is_own: bool,
    /// Its number among the values of its facet; `None` where it is of the accounts table.
    number: Option<u32>,
}

/// The values that tie in a case.
///
/// # Errors
/// When cancelled.
pub(in crate::detect) fn shared_values(look: &Look<'_>) -> Result<Vec<Shared>, Cancelled> {
    look.progress.check()?;
    Ok(shared(look.material, Limits::of(look)))
}

/// The values that tie: those that two accounts have and not too many, outside of gateways.
fn shared(material: &Material<'_>, limits: Limits) -> Vec<Shared> {
    let active = material.index.accounts().len() as f64;
    let most = limits.most_accounts;
    let gateways = Gateways::of(material.index, limits.most_agents);
    let mut all = Vec::new();
    for (place, kind) in KINDS.iter().enumerate() {
        for (number, value, accounts) in holders(material, kind) {
            let is_gateway = match kind.source {
                Source::Facet(facet) => gateways.has(facet, &value),
                Source::Attribute(_) | Source::Organisation => false,
            };
            if !(2..=most).contains(&accounts.len()) || is_gateway || is_placeholder(&value) {
                continue;
            }
            let weight = kind.weight * (active / accounts.len() as f64).ln();
            let (kind, is_own) = (kind.name, kind.is_own);
            all.push(Shared { kind, place, value, accounts, weight, is_own, number });
        }
    }
    all
}

/// What is written where nothing is known, or where many pay the same way: nobody's own.
const PLACEHOLDERS: [&str; 18] = [
    "unknown",
    "none",
    "null",
    "nil",
    "undefined",
    "n/a",
    "na",
    "-",
    "?",
    "0",
    "default",
    "other",
    "anonymous",
    "redacted",
    "invoice",
    "prepaid",
    "card",
    "free",
];

fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || PLACEHOLDERS.iter().any(|of| value.eq_ignore_ascii_case(of))
}

/// The values of a kind, each with its number where it is of the records, and who has it.
fn holders(material: &Material<'_>, kind: &Kind) -> Vec<(Option<u32>, String, Vec<u32>)> {
    let index = material.index;
    match kind.source {
        Source::Facet(facet) => {
            let holders = material.holders(facet);
            let named = |(value, accounts): (u32, &Vec<u32>)| {
                let text = index.value_text(facet, value)?.into_owned();
                Some((Some(value), text, accounts.clone()))
            };
            (0..).zip(holders.iter()).filter_map(named).collect()
        }
        Source::Organisation => Vec::new(),
        Source::Attribute(name) => {
            let mut by_value: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for account in 0..index.accounts().len() as u32 {
                if let Some(value) = material.attribute(account, name) {
                    by_value.entry(value).or_default().push(account);
                }
            }
            let named = |(value, accounts): (&str, Vec<u32>)| (None, value.to_owned(), accounts);
            by_value.into_iter().map(named).collect()
        }
    }
}

/// What a tie rests on, in numbers. Its proof is for people to read: whoever chooses a value chooses
/// words of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ground {
    /// Kinds of indicators that both accounts have: of each the bit of its position in [`KINDS`].
    kinds: u32,
    /// What the kinds that accounts call with say, nats.
    called: f64,
    /// What the kinds that they sign up and pay with say, nats.
    paid: f64,
}

impl Ground {
    /// Of the places in [`KINDS`] of the values in common, and what each of them says, nats.
    fn of(values: impl Iterator<Item = (usize, f64)>) -> Self {
        let mut ground = Self::default();
        // Of kinds that say the same, the one that says more.
        let mut kinds: BTreeMap<&str, (Family, f64)> = BTreeMap::new();
        for (place, weight) in values {
            let kind = &KINDS[place];
            ground.kinds |= 1 << place;
            let most = kinds.entry(independent(kind.name)).or_insert((kind.family, 0.0));
            most.1 = most.1.max(weight);
        }
        for (family, weight) in kinds.into_values() {
            let is_called = family == Family::Infrastructure;
            *(if is_called { &mut ground.called } else { &mut ground.paid }) += weight;
        }
        ground
    }

    /// Whether a kind is among them, by its position in [`KINDS`].
    fn has(self, place: usize) -> bool {
        self.kinds >> place & 1 == 1
    }

    /// How many kinds there are, of those that say the same one.
    fn independent(self) -> usize {
        let kinds = KINDS.iter().enumerate().filter(|(place, _)| self.has(*place));
        kinds.map(|(_, kind)| independent(kind.name)).collect::<BTreeSet<_>>().len()
    }
}

/// Ties between accounts, in the order of the accounts, and what each rests on. Accounts of one
/// organisation share what it gives them, which ties nobody.
fn links(material: &Material<'_>, shared: &[Shared], limits: Limits) -> (Vec<Link>, Vec<Ground>) {
    // Two accounts and the number of a value that both have.
    let mut pairs: Vec<(u32, u32, u32)> = Vec::new();
    for (i, value) in (0..).zip(shared) {
        for (k, a) in value.accounts.iter().enumerate() {
            pairs.extend(value.accounts[k + 1..].iter().map(|b| (*a, *b, i)));
        }
    }
    pairs.sort_unstable();
    let (mut links, mut grounds) = (Vec::new(), Vec::new());
    for values in pairs.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
        let (a, b, _) = values[0];
        let of = || values.iter().map(|(_, _, i)| &shared[*i as usize]);
        let ground = Ground::of(of().map(|value| (value.place, value.weight)));
        let weight = ground.called + ground.paid;
        let is_rare = of().any(|v| v.is_own || v.accounts.len() <= limits.rare_accounts);
        if weight < limits.least_weight
            || (ground.independent() < 2 && !is_rare)
            || material.are_of_one_organisation(a, b)
        {
            continue;
        }
        let words: Vec<String> = of().map(in_words).collect();
        links.push(Link::new(a, b, Layer::Indicator, weight, words.join(", ")));
        grounds.push(ground);
    }
    (links, grounds)
}

/// A value as a proof names it: `card card91 (2 accounts)`. What closes it there stands in no value,
/// so that none can look like several.
fn in_words(shared: &Shared) -> String {
    let value = shared.value.replace("accounts)", "accounts )");
    format!("{} {value} ({} accounts)", shared.kind, shared.accounts.len())
}

/// The values that a proof of a tie names, each as `card card91 (2 accounts)`.
pub fn values(proof: &str) -> impl Iterator<Item = &str> {
    let parts = proof.split_inclusive(" accounts)").map(|value| value.trim_start_matches(", "));
    parts.filter(|value| !value.is_empty())
}

/// The kind of such a value: `card`.
pub fn kind_of(value: &str) -> Option<&'static str> {
    let is_of =
        |kind: &&Kind| value.strip_prefix(kind.name).is_some_and(|rest| rest.starts_with(' '));
    KINDS.iter().find(is_of).map(|kind| kind.name)
}

/// An address and its network are one kind: who shares the one shares the other.
fn independent(kind: &'static str) -> &'static str {
    if kind == "network" { "address" } else { kind }
}

#[cfg(test)]
#[path = "indicators_tests.rs"]
mod tests;
