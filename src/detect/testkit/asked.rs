//! Cases whose rows say what was asked.

use crate::index::{Index, Run};
use crate::job::Progress;
use crate::model::{
    Call, Caller, Columns, Dimensions, MISSING, NO_HASH, Origin, Piece, Slot, Template,
    TemplateRun, Time,
};

/// One exchange.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// When, seconds.
    pub second: i64,
    /// Who: `ac0` and on.
    pub account: u32,
    /// End user; empty is none.
    pub user: &'static str,
    /// Number of the template, 0 is free text; `None` without a prompt.
    pub template: Option<u32>,
    /// Fingerprint of the prompt, 0 is none.
    pub prompt: u64,
    /// Session, 0 is none.
    pub session: u32,
    /// Tokens in and out.
    pub tokens: Option<(u32, u32)>,
    /// What kind of call.
    pub call: Call,
    /// Where from.
    pub origin: Origin,
}

impl Asked {
    /// A prompt of a template.
    pub fn of(second: i64, account: u32, template: u32, prompt: u64) -> Self {
        Self { second, account, template: Some(template), prompt, ..Self::default() }
    }
}

/// An index of these exchanges of `accounts` accounts. `templates` are texts with `…` for slots;
/// without any, nobody has looked for them.
pub fn case(accounts: u32, templates: &[&str], rows: &[Asked]) -> Index {
    let sessions = 0..=rows.iter().map(|row| row.session).max().unwrap_or(0);
    let mut dimensions = Dimensions {
        accounts: (0..accounts).map(|i| format!("ac{i}")).collect(),
        sessions: sessions.map(|i| format!("s{i}")).collect(),
        ..Dimensions::default()
    };
    let mut sorted: Vec<&Asked> = rows.iter().collect();
    sorted.sort_by_key(|row| row.second);
    let mut columns = Columns::default();
    for row in &sorted {
        let user = (!row.user.is_empty()).then(|| row.user.to_owned());
        let caller = Caller { account: row.account, user_id: user, ..Caller::default() };
        columns.at_us.push(row.second * 1_000_000);
        columns.caller.push(entry(&mut dimensions.callers, caller));
        columns.origin.push(entry(&mut dimensions.origins, row.origin.clone()));
        columns.call.push(entry(&mut dimensions.calls, row.call.clone()));
        columns.session.push(if row.session == 0 { MISSING } else { row.session });
        columns.input_tokens.push(row.tokens.map_or(MISSING, |t| t.0));
        columns.output_tokens.push(row.tokens.map_or(MISSING, |t| t.1));
        columns.prompt_hash.push(if row.prompt == 0 { NO_HASH } else { row.prompt });
    }
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let index = Index::build(vec![run], dimensions, &Progress::default()).expect("sound");
    if !templates.is_empty() {
        let all = (1..).zip(templates).map(|(id, text)| template(id, text)).collect();
        let of_event: Vec<u32> = sorted.iter().map(|row| row.template.unwrap_or(MISSING)).collect();
        index.set_templates(run_over(rows.len()), all, &of_event);
    }
    index
}

fn entry<T: PartialEq>(all: &mut Vec<T>, one: T) -> u32 {
    let at = all.iter().position(|known| *known == one);
    at.unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    }) as u32
}

/// A template of a text with `…` for slots.
fn template(id: u32, text: &str) -> Template {
    let mut pieces = Vec::new();
    for (i, fixed) in text.split('…').enumerate() {
        if i > 0 {
            pieces.push(Piece::Slot(Slot::default()));
        }
        if !fixed.is_empty() {
            pieces.push(Piece::Fixed(fixed.to_owned()));
        }
    }
    let none = Time::NONE;
    Template { id, pieces, rows: 0, accounts: 0, first_seen: none, last_seen: none }
}

fn run_over(rows: usize) -> TemplateRun {
    TemplateRun {
        version: 1,
        parameters: String::new(),
        at: Time(0),
        up_to: rows as u64,
        left_out: 0,
        rows: rows as u64,
        prompts: rows as u64,
        in_templates: rows as u64,
    }
}
