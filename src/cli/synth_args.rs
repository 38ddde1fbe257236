//! The arguments of `synth`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `synth`.
#[derive(Debug, Args)]
pub struct SynthArgs {
    /// The folder to write into
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Exchanges, exactly so many [default: that of the scenario]
    #[arg(long, value_name = "N")]
    pub events: Option<u64>,
    /// Accounts [default: that of the scenario]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub accounts: Option<u32>,
    /// Another seed gives another world of the same kind
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub seed: u64,
    /// sample: four weeks with two hidden networks; benign: the same without them; large: 45 days
    /// at the published scale; benchmark: 60 days with the campaigns C01 to C12, evasions and the
    /// look-alikes L01 to L19
    #[arg(long, value_name = "NAME", value_enum, default_value = "sample")]
    #[arg(hide_possible_values = true)]
    pub scenario: ScenarioArg,
    /// Benchmark: percent of the accounts that belong to campaigns, 0 to 20 (5, 1 and 0.1 are its
    /// arms); 0: only look-alikes and background, so that any finding of others than L12, who act
    /// as one and harvest nothing, is a false one [default: 5]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub prevalence: Option<f64>,
    /// Benchmark: evasions to plant, each as variants of C02, C04 and C07: E1 jitter, E2 reworded
    /// templates, E3 random balancer, E4 nothing shared, E5 70 % unrelated traffic, E6 half the
    /// rate, E7 office hours, E8 slow pivot, E9 metadata stripped, all of them at once, or none
    /// [default: as many as there is room for]
    #[arg(long, value_name = "E1,E2,…", value_delimiter = ',')]
    pub evasion: Option<Vec<String>>,
    /// Benchmark: the generator of ordinary traffic and the wording of campaigns: tuning, or
    /// holdout, with other rate distributions, session shapes, gap families and templates, to
    /// report what was tuned on the first [default: tuning]
    #[arg(long, value_name = "NAME", value_enum, hide_possible_values = true)]
    pub background: Option<BackgroundArg>,
    /// Benchmark: how much the export carries: 0 time, account, model, tokens, status; 1 and
    /// addresses, clients, sessions; 2 and attributes of accounts; 3 and hashes of prompts; 4 and
    /// texts; 5 and reasoning blocks, cache counters, errors, bans [default: 5]
    #[arg(long, value_name = "0-5", value_parser = clap::value_parser!(u8).range(0..=5))]
    pub tier: Option<u8>,
    /// How the log is written: jsonl, csv or parquet
    #[arg(long, value_name = "KIND", value_enum, default_value = "jsonl")]
    #[arg(hide_possible_values = true)]
    pub format: LogArg,
    /// How the log is packed: none, gz or zst
    #[arg(long, value_name = "KIND", value_enum, default_value = "none")]
    #[arg(hide_possible_values = true)]
    pub compress: CompressArg,
}

/// What a log is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogArg {
    /// JSON lines
    Jsonl,
    /// A table with a header
    Csv,
    /// Parquet, packed inside
    Parquet,
}

/// The worlds that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScenarioArg {
    /// 60,000 exchanges of 1,200 accounts in four weeks, two hidden networks
    Sample,
    /// The same without the networks: any finding is a false one
    Benign,
    /// 16 million exchanges of 24,000 accounts in 45 days
    Large,
    /// 200,000 exchanges of 2,000 accounts in 60 days, everything the benchmark plants
    Benchmark,
}

/// The generators of ordinary traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BackgroundArg {
    /// Log-normal rates, conversations with gamma gaps
    Tuning,
    /// Pareto rates, clumps of Weibull gaps, spells of days, other wordings
    Holdout,
}

/// A share in percent, 0 to 20.
fn percent(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(percent) if (0.0..=20.0).contains(&percent) => Ok(percent),
        _ => Err("a number from 0 to 20".into()),
    }
}

/// How a log is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompressArg {
    /// Plain
    None,
    /// gzip
    Gz,
    /// zstd
    Zst,
}
