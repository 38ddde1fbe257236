//! What was read in the texts of prompts, in one pass: a few numbers for each row, so that detectors
//! need no text. Of accounts with many calls only some are read, by lot.

use std::sync::atomic::{AtomicU32, Ordering};

use super::lot::{self, Events};
use super::material::habits::FRAME_WORDS;
use super::rules::Rules;
use super::words::{Sum, Words};
use crate::index::templates::{Prompt, ReadPrompts};
use crate::index::{Index, Templates};
use crate::job::Progress;
use crate::model::{MISSING, Piece, Slot, Template};

/// Examples of a slot that must be there to say that it numbers items.
const LEAST_EXAMPLES: usize = 4;
/// Different numbers that a slot must have, likewise.
const LEAST_NUMBERS: u64 = 50;
/// Accounts that must follow a template for its items to be compared.
const LEAST_USERS: u64 = 2;

/// What detectors look for in the texts of prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// The templates of the prompts, which are looked for beforehand.
    pub templates: bool,
    /// What prompts ask for, by rules.
    pub rules: bool,
    /// Which items they are about, by number.
    pub items: bool,
    /// What words they are made of.
    pub words: bool,
}

impl Reads {
    /// What either looks for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            templates: self.templates || other.templates,
            rules: self.rules || other.rules,
            items: self.items || other.items,
            words: self.words || other.words,
        }
    }

    /// Whether texts are to be read.
    pub fn is_any(self) -> bool {
        self.rules || self.items || self.words
    }
}

/// What was read, by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Groups of rules that hold in the prompt, as bits, or [`MISSING`] where none was read; empty
    /// where rules were not looked for.
    pub groups: Vec<u32>,
    /// The number that stands in the slot of its template that numbers items, or [`MISSING`].
    pub items: Vec<u32>,
    /// What words the prompts without a frame are made of, by account; empty where nobody looked.
    pub words: Vec<Words>,
}

impl Marks {
    /// The number of the item that a row is about.
    pub fn item(&self, row: u32) -> Option<u32> {
        self.items.get(row as usize).copied().filter(|item| *item != MISSING)
    }

    /// The groups of rules that hold in the prompt of a row; `None` where it was not read.
    pub fn groups(&self, row: u32) -> Option<u32> {
        self.groups.get(row as usize).copied().filter(|groups| *groups != MISSING)
    }
}

/// Reads prompts. A prompt's row is its event less one, as for the templates of a case.
///
/// Rules and words are read in [`lot::MOST_READ`] prompts of an account, item numbers in
/// [`lot::MOST_NUMBERED`] of those whose template numbers items.
///
/// Memory: 16 bytes a row.
///
/// # Errors
/// Those of the reader, and when asked to stop.
pub fn read<R: ReadPrompts>(
    prompts: &R,
    index: &Index,
    (rules, reads): (&Rules, Reads),
    progress: &Progress,
) -> Result<Marks, R::Error> {
    let reading = Reading::new(index, rules, reads);
    let is_wanted = |row: u32| reading.is_wanted(row);
    let take = |some: &[Prompt<'_>]| some.iter().for_each(|prompt| reading.take(*prompt));
    prompts.read_some("reading what is asked", &is_wanted, &take, progress)?;
    Ok(reading.done())
}

/// Of each template, whether it is a frame, and its slot that numbers items, where that is read.
fn of_templates(templates: &Templates, reads: Reads) -> Vec<(bool, Option<usize>)> {
    let is_compared = |template: &Template| reads.items && template.accounts >= LEAST_USERS;
    let of = |template: &Template| {
        let slot = is_compared(template).then(|| numbering(template)).flatten();
        (template.words() >= FRAME_WORDS, slot)
    };
    templates.all.iter().map(of).collect()
}

/// A pass over some prompts.
struct Reading<'a> {
    index: &'a Index,
    rules: &'a Rules,
    reads: Reads,
    templates: std::sync::Arc<Templates>,
    /// By template, whether it is a frame, and its slot that numbers items.
    of_template: Vec<(bool, Option<usize>)>,
    /// Events whose words and wishes are read, and those whose item number is.
    asked: Events,
    numbered: Events,
    groups: Vec<AtomicU32>,
    items: Vec<AtomicU32>,
    words: Vec<Sum>,
}

