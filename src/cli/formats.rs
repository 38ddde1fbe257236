//! `stillwatch formats`: what can be read.

use serde_json::json;

use super::args::FormatsArgs;
use super::exit::Outcome;
use super::out::{print, print_json};
use crate::ingest::FORMATS;

/// Lists the formats, most specific first.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &FormatsArgs) -> anyhow::Result<Outcome> {
    if args.json {
        let formats = FORMATS.iter().map(|format| {
            json!({
                "id": format.id(),
                "title": format.title(),
                "containers": format.containers(),
                "doc": format.doc(),
            })
        });
        print_json(&formats.collect())?;
        return Ok(Outcome::Done);
    }
    print(|out| {
        for format in FORMATS {
            writeln!(out, "{}  {}", format.id(), format.title())?;
            writeln!(out, "    as {}", format.containers())?;
            for line in wrapped(format.doc(), 84) {
                writeln!(out, "    {line}")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "Each plain, .gz or .zst; recognised by content, whatever the name.")
    })?;
    Ok(Outcome::Done)
}

/// The text in lines of at most `width` characters, broken at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_at_spaces() {
        assert_eq!(wrapped("a bb ccc dddd", 6), ["a bb", "ccc", "dddd"]);
        assert!(wrapped("", 6).is_empty());
    }
}
