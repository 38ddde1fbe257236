//! Where the analyst is in the table: kept when the filter changes, gone to by time, by number,
//! by what rows mean.

use egui::{Align, Layout, Rect, Ui, UiBuilder};

use crate::model::{Filter, Selection};
use crate::ui::format;
use crate::ui::layout::{Track, rows};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{button, text};
use crate::ui::{Command, Zone};

use super::super::query::Masks;
use super::super::record::Record;
use super::around::{self, Around};
use super::columns::Known;
use super::go_to::{GoTo, Outcome, Place};
use super::lines::{Lines, nearest_in_time};
use super::steps::{self, Wanted};
use super::{Drawn, Exchanges};

impl Exchanges {
    /// Says something above the rows until the next move.
    pub fn say(&mut self, words: &str) {
        self.said = Some(words.to_owned());
    }

    /// The event that the analyst is on.
    #[cfg(test)]
    pub fn current(&self) -> Option<u64> {
        self.current
    }

    /// Makes the row on a line the current one and shows its record.
    pub(super) fn choose(&mut self, known: &Known, lines: &Lines, line: u64, record: &mut Record) {
        if let Some(row) = lines.row(&known.index, line) {
            self.said = None;
            self.stay_on(known.index.event_id(row), record);
        }
    }

    /// Makes an event the current one.
    pub(super) fn stay_on(&mut self, event: u64, record: &mut Record) {
        self.chosen = Some(event);
        self.current = Some(event);
        record.open(event);
    }

    /// Finds the current row in other lines than those drawn last, or the one nearest in time.
    /// Without a current row other lines are read from the top.
    pub(super) fn keep_place(
        &mut self,
        known: &Known,
        masks: &Masks,
        (lines, of): (&Lines, u64),
        record: &mut Record,
    ) {
        let sorted = matches!(lines, Lines::Sorted(_));
        let now = Drawn { mask: of, sort: self.sort, sorted };
        let Some(before) = self.drawn.replace(now) else { return };
        if before == now {
            return;
        }
        (self.marked, self.said) = (None, None);
        let index = &known.index;
        let chosen = self.chosen.and_then(|event| index.row_of_event(event));
        let Some(chosen) = chosen else {
            (self.chosen, self.current) = (None, None);
            return self.table.rewind();
        };
        let below = self.table.cursor.map_or(0.0, |line| self.table.offset_of(line));
        let kept = lines.line_of(index, chosen);
        let row = match kept {
            Some(_) => Some(chosen),
            None => nearest_in_time(index, &masks.shown, chosen),
        };
        let line = row.and_then(|row| lines.line_of(index, row));
        let was_open = record.event().is_some() && record.event() == self.current;
        match (row, line) {
            (Some(row), Some(line)) => {
                self.table.go_to_at(line, below);
                self.current = Some(index.event_id(row));
                if was_open {
                    record.open(index.event_id(row));
                }
                if kept.is_none() {
                    self.said =
                        Some("Your row is left out: this is the nearest in time".to_owned());
                } else if before.mask != now.mask {
                    self.said = self.to_say.take();
                }
            }
            _ => self.table.rewind(),
        }
    }

