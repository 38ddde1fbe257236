//! How one column of up to 65,536 events becomes a compressed blob and back.
//!
//! The first byte says how: 0 one value for all; 1 values as byte planes (all lowest bytes, then
//! all second bytes…), zstd; 2 differences between neighbours, zigzag, as byte planes, zstd;
//! 3 values one after the other, zstd. Little-endian throughout. Planes keep the many zero bytes
//! of small numbers together, which is what makes them compress; fingerprints gain nothing from
//! that and repeat only as a whole.
//!
//! With 4 added, missing values are left out: the number of the others follows (`u32`), and in the
//! frame a bit a value, set where there is one, stands before those there are.

use zstd::bulk::Decompressor;

use super::error::{Result, StoreError};

/// Events a chunk.
pub(super) const CHUNK: usize = 65_536;

const LEVEL: i32 = 1;
/// Of fingerprints, most of which are like no other: level 1 takes more than three times as long to
/// save a fourteenth of the space.
const LEVEL_RANDOM: i32 = -8;

/// How the values of a column behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Small or repeated numbers.
    Plain,
    /// Numbers near their neighbours.
    Rising,
    /// Fingerprints.
    Random,
}

/// A number a column can hold.
pub(super) trait Value: Copy + PartialEq + Send + Sync {
    /// Bytes.
    const WIDTH: usize;
    /// Its bits, in the low bytes.
    fn bits(self) -> u64;
    /// The inverse of [`Value::bits`].
    fn from_bits(bits: u64) -> Self;
}

macro_rules! value {
    ($type:ty, $width:expr, $to:expr, $from:expr) => {
        impl Value for $type {
            const WIDTH: usize = $width;
            fn bits(self) -> u64 {
                ($to)(self)
            }
            fn from_bits(bits: u64) -> Self {
                ($from)(bits)
            }
        }
    };
}
value!(u32, 4, u64::from, |bits: u64| bits as u32);
value!(u64, 8, |v: u64| v, |bits: u64| bits);
value!(i64, 8, |v: i64| v as u64, |bits: u64| bits as i64);
value!(f64, 8, f64::to_bits, f64::from_bits);

const CONSTANT: u8 = 0;
const PLANES: u8 = 1;
const DELTA: u8 = 2;
const WHOLE: u8 = 3;
/// Added to one of the three above.
const SPARSE: u8 = 4;
/// Where one value of so many is missing, they are left out.
const FEW_MISSING: usize = 64;

/// Compresses a column; `None` when every value is `missing`, which needs no blob.
pub(super) fn encode<T: Value>(values: &[T], missing: T, shape: Shape) -> Option<Vec<u8>> {
    let first = *values.first()?;
    if values.iter().all(|v| v.bits() == first.bits()) {
        let mut out = vec![CONSTANT];
        out.extend_from_slice(&first.bits().to_le_bytes()[..T::WIDTH]);
        return (first.bits() != missing.bits()).then_some(out);
    }
    let is_there = |value: &T| value.bits() != missing.bits();
    let there = values.iter().filter(|value| is_there(value)).count();
    if values.len() - there <= values.len() / FEW_MISSING {
        return Some(pack(&[tag(shape)], &[], values, shape));
    }
    let (bits, values) = (bit_set(values, is_there), values.iter().copied().filter(is_there));
    let mut head = vec![SPARSE | tag(shape)];
    head.extend_from_slice(&(there as u32).to_le_bytes());
    Some(pack(&head, &bits, &values.collect::<Vec<T>>(), shape))
}

fn tag(shape: Shape) -> u8 {
    match shape {
        Shape::Plain => PLANES,
        Shape::Rising => DELTA,
        Shape::Random => WHOLE,
    }
}

