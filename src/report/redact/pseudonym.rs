//! Pseudonyms: a prefix that says the kind, and 16 characters of an HMAC-SHA-256 (RFC 2104) over
//! kind and value. The same key and value give the same pseudonym in every file of every package;
//! under another key it is another one, and nothing tells which belong together. Their order says
//! nothing.
//!
//! 80 bits: among n values of a kind two have the same pseudonym with a probability of about
//! n² / 2⁸¹, which is 4 · 10⁻¹³ for a million and 2 · 10⁻⁹ for sixty million.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Key;
use super::kind::Kind;

/// Bytes of the HMAC that a pseudonym carries.
pub(super) const TAG: usize = 10;
/// Characters that write them, five bits each.
const LETTERS: usize = TAG * 8 / 5;
/// Digits and letters that are not taken for one another (Crockford's base 32, lower case).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The longest prefix, bytes.
const LONGEST_PREFIX: usize = 5;

/// What a pseudonym writes.
pub(super) type Tag = [u8; TAG];

/// Makes pseudonyms.
#[derive(Clone)]
pub(super) struct Pseudonyms {
    mac: Hmac<Sha256>,
}

impl Pseudonyms {
    /// Under a key.
    pub fn of(key: &Key) -> Self {
        Self { mac: key.mac() }
    }

    /// What identifies a value of a kind.
    pub fn tag(&self, kind: Kind<'_>, value: &str) -> Tag {
        let (number, name) = kind.domain();
        let mut mac = self.mac.clone();
        mac.update(&[number]);
        // With its length in front, no name runs into the value.
        mac.update(&(name.len() as u64).to_be_bytes());
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
        let mut tag = [0; TAG];
        tag.copy_from_slice(&mac.finalize().into_bytes()[..TAG]);
        tag
    }

    /// The pseudonym of a value.
    pub fn name(&self, kind: Kind<'_>, value: &str) -> String {
        write(kind, self.tag(kind, value))
    }

    /// 16 bytes for tables in memory that nobody without the key can foresee.
    pub fn seed(&self) -> [u8; 16] {
        let mut mac = self.mac.clone();
        mac.update(b"seed of tables");
        let mut seed = [0; 16];
        seed.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        seed
    }
}

/// A pseudonym: it begins with a letter, so no spreadsheet takes it for a formula.
pub(super) fn write(kind: Kind<'_>, tag: Tag) -> String {
    let mut out = String::with_capacity(LONGEST_PREFIX + 1 + LETTERS);
    out.push_str(kind.prefix());
    out.push('-');
    let (mut bits, mut held) = (0_u32, 0);
    for byte in tag {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            out.push(char::from(ALPHABET[(bits >> held & 31) as usize]));
        }
    }
    out
}

/// Whether a prefix begins with this byte.
pub(super) fn may_begin(byte: u8) -> bool {
    b"acdhkmoprstuw".contains(&byte)
}

/// Where something that reads like a pseudonym ends, if it begins at `at`; whether more follows
/// that belongs to the same token is for the caller to see.
pub(super) fn end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let dash = rest.iter().take(LONGEST_PREFIX + 1).position(|byte| *byte == b'-')?;
    let own = |kind: &Kind<'_>| kind.prefix().as_bytes() == &rest[..dash];
    let is_letter = |byte: &u8| ALPHABET.contains(byte);
    let letters = rest.get(dash + 1..dash + 1 + LETTERS)?;
    let is_own = Kind::NAMED.iter().any(own) || own(&Kind::Other(""));
    (is_own && letters.iter().all(is_letter)).then_some(at + dash + 1 + LETTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_written_in_order_from_the_first() {
        assert_eq!(write(Kind::Account, [0; TAG]), "acct-0000000000000000");
        assert_eq!(write(Kind::Device, [255; TAG]), "dev-zzzzzzzzzzzzzzzz");
        let tag = [0x08, 0x42, 0x10, 0x84, 0x21, 0, 0, 0, 0, 1];
        assert_eq!(write(Kind::User, tag), "user-1111111100000001");
    }

    #[test]
    fn every_prefix_may_begin_a_pseudonym() {
        let all = Kind::NAMED.into_iter().chain([Kind::Other("")]);
        assert!(all.into_iter().all(|kind| may_begin(kind.prefix().as_bytes()[0])));
    }

    #[test]
    fn what_is_written_is_recognised_to_its_end() {
        let name = Pseudonyms::of(&Key::from_bytes([1; 32])).name(Kind::Phone, "+99936");
        let text = format!("a {name}.");
        assert_eq!(end(text.as_bytes(), 2), Some(text.len() - 1));
        assert_eq!(end(text.as_bytes(), 3), None);
        assert_eq!(end(b"acct-0123", 0), None);
        assert_eq!(end(b"acct-uuuuuuuuuuuuuuuu", 0), None, "no letter of the alphabet");
    }

    #[test]
    fn kinds_and_names_of_attributes_are_kept_apart() {
        let names = Pseudonyms::of(&Key::from_bytes([1; 32]));
        let tags = [
            names.tag(Kind::Account, "ab"),
            names.tag(Kind::User, "ab"),
            names.tag(Kind::Other("a"), "b"),
            names.tag(Kind::Other(""), "ab"),
            names.tag(Kind::Other("ab"), ""),
        ];
        for (at, tag) in tags.iter().enumerate() {
            assert!(!tags[..at].contains(tag));
        }
    }
}
