//! From keys to commands, and how keys are written.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::{COMMANDS, Command, Definition};

impl Command {
    /// Its row in the registry.
    pub fn def(self) -> &'static Definition {
        &COMMANDS[self as usize]
    }

    /// Its first key as text: `Ctrl Shift O`; empty where it has none.
    pub fn key_text(self) -> String {
        self.def().keys.first().map(key_text).unwrap_or_default()
    }

    /// The command that a key means.
    ///
    /// Shift may be held besides, because many keyboards need it to write a sign; Ctrl and Alt
    /// may not.
    pub fn of_key(key: Key, modifiers: Modifiers) -> Option<Self> {
        let means = |k: &KeyboardShortcut| {
            let m = k.modifiers;
            k.logical_key == key
                && m.alt == modifiers.alt
                && (m.command || m.ctrl) == (modifiers.command || modifiers.ctrl)
                && (modifiers.shift || !m.shift)
        };
        let keys = COMMANDS.iter().flat_map(|d| d.keys.iter().map(|k| (d.command, k)));
        // The most specific: Ctrl+Shift+O must not be taken for Ctrl+O.
        let found = keys.filter(|(_, k)| means(k)).max_by_key(|(_, k)| k.modifiers.shift);
        found.map(|(command, _)| command)
    }

    /// Whether it puts the keyboard into a field: what is typed behind its key belongs there.
    pub fn opens_field(self) -> bool {
        matches!(
            self,
            Self::Search
                | Self::Reason
                | Self::Note
                | Self::Tag
                | Self::FindAccount
                | Self::FindInRecord
                | Self::GoTo
                | Self::Palette
                | Self::SaveView
                | Self::KeepEvidence
        )
    }

    /// Whether its keys with Ctrl mean something in a text field, which then keeps them.
    pub fn yields_to_typing(self) -> bool {
        matches!(self, Self::Undo | Self::Redo | Self::CloseCase)
    }
}

/// A key as people write it: `Ctrl Shift O`, `Alt ←`, `/`.
pub fn key_text(shortcut: &KeyboardShortcut) -> String {
    let mut parts = Vec::new();
    let m = shortcut.modifiers;
    if m.command || m.ctrl {
        parts.push("Ctrl");
    }
    if m.alt {
        parts.push("Alt");
    }
    // A question mark is typed with Shift, but nobody says so.
    if m.shift && shortcut.logical_key != Key::Questionmark {
        parts.push("Shift");
    }
    parts.push(match shortcut.logical_key {
        Key::ArrowLeft => "←",
        Key::ArrowRight => "→",
        Key::ArrowUp => "↑",
        Key::ArrowDown => "↓",
        Key::Escape => "Esc",
        other => other.symbol_or_name(),
    });
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::registry::CTRL_SHIFT;
    use super::super::*;
    use super::*;

    #[test]
    fn the_registry_is_ordered_as_the_enum() {
        for (i, def) in COMMANDS.iter().enumerate() {
            assert_eq!(def.command as usize, i, "{}", def.text);
        }
    }

    #[test]
    fn no_two_commands_share_a_text_or_a_key() {
        for (i, a) in COMMANDS.iter().enumerate() {
            for b in &COMMANDS[i + 1..] {
                assert_ne!(a.text, b.text);
                assert!(a.keys.iter().all(|k| !b.keys.contains(k)), "{} {}", a.text, b.text);
            }
        }
    }

    #[test]
    fn keys_read_as_people_write_them() {
        assert_eq!(Command::OpenCase.key_text(), "Ctrl Shift O");
        assert_eq!(Command::Back.key_text(), "Alt ←");
        assert_eq!(Command::Help.key_text(), "?");
        assert_eq!(Command::OpenSample.key_text(), "");
    }

    #[test]
    fn the_most_specific_key_counts_and_alt_makes_another_one() {
        let of = |modifiers, key| Command::of_key(key, modifiers);
        assert_eq!(of(CTRL_SHIFT, Key::O), Some(Command::OpenCase));
        assert_eq!(of(Modifiers::COMMAND, Key::O), Some(Command::OpenLogs));
        assert_eq!(of(Modifiers::SHIFT, Key::Num1), Some(Command::Suspicious));
        assert_eq!(of(Modifiers::ALT, Key::Num1), Some(Command::NextOfAccount));
        assert_eq!(of(Modifiers::ALT, Key::Num9), None);
        assert_eq!(of(Modifiers::NONE, Key::W), None);
    }

    #[test]
    fn texts_are_sentence_case_without_a_full_stop() {
        for def in &COMMANDS {
            for text in [def.text, def.tooltip] {
                assert!(text.starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
            }
        }
    }
}
