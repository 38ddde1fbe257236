//! `stillwatch book`: hypotheses, evidence, tasks, terms and the words of the report; the same
//! edits the window makes.

use super::author::author;
use super::book_args::{BookArgs, Standing, Writing};
use super::case_file;
use super::edit::{make, open, parse, report, unanswered};
use super::exit::{Outcome, Usage};
use super::out::{count, note, print, print_json, visible};
use super::progress::Reporter;
use super::text_file;
use crate::case::binding::bound;
use crate::case::{Author, Edit, OpenCase, read_terms, starting_point};
use crate::index::compile;
use crate::model::book::{self, Day, Entry, Evidence, Hypothesis, Item, Task, Words};
use crate::model::filter::Filter;

/// Lists the case book, or writes into it.
///
/// # Errors
/// When the case cannot be read or written, or an entry is named that there is not.
pub fn run(args: &BookArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let Some(write) = &args.write else { return list(args, reporter) };
    let mut case = open(&args.case, reporter)?;
    let author = author()?;
    let edit = edit(write, &case, &author)?;
    let titles = make(&mut case, vec![edit], &author)?;
    let entries = serde_json::to_value(&**case.book())?;
    case.close().map_err(anyhow::Error::msg)?;
    report(&titles, args.json.then_some(entries), reporter)
}

fn edit(write: &Writing, case: &OpenCase, author: &Author) -> anyhow::Result<Edit> {
    let add = |item: Item| Edit::add_to_book(vec![item], case.next_book_id(), author);
    Ok(match write {
        Writing::Hypothesis { claim, standing } => {
            let claim = said(claim, "the claim")?;
            let new = Hypothesis { claim, ..Hypothesis::default() };
            add(Item::Hypothesis(standing_of(new, standing, case)?))
        }
        Writing::Evidence { title, select, remark } => {
            let title = said(title, "the title")?;
            add(Item::Evidence(kept(case, title, select, remark)?))
        }
        Writing::Task { text } => {
            add(Item::Task(Task { text: said(text, "the task")?, is_done: false }))
        }
        Writing::Words { part, text } => words(case, *part, text.trim(), author),
        Writing::Terms { file } => {
            let terms = match file {
                None => starting_point(),
                Some(path) => {
                    let text = text_file::read(path)?;
                    let wrong = |why| anyhow::anyhow!("{}: {why}", path.display());
                    read_terms(&text).map_err(wrong)?
                }
            };
            let known = book::terms(case.book());
            let new = terms.into_iter().filter(|new| known.iter().all(|(_, term)| *term != new));
            let items: Vec<Item> = new.map(Item::Term).collect();
            Edit::add_to_book(items, case.next_book_id(), author)
        }
        Writing::Change { id, standing, done, checked } => {
            let entry = entry(case, *id)?;
            let item = changed(entry, standing, *done, checked.as_deref(), case)?;
            Edit::change_book(vec![(entry, item)], author)
        }
        Writing::Remove { id } => {
            entry(case, *id)?;
            Edit::remove_from_book(case.book(), *id, author)
        }
    })
}

fn said(text: &str, what: &str) -> Result<String, Usage> {
    let text = text.trim();
    if text.is_empty() { Err(Usage(format!("{what} is empty"))) } else { Ok(text.to_owned()) }
}

fn entry(case: &OpenCase, id: u64) -> Result<&Entry, Usage> {
    let found = case.book().iter().find(|entry| entry.id == id);
    found.ok_or_else(|| Usage(format!("no entry {id} in the case book")))
}

/// A hypothesis with what is said of how it stands.
fn standing_of(
    mut hypothesis: Hypothesis,
    standing: &Standing,
    case: &OpenCase,
) -> Result<Hypothesis, Usage> {
    for id in standing.supports.iter().chain(&standing.against) {
        if !matches!(entry(case, *id)?.item, Item::Evidence(_)) {
            return Err(Usage(format!("entry {id} is no evidence")));
        }
    }
    if let Some(both) = standing.supports.iter().find(|id| standing.against.contains(id)) {
        return Err(Usage(format!("evidence {both} cannot speak for and against it")));
    }
    let take = |now: &mut Vec<u64>, other: &mut Vec<u64>, new: &[u64]| {
        other.retain(|id| !new.contains(id));
        now.extend(new);
        now.sort_unstable();
        now.dedup();
    };
    take(&mut hypothesis.supports, &mut hypothesis.against, &standing.supports);
    take(&mut hypothesis.against, &mut hypothesis.supports, &standing.against);
    hypothesis.status = standing.status.unwrap_or(hypothesis.status);
    if let Some(remark) = &standing.remark {
        hypothesis.remark = remark.trim().to_owned();
    }
    Ok(hypothesis)
}

