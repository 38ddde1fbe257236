//! Places of nodes that another program chose, read by label.
//!
//! GEXF ([`viz:position`](https://gexf.net/viz.html)), GraphML (the data `x` and `y` that Gephi,
//! igraph and networkx write; yEd's `y:Geometry`, which counts before them) and tables with a header.
//! y points up in all of them but in yEd's; what is read has y pointing down.

mod graph;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The most places that are kept: a file with more was not drawn from a case.
const MOST: usize = 1_000_000;

/// Where nodes stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Places by label, finite, in the unit of the file; y points down.
    pub of: BTreeMap<String, [f32; 2]>,
    /// How many nodes have no place, or nothing that they are called by.
    pub without: usize,
    /// How many labels stand in more than one place: the first counts.
    pub doubled: usize,
}

/// Why places could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// What is wrong, a sentence.
    pub what: String,
    /// What to do about it, a sentence.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, what, hint } = self;
        match line {
            0 => write!(f, "{what} {hint}"),
            line => write!(f, "Line {line}: {what} {hint}"),
        }
    }
}

impl std::error::Error for Problem {}

impl Problem {
    fn new(line: usize, what: impl Into<String>, hint: &str) -> Self {
        Self { line, what: what.into(), hint: hint.into() }
    }
}

/// Reads the places of a file, whose format its content says.
///
/// # Errors
/// What is wrong with it: no graph, broken, a coordinate that is no finite number, no place at all.
pub fn read(bytes: &[u8]) -> Result<Places, Problem> {
    let text = text(bytes)?;
    let mut gathered = Gathered::default();
    match text.trim_start().starts_with('<') {
        true => graph::read(text, &mut gathered)?,
        false => table::read(text, &mut gathered)?,
    }
    gathered.finish()
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let hint = "Save it as UTF-8.";
    if is_wide(bytes) {
        return Err(Problem::new(0, "The file is UTF-16 or UTF-32.", hint));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    str::from_utf8(bytes).map_err(|error| {
        let what = "The file has bytes that are not UTF-8.";
        Problem::new(line_at(bytes, error.valid_up_to()), what, hint)
    })
}

/// Whether characters take two or four bytes: the file says so, or half of its first character is 0.
fn is_wide(bytes: &[u8]) -> bool {
    let is_marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    is_marked || matches!(bytes, [0, ..] | [_, 0, ..])
}

/// The line of a byte, from 1.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// A coordinate; nothing where there is none. A comma may stand for the point.
///
/// # Errors
/// A sentence.
fn number(text: &str) -> Result<Option<f32>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = text.parse().or_else(|_| text.replacen(',', ".", 1).parse::<f32>());
    match value {
        Ok(value) if value.is_finite() => Ok(Some(value)),
        Ok(_) => Err(format!("The coordinate {} is not finite or too large.", short(text))),
        Err(_) => Err(format!("The coordinate {} is no number.", short(text))),
    }
}

const NUMBERS: &str = "Give every node numbers such as 12.5 for x and y, or none.";

/// The beginning of a text, quoted.
fn short(text: &str) -> String {
    format!("“{}”", printed(text, 60))
}

/// The beginning of a text on one line, with what cannot be seen written out.
fn printed(text: &str, most: usize) -> String {
    let begin = text.chars().take(most).map(|c| match c {
        '\'' | '"' | '\\' => c.to_string(),
        _ => c.escape_debug().to_string(),
    });
    let rest = text.chars().nth(most).map(|_| "…".to_owned());
    begin.chain(rest).collect()
}

/// What has been read so far.
#[derive(Default)]
struct Gathered {
    places: Places,
    doubled: BTreeSet<String>,
}

impl Gathered {
    /// Takes a node.
    ///
    /// # Errors
    /// There are too many.
    fn put(&mut self, label: String, place: Option<[f32; 2]>) -> Result<(), Problem> {
        let Some(place) = place.filter(|_| !label.is_empty()) else {
            self.places.without += 1;
            return Ok(());
        };
        match self.places.of.get(&label) {
            Some(first) if *first != place => {
                self.doubled.insert(label);
            }
            Some(_) => {}
            None if self.places.of.len() == MOST => {
                let what = format!("The file has more than {MOST} places.");
                return Err(Problem::new(0, what, "Leave out nodes that are not of the case."));
            }
            None => {
                self.places.of.insert(label, place);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Places, Problem> {
        let Self { places, doubled } = self;
        if places.of.is_empty() {
            let what = match places.without {
                0 => "The file has no nodes.".to_owned(),
                1 => "The file's only node has no place.".to_owned(),
                without => format!("None of the {without} nodes of the file has a place."),
            };
            let hint = "Lay the graph out before you save it, with places of nodes.";
            return Err(Problem::new(0, what, hint));
        }
        Ok(Places { doubled: doubled.len(), ..places })
    }
}

#[cfg(test)]
mod tests;
