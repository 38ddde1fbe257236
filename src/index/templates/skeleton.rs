//! From some prompts of one kind to what they have in common: the fixed text and where slots are.
//!
//! One prompt is the reference; the longest common subsequence of tokens (as in Spell: Du and Li
//! 2016) aligns it with each of the others. What nine in ten of them have is fixed. A fixed word
//! that stands alone between long slots is a coincidence ("the", "of") and is dropped.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::tokens::{Token, Tokens};

/// Prompts that are aligned with the reference at most.
const ALIGNED: usize = 32;
/// Of ten prompts so many must have a token that is called fixed.
const TENTHS: usize = 9;
/// Tokens of two texts that are aligned at most: the rest is left to slots.
const LONGEST: usize = 256;
/// A slot on one side of fixed text has at most so many tokens for each of the text's, on average:
/// the text is a coincidence else.
const LONGER: usize = 6;
/// The same in texts of more tokens than [`LONG`], where coincidences are many.
const LONGER_IN_LONG: usize = 2;
/// See [`LONGER_IN_LONG`].
const LONG: usize = 64;
/// Fixed words that make a template, where they are a part of the text worth speaking of.
const LEAST_WORDS: usize = 2;
/// One token in so many must be fixed then.
const LEAST_PART: usize = 4;
/// Fixed words that make a template in a text of any length.
pub(super) const ENOUGH_WORDS: usize = 8;
/// The same where they follow each other.
const ENOUGH_IN_A_ROW: usize = 6;

/// Fixed text without a slot in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Run {
    /// The text.
    pub text: Box<str>,
    /// The hashes of its tokens.
    pub exact: Vec<u64>,
}

/// Fixed texts in their order, a slot between any two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Skeleton {
    pub runs: Vec<Run>,
    /// Whether a slot comes before the first.
    pub slot_first: bool,
    /// Whether a slot comes after the last.
    pub slot_last: bool,
    /// Words of the fixed text.
    pub words: usize,
    /// The most of them that follow each other.
    pub in_a_row: usize,
}

/// Where the runs of a skeleton lie in a text, in tokens.
pub(super) type Places = Vec<Range<usize>>;

impl Skeleton {
    /// Bytes of fixed text: the more, the more it says.
    pub fn bytes(&self) -> usize {
        self.runs.iter().map(|run| run.text.len()).sum()
    }

    /// A prompt that is a template as it is.
    pub fn whole(text: &str) -> Self {
        let tokens = Tokens::of(text);
        let words = tokens.all.iter().filter(|token| token.word).count();
        let run = Run { text: text.into(), exact: tokens.all.iter().map(|t| t.exact).collect() };
        Self { runs: vec![run], slot_first: false, slot_last: false, words, in_a_row: words }
    }

    /// Finds the fixed texts in a text, each as early as it can be; false where they are not all
    /// there. A slot may be empty.
    pub fn find(&self, tokens: &Tokens, places: &mut Places) -> bool {
        places.clear();
        let (all, last) = (&tokens.all, self.runs.len() - 1);
        let mut from = 0;
        for (i, run) in self.runs.iter().enumerate() {
            let (at_start, at_end) = (i == 0 && !self.slot_first, i == last && !self.slot_last);
            let length = run.exact.len();
            let Some(latest) = all.len().checked_sub(length) else { return false };
            let mut candidates = match (at_start, at_end) {
                (true, true) => 0..usize::from(all.len() == length),
                (true, false) => 0..1,
                (false, true) => latest.max(from)..latest + 1,
                (false, false) => from..latest + 1,
            };
            let Some(at) = candidates.find(|at| fits(tokens, *at, run)) else { return false };
            places.push(at..at + length);
            from = at + length;
        }
        true
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        self.runs.len() - 1 + usize::from(self.slot_first) + usize::from(self.slot_last)
    }

    /// The bytes of a text that stand in each slot, given where the fixed texts lie.
    pub fn slots_in(&self, text: &str, tokens: &Tokens, places: &Places) -> Vec<Range<usize>> {
        let mut slots = Vec::with_capacity(self.slots());
        let mut from = 0;
        for (i, place) in places.iter().enumerate() {
            let part = &tokens.all[place.clone()];
            let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
            if i > 0 || self.slot_first {
                slots.push(from..first.start as usize);
            }
            from = last.end as usize;
        }
        if self.slot_last {
            slots.push(from..text.len());
        }
        slots
    }

