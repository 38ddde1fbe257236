//! The streams of a PDF (ISO 32000-1, 7.3.8), and the text of its pages.
//!
//! Streams are found by their keyword, not by the cross references: what no reference leads to is
//! still in the file.

use std::io::{self, BufReader, Cursor, Read, SeekFrom};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::glyphs::Glyphs;
use super::pages::runs;
use super::stream::{Form, Packed, Search, Source};
use super::window::windows;

/// Streams that are looked through.
const MOST_STREAMS: usize = 1 << 20;
/// Bytes of a stream that are read as glyphs or as a table of them.
const MOST_TEXT: u64 = 8 << 20;
/// Tables of glyphs that are tried.
const MOST_FONTS: usize = 256;
/// Bytes before a stream that name how it is packed.
const DICTIONARY: usize = 200;
/// Filters that are not undone.
const FOREIGN: [&str; 4] = ["/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"];

/// What the dictionary of a font's outlines says.
const FONTS: [&str; 3] = ["/CIDFontType0C", "/OpenType", "/Length1"];

/// Where streams begin, and whether each is packed in a way that is not undone.
type Streams = Vec<(u64, bool)>;

/// Every stream of a PDF.
///
/// # Errors
/// The reader's.
pub(super) fn pdf(search: &mut Search<'_>, name: &str, reader: &mut dyn Source) -> io::Result<()> {
    reader.rewind()?;
    let (streams, is_encrypted) = streams(reader)?;
    if is_encrypted {
        search.unread(name, "it is encrypted");
    }
    if streams.len() >= MOST_STREAMS {
        search.unread(name, "it has too many streams");
    }
    let mut fonts = Vec::new();
    let mut pages = Vec::new();
    for (at, is_foreign) in streams {
        let inner = format!("{name}, stream at byte {at}");
        if is_foreign {
            search.unread(&inner, "it is packed in a way that is not undone here");
        }
        let Some(text) = small(search, reader, at)? else {
            unpack(search, &inner, reader, at)?;
            continue;
        };
        if let Some(glyphs) = Glyphs::read(&text).filter(|_| fonts.len() < MOST_FONTS) {
            fonts.push(glyphs);
        }
        if memmem::find(&text, b"BT").is_some() && memmem::find(&text, b"Tf").is_some() {
            // Numbers of glyphs read as letters are text by chance.
            if !search.limits.glyphs {
                continue;
            }
            pages.push(at);
        }
        unpack(search, &inner, reader, at)?;
    }
    for at in pages {
        let Some(text) = small(search, reader, at)? else { continue };
        page(search, &format!("{name}, text of the page at byte {at}"), &text, &fonts);
    }
    Ok(())
}

/// The text of a page, with every table of glyphs: which of them its fonts have is not looked up.
fn page(search: &mut Search<'_>, name: &str, content: &[u8], fonts: &[Glyphs]) {
    let runs = runs(content);
    for glyphs in fonts {
        let lines: Vec<String> = runs.iter().map(|run| glyphs.text(run)).collect();
        search.unpacked(name, &mut Cursor::new(lines.join("\n")), Form::Plain);
    }
}

fn streams(reader: &mut dyn Source) -> io::Result<(Streams, bool)> {
    let (mut all, mut is_encrypted) = (Streams::new(), false);
    windows(reader, &mut |window| {
        is_encrypted |= memmem::find(window.bytes, b"/Encrypt").is_some();
        for at in memmem::find_iter(window.bytes, b"stream") {
            let behind = match window.bytes[at + 6..] {
                [b'\r', b'\n', ..] => at + 8,
                [b'\n', ..] => at + 7,
                _ => continue,
            };
            if !window.body.contains(&at)
                || window.bytes[..at].ends_with(b"end")
                || all.len() >= MOST_STREAMS
            {
                continue;
            }
            let before = &window.bytes[at.saturating_sub(DICTIONARY)..at];
            let before = memmem::rfind(before, b" obj").map_or(before, |obj| &before[obj..]);
            let has = |filter: &&str| memmem::find(before, filter.as_bytes()).is_some();
            // In outlines of letters short values are found by chance.
            if !FONTS.iter().any(&has) {
                all.push((window.offset + behind as u64, FOREIGN.iter().any(has)));
            }
        }
    })?;
    Ok((all, is_encrypted))
}

/// A decoder of what begins at `at`; `None` where that is not packed by Flate (RFC 1950).
fn decoder(reader: &mut dyn Source, at: u64) -> io::Result<Option<impl Read + '_>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut head = Vec::new();
    (&mut *reader).take(2).read_to_end(&mut head)?;
    let is_flate =
        matches!(head[..], [a, b] if a & 15 == 8 && (u16::from(a) << 8 | u16::from(b)) % 31 == 0);
    if !is_flate {
        return Ok(None);
    }
    reader.seek(SeekFrom::Start(at))?;
    Ok(Some(ZlibDecoder::new(BufReader::new(reader))))
}

/// A stream, unpacked, unless it is long, damaged, packed otherwise or a packed file itself.
fn small(search: &mut Search<'_>, reader: &mut dyn Source, at: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(decoder) = decoder(reader, at)? else { return Ok(None) };
    let most = MOST_TEXT.min(search.left);
    let mut text = Vec::new();
    let is_read = decoder.take(most + 1).read_to_end(&mut text).is_ok();
    let len = text.len() as u64;
    search.left -= len.min(search.left);
    Ok((is_read && len <= most && Packed::of(&text).is_none()).then_some(text))
}

fn unpack(search: &mut Search<'_>, name: &str, reader: &mut dyn Source, at: u64) -> io::Result<()> {
    if let Some(mut decoder) = decoder(reader, at)? {
        search.unpacked(name, &mut decoder, Form::Pdf);
    }
    Ok(())
}
