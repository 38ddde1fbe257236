//! Pictures of what logs are before and after they are imported.

use std::io::{Cursor, Write as _};
use std::path::Path;

use egui_kittest::kittest::Queryable as _;
use zip::write::SimpleFileOptions;

use super::{app, ask, is_counted, save, settle, setup, table, until};
use crate::job::Progress;
use crate::model::Time;
use crate::synth::{self, World};
use crate::ui::Action;

/// Logs of two weeks: a gateway that stops for hours, daily files of which one is lost, and one
/// that begins late and rests at night.
fn logs_with_gaps(folder: &Path) {
    const START: i64 = 1_772_323_200_000_000;
    const MINUTE: i64 = 60_000_000;
    let write = |name: &str, minutes: &mut dyn Iterator<Item = i64>| {
        let line = |i: i64| {
            let (at, model) = (Time(START + i * MINUTE + i % 50 * 1_000_000), i % 13 / 5);
            format!(
                "{{\"timestamp\":\"{at}\",\"account_id\":\"ac{:03}\",\"model\":\"atlas-{model}\",\
                 \"input_tokens\":{},\"output_tokens\":{}}}\n",
                i * 7 % 113,
                200 + i % 900,
                20 + i % 300
            )
        };
        let text: String = minutes.map(line).collect();
        std::fs::write(folder.join(name), text).expect("written");
    };
    let day = 24 * 60;
    write("gateway.jsonl", &mut (0..14 * day).filter(|i| !(1_690..2_035).contains(i)));
    for d in (0..14).filter(|d| *d != 8) {
        let name = format!("eu-2026-03-{:02}.jsonl", d + 1);
        write(&name, &mut (d * day..(d + 1) * day).filter(|i| i % 5 != 0));
    }
    let mut csv = String::from("timestamp,account,model\n");
    for i in (3 * day..11 * day).step_by(3).filter(|i| i % day > 6 * 60 && i % day < 20 * 60) {
        csv.push_str(&format!("{},ac{:03},atlas-1\n", Time(START + i * MINUTE), i % 40));
    }
    std::fs::write(folder.join("console.csv"), csv).expect("written");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_coverage() {
    for (dark, size, name) in [
        (true, [1440.0, 900.0], ""),
        (false, [1280.0, 800.0], "-light-1280"),
        (true, [2560.0, 1440.0], "-2560"),
    ] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let logs = scratch.path().join("logs");
        std::fs::create_dir_all(&logs).expect("a folder");
        logs_with_gaps(&logs);
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        harness.state_mut().actions.push(Action::Open(vec![logs]));
        until(&mut harness, |app| {
            app.has_case() || app.review.as_ref().is_some_and(|r| !r.is_looking())
        });
        if harness.state().review.is_some() {
            ask(&mut harness, vec![Action::StartImport]);
        }
        until(&mut harness, is_counted);
        settle(&mut harness);
        save(&mut harness, &format!("coverage{name}"));
        let lane = harness.get_by_label_contains("gateway.jsonl: 19,").rect();
        harness.hover_at(egui::pos2(lane.left() + lane.width() * 0.23, lane.center().y));
        settle(&mut harness);
        save(&mut harness, &format!("coverage-hover{name}"));
    }
}

/// A record of the format's own kind; every twentieth lacks its time.
fn bedrock() -> String {
    let one = |i: u32| {
        let at = match i % 20 {
            19 => String::new(),
            _ => format!("\"timestamp\":\"2026-03-14T{:02}:{:02}:05Z\",", i / 60 % 24, i % 60),
        };
        format!(
            "{{\"schemaType\":\"ModelInvocationLog\",\"schemaVersion\":\"1.0\",{at}\
             \"accountId\":\"770812004821\",\"identity\":{{\"arn\":\"arn:aws:iam::770812004821:user/ac{:05}\"}},\
             \"region\":\"us-east-1\",\"requestId\":\"ff4b6c63-5561-4431-{i:04}-06a8d2f1aa01\",\
             \"operation\":\"Converse\",\"modelId\":\"atlas-4-v1:0\",\
             \"input\":{{\"inputContentType\":\"application/json\",\"inputBodyJson\":{{\"messages\":[{{\"role\":\"user\",\
             \"content\":[{{\"text\":\"Implement the step between A and B, number {i}\"}}]}}]}},\"inputTokenCount\":{}}},\
             \"output\":{{\"outputBodyJson\":{{\"stopReason\":\"end_turn\",\"metrics\":{{\"latencyMs\":{}}}}},\"outputTokenCount\":{}}}}}\n",
            1_400 + i % 90,
            1_190 + i % 40,
            30_000 + i % 9_999,
            2_600 + i % 500
        )
    };
    (0..600).map(one).collect()
}

fn world() -> World {
    let scenario = synth::Scenario::Sample;
    let (events, accounts) = scenario.default_size();
    World::build(&synth::Options { events: events.min(20_000), accounts, seed: 7, scenario })
        .expect("a world")
}

/// An archive with a log and a table in it.
fn zipped(log: &[u8], csv: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in
        [("logs/native.jsonl", log), ("logs/gateway.csv", csv), ("readme.md", b"# Logs")]
    {
        zip.start_file(name, SimpleFileOptions::default()).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("ended").into_inner()
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_formats() {
    let (mut native, mut parquet) = (Vec::new(), Vec::new());
    world().write_log(&mut native, &Progress::default()).expect("written");
    world().write_parquet(&mut parquet, &Progress::default()).expect("written");
    for (name, file, bytes) in [
        ("native", "gateway.jsonl", native.clone()),
        ("bedrock", "invocations-2026-03-14.json", bedrock().into_bytes()),
        ("csv", "gateway-2026-03.csv", table().into_bytes()),
        ("parquet", "export.parquet", parquet),
        ("zip", "evidence.zip", zipped(&native, table().as_bytes())),
    ] {
        for (dark, size, suffix) in [
            (true, [1440.0, 900.0], ""),
            (false, [1280.0, 800.0], "-light-1280"),
            (true, [2560.0, 1440.0], "-2560"),
        ] {
            let scratch = tempfile::tempdir().expect("a scratch directory");
            let path = scratch.path().join(file);
            std::fs::write(&path, &bytes).expect("written");
            let mut harness = app(setup(scratch.path()), size, dark);
            harness.step();
            harness.state_mut().actions.push(Action::Review(vec![path]));
            until(&mut harness, |app| {
                app.review.as_ref().is_some_and(|r| !r.is_looking()) || app.has_case()
            });
            settle(&mut harness);
            save(&mut harness, &format!("format-{name}{suffix}"));
        }
    }
}
