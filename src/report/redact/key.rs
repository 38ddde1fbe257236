//! The key that pseudonyms depend on. Whoever has it can test a guess against a pseudonym, so it
//! is kept apart from the package; the package carries its fingerprint only.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::RedactError;
use super::hex::unhex;
use crate::report::hash::hex;

/// What a key file begins with.
const PREFIX: &str = "stillwatch-key-";
/// Bytes of the checksum in the text form: a typo stays unnoticed once in 2³².
const CHECKSUM: usize = 4;
/// Bytes of the fingerprint.
const FINGERPRINT: usize = 8;

/// A key: 32 bytes that nobody can guess. Where they come from is the caller's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes, which must come from a source of randomness.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads what [`Key::to_text`] wrote, with blanks around it and in letters of either case.
    ///
    /// # Errors
    /// [`RedactError::Key`] when it is something else, or was mistyped.
    pub fn parse(text: &str) -> Result<Self, RedactError> {
        let text = text.trim().to_ascii_lowercase();
        let rest = text
            .strip_prefix(PREFIX)
            .ok_or(RedactError::Key("it does not begin with stillwatch-key-"))?;
        let (key, sum) =
            rest.split_once('-').ok_or(RedactError::Key("its last part is missing"))?;
        let key: [u8; 32] = unhex(key)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(RedactError::Key("it has not 64 hexadecimal digits in the middle"))?;
        let key = Self(key);
        if unhex(sum).is_none_or(|sum| sum != key.checksum()) {
            return Err(RedactError::Key("its last part does not fit the others: a typing error"));
        }
        Ok(key)
    }

    /// The key as a line of text, for the file that is kept apart: prefix, 64 hexadecimal digits,
    /// and a checksum, so that a typing error is noticed.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}-{}", hex(&self.0), hex(&self.checksum()))
    }

    /// 16 hexadecimal digits that say which key it was and nothing else about it: the first bytes
    /// of an HMAC-SHA-256 under the key.
    pub fn fingerprint(&self) -> String {
        let mut mac = self.mac();
        mac.update(b"fingerprint of a redaction key");
        hex(&mac.finalize().into_bytes()[..FINGERPRINT])
    }

    /// HMAC-SHA-256 under this key (RFC 2104), nothing hashed yet.
    pub(super) fn mac(&self) -> Hmac<Sha256> {
        <Hmac<Sha256> as KeyInit>::new(&self.block())
    }

    /// The key as HMAC pads it: a key shorter than a block is followed by zeros.
    fn block(&self) -> hmac::digest::Key<Hmac<Sha256>> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..self.0.len()].copy_from_slice(&self.0);
        block
    }

    fn checksum(&self) -> [u8; CHECKSUM] {
        let mut hasher = Sha256::new();
        hasher.update(b"checksum of a redaction key");
        hasher.update(self.0);
        let hash: [u8; 32] = hasher.finalize().into();
        let mut sum = [0; CHECKSUM];
        sum.copy_from_slice(&hash[..CHECKSUM]);
        sum
    }
}

/// Never the key itself: what is printed ends up in logs.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Case 2 of RFC 4231 has the key "Jefe", which HMAC pads with zeros just like this.
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(b"Jefe");
        let mut mac = Key::from_bytes(bytes).mac();
        mac.update(b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&mac.finalize().into_bytes()), expected);
    }

    #[test]
    fn a_printed_key_shows_only_its_fingerprint() {
        let key = Key::from_bytes([7; 32]);
        assert_eq!(format!("{key:?}"), format!("Key({})", key.fingerprint()));
        assert_eq!(key.fingerprint().len(), 16);
        assert!(!key.to_text().contains(&key.fingerprint()));
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_reason_and_not_repeated() {
        let text = Key::from_bytes([0xab; 32]).to_text();
        for wrong in ["", "secret", &text[..50], &text[..80], &text.replace("abab", "abxb")] {
            let said = Key::parse(wrong).unwrap_err().to_string();
            assert!(said.contains("no redaction key") && !said.contains("abab"), "{said}");
        }
    }

    proptest! {
        #[test]
        fn a_key_comes_back_from_its_text(bytes: [u8; 32]) {
            let key = Key::from_bytes(bytes);
            prop_assert_eq!(Key::parse(&format!(" {}\r\n", key.to_text())), Ok(key.clone()));
            prop_assert_eq!(Key::parse(&key.to_text().to_uppercase()), Ok(key));
        }

        #[test]
        fn one_wrong_digit_is_noticed(bytes: [u8; 32], at in 15usize..79, digit in 1u8..16) {
            let text = Key::from_bytes(bytes).to_text();
            let mut wrong = text.into_bytes();
            let old = char::from(wrong[at]).to_digit(16).unwrap() as u8;
            wrong[at] = hex(&[(old + digit) % 16]).as_bytes()[1];
            prop_assert!(Key::parse(&String::from_utf8(wrong).unwrap()).is_err());
        }
    }
}
