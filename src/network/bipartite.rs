//! Accounts and what they have in common: a graph of two kinds of nodes, so that a card of 20,000
//! accounts is 20,000 lines and not 200 million.
//!
//! A value that two accounts have is an indicator. It weighs what its kind weighs times ln(N /
//! accounts that have it) nats, after Pacheco et al. (ICWSM 2021), N being the accounts of the case;
//! one that too many have, or that a gateway stands behind, is kept and weighs nothing.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::gateways::Gateways;
use super::kind::{ALL, Kind, Source};
use crate::index::{Facet, Held, Index};
use crate::job::{Cancelled, Progress};
use crate::model::{FREE_TEXT, MISSING};

/// What the accounts table says: account, name, value.
pub type Attributes = BTreeMap<String, BTreeMap<String, String>>;

/// The numbers that decide what ties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The most accounts that may have a value that belongs to nobody: what more share is a product,
    /// a campus or a carrier.
    pub most_accounts: usize,
    /// The most client builds of an address: with more it is a gateway.
    pub most_agents: usize,
    /// What an indicator must weigh, nats.
    pub least_weight: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { most_accounts: 50, most_agents: 30, least_weight: 1.0 }
    }
}

/// An account that has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its position in the index.
    pub account: u32,
    /// Its records with the value; 0 where the accounts table says it.
    pub rows: u32,
    /// The first of them, by time; [`MISSING`] where the accounts table says it.
    pub first: u32,
}

/// Whether an indicator ties the accounts that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Ties,
    /// Too many have it.
    TooCommon,
    /// Many stand behind it.
    Gateway,
}

impl Standing {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ties => "ties",
            Self::TooCommon => "too common",
            Self::Gateway => "gateway",
        }
    }
}

/// A value that two accounts or more have.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its kind, by position in [`ALL`].
    pub kind: usize,
    /// The value as the log writes it.
    pub value: String,
    /// Who has it, rising.
    pub holders: Vec<Holder>,
    /// Whether it ties.
    pub standing: Standing,
    /// What it says of two accounts, nats; 0 where it does not tie.
    pub weight: f64,
}

impl Indicator {
    /// Its kind.
    pub fn kind(&self) -> &'static Kind {
        &ALL[self.kind]
    }

    /// As people read it: `card …91c4`, `template 17`.
    pub fn label(&self) -> String {
        format!("{} {}", self.kind().name, self.value)
    }
}

/// Accounts and their indicators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Accounts of the case.
    pub accounts: usize,
    /// Values that two accounts have, by kind in the order of [`ALL`], then by value.
    pub indicators: Vec<Indicator>,
}

impl Network {
    /// Of a case.
    ///
    /// Naive: for every kind and every value of it, collect the accounts that have it.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        index: &Index,
        attributes: &Attributes,
        limits: Limits,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let gateways = Gateways::of(index, limits.most_agents);
        let mut network = Self { accounts: index.accounts().len(), indicators: Vec::new() };
        for (kind, of) in ALL.iter().enumerate() {
            progress.check()?;
            let values = match of.source {
                Source::Facet(facet) => in_records(index, facet),
                Source::Attribute(name) => in_table(index, attributes, name),
                Source::Organisation => organisations(index, attributes),
            };
            let shared = values.into_iter().filter(|(_, holders)| holders.len() > 1);
            let indicator = |(value, holders): (String, Vec<Holder>)| {
                let (standing, weight) = network.weighed(kind, &value, &holders, &gateways, limits);
                Indicator { kind, value, holders, standing, weight }
            };
            let shared: Vec<Indicator> = shared.map(indicator).collect();
            network.indicators.extend(shared);
        }
        Ok(network)
    }

    fn weighed(
        &self,
        kind: usize,
        value: &str,
        holders: &[Holder],
        gateways: &Gateways,
        limits: Limits,
    ) -> (Standing, f64) {
        let of = &ALL[kind];
        let is_gateway = matches!(of.source, Source::Facet(facet) if gateways.has(facet, value));
        let weight = of.weight * libm::log(self.accounts as f64 / holders.len() as f64);
        // What is asked is common by how many ask it of all there are, not by a number.
        let has_cap = !of.is_own && of.source != Source::Facet(Facet::Template);
        let is_common = has_cap && holders.len() > limits.most_accounts;
        match (is_gateway, is_common || weight < limits.least_weight) {
            (true, _) => (Standing::Gateway, 0.0),
            (_, true) => (Standing::TooCommon, 0.0),
            _ => (Standing::Ties, weight),
        }
    }
}

/// A value and who has it.
type Value = (String, Vec<Holder>);

fn in_records(index: &Index, facet: Facet) -> Vec<Value> {
    let held = index.held(facet, index.default_granularity());
    let mut all: Vec<(u32, Holder)> = Vec::with_capacity(held.iter().map(Vec::len).sum());
    for (account, of) in (0..).zip(&held) {
        let is_free = |held: &&Held| facet == Facet::Template && held.value == FREE_TEXT;
        let values = of.iter().filter(|held| !is_free(held));
        all.extend(
            values.map(|held| (held.value, Holder { account, rows: held.rows, first: held.first })),
        );
    }
    all.par_sort_by_key(|(value, holder)| (*value, holder.account));
    let named = |of: &[(u32, Holder)]| {
        let value = match facet {
            Facet::Template => of[0].0.to_string(),
            _ => index.value_text(facet, of[0].0)?.into_owned(),
        };
        Some((value, of.iter().map(|(_, holder)| *holder).collect()))
    };
    let mut values: Vec<Value> = all.chunk_by(|a, b| a.0 == b.0).filter_map(named).collect();
    if facet != Facet::Template {
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    }
    values
}

fn in_table(index: &Index, attributes: &Attributes, name: &str) -> Vec<Value> {
    by_value(index, |_, id| attributes.get(id)?.get(name).map(String::as_str))
}

fn organisations(index: &Index, attributes: &Attributes) -> Vec<Value> {
    let named = index.organisations();
    by_value(index, |account, id| {
        let said = attributes.get(id).and_then(|of| of.get("org_id")).map(String::as_str);
        said.filter(|said| !said.is_empty()).or(named[account as usize])
    })
}

fn by_value<'a>(index: &'a Index, value: impl Fn(u32, &str) -> Option<&'a str>) -> Vec<Value> {
    let mut all: BTreeMap<&str, Vec<Holder>> = BTreeMap::new();
    for (account, id) in (0..).zip(index.accounts()) {
        if let Some(value) = value(account, id).filter(|value| !value.is_empty()) {
            all.entry(value).or_default().push(Holder { account, rows: 0, first: MISSING });
        }
    }
    all.into_iter().map(|(value, holders)| (value.to_owned(), holders)).collect()
}

#[cfg(test)]
#[path = "bipartite_tests.rs"]
mod tests;
