//! The rows of the registry, in menu order.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::picture::PICTURE;
use super::tables::TABLES;
use super::{Command, Definition, Group, Needs};

pub(super) const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

pub(super) const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Where each part of the registry ends.
const ENDS: [usize; 4] = {
    let window = MOST.len() + TABLES.len() + WINDOW.len();
    [MOST.len(), MOST.len() + TABLES.len(), window, window + PICTURE.len()]
};

/// Every command, in the order of the enum; `COMMANDS[c as usize].command == c`.
pub const COMMANDS: [Definition; ENDS[3]] = {
    let mut all = [MOST[0]; ENDS[3]];
    let mut at = 0;
    while at < all.len() {
        all[at] = match at {
            at if at < ENDS[0] => MOST[at],
            at if at < ENDS[1] => TABLES[at - ENDS[0]],
            at if at < ENDS[2] => WINDOW[at - ENDS[1]],
            at => PICTURE[at - ENDS[2]],
        };
        at += 1;
    }
    all
};

pub(super) const fn row(
    command: Command,
    group: Group,
    needs: Needs,
    text: &'static str,
    tooltip: &'static str,
    keys: &'static [KeyboardShortcut],
) -> Definition {
    Definition { command, text, tooltip, keys, group, needs }
}

const fn go(
    command: Command,
    text: &'static str,
    tooltip: &'static str,
    keys: &'static [KeyboardShortcut],
) -> Definition {
    row(command, Group::Go, Needs::Case, text, tooltip, keys)
}

const CMD: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;

/// All but those of the tables, the window and the picture of the network.
const MOST: [Definition; 43] = {
    use Command as C;
    use Group::{Decide, File, Look};
    use Needs::{Case, Nothing, Selection, SelectionOrRange};
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
        go(C::Overview, "Overview", "Is there something, and where", &[key(CMD, Key::Num1)]),
        go(
            C::Findings,
            "Findings",
            "Which networks deserve a look, and the proof",
            &[key(CMD, Key::Num2)],
        ),
        go(C::Explore, "Explore", "Who did what when", &[key(CMD, Key::Num3)]),
        go(C::Network, "Network", "Who is tied to whom, by what", &[key(CMD, Key::Num4)]),
        go(
            C::Dossier,
            "Dossier",
            "Everything known of the selected account or cluster on one page",
            &[key(NONE, Key::O)],
        ),
        go(
            C::Compare,
            "Compare",
            "What is selected against the rest, or any two selections side by side",
            &[key(CMD, Key::Num5)],
        ),
        go(
            C::Case,
            "Case",
            "What is claimed, on what evidence, under which terms",
            &[key(CMD, Key::Num6)],
        ),
        go(
            C::Report,
            "Report",
            "The pages as they will be, before they are written",
            &[key(CMD, Key::Num7)],
        ),
        go(
            C::Audit,
            "Audit & data",
            "Sources with hashes, the journal, detector versions, and read-only SQL",
            &[key(CMD, Key::Num8)],
        ),
        go(
            C::Rejects,
            "Rejected records…",
            "Records that could not be read, with file, line and reason",
            &[key(CMD, Key::J)],
        ),
        go(
            C::Joins,
            "Records of one call…",
            "Pairs of records that describe the same call, and your word on them",
            &[key(CTRL_SHIFT, Key::J)],
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
            C::MergeCase,
            File,
            Case,
            "Merge another analyst's case…",
            "Take over what was said there of the same logs; what both changed is decided here",
            &[],
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
            C::CopyCommand,
            Look,
            Case,
            "Copy as a command line",
            "The line for a shell that does the same: the run on Findings, the comparison on \
             Compare, else the exchanges of the filter",
            &[],
        ),
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
            "Fit to brush, or show all",
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
            C::KeepEvidence,
            Decide,
            Case,
            "Keep as evidence…",
            "The view with its filter and what it counts stands in the report",
            &[key(NONE, Key::B)],
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
            C::FindTemplates,
            Look,
            Case,
            "Find prompt templates",
            "Group the prompts of the case by the text they share",
            &[],
        ),
        row(
            C::RunDetectors,
            Look,
            Case,
            "Run the detectors",
            "What they find takes the place of what they found before",
            &[],
        ),
        row(
            C::NextFinding,
            Look,
            Needs::Findings,
            "Next finding",
            "The next cluster or account of the list, in its order",
            &[key(NONE, Key::J)],
        ),
        row(
            C::PreviousFinding,
            Look,
            Needs::Findings,
            "Previous finding",
            "The one before it in the list",
            &[key(NONE, Key::K)],
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
            C::Reason,
            Decide,
            Selection,
            "Write the reason",
            "Why: your words on the verdict on the selected accounts",
            &[key(NONE, Key::Y)],
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
            C::Tag,
            Decide,
            Selection,
            "Put a tag on",
            "A tag on the selected accounts",
            &[key(NONE, Key::T)],
        ),
    ]
};

/// Those of the window.
const WINDOW: [Definition; 6] = {
    use Command as C;
    use Group::{File, Window};
    use Needs::Nothing;
    [
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