    /// Whether there is fixed text enough for prompts of any length.
    pub fn says_much(&self) -> bool {
        self.words >= ENOUGH_WORDS || self.in_a_row >= ENOUGH_IN_A_ROW
    }

    /// Whether there is enough fixed text, for prompts of that many tokens.
    fn is_enough(&self, tokens: usize) -> bool {
        let fixed: usize = self.runs.iter().map(|run| run.exact.len()).sum();
        let part = fixed * LEAST_PART >= tokens;
        self.says_much() || (self.words >= LEAST_WORDS && part)
    }
}

fn fits(tokens: &Tokens, at: usize, run: &Run) -> bool {
    let Some(here) = tokens.all.get(at..at + run.exact.len()) else { return false };
    let cut = tokens.gap.is_some_and(|gap| at < gap && gap < at + run.exact.len());
    !cut && here.iter().zip(&run.exact).all(|(token, exact)| token.exact == *exact)
}

/// What some prompts have in common, in the order in which they are given; `None` where that is
/// too little for a template.
pub(super) fn of(texts: &[&str]) -> Option<Skeleton> {
    let prompts: Vec<Tokens> = texts.iter().take(ALIGNED).map(|text| Tokens::of(text)).collect();
    let (reference, common) = reference(&prompts)?;
    let votes = Votes::count(&prompts, reference, &common);
    let tokens = &prompts[reference];
    let runs = votes.runs(tokens, prompts.len());
    let skeleton = votes.skeleton(texts[reference], tokens, runs, prompts.len())?;
    let mean = prompts.iter().map(|p| p.all.len()).sum::<usize>() / prompts.len();
    let mut places = Places::new();
    let found = prompts.iter().filter(|p| skeleton.find(p, &mut places)).count();
    (found * 2 > prompts.len() && skeleton.is_enough(mean)).then_some(skeleton)
}

fn nine_tenths(count: usize) -> usize {
    (count * TENTHS).div_ceil(10)
}

/// The prompt that all are compared with: the shortest of those that have most of the tokens that
/// nearly all have; and these tokens.
fn reference(prompts: &[Tokens]) -> Option<(usize, FxHashMap<u64, usize>)> {
    let mut common: FxHashMap<u64, usize> = FxHashMap::default();
    for prompt in prompts {
        let mut distinct: Vec<u64> = prompt.all.iter().map(|token| token.exact).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().for_each(|exact| *common.entry(exact).or_default() += 1);
    }
    let enough = nine_tenths(prompts.len());
    common.retain(|_, count| *count >= enough);
    let rank = |prompt: &Tokens| {
        let mut have: Vec<u64> = prompt.all.iter().map(|token| token.exact).collect();
        have.sort_unstable();
        have.dedup();
        let have = have.iter().filter(|exact| common.contains_key(exact)).count();
        (std::cmp::Reverse(have), prompt.all.len())
    };
    let best = prompts.iter().enumerate().min_by_key(|(_, prompt)| rank(prompt))?.0;
    (!common.is_empty()).then_some((best, common))
}

/// How many prompts agree in each token of the reference.
struct Votes {
    /// Prompts that have the token.
    have: Vec<usize>,
    /// Prompts in which it is the first.
    first: Vec<usize>,
    /// Prompts in which it is the last.
    last: Vec<usize>,
    /// Prompts in which the next token of the reference follows directly.
    joined: Vec<usize>,
    /// Tokens before it back to the one before it that was found, over all prompts.
    before: Vec<usize>,
    /// Tokens after it to the end, over the prompts in which it was found.
    after: Vec<usize>,
}

impl Votes {
    fn count(prompts: &[Tokens], reference: usize, common: &FxHashMap<u64, usize>) -> Self {
        let length = prompts[reference].all.len();
        let zero = || vec![0; length];
        let mut votes = Self {
            have: zero(),
            first: zero(),
            last: zero(),
            joined: zero(),
            before: zero(),
            after: zero(),
        };
        let base = filtered(&prompts[reference], common);
        for prompt in prompts {
            let other = filtered(prompt, common);
            let pairs = align(&prompts[reference], &base, prompt, &other);
            votes.add(&pairs, prompt);
        }
        votes
    }

