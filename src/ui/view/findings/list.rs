//! The ranked list: by level, with five bars a row, and how far the review has come.

mod group;
mod lines;
mod rows;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Align, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::detect::Told;
use crate::model::finding::{Analysis, Level, Subject};
use crate::model::{Filter, Time};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::layout::{self, Track, region};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::{bar, button, drop_down, key_cap, level, text};

use super::listing::{Entry, Listing, OrderBy};
use super::review::Sample;
use super::{several, sums};

use group::Group;
use lines::Line;
use rows::Columns;

/// Height of what stands below the list.
const FOOT: f32 = 44.0;
/// Height of the line that says what is listed.
const SUMS: f32 = 24.0;
/// Around the two things that can be clicked below the list, points.
const LINKS: f32 = 40.0;
/// Entries that a sample has.
const SAMPLE: usize = 30;

/// What is drawn.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The run.
    pub analysis: &'a Analysis,
    /// Another number for every other listing.
    pub version: u64,
    /// Its clusters and lone accounts.
    pub listing: &'a Listing,
    /// Whom the selection is about.
    pub subject: Option<Subject>,
    /// Which clusters are told from chance.
    pub told: Told,
    /// Whether they are listed by now.
    pub is_made: bool,
}

/// What is asked for in the list that others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// To see the detectors.
    Detectors,
}

/// What the lines were made for: a listing, an order, the levels folded away, and whether a sample
/// is shown.
type LinesOf = (u64, OrderBy, [bool; 4], bool);

/// The list's own state.
pub struct List {
    /// Levels that are folded away, by number.
    folded: [bool; 4],
    sample: Option<Sample>,
    /// The run that was shown last.
    run: Option<Time>,
    /// Entries of the groups of clusters that are alike whose entries are shown.
    opened: BTreeSet<Subject>,
    /// Whom the selection was about last.
    seen: Option<Subject>,
    /// Whether the selected entry is to be brought into sight.
    follows: bool,
    /// The lines of the table.
    lines: Option<(LinesOf, Arc<[Line]>)>,
}

impl Default for List {
    fn default() -> Self {
        // What is below indicative says nothing yet.
        Self {
            folded: [true, false, false, false],
            sample: None,
            run: None,
            opened: BTreeSet::new(),
            seen: None,
            follows: false,
            lines: None,
        }
    }
}

impl List {
    /// The entries that are shown, by position in the listing.
    pub fn shown(&self, listing: &Listing) -> Vec<usize> {
        let is_shown = |entry: &Entry| match &self.sample {
            Some(sample) => sample.has(entry),
            None => !self.folded[entry.level as usize],
        };
        (0..listing.entries.len()).filter(|at| is_shown(&listing.entries[*at])).collect()
    }

