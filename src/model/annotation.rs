//! What the analyst says of an account: verdict, confidence, reason, tags, notes.
//! Judgement only; nothing here is inferred.

use serde::{Deserialize, Serialize};

use super::{Time, TimeSpan};

/// The analyst's decision on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Behaviour that deserves action.
    Suspicious,
    /// Keep looking.
    Watch,
    /// An innocent explanation holds.
    Cleared,
}

impl Verdict {
    /// All verdicts, in the order of their keys `1`…`3`.
    pub const ALL: [Self; 3] = [Self::Suspicious, Self::Watch, Self::Cleared];

    /// Whether it holds an account under suspicion: it is to be acted on or watched.
    pub fn is_suspicion(self) -> bool {
        matches!(self, Self::Suspicious | Self::Watch)
    }

    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspicious => "suspicious",
            Self::Watch => "watch",
            Self::Cleared => "cleared",
        }
    }

    /// The inverse of [`Verdict::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == name)
    }
}

/// How sure the analyst is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess worth recording.
    Low,
    /// More likely than not.
    #[default]
    Medium,
    /// Would defend it.
    High,
}

impl Confidence {
    /// All, rising.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The inverse of [`Confidence::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == name)
    }
}

/// A verdict with who, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictRecord {
    /// The decision.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// The analyst's words; may be empty.
    pub reason: String,
    /// When it was given.
    pub at: Time,
    /// Who gave it.
    pub actor: String,
}

impl VerdictRecord {
    /// `suspicious, high confidence: “takes turns”`.
    pub fn words(&self) -> String {
        let (verdict, confidence) = (self.verdict.as_str(), self.confidence.as_str());
        let reason = match self.reason.as_str() {
            "" => String::new(),
            reason => format!(": “{reason}”"),
        };
        format!("{verdict}, {confidence} confidence{reason}")
    }
}

/// A note on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Id in the case, from 1; never reused.
    pub id: u64,
    /// The analyst's words.
    pub text: String,
    /// When it was written.
    pub at: Time,
    /// Who wrote it.
    pub actor: String,
}

/// A note on a range of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeNote {
    /// What it speaks of.
    pub span: TimeSpan,
    /// The note; notes on time are numbered apart from those on accounts.
    pub note: Note,
}

/// Everything the analyst has said of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// The standing verdict.
    pub verdict: Option<VerdictRecord>,
    /// Tags, sorted, without duplicates.
    pub tags: Vec<String>,
    /// Notes in the order written.
    pub notes: Vec<Note>,
}

impl Annotation {
    /// Whether nothing has been said.
    pub fn is_empty(&self) -> bool {
        self.verdict.is_none() && self.tags.is_empty() && self.notes.is_empty()
    }
}
