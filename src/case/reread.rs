//! The rejected records of a source as a log of their own, to be read with another mapping.
//!
//! What was sealed stays as it is: the records that can be read now become a new source, whose
//! mapping says whose rejects it is; the ledger then has those that still cannot be read. All of
//! them have the lines and offsets of the source that they came from, which keeps their bytes.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::import::ImportError;
use crate::ingest::source::HEAD_BYTES;
use crate::ingest::split::{HEADER_AGAIN, OTHER_HEADER};
use crate::ingest::texts::container_of;
use crate::ingest::{Container, FORMATS, Head, Mapping};
use crate::job::Progress;
use crate::model::{Reject, SourceInfo};
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
    let rejected = Rejected::of(&file, source_id)?;
    let name = Path::new(&rejected.source.path).file_name().unwrap_or("rejects".as_ref());
    let path = folder.join(name);
    progress.set_phase("taking the rejected records out of the case", rejected.source.rejects);
    let io = |source: io::Error| ImportError::Rejects(format!("{}: {source}", path.display()));
    let mut out = BufWriter::new(File::create(&path).map_err(io)?);
    out.write_all(rejected.header.as_bytes()).map_err(io)?;
    let mut records = 0;
    rejected.each(progress, |_, bytes| {
        records += 1;
        out.write_all(bytes).and_then(|()| out.write_all(b"\n")).map_err(io)
    })?;
    let log = out.into_inner().map_err(|error| io(error.into_error()))?;
    // Times without a year are those of the original.
    log.set_modified(rejected.changed()).map_err(io)?;
    Ok(RejectedLog { path, source: rejected.source, records })
}

/// The rejects of a source as they are written to a log.
pub(super) struct Rejected<'c> {
    file: &'c CaseFile,
    source: SourceInfo,
    /// What stands above them, with its line break.
    pub header: String,
    /// Whether they are lines of text; some in a row may be one reject.
    pub is_text: bool,
    /// Whether each is written on one line.
    on_one_line: bool,
}

impl<'c> Rejected<'c> {
    /// The rejects of a source, if they can be read again.
    pub fn of(file: &'c CaseFile, source_id: u32) -> Result<Self, ImportError> {
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
        let container = container(file, first_of(source, &sources))?;
        // Lines of text that tell of no request are one entry, and lines again when they are read.
        let is_text = FORMATS.iter().any(|f| f.id() == source.format && f.line().is_some());
        let is_table = matches!(container, Container::Csv { .. });
        let header = match &container {
            Container::Csv { delimiter, header } if !has_own_header(file, source_id)? => {
                header_row(header, *delimiter)
            }
            _ => String::new(),
        };
        let on_one_line = !is_text && !is_table;
        Ok(Self { file, source: source.clone(), header, is_text, on_one_line })
    }

    /// Gives every reject with its bytes, in order.
    pub fn each(
        &self,
        progress: &Progress,
        mut give: impl FnMut(&Reject, &[u8]) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let mut raw = self.file.raw_reader();
        each_reject(self.file, self.source.id, |reject| {
            progress.check().map_err(StoreError::from)?;
            let (offset, length) = (reject.byte_offset, reject.byte_length);
            let mut bytes = raw.bytes_at(self.source.id, offset, length)?;
            if self.on_one_line {
                // Also JSON that was written over several: a line break between values is a blank.
                bytes.iter_mut().filter(|b| matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
            }
            progress.advance(1);
            give(reject, without_break(&bytes))
        })
    }

    /// The moment that times without a year were not after when the source was read.
    fn changed(&self) -> SystemTime {
        let mapping = Mapping::from_toml(&self.source.mapping).ok();
        let mut fields = mapping.iter().flat_map(|mapping| &mapping.fields);
        let latest = fields.find_map(|map| map.latest.as_deref()?.parse::<jiff::Timestamp>().ok());
        let us = latest.map_or(self.source.imported_at.0, jiff::Timestamp::as_microsecond);
        SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(us).unwrap_or_default())
    }
}

