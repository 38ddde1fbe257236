//! How each account calls, whatever it asks about: whether anybody goes on with a conversation,
//! whether anything is asked twice, whether the settings ever change.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::by_account::by_account;
use super::{Material, declared};
use crate::detect::nulls::rotation::is_clock;
use crate::index::{Record, Templates};
use crate::model::{Call, FREE_TEXT, Field, MISSING, NO_HASH};

/// Fixed words from which on a template is a frame that somebody has built: fewer are a label
/// before a text, as `Question:` is.
pub const FRAME_WORDS: usize = 8;
/// Part of the prompts of a session that follow its one frame where it is a list.
const LIST: f64 = 0.95;

/// How an account calls. Counts are of its calls that count in the case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habit {
    /// Calls.
    pub calls: u32,
    /// Calls that no conversation goes on with: alone in their session, in a session that works off
    /// a list, every prompt in the same frame, or without a session in a frame. Of a text without
    /// either nobody knows.
    pub alone: u32,
    /// Calls with the settings that most of them have: temperature and limit, at least one of them
    /// said.
    pub same: u32,
    /// Calls with a prompt.
    pub prompts: u32,
    /// Different prompts, by fingerprint.
    pub distinct: u32,
    /// Calls whose prompt has no frame of [`FRAME_WORDS`].
    pub free: u32,
    /// Calls that name an end user.
    pub named: u32,
    /// Calls that name a session.
    pub with_session: u32,
    /// Calls that follow one of the same session.
    pub in_talk: u32,
    /// Calls with a prompt that begin a conversation: all but those that follow one of the same
    /// session.
    pub opened: u32,
    /// Different prompts of these, by fingerprint.
    pub opened_distinct: u32,
    /// Calls that name an endpoint.
    pub with_endpoint: u32,
    /// Calls of a batch endpoint.
    pub batch: u32,
    /// Tokens in.
    pub input: u64,
    /// Tokens out.
    pub output: u64,
}

impl Habit {
    /// Output over input; 0 where nothing is known of tokens.
    pub fn output_per_input(&self) -> f64 {
        if self.input == 0 { 0.0 } else { self.output as f64 / self.input as f64 }
    }

    /// Whether at least this part of the calls stand alone with the same settings.
    pub fn is_uniform(&self, part: f64) -> bool {
        let enough = part * f64::from(self.calls);
        self.calls > 0 && f64::from(self.alone) >= enough && f64::from(self.same) >= enough
    }

    /// Whether at least this part of the prompts are different; `false` without prompts.
    pub fn is_novel(&self, part: f64) -> bool {
        self.prompts > 0 && f64::from(self.distinct) >= part * f64::from(self.prompts)
    }
}

impl Material<'_> {
    /// How each account calls, by position; made when first asked for.
    pub fn habits(&self) -> &[Habit] {
        &self.habits.get_or_init(|| find(self)).habits
    }

    /// In how many conversations of an account the first prompt is of one of these templates, by
    /// number, and how many conversations there are. Where no session is known every prompt is the
    /// first.
    pub fn opened_with(&self, account: u32, templates: &[u64]) -> (u32, u32) {
        let openings = &self.habits.get_or_init(|| find(self)).openings;
        let of = openings.get(account as usize).map_or(&[][..], Vec::as_slice);
        let begin = of.iter().filter(|(id, _)| templates.contains(&u64::from(*id)));
        (begin.map(|of| of.1).sum(), of.iter().map(|of| of.1).sum())
    }

    /// Whether an account may collect answers, by the words of its programme or its allow-list. It is
    /// nobody's peer where others are asked how usual that is.
    pub fn may_distill(&self, account: u32) -> bool {
        self.declares(account, &["distil"])
    }

    /// Whether the sessions of an account begin by a timer of its own.
    pub fn works_by_a_timer(&self, account: u32) -> bool {
        let starts: Vec<i64> = self.visits(account).iter().map(|visit| visit.start).collect();
        is_clock(&starts)
    }

    /// Whether an account is in a programme or on the allow-list for one of these reasons, by words in
    /// the text; without words, for any.
    pub fn declares(&self, account: u32, words: &[&str]) -> bool {
        let says = |name: &&str| {
            self.attribute(account, name).is_some_and(|text| declared::says(text, words))
        };
        ["program", "allowlist_reason"].iter().any(says)
    }

    /// A number for the plan of each account, by position; 0 where it is not known.
    pub fn plans(&self) -> Vec<u32> {
        let accounts = 0..self.index.accounts().len() as u32;
        let mut names: Vec<&str> =
            accounts.clone().filter_map(|account| self.attribute(account, "plan")).collect();
        names.sort_unstable();
        names.dedup();
        let number = |account| {
            let at = names.binary_search(&self.attribute(account, "plan")?).ok()?;
            Some(at as u32 + 1)
        };
        accounts.map(|account| number(account).unwrap_or_default()).collect()
    }
}

