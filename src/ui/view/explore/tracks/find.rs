//! Finding the lane of an account by a part of its id.

use egui::{Key, TextEdit, Ui};

use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme, size};

use super::frame::Frame;
use super::list::Lanes;
use super::{Jump, Tracks};

impl Tracks {
    /// Returns whether the lane of what is written is to be found: the first while it is being
    /// written, the next with Enter.
    pub(super) fn find_field(&mut self, ui: &mut Ui) -> Option<Jump> {
        let theme = Theme::of(ui);
        let field = TextEdit::singleline(&mut self.find)
            .id_salt("find a lane")
            .hint_text(Face::Small.text("Find a lane").color(theme.muted))
            .font(Face::Small.font())
            .desired_width(104.0)
            .align(egui::Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(8, 3));
        let response = ui.add_sized([104.0, size::PILL], field).accessible_name("Find a lane");
        let (enter, escape) = ui.input(|i| (i.key_pressed(Key::Enter), i.key_pressed(Key::Escape)));
        if response.lost_focus() && escape {
            self.find.clear();
        }
        let again = response.lost_focus() && enter;
        if again {
            response.request_focus();
        }
        self.found = self.found.filter(|_| !self.find.trim().is_empty());
        let find = (response.changed() || again) && !self.find.trim().is_empty();
        find.then_some(Jump::Find { on: again })
    }

    /// Goes to the next lane whose account id contains what is written; where it is not to go on,
    /// the one under the cursor is good enough.
    pub(super) fn find_next(&mut self, frame: &Frame<'_>, scene: &mut Scene<'_>, on: bool) {
        let words = self.find.trim().to_lowercase();
        let list = frame.lanes.list;
        let all = || list.pinned.iter().chain(&**list.scrolling).chain(&**list.folded);
        let id = |a: u32| &scene.index.accounts()[a as usize];
        let here = self.cursor.and_then(|place| frame.lanes.at(place));
        let here = here.and_then(|lane| frame.lanes.single(lane));
        let at = here.and_then(|here| all().position(|a| *a == here));
        let after = at.map_or(0, |at| at + usize::from(on));
        let matches = |(_, a): &(usize, &u32)| contains(id(**a), &words);
        let found: Vec<(usize, u32)> =
            all().enumerate().filter(matches).map(|(at, a)| (at, *a)).collect();
        let next = found.partition_point(|(at, _)| *at < after) % found.len().max(1);
        self.found = Some((list.id, next + 1, found.len()));
        let Some((_, account)) = found.get(next).copied() else { return };
        self.zoom = self.zoom.named();
        self.fold &= !list.folded.contains(&account);
        let lanes = Lanes { list, per_lane: 1 };
        let Some(lane) = lanes.lane_of(account) else { return };
        let closer = Frame { lanes, zoom: self.zoom, height: self.zoom.height(), ..*frame };
        self.cursor = Some(lanes.place(lane));
        self.anchor = self.cursor;
        self.show_place(&closer, lanes.place(lane));
        // Lit, here and in the other views, until the pointer is on something else.
        scene.ask(Action::Hover(Hover { account: Some(account), time: None }));
    }
}

/// Whether an id contains words that are in lower case. Without a copy of the id where it is
/// ASCII: all are asked with every letter that is typed.
fn contains(id: &str, words: &str) -> bool {
    if !id.is_ascii() {
        return id.to_lowercase().contains(words);
    }
    let (id, words) = (id.as_bytes(), words.as_bytes());
    id.windows(words.len().max(1)).any(|part| part.eq_ignore_ascii_case(words)) || words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn an_id_contains_what_its_lower_case_contains() {
        for id in ["ac01", "AC01", "Ünit-İ", "", "a"] {
            for words in ["", "a", "c0", "c01", "ac01x", "ü", "i"] {
                assert_eq!(contains(id, words), id.to_lowercase().contains(words), "{id} {words}");
            }
        }
    }
}
