//! What a detector is: the one place that commands, documentation and screens take it from.

use crate::model::finding::{Family, Hypothesis};
use crate::model::{FIELDS, Field, MarkerKind};

/// Something a detector cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A field of the records.
    Field(Field),
    /// One of these, fields of the records or columns of the accounts table.
    AnyOf(&'static [Field], &'static [&'static str]),
    /// A moment of this kind in the case.
    Marker(MarkerKind),
    /// The prompts grouped into templates.
    Templates,
    /// The texts of the prompts, read in this run.
    Texts,
    /// Templates, or this field, which says less.
    TemplatesOr(Field),
    /// Any moment in the case.
    Moments,
    /// When accounts were closed: `closed_at` of the accounts table, or moments of bans.
    Closures,
    /// Records over so many hours at least.
    Hours(u32),
    /// Records over so many hours at least for each unit of this parameter.
    HoursOf(&'static str, u32),
    /// More than one account.
    Accounts,
}

impl Need {
    /// What is needed, in words.
    pub fn words(self) -> String {
        let name = |field: &Field| FIELDS[*field as usize].name;
        match self {
            Self::Field(field) => name(&field).to_owned(),
            Self::AnyOf(fields, attributes) => {
                let all = fields.iter().map(name).chain(attributes.iter().copied());
                format!("any of {}", all.collect::<Vec<_>>().join(", "))
            }
            Self::Marker(kind) => format!("a {} among the moments of the case", kind.as_str()),
            Self::Templates => "prompt templates".to_owned(),
            Self::Texts => "texts of prompts".to_owned(),
            Self::Moments => "a moment in the case".to_owned(),
            Self::Closures => {
                "closed_at in the accounts table, or a ban among the moments".to_owned()
            }
            Self::Hours(hours) => format!("records over {hours} h"),
            Self::HoursOf(name, 1) => format!("records over {name}"),
            Self::HoursOf(name, hours) => format!("records over {hours} h × {name}"),
            Self::Accounts => "more than one account".to_owned(),
            Self::TemplatesOr(field) => format!("prompt templates, or {}", name(&field)),
        }
    }
}

/// A number that decides, and why it is what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, with its unit.
    pub name: &'static str,
    /// Its value unless the analyst says otherwise.
    pub default: f64,
    /// Why.
    pub reason: &'static str,
}

impl Parameter {
    /// Which values it takes: of the sign of its usual one, since a count or a share below zero, and a
    /// logarithm of a p value above it, says nothing.
    pub fn range(&self) -> std::ops::RangeInclusive<f64> {
        match self.default < 0.0 {
            true => f64::MIN..=0.0,
            false => 0.0..=f64::MAX,
        }
    }
}

/// How far a finding of a detector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Shown, and counted nowhere: what ordinary automation does, too.
    Context,
    /// Adds to a score, and is no family of evidence by itself.
    Supporting,
    /// Evidence of its family.
    Evidence,
    /// Evidence that chance and habit do not produce.
    Exact,
}

impl Strength {
    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Supporting => "supporting",
            Self::Evidence => "evidence",
            Self::Exact => "exact",
        }
    }
}

/// How a detector speaks to one of the two questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Not at all.
    Silent,
    /// It ranks what nothing else speaks of above what nothing is known of, and decides nothing.
    Hint,
    /// With what its finding is worth.
    Full,
}

/// Which of the two questions a detector speaks to: [`COORDINATED`], [`HARVESTING`], [`BOTH`], or
/// one with a hint at the other. In the order of [`Hypothesis`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeaksTo([Voice; 2]);

impl SpeaksTo {
    /// The same with a hint at a question that it does not speak to.
    pub const fn hinting(mut self, question: Hypothesis) -> Self {
        self.0[question as usize] = Voice::Hint;
        self
    }

    /// How it speaks to a question.
    pub const fn voice(self, question: Hypothesis) -> Voice {
        self.0[question as usize]
    }

    /// Whether it speaks to a question in full.
    pub fn answers(self, question: Hypothesis) -> bool {
        self.voice(question) == Voice::Full
    }

    /// The questions it speaks to in this way.
    pub fn with(self, voice: Voice) -> impl Iterator<Item = Hypothesis> {
        let both = [Hypothesis::Coordinated, Hypothesis::Harvesting];
        both.into_iter().filter(move |question| self.voice(*question) == voice)
    }
}

/// Speaks to whether accounts act as one.
pub const COORDINATED: SpeaksTo = SpeaksTo([Voice::Full, Voice::Silent]);
/// Speaks to whether answers are collected.
pub const HARVESTING: SpeaksTo = SpeaksTo([Voice::Silent, Voice::Full]);
/// Speaks to both.
pub const BOTH: SpeaksTo = SpeaksTo([Voice::Full, Voice::Full]);

/// What a detector is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definition {
    /// `D20`: the number of `README.md` and of published work.
    pub id: &'static str,
    /// Rises whenever the same data may give another answer.
    pub version: u32,
    /// In a few words.
    pub title: &'static str,
    /// Which kind of evidence it gives, and among which it is counted as one that looked. A finding may
    /// be of another: shared addresses are infrastructure, shared cards commerce.
    pub family: Family,
    /// How far what it finds carries.
    pub strength: Strength,
    /// Which of the two questions it speaks to, and how.
    pub speaks_to: SpeaksTo,
    /// What it sees.
    pub sees: &'static str,
    /// What it cannot see.
    pub cannot_see: &'static str,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// What decides.
    pub parameters: &'static [Parameter],
    /// Who published the idea, or that nobody has.
    pub source: &'static str,
}
