//! The field on top: a filter, a path to open, or `>` for commands.

use std::path::PathBuf;

use egui::text::{LayoutJob, TextFormat};
use egui::text_edit::TextEditState;
use egui::{Id, Key, Modifiers, Rect, Response, Stroke, TextBuffer, TextEdit, Ui, pos2, vec2};

use crate::index::{Completions, IndexError};
use crate::model::Field;
use crate::model::filter::{Filter, FilterError, Pill, PillId};
use crate::ui::Latest;
use crate::ui::app::session::Session;
use crate::ui::app::{App, Overlay};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::glyph;

use super::suggest::{self, Suggestion, Typing};
use super::{Palette, below, pills};

/// Width of the field where there is room.
const WIDTH: f32 = 430.0;

/// What is being typed.
#[derive(Debug, Default)]
pub struct Omnibox {
    /// The text.
    pub text: String,
    /// What the text replaces; otherwise it is added.
    editing: Option<Editing>,
    wants_focus: bool,
    /// What could stand at the end of the text.
    pub(super) suggestions: Vec<Suggestion>,
    /// Values that are like what is typed and not among the suggestions.
    pub(super) unlisted: usize,
    /// The suggestion that Enter takes; none applies the text.
    pub(super) lit: Option<usize>,
    /// Values of the field whose value is typed, counted in the background.
    counted: Latest<(u64, Field, String), Completions>,
    /// Where the help below the field was last drawn; it stays while the pointer is on it.
    pub(super) below: Option<Rect>,
    /// Whether the keyboard is in that help; it stays meanwhile.
    pub(super) is_below: bool,
    /// The conditions beside the field.
    pub(super) pills: pills::Row,
}

/// What the text takes the place of, and the filter that it was taken from.
#[derive(Clone, Debug, PartialEq)]
enum Editing {
    /// A condition, as it was.
    Condition(String, Filter),
    /// All of it.
    Whole(Filter),
}

impl Editing {
    fn filter(&self) -> &Filter {
        match self {
            Self::Condition(_, filter) | Self::Whole(filter) => filter,
        }
    }
}

impl Omnibox {
    /// Puts the cursor into the field at the next frame.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Puts a condition into the field, to be changed.
    pub fn edit(&mut self, pill: &Pill, filter: &Filter) {
        self.text.clone_from(&pill.text);
        self.editing = Some(Editing::Condition(pill.text.clone(), filter.clone()));
        self.wants_focus = true;
    }

    /// Puts the whole filter into the field, to be changed.
    pub(super) fn edit_whole(&mut self, filter: &Filter) {
        self.text = filter.to_string();
        self.editing = Some(Editing::Whole(filter.clone()));
        self.wants_focus = true;
    }

    /// Leaves off editing a condition once the filter is another one, or the field is empty:
    /// what is typed next would else take the place of something that nobody sees.
    fn follow(&mut self, now: &Filter) {
        let gone = self.editing.as_ref().is_some_and(|editing| editing.filter() != now);
        if gone || self.text.is_empty() {
            self.editing = None;
        }
    }

    /// The condition that is edited, in `now`.
    fn edited(&self, now: &Filter) -> Option<PillId> {
        let Some(Editing::Condition(text, _)) = &self.editing else { return None };
        now.pills().into_iter().find(|pill| pill.text == *text).map(|pill| pill.id)
    }

    /// The filter that `now` becomes with the text.
    pub(super) fn applied(&self, now: &Filter) -> Result<Filter, FilterError> {
        if matches!(self.editing, Some(Editing::Whole(_))) {
            return Filter::parse(&self.text);
        }
        if let Some(id) = self.edited(now) {
            return now.with_replaced(id, &self.text);
        }
        Ok(now.narrowed_by(Filter::parse(&self.text)?))
    }

    fn reset(&mut self) {
        self.text.clear();
        self.editing = None;
        self.lit = None;
    }

    /// Takes a suggestion.
    pub(super) fn take(&mut self, text: String) {
        self.text = text;
        self.lit = None;
        self.wants_focus = true;
        self.below = None;
    }

    /// Puts the cursor behind the text: who types on adds to it.
    fn to_end(&self, ctx: &egui::Context) {
        let end = egui::text::CCursor::new(self.text.chars().count());
        let id = Id::unique("omnibox");
        let mut state = TextEditState::load(ctx, id).unwrap_or_default();
        state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
        state.store(ctx, id);
    }

