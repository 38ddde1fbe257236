//! Parquet: an unpacking step that gives every row as one line of JSON.
//!
//! So everything else is as for JSON lines: recognising, mapping, the ledger, the original
//! record. The line of a record is the number of its row, and its offset is one in the rendering,
//! which depends on the file alone. Keys are the names of the columns, groups are objects, lists
//! are lists, maps are objects; what is null, or no number, is left out. Moments are RFC 3339,
//! with a zone where the column says UTC; decimals are numbers with all their digits; bytes are
//! text where they are UTF-8, else hex digits.
//!
//! What is in memory is a page of each column and a batch of rows, whatever the size of a row
//! group: the writer of the file decides how large a page is, usually a megabyte.

mod column;
mod footer;
mod text;
mod tree;

use std::fs::File;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::IngestError;
use super::measure::Measure;
use super::pipe::{PipeReader, PipeWriter, pipe};
use column::Column;
use tree::{Node, Shape, tree};

pub(super) use footer::is_parquet;

/// Rows read at a time, of each column.
const ROWS: usize = 1_024;
/// Bytes that these may have together, going by their mean: long texts come fewer at a time.
const ROWS_BYTES: u64 = 8 << 20;

/// Begins to render a file on a thread of its own. `measure` is told how far it is, where the
/// file is the one on disk.
pub(super) fn render(path: &Path, file: File, measure: Option<Arc<Measure>>) -> PipeReader {
    let (writer, reader) = pipe();
    let path = path.to_owned();
    thread::spawn(move || {
        let mut rendering = Rendering { writer, measure, noted: 0, rows: 0 };
        let done = catch_unwind(AssertUnwindSafe(|| rendering.file(file)))
            .unwrap_or_else(|_| Err(Failure::Broken("it cannot be decoded".into())));
        let Rendering { writer, rows, .. } = rendering;
        match done {
            Ok(()) => writer.close(Ok(())),
            Err(Failure::Gone) => {}
            // What came before is read and the rest a problem, but a file must give something.
            Err(Failure::Broken(what)) if rows > 0 => {
                let what = format!("the Parquet file is damaged after row {rows}: {what}");
                writer.close(Err(io::Error::other(what)));
            }
            Err(Failure::Broken(what)) => {
                writer.close(Err(io::Error::other(IngestError::Member { path, what })));
            }
        }
    });
    reader
}

/// How many rows the footer of a file claims; `None` where there is none to be read.
pub(super) fn row_count(path: &Path) -> Option<u64> {
    let count = || {
        let mut file = File::open(path).ok()?;
        footer::check(&mut file).ok()?;
        let reader = SerializedFileReader::new(file).ok()?;
        u64::try_from(reader.metadata().file_metadata().num_rows()).ok()
    };
    catch_unwind(AssertUnwindSafe(count)).ok().flatten()
}

/// Why rendering ended early.
enum Failure {
    /// Nobody reads.
    Gone,
    Broken(String),
}

/// A message without the library's own words for the kind of error.
fn words(error: &ParquetError) -> String {
    let text = error.to_string();
    let plain = ["Parquet error: ", "EOF: ", "External: ", "NYI: "];
    plain.iter().find_map(|start| text.strip_prefix(start)).unwrap_or(&text).to_owned()
}

struct Rendering {
    writer: PipeWriter,
    measure: Option<Arc<Measure>>,
    /// Bytes on disk the measure was told of.
    noted: u64,
    rows: u64,
}

impl Rendering {
    fn file(&mut self, mut file: File) -> Result<(), Failure> {
        footer::check(&mut file).map_err(Failure::Broken)?;
        let unread = |e: ParquetError| {
            Failure::Broken(format!("the Parquet file cannot be read: {}", words(&e)))
        };
        let reader = SerializedFileReader::new(file).map_err(unread)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let (root, meanings) = tree(schema.root_schema())
            .map_err(|what| Failure::Broken(format!("the Parquet file cannot be read: {what}")))?;
        let mut columns: Vec<Column> = schema
            .columns()
            .iter()
            .cloned()
            .zip(meanings)
            .map(|(c, m)| Column::new(c, m))
            .collect();
        let mut before = 0;
        for nth in 0..reader.num_row_groups() {
            self.row_group(&reader, nth, &root, &mut columns, before)?;
            let bytes = reader.metadata().row_group(nth).compressed_size();
            before += u64::try_from(bytes).unwrap_or(0);
        }
        self.note(self.measure.as_ref().map_or(0, |measure| measure.size()));
        let _ = self.writer.flush();
        Ok(())
    }

