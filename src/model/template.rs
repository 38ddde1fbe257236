//! Prompt templates: fixed text with slots.

use super::Time;

/// The number of prompts that follow no template, where a template's number is expected.
pub const FREE_TEXT: u32 = 0;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The same in every prompt, white space included.
    Fixed(String),
    /// What differs.
    Slot(Slot),
}

/// What stands in a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Distinct values; an estimate where `exact` is false, but never more than there are rows.
    pub distinct: u64,
    /// Whether they were counted one by one.
    pub exact: bool,
    /// Some values, cut where long, with the rows they stand in: the most frequent of those kept.
    pub examples: Vec<(String, u64)>,
}

/// A template of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its number, from 1: the most frequent first.
    pub id: u32,
    /// Fixed texts and slots, in turn.
    pub pieces: Vec<Piece>,
    /// Rows it was found in.
    pub rows: u64,
    /// Accounts of these rows.
    pub accounts: u64,
    /// When it was first seen; [`Time::NONE`] where no row of it has a time.
    pub first_seen: Time,
    /// When it was last seen.
    pub last_seen: Time,
}

impl Template {
    /// The fixed text with `…` for every slot, on one line.
    pub fn short(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(text) => {
                    // A slot is set off from the word after it and not from a mark.
                    let word = text.trim_start().starts_with(char::is_alphanumeric);
                    if word && out.ends_with('…') {
                        out.push(' ');
                    }
                    out.extend(one_line(text, out.is_empty() || out.ends_with(' ')));
                }
                Piece::Slot(_) => {
                    if !out.is_empty() && !out.ends_with([' ', '(', '"', '\'', '`', '…']) {
                        out.push(' ');
                    }
                    out.push('…');
                }
            }
        }
        out.trim_end().to_owned()
    }

    /// Its slots, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Slot(slot) => Some(slot),
            Piece::Fixed(_) => None,
        })
    }

    /// Words of its fixed text.
    pub fn words(&self) -> usize {
        let fixed = self.pieces.iter().map(|piece| match piece {
            Piece::Fixed(text) => text.split_whitespace().filter(|w| has_letter(w)).count(),
            Piece::Slot(_) => 0,
        });
        fixed.sum()
    }
}

fn has_letter(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// The characters of a text, every stretch of white space as one space; none at its beginning
/// where one stands there already.
fn one_line(text: &str, mut spaced: bool) -> impl Iterator<Item = char> {
    text.chars().filter_map(move |c| {
        let space = c.is_whitespace();
        let kept = !(space && spaced);
        spaced = space;
        kept.then_some(if space { ' ' } else { c })
    })
}

/// How and over what the templates of a case were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRun {
    /// The version of the method.
    pub version: u32,
    /// Its parameters, as `name=value` with spaces between.
    pub parameters: String,
    /// When.
    pub at: Time,
    /// The last event that was read: rows after it have no template.
    pub up_to: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows with a prompt.
    pub prompts: u64,
    /// Rows with a prompt of a template.
    pub in_templates: u64,
    /// Templates that were found and not kept, because there are too many.
    pub left_out: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(pieces: &[&str]) -> Template {
        let piece = |text: &&str| match *text {
            "" => Piece::Slot(Slot::default()),
            text => Piece::Fixed(text.to_owned()),
        };
        let pieces = pieces.iter().map(piece).collect();
        let none = Time::NONE;
        Template { id: 1, pieces, rows: 1, accounts: 1, first_seen: none, last_seen: none }
    }

    #[test]
    fn a_template_is_shown_on_one_line_with_dots_for_slots() {
        let short = |pieces: &[&str]| template(pieces).short();
        assert_eq!(short(&["Explain", "", " to", "", "."]), "Explain … to ….");
        assert_eq!(short(&["", "\n\nSummarise  this.\n"]), "… Summarise this.");
        assert_eq!(short(&["Question", "", ""]), "Question ……");
        assert_eq!(template(&["Rate it", "", ", 1 to 10!"]).words(), 5);
    }
}