/// Naive: for every call that counts, see whether another of its session goes on with it.
///
/// Column by column: the calls of an account lie far apart in memory, and each would be fetched from
/// another place for every column.
fn find(material: &Material<'_>) -> Habits {
    let templates = material.index.templates();
    let kinds = Kinds::of(material, &templates);
    let mut habits = added_up(material, &kinds);
    let openings = compare(material, &kinds, &mut habits);
    Habits { habits, openings }
}

/// What is told of how accounts call.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// By position of the account.
    habits: Vec<Habit>,
    /// Templates of prompts that begin a conversation, by number, and how many begin so; likewise.
    openings: Vec<Vec<(u32, u32)>>,
}

/// What is asked of kinds of calls and of templates, by their positions.
struct Kinds<'a> {
    templates: &'a Templates,
    /// Whether a template is a frame.
    framed: Vec<bool>,
    /// The number of the settings of a call, where it says any.
    settings: Vec<Option<u32>>,
    with_endpoint: Vec<bool>,
    batch: Vec<bool>,
}

impl<'a> Kinds<'a> {
    fn of(material: &Material<'_>, templates: &'a Templates) -> Self {
        let calls = &material.index.dimensions().calls;
        let mut numbers = BTreeMap::new();
        let mut setting = |call: &Call| {
            (call.temperature.is_some() || call.max_tokens.is_some()).then(|| {
                let next = numbers.len() as u32;
                *numbers
                    .entry((call.temperature.map(f64::to_bits), call.max_tokens))
                    .or_insert(next)
            })
        };
        let is_batch = |call: &Call| call.endpoint.as_ref().is_some_and(|e| e.contains("batch"));
        Self {
            templates,
            framed: templates.all.iter().map(|t| t.words() >= FRAME_WORDS).collect(),
            settings: calls.iter().map(&mut setting).collect(),
            with_endpoint: calls.iter().map(|call| call.endpoint.is_some()).collect(),
            batch: calls.iter().map(is_batch).collect(),
        }
    }

    /// The template of a call where it is a frame, or [`FREE_TEXT`].
    fn frame(&self, template: Option<u32>) -> u32 {
        let is_framed =
            |id: &u32| *id != FREE_TEXT && self.framed.get(*id as usize - 1) == Some(&true);
        template.filter(is_framed).unwrap_or(FREE_TEXT)
    }
}

/// What is only added up, in the order of the rows.
fn added_up(material: &Material<'_>, kinds: &Kinds<'_>) -> Vec<Habit> {
    let index = material.index;
    let mut habits = vec![Habit::default(); index.accounts().len()];
    for at in 0..index.len() as u32 {
        let call = index.call_of(at) as usize;
        if !material.counts[call] {
            continue;
        }
        let (row, habit) = (index.row(at), &mut habits[index.account_of(at) as usize]);
        let (template, has_hash) = (kinds.templates.of(at), row.prompt_hash().is_some());
        let has_prompt = template.is_some() || has_hash;
        habit.calls += 1;
        habit.input += u64::from(row.input_tokens().unwrap_or_default());
        habit.output += u64::from(row.output_tokens().unwrap_or_default());
        habit.named += u32::from(index.has_user(at));
        habit.prompts += u32::from(has_hash);
        habit.free += u32::from(has_prompt && kinds.frame(template) == FREE_TEXT);
        habit.with_session += u32::from(row.session_number().is_some());
        habit.with_endpoint += u32::from(kinds.with_endpoint[call]);
        habit.batch += u32::from(kinds.batch[call]);
    }
    habits
}

