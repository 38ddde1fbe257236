//! What detectors look at: the index, what is known of accounts beside the logs, and the moments
//! of the case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::definition::Need;
use super::marks::Marks;
use super::rules::Rules;
use crate::index::{ByAccount, Index, Templates};
use crate::model::finding::Unit;
use crate::model::time::SECOND_US;
use crate::model::{FIELDS, FREE_TEXT, Field, Marker, MarkerKind, Piece, Template, Time};

pub mod by_account;
pub mod calls;
pub mod candidates;
mod capitals;
mod declared;
mod domains;
pub mod gateways;
pub mod habits;
pub mod holders;
pub mod hours;
pub mod loads;
mod records;
mod remote;
pub mod scripts;
pub mod visits;

use domains::Domains;
pub use habits::Habit;
use holders::Holders;
pub use scripts::Scripts;
pub use visits::Visit;

pub use crate::network::Attributes;

/// Words for a verification that looked at papers of a business.
const VERIFIED: [&str; 5] = ["business", "organisation", "organization", "company", "contract"];

/// What detectors look at.
pub struct Material<'a> {
    /// The records.
    pub index: &'a Index,
    /// Releases, bans, policy changes, incidents, by time.
    pub markers: &'a [Marker],
    /// By position of the account.
    attributes: Vec<Option<&'a BTreeMap<String, String>>>,
    /// Likewise, once somebody asks. Owned, so that a longer-lived case passes for a shorter one.
    organisations: OnceLock<Vec<Option<String>>>,
    /// Sessions by position of the account, each once somebody asks.
    visits: Vec<OnceLock<Vec<Visit>>>,
    /// Calls by hour, likewise.
    hours: Vec<OnceLock<Vec<(u32, u32)>>>,
    /// Calls of everybody by hour from a first one on, likewise.
    all_hours: OnceLock<(u32, Vec<u64>)>,
    /// Names of attributes that any account has, likewise.
    attribute_names: OnceLock<BTreeSet<String>>,
    /// Whether the case says whose any account is, likewise.
    names_owners: OnceLock<bool>,
    /// Whether any record has each field, likewise.
    present: [OnceLock<bool>; FIELDS.len()],
    /// Columns in the order of the accounts, likewise.
    by_account: OnceLock<ByAccount>,
    /// By kind of call, whether such calls count, and whether their times are sharp besides.
    counts: Vec<bool>,
    is_sharp: Vec<bool>,
    /// Rows with a time that are not far from all others.
    near: std::ops::Range<u32>,
    /// Whether calls of each kind were refused, by its place in the dictionary.
    refused: Vec<bool>,
    holders: Holders,
    /// For how many days each account is in use, once asked for.
    days_in_use: OnceLock<Vec<f64>>,
    /// How unevenly accounts are used, likewise.
    unevenness: OnceLock<Option<f64>>,
    /// Accounts by mail domain, likewise.
    domains: OnceLock<Domains>,
    scripts: OnceLock<Scripts>,
    /// How accounts call, likewise.
    habits: OnceLock<habits::Habits>,
    parties: OnceLock<Vec<u32>>,
    verified: OnceLock<Vec<bool>>,
    marks: Option<Marks>,
    rules: &'a Rules,
    template_groups: OnceLock<Vec<u32>>,
    /// Positions of accounts that stand in for records without one, rising.
    stand_ins: Vec<u32>,
}

impl<'a> Material<'a> {
    /// Of a case.
    pub fn new(index: &'a Index, attributes: &'a Attributes, markers: &'a [Marker]) -> Self {
        // On this thread: whoever asks first makes it in the pool, in which detectors wait for it.
        index.everything();
        let of = |id: &String| attributes.get(id);
        let attributes: Vec<_> = index.accounts().iter().map(of).collect();
        let (counted, calls) = (index.default_granularity(), &index.dimensions().calls);
        Self {
            index,
            markers,
            organisations: OnceLock::new(),
            attribute_names: OnceLock::new(),
            names_owners: OnceLock::new(),
            present: [const { OnceLock::new() }; FIELDS.len()],
            by_account: OnceLock::new(),
            counts: calls.iter().map(|call| call.granularity == counted).collect(),
            is_sharp: calls
                .iter()
                .map(|c| c.granularity == counted && visits::is_sharp(c))
                .collect(),
            near: remote::near(index),
            refused: calls.iter().map(calls::is_refused).collect(),
            holders: Holders::default(),
            days_in_use: OnceLock::new(),
            unevenness: OnceLock::new(),
            domains: OnceLock::new(),
            visits: attributes.iter().map(|_| OnceLock::new()).collect(),
            hours: attributes.iter().map(|_| OnceLock::new()).collect(),
            scripts: OnceLock::new(),
            habits: OnceLock::new(),
            parties: OnceLock::new(),
            verified: OnceLock::new(),
            marks: None,
            rules: Rules::built_in(),
            template_groups: OnceLock::new(),
            stand_ins: Vec::new(),
            all_hours: OnceLock::new(),
            attributes,
        }
    }

    /// With what was read in the texts of the prompts.
    #[must_use]
    pub fn with_marks(self, marks: Marks) -> Self {
        Self { marks: Some(marks), ..self }
    }

