//! The ways in which a text is written inside another: decoded, with the way back.
//!
//! Decoding all values in all ways would multiply them; decoding the text does not. A value inside
//! JSON inside CSV is found in the text that is left when both are taken away, and what it covers
//! of the original is known from the steps.

use memchr::{memchr_iter, memchr2_iter};

use super::hex::digit;

/// A way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Escape {
    /// `\"`, `\\`, `\n`, `\u0041`.
    Json,
    /// `&amp;`, `&#65;`, `&#x41;`.
    Xml,
    /// `%41`, byte by byte.
    Percent,
    /// `""`, and the `'` before what a spreadsheet would run.
    Csv,
    /// `''`.
    Sql,
    /// `\(`, `\)`, `\\`, `\101`.
    PdfText,
    /// `<414243>`.
    PdfHex,
    /// Two bytes a unit, the high one first, from the first byte on.
    Utf16Be,
    /// The same from the second byte on.
    Utf16BeOdd,
    /// Two bytes a unit, the low one first, from the first byte on.
    Utf16Le,
    /// The same from the second byte on.
    Utf16LeOdd,
}

impl Escape {
    /// Those in which text is written inside other text.
    pub const TEXT: [Self; 5] = [Self::Json, Self::Xml, Self::Percent, Self::Csv, Self::Sql];
    /// Those of strings in a PDF.
    pub const PDF: [Self; 2] = [Self::PdfText, Self::PdfHex];
    /// Text of two bytes a unit.
    pub const UTF16: [Self; 4] = [Self::Utf16Be, Self::Utf16BeOdd, Self::Utf16Le, Self::Utf16LeOdd];

    /// The way in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Percent => "percent",
            Self::Csv => "csv",
            Self::Sql => "sql",
            Self::PdfText => "pdf string",
            Self::PdfHex => "pdf hex string",
            _ => "utf-16",
        }
    }

    /// The text without this way of writing; `None` where it has none of it.
    pub fn decode(self, bytes: &[u8]) -> Option<Decoded> {
        let mut out = Decoding::new(bytes);
        match self {
            Self::Json => memchr_iter(b'\\', bytes).for_each(|at| out.take(at, json)),
            Self::Xml => memchr_iter(b'&', bytes).for_each(|at| out.take(at, xml)),
            Self::Percent => memchr_iter(b'%', bytes).for_each(|at| out.take(at, percent)),
            Self::Csv => memchr2_iter(b'"', b'\'', bytes).for_each(|at| out.take(at, csv)),
            Self::Sql => memchr_iter(b'\'', bytes).for_each(|at| out.take(at, sql)),
            Self::PdfText => memchr_iter(b'\\', bytes).for_each(|at| out.take(at, pdf_text)),
            Self::PdfHex => memchr_iter(b'<', bytes).for_each(|at| out.take(at, pdf_hex)),
            _ => self.utf16(bytes, &mut out),
        }
        out.finish()
    }

    fn utf16(self, bytes: &[u8], out: &mut Decoding<'_>) {
        // Text of which no character is below U+0100 has no zero byte, and no mark of its own.
        if memchr::memchr(0, bytes).is_none() && memchr::memchr2(0xfe, 0xff, bytes).is_none() {
            return;
        }
        let from = usize::from(matches!(self, Self::Utf16BeOdd | Self::Utf16LeOdd));
        let is_big = matches!(self, Self::Utf16Be | Self::Utf16BeOdd);
        let unit = |two: &[u8]| {
            let two = [two[0], two[1]];
            if is_big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) }
        };
        // A step for 32 units keeps the way back small, and exact where they are alike.
        for at in (from..bytes.len()).step_by(64) {
            let part = &bytes[at..(at + 64).min(bytes.len())];
            let units = part.chunks_exact(2).map(unit);
            let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
            out.take(at, |_, _| Some((part.len(), Text::Long(text.clone().into_bytes()))));
        }
    }
}

/// A step: so many bytes that became so many others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Where it begins in the decoded text.
    pub at: usize,
    /// How many bytes it is there.
    pub len: usize,
    /// Where it begins in the original.
    pub raw_at: usize,
    /// How many bytes it is there.
    pub raw_len: usize,
}

/// A text without one way of writing.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text.
    pub bytes: Vec<u8>,
    /// What was decoded, in order.
    pub steps: Vec<Step>,
}

impl Decoded {
    /// Where what begins at `at` begins in the original.
    pub fn raw_start(&self, at: usize) -> usize {
        self.raw(self.steps.partition_point(|step| step.at <= at), at)
    }

    /// Where what ends at `at` ends in the original: behind the step that it ends with, before one
    /// that only begins there.
    pub fn raw_end(&self, at: usize) -> usize {
        self.raw(self.steps.partition_point(|step| step.at < at), at)
    }

