//! `stillwatch export`: the evidence package.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::author::{author, moment};
use super::case_file;
use super::edit::{accounts, parse};
use super::exit::{Outcome, Usage};
use super::export_args::ExportArgs;
use super::out::{bytes, count, note, print_json};
use super::progress::Reporter;
use crate::case::OpenCase;
use crate::model::filter::Filter;
use crate::report::{self, ExportOptions, Output, Redaction, Signer};

/// Writes the package: all of it or nothing.
///
/// # Errors
/// When the case cannot be read, the selection is no filter or names no account, or the folder
/// holds something else.
pub fn run(args: &ExportArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let mut author = author()?;
    if let Some(at) = &args.at {
        author.at = moment(at)?;
    }
    if let Some(name) = &args.by {
        author.actor = name.trim().to_owned();
    }
    let filter = args.select.as_deref().map_or(Ok(Filter::everything()), parse)?;
    let mut options = ExportOptions::new(author.at, author.actor);
    options.title.clone_from(&args.title);
    options.banner.clone_from(&args.banner);
    options.without = args.without.iter().copied().collect();
    if !args.only.is_empty() {
        options.only = outputs(&args.only)?;
    }
    if let Some(key) = &args.sign {
        let password = std::env::var("STILLWATCH_SIGN_PASSWORD").ok();
        options.signer = Some(Signer::read(key, password.as_deref())?);
    }
    let case = OpenCase::from_file(case_file::open(&args.case)?, &reporter.progress)?;
    if let Some(selection) = &args.select {
        accounts(&case, &filter, selection)?;
    }
    let new_key;
    (options.redaction, new_key) = redaction(args)?;
    let (progress, index) = (&reporter.progress, &case.index);
    let made = report::export_case(&case.path, index, &filter, &args.out, &options, progress);
    if let (Err(_), Some(key)) = (&made, &new_key) {
        // A key of no package is of no use to anybody.
        let _ = std::fs::remove_file(key);
    }
    let report::Package { manifest, unrecorded } = made?;
    reporter.pause();
    if let Some(why) = unrecorded {
        note(&format!("the journal of the case does not know of this export: {why}"));
    }
    if let Some(key) = new_key {
        let key = key.display();
        note(&format!("made the key {key}: keep it apart; who has it can undo the pseudonyms"));
    }
    if args.json {
        print_json(&serde_json::to_value(&manifest)?)?;
    }
    let size = manifest.files.iter().map(|file| file.bytes).sum();
    let files = count((manifest.files.len() + options.unlisted()) as u64, "file", "files");
    let out = args.out.display();
    note(&format!("wrote {files}, {}, to {out}", bytes(size)));
    if args.only.is_empty() && cfg!(not(feature = "pdf")) {
        note("without report.pdf: this build has no page setter (`--features pdf`)");
    }
    let check = format!("check it with `stillwatch verify {out}`");
    note(&match manifest.has_content_hash() {
        true => format!("content hash {}; {check}", manifest.content_hash),
        false => check,
    });
    if let Some(signer) = &options.signer {
        note(&format!("signed with the key {}, in {}", signer.id(), report::SIGNATURE));
    }
    Ok(Outcome::Done)
}

/// What is hidden, and where a key lies that was made for it.
fn redaction(args: &ExportArgs) -> anyhow::Result<(Option<Redaction>, Option<PathBuf>)> {
    let Some(profile) = args.redact.filter(|profile| !profile.is_none()) else {
        return Ok((None, None));
    };
    let path = args.key.clone().unwrap_or_else(|| report::key_beside(&args.out));
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if absolute(&path).starts_with(absolute(&args.out)) {
        let why = format!("--key {}: a key must not lie in the package", path.display());
        return Err(Usage(why).into());
    }
    let (key, is_new) = report::read_or_make_key(&path)?;
    Ok((Some(Redaction { profile, key }), is_new.then_some(path)))
}

fn outputs(names: &[String]) -> Result<BTreeSet<Output>, Usage> {
    let known = Output::ALL.map(Output::as_str).join(", ");
    let parse = |name: &String| {
        Output::parse(name.trim())
            .ok_or_else(|| Usage(format!("--only {name}: no such output; there are {known}")))
    };
    names.iter().map(parse).collect()
}