impl<'a> Reading<'a> {
    fn new(index: &'a Index, rules: &'a Rules, reads: Reads) -> Self {
        let templates = index.templates();
        let of_template = of_templates(&templates, reads);
        let is_prompt = |row: u32| match templates.run {
            Some(_) => templates.of(row).is_some(),
            None => true,
        };
        let is_numbered = |row: u32| {
            let of =
                templates.of(row).and_then(|id| of_template.get((id as usize).checked_sub(1)?));
            of.is_some_and(|(_, slot)| slot.is_some())
        };
        let drawn = |is_read: bool, most, is_asked: &(dyn Fn(u32) -> bool + Sync)| match is_read {
            true => lot::draw(index, most, is_asked),
            false => Events::default(),
        };
        let asked = drawn(reads.rules || reads.words, lot::MOST_READ, &is_prompt);
        let numbered = drawn(reads.items, lot::MOST_NUMBERED, &is_numbered);
        // Events are numbered without gaps; a damaged case may say otherwise.
        let events = index.last_event_id().min(index.len() as u64 * 2) as usize;
        let empty = |is_read: bool| {
            let of = if is_read { 0..events } else { 0..0 };
            of.map(|_| AtomicU32::new(MISSING)).collect::<Vec<AtomicU32>>()
        };
        let accounts = if reads.words { index.accounts() } else { &[] };
        Self {
            groups: empty(reads.rules),
            items: empty(reads.items),
            words: accounts.iter().map(|_| Sum::default()).collect(),
            index,
            rules,
            reads,
            templates,
            of_template,
            asked,
            numbered,
        }
    }

    fn is_wanted(&self, row: u32) -> bool {
        let event = u64::from(row) + 1;
        self.asked.has(event) || self.numbered.has(event)
    }

    fn take(&self, prompt: Prompt<'_>) {
        let event = u64::from(prompt.row) + 1;
        let row = self.index.row_of_event(event);
        let id = row.and_then(|row| self.templates.of(row)).unwrap_or_default();
        let of = (id as usize).checked_sub(1).and_then(|at| self.of_template.get(at)).copied();
        let (is_framed, slot) = of.unwrap_or_default();
        if self.asked.has(event) {
            if let Some(place) = self.groups.get(prompt.row as usize) {
                place.store(self.rules.groups_in(prompt.text), Ordering::Relaxed);
            }
            if let Some(sum) = self.words.get(prompt.account as usize).filter(|_| !is_framed) {
                sum.add(prompt.text);
            }
        }
        let Some(slot) = slot.filter(|_| self.numbered.has(event)) else { return };
        let number = self.templates.get(id).and_then(|of| number_in(of, slot, prompt.text));
        if let Some((number, place)) = number.zip(self.items.get(prompt.row as usize)) {
            place.store(number, Ordering::Relaxed);
        }
    }

    fn done(self) -> Marks {
        let by_row = |of_event: Vec<AtomicU32>, is_read: bool| {
            let of_event: Vec<u32> = of_event.into_iter().map(AtomicU32::into_inner).collect();
            if is_read { self.index.of_rows(&of_event) } else { Vec::new() }
        };
        Marks {
            groups: by_row(self.groups, self.reads.rules),
            items: by_row(self.items, self.reads.items),
            words: self.words.into_iter().map(Sum::done).collect(),
        }
    }
}

