//! SQL that can change nothing: a statement is typed, runs on a connection of its own on another
//! thread, and gives a table. The same is done by `stillwatch query`.

mod advice;
mod grid;
mod names;
mod run;

use std::path::Path;
use std::sync::Arc;

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Context, Id, Key, Modifiers, Rect, TextEdit, Ui, vec2};

use crate::job::Job;
use crate::model::Filter;
use crate::store::{CaseFile, Mode};
use crate::ui::layout::{Track, columns, region, rows};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::table::TableState;
use crate::ui::widget::{Press, button, text};
use crate::ui::{Latest, command_line, format};

use super::bar;
use grid::Shape;
use names::{Names, Picked};
use run::{Found, MOST_ROWS, Material, Question};

/// Width of the list of tables, points.
const NAMES: f32 = 188.0;
/// Height of the field, points.
const FIELD: f32 = 116.0;
/// What stands there at first.
const FIRST: &str = "SELECT account_id, exchanges, output_tokens, verdict, tags\nFROM view_account\n\
                     ORDER BY output_tokens DESC";

/// What came of the last statement that was run.
enum Outcome {
    /// Rows, how they are shown, and how long it took, s.
    Found(Arc<Found>, Shape, f64),
    /// What SQLite said.
    Failed(String),
    /// It was stopped, after so many seconds.
    Stopped(f64),
}

/// The console's own state.
pub struct Console {
    sql: String,
    /// Whether the table `selected` is asked for as well.
    with_selected: bool,
    job: Option<Job<Found>>,
    /// What runs, or ran last.
    asked: Option<Question>,
    outcome: Option<Outcome>,
    /// How many rows are being copied, in words.
    copying: Option<(String, Job<String>)>,
    /// What was last copied, in words.
    copied: String,
    columns: Latest<u64, Arc<Vec<Vec<String>>>>,
    names: Names,
    table: TableState,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            sql: FIRST.to_owned(),
            with_selected: false,
            job: None,
            asked: None,
            outcome: None,
            copying: None,
            copied: String::new(),
            columns: Latest::default(),
            names: Names::default(),
            table: TableState::default(),
        }
    }
}

fn field_id() -> Id {
    Id::unique("sql")
}

