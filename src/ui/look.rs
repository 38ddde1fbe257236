//! Renders every screen to a picture, for people to look at.
//!
//! `STILLWATCH_LOOK=target/look cargo test look -- --ignored` writes the pictures there.

mod audit;
mod defend;
mod dossier;
mod findings;
mod imports;
mod joins;
mod network;
mod said;
mod views;

use std::path::{Path, PathBuf};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Filter, Selection, Time};

use super::memory::{Memory, RecentCase};
use super::{Action, App, Command, Setup};

/// 2026-04-14T13:02:11Z.
const NOW: Time = Time(20_557 * DAY_US + 13 * HOUR_US + 131_000_000);

fn folder() -> PathBuf {
    std::env::var_os("STILLWATCH_LOOK").map_or_else(|| "target/look".into(), PathBuf::from)
}

fn setup(scratch: &Path) -> Setup {
    Setup {
        paths: Vec::new(),
        case: None,
        early: None,
        config_dir: Some(scratch.to_owned()),
        data_dir: scratch.to_owned(),
        actor: "analyst".into(),
        now: || NOW,
        offset_us: 0,
        looks_unasked: false,
    }
}

fn app<'a>(setup: Setup, size: [f32; 2], dark: bool) -> Harness<'a, App> {
    Harness::builder()
        .with_theme(egui::Theme::from_dark_mode(dark))
        .with_size(size)
        .with_max_steps(40)
        .wgpu()
        .build_eframe(|cc| App::new(cc, setup))
}

fn save(harness: &mut Harness<'_, App>, name: &str) {
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let picture = harness.render().expect("a picture");
    picture.save(folder.join(format!("{name}.png"))).expect("the picture is saved");
}

fn recent(name: &str, days: i64, exchanges: u64, accounts: u64, verdicts: [u64; 3]) -> RecentCase {
    let mut noise = super::view::start::Noise::new(exchanges as u32);
    RecentCase {
        path: PathBuf::from(format!("/nowhere/cases/{name}.stillwatch")),
        opened_at: Time(NOW.0 - days * DAY_US - HOUR_US),
        exchanges,
        accounts,
        length: format!("{} days", 2 + exchanges % 90),
        verdicts,
        traffic: (0..45)
            .map(|i| 40 + 20 * u32::from(i % 7 < 5) + (30.0 * noise.draw()) as u32)
            .collect(),
    }
}

fn memory(dark: bool) -> Memory {
    let mut memory = Memory { dark, ..Memory::default() };
    memory.opened(recent("key-leak-january", 85, 48_120, 611, [0, 0, 0]));
    memory.opened(recent("vendor-audit-q1", 18, 2_870_115, 1_204, [0, 3, 0]));
    memory.opened(recent("gateway-spring", 1, 412_908, 86, [0, 0, 0]));
    memory.opened(recent("autumn-review", 0, 16_041_337, 24_018, [318, 41, 1_204]));
    memory
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_start() {
    for (dark, size, name) in [
        (true, [1440.0, 900.0], "start"),
        (false, [1440.0, 900.0], "start-light"),
        (true, [1280.0, 800.0], "start-1280"),
        (true, [2560.0, 1440.0], "start-2560"),
    ] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        memory(dark).save(scratch.path()).expect("remembered");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.state_mut().start.missing =
            vec!["/nowhere/cases/key-leak-january.stillwatch".into()];
        harness.run();
        save(&mut harness, name);
    }
}

