//! Tests of rendering, with files written by the same library's other half.

use std::io::{Read, Seek};
use std::sync::Arc;

use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::*;

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

/// A file with the columns of `schema`, each row group written by one of `groups`.
fn made(schema: &str, groups: &[&dyn Fn(&mut Group<'_>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let properties = Arc::new(
        WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY).build(),
    );
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).expect("begun");
    for write in groups {
        let mut group = writer.next_row_group().expect("begun");
        write(&mut group);
        group.close().expect("closed");
    }
    writer.into_inner().expect("written")
}

fn column<T: DataType>(group: &mut Group<'_>, values: &[T::T], levels: [Option<&[i16]>; 2]) {
    let mut column = group.next_column().expect("begun").expect("another column");
    column.typed::<T>().write_batch(values, levels[0], levels[1]).expect("written");
    column.close().expect("closed");
}

fn text(values: &[&str]) -> Vec<ByteArray> {
    values.iter().map(|text| ByteArray::from(*text)).collect()
}

/// What a file renders to, and why no further.
fn rendered(bytes: &[u8]) -> (String, Option<String>) {
    let mut file = tempfile::tempfile().expect("a file");
    io::Write::write_all(&mut file, bytes).expect("written");
    file.rewind().expect("rewound");
    let mut reader = render(Path::new("x.parquet"), file, None);
    let mut out = Vec::new();
    let error = reader.read_to_end(&mut out).err().map(|e| e.to_string());
    (String::from_utf8(out).expect("text"), error)
}

#[test]
fn every_kind_of_value_is_written_as_json_has_it() {
    let schema = "message log {
        required boolean yes; required int32 small (INTEGER(32,false));
        optional int64 big; required float part; optional double whole;
        required int64 at (TIMESTAMP(MICROS,true)); required int64 local (TIMESTAMP(MILLIS,false));
        required int96 old; required int32 day (DATE); required int32 clock (TIME(MILLIS,true));
        required int64 cost (DECIMAL(18,4)); required fixed_len_byte_array(3) debt (DECIMAL(6,2));
        required binary name (STRING); required binary extra (JSON); required binary bytes;
        required fixed_len_byte_array(16) id (UUID); required fixed_len_byte_array(2) half (FLOAT16);
    }";
    let none: [Option<&[i16]>; 2] = [None, None];
    let far = Int96::from(vec![0, 0, u32::MAX >> 1]);
    let bytes = made(
        schema,
        &[&|g| {
            column::<BoolType>(g, &[true, false], none);
            column::<Int32Type>(g, &[-1, 7], none);
            column::<Int64Type>(g, &[i64::MIN], [Some(&[1, 0]), None]);
            column::<FloatType>(g, &[0.5, f32::NAN], none);
            column::<DoubleType>(g, &[1e300], [Some(&[0, 1]), None]);
            column::<Int64Type>(g, &[1_772_366_400_123_456, 0], none);
            column::<Int64Type>(g, &[1_772_366_400_123, -1], none);
            column::<Int96Type>(g, &[Int96::from(vec![5, 0, 2_440_589]), far], none);
            column::<Int32Type>(g, &[11_016, -1], none);
            column::<Int32Type>(g, &[3_723_004, -5], none);
            column::<Int64Type>(g, &[12_345, -1], none);
            let debts = [vec![0xff, 0xff, 0x9c], vec![0, 1, 0]];
            column::<FixedLenByteArrayType>(g, &debts.map(FixedLenByteArray::from), none);
            column::<ByteArrayType>(g, &text(&["a\"b\\\n\u{1}ä", ""]), none);
            column::<ByteArrayType>(g, &text(&["{\"k\":[1]}", "{oops"]), none);
            let odd = [ByteArray::from(vec![0xff, 0x00, 0xab]), ByteArray::from("plain")];
            column::<ByteArrayType>(g, &odd, none);
            let ids = [(0..16).collect::<Vec<u8>>(), vec![0xff; 16]];
            column::<FixedLenByteArrayType>(g, &ids.map(FixedLenByteArray::from), none);
            let halves = [vec![0, 0x3c], vec![0, 0x7e]];
            column::<FixedLenByteArrayType>(g, &halves.map(FixedLenByteArray::from), none);
        }],
    );
    let (lines, error) = rendered(&bytes);
    assert_eq!(error, None);
    let expected = [
        "{\"yes\":true,\"small\":4294967295,\"big\":-9223372036854775808,\"part\":0.5,\
         \"at\":\"2026-03-01T12:00:00.123456Z\",\"local\":\"2026-03-01T12:00:00.123\",\
         \"old\":\"1970-01-02T00:00:00.000000005\",\"day\":\"2000-02-29\",\
         \"clock\":\"01:02:03.004\",\"cost\":1.2345,\"debt\":-1.00,\
         \"name\":\"a\\\"b\\\\\\n\\u0001ä\",\"extra\":{\"k\":[1]},\"bytes\":\"ff00ab\",\
         \"id\":\"00010203-0405-0607-0809-0a0b0c0d0e0f\",\"half\":1.0}",
        // No number, and a time outside of any day, are not made up.
        "{\"yes\":false,\"small\":7,\"whole\":1e+300,\"at\":\"1970-01-01T00:00:00.000000Z\",\
         \"local\":\"1969-12-31T23:59:59.999\",\"old\":\"0000000000000000ffffff7f\",\
         \"day\":\"1969-12-31\",\"clock\":-5,\"cost\":-0.0001,\"debt\":2.56,\
         \"name\":\"\",\"extra\":\"{oops\",\"bytes\":\"plain\",\
         \"id\":\"ffffffff-ffff-ffff-ffff-ffffffffffff\"}",
    ];
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[0], expected[0]);
    assert_eq!(lines[1..], expected[1..]);
}

