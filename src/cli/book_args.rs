//! What `stillwatch book` can be asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::model::book::{Part, Status};

/// `book`.
#[derive(Debug, Args)]
pub struct BookArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// What to write; nothing lists what is there
    #[command(subcommand)]
    pub write: Option<Writing>,
    /// Print what is there as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// What is written into the case book.
#[derive(Debug, Subcommand)]
pub enum Writing {
    /// Add a claim that could turn out to be wrong
    Hypothesis {
        /// The claim
        #[arg(value_name = "CLAIM")]
        claim: String,
        /// How it stands
        #[command(flatten)]
        standing: Standing,
    },
    /// Keep the records of a filter as evidence, with how many they are now
    Evidence {
        /// What it shows
        #[arg(value_name = "TITLE")]
        title: String,
        /// Which records
        #[arg(long, value_name = "SELECTION", allow_hyphen_values = true, default_value = "")]
        select: String,
        /// What it proves, or does not
        #[arg(long, value_name = "TEXT", default_value = "")]
        remark: String,
    },
    /// Add something to do
    Task {
        /// What
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Write a part of the report that only a person can: predication, contrary, actions or
    /// attribution; an empty text takes it out
    Words {
        /// Which part
        #[arg(value_name = "PART", value_parser = part)]
        part: Part,
        /// The words
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Add clauses of terms of use
    Terms {
        /// A TOML file with a table `[[term]]` for each clause [default: a starting point of
        /// clauses that were public in 2026, none of them checked]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Change an entry
    Change {
        /// Its number, as listed
        #[arg(value_name = "ENTRY")]
        id: u64,
        /// Of a hypothesis
        #[command(flatten)]
        standing: Standing,
        /// A task is done
        #[arg(long)]
        done: bool,
        /// A clause was compared with its text on this day, as 2026-04-16
        #[arg(long, value_name = "DAY")]
        checked: Option<String>,
    },
    /// Take an entry out; the journal keeps it
    Remove {
        /// Its number, as listed
        #[arg(value_name = "ENTRY")]
        id: u64,
    },
}

/// How a hypothesis stands.
#[derive(Debug, Args)]
pub struct Standing {
    /// open, supported, undecided or rejected
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub status: Option<Status>,
    /// Evidence that speaks for it, by number
    #[arg(long = "for", value_name = "ENTRY", value_delimiter = ',')]
    pub supports: Vec<u64>,
    /// Evidence that speaks against it, by number
    #[arg(long, value_name = "ENTRY", value_delimiter = ',')]
    pub against: Vec<u64>,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    pub remark: Option<String>,
}

fn part(name: &str) -> Result<Part, String> {
    let known = Part::ALL.map(Part::as_str).join(", ");
    Part::parse(name).ok_or_else(|| format!("no such part; there are {known}"))
}

fn status(name: &str) -> Result<Status, String> {
    let known = Status::ALL.map(Status::as_str).join(", ");
    Status::parse(name).ok_or_else(|| format!("no such status; there are {known}"))
}
