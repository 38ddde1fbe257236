//! The values of one field of a group of lines, one behind the other.

/// Bytes that are copied at once, as many as one instruction or two move.
const STRIDE: usize = 32;

/// Values, each followed by a line break.
#[derive(Default)]
pub(super) struct Values {
    /// The first `used` bytes are values.
    bytes: Vec<u8>,
    used: usize,
}

impl Values {
    /// The values.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// Bytes of memory held.
    pub fn held(&self) -> usize {
        self.bytes.capacity()
    }

    /// Forgets the values, not the memory.
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Takes in `bytes[from..to]`, behind which there is another byte.
    #[inline]
    pub fn push(&mut self, bytes: &[u8], from: usize, to: usize) {
        let room = self.bytes.get_mut(self.used..).and_then(<[u8]>::first_chunk_mut::<STRIDE>);
        // What is copied beyond the value is written over by the next.
        match (bytes.get(from..).and_then(<[u8]>::first_chunk::<STRIDE>), room) {
            (Some(value), Some(room)) if to - from < STRIDE => *room = *value,
            _ => self.push_any(&bytes[from..to]),
        }
        self.used += to - from + 1;
        self.bytes[self.used - 1] = b'\n';
    }

    #[cold]
    #[inline(never)]
    fn push_any(&mut self, value: &[u8]) {
        let end = self.used + value.len();
        if self.bytes.len() < end + 1 {
            self.bytes.resize((2 * self.used).max(end + 1 + STRIDE), 0);
        }
        self.bytes[self.used..end].copy_from_slice(value);
    }

    /// Takes in one value so many times.
    pub fn repeat(&mut self, value: &[u8], times: usize) {
        for _ in 0..times {
            self.push_any(value);
            self.used += value.len() + 1;
            self.bytes[self.used - 1] = b'\n';
        }
    }

    /// The one value with its line break, where all `count` values are equal.
    pub fn one(&self, count: usize) -> Option<&[u8]> {
        let bytes = self.bytes();
        let first = &bytes[..bytes.len() / count.max(1)];
        let is_one = first.ends_with(b"\n")
            && bytes.len() == first.len() * count
            && bytes.chunks_exact(first.len()).all(|value| value == first);
        is_one.then_some(first)
    }

    /// Puts other bytes in place of the values; they take less.
    pub fn set(&mut self, bytes: &[u8]) {
        self.used = bytes.len();
        self.bytes[..bytes.len()].copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_lie_one_behind_the_other_each_with_a_line_break(
            fields in proptest::collection::vec(proptest::collection::vec(b'a'..b'd', 0..80), 1..40),
        ) {
            let bytes = [fields.join(&b'"'), vec![b'"'; 3]].concat();
            let mut values = Values::default();
            let mut from = 0;
            for field in &fields {
                values.push(&bytes, from, from + field.len());
                from += field.len() + 1;
            }
            let expected = [fields.join(&b'\n'), vec![b'\n']].concat();
            prop_assert_eq!(values.bytes(), &expected[..]);
            let is_one = fields.iter().all(|field| *field == fields[0]);
            prop_assert_eq!(values.one(fields.len()).is_some(), is_one);
        }
    }
}
