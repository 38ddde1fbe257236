//! Redacts fields and sentences.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::Escape;
use super::kind::Kind;
use super::lexicon::Lexicon;
use super::pseudonym::Pseudonyms;
use super::scan::{Hit, Scan, What};
use super::views::{View, each};
use super::{Profile, address, mask};

/// How often a text is gone through before it is given up and masked as a whole.
const MOST_PASSES: usize = 8;

/// Hides in a package what a profile hides, the same way wherever it stands. Made by
/// [`Learning`](super::Learning).
pub struct Redactor {
    profile: Profile,
    names: Pseudonyms,
    lexicon: Lexicon,
}

/// A range of a text, and what stands for it.
type Edit = (Range<usize>, String);

impl Redactor {
    pub(super) fn new(profile: Profile, names: Pseudonyms, lexicon: Lexicon) -> Self {
        Self { profile, names, lexicon }
    }

    /// What is hidden.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// What stands for a field.
    ///
    /// A hidden id becomes a pseudonym, an address its network, a text a mask; nothing stays
    /// nothing. In what is not hidden as a whole, what is hidden in it is replaced as in
    /// [`Redactor::text`]; an id that has such a part becomes a pseudonym, so that it stays one of
    /// a kind.
    pub fn value<'v>(&self, kind: Kind<'_>, value: &'v str) -> Cow<'v, str> {
        if value.is_empty() || self.profile.is_none() {
            return Cow::Borrowed(value);
        }
        if kind.is_hidden_by(self.profile) {
            return Cow::Owned(self.hidden(kind, value));
        }
        match self.text(value) {
            Cow::Owned(_) if kind.is_name() => Cow::Owned(self.names.name(kind, value)),
            text => text,
        }
    }

    /// What stands for a field that holds several values, each redacted by itself.
    pub fn values<'v>(&self, kind: Kind<'_>, all: &'v str, separator: &str) -> Cow<'v, str> {
        if self.profile.is_none() || !all.contains(separator) {
            return self.value(kind, all);
        }
        let each: Vec<Cow<'_, str>> =
            all.split(separator).map(|one| self.value(kind, one)).collect();
        Cow::Owned(each.join(separator))
    }

    /// A text in which every hidden value is replaced by what [`Redactor::value`] gives for it as it
    /// is spelled there,
    /// also where it is written as in JSON, XML, an address of the web, CSV or SQL; the same text
    /// where there is none.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.looks_for_anything() {
            return Cow::Borrowed(text);
        }
        let mut now = Cow::Borrowed(text);
        // What was replaced may have separated what stands beside it, so until nothing is found.
        for _ in 0..MOST_PASSES {
            let edits = self.edits(&now);
            if edits.is_empty() {
                return now;
            }
            now = Cow::Owned(edited(&now, edits));
        }
        Cow::Owned(mask::mask(&now))
    }

    /// What stands for the text of a prompt, a response or a template where prompts are hidden;
    /// otherwise as [`Redactor::text`].
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.value(Kind::Prompt, text)
    }

    /// How many learnt values there are, by kind, that stay visible in free text where they stand
    /// alone, because they are short, numbers or words of the program; in a sentence, which is
    /// empty where there are none.
    pub fn left_in_sentences(&self) -> String {
        let counts = (0_u8..).zip(self.lexicon.weak()).filter(|(_, count)| *count > 0);
        // The number in front: behind the name of its kind it may be taken for a value.
        let of = |(bit, count)| format!("{count} × {}", Kind::of_bit(bit, "").as_str());
        let left: Vec<String> = counts.map(of).collect();
        if left.is_empty() {
            return String::new();
        }
        format!(
            "Values that are short, numbers or words of the program are hidden in fields, and in \
             sentences only where it is said what they are: {}.",
            left.join("; ")
        )
    }

    fn looks_for_anything(&self) -> bool {
        !self.lexicon.is_empty() || Kind::Address.is_hidden_by(self.profile)
    }

    /// What to look for.
    pub(super) fn scan(&self) -> Scan<'_> {
        let addresses = Kind::Address.is_hidden_by(self.profile);
        Scan { lexicon: &self.lexicon, addresses, is_table: false }
    }

    pub(super) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    pub(super) fn names(&self) -> &Pseudonyms {
        &self.names
    }

    /// Whether a value that is hidden does not stay what it is, as a wide network does.
    pub(super) fn changes(&self, kind: Kind<'_>, value: &str) -> bool {
        self.hidden(kind, value) != value
    }

    /// What stands for a value that is hidden.
    fn hidden(&self, kind: Kind<'_>, value: &str) -> String {
        match kind {
            Kind::Prompt | Kind::Words | Kind::Sentence => mask::mask(value),
            Kind::Address => address::cut(value),
            _ => self.names.name(kind, value),
        }
    }

    fn edits(&self, text: &str) -> Vec<Edit> {
        let scan = self.scan();
        let reach = self.lexicon.reach().max(address::REACH);
        let mut edits = Vec::new();
        each(text.as_bytes(), &Escape::TEXT, |_| &Escape::TEXT, &mut |view| {
            let mut is_cut = false;
            for part in view.parts(reach) {
                scan.each(&view.bytes, part, &mut |hit| {
                    // Behind a value of unknown length all is edited already.
                    if !is_cut {
                        is_cut = hit.is_cut();
                        edits.extend(self.edit(text, view, hit));
                    }
                });
            }
        });
        edits
    }

    /// What a hit changes; `None` where it stays what it is.
    fn edit(&self, text: &str, view: &View<'_>, hit: Hit) -> Option<Edit> {
        let is_cut = hit.is_cut();
        let Hit { mut range, what } = hit;
        if is_cut {
            // More belongs to the value than is known here: the rest may all be of it.
            range.end = view.bytes.len();
        }
        let found = String::from_utf8_lossy(&view.bytes[range.clone()]);
        let raw = view.raw(range);
        let instead = match &what {
            What::Address(found) => found.cut.clone(),
            What::Learnt(mark, kinds) if mark.is_cut => {
                let kind = self.lexicon.kind(mark, *kinds);
                if kind.is_name() { self.hidden(kind, &found) } else { mask::mask(&found) }
            }
            What::Learnt(mark, kinds) => self.hidden(self.lexicon.kind(mark, *kinds), &found),
        };
        let before = text.get(raw.clone())?;
        let is_number = before.bytes().all(|byte| byte.is_ascii_digit());
        let is_json = view.without.is_empty() && is_number && is_number_of_json(text, &raw);
        let instead = if is_json { format!("\"{instead}\"") } else { instead };
        (before != instead).then_some((raw, instead))
    }
}

/// Whether a number stands for the value of a key: without quotes, it leaves no JSON behind.
fn is_number_of_json(text: &str, range: &Range<usize>) -> bool {
    text[..range.start].trim_end_matches(' ').ends_with("\":")
}

/// The text with the edits; of those that overlap, the one that begins first, then the longest.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by(|(a, _), (b, _)| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, instead) in edits {
        if range.start < done {
            continue;
        }
        out.push_str(&text[done..range.start]);
        out.push_str(&instead);
        done = range.end;
    }
    out.push_str(&text[done..]);
    out
}
