//! Holds the code to the picture in `src/lib.rs`: who may import whom, which crates stay inside
//! one module, and how long a file may get.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of ours, besides itself.
///
/// `job` is a leaf like `model`: any module may report progress.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("job", &[]),
    ("synth", &["model", "job"]),
    ("ingest", &["model", "job"]),
    ("store", &["model", "job"]),
    ("index", &["model", "job"]),
    ("network", &["model", "job", "index"]),
    ("detect", &["model", "job", "index", "network"]),
    ("compare", &["model", "job", "index", "detect"]),
    ("case", &["model", "job", "ingest", "store", "index", "network", "detect"]),
    ("report", &["model", "job", "store", "index", "case", "network", "detect"]),
    (
        "cli",
        &[
            "model", "job", "synth", "ingest", "store", "index", "network", "detect", "compare",
            "case", "report",
        ],
    ),
    (
        "ui",
        &[
            "model", "job", "synth", "ingest", "store", "index", "network", "detect", "compare",
            "case", "report",
        ],
    ),
];

/// Crates that only one module may name, and which.
const CONFINED: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("egui", &["ui"]),
    ("eframe", &["ui"]),
    ("rfd", &["ui"]),
    ("typst", &["report"]),
    ("plotters", &["report"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("flate2", &["ingest", "cli", "report"]),
];

/// Lines a source file may have.
const LINES: usize = 500;

/// A place where the code leaves the picture.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: {}", self.file, self.line, self.what)
    }
}

/// The code without comments and string contents, line for line.
fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let bytes = source.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let rest = &source[i..];
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if rest.starts_with('"') {
            plain_string(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(1, |end| end + 2)
        } else {
            0
        };
        if skipped == 0 {
            let c = rest.chars().next().unwrap();
            out.push(c);
            i += c.len_utf8();
        } else {
            out.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
            i += skipped;
        }
    }
    out
}

fn plain_string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let after_r = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after_r.len() - after_r.trim_start_matches('#').len();
    let body = after_r[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len();
    Some(body.find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

/// The first path segments that follow `prefix` (`crate::`), with their byte offsets: one for
/// `crate::a::b`, several for `crate::{a::b, c::{d, e}}`.
fn heads(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let start = at + prefix.len();
        if code[start..].starts_with('{') {
            found.extend(group_heads(code, start + 1));
        } else {
            found.push((at, identifier(&code[start..])));
        }
    }
    found
}

/// The first segments of a `{…}` group that opens just before `start`.
fn group_heads(code: &str, start: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut depth, mut expect) = (0, true);
    for (offset, c) in code[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expect = true,
            c if expect && (c.is_alphabetic() || c == '_') => {
                found.push((start + offset, identifier(&code[start + offset..])));
                expect = false;
            }
            _ => {}
        }
    }
    found
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The module a file under `src/` belongs to: `ingest/formats/aws.rs` → `ingest`.
fn module_of(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// How many modules deep a file is: `job.rs` → 1, `ingest/mod.rs` → 1, `ingest/a.rs` → 2.
fn depth_of(file: &str) -> usize {
    let segments = file.split('/').count();
    if file.ends_with("/mod.rs") { segments - 1 } else { segments }
}

/// What one file breaks; `file` is its path under `src/`.
fn check(file: &str, source: &str) -> Vec<Violation> {
    let code = code_only(source);
    let module = module_of(file);
    let at_line = |offset: usize| code[..offset].matches('\n').count() + 1;
    let mut found = Vec::new();
    let mut report = |line, what: String| found.push(Violation { file: file.into(), line, what });
    if source.lines().count() > LINES {
        report(LINES, format!("longer than {LINES} lines: split it by idea"));
    }
    for (name, homes) in CONFINED {
        if !homes.contains(&module) && module != "main" {
            for (at, _) in heads(&code, &format!("{name}::")) {
                report(at_line(at), format!("`{name}` belongs in {}", homes.join(" or ")));
            }
        }
    }
    if matches!(module, "lib" | "main") {
        return found;
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == module) else {
        report(1, format!("`{module}` is not in the table of tests/it/layers.rs"));
        return found;
    };
    let own = |name: &str| name == module || allowed.contains(&name);
    let is_module = |name: &str| ALLOWED.iter().any(|(other, _)| *other == name);
    for (at, name) in heads(&code, "crate::") {
        if is_module(&name) && !own(&name) {
            report(at_line(at), format!("`{module}` must not import `{name}`"));
        }
    }
    for ups in depth_of(file)..=depth_of(file) + 1 {
        for (at, name) in heads(&code, &"super::".repeat(ups)) {
            if is_module(&name) && !own(&name) {
                report(at_line(at), format!("`{module}` must not reach `{name}` by `super`"));
            }
        }
    }
    found
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_code_keeps_to_its_layers_and_its_files_stay_short() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    assert!(files.len() > 10, "no sources under {}", src.display());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            check(&name, &fs::read_to_string(path).unwrap())
        })
        .map(|v| v.to_string())
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

fn messages(file: &str, source: &str) -> Vec<String> {
    check(file, source).iter().map(ToString::to_string).collect()
}

#[test]
fn an_import_upwards_is_caught_with_its_line() {
    let source = "//! crate::ui is only talked about\n\nuse crate::model::Time;\nuse crate::store::CaseFile;\n";
    assert_eq!(
        messages("ingest/sniff.rs", source),
        ["src/ingest/sniff.rs:4: `ingest` must not import `store`"]
    );
}

#[test]
fn imports_hidden_in_groups_full_paths_and_supers_are_caught() {
    let group = "use crate::{\n    model::{Time, block},\n    index::Index,\n};";
    assert_eq!(
        messages("store/mod.rs", group),
        ["src/store/mod.rs:3: `store` must not import `index`"]
    );
    let path = "fn f() -> crate::ui::App { crate::model::x() }";
    assert_eq!(
        messages("report/pdf.rs", path),
        ["src/report/pdf.rs:1: `report` must not import `ui`"]
    );
    let by_super = "use super::super::cli::Args;";
    assert_eq!(
        messages("ui/app.rs", by_super),
        ["src/ui/app.rs:1: `ui` must not reach `cli` by `super`"]
    );
}

#[test]
fn comments_and_strings_import_nothing() {
    let source = r##"
        // crate::ui::App
        /* crate::ui */
        const A: &str = "crate::ui::x \" crate::ui::y";
        const B: &str = r#"crate::ui::z " "#;
        const C: char = '"';
        use crate::job::Progress;
    "##;
    assert_eq!(messages("model/time.rs", source).len(), 1, "only `job` from `model`");
}

#[test]
fn a_confined_crate_a_long_file_and_an_unknown_module_are_caught() {
    assert_eq!(
        messages("index/mod.rs", "use rusqlite::Connection;"),
        ["src/index/mod.rs:1: `rusqlite` belongs in store"]
    );
    assert!(messages("model/x.rs", &"\n".repeat(501))[0].contains("longer than 500 lines"));
    assert!(messages("extra/mod.rs", "")[0].contains("not in the table"));
    assert!(messages("main.rs", "fn main() { stillwatch::ui::run(); }").is_empty());
}
