//! `stillwatch flag` and `stillwatch note`: the same edits the window makes, journalled the same
//! way.

use std::path::Path;

use serde_json::json;

use super::args::{ConfidenceArg, FlagArgs, NoteArgs, VerdictArg};
use super::author::author;
use super::case_file;
use super::exit::{Outcome, Usage};
use super::out::{note, print_json};
use super::progress::Reporter;
use crate::case::{Author, Edit, OpenCase};
use crate::index::matching_accounts;
use crate::model::filter::{Filter, FilterError, is_open, time_text};
use crate::model::{Confidence, TimeSpan, Verdict};

/// Records a verdict or tags.
///
/// # Errors
/// When the selection is empty or not a filter, or the case cannot be written.
pub fn flag(args: &FlagArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let confidence = match args.confidence {
        ConfidenceArg::Low => Confidence::Low,
        ConfidenceArg::Medium => Confidence::Medium,
        ConfidenceArg::High => Confidence::High,
    };
    if args.verdict == Some(VerdictArg::None) && !args.reason.is_empty() {
        let why = "--reason: no verdict, no reason; `stillwatch note` writes one down";
        return Err(Usage(why.into()).into());
    }
    let verdict = |verdict| Some((verdict, confidence, args.reason.as_str()));
    let verdict = args.verdict.map(|given| match given {
        VerdictArg::Suspicious => verdict(Verdict::Suspicious),
        VerdictArg::Watch => verdict(Verdict::Watch),
        VerdictArg::Cleared => verdict(Verdict::Cleared),
        VerdictArg::None => None,
    });
    edit(&args.case, &args.selection, args.json, reporter, |case, accounts, author| {
        let tags = args.tag.iter().map(|tag| (tag, true));
        let untags = args.untag.iter().map(|tag| (tag, false));
        let mut edits = Vec::new();
        if let Some(verdict) = verdict {
            edits.push(Edit::verdict(case.annotations(), accounts, verdict, author));
        }
        for (tag, present) in tags.chain(untags) {
            edits.push(Edit::tag(case.annotations(), accounts, tag, present));
        }
        edits
    })
}

/// Writes a note: on the range, where the selection is nothing but a range of time, else on the
/// accounts it selects.
///
/// # Errors
/// As [`flag`].
pub fn write_note(args: &NoteArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    if args.text.trim().is_empty() {
        return Err(Usage("the note is empty".into()).into());
    }
    let filter = parse(&args.selection)?;
    if let Some(span) = only_time(&filter) {
        let mut case = open(&args.case, reporter)?;
        let author = author()?;
        let edit = Edit::time_note(span, &args.text, case.next_time_note_id(), &author);
        let titles = make(&mut case, vec![edit], &author)?;
        case.close().map_err(anyhow::Error::msg)?;
        let said = json!({ "range": time_text(span), "edits": titles });
        return report(&titles, args.json.then_some(said), reporter);
    }
    edit(&args.case, &args.selection, args.json, reporter, |case, accounts, author| {
        vec![Edit::note(accounts, &args.text, case.next_note_id(), author)]
    })
}

/// The range of a filter that asks for nothing else and has both ends.
fn only_time(filter: &Filter) -> Option<TimeSpan> {
    let span = filter.time.filter(|_| filter.expr.is_none() && filter.granularity.is_none())?;
    (!is_open(span.start) && !is_open(span.end) && span.len_us() > 0).then_some(span)
}

/// Opens a case to change it.
pub(super) fn open(path: &Path, reporter: &Reporter) -> anyhow::Result<OpenCase> {
    let file = case_file::open_to_write(path, &reporter.progress)?;
    Ok(OpenCase::from_file(file, &reporter.progress)?)
}

/// Makes edits; the titles of those that change anything.
pub(super) fn make(
    case: &mut OpenCase,
    edits: Vec<Edit>,
    author: &Author,
) -> anyhow::Result<Vec<String>> {
    let titles = edits.iter().filter(|edit| !edit.is_empty()).map(|edit| edit.title.clone());
    let titles = titles.collect();
    for edit in edits {
        case.edit(edit, author.clone())?;
    }
    Ok(titles)
}

/// Says what was changed.
pub(super) fn report(
    titles: &[String],
    json: Option<serde_json::Value>,
    reporter: &Reporter,
) -> anyhow::Result<Outcome> {
    reporter.pause();
    if let Some(json) = json {
        print_json(&json)?;
    }
    match titles {
        [] => note("nothing to change: that is what the case says already"),
        titles => titles.iter().for_each(|title| note(title)),
    }
    Ok(Outcome::Done)
}

/// Makes edits on the accounts of a selection and waits until they are on disk.
fn edit(
    path: &Path,
    selection: &str,
    json: bool,
    reporter: &Reporter,
    edits: impl FnOnce(&OpenCase, &[String], &Author) -> Vec<Edit>,
) -> anyhow::Result<Outcome> {
    let filter = parse(selection)?;
    let mut case = open(path, reporter)?;
    let accounts = accounts(&case, &filter, selection)?;
    let author = author()?;
    let edits = edits(&case, &accounts, &author);
    let titles = make(&mut case, edits, &author)?;
    case.close().map_err(anyhow::Error::msg)?;
    let said = json!({ "accounts": accounts, "edits": titles });
    report(&titles, json.then_some(said), reporter)
}

/// The filter of a selection.
///
/// # Errors
/// [`Usage`] with the place of the mistake.
pub fn parse(selection: &str) -> Result<Filter, Usage> {
    if selection.trim().is_empty() {
        // An unset variable in a script must not mean everybody.
        let all = "the selection is empty; `account:*` selects every account";
        return Err(Usage(all.to_owned()));
    }
    Filter::parse(selection).map_err(|error| Usage(format!("the selection: {error}")))
}

/// Why a selection has no answer: what was asked, or a case that cannot be read.
pub fn unanswered(error: FilterError) -> anyhow::Error {
    let of_case = error.is_of_case;
    let words = format!("the selection: {error}");
    if of_case { anyhow::Error::msg(words) } else { Usage(words).into() }
}

/// The accounts of a selection, by id, in order; never none.
///
/// # Errors
/// When there is none, or the filter cannot be evaluated.
pub(super) fn accounts(
    case: &OpenCase,
    filter: &Filter,
    selection: &str,
) -> anyhow::Result<Vec<String>> {
    let positions = matching_accounts(filter, &case.index, case.lists()).map_err(unanswered)?;
    let names = case.index.accounts();
    let mut accounts: Vec<String> = positions.iter().map(|i| names[*i as usize].clone()).collect();
    accounts.sort_unstable();
    anyhow::ensure!(
        !accounts.is_empty(),
        "no account in this case fulfils {selection}; `stillwatch query CASE \
         \"SELECT account_id FROM view_account\"` lists them"
    );
    Ok(accounts)
}
