//! Who gets the keys of a frame: what lies on top, the text field that is typed in, or the
//! screen.

use egui::{Context, Event, Key, Modifiers};

use super::Command;

/// Decided once a frame, before anything is drawn: what is drawn changes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Something lies over the screen: a dialog, the palette, a menu.
    pub covered: bool,
    /// A text field has the focus, or had it until Escape was pressed in this frame.
    pub typing: bool,
}

/// A command by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// The command.
    pub command: Command,
    /// Whether a button of the pointer was let go after it in the same frame: then it applies
    /// to what was there before that click.
    pub before_click: bool,
}

impl Keys {
    /// Whether plain keys are the screen's own.
    pub fn are_free(self) -> bool {
        !self.covered && !self.typing
    }

    /// Takes the keys with Ctrl or Alt that mean a command. To be asked before anything is
    /// drawn: a text field would take Ctrl+K for a cut to the end of the line.
    pub fn take_shortcuts(self, ctx: &Context) -> Vec<Pressed> {
        if self.covered {
            return Vec::new();
        }
        self.take(ctx, |m| m.command || m.ctrl || m.alt)
    }

    /// Takes the plain keys that mean a command and that nothing on the screen has taken.
    pub fn take_plain(self, ctx: &Context) -> Vec<Pressed> {
        if !self.are_free() {
            return Vec::new();
        }
        self.take(ctx, |m| !(m.command || m.ctrl || m.alt))
    }

    fn take(self, ctx: &Context, wanted: impl Fn(Modifiers) -> bool) -> Vec<Pressed> {
        ctx.input_mut(|input| {
            let is_release = |e: &Event| matches!(e, Event::PointerButton { pressed: false, .. });
            let last_release = input.events.iter().rposition(is_release);
            let mut pressed = Vec::new();
            let mut at = 0;
            input.events.retain(|event| {
                // What is typed behind the key for a note is its text.
                let of_note = pressed.iter().any(|p: &Pressed| p.command == Command::Note);
                let command = match event {
                    Event::Key { key, pressed: true, modifiers, .. }
                        if wanted(*modifiers) && !of_note =>
                    {
                        Command::of_key(*key, *modifiers)
                            .filter(|c| !self.typing || !c.yields_to_typing())
                    }
                    _ => None,
                };
                let before_click = last_release.is_some_and(|release| at < release);
                pressed.extend(command.map(|command| Pressed { command, before_click }));
                at += 1;
                command.is_none()
            });
            pressed
        })
    }
}

/// Takes a press of Escape, if there is one.
pub fn take_escape(ctx: &Context) -> bool {
    ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
}
