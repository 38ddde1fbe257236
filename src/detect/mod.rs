//! Which networks deserve a look: what detectors look at, the statistics and nulls they are held
//! against, and what ties accounts together.
//!
//! Pure: no I/O, no clock. Whatever is random takes a seed, and the same seed gives the same
//! numbers on every machine.

mod apart;
pub mod benign;
mod beside;
pub mod chance;
pub mod claim;
mod collected;
pub mod commerce;
mod conclusion;
pub mod content;
pub mod definition;
pub mod detector;
pub mod exhibit;
pub mod fusion;
pub mod grouping;
pub mod holding;
pub mod infrastructure;
pub mod life_cycle;
pub mod lot;
pub mod marks;
pub mod material;
pub mod nulls;
pub mod outcome;
pub mod parameters;
mod property;
pub mod registry;
pub mod rules;
pub mod run;
pub mod selection;
pub mod stats;
#[cfg(test)]
mod testcase;
#[cfg(test)]
mod testkit;
pub mod timing;
pub mod words;

pub use crate::model::finding::{Circle, Layer, Link, link};
pub use claim::{Claim, calls_in, evidence, quoted};
pub use collected::short_of_collecting;
pub use conclusion::{FALSE_DISCOVERY_RATE, Told, expected_false};
pub use definition::{
    BOTH, COORDINATED, Definition, HARVESTING, Need, Parameter, SpeaksTo, Strength, Voice,
};
pub use detector::{Detector, Group, Look, Measures, Seen, Ties};
pub use marks::Reads;
pub use material::{Attributes, Material};
pub use outcome::Outcome;
pub use parameters::Parameters;
pub use property::Property;
pub use run::{Options, analyze};
