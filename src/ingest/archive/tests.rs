//! Tests of archives, made here byte by byte where no tool would make them.

use std::io::{Cursor, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use super::*;

/// What an archive gave: the logs with their bytes and hashes, and a word on each of the others.
#[derive(Debug, Default)]
struct Gave {
    logs: Vec<(String, String)>,
    hashes: Vec<String>,
    problems: Vec<String>,
    left: Vec<String>,
    failed: Vec<String>,
    end: Option<ArchiveSummary>,
}

fn read(name: &str, bytes: &[u8]) -> Gave {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let Ok(Opened::Archive(archive)) = Opened::open(&path) else { panic!("{name}: no archive") };
    gather(archive.members(), folder.path())
}

fn gather(mut members: Members, folder: &Path) -> Gave {
    let mut gave = Gave::default();
    let under =
        |path: &Path| path.display().to_string().replace(&format!("{}/", folder.display()), "");
    while let Some(member) = members.next(&Progress::default()).expect("not cancelled") {
        match member {
            Member::Log(source) => {
                let path = under(&source.path);
                let (bytes, summary) = source.read_all().expect("read");
                gave.logs.push((path, String::from_utf8_lossy(&bytes).into_owned()));
                gave.hashes.push(summary.sha256);
                gave.problems.extend(summary.problem);
            }
            Member::Left(path, why) => gave.left.push(format!("{}: {why}", under(&path))),
            Member::Failed(path, error) => {
                let error = error.to_string().replace(&format!("{}/", folder.display()), "");
                assert!(error.contains(&under(&path)), "{error} names {path:?}");
                gave.failed.push(error);
            }
            Member::End(summary) => gave.end = Some(summary),
        }
    }
    gave
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(members, SimpleFileOptions::default())
}

fn zip_with(members: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, options).expect("started");
        zip.write_all(bytes).expect("memory writes");
    }
    zip.finish().expect("finished").into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        append(&mut tar, name, bytes, ::tar::EntryType::Regular);
    }
    tar.into_inner().expect("finished")
}

/// Writes the name as it is: the library would refuse the bad ones.
fn append(tar: &mut ::tar::Builder<Vec<u8>>, name: &str, bytes: &[u8], kind: ::tar::EntryType) {
    let mut header = ::tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    tar.append(&header, bytes).expect("memory writes");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("memory writes");
    packed.finish().expect("memory writes")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("memory writes")
}