    /// Draws the card; gives what others are asked for in it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        (shown, several): (Shown<'_>, &[u32]),
        by: &mut OrderBy,
        error: Option<&str>,
        scene: &mut Scene<'_>,
    ) -> Option<Asks> {
        self.turn_to(shown.analysis.run.at);
        let listing = shown.listing;
        let filter = &scene.view.filter;
        let is_other = |s: &Sample| s.run != shown.analysis.run.at || s.filter != *filter;
        self.sample.take_if(|sample| is_other(sample));
        let from = self.sample.as_ref().map_or(Level::Indicative, |sample| sample.from);
        let (mut done, mut of) = listing.reviewed(from);
        if let Some(sample) = &self.sample {
            let estimate = sample.estimate(listing);
            (done, of) = (estimate.reviewed as usize, sample.subjects.len());
        }
        let body = card(ui, rect, &Card { title: "Findings", note: "" }, |ui| {
            for command in [Command::PreviousFinding, Command::NextFinding] {
                key_cap(ui, &command.key_text());
            }
            progress(ui, (done as u64, of as u64), by.words());
            order_menu(ui, by);
        });
        let [body, foot] = layout::rows(body, 0.0, [Track::Share(1.0), Track::Fixed(FOOT)]);
        if let Some(error) = error {
            card::empty(ui, body, "The filter cannot be counted", error);
        } else if listing.entries.is_empty() {
            let (title, why) = match listing.all {
                _ if !shown.is_made => ("Being listed…", ""),
                0 => (
                    "Nothing stands out",
                    "The detectors that could run found no cluster and no account",
                ),
                _ => ("No finding under this filter", "Change the filter, or clear it"),
            };
            card::empty(ui, body, title, why);
        } else {
            self.table(ui, body, (shown, several), *by, scene);
        }
        self.foot(ui, foot, shown, &scene.view.filter)
    }

    /// The lines of the table, made once for what they show.
    fn lines(&mut self, shown: Shown<'_>, by: OrderBy) -> Arc<[Line]> {
        let of = (shown.version, by, self.folded, self.sample.is_some());
        let known = self.lines.take().filter(|(known, _)| *known == of);
        let (of, lines) = known.unwrap_or_else(|| (of, self.made_lines(shown.listing, by).into()));
        self.lines = Some((of, Arc::clone(&lines)));
        lines
    }

    fn made_lines(&self, listing: &Listing, by: OrderBy) -> Vec<Line> {
        let shown = self.shown(listing);
        if by == OrderBy::Unreviewed || self.sample.is_some() {
            return shown.into_iter().map(|at| Line::Entry(at, false)).collect();
        }
        lines::of(listing, &shown, &self.opened)
    }

    fn table(
        &mut self,
        ui: &mut Ui,
        body: Rect,
        (shown, several): (Shown<'_>, &[u32]),
        by: OrderBy,
        scene: &mut Scene<'_>,
    ) {
        let columns = Columns::of(body.width());
        let [sums, head, below] = layout::rows(
            body,
            0.0,
            [Track::Fixed(SUMS), Track::Fixed(size::ROW), Track::Share(1.0)],
        );
        listed(ui, sums, shown.listing);
        rows::header(ui, head, &columns);
        self.follow(shown, by);
        let lines = self.lines(shown, by);
        let is_selected = |line: &Line| match line {
            Line::Entry(at, _) => Some(shown.listing.entries[*at].subject) == shown.subject,
            Line::Alike(group) => shown.subject.is_none() && group.ids == several,
            Line::Level(..) => false,
        };
        region(ui, below, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let mut area = ScrollArea::vertical().id_salt("findings").auto_shrink(false);
            if self.follows
                && let Some(at) = lines.iter().position(is_selected)
            {
                self.follows = false;
                // Its neighbours stay in sight.
                let middle = at as f32 * size::ROW - below.height() / 2.0;
                area = area.vertical_scroll_offset(middle.max(0.0));
            }
            area.show_rows(ui, size::ROW, lines.len(), |ui, range| {
                for line in &lines[range] {
                    let size = vec2(ui.available_width(), size::ROW);
                    let (row, _) = ui.allocate_exact_size(size, Sense::hover());
                    match line {
                        Line::Level(level, n) => self.group(ui, row, *level, *n),
                        Line::Alike(of) => {
                            match group::show(ui, row, of, &columns, is_selected(line)) {
                                Some(group::Asked::Turned) => self.turn(of, shown.listing),
                                Some(group::Asked::Chosen) => several::select(scene, &of.ids),
                                None => {}
                            }
                        }
                        Line::Entry(at, is_under) => {
                            let entry = &shown.listing.entries[*at];
                            let state = (is_selected(line), *is_under);
                            if rows::row(ui, row, entry, &columns, state) {
                                // It is in sight, and stays where it is.
                                self.seen = Some(entry.subject);
                                super::select(scene, entry);
                            }
                        }
                    }
                }
            });
        });
    }

    /// Brings into sight who is selected by now, wherever that was done: on the board, by a key, on
    /// another screen. A level that is folded away opens for it, and so does a group.
    fn follow(&mut self, shown: Shown<'_>, by: OrderBy) {
        if std::mem::replace(&mut self.seen, shown.subject) != shown.subject {
            self.follows = shown.subject.is_some();
        }
        if self.follows && self.sample.is_none() {
            let entries = &shown.listing.entries;
            let Some(at) = entries.iter().position(|e| Some(e.subject) == shown.subject) else {
                return;
            };
            self.folded[entries[at].level as usize] = false;
            let has = |line: &&Line| matches!(line, Line::Alike(of) if !of.is_open && of.entries.contains(&at));
            if let Some(Line::Alike(of)) = self.lines(shown, by).iter().find(has) {
                self.turn(of, shown.listing);
            }
        }
    }

    /// Shows the entries of a group of clusters that are alike, or no longer.
    fn turn(&mut self, group: &Group, listing: &Listing) {
        let of = listing.entries[group.entries.clone()].iter().map(|entry| entry.subject);
        if group.is_open {
            let of: BTreeSet<Subject> = of.collect();
            self.opened.retain(|subject| !of.contains(subject));
        } else {
            self.opened.extend(of);
        }
        self.lines = None;
    }

    /// Turns to a run: in another one the same numbers are other clusters.
    fn turn_to(&mut self, run: Time) {
        if self.run.replace(run) != Some(run) {
            self.opened.clear();
            (self.seen, self.lines) = (None, None);
        }
    }

    fn group(&mut self, ui: &mut Ui, row: Rect, of: Level, n: u64) {
        let theme = Theme::of(ui);
        let folded = &mut self.folded[of as usize];
        let name = if of == Level::None { "below indicative" } else { of.as_str() };
        let response = ui.interact(row, ui.scope_id().with(("level", name)), Sense::click());
        let label = format!("{name}, {}", format::count(n));
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, !*folded, &label));
        let lit = response.hovered() || response.has_focus();
        let fill = if lit { theme.hover } else { theme.raised };
        ui.painter().rect_filled(row, 0.0, fill);
        ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
        let ink = if of == Level::None { theme.muted } else { level::color(theme, of) };
        level::paint(ui.painter(), text::left(row, 17.0), 5.0, of, theme);
        let anchor = egui::Align2::LEFT_CENTER;
        let at = text::left(row, 28.0);
        let drawn = text::paint(ui.painter(), at, anchor, name, Face::Medium, ink);
        let at = pos2(drawn.right() + 6.0, at.y);
        let n = format::count(n);
        let drawn = text::paint(ui.painter(), at, anchor, &n, Face::Body, theme.muted);
        if *folded {
            let at = pos2(drawn.right() + 8.0, at.y);
            text::paint(ui.painter(), at, anchor, "show", Face::Small, theme.accent);
        }
        if response.clicked() {
            *folded = !*folded;
        }
    }

    /// What the bars are, how many false ones chance makes, and sampling.
    fn foot(&mut self, ui: &mut Ui, rect: Rect, shown: Shown<'_>, filter: &Filter) -> Option<Asks> {
        let theme = Theme::of(ui);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, theme.hairline());
        let inner = rect.shrink2(vec2(12.0, 5.0));
        region(ui, inner, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.spacing_mut().interact_size.y = 18.0;
            match self.sample.clone() {
                Some(sample) => {
                    self.sampled(ui, &sample, shown.listing);
                    None
                }
                None => self.unsampled(ui, shown, filter),
            }
        })
    }

    fn unsampled(&mut self, ui: &mut Ui, shown: Shown<'_>, filter: &Filter) -> Option<Asks> {
        let theme = Theme::of(ui);
        let bars = [
            "bars: content · timing · infrastructure · commerce · life cycle",
            "content · timing · infrastructure · commerce · life cycle",
            "content, timing, infrastructure, commerce, life cycle",
        ];
        let room = ui.available_width();
        let bars = text::first_that_fits(ui, bars.into_iter(), Face::Small, room);
        text::line(ui, Face::Small.text(bars).color(theme.muted))
            .on_hover_text("Dotted: nothing of this kind could be looked at");
        let line = vec2(ui.available_width(), 20.0);
        let asked = ui.allocate_ui_with_layout(line, Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let listed = shown.analysis.clusters.iter().filter(|c| c.level >= Level::Probable);
            let listed = listed.count() as u64;
            let expected = shown.told.expected_false;
            let words = match listed {
                0 => ["no cluster is probable".to_owned(), "none is probable".to_owned()],
                n => [clusters(n), format::count(n)]
                    .map(|of| format!("at most {expected:.1} of {of} by chance")),
            };
            // What can be clicked stays whole.
            let links =
                text::width(ui, "detectors", Face::Body) + text::width(ui, "sample", Face::Body);
            let room = ui.available_width() - links - LINKS;
            let words =
                text::first_that_fits(ui, words.iter().map(String::as_str), Face::Small, room);
            ui.label(Face::Small.text(words).color(theme.muted)).on_hover_text(
                "Of all clusters that are strong or probable, so many would be expected to be made \
                 by chance, at most: q = 0.05, Benjamini–Hochberg",
            );
            let asks = button::link(ui, "detectors").clicked();
            drop_down(ui, "sample", "Sample for review", false, |ui| {
                for from in [Level::Probable, Level::Indicative, Level::None] {
                    let of = shown.listing.entries.iter().filter(|e| e.level >= from).count();
                    let name = if from == Level::None { "all" } else { from.as_str() };
                    let words = format!("{} of {} {name} and above", SAMPLE.min(of), of);
                    let words = words.replace("all and above", "in all");
                    if of > 0 && ui.button(words).clicked() {
                        self.lines = None;
                        self.sample = Some(Sample::draw(
                            shown.listing,
                            from,
                            SAMPLE,
                            &shown.analysis.run,
                            filter,
                        ));
                    }
                }
            });
            asks.then_some(Asks::Detectors)
        });
        asked.inner
    }

    fn sampled(&mut self, ui: &mut Ui, sample: &Sample, listing: &Listing) {
        let theme = Theme::of(ui);
        let estimate = sample.estimate(listing);
        let drawn = format!(
            "random sample of {} from {}, {} reviewed",
            format::count(sample.subjects.len() as u64),
            format::count(sample.of as u64),
            format::count(estimate.reviewed),
        );
        ui.horizontal(|ui| {
            ui.label(Face::Small.text(drawn).color(theme.muted));
            if button::link(ui, "end").clicked() {
                self.sample = None;
            }
        });
        let words = match estimate.share {
            None => "cleared ones among them estimate how many of the list are innocent".to_owned(),
            Some(share) => format!(
                "{} cleared: {} of the list innocent (95 %: {:.0}–{:.0} %)",
                format::count(estimate.cleared),
                format::percent(estimate.cleared, estimate.reviewed),
                100.0 * share.low,
                100.0 * share.high,
            ),
        };
        text::line(ui, Face::Small.text(words).color(theme.text));
    }
}

