//! Small cases written by hand.

mod asked;

use std::collections::BTreeMap;

use super::material::Attributes;
use crate::index::{Index, Run};
use crate::job::Progress;
use crate::model::{Call, Caller, Columns, Dimensions, NO_HASH, Origin};

pub use asked::{Asked, case};

/// One exchange: second, account, address, client build, block issued, block submitted; blocks
/// are numbers, 0 is none.
pub type Line = (i64, u32, &'static str, &'static str, u64, u64);

/// An index of some exchanges of `accounts` accounts, `ac0` and on.
pub fn index(accounts: u32, lines: &[Line]) -> Index {
    index_in_sessions(accounts, lines, &[])
}

/// The same with the session of each, where there are any.
pub fn index_in_sessions(accounts: u32, lines: &[Line], sessions: &[u32]) -> Index {
    let mut dimensions = Dimensions {
        accounts: (0..accounts).map(|i| format!("ac{i}")).collect(),
        callers: (0..accounts).map(|account| Caller { account, ..Caller::default() }).collect(),
        calls: vec![Call::default()],
        sessions: (0..=sessions.iter().copied().max().unwrap_or(0))
            .map(|i| format!("s{i}"))
            .collect(),
        ..Dimensions::default()
    };
    let mut columns = Columns::default();
    for (second, account, ip, agent, issued, submitted) in lines {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let origin = Origin { client_ip: text(ip), user_agent: text(agent), ..Origin::default() };
        let at = dimensions.origins.iter().position(|known| *known == origin);
        let at = at.unwrap_or_else(|| {
            dimensions.origins.push(origin);
            dimensions.origins.len() - 1
        });
        columns.at_us.push(second * 1_000_000);
        columns.caller.push(*account);
        columns.origin.push(at as u32);
        columns.call.push(0);
        let hash = |block: &u64| if *block == 0 { NO_HASH } else { *block };
        columns.reasoning_signature.push(hash(issued));
        columns.replayed_signature.push(hash(submitted));
    }
    columns.session = sessions.to_vec();
    let run = Run { source_id: 1, first_event_id: 1, columns };
    Index::build(vec![run], dimensions, &Progress::default()).expect("sound")
}

/// Accounts tables of some values.
pub fn attributes(of: &[(u32, &str, &str)]) -> Attributes {
    let mut all: Attributes = BTreeMap::new();
    for (account, name, value) in of {
        all.entry(format!("ac{account}")).or_default().insert((*name).into(), (*value).into());
    }
    all
}