/// A blob: its head, and a frame of some bytes and the values.
fn pack<T: Value>(head: &[u8], before: &[u8], values: &[T], shape: Shape) -> Vec<u8> {
    let mut bytes = before.to_vec();
    match shape {
        Shape::Plain => planes::<T>(&mut bytes, values.iter().map(|v| v.bits()), values.len()),
        Shape::Rising => planes::<T>(&mut bytes, differences(values), values.len()),
        Shape::Random => whole(&mut bytes, values),
    }
    let mut out = head.to_vec();
    out.resize(head.len() + zstd::zstd_safe::compress_bound(bytes.len()), 0);
    let level = if shape == Shape::Random { LEVEL_RANDOM } else { LEVEL };
    let length = zstd::bulk::compress_to_buffer(&bytes, &mut out[head.len()..], level)
        .expect("the buffer holds the worst case");
    out.truncate(head.len() + length);
    out
}

/// A bit a value, the lowest of each byte first.
fn bit_set<T>(values: &[T], is_set: impl Fn(&T) -> bool) -> Vec<u8> {
    let byte = |values: &[T]| {
        let bits = values.iter().enumerate().map(|(i, value)| u8::from(is_set(value)) << i);
        bits.fold(0, |all, bit| all | bit)
    };
    values.chunks(8).map(byte).collect()
}

/// Unpacks blobs one after the other, with the same memory for all of them: a column has hundreds.
#[derive(Default)]
pub(super) struct Decoder {
    zstd: Option<Decompressor<'static>>,
    bytes: Vec<u8>,
}

impl Decoder {
    /// Unpacks what is `length` bytes long.
    fn unpack(&mut self, body: &[u8], length: usize) -> Option<&[u8]> {
        let zstd = match &mut self.zstd {
            Some(zstd) => zstd,
            none => none.insert(Decompressor::new().ok()?),
        };
        self.bytes.clear();
        self.bytes.reserve(length);
        let found = zstd.decompress_to_buffer(body, &mut self.bytes).ok()?;
        (found == length).then_some(&self.bytes[..])
    }
}

/// Appends the `count` values of a blob to `values`, of which some are `missing`.
pub(super) fn decode<T: Value>(
    decoder: &mut Decoder,
    blob: &[u8],
    count: usize,
    missing: T,
    values: &mut Vec<T>,
) -> Result<()> {
    let there = read(decoder, blob, count, missing, values);
    there.ok_or_else(|| StoreError::Damaged("a column chunk cannot be unpacked".into()))
}

fn read<T: Value>(
    decoder: &mut Decoder,
    blob: &[u8],
    count: usize,
    missing: T,
    values: &mut Vec<T>,
) -> Option<()> {
    let (&tag, body) = blob.split_first()?;
    if tag == CONSTANT {
        let mut bits = [0u8; 8];
        bits.get_mut(..T::WIDTH).filter(|_| body.len() == T::WIDTH)?.copy_from_slice(body);
        values.resize(values.len() + count, T::from_bits(u64::from_le_bytes(bits)));
        return Some(());
    }
    if tag & SPARSE == 0 {
        let bytes = decoder.unpack(body, count * T::WIDTH)?;
        return unfold(tag, bytes, count, values);
    }
    let (there, body) = body.split_first_chunk()?;
    let there = usize::try_from(u32::from_le_bytes(*there)).ok().filter(|there| *there <= count)?;
    let of_bits = count.div_ceil(8);
    let bytes = decoder.unpack(body, of_bits + there * T::WIDTH)?;
    let (bits, bytes) = bytes.split_at_checked(of_bits)?;
    let mut known = Vec::with_capacity(there);
    unfold(tag & !SPARSE, bytes, there, &mut known)?;
    let mut known = known.into_iter();
    for i in 0..count {
        let is_there = bits[i / 8] >> (i % 8) & 1 == 1;
        values.push(if is_there { known.next()? } else { missing });
    }
    known.next().is_none().then_some(())
}

