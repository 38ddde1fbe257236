//! The panel that shows one original record: where it stands in its source, and its bytes.

use egui::text::LayoutJob;
use egui::{Color32, Label, RichText, ScrollArea, Ui, WidgetInfo};

use crate::ui::format::{count as grouped, counted};
use crate::ui::theme::{Face, Theme};

use super::{Kind, Line, Shaped, visible_text, wrap};

/// An original record and where it stands, ready to draw.
#[derive(Clone, Debug, Default)]
pub struct RawText {
    /// Name of the source file.
    pub source: String,
    /// Line in the unpacked source, from 1.
    pub line: u64,
    /// Offset in the unpacked source, bytes.
    pub byte_offset: u64,
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// The same, laid out.
    pub shaped: Shaped,
    /// Lines cut to the width drawn last, and that width in characters.
    wrapped: Option<(usize, Vec<Line>)>,
}

impl RawText {
    /// Lays `bytes` out. Takes a while for a long record: call it off the interface thread.
    pub fn new(source: String, line: u64, byte_offset: u64, bytes: Vec<u8>) -> Self {
        let shaped = super::shape(&bytes);
        Self { source, line, byte_offset, bytes, shaped, wrapped: None }
    }

    /// Lights up where one of the phrases stands.
    pub fn light(&mut self, phrases: &[String]) {
        super::light(&mut self.shaped, phrases);
        self.wrapped = None;
    }

    /// `gateway.jsonl.gz · line 1,204 · byte 88,201`.
    pub fn place(&self) -> String {
        format!(
            "{} · line {} · byte {}",
            visible_text(&self.source),
            grouped(self.line),
            grouped(self.byte_offset)
        )
    }

    fn lines(&mut self, columns: usize) -> &[Line] {
        if self.wrapped.as_ref().is_none_or(|(at, _)| *at != columns) {
            self.wrapped = Some((columns, wrap(&self.shaped, columns)));
        }
        self.wrapped.as_ref().map_or(&[], |(_, lines)| lines)
    }
}

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawAction {
    /// Close the panel.
    Close,
    /// Show the record of this event instead.
    Open(u64),
}

/// Another record of the same call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameCall {
    /// Its event.
    pub event: u64,
    /// Name of its source file.
    pub source: String,
}

/// Records of the same call that are named; the exported events name them all.
const MOST_NAMED: usize = 4;

/// Draws the record in the room available; `others` describe the same call.
pub fn show(ui: &mut Ui, record: &mut RawText, others: &[SameCall]) -> Option<RawAction> {
    let theme = Theme::of(ui);
    let mut action = None;
    let right_to_left = egui::Layout::right_to_left(egui::Align::Center);
    let left_to_right = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(egui::vec2(ui.available_width(), 22.0), right_to_left, |ui| {
        if small(ui, "Close", "Close the original record (Esc)").clicked() {
            action = Some(RawAction::Close);
        }
        if small(ui, "Copy", "Copy the original record, byte for byte").clicked() {
            // Bytes that are not UTF-8 cannot be on the clipboard; they become U+FFFD there.
            ui.ctx().copy_text(String::from_utf8_lossy(&record.bytes).into_owned());
        }
        // What is left of the line is for the place.
        ui.with_layout(left_to_right, |ui| {
            ui.label(Face::Section.text("Original record").color(theme.muted));
            let bytes = counted(record.bytes.len() as u64, "byte", "bytes");
            let place = Face::Small.text(record.place()).color(theme.muted);
            ui.add(Label::new(place).truncate())
                .on_hover_text(format!("{}\n{bytes}", record.place()));
        });
    });
    if !others.is_empty() {
        action = same_call(ui, theme, others).or(action);
    }
    if record.shaped.left_out > 0 {
        let text = format!(
            "The first {} of {} bytes; copy to get all of them",
            grouped((record.bytes.len() - record.shaped.left_out) as u64),
            grouped(record.bytes.len() as u64)
        );
        ui.label(Face::Small.text(text).color(theme.warn));
    }
    text(ui, theme, record);
    action
}

/// A line with a button for every other record of the call.
fn same_call(ui: &mut Ui, theme: &Theme, others: &[SameCall]) -> Option<RawAction> {
    let mut action = None;
    ui.horizontal(|ui| {
        ui.label(Face::Small.text("The same call in").color(theme.muted));
        for other in others.iter().take(MOST_NAMED) {
            let name = format!("{}, event {}", visible_text(&other.source), grouped(other.event));
            let tooltip = "Show that record; the call is counted once and has what either says";
            if small(ui, &name, tooltip).clicked() {
                action = Some(RawAction::Open(other.event));
            }
        }
        if let Some(more) = others.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            let text = format!("and {} more", grouped(more as u64));
            ui.label(Face::Small.text(text).color(theme.muted));
        }
    });
    action
}

fn text(ui: &mut Ui, theme: &Theme, record: &mut RawText) {
    let font = Face::Mono.font();
    let (height, advance) =
        ui.fonts_mut(|f| (f.row_height(&font).ceil() + 2.0, f.glyph_width(&font, '0').max(1.0)));
    let columns = ((ui.available_width() - 10.0) / advance).max(24.0) as usize;
    let lines = record.lines(columns);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("raw record").auto_shrink(false).show_rows(
        ui,
        height,
        lines.len(),
        |ui, rows| {
            for line in &lines[rows] {
                let job = layout(theme, line);
                let label = Label::new(job).selectable(true).extend();
                ui.add_sized([ui.available_width(), height], Row(label));
            }
        },
    );
}

/// A label that stands left however wide its place is.
struct Row(Label);

impl egui::Widget for Row {
    fn ui(self, ui: &mut Ui) -> egui::Response {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| ui.add(self.0)).inner
    }
}

fn layout(theme: &Theme, line: &Line) -> LayoutJob {
    let mut job = LayoutJob::default();
    let more = usize::from(line.continued) * 2;
    let spaces = " ".repeat(super::shape::indent(line.depth) + more);
    job.append(&spaces, 0.0, Face::Mono.format(theme.faint));
    for token in &line.tokens {
        let mut format = Face::Mono.format(color(theme, token.kind));
        if token.kind == Kind::Found {
            format.background = theme.accent_soft;
        }
        job.append(&token.text, 0.0, format);
    }
    job
}

fn color(theme: &Theme, kind: Kind) -> Color32 {
    match kind {
        Kind::Key => theme.muted,
        Kind::Text | Kind::Plain => theme.text,
        Kind::Found => theme.accent,
        Kind::Number => theme.category(0),
        Kind::Word => theme.category(3),
        Kind::Mark => theme.faint,
    }
}

fn small(ui: &mut Ui, text: &str, tooltip: &str) -> egui::Response {
    let rich: RichText = Face::Small.text(text);
    let response = ui.add(egui::Button::new(rich).small()).on_hover_text(tooltip);
    let label = format!("{text} the original record");
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &label));
    response
}
