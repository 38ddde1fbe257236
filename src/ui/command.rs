//! Every command once: its text, tooltip and keys. Menus, palette and help are made from it.

mod each;
mod kind;
mod of_key;
mod picture;
mod registry;
mod tables;

use egui::KeyboardShortcut;

pub use each::Command;
pub use kind::{Group, Needs};
pub use of_key::key_text;
pub use registry::COMMANDS;

/// One row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The command.
    pub command: Command,
    /// What it says on a menu; `…` when a dialog follows.
    pub text: &'static str,
    /// What it does, in a few words more.
    pub tooltip: &'static str,
    /// Its keys; the first is shown.
    pub keys: &'static [KeyboardShortcut],
    /// Where it stands.
    pub group: Group,
    /// What it needs.
    pub needs: Needs,
}
