//! What to export and on whose behalf. The clock is an input.

use std::collections::BTreeSet;

use super::redact::{Key, Profile};
use super::sign::Signer;
use crate::model::Time;

/// A kind of output that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// `report.pdf`.
    Pdf,
    /// All tables.
    Csv,
    /// `figures/*.svg`, and `*.png` where this build can.
    Figures,
    /// `network.gexf` and `network.graphml`.
    Network,
    /// `bundle.stix.json`.
    Stix,
    /// `report.json`: what the pages say, as data.
    Json,
}

impl Output {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Pdf, Self::Csv, Self::Figures, Self::Network, Self::Stix, Self::Json];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Figures => "figures",
            Self::Json => "json",
            Self::Network => "gexf",
            Self::Stix => "stix",
        }
    }

    /// The inverse of [`Output::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == name)
    }

    /// What is exported when nothing is said: everything this build can make, without the
    /// JSON twin of the pages.
    pub fn usual() -> BTreeSet<Self> {
        let pdf = cfg!(feature = "pdf").then_some(Self::Pdf);
        pdf.into_iter().chain([Self::Csv, Self::Figures, Self::Network, Self::Stix]).collect()
    }
}

/// A section of the report that can be left out. What was read, how it was counted, its limits, the
/// contrary facts and the package itself always stand in it; who leaves the findings out leaves out
/// their innocent explanations with them, and the summary says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Traffic, marked times, notes on ranges of time.
    Activity,
    /// The pages of clusters.
    Findings,
    /// The pages of flagged accounts.
    Flagged,
    /// Hypotheses and the evidence kept for them.
    Hypotheses,
    /// Terms of use.
    Terms,
    /// What was done.
    Actions,
    /// Who may be behind it.
    Attribution,
}

impl Section {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 7] = [
        Self::Activity,
        Self::Findings,
        Self::Flagged,
        Self::Hypotheses,
        Self::Terms,
        Self::Actions,
        Self::Attribution,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Findings => "findings",
            Self::Flagged => "flagged",
            Self::Hypotheses => "hypotheses",
            Self::Terms => "terms",
            Self::Actions => "actions",
            Self::Attribution => "attribution",
        }
    }

    /// The inverse of [`Section::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }

    /// What it is called for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Findings => "findings, a page for each cluster",
            Self::Flagged => "flagged accounts, a page for each",
            Self::Hypotheses => "hypotheses and evidence",
            Self::Terms => "terms of use",
            Self::Actions => "actions taken",
            Self::Attribution => "attribution",
        }
    }
}

/// How to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// What to write; `manifest.json` is always written.
    pub only: BTreeSet<Output>,
    /// Sections that the report lacks; it says so on its first page.
    pub without: BTreeSet<Section>,
    /// The time the package carries: the same case and time give the same bytes.
    pub at: Time,
    /// The title on the first page; the case's title when `None`.
    pub title: Option<String>,
    /// Who prepares the report.
    pub actor: String,
    /// What stands at the head and the foot of every page; empty for nothing.
    pub banner: String,
    /// What is hidden; `None` for nothing.
    pub redaction: Option<Redaction>,
    /// Who signs the manifest; `None` for nobody.
    pub signer: Option<Signer>,
}

/// What a package hides, and what pseudonyms are made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// What is hidden.
    pub profile: Profile,
    /// The same key gives the same pseudonyms; who has it can find out whom each stands for.
    pub key: Key,
}

impl ExportOptions {
    /// Files of the package that its manifest does not list: itself, and its signature.
    pub fn unlisted(&self) -> usize {
        1 + usize::from(self.signer.is_some())
    }

    /// The usual outputs.
    pub fn new(at: Time, actor: impl Into<String>) -> Self {
        Self {
            only: Output::usual(),
            without: BTreeSet::new(),
            at,
            title: None,
            actor: actor.into(),
            banner: String::new(),
            redaction: None,
            signer: None,
        }
    }
}
