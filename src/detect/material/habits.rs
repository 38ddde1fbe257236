//! How each account calls, whatever it asks about: whether anybody goes on with a conversation,
//! whether anything is asked twice, whether the settings ever change.

use super::Material;
use super::by_account::by_account;
use crate::detect::nulls::rotation::is_clock;
use crate::index::Templates;
use crate::model::{FREE_TEXT, Field};

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
        self.habits.get_or_init(|| {
            let templates = self.index.templates();
            let framed = templates.all.iter().map(|t| t.words() >= FRAME_WORDS).collect::<Vec<_>>();
            let of = |account| find(self, &templates, &framed, account);
            by_account(self.index.accounts().len() as u32, of)
        })
    }

    /// Whether an account may collect answers, by the words of its programme or its allow-list. It is
    /// nobody's peer where others are asked how usual that is.
    pub fn may_distill(&self, account: u32) -> bool {
        self.declares(account, &["distill"])
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
            let text = self.attribute(account, name).unwrap_or_default().to_lowercase();
            !text.is_empty() && (words.is_empty() || words.iter().any(|word| text.contains(word)))
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
fn find(material: &Material<'_>, templates: &Templates, framed: &[bool], account: u32) -> Habit {
    let (index, counted) = (material.index, material.index.everything());
    let asks = material.has(Field::PromptHash);
    let mut habit = Habit::default();
    let (mut hashes, mut settings, mut sessions) = (Vec::new(), Vec::new(), Vec::new());
    for at in index.rows_of_account(account).iter().filter(|row| counted.contains(**row)) {
        let row = index.row(*at);
        habit.calls += 1;
        habit.input += u64::from(row.input_tokens().unwrap_or_default());
        habit.output += u64::from(row.output_tokens().unwrap_or_default());
        habit.named += u32::from(index.has_user(*at));
        hashes.extend(row.prompt_hash());
        let template = templates.of(*at);
        let is_framed = |id: u32| id != FREE_TEXT && framed.get(id as usize - 1) == Some(&true);
        let frame = template.filter(|id| is_framed(*id)).unwrap_or(FREE_TEXT);
        let has_prompt = template.is_some() || row.prompt_hash().is_some();
        habit.free += u32::from(has_prompt && frame == FREE_TEXT);
        let call = row.call();
        if call.temperature.is_some() || call.max_tokens.is_some() {
            let temperature = call.temperature.map_or(u64::MAX, f64::to_bits);
            settings.push((temperature, call.max_tokens.unwrap_or(u64::MAX)));
        }
        match row.session_number() {
            // A call that was turned away left no prompt and says nothing of a conversation.
            Some(session) if has_prompt || !asks => sessions.push((session, frame)),
            None => habit.alone += u32::from(frame != FREE_TEXT),
            Some(_) => habit.alone += 1,
        }
    }
    habit.prompts = hashes.len() as u32;
    hashes.sort_unstable();
    hashes.dedup();
    habit.distinct = hashes.len() as u32;
    settings.sort_unstable();
    let runs = settings.chunk_by(|a, b| a == b).map(<[_]>::len);
    habit.same = runs.max().unwrap_or_default() as u32;
    sessions.sort_unstable();
    let of_session = sessions.chunk_by(|a, b| a.0 == b.0);
    habit.alone += of_session.filter(|of| stand_alone(of)).map(|of| of.len() as u32).sum::<u32>();
    habit
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