    /// Finds what could stand at the end of the text.
    fn suggest(&mut self, ctx: &egui::Context, session: &Session) {
        let (typing, start) = suggest::typing(&self.text);
        self.unlisted = 0;
        self.suggestions = match typing {
            Typing::Other => Vec::new(),
            Typing::Field(typed) => suggest::fields(&self.text, typed, start),
            Typing::Value(field, typed) => {
                let case = &session.case;
                let named = suggest::named(field, &case.index, case.lists(), &case.sources);
                if let Some(field) = suggest::counted(field) {
                    let question = (session.version, field, suggest::bare(typed));
                    let (index, typed) = (case.index.clone(), question.2.clone());
                    self.counted.ask(ctx, question, move |_| {
                        index.read_texts_of(field)?;
                        Ok::<_, IndexError>(index.values_like(field, &typed, suggest::LISTED))
                    });
                }
                let answer = self.counted.answered().zip(self.counted.answer());
                let fits = |asked: &Field| suggest::counted(field) == Some(*asked);
                let counted = answer
                    .filter(|((version, asked, _), _)| *version == session.version && fits(asked))
                    .map(|((_, asked, _), found)| {
                        (found, *asked, case.index.default_granularity())
                    });
                let found = counted.map_or(0, |(found, ..)| found.found);
                let listed = suggest::values(&self.text, typed, start, named, counted);
                self.unlisted = found.saturating_sub(listed.len());
                listed
            }
        };
        self.lit = self.lit.filter(|at| *at < self.suggestions.len());
    }

    /// Whether a word is suggested first.
    #[cfg(test)]
    pub fn suggests(&self, word: &str) -> bool {
        self.suggestions.first().is_some_and(|s| s.word == word)
    }

    /// Whether Tab takes a suggestion: one that is there already is not taken, and Tab goes on.
    fn completes(&self) -> bool {
        let suggestion = self.suggestions.get(self.lit.unwrap_or(0));
        !self.text.is_empty() && suggestion.is_some_and(|s| s.text != self.text)
    }

    /// Moves through the suggestions; gives the text of the one that is taken.
    fn step(&mut self, ui: &Ui) -> Option<String> {
        let last = self.suggestions.len().checked_sub(1)?;
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            self.lit = Some(self.lit.map_or(0, |at| (at + 1).min(last)));
        }
        if pressed(Key::ArrowUp) {
            self.lit = self.lit.and_then(|at| at.checked_sub(1));
        }
        let by_tab = self.completes() && pressed(Key::Tab);
        let lit = self.lit.or(by_tab.then_some(0))?;
        let taken = by_tab || pressed(Key::Enter);
        taken.then(|| self.suggestions[lit].text.clone())
    }
}

/// Draws the field and the filter's pills.
pub fn show(app: &mut App, ui: &mut Ui) {
    let open = app.has_case();
    app.omnibox.follow(&app.view.filter);
    let focused = ui.memory(|m| m.has_focus(Id::unique("omnibox")));
    if let Some(session) = app.session.as_ref().filter(|_| focused) {
        app.omnibox.suggest(ui.ctx(), session);
        if let Some(text) = app.omnibox.step(ui) {
            app.omnibox.take(text);
        }
    }
    let error = (open && !app.omnibox.text.is_empty())
        .then(|| app.omnibox.applied(&app.view.filter).err())
        .flatten();
    let response = field(app, ui, open, error.as_ref());
    if std::mem::take(&mut app.omnibox.wants_focus) {
        response.request_focus();
        app.omnibox.to_end(ui.ctx());
    }
    if app.omnibox.text.starts_with('>') {
        let query = app.omnibox.text.split_off(1);
        app.omnibox.reset();
        response.surrender_focus();
        app.overlay = Overlay::Palette(Palette::searching(query));
    } else if response.lost_focus() {
        if ui.input(|i| i.key_pressed(Key::Enter)) {
            submit(app, &response, open);
        } else if ui.input(|i| i.key_pressed(Key::Escape)) {
            app.omnibox.reset();
        }
    }
    // A press on the help takes the focus from the field before the click is complete.
    let pointer = ui.input(|i| i.pointer.interact_pos());
    let on_help = app.omnibox.below.is_some_and(|r| pointer.is_some_and(|p| r.contains(p)));
    // With Tab the keyboard goes on into it.
    let enters = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Tab));
    if open && (response.has_focus() || on_help || enters || app.omnibox.is_below) {
        below::show(app, &response, error.as_ref());
    } else {
        app.omnibox.below = None;
    }
    pills::show(app, ui);
}

fn field(app: &mut App, ui: &mut Ui, open: bool, error: Option<&FilterError>) -> Response {
    let theme = Theme::of(ui);
    let width = WIDTH.min(ui.available_width());
    let hint = if open {
        "Filter field:value, or > for commands"
    } else {
        "Paste a path, or > for commands"
    };
    let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, _: f32| {
        let job = highlighted(buffer.as_str(), error, theme);
        ui.painter().layout_job(job)
    };
    let completes = app.omnibox.completes();
    let edit = TextEdit::singleline(&mut app.omnibox.text)
        .id(Id::unique("omnibox"))
        .hint_text(Face::Body.text(hint).color(theme.muted))
        .margin(egui::Margin { left: 30, right: 30, top: 5, bottom: 5 })
        .align(egui::Align2::LEFT_CENTER)
        // Tab takes a suggestion, where there is one.
        .lock_focus(completes)
        .desired_width(width - 60.0)
        .min_size(vec2(width, size::CONTROL))
        .layouter(&mut layouter);
    let response = ui.add(edit).accessible_name("Search or filter");
    if response.changed() {
        app.omnibox.lit = None;
    }
    let rect = response.rect;
    let glass = Rect::from_center_size(pos2(rect.left() + 16.0, rect.center().y), vec2(13.0, 13.0));
    glyph::search(ui.painter(), glass, theme.muted);
    if error.is_some() {
        let at = pos2(rect.right() - 17.0, rect.center().y);
        glyph::warning(ui.painter(), at, theme.bad);
    } else if !response.has_focus() {
        slash(ui, rect);
    }
    response
}

