//! Text that is not UTF-8 on disk: UTF-16 and Windows-1252 become UTF-8 on their way in, so that
//! whatever cuts and reads records sees one encoding. Places in the source count the bytes after
//! that.

use std::borrow::Cow;
use std::str::FromStr;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a source is looked at to tell UTF-16 without a mark, bytes.
const LOOKED_AT: usize = 1_024;

/// Most bytes in a row that are no ASCII in a western language.
const LONGEST_RUN: usize = 3;

/// The encoding of the unpacked bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or what is no text.
    Utf8,
    /// What western spreadsheets write; the letters of Latin-1 are the same.
    Windows1252,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// Every encoding, by the name that somebody may choose it by.
    pub const ALL: [(&'static str, Self); 4] = [
        ("utf-8", Self::Utf8),
        ("windows-1252", Self::Windows1252),
        ("utf-16le", Self::Utf16Le),
        ("utf-16be", Self::Utf16Be),
    ];

    /// The encoding of a source that starts with `head`: by its mark, by the zero that every
    /// other byte of Latin letters is, or by letters that no UTF-8 has.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            // With two zeros more it is the mark of UTF-32.
            [0xff, 0xfe, 0, 0, ..] => Self::Utf8,
            [0xff, 0xfe, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] => Self::Utf16Be,
            _ => match Self::by_zeros(&head[..head.len().min(LOOKED_AT) & !1]) {
                Self::Utf8 if is_windows_1252(head) => Self::Windows1252,
                other => other,
            },
        }
    }

    fn by_zeros(head: &[u8]) -> Self {
        let (pairs, _) = head.as_chunks::<2>();
        let is_text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        let of = |high: usize| {
            let latin = pairs.iter().filter(|pair| pair[high] == 0 && is_text(pair[1 - high]));
            pairs.len() >= 2 && latin.count() * 10 >= pairs.len() * 9
        };
        match (of(1), of(0)) {
            (true, _) => Self::Utf16Le,
            (_, true) => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// The name stored in the case beside the packing; `None` for UTF-8.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Utf8 => None,
            Self::Windows1252 => Some("windows-1252"),
            Self::Utf16Le => Some("utf-16le"),
            Self::Utf16Be => Some("utf-16be"),
        }
    }

    /// The encoding that the packing of a source names, as the case has it; `None` for UTF-8.
    pub fn of_packing(packing: &str) -> Option<Self> {
        let name = packing.rsplit(", ").next()?;
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, encoding)| *encoding)
    }

    /// A text of it as UTF-8; of UTF-16, which is decoded as a source is read, as it is.
    pub fn decode(self, text: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Windows1252 => match WINDOWS_1252.decode_without_bom_handling(text).0 {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            },
            _ => Cow::Borrowed(text),
        }
    }

    /// How long a text of it is as UTF-8, bytes; of UTF-16, as if it were that already.
    pub fn utf8_length(self, text: &[u8]) -> u64 {
        match self {
            Self::Windows1252 => self.decode(text).len() as u64,
            _ => text.len() as u64,
        }
    }

    /// What turns it into UTF-8; `None` for UTF-8.
    pub(super) fn transcoder(self) -> Option<Transcoder> {
        let decoder = match self {
            Self::Utf8 => return None,
            Self::Windows1252 => WINDOWS_1252.new_decoder_without_bom_handling(),
            Self::Utf16Le => UTF_16LE.new_decoder_with_bom_removal(),
            Self::Utf16Be => UTF_16BE.new_decoder_with_bom_removal(),
        };
        Some(Transcoder {
            decoder,
            waiting: Vec::new(),
            at: 0,
            is_ended: false,
            given: 0,
            is_malformed: false,
        })
    }
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let asked = match name.to_ascii_lowercase() {
            name if matches!(name.as_str(), "latin-1" | "latin1" | "iso-8859-1" | "cp1252") => {
                "windows-1252".to_owned()
            }
            name if name == "utf8" => "utf-8".to_owned(),
            name => name,
        };
        let known = Self::ALL.iter().find(|(name, _)| *name == asked);
        known.map(|(_, encoding)| *encoding).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            format!("no such encoding; there are {}", names.join(", "))
        })
    }
}

/// Whether text is Windows-1252 beyond doubt: letters and signs of western languages here and
/// there between plain ones, and nothing of it UTF-8. A log with a damaged line, one with some
/// lines of UTF-8, and long runs of letters of other alphabets are not.
fn is_windows_1252(head: &[u8]) -> bool {
    let Err(error) = std::str::from_utf8(head) else { return false };
    let is_cut_off = error.error_len().is_none();
    let is_ascii_before = head[..error.valid_up_to()].is_ascii();
    if is_cut_off && head.len() > 4 || !is_ascii_before {
        return false;
    }
    let is_control = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\r' | b'\n');
    let runs = head.chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    !head.iter().any(is_control)
        && runs.filter(|run| !run[0].is_ascii()).all(|run| {
            run.len() <= LONGEST_RUN && run.iter().all(|b| is_western(*b)) && !is_utf_8(run)
        })
}

/// Letters with marks, and the signs that word processors put into text.
fn is_western(byte: u8) -> bool {
    let signs =
        b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb2\xb3\xb5\xb7\xbb";
    matches!(byte, 0xc0..=0xfe) && !matches!(byte, 0xd7 | 0xf7) || signs.contains(&byte)
}

