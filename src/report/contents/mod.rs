//! What the pages say, as data: every string ready to be set, cut and cleaned. The template in
//! `assets/report` only arranges it, and `report.json` is the same data as a file.

mod book;
mod explained;
mod flagged;
mod inferred;
mod judged;
mod lists;
mod summary;
mod techniques;
mod ties;
mod told;

use std::collections::BTreeMap;

use serde::Serialize;

pub use book::{Booked, EvidenceLine, HypothesisLine, TermLine};
pub use flagged::{Dossier, FlaggedLine, ShownRow};
pub use inferred::{BenignLine, ClusterLine, ClusterPart, Inferred, Sentence};
pub use techniques::TechniqueLine;
pub use ties::TieLine;
pub use told::{DeedLine, TemplateLine, Told};

pub use lists::{
    Attachment, FileLine, JournalLine, MarkerLine, ReasonLine, SourceLine, TimeNoteLine,
};

use super::figure::{Figure, palette};
use super::gather::Gathered;
use super::manifest::{FileEntry, MANIFEST, Manifest};
use super::text::{count, label, shown};
use super::{ExportOptions, ReportInput, Section, clock, plates};

/// A title that is longer is cut.
const TITLE_LENGTH: usize = 160;

/// A label with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Left.
    pub label: String,
    /// Right.
    pub value: String,
}

/// A counted statement and where it can be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// One or more sentences, without the last full stop: the exhibits stand before it.
    pub text: String,
    /// Exhibits: `E1`.
    pub exhibits: Vec<String>,
}

/// A figure in the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plate {
    /// File in the package.
    pub file: String,
    /// What stands under it.
    pub caption: String,
    /// For readers who do not see it.
    pub alt: String,
    /// Its exhibit, where figures are exported.
    pub exhibits: Vec<String>,
    /// The filter, what is counted, and of how many rows.
    pub query: String,
    /// The first digits of the SHA-256 of its file; empty where figures are not exported.
    pub sha256: String,
}

/// What a person has decided, signed and dated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The words, one string a line.
    pub lines: Vec<String>,
    /// Who, how sure, when.
    pub signed: String,
}

/// Rows of a table and what was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct List<T> {
    /// Those shown.
    pub rows: Vec<T>,
    /// `20 of 1,204, all in events.csv`; empty when all are shown.
    pub note: String,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), note: String::new() }
    }
}

/// `20 of 1,204, all in events.csv`, or that the file is not there; empty when nothing was left
/// out.
fn left_out(shown: u64, all: u64, m: &Material<'_>, file: &str) -> String {
    if shown >= all {
        return String::new();
    }
    let note = format!("{} of {}", count(shown), count(all));
    // The pages come last but for the manifest, which is always there.
    if file == MANIFEST || m.manifest.file(file).is_some() {
        return format!("{note}, all in {file}");
    }
    format!("{note}; {file}, which has all, is not in this package")
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Title on the first page.
    pub title: String,
    /// One line under it.
    pub subtitle: String,
    /// Name of the case in footers.
    pub case: String,
    /// Tool and version.
    pub tool: String,
    /// What is hidden, for the head of the first page.
    pub redaction: String,
    /// What is hidden, in a sentence, and by which key; empty for nothing.
    pub hidden: Vec<Pair>,
    /// What stands at the head and the foot of every page; may be empty.
    pub banner: String,
    /// The time the package carries, in words.
    pub time: String,
    /// Hash over the other files.
    pub content_hash: String,
    /// Facts about the report on the first page.
    pub meta: Vec<Pair>,
    /// Summary: facts.
    pub facts: Vec<Fact>,
    /// Summary: judgement.
    pub judgement: Judgement,
    /// Traffic over time; `None` without rows.
    pub timeline: Option<Plate>,
    /// The most active accounts; `None` without rows.
    pub top: Option<Plate>,
    /// What is counted: `exchanges`.
    pub kind: String,
    /// The selection as a sentence.
    pub selection: String,
    /// The selection as a filter; empty for the whole case.
    pub filter: String,
    /// What was read.
    pub scope: Vec<Fact>,
    /// Sources with hashes.
    pub sources: List<SourceLine>,
    /// Rejects by reason.
    pub reasons: List<ReasonLine>,
    /// Markers.
    pub markers: List<MarkerLine>,
    /// What was written of ranges of time.
    pub time_notes: List<TimeNoteLine>,
    /// What detectors found; `None` where they were not run.
    pub inferred: Option<Inferred>,
    /// What the section on flagged accounts starts with.
    pub flagged_intro: String,
    /// All flagged accounts in one table.
    pub flagged: List<FlaggedLine>,
    /// The verdicts on them with reasons, each once.
    pub judgements: List<Judgement>,
    /// The headings of the parts of an account's or a cluster's page, by key.
    pub parts: BTreeMap<&'static str, &'static str>,
    /// The first of them in detail.
    pub dossiers: List<Dossier>,
    /// What the analyst keeps besides verdicts.
    pub book: Booked,
    /// The first journal entry and the newest.
    pub journal: List<JournalLine>,
    /// Hash of the newest journal entry; empty without entries.
    pub journal_head: String,
    /// The package.
    pub files: List<FileLine>,
    /// Sections that are left out, by name.
    pub without: Vec<&'static str>,
    /// Published techniques that findings are a sign of.
    pub techniques: Vec<TechniqueLine>,
    /// Files inside the PDF.
    pub attachments: Vec<Attachment>,
    /// Files too large to be inside the PDF.
    pub beside: Vec<String>,
    /// The case file's own entry: name, size, hash.
    pub case_file: Vec<Pair>,
    /// Colours by name.
    pub colours: BTreeMap<&'static str, String>,
}

