//! Prevalence, tiers, backgrounds, seeds, and sizes that cannot be.

use super::*;
use crate::synth::world::Role;

/// Accounts that belong to campaigns.
fn in_campaigns(bench: &Bench) -> usize {
    let campaigns = bench.networks.iter().filter(|n| n.spec.role == Role::Campaign);
    campaigns.map(|n| n.members.len()).sum()
}

#[test]
fn prevalence_is_the_share_of_accounts_in_campaigns() {
    for (accounts, prevalence, wanted) in [
        (24_000, 5.0, 1_200),
        (24_000, 1.0, 240),
        (24_000, 0.1, 24),
        (8_000, 5.0, 400),
        (2_000, 5.0, 100),
        (2_000, 1.0, 20),
    ] {
        let events = u64::from(accounts) * 100;
        let options = Options { events, accounts, prevalence, ..Options::default() };
        let bench = Bench::build(&options).expect("a world");
        let planted = in_campaigns(&bench);
        assert!(planted.abs_diff(wanted) <= 1, "{accounts} at {prevalence} %: {planted}");
        assert_eq!(bench.accounts.len(), accounts as usize);
    }
}

#[test]
fn where_there_is_room_every_evasion_is_planted() {
    let options = Options { events: 2_400_000, accounts: 24_000, ..Options::default() };
    let bench = Bench::build(&options).expect("a world");
    let variants = bench.networks.iter().filter(|n| n.spec.evasion.is_some()).count();
    assert_eq!(variants, 30);
}

#[test]
fn the_benign_arm_has_no_campaign_no_ban_and_no_closed_account() {
    let options = Options { prevalence: 0.0, ..small(4, None) };
    let bench = Bench::build(&options).expect("a world");
    assert_eq!(in_campaigns(&bench), 0);
    assert!(bench.accounts.iter().all(|a| a.closed_us.is_none()));
    assert!(!bench.releases_csv().contains("ban"));
    assert!(bench.networks.iter().any(|n| n.spec.id == "L19"));
    let mut labels = Vec::new();
    let labelled = bench.write_request_labels(&mut labels, &Progress::default());
    assert_eq!(labelled.expect("memory"), 0);
}

/// The names of the columns that occur in a log of a tier.
fn columns(tier: u8) -> HashSet<String> {
    let tier = Tier::new(tier).expect("0 to 5");
    let options = Options { events: 50_000, accounts: 1_200, tier, ..Options::default() };
    let bench = Bench::build(&options).expect("a world");
    let mut bytes = Vec::new();
    bench.write_log(&mut bytes, &Progress::default()).expect("memory");
    let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let names = lines.flat_map(|line| {
        let row: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(line).expect("a record");
        row.into_iter().map(|(name, _)| name)
    });
    names.collect()
}

#[test]
fn each_tier_adds_columns_to_the_one_below() {
    let tiers: Vec<HashSet<String>> = (0..=5).map(columns).collect();
    let lowest = [
        "timestamp",
        "request_id",
        "account_id",
        "api_key_id",
        "model",
        "status",
        "input_tokens",
        "output_tokens",
    ];
    assert_eq!(tiers[0], lowest.iter().map(ToString::to_string).collect());
    let has = |tier: usize, name: &str| tiers[tier].contains(name);
    assert!(has(1, "client_ip") && has(1, "session_id") && !has(1, "org_id"));
    assert!(has(2, "org_id") && !has(2, "prompt_hash"));
    assert!(has(3, "prompt_hash") && has(3, "system_hash") && !has(3, "prompt"));
    assert!(has(4, "prompt") && has(4, "response") && !has(4, "prompt_hash"));
    assert!(!has(4, "reasoning_signature") && !has(4, "cached_tokens") && !has(4, "error"));
    assert!(has(5, "reasoning_signature") && has(5, "replayed_signature") && has(5, "error"));
}

#[test]
fn the_accounts_table_comes_with_tier_2_and_closings_and_bans_with_tier_5() {
    let made = |tier| {
        let tier = Tier::new(tier).expect("0 to 5");
        Bench::build(&Options { tier, ..small(3, None) }).expect("a world")
    };
    assert!(made(1).accounts_csv().is_none());
    let closed = |bench: &Bench| {
        let table = bench.accounts_csv().expect("tier 2 and up");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        reader.records().filter(|row| !row.as_ref().expect("a row")[3].is_empty()).count()
    };
    assert_eq!(closed(&made(4)), 0);
    assert!(closed(&made(5)) > 4);
    assert!(!made(4).releases_csv().contains(",ban,"));
    assert!(made(5).releases_csv().contains(",ban,"));
}

