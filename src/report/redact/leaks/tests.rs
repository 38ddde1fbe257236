//! That leaks are found wherever they may lie.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::properties::{NAMES, WRITERS, canary};
use super::super::redactor_tests::redactor;
use super::super::{Kind, Redactor};
use super::{Leaks, Limits, Searched};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A PDF of some objects: dictionaries, and what their streams hold.
fn pdf(title: &[u8], streams: &[&[u8]]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Title ".to_vec();
    out.extend_from_slice(title);
    out.extend_from_slice(b">>\nendobj\n");
    for (number, stream) in (2..).zip(streams) {
        let packed = deflated(stream);
        let head =
            format!("{number} 0 obj\n<</Length {}/Filter/FlateDecode>>\nstream\n", packed.len());
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&packed);
        out.extend_from_slice(b"\nendstream\nendobj\n");
    }
    out.extend_from_slice(b"trailer <<>>\n%%EOF\n");
    out
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    [0xfe, 0xff].into_iter().chain(units).collect()
}

fn in_pdf_hex(bytes: &[u8]) -> Vec<u8> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("<{digits}>").into_bytes()
}

fn in_pdf_text(bytes: &[u8]) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        b'(' | b')' | b'\\' => vec![b'\\', *byte],
        32..=126 => vec![*byte],
        _ => format!("\\{byte:03o}").into_bytes(),
    };
    [b"(".to_vec(), bytes.iter().flat_map(one).collect(), b")".to_vec()].concat()
}

/// A table of glyphs, and the glyphs that show a text by it.
fn shown(text: &str) -> (Vec<u8>, Vec<u8>) {
    let letters: Vec<char> = text.chars().collect();
    let mut table = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange ".to_owned();
    table.push_str(&format!("{} beginbfchar ", letters.len()));
    let mut glyphs = String::new();
    for (code, letter) in (77..).zip(letters) {
        let mut units = [0; 2];
        let units = letter.encode_utf16(&mut units).iter().map(|unit| format!("{unit:04X}"));
        table.push_str(&format!("<{code:04X}> <{}> ", units.collect::<String>()));
        glyphs.push_str(&format!("<{code:04X}> {} ", code % 7 * 10));
    }
    table.push_str("endbfchar endcmap");
    let page = format!("q BT /F1 9 Tf 1 0 0 1 72 700 Tm [{glyphs}] TJ ET Q");
    (table.into_bytes(), page.into_bytes())
}

type Packer = fn(&str) -> Vec<u8>;

const CONTAINERS: [(&str, Packer); 14] = [
    ("x.csv", |text| format!("a,b\r\n1,x {text}\r\n").into_bytes()),
    ("x.txt.gz", |text| gzipped(format!("a {text} b").as_bytes())),
    ("x.zip", |text| zipped(&[("a", b"nothing"), ("b", format!("a {text}.").as_bytes())])),
    ("zip in zip", |text| zipped(&[("in.zip", &zipped(&[("b", text.as_bytes())]))])),
    ("gzip in zip", |text| zipped(&[("in.gz", &gzipped(text.as_bytes()))])),
    ("pdf string", |text| pdf(&in_pdf_text(text.as_bytes()), &[])),
    ("pdf hex string", |text| pdf(&in_pdf_hex(text.as_bytes()), &[])),
    ("pdf utf-16", |text| pdf(&in_pdf_text(&utf16(text)), &[])),
    ("pdf utf-16 in hex", |text| pdf(&in_pdf_hex(&utf16(text)), &[])),
    ("pdf stream", |text| pdf(b"()", &[b"nothing", format!("a {text} b").as_bytes()])),
    ("pdf object stream", |text| {
        pdf(b"()", &[&[b"<</Alt ".to_vec(), in_pdf_hex(&utf16(text)), b">>".to_vec()].concat()])
    }),
    ("pdf glyphs", |text| {
        let (table, page) = shown(text);
        pdf(b"()", &[&page, &table])
    }),
    ("pdf in zip", |text| zipped(&[("report.pdf", &pdf(b"()", &[text.as_bytes()]))])),
    ("utf-16 file", utf16),
];

fn search(redactor: &Redactor, name: &str, bytes: &[u8]) -> Searched {
    Leaks::of(redactor).search_bytes(name, bytes)
}

