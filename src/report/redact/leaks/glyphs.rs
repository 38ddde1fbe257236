//! Which letters the glyphs of a font stand for: its `ToUnicode` table (ISO 32000-1, 9.10.3), the
//! one that a reader copies text by.

use std::collections::HashMap;

use memchr::memmem;

use super::super::hex::digit;

/// Entries of a table that are read.
const MOST: usize = 1 << 17;
/// Bytes that one glyph stands for, of the longest ligature and more.
const MOST_OF_ONE: usize = 16;

/// The letters of a font.
pub(super) struct Glyphs {
    letters: HashMap<u32, String>,
    /// Bytes of a code.
    width: usize,
}

/// A word of a table.
enum Word<'a> {
    /// `<0041>`.
    Code(Vec<u8>),
    Open,
    Close,
    /// A keyword or a number.
    Name(&'a [u8]),
}

impl Glyphs {
    /// A stream, if it is such a table.
    pub fn read(stream: &[u8]) -> Option<Self> {
        memmem::find(stream, b"begincmap")?;
        let mut glyphs = Self { letters: HashMap::new(), width: 0 };
        let words = words(stream);
        let mut at = 0;
        while at < words.len() {
            at += 1;
            match words[at - 1] {
                Word::Name(b"begincodespacerange") => glyphs.width = width(&words[at..]),
                Word::Name(b"beginbfchar") => glyphs.characters(&words[at..]),
                Word::Name(b"beginbfrange") => glyphs.ranges(&words[at..]),
                _ => {}
            }
        }
        (!glyphs.letters.is_empty() && glyphs.width > 0).then_some(glyphs)
    }

    /// The letters of a run of glyphs; U+FFFD for one that has none.
    pub fn text(&self, run: &[u8]) -> String {
        let letter =
            |code: &[u8]| self.letters.get(&number(code)).map_or("\u{fffd}", String::as_str);
        run.chunks(self.width).map(letter).collect()
    }

    /// `<code> <letters>`, and on.
    fn characters(&mut self, words: &[Word<'_>]) {
        for two in words.chunks(2) {
            let [Word::Code(code), Word::Code(letters)] = two else { return };
            self.put(number(code), letters);
        }
    }

    /// `<first> <last> <letters of the first>` or `<first> <last> [<letters> …]`, and on.
    fn ranges(&mut self, words: &[Word<'_>]) {
        let mut rest = words;
        while let [Word::Code(first), Word::Code(last), more @ ..] = rest {
            let (first, last) = (number(first), number(last));
            match more {
                [Word::Code(letters), more @ ..] => {
                    let mut letters = letters.clone();
                    for code in first..=last.min(first.saturating_add(0xffff)) {
                        self.put(code, &letters);
                        count_up(&mut letters);
                    }
                    rest = more;
                }
                [Word::Open, more @ ..] => {
                    let is_code = |word: &&Word<'_>| matches!(word, Word::Code(_));
                    let len = more.iter().take_while(is_code).count();
                    for (code, word) in (first..=last).zip(&more[..len]) {
                        if let Word::Code(letters) = word {
                            self.put(code, letters);
                        }
                    }
                    rest = more.get(len + 1..).unwrap_or_default();
                }
                _ => return,
            }
        }
    }

    fn put(&mut self, code: u32, letters: &[u8]) {
        if self.letters.len() < MOST {
            let letters = &letters[..letters.len().min(MOST_OF_ONE)];
            let units = letters.chunks(2).map(|two| number(two) as u16);
            let text = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
            self.letters.insert(code, text);
        }
    }
}

/// The last byte of a text counts up, as in a range; beyond it nothing is defined.
fn count_up(letters: &mut [u8]) {
    for byte in letters.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return;
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |n, byte| n << 8 | u32::from(*byte))
}

fn width(words: &[Word<'_>]) -> usize {
    match words.first() {
        Some(Word::Code(code)) => code.len().min(4),
        _ => 0,
    }
}

fn words(stream: &[u8]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < stream.len() && words.len() < 4 * MOST {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"<>[]()%".contains(byte);
        let run = |from: usize, is: &dyn Fn(&u8) -> bool| {
            stream[from..].iter().take_while(|byte| is(byte)).count()
        };
        at += match stream[at] {
            b'[' => {
                words.push(Word::Open);
                1
            }
            b']' => {
                words.push(Word::Close);
                1
            }
            b'<' => {
                let len = run(at + 1, &|byte| *byte != b'>' && *byte != b'<');
                let digits: Vec<u8> =
                    stream[at + 1..at + 1 + len].iter().filter_map(|b| digit(*b)).collect();
                let byte = |two: &[u8]| two[0] << 4 | two.get(1).copied().unwrap_or(0);
                words.push(Word::Code(digits.chunks(2).map(byte).collect()));
                len + 1
            }
            b'%' => run(at, &|byte| *byte != b'\n' && *byte != b'\r'),
            byte if ends(&byte) => 1,
            _ => {
                let len = run(at, &|byte| !ends(byte));
                words.push(Word::Name(&stream[at..at + len]));
                len
            }
        };
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /x def % a comment <99>
1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0001> <0061> <0002> <00660069> endbfchar
2 beginbfrange <0010> <0012> <0030> <0020> <0021> [<0063> <D83DDE00>] endbfrange
endcmap";

    #[test]
    fn glyphs_are_read_as_the_letters_they_are_copied_as() {
        let glyphs = Glyphs::read(TABLE.as_bytes()).unwrap();
        let run = [1, 2, 0x10, 0x12, 0x20, 0x21, 0x99].map(|code| [0, code]).concat();
        assert_eq!(glyphs.text(&run), "afi02c😀\u{fffd}");
        assert!(Glyphs::read(b"BT (x) Tj ET").is_none());
    }
}
