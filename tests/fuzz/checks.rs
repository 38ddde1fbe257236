//! What must hold whatever the bytes are. Run by the fuzzer on what it makes up, and by
//! `cargo test` on the corpus.

use std::io::Write;

use stillwatch::ingest::pipeline::{self, PipelineOptions};
use stillwatch::ingest::source::Source;
use stillwatch::ingest::{Choice, FORMATS, Head, Mapping, ReaderOptions, detect, inspect};
use stillwatch::job::Progress;
use stillwatch::model::Block;
use stillwatch::model::pack::{Packer, unpack};

fn head(bytes: &[u8], complete: bool) -> Head<'_> {
    Head { bytes, complete, file_name: "log.jsonl" }
}

/// Recognising a source neither fails nor hangs, and what was recognised can be inspected.
pub fn sniff(bytes: &[u8]) {
    for complete in [true, false] {
        let head = head(bytes, complete);
        let Ok(found) = detect(&head, &Choice::default()) else { continue };
        assert!((0.0..=1.0).contains(&found.confidence), "{}", found.confidence);
        let options = found.options().expect("a guessed zone exists");
        let _ = inspect(&head, &found, &options, None);
    }
}

/// The first line names a format, and all lines after it are one record of it. The fuzzer, which
/// does not know the names, chooses by the first byte.
pub fn read(bytes: &[u8]) {
    let named = FORMATS.iter().find_map(|f| {
        let record = bytes.strip_prefix(f.id().as_bytes())?.strip_prefix(b"\n")?;
        Some((f.id(), record))
    });
    let by_byte = || {
        let (&first, record) = bytes.split_first()?;
        Some((FORMATS[usize::from(first) % FORMATS.len()].id(), record))
    };
    let Some((format, bytes)) = named.or_else(by_byte) else { return };
    let choice = Choice { format: Some(format.to_owned()), ..Choice::default() };
    let Ok(found) = detect(&head(bytes, true), &choice) else { return };
    let Ok(reader) = found.reader(&ReaderOptions::default()) else { return };
    let mut emitted = 0_u32;
    let outcome = reader.read(bytes, &mut |exchange| {
        emitted += 1;
        assert!(!exchange.account_id.as_str().is_empty(), "nobody has no name");
        assert!(exchange.cost.is_none_or(f64::is_finite), "a cost that is no number");
    });
    match outcome {
        // An interval of a usage report in which nothing was counted is no row.
        Ok(()) => {
            assert!(emitted > 0 || format.ends_with("_usage"), "read, and nothing came of it")
        }
        Err(reason) => {
            assert_eq!(emitted, 0, "rejected after it was emitted");
            assert!(!reason.is_empty() && reason.len() < 400, "{reason}");
        }
    }
}

/// A whole source, packed or not: every byte is in a block, every row and reject within it.
pub fn source(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a scratch file");
    file.write_all(bytes).expect("it takes bytes");
    let Ok(source) = Source::open(file.path()) else { return };
    let head = head(source.head(), source.head_is_all());
    let Ok(found) = detect(&head, &Choice::default()) else { return };
    let Ok(reader) = found.reader(&ReaderOptions::default()) else { return };
    let options = PipelineOptions { keep_raw: true, workers: 1 };
    let mut next = 0;
    let mut check = |block: Block| {
        assert_eq!(block.first_offset, next, "blocks follow each other");
        next += block.byte_length;
        let raw = block.raw.expect("kept");
        let raw = unpack(&raw, block.byte_length as usize).expect("own bytes");
        let rows = &block.rows;
        for (start, length) in rows.byte_offset.iter().zip(&rows.byte_length) {
            assert!(*start >= block.first_offset && start + u64::from(*length) <= next);
        }
        for reject in &block.rejects {
            assert!(reject.byte_offset + reject.byte_length <= next);
        }
        assert_eq!(raw.len() as u64, block.byte_length);
        Ok(())
    };
    let progress = Progress::default();
    let container = &found.container;
    let read = pipeline::run(source, container, &*reader, &options, &progress, &mut check);
    if let Ok(summary) = read {
        assert_eq!(summary.bytes, bytes.len() as u64);
    }
}

/// A mapping file is understood or refused; what is understood is written alike again.
pub fn mapping(bytes: &[u8]) {
    const LOG: &str = "when,who,model,ms,in\n2026-03-01T00:00:00Z,a,m,1,2\n1772323200,b,,x,-1\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(mapping) = Mapping::from_toml(text) else { return };
    let again = Mapping::from_toml(&mapping.to_toml()).expect("own TOML");
    assert_eq!(again.to_toml(), mapping.to_toml());
    let choice = Choice { mapping: Some(mapping), ..Choice::default() };
    let Ok(found) = detect(&head(LOG.as_bytes(), true), &choice) else { return };
    let Ok(options) = found.options() else { return };
    let Ok(reader) = found.reader(&options) else { return };
    for row in LOG.lines().skip(1) {
        let _ = reader.read(row.as_bytes(), &mut |_| {});
    }
}

/// What is packed comes back, and damaged bytes are an error.
pub fn pack(bytes: &[u8]) {
    let packed = Packer::default().pack(bytes);
    assert!(unpack(&packed, bytes.len()).expect("own bytes") == bytes);
    let _ = unpack(bytes, 1 << 16);
}