/// The text with the stretch that cannot be read underlined.
fn highlighted(words: &str, error: Option<&FilterError>, theme: &Theme) -> LayoutJob {
    let plain = Face::Body.format(theme.text);
    let Some(at) = error.and_then(|e| e.at) else {
        return LayoutJob::single_section(words.to_owned(), plain);
    };
    let byte = |chars: usize| words.char_indices().nth(chars).map_or(words.len(), |(i, _)| i);
    let (from, to) = (byte(at.start), byte(at.start + at.len));
    let bad =
        TextFormat { underline: Stroke::new(1.5, theme.bad), color: theme.bad, ..plain.clone() };
    let mut job = LayoutJob::default();
    job.append(&words[..from], 0.0, plain.clone());
    job.append(&words[from..to], 0.0, bad);
    job.append(&words[to..], 0.0, plain);
    job
}

/// The key that leads here, at the right end of the field.
fn slash(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let cap = Rect::from_center_size(pos2(rect.right() - 17.0, rect.center().y), vec2(17.0, 17.0));
    let stroke = theme.hairline();
    ui.painter().rect(cap, 4.0, theme.raised, stroke, egui::StrokeKind::Inside);
    ui.painter().text(
        cap.center(),
        egui::Align2::CENTER_CENTER,
        "/",
        Face::MonoSmall.font(),
        theme.muted,
    );
}

fn submit(app: &mut App, field: &Response, open: bool) {
    if !open {
        let text = app.omnibox.text.trim().trim_matches(['"', '\'']);
        if !text.is_empty() {
            let path = PathBuf::from(text.strip_prefix("file://").unwrap_or(text));
            app.actions.push(Action::Open(vec![path]));
            app.omnibox.reset();
        }
        return;
    }
    match app.omnibox.applied(&app.view.filter) {
        Ok(filter) => {
            app.actions.push(Action::Filter(filter));
            app.omnibox.reset();
        }
        // What is wrong stays in the field, underlined, with the explanation below it.
        Err(_) => field.request_focus(),
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::text::ByteRangeExt as _;

    use super::*;

    fn typed(text: &str) -> Omnibox {
        Omnibox { text: text.into(), ..Omnibox::default() }
    }

    #[test]
    fn what_is_typed_narrows_the_filter() {
        let now = Filter::parse("model:atlas-4*").expect("readable");
        let narrowed = typed("tokens>1000 time:2026-03-01").applied(&now).expect("readable");
        assert_eq!(narrowed.to_string(), "time:2026-03-01 model:atlas-4* tokens>1000");
    }

    #[test]
    fn an_edited_condition_is_replaced_where_it_stands() {
        let now = Filter::parse("model:a tokens>1000").expect("readable");
        let mut omnibox = Omnibox::default();
        omnibox.edit(&now.pills()[0], &now);
        omnibox.text = "model:b".into();
        assert_eq!(omnibox.applied(&now).expect("readable").to_string(), "model:b tokens>1000");
    }

    #[test]
    fn what_was_being_edited_never_replaces_another_condition() {
        let filter = |text: &str| Filter::parse(text).expect("readable");
        let now = filter("model:a tokens>1000");
        let mut omnibox = Omnibox::default();
        omnibox.edit(&now.pills()[0], &now);
        // Meanwhile the condition was taken away with its cross.
        let now = filter("tokens>1000");
        omnibox.follow(&now);
        omnibox.text = "model:b".into();
        assert_eq!(omnibox.applied(&now).expect("readable").to_string(), "tokens>1000 model:b");
        // A field that was emptied begins anew.
        omnibox.edit(&now.pills()[0], &now);
        omnibox.text.clear();
        omnibox.follow(&now);
        omnibox.text = "model:c".into();
        assert_eq!(omnibox.applied(&now).expect("readable").to_string(), "tokens>1000 model:c");
    }

    #[test]
    fn what_cannot_be_read_is_underlined() {
        let error = Filter::parse("modle:x").expect_err("no such field");
        let job = highlighted("modle:x", Some(&error), &crate::ui::theme::DARK);
        let marked: Vec<&str> = job
            .sections
            .iter()
            .filter(|s| s.format.underline.width > 0.0)
            .map(|s| &job.text[s.byte_range.as_usize()])
            .collect();
        assert_eq!(marked, ["modle"]);
    }
}
