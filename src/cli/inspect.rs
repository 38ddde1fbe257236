//! `stillwatch inspect`: what files are recognised as. Nothing is imported.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::args::InspectArgs;
use super::exit::{Outcome, Usage};
use super::import::reading;
use super::out::{bytes, grouped, note, print, print_json, visible};
use super::progress::Reporter;
use crate::case::inputs::expand;
use crate::case::{Look, SavedMappings};
use crate::ingest::{Inspection, Mapping};
use crate::model::Granularity;

/// Records that would be rejected, as many as are shown.
const REJECTS: usize = 5;

/// Looks at every file.
///
/// # Errors
/// When an input cannot be walked; a file that is no log makes the status 1.
pub fn run(args: &InspectArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = reading(&args.reading)?;
    let saved = SavedMappings::of_user().ok();
    let mut outcome = Outcome::Done;
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for input in expand(&args.logs)? {
        reporter.progress.check()?;
        let path = &input.path;
        if let Some(kind) = options.table(&input) {
            let shown = visible(&path.to_string_lossy());
            match args.json {
                true => found.push(json!({ "path": path, "table": kind.title() })),
                false => print(|out| writeln!(out, "{shown}  {}\n", kind.title()))?,
            }
            continue;
        }
        match Look::at(path, &options, saved.as_ref()) {
            Ok(one) => {
                if let Some(why) = &one.inspection.unusable {
                    outcome = Outcome::Partial;
                    note(&format!("{}: {why}", path.display()));
                }
                match args.json {
                    true => found.push(as_json(&one)?),
                    false => print(|out| as_text(&one, out))?,
                }
                seen.push(one.inspection);
            }
            Err(error) => {
                if !(input.walked && error.is_no_log()) {
                    outcome = Outcome::Partial;
                }
                found.push(json!({ "path": path, "error": error.to_string() }));
                note(&error.to_string());
            }
        }
    }
    if args.json {
        print_json(&Value::Array(found))?;
    }
    if let Some(name) = &args.save_mapping {
        save(name, &seen)?;
    }
    Ok(outcome)
}

/// Saves how the one file that was looked at is read.
fn save(name: &str, seen: &[Inspection]) -> anyhow::Result<()> {
    let [seen] = seen else {
        let why = "--save-mapping saves how one log is read; name one log that can be read";
        return Err(Usage(why.to_owned()).into());
    };
    let mapping = Mapping::from_toml(&seen.mapping).map_err(anyhow::Error::msg)?;
    let columns = seen.paths.iter().map(|path| path.path.clone()).collect();
    let replaced = SavedMappings::of_user()?.save(name, &Mapping { columns, ..mapping })?;
    let did = if replaced { "replaced" } else { "saved" };
    note(&format!("{did} the mapping \"{name}\"; `--mapping '{name}'` uses it"));
    Ok(())
}

/// As serialised, with path and packing, and rows as objects.
fn as_json(found: &Look) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(&found.inspection)?;
    let object = |row: &Vec<(String, String)>| {
        let fields = row.iter().map(|(field, text)| (field.clone(), Value::from(text.as_str())));
        Value::Object(fields.collect())
    };
    value["rows"] = found.inspection.rows.iter().map(object).collect();
    for (shown, record) in found.inspection.records.iter().enumerate() {
        value["records"][shown]["row"] = object(&record.row);
        value["records"][shown]["values"] = object(&record.values);
    }
    value["path"] = found.path.to_string_lossy().into();
    value["misfit"] = found.misfit.as_deref().into();
    value["saved_mappings"] = found.offered.clone().into();
    value["bytes"] = found.bytes.into();
    value["compression"] = found.compression.as_str().into();
    value["problem"] = found.problem.as_deref().into();
    Ok(value)
}

fn as_text(found: &Look, out: &mut dyn Write) -> io::Result<()> {
    let seen = &found.inspection;
    let path = found.path.to_string_lossy();
    let path = visible(&path);
    writeln!(out, "{path}  ({}, {})", bytes(found.bytes), found.compression.as_str())?;
    if let Some(problem) = &found.problem {
        writeln!(out, "  not read to its end: {problem}")?;
    }
    writeln!(out, "  {} ({}), {:.0} % sure", seen.title, seen.format, seen.confidence * 100.0)?;
    writeln!(out, "  because {}", visible(&seen.why))?;
    if let Some((format, confidence)) = &seen.next_best {
        writeln!(out, "  next best: {format}, {:.0} %", confidence * 100.0)?;
    }
    if let Some(why) = &found.misfit {
        writeln!(out, "  beware: {}", visible(why))?;
    }
    if !found.offered.is_empty() {
        let names: Vec<String> = found.offered.iter().map(|name| format!("'{name}'")).collect();
        writeln!(out, "  saved for such columns: --mapping {}", names.join(" or "))?;
    }
    let records = match (seen.complete, seen.estimated_records) {
        (true, Some(all)) => format!("{} records", grouped(all)),
        (false, Some(about)) => format!("about {} records", grouped(about)),
        (_, None) => format!("more than {} records", grouped(seen.sampled)),
    };
    writeln!(out, "  {}, {records}; times without a zone are {}", seen.container, seen.timezone)?;
    writeln!(out, "  fields")?;
    for field in seen.fields.iter().filter(|field| field.from.is_some()) {
        let from = visible(field.from.as_deref().unwrap_or_default());
        let share = field.present * 100.0;
        let example = visible(field.values.first().map_or("", String::as_str));
        writeln!(out, "    {:<20} {share:>3.0} %  {example:<32}  {from}", field.field)?;
    }
    counts(seen, out)?;
    writeln!(out)
}

fn counts(seen: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    let kinds = Granularity::ALL.into_iter().zip(seen.granularity).filter(|(_, n)| *n > 0);
    let kinds: Vec<String> = kinds.map(|(kind, n)| format!("{n} {}", kind.word(n))).collect();
    let rejected = seen.rejects.len();
    let kinds = if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
    let empty = match seen.empty {
        0 => String::new(),
        n => format!(", {n} in which nothing was counted"),
    };
    writeln!(out, "  of {} records looked at: {kinds}{empty}, {rejected} rejected", seen.sampled)?;
    for reject in seen.rejects.iter().take(REJECTS) {
        writeln!(out, "    line {}, byte {}: {}", reject.line, reject.byte_offset, reject.reason)?;
    }
    if let Some(more) = rejected.checked_sub(REJECTS).filter(|more| *more > 0) {
        writeln!(out, "    and {more} more")?;
    }
    Ok(())
}