/// The piece of a template that numbers items: the slot with the most different values, of those
/// that hold nothing but numbers, else of those that begin with one.
fn numbering(template: &Template) -> Option<usize> {
    let slots = template.pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
        Piece::Slot(slot) => Some((at, slot)),
        Piece::Fixed(_) => None,
    });
    let all = |slot: &Slot, is: fn(&str) -> Option<u32>| {
        slot.examples.iter().all(|(text, _)| is(text).is_some())
    };
    let numbers = slots.filter(|(_, slot)| {
        slot.distinct >= LEAST_NUMBERS
            && slot.examples.len() >= LEAST_EXAMPLES
            && all(slot, leading_number)
    });
    let (at, _) = numbers
        .max_by_key(|(at, slot)| (all(slot, number), slot.distinct, std::cmp::Reverse(*at)))?;
    Some(at)
}

/// The number that a text begins with, as items of a list are numbered: `40035, paper`. Decimals,
/// times, dates and counts of something (`3 pages`) are none.
fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (first, rest) = text.split_at(digits);
    let mut rest = rest.chars();
    let is_ended = match rest.next() {
        None => true,
        Some(mark) => ",;:.)]".contains(mark) && rest.next().is_none_or(char::is_whitespace),
    };
    number(first).filter(|_| is_ended)
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
    leading_number(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testkit::{Asked, case};
    use crate::index::templates::TakePrompts;
    use crate::job::Cancelled;
    use crate::model::Time;

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
            fixed(": grade the reply by the rubric, score and mark "),
            Piece::Slot(Slot::default()),
        ];
        let none = Time::NONE;
        Template { id: 1, pieces, rows: 0, accounts: 2, first_seen: none, last_seen: none }
    }

    #[test]
    fn numbers_of_items_and_rules_are_read_by_row() {
        let rows: Vec<Asked> = (0..4).map(|i| Asked::of(i, 0, u32::from(i < 2), 0)).collect();
        let index = case(1, &["x"], &rows);
        let run = index.templates().run.clone().expect("looked for");
        index.set_templates(run, vec![numbered(&["1", "22", "3", "4"])], &[1, 1, 0, MISSING]);
        let texts = Texts(vec![
            (0, "Item 17: grade the reply by the rubric, score and mark 3"),
            (1, "Item x: grade the reply by the rubric, score and mark 3"),
            (2, "Good morning"),
            (99, "of no row"),
        ]);
        let all = Reads { templates: false, rules: true, items: true, words: true };
        let marks = |reads| {
            let what = (Rules::built_in(), reads);
            read(&texts, &index, what, &Progress::default()).expect("read")
        };
        let none = marks(Reads::default());
        assert_eq!(none, Marks::default(), "nobody looks for anything");
        let marks = marks(all);
        let grading = Rules::built_in().bit("grading");
        assert_eq!(marks.items, [17, MISSING, MISSING, MISSING]);
        assert_eq!(marks.groups, [grading, grading, 0, MISSING]);
        // A frame of eight words is no words of the account.
        assert_eq!(marks.words[0].prompts, 1);
        assert_eq!((marks.item(0), marks.item(3), marks.groups(3)), (Some(17), None, None));
    }

    #[test]
    fn only_a_slot_of_numbers_numbers_items() {
        assert_eq!(numbering(&numbered(&["1", "2", "3", "4"])), Some(1));
        assert_eq!(numbering(&numbered(&["1", "2", "3", "no"])), None);
        assert_eq!(numbering(&numbered(&["1", "2"])), None);
        assert_eq!(numbering(&numbered(&["1, paper", "22. ink", "3", "4) glue"])), Some(1));
        for none in ["1.5", "12:30", "2026-03-01", "3 pages", "1,200", "7th", ", 5", ""] {
            assert_eq!(leading_number(none), None, "{none}");
        }
        assert_eq!(
            (leading_number("40035, paper"), leading_number("12.")),
            (Some(40_035), Some(12))
        );
        assert_eq!((number("007"), number("+7"), number("99999999999")), (Some(7), None, None));
    }
}
