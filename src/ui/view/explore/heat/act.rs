//! What can be done with marked cells: filter to them or without them, select their accounts,
//! tag and judge them.

use egui::{Key, TextEdit, Ui};

use crate::index::HOURS;
use crate::model::filter::{NumberTest, Value, Weekdays};
use crate::model::{Confidence, Expr, Field, Filter, FilterField, Selection, Verdict};
use crate::ui::format::{count as grouped, counted};
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, text};

use crate::ui::view::explore::order::Listed;
use crate::ui::view::explore::query::Query;

use super::Heat;
use super::counts::Held;
use super::grid::{Grid, Marked, Mode};

/// What marked cells stand for.
#[derive(Clone, Debug)]
pub struct Meant {
    /// How many cells.
    pub cells: usize,
    /// What they hold; in words why that is not known.
    pub held: Result<Held, &'static str>,
}

impl Meant {
    /// The accounts with rows in them, by position; none before they are counted.
    fn accounts(&self) -> &[u32] {
        self.held.as_ref().map_or(&[], |held| held.accounts.as_slice())
    }

    /// The ids of the accounts.
    pub fn ids(&self, scene: &Scene<'_>) -> Vec<String> {
        let id = |a: &u32| scene.index.accounts().get(*a as usize).cloned();
        self.accounts().iter().filter_map(id).collect()
    }

    /// `12 cells · 340 exchanges · applies to 5 accounts`.
    pub fn words(&self, grid: &Grid) -> String {
        let cells = counted(self.cells as u64, "cell", "cells");
        let held = match &self.held {
            Ok(held) => held,
            Err(why) => return format!("{cells} · {why}"),
        };
        let unit = grid.counted.word(held.rows);
        format!("{cells} · {} {unit} · applies to {}", grouped(held.rows), self.whom())
    }

    /// `5 accounts`.
    fn whom(&self) -> String {
        counted(self.accounts().len() as u64, "account", "accounts")
    }
}

/// The conditions that marked cells are, besides those on accounts and on a range of time.
fn clock(grid: &Grid, marked: Marked) -> [(FilterField, Vec<Value>); 2] {
    let (first, last) = marked.columns();
    let hours = match (first, last) {
        (0, last) if last == HOURS - 1 => Vec::new(),
        (first, last) if first == last => vec![Value::number(first as f64)],
        (first, last) => {
            let range = NumberTest::Between(Some(first as f64), Some(last as f64));
            vec![Value::Number(range)]
        }
    };
    let days = match marked.rows() {
        (0, 6) => Vec::new(),
        (first, last) => vec![Value::Weekdays(Weekdays::new(first as u8, last as u8))],
    };
    let days = if grid.mode == Mode::WeekHour { days } else { Vec::new() };
    [(FilterField::Hour, hours), (FilterField::Weekday, days)]
}

/// `filter` narrowed to marked cells.
pub fn narrowed(
    filter: &Filter,
    grid: &Grid,
    marked: Marked,
    accounts: &[u32],
    ids: &[String],
) -> Filter {
    let mut out = filter.clone();
    if marked.columns().1 >= grid.columns {
        // What has no time is in no hour and on no day.
        out = super::counts::without_clock(&out).unwrap_or(out).with_only_untimed(true);
    } else if grid.mode == Mode::AccountTime {
        out = out.brushed(Some(grid.span(marked.columns())));
    } else {
        let clock = clock(grid, marked);
        let whole = clock.iter().all(|(_, values)| values.is_empty());
        for (field, values) in clock {
            out = out.asking(field, values);
        }
        // All hours of all days leave out what has no time.
        out = if whole { out.without_untimed() } else { out };
    }
    if grid.mode.is_of_accounts() {
        let (top, bottom) = marked.rows();
        let rows = accounts.get(top..=bottom).unwrap_or_default();
        let values = rows.iter().filter_map(|a| ids.get(*a as usize)).map(Value::text).collect();
        out = out.asking(Field::AccountId, values);
    }
    out
}

