//! What was read in the texts of prompts, in one pass over all of them: a few numbers for each row,
//! so that detectors need no text.

use std::sync::atomic::{AtomicU32, Ordering};

use super::rules::Rules;
use super::words::{Sum, Words};
use crate::index::Index;
use crate::index::templates::{Prompt, ReadPrompts};
use crate::job::Progress;
use crate::model::{MISSING, Piece, Template};

/// Examples of a slot that must be there to say that it numbers items.
const LEAST_EXAMPLES: usize = 4;
/// Different numbers that a slot must have, likewise.
const LEAST_NUMBERS: u64 = 50;

/// What was read, by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Groups of rules that hold in the prompt, as bits, or [`MISSING`] without one.
    pub groups: Vec<u32>,
    /// The number that stands in the slot of its template that numbers items, or [`MISSING`].
    pub items: Vec<u32>,
    /// What words the prompts are made of, by account.
    pub words: Vec<Words>,
}

impl Marks {
    /// The number of the item that a row is about.
    pub fn item(&self, row: u32) -> Option<u32> {
        self.items.get(row as usize).copied().filter(|item| *item != MISSING)
    }

    /// The groups of rules that hold in the prompt of a row.
    pub fn groups(&self, row: u32) -> Option<u32> {
        self.groups.get(row as usize).copied().filter(|groups| *groups != MISSING)
    }
}

/// Reads all prompts. A prompt's row is its event less one, as for the templates of a case.
///
/// Memory: 16 bytes a row.
///
/// # Errors
/// Those of the reader, and when asked to stop.
pub fn read<R: ReadPrompts>(
    prompts: &R,
    index: &Index,
    rules: &Rules,
    progress: &Progress,
) -> Result<Marks, R::Error> {
    let templates = index.templates();
    let slots: Vec<Option<usize>> = templates.all.iter().map(numbering).collect();
    // Events are numbered without gaps; a damaged case may say otherwise.
    let events = index.last_event_id().min(index.len() as u64 * 2) as usize;
    let empty = || (0..events).map(|_| AtomicU32::new(MISSING)).collect::<Vec<AtomicU32>>();
    let (groups, items) = (empty(), empty());
    let words: Vec<Sum> = index.accounts().iter().map(|_| Sum::default()).collect();
    let take = |some: &[Prompt<'_>]| {
        for prompt in some {
            let Some(place) = groups.get(prompt.row as usize) else { continue };
            place.store(rules.groups_in(prompt.text), Ordering::Relaxed);
            if let Some(sum) = words.get(prompt.account as usize) {
                sum.add(prompt.text);
            }
            let row = index.row_of_event(u64::from(prompt.row) + 1);
            let id = row.and_then(|row| templates.of(row)).unwrap_or_default();
            let Some(template) = templates.get(id) else { continue };
            let Some(slot) = slots[id as usize - 1] else { continue };
            if let Some(number) = number_in(template, slot, prompt.text) {
                items[prompt.row as usize].store(number, Ordering::Relaxed);
            }
        }
    };
    prompts.read("reading what is asked", &take, progress)?;
    let by_row = |of_event: Vec<AtomicU32>| {
        let of_event: Vec<u32> = of_event.into_iter().map(AtomicU32::into_inner).collect();
        index.of_rows(&of_event)
    };
    let words = words.into_iter().map(Sum::done).collect();
    Ok(Marks { groups: by_row(groups), items: by_row(items), words })
}

/// The piece of a template that numbers items: the slot with the most different values, of those
/// that hold nothing but numbers.
fn numbering(template: &Template) -> Option<usize> {
    let slots = template.pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
        Piece::Slot(slot) => Some((at, slot)),
        Piece::Fixed(_) => None,
    });
    let numbers = slots.filter(|(_, slot)| {
        slot.distinct >= LEAST_NUMBERS
            && slot.examples.len() >= LEAST_EXAMPLES
            && slot.examples.iter().all(|(text, _)| number(text).is_some())
    });
    numbers.max_by_key(|(at, slot)| (slot.distinct, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number != MISSING)
}

/// What stands in a slot, as a number. The fixed texts are looked for one after the other.
fn number_in(template: &Template, slot: usize, text: &str) -> Option<u32> {
    let mut start = 0;
    for (at, piece) in template.pieces[..slot].iter().enumerate() {
        let Piece::Fixed(fixed) = piece else { continue };
        let found = if at == 0 {
            text.starts_with(fixed.as_str()).then_some(0)
        } else {
            text[start..].find(fixed.as_str())
        };
        start += found? + fixed.len();
    }
    let rest = &text[start..];
    let end = match template.pieces.get(slot + 1) {
        Some(Piece::Fixed(fixed)) => rest.find(fixed.as_str())?,
        _ => rest.len(),
    };
    number(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testkit::{Asked, case};
    use crate::index::templates::TakePrompts;
    use crate::job::Cancelled;
    use crate::model::{Slot, Time};

    struct Texts(Vec<(u32, &'static str)>);

    impl ReadPrompts for Texts {
        type Error = Cancelled;

        fn read(&self, _: &str, take: &TakePrompts<'_>, _: &Progress) -> Result<(), Cancelled> {
            for (row, text) in &self.0 {
                take(&[Prompt { row: *row, account: 0, text }]);
            }
            Ok(())
        }
    }

    fn numbered(examples: &[&str]) -> Template {
        let examples = examples.iter().map(|text| ((*text).to_owned(), 1)).collect();
        let slot = |distinct| Piece::Slot(Slot { distinct, exact: true, examples });
        let fixed = |text: &str| Piece::Fixed(text.to_owned());
        let pieces = vec![
            fixed("Item "),
            slot(90),
            fixed(": grade the reply by the rubric, score "),
            Piece::Slot(Slot::default()),
        ];
        let none = Time::NONE;
        Template { id: 1, pieces, rows: 0, accounts: 0, first_seen: none, last_seen: none }
    }

    #[test]
    fn numbers_of_items_and_rules_are_read_by_row() {
        let rows: Vec<Asked> = (0..4).map(|i| Asked::of(i, 0, u32::from(i < 2), 0)).collect();
        let index = case(1, &["x"], &rows);
        let run = index.templates().run.clone().expect("looked for");
        index.set_templates(run, vec![numbered(&["1", "22", "3", "4"])], &[1, 1, 0, MISSING]);
        let texts = Texts(vec![
            (0, "Item 17: grade the reply by the rubric, score 3"),
            (1, "Item x: grade the reply by the rubric, score 3"),
            (2, "Good morning"),
            (99, "of no row"),
        ]);
        let marks = read(&texts, &index, Rules::built_in(), &Progress::default()).expect("read");
        let grading = Rules::built_in().bit("grading");
        assert_eq!(marks.items, [17, MISSING, MISSING, MISSING]);
        assert_eq!(marks.groups, [grading, grading, 0, MISSING]);
        assert_eq!((marks.item(0), marks.item(3), marks.groups(3)), (Some(17), None, None));
    }

    #[test]
    fn only_a_slot_of_numbers_numbers_items() {
        assert_eq!(numbering(&numbered(&["1", "2", "3", "4"])), Some(1));
        assert_eq!(numbering(&numbered(&["1", "2", "3", "no"])), None);
        assert_eq!(numbering(&numbered(&["1", "2"])), None);
        assert_eq!((number("007"), number("+7"), number("99999999999")), (Some(7), None, None));
    }
}
