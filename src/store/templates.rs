//! Prompt templates as the case keeps them: how they were found, what they are, and the template
//! of every event.
//!
//! They are derived from the records and can be found again, so they are replaced as a whole. The
//! journal entry of that carries a hash over all of them, which [`CaseFile::verify`] computes again.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

use crate::model::{MISSING, Piece, Slot, Template, TemplateRun, Time};

use super::edit::Tx;
use super::error::{Result, StoreError};
use super::file::{CaseFile, reader};
use super::journal::{self, JournalEntry};
use super::seal;

/// The action of the entry that holds what was found.
const FOUND: &str = "templates";
/// Events of one chunk; the view computes with the same number. A chunk fills a page of the file
/// with what SQLite keeps beside it: of 2,048 every second page would be half empty.
const CHUNK: usize = 2_036;
/// Bytes of an event: what templates are numbered up to fits.
const WIDTH: usize = 4;
/// What stands for an event without a prompt.
const NO_PROMPT: [u8; WIDTH] = *b"----";
/// The highest number of a template.
const HIGHEST: u32 = 9_999;

/// The templates of a case, as they are kept.
#[derive(Clone, Debug)]
pub struct StoredTemplates {
    /// How they were found.
    pub run: TemplateRun,
    /// In the order of their numbers.
    pub all: Vec<Template>,
    /// The template of every event from event 1 to the last that was read: its number, 0 for free
    /// text, [`MISSING`] without a prompt.
    pub of_event: Vec<u32>,
}

impl CaseFile {
    /// How the templates were found; `None` where that was never done.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn template_run(&self) -> Result<Option<TemplateRun>> {
        run(&self.conn)
    }

    /// The templates, in the order of their numbers.
    ///
    /// # Errors
    /// When the file cannot be read or holds what nobody ever wrote.
    pub fn templates(&self) -> Result<Vec<Template>> {
        all(&self.conn)
    }

    /// All that is kept of templates; `None` where they were never looked for.
    ///
    /// # Errors
    /// As [`CaseFile::templates`].
    pub fn stored_templates(&self) -> Result<Option<StoredTemplates>> {
        load(&self.conn)
    }
}

/// [`CaseFile::stored_templates`], through a connection of its own.
pub(super) fn load_at(path: &Path) -> Result<Option<StoredTemplates>> {
    load(&reader(path)?)
}

fn load(conn: &Connection) -> Result<Option<StoredTemplates>> {
    let Some(run) = run(conn)? else { return Ok(None) };
    Ok(Some(StoredTemplates { run, all: all(conn)?, of_event: of_event(conn)? }))
}

fn run(conn: &Connection) -> Result<Option<TemplateRun>> {
    let sql = "SELECT version, parameters, at_us, up_to, events, prompts, in_templates, left_out
         FROM template_run ORDER BY template_run_id DESC LIMIT 1";
    let run = conn.query_row(sql, [], |row| {
        Ok(TemplateRun {
            version: row.get(0)?,
            parameters: row.get(1)?,
            at: Time(row.get(2)?),
            up_to: row.get(3)?,
            rows: row.get(4)?,
            prompts: row.get(5)?,
            in_templates: row.get(6)?,
            left_out: row.get(7)?,
        })
    });
    Ok(run.optional()?)
}

fn all(conn: &Connection) -> Result<Vec<Template>> {
    let mut statement = conn.prepare(
        "SELECT template, events, accounts, first_seen_us, last_seen_us FROM template
         ORDER BY template",
    )?;
    let rows = statement.query_map([], |row| {
        let time = |column| {
            Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map_or(Time::NONE, Time))
        };
        Ok(Template {
            id: row.get(0)?,
            pieces: Vec::new(),
            rows: row.get(1)?,
            accounts: row.get(2)?,
            first_seen: time(3)?,
            last_seen: time(4)?,
        })
    })?;
    let mut templates: Vec<Template> = rows.collect::<rusqlite::Result<_>>()?;
    let mut statement = conn.prepare(
        "SELECT template, fixed, distinct_values, is_estimate, examples FROM template_piece
         ORDER BY template, position",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let at = templates.binary_search_by_key(&id, |template| template.id);
        let at =
            at.map_err(|_| damaged(format!("a piece of template {id}, which is not there")))?;
        let piece = match row.get::<_, Option<String>>(1)? {
            Some(fixed) => Piece::Fixed(fixed),
            None => {
                let distinct = row.get::<_, Option<u64>>(2)?.unwrap_or(0);
                let exact = row.get::<_, Option<u32>>(3)? != Some(1);
                // An estimate of an earlier version may be more than is possible.
                let most = if exact { u64::MAX } else { templates[at].rows };
                let examples = examples(row.get(4)?)?;
                Piece::Slot(Slot { distinct: distinct.min(most), exact, examples })
            }
        };
        templates[at].pieces.push(piece);
    }
    Ok(templates)
}

