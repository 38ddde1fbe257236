//! `stillwatch verify`: every hash again, of a case or of an evidence package.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use anyhow::bail;
use serde_json::json;

use super::args::VerifyArgs;
use super::case_file;
use super::exit::Outcome;
use super::out::{bytes, count, note, print_json};
use super::progress::Reporter;
use crate::job::Progress;
use crate::report::{self, VerifyReport};

/// How often a check that goes on is asked whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(80);

/// Checks, and names what differs.
///
/// # Errors
/// When something cannot be read at all; a difference is no error but status 3.
pub fn run(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    if args.path.is_dir() { package(args, reporter) } else { case(args, reporter) }
}

fn package(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let found = checked(&args.path, &reporter.progress)?;
    reporter.pause();
    if args.json {
        let mut value = serde_json::to_value(&found)?;
        value["intact"] = found.is_intact().into();
        print_json(&value)?;
    }
    for difference in &found.differences {
        note(&format!("{}: {}", difference.file, difference.what));
    }
    let files = count(found.files, "file", "files");
    if found.is_intact() {
        let size = bytes(found.bytes);
        note(&format!("intact: {files}, {size}, content hash {}", found.content_hash));
        return Ok(Outcome::Done);
    }
    let differences = count(found.differences.len() as u64, "difference", "differences");
    note(&format!("not intact: {differences} in {}", args.path.display()));
    Ok(Outcome::Difference)
}

/// Checks a package on a thread of its own: the check only reads and cannot be told to stop, so
/// on Ctrl+C it is left where it is.
fn checked(path: &Path, progress: &Progress) -> anyhow::Result<VerifyReport> {
    progress.set_phase(format!("checking {}", path.display()), 0);
    let (sender, found) = sync_channel(1);
    let path = path.to_owned();
    // Nobody listens any more once the check was given up.
    thread::spawn(move || sender.send(report::verify(&path)));
    loop {
        progress.check()?;
        match found.recv_timeout(PATIENCE) {
            Ok(found) => return Ok(found?),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the check ended without a result"),
        }
    }
}

fn case(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let case = case_file::open(&args.path)?;
    let checks = case.verify(&reporter.progress)?;
    reporter.pause();
    let failed = checks.iter().filter(|check| check.problem.is_some()).count() as u64;
    if args.json {
        let checks: Vec<_> = checks
            .iter()
            .map(|check| json!({ "what": check.what, "problem": check.problem }))
            .collect();
        print_json(&json!({ "intact": failed == 0, "checks": checks }))?;
    }
    for check in &checks {
        match &check.problem {
            Some(problem) => note(&format!("{}: {problem}", check.what)),
            None => note(&format!("{}: ok", check.what)),
        }
    }
    if failed == 0 {
        return Ok(Outcome::Done);
    }
    note(&format!("not intact: {}", count(failed, "check failed", "checks failed")));
    Ok(Outcome::Difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_of_a_package_can_be_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let progress = Progress::default();
        progress.cancel();
        let error = checked(folder.path(), &progress).unwrap_err();
        assert!(error.is::<crate::job::Cancelled>(), "{error}");
        assert!(progress.phase().starts_with("checking "));
    }
}
