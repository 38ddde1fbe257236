//! `stillwatch reread`: the rejects of a source, read again with another mapping.

use super::args::RereadArgs;
use super::author::author;
use super::case_file;
use super::exit::Outcome;
use super::import::{reading, say};
use super::progress::Reporter;
use crate::case::{self, ImportOptions, rejected_log};

/// Reads them again; what can be read now becomes a source of its own.
///
/// # Errors
/// When there is nothing to read again, or nothing of it can be read.
pub fn run(args: &RereadArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = ImportOptions { rejects_of: Some(args.source), ..reading(&args.reading)? };
    let author = author()?;
    case_file::mend(&args.case)?;
    let folder = tempfile::tempdir()?;
    let log = rejected_log(&args.case, args.source, folder.path(), &reporter.progress)?;
    let logs = [log.path];
    let report = case::import(&args.case, &logs, &options, &author, &reporter.progress)?;
    say(&report, args.json, reporter)
}
