//! Which template a prompt belongs to: the one with the most fixed text of those that fit.

use std::cmp::Reverse;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::group::Frequency;
use super::sample::Sample;
use super::skeleton::{Places, Run, Skeleton};
use super::tokens::Tokens;
use super::{LEAST_PROMPTS, LEAST_ROWS, features};
use crate::job::{Cancelled, Progress};

/// Features by which a template that begins and ends with a slot is looked for.
const PROBES: usize = 16;
/// A template stands beside a more general one only where it has one in so many of its prompts.
const GOOD_PART: usize = 8;
/// Fixed words and stretches of fixed text that it has more than the general one, if it does not
/// have twice as many words: fewer are taken for a frequent value of a slot.
const MORE: usize = 5;
/// The same where it does not make a good part, if it does not have three times as many: the
/// values of two or three slots together.
const MANY_WORDS: usize = 12;

/// Finds templates by a feature that each of them has.
#[derive(Debug, Default)]
pub struct Matcher {
    /// Most fixed text first.
    pub(super) skeletons: Vec<Skeleton>,
    /// Feature → templates that have it, in order.
    by_feature: FxHashMap<u64, Vec<u32>>,
    /// Whether a feature of some low bits is one of them: most are not.
    perhaps: Vec<u64>,
}

/// What is used again from prompt to prompt.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub tokens: Tokens,
    pub places: Places,
    found: Vec<u32>,
}

const BITS: usize = 1 << 16;

impl Matcher {
    fn new(found: Vec<(Skeleton, Vec<u64>)>) -> Self {
        let mut matcher = Self { perhaps: vec![0; BITS / 64], ..Self::default() };
        for (at, (skeleton, features)) in (0..).zip(found) {
            matcher.skeletons.push(skeleton);
            for feature in features {
                matcher.by_feature.entry(feature).or_default().push(at);
                let bit = feature as usize % BITS;
                matcher.perhaps[bit / 64] |= 1 << (bit % 64);
            }
        }
        matcher
    }

    /// Templates that might fit, those with the most fixed text first.
    fn candidates(&self, tokens: &Tokens, found: &mut Vec<u32>) {
        found.clear();
        features::each_triple(tokens, |feature| {
            let bit = feature as usize % BITS;
            if self.perhaps[bit / 64] >> (bit % 64) & 1 == 1
                && let Some(those) = self.by_feature.get(&feature)
            {
                found.extend_from_slice(those);
            }
        });
        found.sort_unstable();
        found.dedup();
    }

    /// The template of a text, by its position, and where its fixed texts lie.
    pub(super) fn find(&self, text: &str, scratch: &mut Scratch) -> Option<u32> {
        if self.skeletons.is_empty() {
            return None;
        }
        let Scratch { tokens, places, found } = scratch;
        tokens.read(text);
        self.candidates(tokens, found);
        found.iter().copied().find(|at| self.skeletons[*at as usize].find(tokens, places))
    }

    /// The skeletons that are templates of their own, of those that were found in a sample.
    pub(super) fn of(
        sample: &Sample,
        found: Vec<Skeleton>,
        frequency: &Frequency,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let probed = |skeleton: Skeleton| {
            let probes = probes(&skeleton, frequency);
            (!probes.is_empty()).then_some((skeleton, probes))
        };
        let mut matcher = Self::new(found.into_iter().filter_map(probed).collect());
        let matches = matcher.all_matches(sample, progress)?;
        let keep = worth_keeping(sample, &matcher.skeletons, &matches, progress)?;
        let kept = std::mem::take(&mut matcher.skeletons).into_iter().zip(keep);
        let kept = kept.filter_map(|(skeleton, keep)| keep.then_some(skeleton));
        Ok(Self::new(kept.filter_map(probed).collect()))
    }

    /// Every template that fits, for every prompt of a sample.
    fn all_matches(
        &self,
        sample: &Sample,
        progress: &Progress,
    ) -> Result<Vec<Vec<u32>>, Cancelled> {
        let of = |scratch: &mut Scratch, text: &str| {
            progress.check()?;
            let Scratch { tokens, places, found } = scratch;
            tokens.read(text);
            self.candidates(tokens, found);
            found.retain(|at| self.skeletons[*at as usize].find(tokens, places));
            Ok(found.clone())
        };
        sample.texts.par_iter().map(|text| &**text).map_init(Scratch::default, of).collect()
    }
}

/// The features by which a template is looked for: the rarest of those that every prompt of it
/// shows, or some that its prompts show unless a slot before them is long.
fn probes(skeleton: &Skeleton, frequency: &Frequency) -> Vec<u64> {
    let tokens = |run: &Run| Tokens::of(&run.text).all;
    let rarest = |features: Vec<u64>| features.into_iter().min_by_key(|f| (frequency.of(*f), *f));
    let mut sure = Vec::new();
    if let Some(first) = skeleton.runs.first().filter(|_| !skeleton.slot_first) {
        let first = tokens(first);
        let end = first.len().min(features::FIRST) as isize;
        sure.extend((-2..end - 2).map(|at| features::triple(&first, at)));
    }
    if let Some(last) = skeleton.runs.last().filter(|_| !skeleton.slot_last) {
        let last = tokens(last);
        let start = last.len().saturating_sub(features::LAST) as isize;
        sure.extend((start..last.len() as isize).map(|at| features::triple(&last, at)));
    }
    if let Some(rarest) = rarest(sure) {
        return vec![rarest];
    }
    let inside = skeleton.runs.iter().map(tokens).flat_map(|run| {
        let starts = 0..run.len().saturating_sub(2) as isize;
        starts.map(|at| features::triple(&run, at)).collect::<Vec<u64>>()
    });
    let mut inside: Vec<u64> = inside.collect();
    inside.sort_by_key(|f| (frequency.of(*f), *f));
    inside.dedup();
    inside.truncate(PROBES);
    inside
}