fn each_reject<E: From<StoreError>>(
    file: &CaseFile,
    source_id: u32,
    mut give: impl FnMut(&Reject) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    loop {
        let page = file.rejects(Some(source_id), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        page.iter().try_for_each(|row| give(&row.reject))?;
    }
}

/// Whether the rejects are rows under a header of their own, which is the first of them.
fn has_own_header(file: &CaseFile, source_id: u32) -> Result<bool, StoreError> {
    let mut all = true;
    each_reject(file, source_id, |reject| -> Result<(), StoreError> {
        all &= matches!(reject.reason.as_str(), OTHER_HEADER | HEADER_AGAIN);
        Ok(())
    })?;
    Ok(all)
}

/// The source that the records of a source were first in.
fn first_of<'s>(source: &'s SourceInfo, sources: &'s [SourceInfo]) -> &'s SourceInfo {
    let earlier = |id: u32| sources.iter().find(|s| s.id == id && id < source.id);
    source.rejects_of().and_then(earlier).map_or(source, |of| first_of(of, sources))
}

/// How the records of a source were laid out when they were read: by the first bytes of the source
/// that they were first in, or where they are rows under a header of their own, by that.
pub(super) fn container_of_source(
    file: &CaseFile,
    source: &SourceInfo,
    sources: &[SourceInfo],
) -> Result<Container, StoreError> {
    let parent = source.rejects_of().filter(|of| *of < source.id);
    if let Some(parent) = parent
        && has_own_header(file, parent)?
    {
        let page = file.rejects(Some(parent), 0, FIRST_REJECTS)?;
        let mut raw = file.raw_reader();
        let mut head = Vec::new();
        for row in page {
            let (offset, length) = (row.reject.byte_offset, row.reject.byte_length);
            head.extend_from_slice(without_break(&raw.bytes_at(parent, offset, length)?));
            head.push(b'\n');
        }
        let head = Head { bytes: &head, complete: false, file_name: "-" };
        return Ok(container_of(&head, &source.format));
    }
    container(file, first_of(source, sources))
}

/// Rejects that are looked at to see how all of them are laid out.
const FIRST_REJECTS: usize = 100;

/// How the records of a source were laid out, by its first bytes.
fn container(file: &CaseFile, source: &SourceInfo) -> Result<Container, StoreError> {
    let mut raw = file.raw_reader();
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
    Ok(container_of(&head, &source.format))
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
    use std::fs;

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
        fn empty() -> Self {
            Self { dir: tempfile::tempdir().expect("a scratch directory") }
        }

        fn new() -> Self {
            let bench = Self::empty();
            fs::write(bench.path("day.csv"), TABLE).expect("written");
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
            self.import_with(path, options)
        }

        fn import_with(
            &self,
            path: PathBuf,
            options: ImportOptions,
        ) -> Result<ImportReport, ImportError> {
            let author = Author { actor: "tester".into(), at: crate::model::Time(0) };
            let case = self.path("c.stillwatch");
            import(&case, &[path], &options, &author, &Progress::default())
        }

        fn rejects(&self, source: u32) -> Result<RejectedLog, ImportError> {
            let folder = self.path("again");
            fs::create_dir_all(&folder).expect("a folder");
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
        let text = fs::read_to_string(&log.path).expect("there");
        assert_eq!(text.lines().next(), TABLE.lines().next());
        assert_eq!((text.lines().count(), log.records), (3, 2));
        let failed = bench.import(log.path.clone(), mapping("nope"), Some(1)).expect("a report");
        let why = &failed.failed[0].error;
        assert!(why.starts_with("rejects of source 1: ") && why.contains("\"nope\""), "{why}");
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

    /// Line, offset and the first bytes of the record of every event of a source.
    fn places(bench: &Bench, source: u32) -> Vec<(u32, u64, String)> {
        let case = CaseFile::open(&bench.path("c.stillwatch"), Mode::ReadOnly).expect("opens");
        let checks = case.verify(&Progress::default()).expect("read");
        assert!(checks.iter().all(|check| check.problem.is_none()), "{checks:?}");
        let rows = case.sources().expect("read").iter().map(|s| s.rows).sum::<u64>();
        let mut raw = case.raw_reader();
        let records = (1..=rows).map(|event| raw.read(event).expect("kept"));
        let of_source = records.filter(|record| record.event.source_id == source);
        let place = |record: crate::store::RawRecord| {
            let text = String::from_utf8_lossy(&record.bytes).into_owned();
            (record.event.line, record.event.byte_offset, text)
        };
        of_source.map(place).collect()
    }

    #[test]
    fn what_is_read_again_stands_where_it_stood_and_has_the_bytes_of_its_source() {
        let bench = Bench::new();
        let log = bench.rejects(1).expect("a log");
        bench.import(log.path, mapping("tokens_in_2"), Some(1)).expect("imported");
        let bob = TABLE.find("2026-03-01 10:00:01").expect("there") as u64;
        let row = "2026-03-01 10:00:01,bob,many,7".to_owned();
        assert_eq!(places(&bench, 2), [(3, bob, row)]);
        let case = CaseFile::open(&bench.path("c.stillwatch"), Mode::ReadOnly).expect("opens");
        let sources = case.sources().expect("read");
        assert!(sources[1].raw_kept, "{sources:?}");
        let eve = TABLE.find("2026-03-01 10:00:02").expect("there") as u64;
        let left = case.rejects(Some(2), 0, 9).expect("read");
        assert_eq!((left[0].reject.line, left[0].reject.byte_offset), (4, eve));
        // And once more, of those.
        let log = bench.rejects(2).expect("a log");
        let text = fs::read_to_string(&log.path).expect("there");
        assert_eq!(text.lines().last(), Some("2026-03-01 10:00:02,eve,many,x"));
        let toml = "[fields]\ntimestamp = \"timestamp\"\naccount_id = \"user\"\n";
        let least = Mapping::from_toml(toml).expect("valid");
        bench.import(log.path, least, Some(2)).expect("imported");
        let row = "2026-03-01 10:00:02,eve,many,x".to_owned();
        assert_eq!(places(&bench, 3), [(4, eve, row)]);
    }

    #[test]
    fn rows_in_another_encoding_are_read_again_with_their_own_bytes() {
        let bench = Bench::empty();
        let plain = "2026-03-01T10:00:00Z,a\n".repeat(12_000);
        let mut table = format!("timestamp,account_id\n{plain}").into_bytes();
        let offset = table.len() as u64;
        table.extend(b"2026-03-01T10:00:01Z,M\xfcller\n2026-03-01T10:00:02Z,Zo\xeb\n");
        fs::write(bench.path("day.csv"), table).expect("written");
        let import = |path: PathBuf, rejects_of| {
            let options = ImportOptions { rejects_of, ..ImportOptions::default() };
            bench.import_with(path, options).expect("imported")
        };
        assert_eq!(import(bench.path("day.csv"), None).rejects(), 2);
        let log = bench.rejects(1).expect("a log");
        let report = import(log.path, Some(1));
        assert_eq!((report.rows(), report.rejects()), (2, 0), "{report:?}");
        let found = places(&bench, 2);
        let expected = "2026-03-01T10:00:01Z,M\u{fffd}ller";
        assert_eq!(found[0], (12_002, offset, expected.to_owned()));
        assert_eq!(found[1].2, "2026-03-01T10:00:02Z,Zo\u{fffd}");
    }

    #[test]
    fn rows_under_another_header_are_a_table_of_their_own() {
        let bench = Bench::empty();
        let table = "timestamp,account_id,model\n2026-03-01T10:00:00Z,a,m\n\
                     account_id,timestamp,input_tokens\nb,2026-03-01T10:00:01Z,7\n\
                     c,2026-03-01T10:00:02Z,8\n";
        fs::write(bench.path("day.csv"), table).expect("written");
        let import = |path: PathBuf, rejects_of| {
            let options = ImportOptions { rejects_of, ..ImportOptions::default() };
            bench.import_with(path, options).expect("imported")
        };
        assert_eq!(import(bench.path("day.csv"), None).rejects(), 3);
        let report = import(bench.rejects(1).expect("a log").path, Some(1));
        assert_eq!((report.rows(), report.rejects()), (2, 0), "{report:?}");
        let found = places(&bench, 2);
        assert_eq!((found[0].0, found[0].2.as_str()), (4, "b,2026-03-01T10:00:01Z,7"));
    }

    #[test]
    fn lines_without_a_year_are_read_again_in_the_year_they_had() {
        let bench = Bench::empty();
        let request = "INFO 02-13 11:33:33 [logger.py:49] Received request chatcmpl-1: params: x\n";
        let gin = "[GIN] 2025/02/13 - 11:33:34 | 200 | 1s | 10.0.0.1 | POST \"/api/chat\"\n";
        let log = format!("{request}{gin}{request}{gin}{gin}");
        fs::write(bench.path("day.log"), &log).expect("written");
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_740_000_000);
        File::open(bench.path("day.log")).and_then(|f| f.set_modified(day)).expect("set");
        let import = |path: PathBuf, format: &str, rejects_of| {
            let choice = Choice { format: Some(format.to_owned()), mapping: None };
            let options = ImportOptions { choice, rejects_of, ..ImportOptions::default() };
            bench.import_with(path, options).expect("imported")
        };
        assert_eq!(import(bench.path("day.log"), "vllm", None).rows(), 2);
        let again = bench.rejects(1).expect("a log");
        let meta = fs::metadata(&again.path).expect("there");
        assert_eq!(meta.modified().expect("a time"), day);
        let report = import(again.path, "ollama", Some(1));
        assert_eq!((report.rows(), report.rejects()), (3, 0), "{report:?}");
        let found = places(&bench, 2);
        let lines: Vec<u32> = found.iter().map(|(line, ..)| *line).collect();
        assert_eq!(lines, [2, 4, 5]);
        assert!(found.iter().all(|(_, at, text)| gin.trim_end() == text && *at > 0));
    }

    #[test]
    fn rejects_that_turn_out_to_have_no_time_become_events_without_one() {
        let bench = Bench { dir: tempfile::tempdir().expect("a scratch directory") };
        let table = "when,also,user\n2026-03-01 10:00:00,,ann\nlost,,bob\nlost,,eve\n";
        fs::write(bench.path("day.csv"), table).expect("written");
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
