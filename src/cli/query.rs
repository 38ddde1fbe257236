//! `stillwatch query`: one read-only SQL statement.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use serde_json::Value;

use super::args::{QueryArgs, RowFormat};
use super::case_file;
use super::edit::unanswered;
use super::exit::Outcome;
use super::progress::Reporter;
use super::table::Table;
use crate::case::OpenCase;
use crate::index::{self, Index, Mask};
use crate::model::text::hex;
use crate::report::csv;
use crate::store::Cell;

/// Runs the statement and prints its rows as they come.
///
/// # Errors
/// When the case cannot be read or the statement is wrong or would change something.
pub fn run(args: &QueryArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let case = case_file::open(&args.case)?;
    let selected = args.select.as_deref().map(|text| selected(args, text, reporter)).transpose()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer::new(args.format, &mut out);
    let mut failed = Ok(());
    let mut print = |columns: &[String], cells: &[Cell]| {
        failed = printer.row(columns, cells);
        failed.is_ok()
    };
    let progress = &reporter.progress;
    let columns = match &selected {
        None => case.query(&args.sql, None, progress, &mut print)?,
        Some((index, rows)) => {
            let mut events = rows.rows().map(|row| index.event_id(row));
            case.query(&args.sql, Some(&mut events), progress, &mut print)?
        }
    };
    failed?;
    printer.end(&columns)?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// The records that fulfil a filter, as the window and `export` understand it.
fn selected(
    args: &QueryArgs,
    text: &str,
    reporter: &Reporter,
) -> anyhow::Result<(Arc<Index>, Mask)> {
    let filter = super::edit::parse(text)?;
    let case = OpenCase::from_file(case_file::open(&args.case)?, &reporter.progress)?;
    let rows = index::compile(&filter, &case.index, case.lists()).map_err(unanswered)?;
    Ok((case.index.clone(), rows))
}

/// Writes rows in one of the formats.
enum Printer<'o> {
    Table(Table, &'o mut dyn Write),
    Csv {
        table: Box<csv::Table<&'o mut dyn Write>>,
        begun: bool,
    },
    /// With the keys of an object, once it has begun.
    Json {
        out: &'o mut dyn Write,
        keys: Option<Vec<String>>,
    },
}

impl<'o> Printer<'o> {
    fn new(format: RowFormat, out: &'o mut dyn Write) -> Self {
        match format {
            RowFormat::Table => Self::Table(Table::default(), out),
            RowFormat::Csv => Self::Csv { table: Box::new(csv::Table::over(out)), begun: false },
            RowFormat::Json => Self::Json { out, keys: None },
        }
    }

    fn row(&mut self, columns: &[String], cells: &[Cell]) -> io::Result<()> {
        match self {
            Self::Table(table, out) => {
                table.row(columns, cells.iter().map(Cell::text).collect(), out)
            }
            Self::Csv { table, begun } => {
                if !*begun {
                    *begun = true;
                    table.header(columns)?;
                }
                cells.iter().try_for_each(|cell| table.value(cell))?;
                table.end_row()
            }
            Self::Json { out, keys } => {
                out.write_all(if keys.is_some() { b",\n  " } else { b"[\n  " })?;
                let keys = keys.get_or_insert_with(|| unique(columns));
                let object: serde_json::Map<String, Value> =
                    keys.iter().cloned().zip(cells.iter().map(value)).collect();
                Ok(serde_json::to_writer(out, &object)?)
            }
        }
    }

    /// Closes what was begun; a result without rows still has its columns.
    fn end(self, columns: &[String]) -> io::Result<()> {
        match self {
            Self::Table(mut table, out) => table.end(columns, out),
            Self::Csv { mut table, begun } => {
                if !begun {
                    table.header(columns)?;
                }
                table.finish().map(|_| ())
            }
            Self::Json { out, keys } => {
                out.write_all(if keys.is_some() { b"\n]\n" } else { b"[]\n" })
            }
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

    fn print(format: RowFormat, rows: &[Vec<Cell>]) -> String {
        let columns = ["a".to_owned(), "b".to_owned()];
        let mut out = Vec::new();
        let mut printer = Printer::new(format, &mut out);
        for row in rows {
            printer.row(&columns, row).unwrap();
        }
        printer.end(&columns).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_are_neutralised_as_in_packages_and_numbers_are_not() {
        let text = |t: &str| Cell::Text(t.into());
        let rows = [vec![text("=1+1"), Cell::Real(-1.5)], vec![text("x;=cmd"), Cell::Integer(-2)]];
        assert_eq!(print(RowFormat::Csv, &rows), "a,b\r\n'=1+1,-1.5\r\nx;'=cmd,-2\r\n");
    }

    #[test]
    fn columns_of_one_name_are_all_in_an_object() {
        let columns = ["a", "b", "a", "a_2", "a"].map(str::to_owned);
        assert_eq!(unique(&columns), ["a", "b", "a_3", "a_2", "a_4"]);
    }

    #[test]
    fn every_format_prints_columns_even_without_rows() {
        let row = vec![Cell::Integer(1), Cell::Text("x,y".into())];
        assert_eq!(print(RowFormat::Csv, std::slice::from_ref(&row)), "a,b\r\n1,\"x,y\"\r\n");
        assert_eq!(print(RowFormat::Csv, &[]), "a,b\r\n");
        assert_eq!(print(RowFormat::Json, &[row]), "[\n  {\"a\":1,\"b\":\"x,y\"}\n]\n");
        assert_eq!(print(RowFormat::Json, &[]), "[]\n");
        assert!(print(RowFormat::Table, &[]).starts_with("a  b\n"));
    }
}