/// Appends `count` values that were written with this tag.
fn unfold<T: Value>(tag: u8, bytes: &[u8], count: usize, values: &mut Vec<T>) -> Option<()> {
    let start = values.len();
    match tag {
        WHOLE => values.extend(bytes.chunks_exact(T::WIDTH).map(|value| {
            let mut bits = [0u8; 8];
            bits[..T::WIDTH].copy_from_slice(value);
            T::from_bits(u64::from_le_bytes(bits))
        })),
        PLANES => join_planes(bytes, count, values),
        DELTA => {
            join_planes(bytes, count, values);
            let mut before = 0u64;
            for value in &mut values[start..] {
                let zigzag = value.bits();
                let difference = (zigzag >> 1) ^ (zigzag & 1).wrapping_neg();
                before = before.wrapping_add(difference);
                *value = T::from_bits(before);
            }
        }
        _ => return None,
    }
    Some(())
}

fn differences<T: Value>(values: &[T]) -> impl Iterator<Item = u64> {
    // Differences wrap within the width of the type, so that they fit into it.
    let unused = 64 - 8 * T::WIDTH as u32;
    values.iter().scan(0u64, move |before, value| {
        let difference = (value.bits().wrapping_sub(*before) << unused) as i64 >> unused;
        *before = value.bits();
        Some(((difference << 1) ^ (difference >> 63)) as u64)
    })
}

/// Values taken apart or put together at a time: they stay in the cache, plane by plane, in loops
/// the compiler makes wide.
const BLOCK: usize = 1024;

fn planes<T: Value>(out: &mut Vec<u8>, mut bits: impl Iterator<Item = u64>, count: usize) {
    let before = out.len();
    out.resize(before + count * T::WIDTH, 0);
    let out = &mut out[before..];
    let mut block = [0u64; BLOCK];
    for start in (0..count).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(count - start)];
        let mut all = 0;
        for (kept, bits) in block.iter_mut().zip(bits.by_ref()) {
            *kept = bits;
            all |= bits;
        }
        for (shift, plane) in (0u32..).step_by(8).zip(out.chunks_exact_mut(count)) {
            // Most numbers are small.
            if all >> shift == 0 {
                break;
            }
            for (byte, bits) in plane[start..].iter_mut().zip(&*block) {
                *byte = (bits >> shift) as u8;
            }
        }
    }
}

fn join_planes<T: Value>(bytes: &[u8], count: usize, values: &mut Vec<T>) {
    let mut bits = [0u64; BLOCK];
    for start in (0..count).step_by(BLOCK) {
        let length = BLOCK.min(count - start);
        bits[..length].fill(0);
        for (shift, plane) in (0u32..).step_by(8).zip(bytes.chunks_exact(count)) {
            for (bits, byte) in bits.iter_mut().zip(&plane[start..start + length]) {
                *bits |= u64::from(*byte) << shift;
            }
        }
        values.extend(bits[..length].iter().map(|bits| T::from_bits(*bits)));
    }
}

