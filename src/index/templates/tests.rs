//! The whole way from prompts to templates.

use rayon::prelude::*;

use proptest::prelude::*;

use super::*;
use crate::index::testkit::Dice;

/// Prompts in memory, read in slices of some length, in some order, on all threads.
struct Prompts {
    all: Vec<(u32, String)>,
    slice: usize,
    backwards: bool,
}

impl Prompts {
    fn new(all: Vec<(u32, String)>) -> Self {
        Self { all, slice: 64, backwards: false }
    }

    fn mine(&self) -> Mined {
        let accounts = self.all.iter().map(|(account, _)| account + 1).max().unwrap_or(0);
        mine(self, self.all.len(), accounts as usize, &Progress::default()).expect("not stopped")
    }
}

impl ReadPrompts for Prompts {
    type Error = Cancelled;

    fn read(&self, _: &str, take: &TakePrompts<'_>, _: &Progress) -> Result<(), Cancelled> {
        let mut prompts: Vec<Prompt<'_>> = (0..)
            .zip(&self.all)
            .map(|(row, (account, text))| Prompt { row, account: *account, text })
            .collect();
        if self.backwards {
            prompts.reverse();
        }
        prompts.par_chunks(self.slice.max(1)).for_each(take);
        Ok(())
    }
}

/// What the prompts of a made-up log are made of: one template each, `{}` is a slot.
const WORDINGS: [&str; 6] = [
    "Explain how {} works to {}.",
    "Translate into {}: the {} has not arrived yet.",
    "{}\n\nDid the reviewer like it? Answer yes or no.",
    "Task {}. Write every step of your reasoning as numbered lines before the answer: find {} of {}.",
    "Rate the {} from 1 to 10 for tone, and the {} for style.",
    "Why does {} end in {} after the update?",
];

/// What stands in slots: one to three words and a number, so that values seldom repeat.
fn value(dice: &mut Dice) -> String {
    const WORDS: [&str; 12] = [
        "kettle",
        "old lamp",
        "Rust",
        "the tide",
        "a long boat",
        "queue",
        "glacier",
        "left door",
        "mail",
        "sort order",
        "café",
        "zip file",
    ];
    let mut word = || WORDS[dice.below(12) as usize].to_owned();
    let (a, b) = (word(), word());
    match dice.below(3) {
        0 => a,
        1 => format!("{a} {}", dice.below(5_000)),
        _ => format!("{a} and {b}"),
    }
}

/// Prompts and the wording each was made from; the last tenth from none.
fn log(seed: u64, rows: usize) -> (Vec<(u32, String)>, Vec<Option<usize>>) {
    let mut dice = Dice(seed);
    let one = |_| {
        let account = dice.below(40) as u32;
        if dice.below(10) == 0 {
            let words: Vec<String> = (0..3 + dice.below(9)).map(|_| value(&mut dice)).collect();
            return ((account, words.join(" ")), None);
        }
        let wording = dice.below(WORDINGS.len() as u64) as usize;
        let mut parts = WORDINGS[wording].split("{}");
        let mut text = parts.next().expect("a part").to_owned();
        for part in parts {
            text = text + &value(&mut dice) + part;
        }
        ((account, text), Some(wording))
    };
    (0..rows).map(one).unzip()
}

#[test]
fn nearly_every_prompt_of_a_planted_template_is_found_with_the_others_of_it_and_with_no_others() {
    for seed in [11, 12, 13] {
        let (prompts, planted) = log(seed, 3_000);
        let mined = Prompts::new(prompts).mine();
        for (wording, _) in WORDINGS.iter().enumerate() {
            let rows =
                |of: &dyn Fn(usize) -> bool| (0..planted.len()).filter(|row| of(*row)).count();
            let of_wording = |row: usize| planted[row] == Some(wording);
            let most = (1..=mined.templates.len() as u32)
                .max_by_key(|id| rows(&|row| of_wording(row) && mined.of_row[row] == *id))
                .expect("templates");
            let both = rows(&|row| of_wording(row) && mined.of_row[row] == most);
            let (recall, precision) = (
                both as f64 / rows(&of_wording) as f64,
                both as f64 / rows(&|row| mined.of_row[row] == most) as f64,
            );
            assert!(recall >= 0.95, "seed {seed}, {}: recall {recall}", WORDINGS[wording]);
            assert!(precision >= 0.98, "seed {seed}, {}: {precision}", WORDINGS[wording]);
        }
    }
}