fn of_event(conn: &Connection) -> Result<Vec<u32>> {
    let sql = "SELECT template_chunk_id, data FROM template_chunk ORDER BY template_chunk_id";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut of_event = Vec::new();
    while let Some(row) = rows.next()? {
        let chunk: usize = row.get(0)?;
        let data = row.get_ref(1)?.as_blob().unwrap_or_default();
        let sound = chunk.checked_mul(CHUNK) == Some(of_event.len())
            && !data.is_empty()
            && data.len().is_multiple_of(WIDTH);
        let digits = data.as_chunks::<WIDTH>().0;
        let before = of_event.len();
        of_event.extend(digits.iter().map_while(|digits| number(*digits)));
        if !sound || digits.len() > CHUNK || of_event.len() - before < digits.len() {
            return Err(damaged(format!("chunk {chunk}")));
        }
    }
    Ok(of_event)
}

impl Tx<'_> {
    /// Writes the templates in place of earlier ones, and the journal entry that says so.
    /// `of_event` is as [`StoredTemplates::of_event`].
    ///
    /// # Errors
    /// SQLite's; [`StoreError::Damaged`] for a template beyond the highest number.
    pub fn replace_templates(
        &self,
        run: &TemplateRun,
        templates: &[Template],
        of_event: &[u32],
        actor: &str,
    ) -> Result<JournalEntry> {
        self.conn.execute_batch(
            "DELETE FROM template_run; DELETE FROM template_piece; DELETE FROM template;
             DELETE FROM template_chunk;",
        )?;
        let (rows, prompts) = (run.rows, run.prompts);
        self.conn.execute(
            "INSERT INTO template_run VALUES (1,?,?,?,?,?,?,?,?)",
            params![
                run.version,
                run.parameters,
                run.at.0,
                run.up_to,
                rows,
                prompts,
                run.in_templates,
                run.left_out
            ],
        )?;
        for template in templates {
            self.add_template(template)?;
        }
        let mut insert = self.conn.prepare("INSERT INTO template_chunk VALUES (?,?)")?;
        for (chunk, events) in of_event.chunks(CHUNK).enumerate() {
            let data: Option<Vec<[u8; WIDTH]>> = events.iter().map(|id| digits(*id)).collect();
            let data = data.ok_or_else(|| damaged("a number of five digits".into()))?;
            insert.execute(params![chunk, data.as_flattened()])?;
        }
        let detail = json!({
            "up_to": run.up_to, "templates": templates.len(), "events": rows, "prompts": prompts,
            "in_templates": run.in_templates, "version": run.version,
            "parameters": run.parameters, "contents": seal::templates(self.conn)?,
        });
        let target = format!("events up to {}", run.up_to);
        journal::append(self.conn, run.at, actor, FOUND, &target, &detail.to_string())
    }

    fn add_template(&self, template: &Template) -> Result<()> {
        let time = |time: Time| time.known().map(|at| at.0);
        self.conn.prepare_cached("INSERT INTO template VALUES (?,?,?,?,?,?)")?.execute(params![
            template.id,
            template.short(),
            template.rows,
            template.accounts,
            time(template.first_seen),
            time(template.last_seen)
        ])?;
        let mut insert =
            self.conn.prepare_cached("INSERT INTO template_piece VALUES (?,?,?,?,?,?)")?;
        for (position, piece) in template.pieces.iter().enumerate() {
            match piece {
                Piece::Fixed(text) => insert.execute(params![
                    template.id,
                    position,
                    text,
                    None::<u64>,
                    None::<bool>,
                    None::<String>
                ])?,
                Piece::Slot(slot) => insert.execute(params![
                    template.id,
                    position,
                    None::<String>,
                    slot.distinct,
                    !slot.exact,
                    json!(slot.examples).to_string()
                ])?,
            };
        }
        Ok(())
    }
}

fn damaged(what: String) -> StoreError {
    StoreError::Damaged(format!("templates: {what}"))
}

fn examples(json: Option<String>) -> Result<Vec<(String, u64)>> {
    let json = json.unwrap_or_else(|| "[]".into());
    serde_json::from_str(&json).map_err(|error| damaged(format!("examples of a slot: {error}")))
}

fn digits(id: u32) -> Option<[u8; WIDTH]> {
    if id == MISSING {
        return Some(NO_PROMPT);
    }
    let digit = |power: u32| b'0' + (id / power % 10) as u8;
    (id <= HIGHEST).then(|| [digit(1_000), digit(100), digit(10), digit(1)])
}

