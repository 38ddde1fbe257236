//! What the fuzzer found interesting, or broke something once, is run with every test.

use std::fs;
use std::path::Path;

#[path = "../fuzz/checks.rs"]
mod checks;

type Check = fn(&[u8]);

/// How many files of a corpus were run.
fn run(target: &str, check: Check) -> usize {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let files = fs::read_dir(&corpus).unwrap_or_else(|e| panic!("{}: {e}", corpus.display()));
    let files = files.map(|file| file.expect("a file of the corpus").path());
    files.map(|path| check(&fs::read(path).expect("it is read"))).count()
}

#[test]
fn the_corpus_of_every_fuzz_target_passes_its_check() {
    let targets: [(&str, Check); 5] = [
        ("sniff", checks::sniff),
        ("read", checks::read),
        ("source", checks::source),
        ("mapping", checks::mapping),
        ("pack", checks::pack),
    ];
    for (target, check) in targets {
        assert!(run(target, check) > 0, "{target} has no corpus");
    }
}
