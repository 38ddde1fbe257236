//! The rejected records of a source as a log of their own, to be read with another mapping.
//!
//! What was sealed stays as it is: the records that can be read now become a new source, whose
//! mapping says whose rejects it is; the ledger then has those that still cannot be read.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::import::ImportError;
use crate::ingest::source::HEAD_BYTES;
use crate::ingest::{Container, FORMATS, Head, Sample};
use crate::job::Progress;
use crate::model::SourceInfo;
use crate::store::{CaseFile, Mode, StoreError};

/// Rejects that are fetched at a time.
const PAGE: usize = 4096;

/// A log of rejected records, and what they are the rejects of.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectedLog {
    /// Where the log was written.
    pub path: PathBuf,
    /// The source whose rejects they are.
    pub source: SourceInfo,
    /// How many there are.
    pub records: u64,
}

/// Writes the rejected records of a source to a file in `folder` that is named like the source,
/// because a name may stand for the account. The case is only read.
///
/// # Errors
/// When there is no such source, nothing was rejected, the originals were not kept or were read
/// again already; and when the case or the file fails.
pub fn rejected_log(
    case: &Path,
    source_id: u32,
    folder: &Path,
    progress: &Progress,
) -> Result<RejectedLog, ImportError> {
    let file = CaseFile::open(case, Mode::ReadOnly)?;
    let sources = file.sources()?;
    let refuse = |why: String| ImportError::Rejects(why);
    let source = sources.iter().find(|s| s.id == source_id).ok_or_else(|| {
        refuse(format!("there is no source {source_id}; `stillwatch info` lists them"))
    })?;
    if let Some(again) = source.read_again_as(&sources) {
        let why = "its rejects were read again already, as source";
        return Err(refuse(format!(
            "source {source_id}: {why} {}; those of that one are open",
            again.id
        )));
    }
    if source.rejects == 0 {
        return Err(refuse(format!("source {source_id}: no record of it was rejected")));
    }
    if !source.raw_kept {
        let why = "its original records were not kept; import the file again with the mapping";
        return Err(refuse(format!("source {source_id}: {why}")));
    }
    let name = Path::new(&source.path).file_name().unwrap_or("rejects".as_ref());
    let path = folder.join(name);
    progress.set_phase("taking the rejected records out of the case", source.rejects);
    let records = write(&file, source, &path, progress)?;
    Ok(RejectedLog { path, source: source.clone(), records })
}

