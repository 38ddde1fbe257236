//! What the validator and the library of OASIS say of bundles.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::testing;
use super::*;

/// Says that a test did not run, and fails where all must.
fn not_run(why: &str) {
    let required = std::env::var_os("STILLWATCH_REQUIRE_ALL").is_some();
    assert!(!required, "bundles read by stix2: {why}, but STILLWATCH_REQUIRE_ALL is set");
    // Straight to standard error: the test harness hides what `eprintln!` says.
    let _ = writeln!(io::stderr(), "not run: bundles read by stix2: {why}");
}

/// What they say; `None` where there is no Python that has them.
fn outside(bundle: &[u8]) -> Option<Value> {
    let Some(python) = std::env::var_os("STILLWATCH_PYTHON") else {
        not_run("STILLWATCH_PYTHON names no Python that has it");
        return None;
    };
    if python.is_empty() {
        // Who runs the tests says that there is none.
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/stix.py");
    let piped = || Stdio::piped();
    let mut command = Command::new(python);
    let command = command.arg(script).stdin(piped()).stdout(piped()).stderr(piped());
    let mut child = command.spawn().expect("Python");
    // Where it ends early, what it says on standard error tells more than a broken pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(bundle);
    let ran = child.wait_with_output().expect("Python");
    let errors = String::from_utf8_lossy(&ran.stderr);
    if errors.contains("ModuleNotFoundError") {
        not_run(&errors);
        return None;
    }
    Some(serde_json::from_slice(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {errors}")))
}

/// Writes a case and has it read. Nothing may be said against it but what is known and meant; what
/// was warned of.
fn check(facts: &Facts) -> Option<Value> {
    let mut out = Vec::new();
    let counts = write(&mut out, facts).expect("facts that hold together");
    let said = outside(&out)?;
    assert_eq!(said["is_valid"], true, "{}", said["errors"]);
    assert_eq!(said["unique"], true);
    assert_eq!(said["unresolved_before"], serde_json::json!([]));
    assert_eq!(said["wrong_ids"], serde_json::json!([]));
    let expected = serde_json::to_value(&counts.by_type).expect("counts");
    assert_eq!(said["counts"], expected);
    let warnings = said["warnings"].as_object().expect("warnings");
    let known = ["uuid", "url", "type", "pattern"];
    let unknown: Vec<_> = warnings.keys().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    Some(said["warnings"].clone())
}

#[test]
fn the_validator_accepts_a_case_of_which_nothing_is_known() {
    check(&testing::empty());
}

#[test]
fn the_validator_accepts_a_case_with_something_of_every_kind() {
    check(&testing::rich());
}

#[test]
fn the_validator_accepts_what_somebody_wrote_who_wants_to_break_it() {
    check(&testing::hostile());
}

/// The validator takes some milliseconds an object: `STILLWATCH_STIX_ACCOUNTS=25000` takes it a
/// quarter of an hour.
#[test]
fn the_validator_accepts_a_case_of_many_accounts() {
    let accounts = std::env::var("STILLWATCH_STIX_ACCOUNTS").ok().and_then(|n| n.parse().ok());
    check(&testing::large(accounts.unwrap_or(100)));
}