/// What is told by comparing the calls of an account with each other; gives how conversations begin.
fn compare(
    material: &Material<'_>,
    kinds: &Kinds<'_>,
    habits: &mut [Habit],
) -> Vec<Vec<(u32, u32)>> {
    let index = material.index;
    let (hashes, sessions) = std::thread::scope(|scope| {
        let hash = |row| index.row(row).prompt_hash().unwrap_or(NO_HASH);
        let beside = scope.spawn(move || index.arranged(hash));
        let sessions = index.arranged(|row| index.row(row).session_number().unwrap_or(MISSING));
        match beside.join() {
            Ok(hashes) => (hashes, sessions),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    let compared = by_account(habits.len() as u32, |account| {
        let hashes = index.arranged_of(&hashes, account).iter().copied();
        let sessions = index.arranged_of(&sessions, account).iter().copied();
        let records = material.all_records(account).zip(hashes).zip(sessions);
        let mut compared = Compared::new(material, kinds);
        for ((record, hash), session) in records {
            if material.counts[record.call as usize] {
                compared.take(&record, hash, Some(session).filter(|session| *session != MISSING));
            }
        }
        compared.done()
    });
    let mut all = Vec::with_capacity(habits.len());
    for (habit, (compared, openings)) in habits.iter_mut().zip(compared) {
        let Habit { alone, same, distinct, in_talk, opened, opened_distinct, .. } = compared;
        *habit = Habit { alone, same, distinct, in_talk, opened, opened_distinct, ..*habit };
        all.push(openings);
    }
    all
}

/// The calls of an account.
struct Compared<'a> {
    kinds: &'a Kinds<'a>,
    /// Whether the case has prompts at all.
    asks: bool,
    habit: Habit,
    hashes: Vec<u64>,
    /// Of prompts that begin a conversation.
    opening_hashes: Vec<u64>,
    /// Their templates, by number, where templates were looked for.
    openings: Vec<u32>,
    /// How often which settings.
    settings: FxHashMap<u32, u32>,
    /// Sessions with the frames of their calls.
    sessions: Vec<(u32, u32)>,
    last: Option<u32>,
}

impl<'a> Compared<'a> {
    fn new(material: &Material<'_>, kinds: &'a Kinds<'a>) -> Self {
        Self {
            kinds,
            asks: material.has(Field::PromptHash),
            habit: Habit::default(),
            hashes: Vec::new(),
            opening_hashes: Vec::new(),
            openings: Vec::new(),
            settings: FxHashMap::default(),
            sessions: Vec::new(),
            last: None,
        }
    }

    fn take(&mut self, record: &Record, hash: u64, session: Option<u32>) {
        let has_hash = hash != NO_HASH;
        self.hashes.extend(Some(hash).filter(|_| has_hash));
        if let Some(settings) = self.kinds.settings[record.call as usize] {
            *self.settings.entry(settings).or_default() += 1;
        }
        let has_prompt = record.template.is_some() || has_hash;
        let frame = self.kinds.frame(record.template);
        match session {
            // A call that was turned away left no prompt and says nothing of a conversation.
            Some(session) if has_prompt || !self.asks => self.sessions.push((session, frame)),
            None => self.habit.alone += u32::from(frame != FREE_TEXT),
            Some(_) => self.habit.alone += 1,
        }
        let is_in_talk = session.is_some() && session == self.last;
        self.habit.in_talk += u32::from(is_in_talk);
        if !is_in_talk && has_prompt {
            self.opening_hashes.extend(Some(hash).filter(|_| has_hash));
            self.openings.push(record.template.unwrap_or(FREE_TEXT));
        }
        // A call that was turned away before it said anything begins nothing.
        if has_prompt || !self.asks {
            self.last = session;
        }
    }

    fn done(mut self) -> (Habit, Vec<(u32, u32)>) {
        self.habit.opened = self.opening_hashes.len() as u32;
        for hashes in [&mut self.hashes, &mut self.opening_hashes] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        self.habit.distinct = self.hashes.len() as u32;
        self.habit.opened_distinct = self.opening_hashes.len() as u32;
        self.openings.sort_unstable();
        let of_template = self.openings.chunk_by(|a, b| a == b);
        let openings = of_template.map(|of| (of[0], of.len() as u32)).collect();
        self.habit.same = self.settings.into_values().max().unwrap_or_default();
        self.sessions.sort_unstable();
        let of_session = self.sessions.chunk_by(|a, b| a.0 == b.0);
        let alone = of_session.filter(|of| stand_alone(of)).map(<[_]>::len).sum::<usize>();
        self.habit.alone += alone as u32;
        (self.habit, openings)
    }
}

/// Whether the calls of a session, by frame, are no conversation.
fn stand_alone(session: &[(u32, u32)]) -> bool {
    let most = session.chunk_by(|a, b| a.1 == b.1).max_by_key(|of| of.len());
    let is_list =
        |of: &[(u32, u32)]| of[0].1 != FREE_TEXT && of.len() as f64 >= LIST * session.len() as f64;
    session.len() == 1 || most.is_some_and(is_list)
}

#[cfg(test)]
mod tests {
    use crate::detect::material::{Attributes, Material};
    use crate::detect::testkit::{Asked, attributes, case};
    use crate::model::Call;

    const LONG: &str = "Work out the exercise … in detail and with every step that is needed";

    fn habit(templates: &[&str], rows: &[Asked]) -> super::Habit {
        let (index, none) = (case(1, templates, rows), Attributes::new());
        Material::new(&index, &none, &[]).habits()[0]
    }

    fn rows(n: u32, template: u32, session: fn(u32) -> u32) -> Vec<Asked> {
        let of = |i: u32| Asked {
            session: session(i),
            tokens: Some((10, 30)),
            ..Asked::of(i.into(), 0, template, 1 + u64::from(i / 2))
        };
        (0..n).map(of).collect()
    }

    #[test]
    fn calls_stand_alone_outside_of_sessions_and_in_lists_of_one_frame() {
        let alone = |templates: &[&str], template, session| {
            habit(templates, &rows(8, template, session)).alone
        };
        assert_eq!(alone(&[LONG], 1, |_| 0), 8, "no sessions, but a frame");
        assert_eq!(alone(&[LONG], 0, |_| 0), 0, "neither: nobody knows");
        let mut silent = rows(8, 0, |_| 0);
        silent[..7].iter_mut().for_each(|row| (row.prompt, row.template) = (0, None));
        assert_eq!(habit(&[LONG], &silent).alone, 0, "no session, and no prompt either");
        assert_eq!(alone(&[LONG], 1, |i| i + 1), 8, "one call each");
        assert_eq!(alone(&[LONG], 1, |_| 1), 8, "a list in one frame");
        assert_eq!(alone(&[LONG], 0, |_| 1), 0, "a conversation");
        assert_eq!(alone(&["Question: …"], 1, |_| 1), 0, "a label is no frame");
    }

    #[test]
    fn tokens_prompts_settings_and_users_are_counted() {
        let mut rows = rows(10, 0, |i| i + 1);
        for row in &mut rows[..4] {
            row.call = Call { max_tokens: Some(64), ..Call::default() };
        }
        rows[9].call = Call { max_tokens: Some(65), ..Call::default() };
        rows[0].user = "u1";
        let habit = habit(&[LONG], &rows);
        assert_eq!((habit.calls, habit.prompts, habit.distinct, habit.free), (10, 10, 5, 10));
        assert_eq!((habit.same, habit.named), (4, 1));
        assert!((habit.output_per_input() - 3.0).abs() < 1e-12);
        assert!(habit.is_novel(0.5) && !habit.is_novel(0.6));
        assert!(habit.is_uniform(0.4) && !habit.is_uniform(0.5));
    }

    #[test]
    fn plans_are_numbered_by_name_and_an_unknown_one_is_zero() {
        let index = case(3, &[], &[Asked::of(0, 0, 0, 1), Asked::of(1, 1, 0, 1)]);
        let known = attributes(&[(0, "plan", "team"), (2, "plan", "free")]);
        assert_eq!(Material::new(&index, &known, &[]).plans(), [2, 0, 1]);
    }
}
