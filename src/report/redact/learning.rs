//! Learns the values of a case before anything is redacted.

use super::kind::Kind;
use super::lexicon::Lexicon;
use super::pseudonym::{self, Pseudonyms, Tag};
use super::redactor::Redactor;
use super::strength::{Strength, Vocabulary};
use super::{Key, Profile, RedactError, address};

/// Collects the values that a package must not show. What the profile does not hide is passed over,
/// so everything known in the case can be given, in any order and repeatedly.
pub struct Learning {
    profile: Profile,
    names: Pseudonyms,
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    /// Pseudonyms given so far.
    given: Vec<Given>,
}

/// A pseudonym that was given: the kind, what it writes, and a hash of the value.
type Given = (u8, Tag, u64);

impl Learning {
    /// Nothing learnt. The key is not used where nothing is hidden.
    pub fn new(profile: Profile, key: &Key) -> Self {
        let names = Pseudonyms::of(key);
        let lexicon = Lexicon::new(names.seed());
        let vocabulary = Vocabulary::default();
        Self { profile, names, vocabulary, lexicon, given: Vec::new() }
    }

    /// Adds words that are not taken for ids where they stand alone, such as the names of models.
    /// Only counts for what is learnt afterwards.
    pub fn add_words<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        words.into_iter().for_each(|word| self.vocabulary.add(word));
    }

    /// Learns a value. An id that holds an address is hidden where addresses are, whatever it is.
    pub fn learn(&mut self, kind: Kind<'_>, value: &str) {
        if value.is_empty() || kind == Kind::Sentence || self.profile.is_none() {
            return;
        }
        let is_hidden = kind.is_hidden_by(self.profile);
        let holds_address = || kind.is_name() && self.hides_addresses() && address::is_in(value);
        if !is_hidden && !holds_address() {
            return;
        }
        self.add(kind, value);
        if value.trim() != value {
            self.add(kind, value.trim());
        }
        if kind == Kind::Address {
            // The same address may be written in another way elsewhere.
            address::all(value).for_each(|ip| self.add(kind, &ip.to_string()));
        }
    }

    fn hides_addresses(&self) -> bool {
        Kind::Address.is_hidden_by(self.profile)
    }

    fn add(&mut self, kind: Kind<'_>, value: &str) {
        let Some(strength) = self.strength(kind, value) else { return };
        if self.lexicon.add(kind, value, strength) && kind.is_name() {
            let tag = self.names.tag(kind, value);
            self.given.push((kind.bit(), tag, self.lexicon.whole(value)));
        }
    }

    /// An address is none of our words.
    fn strength(&self, kind: Kind<'_>, value: &str) -> Option<Strength> {
        let is_address = kind == Kind::Address && address::all(value).next().is_some();
        if is_address { Some(Strength::Alone) } else { self.vocabulary.strength(value) }
    }

    /// What redacts, with all that was learnt.
    ///
    /// # Errors
    /// [`RedactError::Collision`] when two values of one kind have the same pseudonym.
    pub fn finish(mut self) -> Result<Redactor, RedactError> {
        check_apart(std::mem::take(&mut self.given))?;
        self.lexicon.shrink();
        Ok(Redactor::new(self.profile, self.names, self.lexicon))
    }
}

/// Checks that no two values of one kind have the same pseudonym.
fn check_apart(mut given: Vec<Given>) -> Result<(), RedactError> {
    given.sort_unstable();
    given.dedup();
    let is_same = |two: &&[Given]| (two[0].0, two[0].1) == (two[1].0, two[1].1);
    let Some(two) = given.windows(2).find(is_same) else { return Ok(()) };
    let kind = Kind::of_bit(two[0].0, "");
    let pseudonym = pseudonym::write(kind, two[0].1);
    Err(RedactError::Collision { kind: kind.as_str(), pseudonym })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_of_one_kind_with_the_same_pseudonym_are_refused() {
        let (one, other) = ([1; 10], [2; 10]);
        let apart = vec![(0, one, 7), (1, one, 8), (0, other, 9), (0, one, 7)];
        assert_eq!(check_apart(apart.clone()), Ok(()));
        let said = check_apart([apart, vec![(0, one, 5)]].concat()).unwrap_err().to_string();
        assert!(said.contains("kind account") && said.contains("acct-040g"), "{said}");
    }

    #[test]
    fn what_is_learnt_again_and_again_takes_no_more_room() {
        let profile = Profile::parse("pseudonymise+subnets").unwrap();
        let mut learning = Learning::new(profile, &Key::from_bytes([1; 32]));
        for _ in 0..1_000 {
            learning.learn(Kind::Account, "ac001");
            learning.learn(Kind::Session, "ac001");
            learning.learn(Kind::Other("shoe"), "ac001");
            learning.learn(Kind::Prompt, "not hidden by this profile");
            learning.learn(Kind::Address, "10.0.0.1");
        }
        assert_eq!(learning.given.len(), 3);
        assert!(learning.lexicon.get("not hidden by this profile").is_none());
    }
}
