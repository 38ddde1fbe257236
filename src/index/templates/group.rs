//! From a sample of prompts to skeletons: a group of prompts is divided by what most of them
//! share, again and again, until what is left has fixed text enough to be a template.
//!
//! This is the frequent template tree (FT-tree: Zhang et al. 2017) with three changes. The order
//! of features is found anew in every group, weighted by how rare a feature is elsewhere (tf–idf).
//! The features at the root are three tokens in a row with the ends of the text, not words,
//! because prompts, unlike log messages, share their most frequent words by chance. And a group
//! that is a template already is divided further only by what a good part of it shares: else every
//! value of a slot would become a template.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::sample::Sample;
use super::skeleton::{self, Skeleton};
use super::tokens::Tokens;
use super::{LEAST_PROMPTS, features};
use crate::job::{Cancelled, Progress};

/// A template is divided by text that one in so many of its prompts share.
const GOOD_PART: u64 = 8;
/// How often a group is divided at most.
const DEPTH: usize = 24;
/// Prompts are also grouped, to begin with, by so many tokens at their beginning or their end: what
/// stands there tells more of a template than what stands in a long text that fills a slot.
const ENDS: [(End, usize); 5] =
    [(End::First, 1), (End::First, 3), (End::First, 8), (End::Last, 3), (End::Last, 8)];

/// An end of a text.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// Places of the table in which features are counted, a power of two. Two features in one place
/// look more frequent than they are, which changes their rank and nothing else.
const COUNTERS: usize = 1 << 22;

/// A prompt of the sample.
struct Prompt<'a> {
    text: &'a str,
    /// Rows it stands for.
    weight: u32,
    /// Features that are frequent enough to matter, sorted.
    triples: Vec<u64>,
    words: Vec<u64>,
}

/// In how many prompts or rows of the sample a feature is.
pub(super) struct Frequency(Vec<u32>);

impl Frequency {
    fn count(prompts: &[Prompt<'_>], weight: impl Fn(&Prompt<'_>) -> u32) -> Self {
        let mut places = vec![0; COUNTERS];
        for prompt in prompts {
            let weight = weight(prompt);
            for feature in prompt.triples.iter().chain(&prompt.words) {
                let place: &mut u32 = &mut places[Self::place(*feature)];
                *place = place.saturating_add(weight);
            }
        }
        Self(places)
    }

    fn place(feature: u64) -> usize {
        feature as usize & (COUNTERS - 1)
    }

    /// How many; too many rather than too few.
    pub fn of(&self, feature: u64) -> usize {
        self.0[Self::place(feature)] as usize
    }
}

/// Divides the sample.
struct Grouping<'a> {
    prompts: Vec<Prompt<'a>>,
    frequency: Frequency,
    rows: u64,
    progress: &'a Progress,
}

/// The skeletons that prompts of the sample have, most fixed text first, each once; and how
/// frequent features are.
pub(super) fn skeletons(
    sample: &Sample,
    progress: &Progress,
) -> Result<(Vec<Skeleton>, Frequency), Cancelled> {
    let grouping = Grouping::new(sample, progress);
    let mut roots: Vec<Vec<u32>> = ENDS.iter().flat_map(|end| grouping.by_end(*end)).collect();
    roots.sort_unstable();
    roots.dedup();
    let by_ends: Vec<Vec<Skeleton>> =
        roots.into_par_iter().map(|root| grouping.divide(root, 1)).collect::<Result<_, _>>()?;
    let all: Vec<u32> = (0..grouping.prompts.len() as u32).collect();
    let mut found = grouping.divide(all, 0)?;
    found.extend(by_ends.into_iter().flatten());
    found.sort_unstable_by(|a, b| b.bytes().cmp(&a.bytes()).then_with(|| a.cmp(b)));
    found.dedup();
    Ok((found, grouping.frequency))
}

impl<'a> Grouping<'a> {
    fn new(sample: &'a Sample, progress: &'a Progress) -> Self {
        let of = |(text, weight): (&'a str, &u32)| {
            let (triples, words) = features::of(&Tokens::of(text));
            Prompt { text, weight: *weight, triples, words }
        };
        let prompts = sample.texts.par_iter().map(|text| &**text).zip(&sample.weights).map(of);
        let mut prompts: Vec<Prompt<'a>> = prompts.collect();
        let frequency = Frequency::count(&prompts, |_| 1);
        prompts.par_iter_mut().for_each(|prompt| {
            for features in [&mut prompt.triples, &mut prompt.words] {
                features.retain(|feature| frequency.of(*feature) >= LEAST_PROMPTS);
                features.shrink_to_fit();
            }
        });
        let frequency = Frequency::count(&prompts, |prompt| prompt.weight);
        let rows = prompts.iter().map(|prompt| u64::from(prompt.weight)).sum();
        Self { prompts, frequency, rows, progress }
    }

