//! `stillwatch verify`: every hash again, of a case or of an evidence package.

use serde_json::json;

use super::case_file;
use super::exit::{Outcome, Usage};
use super::export_args::VerifyArgs;
use super::out::{bytes, count, note, print_json, visible};
use super::progress::Reporter;
use crate::report::{self, Signature, SignedBy};
use crate::store::Check;

/// Checks, and names what differs.
///
/// # Errors
/// When something cannot be read at all; a difference is no error but status 3.
pub fn run(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let is_package = args.path.is_dir() || report::is_package(&args.path);
    if is_package { package(args, reporter) } else { case(args, reporter) }
}

fn package(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let signed_by = args.signed_by.as_deref().map(SignedBy::read).transpose()?;
    let found = report::verify_signed(&args.path, signed_by.as_ref(), &reporter.progress)?;
    reporter.pause();
    if args.json {
        let mut value = serde_json::to_value(&found)?;
        value["intact"] = found.is_intact().into();
        print_json(&value)?;
    }
    for difference in &found.differences {
        note(&format!("{}: {}", difference.file, difference.what));
    }
    match &found.signature {
        Signature::Absent | Signature::Invalid => {}
        Signature::Unchecked { key } => note(&format!(
            "signed with the key {key}, as it says: `--signed-by` with the public key tells"
        )),
        Signature::Valid { key, comment } => {
            let comment = comment.replace('\t', ", ");
            note(&format!("the manifest is signed with the key {key}: {}", visible(&comment)));
        }
    }
    let files = count(found.files, "file", "files");
    if !found.redaction.is_empty() {
        note(&format!(
            "redacted: {} The journal's chain cannot be checked here: `stillwatch verify CASE` does",
            found.redaction
        ));
    }
    if found.is_intact() {
        let size = bytes(found.bytes);
        let hash = match found.content_hash.as_str() {
            "" => "no content hash: the report came alone".to_owned(),
            hash => format!("content hash {hash}"),
        };
        note(&format!("intact: {files}, {size}, {hash}"));
        return Ok(Outcome::Done);
    }
    let differences = count(found.differences.len() as u64, "difference", "differences");
    note(&format!("not intact: {differences} in {}", args.path.display()));
    Ok(Outcome::Difference)
}

fn case(args: &VerifyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    if args.signed_by.is_some() && args.path.exists() {
        let why = "--signed-by: packages are signed, cases are not; their journal is chained";
        return Err(Usage(why.into()).into());
    }
    let checks = match case_file::open(&args.path) {
        Ok(case) => case.verify(&reporter.progress)?,
        // Cut short or overwritten: that is what was asked.
        Err(error) if error.is_damage() => {
            vec![Check { what: "file structure".into(), problem: Some(error.finding()) }]
        }
        Err(error) => return Err(error.into()),
    };
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