/// The records of a filter, counted as they are now.
fn kept(case: &OpenCase, title: String, select: &str, remark: &str) -> anyhow::Result<Evidence> {
    let filter = match select.trim() {
        "" => Filter::everything(),
        _ => parse(select)?,
    };
    let mask = compile(&filter, &case.index, case.lists()).map_err(unanswered)?;
    let stats = case.index.stats_by_account(&mask);
    let is_of_nobody = !filter.is_everything() && stats.iter().all(|of| of.rows == 0);
    anyhow::ensure!(!is_of_nobody, "{select} selects no record, which is no evidence");
    let place =
        book::evidence(case.book()).last().map_or(0, |(_, last)| last.place.saturating_add(1));
    Ok(Evidence {
        title,
        remark: remark.trim().to_owned(),
        filter: match filter.is_everything() {
            true => String::new(),
            false => bound(&filter, &case.index, case.lists()).to_string(),
        },
        state: String::new(),
        rows: stats.iter().map(|of| u64::from(of.rows)).sum(),
        accounts: stats.iter().filter(|of| of.rows > 0).count() as u64,
        place,
    })
}

/// A part of the report in other words.
fn words(case: &OpenCase, part: book::Part, text: &str, author: &Author) -> Edit {
    let item = Item::Words(Words { part, text: text.to_owned() });
    match (book::words(case.book(), part), text.is_empty()) {
        (Some((entry, _)), true) => Edit::remove_from_book(case.book(), entry.id, author),
        (Some((entry, _)), false) => Edit::change_book(vec![(entry, item)], author),
        (None, true) => Edit::add_to_book(Vec::new(), 0, author),
        (None, false) => Edit::add_to_book(vec![item], case.next_book_id(), author),
    }
}

fn changed(
    entry: &Entry,
    standing: &Standing,
    done: bool,
    checked: Option<&str>,
    case: &OpenCase,
) -> Result<Item, Usage> {
    let asks_standing = standing.status.is_some()
        || standing.remark.is_some()
        || !standing.supports.is_empty()
        || !standing.against.is_empty();
    let fits = |item: &Item| match item {
        Item::Hypothesis(_) => !done && checked.is_none(),
        Item::Task(_) => !asks_standing && checked.is_none(),
        Item::Term(_) => !asks_standing && !done,
        Item::Evidence(_) => {
            let only_remark = standing.status.is_none() && standing.supports.is_empty();
            only_remark && standing.against.is_empty() && !done && checked.is_none()
        }
        Item::Words(_) => false,
    };
    if !fits(&entry.item) {
        let kind = entry.item.kind();
        return Err(Usage(format!("entry {} is of kind {kind}: not so changed", entry.id)));
    }
    Ok(match entry.item.clone() {
        Item::Hypothesis(of) => Item::Hypothesis(standing_of(of, standing, case)?),
        Item::Task(task) => Item::Task(Task { is_done: task.is_done || done, ..task }),
        Item::Evidence(mut of) => {
            of.remark = standing.remark.clone().unwrap_or(of.remark);
            Item::Evidence(of)
        }
        Item::Term(mut term) => {
            if let Some(day) = checked {
                let wrong = || Usage(format!("--checked {day}: no day such as 2026-04-16"));
                term.checked = Some(Day::parse(day).ok_or_else(wrong)?);
            }
            Item::Term(term)
        }
        words @ Item::Words(_) => words,
    })
}

fn list(args: &BookArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let all = case_file::open(&args.case)?.book()?;
    reporter.pause();
    if args.json {
        print_json(&serde_json::to_value(&all)?)?;
        return Ok(Outcome::Done);
    }
    if all.is_empty() {
        note("the case book is empty");
    }
    print(|out| {
        for entry in &all {
            writeln!(out, "{:>4}  {:<10}  {}", entry.id, entry.item.kind(), line(&entry.item))?;
        }
        Ok(())
    })?;
    Ok(Outcome::Done)
}

/// An entry on one line.
fn line(item: &Item) -> String {
    let text = match item {
        Item::Hypothesis(Hypothesis { claim, status, supports, against, .. }) => {
            let (supports, against) = (supports.len(), against.len());
            format!("{claim} [{}, {supports} for, {against} against]", status.as_str())
        }
        Item::Evidence(Evidence { title, rows, filter, .. }) => {
            let filter = if filter.is_empty() { "the whole case" } else { filter };
            format!("{title} [{}, {filter}]", count(*rows, "record", "records"))
        }
        Item::Task(Task { text, is_done }) => {
            format!("{text} [{}]", if *is_done { "done" } else { "to do" })
        }
        Item::Term(term) => {
            let checked = term.checked.map_or("not checked".into(), |day| format!("checked {day}"));
            format!("{} [in force {}, {checked}]", term.name(), term.in_force())
        }
        Item::Words(Words { part, text }) => format!("{}: {text}", part.title()),
    };
    visible(&text)
}
