//! The terms register: clauses, when they were in force, and whether anybody compared them with
//! their text.

use egui::{Align, Layout, TextEdit, Ui};

use crate::case::policy::Checked;
use crate::case::terms::wrong;
use crate::model::book::{self, Day, Entry, Item, Term};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Booking};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, button, glyph, text};

use super::{add, change, policy, remove};

/// The fields of a clause while they are open.
pub struct Editing {
    /// The entry; `None` for a new clause.
    entry: Option<u64>,
    term: Term,
    from: String,
    until: String,
    checked: String,
}

impl Editing {
    /// A new clause.
    pub fn new() -> Self {
        Self::of(None, Term::default())
    }

    fn of(entry: Option<u64>, term: Term) -> Self {
        let day = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        let (from, until, checked) = (day(term.from), day(term.until), day(term.checked));
        Self { entry, term, from, until, checked }
    }

    /// The clause, or what is wrong with it.
    fn read(&self) -> Result<Term, String> {
        let day = |text: &str, what: &str| match text.trim() {
            "" => Ok(None),
            text => Day::parse(text)
                .map(Some)
                .ok_or_else(|| format!("{what}: {text} is no day such as 2025-06-17")),
        };
        let trimmed = |text: &String| text.trim().to_owned();
        let term = Term {
            provider: trimmed(&self.term.provider),
            document: trimmed(&self.term.document),
            clause: trimmed(&self.term.clause),
            paraphrase: trimmed(&self.term.paraphrase),
            url: trimmed(&self.term.url),
            models: trimmed(&self.term.models),
            from: day(&self.from, "In force from")?,
            until: day(&self.until, "No longer from")?,
            checked: day(&self.checked, "Compared on")?,
            forbids_training: self.term.forbids_training,
        };
        wrong(&term).map_or(Ok(term), Err)
    }
}

/// The buttons of the card; whether a new clause is asked for.
pub fn head(ui: &mut Ui, all: u64, scene: &mut Scene<'_>) -> bool {
    if scene.read_only {
        return false;
    }
    let new = ui.add(Press::new("Add a clause").quiet()).clicked();
    if all == 0 {
        let tip = "Clauses that were public in 2026; none of them is compared with its text";
        if ui.add(Press::new("Start from known terms")).on_hover_text(tip).clicked() {
            scene.ask(Action::Book(Booking::KnownTerms));
        }
    }
    new
}

/// Draws the clauses.
pub fn show(
    ui: &mut Ui,
    editing: &mut Option<Editing>,
    checked: Option<&Checked>,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    if editing.as_ref().is_some_and(|editing| editing.entry.is_none()) {
        fields(ui, editing, scene);
    }
    let book = scene.book;
    let all = book::terms(book);
    if all.is_empty() && editing.is_none() {
        let hint = "No terms are registered. A finding cites the clauses that were in force at the \
                    time of its acts.";
        text::wrapped(ui, Face::Body.text(hint).color(theme.muted));
    }
    for (at, (entry, term)) in all.into_iter().enumerate() {
        if editing.as_ref().is_some_and(|editing| editing.entry == Some(entry.id)) {
            fields(ui, editing, scene);
        } else {
            one(ui, (entry, term), editing, scene);
            if let Some(checked) = checked {
                policy::under(ui, at, checked, scene);
            }
        }
        ui.separator();
    }
    if let Some(checked) = checked.filter(|checked| checked.clauses > 0) {
        policy::rest(ui, checked);
    }
}

fn one(
    ui: &mut Ui,
    (entry, term): (&Entry, &Term),
    editing: &mut Option<Editing>,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !scene.read_only {
                let cross = |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
                if button::icon(ui, "Take out this clause", cross).clicked() {
                    remove(scene, entry.id);
                }
                if button::link(ui, "Edit").clicked() {
                    *editing = Some(Editing::of(Some(entry.id), term.clone()));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                text::line(ui, Face::Medium.text(format::display(&term.name())));
            });
        });
    });
    text::wrapped(ui, Face::Small.text(format::display(&term.paraphrase)));
    let (checked, ink) = match term.checked {
        Some(day) => (format!("compared with the text on {day}"), theme.muted),
        None => ("check the current text".to_owned(), theme.warn),
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let force = format!("in force {} ·", term.in_force());
        ui.label(Face::Small.text(force).color(theme.muted));
        ui.label(Face::Small.text(checked).color(ink));
        if !term.models.is_empty() {
            let models = format!("· models {}", format::display(&term.models));
            ui.label(Face::Small.text(models).color(theme.muted));
        }
    });
    if !term.url.is_empty() {
        text::line(ui, Face::MonoSmall.text(format::display(&term.url)).color(theme.muted));
    }
}

/// The fields of the clause that is open.
fn fields(ui: &mut Ui, editing: &mut Option<Editing>, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let Some(open) = editing else { return };
    line(ui, "Provider", &mut open.term.provider, "");
    line(ui, "Document", &mut open.term.document, "");
    line(ui, "Clause", &mut open.term.clause, "");
    line(ui, "What it says", &mut open.term.paraphrase, "in other words");
    line(ui, "In force from", &mut open.from, "2025-06-17; empty: nobody knows");
    line(ui, "No longer from", &mut open.until, "empty: it still is");
    line(ui, "Link", &mut open.term.url, "https://…");
    line(ui, "Models", &mut open.term.models, "gpt-*; empty: all");
    line(ui, "Compared on", &mut open.checked, "the day somebody read the text");
    ui.checkbox(&mut open.term.forbids_training, "Forbids training on outputs");
    let read = open.read();
    if let Err(why) = &read {
        text::wrapped(ui, Face::Small.text(format::display(why)).color(theme.warn));
    }
    let entry = open.entry;
    let mut closes = false;
    ui.horizontal(|ui| {
        let save = ui.add_enabled(read.is_ok(), Press::new("Save the clause").primary());
        closes = ui.add(Press::new("Cancel").quiet()).clicked();
        if save.clicked()
            && let Ok(term) = read
        {
            closes = true;
            match entry {
                Some(id) => change(scene, id, Item::Term(term)),
                None => add(scene, Item::Term(term)),
            }
        }
    });
    if closes {
        *editing = None;
    }
}

fn line(ui: &mut Ui, name: &str, text: &mut String, hint: &str) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        let label = Face::Small.text(name).color(theme.muted);
        ui.add_sized([96.0, 20.0], egui::Label::new(label).halign(Align::Min));
        let edit = TextEdit::singleline(text)
            .font(Face::Body.font())
            .hint_text(Face::Small.text(hint).color(theme.muted))
            .desired_width(f32::INFINITY);
        ui.add(edit).accessible_name(name);
    });
}
