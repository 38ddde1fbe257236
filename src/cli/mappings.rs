//! `stillwatch mappings`: how logs are read, saved under names.

use serde_json::json;

use super::args::MappingsArgs;
use super::exit::Outcome;
use super::out::{count, note, print, print_json, visible};
use crate::case::{SavedMappings, read_mapping};

/// Lists, prints, takes in or removes.
///
/// # Errors
/// A name that is not saved, a file that is no mapping, a folder that cannot be written.
pub fn run(args: &MappingsArgs) -> anyhow::Result<Outcome> {
    let saved = SavedMappings::of_user()?;
    match (&args.name, &args.add) {
        (Some(name), Some(file)) => {
            let replaced = saved.save(name, &read_mapping(file)?)?;
            let did = if replaced { "replaced" } else { "saved" };
            note(&format!("{did} the mapping \"{name}\""));
        }
        (Some(name), None) if args.remove => {
            saved.remove(name)?;
            note(&format!("removed the mapping \"{name}\""));
        }
        (Some(name), None) => {
            let toml = saved.read(name)?.to_toml();
            print(|out| write!(out, "{toml}"))?;
        }
        (None, _) => list(&saved, args.json)?,
    }
    Ok(Outcome::Done)
}

fn list(saved: &SavedMappings, as_json: bool) -> anyhow::Result<()> {
    let (mappings, errors) = saved.list();
    for error in &errors {
        note(&error.to_string());
    }
    if as_json {
        let one = |s: &crate::case::SavedMapping| json!({ "name": s.name, "mapping": s.mapping });
        print_json(&mappings.iter().map(one).collect())?;
        return Ok(());
    }
    if mappings.is_empty() {
        note("no mapping is saved; `stillwatch inspect LOG --save-mapping NAME` saves one");
    }
    print(|out| {
        for one in &mappings {
            let fields = count(one.mapping.fields.len() as u64, "field", "fields");
            writeln!(
                out,
                "{:<24}  {}, {fields}",
                visible(&one.name),
                visible(&one.mapping.format)
            )?;
        }
        Ok(())
    })?;
    Ok(())
}
