//! The screen drawn, for people to look at.
//!
//! `STILLWATCH_LOOK=target/look cargo test look_at -- --ignored` writes the pictures there.

use egui::accesskit::Role;
use egui::{Key, pos2};
use egui_kittest::kittest::Queryable;

use crate::model::time::DAY_US;
use crate::model::{
    Annotation, Confidence, Filter, Marker, MarkerKind, Note, Selection, Time, TimeSpan, Verdict,
    VerdictRecord,
};

use super::stand::{Stand, Walk, drawn, settle};
use super::test_case::{self, MARCH};
use super::walk::plot;

fn dressed(accounts: u32, rows: u32) -> Stand {
    let mut stand = Stand::new(test_case::large(accounts, rows, 45));
    let marker = |day: i64, kind, label: &str| Marker {
        at: Time(MARCH + day * DAY_US),
        kind,
        label: label.to_owned(),
    };
    stand.markers = vec![
        marker(13, MarkerKind::Release, "atlas-4 released"),
        marker(30, MarkerKind::Ban, "ban wave"),
        marker(38, MarkerKind::Policy, "terms updated"),
    ];
    let verdict = |verdict, reason: &str| Annotation {
        verdict: Some(VerdictRecord {
            verdict,
            confidence: Confidence::High,
            reason: reason.to_owned(),
            at: Time(MARCH + 50 * DAY_US),
            actor: "analyst a".into(),
        }),
        tags: vec!["proxy pool".into()],
        notes: vec![Note {
            id: 1,
            text: "Same prompt as the others; ask the reseller for the contract".into(),
            at: Time(MARCH + 50 * DAY_US),
            actor: "analyst a".into(),
        }],
    };
    for (i, v) in [(0, Verdict::Suspicious), (2, Verdict::Watch), (3, Verdict::Cleared)] {
        if let Some(id) = stand.index.accounts().get(i).cloned() {
            stand.annotations.insert(id, verdict(v, "One prompt, all night, from many addresses"));
        }
    }
    stand.relist();
    stand
}

pub fn save(harness: &mut Walk<'_>, name: &str) {
    let folder = std::env::var_os("STILLWATCH_LOOK")
        .map_or_else(|| std::path::PathBuf::from("target/look"), Into::into);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let picture = harness.render().expect("a picture");
    picture.save(folder.join(format!("{name}.png"))).expect("the picture is saved");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_explore() {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    for (name, size, dark) in [
        ("explore", [1272.0, 830.0], true),
        ("explore-light", [1272.0, 830.0], false),
        ("explore-1280", [1112.0, 730.0], true),
        ("explore-2560", [2392.0, 1370.0], true),
    ] {
        let mut stand = dressed(1_200, 60_000);
        stand.view.filter.time = Some(TimeSpan::new(day(19), day(24)));
        let first = stand.index.accounts()[0].clone();
        stand.view.selection = Selection::account(first);
        let mut harness = drawn(stand, size, dark);
        save(&mut harness, name);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_states() {
    let size = [1272.0, 830.0];
    let mut harness = drawn(dressed(24_000, 400_000), size, true);
    save(&mut harness, "explore-24k");
    let grid = harness.get_by_role_and_label(Role::Grid, "Exchanges").rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(&mut harness);
    let plot = plot(&harness);
    for _ in 0..4 {
        harness.key_press(Key::W);
        harness.run_steps(2);
    }
    harness.hover_at(plot.center());
    settle(&mut harness);
    save(&mut harness, "explore-record");
    let mut stand = dressed(1_200, 60_000);
    stand.view.filter = Filter::parse("model:zebra country:DE").expect("a filter");
    save(&mut drawn(stand, size, true), "explore-nothing");
    save(&mut drawn(dressed(1, 1), size, true), "explore-one");
    let mut stand = dressed(1_200, 60_000);
    stand.view.filter = Filter::parse("model:atlas-4 country:DE").expect("a filter");
    let ids = stand.index.accounts()[..40].to_vec();
    stand.view.selection = Selection::accounts(ids);
    save(&mut drawn(stand, size, false), "explore-many");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_no_time() {
    for (dark, filter, name) in [
        (true, "", "explore-no-time"),
        (false, "time:none", "explore-no-time-only-light"),
        (false, "model:atlas-4", "explore-no-time-some-light"),
    ] {
        let mut stand = Stand::new(test_case::large_with_untimed(1_200, 60_000, 45, 1_204));
        stand.view.filter = Filter::parse(filter).expect("a filter");
        save(&mut drawn(stand, [1272.0, 830.0], dark), name);
    }
}