/// Which templates stay, given all that fit each prompt, most fixed text first.
///
/// One that is a more general one with little more fixed text stays only where it makes a good
/// part of that; one that the others leave too few prompts does not stay either.
fn worth_keeping(
    sample: &Sample,
    skeletons: &[Skeleton],
    matches: &[Vec<u32>],
    progress: &Progress,
) -> Result<Vec<bool>, Cancelled> {
    let mut support = vec![0usize; skeletons.len()];
    let mut both: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    for fitting in matches {
        progress.check()?;
        for (i, &specific) in fitting.iter().enumerate() {
            support[specific as usize] += 1;
            for &general in fitting.iter().skip(i + 1).take(PROBES) {
                *both.entry((specific, general)).or_default() += 1;
            }
        }
    }
    let mut keep: Vec<bool> = support.iter().map(|count| *count >= LEAST_PROMPTS).collect();
    let mut both: Vec<((u32, u32), usize)> = both.into_iter().collect();
    // The most general first: what it replaces replaces nothing.
    both.sort_unstable_by(|a, b| b.cmp(a));
    both.retain(|((specific, _), count)| count * 10 >= support[*specific as usize] * 9);
    let inside: FxHashSet<(u32, u32)> = both.iter().map(|(pair, _)| *pair).collect();
    for ((specific, general), _) in both {
        let (s, g) = (specific as usize, general as usize);
        if !keep[g] || !keep[s] {
            continue;
        }
        // Nearly all of its prompts have more in common than it says.
        if support[s] * 100 >= support[g] * 98 {
            // The one with more words stays; of two with as many, the one in fewer pieces.
            let rank = |at: usize| (skeletons[at].words, Reverse(skeletons[at].runs.len()));
            keep[if rank(s) >= rank(g) { g } else { s }] = false;
            continue;
        }
        let (words, of_general) = (skeletons[s].words, skeletons[g].words);
        let runs = skeletons[s].runs.len().saturating_sub(skeletons[g].runs.len());
        let little = match support[s] * GOOD_PART < support[g] {
            true => words < (3 * of_general).max(of_general + MANY_WORDS),
            false => words + runs < of_general + MORE && words < 2 * of_general,
        };
        if little {
            keep[s] = false;
        }
    }
    drop_covered(skeletons, matches, &support, &inside, &mut keep, progress)?;
    drop_small(sample, matches, &support, &mut keep, progress)?;
    Ok(keep)
}

/// Drops templates to which too few prompts go, every one to the first that stays; those that fit
/// the fewest prompts first, since these may go to others then.
fn drop_small(
    sample: &Sample,
    matches: &[Vec<u32>],
    support: &[usize],
    keep: &mut [bool],
    progress: &Progress,
) -> Result<(), Cancelled> {
    let first = |keep: &[bool], at: usize| {
        matches[at].iter().map(|t| *t as usize).find(|template| keep[*template])
    };
    let (mut prompts_of, mut rows_of) = (vec![Vec::new(); keep.len()], vec![0; keep.len()]);
    for at in 0..matches.len() {
        if let Some(template) = first(keep, at) {
            prompts_of[template].push(at);
            rows_of[template] += u64::from(sample.weights[at]);
        }
    }
    let sampled: u64 = sample.weights.iter().map(|weight| u64::from(*weight)).sum();
    let least = u64::from(LEAST_ROWS) * sampled / sample.rows.max(1);
    let mut rarest: Vec<usize> = (0..keep.len()).filter(|t| keep[*t]).collect();
    rarest.sort_by_key(|t| support[*t]);
    // What stays only wins prompts: one that is not small in its turn never will be.
    for template in rarest {
        progress.check()?;
        if prompts_of[template].len() >= LEAST_PROMPTS && rows_of[template] >= least {
            continue;
        }
        keep[template] = false;
        for at in std::mem::take(&mut prompts_of[template]) {
            if let Some(template) = first(keep, at) {
                prompts_of[template].push(at);
                rows_of[template] += u64::from(sample.weights[at]);
            }
        }
    }
    Ok(())
}

/// Drops templates of few words whose prompts nearly all are prompts of several others that stay,
/// the rarest first: "… Keep it short." where it ends the prompts of many.
fn drop_covered(
    skeletons: &[Skeleton],
    matches: &[Vec<u32>],
    support: &[usize],
    inside: &FxHashSet<(u32, u32)>,
    keep: &mut [bool],
    progress: &Progress,
) -> Result<(), Cancelled> {
    let mut prompts_of: Vec<Vec<u32>> = vec![Vec::new(); skeletons.len()];
    for (at, fitting) in (0..).zip(matches) {
        for template in fitting.iter().map(|t| *t as usize) {
            if keep[template] && !skeletons[template].says_much() {
                prompts_of[template].push(at);
            }
        }
    }
    let few_words = |t: &u32| !prompts_of[*t as usize].is_empty();
    let mut rarest: Vec<u32> = (0..skeletons.len() as u32).filter(few_words).collect();
    rarest.sort_by_key(|t| support[*t as usize]);
    for template in rarest {
        progress.check()?;
        let own = support[template as usize];
        // More frequent ones, and none that has nearly all of its prompts: whether it stays
        // beside such a one is decided already.
        let other = |at: &u32| {
            let frequent = keep[*at as usize] && support[*at as usize] > own;
            frequent && *at != template && !inside.contains(&(template, *at))
        };
        let covered = |prompt: &&u32| matches[**prompt as usize].iter().any(other);
        if prompts_of[template as usize].iter().filter(covered).count() * 10 >= own * 9 {
            keep[template as usize] = false;
        }
    }
    Ok(())
}