/// `filter` without what is in marked cells.
pub fn without(
    filter: &Filter,
    grid: &Grid,
    marked: Marked,
    accounts: &[u32],
    ids: &[String],
) -> Filter {
    let cells = narrowed(&Filter::everything(), grid, marked, accounts, ids);
    let time = cells.time_range().map(|range| Expr::term(Field::Timestamp, Value::Time(range)));
    let parts = time.into_iter().chain(cells.expr).collect();
    match Expr::all(parts) {
        Some(cells) => filter.and(cells.negated()),
        None => filter.clone(),
    }
}

impl Heat {
    /// What marked cells stand for. While a search has found nothing yet, what is on screen is of
    /// another filter: nothing is offered on it.
    pub(super) fn meant(
        &mut self,
        ui: &Ui,
        scene: &Scene<'_>,
        query: &Query,
        grid: &Grid,
        listed: &Listed,
    ) -> Option<Meant> {
        // Also where nothing is marked any more: an answer on its way is taken in.
        self.counts.poll();
        let marked = self.marked?;
        let held = match query.waits() {
            true => Err("searching…"),
            false => {
                let held = self.counts.held(ui, scene, query, grid, listed, marked);
                held.cloned().ok_or("counting…")
            }
        };
        Some(Meant { cells: marked.len(), held })
    }

