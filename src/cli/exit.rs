//! How the program ends: exit statuses and the last words on standard error.

use std::io;
use std::process::ExitCode;

use super::out::note;

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything asked for was done.
    Done,
    /// Part of it was done; what was not has been said.
    Partial,
    /// `verify` found a difference.
    Difference,
}

/// A request that cannot be meant: wrong usage although the arguments parse.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// The exit status of a command; says on standard error why it failed.
pub fn code(result: anyhow::Result<Outcome>, cancelled: bool) -> ExitCode {
    let error = match result {
        Ok(Outcome::Done) => return ExitCode::SUCCESS,
        Ok(Outcome::Partial) => return ExitCode::from(1),
        Ok(Outcome::Difference) => return ExitCode::from(3),
        Err(error) => error,
    };
    // Whoever reads our output may stop reading: `stillwatch query … | head` has not failed.
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    if cancelled {
        note("cancelled; nothing was left half-written");
        return ExitCode::from(130);
    }
    note(&format!("stillwatch: {error:#}"));
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
