//! Cases of any columns, written by hand.

use crate::index::{Index, Run};
use crate::job::Progress;
use crate::model::{
    Call, Caller, Columns, Dimensions, Granularity, MISSING, Origin, Template, TemplateRun, Time,
    TimePrecision, TimeQuality,
};

/// One exchange.
#[derive(Clone, Debug)]
pub struct Sent {
    pub at: i64,
    pub account: u32,
    pub ip: &'static str,
    pub agent: &'static str,
    pub model: &'static str,
    pub pathway: &'static str,
    pub status: Option<u32>,
    pub stop_reason: &'static str,
    pub latency_ms: Option<u32>,
    pub output: Option<u32>,
    /// Number of a template; 0 is free text.
    pub template: u32,
    pub precision: TimePrecision,
    pub quality: TimeQuality,
    pub granularity: Granularity,
}

impl Default for Sent {
    fn default() -> Self {
        Self {
            at: 0,
            account: 0,
            ip: "",
            agent: "",
            model: "",
            pathway: "",
            status: None,
            stop_reason: "",
            latency_ms: None,
            output: None,
            template: 0,
            precision: TimePrecision::Microsecond,
            quality: TimeQuality::default(),
            granularity: Granularity::Exchange,
        }
    }
}

fn place<T: PartialEq>(all: &mut Vec<T>, value: T) -> u32 {
    let known = all.iter().position(|known| *known == value);
    known.unwrap_or_else(|| {
        all.push(value);
        all.len() - 1
    }) as u32
}

/// An index of some exchanges in any order, of accounts `ac0` and on, with templates looked for.
pub fn case(sent: &[Sent]) -> Index {
    let mut sent = sent.to_vec();
    sent.sort_by_key(|s| s.at);
    let accounts = sent.iter().map(|s| s.account + 1).max().unwrap_or(1);
    let mut dimensions = Dimensions {
        accounts: (0..accounts).map(|i| format!("ac{i}")).collect(),
        callers: (0..accounts).map(|account| Caller { account, ..Caller::default() }).collect(),
        ..Dimensions::default()
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut columns = Columns::default();
    for s in &sent {
        let origin =
            Origin { client_ip: text(s.ip), user_agent: text(s.agent), ..Origin::default() };
        let call = Call {
            model: text(s.model),
            pathway: text(s.pathway),
            status: s.status,
            stop_reason: text(s.stop_reason),
            time_precision: s.precision,
            time_quality: s.quality,
            granularity: s.granularity,
            ..Call::default()
        };
        columns.at_us.push(s.at);
        columns.caller.push(s.account);
        columns.origin.push(place(&mut dimensions.origins, origin));
        columns.call.push(place(&mut dimensions.calls, call));
        columns.latency_ms.push(s.latency_ms.unwrap_or(MISSING));
        columns.output_tokens.push(s.output.unwrap_or(MISSING));
    }
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let index = Index::build(vec![run], dimensions, &Progress::default()).expect("sound");
    let of: Vec<u32> = sent.iter().map(|s| s.template).collect();
    index.set_templates(template_run(), templates(&of), &of);
    index
}

fn template_run() -> TemplateRun {
    TemplateRun {
        version: 1,
        parameters: String::new(),
        at: Time(0),
        up_to: 0,
        rows: 0,
        prompts: 0,
        in_templates: 0,
        left_out: 0,
    }
}

fn templates(of: &[u32]) -> Vec<Template> {
    let one = |id| Template {
        id,
        pieces: Vec::new(),
        rows: of.iter().filter(|t| **t == id).count() as u64,
        accounts: 1,
        first_seen: Time(0),
        last_seen: Time(0),
    };
    (1..=of.iter().copied().max().unwrap_or(0)).map(one).collect()
}
