//! What a run of the detectors gives.

use super::link::{Circle, Link};
use crate::model::finding::{AccountScore, Cluster, DetectorRun, Finding, Measured};

/// What a run gives. The same case, seed and parameters give the same, number by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// How it went with each detector, in the order of ids.
    pub detectors: Vec<DetectorRun>,
    /// The one that deserves a look most first.
    pub clusters: Vec<Cluster>,
    /// Accounts with a score, by position.
    pub accounts: Vec<AccountScore>,
    /// All findings: about clusters first, by number, then about accounts; of one subject in the
    /// order of detectors.
    pub findings: Vec<Finding>,
    /// Ties between accounts of one cluster.
    pub links: Vec<Link>,
    /// Ties among many accounts of one cluster.
    pub circles: Vec<Circle>,
    /// What detectors measured of all accounts, in the order of their ids.
    pub measured: Vec<Measured>,
    /// What was left out, in words.
    pub remarks: Vec<String>,
}
