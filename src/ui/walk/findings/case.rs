//! A small case with three rings that pass reasoning blocks on, and people who do nothing of the
//! kind.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::case::{Author, ImportOptions, import};
use crate::job::Progress;
use crate::model::Time;

/// Accounts of the log; the first twelve are in rings of four.
const ACCOUNTS: u32 = 60;
const RINGS: u32 = 3;

fn id(account: u32) -> String {
    match account / 4 {
        ring if ring < RINGS => format!("ring{ring}-{}", account % 4),
        _ => format!("ac{account}"),
    }
}

/// Whose block an account submits.
fn from(account: u32) -> u32 {
    if account < 4 * RINGS { account / 4 * 4 + (account + 1) % 4 } else { account }
}

fn log() -> String {
    let mut out = String::new();
    for i in 0..ACCOUNTS * 5 {
        let (account, turn) = (i % ACCOUNTS, i / ACCOUNTS);
        let (hour, minute, second) = (i / 40 % 24, i % 60, i % 53);
        let mut record = json!({
            "timestamp": format!("2026-03-{:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + turn),
            "account_id": id(account),
            "request_id": format!("r{i}"),
            "model": "atlas-3",
            "prompt": format!("How far is it from town {i} to town {}?", i * 7),
            "output_tokens": 100 + i % 17,
            "reasoning_signature": format!("block-{account}-{turn}"),
        });
        if turn > 0 {
            let block = format!("block-{}-{}", from(account), turn - 1);
            record["replayed_signature"] = json!(block);
        }
        out += &format!("{record}\n");
    }
    out
}

/// What is known of the accounts: each ring pays with one card.
fn accounts() -> String {
    let mut table = "account_id,payment_fingerprint,plan\n".to_owned();
    for account in 0..ACCOUNTS {
        let card = if account < 4 * RINGS { account / 4 } else { 100 + account };
        table += &format!("{},card-{card},pro\n", id(account));
    }
    table
}

/// Makes the case in a folder.
pub fn made(folder: &Path) -> PathBuf {
    let (logs, table) = (folder.join("log.jsonl"), folder.join("accounts.csv"));
    std::fs::write(&logs, log()).expect("written");
    std::fs::write(&table, accounts()).expect("written");
    let case = folder.join("rings.stillwatch");
    let options = ImportOptions { accounts: Some(table), ..ImportOptions::default() };
    let author = Author { actor: "analyst".into(), at: Time(0) };
    import(&case, &[logs], &options, &author, &Progress::default()).expect("imported");
    case
}
