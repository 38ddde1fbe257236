//! Packing slices of a source for keeping: what ingest packs, the case file stores and unpacks.
//!
//! The first byte says how. 0: a zstd frame. 1: a zstd frame of the slice turned from lines into
//! fields ([`fields`]), which takes about two thirds of the space on logs, because values of one
//! field resemble one another more than they resemble their neighbours in the line.

mod back;
mod cut;
mod digits;
mod fields;
mod group;
mod layout;
mod literal;
mod shelf;
mod turned;
mod values;

use std::io;

pub use fields::{Line, Look};
pub use turned::{Group, Turned, Values};

const PLAIN: u8 = 0;
const FIELDS: u8 = 1;
/// Higher levels cost more time than the space is worth.
const LEVEL: i32 = 1;
/// Entries of the table of what came before, as a power of two: it fits into the nearest cache,
/// where the one of this level does not, and what is packed takes half a percent more.
const HASH_LOG: u32 = 13;

/// Longer slices are never made: a damaged length must not ask for memory.
const LONGEST: usize = 1 << 29;

/// Packs slices; keeps its working memory between them.
pub struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
    turned: fields::Turner,
    /// Whether the slice at hand is turned.
    has_fields: bool,
    frame: Vec<u8>,
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer")
    }
}

impl Default for Packer {
    fn default() -> Self {
        let mut compressor = zstd::bulk::Compressor::new(LEVEL).expect("a level of zstd");
        let table = zstd::zstd_safe::CParameter::HashLog(HASH_LOG);
        compressor.set_parameter(table).expect("a size of zstd");
        Self { compressor, turned: fields::Turner::default(), has_fields: false, frame: Vec::new() }
    }
}

impl Packer {
    /// Packs a slice.
    pub fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.begin(bytes);
        self.finish(bytes)
    }

    /// Begins to pack a slice, for those who want to know how its lines are cut.
    pub fn begin(&mut self, bytes: &[u8]) {
        self.has_fields = self.turned.begin(bytes);
    }

    /// How the next line is cut; `None` after the last, or where lines are kept as they are.
    #[inline]
    pub fn next_line(&mut self, bytes: &[u8]) -> Option<Line<'_>> {
        if self.has_fields { self.turned.next_line(bytes) } else { None }
    }

    /// Packs the slice that was begun.
    pub fn finish(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (tag, bytes) = match self.has_fields {
            true => (FIELDS, self.turned.finish(bytes)),
            false => (PLAIN, bytes),
        };
        self.frame.clear();
        self.frame.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        self.compressor
            .compress_to_buffer(bytes, &mut self.frame)
            .expect("the buffer holds the worst case");
        let mut out = Vec::with_capacity(1 + self.frame.len());
        out.push(tag);
        out.extend_from_slice(&self.frame);
        out
    }
}

/// A slice unpacked from its frame, and no further.
#[derive(Debug)]
pub enum Frame {
    /// The slice as it was.
    Plain(Vec<u8>),
    /// Turned into fields.
    Fields(Vec<u8>),
}

impl Frame {
    fn new(bytes: Vec<u8>, is_turned: bool) -> Self {
        if is_turned { Self::Fields(bytes) } else { Self::Plain(bytes) }
    }

    /// Its memory, to open another one in.
    pub fn into_buffer(self) -> Vec<u8> {
        match self {
            Self::Plain(bytes) | Self::Fields(bytes) => bytes,
        }
    }

    /// The fields of the slice of this length, where it was turned; `None` too when the bytes are
    /// damaged.
    pub fn turned(&self, length: usize) -> Option<Turned<'_>> {
        match self {
            Self::Plain(_) => None,
            Self::Fields(turned) => Turned::read(turned, length),
        }
    }

    /// The slice of this length.
    ///
    /// # Errors
    /// When the bytes are damaged or not of that length.
    pub fn into_bytes(self, length: usize) -> io::Result<Vec<u8>> {
        let bytes = match self {
            Self::Plain(bytes) => bytes,
            Self::Fields(turned) => {
                back::turn_back(&turned, length).ok_or_else(|| damaged("fields do not join"))?
            }
        };
        if bytes.len() != length {
            return Err(damaged("unpacked to another length"));
        }
        Ok(bytes)
    }
}

/// Unpacks the frame of a slice of a known length.
///
/// # Errors
/// When the packed bytes are damaged.
pub fn open(packed: &[u8], length: usize) -> io::Result<Frame> {
    let Packed { frame, most, is_turned } = Packed::of(packed, length)?;
    Ok(Frame::new(zstd::bulk::decompress(frame, most)?, is_turned))
}

