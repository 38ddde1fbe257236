//! However a log is packed, it is the same log.

use std::fs;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use serde_json::Value;
use stillwatch::case::{Author, ImportError, ImportOptions, ImportReport, import};
use stillwatch::job::Progress;
use stillwatch::model::Time;
use stillwatch::synth::{Options, Scenario, World};

use crate::support::{Bench, native, not_run};

const EVENTS: u64 = 20_000;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// The lines in parts that each begin and end with a whole line.
fn parts(log: &[u8], number: usize) -> Vec<&[u8]> {
    let lines: Vec<&[u8]> = log.split_inclusive(|b| *b == b'\n').collect();
    let mut at = 0;
    lines
        .chunks(lines.len().div_ceil(number))
        .map(|part| {
            let length: usize = part.iter().map(|line| line.len()).sum();
            at += length;
            &log[at - length..at]
        })
        .collect()
}

#[test]
fn the_same_exchanges_give_the_same_content_however_they_are_written() {
    let options = Options { events: EVENTS, accounts: 400, seed: 3, scenario: Scenario::Sample };
    let world = World::build(&options).unwrap();
    let progress = Progress::default();
    let (mut log, mut table, mut parquet) = (Vec::new(), Vec::new(), Vec::new());
    world.write_log(&mut log, &progress).unwrap();
    world.write_csv(&mut table, &progress).unwrap();
    world.write_parquet(&mut parquet, &progress).unwrap();
    let two_members: Vec<u8> = parts(&log, 2).into_iter().flat_map(gzip).collect();
    let three = parts(&log, 3);
    let third = gzip(three[2]);
    let split = [
        ("day/a.jsonl", three[0]),
        ("day/b.jsonl", three[1]),
        ("day/c.jsonl.gz", third.as_slice()),
    ];
    let whole = String::from_utf8(log.clone()).unwrap();
    let array = format!("[{}]", whole.trim_end().replace('\n', ",\n"));
    let envelope = format!("{{\"count\":1,\"data\":{array}}}");
    let sequence = whole.replace("{\"timestamp", "\u{1e}{\"timestamp");

    let bench = Bench::new();
    bench.file("a.jsonl", &log).file("a.csv", &table).file("a.parquet", &parquet);
    bench.file("a.jsonl.gz", gzip(&log)).file("members.gz", &two_members);
    bench.file("a.jsonl.zst", zstd::encode_all(&log[..], 3).unwrap());
    bench.file("a.zip", zip(&split)).file("p.zip", zip(&[("x/a.parquet", &parquet)]));
    bench.file("a.tar", tar(&split)).file("a.tar.gz", gzip(&tar(&split)));
    bench.file("a.tar.zst", zstd::encode_all(&tar(&split)[..], 3).unwrap());
    bench.file("array.json", array).file("envelope.json", envelope).file("seq.json", sequence);
    for (name, bytes) in split {
        bench.file(&format!("folder/{name}"), bytes);
    }
    let inputs = [
        ("a.jsonl", 1),
        ("a.csv", 1),
        ("a.parquet", 1),
        ("a.jsonl.gz", 1),
        ("members.gz", 1),
        ("a.jsonl.zst", 1),
        ("a.zip", 3),
        ("p.zip", 1),
        ("a.tar", 3),
        ("a.tar.gz", 3),
        ("a.tar.zst", 3),
        ("array.json", 1),
        ("envelope.json", 1),
        ("seq.json", 1),
        ("folder", 3),
    ];
    let mut first = None;
    for (input, sources) in inputs {
        let case = format!("{input}.stillwatch");
        bench.run(&["import", input, "--case", &case]).ok();
        let info = bench.run(&["info", &case, "--json", "--content"]).ok().json();
        assert_eq!((&info["rows"], &info["rejects"]), (&EVENTS.into(), &0.into()), "{input}");
        assert_eq!(info["sources"].as_array().unwrap().len(), sources, "{input}");
        let content = info["content_sha256"].as_str().unwrap().to_owned();
        assert_eq!(*first.get_or_insert_with(|| content.clone()), content, "{input}");
        bench.run(&["verify", &case]).ok();
    }
    // One token more, and it is another content.
    let other = whole.replacen("\"input_tokens\":", "\"input_tokens\":1", 1);
    bench.file("other.jsonl", other);
    bench.run(&["import", "other.jsonl", "--case", "o.stillwatch"]).ok();
    let info = bench.run(&["info", "o.stillwatch", "--json", "--content"]).ok().json();
    assert_ne!(info["content_sha256"].as_str(), first.as_deref());
}

