//! Every command once: its text, tooltip and keys. Menus, palette and help are made from it.

use egui::{Key, KeyboardShortcut, Modifiers};

/// Something the analyst can tell the program to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each command is documented by its row in the registry")]
pub enum Command {
    OpenLogs,
    ReviewLogs,
    OpenCase,
    OpenSample,
    CloseCase,
    Overview,
    Explore,
    Rejects,
    Export,
    VerifyCase,
    VerifyPackage,
    Undo,
    Redo,
    Back,
    Forward,
    Search,
    ClearFilter,
    ClearSelection,
    FitSelection,
    SaveView,
    ResetLayout,
    Suspicious,
    Watch,
    Cleared,
    NoVerdict,
    Note,
    Palette,
    Help,
    ToggleTheme,
    LargerText,
    SmallerText,
    Quit,
}

/// Where a command stands in menus and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Files.
    File,
    /// Screens.
    Go,
    /// Filter and selection.
    Look,
    /// What changes the case.
    Decide,
    /// The window.
    Window,
}

impl Group {
    /// All, in menu order.
    pub const ALL: [Self; 5] = [Self::File, Self::Go, Self::Look, Self::Decide, Self::Window];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Go => "Go to",
            Self::Look => "Look",
            Self::Decide => "Decide",
            Self::Window => "Window",
        }
    }
}

/// What must be there for a command to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// An open case.
    Case,
    /// An open case with something selected.
    Selection,
    /// The same, or with a range of time brushed.
    SelectionOrRange,
}

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