fn is_utf_8(run: &[u8]) -> bool {
    std::str::from_utf8(run).is_ok()
}

/// Turns a stream into UTF-8.
pub(super) struct Transcoder {
    decoder: Decoder,
    /// UTF-8 that was not taken yet, from `at`.
    waiting: Vec<u8>,
    at: usize,
    /// Whether the last bytes were put.
    pub is_ended: bool,
    /// UTF-8 bytes given so far.
    pub given: u64,
    /// Whether something was no UTF-16 and became U+FFFD.
    pub is_malformed: bool,
}

impl Transcoder {
    /// Takes the next bytes; `last` where none follow.
    pub fn put(&mut self, mut bytes: &[u8], last: bool) {
        self.is_ended = last;
        self.waiting.drain(..self.at);
        self.at = 0;
        loop {
            let old = self.waiting.len();
            self.waiting.resize(old + 16 + bytes.len() * 2, 0);
            let space = &mut self.waiting[old..];
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(bytes, space, last);
            self.waiting.truncate(old + written);
            self.is_malformed |= replaced;
            bytes = &bytes[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }

    /// Gives as much UTF-8 as there is and fits; 0 where more must be put.
    pub fn take(&mut self, buffer: &mut [u8]) -> usize {
        let waiting = &self.waiting[self.at..];
        let n = waiting.len().min(buffer.len());
        buffer[..n].copy_from_slice(&waiting[..n]);
        self.at += n;
        self.given += n as u64;
        n
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str, encoding: Encoding, mark: bool) -> Vec<u8> {
        let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        let units = marked.encode_utf16();
        match encoding {
            Encoding::Utf16Be => units.flat_map(u16::to_be_bytes).collect(),
            _ => units.flat_map(u16::to_le_bytes).collect(),
        }
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_by_its_zeros() {
        let text = "timestamp,account_id\n2026-03-01,zoë\n";
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            for mark in [true, false] {
                assert_eq!(Encoding::of(&encoded(text, encoding, mark)), encoding, "{mark}");
            }
        }
        for bytes in [text.as_bytes(), b"", b"a", &[0; 64], b"\xff\xfe\0\0t\0\0\0", b"PAR1\0\0"] {
            assert_eq!(Encoding::of(bytes), Encoding::Utf8, "{bytes:?}");
        }
    }

    #[test]
    fn western_text_is_known_by_letters_that_no_utf_8_has() {
        let is_western = |bytes: &[u8]| Encoding::of(bytes) == Encoding::Windows1252;
        for text in [
            &b"account_id,model\nM\xfcller,m\nS\xe3o Jo\xe3o,m\n"[..],
            b"{\"account_id\":\"Andr\xe9\",\"note\":\"5 \x80 \x96 \x93x\x94\"}\n",
        ] {
            assert!(is_western(text), "{text:?}");
        }
        for text in [
            &b"plain,ascii\n"[..],
            "M\u{fc}ller\n".as_bytes(),
            b"cut off in a letter \xc3",
            b"one line of UTF-8: \xc3\xbc\nand a damaged one: \xfcx\n",
            b"a damaged one: \xfcx\nand one line of UTF-8: \xc3\xbc\n",
            b"noise \xff\x81\x07 noise",
            b"Cyrillic of KOI8: \xf0\xd2\xc9\xd7\xc5\xd4\n",
        ] {
            assert!(!is_western(text), "{text:?}");
        }
        let mut transcoder = Encoding::Windows1252.transcoder().expect("one");
        transcoder.put(b"M\xfcller \x80", true);
        let mut buffer = [0; 32];
        let n = transcoder.take(&mut buffer);
        assert_eq!(std::str::from_utf8(&buffer[..n]), Ok("M\u{fc}ller \u{20ac}"));
    }

    #[test]
    fn what_is_no_utf_16_is_replaced_and_said() {
        let mut transcoder = Encoding::Utf16Le.transcoder().expect("one");
        transcoder.put(b"a\0\0\xd8b\0c", true);
        let mut buffer = [0; 32];
        let n = transcoder.take(&mut buffer);
        assert_eq!(std::str::from_utf8(&buffer[..n]), Ok("a\u{fffd}b\u{fffd}"));
        assert!(transcoder.is_malformed);
    }

    proptest! {
        #[test]
        fn utf_16_in_pieces_of_any_size_is_the_text_it_was(
            text in "\\PC{0,60}", piece in 1_usize..9, room in 1_usize..9, big: bool,
        ) {
            let encoding = if big { Encoding::Utf16Be } else { Encoding::Utf16Le };
            let bytes = encoded(&text, encoding, true);
            let mut transcoder = encoding.transcoder().expect("one");
            let (mut all, mut buffer) = (Vec::new(), vec![0; room]);
            let pieces: Vec<&[u8]> = bytes.chunks(piece).collect();
            for (i, bytes) in pieces.iter().enumerate() {
                transcoder.put(bytes, i + 1 == pieces.len());
                loop {
                    match transcoder.take(&mut buffer) {
                        0 => break,
                        n => all.extend_from_slice(&buffer[..n]),
                    }
                }
            }
            prop_assert_eq!(transcoder.given, text.len() as u64);
            prop_assert_eq!(String::from_utf8(all).expect("UTF-8"), text);
            prop_assert!(!transcoder.is_malformed);
        }
    }
}