fn clusters(n: u64) -> String {
    format::counted(n, "cluster", "clusters")
}

/// How many there are of each level, as they add up to what waits for a verdict.
fn listed(ui: &mut Ui, rect: Rect, listing: &Listing) {
    let theme = Theme::of(ui);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    let inner = rect.shrink2(vec2(12.0, 0.0));
    let sums = sums::list(listing.standing());
    let longest = sums[0].clone();
    let fits = sums.iter().map(String::as_str);
    let words = text::first_that_fits(ui, fits, Face::Small, inner.width());
    let words = Face::Small.text(words).color(theme.muted);
    let is_cluster = |entry: &&Entry| matches!(entry.subject, Subject::Cluster(_));
    let of_clusters = listing.entries.iter().filter(is_cluster).count();
    let alone = (listing.entries.len() - of_clusters) as u64;
    let whole = match listing.is_filtered {
        true => format!("\nUnder the filter; {} without it", format::count(listing.all as u64)),
        false => String::new(),
    };
    text::in_rect(ui, inner, Align::Min, words).on_hover_text(format!(
        "{longest}\n{} + {} alone = {} in all{whole}",
        clusters(of_clusters as u64),
        format::counted(alone, "account", "accounts"),
        format::count(listing.entries.len() as u64),
    ));
}

