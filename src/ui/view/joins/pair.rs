//! One pair: its two records field by field, and what can be said of them.

use egui::{Align, Rect, Ui, UiBuilder, vec2};

use crate::case::joining::Compared;
use crate::model::{JoinPair, JoinState, Selection};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::view::audit::facts::scrolled;
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{Press, button, text};

use super::list::word;

/// What is drawn.
pub struct Seen<'a> {
    /// The pair.
    pub pair: &'a JoinPair,
    /// Its records, the one left out first, once they are read.
    pub compared: Option<&'a [Compared]>,
    /// Why they are not.
    pub problem: Option<&'a str>,
    /// What is decided and not counted yet.
    pub decided: Option<bool>,
    /// How many pairs the buttons speak of.
    pub picked: u64,
}

/// Width of the names of fields, points.
const NAMES: f32 = 108.0;

/// Draws it; whether it is said that the pairs picked are one call, or two.
pub fn show(ui: &mut Ui, rect: Rect, seen: &Seen<'_>, scene: &mut Scene<'_>) -> Option<bool> {
    let note = match seen.picked {
        0 | 1 => String::new(),
        n => format!("{} picked", format::count(n)),
    };
    let body = card(ui, rect, &Card { title: "Pair", note: &note }, |_| {});
    let mut said = None;
    scrolled(ui, body, "pair", |ui| {
        text::wrapped(ui, Face::Body.text(stands(seen.pair)));
        ui.add_space(6.0);
        said = buttons(ui, seen, scene.read_only);
        ui.add_space(10.0);
        match (seen.compared, seen.problem) {
            (Some(compared), _) => fields(ui, seen.pair, compared, scene),
            (None, Some(problem)) => {
                text::wrapped(ui, Face::Body.text(problem).color(Theme::of(ui).bad));
            }
            (None, None) => drop(ui.label(Face::Body.text("Reading the records…"))),
        }
    });
    said
}

/// What two records of one call need not agree in: where each stands, and when each was written.
const ITS_OWN: [&str; 3] = ["timestamp", "source", "line"];

/// Whether both records say something of a call, and not the same.
fn differs(compared: &Compared) -> bool {
    compared.differs() && !ITS_OWN.contains(&&*compared.column)
}

/// Why they are taken for one call, and what follows.
fn stands(pair: &JoinPair) -> String {
    let why = format::capitalised(pair.basis.reason());
    let what = match pair.state {
        JoinState::Offered => {
            "Both are counted until you decide; of one call, only the right one is"
        }
        JoinState::Accepted => "One call: the record on the left is not counted",
        JoinState::Rejected => "Two calls, as somebody said: both are counted",
    };
    format!("{why}. {what}.")
}

fn buttons(ui: &mut Ui, seen: &Seen<'_>, read_only: bool) -> Option<bool> {
    let theme = Theme::of(ui);
    if read_only {
        let why = "This case was opened read-only: nothing can be decided here";
        text::wrapped(ui, Face::Small.text(why).color(theme.muted));
        return None;
    }
    let mut said = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let [one, two] = match seen.picked {
            0 | 1 => ["One call".to_owned(), "Two calls".to_owned()],
            n => [true, false].map(|is| format!("Each of {}: {}", format::count(n), word(is))),
        };
        if ui.add(Press::new(one)).clicked() {
            said = Some(true);
        }
        if ui.add(Press::new(two)).clicked() {
            said = Some(false);
        }
        if let Some(is_one) = seen.decided {
            let words = format!("decided: {}", word(is_one));
            ui.label(Face::Small.text(words).color(theme.warn));
        }
    });
    said
}

fn fields(ui: &mut Ui, pair: &JoinPair, compared: &[Compared], scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let heads = match pair.state {
        JoinState::Accepted => [("Left out", pair.secondary), ("Counted", pair.primary)],
        _ => [("The record", pair.secondary), ("Same call as", pair.primary)],
    };
    line(ui, |ui, rects| {
        for ((name, _), rect) in heads.iter().zip(&rects[1..]) {
            text::in_rect(ui, *rect, Align::Min, Face::Column.text(*name).color(theme.muted));
        }
    });
    for c in compared {
        let (differs, name) = (differs(c), named(&c.column));
        line(ui, |ui, rects| {
            let ink = if differs { theme.warn } else { theme.muted };
            text::in_rect(ui, rects[0], Align::Min, Face::Small.text(&name).color(ink));
            for (value, rect) in [&c.first, &c.second].into_iter().zip(&rects[1..]) {
                let (words, ink) = match value {
                    Some(value) if differs => (visible_text(value).into_owned(), theme.warn),
                    Some(value) => (visible_text(value).into_owned(), theme.text),
                    None => ("absent".to_owned(), theme.faint),
                };
                let shown = Face::MonoSmall.text(&words).color(ink);
                text::in_rect(ui, *rect, Align::Min, shown).on_hover_text(words);
            }
        });
    }
    ui.add_space(6.0);
    let differ = compared.iter().filter(|c| differs(c)).count() as u64;
    let words = match differ {
        0 => "No field that both have differs".to_owned(),
        1 => "1 field that both have differs".to_owned(),
        n => format!("{} fields that both have differ", format::count(n)),
    };
    let words = format!("{words}. Prompts and answers are not compared: see the records");
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    ui.add_space(6.0);
    for (words, (_, event)) in
        ["See the record on the left", "See the record on the right"].into_iter().zip(heads)
    {
        if button::link(ui, words).clicked() {
            scene.ask(Action::Select(Selection::Event(event)));
            scene.ask(Action::Go(Screen::Explore));
        }
    }
}

/// One line: the name of a field, and the room for two values.
fn line(ui: &mut Ui, contents: impl FnOnce(&mut Ui, [Rect; 3])) {
    let theme = Theme::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), egui::Sense::hover());
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    let half = (rect.width() - NAMES) / 2.0;
    let cell = |left: f32, width: f32| {
        Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width - 10.0, rect.height()))
    };
    let left = rect.left();
    let rects = [cell(left, NAMES), cell(left + NAMES, half), cell(left + NAMES + half, half)];
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    contents(&mut child, rects);
}

/// A column's name as a person writes it.
fn named(column: &str) -> String {
    match column {
        "client_ip" => "Client IP".to_owned(),
        "asn" => "ASN".to_owned(),
        other => match other.strip_suffix("_id") {
            Some(of) => format!("{} id", format::capitalised(&of.replace('_', " "))),
            None => format::capitalised(&other.replace('_', " ")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_names_that_people_write() {
        assert_eq!(named("input_tokens"), "Input tokens");
        assert_eq!(named("api_key_id"), "Api key id");
        assert_eq!(named("client_ip"), "Client IP");
    }
}