fn number(digits: [u8; WIDTH]) -> Option<u32> {
    if digits == NO_PROMPT {
        return Some(MISSING);
    }
    let all = digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
}

/// The templates are those that the last journal entry about them says.
pub(super) fn check(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let found = seal::templates(&case.conn)?;
    let expected = match journal.iter().rev().find(|entry| entry.action == FOUND) {
        Some(entry) => super::replay::contents(&entry.detail),
        None => Some(seal::nothing()),
    };
    let same = expected.as_deref() == Some(&*found);
    Ok((!same).then(|| "the templates are not what the journal says".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{import, place, problems, select};
    use super::super::{Cell, Mode};
    use super::*;

    fn template(id: u32, fixed: &str) -> Template {
        let slot = Slot {
            distinct: 3,
            exact: false,
            examples: vec![("tides; DROP TABLE event".into(), 2), ("Ω".into(), 1)],
        };
        Template {
            id,
            pieces: vec![Piece::Fixed(fixed.into()), Piece::Slot(slot)],
            rows: 4,
            accounts: 2,
            first_seen: Time(1),
            last_seen: Time::NONE,
        }
    }

    fn run(up_to: u64) -> TemplateRun {
        TemplateRun {
            version: 1,
            parameters: "least_rows=10".into(),
            at: Time(9),
            up_to,
            rows: up_to,
            prompts: 2,
            in_templates: 1,
            left_out: 0,
        }
    }

    #[test]
    fn templates_are_read_as_they_were_written_and_replaced_as_a_whole() {
        let (_folder, path) = place();
        let mut case = CaseFile::create(&path).expect("new");
        import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", "r2"), (3, "ac2", "r3")]])
            .expect("imported");
        assert_eq!(case.template_run().expect("none"), None);
        assert_eq!(problems(&case), Vec::<String>::new());
        let first = [template(1, "Explain "), template(9_999, "Rate\n")];
        let of_event = [9_999, MISSING, 0];
        case.transaction(|tx| tx.replace_templates(&run(3), &first, &of_event, "ann"))
            .expect("written");
        assert_eq!(case.templates().expect("read"), first);
        assert_eq!(case.stored_templates().expect("read").expect("some").of_event, of_event);
        assert_eq!(case.template_run().expect("read"), Some(run(3)));
        let rows = select(&case, "SELECT template FROM view_event ORDER BY event_id");
        assert_eq!(rows, [[Cell::Integer(9_999)], [Cell::Null], [Cell::Integer(0)]]);
        let rows = select(&case, "SELECT template, text, slots FROM view_template LIMIT 1");
        assert_eq!(rows, [[Cell::Integer(1), Cell::Text("Explain …".into()), Cell::Integer(1)]]);
        let second = [template(2, "Explain ")];
        case.transaction(|tx| tx.replace_templates(&run(2), &second, &[2, 2], "ann"))
            .expect("replaced");
        assert_eq!(case.templates().expect("read"), second);
        assert_eq!(case.stored_templates().expect("read").expect("some").of_event, [2, 2]);
        assert_eq!(problems(&case), Vec::<String>::new());
        let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
        case.conn.execute("UPDATE template SET events = 3", []).expect_err("read only");
    }

    #[test]
    fn an_estimate_that_was_stored_too_high_is_read_as_what_is_possible() {
        let (_folder, path) = place();
        let mut case = CaseFile::create(&path).expect("new");
        import(&mut case, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
        let mut wrong = template(1, "Explain ");
        wrong.rows = 2;
        case.transaction(|tx| tx.replace_templates(&run(1), &[wrong], &[1], "ann"))
            .expect("written");
        let read = case.templates().expect("read");
        assert_eq!(read[0].slots().map(|slot| slot.distinct).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_template_that_was_changed_behind_the_journal_is_noticed() {
        let (_folder, path) = place();
        let mut case = CaseFile::create(&path).expect("new");
        import(&mut case, "a", &[&[(1, "ac1", "r1")]]).expect("imported");
        case.transaction(|tx| tx.replace_templates(&run(1), &[template(1, "a b")], &[1], "ann"))
            .expect("written");
        case.conn.execute("UPDATE template_chunk SET data = x'30303030'", []).expect("tampered");
        assert_eq!(problems(&case), ["templates"]);
        case.conn.execute("UPDATE template_chunk SET data = x'41303030'", []).expect("tampered");
        assert!(matches!(case.stored_templates(), Err(StoreError::Damaged(_))));
    }
}