#[test]
fn a_member_is_a_source_whose_hash_and_archive_a_reviewer_can_check() {
    let bench = Bench::new();
    let (one, two) = (native(5), native(7).replace("ac00", "zz00"));
    let accounts = "account_id,org_id,plan\nac001,o1,pro\n";
    let members = [
        ("logs/b.jsonl", two.as_bytes()),
        ("logs/a.jsonl", one.as_bytes()),
        ("README.md", b"# How these were made\n\nBy hand.\n"),
        ("accounts.csv", accounts.as_bytes()),
        ("empty.jsonl", b""),
    ];
    bench.file("x.zip", zip(&members));
    let report = bench.run(&["import", "x.zip", "--case", "c.stillwatch", "--json"]).ok().json();
    assert_eq!(paths(&report["sources"]), ["x.zip/logs/a.jsonl", "x.zip/logs/b.jsonl"]);
    assert_eq!(paths(&report["skipped"]), ["x.zip/README.md", "x.zip/empty.jsonl"]);
    assert_eq!(report["accounts_described"], 1);
    let info = bench.info("c.stillwatch");
    assert_eq!(info["sources"][0]["sha256"], sha256(one.as_bytes()));
    assert_eq!(info["sources"][0]["bytes"], one.len());
    let journal = "SELECT target, detail FROM journal WHERE action = 'archive'";
    let rows = bench.run(&["query", "c.stillwatch", journal, "--format", "json"]).ok().json();
    let detail: Value = serde_json::from_str(rows[0]["detail"].as_str().unwrap()).unwrap();
    assert_eq!(rows[0]["target"], "x.zip");
    assert_eq!(detail["sha256"], sha256(&fs::read(bench.path("x.zip")).unwrap()));
    assert_eq!(detail["sources"], serde_json::json!([1, 2]));
    bench.run(&["verify", "c.stillwatch"]).ok();
    // The same archive again, and a member of it by itself.
    let again = bench.run(&["import", "x.zip", "--case", "c.stillwatch"]).ends(1);
    again.says("x.zip/logs/a.jsonl: the same file is in this case already");
    bench.file("alone.jsonl", &one);
    bench.run(&["import", "alone.jsonl", "--case", "c.stillwatch"]).ends(1).says("already");
    assert_eq!(bench.info("c.stillwatch")["rows"], 12);
}