fn write(
    file: &CaseFile,
    source: &SourceInfo,
    path: &Path,
    progress: &Progress,
) -> Result<u64, ImportError> {
    let io = |source: io::Error| ImportError::Rejects(format!("{}: {source}", path.display()));
    let mut out = BufWriter::new(File::create(path).map_err(io)?);
    let mut raw = file.raw_reader();
    let container = container(&mut raw, source)?;
    if let Container::Csv { delimiter, header } = &container {
        out.write_all(header_row(header, *delimiter).as_bytes()).map_err(io)?;
    }
    // Lines of text that tell of no request are one entry, and lines again when they are read.
    let is_text = FORMATS.iter().any(|f| f.id() == source.format && f.line().is_some());
    let (mut after, mut records) = (0, 0);
    loop {
        let page = file.rejects(Some(source.id), after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in &page {
            progress.check().map_err(StoreError::from)?;
            let reject = &row.reject;
            let mut bytes = raw.bytes_at(source.id, reject.byte_offset, reject.byte_length)?;
            if !is_text && !matches!(container, Container::Csv { .. }) {
                // One line a record, also of JSON that was written over several: a line break
                // between values is a blank.
                bytes.iter_mut().filter(|b| matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
            }
            out.write_all(without_break(&bytes)).map_err(io)?;
            out.write_all(b"\n").map_err(io)?;
            records += 1;
        }
        progress.advance(page.len() as u64);
    }
    out.flush().map_err(io)?;
    Ok(records)
}

/// How the records of the source were laid out, by its first bytes.
fn container(
    raw: &mut crate::store::RawReader<'_>,
    source: &SourceInfo,
) -> Result<Container, ImportError> {
    let most = source.unpacked_bytes.min(HEAD_BYTES as u64);
    // The first slice may be shorter than that.
    let mut length = most;
    let bytes = loop {
        match raw.bytes_at(source.id, 0, length) {
            Err(StoreError::Damaged(_)) if length > 1 => length /= 2,
            other => break other?,
        }
    };
    let head = Head { bytes: &bytes, complete: length == source.unpacked_bytes, file_name: "-" };
    Ok(Sample::cut(&head).map_or(Container::Lines, |sample| sample.container))
}

/// A record without the line break at its end; tabs and blanks there may be empty cells.
fn without_break(record: &[u8]) -> &[u8] {
    let end = record.iter().rposition(|b| !matches!(b, b'\n' | b'\r'));
    end.map_or(&[], |last| &record[..=last])
}

/// A header as it is written: quoted where it must be.
fn header_row(header: &[String], delimiter: u8) -> String {
    let delimiter = char::from(delimiter);
    let cell = |name: &String| match name.contains([delimiter, '"', '\n', '\r']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.clone(),
    };
    let cells: Vec<String> = header.iter().map(cell).collect();
    format!("{}\n", cells.join(&delimiter.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Author, ImportOptions, ImportReport, import};
    use crate::ingest::{Choice, Mapping};

    /// Half of the rows have their tokens in another column.
    const TABLE: &str = "timestamp,user,\"tokens, in\",tokens_in_2\n\
                         2026-03-01 10:00:00,ann,5,\n2026-03-01 10:00:01,bob,many,7\n\
                         2026-03-01 10:00:02,eve,many,x\n2026-03-01 10:00:03,eve,9,\n";

    fn mapping(tokens: &str) -> Mapping {
        let toml = "format = \"csv\"\n[fields]\ntimestamp = \"timestamp\"\naccount_id = \"user\"\n";
        Mapping::from_toml(&format!("{toml}input_tokens = \"{tokens}\"\n")).expect("valid")
    }

    struct Bench {
        dir: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Self {
            let bench = Self { dir: tempfile::tempdir().expect("a scratch directory") };
            std::fs::write(bench.path("day.csv"), TABLE).expect("written");
            let path = bench.path("day.csv");
            let report = bench.import(path, mapping("tokens, in"), None).expect("imported");
            assert_eq!((report.rows(), report.rejects()), (2, 2));
            bench
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        fn import(
            &self,
            path: PathBuf,
            mapping: Mapping,
            rejects_of: Option<u32>,
        ) -> Result<ImportReport, ImportError> {
            let choice = Choice { format: None, mapping: Some(mapping) };
            let options = ImportOptions { choice, rejects_of, ..ImportOptions::default() };
            let author = Author { actor: "tester".into(), at: crate::model::Time(0) };
            let case = self.path("c.stillwatch");
            import(&case, &[path], &options, &author, &Progress::default())
        }

        fn rejects(&self, source: u32) -> Result<RejectedLog, ImportError> {
            let folder = self.path("again");
            std::fs::create_dir_all(&folder).expect("a folder");
            rejected_log(&self.path("c.stillwatch"), source, &folder, &Progress::default())
        }

        fn ledger(&self) -> Vec<(u32, String)> {
            let file = CaseFile::open(&self.path("c.stillwatch"), Mode::ReadOnly).expect("opens");
            let mut rows = Vec::new();
            file.for_each_reject(|row| -> Result<(), StoreError> {
                rows.push((row.source_id, row.reject.reason));
                Ok(())
            })
            .expect("read");
            assert_eq!(file.info().expect("read").rejects, rows.len() as u64);
            rows
        }
    }

    #[test]
    fn records_that_work_with_another_mapping_become_events_and_the_ledger_shrinks() {
        let bench = Bench::new();
        assert_eq!(bench.ledger().len(), 2);
        let log = bench.rejects(1).expect("a log");
        let text = std::fs::read_to_string(&log.path).expect("there");
        assert_eq!(text.lines().next(), TABLE.lines().next());
        assert_eq!((text.lines().count(), log.records), (3, 2));
        let report = bench.import(log.path, mapping("tokens_in_2"), Some(1)).expect("imported");
        assert_eq!((report.rows(), report.rejects()), (1, 1));
        assert!(report.sources[0].info.path.contains("rejects of source 1"), "{report:?}");
        assert_eq!(bench.ledger(), [(2, "input_tokens is not a number".to_owned())]);
        let case = CaseFile::open(&bench.path("c.stillwatch"), Mode::ReadOnly).expect("opens");
        let sources = case.sources().expect("read");
        assert_eq!((sources[0].rejects, sources[1].rejects_of()), (2, Some(1)));
        let verified = case.verify(&Progress::default()).expect("read");
        assert!(verified.iter().all(|check| check.problem.is_none()), "{verified:?}");
        // Once more, of what is left; not of what was read again.
        assert!(bench.rejects(1).expect_err("read again").to_string().contains("as source 2"));
        assert_eq!(bench.rejects(2).expect("a log").records, 1);
    }

    #[test]
    fn rejects_that_turn_out_to_have_no_time_become_events_without_one() {
        let bench = Bench { dir: tempfile::tempdir().expect("a scratch directory") };
        let table = "when,also,user\n2026-03-01 10:00:00,,ann\nlost,,bob\nlost,,eve\n";
        std::fs::write(bench.path("day.csv"), table).expect("written");
        let by = |time: &str| {
            let toml = "format = \"csv\"\n[fields]\naccount_id = \"user\"\ntimestamp =";
            Mapping::from_toml(&format!("{toml} \"{time}\"\n")).expect("valid")
        };
        let report = bench.import(bench.path("day.csv"), by("when"), None).expect("imported");
        assert_eq!((report.rows(), report.rejects()), (1, 2));
        let log = bench.rejects(1).expect("a log");
        let report = bench.import(log.path, by("also"), Some(1)).expect("imported");
        let info = &report.sources[0].info;
        assert_eq!((info.rows, info.without_time, info.rejects, info.span), (2, 2, 0, None));
        let case = CaseFile::open(&bench.path("c.stillwatch"), Mode::ReadOnly).expect("opens");
        let info = case.info().expect("read");
        assert_eq!((info.rows, info.without_time, info.rejects), (3, 2, 0));
        let verified = case.verify(&Progress::default()).expect("read");
        assert!(verified.iter().all(|check| check.problem.is_none()), "{verified:?}");
    }

    #[test]
    fn a_mapping_that_reads_none_of_them_leaves_the_case_as_it_is() {
        let bench = Bench::new();
        let log = bench.rejects(1).expect("a log");
        let report = bench.import(log.path, mapping("tokens, in"), Some(1)).expect("a report");
        assert_eq!((report.sources.len(), report.failed.len()), (0, 1));
        assert_eq!(bench.ledger().len(), 2);
    }

    #[test]
    fn what_cannot_be_read_again_is_said() {
        let bench = Bench::new();
        let why = |source| bench.rejects(source).expect_err("refused").to_string();
        assert!(why(9).contains("no source 9"));
    }

    #[test]
    fn empty_cells_at_the_end_of_a_row_stay() {
        assert_eq!(without_break(b"a\tb\t\r\n"), b"a\tb\t");
        assert_eq!((without_break(b"a"), without_break(b"\n")), (&b"a"[..], &b""[..]));
    }
}
