//! Small random cases, and the naive answers the fast paths must equal.

use std::borrow::Cow;
use std::ops::Range;

use super::{Facet, Index, Lists, RowView, Run};
use crate::job::Progress;
use crate::model::filter::{Expr, Filter, FilterField, Term, Value, ValueKind};
use crate::model::{
    Address, Annotation, Call, Caller, Columns, Dimensions, Field, Granularity, MISSING, NO_TIME,
    Origin, Piece, Template, TemplateRun, Time, TimePrecision, TimeQuality, Verdict, VerdictRecord,
};

/// A small generator whose numbers depend on the seed alone (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize].clone()
    }

    fn maybe(&mut self, from: &[&str]) -> Option<String> {
        (self.below(4) > 0).then(|| self.pick(from).to_owned())
    }
}

/// All times of random cases lie in these µs.
pub const TIMES: Range<i64> = 0..4_000;

fn dimensions(dice: &mut Dice) -> Dimensions {
    let accounts: Vec<String> = (0..1 + dice.below(9)).map(|i| format!("Ac{i:02}")).collect();
    let caller = |dice: &mut Dice| Caller {
        account: dice.below(accounts.len() as u64) as u32,
        org_id: dice.maybe(&["o1", "o2"]),
        user_id: dice.maybe(&["u1"]),
        api_key_id: dice.maybe(&["k1", "k2", "k3"]),
    };
    let ips = ["10.1.2.3", "10.1.2.***", "203.0.113.7:80", "AWS Internal", "2001:db8::1", "<>"];
    let origin = |dice: &mut Dice| Origin {
        client_ip: dice.maybe(&ips),
        country: dice.maybe(&["SG", "sg", "US"]),
        user_agent: dice.maybe(&["python-requests/2", "curl"]),
        ..Origin::default()
    };
    let kinds = if dice.below(2) == 0 {
        &Granularity::OF_RECORDS[..1]
    } else {
        &Granularity::OF_RECORDS[..]
    };
    let call = |dice: &mut Dice| Call {
        granularity: dice.pick(kinds),
        time_quality: dice.pick(&[TimeQuality::Exact, TimeQuality::ZoneAssumed]),
        time_precision: dice.pick(&[TimePrecision::Microsecond, TimePrecision::Second]),
        model: dice.maybe(&["atlas-3", "atlas-4", "ATLAS-4"]),
        pathway: dice.maybe(&["api", "console"]),
        status: (dice.below(3) > 0).then(|| dice.pick(&[200, 429, 500])),
        ..Call::default()
    };
    Dimensions {
        callers: (0..1 + dice.below(12)).map(|_| caller(dice)).collect(),
        origins: (0..1 + dice.below(8)).map(|_| origin(dice)).collect(),
        calls: (0..1 + dice.below(8)).map(|_| call(dice)).collect(),
        sessions: (0..dice.below(4)).map(|i| format!("s{i}")).collect(),
        accounts,
    }
}

