//! What accounts have in common: values and who has them are facts; what they weigh is inferred.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::address;
use super::definition;
use super::facts::{Shared, Value};
use super::id::{Id, Part};
use super::making::{Making, Statement, Tie, measured, places};
use super::object::{
    Addr, AutonomousSystem, Extension, Hashes, Head, Measures, Remark, SharedValue, finite, whole,
};
use super::observed::EMPTY;

/// What a value is to STIX.
enum Observable<'a> {
    Addr(&'static str, String),
    AutonomousSystem(u32),
    Other(SharedValue<'a>),
}

impl Observable<'_> {
    fn id(&self) -> Id {
        match self {
            Self::Addr(kind, value) => Id::observable(kind, &[("value", Part::Text(value))]),
            Self::AutonomousSystem(number) => {
                Id::observable("autonomous-system", &[("number", Part::Whole((*number).into()))])
            }
            Self::Other(of) => {
                let mut parts = vec![("kind", Part::Text(of.kind))];
                parts.extend(of.value.map(|value| ("value", Part::Text(value))));
                parts.extend(of.hashes.map(|hashes| ("hashes", Part::Sha256(hashes.sha256))));
                parts.extend(of.within.map(|within| ("within", Part::Text(within))));
                parts.extend(of.place.map(|place| ("place", Part::Whole(place))));
                Id::observable(definition::SHARED_VALUE, &parts)
            }
        }
    }
}

/// A shared value with its accounts in order, each once.
struct Sorted<'a> {
    of: &'a Shared,
    accounts: Vec<&'a str>,
}

impl<'a> Sorted<'a> {
    fn of(of: &'a Shared) -> Self {
        let mut accounts: Vec<&str> = of.accounts.iter().map(String::as_str).collect();
        accounts.sort_unstable();
        accounts.dedup();
        Self { of, accounts }
    }
}

impl<'a, W: Write> Making<'a, W> {
    /// Writes what accounts share, by kind and value.
    ///
    /// # Errors
    /// The writer's.
    pub fn shared(&mut self) -> io::Result<()> {
        let mut all: Vec<Sorted<'a>> = self.facts.shared.iter().map(Sorted::of).collect();
        all.sort_by(|a, b| {
            let key = |s: &Sorted<'a>| (&s.of.kind, &s.of.value);
            let by_name = key(a).cmp(&key(b)).then_with(|| a.accounts.cmp(&b.accounts));
            by_name
                .then_with(|| a.of.weight.total_cmp(&b.of.weight))
                .then(a.of.is_gateway.cmp(&b.of.is_gateway))
        });
        // Notes on each: one address can be written in several ways, with a weight for each.
        let mut weighed: BTreeMap<Id, u64> = BTreeMap::new();
        for (place, sorted) in places(all, |sorted| (&sorted.of.kind, &sorted.of.value)) {
            let observable = self.understood(sorted.of, place);
            let id = observable.id();
            self.value(observable, id)?;
            for account in &sorted.accounts {
                self.has(account, id, sorted.of)?;
            }
            let before = weighed.entry(id).or_default();
            self.weighed(id, &sorted, *before)?;
            *before += 1;
        }
        Ok(())
    }

    fn understood(&self, shared: &'a Shared, place: u64) -> Observable<'a> {
        let kind = kind(shared);
        let mut of = SharedValue { kind, value: None, hashes: None, within: None, place: None };
        match &shared.value {
            Value::Text(text) if !text.is_empty() => {
                let known = standard(kind, text);
                of.value = Some(text);
                return known.unwrap_or(Observable::Other(of));
            }
            Value::Sha256(sha256) => of.hashes = Some(Hashes { sha256 }),
            Value::Text(text) | Value::Masked(text) => {
                of.value = Some(if text.is_empty() { EMPTY } else { text });
                of.within = Some(&self.facts.case.sha256);
                of.place = Some(place);
            }
        }
        Observable::Other(of)
    }

    /// Writes a value, once: logs write one address in several ways.
    fn value(&mut self, observable: Observable<'_>, id: Id) -> io::Result<()> {
        if self.bundle.has(id) {
            return Ok(());
        }
        let head = self.observable(id);
        match observable {
            Observable::Addr(_, value) => self.bundle.put(head, Addr { value: &value })?,
            Observable::AutonomousSystem(number) => {
                self.bundle.put(head, AutonomousSystem { number })?
            }
            Observable::Other(of) => {
                let extensions = Some(Extension::Observable(definition::SHARED));
                self.bundle.put(Head { extensions, ..head }, of)?
            }
        };
        Ok(())
    }

    fn has(&mut self, account: &str, value: Id, shared: &'a Shared) -> io::Result<()> {
        let source = self.account(account)?;
        if self.bundle.has(self.tie_id("related-to", source, value, &[])) {
            return Ok(());
        }
        self.relate(Tie {
            kind: "related-to",
            source,
            target: value,
            statement: Statement::Fact,
            why: &format!("The account has this {}.", kind(shared)),
            confidence: None,
            measures: None,
            told_by: &[],
        })?;
        Ok(())
    }

    fn weighed(&mut self, id: Id, sorted: &Sorted<'a>, before: u64) -> io::Result<()> {
        let Shared { weight, is_gateway, .. } = *sorted.of;
        let n = sorted.accounts.len();
        let weighs = match finite(weight) {
            _ if is_gateway => "Many stand behind it, so it ties nobody.".to_owned(),
            Some(weight) if weight > 0.0 => {
                format!("Between any two of them it weighs {weight:.2} nats: how rare it is.")
            }
            Some(_) => "It is too common to tie anybody.".to_owned(),
            None => "What it weighs is not known.".to_owned(),
        };
        let content = format!("{n} of the accounts here have it in common. {weighs}");
        let note = self.id("note", &[("weighs", Part::Of(id)), ("place", Part::Whole(before))]);
        let measures = Measures {
            weight_nats: finite(weight),
            is_gateway: Some(is_gateway),
            accounts: whole(n as u64),
            ..Measures::default()
        };
        let head = self.stated(note, Statement::Inference);
        let head = Head { extensions: Some(measured(measures)), ..head };
        let abstract_ = Some("inference: what the value weighs");
        let body = Remark { abstract_, content: &content, authors: None, object_refs: [id] };
        self.bundle.put(head, body)?;
        Ok(())
    }
}

fn kind(shared: &Shared) -> &str {
    if shared.kind.is_empty() { "value" } else { &shared.kind }
}

/// A value that STIX has a type for.
fn standard(kind: &str, text: &str) -> Option<Observable<'static>> {
    match kind {
        "asn" | "autonomous system" => {
            address::autonomous_system(text).map(Observable::AutonomousSystem)
        }
        _ if kind.starts_with('/') || ["address", "network"].contains(&kind) => {
            let (kind, value) = address::network(text)?;
            Some(Observable::Addr(kind, value))
        }
        _ => None,
    }
}
