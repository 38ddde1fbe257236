//! A template: fixed words, slots lit, and what each account puts into them.

use plotters::prelude::DrawingBackend;

use super::super::WIDTH_PT;
use super::super::canvas::{Align, Canvas, Drawn, Ink as TextInk, MONO};
use super::super::palette::{self, Swatch};
use super::super::timeline::ink;
use crate::detect::exhibit::kind::{Card, Holder, Part};
use crate::report::text::{count, label, shown};

/// Size of the words, and height of a line, pt.
const SIZE: f64 = 7.4;
const LINE: f64 = 11.5;
/// Width of a character: six tenths of an em in the font of ids.
const LETTER: f64 = SIZE * 0.6;
/// Share of the width of the words, and what lies around them, pt.
const WORDS: f64 = 0.66;
const PADDING: f64 = 7.0;
/// Lines that are drawn.
const MOST_LINES: usize = 10;
/// Characters of a fixed text.
const MOST_TEXT: usize = 1_200;

/// A word and how it looks.
struct Word {
    text: String,
    look: Look,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Fixed,
    Marked,
    Slot,
}

/// The words in lines of so many letters, and whether more would follow.
fn lines(card: &Card) -> (Vec<Vec<Word>>, bool) {
    let most = ((WIDTH_PT * WORDS - 2.0 * PADDING) / LETTER) as usize;
    let (mut lines, mut used): (Vec<Vec<Word>>, usize) = (vec![Vec::new()], 0);
    for word in words(card) {
        let long = word.text.chars().count();
        if used > 0 && used + long > most {
            if lines.len() == MOST_LINES {
                return (lines, true);
            }
            lines.push(Vec::new());
            used = 0;
        }
        used += long + 1;
        if let Some(line) = lines.last_mut() {
            line.push(word);
        }
    }
    (lines, false)
}

fn words(card: &Card) -> Vec<Word> {
    let mut all = Vec::new();
    let text = |text: &str, look: Look, all: &mut Vec<Word>| {
        let cut: String = text.chars().take(MOST_TEXT).collect();
        for word in cut.split_whitespace() {
            all.push(Word { text: label(word, 40), look });
        }
    };
    for part in &card.parts {
        match part {
            Part::Fixed(fixed) => text(fixed, Look::Fixed, &mut all),
            Part::Marked(marked) => text(marked, Look::Marked, &mut all),
            Part::Slot { name, distinct, is_exact, .. } => {
                let about = if *is_exact { "" } else { "about " };
                let words = match distinct {
                    0 => label(name, 20),
                    n => format!("{} · {about}{}", label(name, 20), count(*n)),
                };
                all.push(Word { text: words, look: Look::Slot });
            }
        }
    }
    all
}

fn holders_height(card: &Card) -> f64 {
    if card.holders.is_empty() { 0.0 } else { card.holders.len() as f64 * 12.0 + 38.0 }
}

/// Its height, pt.
pub(super) fn height(card: &Card) -> f64 {
    let (lines, more) = lines(card);
    let words = (lines.len() + usize::from(more)) as f64 * LINE + 2.0 * PADDING;
    words.max(holders_height(card))
}

/// Draws it.
pub(super) fn paint<DB: DrawingBackend>(card: &Card, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let (lines, more) = lines(card);
    let right = WIDTH_PT * WORDS;
    let bottom = (lines.len() + usize::from(more)) as f64 * LINE + 2.0 * PADDING;
    canvas.rect((0.0, 0.0), (right, bottom), &palette::RAISED)?;
    let mono =
        |colour: &'static Swatch| TextInk { family: MONO, size: SIZE, colour, strong: false };
    for (i, line) in lines.iter().enumerate() {
        let y = PADDING + (i as f64 + 0.5) * LINE;
        let mut x = PADDING;
        for word in line {
            let width = word.text.chars().count() as f64 * LETTER;
            let colour = match word.look {
                Look::Fixed => &palette::MUTED,
                Look::Marked => &palette::COPPER,
                Look::Slot => &palette::TEXT,
            };
            if word.look == Look::Slot {
                let (from, to) = ((x - 1.5, y - 4.8), (x + width + 1.5, y + 4.8));
                canvas.rect(from, to, &palette::COPPER_SOFT)?;
            }
            canvas.text(&word.text, (x, y), Align::Start, mono(colour))?;
            x += width + LETTER;
        }
    }
    if more {
        let y = PADDING + (lines.len() as f64 + 0.5) * LINE;
        canvas.text("… and more", (PADDING, y), Align::Start, ink(&palette::MUTED))?;
    }
    holders(card, right + 14.0, canvas)
}

fn holders<DB: DrawingBackend>(card: &Card, left: f64, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    if card.holders.is_empty() {
        return Ok(());
    }
    let muted = ink(&palette::MUTED);
    let words = format!("{} by account", card.holders_note);
    canvas.text(&words, (left, 6.0), Align::Start, muted)?;
    let value = |of: &Holder| if of.distinct > 0 { of.distinct } else { of.prompts };
    let most = card.holders.iter().map(value).max().unwrap_or(1).max(1);
    let (from, to) = (left + 70.0, WIDTH_PT - 36.0);
    for (i, holder) in card.holders.iter().enumerate() {
        let y = 18.0 + i as f64 * 12.0;
        let mono = TextInk { family: MONO, size: 6.8, colour: &palette::TEXT, strong: false };
        canvas.text(&label(&holder.name, 15), (left, y), Align::Start, mono)?;
        let end = from + (to - from) * value(holder) as f64 / most as f64;
        canvas.rect((from, y - 2.5), (end.max(from + 0.6), y + 2.5), &palette::COPPER)?;
        canvas.text(&count(value(holder)), (WIDTH_PT, y), Align::End, muted)?;
    }
    // The column is narrow: what follows a comma stands below.
    let y = 18.0 + card.holders.len() as f64 * 12.0;
    let (more, which) = card.more.rsplit_once(", ").unwrap_or((&card.more, ""));
    canvas.text(&shown(more, 38), (left, y), Align::Start, muted)?;
    canvas.text(&shown(which, 38), (left, y + 10.0), Align::Start, muted)
}