impl Console {
    /// Whether nothing is at work.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.job.is_none() && self.copying.is_none()
    }

    /// Puts another statement there.
    #[cfg(test)]
    pub fn write(&mut self, sql: &str) {
        self.sql = sql.to_owned();
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, case: &Path) {
        self.poll(ui.ctx());
        let path = case.to_owned();
        self.columns.ask(ui.ctx(), scene.index_version, move |progress| {
            let file = CaseFile::open(&path, Mode::ReadOnly)?;
            file.documented_columns(progress).map(Arc::new)
        });
        let note = "one SELECT, on a connection of its own that can change nothing\nreads only";
        let body = card(ui, rect, &Card { title: "SQL", note }, |ui| self.copies(ui, scene, case));
        let [left, right] = columns(body, 0.0, [Track::Fixed(NAMES), Track::Share(1.0)]);
        ui.painter().vline(left.right() - 0.5, left.y_range(), Theme::of(ui).hairline());
        let known = self.columns.answer().cloned().unwrap_or_default();
        if let Some(picked) = self.names.show(ui, left, &known) {
            self.write_in(ui.ctx(), picked);
        }
        let [field, below] = rows(right, 0.0, [Track::Fixed(FIELD), Track::Share(1.0)]);
        let is_asked = self.field(ui, field);
        let below = bar::show(ui, below, |ui| self.bar(ui, is_asked, scene, case));
        self.result(ui, below, &known, scene);
    }

    /// Writes what was picked where the cursor is, and goes on there.
    fn write_in(&mut self, ctx: &Context, picked: Picked) {
        let mut state = TextEditState::load(ctx, field_id()).unwrap_or_default();
        let at = match picked {
            Picked::Example(sql) => {
                self.sql = sql.to_owned();
                sql.chars().count()
            }
            Picked::Name(name) => {
                let end = self.sql.chars().count();
                let range = state.cursor.char_range().map(|range| range.as_sorted_char_range());
                let range = range.map_or(end..end, |r| r.start.0.min(end)..r.end.0.min(end));
                let (text, at) = written(&self.sql, range, &name);
                self.sql = text;
                at
            }
        };
        state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(at))));
        state.store(ctx, field_id());
        ctx.memory_mut(|memory| memory.request_focus(field_id()));
    }

    /// The statement; whether it is to be run.
    fn field(&mut self, ui: &mut Ui, rect: Rect) -> bool {
        let theme = Theme::of(ui);
        let typing = ui.memory(|memory| memory.has_focus(field_id()));
        let is_asked = typing && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        region(ui, rect.shrink2(vec2(8.0, 8.0)), |ui| {
            let room = ui.available_size();
            egui::ScrollArea::vertical().id_salt("statement").auto_shrink(false).show(ui, |ui| {
                let edit = TextEdit::multiline(&mut self.sql)
                    .id(field_id())
                    .font(Face::Mono.font())
                    .code_editor()
                    .hint_text(Face::Mono.text("SELECT …").color(theme.muted))
                    .desired_width(f32::INFINITY)
                    .min_size(vec2(room.x, room.y))
                    .margin(egui::Margin::symmetric(8, 6));
                ui.add(edit).accessible_name("SQL statement");
            });
        });
        is_asked
    }

    fn bar(&mut self, ui: &mut Ui, is_asked: bool, scene: &Scene<'_>, case: &Path) {
        let is_running = self.job.is_some();
        if is_running {
            let is_stopping = self.job.as_ref().is_some_and(|job| job.progress().is_cancelled());
            let words = if is_stopping { "Stopping…" } else { "Stop" };
            if let Some(job) = self.job.as_ref().filter(|_| ui.add(Press::new(words)).clicked()) {
                job.progress().cancel();
            }
        } else if ui.add(Press::new("Run").key("Ctrl Enter").primary()).clicked() {
            self.run(ui.ctx(), scene, case);
        }
        if is_asked {
            self.run(ui.ctx(), scene, case);
        }
        let tooltip = "The statement also sees a table “selected”: in its one column event_id the \
                       events that the filter keeps, as --select of the command gives it";
        ui.checkbox(&mut self.with_selected, "with table selected").on_hover_text(tooltip);
        let muted = Theme::of(ui).muted;
        text::line(ui, Face::Body.text(self.words()).color(muted));
        if is_running {
            ui.ctx().request_repaint_after_secs(0.1);
        }
    }

    /// What can be copied: the line that does the same, and the rows.
    fn copies(&mut self, ui: &mut Ui, scene: &Scene<'_>, case: &Path) {
        if button::link(ui, "Copy command line").clicked() {
            // An empty filter is refused there: an unset variable must not mean everybody.
            let text = |filter: Filter| match filter.is_everything() {
                true => "account:*".to_owned(),
                false => filter.to_string(),
            };
            let filter = self.filter(scene).map(text);
            let case = std::path::absolute(case).unwrap_or_else(|_| case.to_owned());
            ui.ctx().copy_text(command_line::query(&case, &self.sql, filter.as_deref()));
            self.copied = "command line copied".to_owned();
        }
        if let Some(Outcome::Found(found, ..)) = &self.outcome
            && self.job.is_none()
            && self.copying.is_none()
            && button::link(ui, "Copy as CSV").clicked()
        {
            let (found, wake) = (Arc::clone(found), ui.ctx().clone());
            let rows = rows_of(&found);
            let job = Job::spawn(move || wake.request_repaint(), move |p| found.csv(p));
            self.copying = Some((rows, job));
        }
    }

    /// How it goes, or went: `1,204 rows · 0.31 s`.
    fn words(&self) -> String {
        if let Some(job) = &self.job {
            let rows = format::counted(job.progress().records(), "row", "rows");
            return format!("running, {rows} · {}", took(job.elapsed_s()));
        }
        let words = match &self.outcome {
            Some(Outcome::Found(found, _, took_s)) => {
                format!("{} · {}", rows_of(found), took(*took_s))
            }
            Some(Outcome::Stopped(took_s)) => {
                format!("stopped after {}", took(*took_s))
            }
            Some(Outcome::Failed(_)) => "not run".to_owned(),
            None => String::new(),
        };
        let gap = if words.is_empty() || self.copied.is_empty() { "" } else { " · " };
        format!("{words}{gap}{}", self.copied)
    }

    /// The filter of the table `selected`, where there is to be one.
    fn filter(&self, scene: &Scene<'_>) -> Option<Filter> {
        self.with_selected.then(|| scene.view.filter.clone())
    }

    /// Runs what stands there. What ran before is stopped: the latest wins.
    fn run(&mut self, ctx: &Context, scene: &Scene<'_>, case: &Path) {
        let question = Question { sql: self.sql.clone(), selected: self.filter(scene) };
        let material = Material {
            case: case.to_owned(),
            index: Arc::clone(scene.index),
            lists: Arc::clone(scene.lists),
        };
        let (wake, asked) = (ctx.clone(), question.clone());
        self.copied.clear();
        self.asked = Some(question);
        self.job = Some(Job::spawn(
            move || wake.request_repaint(),
            move |progress| run::run(&asked, &material, MOST_ROWS, progress),
        ));
    }

    fn poll(&mut self, ctx: &Context) {
        if let Some((rows, outcome)) =
            self.copying.as_ref().and_then(|(rows, job)| Some((rows.clone(), job.poll()?)))
        {
            self.copying = None;
            self.copied = match outcome {
                Ok(csv) => {
                    ctx.copy_text(csv);
                    format!("{rows} copied")
                }
                Err(error) => format::display(&error),
            };
        }
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else { return };
        let Some(job) = self.job.take() else { return };
        let took_s = job.elapsed_s();
        self.table = TableState::default();
        if let Some(Outcome::Found(old, ..)) = self.outcome.take() {
            // Millions of values take longer to be let go than a frame.
            drop(Job::spawn(
                || (),
                move |_| {
                    drop(old);
                    Ok::<_, String>(())
                },
            ));
        }
        self.outcome = Some(match outcome {
            Ok(found) => {
                let shape = Shape::of(&found);
                Outcome::Found(Arc::new(found), shape, took_s)
            }
            Err(_) if job.progress().is_cancelled() => Outcome::Stopped(took_s),
            Err(error) => Outcome::Failed(error),
        });
    }

    fn result(&mut self, ui: &mut Ui, rect: Rect, known: &[Vec<String>], scene: &Scene<'_>) {
        match &self.outcome {
            Some(Outcome::Found(found, shape, _)) => {
                let listens = !scene.keys.covered;
                region(ui, rect, |ui| grid::show(ui, &mut self.table, found, shape, listens));
            }
            Some(Outcome::Failed(error)) => {
                let sql = self.asked.as_ref().map_or("", |asked| asked.sql.as_str());
                failed(ui, rect, (error, sql), known);
            }
            Some(Outcome::Stopped(_)) => {
                card::empty(ui, rect, "Stopped", "Nothing is kept of what was found until then");
            }
            None => {
                let why = "Ctrl Enter runs the statement; the list on the left has tables, columns \
                           and examples";
                card::empty(ui, rect, "Nothing was asked yet", why);
            }
        }
    }
}