    fn row_group(
        &mut self,
        reader: &SerializedFileReader<File>,
        nth: usize,
        root: &Node,
        columns: &mut [Column],
        before: u64,
    ) -> Result<(), Failure> {
        let meta = reader.metadata().row_group(nth);
        let wrong = |name: &str, at: i64, what: &ParquetError| {
            let what = words(what);
            Failure::Broken(format!(
                "column \"{name}\" of row group {nth}, which begins at byte {at}: {what}"
            ))
        };
        let group = reader
            .get_row_group(nth)
            .map_err(|e| Failure::Broken(format!("row group {nth}: {}", words(&e))))?;
        // What is claimed of places may lie anywhere.
        let start = |i: usize| {
            let column = meta.column(i);
            column.dictionary_page_offset().unwrap_or(column.data_page_offset())
        };
        for (i, column) in columns.iter_mut().enumerate() {
            column.open(&*group, i).map_err(|e| wrong(&column.name(), start(i), &e))?;
        }
        let rows = u64::try_from(meta.num_rows()).unwrap_or(0);
        let bytes = u64::try_from(meta.total_byte_size()).unwrap_or(0);
        let packed = u64::try_from(meta.compressed_size()).unwrap_or(0);
        let batch = batch_rows(rows, bytes);
        let mut done = 0;
        while done < rows {
            let now = batch.min(usize::try_from(rows - done).unwrap_or(batch));
            for (i, column) in columns.iter_mut().enumerate() {
                column.fill(now).map_err(|e| wrong(&column.name(), start(i), &e))?;
            }
            for _ in 0..now {
                let out = self.writer.buffer();
                let written = write(root, columns, out);
                written.map_err(|(i, e)| wrong(&columns[i].name(), start(i), &e))?;
                self.writer.buffer().push(b'\n');
                self.rows += 1;
                self.writer.send_full().map_err(|_| Failure::Gone)?;
            }
            done += now as u64;
            self.note(before + (packed as f64 * (done as f64 / rows as f64)) as u64);
        }
        Ok(())
    }

    /// Tells how many bytes on disk have been read.
    fn note(&mut self, bytes: u64) {
        let more = bytes.saturating_sub(self.noted);
        self.noted += more;
        if let Some(measure) = &self.measure {
            measure.add_read(more);
        }
    }
}

fn batch_rows(rows: u64, bytes: u64) -> usize {
    let mean = (bytes / rows.max(1)).max(1);
    usize::try_from(ROWS_BYTES / mean).unwrap_or(ROWS).clamp(1, ROWS)
}

/// What went wrong, and in which column.
type Wrong = (usize, ParquetError);

/// Appends a part of the next record; whether it is there.
fn write(node: &Node, columns: &mut [Column], out: &mut Vec<u8>) -> Result<bool, Wrong> {
    let first = node.leaves.start;
    let of = |e| (first, e);
    let definition = match &node.shape {
        Shape::Value => return columns[first].write(out).map_err(of),
        _ => columns[first].definition().map_err(of)?,
    };
    if definition < node.there {
        skip(node, columns)?;
        return Ok(false);
    }
    match &node.shape {
        Shape::Value => {}
        Shape::Object(fields) => {
            out.push(b'{');
            let start = out.len();
            for (key, field) in fields {
                let before = out.len();
                if before > start {
                    out.push(b',');
                }
                out.extend_from_slice(key);
                if !write(field, columns, out)? {
                    out.truncate(before);
                }
            }
            out.push(b'}');
        }
        Shape::List { filled, .. } if definition < *filled => {
            skip(node, columns)?;
            out.extend_from_slice(b"[]");
        }
        Shape::List { level, item, .. } => {
            out.push(b'[');
            loop {
                if !write(item, columns, out)? {
                    out.extend_from_slice(b"null");
                }
                if !columns[first].repeats(*level) {
                    break;
                }
                out.push(b',');
            }
            out.push(b']');
        }
        Shape::Map { filled, .. } if definition < *filled => {
            skip(node, columns)?;
            out.extend_from_slice(b"{}");
        }
        Shape::Map { level, key, value, .. } => {
            out.push(b'{');
            loop {
                write_entry(key, value, columns, out)?;
                if !columns[first].repeats(*level) {
                    break;
                }
                out.push(b',');
            }
            out.push(b'}');
        }
    }
    Ok(true)
}

/// Appends a key, which JSON wants in quotes, and its value.
fn write_entry(
    key: &Node,
    value: &Node,
    columns: &mut [Column],
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    let start = out.len();
    if !write(key, columns, out)? {
        out.extend_from_slice(b"null");
    }
    if out.get(start) != Some(&b'"') {
        let bare = out.split_off(start);
        text::string(out, &bare);
    }
    out.push(b':');
    if !write(value, columns, out)? {
        out.extend_from_slice(b"null");
    }
    Ok(())
}

/// Passes over a part that is not there: one level of each of its columns.
fn skip(node: &Node, columns: &mut [Column]) -> Result<(), Wrong> {
    node.leaves.clone().try_for_each(|i| columns[i].skip().map_err(|e| (i, e)))
}

#[cfg(test)]
mod tests;
