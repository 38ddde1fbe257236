//! What innocent explanations are tested on, counted once for a cluster.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::detect::commerce::indicators::{kind_of, values};
use crate::detect::detector::{Group, Ties};
use crate::detect::link::{Layer, Link};
use crate::detect::material::Material;
use crate::detect::material::loads::Unevenness;
use crate::index::Facet;
use crate::model::Field;
use crate::model::finding::Finding;

/// What is known of a cluster.
pub struct Facts<'a> {
    /// The case.
    pub material: &'a Material<'a>,
    group: Group<'a>,
    findings: &'a [Finding],
    ties: &'a Ties,
    /// The organisation that most accounts belong to, and how many do.
    pub organisation: Option<(&'a str, usize)>,
    /// How the cluster acts.
    pub conduct: Conduct,
    /// [`Facts::repeats_of_others`], once asked for.
    repeats: OnceCell<u64>,
}

/// Rows of a cluster that count.
#[derive(Clone, Debug, Default)]
pub struct Conduct {
    /// All of them.
    pub rows: u64,
    /// Of a batch endpoint.
    pub batch: u64,
    /// That name an endpoint.
    pub with_endpoint: u64,
    /// That name an end user.
    pub with_user: u64,
    /// That name a session.
    pub with_session: u64,
    /// That belong to a session with several rows.
    pub in_talk: u64,
    /// Whose prompt the same account had sent before.
    pub repeated: u64,
    /// Those with a prompt that begin a conversation, as far as sessions say.
    pub opened: u64,
    /// Those of them that begin it with a prompt that began one of the same account before.
    pub opened_again: u64,
    /// Rows with a prompt hash.
    pub hashed: u64,
    /// Distinct models.
    pub models: usize,
}

impl<'a> Facts<'a> {
    /// Of a cluster and the ties between its accounts.
    pub fn of(
        material: &'a Material<'a>,
        group: Group<'a>,
        findings: &'a [Finding],
        ties: &'a Ties,
    ) -> Self {
        let mut organisations: BTreeMap<&str, usize> = BTreeMap::new();
        for account in group.members {
            if let Some(organisation) = material.organisation(*account) {
                *organisations.entry(organisation).or_default() += 1;
            }
        }
        let organisation =
            organisations.into_iter().max_by_key(|(name, n)| (*n, std::cmp::Reverse(*name)));
        let conduct = conduct(material, group);
        let repeats = OnceCell::new();
        Self { material, group, findings, ties, organisation, conduct, repeats }
    }

    /// How many different prompts of accounts another account of the cluster sends, too, but for one of
    /// each.
    pub fn repeats_of_others(&self) -> u64 {
        *self.repeats.get_or_init(|| self.find_repeats_of_others())
    }

    fn find_repeats_of_others(&self) -> u64 {
        let (index, material) = (self.material.index, self.material);
        let habits = material.habits();
        let own: u64 =
            self.group.members.iter().map(|a| u64::from(habits[*a as usize].distinct)).sum();
        let all = self.group.members.iter().flat_map(|account| material.records(*account));
        let hashes = all.filter_map(|record| index.row(record.row).prompt_hash());
        own - hashes.collect::<FxHashSet<u64>>().len() as u64
    }

    /// How many accounts have an indicator of these kinds in common with another one.
    pub fn tied_by(&self, kinds: &[&str]) -> usize {
        let is_of = |link: &&Link| {
            let mut of = values(&link.proof).filter_map(kind_of);
            link.layer == Layer::Indicator && of.any(|kind| kinds.contains(&kind))
        };
        let tied = self.ties.links.iter().filter(is_of).flat_map(|link| [link.a, link.b]);
        tied.collect::<FxHashSet<u32>>().len()
    }

    /// How unevenly accounts of the cluster are used, and the standard deviation among all others.
    pub fn unevenness(&self) -> Option<(Unevenness, f64)> {
        let all = 0..self.material.index.accounts().len() as u32;
        let others = all.filter(|account| !self.group.has(*account));
        let own = self.group.members.iter().copied();
        let others = self.material.unevenness_of(others)?.deviation();
        Some((self.material.unevenness_of(own)?, others))
    }

