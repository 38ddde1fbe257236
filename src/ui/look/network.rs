//! Network: at first, opened, split, a line, a way, the growth.

use egui_kittest::Harness;

use super::findings::{has_found, opened};
use super::{THEMES, ask, save, settle, until};
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
    ask(harness, vec![Action::Select(crate::model::Selection::Nothing)]);
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