fn logs(gave: &Gave) -> Vec<(&str, &str)> {
    gave.logs.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

#[test]
fn every_member_is_a_log_with_the_hash_of_its_own_bytes() {
    let members = [("b/two.jsonl", &b"hello\n"[..]), ("a.jsonl", b"one\n")];
    for (name, bytes) in [
        ("x.zip", zip(&members)),
        ("x.tar", tar(&members)),
        ("x.tgz", gzip(&tar(&members))),
        ("x.tar.zst", zstd(&tar(&members))),
    ] {
        let gave = read(name, &bytes);
        let (one, two) = (format!("{name}/a.jsonl"), format!("{name}/b/two.jsonl"));
        let mut expected = [(two.as_str(), "hello\n"), (one.as_str(), "one\n")];
        // Only an archive with a list of its members can be read in the order of names.
        let hello = usize::from(name == "x.zip");
        if hello == 1 {
            expected.reverse();
        }
        assert_eq!(logs(&gave), expected);
        assert!(gave.hashes[hello].starts_with("5891b5b522d5df086d0ff0b110fbd9d2"), "sha256sum");
        let end = gave.end.expect("read to its end");
        assert_eq!(end.bytes, bytes.len() as u64);
        assert_eq!(
            end.sha256,
            crate::model::text::hex(&<sha2::Sha256 as sha2::Digest>::digest(bytes))
        );
    }
}

#[test]
fn a_member_may_be_packed_and_an_archive_itself_up_to_a_depth() {
    let inner = zip(&[("log.jsonl.gz", &gzip(b"one\n"))]);
    let middle = gzip(&tar(&[("in.zip", &inner), ("log.zst", &zstd(b"two\n"))]));
    let gave = read("out.zip", &zip(&[("mid.tgz", &middle)]));
    let expected =
        [("out.zip/mid.tgz/in.zip/log.jsonl.gz", "one\n"), ("out.zip/mid.tgz/log.zst", "two\n")];
    assert_eq!(logs(&gave), expected);
    let gave = read("deep.tar", &tar(&[("out.zip", &zip(&[("mid.tgz", &middle)])), ("a", b"x\n")]));
    assert_eq!(gave.failed.len(), 1);
    assert!(gave.failed[0].contains("inside 3 archives; unpack it first"), "{:?}", gave.failed);
    assert_eq!(gave.logs.len(), 2, "what is not as deep is read: {:?}", gave.logs);
}

#[test]
fn bad_names_links_and_locked_members_are_said_one_by_one_and_the_rest_is_read() {
    let mut made = ::tar::Builder::new(Vec::new());
    let file = ::tar::EntryType::Regular;
    for name in ["../up.jsonl", "/etc/abs.jsonl", "ok.jsonl", "ok.jsonl", ".hidden"] {
        append(&mut made, name, b"1\n", file);
    }
    append(&mut made, "link", b"", ::tar::EntryType::Symlink);
    append(&mut made, "hard", b"", ::tar::EntryType::Link);
    append(&mut made, "fifo", b"", ::tar::EntryType::Fifo);
    append(&mut made, "dir/", b"", ::tar::EntryType::Directory);
    append(&mut made, "pax_global_header", b"9 a=bcd\n", ::tar::EntryType::XGlobalHeader);
    append(&mut made, "./ok.jsonl", b"1\n", file);
    append(&mut made, "last.jsonl", b"2\n", file);
    let gave = read("x.tar", &made.into_inner().expect("finished"));
    assert_eq!(logs(&gave), [("x.tar/ok.jsonl", "1\n"), ("x.tar/last.jsonl", "2\n")]);
    let same = "of the same name";
    let words = ["leads out of the archive", "absolute path", same, same];
    assert_eq!(gave.failed.len(), words.len(), "{:?}", gave.failed);
    words
        .iter()
        .zip(&gave.failed)
        .for_each(|(word, error)| assert!(error.contains(word), "{error}"));
    assert_eq!(gave.left.len(), 4, "{:?}", gave.left);

    let mut made = zip(&[("aa/up.jsonl", &b"1\n"[..]), ("b\u{1}c", b"1\n"), ("ok.jsonl", b"3\n")]);
    replace(&mut made, b"aa/up.jsonl", b"../up.jsonl");
    replace(&mut made, b"b\x01c", b"b\0c");
    let gave = read("x.zip", &made);
    assert_eq!(logs(&gave), [("x.zip/ok.jsonl", "3\n")]);
    assert!(gave.failed[0].contains("leads out"), "{:?}", gave.failed);
    assert!(gave.failed[1].contains("zero byte"), "{:?}", gave.failed);
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let at: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|i| bytes[*i..].starts_with(from)).collect();
    assert_eq!(at.len(), 2, "in front of the member and in the list");
    at.iter().for_each(|i| bytes[*i..*i + to.len()].copy_from_slice(to));
}

#[test]
fn a_locked_a_doubled_and_a_strangely_packed_member_of_a_zip_are_said() {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let two = [("a.jsonl", &b"1\n"[..]), ("b.jsonl", b"2\n")];
    let list = |zip: &[u8]| {
        let starts: Vec<usize> =
            (0..zip.len()).filter(|i| zip[*i..].starts_with(b"PK\x01\x02")).collect();
        (
            starts[0],
            (0..zip.len()).find(|i| zip[*i..].starts_with(b"PK\x03\x04")).expect("a member"),
        )
    };
    let mut locked = zip_with(&two, stored);
    let (in_list, in_front) = list(&locked);
    (locked[in_list + 8], locked[in_front + 6]) = (1, 1);
    let gave = read("x.zip", &locked);
    assert!(gave.failed[0].contains("a.jsonl: encrypted; unpack it"), "{:?}", gave.failed);
    assert_eq!(logs(&gave), [("x.zip/b.jsonl", "2\n")]);
    let mut odd = zip_with(&two, stored);
    let (in_list, in_front) = list(&odd);
    (odd[in_list + 10], odd[in_front + 8]) = (97, 97);
    let gave = read("x.zip", &odd);
    assert_eq!((gave.failed.len(), gave.logs.len()), (1, 1), "{:?}", gave.failed);
    let mut doubled = zip_with(&two, stored);
    replace(&mut doubled, b"b.jsonl", b"a.jsonl");
    let gave = read("x.zip", &doubled);
    assert!(gave.failed[0].contains("same name"), "{:?}", gave.failed);
    assert_eq!(gave.logs.len(), 1);
}