/// Steps until `done` or a minute has gone by.
fn until(harness: &mut Harness<'_, App>, done: impl Fn(&App) -> bool) {
    for _ in 0..6_000 {
        harness.step();
        if done(harness.state()) {
            harness.run_steps(3);
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it did not come to an end: {:?}", harness.state().notices);
}

fn is_counted(app: &App) -> bool {
    app.session.as_ref().is_some_and(|s| s.overview.facts().is_some() && !s.overview.is_stale())
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_a_case() {
    for (dark, size, name) in [
        (true, [1440.0, 900.0], ""),
        (false, [1440.0, 900.0], "-light"),
        (true, [1280.0, 800.0], "-1280"),
        (true, [2560.0, 1440.0], "-2560"),
    ] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        harness.state_mut().actions.push(Action::Run(Command::OpenSample));
        until(&mut harness, |app| {
            app.import.as_ref().is_some_and(|i| i.tally().counted().1.rows > 0) || app.has_case()
        });
        save(&mut harness, &format!("import{name}"));
        until(&mut harness, is_counted);
        harness.run_steps(20);
        std::thread::sleep(std::time::Duration::from_millis(300));
        harness.run_steps(5);
        save(&mut harness, &format!("overview{name}"));
        harness.state_mut().actions.push(Action::Run(Command::Explore));
        harness.run_steps(5);
        std::thread::sleep(std::time::Duration::from_millis(600));
        harness.run_steps(10);
        save(&mut harness, &format!("explore{name}"));
    }
}

/// The sample where every fortieth record has lost its time.
fn partly_untimed(folder: &Path) -> PathBuf {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/exchanges.jsonl.zst");
    let text = zstd::decode_all(std::fs::File::open(sample).expect("the sample")).expect("zstd");
    let text = String::from_utf8(text).expect("text");
    let line = |(i, line): (usize, &str)| match i % 40 {
        7 => line.replacen("\"timestamp\"", "\"lost\"", 1) + "\n",
        _ => line.to_owned() + "\n",
    };
    let path = folder.join("gateway.jsonl");
    let text: String = text.lines().enumerate().map(line).collect();
    std::fs::write(&path, text).expect("written");
    path
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_events_without_a_time() {
    for (dark, name) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let log = partly_untimed(scratch.path());
        let mut harness =
            app(Setup { paths: vec![log], ..setup(scratch.path()) }, [1440.0, 900.0], dark);
        until(&mut harness, is_counted);
        settle(&mut harness);
        save(&mut harness, &format!("overview-no-time{name}"));
        let filter = Action::Filter(Filter::parse("time:none").expect("readable"));
        ask(&mut harness, vec![filter, Action::Run(Command::Explore)]);
        save(&mut harness, &format!("explore-no-time-only{name}"));
    }
}

fn settle(harness: &mut Harness<'_, App>) {
    harness.run_steps(4);
    std::thread::sleep(std::time::Duration::from_millis(500));
    harness.run_steps(6);
}

fn ask(harness: &mut Harness<'_, App>, actions: Vec<Action>) {
    harness.state_mut().actions.extend(actions);
    settle(harness);
}

/// Whether it is dark, and what its pictures' names end with.
const THEMES: [(bool, &str); 2] = [(true, ""), (false, "-light")];

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_work() {
    THEMES.into_iter().for_each(|(dark, theme)| work(dark, theme));
}

fn work(dark: bool, theme: &str) {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = app(setup(scratch.path()), [1440.0, 900.0], dark);
    harness.step();
    harness.state_mut().actions.push(Action::Run(Command::OpenSample));
    until(&mut harness, is_counted);
    let filter = |text: &str| Action::Filter(Filter::parse(text).expect("readable"));
    let account = Selection::account("ac669538");
    let pills = "time:2026-03-18..2026-03-20 model:atlas-4* -country:SG";
    ask(&mut harness, vec![filter(pills), Action::Select(account)]);
    save(&mut harness, &format!("overview-filtered{theme}"));
    ask(&mut harness, vec![Action::Run(Command::Watch), Action::Run(Command::Explore)]);
    save(&mut harness, &format!("explore-selected{theme}"));
    harness.state_mut().omnibox.text = "modle:atlas-4 tokens>10".into();
    harness.state_mut().omnibox.focus();
    settle(&mut harness);
    save(&mut harness, &format!("filter-error{theme}"));
    harness.state_mut().omnibox.text = "tokens>1000 -pathway:cloud".into();
    settle(&mut harness);
    save(&mut harness, &format!("filter-meaning{theme}"));
    harness.state_mut().omnibox.text = "tokens>1000 ua:atlas".into();
    settle(&mut harness);
    save(&mut harness, &format!("filter-values{theme}"));
    harness.state_mut().omnibox.text.clear();
    let aside = Action::SetAside(crate::model::filter::PillId::Part(1));
    ask(&mut harness, vec![aside, Action::Pin("model:atlas-4*".into())]);
    harness.state_mut().omnibox.focus();
    settle(&mut harness);
    save(&mut harness, &format!("filter-sentence{theme}"));
    harness.state_mut().omnibox = Default::default();
    ask(&mut harness, vec![Action::Open(vec![scratch.path().join("sample/exchanges.jsonl.zst")])]);
    save(&mut harness, &format!("where{theme}"));
    harness.get_by_label("Cancel").click();
    settle(&mut harness);
    harness.get_by_label("Case menu").click();
    settle(&mut harness);
    save(&mut harness, &format!("case-menu{theme}"));
    harness.key_press(egui::Key::Escape);
    settle(&mut harness);
    ask(&mut harness, vec![filter("account:nobody"), Action::Run(Command::Overview)]);
    save(&mut harness, &format!("overview-empty{theme}"));
    let nothing = Action::Select(Selection::Nothing);
    ask(&mut harness, vec![filter("account:$nobody"), nothing]);
    save(&mut harness, &format!("overview-error{theme}"));
    ask(&mut harness, vec![filter(""), Action::Run(Command::Export)]);
    save(&mut harness, &format!("export{theme}"));
    let key = minisign::KeyPair::generate_unencrypted_keypair().expect("keys");
    let path = scratch.path().join("ann.key");
    std::fs::write(&path, key.sk.to_box(None).expect("a key").to_string()).expect("written");
    let field = "Sign with a secret key of minisign";
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, field).click();
    harness.run_steps(2);
    harness.event(egui::Event::Text(path.display().to_string()));
    settle(&mut harness);
    save(&mut harness, &format!("export-signed{theme}"));
    harness.get_by_label("Export").click();
    until(&mut harness, |app| app.exported().is_some());
    save(&mut harness, &format!("exported{theme}"));
    harness.get_by_label("Verify").click();
    settle(&mut harness);
    until(&mut harness, |app| !app.is_verifying());
    save(&mut harness, &format!("verified{theme}"));
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_bad_input() {
    THEMES.into_iter().for_each(|(dark, theme)| bad_input(dark, theme));
}

fn bad_input(dark: bool, theme: &str) {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let dir = scratch.path().join("logs");
    std::fs::create_dir_all(&dir).expect("a folder");
    let good = "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\"}\n";
    let half = format!(
        "{}{{\"timestamp\":\"yesterday\",\"account_id\":\"b\"}}\nnot json\n",
        good.repeat(40)
    );
    for (name, text) in [
        ("a-good.jsonl", good),
        ("b-half.jsonl", &half),
        ("c-empty.jsonl", ""),
        ("d-photo.jpg", "\u{1}\u{2}"),
    ] {
        std::fs::write(dir.join(name), text).expect("written");
    }
    // Cut off, so that one of them fails and is not merely left out.
    let cut = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3];
    std::fs::write(dir.join("e-cut.jsonl.gz"), cut).expect("written");
    let mut harness = app(setup(scratch.path()), [1440.0, 900.0], dark);
    harness.step();
    harness.state_mut().actions.push(Action::Open(vec![dir]));
    until(&mut harness, |app| app.review.as_ref().is_some_and(|r| !r.is_looking()));
    ask(&mut harness, vec![Action::StartImport]);
    until(&mut harness, |app| app.import.as_ref().is_some_and(|i| !i.is_running()));
    save(&mut harness, &format!("import-failed{theme}"));
    ask(&mut harness, vec![Action::EndImport { open: true }]);
    until(&mut harness, is_counted);
    ask(&mut harness, vec![Action::Run(Command::Rejects)]);
    save(&mut harness, &format!("rejects{theme}"));
    ask(&mut harness, vec![Action::Open(vec!["/nowhere/at/all.jsonl".into()])]);
    save(&mut harness, &format!("notice{theme}"));
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_overlays() {
    let keys = [
        (egui::Key::K, egui::Modifiers::COMMAND, "palette"),
        (egui::Key::Questionmark, egui::Modifiers::SHIFT, "help"),
    ];
    for ((dark, theme), (key, modifiers, name)) in
        THEMES.into_iter().flat_map(|theme| keys.map(|key| (theme, key)))
    {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = app(setup(scratch.path()), [1440.0, 900.0], dark);
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        save(&mut harness, &format!("{name}{theme}"));
    }
}

/// A table whose fields are guessed, with some records that cannot be read.
fn table() -> String {
    let mut text = String::from(
        "timestamp,Org,User Name,ModelName,Prompt Tokens,Completion Tokens,exec_time_seconds,Source IP,User Agent,trace\n",
    );
    for i in 0..4_000u32 {
        let (minute, second) = (i / 60 % 60, i % 60);
        let tokens = if i % 37 == 5 { "-1".to_owned() } else { (200 + i % 900).to_string() };
        text.push_str(&format!(
            "2026-03-01 {:02}:{minute:02}:{second:02},org-{},user{:03}@example.com,atlas-4,{tokens},{},{}.{},203.0.113.{},client/2.1,\"{{\"\"id\"\":{i}}}\"\n",
            i / 3_600, i % 7, i % 90, 20 + i % 300, i % 9, i % 10, i % 250
        ));
    }
    text
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_review() {
    for (dark, size, name) in [
        (true, [1440.0, 900.0], ""),
        (false, [1280.0, 800.0], "-light-1280"),
        (true, [2560.0, 1440.0], "-2560"),
    ] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let logs = scratch.path().join("logs");
        std::fs::create_dir_all(&logs).expect("a folder");
        let sure =
            "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\",\"model\":\"m\"}\n";
        let bedrock = include_str!("../../tests/it/golden/help.txt");
        for (file, text) in [
            ("gateway-2026-03.csv", table().as_str()),
            ("native.jsonl", &sure.repeat(900)),
            ("notes.txt", bedrock),
        ] {
            std::fs::write(logs.join(file), text).expect("written");
        }
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        harness.state_mut().actions.push(Action::Open(vec![logs]));
        until(&mut harness, |app| app.review.as_ref().is_some_and(|r| !r.is_looking()));
        settle(&mut harness);
        save(&mut harness, &format!("review{name}"));
        harness.get_by_label("Field account_id").click();
        settle(&mut harness);
        harness.get_by_label("Path to read").focus();
        settle(&mut harness);
        save(&mut harness, &format!("review-edit{name}"));
        harness.get_by_label("Path to read").type_text("org");
        harness.run_steps(2);
        harness.key_press(egui::Key::Enter);
        settle(&mut harness);
        harness.get_by_label("All joined").click();
        settle(&mut harness);
        harness.get_by_label("Rejected records").click();
        settle(&mut harness);
        save(&mut harness, &format!("review-rejects{name}"));
        harness.get_by_label("File native.jsonl").click();
        settle(&mut harness);
        save(&mut harness, &format!("review-sure{name}"));
    }
}
