//! The lanes in words: the read-out beside the pointer, the summary for who does not see them,
//! and a row a lane for screen readers.

use egui::accesskit::Role;
use egui::{Response, Tooltip, Ui, WidgetInfo};

use crate::model::{Time, TimeSpan};
use crate::ui::format::{count as grouped, counted};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::explore::query::ByAccount;
use crate::ui::view::explore::times;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::timeline::axis;

use super::list::Lane;
use super::paint::{ColorBy, Ink};

/// What the keys do, for screen readers.
const KEYS: &str = "Up and down go from lane to lane, Shift selects on the way, left and right go \
                    through time, Enter drills into the account, P pins it, plus and minus zoom";

impl Ink<'_, '_> {
    /// What a lane is called.
    fn name_of(&self, lane: Lane) -> String {
        let accounts = self.frame.lanes.accounts(lane);
        let id = |a: &u32| visible_text(&self.scene.index.accounts()[*a as usize]).into_owned();
        match (lane, accounts) {
            (Lane::Folded, _) => counted(accounts.len() as u64, "folded lane", "folded lanes"),
            (_, [one]) => id(one),
            (_, [first, .., last]) => {
                let n = counted(accounts.len() as u64, "account", "accounts");
                format!("{n}: {} to {}", id(first), id(last))
            }
            (_, []) => String::new(),
        }
    }

    fn when(&self, span: TimeSpan) -> String {
        let window = self.frame.window;
        axis::words(span, window.zone(), window.limits())
    }

    fn rows_of(&self, lane: Lane, by_account: &ByAccount) -> u64 {
        let stats = |a: &u32| by_account.stats.get(*a as usize).map_or(0, |s| s.rows.into());
        self.frame.lanes.accounts(lane).iter().map(stats).sum()
    }

    /// The cell of a lane at a time, line by line.
    pub fn read_out(
        &self,
        lane: Lane,
        at: Option<Time>,
        untimed: bool,
        by_account: &ByAccount,
    ) -> Vec<String> {
        let word = |n: u64| format!("{} {}", grouped(n), self.frame.counted.word(n));
        let line = self.counts.line(self.scene, self.masks, self.frame.lanes, lane);
        let mut out = vec![self.name_of(lane)];
        if let Some((span, n)) = line.zip(at).and_then(|(line, at)| line.at(at)) {
            out.push(word(n.into()));
            out.push(self.when(span));
        } else if let Some(line) = line.filter(|_| untimed) {
            out.push(format!("{} without a time", word(line.untimed().into())));
        } else if line.is_none() {
            out.push("Counting…".to_owned());
        }
        if let Some(leader) = line.zip(at).and_then(|(line, at)| line.leader_at(at)) {
            out.push(format!("mostly {leader}"));
        }
        let inside = if self.range.is_some() { "in the range" } else { "in all" };
        out.push(format!("{} {inside}", word(self.rows_of(lane, by_account))));
        if let Some(account) = self.frame.lanes.single(lane) {
            out.extend(self.scene.lists.verdict(account).map(|v| v.as_str().to_owned()));
            let tags = self.scene.lists.tags(account);
            out.extend((!tags.is_empty()).then(|| tags.join(" · ")));
        }
        out
    }

    /// The read-out beside the pointer.
    pub fn tooltip(&self, ui: &Ui, response: &Response, by_account: &ByAccount) {
        let Some(pos) = response.hover_pos().filter(|_| !ui.any_popup_open()) else { return };
        let Some(lane) = self.frame.lane_at(pos) else { return };
        let untimed = self.frame.areas.untimed.contains(pos.x);
        let lines = self.read_out(lane, self.frame.time_at(pos), untimed, by_account);
        let theme = Theme::of(ui);
        Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
            for (i, line) in lines.iter().enumerate() {
                let (face, color) = match i {
                    0 => (Face::Mono, theme.muted),
                    1 => (Face::Medium, theme.text),
                    _ => (Face::Small, theme.text),
                };
                ui.label(face.text(visible_text(line)).color(color));
            }
        });
    }

    /// A row for every lane that carries a name.
    pub fn describe_lanes(&self, ui: &Ui, by_account: &ByAccount) {
        for (lane, rect) in self.frame.in_sight() {
            let named = rect.height() >= 11.5;
            let (Some(account), true) = (self.frame.lanes.single(lane), named) else { continue };
            let rows = self.rows_of(lane, by_account);
            let pinned = if self.frame.lanes.is_pinned(lane) { ", pinned" } else { "" };
            let unit = self.frame.counted.word(rows);
            let words = format!("Lane {}: {} {unit}{pinned}", self.name_of(lane), grouped(rows));
            let id = ui.scope_id().with(("lane", account));
            let seen = rect.intersect(self.frame.clip(lane));
            let response = ui.interact(seen, id, egui::Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &words));
            let (place, selected) = (self.frame.lanes.place(lane), self.chosen.has(account));
            ui.accesskit_node_builder(response.id, |node| {
                node.set_row_index(place);
                node.set_selected(selected);
            });
        }
    }

    /// All of it in a sentence or two.
    pub fn summary(&self, order: &str) -> String {
        let list = self.frame.lanes.list;
        let (first, after) = self.frame.visible();
        let accounts = counted(list.accounts() as u64, "account", "accounts");
        let visible = self.frame.window.visible();
        let whole = times::whole_bins(self.frame.bins, visible.start, visible.end);
        let days = self.when(whole);
        let mut out = format!("{accounts} {order}, {days}");
        if self.frame.lanes.scrolling() > 0 {
            out += &format!("; lanes {} to {} in sight", first + 1, after);
        }
        if !list.pinned.is_empty() {
            out += &format!("; {} pinned", grouped((list.pinned.len() + list.more_pinned) as u64));
        }
        let besides = self.pins_that_scroll().into_iter().chain(self.folded());
        out.extend(besides.map(|words| format!("; {words}")));
        let by = match self.by {
            ColorBy::Single => String::new(),
            ColorBy::Field(field) => format!("; coloured by {}", field.def().name),
            ColorBy::Verdict => "; coloured by verdict".to_owned(),
        };
        out + &by
    }

    /// The card for screen readers: what is shown, or the cell of the cursor.
    pub fn describe(
        &self,
        ui: &Ui,
        response: &Response,
        (order, said): (&str, Option<&str>),
        cursor_time: Option<Time>,
        by_account: &ByAccount,
    ) {
        response.widget_info(|| WidgetInfo::labeled(Role::Grid, true, "Accounts over time"));
        let lanes = self.frame.lanes.len();
        ui.accesskit_node_builder(response.id, |node| {
            let lane = self.cursor.and_then(|place| self.frame.lanes.at(place));
            node.set_value(match (lane, said) {
                (Some(lane), _) => self.read_out(lane, cursor_time, false, by_account).join(", "),
                (None, Some(said)) => format!("{}; {said}", self.summary(order)),
                (None, None) => self.summary(order),
            });
            node.set_description(KEYS);
            node.set_row_count(lanes);
        });
    }
}