    /// A line above the rows, where there is something to say or to ask; what is left for rows.
    pub(super) fn strip(
        &mut self,
        ui: &mut Ui,
        inner: Rect,
        known: &Known,
        masks: &Masks,
        lines: &Lines,
        record: &mut Record,
    ) -> Rect {
        if self.said.is_none() && self.go_to.is_none() {
            return inner;
        }
        let [strip, rest] = rows(inner, 0.0, [Track::Fixed(size::CARD_HEADER), Track::Share(1.0)]);
        let theme = Theme::of(ui);
        ui.painter().rect_filled(strip, 0, theme.raised);
        ui.painter().hline(strip.x_range(), strip.bottom() - 0.5, theme.hairline());
        let area = strip.shrink2(egui::vec2(size::CARD_PADDING, 0.0));
        let layout = Layout::left_to_right(Align::Center);
        let mut line = ui.new_child(UiBuilder::new().max_rect(area).layout(layout));
        line.shrink_clip_rect(strip);
        if let Some(mut go_to) = self.go_to.take() {
            let zone = Zone::of(line.ctx());
            match go_to.show(&mut line) {
                Outcome::Open => self.go_to = Some(go_to),
                Outcome::Closed => self.table.focus(),
                Outcome::Left => {}
                Outcome::Go(place) => match line_at(zone, known, masks, lines, place) {
                    Ok(at) => {
                        self.choose(known, lines, at, record);
                        self.table.go_to(at);
                        self.table.focus();
                    }
                    Err(why) => {
                        go_to.refuse(why);
                        self.go_to = Some(go_to);
                    }
                },
            }
        } else if let Some(said) = self.said.clone() {
            // From the right, so that in little room the words give way and not the way out.
            line.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if button::link(ui, "dismiss").clicked() {
                    self.said = None;
                }
                ui.with_layout(layout, |ui| {
                    text::line(ui, Face::Small.text(said).color(theme.muted))
                });
            });
        }
        rest
    }

    /// Does what a command asks of the row that the analyst is on.
    pub fn run(&mut self, command: Command, scene: &mut Scene<'_>) {
        let known = &self.known(scene);
        match command {
            Command::ExportShown => self.export_wanted = true,
            Command::GoTo => self.go_to = Some(GoTo::default()),
            Command::AroundAccount | Command::AroundEverything => {
                let everything = command == Command::AroundEverything;
                let around = Around { minutes: self.minutes, everything };
                self.show_around(scene, known, around);
            }
            _ => self.want_step(command, scene, known),
        }
    }

    pub(super) fn show_around(&mut self, scene: &mut Scene<'_>, known: &Known, around: Around) {
        let Some(row) = self.current_row(known) else {
            self.said = Some("Choose a row first: minutes are counted from it".to_owned());
            return;
        };
        match around::action(&known.index, &scene.view.filter, row, around) {
            Some(action) => scene.ask(action),
            None => self.said = Some("This row has no time".to_owned()),
        }
    }

    fn current_row(&self, known: &Known) -> Option<u32> {
        known.index.row_of_event(self.current?)
    }

    fn want_step(&mut self, command: Command, scene: &Scene<'_>, known: &Known) {
        if let Some(meaning) = steps::meaning_of(command) {
            self.meaning = meaning;
        }
        let Some(from) = self.current_row(known) else {
            self.said = Some("Choose a row first: the next one is looked for from it".to_owned());
            return;
        };
        self.wanted = Some(Wanted {
            serial: self.wanted.map_or(self.taken, |w| w.serial) + 1,
            index: scene.index_version,
            from,
            meaning: self.meaning,
            forward: !matches!(command, Command::PreviousLike | Command::PreviousLikeInCase),
            whole_case: matches!(command, Command::NextLikeInCase | Command::PreviousLikeInCase),
        });
    }

    /// Looks for the row of the step that is wanted, on another thread, and goes there.
    pub(super) fn take_step(
        &mut self,
        ui: &Ui,
        scene: &mut Scene<'_>,
        known: &Known,
        masks: &Masks,
        lines: &Lines,
        record: &mut Record,
    ) {
        let Some(wanted) = self.wanted else { return };
        let (index, lists) = (known.index.clone(), known.lists.clone());
        let within = if wanted.whole_case { masks.population.clone() } else { masks.shown.clone() };
        let key = (wanted.serial, masks.id);
        self.step.ask(ui.ctx(), key, move |_| {
            let Wanted { from, meaning, forward, .. } = wanted;
            let means = index.means(from, meaning);
            Ok::<_, String>((index.step(&within, &lists, from, meaning, forward), means))
        });
        let answer = self.step.answer().filter(|_| self.step.answered() == Some(&key)).copied();
        let Some((found, means)) = answer else { return };
        self.taken = wanted.serial;
        self.wanted = None;
        self.said = steps::words(&wanted, found, means);
        let Some(step) = found.filter(|_| wanted.index == scene.index_version) else { return };
        let event = known.index.event_id(step.row);
        self.chosen = Some(event);
        self.current = Some(event);
        record.open(event);
        if let Some(line) = lines.line_of(&known.index, step.row) {
            self.table.go_to(line);
        } else {
            let view = scene.view;
            let granularity = view.filter.granularity;
            let filter = Filter { granularity, ..Filter::everything() };
            self.to_say = Some(lifted(view.filter != filter, !view.selection.is_nothing()));
            scene.ask(Action::Show { filter, selection: Selection::Nothing });
        }
    }
}

/// What is said of what had to be lifted to show a row.
fn lifted(filter: bool, selection: bool) -> String {
    match (filter, selection) {
        (true, true) => {
            "It is outside filter and selection, which are lifted: Alt ← brings them back"
        }
        (false, true) => "It is outside the selection, which is lifted: Alt ← brings it back",
        (_, false) => "It is outside the filter, which is lifted: Alt ← brings it back",
    }
    .to_owned()
}

/// The line of a place.
fn line_at(
    zone: Zone,
    known: &Known,
    masks: &Masks,
    lines: &Lines,
    place: Place,
) -> Result<u64, String> {
    let count = lines.len();
    if count == 0 {
        return Err("There are no rows".to_owned());
    }
    match place {
        Place::Line(0) => Err("The first row is row 1".to_owned()),
        Place::Line(n) if n > count => Err(format!("The last row is row {}", format::count(count))),
        Place::Line(n) => Ok(n - 1),
        Place::Time(at) => {
            let index = &known.index;
            let timed = u64::from(masks.shown.count_in(index.timed()));
            if timed == 0 {
                return Err("No row shown has a time".to_owned());
            }
            let position = u64::from(masks.shown.rank(index.row_at(at)));
            if position >= timed {
                let last = masks.shown.nth(timed - 1).and_then(|row| index.at(row));
                let stamp = |at| match zone.is_utc() {
                    true => zone.stamp(at),
                    false => format!("{}, {}", zone.stamp(at), Zone::UTC.stamp(at)),
                };
                return Err(format!("The last row is of {}", last.map(stamp).unwrap_or_default()));
            }
            let row = masks.shown.nth(position).ok_or("There are no rows")?;
            lines.line_of(index, row).ok_or_else(|| "The rows are being sorted".to_owned())
        }
    }
}
