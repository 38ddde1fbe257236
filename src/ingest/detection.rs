//! What the first bytes of a source say it is.

use super::{Container, Mapping};

/// The runner-up, so that a close call can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct NextBest {
    /// Id of the format.
    pub format: &'static str,
    /// Its confidence, 0…1.
    pub confidence: f32,
}

/// A recognised source: everything needed to read it.
#[derive(Clone, Debug)]
pub struct Detection {
    /// Id of the format.
    pub format: &'static str,
    /// How records are laid out.
    pub container: Container,
    /// How sure, 0…1.
    pub confidence: f32,
    /// What speaks for it, in one sentence for people.
    pub why: String,
    /// The runner-up, where there is one.
    pub next_best: Option<NextBest>,
    /// How fields are obtained.
    pub mapping: Mapping,
}
