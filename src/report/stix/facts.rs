//! What a bundle is written from.
//!
//! Times are timestamps of STIX: RFC 3339 in UTC with a `Z` and three to six digits after the
//! second, `2026-03-01T00:00:00.000Z`. Hashes are SHA-256 in lower-case hex. All other text may be
//! whatever a log holds: controls, marks that turn the direction of text, nothing at all.

use crate::model::finding::{Level, Membership};
use crate::model::{Confidence, Verdict};

/// A case, as far as it is passed on.
///
/// The order of lists does not matter. What accounts, clusters and findings name must be listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What wrote it.
    pub tool: Tool,
    /// The case.
    pub case: Case,
    /// Clusters, each with a number of its own.
    pub clusters: Vec<Cluster>,
    /// Accounts, each with an id of its own.
    pub accounts: Vec<Account>,
    /// What accounts have in common, other than templates.
    pub shared: Vec<Shared>,
    /// Prompt templates, each with an id and a hash of its own.
    pub templates: Vec<Template>,
    /// Findings, each with a number of its own.
    pub findings: Vec<Finding>,
    /// What ties two accounts without a value that both have.
    pub links: Vec<PairLink>,
    /// What analysts decided; several on one account may stand.
    pub verdicts: Vec<VerdictOf>,
    /// What analysts noted on accounts.
    pub notes: Vec<Note>,
}

/// The tool that found and wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name; it has one id in all bundles.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How far a bundle may be passed on: the markings of section 7.2.1.4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tlp {
    /// To anybody.
    White,
    /// Within the community.
    Green,
    /// To who needs to know, in the receiver's organisation and its clients.
    #[default]
    Amber,
    /// To nobody but those who received it.
    Red,
}

/// The case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Its title.
    pub title: String,
    /// SHA-256 of the case file. Ids of what is no observable hang on it.
    pub sha256: String,
    /// What is hidden of it, in any words: two bundles that hide different things say different
    /// things by the same names, and their ids must differ. Empty where nothing is.
    pub hidden: String,
    /// When it was created; the time of the export where nobody knows.
    pub created: Option<String>,
    /// When the bundle is written.
    pub at: String,
    /// Who prepared it; the tool where empty.
    pub prepared_by: String,
    /// What of the case it holds, a sentence.
    pub content: String,
    /// How far it may be passed on.
    pub tlp: Tlp,
    /// Labels of the report.
    pub labels: Vec<String>,
}

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// Its number, from 1.
    pub number: u32,
    /// How far the evidence carries.
    pub level: Level,
    /// Whether it may be called a campaign; a grouping otherwise: the evidence is weak, or whoever
    /// looked has cleared its accounts.
    pub is_campaign: bool,
    /// How much the accounts act as one, 0…1: ranks, and is no probability.
    pub coordination: f64,
    /// How much it looks like harvesting, 0…1, likewise.
    pub harvesting: f64,
    /// What is said of it, in this order.
    pub sentences: Vec<String>,
    /// Innocent explanations that are not excluded, in this order.
    pub not_excluded: Vec<String>,
    /// Its accounts.
    pub members: Vec<Member>,
    /// Its first event that has a time.
    pub first_seen: Option<String>,
    /// Its last event that has a time.
    pub last_seen: Option<String>,
}

/// An account of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Id of the account.
    pub account: String,
    /// How firmly it belongs there.
    pub membership: Membership,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its id, as it is passed on.
    pub id: String,
    /// Whether that id stands for another one. It means nothing outside the case then, and the
    /// account is never taken for that of another case which is called the same.
    pub is_pseudonym: bool,
    /// Its organisation; empty where none is known.
    pub org: String,
    /// Its events.
    pub events: u64,
    /// Its first event that has a time.
    pub first_seen: Option<String>,
    /// Its last event that has a time.
    pub last_seen: Option<String>,
}

/// A value that accounts have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// What kind of value it is. `address`, `network` and any that begins with `/` hold addresses
    /// and networks, `asn` and `autonomous system` numbers of autonomous systems.
    pub kind: String,
    /// The value.
    pub value: Value,
    /// Ids of the accounts that have it.
    pub accounts: Vec<String>,
    /// What it says of two accounts, nats; 0 where it ties nobody.
    pub weight: f64,
    /// Whether many stand behind it.
    pub is_gateway: bool,
}

/// A value, as far as it is passed on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// As the log writes it. Two of one kind and text are one value.
    Text(String),
    /// What is left of it when the rest is covered, or a name that stands for it. Two that read
    /// alike need not be one value, and are kept apart.
    Masked(String),
    /// SHA-256 of its UTF-8, or of a salt and it; of payments and phone prefixes nothing else is
    /// accepted. There are so few prefixes that a hash without a salt hides none.
    Sha256(String),
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// A prompt template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its number.
    pub id: u64,
    /// Its text, as far as it is passed on; may be empty.
    pub text: String,
    /// SHA-256 of the UTF-8 of its whole text.
    pub sha256: String,
    /// Ids of the accounts that use it.
    pub accounts: Vec<String>,
    /// Accounts of the case that use it, also those that are not passed on.
    pub accounts_in_case: u64,
    /// Events of theirs that have it.
    pub events: u64,
    /// Numbers of the clusters that it is a sign of; one of none is no indicator.
    pub clusters: Vec<u32>,
}

/// Whom a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A cluster, by its number.
    Cluster(u32),
    /// An account, by its id.
    Account(String),
}

/// What one detector says of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its number, from 1.
    pub number: u64,
    /// Whom it is about.
    pub subject: Subject,
    /// Id of the detector: `D03`.
    pub detector: String,
    /// What the detector is called.
    pub title: String,
    /// How far the evidence about the subject carries.
    pub level: Level,
    /// What it says.
    pub sentence: String,
    /// The number that is compared with the threshold.
    pub statistic: f64,
    /// How likely chance gives this or more, 0…1; `None` where nothing says.
    pub p_value: Option<f64>,
    /// Rows that are cited.
    pub evidence_rows: u64,
    /// Techniques of MITRE ATLAS that it is a sign of: `AML.T0024.002`.
    pub techniques: Vec<String>,
}

/// What ties two accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairLink {
    /// Id of one account.
    pub a: String,
    /// Id of the other.
    pub b: String,
    /// What kind of tie it is.
    pub kind: String,
    /// What it says of the two, nats.
    pub weight: f64,
    /// Why it is one, a sentence.
    pub proof: String,
}

/// A verdict on an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerdictOf {
    /// Id of the account.
    pub account: String,
    /// When it was given.
    pub at: String,
    /// Who gave it.
    pub actor: String,
    /// The decision.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// Why; may be empty.
    pub reason: String,
}

/// A note on an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Id of the account.
    pub account: String,
    /// When it was written.
    pub at: String,
    /// Who wrote it.
    pub actor: String,
    /// What it says.
    pub text: String,
}