fn paths(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|s| s["path"].as_str().unwrap().to_owned()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn what_streams_is_read_from_standard_input_and_what_does_not_says_what_to_do() {
    let log = native(9);
    let member = [("in/a.jsonl", log.as_bytes())];
    let streams: [(&str, Vec<u8>); 6] = [
        ("-", log.clone().into_bytes()),
        ("-", gzip(log.as_bytes())),
        ("-", zstd::encode_all(log.as_bytes(), 1).unwrap()),
        ("-/in/a.jsonl", tar(&member)),
        ("-/in/a.jsonl", gzip(&tar(&member))),
        ("-/in/a.jsonl", zstd::encode_all(&tar(&member)[..], 1).unwrap()),
    ];
    for (path, bytes) in streams {
        let bench = Bench::new();
        bench.run_with(bytes.clone(), &["import", "-", "--case", "c.stillwatch"]).ok();
        let info = bench.info("c.stillwatch");
        assert_eq!((&info["rows"], &info["sources"][0]["path"]), (&9.into(), &path.into()));
        bench.run(&["verify", "c.stillwatch"]).ok();
        if path != "-" {
            let hash = "SELECT count(*) FROM journal WHERE action = 'archive' AND detail LIKE ";
            let hash = format!("{hash}'%{}%'", sha256(&bytes));
            assert_eq!(bench.number("c.stillwatch", &hash), 1, "hashed as it came");
        }
    }
    let bench = Bench::new();
    let import = ["import", "-", "--case", "c.stillwatch"];
    bench.run_with(zip(&member), &import).ends(1).says("save it as a file and name that");
    bench.run_with(*b"PAR1....PAR1", &import).ends(1).says("save it as a file and name that");
    assert!(bench.names().is_empty());
}

#[test]
fn inspect_shows_every_member_and_imports_nothing() {
    let bench = Bench::new();
    let (log, notes) = (native(3), b"Dear all,\n\nthis is prose.\n");
    let locked = [("../up.jsonl", log.as_bytes())];
    bench.file("x.zip", zip(&[("a.jsonl", log.as_bytes()), ("notes.txt", notes)]));
    let seen = bench.run(&["inspect", "x.zip", "--json"]).ok().json();
    assert_eq!((&seen[0]["archive"], &seen[0]["path"]), (&"zip archive".into(), &"x.zip".into()));
    assert_eq!((&seen[1]["path"], &seen[1]["format"]), (&"x.zip/a.jsonl".into(), &"native".into()));
    assert_eq!(seen[2]["path"], "x.zip/notes.txt");
    let text = bench.run(&["inspect", "x.zip"]).ok();
    assert!(text.out.contains("x.zip/a.jsonl") && text.out.contains("native"), "{}", text.out);
    bench.file("y.zip", zip(&locked));
    bench.run(&["inspect", "y.zip"]).ends(1).says("leads out of the archive");
    assert_eq!(bench.names(), ["x.zip", "y.zip"]);
}

#[test]
fn an_archive_with_nothing_to_read_is_a_mistake_and_one_in_a_folder_is_skipped() {
    let bench = Bench::new();
    let nothing = zip(&[("notes.txt", b"Dear all,\n\nthis is prose.\n")]);
    bench.file("x.zip", &nothing);
    let ran = bench.run(&["import", "x.zip", "--case", "c.stillwatch"]);
    ran.ends(1).says("x.zip: an archive without any log");
    assert_eq!(bench.names(), ["x.zip"]);
    bench.file("logs/x.zip", &nothing).file("logs/a.jsonl", native(3));
    bench
        .run(&["import", "logs", "--case", "c.stillwatch"])
        .ok()
        .says("an archive without any log");
}

#[test]
fn a_folder_of_everything_gives_its_logs_and_a_word_on_each_of_the_others() {
    let bench = Bench::new();
    let table = "timestamp,account_id,model\n2026-03-01T10:00:00Z,t1,atlas-3\n";
    let log = |who: &str| native(4).replace("ac00", who);
    bench.file("logs/a.jsonl", log("a")).file("logs/b.csv", table);
    bench.file("logs/c.jsonl.gz", gzip(log("c").as_bytes()));
    bench.file("logs/deep/d.zip", zip(&[("d.jsonl", log("d").as_bytes())]));
    bench.file("logs/deep/e.tgz", gzip(&tar(&[("e.jsonl", log("e").as_bytes())])));
    bench.file("logs/f.json", format!("[{}]", log("f").trim_end().replace('\n', ",")));
    bench.file("logs/README.md", "# Logs\n\nSome words.\n").file("logs/empty.log", "");
    bench.file("logs/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    bench.file("logs/.hidden.jsonl", log("h")).file("logs/.git/x.jsonl", log("g"));
    let mut kinds = 6;
    let mut failed = 0;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        symlink("../../logs", bench.path("logs/deep/loop")).unwrap();
        symlink("nowhere", bench.path("logs/dangling")).unwrap();
        symlink("a.jsonl", bench.path("logs/same.jsonl")).unwrap();
        bench.file("logs/locked.jsonl", log("l"));
        let locked = bench.path("logs/locked.jsonl");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser reads it all the same.
        match fs::read(&locked) {
            Ok(_) => kinds += 1,
            Err(_) => failed += 1,
        }
    }
    let ran = bench.run(&["import", "logs", "--case", "c.stillwatch", "--json"]);
    let report = ran.ends(failed).json();
    assert_eq!(report["sources"].as_array().unwrap().len(), kinds, "{report}");
    assert_eq!(report["failed"].as_array().unwrap().len(), failed as usize, "{report}");
    let skipped = report["skipped"].to_string();
    for name in ["README.md", "empty.log", "picture.png"] {
        assert!(skipped.contains(name), "{name} is not in {skipped}");
    }
    if cfg!(unix) {
        assert!(skipped.contains("deep/loop: a link to a folder"), "{skipped}");
        assert!(skipped.contains("dangling: a link that leads nowhere"), "{skipped}");
    }
    fs::remove_file(bench.path("logs/same.jsonl")).unwrap_or_default();
    let glob = bench.run(&["import", "logs/*.json*", "--case", "g.stillwatch", "--json"]);
    let found = paths(&glob.json()["sources"]);
    let expected = ["logs/a.jsonl", "logs/c.jsonl.gz", "logs/f.json"];
    assert_eq!(found[..3], expected, "and what is locked, to those who may read it");
    assert_eq!(found.len(), kinds - 3);
}

#[test]
fn a_parquet_file_cut_short_makes_no_case() {
    let options = Options { events: 12_000, accounts: 400, seed: 3, scenario: Scenario::Sample };
    let mut parquet = Vec::new();
    let world = World::build(&options).unwrap();
    world.write_parquet(&mut parquet, &Progress::default()).unwrap();
    let bench = Bench::new();
    bench.file("cut.parquet", &parquet[..parquet.len() / 2]);
    let ran = bench.run(&["import", "cut.parquet", "--case", "c.stillwatch"]);
    ran.ends(1).says("cut.parquet").says("cut short").says("at byte");
    assert_eq!(bench.names(), ["cut.parquet"]);
    // Later rows damaged: those before are in the case, and the command says where it ended.
    let middle = parquet.len() * 3 / 4;
    parquet[middle..middle + 4_000].fill(0xff);
    bench.file("hurt.parquet", &parquet);
    let ran = bench.run(&["import", "hurt.parquet", "--case", "c.stillwatch"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("hurt.parquet"), "{}", ran.err);
}

#[test]
fn synth_writes_the_same_world_as_lines_table_and_parquet() {
    let bench = Bench::new();
    let mut first = None;
    for format in ["jsonl", "csv", "parquet"] {
        let synth = ["synth", "--events", "12000", "--accounts", "400", "--format", format];
        bench.run(&[&synth[..], &["--out", format]].concat()).ok();
        let log = format!("{format}/exchanges.{format}");
        let case = format!("{format}.stillwatch");
        bench.run(&["import", &log, "--case", &case]).ok();
        let info = bench.run(&["info", &case, "--json", "--content"]).ok().json();
        let content = info["content_sha256"].clone();
        assert_eq!(*first.get_or_insert_with(|| content.clone()), content);
    }
    let wrong = ["synth", "--format", "parquet", "--compress", "gz", "--out", "x"];
    bench.run(&wrong).ends(2).says("packed inside");
}

fn import_beside(
    bench: &Bench,
    input: &str,
    case: &str,
    meanwhile: impl FnOnce(&Progress),
) -> Result<ImportReport, ImportError> {
    let progress = Progress::default();
    let author = Author { at: Time(0), actor: "tester".into() };
    let (case, inputs) = (bench.path(case), [bench.path(input)]);
    let options = ImportOptions::default();
    std::thread::scope(|scope| {
        let import = scope.spawn(|| import(&case, &inputs, &options, &author, &progress));
        while progress.records() == 0 && !import.is_finished() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!import.is_finished(), "{input} was read before anything could happen beside");
        meanwhile(&progress);
        import.join().unwrap()
    })
}

/// A log that takes some seconds without optimisation.
fn long() -> (World, Vec<u8>) {
    long_of(60_000)
}

fn long_of(events: u64) -> (World, Vec<u8>) {
    let options = Options { events, accounts: 1_200, seed: 3, scenario: Scenario::Sample };
    let world = World::build(&options).unwrap();
    let mut log = Vec::new();
    world.write_log(&mut log, &Progress::default()).unwrap();
    (world, log)
}

#[test]
fn cancelling_inside_a_long_member_or_row_group_ends_at_once_and_leaves_nothing() {
    let (world, log) = long();
    let mut parquet = Vec::new();
    world.write_parquet(&mut parquet, &Progress::default()).unwrap();
    let bench = Bench::new();
    bench.file("a.jsonl.gz", gzip(&log)).file("a.parquet", parquet);
    bench.file("a.zip", zip(&[("a.jsonl", &log)]));
    bench.file("a.tar.gz", gzip(&tar(&[("a.jsonl", &log)])));
    for input in ["a.jsonl.gz", "a.parquet", "a.zip", "a.tar.gz"] {
        let mut asked = Instant::now();
        let outcome = import_beside(&bench, input, "c.stillwatch", |progress| {
            asked = Instant::now();
            progress.cancel();
        });
        let took = asked.elapsed();
        assert!(outcome.is_err_and(|e| e.is_cancelled()), "{input}");
        // A slice that is being shaped is shaped to its end: 20 ms with optimisation, without it
        // and beside other tests much more.
        assert!(took < Duration::from_secs(3), "{input} took {took:?}");
        assert!(!bench.path("c.stillwatch").exists(), "{input}");
    }
}

#[test]
fn a_log_somebody_writes_to_while_it_is_read_is_not_imported() {
    // Much longer than what is read ahead of the first records that arrive.
    let (_, log) = long_of(120_000);
    let bench = Bench::new();
    bench.file("a.jsonl", &log).file("a.tar", tar(&[("a.jsonl", &log)]));
    for input in ["a.jsonl", "a.tar"] {
        let report = import_beside(&bench, input, "c.stillwatch", |_| {
            let mut file = fs::File::options().append(true).open(bench.path(input)).unwrap();
            file.write_all(b"{}\n").unwrap();
        });
        let report = report.unwrap();
        assert!(report.sources.is_empty(), "{input}");
        let why = &report.failed[0].error;
        assert!(why.contains("changed while it was read"), "{why}");
        assert!(!bench.path("c.stillwatch").exists(), "{input}");
    }
}

#[test]
fn json_in_any_layout_is_read_and_one_that_is_cut_short_loses_only_its_last_record() {
    let log = native(200);
    let lines: Vec<&str> = log.lines().collect();
    let pretty = |line: &&str| {
        let value: Value = serde_json::from_str(line).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let pretty: Vec<String> = lines.iter().map(pretty).collect();
    let layouts = [
        ("lines", log.clone()),
        ("lines with commas", lines.join(",\n") + ",\n"),
        ("array", format!("[\n{},\n]\n", lines.join(",\n"))),
        ("array on one line", format!("[{}]", lines.join(","))),
        ("envelope", format!("{{\"next\":null,\"records\":[{}]}}", lines.join(","))),
        ("one after the other", pretty.join("\n")),
        ("without a gap", pretty.concat()),
        ("pretty array", format!("[{}]", pretty.join(",\n"))),
        ("sequence", lines.iter().map(|line| format!("\u{1e}{line}\n")).collect()),
        ("pretty sequence", pretty.iter().map(|p| format!("\u{1e}{p}\n")).collect()),
    ];
    for (name, text) in layouts {
        for cut in [false, true] {
            let bench = Bench::new();
            let end = if cut { text.len() * 3 / 5 } else { text.len() };
            let bom = if name == "array" { "\u{feff}" } else { "" };
            bench.file("a.json", format!("{bom}{}", &text[..end]));
            let ran = bench.run(&["import", "a.json", "--case", "c.stillwatch"]);
            // What is missing behind a list that is not closed, nobody knows.
            let is_list = name.contains("array") || name == "envelope";
            assert_eq!(ran.code, Some(i32::from(cut && is_list)), "{name}: {}", ran.err);
            let info = bench.info("c.stillwatch");
            let (rows, rejects) = (info["rows"].as_u64().unwrap(), info["rejects"].as_u64());
            if cut {
                assert!((100..140).contains(&rows), "{name}: {rows} rows");
                assert_eq!(rejects, Some(1), "{name}, cut short");
            } else {
                assert_eq!((rows, rejects), (200, Some(0)), "{name}");
            }
            bench.run(&["verify", "c.stillwatch"]).ok();
        }
    }
}

/// A disk that is full: a limit on the size of files stands for it, which fails the write that
/// would go beyond, as a full disk does.
#[test]
fn a_case_that_cannot_grow_stays_as_it_was() {
    if !cfg!(target_os = "linux") {
        return not_run("a_case_that_cannot_grow_stays_as_it_was", "no limit on the size of files");
    }
    let bench = Bench::new();
    bench.file("a.jsonl", native(50));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let before = fs::read(bench.path("c.stillwatch")).unwrap();
    // Nothing in it repeats, so that it does not pack.
    let mut x = 1_u64;
    let mut noise = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:016x}", x.swap_bytes())
    };
    let big: String = (0..20_000)
        .map(|i| {
            let prompt: String = (0..20).map(|_| noise()).collect();
            format!(
                "{{\"timestamp\":{},\"account_id\":\"b{i}\",\"prompt\":\"{prompt}\"}}\n",
                1_772_366_400 + i
            )
        })
        .collect();
    bench.file("big.jsonl", big);
    let limited = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" import big.jsonl --case c.stillwatch";
    let output = std::process::Command::new("bash")
        .args(["-c", limited, crate::support::PROGRAM])
        .current_dir(bench.path("."))
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("not imported: big.jsonl: the case file could not be"), "{error}");
    assert!(error.contains("disk has room"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    bench.run(&["verify", "c.stillwatch"]).ok();
    assert_eq!(bench.info("c.stillwatch")["rows"], 50);
    assert!(before == fs::read(bench.path("c.stillwatch")).unwrap(), "not a byte is different");
}
