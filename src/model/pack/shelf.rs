//! Which fields lie beside each other.
//!
//! Records that leave fields out make a group for each set of keys. The values of a field resemble
//! those of the same field in other groups more than those of other fields of their own, so they
//! lie together: on one shelf.

use std::collections::HashMap;

use super::fields::CONSTANT;

/// Where fields that all lines agree on lie.
const CONSTANTS: u16 = 0;

/// The shelves of a slice.
#[derive(Default)]
pub(super) struct Shelves {
    /// By what fields have in common.
    numbers: HashMap<u64, u16>,
    /// The key that the fields now coming may belong to, as a hash, and how far back it is.
    key: (u64, u64),
}

impl Shelves {
    /// Begins a group.
    pub fn begin(&mut self) {
        self.key = (0, 0);
    }

    /// The shelf of the next field of the group, of which these bytes are kept.
    pub fn next(&mut self, kind: u32, kept: &[u8]) -> u16 {
        let (key, behind) = &mut self.key;
        *behind += 1;
        if kind == CONSTANT {
            if is_name(kept) {
                (*key, *behind) = (xxhash_rust::xxh3::xxh3_64(kept), 0);
            }
            return CONSTANTS;
        }
        let common = [*key, *behind, u64::from(kind)].map(u64::to_le_bytes);
        let common = xxhash_rust::xxh3::xxh3_64(common.as_flattened());
        // Shelves that are too many become one.
        let next = u16::try_from(self.numbers.len() + 1).unwrap_or(u16::MAX);
        *self.numbers.entry(common).or_insert(next)
    }
}

/// Whether a value can be the key of the fields behind it, and is not what stands between them.
fn is_name(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| !b":,{}[] \t\r\n".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::fields::DIGITS;
    use super::*;

    /// The shelves of the fields of a group; constants begin with `=`.
    fn group(shelves: &mut Shelves, fields: &[&str]) -> Vec<u16> {
        shelves.begin();
        let next = |field: &&str| match field.strip_prefix('=') {
            Some(constant) => shelves.next(CONSTANT, format!("{constant}\n").as_bytes()),
            None => shelves.next(0, field.as_bytes()),
        };
        fields.iter().map(next).collect()
    }

    #[test]
    fn fields_of_one_key_share_a_shelf_whatever_stands_between_them() {
        let mut shelves = Shelves::default();
        let full = ["={", "=model", "=:", "atlas", "=,", "=org", "=:", "o1", "=,", "=n", ":5}"];
        let short = ["={", "=model", "=:", "atlas", "=,", "=n", ":5}"];
        assert_eq!(group(&mut shelves, &full), [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 3]);
        assert_eq!(group(&mut shelves, &short), [0, 0, 0, 1, 0, 0, 3]);
    }

    #[test]
    fn cells_of_a_table_have_shelves_of_their_own() {
        let mut shelves = Shelves::default();
        for _ in 0..2 {
            assert_eq!(group(&mut shelves, &["a", "=US", "b", "c"]), [1, 0, 2, 3]);
        }
    }

    #[test]
    fn digits_lie_apart_and_too_many_shelves_become_one() {
        let mut shelves = Shelves::default();
        assert_eq!((shelves.next(0, b""), shelves.next(DIGITS, b"")), (1, 2));
        shelves.begin();
        assert_eq!((shelves.next(DIGITS, b""), shelves.next(0, b"")), (3, 4));
        let last = (0..1 << 17).map(|_| shelves.next(0, b"")).last();
        assert_eq!(last, Some(u16::MAX));
    }
}
