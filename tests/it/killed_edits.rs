//! A thousand edits of an analyst whose machine fails again and again: what is in the case is what
//! its journal says, and what was said to be saved is there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use stillwatch::case::{Author, Edit, OpenCase};
use stillwatch::job::Progress;
use stillwatch::model::book::{Item, Task};
use stillwatch::model::rng::Rng;
use stillwatch::model::{Change, Confidence, Note, SavedView, Time, TimeSpan, Verdict};
use stillwatch::store::{CaseFile, Mode};

use crate::support::{Bench, native};

/// Names the case to the child that edits it.
const CASE: &str = "STILLWATCH_TEST_EDITED_CASE";
/// Tells it which edits to make.
const SEED: &str = "STILLWATCH_TEST_EDITED_SEED";
const CHILD: &str = "killed_edits::what_edits_until_it_is_killed";
const EDITS: usize = 1_000;

/// The child: edits without end, and says how many of its edits are on disk. Without a case it is
/// no child, and does nothing.
#[test]
fn what_edits_until_it_is_killed() {
    let Some(path) = std::env::var_os(CASE) else { return };
    let seed = std::env::var(SEED).unwrap().parse().unwrap();
    let mut case = OpenCase::load(Path::new(&path), &Progress::default()).unwrap();
    assert!(!case.is_read_only());
    let mut rng = Rng::new(&[seed]);
    let mut made = 0_usize;
    for at in 0.. {
        let author = Author { actor: format!("analyst {}", rng.below(2)), at: Time(at) };
        made += usize::from(step(&mut case, &mut rng, author));
        if rng.below(8) == 0 {
            let begun = Instant::now();
            while case.save_state().pending > 0 {
                assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", case.save_state());
                thread::yield_now();
            }
            // The harness of tests keeps what `println!` says to itself.
            writeln!(std::io::stderr(), "saved {made}").unwrap();
        }
    }
}

/// One random step; whether anything changed.
fn step(case: &mut OpenCase, rng: &mut Rng, author: Author) -> bool {
    let ids = case.index.accounts();
    let many = 1 + rng.below(3);
    let accounts: BTreeSet<String> =
        (0..many).map(|_| ids[rng.below(ids.len() as u64) as usize].clone()).collect();
    let accounts: Vec<String> = accounts.into_iter().collect();
    let word = format!("w{}", rng.below(4));
    let start = rng.below(1_000) as i64;
    let edit = match rng.below(12) {
        0 | 1 => {
            let verdict = [Verdict::Suspicious, Verdict::Watch, Verdict::Cleared];
            let verdict = verdict[rng.below(3) as usize];
            let given = (rng.below(4) > 0).then_some((verdict, Confidence::Low, &*word));
            Edit::verdict(case.annotations(), &accounts, given, &author)
        }
        2 | 3 => Edit::tag(case.annotations(), &accounts, &word, rng.below(3) > 0),
        4 => Edit::note(&accounts, &word, case.next_note_id(), &author),
        5 => {
            let said = case.annotations().get(&accounts[0]);
            let id = said.and_then(|of| of.notes.first()).map_or(0, |note| note.id);
            Edit::remove_notes(case.annotations(), &accounts[..1], &[id])
        }
        6 => {
            let span = TimeSpan { start: Time(start), end: Time(start + 5) };
            Edit::time_note(span, &word, case.next_time_note_id(), &author)
        }
        7 => {
            let (id, actor) = (case.next_saved_view_id(), author.actor.clone());
            let note = Note { id, text: String::new(), at: author.at, actor };
            let view =
                SavedView { name: word, note, state: "{}".into(), rows: start as u64, accounts: 1 };
            Edit::save_view(case.saved_views(), view)
        }
        8 => {
            let task = Item::Task(Task { text: word, is_done: rng.below(2) > 0 });
            Edit::add_to_book(vec![task], case.next_book_id(), &author)
        }
        9 => {
            let id = case.book().first().map_or(0, |entry| entry.id);
            Edit::remove_from_book(case.book(), id, &author)
        }
        10 => return case.undo(author).unwrap().is_some(),
        _ => return case.redo(author).unwrap().is_some(),
    };
    let changes = !edit.is_empty();
    case.edit(edit, author).unwrap();
    changes
}

/// Lets a child edit for a while and kills it; how many edits it said were saved.
fn edit_and_kill(case: &Path, seed: u64, after: Duration) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--nocapture"])
        .env(CASE, case)
        .env(SEED, seed.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    let reader = thread::spawn(move || said.lines().map_while(Result::ok).collect::<Vec<_>>());
    thread::sleep(after);
    // SIGKILL: nothing is told, nothing is tidied up.
    child.kill().unwrap();
    child.wait().unwrap();
    let said = reader.join().unwrap();
    let failed = said.iter().find(|line| line.contains("panicked"));
    assert_eq!(failed, None, "{said:?}");
    // It may have been killed in the middle of a line.
    let saved = said.iter().rev().find_map(|line| line.strip_prefix("saved ")?.parse().ok());
    saved.unwrap_or(0)
}

