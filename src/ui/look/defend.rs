//! The screens on which an analyst decides and defends: Compare, Case, Report, and the export.

use egui_kittest::kittest::Queryable as _;

use super::{THEMES, app, ask, is_counted, save, settle, setup, until};
use crate::case::{Author, Edit, starting_point};
use crate::model::book::{Day, Evidence, Hypothesis, Item, Part, Status, Task, Term, Words};
use crate::model::{Filter, Time};
use crate::ui::app::sheet::Sheet;
use crate::ui::{Action, App, Command};

/// A case book with something of every kind.
fn items() -> Vec<Item> {
    let words = |part, text: &str| Item::Words(Words { part, text: text.into() });
    let task = |text: &str, is_done| Item::Task(Task { text: text.into(), is_done });
    let evidence = |title: &str, remark: &str, filter: &str, place| {
        let (title, remark, filter) = (title.into(), remark.into(), filter.into());
        let state = String::new();
        Item::Evidence(Evidence { title, remark, filter, state, rows: 1_204, accounts: 36, place })
    };
    let claim = |claim: &str, status, supports: Vec<u64>, against: Vec<u64>| {
        let (claim, remark) = (claim.into(), String::new());
        Item::Hypothesis(Hypothesis { claim, status, supports, against, remark })
    };
    let mut items = vec![
        evidence(
            "36 accounts take turns through the night of 17 March",
            "No two of them are ever active at once.",
            "time:2026-03-17..2026-03-18 model:atlas-4",
            0,
        ),
        evidence("The same accounts before the release", "", "time:..2026-03-10 cluster:1", 1),
        evidence("A class of the university, 09:00 to 11:00", "", "org:uni-north", 2),
        claim("One operator stands behind cluster 1", Status::Supported, vec![1, 2], vec![]),
        claim("Cluster 5 is a class", Status::Open, vec![3], vec![1]),
        words(Part::Predication, "Opened on 12 April 2026 after a tip of the gateway team."),
        words(Part::Actions, "Keys of cluster 1 were limited on 13 April; nobody was closed."),
        task("Ask the gateway team for the addresses of 17 March", false),
        task("Compare the clauses with their texts", false),
        task("Export for counsel", true),
    ];
    // One that speaks of the models of the sample, so that use falls under it.
    items.push(Item::Term(Term {
        provider: "A provider".into(),
        document: "Terms of service".into(),
        clause: "4.2".into(),
        paraphrase: "Answers may not be used to train models that compete.".into(),
        models: "atlas-4*".into(),
        from: Day::parse("2026-03-10"),
        forbids_training: true,
        ..Term::default()
    }));
    items.extend(starting_point().into_iter().take(4).map(Item::Term));
    items
}

/// The sample with its findings and a case book.
pub(super) fn decided(harness: &mut egui_kittest::Harness<'_, App>) {
    harness.step();
    harness.state_mut().actions.push(Action::Run(Command::OpenSample));
    until(harness, is_counted);
    harness.state_mut().actions.push(Action::Run(Command::RunDetectors));
    until(harness, |app| {
        app.session.as_ref().is_some_and(|s| s.case.analysis().is_some() && s.findings.is_settled())
    });
    let case = &mut harness.state_mut().session.as_mut().expect("a case").case;
    let author = Author { actor: "analyst a".into(), at: Time(1_776_000_000_000_000) };
    let edit = Edit::add_to_book(items(), case.next_book_id(), &author);
    case.edit(edit, author).expect("kept");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_what_is_decided_and_defended() {
    let sizes = [([1440.0, 900.0], ""), ([1280.0, 800.0], "-1280"), ([2560.0, 1440.0], "-2560")];
    for (size, suffix) in sizes {
        for (dark, theme) in THEMES {
            let scratch = tempfile::tempdir().expect("a scratch directory");
            let mut harness = app(setup(scratch.path()), size, dark);
            decided(&mut harness);
            let name = |screen: &str| format!("{screen}{suffix}{theme}");
            ask(&mut harness, vec![Action::Run(Command::Case)]);
            save(&mut harness, &name("case"));
            merging(&mut harness, scratch.path());
            save(&mut harness, &name("merge"));
            let filter = Filter::parse("cluster:1").expect("readable");
            ask(&mut harness, vec![Action::Filter(filter), Action::Run(Command::Compare)]);
            until(&mut harness, |app| app.session.as_ref().is_some_and(|s| s.compare.is_settled()));
            settle(&mut harness);
            save(&mut harness, &name("compare"));
            harness.get_by_label_contains("Side B").click();
            settle(&mut harness);
            save(&mut harness, &name("compare-menu"));
            harness.key_press(egui::Key::Escape);
            harness.run_steps(2);
            ask(&mut harness, vec![Action::Filter(Filter::everything())]);
            report(&mut harness, &name("report"));
        }
    }
}

/// Two analysts' cases, before they become one.
fn merging(harness: &mut egui_kittest::Harness<'_, App>, scratch: &std::path::Path) {
    let written =
        |app: &App| app.session.as_ref().is_some_and(|s| s.case.save_state().pending == 0);
    until(harness, written);
    let (other, _) = crate::ui::walk::merge::two(harness, scratch);
    harness.state_mut().open_merge(other);
    until(harness, |app| matches!(&app.sheet, Some(Sheet::Merge(of)) if of.plan().is_some()));
    settle(harness);
}

#[cfg(feature = "pdf")]
fn report(harness: &mut egui_kittest::Harness<'_, App>, name: &str) {
    ask(harness, vec![Action::Run(Command::Report)]);
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.report.is_settled()));
    // Pages are drawn one after another.
    for _ in 0..200 {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    save(harness, name);
}

#[cfg(not(feature = "pdf"))]
fn report(_: &mut egui_kittest::Harness<'_, App>, _: &str) {}
