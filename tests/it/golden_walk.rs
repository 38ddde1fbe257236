//! From the sample to a package that verifies, once in the window and once from the command line:
//! the same decisions give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use stillwatch::model::Time;
use stillwatch::ui::{App, Setup};

use crate::support::{Bench, CLOCK};

type Window = Harness<'static, App>;

/// The clock of the window is that of the commands.
fn now() -> Time {
    Time(CLOCK.parse::<i64>().unwrap() * 1_000_000)
}

fn window(bench: &Bench, case: &str) -> Window {
    let setup = Setup {
        paths: vec![bench.path(case)],
        case: None,
        early: None,
        config_dir: None,
        data_dir: bench.path("data"),
        actor: "tester".into(),
        now,
        offset_us: 0,
        looks_unasked: false,
    };
    Harness::builder()
        .with_size([1440.0, 900.0])
        .with_max_steps(40)
        .build_eframe(|cc| App::new(cc, setup))
}

/// Longer than anything takes on the slowest machine.
const HANGS: Duration = Duration::from_secs(300);

/// Steps until `done`; work on other threads gets its time.
fn until(window: &mut Window, what: &str, done: impl Fn(&Window) -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < HANGS {
        window.step();
        if done(window) {
            window.run_steps(3);
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let labels = window.query_all_by_label_contains("");
    let labels: Vec<String> = labels.filter_map(|node| node.accesskit_node().label()).collect();
    panic!("waited in vain for {what}; in sight: {}", labels.join(" | "));
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_steps(3);
}

fn shows(window: &Window, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

fn type_into(window: &mut Window, field: &str, text: &str) {
    window.get_by_label(field).focus();
    window.run_steps(2);
    window.get_by_label(field).type_text(text);
    window.run_steps(2);
}

/// A case of the sample with its findings.
fn analysed(bench: &Bench) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let file = |name: &str| sample.join(name).display().to_string();
    let (log, accounts) = (file("exchanges.jsonl.zst"), file("accounts.csv"));
    let releases = file("releases.csv");
    let tables = ["--accounts", &accounts, "--releases", &releases];
    bench.run(&[&["import", &log, "--case", "c.stillwatch"][..], &tables].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
}

/// The cluster that holds most accounts of a planted network, by its label.
fn cluster_of(bench: &Bench, class: &str) -> u64 {
    let labels = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/labels.csv");
    let mut table = csv::Reader::from_path(labels).unwrap();
    let rows = table.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    let planted: Vec<String> =
        rows.filter(|row| row["class"] == class).map(|row| row["account_id"].clone()).collect();
    let found = bench.run(&["findings", "c.stillwatch", "--json"]).ok().json();
    let clusters = found["clusters"].as_array().unwrap();
    let held = |cluster: &serde_json::Value| {
        let members = cluster["members"].as_array().unwrap();
        let id = |member: &serde_json::Value| member["account"].as_str().unwrap().to_owned();
        members.iter().filter(|member| planted.contains(&id(member))).count()
    };
    let best = clusters.iter().max_by_key(|cluster| held(cluster)).unwrap();
    assert!(2 * held(best) > planted.len(), "{class} is hidden in the sample, and found");
    best["cluster"].as_u64().unwrap()
}

/// Judges a cluster by the keys of the review.
fn judge(window: &mut Window, cluster: u64, key: Key) {
    press(window, Modifiers::COMMAND, Key::Num2);
    until(window, "the list", |w| shows(w, "Cluster 1, "));
    window.get_by_label_contains(&format!("Cluster {cluster}, ")).click();
    window.run_steps(3);
    let begin = "Begin with the findings";
    until(window, "the panel", |w| w.query_by_label(begin).is_some());
    window.get_by_label(begin).click();
    until(window, "the reason", |w| w.query_by_label(begin).is_none());
    press(window, Modifiers::NONE, key);
}

/// The bytes of every file of a package, by name.
fn files(package: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![package.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let name = entry.strip_prefix(package).unwrap().display().to_string();
                all.insert(name, fs::read(&entry).unwrap());
            }
        }
    }
    all
}

fn differing(one: &Path, other: &Path) -> Vec<String> {
    let (one, other) = (files(one), files(other));
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

#[test]
fn decisions_in_the_window_and_from_the_command_line_give_the_same_package() {
    let bench = Bench::new();
    analysed(&bench);
    fs::create_dir(bench.path("again")).unwrap();
    fs::copy(bench.path("c.stillwatch"), bench.path("again/c.stillwatch")).unwrap();
    let (network, look_alike) = (cluster_of(&bench, "C01"), cluster_of(&bench, "L10"));

    // In the window: a hidden network is flagged, a look-alike dismissed, both are compared, and a
    // hypothesis is written down.
    let mut window = window(&bench, "c.stillwatch");
    until(&mut window, "the case", |w| shows(w, "Findings"));
    judge(&mut window, network, Key::Num1);
    judge(&mut window, look_alike, Key::Num3);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    until(&mut window, "the comparison", |w| shows(w, " accounts in B"));
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    type_into(&mut window, "New hypothesis", "One operator turns these keys");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    until(&mut window, "the pages", |w| shows(w, "page 1"));
    press(&mut window, Modifiers::COMMAND, Key::E);
    until(&mut window, "the sheet", |w| {
        let button = w.query_by_label("Export");
        button.is_some_and(|node| !node.accesskit_node().is_disabled())
    });
    let folder = window
        .get_by_role_and_label(Role::TextInput, "Folder, or a name that ends in .zip")
        .value()
        .unwrap();
    // The line that the window offers to be copied, to another folder.
    let line = window.get_by_label_contains("stillwatch export ");
    let line = line.accesskit_node().label().or(line.value()).unwrap();
    window.get_by_label("Export").click();
    until(&mut window, "the package", |w| w.query_by_label("Open folder").is_some());
    let package = Path::new(&folder);

    // The same line gives the same bytes.
    let line = line.replace(&folder, &bench.path("copied").display().to_string());
    bench.run_line(&line).ok();
    assert_eq!(differing(package, &bench.path("copied")), [""; 0]);
    drop(window);

    // The same decisions as commands, on a copy of the case from before.
    let case = "again/c.stillwatch";
    for (cluster, verdict) in [(network, "suspicious"), (look_alike, "cleared")] {
        let sql = format!(
            "SELECT DISTINCT v.reason, v.confidence FROM verdict v WHERE v.verdict = '{verdict}'"
        );
        let said = bench.run(&["query", "c.stillwatch", &sql, "--format", "json"]).ok().json();
        let word = |name: &str| said[0][name].as_str().unwrap().to_owned();
        let (reason, confidence) = (word("reason"), word("confidence"));
        assert_eq!(said.as_array().unwrap().len(), 1, "one reason for all of it");
        let selection = format!("cluster:{cluster}");
        let how = ["--verdict", verdict, "--confidence", &confidence, "--reason", &reason];
        bench.run(&[&["flag", case, &selection][..], &how].concat()).ok();
    }
    let sides = ["compare", case, &format!("cluster:{network}"), &format!("cluster:{look_alike}")];
    bench.run(&sides).ok();
    bench.run(&["book", case, "hypothesis", "One operator turns these keys"]).ok();
    bench.run(&["export", case, "--out", "commands"]).ok();
    // Even the hash of the case file is the same, which the manifest and every page name.
    assert_eq!(differing(package, &bench.path("commands")), [""; 0]);

    for checked in ["copied", "commands", "c.stillwatch", case] {
        bench.run(&["verify", checked]).ok();
    }
    // Both exports of the window's case wait for its journal, which is still a chain with them.
    let flag = ["flag", "c.stillwatch", "account:nobody", "--tag", "x"];
    assert_ne!(bench.run(&flag).code, Some(0), "nobody of that name");
    bench.run(&["flag", "c.stillwatch", &format!("cluster:{network}"), "--tag", "x"]).ok();
    let sql = "SELECT count(*) FROM journal WHERE action = 'export'";
    assert_eq!(bench.number("c.stillwatch", sql), 2);
    bench.run(&["verify", "c.stillwatch"]).ok();
}
