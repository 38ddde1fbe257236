use super::super::testkit::{Dice, random_runs};
use super::super::{Lists, compile};
use super::*;
use proptest::prelude::*;

/// An index whose prompts are these texts, by event id, and that searches them one by one.
fn index_of(prompts: Vec<(u64, String)>, seed: u64) -> Index {
    let (runs, dimensions) = random_runs(&mut Dice(seed), 40);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
    let search = move |phrase: &str, progress: &Progress, found: &(dyn Fn(u64) + Sync)| {
        for (event, text) in &prompts {
            progress.check().map_err(|e| e.to_string())?;
            if text.contains(phrase) {
                found(*event);
            }
        }
        Ok(())
    };
    index.with_phrases(Phrases::new(search, Progress::default()))
}

fn prompts(index: &Index) -> Vec<(u64, String)> {
    let events = (0..index.len() as u32).map(|row| index.event_id(row));
    events
        .map(|event| (event, if event % 3 == 0 { "buy now" } else { "hello" }.to_owned()))
        .collect()
}

fn rows(index: &Index, filter: &str) -> Vec<u32> {
    let filter = Filter::parse(filter).expect("a filter");
    compile(&filter, index, &Lists::default()).expect("compiles").rows().collect()
}

proptest! {
    /// Naive: the rows of the counted kind whose prompt contains it.
    #[test]
    fn a_phrase_keeps_the_rows_whose_prompt_has_it(seed: u64) {
        let index = index_of(Vec::new(), seed);
        let texts = prompts(&index);
        let index = index_of(texts.clone(), seed);
        let has = |row: &u32| texts.iter().any(|(e, t)| *e == index.event_id(*row) && t.contains("buy now"));
        let expected: Vec<u32> = rows(&index, "").into_iter().filter(has).collect();
        prop_assert_eq!(rows(&index, "\"BUY now\""), expected.clone());
        let without: Vec<u32> = rows(&index, "").into_iter().filter(|row| !has(row)).collect();
        prop_assert_eq!(rows(&index, "-\"buy now\""), without);
        prop_assert_eq!(rows(&index, "\"buy now\" OR \"nowhere\""), expected);
    }
}

#[test]
fn a_window_sees_what_was_found_so_far_and_a_stopped_search_says_so() {
    let index = index_of(Vec::new(), 3);
    let index = index_of(prompts(&index), 3);
    index.phrases().expect("there").stream();
    let filter = Filter::parse("\"buy now\"").expect("a filter");
    assert_eq!(rows(&index, "\"buy now\""), Vec::<u32>::new());
    let search = index.searches(&filter).pop().expect("one");
    assert_eq!((search.state(), search.hits()), (SearchState::Waiting, 0));
    let before = index.phrases_version(&filter);
    index.run_search(&search, &|| ());
    assert_eq!(search.state(), SearchState::Done);
    assert_ne!(index.phrases_version(&filter), before);
    assert!(!rows(&index, "\"buy now\"").is_empty());
}

#[test]
fn a_search_that_is_stopped_keeps_what_it_found() {
    let (runs, dimensions) = random_runs(&mut Dice(5), 40);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
    let first = index.event_id(0);
    let search = move |_: &str, progress: &Progress, found: &(dyn Fn(u64) + Sync)| {
        found(first);
        progress.cancel();
        Err("cancelled".to_owned())
    };
    let index = index.with_phrases(Phrases::new(search, Progress::default()));
    index.phrases().expect("there").stream();
    let search = index.searches(&Filter::parse("\"x\"").expect("a filter")).pop().expect("one");
    index.run_search(&search, &|| ());
    assert_eq!((search.state(), search.hits()), (SearchState::Stopped, 1));
}

#[test]
fn a_search_that_is_stopped_before_it_begins_stays_stopped() {
    let index = index_of(Vec::new(), 3);
    let index = index_of(prompts(&index), 3);
    index.phrases().expect("there").stream();
    let filter = Filter::parse("\"buy now\"").expect("a filter");
    let search = index.searches(&filter).pop().expect("one");
    search.progress().cancel();
    index.run_search(&search, &|| ());
    assert_eq!((search.state(), search.hits()), (SearchState::Stopped, 0));
    search.progress().resume();
    index.run_search(&search, &|| ());
    assert_eq!(search.state(), SearchState::Done);
}

#[test]
fn a_search_that_breaks_off_has_failed_and_one_search_is_run_once_at_a_time() {
    let (runs, dimensions) = random_runs(&mut Dice(7), 40);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
    let begun = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&begun);
    let search = move |_: &str, _: &Progress, _: &(dyn Fn(u64) + Sync)| {
        count.fetch_add(1, Ordering::Relaxed);
        // Long enough for the other to come while it is run.
        thread::sleep(Duration::from_millis(100));
        panic!("a reader that breaks off")
    };
    let index = index.with_phrases(Phrases::new(search, Progress::default()));
    index.phrases().expect("there").stream();
    let filter = Filter::parse("\"x\"").expect("a filter");
    let search = index.searches(&filter).pop().expect("one");
    thread::scope(|scope| {
        let run = || {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                index.run_search(&search, &|| ())
            }))
        };
        let first = scope.spawn(run);
        while search.state() == SearchState::Waiting {
            thread::yield_now();
        }
        index.run_search(&search, &|| ());
        assert_eq!(search.state(), SearchState::Running, "the other one goes on");
        assert!(first.join().expect("caught").is_err());
    });
    assert_eq!((search.state(), begun.load(Ordering::Relaxed)), (SearchState::Failed, 1));
    assert!(search.failure().expect("why").contains("broke off"));
    index.finish_searches(&filter, &Progress::default()).expect("nothing is waited for");
}

#[test]
fn a_phrase_that_cannot_be_searched_is_an_error() {
    let (runs, dimensions) = random_runs(&mut Dice(1), 40);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
    let error = |index: &Index, filter: &str| {
        let filter = Filter::parse(filter).expect("a filter");
        compile(&filter, index, &Lists::default()).expect_err("no answer").to_string()
    };
    assert!(error(&index, "\"x\"").contains("no prompts to search"));
    let failing = Phrases::new(|_, _, _| Err("they are gone".into()), Progress::default());
    let index = index.with_phrases(failing);
    assert!(error(&index, "\"x\"").contains("they are gone"));
    assert!(error(&index, "\"\"").contains("quotes are empty"));
    let many: String = (0..MOST + 1).map(|i| format!("\"p{i}\" ")).collect();
    assert!(error(&index, &many).contains("17 phrases are more than"));
}
