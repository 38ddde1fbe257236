//! Saved views: the question for a name, and more of them than are listed.

use egui_kittest::kittest::Queryable as _;

use super::{THEMES, app, ask, is_counted, save, settle, setup, until};
use crate::case::{Author, Edit};
use crate::model::{Filter, Note, SavedView, Time};
use crate::ui::{Action, Command};

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_saved_views() {
    for (dark, theme) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = app(setup(scratch.path()), [1440.0, 900.0], dark);
        harness.step();
        harness.state_mut().actions.push(Action::Run(Command::OpenSample));
        until(&mut harness, is_counted);
        let filter = Filter::parse("model:atlas-4*").expect("readable");
        ask(&mut harness, vec![Action::Filter(filter), Action::Run(Command::Explore)]);
        ask(&mut harness, vec![Action::Run(Command::SaveView)]);
        save(&mut harness, &format!("save-view{theme}"));
        harness.key_press(egui::Key::Escape);
        settle(&mut harness);
        for id in 1..=14 {
            let author = Author { actor: "analyst".into(), at: Time(0) };
            let state = serde_json::to_string(&harness.state().view).expect("json");
            let note = Note { id, text: String::new(), at: Time(0), actor: "analyst".into() };
            let name = format!("Night burst {id}");
            let view = SavedView { name, note, state, rows: 1_204, accounts: 36 };
            let case = &mut harness.state_mut().session.as_mut().expect("a case").case;
            let edit = Edit::save_view(case.saved_views(), view);
            case.edit(edit, author).expect("kept");
        }
        harness.run_steps(2);
        harness.get_by_label("6 more saved views…").click();
        settle(&mut harness);
        save(&mut harness, &format!("views-more{theme}"));
        harness.get_by_label("Night burst 12").click();
        settle(&mut harness);
        save(&mut harness, &format!("view-opened{theme}"));
    }
}
