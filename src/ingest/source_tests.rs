//! Tests of opening, unpacking and hashing a source.

use super::*;
use std::io::Write;

/// SHA-256 of "hello\n", as `sha256sum` prints it.
const HELLO: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

fn open(bytes: &[u8]) -> Source {
    let path = Path::new("test");
    let measure = Measure::new(path, bytes.len() as u64);
    let inner = Cursor::new(bytes.to_vec());
    let stream = Box::new(FromDisk { inner, measure: Arc::clone(&measure) });
    let origin = Origin { measure, stamp: None, is_member: false };
    Source::new(path, Body::Stream(stream), bytes.len() as u64, origin).expect("opened")
}

fn read_all(source: Source) -> (Vec<u8>, SourceSummary) {
    source.read_all().expect("memory reads")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).expect("memory writes");
    encoder.finish().expect("memory writes")
}

#[test]
fn plain_bytes_come_out_as_they_are_with_the_hash_of_the_file() {
    let (bytes, summary) = read_all(open(b"hello\n"));
    assert_eq!(bytes, b"hello\n");
    assert_eq!(summary.sha256, HELLO);
    assert_eq!((summary.bytes, summary.unpacked_bytes, summary.problem), (6, 6, None));
}

#[test]
fn packed_bytes_come_out_unpacked_with_the_hash_of_the_packed_file() {
    let mut two_members = gzip(b"hel");
    two_members.extend(gzip(b"lo\n"));
    let (bytes, summary) = read_all(open(&two_members));
    assert_eq!(bytes, b"hello\n");
    assert_ne!(summary.sha256, HELLO);
    let packed = zstd::encode_all(&b"hello\n"[..], 1).expect("memory writes");
    let source = open(&packed);
    assert_eq!(source.compression, Compression::Zstd);
    assert_eq!(read_all(source).0, b"hello\n");
}

#[test]
fn a_truncated_archive_gives_what_it_holds_and_says_where_it_ends() {
    let text: Vec<u8> = (0..200_000u32).flat_map(|i| i.to_le_bytes()).collect();
    for packed in [gzip(&text), zstd::encode_all(&text[..], 1).expect("memory writes")] {
        let cut = &packed[..packed.len() / 2];
        let (bytes, summary) = read_all(open(cut));
        assert!(text.starts_with(&bytes) && bytes.len() < text.len());
        assert_eq!(summary.bytes, cut.len() as u64);
        let problem = summary.problem.expect("a truncated archive is a problem");
        assert!(problem.contains("ends early"), "{problem}");
    }
}

#[test]
fn damage_is_placed_where_it_is_not_where_the_buffer_ends() {
    let mut x = 1_u32;
    let noise = std::iter::repeat_with(|| {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (x >> 24) as u8
    });
    let mut packed = gzip(b"hello\n");
    let whole = packed.len();
    // After a whole member, the start of another whose compression method does not exist.
    packed.extend([0x1f, 0x8b, 0xff]);
    packed.extend(noise.take(10_000));
    let problem = read_all(open(&packed)).1.problem.expect("damaged");
    let at = problem.split(" at byte ").nth(1).and_then(|rest| rest.split(' ').next());
    let at: usize = at.and_then(|digits| digits.parse().ok()).expect("a place");
    assert!((whole..whole + 20).contains(&at), "{problem}");
}

#[test]
fn an_archive_that_unpacks_beyond_all_measure_is_refused() {
    let zeros = vec![0u8; 64 << 20];
    let packed: Vec<u8> =
        std::iter::repeat_n(zstd::encode_all(&zeros[..], 1).expect("memory writes"), 6)
            .flatten()
            .collect();
    let mut source = open(&packed);
    let mut buffer = vec![0; 1 << 20];
    let error = loop {
        match source.read(&mut buffer) {
            Ok(0) => panic!("read to the end"),
            Ok(_) => {}
            Err(e) => break e,
        }
    };
    assert!(matches!(error, IngestError::Expansion { .. }));
}

#[test]
fn a_missing_file_and_a_directory_cannot_be_opened() {
    for path in ["/no/such/file", "/"] {
        assert!(matches!(Source::open(Path::new(path)), Err(IngestError::Open { .. })));
    }
}

#[test]
fn a_file_that_is_written_to_while_it_is_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    fs::write(&path, "{\"a\":1}\n").expect("written");
    let source = Source::open(&path).expect("opened");
    let mut file = File::options().append(true).open(&path).expect("opened");
    file.write_all(b"{\"a\":2}\n").expect("written");
    let error = source.read_all().expect_err("changed");
    assert!(matches!(error, IngestError::Changed { .. }), "{error}");
}

#[test]
fn hashing_the_rest_of_a_damaged_file_ends_when_it_is_asked_to() {
    let mut damaged = gzip(b"hello\n");
    damaged.extend([0x1f, 0x8b, 0xff]);
    damaged.resize(4 << 20, 0);
    let progress = Progress::default();
    progress.cancel();
    let error = open(&damaged).finish(&progress).expect_err("cancelled");
    assert!(matches!(error, IngestError::Cancelled(_)), "{error}");
}

#[test]
fn utf_16_comes_out_as_utf_8_with_the_hash_of_the_file() {
    use sha2::{Digest, Sha256};
    let text = "zeit;konto\n".repeat(100_000) + "ende €";
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf_16.iter().copied()).collect();
    let sha256 = |bytes: &[u8]| crate::model::text::hex(&Sha256::digest(bytes));
    for (bytes, packing) in [
        (utf_16.clone(), "utf-16le"),
        (marked.clone(), "utf-16le"),
        (gzip(&marked), "gzip, utf-16le"),
    ] {
        let source = open(&bytes);
        assert_eq!(source.packing(), packing);
        assert!(!source.head_is_all() && text.as_bytes().starts_with(source.head()));
        let (read, summary) = read_all(source);
        assert!(read == text.as_bytes());
        assert_eq!(summary.unpacked_bytes, text.len() as u64);
        assert_eq!((summary.sha256, summary.problem), (sha256(&bytes), None));
    }
    let odd = &utf_16[..utf_16.len() - 1];
    assert!(read_all(open(odd)).1.problem.expect("cut short").contains("no UTF-16"));
}
