//! A template that several findings speak of is drawn once; the others say where.

use egui::Ui;

use crate::detect::exhibit::kind::{Card, Part};
use crate::detect::exhibit::{Exhibit, Picture};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// What stands in a text for what was left out of it.
const CUT: &str = " … ";

/// The templates that are drawn so far, each with the detector it is drawn under.
#[derive(Default)]
pub(super) struct Cards<'a>(Vec<(&'a str, &'a Card)>);

impl<'a> Cards<'a> {
    /// The detector under which all words of a picture stand already; otherwise it counts as drawn
    /// from here on.
    pub fn drawn(&mut self, detector: &'a str, exhibit: &'a Exhibit) -> Option<&'a str> {
        let Picture::Card(card) = &exhibit.picture else { return None };
        let has_all = |(_, other): &&(&str, &Card)| holds(other, card);
        let before = self.0.iter().find(has_all).map(|(detector, _)| *detector);
        if before.is_none() {
            self.0.push((detector, card));
        }
        before
    }
}

/// Whether a card is of the same template and shows all words that another one does.
fn holds(card: &Card, other: &Card) -> bool {
    let whole: String = fixed(card).collect();
    let mut parts = fixed(other).flat_map(|text| text.split(CUT));
    card.template == other.template && parts.all(|part| whole.contains(part))
}

fn fixed(card: &Card) -> impl Iterator<Item = &str> {
    card.parts.iter().filter_map(|part| match part {
        Part::Fixed(text) | Part::Marked(text) => Some(text.as_str()),
        Part::Slot { .. } => None,
    })
}

/// Says where a template is drawn, and the words of it that this finding speaks of.
pub(super) fn show(ui: &mut Ui, exhibit: &Exhibit, detector: &str) {
    let theme = Theme::of(ui);
    let words = format!("{}: drawn above, under {detector}", exhibit.title);
    text::wrapped(ui, Face::Column.text(words).color(theme.muted)).on_hover_text(&exhibit.summary);
    let Picture::Card(card) = &exhibit.picture else { return };
    for part in &card.parts {
        if let Part::Marked(words) = part {
            let words = Face::Mono.text(format::display(words)).color(theme.copper);
            text::wrapped(ui, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exhibit(template: u32, parts: Vec<Part>) -> Exhibit {
        let card = Card {
            template,
            parts,
            words: 3,
            holders_note: String::new(),
            holders: Vec::new(),
            more: String::new(),
        };
        let picture = Picture::Card(card);
        Exhibit { title: String::new(), picture, summary: String::new(), key: Vec::new() }
    }

    fn fixed(text: &str) -> Part {
        Part::Fixed(text.into())
    }

    #[test]
    fn a_template_is_drawn_again_only_where_it_shows_more() {
        let whole = exhibit(32, vec![fixed("Solve it now. Give each step. Then stop.")]);
        let marked = |template| {
            let marked = Part::Marked("Give each step".into());
            exhibit(template, vec![fixed("Solve … now. "), marked, fixed(". Then stop.")])
        };
        let (same, other) = (marked(32), marked(7));
        let mut cards = Cards::default();
        assert_eq!(cards.drawn("D21", &whole), None);
        assert_eq!(cards.drawn("D22", &same), Some("D21"));
        assert_eq!(cards.drawn("D22", &other), None, "another template");
        let mut cards = Cards::default();
        assert_eq!(cards.drawn("D22", &same), None);
        assert_eq!(cards.drawn("D21", &whole), None, "what was cut is seen for the first time");
    }
}
