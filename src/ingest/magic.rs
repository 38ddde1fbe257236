//! What bytes are that are no log: said plainly, with what to do about it.

use super::DetectError;

/// Starts of files that hold no text, what they are and what to try.
const SIGNATURES: [(&[u8], &str, &str); 10] = [
    (b"PAR1", "a Parquet file inside another packing", "unpack it first"),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "a case is opened with `stillwatch open`; of another database (one-api.db) export the table \
         as CSV: sqlite3 -header -csv FILE 'SELECT * FROM logs' > logs.csv",
    ),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"\x1f\x8b", "gzip inside gzip", "unpack it once more"),
    (b"\x28\xb5\x2f\xfd", "zstd inside another packing", "unpack it once more"),
    (b"BZh", "a bzip2 file", "unpack it first"),
    (b"\xfd7zXZ\0", "an xz file", "unpack it first"),
    (b"Obj\x01", "an Avro file", "export it as JSON lines"),
    (b"\xff\xfe\0\0", "UTF-32 text", "save it as UTF-8"),
];

/// Of fewer bytes than this a single zero makes nothing binary.
const MANY_ZEROS: usize = 200;

/// Starts of files that no log hides in.
const NO_LOGS: [(&[u8], &str, &str); 4] = [
    (b"%PDF", "a PDF document", "import the log it was made from"),
    (b"\x89PNG", "a PNG picture", "import the log it was made from"),
    (b"\xff\xd8\xff", "a JPEG picture", "import the log it was made from"),
    (b"\x7fELF", "a program", "choose a log file"),
];

fn not_a_log(seen: &str, hint: &str) -> DetectError {
    DetectError::NotALog { seen: seen.to_owned(), hint: hint.to_owned() }
}

fn no_log(seen: &str, hint: &str) -> DetectError {
    DetectError::NoLog { seen: seen.to_owned(), hint: hint.to_owned() }
}

/// Recognises files that hold no text.
pub(super) fn binary(bytes: &[u8]) -> Option<DetectError> {
    let starts = |(start, _, _): &&(&[u8], &str, &str)| bytes.starts_with(start);
    if let Some((_, seen, hint)) = SIGNATURES.iter().find(starts) {
        return Some(not_a_log(seen, hint));
    }
    // Three letters alone are as well the start of a column's name: `ORCID,…`.
    let is_text = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ' || *byte == b'\t';
    if bytes.starts_with(b"ORC") && !bytes.get(3).is_some_and(is_text) {
        return Some(not_a_log("an ORC file", "export it as CSV or JSON lines"));
    }
    if let Some((_, seen, hint)) = NO_LOGS.iter().find(starts) {
        return Some(no_log(seen, hint));
    }
    let head = &bytes[..bytes.len().min(8_192)];
    // A crash leaves a block of zeros in a log; in what is no text they are everywhere.
    let zeros = head.chunk_by(|a, b| a == b).filter(|run| run[0] == 0).count();
    let broken = String::from_utf8_lossy(head).matches('\u{fffd}').count();
    let binary = head.first() == Some(&0)
        || zeros * 100 > head.len().max(MANY_ZEROS)
        || broken * 5 > head.len();
    binary.then(|| not_a_log("binary data", "choose a log: JSON lines, JSON or CSV"))
}

/// Text that is neither JSON nor a table.
pub(super) fn plain_text(bytes: &[u8]) -> DetectError {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(16_384)]);
    if text.trim_start().starts_with(['{', '[']) {
        return not_a_log(
            "JSON that breaks off or is not valid",
            "check the file with a JSON tool",
        );
    }
    if text.trim_start().starts_with('<') {
        return not_a_log("XML or HTML", "export it as JSON lines or CSV");
    }
    no_log("plain text without columns", "choose JSON lines, JSON, or CSV with a header row")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_zeros_in_a_text_is_damage_and_zeros_everywhere_are_no_text() {
        let line = b"{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\"}\n".as_slice();
        assert!(binary(&[line, &[0; 4_096], line].concat()).is_none());
        assert!(binary(&[0; 4_096]).is_some());
        let sparse: Vec<u8> = line.iter().flat_map(|b| [*b, 0]).collect();
        assert!(binary(&sparse).is_some());
    }

    #[test]
    fn three_letters_make_no_orc_file() {
        assert!(binary(b"ORC\n\x1b\0\0").is_some());
        assert!(binary(b"ORCID,timestamp\n1,2026-01-01\n").is_none());
    }
}