    /// The last line where cells are marked: what they stand for and what can be done.
    pub(super) fn bar(
        &mut self,
        ui: &mut Ui,
        scene: &mut Scene<'_>,
        grid: &Grid,
        accounts: &[u32],
        marked: Marked,
        meant: &Meant,
    ) {
        let theme = Theme::of(ui);
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            if ui.add(Press::new("Unmark").quiet()).clicked() {
                self.marked = None;
            }
            if !meant.accounts().is_empty() {
                if !scene.read_only {
                    self.tag_field(ui, scene, meant);
                }
                if ui.add(Press::new("Select")).on_hover_text("Select these accounts").clicked() {
                    scene.ask(Action::Select(Selection::accounts(meant.ids(scene))));
                }
            }
            if ui.add(Press::new("Filter")).on_hover_text("Filter to these cells").clicked() {
                self.filter_to(scene, grid, accounts, marked);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add_space(10.0);
                // What a tag would apply to is said whatever room there is.
                let all = meant.words(grid);
                let whom = meant.whom();
                let wordings = [all.as_str(), &format!("applies to {whom}"), &whom];
                let room = ui.available_width();
                let words = text::first_that_fits(ui, wordings.into_iter(), Face::Small, room);
                let words = Face::Small.text(words).color(theme.text);
                ui.add(egui::Label::new(words).truncate()).on_hover_text(all);
            });
        });
    }

    /// A tag for all accounts of the marked cells.
    fn tag_field(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, meant: &Meant) {
        let theme = Theme::of(ui);
        let field = TextEdit::singleline(&mut self.tag)
            .id_salt("tag cells")
            .hint_text(Face::Small.text("Add a tag").color(theme.muted))
            .font(Face::Small.font())
            .desired_width(96.0)
            .margin(egui::Margin::symmetric(8, 5));
        let response = ui.add(field).accessible_name(format!("Tag {}", meant.whom()));
        if std::mem::take(&mut self.wants_tag) {
            response.request_focus();
        }
        if response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
            let tag = std::mem::take(&mut self.tag).trim().to_owned();
            if !tag.is_empty() {
                let judgement = Judgement::Tag { tag, present: true };
                scene.ask(Action::Judge { accounts: meant.ids(scene), judgement });
            }
        }
        response.on_hover_text("Enter puts the tag on; Ctrl Z takes it back");
    }

    /// Narrows the filter to marked cells.
    pub(super) fn filter_to(
        &mut self,
        scene: &mut Scene<'_>,
        grid: &Grid,
        accounts: &[u32],
        marked: Marked,
    ) {
        let ids = scene.index.accounts();
        let filter = narrowed(&scene.view.filter, grid, marked, accounts, ids);
        self.marked = None;
        scene.ask(Action::Filter(filter));
    }

    /// What a click with the secondary button offers on marked cells.
    pub(super) fn menu(
        &mut self,
        ui: &mut Ui,
        scene: &mut Scene<'_>,
        grid: &Grid,
        accounts: &[u32],
        marked: Marked,
        meant: &Meant,
    ) {
        ui.label(Face::Small.text(meant.words(grid)).color(Theme::of(ui).muted));
        if ui.button("Only these cells").clicked() {
            self.filter_to(scene, grid, accounts, marked);
        }
        if ui.button("Without these cells").clicked() {
            let ids = scene.index.accounts();
            let filter = without(&scene.view.filter, grid, marked, accounts, ids);
            self.marked = None;
            scene.ask(Action::Filter(filter));
        }
        if ui.button("Copy as text").clicked() {
            ui.copy_text(meant.words(grid));
        }
        if meant.accounts().is_empty() {
            return;
        }
        ui.separator();
        let whom = meant.whom();
        if ui.button(format!("Select {whom}")).clicked() {
            scene.ask(Action::Select(Selection::accounts(meant.ids(scene))));
        }
        if scene.read_only {
            return;
        }
        if ui.button(format!("Tag {whom}…")).clicked() {
            self.marked = Some(marked);
            self.wants_tag = true;
        }
        for verdict in Verdict::ALL {
            if ui.button(format!("Mark {whom} as {}", verdict.as_str())).clicked() {
                let judgement = Judgement::Verdict {
                    verdict: Some(verdict),
                    confidence: Confidence::default(),
                    reason: String::new(),
                };
                scene.ask(Action::Judge { accounts: meant.ids(scene), judgement });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::DAY_US;
    use crate::model::{Time, TimeSpan};
    use crate::ui::Zone;
    use egui::{Rect, pos2, vec2};

    fn grid(mode: Mode) -> Grid {
        let room = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 300.0));
        let march = 1_772_323_200_000_000;
        let span = TimeSpan::new(Time(march), Time(march + 20 * DAY_US));
        Grid::of(room, mode, 4, true, (span, Zone::UTC))
    }

    fn ids() -> Vec<String> {
        ["a", "b", "c", "d"].map(String::from).to_vec()
    }

    #[test]
    fn cells_become_the_conditions_they_stand_for() {
        let filter = Filter::parse("model:x hour:3").expect("a filter");
        let to = |mode, from, to| {
            let marked = Marked { from, to };
            narrowed(&filter, &grid(mode), marked, &[3, 2, 1, 0], &ids()).to_string()
        };
        assert_eq!(to(Mode::WeekHour, (5, 9), (6, 17)), "model:x hour:9..17 weekday:sat..sun");
        assert_eq!(to(Mode::WeekHour, (2, 0), (2, 23)), "model:x weekday:wed");
        assert_eq!(to(Mode::WeekHour, (0, 4), (6, 4)), "model:x hour:4");
        assert_eq!(to(Mode::AccountHour, (0, 22), (1, 23)), "model:x hour:22..23 account:d,c");
        assert_eq!(to(Mode::WeekHour, (0, 0), (6, 23)), "model:x -time:none");
        assert_eq!(to(Mode::AccountHour, (2, 0), (2, 23)), "model:x -time:none account:b");
        assert_eq!(to(Mode::WeekHour, (0, 24), (0, 24)), "model:x time:none");
        assert_eq!(to(Mode::AccountHour, (1, 24), (1, 24)), "model:x time:none account:c");
        let days = to(Mode::AccountTime, (3, 0), (3, 0));
        assert!(days.starts_with("time:2026-03-01") && days.ends_with("account:a"), "{days}");
    }

    #[test]
    fn what_is_taken_out_is_the_cells_and_nothing_else() {
        let filter = Filter::parse("model:x").expect("a filter");
        let marked = Marked { from: (0, 1), to: (1, 2) };
        let out = without(&filter, &grid(Mode::WeekHour), marked, &[], &[]);
        assert_eq!(out.to_string(), "model:x -(hour:1..2 weekday:mon..tue)");
        assert_eq!(Filter::parse(&out.to_string()).expect("readable"), out);
        let week = Marked { from: (0, 0), to: (6, 23) };
        let out = without(&filter, &grid(Mode::WeekHour), week, &[], &[]);
        assert_eq!(out.to_string(), "model:x time:none");
    }
}
