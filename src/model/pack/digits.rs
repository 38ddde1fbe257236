//! Values of one length whose every place is constant or a hexadecimal digit: identifiers,
//! hashes, times. Each place of all values lies together, two digits a byte, so that what is
//! random costs the four bits it is worth and what changes slowly costs nothing.
//!
//! ```text
//! length of a value  u16, little-endian
//! per place          1 byte: the character all values have there, or 0 for digits
//! per place of digits, for values in pairs: the digit of the first, times 16, plus that of the
//!                    second
//! ```

/// Fewer values than this are not worth it.
const LEAST_VALUES: usize = 64;
const LONGEST: usize = 256;
/// How many values are compared to see whether they repeat.
const SAMPLE: usize = 128;
/// Words of the set of bits that tells which values were there: so many that different values
/// seldom share one.
const SEEN_WORDS: usize = 512;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A row of places, one byte each.
type Row = [u8; LONGEST];

/// Turns `count` values, each followed by a line break, into digits; `None` when they are of
/// another kind, or repeat so often that they pack better as they are.
pub(super) fn turn(values: &[u8], count: usize) -> Option<Vec<u8>> {
    let stride = values.len() / count.max(1);
    let length = stride.checked_sub(1)?;
    if count < LEAST_VALUES
        || values.len() != count * stride
        || !(1..=LONGEST).contains(&length)
        || !values[length..].iter().step_by(stride).all(|&c| c == b'\n')
        || repeat(values, stride, count)
    {
        return None;
    }
    let first = &values[..length];
    // A constant zero byte would read as a digit.
    if first.contains(&0) {
        return None;
    }
    let differs = differing(values, stride);
    let places: Vec<usize> = (0..length).filter(|&place| differs[place] != 0).collect();
    let plane = count.div_ceil(2);
    let mut out = Vec::with_capacity(2 + length + places.len() * plane);
    out.extend_from_slice(&(length as u16).to_le_bytes());
    out.extend(first.iter().zip(differs).map(|(&c, differs)| if differs == 0 { c } else { 0 }));
    let planes = out.len();
    out.resize(planes + places.len() * plane, 0);
    let is_hex = fill(values, stride, &places, plane, &mut out[planes..]);
    is_hex.then_some(out)
}

/// The places at which not all values have the same character: not 0.
fn differing(values: &[u8], stride: usize) -> Row {
    let mut differs = [0; LONGEST];
    let first = &values[..stride - 1];
    for value in values.chunks_exact(stride) {
        for (differs, (a, b)) in differs.iter_mut().zip(first.iter().zip(value)) {
            *differs |= a ^ b;
        }
    }
    differs
}

/// Puts the digits at these places into their planes; whether there is nothing but digits.
fn fill(values: &[u8], stride: usize, places: &[usize], plane: usize, out: &mut [u8]) -> bool {
    let (mut digits, mut bad): (Row, Row) = ([0; LONGEST], [0; LONGEST]);
    for (i, pair) in values.chunks(2 * stride).enumerate() {
        let (high, low) = pair.split_at(stride);
        digits[..stride - 1].fill(0);
        shift_in(high, &mut digits, &mut bad);
        if low.is_empty() {
            digits.iter_mut().for_each(|digit| *digit <<= 4);
        } else {
            shift_in(low, &mut digits, &mut bad);
        }
        for (n, &place) in places.iter().enumerate() {
            out[n * plane + i] = digits[place];
        }
    }
    places.iter().all(|&place| bad[place] == 0)
}

/// Puts a digit of a value behind what is in each place, and marks the places where it has none.
#[inline]
fn shift_in(value: &[u8], digits: &mut Row, bad: &mut Row) {
    // Without branches, so that many places are done at once.
    for ((&c, digit), bad) in value.iter().zip(digits).zip(bad) {
        let (number, letter) = (c.wrapping_sub(b'0'), c.wrapping_sub(b'a'));
        *bad |= u8::from(number > 9) & u8::from(letter > 5);
        *digit = *digit << 4 | (c & 15).wrapping_add(if number > 9 { 9 } else { 0 }) & 15;
    }
}

/// Whether a sample of the values holds many twice.
fn repeat(values: &[u8], stride: usize, count: usize) -> bool {
    let step = (count / SAMPLE).max(1);
    let mut seen = [0u64; SEEN_WORDS];
    let (mut all, mut again) = (0, 0);
    for value in values.chunks_exact(stride).step_by(step).take(SAMPLE) {
        let hash = xxhash_rust::xxh3::xxh3_64(value);
        let word = &mut seen[(hash >> 32) as usize % SEEN_WORDS];
        let bit = 1 << (hash % 64);
        (all, again) = (all + 1, again + usize::from(*word & bit != 0));
        *word |= bit;
    }
    again * 50 > all
}

/// The values, each followed by a line break; `None` when the bytes are damaged or would make
/// more than `most` bytes.
pub(super) fn turn_back(turned: &[u8], count: usize, most: usize) -> Option<Vec<u8>> {
    let (length, rest) = turned.split_first_chunk()?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (places, mut planes) = rest.split_at_checked(length)?;
    let stride = length + 1;
    let size = count.checked_mul(stride).filter(|&size| size <= most)?;
    let mut out = vec![b'\n'; size];
    for (place, &constant) in places.iter().enumerate() {
        if constant != 0 {
            out.iter_mut().skip(place).step_by(stride).for_each(|c| *c = constant);
            continue;
        }
        let (plane, behind) = planes.split_at_checked(count.div_ceil(2))?;
        planes = behind;
        for (pair, byte) in out.chunks_mut(2 * stride).zip(plane) {
            pair[place] = HEX[usize::from(byte >> 4)];
            if let Some(c) = pair.get_mut(stride + place) {
                *c = HEX[usize::from(byte & 15)];
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(values: &[String]) -> Vec<u8> {
        values.iter().flat_map(|v| format!("{v}\n").into_bytes()).collect()
    }

    #[test]
    fn a_random_digit_costs_half_a_byte_and_a_constant_nothing() {
        let uuid = |i: u64| format!("{:08x}-4a{:02x}", i.wrapping_mul(0x9e37_79b1) as u32, i % 251);
        let values: Vec<String> = (0..1000).map(uuid).collect();
        let turned = turn(&lines(&values), values.len()).expect("digits");
        assert_eq!(turned.len(), 2 + 13 + 10 * 500);
        assert_eq!(turn_back(&turned, 1000, 1 << 20).expect("own bytes"), lines(&values));
    }

    #[test]
    fn words_short_lists_and_values_that_repeat_stay_as_they_are() {
        let digits = |i: usize| format!("{i:06}");
        assert_eq!(turn(&lines(&(0..9).map(digits).collect::<Vec<_>>()), 9), None);
        let often: Vec<String> = (0..1000).map(|i| digits(i % 50)).collect();
        assert_eq!(turn(&lines(&often), 1000), None);
        let words: Vec<String> = (0..1000).map(|i| format!("x{}z{i:04}", i % 7)).collect();
        assert!(turn(&lines(&words), 1000).is_some());
        let words: Vec<String> = words.iter().map(|w| w.replace('3', "y")).collect();
        assert_eq!(turn(&lines(&words), 1000), None);
    }

    proptest! {
        #[test]
        fn what_is_turned_comes_back(
            values in proptest::collection::vec("[0-9a-f]{6}-\\x00?[0-9]{2}", 64..200),
        ) {
            let lines = lines(&values);
            if let Some(turned) = turn(&lines, values.len()) {
                prop_assert_eq!(turn_back(&turned, values.len(), 1 << 20).expect("own bytes"), lines);
            }
        }
    }
}