const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Every command, in menu order; `COMMANDS[c as usize].command == c`.
pub const COMMANDS: [Definition; 32] = {
    use Command as C;
    use Group::{Decide, File, Go, Look, Window};
    use Needs::{Case, Nothing, Selection, SelectionOrRange};
    const fn row(
        command: Command,
        group: Group,
        needs: Needs,
        text: &'static str,
        tooltip: &'static str,
        keys: &'static [KeyboardShortcut],
    ) -> Definition {
        Definition { command, text, tooltip, keys, group, needs }
    }
    const CMD: Modifiers = Modifiers::COMMAND;
    const NONE: Modifiers = Modifiers::NONE;
    [
        row(
            C::OpenLogs,
            File,
            Nothing,
            "Choose log files…",
            "Read logs into a case; their format is recognised by content",
            &[key(CMD, Key::O)],
        ),
        row(
            C::ReviewLogs,
            File,
            Nothing,
            "Review log files…",
            "See and change how logs are read before they are imported",
            &[key(CMD, Key::R)],
        ),
        row(
            C::OpenCase,
            File,
            Nothing,
            "Open a case…",
            "Open a .stillwatch file",
            &[key(CTRL_SHIFT, Key::O)],
        ),
        row(
            C::OpenSample,
            File,
            Nothing,
            "Open sample case",
            "Synthetic logs with two hidden networks and several innocent look-alikes",
            &[],
        ),
        row(
            C::CloseCase,
            File,
            Case,
            "Close case",
            "Back to the start screen; everything is already saved",
            &[key(CMD, Key::W)],
        ),
        row(
            C::Overview,
            Go,
            Case,
            "Overview",
            "Is there something, and where",
            &[key(CMD, Key::Num1)],
        ),
        row(C::Explore, Go, Case, "Explore", "Who did what when", &[key(CMD, Key::Num2)]),
        row(
            C::Rejects,
            Go,
            Case,
            "Rejected records…",
            "Records that could not be read, with file, line and reason",
            &[key(CMD, Key::J)],
        ),
        row(
            C::Export,
            File,
            Case,
            "Export package…",
            "PDF, CSV and figures with a manifest that anyone can verify",
            &[key(CMD, Key::E), key(NONE, Key::E)],
        ),
        row(
            C::VerifyCase,
            File,
            Case,
            "Verify this case",
            "Check the journal chain and every hash stored in the case",
            &[],
        ),
        row(
            C::VerifyPackage,
            File,
            Nothing,
            "Verify a package…",
            "Re-check every hash in an exported package",
            &[],
        ),
        row(
            C::Undo,
            Decide,
            Case,
            "Undo",
            "Take back the last verdict, tag or note; the journal keeps both",
            &[key(CMD, Key::Z)],
        ),
        row(
            C::Redo,
            Decide,
            Case,
            "Redo",
            "Do again what was taken back",
            &[key(CTRL_SHIFT, Key::Z), key(CMD, Key::Y)],
        ),
        row(
            C::Back,
            Look,
            Case,
            "Back",
            "The filter, selection and zoom before this one",
            &[key(Modifiers::ALT, Key::ArrowLeft)],
        ),
        row(
            C::Forward,
            Look,
            Case,
            "Forward",
            "The filter, selection and zoom after this one",
            &[key(Modifiers::ALT, Key::ArrowRight)],
        ),
        row(
            C::Search,
            Look,
            Nothing,
            "Search or filter",
            "Type field:value, words, or > for commands",
            &[key(NONE, Key::Slash)],
        ),
        row(C::ClearFilter, Look, Case, "Clear filter", "Show all exchanges", &[]),
        row(
            C::ClearSelection,
            Look,
            Case,
            "Clear selection and brush",
            "Lift the selection first, then the brush",
            &[key(NONE, Key::Escape)],
        ),
        row(
            C::FitSelection,
            Look,
            Case,
            "Fit to brush",
            "Zoom the time axis to what is brushed, or to everything",
            &[key(NONE, Key::F)],
        ),
        row(
            C::SaveView,
            Look,
            Case,
            "Save this view…",
            "Keep filter, zoom and selection under a name, in the case",
            &[key(CMD, Key::D)],
        ),
        row(
            C::ResetLayout,
            Look,
            Case,
            "Reset layout",
            "All cards of Explore back to where they were at first",
            &[],
        ),
        row(
            C::Suspicious,
            Decide,
            Selection,
            "Mark as suspicious",
            "Your verdict on the selected accounts",
            &[key(NONE, Key::Num1)],
        ),
        row(
            C::Watch,
            Decide,
            Selection,
            "Mark as watch",
            "Your verdict on the selected accounts",
            &[key(NONE, Key::Num2)],
        ),
        row(
            C::Cleared,
            Decide,
            Selection,
            "Mark as cleared",
            "Your verdict on the selected accounts",
            &[key(NONE, Key::Num3)],
        ),
        row(
            C::NoVerdict,
            Decide,
            Selection,
            "Take the verdict away",
            "The selected accounts are unreviewed again",
            &[key(NONE, Key::Num0)],
        ),
        row(
            C::Note,
            Decide,
            SelectionOrRange,
            "Write a note",
            "A note on the selected accounts; with none selected, on the brushed range of time",
            &[key(NONE, Key::N)],
        ),
        row(
            C::Palette,
            Window,
            Nothing,
            "Command palette",
            "Every command by name",
            &[key(CMD, Key::K)],
        ),
        row(
            C::Help,
            Window,
            Nothing,
            "Keys and filter language",
            "Every key, and how to write a filter",
            &[key(Modifiers::SHIFT, Key::Questionmark), key(NONE, Key::Questionmark)],
        ),
        row(C::ToggleTheme, Window, Nothing, "Switch dark and light", "Dark or light colours", &[]),
        row(
            C::LargerText,
            Window,
            Nothing,
            "Larger text",
            "Everything a step larger",
            &[key(CMD, Key::Plus), key(CMD, Key::Equals)],
        ),
        row(
            C::SmallerText,
            Window,
            Nothing,
            "Smaller text",
            "Everything a step smaller",
            &[key(CMD, Key::Minus)],
        ),
        row(C::Quit, File, Nothing, "Quit", "Everything is already saved", &[key(CMD, Key::Q)]),
    ]
};

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
        Key::Escape => "Esc",
        other => other.symbol_or_name(),
    });
    parts.join(" ")
}

#[cfg(test)]
mod tests {
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
        assert_eq!(of(Modifiers::ALT, Key::Num1), None);
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
