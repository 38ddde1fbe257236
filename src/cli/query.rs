//! `stillwatch query`: one read-only SQL statement.

use std::io::{self, BufWriter, Write};

use serde_json::Value;

use super::args::{QueryArgs, RowFormat};
use super::case_file;
use super::exit::Outcome;
use super::progress::Reporter;
use super::table::Table;
use crate::model::text::hex;
use crate::store::Cell;

/// Runs the statement and prints its rows as they come.
///
/// # Errors
/// When the case cannot be read or the statement is wrong or would change something.
pub fn run(args: &QueryArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let case = case_file::open(&args.case)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer::new(args.format);
    let mut failed = Ok(());
    let columns = case.query(&args.sql, &reporter.progress, |columns, cells| {
        failed = printer.row(columns, cells, &mut out);
        failed.is_ok()
    })?;
    failed?;
    printer.end(&columns, &mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Writes rows in one of the formats.
enum Printer {
    Table(Table),
    Csv {
        begun: bool,
    },
    /// With the keys of an object, once it has begun.
    Json {
        keys: Option<Vec<String>>,
    },
}

impl Printer {
    fn new(format: RowFormat) -> Self {
        match format {
            RowFormat::Table => Self::Table(Table::default()),
            RowFormat::Csv => Self::Csv { begun: false },
            RowFormat::Json => Self::Json { keys: None },
        }
    }

    fn row(&mut self, columns: &[String], cells: &[Cell], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table(table) => table.row(columns, cells.iter().map(text).collect(), out),
            Self::Csv { begun } => {
                if !*begun {
                    *begun = true;
                    csv_line(columns.iter().cloned(), out)?;
                }
                csv_line(cells.iter().map(text), out)
            }
            Self::Json { keys } => {
                out.write_all(if keys.is_some() { b",\n  " } else { b"[\n  " })?;
                let keys = keys.get_or_insert_with(|| unique(columns));
                let object: serde_json::Map<String, Value> =
                    keys.iter().cloned().zip(cells.iter().map(value)).collect();
                Ok(serde_json::to_writer(out, &object)?)
            }
        }
    }

    /// Closes what was begun; a result without rows still has its columns.
    fn end(&mut self, columns: &[String], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table(table) => table.end(columns, out),
            Self::Csv { begun: false } => csv_line(columns.iter().cloned(), out),
            Self::Csv { .. } => Ok(()),
            Self::Json { keys } => out.write_all(if keys.is_some() { b"\n]\n" } else { b"[]\n" }),
        }
    }
}

/// The names of columns as keys of an object: of several of one name each has its own.
fn unique(columns: &[String]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let numbered = (2..).map(|n| format!("{column}_{n}"));
        let free = |key: &String| !keys.contains(key) && (key == column || !columns.contains(key));
        let key = std::iter::once(column.clone()).chain(numbered).find(free);
        keys.extend(key);
    }
    keys
}

fn csv_line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.map(|cell| neutral(&cell)))?;
    let line = writer.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    out.write_all(&line)
}

/// A cell that a spreadsheet would run as a formula gets a leading `'`; plain numbers do not.
fn neutral(cell: &str) -> String {
    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if starts && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Blob(bytes) => hex(bytes),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => (*number).into(),
        Cell::Real(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Blob(bytes) => hex(bytes).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_numbers_are_not() {
        assert_eq!(neutral("=1+1"), "'=1+1");
        assert_eq!(neutral("@x"), "'@x");
        assert_eq!(neutral("-1.5"), "-1.5");
        assert_eq!(neutral("-x"), "'-x");
        assert_eq!(neutral("plain"), "plain");
    }

    #[test]
    fn columns_of_one_name_are_all_in_an_object() {
        let columns = ["a", "b", "a", "a_2", "a"].map(str::to_owned);
        assert_eq!(unique(&columns), ["a", "b", "a_3", "a_2", "a_4"]);
    }

    #[test]
    fn every_format_prints_columns_even_without_rows() {
        let columns = ["a".to_owned(), "b".to_owned()];
        let print = |format, rows: &[Vec<Cell>]| {
            let mut out = Vec::new();
            let mut printer = Printer::new(format);
            for row in rows {
                printer.row(&columns, row, &mut out).unwrap();
            }
            printer.end(&columns, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let row = vec![Cell::Integer(1), Cell::Text("x,y".into())];
        assert_eq!(print(RowFormat::Csv, std::slice::from_ref(&row)), "a,b\r\n1,\"x,y\"\r\n");
        assert_eq!(print(RowFormat::Csv, &[]), "a,b\r\n");
        assert_eq!(print(RowFormat::Json, &[row]), "[\n  {\"a\":1,\"b\":\"x,y\"}\n]\n");
        assert_eq!(print(RowFormat::Json, &[]), "[]\n");
        assert!(print(RowFormat::Table, &[]).starts_with("a  b\n"));
    }
}
