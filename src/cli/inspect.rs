//! `stillwatch inspect`: what files are recognised as. Nothing is imported.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::args::InspectArgs;
use super::exit::{Outcome, Usage};
use super::import::reading;
use super::out::{bytes, grouped, note, print, print_json, visible};
use super::progress::Reporter;
use crate::case::inputs::expand;
use crate::case::{ImportOptions, Look, SavedMappings};
use crate::ingest::source::Source;
use crate::ingest::{Archive, IngestError, Inspection, Mapping, Member, Opened};
use crate::job::Progress;
use crate::model::Granularity;

/// Records that would be rejected, as many as are shown.
const REJECTS: usize = 5;

/// Looks at every file.
///
/// # Errors
/// When an input cannot be walked; a file that is no log makes the status 1.
pub fn run(args: &InspectArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let mut looking = Looking {
        options: reading(&args.reading)?,
        saved: SavedMappings::of_user().ok(),
        json: (args.json || args.toml).then(Vec::new),
        seen: (args.save_mapping.is_some() || args.toml).then(Vec::new),
        outcome: Outcome::Done,
    };
    for input in expand(&args.logs)? {
        reporter.progress.check()?;
        match Opened::open(&input.path) {
            Ok(Opened::Log(source)) => looking.source(*source, input.walked)?,
            Ok(Opened::Archive(archive)) => looking.archive(archive, &reporter.progress)?,
            Err(error) => looking.failed(&input.path, &error, input.walked),
        }
    }
    if let Some(found) = looking.json.filter(|_| args.json) {
        print_json(&Value::Array(found))?;
    }
    if let Some(seen) = &looking.seen {
        let mapping = only_mapping(seen)?;
        if let Some(name) = &args.save_mapping {
            save(name, &mapping)?;
        }
        if args.toml {
            print(|out| write!(out, "{}", mapping.to_toml()))?;
        }
    }
    Ok(looking.outcome)
}

/// Looking at files and at what is in them.
struct Looking {
    options: ImportOptions,
    saved: Option<SavedMappings>,
    /// What is printed at the end, for machines.
    json: Option<Vec<Value>>,
    /// The logs, where how one is read is to be saved.
    seen: Option<Vec<Inspection>>,
    outcome: Outcome,
}

impl Looking {
    fn source(&mut self, source: Source, walked: bool) -> anyhow::Result<()> {
        let path = source.path.clone();
        if let Some(kind) = self.options.table(&source) {
            let shown = visible(&path.to_string_lossy());
            match &mut self.json {
                Some(found) => found.push(json!({ "path": path, "table": kind.title() })),
                None => print(|out| writeln!(out, "{shown}  {}\n", kind.title()))?,
            }
            return Ok(());
        }
        match Look::of(source, &self.options, self.saved.as_ref()) {
            Ok(one) => self.log(one),
            Err(error) => {
                self.failed(&path, &error, walked);
                Ok(())
            }
        }
    }

    fn log(&mut self, one: Look) -> anyhow::Result<()> {
        if let Some(why) = &one.inspection.unusable {
            self.outcome = Outcome::Partial;
            note(&format!("{}: {why}", one.path.display()));
        }
        match &mut self.json {
            Some(found) => found.push(as_json(&one)?),
            None => print(|out| as_text(&one, out))?,
        }
        if let Some(seen) = &mut self.seen {
            seen.push(one.inspection);
        }
        Ok(())
    }

    /// Every member, as a file of a folder.
    fn archive(&mut self, archive: Archive, progress: &Progress) -> anyhow::Result<()> {
        let (title, size) = (archive.title(), archive.bytes);
        let mut members = archive.members();
        let path = members.path().to_owned();
        match &mut self.json {
            Some(found) => found.push(json!({ "path": path, "archive": title, "bytes": size })),
            None => {
                let shown = visible(&path.to_string_lossy());
                print(|out| writeln!(out, "{shown}  {title} ({})\n", bytes(size)))?;
            }
        }
        while let Some(member) = members.next(progress)? {
            match member {
                Member::Log(source) => self.source(*source, true)?,
                Member::Left(member, why) => {
                    self.note(&member, &format!("{}: {why}", member.display()))
                }
                Member::Failed(member, error) => self.failed(&member, &error, member != path),
                Member::End(_) => break,
            }
        }
        Ok(())
    }

    fn failed(&mut self, path: &Path, error: &IngestError, walked: bool) {
        if !(walked && error.is_no_log()) {
            self.outcome = Outcome::Partial;
        }
        self.note(path, &error.to_string());
    }

    fn note(&mut self, path: &Path, why: &str) {
        if let Some(found) = &mut self.json {
            found.push(json!({ "path": path, "error": why }));
        }
        note(why);
    }
}

/// How the one file that was looked at is read, for files with the same columns.
fn only_mapping(seen: &[Inspection]) -> anyhow::Result<Mapping> {
    let [seen] = seen else {
        let why = "a mapping says how one log is read; name one log that can be read";
        return Err(Usage(why.to_owned()).into());
    };
    let mapping = Mapping::from_toml(&seen.mapping).map_err(anyhow::Error::msg)?;
    Ok(mapping.for_files_with(seen.paths.iter().map(|path| path.path.clone()).collect()))
}

fn save(name: &str, mapping: &Mapping) -> anyhow::Result<()> {
    let replaced = SavedMappings::of_user()?.save(name, mapping)?;
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
    writeln!(out, "{path}  ({}, {})", bytes(found.bytes), found.compression)?;
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
    let untimed = match seen.without_time {
        0 => String::new(),
        n => format!(", {n} without a time"),
    };
    let sampled = seen.sampled;
    writeln!(
        out,
        "  of {sampled} records looked at: {kinds}{untimed}{empty}, {rejected} rejected"
    )?;
    for reject in seen.rejects.iter().take(REJECTS) {
        writeln!(out, "    line {}, byte {}: {}", reject.line, reject.byte_offset, reject.reason)?;
    }
    if let Some(more) = rejected.checked_sub(REJECTS).filter(|more| *more > 0) {
        writeln!(out, "    and {more} more")?;
    }
    Ok(())
}
