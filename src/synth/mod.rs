//! Labelled synthetic logs: an ordinary population, hidden networks, and innocents that look
//! like one. Fictitious actors only; the same options give the same bytes on every machine.
//!
//! Pure: nothing here opens a file or reads a clock.
//!
//! ```
//! use stillwatch::job::Progress;
//! use stillwatch::synth::{Options, Scenario, World};
//!
//! let options = Options { events: 12_000, accounts: 400, seed: 1, scenario: Scenario::Sample };
//! let world = World::build(&options)?;
//! let mut log = Vec::new();
//! assert_eq!(world.write_log(&mut log, &Progress::default())?, 12_000);
//! assert!(world.labels_csv().contains("rotation pool"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bench;
mod build;
mod cast;
mod kin;
mod output;
mod parquet;
mod people;
mod phrases;
mod record;
mod row;
mod schedule;
mod tables;
mod text;
mod volume;
mod world;

use std::io::{self, Write};

use crate::job::{Cancelled, Progress};
use crate::model::rng;
use record::Recorder;
use schedule::Scheduler;
pub use world::World;

/// Which world to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Four weeks, two hidden networks, ten kinds of innocents: the sample case.
    Sample,
    /// The same without the networks: any finding is a false one.
    Benign,
    /// Forty-five days at the published scale.
    Large,
}

impl Scenario {
    /// Records and accounts when nothing else is asked for.
    pub fn default_size(self) -> (u64, u32) {
        match self {
            Self::Sample | Self::Benign => (60_000, 1_200),
            Self::Large => (16_000_000, 24_000),
        }
    }

    /// Days the log covers.
    pub fn days(self) -> u32 {
        match self {
            Self::Sample | Self::Benign => 28,
            Self::Large => 45,
        }
    }
}

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Records; exactly so many are written.
    pub events: u64,
    /// Accounts.
    pub accounts: u32,
    /// Another seed gives another world of the same kind.
    pub seed: u64,
    /// The kind of world.
    pub scenario: Scenario,
}

/// Why a world cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SynthError {
    /// The planted groups do not fit.
    #[error("too few {what} for what this scenario plants: ask for at least {needed}")]
    TooSmall {
        /// `events` or `accounts`.
        what: &'static str,
        /// How many it takes.
        needed: u64,
    },
}

/// Why a log was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The destination failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Stopped on request.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl World {
    /// Makes the world of these options, without its records.
    ///
    /// # Errors
    /// [`SynthError::TooSmall`] when there is no room for the groups the scenario plants.
    pub fn build(options: &Options) -> Result<Self, SynthError> {
        build::build(options)
    }

    /// Writes the log as JSON lines, in time order; returns the number of records.
    ///
    /// # Errors
    /// What `out` reports, or cancellation.
    pub fn write_log(&self, out: &mut dyn Write, progress: &Progress) -> Result<u64, WriteError> {
        output::lines(&mut Days::new(self), out, progress)
    }

    /// Writes the log as CSV with the same names; returns the number of records.
    ///
    /// # Errors
    /// As [`World::write_log`].
    pub fn write_csv(&self, out: &mut dyn Write, progress: &Progress) -> Result<u64, WriteError> {
        output::csv(&mut Days::new(self), out, progress)
    }

    /// Writes the log as Parquet with the same names, times as milliseconds in UTC; returns the
    /// number of records.
    ///
    /// # Errors
    /// As [`World::write_log`].
    pub fn write_parquet(
        &self,
        out: impl Write + Send,
        progress: &Progress,
    ) -> Result<u64, WriteError> {
        output::parquet(&mut Days::new(self), out, progress)
    }

    /// The accounts table of the contract, one row an account.
    pub fn accounts_csv(&self) -> String {
        tables::accounts_csv(self)
    }

    /// The releases table of the contract.
    pub fn releases_csv(&self) -> String {
        tables::releases_csv(self)
    }

    /// What each account truly is: role, class, name, network, and the two hypotheses.
    pub fn labels_csv(&self) -> String {
        tables::labels_csv(self)
    }
}

/// The days of a world: when things happen, and how a record is written.
struct Days<'a> {
    days: u32,
    scheduler: Scheduler<'a>,
    recorder: Recorder<'a>,
}

impl<'a> Days<'a> {
    fn new(world: &'a World) -> Self {
        let days = world.calendar.days;
        Self { days, scheduler: Scheduler::new(world), recorder: Recorder::new(world) }
    }
}

impl output::Days for Days<'_> {
    type Call = world::Event;

    fn count(&self) -> u32 {
        self.days
    }

    fn day(&mut self, day: u32, out: &mut Vec<world::Event>) {
        self.scheduler.day(day, out);
    }

    fn write(&self, event: &world::Event, out: &mut Vec<u8>) {
        self.recorder.write(event, out);
    }
}

#[cfg(test)]
mod tests;