    fn add(&mut self, pairs: &[(usize, usize)], prompt: &Tokens) {
        for (i, &(mine, theirs)) in pairs.iter().enumerate() {
            self.have[mine] += 1;
            self.first[mine] += usize::from(theirs == 0);
            self.last[mine] += usize::from(theirs + 1 == prompt.all.len());
            self.after[mine] += prompt.all.len() - 1 - theirs;
            self.before[mine] += theirs;
            if let Some(&(next, place)) = pairs.get(i + 1) {
                let joined = next == mine + 1 && place == theirs + 1 && prompt.is_followed(theirs);
                self.joined[mine] += usize::from(joined);
            }
        }
    }

    /// Stretches of the reference that are fixed, without those that are a coincidence.
    fn runs(&self, tokens: &Tokens, prompts: usize) -> Vec<Range<usize>> {
        let enough = nine_tenths(prompts);
        let mut runs: Vec<Range<usize>> = Vec::new();
        for at in (0..self.have.len()).filter(|at| self.have[*at] >= enough) {
            match runs.last_mut() {
                Some(run) if run.end == at && self.joined[at - 1] >= enough => run.end += 1,
                _ => runs.push(at..at + 1),
            }
        }
        let longer = if tokens.all.len() > LONG { LONGER_IN_LONG } else { LONGER };
        loop {
            let gaps = self.gaps(&runs, prompts);
            let lone = |i: &usize| {
                let near = gaps[*i].min(gaps[*i + 1]);
                // White space and marks alone say nothing.
                let words = tokens.all[runs[*i].clone()].iter().filter(|t| t.word).count();
                let each = if words == 0 { 2 } else { longer };
                near > each * runs[*i].len()
            };
            match (0..runs.len()).filter(lone).min_by_key(|i| (runs[*i].len(), *i)) {
                Some(worst) => runs.remove(worst),
                None => return runs,
            };
        }
    }

    /// Mean length of the slots before the first run, between runs, and after the last.
    fn gaps(&self, runs: &[Range<usize>], prompts: usize) -> Vec<usize> {
        let mean = |sum: usize, of: usize| sum.div_ceil(of.max(1));
        let place = |at: usize| mean(self.before[at], self.have[at]);
        let mut gaps = Vec::with_capacity(runs.len() + 1);
        for (i, run) in runs.iter().enumerate() {
            let starts = self.first[run.start] >= nine_tenths(prompts);
            gaps.push(match i.checked_sub(1) {
                Some(before) => place(run.start).saturating_sub(place(runs[before].end - 1) + 1),
                None if starts => 0,
                None => place(run.start).max(1),
            });
        }
        gaps.push(
            runs.last().map_or(0, |run| mean(self.after[run.end - 1], self.have[run.end - 1])),
        );
        gaps
    }

    fn skeleton(
        &self,
        text: &str,
        tokens: &Tokens,
        runs: Vec<Range<usize>>,
        prompts: usize,
    ) -> Option<Skeleton> {
        let (first, last) = (runs.first()?.start, runs.last()?.end - 1);
        let enough = nine_tenths(prompts);
        let words = |run: &Range<usize>| tokens.all[run.clone()].iter().filter(|t| t.word).count();
        let (words, in_a_row) =
            (runs.iter().map(words).sum(), runs.iter().map(words).max().unwrap_or(0));
        let run = |run: Range<usize>| {
            let part: &[Token] = &tokens.all[run];
            let (start, end) = (part[0].start as usize, part[part.len() - 1].end as usize);
            Run { text: text[start..end].into(), exact: part.iter().map(|t| t.exact).collect() }
        };
        Some(Skeleton {
            runs: runs.into_iter().map(run).collect(),
            slot_first: self.first[first] < enough,
            slot_last: self.last[last] < enough,
            words,
            in_a_row,
        })
    }
}

/// The places of the tokens that nearly all prompts have.
fn filtered(prompt: &Tokens, common: &FxHashMap<u64, usize>) -> Vec<usize> {
    let known = |at: &usize| common.contains_key(&prompt.all[*at].exact);
    let mut places: Vec<usize> = (0..prompt.all.len()).filter(known).collect();
    if places.len() > LONGEST {
        let tail = places.split_off(places.len() - LONGEST / 4);
        places.truncate(LONGEST - LONGEST / 4);
        places.extend(tail);
    }
    places
}

