//! All that is known of one source: where it lay, how it was read, and whether it is still the same.

use egui::{Rect, Ui};

use crate::case::audit::{Checked, Kept, OnDisk, Record};
use crate::ingest::Mapping;
use crate::model::{FIELDS, SourceInfo, Time};
use crate::ui::app::session::file_name;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::table::Tone;
use crate::ui::widget::{button, text};
use crate::ui::zone::Zone;

use super::facts::{edge, exact, fact, scrolled, title};

/// The source that is shown, with its mapping read once.
pub struct Detail {
    /// Its id.
    pub id: u32,
    /// Fields, and where each was read from.
    fields: Vec<(&'static str, String)>,
}

impl Detail {
    /// Of a source. What the program wrote in front of a mapping is no part of it.
    pub fn of(source: &SourceInfo) -> Self {
        let toml = match source.rejects_of() {
            Some(_) => source.mapping.split_once('\n').map_or("", |(_, rest)| rest),
            None => &source.mapping,
        };
        let fields = Mapping::from_toml(toml).map(|mapping| {
            let all = mapping.fields.iter();
            all.map(|map| (FIELDS[map.field as usize].name, map.describe())).collect()
        });
        Self { id: source.id, fields: fields.unwrap_or_default() }
    }
}

/// What was seen of the file.
pub struct Seen<'a> {
    /// The journal.
    pub record: Option<&'a Record>,
    /// Whether it is there.
    pub disk: Option<&'a OnDisk>,
    /// What hashing it again came to.
    pub checked: Option<&'a Checked>,
}

/// What is known of the file of a source, in a few words, and how loud they are.
pub fn in_words(disk: Option<&OnDisk>, checked: Option<&Checked>) -> (&'static str, Tone) {
    match (checked, disk) {
        (Some(Checked::Same), _) => ("same hash", Tone::Plain),
        (Some(Checked::Differs(_)), _) => ("other bytes", Tone::Bad),
        (Some(Checked::Unread(_)), _) => ("cannot be read", Tone::Bad),
        (_, Some(OnDisk::Here(_))) => ("there, not hashed", Tone::Muted),
        (_, Some(OnDisk::Gone)) => ("not there", Tone::Notable),
        (_, Some(OnDisk::NoFile)) => ("was no file", Tone::Muted),
        (_, None) => ("looking…", Tone::Muted),
    }
}

/// Draws it; true when it is to be closed.
pub fn show(
    ui: &mut Ui,
    panel: Rect,
    (source, detail): (&SourceInfo, &Detail),
    seen: Seen<'_>,
    scene: &mut Scene<'_>,
) -> bool {
    let mut closed = false;
    let inner = edge(ui, panel);
    scrolled(ui, inner, "source", |ui| {
        closed = title(ui, &file_name(source.path.as_ref()), "Close the source");
        exact(ui, "Path, as it was opened", &source.path, "Copy path");
        exact(ui, "SHA-256", &source.sha256, "Copy SHA-256");
        on_disk(ui, source, &seen);
        counted(ui, source, scene);
        read_as(ui, source, &seen);
        mapped(ui, source, detail);
    });
    closed
}

fn on_disk(ui: &mut Ui, source: &SourceInfo, seen: &Seen<'_>) {
    let theme = Theme::of(ui);
    let archive = seen.record.and_then(|record| record.archive_of(source.id));
    match Kept::of(source, archive) {
        Kept::File(_) => {}
        Kept::Archive(note) => {
            let path = note.path.display().to_string();
            exact(ui, "Archive that it came in", &path, "Copy the archive's path");
            exact(ui, "SHA-256 of the archive", &note.sha256, "Copy the archive's SHA-256");
        }
        Kept::Stream => fact(ui, "Read from", "standard input: there is no file to compare with"),
        Kept::Rejects(of) => {
            let words = format!("rejected records of source {of}, from what the case kept of them");
            fact(ui, "Read from", &words);
        }
    }
    let (words, tone) = in_words(seen.disk, seen.checked);
    fact(ui, "On disk", words);
    if let Some(OnDisk::Here(path)) = seen.disk
        && path.display().to_string() != source.path
    {
        fact(ui, "Found at", &path.display().to_string());
    }
    let more = match seen.checked {
        Some(Checked::Differs(hash)) => format!("Its SHA-256 is {hash} now"),
        Some(Checked::Unread(why)) => format::display(why),
        _ if tone == Tone::Notable => "Looked for where it was, and beside the case".to_owned(),
        _ => return,
    };
    let ink = if tone == Tone::Bad { theme.bad } else { theme.warn };
    text::wrapped(ui, Face::Small.text(more).color(ink));
}

