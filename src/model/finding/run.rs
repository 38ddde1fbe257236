//! How and when detectors were run.

use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::model::Time;

/// How it went with one detector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum DetectorState {
    /// It looked at everything.
    Ran,
    /// It could not look: what is missing. Never to be read as "clean".
    NotRun {
        /// `column payment_fingerprint absent`.
        why: String,
    },
    /// It was not asked for.
    LeftOut,
}

/// One detector of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectorRun {
    /// Id.
    pub detector: String,
    /// Version.
    pub version: u32,
    /// Its parameters and their values, as JSON.
    pub parameters: String,
    /// How it went.
    pub state: DetectorState,
    /// Findings it made.
    pub findings: u64,
}

/// A run of the detectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// When it was finished.
    pub at: Time,
    /// Everything random follows from it.
    pub seed: u64,
    /// Last event that was looked at.
    pub up_to: u64,
    /// Events looked at.
    pub events: u64,
    /// Accounts looked at.
    pub accounts: u64,
    /// What it was made from.
    pub inputs: Inputs,
    /// Each detector there is, in the order of ids.
    pub detectors: Vec<DetectorRun>,
}