/// [`open`] in memory that was used before, for those who open many: fresh memory has to be cleared
/// by the system first.
///
/// # Errors
/// As [`open`].
pub fn open_in(packed: &[u8], length: usize, mut buffer: Vec<u8>) -> io::Result<Frame> {
    let Packed { frame, most, is_turned } = Packed::of(packed, length)?;
    buffer.clear();
    buffer.reserve_exact(most);
    zstd::bulk::Decompressor::new()?.decompress_to_buffer(frame, &mut buffer)?;
    // Memory that was used before may be larger than it is asked to be.
    if buffer.len() > most {
        return Err(damaged("unpacked to another length"));
    }
    Ok(Frame::new(buffer, is_turned))
}

/// A frame as it is kept.
struct Packed<'a> {
    frame: &'a [u8],
    /// Bytes that may come out of it.
    most: usize,
    is_turned: bool,
}

impl<'a> Packed<'a> {
    fn of(packed: &'a [u8], length: usize) -> io::Result<Self> {
        if length > LONGEST {
            return Err(damaged("longer than any slice"));
        }
        match packed.split_first() {
            Some((&PLAIN, frame)) => Ok(Self { frame, most: length, is_turned: false }),
            Some((&FIELDS, frame)) => {
                Ok(Self { frame, most: fields::longest(length), is_turned: true })
            }
            _ => Err(damaged("packed in an unknown way")),
        }
    }
}

