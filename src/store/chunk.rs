//! How one column of up to 65,536 events becomes a compressed blob and back.
//!
//! The first byte says how: 0 one value for all; 1 values as byte planes (all lowest bytes, then
//! all second bytes…), zstd; 2 differences between neighbours, zigzag, as byte planes, zstd;
//! 3 values one after the other, zstd. Little-endian throughout. Planes keep the many zero bytes
//! of small numbers together, which is what makes them compress; fingerprints gain nothing from
//! that and repeat only as a whole.

use zstd::bulk::Decompressor;

use super::error::{Result, StoreError};

/// Events a chunk.
pub(super) const CHUNK: usize = 65_536;

const LEVEL: i32 = 1;

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

/// Compresses a column; `None` when every value is `missing`, which needs no blob.
pub(super) fn encode<T: Value>(values: &[T], missing: T, shape: Shape) -> Option<Vec<u8>> {
    let first = *values.first()?;
    if values.iter().all(|v| v.bits() == first.bits()) {
        let mut out = vec![CONSTANT];
        out.extend_from_slice(&first.bits().to_le_bytes()[..T::WIDTH]);
        return (first.bits() != missing.bits()).then_some(out);
    }
    let (tag, bytes) = match shape {
        Shape::Plain => (PLANES, planes::<T>(values.iter().map(|v| v.bits()), values.len())),
        Shape::Rising => (DELTA, planes::<T>(differences(values), values.len())),
        Shape::Random => (WHOLE, whole(values)),
    };
    let mut out = vec![0; 1 + zstd::zstd_safe::compress_bound(bytes.len())];
    out[0] = tag;
    let length = zstd::bulk::compress_to_buffer(&bytes, &mut out[1..], LEVEL)
        .expect("the buffer holds the worst case");
    out.truncate(1 + length);
    Some(out)
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

/// Appends the `count` values of a blob to `values`.
pub(super) fn decode<T: Value>(
    decoder: &mut Decoder,
    blob: &[u8],
    count: usize,
    values: &mut Vec<T>,
) -> Result<()> {
    let damaged = || StoreError::Damaged("a column chunk cannot be unpacked".into());
    let (&tag, body) = blob.split_first().ok_or_else(damaged)?;
    if tag == CONSTANT {
        let mut bits = [0u8; 8];
        bits.get_mut(..T::WIDTH)
            .filter(|_| body.len() == T::WIDTH)
            .ok_or_else(damaged)?
            .copy_from_slice(body);
        values.resize(values.len() + count, T::from_bits(u64::from_le_bytes(bits)));
        return Ok(());
    }
    let bytes = decoder.unpack(body, count * T::WIDTH).ok_or_else(damaged)?;
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
        _ => return Err(damaged()),
    }
    Ok(())
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

fn planes<T: Value>(mut bits: impl Iterator<Item = u64>, count: usize) -> Vec<u8> {
    let mut out = vec![0u8; count * T::WIDTH];
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
    out
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

fn whole<T: Value>(values: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(values.len() * T::WIDTH);
    for value in values {
        out.extend_from_slice(&value.bits().to_le_bytes()[..T::WIDTH]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip<T: Value>(values: &[T], missing: T, shape: Shape) -> Vec<u64> {
        let mut out = Vec::new();
        match encode(values, missing, shape) {
            Some(blob) => {
                decode(&mut Decoder::default(), &blob, values.len(), &mut out).expect("own blob")
            }
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
            let _ = decode(&mut decoder, &blob, count, &mut out);
            // What a damaged one leaves behind changes nothing of the next, shorter or longer.
            for length in [9u32, 3, 70] {
                let values: Vec<u32> = (0..length).map(|i| i * i).collect();
                let blob = encode(&values, u32::MAX, Shape::Plain).expect("not all missing");
                let mut out: Vec<u32> = Vec::new();
                decode(&mut decoder, &blob, values.len(), &mut out).expect("own blob");
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
}