/// Pairs of places of equal tokens, in order, as many as can be: what is equal at both ends of
/// two lists first, then the longest common subsequence of what is left between.
fn align(a: &Tokens, of_a: &[usize], b: &Tokens, of_b: &[usize]) -> Vec<(usize, usize)> {
    let same = |i: &usize, j: &usize| a.all[*i].exact == b.all[*j].exact;
    let first = of_a.iter().zip(of_b).take_while(|(i, j)| same(i, j)).count();
    let (rest_a, rest_b) = (&of_a[first..], &of_b[first..]);
    let last = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(i, j)| same(i, j)).count();
    let (rest_a, tail_a) = rest_a.split_at(rest_a.len() - last);
    let (rest_b, tail_b) = rest_b.split_at(rest_b.len() - last);
    let pair = |(i, j): (&usize, &usize)| (*i, *j);
    let mut pairs: Vec<(usize, usize)> = of_a[..first].iter().zip(of_b).map(pair).collect();
    pairs.extend(subsequence(a, rest_a, b, rest_b));
    pairs.extend(tail_a.iter().zip(tail_b).map(pair));
    pairs
}

/// The longest common subsequence of two lists of tokens, as pairs of places; of equally long
/// ones that in which more neighbours are neighbours in both.
fn subsequence(a: &Tokens, of_a: &[usize], b: &Tokens, of_b: &[usize]) -> Vec<(usize, usize)> {
    let (n, m) = (of_a.len(), of_b.len());
    let width = m + 2;
    // What can be reached from (i, j), and what can be reached when i and j are a pair.
    let (mut best, mut paired) = (vec![0u32; (n + 2) * width], vec![0u32; (n + 2) * width]);
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let at = i * width + j;
            if a.all[of_a[i]].exact == b.all[of_b[j]].exact {
                let next = at + width + 1;
                let close = i + 1 < n
                    && j + 1 < m
                    && of_a[i + 1] == of_a[i] + 1
                    && of_b[j + 1] == of_b[j] + 1
                    && paired[next] > 0;
                let bonus = if close { paired[next] + 3 } else { 0 };
                paired[at] = 10 + best[next].max(bonus);
            }
            best[at] = paired[at].max(best[at + width]).max(best[at + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < n && j < m {
        let at = i * width + j;
        if paired[at] > 0 && paired[at] == best[at] {
            pairs.push((of_a[i], of_b[j]));
            (i, j) = (i + 1, j + 1);
        } else if best[at + width] >= best[at + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(texts: &[&str]) -> Option<String> {
        let skeleton = of(texts)?;
        let runs: Vec<&str> = skeleton.runs.iter().map(|run| &*run.text).collect();
        let slot = |there: bool| if there { "…" } else { "" };
        Some(format!("{}{}{}", slot(skeleton.slot_first), runs.join("…"), slot(skeleton.slot_last)))
    }

    #[test]
    fn what_differs_becomes_a_slot_and_numbers_that_never_differ_stay() {
        let texts = [
            "Rate answer 17 of 3 in French, from 1 to 10.",
            "Rate answer 4 of 3 in Old Norse, from 1 to 10.",
            "Rate answer 901 of 3 in Czech, from 1 to 10.",
            "Rate answer 22 of 3 in Dutch, from 1 to 10.",
        ];
        assert_eq!(shown(&texts).as_deref(), Some("Rate answer… of 3 in…, from 1 to 10."));
    }

    #[test]
    fn a_text_before_the_fixed_part_is_a_slot() {
        let texts = [
            "A man walks. The dog barks at him, the cat of the house does not. Is this a story? Yes or no?",
            "Rain. The roof of the barn is old. Is this a story? Yes or no?",
            "We sold three of the four last week, the rest was lost. Is this a story? Yes or no?",
            "Nobody came. Is this a story? Yes or no?",
        ];
        assert_eq!(shown(&texts).as_deref(), Some("… Is this a story? Yes or no?"));
    }

    #[test]
    fn prompts_that_share_nothing_have_no_skeleton() {
        assert_eq!(shown(&["tell me a joke", "wie geht es dir", "fix: x = 1", "hello?"]), None);
    }
}
