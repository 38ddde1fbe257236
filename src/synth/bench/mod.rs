//! The benchmark: a background after published client mixes, the campaigns C01–C12 with their
//! published intensities, the evasions E1–E9, the look-alikes L01–L19, and what is true of each.
//!
//! **Scaling.** A share of the accounts (`prevalence`) belongs to campaigns; it is split over the
//! twelve by the square root of the published numbers of accounts, with a least size each, so
//! that the small ones are there, too. Where not all fit, as many as do, drawn by seed. Calls an
//! account and day are the published ones; where a log is too small for them, campaigns together
//! take 37 % of its records (what they need at 16 million and 24,000 accounts) and the busiest are
//! cut to a common ceiling, so that light campaigns keep their intensity. Look-alikes take at most
//! 28 %, all of them cut, the busy ones more. The background has the rest.
//!
//! ```
//! use stillwatch::job::Progress;
//! use stillwatch::synth::bench::{Bench, Options};
//!
//! let options = Options { events: 60_000, accounts: 1_500, ..Options::default() };
//! let bench = Bench::build(&options)?;
//! let mut log = Vec::new();
//! assert_eq!(bench.write_log(&mut log, &Progress::default())?, 60_000);
//! assert!(bench.labels_csv().contains(",C01,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actor;
mod address;
mod build;
mod bursts;
mod call;
mod campaigns;
mod curve;
mod evasion;
mod innocents;
mod kin;
mod lists;
mod nightly;
mod options;
mod ordinary;
mod people;
mod placed;
mod plan;
mod pool;
mod renewal;
mod run;
mod spec;
mod tables;
mod voice;
mod volume;
mod words;
mod write;

use std::io::Write;
use std::ops::Range;

pub use lists::MORE_LISTS;
pub use options::{Background, Evasion, Options, Tier};

use super::world::{Account, START_US};
use super::{SynthError, WriteError, output};
use crate::job::Progress;
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Marker, MarkerKind, Time};
use spec::Spec;
use words::Words;

/// Days the log covers.
pub const DAYS: u32 = 60;
/// The day the newest model is released.
const RELEASE_DAY: u32 = 33;
/// When, µs.
const RELEASE_US: i64 = day_us(RELEASE_DAY) + 17 * HOUR_US;
/// The day of the ban wave.
const BAN_DAY: u32 = 30;
/// When, µs.
const BAN_US: i64 = day_us(BAN_DAY) + 6 * HOUR_US;
/// When payments are out for everybody, µs.
const INCIDENT_US: i64 = day_us(24) + 13 * HOUR_US;
/// Draws that belong to the making of accounts and networks.
const MAKE: u64 = 0xBE7C;

/// The start of a day of the log, µs.
const fn day_us(day: u32) -> i64 {
    START_US + day as i64 * DAY_US
}

/// A network of the benchmark, or one kind of ordinary account.
#[derive(Clone, Debug)]
struct Network {
    spec: Spec,
    /// Positions of its accounts.
    members: Range<u32>,
    /// Records it makes as a network.
    total: u64,
    /// For each task, the position of its words.
    words: Vec<u16>,
    /// For each member, when the network first uses it, µs.
    from_us: Vec<i64>,
}

/// A whole benchmark world, without its records.
#[derive(Clone, Debug)]
pub struct Bench {
    options: Options,
    /// Networks first, then the kinds of ordinary accounts.
    networks: Vec<Network>,
    accounts: Vec<Account>,
    words: Vec<Words>,
}

impl Bench {
    /// Makes the world of these options, without its records.
    ///
    /// # Errors
    /// [`SynthError`] says what there is too little of, and how much is needed.
    pub fn build(options: &Options) -> Result<Self, SynthError> {
        build::build(options)
    }

    /// Writes the log as JSON lines, in time order; returns the number of records.
    ///
    /// # Errors
    /// What `out` reports, or cancellation.
    pub fn write_log(&self, out: &mut dyn Write, progress: &Progress) -> Result<u64, WriteError> {
        output::lines(&mut run::Run::new(self), out, progress)
    }

    /// Writes the log as CSV with the same names; returns the number of records.
    ///
    /// # Errors
    /// As [`Bench::write_log`].
    pub fn write_csv(&self, out: &mut dyn Write, progress: &Progress) -> Result<u64, WriteError> {
        output::csv(&mut run::Run::new(self), out, progress)
    }

    /// Writes the log as Parquet with the same names; returns the number of records.
    ///
    /// # Errors
    /// As [`Bench::write_log`].
    pub fn write_parquet(
        &self,
        out: impl Write + Send,
        progress: &Progress,
    ) -> Result<u64, WriteError> {
        output::parquet(&mut run::Run::new(self), out, progress)
    }

    /// Writes, for every request of networks that mix their own with unrelated requests (C05 and
    /// E5), whether it collects answers; returns how many there are.
    ///
    /// # Errors
    /// As [`Bench::write_log`].
    pub fn write_request_labels(
        &self,
        out: &mut dyn Write,
        progress: &Progress,
    ) -> Result<u64, WriteError> {
        tables::write_request_labels(self, out, progress)
    }

    /// The accounts table of the contract; none below tier 2.
    pub fn accounts_csv(&self) -> Option<String> {
        self.options.tier.has(2).then(|| tables::accounts_csv(self))
    }

    /// The releases table of the contract: the ban wave only at tier 5.
    pub fn releases_csv(&self) -> String {
        super::tables::markers_csv(&markers(&self.options))
    }

    /// What each account truly is.
    pub fn labels_csv(&self) -> String {
        tables::labels_csv(self)
    }
}

/// The moments on the time axis.
fn markers(options: &Options) -> Vec<Marker> {
    let marker = |at, kind, label: &str| Marker { at: Time(at), kind, label: label.into() };
    let mut markers = vec![
        marker(INCIDENT_US, MarkerKind::Incident, "payment outage"),
        marker(RELEASE_US, MarkerKind::Release, "atlas-4 released"),
        marker(day_us(55) + 9 * HOUR_US, MarkerKind::Policy, "terms updated"),
    ];
    if options.tier.has(5) && options.prevalence > 0.0 {
        markers.push(marker(BAN_US, MarkerKind::Ban, "ban wave"));
    }
    markers.sort_by_key(|m| m.at);
    markers
}

#[cfg(test)]
mod tests;
