//! Rows as aligned columns, without holding a long result in memory.

use std::io::{self, Write};

use super::out::visible;

/// Rows that decide how wide the columns are.
const MEASURED: usize = 200;
/// No column is padded to more than this, characters.
const WIDEST: usize = 60;

/// A table in the making.
#[derive(Debug, Default)]
pub struct Table {
    held: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl Table {
    /// Takes a row; the first ones are held back until the widths are known.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn row(
        &mut self,
        columns: &[String],
        cells: Vec<String>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if !self.widths.is_empty() {
            return self.line(&cells, out);
        }
        self.held.push(cells);
        if self.held.len() == MEASURED { self.begin(columns, out) } else { Ok(()) }
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn end(&mut self, columns: &[String], out: &mut dyn Write) -> io::Result<()> {
        if self.widths.is_empty() { self.begin(columns, out) } else { Ok(()) }
    }

    fn begin(&mut self, columns: &[String], out: &mut dyn Write) -> io::Result<()> {
        let width = |text: &String| visible(text).chars().count();
        self.widths = (0..columns.len())
            .map(|c| {
                let cells = self.held.iter().map(|row| width(&row[c])).max().unwrap_or(0);
                cells.max(width(&columns[c])).min(WIDEST)
            })
            .collect();
        self.line(columns, out)?;
        let rules: Vec<String> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        self.line(&rules, out)?;
        for row in std::mem::take(&mut self.held) {
            self.line(&row, out)?;
        }
        Ok(())
    }

    fn line(&self, cells: &[String], out: &mut dyn Write) -> io::Result<()> {
        let padded = cells.iter().zip(&self.widths).map(|(cell, width)| {
            let text = visible(cell);
            let pad = width.saturating_sub(text.chars().count());
            text + &" ".repeat(pad)
        });
        let line = padded.collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_moves_the_cursor() {
        let mut out = Vec::new();
        let mut table = Table::default();
        let columns = ["id".to_owned(), "name".to_owned()];
        table.row(&columns, vec!["1".into(), "a\nb\u{1b}[2J".into()], &mut out).unwrap();
        table.row(&columns, vec!["100".into(), "c".into()], &mut out).unwrap();
        table.end(&columns, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "id   name\n───  ───────\n1    a b [2J\n100  c\n");
    }
}
