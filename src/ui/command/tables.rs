//! The rows of the tables of Explore.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::registry::{CTRL_SHIFT, key, row};
use super::{Command, Definition, Group, Needs};

const ALT: Modifiers = Modifiers::ALT;
const ALT_SHIFT: Modifiers = Modifiers::ALT.plus(Modifiers::SHIFT);
const CMD: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;

const fn next(
    command: Command,
    text: &'static str,
    keys: &'static [KeyboardShortcut],
) -> Definition {
    const TOOLTIP: &str = "Under the filter; Alt Shift ↓ goes on in the whole case";
    row(command, Group::Tables, Needs::Explore, text, TOOLTIP, keys)
}

/// What can be done with the tables.
pub(super) const TABLES: [Definition; 19] = {
    use Command as C;
    use Group::Tables;
    use Needs::Explore;
    [
        row(
            C::AccountsTable,
            Tables,
            Explore,
            "Go to the accounts",
            "The arrows then go from account to account",
            &[key(CTRL_SHIFT, Key::A)],
        ),
        row(
            C::ExchangesTable,
            Tables,
            Explore,
            "Go to the exchanges",
            "The arrows then go from record to record",
            &[key(CTRL_SHIFT, Key::X)],
        ),
        row(
            C::FindAccount,
            Tables,
            Explore,
            "Find an account",
            "Accounts whose id contains what is typed",
            &[key(CMD, Key::F)],
        ),
        row(
            C::GoTo,
            Tables,
            Explore,
            "Go to a time or row…",
            "A time as filters write it, or row 1,234",
            &[key(CMD, Key::G)],
        ),
        row(
            C::AroundAccount,
            Tables,
            Explore,
            "Show this account around this row",
            "Some minutes before and after it",
            &[key(NONE, Key::R)],
        ),
        row(
            C::AroundEverything,
            Tables,
            Explore,
            "Show everything around this row",
            "Some minutes before and after it, whoever called",
            &[key(Modifiers::SHIFT, Key::R)],
        ),
        row(
            C::NextLike,
            Tables,
            Explore,
            "Next row that means the same",
            "Under the filter, as last chosen: same account, address, error…",
            &[key(ALT, Key::ArrowDown)],
        ),
        row(
            C::PreviousLike,
            Tables,
            Explore,
            "Previous row that means the same",
            "Under the filter, as last chosen: same account, address, error…",
            &[key(ALT, Key::ArrowUp)],
        ),
        row(
            C::NextLikeInCase,
            Tables,
            Explore,
            "Next such row in the whole case",
            "Lifts the filter where the row is outside it",
            &[key(ALT_SHIFT, Key::ArrowDown)],
        ),
        row(
            C::PreviousLikeInCase,
            Tables,
            Explore,
            "Previous such row in the whole case",
            "Lifts the filter where the row is outside it",
            &[key(ALT_SHIFT, Key::ArrowUp)],
        ),
        next(C::NextOfAccount, "Next row of the same account", &[key(ALT, Key::Num1)]),
        next(C::NextOfAddress, "Next row from the same address", &[key(ALT, Key::Num2)]),
        next(C::NextOfKey, "Next row with the same key", &[key(ALT, Key::Num3)]),
        next(C::NextOfSession, "Next row of the same session", &[key(ALT, Key::Num4)]),
        next(C::NextOfTemplate, "Next row of the same template", &[key(ALT, Key::Num5)]),
        row(
            C::NextError,
            Tables,
            Explore,
            "Next row that failed",
            "A status of 400 or more, or an error",
            &[key(ALT, Key::Num6)],
        ),
        row(
            C::NextFlagged,
            Tables,
            Explore,
            "Next row of a flagged account",
            "Marked as suspicious or to be watched",
            &[key(ALT, Key::Num7)],
        ),
        row(
            C::FindInRecord,
            Tables,
            Explore,
            "Find in the record",
            "Text in the original record",
            &[key(CTRL_SHIFT, Key::F)],
        ),
        row(
            C::ExportShown,
            Tables,
            Explore,
            "Export what is shown…",
            "The rows of this table as CSV: its columns, its order, all rows of the filter",
            &[key(CTRL_SHIFT, Key::E)],
        ),
    ]
};
