//! A field for one of many known words: what is typed narrows the list below it.

use egui::{Id, Key, Modifiers, Popup, Rect, Response, Sense, TextEdit, Ui, vec2};

use crate::ui::theme::{Face, Theme, size};

use super::text;

/// Words shown at once.
const SHOWN: usize = 8;

/// What the field remembers between frames.
#[derive(Clone, Copy, Default)]
struct State {
    /// The word that Enter takes; none takes what is typed.
    at: Option<usize>,
    /// Where the list was drawn; a press on it takes the focus before the click is complete.
    below: Option<Rect>,
}

/// Draws the field; gives the word that was taken: chosen from the list, or entered.
///
/// `known` are words with a remark each.
pub fn complete(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    typed: &mut String,
    width: f32,
    known: &[(String, String)],
) -> Option<String> {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(name);
    let mut state: State = ui.data(|d| d.get_temp(id)).unwrap_or_default();
    let mut taken = None;
    let matching: Vec<&(String, String)> = matching(known, typed).take(SHOWN).collect();
    let had_focus = ui.memory(|m| m.has_focus(id.with("field")));
    if had_focus && !matching.is_empty() {
        step(ui, &mut state, matching.len());
    }
    let edit = TextEdit::singleline(typed)
        .id(id.with("field"))
        .font(Face::Mono.font())
        .hint_text(Face::Small.text(hint).color(theme.muted))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(width - 16.0)
        .min_size(vec2(width, 24.0));
    let field = ui.add(edit).accessible_name(name);
    if field.changed() {
        state.at = None;
    }
    if field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
        taken = entered(typed, &matching, state.at);
        field.request_focus();
    }
    let pointer = ui.input(|i| i.pointer.interact_pos());
    let on_list = state.below.is_some_and(|r| pointer.is_some_and(|p| r.contains(p)));
    state.below = None;
    if (field.has_focus() || on_list) && taken.is_none() && !matching.is_empty() {
        let (chosen, rect) = list(&field, id, &matching, state.at);
        taken = chosen;
        state.below = rect;
    }
    if taken.is_some() {
        state = State::default();
    }
    ui.data_mut(|d| d.insert_temp(id, state));
    taken
}

/// What Enter takes: the word that is lit, one that is typed in full, else the first of the list;
/// what is typed itself only where nothing is like it.
fn entered(typed: &str, matching: &[&(String, String)], at: Option<usize>) -> Option<String> {
    let typed = typed.trim();
    let lit = at.and_then(|at| matching.get(at));
    let whole = || matching.iter().find(|(word, _)| word == typed);
    let first = || matching.first().filter(|_| !typed.is_empty());
    let word = lit.or_else(whole).or_else(first).map(|(word, _)| word.clone());
    word.or_else(|| Some(typed.to_owned())).filter(|word| !word.is_empty())
}

/// Words that contain what is typed, those that begin with it first.
fn matching<'k>(
    known: &'k [(String, String)],
    typed: &str,
) -> impl Iterator<Item = &'k (String, String)> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<_> =
        known.iter().filter(|(word, _)| word.to_lowercase().contains(&typed)).collect();
    found.sort_by_key(|(word, _)| !word.to_lowercase().starts_with(&typed));
    found.into_iter()
}

fn step(ui: &Ui, state: &mut State, words: usize) {
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        state.at = Some(state.at.map_or(0, |at| (at + 1).min(words - 1)));
    }
    if pressed(Key::ArrowUp) {
        state.at = state.at.and_then(|at| at.checked_sub(1));
    }
}

fn list(
    field: &Response,
    id: Id,
    words: &[&(String, String)],
    at: Option<usize>,
) -> (Option<String>, Option<Rect>) {
    let width = field.rect.width().max(300.0);
    let mut chosen = None;
    let shown = Popup::from_response(field)
        .id(id.with("list"))
        .open(true)
        .gap(3.0)
        .width(width)
        .close_behavior(egui::PopupCloseBehavior::IgnoreClicks)
        .accessible_name("What there is")
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (i, (word, remark)) in words.iter().enumerate() {
                if row(ui, word, remark, width - 12.0, at == Some(i)).clicked() {
                    chosen = Some(word.clone());
                }
            }
        });
    (chosen, shown.map(|s| s.response.rect))
}

fn row(ui: &mut Ui, word: &str, remark: &str, width: f32, on: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 23.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, word));
    if on || response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, size::RADIUS, theme.hover);
    }
    let at = text::left(rect, 7.0);
    let room = if remark.is_empty() { width - 14.0 } else { width * 0.6 - 12.0 };
    text::paint_within(ui.painter(), at, room, word, Face::MonoSmall, theme.text);
    let at = text::left(rect, width * 0.6);
    text::paint_within(ui.painter(), at, width * 0.4 - 7.0, remark, Face::MonoSmall, theme.muted);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_begin_with_what_is_typed_come_first() {
        let known = ["user.id", "id", "kind"].map(|w| (w.to_owned(), String::new()));
        let words = |typed| matching(&known, typed).map(|(w, _)| w.as_str()).collect::<Vec<_>>();
        assert_eq!(words("id"), ["id", "user.id"]);
        assert_eq!(words(""), ["user.id", "id", "kind"]);
        assert!(words("x").is_empty());
        let enter = |typed, at| entered(typed, &matching(&known, typed).collect::<Vec<_>>(), at);
        assert_eq!(enter("ID", None).as_deref(), Some("id"));
        assert_eq!(enter("d", Some(1)).as_deref(), Some("id"));
        assert_eq!(enter("x", None).as_deref(), Some("x"));
        assert_eq!(enter("", None), None);
    }
}
