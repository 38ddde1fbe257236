//! Putting a package together.

#[cfg(feature = "pdf")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::thread::ScopedJoinHandle;

use super::contents::{Contents, Material, contents};
use super::figure::{self, Figure};
use super::gather::{Gathered, gather};
use super::manifest::{
    CaseEntry, FORMAT, FORMAT_VERSION, MANIFEST, Manifest, RedactionEntry, SelectionEntry,
    SourceEntry,
};
use super::options::Redaction;
use super::package::{Draft, HashingWriter};
use super::redact::{Leaks, Limits, Redactor, Searched};
use super::redacted::Redacted;
use super::{
    ExportOptions, Output, ReportError, ReportInput, Rows, cited, network, plates, stix_facts,
    tables, tables_book, tables_found,
};
#[cfg(feature = "pdf")]
use super::{manifest::REPORT, pages::Pages, pdf, pdf::pictures};
use crate::job::Progress;
use crate::model::FREE_TEXT;
use crate::model::finding::DetectorState;

/// Writes an evidence package to `out_dir`.
///
/// It is there completely or not at all. An earlier package in `out_dir` is replaced; anything
/// else in it is an error. The same input and options give the same bytes.
///
/// # Errors
/// See [`ReportError`]; [`ReportError::NoPdf`] if the report is asked for in a build without
/// the feature `pdf`.
pub fn export(
    input: &dyn ReportInput,
    out_dir: &Path,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Manifest, ReportError> {
    write_package(begin(out_dir, options, progress)?, input, options, progress)
}

/// Starts a package, before a case is read for it: what can be refused is refused at once.
///
/// # Errors
/// As [`export`].
pub(super) fn begin(
    out_dir: &Path,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Draft, ReportError> {
    if options.only.contains(&Output::Pdf) && cfg!(not(feature = "pdf")) {
        return Err(ReportError::NoPdf);
    }
    Draft::begin(out_dir, options.signer.as_ref(), progress)
}

/// Writes the package that was begun.
///
/// # Errors
/// As [`export`].
pub(super) fn write_package(
    draft: Draft,
    input: &dyn ReportInput,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Manifest, ReportError> {
    let Made { draft, manifest, .. } = make(draft, input, options, progress)?;
    input.check_unchanged()?;
    draft.commit(&manifest, options.signer.as_ref(), progress)?;
    Ok(manifest)
}

/// A package that is written and not yet in its place.
pub(super) struct Made {
    pub draft: Draft,
    pub manifest: Manifest,
    /// What the pages say and show, where something is hidden.
    pub said: Vec<u8>,
    #[cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "such a build sets no pages"))]
    pub pages: Option<Pages>,
}

#[cfg(not(feature = "pdf"))]
type Pages = std::convert::Infallible;

/// Writes all of a package but its manifest.
///
/// # Errors
/// As [`export`].
pub(super) fn make(
    draft: Draft,
    input: &dyn ReportInput,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Made, ReportError> {
    let Some(Redaction { profile, key }) = &options.redaction else {
        return make_all(draft, input, options, progress);
    };
    let redacted = Redacted::of(input, (*profile, key), progress)?;
    let text = |text: &String| redacted.redactor().text(text).into_owned();
    let hidden = ExportOptions {
        title: options.title.as_ref().map(text),
        banner: text(&options.banner),
        actor: text(&options.actor),
        ..options.clone()
    };
    let made = make_all(draft, &redacted, &hidden, progress)?;
    search_leaks(&made, redacted.redactor(), progress)?;
    Ok(made)
}

/// Looks through everything that was written for what is hidden.
fn search_leaks(
    Made { draft, manifest, said, .. }: &Made,
    redactor: &Redactor,
    progress: &Progress,
) -> Result<(), ReportError> {
    let bytes = draft.files().iter().map(|file| file.bytes).sum();
    progress.set_phase("searching for what is hidden", bytes);
    // What pages are set from is searched in place of their glyphs.
    let leaks = Leaks::of(redactor).within(Limits { glyphs: false, ..Limits::default() });
    said_of(leaks.search_bytes("report.pdf", said), "report.pdf")?;
    said_of(leaks.search_bytes(MANIFEST, &manifest.to_bytes()), MANIFEST)?;
    // Pictures are drawn from vectors, which are searched; the letters in them are pixels.
    for file in draft.files().iter().filter(|file| !file.path.ends_with(".png")) {
        progress.check()?;
        let place = draft.place(&file.path);
        let open = File::open(&place).map_err(ReportError::io("read", &place))?;
        let found = leaks.search(&file.path, open).map_err(ReportError::io("read", &place))?;
        said_of(found, &file.path)?;
        progress.advance(file.bytes);
    }
    Ok(())
}

/// Refuses a file in which something was found, or that could not be searched.
fn said_of(found: Searched, file: &str) -> Result<(), ReportError> {
    if let Some(leak) = found.leaks.first() {
        let what = format!("{} at byte {} ({})", leak.kind, leak.offset, leak.pseudonym);
        // Inside of a file packed in it, by name.
        let file = if leak.file.is_empty() { file } else { &leak.file };
        return Err(ReportError::Leak { file: file.to_owned(), what });
    }
    match found.unread.first() {
        None => Ok(()),
        Some(why) => Err(ReportError::Redaction(format!("{file} cannot be searched: {why}"))),
    }
}

fn make_all(
    mut draft: Draft,
    input: &dyn ReportInput,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Made, ReportError> {
    progress.set_phase("reading the case", 0);
    let gathered = gather(input, progress)?;
    progress.set_phase("drawing figures", 0);
    // Tables and the network alone have no pictures.
    let figures = match options
        .only
        .iter()
        .all(|of| matches!(of, Output::Csv | Output::Network | Output::Stix))
    {
        true => Vec::new(),
        false => plates::draw_all(input, &gathered, progress)?,
    };
    // Pictures need nothing of the case: they are drawn beside the tables.
    let pictures = std::thread::scope(|scope| {
        let is_asked = options.only.contains(&Output::Figures);
        let drawing = is_asked.then(|| scope.spawn(|| pictures(&figures, progress)));
        if options.only.contains(&Output::Csv) {
            write_tables(input, &gathered, &mut draft, progress)?;
        }
        write_networks(input, &gathered, options, &mut draft, progress)?;
        drawing.map(join).transpose()
    })?;
    if let Some(pictures) = pictures {
        write_figures(&figures, &pictures, &mut draft, progress)?;
    }
    let mut manifest = describe(input, &gathered, options);
    manifest.files = draft.files().to_vec();
    let (gathered, figures) = (&gathered, &figures[..]);
    if options.only.contains(&Output::Json) {
        let manifest = &manifest;
        write_data(&Material { input, gathered, figures, manifest, options }, &mut draft)?;
        progress.check()?;
    }
    // The content hash does not cover the pages, so that they can print it.
    manifest.files = draft.files().to_vec();
    manifest.seal();
    let (mut said, mut pages) = (Vec::new(), None);
    if options.only.contains(&Output::Pdf) {
        progress.set_phase("setting pages", 0);
        let manifest = &manifest;
        let material = Material { input, gathered, figures, manifest, options };
        let contents = contents(&material);
        if options.redaction.is_some() {
            said = json(&contents)?;
            figures.iter().for_each(|figure| said.extend(figure.svg.as_bytes()));
        }
        pages = Some(write_pages(&material, &contents, &mut draft)?);
    }
    manifest.files = draft.files().to_vec();
    manifest.seal();
    progress.check()?;
    Ok(Made { draft, manifest, said, pages })
}

/// What the pages say, as data.
fn json(contents: &Contents) -> Result<Vec<u8>, ReportError> {
    serde_json::to_vec_pretty(contents).map_err(|e| ReportError::Case(e.to_string()))
}

fn write_tables(
    input: &dyn ReportInput,
    gathered: &Gathered,
    draft: &mut Draft,
    progress: &Progress,
) -> Result<(), ReportError> {
    let case = input.case();
    let rows = draft.file("accounts.csv", |out| tables::accounts(out, input, gathered))?;
    draft.set_rows("accounts.csv", rows, case.accounts);
    // Without a selection the events are those the report rests on: cited as evidence, and of
    // flagged accounts.
    let flagged = gathered.flagged_ids();
    let cited = gathered.found.as_ref().map_or(&[][..], |found| &found.cited);
    let (rows, expected) = match input.selection().is_whole_case() {
        true => (Rows::Cited(cited, &flagged), gathered.flagged_events() + cited.len() as u64),
        false => (Rows::Selected, gathered.events),
    };
    progress.set_phase("writing events.csv", expected);
    let mut followed = BTreeSet::new();
    let events =
        |out: &mut HashingWriter| tables::events(out, input, rows, &mut followed, progress);
    let rows = draft.file("events.csv", events)?;
    let in_case = case.rows.get(&input.selection().kind).copied().unwrap_or(0);
    draft.set_rows("events.csv", rows, in_case);
    write_found(input, gathered, draft, progress)?;
    write_templates(input, gathered, followed, draft)?;
    progress.set_phase("writing journal.csv and rejects.csv", 0);
    let rows = draft.file("journal.csv", |out| tables::journal(out, &input.recorded().journal))?;
    draft.set_rows("journal.csv", rows, input.recorded().journal.len() as u64);
    let notes = &input.recorded().time_notes;
    if !notes.is_empty() {
        let rows = draft.file("time_notes.csv", |out| tables::time_notes(out, notes))?;
        draft.set_rows("time_notes.csv", rows, rows);
    }
    let book = &input.recorded().book;
    if !book.is_empty() {
        let rows = draft.file("casebook.csv", |out| tables_book::book(out, book))?;
        draft.set_rows("casebook.csv", rows, rows);
    }
    let rows = draft.file("rejects.csv", |out| tables::rejects(out, input))?;
    draft.set_rows("rejects.csv", rows, gathered.rejects);
    Ok(())
}

/// Writes what detectors found, where they were run.
fn write_found(
    input: &dyn ReportInput,
    gathered: &Gathered,
    draft: &mut Draft,
    progress: &Progress,
) -> Result<(), ReportError> {
    let Some((analysis, _)) = gathered.found_in(input) else { return Ok(()) };
    let cited: u64 = analysis.cited.iter().flatten().map(|cited| cited.events).sum();
    progress.set_phase("writing evidence.csv", cited);
    let rows = draft.file("clusters.csv", |out| tables_found::clusters(out, input, gathered))?;
    draft.set_rows("clusters.csv", rows, analysis.clusters.len() as u64);
    let rows = draft.file("findings.csv", |out| tables_found::findings(out, input, gathered))?;
    draft.set_rows("findings.csv", rows, analysis.findings.len() as u64);
    let rows = draft.file("evidence.csv", |out| cited::evidence(out, input, gathered, progress))?;
    draft.set_rows("evidence.csv", rows, cited);
    let rows = draft.file("links.csv", |out| tables_found::links(out, input, gathered))?;
    draft.set_rows("links.csv", rows, input.recorded().links.len() as u64);
    let rows = draft.file("circles.csv", |out| tables_found::circles(out, input, gathered))?;
    let of = input.recorded().circles.iter().map(|circle| circle.accounts.len() as u64);
    draft.set_rows("circles.csv", rows, of.sum());
    let rows = draft.file("measures.csv", |out| tables_found::measures(out, input, gathered))?;
    let of = input.recorded().measured.iter().map(|measured| measured.of.len() as u64);
    draft.set_rows("measures.csv", rows, of.sum());
    Ok(())
}

/// Writes the templates of the exported events, and those that numbers of findings are computed from.
fn write_templates(
    input: &dyn ReportInput,
    gathered: &Gathered,
    mut templates: BTreeSet<u32>,
    draft: &mut Draft,
) -> Result<(), ReportError> {
    if let Some((analysis, found)) = gathered.found_in(input) {
        let statements = found.findings.iter().map(|at| &analysis.findings[*at].statement);
        let numbers = statements.flat_map(|statement| &statement.numbers);
        templates.extend(numbers.flat_map(|number| number.recipe.templates()));
    }
    templates.remove(&FREE_TEXT);
    if templates.is_empty() {
        return Ok(());
    }
    let rows =
        draft.file("templates.csv", |out| tables_found::templates(out, input, &templates))?;
    draft.set_rows("templates.csv", rows, rows);
    Ok(())
}

/// Writes the network as two files that say the same, and what is shared with other tools.
fn write_networks(
    input: &dyn ReportInput,
    gathered: &Gathered,
    options: &ExportOptions,
    draft: &mut Draft,
    progress: &Progress,
) -> Result<(), ReportError> {
    let asked = |output| options.only.contains(&output);
    if !asked(Output::Network) && !asked(Output::Stix) {
        return Ok(());
    }
    progress.set_phase("putting the network together", 0);
    let found = input.network(progress)?;
    if asked(Output::Network) {
        progress.set_phase("writing network.gexf and network.graphml", 0);
        let sheet = network::sheet(input, gathered, &found, options);
        draft.file("network.gexf", |out| network::write_gexf(out, &sheet))?;
        draft.file("network.graphml", |out| network::write_graphml(out, &sheet))?;
        progress.check()?;
    }
    if asked(Output::Stix) {
        progress.set_phase("writing bundle.stix.json", 0);
        let write =
            |out: &mut HashingWriter| stix_facts::write(out, input, gathered, &found, options);
        draft.file("bundle.stix.json", write)?;
        progress.check()?;
    }
    Ok(())
}

/// Figures as pictures, where this build can draw them.
#[cfg(not(feature = "pdf"))]
fn pictures(_: &[Figure], _: &Progress) -> Result<Vec<Vec<u8>>, ReportError> {
    Ok(Vec::new())
}

/// What another thread came to; where it failed, so does this one.
fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Figures as vectors, and as the pictures that were drawn of them.
fn write_figures(
    figures: &[Figure],
    pictures: &[Vec<u8>],
    draft: &mut Draft,
    progress: &Progress,
) -> Result<(), ReportError> {
    for figure in figures {
        draft.bytes(&figure.caption.file, figure.svg.as_bytes())?;
    }
    for (figure, png) in figures.iter().zip(pictures) {
        let file = figure.caption.file.strip_suffix(".svg").unwrap_or(&figure.caption.file);
        draft.bytes(&format!("{file}.png"), png)?;
    }
    progress.check()?;
    draft.bytes("figures/index.json", &figure::index(figures))
}

/// Writes what the pages say as `report.json`, without the content hash: the hash covers it.
fn write_data(material: &Material<'_>, draft: &mut Draft) -> Result<(), ReportError> {
    let mut bytes = json(&contents(material))?;
    bytes.push(b'\n');
    draft.bytes("report.json", &bytes)
}

/// Writes `report.pdf`.
#[cfg(feature = "pdf")]
fn write_pages(
    material: &Material<'_>,
    contents: &Contents,
    draft: &mut Draft,
) -> Result<Pages, ReportError> {
    let mut attached = BTreeMap::new();
    for attachment in &contents.attachments {
        let place = draft.place(&attachment.path);
        let bytes = std::fs::read(&place).map_err(ReportError::io("read", &place))?;
        attached.insert(attachment.path.clone(), bytes);
    }
    let (bytes, pages) = pdf::set(contents, material.figures, attached, material.options)?;
    draft.bytes(REPORT, &bytes)?;
    Ok(pages)
}

#[cfg(not(feature = "pdf"))]
fn write_pages(_: &Material<'_>, _: &Contents, _: &mut Draft) -> Result<Pages, ReportError> {
    Err(ReportError::NoPdf)
}

/// The manifest without its files and hashes.
fn describe(input: &dyn ReportInput, gathered: &Gathered, options: &ExportOptions) -> Manifest {
    let (case, selection) = (input.case(), input.selection());
    let kind = selection.kind.plural();
    let flagged = gathered.flagged.len();
    let events = match (selection.is_whole_case(), &gathered.found) {
        (false, _) => format!("all {kind} in the selection"),
        (true, None) => format!("{kind} of the {flagged} flagged accounts"),
        (true, Some(found)) => {
            let cited = found.cited.len();
            format!(
                "the {cited} {kind} cited as evidence, and those of the {flagged} flagged accounts"
            )
        }
    };
    let run = input.recorded().analysis.as_ref().map(|analysis| &analysis.run);
    let ran = run.into_iter().flat_map(|run| &run.detectors);
    let ran = ran.filter(|run| run.state == DetectorState::Ran);
    Manifest {
        format: FORMAT.into(),
        format_version: FORMAT_VERSION,
        tool: env!("CARGO_PKG_NAME").into(),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        generated_at: options.at.to_string(),
        title: options.title.clone().unwrap_or_else(|| case.title.clone()),
        prepared_by: options.actor.clone(),
        banner: options.banner.clone(),
        without: options.without.iter().map(|section| section.as_str().into()).collect(),
        case: CaseEntry { file: case.file.clone(), bytes: case.bytes, sha256: case.sha256.clone() },
        redaction: options.redaction.as_ref().map(|of| RedactionEntry {
            profile: of.profile.as_str().into(),
            sentence: [of.profile.sentence(), input.left_in_sentences()].join(" ").trim().into(),
            key: of.key.fingerprint(),
        }),
        selection: SelectionEntry {
            filter: selection.filter.clone(),
            sentence: selection.sentence.clone(),
            events,
        },
        detectors: ran.map(|run| format!("{} version {}", run.detector, run.version)).collect(),
        seed: run.map(|run| run.seed),
        events_are: kind.into(),
        sources: input.sources().iter().map(source_entry).collect(),
        tables: input.recorded().side_tables.clone(),
        files: Vec::new(),
        content_hash: String::new(),
        manifest_hash: String::new(),
    }
}

fn source_entry(source: &crate::model::SourceInfo) -> SourceEntry {
    SourceEntry {
        id: source.id,
        path: source.path.clone(),
        bytes: source.bytes,
        sha256: source.sha256.clone(),
        format: source.format.clone(),
        rows: source.rows,
        rejects: source.rejects,
    }
}