fn whole<T: Value>(out: &mut Vec<u8>, values: &[T]) {
    out.reserve(values.len() * T::WIDTH);
    for value in values {
        out.extend_from_slice(&value.bits().to_le_bytes()[..T::WIDTH]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip<T: Value>(values: &[T], missing: T, shape: Shape) -> Vec<u64> {
        let mut out = Vec::new();
        match encode(values, missing, shape) {
            Some(blob) => decode(&mut Decoder::default(), &blob, values.len(), missing, &mut out)
                .expect("own blob"),
            None => out.resize(values.len(), missing),
        }
        out.iter().map(|v: &T| v.bits()).collect()
    }

    const SHAPES: [Shape; 3] = [Shape::Plain, Shape::Rising, Shape::Random];

    proptest! {
        #[test]
        fn any_column_comes_back(
            small in proptest::collection::vec(prop_oneof![Just(u32::MAX), any::<u32>(), 0u32..9], 0..300),
            times in proptest::collection::vec(any::<i64>(), 0..300),
            costs in proptest::collection::vec(any::<f64>(), 0..50),
        ) {
            for shape in SHAPES {
                let bits: Vec<u64> = small.iter().map(|v| v.bits()).collect();
                prop_assert_eq!(round_trip(&small, u32::MAX, shape), bits);
                let bits: Vec<u64> = times.iter().map(|v| v.bits()).collect();
                prop_assert_eq!(round_trip(&times, 0, shape), bits);
                let bits: Vec<u64> = costs.iter().map(|v| v.bits()).collect();
                prop_assert_eq!(round_trip(&costs, f64::NAN, shape), bits);
            }
        }

        #[test]
        fn a_damaged_blob_is_an_error_and_no_panic(blob in proptest::collection::vec(any::<u8>(), 0..60), count in 0usize..99) {
            let mut out: Vec<u32> = Vec::new();
            let mut decoder = Decoder::default();
            let _ = decode(&mut decoder, &blob, count, u32::MAX, &mut out);
            // What a damaged one leaves behind changes nothing of the next, shorter or longer.
            for length in [9u32, 3, 70] {
                let values: Vec<u32> = (0..length).map(|i| i * i).collect();
                let blob = encode(&values, u32::MAX, Shape::Plain).expect("not all missing");
                let mut out: Vec<u32> = Vec::new();
                decode(&mut decoder, &blob, values.len(), u32::MAX, &mut out).expect("own blob");
                prop_assert_eq!(&out, &values);
            }
        }
    }

    #[test]
    fn columns_longer_than_what_is_taken_apart_at_a_time_come_back() {
        let small_then_large =
            |i: u64| if i < 1500 { i } else { i.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        for count in [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK - 7] {
            let large: Vec<u64> = (0..count as u64).map(small_then_large).collect();
            let small: Vec<u32> = large.iter().map(|bits| *bits as u32).collect();
            for shape in SHAPES {
                assert!(round_trip(&large, 0, shape) == large, "{shape:?}");
                let bits: Vec<u64> = small.iter().map(|v| v.bits()).collect();
                assert!(round_trip(&small, 0, shape) == bits, "{shape:?}");
            }
        }
    }

    #[test]
    fn a_column_without_values_takes_no_space_and_a_constant_one_next_to_none() {
        assert_eq!(encode(&[u32::MAX; 1000], u32::MAX, Shape::Plain), None);
        assert_eq!(encode(&[7u32; 1000], u32::MAX, Shape::Plain).map(|b| b.len()), Some(5));
    }

    #[test]
    fn missing_values_take_a_bit_each_and_the_others_what_they_take_alone() {
        let known: Vec<u32> = (0..6000u32).map(|i| i.wrapping_mul(2_654_435_761) >> 9).collect();
        let alone = encode(&known, u32::MAX, Shape::Plain).expect("known").len();
        for kept in [2, 5, 63] {
            let all: Vec<u32> =
                known.chunks(kept).flat_map(|v| [v, &[u32::MAX]].concat()).collect();
            let blob = encode(&all, u32::MAX, Shape::Plain).expect("known");
            assert_eq!(blob[0], SPARSE | PLANES);
            assert!(blob.len() < alone + all.len() / 8 + 50, "{} and {alone}", blob.len());
            let bits: Vec<u64> = all.iter().map(|v| v.bits()).collect();
            assert_eq!(round_trip(&all, u32::MAX, Shape::Plain), bits);
        }
    }

    #[test]
    fn bits_that_say_another_number_of_values_than_there_are_are_damage() {
        let blob = |bits: u8, there: u32| {
            let body = [&[bits][..], &[5; 8]].concat();
            let body = zstd::bulk::compress(&body, LEVEL).expect("packed");
            [&[SPARSE | PLANES][..], &there.to_le_bytes(), &body].concat()
        };
        let read = |blob: Vec<u8>, count| {
            let mut values = Vec::new();
            decode(&mut Decoder::default(), &blob, count, u32::MAX, &mut values).map(|()| values)
        };
        let five = 0x0505_0505;
        assert_eq!(read(blob(0b101, 2), 3).expect("sound"), [five, u32::MAX, five]);
        for (blob, count) in [
            (blob(0b111, 2), 3),
            (blob(0b001, 2), 3),
            (blob(0b101, 2), 2),
            (blob(0b101, 3), 3),
            (blob(0b101, u32::MAX), 3),
            (blob(0b101, 2)[..4].to_vec(), 3),
        ] {
            read(blob, count).expect_err("damaged");
        }
    }
}
