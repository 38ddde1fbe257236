//! What `--help` says, held to a file: a change of the command line is made on purpose.
//!
//! `STILLWATCH_BLESS=1 cargo test --test it help` writes the file anew.

use std::fs;
use std::path::Path;

use crate::support::Bench;

const COMMANDS: &[&str] = &[
    "",
    "open",
    "import",
    "inspect",
    "reread",
    "info",
    "joins",
    "query",
    "flag",
    "note",
    "compare",
    "book",
    "merge",
    "export",
    "verify",
    "synth",
    "formats",
    "mappings",
    "analyze",
    "findings",
    "detectors",
];

#[test]
fn help_is_what_the_golden_file_says() {
    let bench = Bench::new();
    let mut text = String::new();
    for command in COMMANDS {
        let arguments: Vec<&str> =
            [*command, "--help"].into_iter().filter(|a| !a.is_empty()).collect();
        let ran = bench.run(&arguments).ok();
        assert_eq!(ran.err, "");
        text.push_str(&format!("$ stillwatch {}\n{}\n", arguments.join(" "), ran.out));
    }
    // Windows calls the program stillwatch.exe.
    let text = text.replace("stillwatch.exe", "stillwatch").replace("\r\n", "\n");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/help.txt");
    if std::env::var_os("STILLWATCH_BLESS").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        fs::write(&golden, &text).unwrap();
    }
    let wanted = fs::read_to_string(&golden).unwrap().replace("\r\n", "\n");
    assert!(text == wanted, "--help changed; if on purpose, bless it:\n{text}");
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = Bench::new().run(&["--version"]).ok();
    assert_eq!(ran.out.trim(), concat!("stillwatch ", env!("CARGO_PKG_VERSION")));
}
