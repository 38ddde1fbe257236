//! Identifiers in half the space: most request and session ids are hexadecimal in disguise, and
//! a case holds one or two of them for every event.
//!
//! A canonical lower-case UUID becomes its 16 bytes. Other lower-case hexadecimal text of even
//! length becomes a zero byte and its bytes, unless that were 16 bytes long. Everything else
//! stays text. The views turn them back with plain SQL.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// Hexadecimal text shorter than this is not worth a change of type.
const SHORTEST_HEX: usize = 16;
const LONGEST_HEX: usize = 128;

/// An identifier as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Compact<'a> {
    Text(&'a str),
    Bytes([u8; 1 + LONGEST_HEX / 2], usize),
}

impl<'a> Compact<'a> {
    pub(super) fn new(id: &'a str) -> Self {
        let text = id.as_bytes();
        let mut out = [0u8; 1 + LONGEST_HEX / 2];
        if text.len() == 36 && uuid(text, &mut out) {
            return Self::Bytes(out, 16);
        }
        let stored = 1 + text.len() / 2;
        let worth = text.len().is_multiple_of(2)
            && (SHORTEST_HEX..=LONGEST_HEX).contains(&text.len())
            && stored != 16;
        if worth && unhex(text, &mut out[1..]) {
            return Self::Bytes(out, stored);
        }
        Self::Text(id)
    }
}

impl ToSql for Compact<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes, length) => ValueRef::Blob(&bytes[..*length]),
        }))
    }
}

/// Appends the identifier a column holds to `out`.
pub(super) fn expand(stored: ValueRef<'_>, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (bytes, dashed) = match stored {
        ValueRef::Text(text) => return out.extend_from_slice(text),
        ValueRef::Blob(blob) if blob.len() == 16 => (blob, true),
        ValueRef::Blob(blob) => (blob.get(1..).unwrap_or_default(), false),
        _ => return,
    };
    for (i, byte) in bytes.iter().enumerate() {
        if dashed && matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}

/// Whether a stored identifier has the one form [`Compact`] gives it; anything else was written by
/// another program. `id` is what [`expand`] made of it.
pub(super) fn is_compact(stored: ValueRef<'_>, id: &[u8]) -> bool {
    let Ok(id) = std::str::from_utf8(id) else { return false };
    match (Compact::new(id), stored) {
        (Compact::Text(text), ValueRef::Text(found)) => text.as_bytes() == found,
        (Compact::Bytes(bytes, length), ValueRef::Blob(found)) => &bytes[..length] == found,
        _ => false,
    }
}

fn uuid(text: &[u8], out: &mut [u8]) -> bool {
    // Where its groups of digits begin and end, and where their bytes begin.
    const GROUPS: [(usize, usize, usize); 5] =
        [(0, 8, 0), (9, 13, 4), (14, 18, 6), (19, 23, 8), (24, 36, 10)];
    GROUPS.into_iter().all(|(from, to, at)| {
        let is_dashed = text.get(to).is_none_or(|c| *c == b'-');
        is_dashed && unhex(&text[from..to], &mut out[at..])
    })
}

/// What a byte is worth as a hexadecimal digit in lower case; [`NO_DIGIT`] where it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        digits[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};
const NO_DIGIT: u8 = 0xff;

fn unhex(text: &[u8], out: &mut [u8]) -> bool {
    // Without branches: nearly all ids of a log are alike.
    let mut all = 0;
    for (pair, byte) in text.chunks_exact(2).zip(out) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    all != NO_DIGIT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(id: &str) -> String {
        let mut out = Vec::new();
        match Compact::new(id) {
            Compact::Text(text) => expand(ValueRef::Text(text.as_bytes()), &mut out),
            Compact::Bytes(bytes, n) => expand(ValueRef::Blob(&bytes[..n]), &mut out),
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn uuids_and_hexadecimal_ids_are_stored_as_bytes_and_nothing_else_is() {
        let bytes = |id| matches!(Compact::new(id), Compact::Bytes(..));
        assert!(bytes("5e16851d-0dca-492a-aca0-310548dc4060"));
        assert!(bytes("d41d8cd98f00b204e9800998ecf8427e"));
        assert!(!bytes("5E16851D-0dca-492a-aca0-310548dc4060"), "upper case is another id");
        assert!(!bytes("abcdef"));
        assert!(!bytes("0123456789abcdef0123456789abcd"), "15 bytes and the mark look like a UUID");
    }

    #[test]
    fn the_same_id_in_another_form_is_noticed() {
        let text = b"d41d8cd98f00b204e9800998ecf8427e";
        let Compact::Bytes(bytes, length) = Compact::new("d41d8cd98f00b204e9800998ecf8427e") else {
            panic!("hexadecimal")
        };
        let is_compact = |stored| {
            let mut id = Vec::new();
            expand(stored, &mut id);
            is_compact(stored, &id)
        };
        assert!(is_compact(ValueRef::Blob(&bytes[..length])));
        assert!(!is_compact(ValueRef::Text(text)));
        assert!(!is_compact(ValueRef::Blob(&[9, 0x41])));
        assert!(!is_compact(ValueRef::Integer(7)));
        assert!(is_compact(ValueRef::Text(b"req-7")));
    }

    proptest! {
        #[test]
        fn any_identifier_comes_back(id in "[0-9a-f]{0,140}|[0-9a-fA-F-]{36}|\\PC{0,40}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") {
            prop_assert_eq!(round_trip(&id), id);
        }
    }
}
