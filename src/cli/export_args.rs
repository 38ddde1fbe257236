//! What `stillwatch export` and `stillwatch verify` can be asked for.

use std::path::PathBuf;

use clap::Args;

use super::args::no_option;
use crate::report::{Profile, Section};

/// `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// The folder to write, or one file where it ends in .zip; an earlier package there is replaced
    #[arg(long, value_name = "DIR|ZIP")]
    pub out: PathBuf,
    /// Only the records that fulfil this filter [default: the whole case]
    #[arg(long, value_name = "SELECTION", allow_hyphen_values = true, value_parser = no_option)]
    pub select: Option<String>,
    /// Only these outputs: pdf, csv, figures, json, gexf, stix [default: all but json, and pdf where the build has it]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Without these sections of the report, which says so: activity, findings, flagged,
    /// hypotheses, terms, actions, attribution
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = section)]
    pub without: Vec<Section>,
    /// The title of the report
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Hide what others must not see: pseudonymise, mask-prompts, subnets, several joined by +, or
    /// metadata-only
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub redact: Option<Profile>,
    /// The key that pseudonyms are made with: read, or made where there is no such file; it must
    /// not leave with the package [default: DIR.key, beside the package]
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub key: Option<PathBuf>,
    /// Sign the manifest with this secret key of minisign; its password, if it has one, is read from
    /// STILLWATCH_SIGN_PASSWORD
    #[arg(long, value_name = "FILE")]
    pub sign: Option<PathBuf>,
    /// What stands at the head and foot of every page, such as a classification
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub banner: String,
    /// Who prepares it, as the report and the journal say [default: STILLWATCH_ACTOR, else the name
    /// of the user]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The time the package carries, RFC 3339 [default: SOURCE_DATE_EPOCH, else now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A case, or an evidence package: its folder or zip file
    #[arg(value_name = "CASE|DIR|ZIP")]
    pub path: PathBuf,
    /// It must bear the signature of this public key of minisign, or of the key in this file
    #[arg(long, value_name = "KEY|FILE", allow_hyphen_values = true)]
    pub signed_by: Option<String>,
    /// Print what was checked as JSON
    #[arg(long)]
    pub json: bool,
}

/// Reads the name of a section.
fn section(text: &str) -> Result<Section, String> {
    let known = || Section::ALL.map(Section::as_str).join(", ");
    Section::parse(text.trim()).ok_or_else(|| format!("no such section; there are {}", known()))
}

/// Reads a profile; the message names those there are.
fn profile(text: &str) -> Result<Profile, String> {
    Profile::parse(text).map_err(|e| e.to_string())
}
