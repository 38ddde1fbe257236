//! What a detector does: it looks at the whole case once, and then says which accounts are tied,
//! and what it has to say of one account or of one cluster.

use std::borrow::Cow;

use super::definition::Definition;
use super::link::{Circle, Link};
use super::marks::Reads;
use super::material::Material;
use super::parameters::Parameters;
use crate::job::{Cancelled, Progress};
use crate::model::finding::{Finding, Subject};

/// What a detector is given.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The case.
    pub material: &'a Material<'a>,
    /// The numbers that decide, where the analyst has set them.
    pub parameters: &'a Parameters,
    /// Everything random follows from it.
    pub seed: u64,
    /// To be asked now and then, in every loop over rows.
    pub progress: &'a Progress,
}

/// A detector.
pub trait Detector: Sync {
    /// What it is.
    fn definition(&self) -> &'static Definition;

    /// What it looks for in texts, besides the templates that it names among its needs.
    fn reads(&self) -> Reads {
        Reads::default()
    }

    /// Looks at the case. Only asked where nothing that it needs is missing.
    ///
    /// # Errors
    /// When cancelled.
    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled>;
}

/// What a detector has seen in a case. Each method answers for one part of a run; a detector has
/// something to say in at least one of them.
pub trait Seen: Send + Sync {
    /// Ties between accounts, in any order.
    ///
    /// # Errors
    /// When cancelled.
    fn ties(&self) -> Result<Ties, Cancelled> {
        Ok(Ties::default())
    }

    /// Findings about single accounts, in the order of the accounts, one for each at most.
    ///
    /// # Errors
    /// When cancelled.
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        Ok(Vec::new())
    }

    /// What it measured of all accounts of which that can be said, by name: what its sentences hold an
    /// account or a cluster against.
    fn measured(&self) -> Measures {
        Vec::new()
    }

    /// What it measured of the accounts of one of its findings about a cluster, by name: what its sentence
    /// adds up. In every cluster it is under the same names, since no account is in two.
    fn measured_of(&self, _group: Group<'_>, _finding: &Finding) -> Measures {
        Vec::new()
    }

    /// What it did not look at, in words, where it could not look at all.
    fn remark(&self) -> Option<String> {
        None
    }

    /// What it says of a cluster; `None` where that is nothing.
    ///
    /// # Errors
    /// When cancelled.
    fn cluster(&self, _group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(None)
    }
}

/// What was measured, by name: account, rising, and value. An account may have several.
pub type Measures = Vec<(Cow<'static, str>, Vec<(u32, f64)>)>;

/// Ties that a detector found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ties {
    /// Between two accounts each.
    pub links: Vec<Link>,
    /// Among many accounts at once.
    pub circles: Vec<Circle>,
}

/// Accounts that are looked at as one.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// Number of the cluster, from 1.
    pub id: u32,
    /// Its accounts, rising; two at least.
    pub members: &'a [u32],
}

impl Group<'_> {
    /// As the subject of a finding.
    pub fn subject(&self) -> Subject {
        Subject::Cluster(self.id)
    }

    /// Whether an account is a member.
    pub fn has(&self, account: u32) -> bool {
        self.members.binary_search(&account).is_ok()
    }
}

impl Look<'_> {
    /// A parameter of a detector.
    pub fn parameter(&self, of: &Definition, name: &str) -> f64 {
        self.parameters.get(of, name)
    }
}
