//! A small case with rings that pass reasoning blocks on, three where nothing else is said, and people
//! who do nothing of the kind.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::case::{Author, ImportOptions, import};
use crate::job::Progress;
use crate::model::Time;

/// Accounts of the log; the first ones are in rings of four.
const ACCOUNTS: u32 = 60;

fn id(account: u32, rings: u32) -> String {
    match account / 4 {
        ring if ring < rings => format!("ring{ring}-{}", account % 4),
        _ => format!("ac{account}"),
    }
}

/// Whose block an account submits.
fn from(account: u32, rings: u32) -> u32 {
    if account < 4 * rings { account / 4 * 4 + (account + 1) % 4 } else { account }
}

fn log(rings: u32) -> String {
    let mut out = String::new();
    for i in 0..ACCOUNTS * 5 {
        let (account, turn) = (i % ACCOUNTS, i / ACCOUNTS);
        let (hour, minute, second) = (i / 40 % 24, i % 60, i % 53);
        let mut record = json!({
            "timestamp": format!("2026-03-{:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + turn),
            "account_id": id(account, rings),
            "request_id": format!("r{i}"),
            "model": "atlas-3",
            "prompt": format!("How far is it from town {i} to town {}?", i * 7),
            "output_tokens": 100 + i % 17,
            "reasoning_signature": format!("block-{account}-{turn}"),
        });
        if turn > 0 {
            let block = format!("block-{}-{}", from(account, rings), turn - 1);
            record["replayed_signature"] = json!(block);
        }
        out += &format!("{record}\n");
    }
    out
}

/// What is known of the accounts: each ring pays with one card.
fn accounts(rings: u32) -> String {
    let mut table = "account_id,payment_fingerprint,plan\n".to_owned();
    for account in 0..ACCOUNTS {
        let card = if account < 4 * rings { account / 4 } else { 100 + account };
        table += &format!("{},card-{card},pro\n", id(account, rings));
    }
    table
}

/// Makes the case in a folder.
pub fn made(folder: &Path) -> PathBuf {
    with_rings(folder, 3)
}

/// Makes a case with so many rings, fifteen at most.
pub fn with_rings(folder: &Path, rings: u32) -> PathBuf {
    let (logs, table) = (folder.join("log.jsonl"), folder.join("accounts.csv"));
    std::fs::write(&logs, log(rings)).expect("written");
    std::fs::write(&table, accounts(rings)).expect("written");
    let case = folder.join("rings.stillwatch");
    let options = ImportOptions { accounts: Some(table), ..ImportOptions::default() };
    let author = Author { actor: "analyst".into(), at: Time(0) };
    import(&case, &[logs], &options, &author, &Progress::default()).expect("imported");
    case
}
