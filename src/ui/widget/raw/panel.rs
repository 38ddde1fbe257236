//! The panel that shows one original record: where it stands in its source, and its bytes.

use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Label, Modifiers, RichText, TextEdit, Ui, WidgetInfo};

use crate::model::Field;
use crate::ui::Latest;
use crate::ui::format::{count as grouped, counted};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::button;

use super::lines::{self, Marks};
use super::{Found, Line, Paths, Shaped, as_written, find, shape, visible_text, wrap};

/// How a record is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Indented, with what was read marked.
    #[default]
    Pretty,
    /// As it is written.
    Original,
    /// The fields that were read, and where from.
    Fields,
}

/// An original record and where it stands, ready to draw.
#[derive(Debug, Default)]
pub struct RawText {
    /// Name of the source file.
    pub source: String,
    /// Line in the unpacked source, from 1.
    pub line: u64,
    /// Offset in the unpacked source, bytes.
    pub byte_offset: u64,
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// Identifier the source gave the call: it is read with the record, for it is in no column.
    pub request_id: Option<String>,
    /// Where each field is read from, in words.
    pub origins: Vec<(Field, String)>,
    pretty: Arc<Shaped>,
    original: Arc<Shaped>,
    /// Lines cut to a width in characters.
    wrapped: Latest<(usize, bool), Arc<Vec<Line>>>,
    found: Latest<(String, bool), Arc<Vec<Found>>>,
}

/// What the analyst chose, from record to record.
#[derive(Debug, Default)]
pub struct RawState {
    /// How records are shown.
    pub view: View,
    /// The text looked for; `None` while the field is closed.
    find: Option<String>,
    focus: bool,
    /// The place gone to among those found.
    current: usize,
    go: bool,
}

impl RawState {
    /// Opens the field that finds text.
    pub fn find(&mut self) {
        self.find.get_or_insert_default();
        self.focus = true;
        if self.view == View::Fields {
            self.view = View::Pretty;
        }
    }

    /// Another record is shown: the text is looked for in it from its beginning.
    pub fn begin(&mut self) {
        (self.current, self.go) = (0, self.find.is_some());
    }

    /// No record is shown any more.
    pub fn end(&mut self) {
        *self = Self { view: self.view, ..Self::default() };
    }
}

impl RawText {
    /// Lays `bytes` out. Takes a while for a long record: call it off the interface thread.
    pub fn new(source: String, line: u64, byte_offset: u64, bytes: Vec<u8>) -> Self {
        Self::read_at(source, line, byte_offset, bytes, &Paths::new())
    }

    /// The same with what was read at `paths` marked.
    pub fn read_at(
        source: String,
        line: u64,
        byte_offset: u64,
        bytes: Vec<u8>,
        paths: &Paths,
    ) -> Self {
        let pretty = Arc::new(shape(&bytes, paths));
        let original = Arc::new(as_written(&bytes));
        Self { source, line, byte_offset, bytes, pretty, original, ..Self::default() }
    }