fn columns(dice: &mut Dice, dimensions: &Dimensions, rows: usize, times: Range<i64>) -> Columns {
    let mut c = Columns::default();
    let length = (times.end - times.start).max(1) as u64;
    let untimed = if dice.below(3) == 0 { 2 + dice.below(9) } else { u64::MAX };
    let at = |dice: &mut Dice| match dice.below(untimed) {
        0 => NO_TIME,
        _ => times.start + dice.below(length) as i64,
    };
    c.at_us = (0..rows).map(|_| at(dice)).collect();
    c.at_us.sort_unstable();
    let mut entries = |n: usize| (0..rows).map(|_| dice.below(n as u64) as u32).collect::<Vec<_>>();
    c.caller = entries(dimensions.callers.len());
    c.origin = entries(dimensions.origins.len());
    c.call = entries(dimensions.calls.len());
    let number = |dice: &mut Dice| if dice.below(5) == 0 { MISSING } else { dice.below(40) as u32 };
    let has = |dice: &mut Dice| dice.below(4) > 0;
    if !dimensions.sessions.is_empty() && has(dice) {
        let sessions = dimensions.sessions.len() as u64;
        let one = |dice: &mut Dice| {
            if dice.below(3) == 0 { MISSING } else { dice.below(sessions) as u32 }
        };
        c.session = (0..rows).map(|_| one(dice)).collect();
    }
    let numbers = [&mut c.input_tokens, &mut c.output_tokens, &mut c.latency_ms, &mut c.requests];
    for column in numbers {
        if has(dice) {
            *column = (0..rows).map(|_| number(dice)).collect();
        }
    }
    if has(dice) {
        let cost = |dice: &mut Dice| if has(dice) { dice.below(8) as f64 / 4.0 } else { f64::NAN };
        c.cost = (0..rows).map(|_| cost(dice)).collect();
        c.prompt_hash = (0..rows).map(|_| dice.below(4)).collect();
        c.line = (1..=rows as u32).collect();
    }
    if has(dice) {
        for _ in 0..rows {
            if has(dice) {
                c.request_bytes.extend_from_slice(format!("r{}", dice.below(9)).as_bytes());
            }
            c.request_end.push(c.request_bytes.len() as u32);
        }
    }
    c
}

/// Up to four sources that overlap, follow each other or are empty.
pub fn random_runs(dice: &mut Dice, max_rows: u64) -> (Vec<Run>, Dimensions) {
    let dimensions = dimensions(dice);
    let mut runs = Vec::new();
    let mut first_event_id = 1 + dice.below(100);
    let (sources, overlap) = (1 + dice.below(4), dice.below(2) == 0);
    for i in 0..sources {
        let width = (TIMES.end - TIMES.start) / sources as i64;
        let start = TIMES.start + width * i as i64;
        let times = if overlap { TIMES } else { start..start + width };
        let rows = dice.below(max_rows + 1) as usize;
        let columns = columns(dice, &dimensions, rows, times);
        runs.push(Run { source_id: 1 + i as u32, first_event_id, columns });
        first_event_id += rows as u64 + dice.below(3);
    }
    (runs, dimensions)
}

/// A random case; every size up to `max_rows` a source.
pub fn random_index(seed: u64, max_rows: u64) -> Index {
    let (runs, dimensions) = random_runs(&mut Dice(seed), max_rows);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("a sound case");
    random_templates(seed, &index);
    index
}

/// Templates 1 to 3 over some of the events.
pub fn random_templates(seed: u64, index: &Index) {
    let mut dice = Dice(seed ^ 2);
    let none = Time::NONE;
    let template = |id| Template {
        id,
        pieces: vec![Piece::Fixed(format!("text {id}"))],
        rows: 0,
        accounts: 0,
        first_seen: none,
        last_seen: none,
    };
    let of_event: Vec<u32> = (0..dice.below(900))
        .map(|_| if dice.below(4) == 0 { MISSING } else { dice.below(4) as u32 })
        .collect();
    let run = TemplateRun {
        version: 1,
        parameters: String::new(),
        at: Time(0),
        up_to: of_event.len() as u64,
        rows: 0,
        prompts: 0,
        in_templates: 0,
        left_out: 0,
    };
    index.set_templates(run, (1..=3).map(template).collect(), &of_event);
}

/// A random case whose times, else within milliseconds, spread over `factor` times as long.
pub fn random_index_over(seed: u64, max_rows: u64, factor: i64) -> Index {
    let (mut runs, dimensions) = random_runs(&mut Dice(seed), max_rows);
    let times = runs.iter_mut().flat_map(|run| &mut run.columns.at_us);
    times.filter(|at| **at != NO_TIME).for_each(|at| *at *= factor);
    let index = Index::build(runs, dimensions, &Progress::default()).expect("a sound case");
    random_templates(seed, &index);
    index
}

