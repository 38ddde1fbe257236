//! `stillwatch templates`: the prompts of a case grouped into templates.

use std::io;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::author::author;
use super::case_file;
use super::exit::Outcome;
use super::out::{count, grouped, note, print, print_json};
use super::progress::Reporter;
use super::table::Table;
use crate::case::{OpenCase, find_templates, last_event, templates_due};
use crate::model::{Piece, Template, TemplateRun, Time};
use crate::store::{CaseFile, Mode, StoredTemplates};

/// `templates`.
#[derive(Debug, Args)]
pub struct TemplatesArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Look for them again, also where nothing came in since or they are damaged
    #[arg(long)]
    pub rebuild: bool,
    /// Print them as JSON, with slots and what stands in them
    #[arg(long)]
    pub json: bool,
}

/// Lists the templates of a case. Looks for them first where that was not done, or where records
/// came in since.
///
/// # Errors
/// When the case cannot be read or written.
pub fn run(args: &TemplatesArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let file = case_file::open(&args.case)?;
    let due = templates_due(file.template_run()?.as_ref(), last_event(&file)?);
    drop(file);
    if args.rebuild || due.is_some() {
        // Locked before the work: it takes minutes, and whoever has the case would make it vain.
        let file = CaseFile::open(&args.case, Mode::ReadWrite)?;
        let case = OpenCase::from_file(file, &reporter.progress)?;
        let found = find_templates(&case.texts, &case.index, &reporter.progress)?;
        case.take_templates(found, author()?)?;
        case.close().map_err(anyhow::Error::msg)?;
    }
    let file = case_file::open(&args.case)?;
    let stored =
        file.stored_templates().context("`stillwatch templates --rebuild` finds them again");
    reporter.pause();
    let Some(StoredTemplates { run, all: templates, .. }) = stored? else {
        anyhow::bail!("no templates were looked for");
    };
    if args.json {
        print_json(&as_json(&run, &templates))?;
        return Ok(Outcome::Done);
    }
    note(&summary(&run, templates.len()));
    print(|out| as_text(&templates, out))?;
    Ok(Outcome::Done)
}

/// What the templates cover.
fn summary(run: &TemplateRun, templates: usize) -> String {
    let mut text = format!(
        "{} over {} of {}; {} of no template",
        count(templates as u64, "template", "templates"),
        grouped(run.in_templates),
        count(run.prompts, "prompt", "prompts"),
        count(run.prompts - run.in_templates.min(run.prompts), "prompt", "prompts"),
    );
    if run.prompts < run.rows {
        let without = count(run.rows - run.prompts, "record", "records");
        text += &format!("\n{without} without a prompt in the case");
    }
    if run.left_out > 0 {
        let more = count(run.left_out, "template", "templates");
        text += &format!("\n{more} more, of fewer prompts, are not kept and count as none");
    }
    text
}

fn as_text(templates: &[Template], out: &mut dyn io::Write) -> io::Result<()> {
    let columns = ["Template", "Records", "Accounts", "First seen", "Last seen", "Text"];
    let columns = columns.map(String::from);
    let mut table = Table::default();
    for template in templates {
        let time = |time: Time| time.known().map_or("absent".into(), |time| time.to_string());
        let cells = vec![
            template.id.to_string(),
            grouped(template.rows),
            grouped(template.accounts),
            time(template.first_seen),
            time(template.last_seen),
            template.short(),
        ];
        table.row(&columns, cells, out)?;
    }
    table.end(&columns, out)
}

fn as_json(run: &TemplateRun, templates: &[Template]) -> Value {
    let time = |time: Time| time.known().map(|time| time.to_string());
    let piece = |piece: &Piece| match piece {
        Piece::Fixed(text) => json!({ "fixed": text }),
        Piece::Slot(slot) => json!({ "slot": {
            "distinct": slot.distinct, "estimate": !slot.exact, "examples": slot.examples,
        }}),
    };
    let template = |t: &Template| {
        json!({
            "template": t.id, "text": t.short(), "events": t.rows, "accounts": t.accounts,
            "first_seen": time(t.first_seen), "last_seen": time(t.last_seen),
            "pieces": t.pieces.iter().map(piece).collect::<Vec<_>>(),
        })
    };
    json!({
        "version": run.version, "parameters": run.parameters, "up_to": run.up_to,
        "events": run.rows, "prompts": run.prompts, "in_templates": run.in_templates,
        "left_out": run.left_out,
        "templates": templates.iter().map(template).collect::<Vec<_>>(),
    })
}
