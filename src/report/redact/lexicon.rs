//! The values that are looked for in running text: which they are, without their text.
//!
//! An automaton of half a million ids (Aho-Corasick) took 6 seconds and 540 MB to build, and 136 MB
//! to keep. Values begin and end with whole tokens, so hash tables do, with 26 MB in half a second:
//! one says of a first segment how many segments values have that begin with it, one says of a whole
//! value what it is. Looking up the longest value at a place is then one look for most words, and a
//! few for the others.
//!
//! The hashes are SipHash with a secret in front (Aumasson and Bernstein, 2012), 64 bits: a word is
//! taken for a value that it is not with a probability of n / 2⁶⁴, which replaces a word too many
//! and reveals nothing. Letters are hashed in lower case: `GLOBEX` is Globex, whoever writes it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};

use super::kind::Kind;
use super::strength::Strength;
use super::token;

/// Segments of a value that are looked at; of a longer one, the first so many.
pub(super) const MOST_SEGMENTS: usize = 63;
/// Bytes of a value that are looked at.
pub(super) const MOST_BYTES: usize = 1024;
/// Names of attributes that are told apart.
const MOST_NAMES: usize = u16::MAX as usize;

/// A set of kinds, by [`Kind::bit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(pub u16);

impl Kinds {
    pub fn of(kind: Kind<'_>) -> Self {
        Self(1 << kind.bit())
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These, or the others where there are none.
    pub fn or(self, other: Self) -> Self {
        if self.is_empty() { other } else { self }
    }

    /// The one that comes first.
    pub fn first(self) -> u8 {
        self.0.trailing_zeros().min(15) as u8
    }
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The kinds it is of.
    pub kinds: Kinds,
    /// The name of the attribute, where it is one.
    pub name: u16,
    /// How readily it is taken for itself.
    pub strength: Strength,
    /// Whether more belongs to the value than was looked at.
    pub is_cut: bool,
}

/// Hands a hash through that is one already.
#[derive(Default)]
struct Through(u64);

impl Hasher for Through {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Table<V> = HashMap<u64, V, BuildHasherDefault<Through>>;

/// Values by the hash of their segments.
pub(super) struct Lexicon {
    seed: [u8; 16],
    /// Of a first segment, how many segments its values have: bit n for n + 1.
    heads: Table<u64>,
    values: Table<Mark>,
    /// The first two bytes of values, as bits: most words are none that a value begins like.
    starts: Box<[u64; 1 << 10]>,
    names: Vec<Box<str>>,
    /// Length of the longest value, bytes.
    reach: usize,
}

impl Lexicon {
    /// Nothing learnt.
    pub fn new(seed: [u8; 16]) -> Self {
        Self {
            seed,
            heads: Table::default(),
            values: Table::default(),
            starts: Box::new([0; 1 << 10]),
            names: Vec::new(),
            reach: 0,
        }
    }

    fn hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.seed);
        hasher
    }

    /// What identifies a value, the segments it has and whether it has more; `None` of nothing.
    fn digest(&self, value: &str) -> Option<Digest> {
        let bytes = value.as_bytes();
        let (mut hasher, mut at, mut segments, mut head) = (self.hasher(), 0, 0, 0);
        while at < bytes.len() && segments < MOST_SEGMENTS {
            let end = segment_end(bytes, at);
            if end > MOST_BYTES {
                break;
            }
            hash(&mut hasher, &bytes[at..end]);
            at = end;
            segments += 1;
            if segments == 1 {
                head = hasher.finish();
            }
        }
        let is_cut = at < bytes.len();
        (segments > 0).then(|| Digest { head, whole: hasher.finish(), segments, len: at, is_cut })
    }

    /// The mark of exactly this value.
    pub fn get(&self, value: &str) -> Option<&Mark> {
        self.values.get(&self.digest(value)?.whole)
    }

    /// What identifies a value here; 0 for one that is left out.
    pub fn whole(&self, value: &str) -> u64 {
        self.digest(value).map_or(0, |digest| digest.whole)
    }

    /// Adds a value; whether it was not known as one of this kind.
    pub fn add(&mut self, kind: Kind<'_>, value: &str, strength: Strength) -> bool {
        let Some(digest) = self.digest(value) else { return false };
        let kinds = Kinds::of(kind);
        if let Some(mark) = self.values.get_mut(&digest.whole) {
            let is_new = mark.kinds.both(kinds).is_empty();
            mark.kinds.0 |= kinds.0;
            mark.strength = mark.strength.max(strength);
            mark.is_cut |= digest.is_cut;
            if let (true, Kind::Other(name)) = (is_new, kind) {
                let name = self.name_number(name);
                self.values.entry(digest.whole).and_modify(|mark| mark.name = name);
            }
            return is_new;
        }
        let name = if let Kind::Other(name) = kind { self.name_number(name) } else { 0 };
        let mark = Mark { kinds, name, strength, is_cut: digest.is_cut };
        self.values.insert(digest.whole, mark);
        *self.heads.entry(digest.head).or_default() |= 1 << (digest.segments - 1);
        // In the other case a letter may be a byte longer.
        self.reach = self.reach.max(digest.len * 3 / 2);
        self.note_start(value);
        true
    }