/// Verdicts and tags on some accounts.
pub fn random_lists(seed: u64, index: &Index) -> Lists {
    let mut dice = Dice(seed ^ 1);
    let mut lists = Lists::default();
    for account in 0..index.accounts().len() as u32 {
        lists.insert(account, &annotation(&mut dice));
    }
    lists
}

fn annotation(dice: &mut Dice) -> Annotation {
    let record = |verdict| VerdictRecord {
        verdict,
        confidence: Default::default(),
        reason: String::new(),
        at: Time(0),
        actor: String::new(),
    };
    let verdict = (dice.below(2) == 0).then(|| record(dice.pick(&Verdict::ALL)));
    let tags = dice.maybe(&["pool", "vip"]).into_iter().collect();
    Annotation { verdict, tags, notes: Vec::new() }
}

/// A random filter as text: every kind of condition, negated, nested and alternated.
pub fn random_filter(dice: &mut Dice) -> Filter {
    let mut parts: Vec<String> = (0..dice.below(4)).map(|_| random_part(dice, 2)).collect();
    if dice.below(3) == 0 {
        parts.push(format!("kind:{}", dice.pick(&Granularity::ALL).as_str()));
    }
    let mut filter = Filter::parse(&parts.join(" ")).expect("a readable filter");
    if dice.below(2) == 0 {
        let at = |dice: &mut Dice| Time(TIMES.start + dice.below(TIMES.end as u64 + 9) as i64);
        filter.time = Some(crate::model::TimeSpan::new(at(dice), at(dice)));
    }
    filter
}

const TERMS: [&str; 46] = [
    "template:2",
    "template:free,absent",
    "template:2..3",
    "account:Ac01,Ac03",
    "account:ac01",
    "account:Ac0*",
    "ac0",
    "*2",
    "org:o1",
    "org:absent",
    "key:k1,absent",
    "session:s1",
    "session:absent",
    "model:atlas-4",
    "model:atlas*,absent",
    "pathway:api",
    "status:200",
    "status:4xx,500",
    "status:absent",
    "ip:10.0.0.0/8",
    "ip:10.1.2.3",
    "ip:203.0.113.7",
    "ip:\"AWS Internal\",absent",
    "country:sg",
    "ua:python*",
    "tokens>20",
    "tokens:absent",
    "input:5..10,20",
    "input:absent,>30",
    "output<=7",
    "output>5000000000",
    "latency:absent",
    "cost>0.5",
    "cost:absent,0",
    "prompt:0000000000000001,absent",
    "request:r1,r2*",
    "request:absent",
    "source:2,3",
    "time:1970",
    "time:none",
    "time:none,1970-01-02",
    "time:..",
    "hour:0..11",
    "hour:3,absent,>20",
    "weekday:thu",
    "weekday:none,sat..tue",
];

fn random_part(dice: &mut Dice, depth: u32) -> String {
    match dice.below(if depth == 0 { 5 } else { 8 }) {
        0 => format!("-{}", dice.pick(&TERMS)),
        1 => dice.pick(&["verdict:suspicious,none", "tag:pool", "-tag:none"]).to_owned(),
        2..=4 => dice.pick(&TERMS).to_owned(),
        5 => format!("({} OR {})", random_part(dice, depth - 1), random_part(dice, depth - 1)),
        6 => format!("-({} {})", random_part(dice, depth - 1), random_part(dice, depth - 1)),
        _ => format!("({} {})", random_part(dice, depth - 1), random_part(dice, depth - 1)),
    }
}

/// The rows a filter keeps, asked one by one.
pub fn naive_rows(filter: &Filter, index: &Index, lists: &Lists) -> Vec<u32> {
    let counted = filter.granularity.unwrap_or_else(|| index.default_granularity());
    let keeps = |row: &u32| {
        let row = index.row(*row);
        row.granularity() == counted
            && filter.time.is_none_or(|span| row.at().is_some_and(|at| span.contains(at)))
            && filter.expr.as_ref().is_none_or(|expr| holds(expr, row, lists))
    };
    (0..index.len() as u32).filter(keeps).collect()
}

