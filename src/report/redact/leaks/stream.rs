//! Looks through one stream after another.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use super::super::escape::Escape;
use super::super::kind::Kind;
use super::super::lexicon::Kinds;
use super::super::pseudonym::{self, Tag};
use super::super::scan::{Hit, Scan, What};
use super::super::views::{View, each};
use super::super::{Redactor, address};
use super::outside::OutsideStreams;
use super::table::{Cell, Table};
use super::window::{Window, windows};
use super::{Leak, Limits, Searched, archive, pdf};

/// Bytes that tell what a file is.
const SNIFFED: u64 = 1 << 10;

/// What the bytes of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Anything.
    Plain,
    /// A PDF, or what a stream of it holds.
    Pdf,
    /// Packed: only names are in it as they are written.
    Packed,
}

impl Form {
    /// The ways in which text may be written in it.
    fn escapes(self) -> Vec<Escape> {
        match self {
            Self::Plain => [&Escape::TEXT[..], &Escape::UTF16].concat(),
            Self::Pdf => [&Escape::TEXT[..], &Escape::PDF, &Escape::UTF16].concat(),
            Self::Packed => Escape::TEXT.to_vec(),
        }
    }
}

/// A packed file by what it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packed {
    Zip,
    Gzip,
    Pdf,
}

impl Packed {
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            _ => memchr::memmem::find(head, b"%PDF-").map(|_| Self::Pdf),
        }
    }
}

/// A search that is under way.
pub(super) struct Search<'a> {
    redactor: &'a Redactor,
    pub limits: Limits,
    found: Searched,
    /// Places and values of the piece at hand that were seen already in another way of writing.
    seen: BTreeSet<(u64, Tag)>,
    /// Bytes that may still be unpacked.
    pub left: u64,
    depth: u8,
}

/// Reads and seeks.
pub(super) trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

impl<'a> Search<'a> {
    pub fn new(redactor: &'a Redactor, limits: Limits) -> Self {
        let (found, seen) = (Searched::default(), BTreeSet::new());
        Self { redactor, limits, found, seen, left: limits.unpacked, depth: 0 }
    }

    pub fn finish(mut self) -> Searched {
        self.found.leaks.sort();
        self.found
    }

    /// The name of a file, which may give away as much as what is in it.
    ///
    /// # Errors
    /// None, for it is read from memory.
    pub fn name(&mut self, name: &str, shown: &str) -> io::Result<()> {
        self.stream(&format!("the name of {shown}"), &mut name.as_bytes(), Form::Plain)?;
        self.found.bytes = 0;
        Ok(())
    }

    /// A whole file: as it stands, and what is packed in it.
    ///
    /// # Errors
    /// The reader's.
    pub fn file(&mut self, name: &str, mut reader: impl Read + Seek) -> io::Result<()> {
        let mut head = Vec::new();
        reader.rewind()?;
        reader.by_ref().take(SNIFFED).read_to_end(&mut head)?;
        reader.rewind()?;
        let packed = Packed::of(&head);
        let form = match packed {
            Some(Packed::Pdf) => Form::Pdf,
            Some(_) => Form::Packed,
            None => Form::Plain,
        };
        match packed {
            Some(Packed::Pdf) => {
                self.stream(name, &mut OutsideStreams::new(&mut reader), form)?;
            }
            _ => self.stream(name, &mut reader, form)?,
        }
        self.depth += 1;
        let outcome = match packed {
            Some(Packed::Zip) => archive::zip(self, name, &mut reader),
            Some(Packed::Gzip) => archive::gzip(self, name, &mut reader),
            Some(Packed::Pdf) => pdf::pdf(self, name, &mut reader),
            None => Ok(()),
        };
        self.depth -= 1;
        outcome
    }

    /// Something packed, as it comes out; damage is noted.
    pub fn unpacked(&mut self, name: &str, reader: &mut dyn Read, form: Form) {
        if self.left == 0 {
            return self.unread(name, "more is packed in the file than is unpacked of one");
        }
        let mut head = Vec::new();
        let read = (&mut *reader).take(SNIFFED).read_to_end(&mut head);
        let mut rest = io::Cursor::new(head.clone()).chain(reader);
        let outcome = match Packed::of(&head) {
            Some(_) if self.depth > self.limits.depth => {
                return self.unread(name, "it is packed too deep in other files");
            }
            Some(_) => self.held(name, &mut rest),
            None => {
                let mut part = (&mut rest).take(self.left);
                let outcome = self.stream(name, &mut part, form);
                self.left = part.limit();
                if self.left == 0 {
                    self.unread(name, "more is packed in the file than is unpacked of one");
                }
                outcome
            }
        };
        if let Err(error) = read.and(outcome) {
            self.unread(name, &format!("it could not be unpacked: {error}"));
        }
    }