#[test]
fn an_archive_cut_short_gives_what_it_holds_and_says_where_it_ends() {
    let long: Vec<u8> = (0..400_000u32).flat_map(|i| i.to_string().into_bytes()).collect();
    let whole = tar(&[("a", &b"1\n"[..]), ("b", &long)]);
    for (name, bytes) in [
        ("x.tar", whole[..whole.len() / 2].to_vec()),
        ("x.tgz", {
            let packed = gzip(&whole);
            packed[..packed.len() / 2].to_vec()
        }),
    ] {
        let gave = read(name, &bytes);
        assert_eq!(gave.logs[0].1, "1\n");
        assert!(long.starts_with(gave.logs[1].1.as_bytes()) && gave.logs[1].1.len() > 100_000);
        assert_eq!(gave.problems.len(), 1, "{:?}", gave.problems);
        assert!(gave.problems[0].contains("ends early"), "{:?}", gave.problems);
    }
    let whole = zip(&[("a", &b"1\n"[..]), ("b", &long)]);
    let gave = read("x.zip", &whole[..whole.len() / 2]);
    assert_eq!(gave.failed.len(), 1);
    assert!(gave.failed[0].contains("damaged or ends early"), "{:?}", gave.failed);
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x55;
    let gave = read("x.zip", &flipped);
    assert_eq!(gave.problems.len(), 1, "{:?}", gave.failed);
}

#[test]
fn a_bomb_is_refused_however_it_is_wrapped() {
    let zeros = vec![0u8; 64 << 20];
    let once = zstd(&zeros);
    let many: Vec<u8> = std::iter::repeat_n(once, 6).flatten().collect();
    let zipped = zip_with(
        &[("bomb.zst", &many)],
        SimpleFileOptions::default().compression_method(CompressionMethod::Zstd),
    );
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [("x.zip", zipped), ("x.tar", tar(&[("bomb.zst", &many)]))] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let Ok(Opened::Archive(archive)) = Opened::open(&path) else { panic!("no archive") };
        let mut members = archive.members();
        let Ok(Some(Member::Log(source))) = members.next(&Progress::default()) else {
            panic!("no member")
        };
        let error = source.read_all().expect_err("a bomb");
        assert!(matches!(error, IngestError::Expansion { .. }), "{error}");
    }
}

/// What becomes of every member of a zip archive of two short logs and so many bombs between them.
fn among_bombs(bombs: usize) -> Vec<(String, Result<usize, String>)> {
    let bomb = vec![b' '; 300 << 20];
    let names: Vec<String> = (0..bombs).map(|i| format!("bomb{i}.jsonl")).collect();
    let mut members = vec![("a.jsonl", &b"1\n"[..])];
    members.extend(names.iter().map(|name| (name.as_str(), &bomb[..])));
    members.push(("z.jsonl", b"2\n"));
    let packing = SimpleFileOptions::default().compression_method(CompressionMethod::Zstd);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.zip");
    std::fs::write(&path, zip_with(&members, packing)).expect("written");
    let Ok(Opened::Archive(archive)) = Opened::open(&path) else { panic!("no archive") };
    let (mut members, mut seen) = (archive.members(), Vec::new());
    while let Some(member) = members.next(&Progress::default()).expect("not cancelled") {
        let (path, became) = match member {
            Member::Log(source) => {
                let path = source.path.clone();
                (path, source.read_all().map(|(bytes, _)| bytes.len()).map_err(|e| e.to_string()))
            }
            Member::Failed(path, error) => (path, Err(error.to_string())),
            _ => continue,
        };
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        seen.push((name, became));
    }
    seen
}