fn holds(expr: &Expr, row: RowView<'_>, lists: &Lists) -> bool {
    match expr {
        Expr::Term(term) => term.values.iter().any(|value| has(term, value, row, lists)),
        Expr::Word(word) => word.to_lowercase().is_found_in(&row.account().to_lowercase()),
        Expr::Phrase(_) => false,
        Expr::Not(inner) => !holds(inner, row, lists),
        Expr::All(parts) => parts.iter().all(|part| holds(part, row, lists)),
        Expr::Any(parts) => parts.iter().any(|part| holds(part, row, lists)),
    }
}

fn has(term: &Term, value: &Value, row: RowView<'_>, lists: &Lists) -> bool {
    let account = row.account_position();
    let text = match term.field {
        FilterField::Record(field) => row.text(field).map(|text| text.into_owned()),
        FilterField::Tokens => row.tokens().map(|n| n.to_string()),
        FilterField::Requests => row.requests().map(|n| n.to_string()),
        FilterField::Template => row.template().map(|id| id.to_string()),
        FilterField::Source => Some(row.source_id().to_string()),
        FilterField::Verdict => lists.verdict(account).map(|v| v.as_str().to_owned()),
        FilterField::Tag => lists.tags(account).first().cloned(),
        FilterField::Hour => row.at().map(|at| at.hour().to_string()),
        FilterField::Weekday => row.at().map(|at| at.weekday().to_string()),
        FilterField::Kind => Some(row.granularity().as_str().to_owned()),
        // Their own tests compare them with what is concluded of each account.
        _ => None,
    };
    let Some(text) = text else { return *value == Value::Absent };
    let number = || text.parse::<f64>().ok();
    match value {
        Value::Absent => false,
        Value::Text(pattern) if term.field.def().kind == ValueKind::Id => pattern.matches(&text),
        Value::Text(pattern) => pattern.to_lowercase().matches(&text.to_lowercase()),
        Value::Network(net) => Address::parse(&text).is_within(net),
        Value::Number(test) => number().is_some_and(|n| test.matches(n)),
        Value::Time(range) => row.at().is_some_and(|at| range.contains(at)),
        Value::Hash(hash) => text == format!("{hash:016x}"),
        Value::Kind(kind) => text == kind.as_str(),
        Value::Verdict(verdict) => text == verdict.as_str(),
        Value::List(name) => lists.is_on(account, name),
        Value::Weekdays(days) => number().is_some_and(|n| days.contains(n as u8)),
        Value::Levels(..) => false,
    }
}

/// Something to group by.
pub fn random_facet(dice: &mut Dice) -> Facet {
    match dice.below(6) {
        0 => Facet::Network,
        1 => Facet::Template,
        _ => random_field(dice).into(),
    }
}

/// The text of a row in a field; where filters take no regard to case, as the dictionary spells
/// it first.
pub fn spelled(index: &Index, field: Field, row: u32) -> Option<Cow<'_, str>> {
    let text = index.row(row).text(field)?;
    let Some(dimension) = Facet::Field(field).dimension() else { return Some(text) };
    if !FilterField::from(field).def().kind.ignores_case() {
        return Some(text);
    }
    let mut all =
        (0..index.entry_count(dimension) as u32).filter_map(|entry| index.entry_text(field, entry));
    all.find(|other| other.to_lowercase() == text.to_lowercase())
}

/// A field to group by.
pub fn random_field(dice: &mut Dice) -> Field {
    dice.pick(&[
        Field::AccountId,
        Field::Model,
        Field::ClientIp,
        Field::Pathway,
        Field::Status,
        Field::SessionId,
        Field::Asn,
        Field::Country,
    ])
}