    /// With accounts, by name, that stand in for records without one. Names of no account are passed
    /// over.
    #[must_use]
    pub fn with_stand_ins(self, names: &[String]) -> Self {
        let mut stand_ins: Vec<u32> =
            names.iter().filter_map(|name| self.index.account_position(name)).collect();
        stand_ins.sort_unstable();
        stand_ins.dedup();
        Self { stand_ins, ..self }
    }

    /// Whether an account stands in for records without one: it is nobody.
    pub fn stands_in(&self, account: u32) -> bool {
        self.stand_ins.binary_search(&account).is_ok()
    }

    /// The names of the accounts that do.
    pub fn stand_ins(&self) -> Vec<&'a str> {
        let name = |account: &u32| self.index.accounts().get(*account as usize);
        self.stand_ins.iter().filter_map(name).map(String::as_str).collect()
    }

    /// With other rules than those that come with the program. Marks are to be read by the same.
    #[must_use]
    pub fn with_rules(self, rules: &'a Rules) -> Self {
        Self { rules, ..self }
    }

    /// The rules that prompts are put to.
    pub fn rules(&self) -> &'a Rules {
        self.rules
    }

    /// Groups of rules that hold in the fixed text of each template, as bits, by number less one.
    pub fn template_groups(&self) -> &[u32] {
        self.template_groups.get_or_init(|| {
            let templates = self.index.templates();
            templates.all.iter().map(|t| self.rules.groups_in(&fixed_text(t))).collect()
        })
    }

    /// Groups of rules that hold in the prompt of a row, as bits: in its text where texts were
    /// read, `None` for one that was not among those read; else in the fixed text of its template.
    /// `templates` are those of the index.
    pub fn groups(&self, templates: &Templates, row: u32) -> Option<u32> {
        if let Some(marks) = self.marks.as_ref().filter(|marks| !marks.groups.is_empty()) {
            return marks.groups(row);
        }
        let id = templates.of(row)?;
        if id == FREE_TEXT {
            return Some(0);
        }
        self.template_groups().get(id as usize - 1).copied()
    }

    /// What was read in the texts of the prompts; `None` where nobody has read them.
    pub fn marks(&self) -> Option<&Marks> {
        self.marks.as_ref()
    }

    /// What the accounts table says of an account; never an empty text.
    pub fn attribute(&self, account: u32, name: &str) -> Option<&'a str> {
        let of = self.attributes.get(account as usize).copied().flatten()?;
        of.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether the accounts table has an account at all.
    pub fn is_in_table(&self, account: u32) -> bool {
        self.attributes.get(account as usize).copied().flatten().is_some()
    }

    /// A moment of the accounts table, such as `created_at`: RFC 3339, or a day, which begins at
    /// midnight UTC.
    pub fn moment(&self, account: u32, name: &str) -> Option<Time> {
        let text = self.attribute(account, name)?.trim();
        let day = || {
            let day = text.parse::<jiff::civil::Date>().ok()?;
            jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
        };
        let stamp = text.parse::<jiff::Timestamp>().ok();
        stamp.or_else(day).map(|t| Time(t.as_microsecond()))
    }

    /// The organisation of an account: of the accounts table, else the one its records name, as
    /// far as they name one and the same.
    pub fn organisation(&self, account: u32) -> Option<&str> {
        let all = self.organisations.get_or_init(|| {
            let named = self.index.organisations();
            let of = |(account, named): (u32, Option<&str>)| {
                self.attribute(account, "org_id").or(named).map(str::to_owned)
            };
            (0..).zip(named).map(of).collect()
        });
        all.get(account as usize)?.as_deref()
    }

    /// Whether the case says of any account whose it is: an organisation, or what it pays with.
    pub fn names_owners(&self) -> bool {
        let accounts = 0..self.attributes.len() as u32;
        let is_named = |account: u32| {
            self.organisation(account).is_some()
                || self.attribute(account, "payment_fingerprint").is_some()
        };
        *self.names_owners.get_or_init(|| accounts.into_iter().any(is_named))
    }

    /// Whether two accounts are known to be of one organisation.
    pub fn are_of_one_organisation(&self, a: u32, b: u32) -> bool {
        let one = self.organisation(a);
        one.is_some() && one == self.organisation(b)
    }

    /// Whether the operator has made sure who owns an account: more than a mail address, a phone
    /// number or a card, which can be bought.
    pub fn is_verified(&self, account: u32) -> bool {
        let word = self.attribute(account, "verification").unwrap_or_default().to_lowercase();
        VERIFIED.iter().any(|known| word.contains(known))
    }

    /// Who stands behind an account, as far as is known: the first account of its organisation,
    /// or itself. Accounts of one party share what it gives them.
    pub fn party(&self, account: u32) -> u32 {
        let all = self.parties.get_or_init(|| {
            let mut first: BTreeMap<&str, u32> = BTreeMap::new();
            let of = |account| match self.organisation(account) {
                Some(organisation) => *first.entry(organisation).or_insert(account),
                None => account,
            };
            (0..self.attributes.len() as u32).map(of).collect()
        });
        all.get(account as usize).copied().unwrap_or(account)
    }

    /// The organisation of an account that is known to be one by more than its own word: the
    /// accounts table says that a business was verified.
    pub fn verified_organisation(&self, account: u32) -> Option<&str> {
        let all = self.verified.get_or_init(|| {
            (0..self.attributes.len() as u32).map(|account| self.is_verified(account)).collect()
        });
        let is_verified = all.get(account as usize).is_some_and(|is_verified| *is_verified);
        self.organisation(account).filter(|_| is_verified)
    }

    /// What accounts ask again and again, made when first asked for.
    pub fn scripts(&self) -> &Scripts {
        self.scripts.get_or_init(|| Scripts::new(self))
    }

    /// Why a detector cannot look: what of its needs is missing, in words. A detector that cannot
    /// look has found nothing, which is not that there is nothing. `parameter` gives the value of each
    /// of its own.
    pub fn missing(&self, needs: &[Need], parameter: impl Fn(&str) -> f64) -> Option<String> {
        let lacks = |need: &Need| self.lacks(*need, &parameter);
        let missing: Vec<String> = needs.iter().filter_map(lacks).collect();
        (!missing.is_empty()).then(|| missing.join("; "))
    }

    fn lacks(&self, need: Need, parameter: impl Fn(&str) -> f64) -> Option<String> {
        match need {
            Need::Field(field) => {
                (!self.has(field)).then(|| format!("no record has {}", name(field)))
            }
            Need::AnyOf(fields, attributes) => {
                let has = fields.iter().any(|field| self.has(*field))
                    || attributes.iter().any(|name| self.has_attribute(name));
                let names: Vec<&str> =
                    fields.iter().map(|f| name(*f)).chain(attributes.iter().copied()).collect();
                (!has).then(|| format!("none of {} is in the case", names.join(", ")))
            }
            Need::Marker(kind) => {
                let has = self.markers.iter().any(|marker| marker.kind == kind);
                (!has).then(|| format!("the case has no {} in its moments", kind.as_str()))
            }
            Need::Texts => {
                let has = self.marks.as_ref().is_some_and(|marks| !marks.words.is_empty());
                (!has).then(|| "the texts of the prompts have not been read".to_owned())
            }
            Need::TemplatesOr(field) => {
                let was_looked = self.index.templates().run.is_some();
                let has = (was_looked && self.has_prompts()) || self.has(field);
                let none = match was_looked {
                    true => "no record has a prompt or",
                    false => "prompt templates have not been looked for, and no record has",
                };
                (!has).then(|| format!("{none} {}", name(field)))
            }
            Need::Moments => self.markers.is_empty().then(|| "the case has no moments".to_owned()),
            Need::Closures => {
                let is_ban = |marker: &Marker| marker.kind == MarkerKind::Ban;
                let has = self.has_attribute("closed_at") || self.markers.iter().any(is_ban);
                let why = "the accounts table has no closed_at and the case no ban in its moments";
                (!has).then(|| why.to_owned())
            }
            Need::Hours(hours) => self.lacks_hours(f64::from(hours)),
            Need::HoursOf(name, hours) => self.lacks_hours(f64::from(hours) * parameter(name)),
            Need::Accounts => {
                (self.index.accounts().len() < 2).then(|| "the case has one account".to_owned())
            }
            Need::Templates if self.index.templates().run.is_none() => {
                Some("prompt templates have not been looked for".to_owned())
            }
            Need::Templates => (!self.has_prompts()).then(|| "no record has a prompt".to_owned()),
        }
    }

    fn lacks_hours(&self, least: f64) -> Option<String> {
        let span = self.span()?;
        let seconds = span.end.0.saturating_sub(span.start.0) as f64 / SECOND_US as f64;
        (seconds < 3_600.0 * least).then(|| {
            let spans = match seconds {
                s if s < 1.0 => "no time".to_owned(),
                s => Unit::Seconds.text(s),
            };
            format!("the records span {spans}, and {} h are needed", Unit::Plain.text(least))
        })
    }

    /// Whether any record has a field.
    pub fn has(&self, field: Field) -> bool {
        let present = &self.present[field as usize];
        *present.get_or_init(|| self.index.has_any(self.index.everything(), field))
    }

    /// Whether any record has a prompt, as the search for templates has seen it.
    fn has_prompts(&self) -> bool {
        let templates = self.index.templates();
        (0..self.index.len() as u32).any(|row| templates.of(row).is_some())
    }

    /// Whether the accounts table says so of any account.
    pub fn has_attribute(&self, name: &str) -> bool {
        let names = self.attribute_names.get_or_init(|| {
            let all = self.attributes.iter().flatten().flat_map(|of| of.iter());
            all.filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.clone()).collect()
        });
        names.contains(name)
    }
}

/// The fixed text of a template, slots as an ellipsis.
pub fn fixed_text(template: &Template) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Fixed(text) => text.clone(),
        Piece::Slot(_) => " … ".to_owned(),
    };
    template.pieces.iter().map(text).collect()
}

fn name(field: Field) -> &'static str {
    FIELDS[field as usize].name
}