fn counted(ui: &mut Ui, source: &SourceInfo, scene: &mut Scene<'_>) {
    let of = |n, one, many| format::counted(n, one, many);
    let kinds = [
        (source.exchanges, of(source.exchanges, "exchange", "exchanges")),
        (source.activities, of(source.activities, "activity", "activities")),
        (source.buckets, of(source.buckets, "usage bucket", "usage buckets")),
    ];
    let kinds: Vec<String> =
        kinds.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words).collect();
    let words = format!("{} ({})", of(source.rows, "row", "rows"), kinds.join(", "));
    fact(ui, "Records", &if kinds.is_empty() { of(source.rows, "row", "rows") } else { words });
    if source.repeats > 0 {
        let words = of(source.repeats, "request id again", "request ids again");
        fact(ui, "Repeats", &words);
    }
    if source.without_time > 0 {
        fact(ui, "Without a time", &of(source.without_time, "row", "rows"));
    }
    fact(ui, "Rejected", &of(source.rejects, "record", "records"));
    if source.rejects > 0 && button::link(ui, "See rejected records").clicked() {
        scene.ask(Action::Go(Screen::Rejects));
    }
}

fn read_as(ui: &mut Ui, source: &SourceInfo, seen: &Seen<'_>) {
    let theme = Theme::of(ui);
    if let Some(problem) = &source.problem {
        let words = format!("Not read to its end: {}", format::display(problem));
        text::wrapped(ui, Face::Body.text(words).color(theme.bad));
    }
    let sure = (source.confidence * 100.0).round().clamp(0.0, 100.0);
    fact(ui, "Format", &format!("{}, recognised with {sure} % confidence", source.format));
    let unpacked = format::bytes(source.unpacked_bytes);
    let packed = format::bytes(source.bytes);
    let size = match source.compression.as_str() {
        "none" => packed,
        packing => format!("{packed} as {packing}, {unpacked} unpacked"),
    };
    fact(ui, "Size", &size);
    let zone = Zone::of(ui.ctx());
    if let Some(span) = source.span {
        let last = Time(span.end.0.saturating_sub(1));
        fact(ui, "Span", &format!("{} to {}", zone.stamp(span.start), zone.stamp(last)));
    }
    fact(ui, "Zone of times without one", &source.timezone);
    let by = seen.record.and_then(|record| record.imported_by(source.id));
    let by = by.map_or_else(String::new, |actor| format!(" by {actor}"));
    fact(ui, "Imported", &format!("{}{by}", zone.stamp(source.imported_at)));
    let kept = if source.raw_kept { "kept in the case" } else { "not kept" };
    fact(ui, "Original records", kept);
}

fn mapped(ui: &mut Ui, source: &SourceInfo, detail: &Detail) {
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    text::section(ui, "Mapping that it was read with");
    if source.mapping.is_empty() {
        ui.label(Face::Small.text("none is stored").color(theme.muted));
        return;
    }
    for (field, from) in &detail.fields {
        let parts = text::pieces(&[
            (field, Face::Mono, theme.text),
            (" from ", Face::Small, theme.muted),
            (&format::display(from), Face::Mono, theme.muted),
        ]);
        ui.add(egui::Label::new(parts).wrap());
    }
    if detail.fields.is_empty() {
        // As the case has it: it may be of a version that names fields differently.
        text::wrapped(ui, Face::Mono.text(format::display(&source.mapping)).color(theme.muted));
    }
    if button::link(ui, "Copy mapping (TOML)").clicked() {
        ui.ctx().copy_text(source.mapping.clone());
    }
}