proptest! {
    #[test]
    fn a_planted_value_is_found_in_every_container(
        value in canary(), container in 0..CONTAINERS.len(),
        kind in prop::sample::select(NAMES.to_vec()), written in 0..WRITERS.len(),
    ) {
        let redactor = redactor("pseudonymise", &[(kind, &value)]);
        // Strings of a PDF are not written in another way once more.
        let is_text = !CONTAINERS[container].0.starts_with("pdf ");
        let text = if is_text { WRITERS[written].1(&value) } else { value.clone() };
        let (name, pack) = CONTAINERS[container];
        let found = search(&redactor, name, &pack(&text));
        prop_assert_eq!(&found.unread, &Vec::<String>::new());
        prop_assert!(!found.leaks.is_empty(), "{name}: {text}");
        for leak in &found.leaks {
            prop_assert_eq!(leak.kind, kind.as_str());
            prop_assert_eq!(&leak.pseudonym, &*redactor.value(kind, &value));
            let printed = format!("{leak:?}");
            prop_assert!(!printed.contains(&value), "{printed}");
        }
        let clean = search(&redactor, name, &pack(&redactor.value(kind, &value)));
        prop_assert!(clean.is_clean(), "{clean:?}");
    }

    #[test]
    fn what_was_redacted_has_no_leaks(
        value in canary(), other in canary(), written in 0..WRITERS.len(), text in "[a-y .,]{0,20}"
    ) {
        let learnt = [(Kind::Account, value.as_str()), (Kind::Session, &other)];
        let redactor = redactor("metadata-only", &learnt);
        let text = format!("{text} {} {other} {text}", WRITERS[written].1(&value));
        prop_assert!(!search(&redactor, "x", text.as_bytes()).leaks.is_empty());
        let found = search(&redactor, "x", redactor.text(&text).as_bytes());
        prop_assert!(found.is_clean(), "{found:?}");
    }

    #[test]
    fn any_bytes_are_looked_through_without_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..400), head in 0..5_usize
    ) {
        let heads: [&[u8]; 5] = [
            b"",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"%PDF-1.7\nstream\n\x78\x9c",
            b"%PDF-1.7 <</Encrypt",
        ];
        let bytes = [heads[head], &bytes].concat();
        let redactor = redactor("metadata-only", &[(Kind::Account, "ac001")]);
        let found = search(&redactor, "x", &bytes);
        prop_assert!(found.bytes >= bytes.len() as u64);
    }
}

#[test]
fn a_leak_says_where_it_is_and_not_what() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac\"001")]);
    let found = search(&redactor, "x.json", br#"{"csv":"\"id\",\"ac\\\"001\"","id":"ac\"001"}"#);
    let [nested, json] = &found.leaks[..] else { panic!("{found:?}") };
    assert_eq!((nested.offset, nested.written.as_str()), (17, "json in json"));
    assert_eq!((json.offset, json.written.as_str()), (36, "json"));
    assert_eq!((json.file.as_str(), json.kind), ("x.json", "account"));
    assert_eq!(found.bytes, 45);
}

#[test]
fn values_across_the_ends_of_pieces_are_found_once() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac001-long-name")]);
    for at in (1 << 20) - 20..(1 << 20) + 5 {
        let mut bytes = vec![b' '; (1 << 20) + 40_000];
        bytes[at..at + 15].copy_from_slice(b"ac001-long-name");
        let found = search(&redactor, "x", &bytes);
        assert_eq!(found.leaks.iter().map(|leak| leak.offset).collect::<Vec<_>>(), [at as u64]);
    }
    // What only looks like the value where a piece is cut off.
    for at in (1 << 20) + (16 << 10) - 20..(1 << 20) + (16 << 10) {
        let mut bytes = vec![b' '; (1 << 20) + 40_000];
        bytes[at..at + 16].copy_from_slice(b"ac001-long-names");
        assert!(search(&redactor, "x", &bytes).is_clean());
    }
}

#[test]
fn an_account_called_7_is_found_in_its_column_and_behind_its_name() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "7"), (Kind::Organisation, "free")]);
    for clean in [
        "account_id,events,plan,org_id\r\nacct-0000000000000000,7,free,\r\n",
        "{\"plan\":\"free\",\"text\":\"7\",\"free\":7}",
    ] {
        assert!(search(&redactor, "x", clean.as_bytes()).is_clean(), "{clean}");
    }
    for (text, kind) in [
        ("events,account_id\r\n7,\"7\"\r\n", "account"),
        ("events,account_id\n7,7", "account"),
        ("account_id,org_id\r\nx,\"a; free\"\r\n", "organisation"),
        ("{\"account_id\":\"7\"}", "account"),
        ("7 rows of account 7", "account"),
    ] {
        let found = search(&redactor, "x", text.as_bytes());
        assert_eq!(found.leaks.iter().map(|l| l.kind).collect::<Vec<_>>(), [kind], "{text}");
    }
}

