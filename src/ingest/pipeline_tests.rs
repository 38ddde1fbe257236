use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::ingest::Reason;
use crate::model::Time;
use crate::model::pack::unpack as unpack_slice;

/// The account is the whole record; a record that starts with `!` cannot be read.
struct Words;

impl RecordReader for Words {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let text = std::str::from_utf8(record).map_err(|_| Reason::from("not UTF-8"))?;
        if text.starts_with('!') {
            return Err("starts with an exclamation mark".into());
        }
        let shown = &text[..text.floor_char_boundary(8)];
        emit(&Exchange { at: Time(1), account_id: shown.into(), ..Exchange::default() });
        Ok(())
    }
}

fn source(bytes: &[u8]) -> (tempfile::NamedTempFile, Source) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("the temporary file takes bytes");
    let source = Source::open(file.path()).expect("it opens");
    (file, source)
}

fn read(bytes: &[u8], container: &Container) -> (Vec<Block>, SourceSummary) {
    let (_file, source) = source(bytes);
    let mut blocks = Vec::new();
    let options = PipelineOptions { keep_raw: true, workers: 3 };
    let mut sink = |block| {
        blocks.push(block);
        Ok(())
    };
    let summary = run(source, container, &Words, &options, &Progress::default(), &mut sink)
        .expect("it reads");
    (blocks, summary)
}

fn unpack(block: &Block) -> Vec<u8> {
    let raw = block.raw.as_ref().expect("originals were kept");
    unpack_slice(raw, block.byte_length as usize).expect("own slices unpack")
}

#[test]
fn the_slices_joined_are_the_source_and_rows_point_at_their_bytes() {
    let mut text = String::from("\u{feff}first\n\n");
    for i in 0..700_000 {
        text.push_str(&format!("record {i}\r\n"));
    }
    text.push_str("last");
    let (blocks, summary) = read(text.as_bytes(), &Container::Lines);
    assert!(blocks.len() > 2);
    assert_eq!(summary.unpacked_bytes, text.len() as u64);
    let joined: Vec<u8> = blocks.iter().flat_map(unpack).collect();
    assert!(joined == text.as_bytes());
    let mut rows = 0;
    let mut of_workers: HashMap<u32, (Vec<String>, Vec<u32>)> = HashMap::new();
    for block in &blocks {
        let slice = unpack(block);
        let (accounts, callers) = of_workers.entry(block.earlier.worker).or_default();
        accounts.truncate(block.earlier.accounts as usize);
        accounts.extend(block.dimensions.accounts.iter().cloned());
        callers.truncate(block.earlier.callers as usize);
        callers.extend(block.dimensions.callers.iter().map(|caller| caller.account));
        for i in 0..block.rows.len() {
            let start = (block.rows.byte_offset[i] - block.first_offset) as usize;
            let record = &slice[start..start + block.rows.byte_length[i] as usize];
            let account = &accounts[callers[block.rows.caller[i] as usize] as usize];
            assert!(record.starts_with(account.as_bytes()));
            rows += 1;
        }
    }
    assert_eq!(rows, 700_002);
    let last = blocks.last().expect("there are blocks");
    assert_eq!(last.rows.line.last(), Some(&700_003));
}

#[test]
fn a_record_that_cannot_be_read_goes_to_the_ledger_with_its_place() {
    let (blocks, _) = read(b"ok\n!bad one\n\xff\xfe\nok", &Container::Lines);
    assert_eq!(blocks[0].rows.len(), 2);
    let ledger: Vec<_> = blocks[0]
        .rejects
        .iter()
        .map(|r| (r.line, r.byte_offset, r.byte_length, r.reason.as_str(), r.sample.as_str()))
        .collect();
    assert_eq!(
        ledger,
        [
            (2, 3, 8, "starts with an exclamation mark", "!bad one"),
            (3, 12, 2, "not UTF-8", "\u{fffd}\u{fffd}"),
        ]
    );
}

#[test]
fn a_record_over_the_limit_is_rejected_and_what_follows_is_read() {
    let mut text = b"before\n".to_vec();
    text.resize(text.len() + RECORD_LIMIT_BYTES + SLICE_BYTES * 3, b'x');
    text.extend_from_slice(b"\nafter\n");
    let (blocks, _) = read(&text, &Container::Lines);
    let rows: usize = blocks.iter().map(|b| b.rows.len()).sum();
    let rejects: Vec<_> = blocks.iter().flat_map(|b| &b.rejects).collect();
    assert_eq!(rows, 2);
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].line, rejects[0].byte_offset), (2, 7));
    assert_eq!(rejects[0].reason, "record longer than 64 MiB");
    assert_eq!(blocks.iter().map(|b| b.byte_length).sum::<u64>(), text.len() as u64);
}

#[test]
fn a_failing_or_cancelled_receiver_stops_the_reading() {
    let text = "line\n".repeat(3_000_000);
    let (_file, opened) = source(text.as_bytes());
    let mut fail = |_| Err("disk full".into());
    let options = PipelineOptions::default();
    let progress = Progress::default();
    let error = run(opened, &Container::Lines, &Words, &options, &progress, &mut fail)
        .expect_err("the sink fails");
    assert_eq!(error.to_string(), "disk full");
    assert!(progress.done() < text.len() as u64, "the rest is not read");

    let (_file, opened) = source(text.as_bytes());
    let progress = Progress::default();
    let mut cancel = |_| {
        progress.cancel();
        Ok(())
    };
    let error = run(opened, &Container::Lines, &Words, &options, &progress, &mut cancel)
        .expect_err("cancelled");
    assert!(matches!(error, IngestError::Cancelled(_)));
}

