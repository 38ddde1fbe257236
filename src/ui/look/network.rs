//! Network: at first, opened, split, a line, a way, the growth.

use egui_kittest::Harness;

use super::findings::{has_found, opened};
use super::{THEMES, ask, save, settle, until};
use crate::model::Selection;
use crate::ui::{Action, App, Command};

fn is_drawn(app: &App) -> bool {
    app.session.as_ref().is_some_and(|session| session.network.is_settled())
}

fn shown(harness: &mut Harness<'_, App>, name: &str) {
    until(harness, is_drawn);
    settle(harness);
    save(harness, name);
}

/// Has something done, and lays it out.
fn run(harness: &mut Harness<'_, App>, command: Command) {
    ask(harness, vec![Action::Run(command)]);
    until(harness, is_drawn);
}

fn walk(harness: &mut Harness<'_, App>, name: &str) {
    until(harness, has_found);
    run(harness, Command::Network);
    shown(harness, &format!("network{name}"));
    let of_part = |harness: &mut Harness<'_, App>, part: &str| {
        use egui_kittest::kittest::Queryable as _;
        harness.get_by_role_and_label(egui::accesskit::Role::Button, part).click();
        harness.run_steps(2);
    };
    of_part(harness, "Accounts");
    let first = |harness: &mut Harness<'_, App>| {
        run(harness, Command::NodesTable);
        harness.key_press(egui::Key::Home);
        harness.run_steps(2);
        until(harness, is_drawn);
    };
    first(harness);
    shown(harness, &format!("network-picked{name}"));
    run(harness, Command::Expand);
    harness.run_steps(2);
    shown(harness, &format!("network-expand{name}"));
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(4);
    shown(harness, &format!("network-opened{name}"));
    of_part(harness, "Lines");
    first(harness);
    shown(harness, &format!("network-line{name}"));
    harness.key_press(egui::Key::Escape);
    everybody(harness, name);
    run(harness, Command::SwitchMatrix);
    for (against, picture) in [("Active together", "matrix"), ("In common", "matrix-common")] {
        use egui_kittest::kittest::Queryable as _;
        let way = harness.get_all_by_role_and_label(egui::accesskit::Role::Button, against).next();
        way.expect("a choice").click();
        harness.run_steps(2);
        until(harness, |app| {
            app.session.as_ref().is_some_and(|session| session.network.is_compared())
        });
        shown(harness, &format!("network-{picture}{name}"));
    }
}

/// All accounts, each by itself: at rest, and while it is panned.
fn everybody(harness: &mut Harness<'_, App>, name: &str) {
    let all = harness.state().session.as_ref().expect("a case").case.index.accounts().to_vec();
    ask(harness, vec![Action::Select(Selection::accounts(all))]);
    run(harness, Command::ShowSelection);
    ask(harness, vec![Action::Select(Selection::Nothing)]);
    shown(harness, &format!("network-all{name}"));
    // In the corner of the canvas, where no node is moved instead.
    let corner = egui::pos2(200.0, 110.0);
    harness.drag_at(corner);
    harness.step();
    for by in [8.0, 16.0, 24.0] {
        harness.hover_at(corner + egui::vec2(by, by));
        harness.step();
    }
    save(harness, &format!("network-all-panned{name}"));
    harness.drop_at(corner + egui::vec2(24.0, 24.0));
    settle(harness);
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_the_network() {
    for (dark, theme) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = opened(scratch.path(), [1440.0, 900.0], dark);
        if !has_found(harness.state()) {
            ask(&mut harness, vec![Action::Run(Command::RunDetectors)]);
        }
        walk(&mut harness, theme);
    }
}