/// How far the review is, in what room the order of the list leaves.
fn progress(ui: &mut Ui, (done, of): (u64, u64), order: &str) {
    const TRACK: f32 = 48.0;
    /// What a menu has around its words, points.
    const MENU: f32 = 24.0;
    let theme = Theme::of(ui);
    let gap = ui.spacing().item_spacing.x;
    let room = ui.available_width() - text::width(ui, order, Face::Body) - MENU - gap;
    let short = format!("{} of {}", format::count(done), format::count(of));
    let words = format!("{short} reviewed");
    let words = text::first_that_fits(ui, [&*words, &*short].into_iter(), Face::Body, room);
    let label = ui.label(Face::Body.text(words).color(theme.text));
    label.on_hover_text("Reviewed: every account has a verdict");
    if text::width(ui, words, Face::Body) + gap + TRACK <= room {
        let (track, _) = ui.allocate_exact_size(vec2(TRACK, 4.0), Sense::hover());
        let share = if of == 0 { 0.0 } else { done as f32 / of as f32 };
        bar::paint(ui.painter(), track, theme.ghost, share, theme.muted);
    }
}

fn order_menu(ui: &mut Ui, by: &mut OrderBy) {
    drop_down(ui, by.words(), "Order of the findings", false, |ui| {
        for order in OrderBy::ALL {
            if ui.selectable_label(order == *by, order.words()).clicked() {
                *by = order;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::listing::Review;
    use super::*;

    #[test]
    fn groups_that_were_opened_are_closed_in_another_run_where_the_numbers_are_others() {
        let entry = |id: u32| Entry {
            subject: Subject::Cluster(id),
            name: format!("Cluster {id}"),
            level: Level::Probable,
            coordination: 0.9,
            harvesting: 0.1,
            accounts: 5,
            rows: 100,
            families: [Some(0.9); 5],
            detectors: vec!["D02"],
            review: Review::New,
            dismissal: None,
        };
        let listing = Listing { entries: (1..=4).map(entry).collect(), ..Listing::default() };
        let (mut list, by) = (List::default(), OrderBy::Rank);
        list.turn_to(Time(1));
        list.turn(&Group::of(&listing.entries, 0..4, false), &listing);
        list.seen = Some(Subject::Cluster(2));
        list.turn_to(Time(1));
        assert_eq!(list.made_lines(&listing, by).len(), 6, "still open in the same run");
        list.turn_to(Time(2));
        assert_eq!(list.made_lines(&listing, by).len(), 2);
        assert_eq!(list.seen, None, "the selection is brought into sight again");
    }
}
