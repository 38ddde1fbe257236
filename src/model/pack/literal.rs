//! What stands before, between or behind fields that vary.

/// Bytes that are compared at once.
const HEAD: usize = 32;
const WORDS: usize = HEAD / 8;

/// A text that lines are compared with. Its beginning, which mostly is all of it, lies in place and
/// is compared with a mask, however long it is: to go by its length, or to wait for it to be looked
/// up, takes longer.
#[derive(Debug)]
pub(super) struct Literal {
    head: [u64; WORDS],
    mask: [u64; WORDS],
    length: usize,
    rest: Box<[u8]>,
}

impl Literal {
    pub fn of(text: &[u8]) -> Self {
        let (head, rest) = text.split_at(text.len().min(HEAD));
        let (mut bytes, mut mask) = ([0; HEAD], [0; HEAD]);
        bytes[..head.len()].copy_from_slice(head);
        mask[..head.len()].fill(u8::MAX);
        Self { head: words(&bytes), mask: words(&mask), length: text.len(), rest: rest.into() }
    }

    /// Whether it is this text.
    pub fn is(&self, text: &[u8]) -> bool {
        text.len() == self.length && self.skip(text, 0).is_some()
    }

    /// The offset behind it, if it stands at `at`.
    #[inline(always)]
    pub fn skip(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let here = bytes.get(at..)?;
        let is_here = match here.first_chunk() {
            Some(head) => {
                self.other(head) == 0
                    && (self.rest.is_empty() || here[HEAD..].starts_with(&self.rest))
            }
            None => self.is_all_of(here),
        };
        is_here.then_some(at + self.length)
    }

    /// Whether these few bytes begin with it.
    #[cold]
    fn is_all_of(&self, bytes: &[u8]) -> bool {
        let mut padded = [0; HEAD];
        padded[..bytes.len()].copy_from_slice(bytes);
        bytes.len() >= self.length && self.other(&padded) == 0
    }

    /// Not 0 where these bytes do not begin as it does.
    #[inline(always)]
    fn other(&self, here: &[u8; HEAD]) -> u64 {
        let here = words(here);
        (0..WORDS).fold(0, |other, i| other | (here[i] ^ self.head[i]) & self.mask[i])
    }
}

#[inline(always)]
fn words(bytes: &[u8; HEAD]) -> [u64; WORDS] {
    let (words, _) = bytes.as_chunks();
    std::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_found_where_it_stands_and_nowhere_else(
            text in proptest::collection::vec(any::<u8>(), 0..90),
            before in proptest::collection::vec(any::<u8>(), 0..5),
            behind in proptest::collection::vec(any::<u8>(), 0..90),
            change in 0usize..90,
            cut in 0usize..90,
        ) {
            let literal = Literal::of(&text);
            let at = before.len();
            let mut all = [before, text.clone(), behind].concat();
            prop_assert_eq!(literal.skip(&all, at), Some(at + text.len()));
            prop_assert_eq!(literal.skip(&all, all.len() + 1), None);
            prop_assert!(literal.is(&text));
            prop_assert!(!literal.is(&[&text[..], b"x"].concat()));
            if change < text.len() {
                let short = at + cut.min(text.len() - 1);
                prop_assert_eq!(literal.skip(&all[..short], at), None);
                all[at + change] ^= 0x40;
                prop_assert_eq!(literal.skip(&all, at), None);
                prop_assert!(!literal.is(&all[at..at + text.len()]));
            }
        }
    }
}