#[test]
fn a_bomb_among_logs_is_named_and_the_logs_are_read() {
    let seen = among_bombs(1);
    let [(_, first), (_, bomb), (_, last)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((first, last), (&Ok(2), &Ok(2)));
    let why = bomb.as_ref().expect_err("refused");
    assert!(why.contains("bomb0.jsonl: ") && why.contains("which no log does"), "{why}");
    // More of them are no accident, and cost the time of unpacking each.
    let seen = among_bombs(6);
    let read = seen.iter().filter(|(_, became)| became.is_ok()).count();
    assert_eq!(read, 1, "{seen:?}");
    let (name, why) = seen.last().expect("some");
    assert_eq!(name, "x.zip", "{seen:?}");
    let why = why.as_ref().expect_err("left");
    assert!(why.ends_with("members not looked at behind that one: 3"), "{why}");
}

#[test]
fn an_archive_whose_members_lie_on_one_another_is_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.jsonl", SimpleFileOptions::default()).expect("started");
    zip.write_all(b"1\n").expect("memory writes");
    zip.shallow_copy_file("a.jsonl", "b.jsonl").expect("named again");
    let gave = read("x.zip", &zip.finish().expect("finished").into_inner());
    assert!(gave.logs.is_empty() && gave.failed.len() == 1, "{:?}", gave.failed);
    assert!(gave.failed[0].contains("lie on one another"), "{:?}", gave.failed);
}

#[test]
fn a_member_nobody_reads_and_an_archive_nobody_wants_hold_nothing_up() {
    let long = vec![b'x'; 20 << 20];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.tar");
    std::fs::write(&path, tar(&[("a", &long), ("b", b"1\n")])).expect("written");
    let open = || match Opened::open(&path) {
        Ok(Opened::Archive(archive)) => archive.members(),
        _ => panic!("no archive"),
    };
    let progress = Progress::default();
    let mut members = open();
    assert!(matches!(members.next(&progress), Ok(Some(Member::Log(_)))), "dropped unread");
    let Ok(Some(Member::Log(second))) = members.next(&progress) else { panic!("no second") };
    assert_eq!(second.read_all().expect("read").0, b"1\n");
    let mut members = open();
    assert!(members.next(&progress).is_ok());
    progress.cancel();
    assert!(matches!(members.next(&progress), Err(IngestError::Cancelled(_))));
}

#[test]
fn an_office_document_is_no_archive_of_logs() {
    let gave = read("sheet.xlsx", &zip(&[("[Content_Types].xml", b"<x/>"), ("a.xml", b"<x/>")]));
    assert!(gave.failed[0].contains("save the sheet as CSV"), "{:?}", gave.failed);
    assert!(gave.logs.is_empty());
}

mod any_bytes {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Damage anywhere is said or harmless; it never ends in a panic or a hang.
        #[test]
        fn damaged_archives_do_not_panic(
            which in 0..3usize, at in any::<prop::sample::Index>(), flip in 1..=255u8, cut: bool,
        ) {
            let inner = zip(&[("c.jsonl", &b"3\n"[..])]);
            let members = [("a.jsonl", &b"1\n"[..]), ("b/b.jsonl", b"2\n"), ("in.zip", &inner)];
            let mut bytes = match which {
                0 => zip(&members),
                1 => tar(&members),
                _ => gzip(&tar(&members)),
            };
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            if cut {
                bytes.truncate(at);
            }
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("x");
            std::fs::write(&path, bytes).expect("written");
            if let Ok(Opened::Archive(archive)) = Opened::open(&path) {
                let mut members = archive.members();
                while let Ok(Some(member)) = members.next(&Progress::default()) {
                    if let Member::Log(source) = member {
                        let _ = source.read_all();
                    }
                }
            }
        }
    }
}