    /// How many accounts of the cluster have each value of an attribute.
    fn values_of(&self, attribute: &str) -> BTreeMap<&str, usize> {
        let mut values: BTreeMap<&str, usize> = BTreeMap::new();
        let of = self.group.members.iter().filter_map(|a| self.material.attribute(*a, attribute));
        of.for_each(|value| *values.entry(value).or_default() += 1);
        values
    }

    /// How many accounts have the value of an attribute that most of them have.
    pub fn with_most_common(&self, attribute: &str) -> usize {
        self.values_of(attribute).into_values().max().unwrap_or_default()
    }

    /// How many accounts have a value of an attribute that so many of them have at least, and how many
    /// such values there are.
    pub fn with_shared(&self, attribute: &str, least: usize) -> (usize, usize) {
        let values = self.values_of(attribute);
        let shared = values.into_values().filter(|accounts| *accounts >= least);
        shared.fold((0, 0), |(accounts, values), here| (accounts + here, values + 1))
    }

    /// How many accounts have a mail address of a domain of their own, and how many such domains there
    /// are.
    pub fn with_own_domain(&self) -> (usize, usize) {
        let domains = self.values_of("email_domain").into_iter();
        let own = domains.filter(|(domain, here)| self.is_own(domain, *here));
        own.fold((0, 0), |(accounts, domains), (_, here)| (accounts + here, domains + 1))
    }

    /// Whether hardly any account outside has a mail address of a domain that so many have here: one
    /// for five of them at most.
    fn is_own(&self, domain: &str, here: usize) -> bool {
        5 * self.material.at_domain(domain).saturating_sub(here) <= here
    }

    /// How many accounts are of houses, and how many houses there are: three or more with a mail
    /// domain of their own, most of which pay with one card.
    pub fn in_houses(&self) -> (usize, usize) {
        let mut cards: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for account in self.group.members {
            let of = |name| self.material.attribute(*account, name);
            if let Some((domain, card)) = of("email_domain").zip(of("payment_fingerprint")) {
                *cards.entry(domain).or_default().entry(card).or_default() += 1;
            }
        }
        let here = self.values_of("email_domain");
        let houses = cards.iter().filter_map(|(domain, cards)| {
            let (all, one) = (cards.values().sum::<usize>(), *cards.values().max()?);
            (all > 2 && self.is_own(domain, here[domain]) && 5 * one >= 4 * all).then_some(one)
        });
        houses.fold((0, 0), |(accounts, n), of| (accounts + of, n + 1))
    }

    /// Accounts of the cluster.
    pub fn members(&self) -> usize {
        self.group.members.len()
    }

    /// How many accounts have that said of them.
    pub fn count(&self, test: impl Fn(u32) -> bool) -> usize {
        self.group.members.iter().filter(|account| test(**account)).count()
    }

    /// Whether so many are most of them: four in five.
    pub fn is_most(&self, n: usize) -> bool {
        n * 5 >= self.members() * 4
    }

    /// Whether a detector has something to say of the cluster.
    pub fn found(&self, detector: &str) -> bool {
        self.findings.iter().any(|finding| finding.detector == detector)
    }

    /// A number of what a detector says, by its name.
    pub fn number(&self, detector: &str, name: &str) -> Option<f64> {
        let finding = self.findings.iter().find(|finding| finding.detector == detector)?;
        Some(finding.statement.number(name)?.value)
    }

    /// Whether the case has an attribute of accounts at all.
    pub fn has_attribute(&self, name: &str) -> bool {
        self.material.has_attribute(name)
    }

    /// Whether the case has a field at all.
    pub fn has_field(&self, field: Field) -> bool {
        self.material.has(field)
    }

    /// How many accounts are of the organisation that most belong to.
    pub fn of_one_owner(&self) -> usize {
        self.organisation.map_or(0, |(_, n)| n)
    }

    /// How many accounts name an organisation, of the accounts table or of the records.
    pub fn with_organisation(&self) -> usize {
        self.count(|account| self.material.organisation(account).is_some())
    }

