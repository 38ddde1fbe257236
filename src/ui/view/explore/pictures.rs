//! The screen drawn, for people to look at.
//!
//! `STILLWATCH_LOOK=target/look cargo test look_at -- --ignored` writes the pictures there.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, pos2};
use egui_kittest::kittest::Queryable;

use crate::model::time::DAY_US;
use crate::model::{
    Annotation, Confidence, Filter, MarkerKind, Note, Selection, Time, TimeNote, TimeSpan, Verdict,
    VerdictRecord,
};

use super::stand::{Stand, Walk, drawn, marker, settle};
use super::test_case::{self, MARCH};
use super::walk::plot;

pub fn dressed(accounts: u32, rows: u32) -> Stand {
    let mut stand = Stand::new(test_case::large(accounts, rows, 45));
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
            Arc::make_mut(&mut stand.annotations)
                .insert(id, verdict(v, "One prompt, all night, from many addresses"));
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
    harness.get_by_role_and_label(Role::Tab, "Exchanges").click();
    settle(&mut harness);
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

fn noted(stand: &mut Stand) {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    let note = |id, start, end, text: &str| TimeNote {
        span: TimeSpan { start: day(start), end: day(end) },
        note: Note { id, text: text.to_owned(), at: day(50), actor: "analyst a".into() },
    };
    stand.time_notes = vec![
        note(1, 19, 24, "All of it from one pool; ask the reseller for the contract"),
        note(2, 30, 31, "ban wave, new accounts the day after"),
    ];
}

fn drag_on(harness: &mut Walk<'_>, from: f32, to: f32) {
    let area = plot(harness);
    let at = |share: f32| pos2(area.left() + share * area.width(), area.center().y);
    harness.hover_at(at(from));
    harness.run_steps(1);
    harness.drag_at(at(from));
    harness.run_steps(1);
    harness.hover_at(at(to));
    harness.run_steps(2);
    harness.drop_at(at(to));
    settle(harness);
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_traffic() {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    for (size, dark, suffix) in [
        ([1112.0, 730.0], true, ""),
        ([1112.0, 730.0], false, "-light"),
        ([2392.0, 1370.0], true, "-2560"),
        ([2392.0, 1370.0], false, "-2560-light"),
    ] {
        let name = |what: &str| format!("traffic-{what}{suffix}");
        let mut stand = dressed(1_200, 60_000);
        noted(&mut stand);
        let mut harness = drawn(stand, size, dark);
        save(&mut harness, &name("plain"));
        let centre = plot(&harness).center();
        harness.hover_at(centre);
        settle(&mut harness);
        save(&mut harness, &name("hover"));
        harness.state_mut().view.filter = Filter::parse("model:atlas-4").expect("a filter");
        harness.state_mut().view.filter.time = Some(TimeSpan::new(day(19), day(24)));
        settle(&mut harness);
        save(&mut harness, &name("brushed"));
        harness.state_mut().view.window = Some(TimeSpan::new(day(17), day(27)));
        settle(&mut harness);
        save(&mut harness, &name("zoomed"));
        harness.state_mut().view = crate::ui::ViewState {
            screen: crate::ui::Screen::Explore,
            ..crate::ui::ViewState::default()
        };
        settle(&mut harness);
        harness.get_by_label("What the traffic shows").click();
        settle(&mut harness);
        harness.get_by_label("verdict").click();
        settle(&mut harness);
        save(&mut harness, &name("menu"));
        harness.get_by_label("Measure with a drag").click();
        settle(&mut harness);
        harness.key_press(Key::Escape);
        settle(&mut harness);
        drag_on(&mut harness, 0.3, 0.5);
        save(&mut harness, &name("measured"));
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_traffic_of_odd_cases() {
    let size = [1112.0, 730.0];
    save(&mut drawn(dressed(1, 0), size, true), "traffic-empty");
    save(&mut drawn(dressed(1, 1), size, false), "traffic-one-light");
    let years = Stand::new(test_case::large(40, 20_000, 60 * 365));
    save(&mut drawn(years, size, true), "traffic-60-years");
    let mut untimed = Stand::new(test_case::large_with_untimed(1_200, 60_000, 45, 1_204));
    untimed.view.window = Some(TimeSpan::new(Time(MARCH), Time(MARCH + 20 * DAY_US)));
    untimed.zone = crate::ui::Zone::berlin();
    noted(&mut untimed);
    save(&mut drawn(untimed, size, false), "traffic-no-time-zoomed-light");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_facets() {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    for (name, size, dark, field) in [
        ("facets", [1272.0, 830.0], true, "Address"),
        ("facets-light", [1272.0, 830.0], false, "Model"),
        ("facets-1280", [1112.0, 730.0], true, "Network"),
        ("facets-2560", [2392.0, 1370.0], false, "Address"),
        ("facets-templates", [1112.0, 730.0], true, "Template"),
        ("facets-templates-2560", [2392.0, 1370.0], false, "Template"),
    ] {
        let mut stand = dressed(1_200, 60_000);
        stand.view.filter.time = Some(TimeSpan::new(day(19), day(24)));
        let mut harness = drawn(stand, size, dark);
        if field != "Model" {
            harness.get_by_label("Facets by Model").click();
            settle(&mut harness);
            if name == "facets" {
                save(&mut harness, "facets-menu");
            }
            harness.get_by_label(field).click();
            settle(&mut harness);
        }
        harness.get_by_label("Facets: Lift").hover();
        settle(&mut harness);
        save(&mut harness, name);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_templates() {
    for (name, size, dark) in [
        ("templates", [1272.0, 830.0], true),
        ("templates-light", [1272.0, 830.0], false),
        ("templates-1280", [1112.0, 730.0], true),
        ("templates-2560", [2392.0, 1370.0], true),
    ] {
        let mut harness = drawn(dressed(1_200, 60_000), size, dark);
        super::templates::walk::bring(&mut harness);
        save(&mut harness, name);
        let grid = harness.get_by_role_and_label(Role::Grid, "Templates").rect();
        let at = pos2(grid.left() + 40.0, grid.top() + 26.0 * 2.5);
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        settle(&mut harness);
        save(&mut harness, &format!("{name}-shown"));
    }
    let size = [1272.0, 830.0];
    let mut stand = Stand::new(test_case::without_templates());
    stand.templates_due = Some(crate::case::TemplatesDue::Never);
    let mut harness = drawn(stand, size, true);
    super::templates::walk::bring(&mut harness);
    save(&mut harness, "templates-none");
}
