//! The network of a package, as other programs read it.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::support::{Bench, not_run};

const TABLE: &str = "account_id,payment_fingerprint\nac000,f1\nac001,f1\nac002,f2\nac003,f2\nac004,f2\n\
                     ac005,\"<&\"\"f3>\"\nac006,\"<&\"\"f3>\"\nac007,alone\n";

/// When a package is made.
const AT: &str = "2026-03-02T00:00:00Z";

/// A case of forty accounts, seven of which have a card in common with another one, and an address
/// that three call from, exported.
fn exported() -> Bench {
    let bench = Bench::new();
    let line = |n: usize| {
        let ip = if n < 3 { "198.51.100.7".to_owned() } else { format!("192.0.{n}.1") };
        format!(
            "{{\"timestamp\":\"2026-03-01T00:{n:02}:00Z\",\"account_id\":\"ac{n:03}\",\
             \"client_ip\":\"{ip}\"}}\n"
        )
    };
    bench.file("a.jsonl", (0..40).map(line).collect::<String>()).file("accounts.csv", TABLE);
    let import = ["import", "a.jsonl", "--case", "c.stillwatch", "--accounts", "accounts.csv"];
    bench.run(&import).ok();
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "gexf"]).ok();
    bench
}

#[test]
fn a_package_of_the_network_alone_verifies_and_is_the_same_bytes_again() {
    let bench = exported();
    assert_eq!(bench.names_in("p"), ["manifest.json", "network.gexf", "network.graphml"]);
    bench.run(&["verify", "p"]).ok();
    bench.run(&["export", "c.stillwatch", "--out", "q", "--only", "gexf", "--at", AT]).ok();
    bench.run(&["export", "c.stillwatch", "--out", "r", "--only", "gexf", "--at", AT]).ok();
    for name in ["network.gexf", "network.graphml"] {
        let read = |folder: &str| std::fs::read(bench.path(folder).join(name)).unwrap();
        assert_eq!(read("q"), read("r"), "{name}");
    }
}

#[test]
fn networkx_and_igraph_read_the_nodes_and_lines_that_the_tables_give() {
    let test = "a network read by networkx and igraph";
    let Some(python) = std::env::var_os("STILLWATCH_PYTHON") else {
        return not_run(test, "STILLWATCH_PYTHON names no Python that has them");
    };
    if python.is_empty() {
        // Who runs the tests says that there is none.
        return;
    }
    let bench = exported();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/network.py");
    let ran = Command::new(python).arg(script).arg(bench.path("p")).output().expect("Python");
    let errors = String::from_utf8_lossy(&ran.stderr);
    if errors.contains("ModuleNotFoundError") {
        return not_run(test, &errors);
    }
    let said: Value =
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {errors}"));
    let count = |of: &[(&str, u64)]| -> BTreeMap<String, u64> {
        of.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect()
    };
    let (shared, forty) = (40.0_f64, 3.0);
    let weight = 2.0 * (2.0 * (shared / 2.0).ln() * 2.0 + 3.0 * (shared / 3.0).ln())
        + (1.2 + 0.8) * forty * (shared / 3.0).ln();
    for reader in ["gexf", "graphml", "igraph"] {
        let of = &said[reader];
        let kinds: BTreeMap<String, u64> = serde_json::from_value(of["nodes"].clone()).unwrap();
        let nodes = count(&[("account", 7), ("address", 1), ("card", 3), ("network", 1)]);
        assert_eq!(kinds, nodes, "{reader}");
        let lines: BTreeMap<String, u64> = serde_json::from_value(of["lines"].clone()).unwrap();
        assert_eq!(lines, count(&[("address", 3), ("card", 7), ("network", 3)]), "{reader}");
        assert!((of["weight"].as_f64().unwrap() - weight).abs() < 1e-5, "{reader}: {of} {weight}");
        assert_eq!(of["directed"], false, "{reader}");
    }
}