    /// How many accounts have a record with an address.
    pub fn with_address(&self) -> usize {
        let index = self.material.index;
        let has = |row: &u32| index.row(*row).client_ip().is_some();
        self.count(|account| index.rows_of_account(account).iter().any(has))
    }

    /// Where most accounts call from one address, from which twice as many call or more: how many of
    /// these accounts, and how many in all.
    pub fn behind_one_address(&self) -> Option<(usize, usize)> {
        let members = self.members();
        let holders = self.material.holders(Facet::Field(Field::ClientIp));
        let many = holders.iter().filter(|holders| holders.len() >= 2 * members);
        let own = |holders: &Vec<u32>| holders.iter().filter(|a| self.group.has(**a)).count();
        let most = many.map(|holders| (own(holders), holders.len())).max()?;
        self.is_most(most.0).then_some(most)
    }

    /// Of the prompts that these detectors cite, the share that is of a template (or of a prompt
    /// repeated word for word, or has the system prompt that D35 found) of which all but a twentieth
    /// came within so much time, µs.
    pub fn share_of_short_lived(&self, detectors: &[&str], most_us: i64) -> Option<f64> {
        let (index, scripts) = (self.material.index, self.material.scripts());
        let templates = index.templates();
        let of = self.findings.iter().filter(|f| detectors.contains(&f.detector.as_str()));
        let cited = of.flat_map(|finding| {
            let events = finding.evidence.iter().flat_map(|cited| &cited.events);
            events.map(|event| (finding.detector == "D35", *event))
        });
        let asked = |(is_system, event): (bool, u64)| {
            let row = index.row_of_event(event)?;
            let script = match is_system {
                true => None,
                false => Some(scripts.of_row(self.material, &templates, row)?),
            };
            Some((script, index.at(row)?.0))
        };
        let mut asked: Vec<(Option<u32>, i64)> = cited.filter_map(asked).collect();
        asked.sort_unstable();
        let short = asked.chunk_by(|a, b| a.0 == b.0).filter(|of| {
            let apart = of.len() / 40;
            of[of.len() - 1 - apart].1.saturating_sub(of[apart].1) <= most_us
        });
        let short: usize = short.map(<[_]>::len).sum();
        (!asked.is_empty()).then(|| short as f64 / asked.len() as f64)
    }

    /// Whether prompts that accounts have in common were looked for, and any could be found: not
    /// where the case has hashes alone.
    pub fn has_templates(&self) -> bool {
        let templates = self.material.index.templates();
        templates.run.is_some() && !templates.all.is_empty()
    }

    /// How many accounts are in a programme or on the allow-list for one of these reasons, by words
    /// in the text.
    pub fn declared(&self, words: &[&str]) -> usize {
        self.count(|account| self.material.declares(account, words))
    }
}

fn conduct(material: &Material<'_>, group: Group<'_>) -> Conduct {
    let mut conduct = Conduct::default();
    let calls = &material.index.dimensions().calls;
    let mut is_made = vec![false; calls.len()];
    for account in group.members {
        let Some(habit) = material.habits().get(*account as usize) else { continue };
        conduct.rows += u64::from(habit.calls);
        conduct.batch += u64::from(habit.batch);
        conduct.with_endpoint += u64::from(habit.with_endpoint);
        conduct.with_user += u64::from(habit.named);
        conduct.with_session += u64::from(habit.with_session);
        conduct.in_talk += u64::from(habit.in_talk);
        conduct.hashed += u64::from(habit.prompts);
        conduct.repeated += u64::from(habit.prompts - habit.distinct);
        conduct.opened += u64::from(habit.opened);
        conduct.opened_again += u64::from(habit.opened - habit.opened_distinct);
        material.records(*account).for_each(|record| is_made[record.call as usize] = true);
    }
    let made = calls.iter().zip(is_made).filter(|(_, is_made)| *is_made);
    conduct.models =
        made.filter_map(|(call, _)| call.model.as_deref()).collect::<FxHashSet<_>>().len();
    conduct
}

impl Conduct {
    /// A share of the rows.
    pub fn share(&self, n: u64) -> f64 {
        n as f64 / self.rows.max(1) as f64
    }
}