    /// The prompts that begin, or end, with the same tokens.
    fn by_end(&self, (end, count): (End, usize)) -> Vec<Vec<u32>> {
        let key = |prompt: &Prompt<'_>| {
            let tokens = Tokens::of(prompt.text).all;
            let part = match end {
                End::First => tokens.get(..count),
                End::Last => tokens.len().checked_sub(count).and_then(|from| tokens.get(from..)),
            };
            part.map(features::sequence)
        };
        let keys: Vec<Option<u64>> = self.prompts.par_iter().map(key).collect();
        let keyed = (0..).zip(keys).filter_map(|(at, key)| Some((key?, at)));
        let mut keyed: Vec<(u64, u32)> = keyed.collect();
        keyed.par_sort_unstable();
        let groups = keyed.chunk_by(|a, b| a.0 == b.0);
        let enough = groups.filter(|group| group.len() >= LEAST_PROMPTS);
        enough.map(|group| group.iter().map(|(_, at)| *at).collect()).collect()
    }

    /// The skeletons of a group and of its parts.
    fn divide(&self, group: Vec<u32>, depth: usize) -> Result<Vec<Skeleton>, Cancelled> {
        if group.len() < LEAST_PROMPTS || depth > DEPTH {
            return Ok(Vec::new());
        }
        self.progress.check()?;
        let texts: Vec<&str> =
            group.iter().take(64).map(|at| self.prompts[*at as usize].text).collect();
        let own = if depth == 0 { None } else { skeleton::of(&texts) };
        let parts = self.parts(&group, own.as_ref());
        drop(group);
        let below: Vec<Vec<Skeleton>> = parts
            .into_par_iter()
            .map(|part| self.divide(part, depth + 1))
            .collect::<Result<_, _>>()?;
        Ok(own.into_iter().chain(below.into_iter().flatten()).collect())
    }

    /// Every prompt goes to the part of its best feature; prompts without one to none.
    fn parts(&self, group: &[u32], template: Option<&Skeleton>) -> Vec<Vec<u32>> {
        let scores = self.scores(group, template);
        let mut parts: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for &at in group {
            let prompt = &self.prompts[at as usize];
            let features = prompt.triples.iter().chain(&prompt.words);
            let scored = features.filter_map(|feature| Some((*scores.get(feature)?, *feature)));
            let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
            if let Some((_, feature)) = best {
                parts.entry(feature).or_default().push(at);
            }
        }
        let mut parts: Vec<(u64, Vec<u32>)> = parts.into_iter().collect();
        parts.sort_unstable_by_key(|(feature, _)| *feature);
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// What the features of a group are worth that divide it: share of the group × rarity.
    fn scores(&self, group: &[u32], template: Option<&Skeleton>) -> FxHashMap<u64, f64> {
        let (mut triples, mut words) = (Counts::default(), Counts::default());
        let mut rows = 0;
        for prompt in group.iter().map(|at| &self.prompts[*at as usize]) {
            rows += u64::from(prompt.weight);
            prompt.triples.iter().for_each(|f| count(&mut triples, *f, prompt));
            prompt.words.iter().for_each(|f| count(&mut words, *f, prompt));
        }
        let everywhere = |count: &Count| u64::from(count.prompts) * 10 >= group.len() as u64 * 9;
        // Words divide what has something in common already, and no template of many words.
        let says_much = template.is_some_and(Skeleton::says_much);
        if says_much || !words.values().any(everywhere) {
            words.clear();
        }
        let least = if template.is_some() { rows.div_ceil(GOOD_PART) } else { 0 };
        let divides = |(_, count): &(u64, Count)| {
            let enough = count.prompts as usize >= LEAST_PROMPTS && count.rows >= least;
            enough && !everywhere(count)
        };
        let score = |(feature, count): (u64, Count)| {
            let share = count.rows as f64 / rows as f64;
            (feature, share * (self.rows as f64 / self.frequency.of(feature).max(1) as f64).ln())
        };
        triples.into_iter().chain(words).filter(divides).map(score).collect()
    }
}

/// Prompts and rows of a group that have a feature.
#[derive(Clone, Copy, Default)]
struct Count {
    prompts: u32,
    rows: u64,
}

type Counts = FxHashMap<u64, Count>;

fn count(counts: &mut Counts, feature: u64, prompt: &Prompt<'_>) {
    let count = counts.entry(feature).or_default();
    count.prompts += 1;
    count.rows += u64::from(prompt.weight);
}