#[test]
fn every_prompt_of_a_template_is_its_fixed_texts_with_its_slots_between() {
    let (prompts, _) = log(5, 1_500);
    let mined = Prompts::new(prompts.clone()).mine();
    let in_templates = mined.of_row.iter().filter(|id| ![FREE_TEXT, MISSING].contains(id)).count();
    assert!(in_templates > 1_000, "{in_templates}");
    for ((_, text), id) in prompts.iter().zip(&mined.of_row) {
        let Some(template) = id.checked_sub(1).map(|at| &mined.templates[at as usize]) else {
            continue;
        };
        let mut slots = slots_in(template, text).expect("a prompt of its template").into_iter();
        let whole: String = template
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Fixed(fixed) => fixed.as_str(),
                Piece::Slot(_) => &text[slots.next().expect("a slot")],
            })
            .collect();
        assert_eq!(whole, *text);
    }
}

#[test]
fn rows_are_those_of_the_column_and_slots_say_what_stands_in_them() {
    let (prompts, _) = log(6, 1_500);
    let mined = Prompts::new(prompts.clone()).mine();
    for template in &mined.templates {
        let rows = mined.of_row.iter().filter(|id| **id == template.id).count() as u64;
        assert_eq!(template.rows, rows);
        for slot in template.slots() {
            assert!(slot.distinct >= 1 && !slot.examples.is_empty(), "{}", template.short());
            assert!(slot.distinct <= rows, "{} of {rows}", slot.distinct);
        }
    }
    assert!(mined.templates.is_sorted_by_key(|t| std::cmp::Reverse(t.rows)));
    assert!(mined.of_row.len() == 1_500 && !mined.of_row.contains(&MISSING));
}

#[test]
fn a_prompt_that_is_sent_again_and_again_is_a_template_without_slots() {
    let (mut prompts, _) = log(7, 600);
    prompts.extend((0..25).map(|_| (3, "ping? still there".to_owned())));
    prompts.extend((0..9).map(|_| (3, "ping! hello".to_owned())));
    let mined = Prompts::new(prompts).mine();
    let ping = mined.templates.iter().find(|t| t.slots().count() == 0).expect("a template");
    assert_eq!((ping.short().as_str(), ping.rows), ("ping? still there", 25));
    assert_eq!(mined.of_row[600], ping.id);
    assert_eq!(mined.of_row[625..], [FREE_TEXT; 9]);
}

#[test]
fn hostile_prompts_are_read_like_others() {
    let mut prompts: Vec<(u32, String)> = (0..40)
        .map(|i| (0, format!("Summarise for me, in one line: {}", "x".repeat(1 << 20 >> (i % 20)))))
        .collect();
    prompts.extend((0..40).map(|i| (1, format!("\u{202E}שלום {i} עולם\u{0}\u{7f} {i}"))));
    prompts.extend((0..40).map(|i| (2, "翻訳".repeat(i * 500))));
    let mined = Prompts::new(prompts.clone()).mine();
    assert!(mined.of_row[..40].iter().all(|id| *id != FREE_TEXT), "{:?}", mined.of_row);
    for ((_, text), id) in prompts.iter().zip(&mined.of_row) {
        if let Some(at) = id.checked_sub(1) {
            assert!(slots_in(&mined.templates[at as usize], text).is_some());
        }
    }
}

#[test]
fn no_prompts_have_no_templates() {
    let mined = Prompts::new(Vec::new()).mine();
    assert_eq!((mined.templates.len(), mined.of_row.len()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Naive: read one after the other, from the first to the last.
    #[test]
    fn templates_are_the_same_in_whatever_order_and_slices_prompts_are_read(
        seed: u64, slice in 1usize..200,
    ) {
        let (all, _) = log(seed, 400);
        let rows = all.len();
        let naive = Prompts { all: all.clone(), slice: rows, backwards: false }.mine();
        prop_assert_eq!(Prompts { all, slice, backwards: true }.mine(), naive);
    }
}