/// Unpacks a slice of a known length.
///
/// # Errors
/// When the packed bytes are damaged or not of that length.
pub fn unpack(packed: &[u8], length: usize) -> io::Result<Vec<u8>> {
    open(packed, length)?.into_bytes(length)
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = Packer::default();
        // Twice, because the packer keeps memory.
        let first = packer.pack(bytes);
        assert_eq!(packer.pack(bytes), first);
        unpack(&first, bytes.len()).expect("own bytes")
    }

    fn log(records: usize) -> String {
        (0..records)
            .map(|i| {
                let (account, text) = (i * i % 97, "\\\"".repeat(i % 3));
                format!(
                    "{{\"id\":\"req-{i}\",\"account_id\":\"ac{account:05}\",\"model\":\"m{}\",\
                     \"input_tokens\":{},\"output_tokens\":{},\"text\":\"{text}\"}}\n",
                    account % 3,
                    i * 31 % 1009,
                    i * 17 % 757
                )
            })
            .collect()
    }

    #[test]
    fn a_log_is_turned_into_fields_and_takes_less_space_than_its_lines() {
        let log = log(2000);
        let packed = Packer::default().pack(log.as_bytes());
        assert_eq!(packed[0], FIELDS);
        assert!(unpack(&packed, log.len()).expect("own bytes") == log.as_bytes());
        let plain = zstd::bulk::compress(log.as_bytes(), LEVEL).expect("compressed");
        assert!(packed.len() * 10 < plain.len() * 9, "{} of {}", packed.len(), plain.len());
    }

    /// Records that leave fields out, each of two to the power of `optional` layouts.
    fn log_of_many_layouts(records: usize, optional: usize) -> String {
        let field = |i: usize, name: usize| match (i.wrapping_mul(2_654_435_761) >> name) & 1 {
            0 => String::new(),
            _ => format!(",\"f{name}\":\"v{}\"", i * (name + 7) % 1013),
        };
        (0..records)
            .map(|i| {
                let fields: String = (0..optional).map(|name| field(i, name)).collect();
                format!("{{\"id\":{i}{fields}}}\n")
            })
            .collect()
    }

    #[test]
    fn records_that_leave_fields_out_come_back_however_many_layouts_there_are() {
        for optional in [2, 6, 9, 14] {
            let log = log_of_many_layouts(3000, optional);
            assert!(round_trip(log.as_bytes()) == log.as_bytes(), "{optional} optional fields");
        }
    }

    #[test]
    fn a_slice_opened_in_used_memory_is_the_same_and_all_lines_are_in_one_group() {
        let mut memory = vec![7; 99];
        for log in [log_of_many_layouts(3000, 9), log(20), "no log".into(), log(2000)] {
            let packed = Packer::default().pack(log.as_bytes());
            let frame = open_in(&packed, log.len(), memory).expect("sound");
            if let Some(turned) = frame.turned(log.len()) {
                let naive: Vec<Vec<u32>> =
                    (0..turned.groups.len()).map(|group| turned.lines_of(group)).collect();
                assert_eq!(turned.lines_by_group(), naive);
            }
            let (Frame::Plain(bytes) | Frame::Fields(bytes)) = &frame;
            let fresh = open(&packed, log.len()).expect("sound").into_buffer();
            assert!(*bytes == fresh);
            memory = frame.into_buffer();
        }
    }

    #[test]
    fn the_keys_of_a_layout_are_kept_once_and_not_a_line() {
        let log = log_of_many_layouts(3000, 4);
        let packed = Packer::default().pack(log.as_bytes());
        let plain = zstd::bulk::compress(log.as_bytes(), LEVEL).expect("compressed");
        assert!(packed.len() * 10 < plain.len() * 8, "{} of {}", packed.len(), plain.len());
    }

    #[test]
    fn how_a_slice_is_packed_does_not_depend_on_those_before_it() {
        let logs = [log_of_many_layouts(3000, 9), log(2000), log_of_many_layouts(3000, 4), log(30)];
        let fresh = logs.each_ref().map(|log| Packer::default().pack(log.as_bytes()));
        let mut packer = Packer::default();
        for i in [0, 1, 2, 3, 2, 1, 0, 3, 0] {
            assert!(packer.pack(logs[i].as_bytes()) == fresh[i], "slice {i}");
        }
    }

    #[test]
    fn a_line_that_begins_with_a_colon_makes_no_key_of_the_field_before_it() {
        let line = "{\"a\":\"b\",\"c\":\"d\"}\n";
        let lines = [line, line, ":\"\"\"\"", line, ":", line, line, ":", line];
        round_trip(lines.concat().repeat(3).as_bytes());
    }

    #[test]
    fn what_is_no_log_is_packed_as_it_is() {
        for bytes in [&b""[..], b"\n", b"\"", &[0xff; 5000]] {
            assert_eq!(Packer::default().pack(bytes)[0], PLAIN);
            assert_eq!(round_trip(bytes), bytes);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just(b"\"".to_vec()), Just(b"\n".to_vec()), Just(b"\\".to_vec()), Just(b",".to_vec()),
                    Just(b"{\"a\":\"b\",\"c\":\"d\"}\n".to_vec()), Just(b"1,2,3,4\r\n".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..4),
                ], 0..400),
        ) {
            let bytes = pieces.concat();
            prop_assert!(round_trip(&bytes) == bytes);
        }

        #[test]
        fn damaged_bytes_are_an_error_and_no_panic(at in 0usize..4000, with in any::<u8>(), cut in 0usize..4000, length in 0usize..9999) {
            let log = log(40);
            let mut turner = fields::Turner::default();
            prop_assert!(turner.begin(log.as_bytes()));
            let mut turned = turner.finish(log.as_bytes()).to_vec();
            let at = at % turned.len();
            turned[at] = with;
            let _ = back::turn_back(&turned[..cut.min(turned.len())], length);
            let _ = back::turn_back(&turned, log.len());
            let mut packed = Packer::default().pack(log.as_bytes());
            let at = at % packed.len();
            packed[at] = with;
            let _ = unpack(&packed, log.len());
        }
    }

    #[test]
    fn more_lines_than_a_slice_can_have_are_refused() {
        let turned = |lines: u32, of_group: u32| {
            let mut bytes = vec![b','];
            bytes.extend_from_slice(&lines.to_le_bytes());
            bytes.extend_from_slice(&[0, 1]);
            bytes.extend_from_slice(&of_group.to_le_bytes());
            bytes.extend_from_slice(&1u32.to_le_bytes());
            bytes.extend_from_slice(&(fields::CONSTANT | 2).to_le_bytes());
            bytes.extend_from_slice(b"x\n");
            Frame::Fields(bytes)
        };
        assert!(turned(3, 3).turned(6).is_some());
        assert!(turned(8, 8).turned(6).is_none());
        assert!(turned(3, u32::MAX).turned(6).is_none());
        assert!(turned(u32::MAX, u32::MAX).into_bytes(6).is_err());
    }

    #[test]
    fn a_slice_that_was_packed_before_there_were_shelves_comes_back() {
        let mut bytes = vec![b','];
        bytes.extend_from_slice(&3u32.to_le_bytes());
        bytes.extend_from_slice(&[1, 2]);
        // Lines of the group, its fields, the length of the values of each.
        for numbers in [&[2, 2, 4, fields::CONSTANT | 2][..], &[1, 3, 2, 2, 3]] {
            bytes.extend(numbers.iter().flat_map(|number: &u32| number.to_le_bytes()));
        }
        bytes.extend_from_slice(&[0, 1, 0]);
        bytes.extend_from_slice(b"a\nb\nx\n1\n2\n33\n");
        let lines = b"a,x\n1,2,33\nb,x";
        let back = Frame::Fields(bytes).into_bytes(lines.len()).expect("sound");
        assert_eq!(back, lines);
    }
}