const NESTED: &str = "message log {
    optional group tools (LIST) { repeated group list { optional binary element (STRING); } }
    repeated int32 codes;
    optional group meta { optional binary who (STRING); optional group deep { required int32 n; } }
    optional group tags (MAP) {
        repeated group key_value { required binary key (STRING); optional int32 value; }
    }
}";

#[test]
fn lists_maps_and_groups_keep_what_is_empty_apart_from_what_is_missing() {
    let bytes = made(
        NESTED,
        &[&|g| {
            // ["a", null], [], nothing, ["b"]
            let levels: [Option<&[i16]>; 2] = [Some(&[3, 2, 1, 0, 3]), Some(&[0, 1, 0, 0, 0])];
            column::<ByteArrayType>(g, &text(&["a", "b"]), levels);
            // [1, 2], [], [], [3]
            let levels: [Option<&[i16]>; 2] = [Some(&[1, 1, 0, 0, 1]), Some(&[0, 1, 0, 0, 0])];
            column::<Int32Type>(g, &[1, 2, 3], levels);
            // who: x, missing in meta, meta missing, y; deep: 5, missing, -, missing
            column::<ByteArrayType>(g, &text(&["x", "y"]), [Some(&[2, 1, 0, 2]), None]);
            column::<Int32Type>(g, &[5], [Some(&[2, 1, 0, 1]), None]);
            // {k: 1, l: null}, {}, nothing, {m: 2}
            let repetitions: Option<&[i16]> = Some(&[0, 1, 0, 0, 0]);
            column::<ByteArrayType>(
                g,
                &text(&["k", "l", "m"]),
                [Some(&[2, 2, 1, 0, 2]), repetitions],
            );
            column::<Int32Type>(g, &[1, 2], [Some(&[3, 2, 1, 0, 3]), repetitions]);
        }],
    );
    let (lines, error) = rendered(&bytes);
    assert_eq!(error, None);
    let expected = "{\"tools\":[\"a\",null],\"codes\":[1,2],\"meta\":{\"who\":\"x\",\"deep\":{\"n\":5}},\
                    \"tags\":{\"k\":1,\"l\":null}}\n\
                    {\"tools\":[],\"codes\":[],\"meta\":{},\"tags\":{}}\n\
                    {\"codes\":[]}\n\
                    {\"tools\":[\"b\"],\"codes\":[3],\"meta\":{\"who\":\"y\"},\"tags\":{\"m\":2}}\n";
    assert_eq!(lines, expected);
}

/// Two row groups of 3,000 rows.
fn two_groups() -> Vec<u8> {
    let group = |g: &mut Group<'_>| {
        let texts: Vec<String> = (0..3_000).map(|i| format!("request number {i}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        column::<ByteArrayType>(g, &text(&texts), [None, None]);
        let numbers: Vec<i64> = (0..3_000).collect();
        column::<Int64Type>(g, &numbers, [None, None]);
    };
    made("message log { required binary id (STRING); required int64 n; }", &[&group, &group])
}

#[test]
fn rows_come_in_the_order_of_the_file_over_row_groups_and_batches() {
    let (lines, error) = rendered(&two_groups());
    assert_eq!(error, None);
    let numbers: Vec<u64> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|row| row["n"].as_u64().expect("a number"))
        .collect();
    assert!(numbers.iter().copied().eq((0..3_000).chain(0..3_000)));
}

#[test]
fn a_file_cut_short_or_encrypted_gives_nothing_but_a_reason_with_a_place() {
    let whole = two_groups();
    for cut in [4, 11, 12, 100, whole.len() / 2, whole.len() - 1] {
        let (lines, error) = rendered(&whole[..cut]);
        let error = error.expect("cut short");
        assert!(lines.is_empty() && error.contains("cut short"), "{error}");
        assert!(error.contains("x.parquet") && error.contains("at byte"), "{error}");
    }
    let mut locked = whole.clone();
    let end = locked.len() - 1;
    locked[end] = b'E';
    assert!(rendered(&locked).1.expect("locked").contains("encrypted"));
    let mut long = whole.clone();
    long[end - 7..end - 3].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(rendered(&long).1.expect("damaged").contains("claims 4294967295 bytes"));
}

#[test]
fn damage_in_a_later_row_group_leaves_the_rows_before_it() {
    let mut bytes = two_groups();
    let second = bytes.len() / 2;
    bytes[second..second + 2_000].fill(0xff);
    let (lines, error) = rendered(&bytes);
    let error = error.expect("damaged");
    assert!(lines.lines().count() >= 3_000, "{} rows", lines.lines().count());
    assert!(error.contains("after row") && error.contains("row group 1"), "{error}");
}

mod any_bytes {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Damage anywhere ends in rows and a reason; never in a process that is gone.
        #[test]
        fn damaged_files_end_in_a_reason(
            at in any::<prop::sample::Index>(), value: u8, in_footer: bool,
        ) {
            let mut bytes = two_groups();
            let from = if in_footer { bytes.len() - 400 } else { 4 };
            let at = from + at.index(bytes.len() - from);
            bytes[at] = value;
            let mut file = tempfile::tempfile().expect("a file");
            io::Write::write_all(&mut file, &bytes).expect("written");
            let mut reader = render(Path::new("x"), file, None);
            let mut out = Vec::new();
            let _ = reader.read_to_end(&mut out);
        }
    }
}
