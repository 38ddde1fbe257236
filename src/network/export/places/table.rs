//! Places of a table with a header: `label`, `name` or `id`, and `x` and `y`.
//!
//! Cells as of RFC 4180. No row is held as a whole: one may have as many cells as the file has bytes.

use std::borrow::Cow;

use super::{Gathered, NUMBERS, Problem, line_at, number, short};
use crate::network::export::upright;

/// What may stand between cells; a comma last, which the others may have within numbers.
const BETWEEN: [char; 3] = ['\t', ';', ','];

/// Columns that a node may be called by; the first that is not empty counts.
const NAMES: [&str; 3] = ["label", "name", "id"];

/// Reads a table.
pub(super) fn read(text: &str, gathered: &mut Gathered) -> Result<(), Problem> {
    for between in BETWEEN {
        let mut cells = Cells { text, at: 0, between };
        let Some(header) = Header::of(&mut cells) else { continue };
        while cells.skip_lines() {
            let at = cells.at;
            let (label, place) = header.row(&mut cells).map_err(|what| {
                let line = line_at(text.as_bytes(), at);
                Problem::new(line, what, NUMBERS)
            })?;
            gathered.put(label, place)?;
        }
        return Ok(());
    }
    Err(no_graph(text))
}

fn no_graph(text: &str) -> Problem {
    let what = match text.trim_start().lines().next() {
        None => "The file is empty.".to_owned(),
        Some(line) => format!(
            "The file is neither GEXF nor GraphML nor a table with columns label, x and y: it begins \
             with {}.",
            short(line)
        ),
    };
    Problem::new(0, what, "Choose a graph that was saved with places of nodes.")
}

/// Which columns are which.
struct Header {
    names: [Option<usize>; 3],
    x: usize,
    y: usize,
}

impl Header {
    /// The first row, if it has what is needed.
    fn of(cells: &mut Cells<'_>) -> Option<Self> {
        let (mut names, mut x, mut y) = ([None; 3], None, None);
        cells.skip_lines();
        cells.each(|at, cell| {
            let is = |name: &str| cell.trim().eq_ignore_ascii_case(name);
            let named = names.iter_mut().zip(NAMES).filter(|(_, name)| is(name));
            let column = named.map(|(column, _)| column).next();
            let column = column.or(is("x").then_some(&mut x)).or(is("y").then_some(&mut y));
            if let Some(column) = column {
                column.get_or_insert(at);
            }
        });
        let is_named = names.iter().any(Option::is_some);
        is_named.then_some(Self { names, x: x?, y: y? })
    }

    /// The label and place of a row; a sentence where a coordinate is no number.
    fn row(&self, cells: &mut Cells<'_>) -> Result<(String, Option<[f32; 2]>), String> {
        let mut label: Option<(usize, String)> = None;
        let (mut x, mut y) = (Ok(None), Ok(None));
        cells.each(|at, cell| {
            match at {
                at if at == self.x => x = number(&cell),
                at if at == self.y => y = number(&cell),
                _ => {}
            }
            let rank = self.names.iter().position(|column| *column == Some(at));
            let Some(rank) = rank.filter(|_| !cell.is_empty()) else { return };
            if label.as_ref().is_none_or(|(best, _)| rank < *best) {
                label = Some((rank, cell.into_owned()));
            }
        });
        let place = x?.zip(y?).map(|(x, y)| upright([x, y]));
        Ok((label.map(|(_, label)| label).unwrap_or_default(), place))
    }
}

/// Cells of a table from some byte of it on.
struct Cells<'a> {
    text: &'a str,
    at: usize,
    between: char,
}

impl<'a> Cells<'a> {
    /// Passes over empty lines; whether a row follows.
    fn skip_lines(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        self.at < self.text.len()
    }

    /// Passes over a row and hands out its cells, with their positions.
    fn each(&mut self, mut take: impl FnMut(usize, Cow<'a, str>)) {
        for at in 0.. {
            take(at, self.cell());
            if !self.rest().starts_with(self.between) {
                return;
            }
            self.at += self.between.len_utf8();
        }
    }

    /// Passes over a cell, up to what ends it.
    fn cell(&mut self) -> Cow<'a, str> {
        if !self.rest().starts_with('"') {
            return Cow::Borrowed(self.upto(&[self.between, '\r', '\n']));
        }
        self.at += 1;
        let mut cell = self.upto(&['"']).to_owned();
        self.at += usize::from(self.rest().starts_with('"'));
        // A quote that stands twice is one.
        while self.rest().starts_with('"') {
            let from = self.at;
            self.at += 1;
            self.upto(&['"']);
            cell.push_str(self.text.get(from..self.at).unwrap_or_default());
            self.at += usize::from(self.rest().starts_with('"'));
        }
        cell.push_str(self.upto(&[self.between, '\r', '\n']));
        Cow::Owned(cell)
    }

    /// Passes over what stands before one of these characters, or the rest.
    fn upto(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}