    fn note_start(&mut self, value: &str) {
        let all = |c: char| c.to_lowercase().chain(c.to_uppercase()).chain([c]);
        let mut letters = value.chars();
        let (Some(first), second) = (letters.next(), letters.next()) else { return };
        for first in all(first) {
            let mut bytes = [0; 4];
            match (&*first.encode_utf8(&mut bytes), second) {
                (ascii, Some(second)) if ascii.len() == 1 => {
                    let mut bytes = [0; 4];
                    all(second).for_each(|second| {
                        self.note_pair(
                            ascii.as_bytes()[0],
                            second.encode_utf8(&mut bytes).as_bytes()[0],
                        );
                    });
                }
                // Behind a value of one byte anything may stand; of a letter of several bytes, what
                // follows the first depends on how it is written.
                (text, _) => {
                    let first = text.as_bytes()[0];
                    (0..=255).for_each(|second| self.note_pair(first, second));
                }
            }
        }
    }

    fn note_pair(&mut self, first: u8, second: u8) {
        let pair = usize::from(first) << 8 | usize::from(second);
        self.starts[pair >> 6] |= 1 << (pair & 63);
    }

    fn name_number(&mut self, name: &str) -> u16 {
        let known = self.names.iter().position(|known| **known == *name);
        let number = known.unwrap_or_else(|| {
            if self.names.len() < MOST_NAMES {
                self.names.push(name.into());
            }
            self.names.len() - 1
        });
        number as u16
    }

    /// Gives back what growing left over.
    pub fn shrink(&mut self) {
        self.heads.shrink_to_fit();
        self.values.shrink_to_fit();
    }

    /// Whether there is anything to look for.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Length of the longest value, bytes.
    pub fn reach(&self) -> usize {
        self.reach
    }

    /// Whether a value may begin at `at`, by its first bytes.
    pub fn may_begin(&self, bytes: &[u8], at: usize) -> bool {
        let second = bytes.get(at + 1).copied().unwrap_or(0);
        let pair = usize::from(bytes[at]) << 8 | usize::from(second);
        self.starts[pair >> 6] >> (pair & 63) & 1 == 1
    }

    /// The kind of a value that is of several, the first of `kinds`.
    pub fn kind(&self, mark: &Mark, kinds: Kinds) -> Kind<'_> {
        let name = self.names.get(usize::from(mark.name)).map_or("", |name| name);
        Kind::of_bit(kinds.first(), name)
    }

    /// How many values there are of each kind that is not found everywhere.
    pub fn weak(&self) -> [u64; 16] {
        let mut counts = [0; 16];
        for mark in self.values.values().filter(|mark| mark.strength < Strength::Alone) {
            (0..16).filter(|bit| mark.kinds.0 >> bit & 1 == 1).for_each(|bit| counts[bit] += 1);
        }
        counts
    }

    /// The longest value that begins at `at`, where a segment begins, and that `is_meant`, with
    /// where it ends.
    pub fn longest(
        &self,
        bytes: &[u8],
        at: usize,
        mut is_meant: impl FnMut(usize, &Mark) -> bool,
    ) -> Option<(usize, Mark)> {
        let mut end = segment_end(bytes, at);
        let mut hasher = self.hasher();
        hash(&mut hasher, &bytes[at..end]);
        let mut counts = *self.heads.get(&hasher.finish())?;
        let mut found = None;
        loop {
            if counts & 1 == 1 {
                let mark = self.values.get(&hasher.finish());
                found = mark.filter(|mark| is_meant(end, mark)).map(|m| (end, *m)).or(found);
            }
            counts >>= 1;
            if counts == 0 || end >= bytes.len() {
                return found;
            }
            let next = segment_end(bytes, end);
            if next - at > MOST_BYTES {
                return found;
            }
            hash(&mut hasher, &bytes[end..next]);
            end = next;
        }
    }
}

/// Where the segment that begins at `at` ends, as far as it is looked at.
fn segment_end(bytes: &[u8], at: usize) -> usize {
    let end = token::segment_end(bytes, at);
    let mut most = end.min(at + MOST_BYTES);
    // Within a letter of several bytes it does not end.
    while most < end && bytes[most] & 0xc0 == 0x80 {
        most -= 1;
    }
    most
}

/// Hashes a segment in lower case.
fn hash(hasher: &mut DefaultHasher, segment: &[u8]) {
    if !segment.is_ascii() {
        return hasher.write(String::from_utf8_lossy(segment).to_lowercase().as_bytes());
    }
    for piece in segment.chunks(64) {
        let mut lower = [0; 64];
        let lower = &mut lower[..piece.len()];
        lower.copy_from_slice(piece);
        lower.make_ascii_lowercase();
        hasher.write(lower);
    }
}