#[test]
fn the_same_options_give_the_same_bytes_and_others_do_not() {
    let bytes = |options: &Options| Log::make(options).bytes;
    let options = Options { events: 60_000, accounts: 1_500, ..small(3, None) };
    let once = bytes(&options);
    assert!(once == bytes(&options));
    assert!(once != bytes(&Options { seed: 4, ..options.clone() }));
    assert!(once != bytes(&Options { background: Background::Holdout, ..options }));
}

#[test]
fn the_holdout_words_its_campaigns_otherwise() {
    let options = Options { background: Background::Holdout, ..small(3, Some(Vec::new())) };
    let holdout = Log::make(&options);
    for class in ["C01", "C02", "C03", "C06", "C07", "C09", "C10", "C12"] {
        // What follows the opening of the house: the last words of a prompt.
        let last = |log: &'static Log| answered(&log.only(class))[0].prompt.clone();
        let known: String = last(plain()).chars().rev().take(9).collect();
        let ends = |prompt: &str| prompt.chars().rev().take(9).collect::<String>() == known;
        let same = answered(&holdout.only(class)).iter().any(|r| ends(&r.prompt));
        assert!(!same, "{class} ends with {known:?} in both");
    }
}

#[test]
fn calls_are_made_in_order_and_only_while_accounts_exist() {
    for log in [plain(), &Log::make(&Options { background: Background::Holdout, ..small(6, None) })]
    {
        assert!(log.records.is_sorted_by_key(|r| r.at_us));
        let lives: HashMap<&str, (i64, i64)> = log
            .bench
            .accounts
            .iter()
            .map(|a| (a.id.as_str(), (a.created_us, a.closed_us.unwrap_or(i64::MAX))))
            .collect();
        for record in &log.records {
            let (created, closed) = lives[record.account_id.as_str()];
            assert!(record.at_us >= created - 1_000, "{} before it was", record.account_id);
            assert!(record.at_us <= closed, "{} after it was closed", record.account_id);
            assert!(record.at_us < day_us(DAYS));
        }
    }
}

#[test]
fn a_size_that_cannot_be_says_what_is_needed_and_that_is_enough() {
    let try_again = |options: Options| {
        let error = Bench::build(&options).map(drop).expect_err("too small");
        let SynthError::TooSmall { what, needed } = error;
        let larger = match what {
            "accounts" => Options { accounts: needed as u32, ..options },
            _ => Options { events: needed, ..options },
        };
        (what, Bench::build(&larger).map_err(|e| e.to_string()).err())
    };
    let base = Options::default();
    let cases = [
        (Options { accounts: 50, events: 2_000_000, ..base.clone() }, "accounts"),
        (Options { accounts: 120, events: 2_000_000, ..base.clone() }, "accounts"),
        (Options { events: 3_000, ..base.clone() }, "events"),
        (Options { prevalence: 0.1, events: 2_000_000, ..base.clone() }, "accounts"),
        (
            Options {
                prevalence: 1.0,
                events: 2_000_000,
                evasions: Some(vec![Evasion::E1, Evasion::All]),
                ..base
            },
            "accounts",
        ),
    ];
    for (options, wanted) in cases {
        let (what, again) = try_again(options.clone());
        assert_eq!(what, wanted, "{options:?}");
        assert_eq!(again, None, "{options:?}");
    }
}

#[test]
fn a_cancelled_log_stops() {
    let progress = Progress::default();
    progress.cancel();
    let bench = Bench::build(&small(3, None)).expect("a world");
    let stopped = bench.write_log(&mut Vec::new(), &progress);
    assert!(matches!(stopped, Err(WriteError::Cancelled(_))));
}

#[test]
fn in_both_backgrounds_reasoning_is_issued_before_it_is_submitted() {
    for background in [Background::Tuning, Background::Holdout] {
        let log = Log::make(&Options { background, ..small(7, None) });
        assert!(hand_overs(log.records.iter()).len() > 1_000);
    }
}
