//! What is true of each account.

use std::collections::HashMap;
use std::path::Path;

/// What is true of an account.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// Class of the benchmark: `C01`, `L10`, `B01`.
    pub class: String,
    /// The network it belongs to; empty for none.
    pub network: String,
    /// Whether it acts as one with others.
    pub coordinated: bool,
    /// Whether it collects answers.
    pub harvesting: bool,
    /// Whether a contract or programme covers it.
    pub sanctioned: bool,
    /// What it does to stay unseen.
    pub evasion: String,
}

impl Label {
    /// Whether a finding about it is right. What a contract covers is no campaign.
    pub fn is_campaign(&self) -> bool {
        (self.coordinated || self.harvesting) && !self.sanctioned
    }

    /// Class, with the evasion where there is one.
    pub fn row(&self) -> String {
        match self.evasion.as_str() {
            "" => self.class.clone(),
            evasion => format!("{} {evasion}", self.class),
        }
    }
}

/// The labels in the order of the accounts of the index. Accounts without one are ordinary.
pub fn read(path: &Path, accounts: &[String]) -> Vec<Label> {
    let mut by_id: HashMap<String, Label> = HashMap::new();
    let mut reader = csv::Reader::from_path(path).expect("labels.csv");
    for record in reader.deserialize::<HashMap<String, String>>() {
        let record = record.expect("a row of labels.csv");
        let text = |name: &str| record.get(name).cloned().unwrap_or_default();
        let label = Label {
            class: text("class"),
            network: text("network"),
            coordinated: text("coordinated") == "1",
            harvesting: text("harvesting") == "1",
            sanctioned: text("sanctioned") == "1",
            evasion: text("evasion"),
        };
        by_id.insert(text("account_id"), label);
    }
    accounts.iter().map(|id| by_id.remove(id).unwrap_or_default()).collect()
}