#[test]
fn short_records_make_short_slices() {
    let (blocks, _) = read("!\n".repeat(500_000).as_bytes(), &Container::Lines);
    assert!(blocks.iter().all(|block| block.rejects.len() <= SLICE_RECORDS + READ_BYTES / 2));
    assert_eq!(blocks.iter().map(|block| block.rejects.len()).sum::<usize>(), 500_000);
}

/// Dawdles over the first record for as long as others are read.
#[derive(Default)]
struct Dawdler {
    read: AtomicUsize,
    meanwhile: AtomicUsize,
}

impl RecordReader for Dawdler {
    fn read(&self, record: &[u8], _: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        if record != b"slow" {
            self.read.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        let mut before = usize::MAX;
        while before != self.read.load(Ordering::SeqCst) {
            before = self.read.load(Ordering::SeqCst);
            thread::sleep(Duration::from_millis(200));
        }
        self.meanwhile.store(before, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn blocks_that_wait_for_a_slow_one_are_bounded() {
    let text = format!("slow\n{}", "x\n".repeat(4_000_000));
    let (_file, opened) = source(text.as_bytes());
    let reader = Dawdler::default();
    let options = PipelineOptions { keep_raw: false, workers: 2 };
    run(opened, &Container::Lines, &reader, &options, &Progress::default(), &mut |_| Ok(()))
        .expect("it reads");
    let most = 2 * AHEAD * (SLICE_RECORDS + READ_BYTES / 2);
    let meanwhile = reader.meanwhile.load(Ordering::SeqCst);
    assert!((1..=most).contains(&meanwhile), "{meanwhile} of at most {most}");
    assert_eq!(reader.read.load(Ordering::SeqCst), 4_000_000);
}

#[test]
fn empty_cells_at_the_ends_of_a_row_belong_to_it() {
    let table = Container::Csv { delimiter: b'\t', header: vec![] };
    let (blocks, _) = read(b"a\tb\n\tx\r\ny\t\n\n", &table);
    assert_eq!(blocks[0].dimensions.accounts, ["\tx", "y\t"]);
    assert_eq!(blocks[0].rows.byte_offset, [4, 8]);
}

#[test]
fn an_empty_source_has_no_blocks() {
    let (blocks, summary) = read(b"", &Container::Lines);
    assert!(blocks.is_empty());
    assert_eq!(summary.bytes, 0);
}

proptest! {
    #[test]
    fn lines_are_rows_or_rejects_whatever_the_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        // What begins like gzip or Zstandard is unpacked first, or cannot be.
        prop_assume!(!bytes.starts_with(&[0x1f, 0x8b]) && !bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
        let (blocks, _) = read(&bytes, &Container::Lines);
        let got: usize = blocks.iter().map(|b| b.rows.len() + b.rejects.len()).sum();
        let body = bytes.strip_prefix(BOM).unwrap_or(&bytes);
        let lines = body.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count();
        prop_assert_eq!(got, lines);
    }
}

#[test]
fn a_stray_quote_costs_its_row_and_not_the_rest_of_the_table() {
    let header = ["a", "b"].map(str::to_owned).to_vec();
    let table = Container::Csv { delimiter: b',', header };
    let (blocks, _) = read(b"a,b\n1,x\n2,\"y\n3,z\n4,\"\"\n5,w\n", &table);
    let rows = |blocks: &[Block]| -> Vec<u32> {
        blocks.iter().flat_map(|block| block.rows.line.iter().copied()).collect()
    };
    // The words of this reader know no quotes: the row itself is one of them.
    assert_eq!(rows(&blocks), [2, 3, 4, 5, 6]);
    // What follows is no row: the cell of a record that was cut short.
    let (blocks, _) = read(b"a,b\n1,x\n2,\"first line\nsecond line\nthird", &table);
    assert_eq!(rows(&blocks), [2, 3]);
}

#[test]
fn two_stray_quotes_cost_their_rows_and_none_between_them() {
    let header = ["a", "b"].map(str::to_owned).to_vec();
    let table = Container::Csv { delimiter: b',', header };
    let lines = |text: &str| -> Vec<u32> {
        let (blocks, _) = read(text.as_bytes(), &table);
        blocks.iter().flat_map(|block| block.rows.line.iter().copied()).collect()
    };
    assert_eq!(lines("a,b\n1,x\n2,\"bob\n3,y\n4,\"bob\n5,w\n"), [2, 3, 4, 5, 6]);
    // The next quote is that of a field that closes itself.
    assert_eq!(lines("a,b\n1,\"bob\n2,y\n3,\"z\"\n4,w\n"), [2, 3, 4, 5]);
    // One after the other, and at the very end.
    assert_eq!(lines("a,b\n1,\"p\n2,\"q\n3,\"r\n4,\"s"), [2, 3, 4, 5]);
    // Several lines in quotes are one row, also with text behind them that makes no row.
    assert_eq!(lines("a,b\n1,\"two\nlines\"\n2,\"and\nmore\"x\n3,w\n"), [2, 4, 6]);
    // However the bytes arrive: more of them than are read at once.
    let many: String = (0..60_000).map(|i| format!("{i},{}bob\n", ["", "\""][i % 7 / 6])).collect();
    assert_eq!(lines(&format!("a,b\n{many}")), (2..60_002).collect::<Vec<u32>>());
}