    /// Where what stands at `raw` in the original stands in the text.
    pub fn forward(&self, raw: usize) -> usize {
        let before = self.steps.partition_point(|step| step.raw_at <= raw);
        let Some(step) = before.checked_sub(1).and_then(|last| self.steps.get(last)) else {
            return raw;
        };
        step.at + (step.len + raw - step.raw_at).saturating_sub(step.raw_len)
    }

    /// `before` steps begin before; inside one the way back is taken in proportion.
    fn raw(&self, before: usize, at: usize) -> usize {
        let Some(step) = before.checked_sub(1).and_then(|last| self.steps.get(last)) else {
            return at;
        };
        let into = at - step.at;
        if into < step.len {
            return step.raw_at + into * step.raw_len / step.len;
        }
        step.raw_at + step.raw_len + into - step.len
    }
}

/// What becomes of an escape at a place: how long it is, and what it stands for.
type Taken = Option<(usize, Text)>;

/// What an escape stands for: mostly one character, which needs no memory of its own.
enum Text {
    Short([u8; 4], usize),
    Long(Vec<u8>),
}

impl Text {
    const NONE: Self = Self::Short([0; 4], 0);

    fn byte(byte: u8) -> Self {
        Self::Short([byte, 0, 0, 0], 1)
    }

    fn character(c: char) -> Self {
        let mut bytes = [0; 4];
        let len = c.encode_utf8(&mut bytes).len();
        Self::Short(bytes, len)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes, len) => &bytes[..*len],
            Self::Long(bytes) => bytes,
        }
    }
}

struct Decoding<'a> {
    raw: &'a [u8],
    /// Up to where the original is decoded.
    done: usize,
    out: Vec<u8>,
    steps: Vec<Step>,
}

impl<'a> Decoding<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self { raw, done: 0, out: Vec::new(), steps: Vec::new() }
    }

    /// Decodes what stands at `at`, unless that was part of what stood before.
    fn take(&mut self, at: usize, of: impl Fn(&[u8], usize) -> Taken) {
        if at < self.done {
            return;
        }
        let Some((raw_len, text)) = of(self.raw, at) else { return };
        let text = text.bytes();
        self.out.extend_from_slice(&self.raw[self.done..at]);
        self.steps.push(Step { at: self.out.len(), len: text.len(), raw_at: at, raw_len });
        self.out.extend_from_slice(text);
        self.done = at + raw_len;
    }

    fn finish(mut self) -> Option<Decoded> {
        if self.steps.is_empty() {
            return None;
        }
        self.out.extend_from_slice(&self.raw[self.done..]);
        Some(Decoded { bytes: self.out, steps: self.steps })
    }
}

fn json(raw: &[u8], at: usize) -> Taken {
    let plain = match raw.get(at + 1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        byte @ (b'"' | b'\\' | b'/') => *byte,
        b'u' => return json_unicode(raw, at),
        _ => return None,
    };
    Some((2, Text::byte(plain)))
}

fn json_unicode(raw: &[u8], at: usize) -> Taken {
    let unit = |at: usize| {
        let is_one = raw.get(at..at + 2) == Some(b"\\u");
        let digits = raw.get(at + 2..at + 6).filter(|_| is_one)?;
        digits.iter().try_fold(0_u16, |n, byte| Some(n << 4 | u16::from(digit(*byte)?)))
    };
    let first = unit(at)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Some((6, Text::character(c)));
    }
    let both = [first, unit(at + 6)?];
    let c = char::decode_utf16(both).next()?.ok()?;
    Some((12, Text::character(c)))
}

fn xml(raw: &[u8], at: usize) -> Taken {
    let rest = raw.get(at + 1..(at + 12).min(raw.len()))?;
    let len = memchr::memchr(b';', rest)?;
    let name = str::from_utf8(&rest[..len]).ok()?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
            char::from_u32(code.ok()?)?
        }
    };
    Some((len + 2, Text::character(c)))
}

fn percent(raw: &[u8], at: usize) -> Taken {
    let [high, low] = [digit(*raw.get(at + 1)?)?, digit(*raw.get(at + 2)?)?];
    Some((3, Text::byte(high << 4 | low)))
}

