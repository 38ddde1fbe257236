//! The templates its prompts follow, slots lit, with the share of its records that follow each.

use std::sync::Arc;

use egui::{Label, Ui};

use crate::case::dossier::{Part, Portrait};
use crate::index::Templates;
use crate::model::filter::{Expr, FilterField, Value};
use crate::model::finding::Subject;
use crate::model::{Filter, Template};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::template::{how_many, pieces};
use crate::ui::widget::{bar, button, text};

use super::section::{Kind, absent, section};
use super::subject::About;

/// Characters of a template that are shown.
const SHOWN: usize = 700;
/// Slots that are described.
const SLOTS: usize = 4;

/// Draws it.
pub fn show(ui: &mut Ui, about: &About, portrait: Option<&Portrait>, scene: &mut Scene<'_>) {
    let used = portrait.map(|portrait| &portrait.templates);
    let note = used.map_or_else(String::new, |used| {
        let first = used.first.len() as u64;
        let all = format::counted(used.distinct, "template", "templates");
        if first < used.distinct { format!("{first} of {all}") } else { all }
    });
    section(ui, Part::Templates, (Kind::Facts, &note), |ui| {
        let Some(used) = used else { return absent(ui, "Counting…") };
        let templates = scene.index.templates();
        if used.prompts == 0 {
            return absent(ui, without(&templates));
        }
        for (i, (id, rows)) in used.first.iter().enumerate() {
            if let Some(template) = templates.get(*id) {
                if i > 0 {
                    ui.separator();
                }
                one(ui, about, (template, *rows, used.prompts), scene);
            }
        }
        let free = format!(
            "{} of {} prompts ({}) follow no template",
            format::count(used.free),
            format::count(used.prompts),
            format::percent(used.free, used.prompts)
        );
        text::wrapped(ui, Face::Small.text(free).color(Theme::of(ui).muted));
    });
}

/// Why there are none.
fn without(templates: &Arc<Templates>) -> &'static str {
    match templates.run {
        Some(_) => "Its records hold no prompts, so no template can be seen",
        None => "Nobody has looked for templates in this case yet",
    }
}

fn one(
    ui: &mut Ui,
    about: &About,
    (template, rows, prompts): (&Template, u64, u64),
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.label(Face::Medium.text(format!("Template {}", template.id)).color(theme.text));
        let (track, _) = ui.allocate_exact_size(egui::vec2(64.0, 5.0), egui::Sense::hover());
        let share = rows as f32 / prompts.max(1) as f32;
        bar::paint(ui.painter(), track, theme.ghost, share, theme.category(0));
        let words = format!(
            "{} of {} prompts ({})",
            format::count(rows),
            format::count(prompts),
            format::percent(rows, prompts)
        );
        if button::link(ui, words).on_hover_text("Show them in Explore").clicked() {
            go_to(about, template.id, scene);
        }
    });
    let whose = format!(
        "followed by {} of the case",
        format::counted(template.accounts, "account", "accounts")
    );
    text::wrapped(ui, Face::Small.text(whose).color(theme.muted));
    let shown = cut(template);
    ui.add(Label::new(pieces(theme, shown.as_ref().unwrap_or(template))).wrap());
    if shown.is_some() {
        let words = "Cut here; Explore shows all of it";
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    let slots: Vec<String> = (1..)
        .zip(template.slots())
        .take(SLOTS)
        .map(|(n, slot)| format!("slot {n}: {}", how_many(slot, template.rows)))
        .collect();
    let more = template.slots().count().saturating_sub(SLOTS) as u64;
    let more = (more > 0).then(|| format!("{} more", format::counted(more, "slot", "slots")));
    let words: Vec<String> = slots.into_iter().chain(more).collect();
    if !words.is_empty() {
        text::wrapped(ui, Face::Small.text(words.join(" · ")).color(theme.muted));
    }
}

/// The beginning of a template that is long.
fn cut(template: &Template) -> Option<Template> {
    use crate::model::Piece;
    let (mut left, mut pieces) = (SHOWN, Vec::new());
    for piece in &template.pieces {
        match piece {
            Piece::Fixed(text) => {
                let Some((at, _)) = text.char_indices().nth(left) else {
                    left -= text.chars().count();
                    pieces.push(piece.clone());
                    continue;
                };
                pieces.push(Piece::Fixed(format!("{}…", &text[..at])));
                return Some(Template { pieces, ..template.clone() });
            }
            Piece::Slot(_) => pieces.push(piece.clone()),
        }
    }
    None
}

/// Its records of a template, in Explore.
fn go_to(about: &About, template: u32, scene: &mut Scene<'_>) {
    let whose = match about.subject {
        Subject::Cluster(id) => {
            Some(Expr::term(FilterField::Cluster, Value::number(f64::from(id))))
        }
        Subject::Account(_) => about.ids.first().map(Expr::account),
    };
    let Some(whose) = whose else { return };
    let filter = Filter { expr: Some(whose), ..Filter::default() };
    let of = Expr::term(FilterField::Template, Value::number(f64::from(template)));
    let selection = scene.view.selection.clone();
    scene.ask(Action::Show { filter: filter.and(of), selection });
    scene.ask(Action::Go(Screen::Explore));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Piece, Slot, Time};

    #[test]
    fn a_long_template_is_cut_and_a_short_one_is_whole() {
        let template = |text: String| Template {
            id: 1,
            pieces: vec![
                Piece::Fixed("Say ".into()),
                Piece::Slot(Slot::default()),
                Piece::Fixed(text),
            ],
            rows: 1,
            accounts: 1,
            first_seen: Time::NONE,
            last_seen: Time::NONE,
        };
        assert_eq!(cut(&template("now".into())), None);
        let long = cut(&template("é".repeat(2 * SHOWN))).expect("cut");
        let Piece::Fixed(last) = &long.pieces[2] else { panic!("a text") };
        assert_eq!(last.chars().count(), SHOWN - 4 + 1);
    }
}