#[test]
fn an_offset_that_is_written_like_an_id_is_no_leak() {
    let redactor = redactor("pseudonymise", &[(Kind::User, "104233")]);
    assert!(search(&redactor, "x", b"byte_offset,user_id\r\n104233,\r\n").is_clean());
    assert_eq!(search(&redactor, "x", b"byte_offset,user_id\r\n7,104233\r\n").leaks.len(), 1);
    assert_eq!(search(&redactor, "x", b"<node label=\"104233\"/>").leaks.len(), 1);
}

#[test]
fn networks_are_no_leaks_and_known_addresses_are_in_whatever_notation() {
    let redactor =
        redactor("subnets", &[(Kind::Address, "203.0.113.7:443"), (Kind::Address, "10.0.0.0")]);
    let clean = "203.0.113.0/24, 10.0.0.0/24, version 1.2.3.4, [masked address]";
    assert!(search(&redactor, "x", clean.as_bytes()).is_clean());
    for text in
        ["203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.7:80", "10.0.0.0"]
    {
        assert_eq!(search(&redactor, "x", text.as_bytes()).leaks.len(), 1, "{text}");
    }
}

#[test]
fn names_of_files_are_looked_through_and_not_repeated() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac001")]);
    let found = search(&redactor, "figures/ac001.svg", b"nothing");
    assert_eq!(found.leaks.len(), 1);
    let inside = search(&redactor, "x.zip", &zipped(&[("ac001.csv", b"ac001")]));
    assert!(inside.leaks.len() >= 2, "{inside:?}");
    assert!(!format!("{found:?}{inside:?}").contains("ac001"), "{found:?} {inside:?}");
}

#[test]
fn what_cannot_be_looked_through_is_said() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac001")]);
    let bomb = zipped(&[("zeros", &vec![0; 3 << 20]), ("more", b"ac001")]);
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    let found = Leaks::of(&redactor).within(limits).search_bytes("x.zip", &bomb);
    assert!(!found.is_clean() && found.bytes < 3 << 20, "{found:?}");
    let member = vec![b' '; 600 << 10];
    let many = zipped(&["a", "b", "c", "d"].map(|name| (name, member.as_slice())));
    let found = Leaks::of(&redactor).within(limits).search_bytes("x.zip", &many);
    assert!(!found.is_clean() && found.bytes < 3 << 19, "{found:?}");
    let deep = (0..5).fold(b"ac001".to_vec(), |inner, _| zipped(&[("x.zip", &inner)]));
    let found = search(&redactor, "x.zip", &deep);
    assert!(found.unread.iter().any(|note| note.contains("too deep")), "{found:?}");
    let damaged = gzipped(b"ac001 ac001 ac001");
    let damaged = &damaged[..damaged.len() - 9];
    let good = zipped(&[("x", b"ac001")]);
    let mixed: Vec<(&str, &[u8])> = vec![
        ("1.gz", damaged),
        ("2.gz", damaged),
        ("3.gz", damaged),
        ("4.gz", damaged),
        ("5.zip", &good),
    ];
    let found = search(&redactor, "x.zip", &zipped(&mixed));
    assert!(found.leaks.iter().any(|leak| leak.file == "x.zip/5.zip/x"), "{found:?}");
    assert_eq!(found.unread.len(), 4, "{found:?}");
    let held = Limits { held: 10, ..Limits::default() };
    let inner = zipped(&[("in.zip", &zipped(&[("x", b"ac001")]))]);
    let found = Leaks::of(&redactor).within(held).search_bytes("x.zip", &inner);
    assert!(found.unread[0].contains("too large"), "{found:?}");
    let cut = gzipped(&[7; 5000]);
    assert!(!search(&redactor, "x.gz", &cut[..cut.len() - 9]).is_clean());
    let foreign = b"%PDF-1.7\n1 0 obj\n<</Filter/LZWDecode>>\nstream\nxyz\nendstream";
    assert!(search(&redactor, "x.pdf", foreign).unread[0].contains("not undone"));
}

#[test]
fn many_leaks_are_counted_and_the_first_of_them_listed() {
    let redactor = redactor("pseudonymise", &[(Kind::Account, "ac001")]);
    let limits = Limits { listed: 10, ..Limits::default() };
    let text = "ac001 ".repeat(50);
    let found = Leaks::of(&redactor).within(limits).search_bytes("x", text.as_bytes());
    assert_eq!((found.leaks.len(), found.more), (10, 40));
    // Where pieces overlap and in several ways of writing, each counts once.
    let text = format!("{}{}", " ".repeat((1 << 20) - 100), "\"\"ac001\"\" ".repeat(50));
    let found = Leaks::of(&redactor).within(limits).search_bytes("x", text.as_bytes());
    assert_eq!((found.leaks.len(), found.more), (10, 40));
}
