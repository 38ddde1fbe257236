//! `stillwatch inspect`: what files are recognised as. Nothing is imported.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::args::InspectArgs;
use super::exit::Outcome;
use super::import::reading;
use super::out::{bytes, grouped, note, print, print_json, visible};
use super::progress::Reporter;
use crate::case::ImportOptions;
use crate::case::import::recognise;
use crate::case::inputs::expand;
use crate::ingest::inspect::{Inspection, inspect};
use crate::ingest::source::Source;
use crate::ingest::{Archive, Head, IngestError, Member, Opened};
use crate::job::Progress;
use crate::model::Granularity;

/// Records that would be rejected, as many as are shown.
const REJECTS: usize = 5;

/// What was found in one file.
struct Found {
    path: String,
    bytes: u64,
    /// Packing and encoding.
    compression: String,
    inspection: Inspection,
    /// Why it can be read only so far, where that shows in its first bytes.
    problem: Option<String>,
}

/// Looks at every file.
///
/// # Errors
/// When an input cannot be walked; a file that is no log makes the status 1.
pub fn run(args: &InspectArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = reading(&args.reading)?;
    let mut looking = Looking { options, json: args.json.then(Vec::new), outcome: Outcome::Done };
    for input in expand(&args.logs)? {
        reporter.progress.check()?;
        match Opened::open(&input.path) {
            Ok(Opened::Log(source)) => looking.source(source, input.walked)?,
            Ok(Opened::Archive(archive)) => looking.archive(archive, &reporter.progress)?,
            Err(error) => looking.failed(&input.path, &error, input.walked),
        }
    }
    if let Some(found) = looking.json {
        print_json(&Value::Array(found))?;
    }
    Ok(looking.outcome)
}

/// Looking at files and at what is in them.
struct Looking {
    options: ImportOptions,
    /// What is printed at the end, for machines.
    json: Option<Vec<Value>>,
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
        match (look(source, &self.options), &mut self.json) {
            (Ok(one), Some(found)) => found.push(as_json(&one)?),
            (Ok(one), None) => print(|out| as_text(&one, out))?,
            (Err(error), _) => self.failed(&path, &error, walked),
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

fn look(source: Source, options: &ImportOptions) -> Result<Found, IngestError> {
    let path = &source.path;
    let detection = recognise(&source, options)?;
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let head = Head { bytes: source.head(), complete: source.head_is_all(), file_name: &file_name };
    // Not known of what is packed, before it is unpacked, and of what is no file.
    let compression = source.packing();
    let is_known = compression == "none" && source.bytes > 0;
    let total = is_known.then_some(source.bytes);
    Ok(Found {
        path: path.display().to_string(),
        bytes: source.bytes,
        compression,
        inspection: inspect(&head, &detection, &detection.options()?, total)?,
        problem: source.problem().map(str::to_owned),
    })
}

/// As serialised, with path and packing, and rows as objects.
fn as_json(found: &Found) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(&found.inspection)?;
    let rows = found.inspection.rows.iter().map(|row| {
        let fields = row.iter().map(|(field, text)| (field.clone(), Value::from(text.as_str())));
        Value::Object(fields.collect())
    });
    value["rows"] = rows.collect();
    value["path"] = found.path.as_str().into();
    value["bytes"] = found.bytes.into();
    value["compression"] = found.compression.as_str().into();
    value["problem"] = found.problem.as_deref().into();
    Ok(value)
}

fn as_text(found: &Found, out: &mut dyn Write) -> io::Result<()> {
    let seen = &found.inspection;
    let path = visible(&found.path);
    writeln!(out, "{path}  ({}, {})", bytes(found.bytes), found.compression)?;
    if let Some(problem) = &found.problem {
        writeln!(out, "  not read to its end: {problem}")?;
    }
    writeln!(out, "  {} ({}), {:.0} % sure", seen.title, seen.format, seen.confidence * 100.0)?;
    writeln!(out, "  because {}", visible(&seen.why))?;
    if let Some((format, confidence)) = &seen.next_best {
        writeln!(out, "  next best: {format}, {:.0} %", confidence * 100.0)?;
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
