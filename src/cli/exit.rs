//! How the program ends: exit statuses and the last words on standard error.

use std::io;
use std::process::ExitCode;

use super::out::note;

/// Status of a command that was asked to stop: 128 and the number of the signal of Ctrl+C.
const CANCELLED: u8 = 130;

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything asked for was done.
    Done,
    /// Part of it was done; what was not has been said.
    Partial,
    /// `verify` found a difference.
    Difference,
    /// It was cancelled when what had been done so far was worth keeping, which has been said.
    Cancelled,
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
        Ok(Outcome::Cancelled) => return ExitCode::from(CANCELLED),
        Err(error) => error,
    };
    // Whoever reads our output may stop reading: `stillwatch query … | head` has not failed.
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    if cancelled {
        note("cancelled; nothing was left half-written");
        return ExitCode::from(CANCELLED);
    }
    note(&format!("stillwatch: {}", said(&error)));
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}

/// An error with its causes, without those whose words are in it already: most of ours name the
/// cause themselves.
fn said(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let cause = || io::Error::other("no such file");
        let open = crate::ingest::IngestError::Open { path: "x".into(), source: cause() };
        assert_eq!(said(&anyhow::Error::new(open)), "cannot open x: no such file");
        let context = anyhow::Error::new(cause()).context("cannot read the mapping");
        assert_eq!(said(&context), "cannot read the mapping: no such file");
    }
}
