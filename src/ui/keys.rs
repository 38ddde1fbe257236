//! Who gets the keys of a frame: what lies on top, the text field that is typed in, or the
//! screen.

use egui::{Context, Event, Key, Modifiers, PointerButton};

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

    /// The buttons of the pointer that mean a command: on its side, back and forward.
    pub fn of_pointer(self, ctx: &Context) -> Vec<Pressed> {
        if self.covered {
            return Vec::new();
        }
        let buttons =
            [(PointerButton::Extra1, Command::Back), (PointerButton::Extra2, Command::Forward)];
        let is_pressed = |button| ctx.input(|input| input.pointer.button_pressed(button));
        let pressed = buttons.into_iter().filter(|(button, _)| is_pressed(*button));
        let pressed: Vec<Pressed> =
            pressed.map(|(_, command)| Pressed { command, before_click: false }).collect();
        // To whatever lies under the pointer any button is the beginning of a drag.
        if !pressed.is_empty() {
            ctx.stop_dragging();
        }
        pressed
    }

    /// Takes the plain keys that mean a command and that nothing on the screen has taken.
    pub fn take_plain(self, ctx: &Context) -> Vec<Pressed> {
        if !self.are_free() {
            return Vec::new();
        }
        self.take(ctx, |m| !(m.command || m.ctrl || m.alt))
    }

    fn take(self, ctx: &Context, wanted: impl Fn(Modifiers) -> bool) -> Vec<Pressed> {
        let (pressed, ahead) = self.take_from(ctx, wanted);
        if let Some(events) = ahead {
            let ahead = Ahead { events, before: ctx.memory(|memory| memory.focused()), frames: 0 };
            ctx.data_mut(|data| data.insert_temp(Ahead::id(), ahead));
        }
        pressed
    }

    /// The commands, and where one opens a field to type in, what was typed behind its key.
    fn take_from(
        self,
        ctx: &Context,
        wanted: impl Fn(Modifiers) -> bool,
    ) -> (Vec<Pressed>, Option<Vec<Event>>) {
        ctx.input_mut(|input| {
            let is_release = |e: &Event| matches!(e, Event::PointerButton { pressed: false, .. });
            let last_release = input.events.iter().rposition(is_release);
            let (mut pressed, mut behind) = (Vec::<Pressed>::new(), None::<Behind>);
            let mut at = 0;
            input.events.retain(|event| {
                if let Some(behind) = &mut behind {
                    at += 1;
                    return !behind.takes(event);
                }
                let command = match event {
                    Event::Key { key, pressed: true, modifiers, .. } if wanted(*modifiers) => {
                        Command::of_key(*key, *modifiers)
                            .filter(|c| !self.typing || !c.yields_to_typing())
                    }
                    _ => None,
                };
                let before_click = last_release.is_some_and(|release| at < release);
                pressed.extend(command.map(|command| Pressed { command, before_click }));
                if let (Some(command), Event::Key { key, .. }) = (command, event)
                    && command.opens_field()
                {
                    behind = Some(Behind { key: *key, events: Vec::new() });
                }
                at += 1;
                command.is_none()
            });
            (pressed, behind.map(|behind| behind.events))
        })
    }
}

/// What was typed in one frame behind a key that opens a field.
struct Behind {
    key: Key,
    events: Vec<Event>,
}

impl Behind {
    /// Takes an event, where it belongs to what is typed.
    fn takes(&mut self, event: &Event) -> bool {
        match event {
            // The text of the key itself is none of the field's.
            Event::Text(text)
                if self.events.is_empty()
                    && Key::from_name(&text.to_uppercase()) == Some(self.key) =>
            {
                true
            }
            Event::Key { pressed: false, .. } => false,
            event if is_typed(event) => {
                self.events.push(event.clone());
                true
            }
            _ => false,
        }
    }
}

fn is_typed(event: &Event) -> bool {
    matches!(event, Event::Key { .. } | Event::Text(_) | Event::Paste(_) | Event::Ime(_))
}

/// What was typed for a field that is not there yet: a command is done in the frame after its key,
/// and its field has the keyboard in the one after that. Whoever types fast would lose the first
/// letters, and a filter without its `-` says the opposite.
#[derive(Clone, Default)]
struct Ahead {
    events: Vec<Event>,
    /// What had the keyboard when the key was pressed: what is typed belongs there no longer.
    before: Option<egui::Id>,
    frames: u8,
}

impl Ahead {
    /// Frames after which a field that did not come is waited for no longer.
    const MOST_FRAMES: u8 = 4;

    fn id() -> egui::Id {
        egui::Id::unique("typed ahead")
    }
}

/// Holds back what is typed until the field it is meant for has the keyboard, and then gives it
/// all. To be called once a frame, before anything else looks at its keys.
pub fn hold_typed(ctx: &Context) {
    let Some(mut ahead) = ctx.data_mut(|data| data.remove_temp::<Ahead>(Ahead::id())) else {
        return;
    };
    ahead.frames += 1;
    let is_late = ahead.frames > Ahead::MOST_FRAMES;
    let is_there = ctx.memory(|memory| memory.focused()) != ahead.before || is_late;
    let gives = ctx.text_edit_focused() && is_there;
    // Without a field, letters would be commands nobody has given.
    if is_late && !gives {
        return;
    }
    ctx.input_mut(|input| {
        if gives {
            input.events.splice(0..0, ahead.events.drain(..));
            return;
        }
        input.events.retain(|event| {
            let held = is_typed(event);
            if held {
                ahead.events.push(event.clone());
            }
            !held
        });
    });
    if !gives {
        ctx.data_mut(|data| data.insert_temp(Ahead::id(), ahead));
        ctx.request_repaint();
    }
}

/// Takes a press of Escape, if there is one.
pub fn take_escape(ctx: &Context) -> bool {
    ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
}