/// A value, hashed.
struct Digest {
    /// Its first segment.
    head: u64,
    /// All that is looked at.
    whole: u64,
    /// Segments that are looked at.
    segments: usize,
    /// Their length, bytes.
    len: usize,
    /// Whether there is more.
    is_cut: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[&str]) -> Lexicon {
        let mut lexicon = Lexicon::new([3; 16]);
        for value in values {
            lexicon.add(Kind::Account, value, Strength::Alone);
        }
        lexicon
    }

    #[test]
    fn the_longest_value_at_a_place_is_found_and_only_as_whole_tokens() {
        let lexicon = of(&["ac001", "ac001-2", "+99936", "a b"]);
        let at = |text: &str, at| lexicon.longest(text.as_bytes(), at, |_, _| true).map(|f| f.0);
        assert_eq!(at("ac001-2-3", 0), Some(7));
        assert_eq!(at("ac001-23", 0), Some(5));
        assert_eq!(at("ac0012", 0), None);
        assert_eq!(at("x +99936.", 2), Some(8));
        assert_eq!(at("a b", 0), Some(3));
        assert_eq!(at("a", 0), None);
        assert!(lexicon.may_begin(b"+9", 0) && !lexicon.may_begin(b"+8", 0));
        assert!(of(&["7"]).may_begin(b"7,", 0) && of(&["7"]).may_begin(b"7", 0));
    }

    #[test]
    fn a_value_is_found_however_its_letters_are_written() {
        let lexicon = of(&["Globex", "Ünal Yolcu", "x", "ИВАН"]);
        let is_there = |text: &str| {
            lexicon.may_begin(text.as_bytes(), 0)
                && lexicon
                    .longest(text.as_bytes(), 0, |_, _| true)
                    .is_some_and(|f| f.0 == text.len())
        };
        for text in ["GLOBEX", "globex", "gLobex", "ünal YOLCU", "X", "иван", "Иван"] {
            assert!(is_there(text), "{text}");
        }
        assert!(!is_there("globexa") && !is_there("y"));
    }

    #[test]
    fn a_value_that_is_not_meant_leaves_the_shorter_one() {
        let lexicon = of(&["ac001", "ac001-2"]);
        let found = lexicon.longest(b"ac001-2", 0, |end, _| end < 7);
        assert_eq!(found.map(|found| found.0), Some(5));
    }

    #[test]
    fn of_a_very_long_value_the_beginning_is_looked_for() {
        let long = "word ".repeat(100);
        let lexicon = of(&[&long, &"x".repeat(2000)]);
        let text = format!("{long} and more");
        let (end, mark) = lexicon.longest(text.as_bytes(), 0, |_, _| true).unwrap();
        assert!(mark.is_cut && end < long.len());
        let (end, mark) = lexicon.longest("x".repeat(2000).as_bytes(), 0, |_, _| true).unwrap();
        assert!(mark.is_cut && end == MOST_BYTES);
        assert!(lexicon.longest("x".repeat(1000).as_bytes(), 0, |_, _| true).is_none());
        let letters = of(&[&"é".repeat(1000)]);
        assert!(letters.longest("É".repeat(1000).as_bytes(), 0, |_, _| true).is_some());
        let wide = format!("{} ", "y".repeat(300)).repeat(6);
        let (end, mark) = of(&[&wide]).longest(wide.as_bytes(), 0, |_, _| true).unwrap();
        assert!(mark.is_cut && end <= MOST_BYTES);
    }

    #[test]
    fn a_value_of_two_kinds_is_one_entry() {
        let mut lexicon = of(&["ac001"]);
        assert!(!lexicon.add(Kind::Account, "ac001", Strength::Alone));
        assert!(lexicon.add(Kind::Other("shoe"), "ac001", Strength::Alone));
        let mark = *lexicon.get("ac001").unwrap();
        assert_eq!(lexicon.kind(&mark, mark.kinds), Kind::Account);
        assert_eq!(lexicon.kind(&mark, Kinds::of(Kind::Other(""))), Kind::Other("shoe"));
    }

    proptest! {
        /// Naive: compare every learnt value with what stands there.
        #[test]
        fn it_finds_what_comparing_all_values_finds(
            values in proptest::collection::hash_set("[ab1]{1,3}([-. ][ab1]{1,3}){0,3}", 1..8),
            text in "[ab1]{1,3}([-. ][ab1]{1,3}){0,6}"
        ) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let lexicon = of(&values);
            let ends = |rest: &str| rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let mut at = 0;
            while at < text.len() {
                let rest = &text[at..];
                let fits = |v: &&&str| rest.starts_with(**v) && ends(&rest[v.len()..]);
                let naive = values.iter().filter(fits).map(|v| at + v.len()).max();
                let found = lexicon.longest(text.as_bytes(), at, |_, _| true).map(|f| f.0);
                prop_assert_eq!(found, naive);
                at = segment_end(text.as_bytes(), at);
            }
        }
    }
}
