//! From the current row to the next one that means the same.

use egui::Ui;

use crate::index::{Meaning, Step};
use crate::model::Field;
use crate::ui::Command;

/// What two rows have in common, with the command that goes to the next.
pub const MEANINGS: [(Meaning, Command, &str); 7] = [
    (Meaning::Same(Field::AccountId), Command::NextOfAccount, "account"),
    (Meaning::Same(Field::ClientIp), Command::NextOfAddress, "address"),
    (Meaning::Same(Field::ApiKeyId), Command::NextOfKey, "key"),
    (Meaning::Same(Field::SessionId), Command::NextOfSession, "session"),
    (Meaning::Template, Command::NextOfTemplate, "template"),
    (Meaning::Error, Command::NextError, "error"),
    (Meaning::Flagged, Command::NextFlagged, "flagged account"),
];

/// A step that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Another number for each.
    pub serial: u64,
    /// The index that the row is of.
    pub index: u64,
    /// From this row.
    pub from: u32,
    /// In this meaning.
    pub meaning: Meaning,
    /// Later in time, else earlier.
    pub forward: bool,
    /// In the whole case, else under the filter and the selection.
    pub whole_case: bool,
}

/// What a meaning is called.
pub fn name(meaning: Meaning) -> &'static str {
    MEANINGS.iter().find(|(m, ..)| *m == meaning).map_or("row", |(_, _, name)| *name)
}

/// The meaning that a command steps by.
pub fn meaning_of(command: Command) -> Option<Meaning> {
    MEANINGS.iter().find(|(_, c, _)| *c == command).map(|(meaning, ..)| *meaning)
}

/// What is said of a step; nothing where it needs no words.
pub fn words(wanted: &Wanted, found: Option<Step>, means: bool) -> Option<String> {
    let name = name(wanted.meaning);
    let of = match wanted.meaning {
        Meaning::Same(_) | Meaning::Template => format!("of the same {name}"),
        Meaning::Error => "that failed".to_owned(),
        Meaning::Flagged => "of a flagged account".to_owned(),
    };
    let place = if wanted.whole_case { "in the whole case" } else { "among those shown" };
    match found {
        None if !means => Some(format!("This row has no {name}")),
        None => Some(format!("There is no other row {of} {place}")),
        Some(Step { wrapped: true, .. }) => {
            let end = if wanted.forward {
                "after the last, the first"
            } else {
                "before the first, the last"
            };
            Some(format!("Around the end: {end} row {of} {place}"))
        }
        Some(_) => None,
    }
}

/// The entries of a menu that step on from a row.
pub fn menu(ui: &mut Ui) -> Option<Command> {
    let mut chosen = None;
    let mut entry = |ui: &mut Ui, command: Command| {
        let def = command.def();
        let button = egui::Button::new(def.text).shortcut_text(command.key_text());
        if ui.add(button).on_hover_text(def.tooltip).clicked() {
            chosen = Some(command);
        }
    };
    for (_, command, _) in MEANINGS {
        entry(ui, command);
    }
    ui.separator();
    for command in [
        Command::NextLike,
        Command::PreviousLike,
        Command::NextLikeInCase,
        Command::PreviousLikeInCase,
    ] {
        entry(ui, command);
    }
    chosen
}