    /// Lights up where one of the phrases stands.
    pub fn light(&mut self, phrases: &[String]) {
        super::light(Arc::make_mut(&mut self.pretty), phrases);
        super::light(Arc::make_mut(&mut self.original), phrases);
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

    fn shaped(&self, original: bool) -> Arc<Shaped> {
        if original { self.original.clone() } else { self.pretty.clone() }
    }

    /// The lines for a width; those for another one until they are cut.
    fn lines(&mut self, ctx: &egui::Context, columns: usize, original: bool) -> Arc<Vec<Line>> {
        let shaped = self.shaped(original);
        self.wrapped.ask(ctx, (columns, original), move |_| {
            Ok::<_, String>(Arc::new(wrap(&shaped, columns)))
        });
        // Most records are there before anybody sees them missing.
        self.wrapped.wait_for_first(Duration::from_millis(8));
        let same = self.wrapped.answered().is_some_and(|(_, o)| *o == original);
        self.wrapped.answer().filter(|_| same).cloned().unwrap_or_default()
    }

    /// All places of a text; `None` while it is looked for.
    fn found(
        &mut self,
        ctx: &egui::Context,
        wanted: &str,
        original: bool,
    ) -> Option<Arc<Vec<Found>>> {
        let (shaped, text) = (self.shaped(original), wanted.to_owned());
        let key = (wanted.to_owned(), original);
        self.found.ask(ctx, key.clone(), move |_| Ok::<_, String>(Arc::new(find(&shaped, &text))));
        let fresh = self.found.answered() == Some(&key);
        self.found.answer().filter(|_| fresh).cloned()
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

/// What the panel leaves to whoever shows it: what was read from the record.
pub trait Host {
    /// Draws the fields that were read, and where from.
    fn fields(&mut self, ui: &mut Ui, record: &RawText);
    /// The menu of a field.
    fn menu(&mut self, ui: &mut Ui, field: Field);
}

/// Records of the same call that are named; the exported events name them all.
const MOST_NAMED: usize = 4;

/// Room from which the ways to show a record stand on one line with its place, points.
const ROOMY: f32 = 460.0;

/// Draws the record in the room available; `others` describe the same call.
pub fn show(
    ui: &mut Ui,
    record: &mut RawText,
    state: &mut RawState,
    others: &[SameCall],
    host: &mut dyn Host,
) -> Option<RawAction> {
    let theme = Theme::of(ui);
    let mut action = head(ui, theme, record, state);
    if !others.is_empty() {
        action = same_call(ui, theme, others).or(action);
    }
    let left_out = record.pretty.left_out;
    if left_out > 0 {
        let text = format!(
            "The first {} of {} bytes; copy to get all of them",
            grouped((record.bytes.len() - left_out) as u64),
            grouped(record.bytes.len() as u64)
        );
        ui.label(Face::Small.text(text).color(theme.warn));
    }
    if state.view == View::Fields {
        host.fields(ui, record);
        return action;
    }
    let original = state.view == View::Original;
    let found = finder(ui, theme, record, state, original);
    let font = Face::Mono.font();
    let advance = ui.fonts_mut(|f| f.glyph_width(&font, '0').max(1.0));
    let columns = ((ui.available_width() - 18.0) / advance).max(24.0) as usize;
    let lines = record.lines(ui.ctx(), columns, original);
    let current = found.get(state.current).copied();
    let at = |found: Found| {
        lines.partition_point(|line| line.of <= (found.line, found.from)).saturating_sub(1)
    };
    let marks = Marks {
        found: &found,
        length: state.find.as_ref().map_or(0, |text| text.chars().count()),
        current: current.map(|_| state.current),
        go_to: current.filter(|_| std::mem::take(&mut state.go)).map(at),
    };
    lines::show(ui, &lines, &marks, host);
    action
}

fn head(ui: &mut Ui, theme: &Theme, record: &RawText, state: &mut RawState) -> Option<RawAction> {
    let mut action = None;
    let roomy = ui.available_width() >= ROOMY;
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
        if small(ui, "Find", "Find text in the record (Ctrl Shift F)").clicked() {
            state.find();
        }
        if roomy {
            let room = egui::vec2(172.0, 22.0);
            ui.allocate_ui_with_layout(room, left_to_right, |ui| views(ui, state));
        }
        // What is left of the line is for the place.
        ui.with_layout(left_to_right, |ui| {
            ui.label(Face::Section.text("Record").color(theme.muted));
            let bytes = counted(record.bytes.len() as u64, "byte", "bytes");
            let place = Face::Small.text(record.place()).color(theme.muted);
            ui.add(Label::new(place).truncate())
                .on_hover_text(format!("{}\n{bytes}", record.place()));
        });
    });
    if !roomy {
        views(ui, state);
    }
    action
}

/// The ways to show a record.
fn views(ui: &mut Ui, state: &mut RawState) {
    let views = [(View::Pretty, "pretty"), (View::Original, "original"), (View::Fields, "fields")];
    if let Some(view) = button::choice(ui, state.view, &views) {
        state.view = view;
    }
}

/// The field that finds text, and what it found.
fn finder(
    ui: &mut Ui,
    theme: &Theme,
    record: &mut RawText,
    state: &mut RawState,
    original: bool,
) -> Arc<Vec<Found>> {
    let Some(mut text) = state.find.take() else { return Arc::default() };
    let mut found = Arc::default();
    let mut closed = false;
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut text)
            .id_salt("find in record")
            .hint_text(Face::Small.text("Find in the record").color(theme.muted))
            .font(Face::Small.font())
            .desired_width(if ui.available_width() < ROOMY { 100.0 } else { 160.0 })
            .return_key(None)
            .margin(egui::Margin::symmetric(8, 3));
        let response = ui.add(field).accessible_name("Find in the record");
        if std::mem::take(&mut state.focus) {
            response.request_focus();
        }
        if response.changed() {
            (state.current, state.go) = (0, true);
        }
        let answer = record.found(ui.ctx(), &text, original);
        let searching = answer.is_none();
        found = answer.unwrap_or_default();
        if !searching {
            // Of as many as there are in this view.
            state.current = state.current.min(found.len().saturating_sub(1));
        }
        // Enter is that of whatever has the focus: it may be a dialog that is drawn after this.
        let by = match response.has_focus() {
            true => ui.input_mut(|i| {
                let back = i.consume_key(Modifiers::SHIFT, Key::Enter);
                (i.consume_key(Modifiers::NONE, Key::Enter), back)
            }),
            false => (false, false),
        };
        let next = small(ui, "Next", "The next place (Enter)").clicked() || by.0;
        let previous = small(ui, "Previous", "The place before (Shift Enter)").clicked() || by.1;
        if !found.is_empty() && (next || previous) {
            let step = if next { 1 } else { found.len() - 1 };
            (state.current, state.go) = ((state.current + step) % found.len(), true);
        }
        let words = match (text.is_empty(), found.len()) {
            (true, _) => String::new(),
            (false, 0) if searching => "searching…".to_owned(),
            (false, 0) => "not found".to_owned(),
            (false, n) => format!("{} of {}", grouped(state.current as u64 + 1), grouped(n as u64)),
        };
        ui.label(Face::Small.text(words).color(theme.muted));
        closed = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Escape));
    });
    state.find = (!closed).then_some(text);
    found
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

fn small(ui: &mut Ui, text: &str, tooltip: &str) -> egui::Response {
    let rich: RichText = Face::Small.text(text);
    let response = ui.add(egui::Button::new(rich).small()).on_hover_text(tooltip);
    let label = format!("{text} the original record");
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &label));
    response
}
