//! `report.pdf`: the template in `assets/report` set by typst as PDF/A-3a and PDF/UA-1.
//!
//! The setter sees a world of its own: no disk, no network, no clock, no fonts but ours. The
//! contents reach the template as a JSON file of that world and are never part of its code, so
//! nothing in a log can become markup.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::contents::Contents;
use super::figure::Figure;
use super::pages::Pages;
use super::{ExportOptions, ReportError};
use crate::job::Progress;
use crate::model::Time;

/// The template, by path in its world.
const SOURCES: &[(&str, &str)] = &[
    ("report.typ", include_str!("../../assets/report/report.typ")),
    ("style.typ", include_str!("../../assets/report/style.typ")),
    ("summary.typ", include_str!("../../assets/report/summary.typ")),
    ("scope.typ", include_str!("../../assets/report/scope.typ")),
    ("dossier.typ", include_str!("../../assets/report/dossier.typ")),
    ("inferred.typ", include_str!("../../assets/report/inferred.typ")),
    ("flagged.typ", include_str!("../../assets/report/flagged.typ")),
    ("book.typ", include_str!("../../assets/report/book.typ")),
    ("method.typ", include_str!("../../assets/report/method.typ")),
    ("annex.typ", include_str!("../../assets/report/annex.typ")),
    ("glossary.typ", include_str!("../../assets/report/glossary.typ")),
];
const MAIN: &str = "report.typ";
/// Where the template finds the contents.
const DATA: &str = "contents.json";
/// Stack of the thread that sets the pages: layout recurses.
const STACK: usize = 16 << 20;
/// Pixels of a picture of a figure for each point.
const PICTURE_SCALE: f64 = 2.0;

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 7] = [
        include_bytes!("../../assets/fonts/Inter-Regular.otf"),
        include_bytes!("../../assets/fonts/Inter-Medium.otf"),
        include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        include_bytes!("../../assets/fonts/Inter-Bold.otf"),
        include_bytes!("../../assets/fonts/Inter-Italic.otf"),
        include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
        include_bytes!("../../assets/fonts/JetBrainsMono-Medium.ttf"),
    ];
    files.into_iter().filter_map(|bytes| Font::new(Bytes::new(bytes), 0)).collect()
});
static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// Everything the template can see.
struct PageWorld {
    book: LazyHash<FontBook>,
    main: FileId,
    files: BTreeMap<String, Bytes>,
}

impl PageWorld {
    fn new(files: BTreeMap<String, Bytes>) -> Result<Self, ReportError> {
        let path = VirtualPath::new(MAIN).map_err(|e| ReportError::Pdf(format!("{e:?}")))?;
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        Ok(Self { book: LazyHash::new(FontBook::from_fonts(FONTS.iter())), main, files })
    }

    fn bytes(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get().vpath().get_without_slash();
        let in_project = *id.get().root() == VirtualRoot::Project;
        let found = in_project.then(|| self.files.get(path)).flatten();
        found.cloned().ok_or_else(|| FileError::NotFound(path.into()))
    }
}

impl World for PageWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let bytes = self.bytes(id)?;
        let text = bytes.as_str().map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.bytes(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets the report; its bytes, and the pages. `attachments` are the files the contents name, by
/// path.
///
/// # Errors
/// [`ReportError::Pdf`] with what typst says; nothing in a log should be able to cause it.
pub fn set(
    contents: &Contents,
    figures: &[Figure],
    attachments: BTreeMap<String, Vec<u8>>,
    options: &ExportOptions,
) -> Result<(Vec<u8>, Pages), ReportError> {
    let data = serde_json::to_vec(contents).map_err(|e| ReportError::Pdf(e.to_string()))?;
    let mut files: BTreeMap<String, Bytes> = SOURCES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), Bytes::from_string(*text)))
        .collect();
    files.insert(DATA.into(), Bytes::new(data));
    for figure in figures {
        files.insert(figure.caption.file.clone(), Bytes::from_string(figure.svg.clone()));
    }
    for (path, bytes) in attachments {
        files.insert(path, Bytes::new(bytes));
    }
    let world = PageWorld::new(files)?;
    let ident = contents.content_hash.clone();
    let made = on_a_deep_stack(|| typeset(&world, ident, options.at))?;
    // The setter remembers for the next, similar document; there is none.
    typst::comemo::evict(0);
    Ok(made)
}

fn typeset(world: &PageWorld, ident: String, at: Time) -> Result<(Vec<u8>, Pages), ReportError> {
    let document = typst::compile::<PagedDocument>(world).output.map_err(|e| explain(&e))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|e| ReportError::Pdf(e.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some(format!("Stillwatch {}", env!("CARGO_PKG_VERSION")))),
        timestamp: datetime(at).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|e| explain(&e))?;
    Ok((pdf, Pages(document)))
}

/// Figures as pictures, PNG, in the order given: twice as fine as they are printed.
///
/// # Errors
/// [`ReportError::Pdf`].
pub fn pictures(figures: &[Figure], progress: &Progress) -> Result<Vec<Vec<u8>>, ReportError> {
    let draw = |figure: &Figure| {
        progress.check()?;
        let main = "#set page(width: auto, height: auto, margin: 0pt)\n#image(\"figure.svg\")";
        let files = [(MAIN, main.to_owned()), ("figure.svg", figure.svg.clone())];
        let files = files.map(|(path, text)| (path.to_owned(), Bytes::from_string(text)));
        let world = PageWorld::new(files.into())?;
        let document = typst::compile::<PagedDocument>(&world).output.map_err(|e| explain(&e))?;
        let picture = Pages(document).picture(0, PICTURE_SCALE);
        let picture = picture.ok_or_else(|| ReportError::Pdf("a figure has no page".into()))?;
        picture.png().map_err(ReportError::Pdf)
    };
    // Each is one image: on the threads that draw them nothing recurses deeply.
    let drawn = on_a_deep_stack(|| figures.par_iter().map(draw).collect());
    typst::comemo::evict(0);
    drawn
}

fn datetime(at: Time) -> Option<Datetime> {
    let civil = at.civil();
    let [month, day, hour, minute, second] =
        [civil.month(), civil.day(), civil.hour(), civil.minute(), civil.second()]
            .map(i8::unsigned_abs);
    Datetime::from_ymd_hms(i32::from(civil.year()), month, day, hour, minute, second)
}

fn explain(errors: &[SourceDiagnostic]) -> ReportError {
    let mut lines: Vec<String> = errors.iter().take(3).map(|e| e.message.to_string()).collect();
    if errors.len() > lines.len() {
        lines.push(format!("and {} more", errors.len() - lines.len()));
    }
    ReportError::Pdf(lines.join("; "))
}

/// Runs `work` on a thread with room for deep recursion; a panic there is an error here.
fn on_a_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, ReportError> + Send,
) -> Result<T, ReportError> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("pages".into())
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|e| ReportError::Pdf(e.to_string()))?
            .join()
            .unwrap_or_else(|_| Err(ReportError::Pdf("the page setter failed".into())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::coverage::COVERED;

    #[test]
    fn every_font_is_read_and_has_every_character_called_covered() {
        assert_eq!(FONTS.len(), 7);
        for font in FONTS.iter() {
            for &(first, last) in COVERED {
                for code in first..=last {
                    assert!(font.info().coverage.contains(code), "U+{code:04X} {:?}", font.info());
                }
            }
        }
    }
}
