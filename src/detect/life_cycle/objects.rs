//! What accounts may hand on: a template, a client build, a device, a system prompt, a card.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::detect::Material;
use crate::index::{Record, Templates};
use crate::model::FREE_TEXT;

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The template of a prompt.
    Template,
    /// The fingerprint of the system prompt.
    System,
    /// The device or TLS fingerprint.
    Device,
    /// The client build.
    Agent,
    /// The means of payment.
    Card,
}

impl Kind {
    /// In a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Template => "prompt template",
            Self::System => "system prompt",
            Self::Device => "device",
            Self::Agent => "client build",
            Self::Card => "means of payment",
        }
    }
}

/// The objects of every row, each a kind and a number.
pub struct Objects<'a> {
    /// Values of a kind, by number.
    names: Vec<(Kind, &'a str)>,
    /// Numbers by kind of call, by origin, by account.
    of_call: Vec<Option<u32>>,
    of_origin: Vec<[Option<u32>; 2]>,
    of_account: Vec<Option<u32>>,
    templates: Arc<Templates>,
}

/// Where an object stands among all of them.
pub type Place = usize;

/// An object: a template by its number, or a value by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its number.
    pub id: u32,
}

impl<'a> Objects<'a> {
    /// Of a case.
    pub fn new(material: &Material<'a>) -> Self {
        let dimensions = material.index.dimensions();
        let mut names = Vec::new();
        let mut known: FxHashMap<(Kind, &'a str), u32> = FxHashMap::default();
        let mut number = |kind: Kind, name: Option<&'a str>| {
            let name = name?;
            Some(*known.entry((kind, name)).or_insert_with(|| {
                names.push((kind, name));
                names.len() as u32 - 1
            }))
        };
        let calls = dimensions.calls.iter();
        let of_call = calls.map(|c| number(Kind::System, c.system_hash.as_deref())).collect();
        let origins = dimensions.origins.iter();
        let of_origin = origins
            .map(|o| {
                let device = number(Kind::Device, o.device_id.as_deref());
                [device, number(Kind::Agent, o.user_agent.as_deref())]
            })
            .collect();
        let accounts = 0..material.index.accounts().len() as u32;
        let card = |account| material.attribute(account, "payment_fingerprint");
        let of_account = accounts.map(|account| number(Kind::Card, card(account))).collect();
        let templates = material.index.templates();
        Self { names, of_call, of_origin, of_account, templates }
    }

    /// How many there are: every [`Place`] is below.
    pub fn count(&self) -> usize {
        self.templates.all.len() + 1 + self.names.len()
    }

    /// Where an object stands.
    pub fn place(&self, object: Object) -> Place {
        match object.kind {
            Kind::Template => object.id as usize,
            _ => self.templates.all.len() + 1 + object.id as usize,
        }
    }

    /// What stands at a place.
    pub fn at(&self, place: Place) -> Object {
        let name = place.checked_sub(self.templates.all.len() + 1);
        match name.and_then(|at| Some((at, self.names.get(at)?))) {
            Some((at, (kind, _))) => Object { kind: *kind, id: at as u32 },
            None => Object { kind: Kind::Template, id: place as u32 },
        }
    }

    /// The means of payment of an account.
    pub fn card(&self, account: u32) -> Option<Object> {
        let id = self.of_account.get(account as usize).copied().flatten()?;
        Some(Object { kind: Kind::Card, id })
    }

    /// The objects of a row.
    pub fn of(&self, material: &Material<'_>, row: u32) -> impl Iterator<Item = Object> + use<> {
        let card = self.of_account[material.index.account_of(row) as usize];
        let card = card.map(|id| Object { kind: Kind::Card, id });
        self.but_card(material, row).chain(card)
    }

    /// The objects of a row, but for the card, which its account has.
    pub fn but_card(
        &self,
        material: &Material<'_>,
        row: u32,
    ) -> impl Iterator<Item = Object> + use<> {
        let index = material.index;
        self.of_record(&Record {
            row,
            at: None,
            call: index.call_of(row),
            origin: index.origin_of(row),
            latency_ms: None,
            template: self.templates.of(row),
        })
    }

    /// The objects of a record, but for the card.
    pub fn of_record(&self, record: &Record) -> impl Iterator<Item = Object> + use<> {
        let template = record.template.filter(|id| *id != FREE_TEXT);
        let origin = self.of_origin[record.origin as usize];
        let all = [
            (Kind::Template, template),
            (Kind::System, self.of_call[record.call as usize]),
            (Kind::Device, origin[0]),
            (Kind::Agent, origin[1]),
        ];
        all.into_iter().filter_map(|(kind, id)| Some(Object { kind, id: id? }))
    }

    /// The program that a client build is of: `relay/2.1` is of `relay`.
    fn program(&self, object: Object) -> Option<&'a str> {
        let (_, name) =
            self.names.get(object.id as usize).filter(|_| object.kind == Kind::Agent)?;
        name.split(['/', ' ']).next()
    }

    /// Every client build of the program that one is of; none for another object.
    pub fn builds_like(&self, object: Object) -> Vec<Object> {
        let Some(program) = self.program(object) else { return Vec::new() };
        let all =
            (0..self.names.len() as u32).map(|id| Object { kind: self.names[id as usize].0, id });
        all.filter(|other| self.program(*other) == Some(program)).collect()
    }

    /// Whether a row has an object.
    pub fn has(&self, material: &Material<'_>, row: u32, object: Object) -> bool {
        self.of(material, row).any(|o| o == object)
    }

    /// What it is called: `prompt template 12`, `client build relay/2.1`.
    pub fn name(&self, object: Object) -> String {
        let words = object.kind.words();
        match self.names.get(object.id as usize) {
            Some((kind, name)) if *kind == object.kind => {
                format!("{words} {}", crate::detect::quoted(name))
            }
            _ => format!("{words} {}", object.id),
        }
    }
}