fn csv(raw: &[u8], at: usize) -> Taken {
    let rest = raw.get(at + 1..)?;
    if raw[at] == b'"' {
        return (rest.first() == Some(&b'"')).then(|| (2, Text::byte(b'"')));
    }
    let is_formula = matches!(rest.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
    let is_wide = ["＝", "＋", "－", "＠"].iter().any(|wide| rest.starts_with(wide.as_bytes()));
    (is_formula || is_wide).then_some((1, Text::NONE))
}

fn sql(raw: &[u8], at: usize) -> Taken {
    (raw.get(at + 1) == Some(&b'\'')).then(|| (2, Text::byte(b'\'')))
}

fn pdf_text(raw: &[u8], at: usize) -> Taken {
    let first = *raw.get(at + 1)?;
    let plain = match first {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'(' | b')' | b'\\' => first,
        b'\n' => return Some((2, Text::NONE)),
        b'\r' => return Some((2 + usize::from(raw.get(at + 2) == Some(&b'\n')), Text::NONE)),
        b'0'..=b'7' => {
            let digits = raw[at + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(*b));
            let (len, value) =
                digits.fold((0, 0_u16), |(n, v), b| (n + 1, v * 8 + u16::from(b - b'0')));
            return Some((1 + len, Text::byte(value as u8)));
        }
        _ => return None,
    };
    Some((2, Text::byte(plain)))
}

/// A whole string; fewer than four bytes hold no value that is looked for.
fn pdf_hex(raw: &[u8], at: usize) -> Taken {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
    let len = raw.get(at + 1..)?.iter().take_while(is_part).count();
    if raw.get(at + 1 + len) != Some(&b'>') {
        return None;
    }
    let digits: Vec<u8> = raw[at + 1..at + 1 + len].iter().filter_map(|b| digit(*b)).collect();
    let byte = |two: &[u8]| two[0] << 4 | two.get(1).copied().unwrap_or(0);
    let text: Vec<u8> = digits.chunks(2).map(byte).collect();
    (text.len() >= 3).then_some((len + 2, Text::Long(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(escape: Escape, text: &str) -> String {
        let decoded = escape.decode(text.as_bytes());
        decoded.map_or(text.to_owned(), |d| String::from_utf8_lossy(&d.bytes).into_owned())
    }

    #[test]
    fn each_way_of_writing_is_taken_away() {
        for (escape, text, expected) in [
            (Escape::Json, r#"a\"b\u0041\ud83d\ude00\\n"#, "a\"bA😀\\n"),
            (Escape::Xml, "a&amp;b&#65;&#x1F600;&c;", "a&bA😀&c;"),
            (Escape::Percent, "a%20b%C3%A9%zz", "a bé%zz"),
            (Escape::Csv, "\"a\"\"b\",'=x;'-y,it's", "\"a\"b\",=x;-y,it's"),
            (Escape::Sql, "'o''brien'", "'o'brien'"),
            (Escape::PdfText, r"\(a\)\101\\", r"(a)A\"),
            (Escape::PdfHex, "<61 6 26 3>x<zz>", "abcx<zz>"),
        ] {
            assert_eq!(decoded(escape, text), expected, "{escape:?}");
        }
    }

    #[test]
    fn units_of_two_bytes_are_read_from_either_byte_on() {
        let big: Vec<u8> = "aé名😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = "aé名😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Escape::Utf16Be.decode(&big).unwrap().bytes, "aé名😀".as_bytes());
        assert_eq!(Escape::Utf16Le.decode(&little).unwrap().bytes, "aé名😀".as_bytes());
        let shifted = [b"x", big.as_slice()].concat();
        let bytes = Escape::Utf16BeOdd.decode(&shifted).unwrap().bytes;
        assert_eq!(bytes, "xaé名😀".as_bytes());
        assert!(Escape::Utf16Be.decode(b"plain text").is_none());
    }

    #[test]
    fn the_way_back_covers_the_escape_whole() {
        let raw = br"x\u0061c01\n";
        let decoded = Escape::Json.decode(raw).unwrap();
        assert_eq!(decoded.bytes, b"xac01\n");
        let (start, end) = (decoded.raw_start(1), decoded.raw_end(5));
        assert_eq!(&raw[start..end], br"\u0061c01");
        let quoted = b";'=x";
        let decoded = Escape::Csv.decode(quoted).unwrap();
        assert_eq!((decoded.raw_start(1), decoded.raw_end(1)), (2, 1));
    }

    proptest! {
        #[test]
        fn the_way_back_of_what_was_not_decoded_is_the_same_text(
            raw in "([a-c\"'%&;=\\\\u0<>-]|&amp;|%41|\\\\u0061){0,20}"
        ) {
            for escape in Escape::TEXT.into_iter().chain(Escape::PDF) {
                let Some(decoded) = escape.decode(raw.as_bytes()) else { continue };
                let is_step = |at: usize| {
                    decoded.steps.iter().any(|s| s.at <= at && at < s.at + s.len)
                };
                for at in (0..decoded.bytes.len()).filter(|at| !is_step(*at)) {
                    let (start, end) = (decoded.raw_start(at), decoded.raw_end(at + 1));
                    prop_assert_eq!(&raw.as_bytes()[start..end], &decoded.bytes[at..=at]);
                }
            }
        }
    }
}
