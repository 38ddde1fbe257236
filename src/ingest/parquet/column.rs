//! A column of a row group: its values and levels, some records at a time.

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::data_type::{AsBytes, ByteArray, FixedLenByteArray, Int96};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::RowGroupReader;
use parquet::schema::types::ColumnDescPtr;

use super::text;
use super::tree::Meaning;

/// Values of a page that are read. Levels of a few bytes may claim billions of them.
const PAGE_VALUES: u32 = 1 << 24;
/// Julian day of 1970-01-01.
const JULIAN_1970: i64 = 2_440_588;
const DAY_NS: i64 = 86_400_000_000_000;

pub(super) struct Column {
    description: ColumnDescPtr,
    meaning: Meaning,
    reader: Option<ColumnReader>,
    values: Values,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    /// Levels read, and the place among them and among the values.
    levels: usize,
    level: usize,
    value: usize,
}

enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// What a file does not hold to.
fn broken(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

impl Column {
    pub(super) fn new(description: ColumnDescPtr, meaning: Meaning) -> Self {
        Self {
            description,
            meaning,
            reader: None,
            values: Values::Bool(Vec::new()),
            definitions: Vec::new(),
            repetitions: Vec::new(),
            levels: 0,
            level: 0,
            value: 0,
        }
    }

    /// Its name, with those of the groups around it.
    pub(super) fn name(&self) -> String {
        self.description.path().string()
    }

    /// Goes to the `nth` column of a row group.
    pub(super) fn open(&mut self, group: &dyn RowGroupReader, nth: usize) -> Result<()> {
        let pages = Box::new(Bounded(group.get_column_page_reader(nth)?));
        let reader = get_column_reader(self.description.clone(), pages);
        self.values = match &reader {
            ColumnReader::BoolColumnReader(_) => Values::Bool(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Values::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Values::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Values::Int96(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Values::Float(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Values::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Values::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Values::Fixed(Vec::new()),
        };
        self.reader = Some(reader);
        Ok(())
    }

    /// Reads the next records, all of which must be there.
    pub(super) fn fill(&mut self, records: usize) -> Result<()> {
        self.definitions.clear();
        self.repetitions.clear();
        (self.level, self.value) = (0, 0);
        let (definitions, repetitions) = (&mut self.definitions, &mut self.repetitions);
        macro_rules! read {
            ($reader:ident, $values:ident) => {{
                $values.clear();
                $reader.read_records(records, Some(definitions), Some(repetitions), $values)?
            }};
        }
        let (read, _, levels) = match (self.reader.as_mut(), &mut self.values) {
            (Some(ColumnReader::BoolColumnReader(r)), Values::Bool(v)) => read!(r, v),
            (Some(ColumnReader::Int32ColumnReader(r)), Values::Int32(v)) => read!(r, v),
            (Some(ColumnReader::Int64ColumnReader(r)), Values::Int64(v)) => read!(r, v),
            (Some(ColumnReader::Int96ColumnReader(r)), Values::Int96(v)) => read!(r, v),
            (Some(ColumnReader::FloatColumnReader(r)), Values::Float(v)) => read!(r, v),
            (Some(ColumnReader::DoubleColumnReader(r)), Values::Double(v)) => read!(r, v),
            (Some(ColumnReader::ByteArrayColumnReader(r)), Values::Bytes(v)) => read!(r, v),
            (Some(ColumnReader::FixedLenByteArrayColumnReader(r)), Values::Fixed(v)) => {
                read!(r, v)
            }
            _ => return Err(broken("it is not of the kind it was")),
        };
        if read < records {
            return Err(broken("it has fewer values than its row group has rows"));
        }
        self.levels = levels;
        Ok(())
    }

    /// Definition level of the next value.
    pub(super) fn definition(&self) -> Result<i16> {
        if self.level >= self.levels {
            return Err(broken("it is not nested as the columns beside it"));
        }
        // A column that never misses has no levels.
        let most = self.description.max_def_level();
        Ok(self.definitions.get(self.level).copied().unwrap_or(most))
    }

    /// Whether the next value is another item of the list at this repetition level.
    pub(super) fn repeats(&self, level: i16) -> bool {
        self.level < self.levels && self.repetitions.get(self.level) == Some(&level)
    }

    /// Goes on by one value, which may be missing; its position if it is there.
    fn step(&mut self) -> Result<Option<usize>> {
        let is_there = self.definition()? == self.description.max_def_level();
        self.level += 1;
        self.value += usize::from(is_there);
        Ok(is_there.then(|| self.value - 1))
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self) -> Result<()> {
        self.step().map(drop)
    }

    /// Appends the next value as JSON; whether there is one.
    pub(super) fn write(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let Some(i) = self.step()? else { return Ok(false) };
        let missing = || broken("it has fewer values than it says");
        macro_rules! at {
            ($values:expr) => {
                $values.get(i).ok_or_else(missing)?
            };
        }
        match &self.values {
            Values::Bool(v) => out.extend_from_slice(if *at!(v) { b"true" } else { b"false" }),
            // A number without a sign fills all bits that it has.
            Values::Int32(v) if self.meaning == Meaning::Unsigned => {
                text::unsigned(out, u64::from(*at!(v) as u32));
            }
            Values::Int32(v) => number(out, self.meaning, i64::from(*at!(v))),
            Values::Int64(v) => number(out, self.meaning, *at!(v)),
            Values::Int96(v) => int96(out, at!(v)),
            Values::Float(v) => return Ok(text::float(out, *at!(v))),
            Values::Double(v) => return Ok(text::float(out, *at!(v))),
            Values::Bytes(v) => return Ok(bytes(out, self.meaning, at!(v).data())),
            Values::Fixed(v) => return Ok(bytes(out, self.meaning, at!(v).data())),
        }
        Ok(true)
    }
}

fn number(out: &mut Vec<u8>, meaning: Meaning, value: i64) {
    match meaning {
        Meaning::Unsigned => text::unsigned(out, value as u64),
        Meaning::Date => text::date(out, value),
        Meaning::Time(per_second) if (0..86_400 * per_second).contains(&value) => {
            text::time(out, value, per_second);
        }
        Meaning::Moment(per_second, is_utc) => text::moment(out, value, per_second, is_utc),
        Meaning::Decimal(scale) => text::decimal(out, value.into(), scale),
        _ => text::integer(out, value),
    }
}

/// The old moments: nanoseconds of a day, and a Julian day.
fn int96(out: &mut Vec<u8>, value: &Int96) {
    let [low, high, day] = *value.data() else { return };
    let of_day = (u64::from(high) << 32 | u64::from(low)) as i64;
    let day = i64::from(day as i32) - JULIAN_1970;
    let nanoseconds = day.checked_mul(DAY_NS).and_then(|start| start.checked_add(of_day));
    match nanoseconds {
        Some(nanoseconds) => text::moment(out, nanoseconds, 1_000_000_000, false),
        // Before or after all logs: its bytes, so that nothing is made up.
        None => text::hex(out, value.as_bytes()),
    }
}

/// Appends bytes as what they mean; whether JSON has something for them.
fn bytes(out: &mut Vec<u8>, meaning: Meaning, value: &[u8]) -> bool {
    match meaning {
        Meaning::Text => text::string(out, value),
        Meaning::Uuid if value.len() == 16 => text::uuid(out, value),
        Meaning::Decimal(scale) if (1..=16).contains(&value.len()) => {
            text::decimal(out, big_endian(value), scale);
        }
        Meaning::Half if value.len() == 2 => {
            return text::float(out, text::half(u16::from_le_bytes([value[0], value[1]])));
        }
        Meaning::Json if is_one_line(value) => out.extend_from_slice(value),
        Meaning::Json | Meaning::Binary if std::str::from_utf8(value).is_ok() => {
            text::string(out, value);
        }
        _ => text::hex(out, value),
    }
    true
}

/// Whether bytes can stand in a line of JSON as they are.
fn is_one_line(value: &[u8]) -> bool {
    memchr::memchr2(b'\n', b'\r', value).is_none()
        && serde_json::from_slice::<serde::de::IgnoredAny>(value).is_ok()
}

fn big_endian(bytes: &[u8]) -> i128 {
    let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i128::from(*byte))
}

/// Pages that hold no more values than a page can have been written with.
struct Bounded(Box<dyn PageReader>);

impl PageReader for Bounded {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.0.get_next_page()?;
        match &page {
            Some(page) if page.num_values() > PAGE_VALUES => {
                Err(broken("a page of it claims more values than any has"))
            }
            _ => Ok(page),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

impl Iterator for Bounded {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
