//! The case that is measured: 16 million exchanges over 24,000 accounts.

use stillwatch::model::{Call, Caller, Columns, Dimensions, MISSING, Origin};

pub const ACCOUNTS: u64 = 24_000;
pub const START_US: i64 = 1_772_323_200_000_000;
pub const DAYS: i64 = 45;
pub const DAY_US: i64 = 86_400_000_000;
/// SplitMix64: the same case on every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

pub fn dimensions(dice: &mut Dice) -> Dimensions {
    let caller = |i: u64| Caller {
        account: (i % ACCOUNTS) as u32,
        org_id: Some(format!("org{}", i % 2_000)),
        user_id: None,
        api_key_id: Some(format!("key{i}")),
    };
    let origin = |i: u64, dice: &mut Dice| Origin {
        client_ip: Some(format!("{}.{}.{}.{}", 11 + i % 80, i / 80 % 256, i / 20_480, 1 + i % 250)),
        country: Some(format!("C{}", dice.below(60))),
        user_agent: Some(format!("agent/{}", dice.below(40))),
        ..Origin::default()
    };
    let call = |i: u64| Call {
        pathway: Some(["api", "cloud", "aggregator", "console"][(i % 4) as usize].into()),
        model: Some(
            ["atlas-3", "atlas-3-mini", "atlas-4", "atlas-4-mini"][(i / 4 % 4) as usize].into(),
        ),
        status: Some([200, 200, 200, 429, 500][(i / 16 % 5) as usize]),
        stop_reason: Some(["end", "max_tokens", "tool"][(i / 80 % 3) as usize].into()),
        ..Call::default()
    };
    Dimensions {
        accounts: (0..ACCOUNTS).map(|i| format!("ac{i:06}")).collect(),
        callers: (0..ACCOUNTS * 2).map(caller).collect(),
        origins: (0..100_000).map(|i| origin(i, dice)).collect(),
        calls: (0..240).map(call).collect(),
        sessions: stillwatch::model::Texts::default(),
    }
}

pub fn columns(dice: &mut Dice, rows: usize) -> Columns {
    let mut c = Columns::default();
    let step = DAYS * DAY_US / rows.max(1) as i64;
    for i in 0..rows as i64 {
        // A fifth of the traffic comes from one in a hundred accounts.
        let caller = if dice.below(5) == 0 { dice.below(480) } else { dice.below(ACCOUNTS * 2) };
        c.at_us.push(START_US + i * step + dice.below(step.max(1) as u64) as i64);
        c.caller.push(caller as u32);
        c.origin.push(((caller * 7 + dice.below(4)) % 100_000) as u32);
        c.call.push(dice.below(240) as u32);
        c.input_tokens.push(if dice.below(50) == 0 { MISSING } else { dice.below(8_000) as u32 });
        c.output_tokens.push(dice.below(4_000) as u32);
        c.latency_ms.push(dice.below(20_000) as u32);
        c.prompt_hash.push(1 + dice.below(1 << 40));
        c.response_hash.push(1 + dice.below(1 << 40));
    }
    c
}