    /// A packed file inside another, held in memory, for it is read back and forth.
    fn held(&mut self, name: &str, reader: &mut dyn Read) -> io::Result<()> {
        let most = self.limits.held.min(self.left);
        let mut bytes = Vec::new();
        reader.take(most + 1).read_to_end(&mut bytes)?;
        self.left -= (bytes.len() as u64).min(self.left);
        if bytes.len() as u64 > most {
            self.unread(name, "it is packed and too large to be held in memory");
            return Ok(());
        }
        self.file(name, io::Cursor::new(bytes))
    }

    /// A name from a file, as it may be repeated.
    pub fn shown(&self, name: &str) -> String {
        self.redactor.text(name).into_owned()
    }

    /// Notes what is not looked through.
    pub fn unread(&mut self, name: &str, why: &str) {
        let note = format!("{name}: {why}");
        if self.found.unread.len() < self.limits.listed && !self.found.unread.contains(&note) {
            self.found.unread.push(note);
        }
    }

    /// Bytes as they stand.
    ///
    /// # Errors
    /// The reader's.
    pub fn stream(&mut self, name: &str, reader: &mut dyn Read, form: Form) -> io::Result<()> {
        let mut table = Table::default();
        let redactor = self.redactor;
        self.seen.clear();
        let bytes = windows(reader, &mut |window| {
            self.window(name, window, form);
            let body = &window.bytes[window.body.clone()];
            let offset = window.offset + window.body.start as u64;
            table.read(body, offset, redactor.lexicon(), &mut |cell| self.cell(name, cell));
        })?;
        table.finish(redactor.lexicon(), &mut |cell| self.cell(name, cell));
        self.found.bytes += bytes;
        Ok(())
    }

    fn window(&mut self, name: &str, window: &Window<'_>, form: Form) {
        let scan = Scan { is_table: true, ..self.redactor.scan() };
        let reach = self.redactor.lexicon().reach().max(address::REACH);
        // A cell may have begun in the piece before.
        let start = window.offset + window.body.start as u64;
        self.seen.retain(|(at, _)| at + (1 << 11) > start);
        each(window.bytes, &form.escapes(), inside, &mut |view| {
            for part in view.parts(reach) {
                scan.each(&view.bytes, part, &mut |hit| self.hit(name, window, view, hit));
            }
        });
    }

    fn hit(&mut self, name: &str, window: &Window<'_>, view: &View<'_>, hit: Hit) {
        let start = view.raw(hit.range.clone()).start;
        if !window.body.contains(&start) {
            return;
        }
        let text = String::from_utf8_lossy(&view.bytes[hit.range]);
        let kinds = match &hit.what {
            What::Learnt(_, kinds) => *kinds,
            // Only an address that is known in the case: others may be numbers of versions.
            What::Address(found) => {
                let Some(ip) = found.ip.filter(|_| found.cut != text) else { return };
                return self.leak_of_address(name, window.offset + start as u64, view, ip);
            }
        };
        self.leak(name, window.offset + start as u64, &how(view), kinds, &text);
    }

    fn leak_of_address(&mut self, name: &str, at: u64, view: &View<'_>, ip: std::net::IpAddr) {
        let ip = ip.to_string();
        let kinds = Kinds::of(Kind::Address);
        let known = self.redactor.lexicon().get(&ip);
        if known.is_some_and(|mark| !mark.kinds.both(kinds).is_empty()) {
            self.leak(name, at, &how(view), kinds, &ip);
        }
    }

    fn cell(&mut self, name: &str, cell: Cell) {
        self.leak(name, cell.offset, "a cell", cell.kinds, &cell.value);
    }

    fn leak(&mut self, name: &str, offset: u64, written: &str, kinds: Kinds, value: &str) {
        let lexicon = self.redactor.lexicon();
        let Some(mark) = lexicon.get(value) else { return };
        let kind = lexicon.kind(mark, kinds.both(mark.kinds));
        if !self.redactor.changes(kind, value) {
            return;
        }
        let tag = self.redactor.names().tag(kind, value);
        if !self.seen.insert((offset, tag)) {
            return;
        }
        if self.found.leaks.len() >= self.limits.listed {
            self.found.more += 1;
            return;
        }
        let (file, written) = (name.to_owned(), written.to_owned());
        let pseudonym = pseudonym::write(kind, tag);
        self.found.leaks.push(Leak { file, offset, kind: kind.as_str(), written, pseudonym });
    }
}

/// What may be written in what.
fn inside(outer: Escape) -> &'static [Escape] {
    match outer {
        Escape::PdfText | Escape::PdfHex => &[Escape::Utf16Be, Escape::Utf16BeOdd],
        _ => &Escape::TEXT,
    }
}

/// How what a view shows was written.
fn how(view: &View<'_>) -> String {
    let names: Vec<&str> = view.without.iter().rev().map(|escape| escape.as_str()).collect();
    if names.is_empty() { "plain".to_owned() } else { names.join(" in ") }
}
