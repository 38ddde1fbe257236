//! `stillwatch detectors`: what is looked for, what each needs and what it cannot see.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use super::exit::Outcome;
use super::out::{print, print_json};
use crate::detect::{Definition, Voice, registry};
use crate::model::finding::Hypothesis;

/// `detectors`.
#[derive(Debug, Args)]
pub struct DetectorsArgs {
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the registry.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &DetectorsArgs) -> anyhow::Result<Outcome> {
    let all = || registry::all().iter().map(|detector| detector.definition());
    if args.json {
        print_json(&Value::Array(all().map(as_json).collect()))?;
    } else {
        print(|out| all().try_for_each(|definition| as_text(definition, out)))?;
    }
    Ok(Outcome::Done)
}

fn as_json(d: &Definition) -> Value {
    json!({
        "id": d.id,
        "version": d.version,
        "title": d.title,
        "family": d.family.as_str(),
        "strength": d.strength.as_str(),
        "speaks_to": questions(d, Voice::Full),
        "hints_at": questions(d, Voice::Hint),
        "sees": d.sees,
        "cannot_see": d.cannot_see,
        "needs": d.needs.iter().map(|need| need.words()).collect::<Vec<_>>(),
        "parameters": d.parameters.iter().map(|p| json!({
            "name": p.name, "default": p.default, "reason": p.reason,
        })).collect::<Vec<_>>(),
        "source": d.source,
    })
}

/// The questions it speaks to in this way.
fn questions(d: &Definition, voice: Voice) -> Vec<&'static str> {
    d.speaks_to.with(voice).map(Hypothesis::as_str).collect()
}

fn as_text(d: &Definition, out: &mut dyn Write) -> io::Result<()> {
    let speaks_to = questions(d, Voice::Full).join(", ");
    let hints = match questions(d, Voice::Hint) {
        none if none.is_empty() => String::new(),
        some => format!("; hints at: {}", some.join(", ")),
    };
    let (family, strength) = (d.family.as_str(), d.strength.as_str());
    writeln!(out, "{}  {} (version {})", d.id, d.title, d.version)?;
    writeln!(out, "     {family}, {strength}; speaks to: {speaks_to}{hints}")?;
    let needs: Vec<String> = d.needs.iter().map(|need| need.words()).collect();
    let needs = if needs.is_empty() { "nothing beyond accounts".into() } else { needs.join("; ") };
    for (label, text) in
        [("sees", d.sees), ("cannot see", d.cannot_see), ("needs", &needs), ("source", d.source)]
    {
        writeln!(out, "     {label}: {text}")?;
    }
    for p in d.parameters {
        writeln!(out, "     {} = {}: {}", p.name, p.default, p.reason)?;
    }
    writeln!(out)
}