/// What the journal leads to, by the plainest rules; nothing of the program applies it.
#[derive(Debug, Default, PartialEq)]
struct State {
    verdicts: BTreeMap<String, String>,
    tags: BTreeSet<(String, String)>,
    /// Account and text by id, of all kinds of notes and entries that stand.
    kept: BTreeMap<(&'static str, u64), String>,
    done: usize,
    undone: usize,
}

impl State {
    fn keep(&mut self, kind: &'static str, id: u64, what: Option<String>) {
        match what {
            Some(what) => drop(self.kept.insert((kind, id), what)),
            None => drop(self.kept.remove(&(kind, id))),
        }
    }

    fn make(&mut self, change: Change) {
        match change {
            Change::Verdict { account, after: Some(after), .. } => {
                self.verdicts.insert(account, format!("{after:?}"));
            }
            Change::Verdict { account, after: None, .. } => drop(self.verdicts.remove(&account)),
            Change::Tag { account, tag, present: true } => drop(self.tags.insert((account, tag))),
            Change::Tag { account, tag, present: false } => {
                self.tags.remove(&(account, tag));
            }
            Change::Note { account, note, present } => {
                self.keep("note", note.id, present.then(|| format!("{account} {note:?}")));
            }
            Change::TimeNote { note, present } => {
                self.keep("time", note.note.id, present.then(|| format!("{note:?}")));
            }
            Change::View { view, present } => {
                self.keep("view", view.note.id, present.then(|| format!("{view:?}")));
            }
            Change::Book { before, after } => {
                let id = after.as_ref().or(before.as_ref()).unwrap().id;
                self.keep("book", id, after.map(|entry| format!("{entry:?}")));
            }
        }
    }

    fn of_journal(file: &CaseFile) -> Self {
        let mut state = Self::default();
        for entry in file.journal().unwrap() {
            match &*entry.action {
                "edit" => (state.done, state.undone) = (state.done + 1, 0),
                "undo" => (state.done, state.undone) = (state.done - 1, state.undone + 1),
                "redo" => (state.done, state.undone) = (state.done + 1, state.undone - 1),
                _ => continue,
            }
            let changes = Change::read_all(&entry.detail).unwrap();
            changes.into_iter().for_each(|change| state.make(change));
        }
        state
    }

    fn of_tables(file: &CaseFile) -> Self {
        let mut state = Self::default();
        for (account, said) in file.annotations().unwrap() {
            if let Some(verdict) = said.verdict {
                state.verdicts.insert(account.clone(), format!("{verdict:?}"));
            }
            state.tags.extend(said.tags.into_iter().map(|tag| (account.clone(), tag)));
            for note in said.notes {
                state.keep("note", note.id, Some(format!("{account} {note:?}")));
            }
        }
        for note in file.time_notes().unwrap() {
            state.keep("time", note.note.id, Some(format!("{note:?}")));
        }
        for view in file.saved_views().unwrap() {
            state.keep("view", view.note.id, Some(format!("{view:?}")));
        }
        for entry in file.book().unwrap() {
            state.keep("book", entry.id, Some(format!("{entry:?}")));
        }
        state
    }
}

/// How many edits, undos and redos the journal of a case has.
fn steps(file: &CaseFile) -> usize {
    let is_step = |action: &str| ["edit", "undo", "redo"].contains(&action);
    file.journal().unwrap().iter().filter(|entry| is_step(&entry.action)).count()
}

#[test]
fn a_thousand_edits_killed_at_random_are_what_the_journal_says() {
    let bench = Bench::new();
    bench.file("a.jsonl", native(60));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let path = bench.path("c.stillwatch");
    let mut rng = Rng::new(&[0x1DEA]);
    let (mut known, mut kills, mut between) = (0, 0, 0);
    while known < EDITS || kills < 20 {
        let saved = edit_and_kill(&path, kills, Duration::from_millis(60 + rng.below(400)));
        kills += 1;
        assert!(kills < 2_000, "{known} edits after {kills} kills");
        // Only a case that is opened to write puts back what a killed process left half-written.
        let case = OpenCase::load(&path, &Progress::default()).unwrap();
        let depth = case.history().depth();
        drop(case);
        let file = CaseFile::open(&path, Mode::ReadOnly).unwrap();
        let now = steps(&file);
        assert!(now >= known + saved, "{saved} were said to be saved: {known} before, {now} now");
        between += usize::from(now > known + saved);
        known = now;
        let said = State::of_journal(&file);
        assert_eq!(said.done, depth, "what can be undone");
        assert_eq!(State { done: 0, undone: 0, ..said }, State::of_tables(&file));
    }
    assert!(between > 0, "no child was killed between two of its reports");
    bench.run(&["verify", "c.stillwatch"]).ok();
}