/// What everything below is made from.
pub(super) struct Material<'a> {
    pub input: &'a dyn ReportInput,
    pub gathered: &'a Gathered,
    pub figures: &'a [Figure],
    pub manifest: &'a Manifest,
    pub options: &'a ExportOptions,
}

impl Material<'_> {
    /// The exhibits of some files, as far as they are in the package.
    fn exhibits(&self, paths: &[&str]) -> Vec<String> {
        let numbered = exhibit_order(&self.manifest.files);
        let number = |path: &&str| numbered.iter().position(|f| f.path == **path);
        paths.iter().filter_map(number).map(|n| format!("E{}", n + 1)).collect()
    }

    fn plate(&self, file: &str, caption: String) -> Option<Plate> {
        let figure = self.figures.iter().find(|f| f.caption.file == file)?;
        Some(Plate {
            file: file.to_owned(),
            caption,
            alt: shown(&figure.caption.alt, 1_500),
            exhibits: self.exhibits(&[file]),
            query: shown(&figure.caption.query(), 400),
            sha256: self
                .manifest
                .file(file)
                .map_or(String::new(), |entry| entry.sha256.chars().take(16).collect()),
        })
    }
}

/// The files in the order of their exhibit numbers: tables first, then figures.
pub(super) fn exhibit_order(files: &[FileEntry]) -> Vec<&FileEntry> {
    let rank = |file: &FileEntry| match file.path.as_str() {
        "accounts.csv" => 0,
        "clusters.csv" => 1,
        "findings.csv" => 2,
        "evidence.csv" => 3,
        "events.csv" => 4,
        "links.csv" | "circles.csv" | "measures.csv" | "templates.csv" => 5,
        "rejects.csv" => 6,
        "casebook.csv" => 6,
        "journal.csv" => 7,
        plates::TIMELINE => 8,
        plates::TOP => 9,
        _ => 10,
    };
    let mut order: Vec<&FileEntry> = files.iter().collect();
    order.sort_by_key(|file| (rank(file), file.path.as_str()));
    order
}

/// What is hidden.
fn hidden(manifest: &Manifest) -> Vec<Pair> {
    let Some(of) = &manifest.redaction else { return Vec::new() };
    let pair = |label: &str, value: &String| Pair { label: label.into(), value: value.clone() };
    vec![pair("Redaction", &of.sentence), pair("Key", &of.key)]
}

/// Writes down what the pages say.
pub(super) fn contents(material: &Material<'_>) -> Contents {
    let Material { input, manifest, options, .. } = material;
    let kind = input.selection().kind.plural();
    let mut contents = Contents {
        title: shown(&manifest.title, TITLE_LENGTH),
        subtitle: summary::subtitle(material),
        case: label(&input.case().file, 48),
        tool: format!("Stillwatch {}", manifest.tool_version),
        redaction: match &manifest.redaction {
            None => "unredacted: nothing is masked".into(),
            Some(of) => format!("redacted: {}", of.profile),
        },
        hidden: hidden(manifest),
        banner: shown(&options.banner, 80),
        time: clock::moment(options.at),
        content_hash: manifest.content_hash.clone(),
        meta: summary::meta(material),
        facts: summary::facts(material),
        judgement: summary::judgement(material),
        timeline: material.plate(plates::TIMELINE, summary::timeline_caption(material)),
        top: material.plate(plates::TOP, summary::top_caption(material)),
        kind: kind.to_owned(),
        selection: shown(&input.selection().sentence, 600),
        filter: shown(&input.selection().filter, 600),
        scope: lists::scope(material),
        sources: lists::sources(material),
        reasons: lists::reasons(material),
        markers: lists::markers(material),
        time_notes: lists::time_notes(material),
        inferred: inferred::section(material),
        flagged_intro: flagged::intro(material),
        flagged: flagged::table(material),
        judgements: flagged::judgements_of_all(material),
        parts: told::parts(),
        dossiers: flagged::dossiers(material),
        book: book::sections(material),
        journal: lists::journal(material),
        journal_head: input.recorded().journal.last().map(|e| e.hash.clone()).unwrap_or_default(),
        files: lists::files(material),
        without: options.without.iter().map(|section| section.as_str()).collect(),
        techniques: techniques::techniques(material),
        attachments: lists::attachments(material),
        beside: lists::beside(material),
        case_file: lists::case_file(material),
        colours: palette::ALL.iter().map(|c| (c.name, c.css())).collect(),
    };
    options.without.iter().for_each(|section| leave_out(*section, &mut contents));
    contents
}

/// Takes a section out: what is left out is not in the data of the pages either.
fn leave_out(section: Section, from: &mut Contents) {
    match section {
        Section::Activity => {
            from.top = None;
            from.markers = List::default();
            from.time_notes = List::default();
        }
        Section::Findings => {
            // How they were looked for stays: the method says it.
            if let Some(inferred) = &mut from.inferred {
                inferred.clusters = List::default();
                inferred.parts = List::default();
            }
            from.techniques = Vec::new();
        }
        Section::Flagged => {
            from.flagged_intro = String::new();
            from.flagged = List::default();
            from.judgements = List::default();
            from.dossiers = List::default();
        }
        Section::Hypotheses => (from.book.hypotheses, from.book.evidence) = (None, None),
        Section::Terms => from.book.terms = None,
        Section::Actions => from.book.actions = None,
        Section::Attribution => from.book.attribution = None,
    }
}