/// `1,204 rows`, `first 100,000 of more rows`.
fn rows_of(found: &Found) -> String {
    let rows = found.rows() as u64;
    match found.has_more {
        true => format!("first {} of more rows", format::count(rows)),
        false => format::counted(rows, "row", "rows"),
    }
}

/// `0.31 s`, and from ten seconds on as everywhere.
fn took(s: f64) -> String {
    if s < 10.0 { format!("{s:.2} s") } else { format::seconds(s) }
}

/// What SQLite says, and what to try.
fn failed(ui: &mut Ui, rect: Rect, (error, sql): (&str, &str), known: &[Vec<String>]) {
    let theme = Theme::of(ui);
    let (error, place) = advice::without_statement(error, sql);
    let place = place.map_or_else(String::new, |(line, character)| {
        format!(", at line {line}, character {character}")
    });
    let said = format::display(&format!("{error}{place}"));
    region(ui, rect.shrink2(vec2(size::CARD_PADDING, 12.0)), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::wrapped(ui, Face::Lead.text("The statement cannot be run").color(theme.bad));
        text::wrapped(ui, Face::Mono.text(said));
        text::wrapped(ui, Face::Body.text(advice::advice(&error, known)).color(theme.muted));
    });
}

/// A text with a name in the place of `range`, set off from the words beside it; and where the
/// name ends, both in characters.
fn written(text: &str, range: std::ops::Range<usize>, name: &str) -> (String, usize) {
    let before: String = text.chars().take(range.start).collect();
    let after: String = text.chars().skip(range.end).collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ',';
    let gap = if before.ends_with(is_word) { " " } else { "" };
    let end = if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') { " " } else { "" };
    let start = format!("{before}{gap}{name}");
    let at = start.chars().count();
    (format!("{start}{end}{after}"), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_where_the_cursor_is_and_set_off_from_words() {
        assert_eq!(written("SELECT", 6..6, "model"), ("SELECT model".into(), 12));
        assert_eq!(written("SELECT a, FROM t", 9..9, "é"), ("SELECT a, é FROM t".into(), 11));
        assert_eq!(written("SELECT x FROM t", 7..8, "model"), ("SELECT model FROM t".into(), 12));
        assert_eq!(written("", 0..0, "t"), ("t".into(), 1));
    }
}
