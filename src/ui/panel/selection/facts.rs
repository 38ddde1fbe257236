//! What the records say of the selected accounts: counts, times, models, addresses. Facts only.

use std::sync::Arc;

use egui::{Align, Layout, Rect, Sense, Ui, vec2};

use crate::index::{self, Index, Lists, Mask, Stats, TopValues};
use crate::model::filter::FilterError;
use crate::model::{Field, Filter, Granularity, Selection, Time, TimeSpan};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, tabular};
use crate::ui::view::findings::listing;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::timeline::axis;
use crate::ui::widget::{sparkline, text};
use crate::ui::{Latest, Zone, search};

/// Bars in the panel's sparkline.
const BINS: usize = 73;
/// Values named of each field.
const NAMED: usize = 3;

/// What is known of the selection.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The accounts, by position.
    pub accounts: Vec<u32>,
    /// What is counted.
    pub counted: Granularity,
    /// All their rows.
    pub totals: Stats,
    /// Their rows inside the filter.
    pub inside: u64,
    /// Those of their rows that have no time.
    pub without_time: u64,
    /// When the first and last of their rows happened that have one.
    pub span: Option<(Time, Time)>,
    /// The most frequent values of some fields.
    pub values: Vec<(&'static str, TopValues)>,
    /// Rows over the whole period.
    pub line: Vec<u32>,
}

/// What the facts depend on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    index: u64,
    lists: u64,
    filter: Filter,
    selection: Selection,
}

/// The facts, counted off the interface thread.
#[derive(Default)]
pub(super) struct FactsJob(Latest<Key, Arc<Facts>>);

impl FactsJob {
    /// Asks for the facts of what is selected.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let (view, lists_version) = (scene.view, scene.lists_version_for(&scene.view.filter));
        let same = |key: &Key| {
            (key.index, key.lists) == (scene.index_version, lists_version)
                && key.filter == view.filter
                && key.selection == view.selection
        };
        if self.0.has(same) {
            return;
        }
        let key = Key {
            index: scene.index_version,
            lists: lists_version,
            filter: view.filter.clone(),
            selection: view.selection.clone(),
        };
        let (index, lists, question) = (scene.index.clone(), scene.lists.clone(), key.clone());
        self.0.ask(ctx, key, move |_| facts(&index, &lists, &question).map(Arc::new));
    }

    /// The facts, unless they are of another selection.
    pub fn get(&self, scene: &Scene<'_>) -> Option<&Facts> {
        let key = self.0.answered()?;
        let same = key.index == scene.index_version && key.selection == scene.view.selection;
        self.0.answer().filter(|_| same && self.0.error().is_none()).map(Arc::as_ref)
    }

    /// The same facts, where they are those of the filter and the lists of now as well: what is
    /// said of accounts must not go to those of an earlier filter.
    pub fn current(&self, scene: &Scene<'_>) -> Option<&Arc<Facts>> {
        let key = self.0.answered()?;
        let same = key.lists == scene.lists_version_for(&scene.view.filter)
            && key.filter == scene.view.filter;
        self.get(scene).and(self.0.answer()).filter(|_| same)
    }

    /// Whether they are being counted.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.0.is_stale()
    }

    /// Why there are none.
    pub fn error(&self) -> Option<&str> {
        self.0.error()
    }
}

fn facts(index: &Index, lists: &Lists, key: &Key) -> Result<Facts, FilterError> {
    let counted = key.filter.granularity.unwrap_or_else(|| index.default_granularity());
    let population = index.population(counted).clone();
    let kept = index::compile(&key.filter, index, lists)?;
    let accounts = selected(index, lists, key)?;
    let (rows, inside) = match &accounts {
        // Nothing is selected: the facts are those of what is shown.
        None => (kept.clone(), kept.len()),
        Some(accounts) => (
            index.narrowed_to_accounts(&population, accounts),
            index.narrowed_to_accounts(&kept, accounts).len(),
        ),
    };
    let totals = index.totals(&rows);
    let fields = [
        (Field::Model, "Models"),
        (Field::ClientIp, "Addresses"),
        (Field::Country, "Countries"),
        (Field::UserAgent, "User agents"),
        (Field::ApiKeyId, "Keys"),
        (Field::OrgId, "Organisations"),
    ];
    let values = fields
        .into_iter()
        .filter(|(field, _)| index.distinct_values(*field) > 0)
        .map(|(field, name)| (name, index.top_values(&rows, field, NAMED)))
        .collect();
    Ok(Facts {
        accounts: accounts.unwrap_or_default(),
        counted,
        totals,
        inside,
        without_time: index.without_time(&rows),
        span: totals.first_seen(index).zip(totals.last_seen(index)),
        values,
        line: line(index, &rows),
    })
}

/// The accounts selected; `None` when nothing is.
fn selected(index: &Index, lists: &Lists, key: &Key) -> Result<Option<Vec<u32>>, FilterError> {
    Ok(match &key.selection {
        Selection::Nothing => None,
        Selection::Accounts(ids) => {
            Some(ids.iter().filter_map(|id| index.account_position(id)).collect())
        }
        Selection::Event(id) => {
            Some(index.row_of_event(*id).map(|row| index.account_of(row)).into_iter().collect())
        }
        other => match other.within(&key.filter) {
            Some(filter) => Some(index::matching_accounts(&filter, index, lists)?),
            None => None,
        },
    })
}

fn line(index: &Index, rows: &Mask) -> Vec<u32> {
    index.span().map_or_else(Vec::new, |span| index.histogram(rows, span, BINS).bins)
}

/// The title: what is selected.
pub(super) fn heading(ui: &mut Ui, scene: &Scene<'_>, accounts: &[String], known: &FactsJob) {
    let theme = Theme::of(ui);
    let selection = &scene.view.selection;
    let title = match (selection, accounts) {
        (Selection::Nothing, _) => "Whole case".to_owned(),
        (Selection::Accounts(_), [one]) => visible_text(one).into_owned(),
        (Selection::Accounts(_), many) => format::counted(many.len() as u64, "account", "accounts"),
        (other, _) => match scene.analysis.map(|a| listing::clusters_of(other, a)).as_deref() {
            Some([id]) => format!("Cluster {id}"),
            None | Some([]) => visible_text(&other.title()).into_owned(),
            Some(many) => format::counted(many.len() as u64, "cluster", "clusters"),
        },
    };
    let heading = text::line(ui, Face::Title.text(&title));
    if let [one] = accounts {
        heading.on_hover_text(visible_text(one));
    }
    let mut parts = Vec::new();
    if !matches!(selection, Selection::Accounts(_) | Selection::Nothing) {
        parts.push(format::counted(accounts.len() as u64, "account", "accounts"));
    }
    let facts = known.get(scene);
    if let Some(facts) = facts {
        let rows = facts.totals.rows.into();
        let unit = facts.counted.word(rows);
        let whole = search::whole(&scene.view.filter, selection);
        // The count of an earlier filter is not part of this one's.
        let so_far = known.current(scene).map_or("", |_| search::so_far(scene.index, &whole));
        parts.push(format!("{} {unit}{so_far}", format::count(rows)));
        if let Some((first, last)) = facts.span {
            let span = TimeSpan { start: first, end: Time(last.0 + 1) };
            parts.push(format::days(Zone::of(ui.ctx()).wall_span(span)));
        }
    }
    let words = match selection {
        Selection::Nothing if scene.view.filter.is_everything() => {
            format!("Nothing selected; {}", parts.join(" · "))
        }
        Selection::Nothing => format!("Inside the filter: {}", parts.join(" · ")),
        _ => parts.join(" · "),
    };
    text::wrapped(ui, Face::Body.text(words).color(theme.muted));
    let outside = facts.is_some_and(|f| f.inside == 0);
    if outside && !scene.view.filter.is_everything() && !selection.is_nothing() {
        let words = "Outside the filter: the tables show none of these exchanges";
        text::wrapped(ui, Face::Medium.text(words).color(theme.warn));
    }
}

/// Attributes that people look for, by the names accounts tables give them; others keep theirs.
pub const ATTRIBUTES: [(&str, &str); 12] = [
    ("program", "Programme"),
    ("allowlist_reason", "Allowlisted"),
    ("plan", "Plan"),
    ("created_at", "Created"),
    ("closed_at", "Closed"),
    ("verification", "Verification"),
    ("payment_fingerprint", "Card"),
    ("email_domain", "Mail domain"),
    ("email_pattern", "Mail pattern"),
    ("phone_prefix", "Phone prefix"),
    ("declared_country", "Declared country"),
    ("org_id", "Organisation"),
];

/// What is known of an account beside the logs, where it is one.
pub fn attributes(ui: &mut Ui, scene: &Scene<'_>, accounts: &[String]) {
    let [account] = accounts else { return };
    let Some(all) = scene.beside.attributes().filter(|all| !all.is_empty()) else { return };
    ui.add_space(8.0);
    text::section(ui, "From the accounts table");
    let Some(known) = all.get(account) else {
        fact(ui, "This account", "absent", true);
        return;
    };
    let named = ATTRIBUTES.iter().filter_map(|(name, title)| Some((*title, known.get(*name)?)));
    let is_named = |name: &str| ATTRIBUTES.iter().any(|(known, _)| *known == name);
    let other = known.iter().filter(|(name, _)| !is_named(name));
    for (name, value) in named.chain(other.map(|(name, value)| (name.as_str(), value))) {
        attribute(ui, &visible_text(name), &visible_text(value));
    }
}

/// A name and a text that may be long.
fn attribute(ui: &mut Ui, name: &str, value: &str) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.set_height(18.0);
        ui.label(Face::Body.text(name).color(theme.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            text::line(ui, Face::Body.text(value)).on_hover_text(value);
        });
    });
}

/// The facts, one a line.
pub(super) fn show(ui: &mut Ui, scene: &Scene<'_>, facts: &Facts) {
    let theme = Theme::of(ui);
    activity(ui, scene, facts);
    ui.add_space(8.0);
    let absent = || "absent".to_owned();
    let tokens = |n: Option<u64>| n.map_or_else(absent, format::count);
    fact(ui, "Input tokens", &tokens(facts.totals.input_tokens()), facts.totals.input_known == 0);
    fact(
        ui,
        "Output tokens",
        &tokens(facts.totals.output_tokens()),
        facts.totals.output_known == 0,
    );
    if let Some((first, last)) = facts.span {
        moment(ui, "First seen", first);
        moment(ui, "Last seen", last);
    } else if facts.totals.rows > 0 {
        fact(ui, "First and last seen", "no time", true);
    }
    if facts.without_time > 0 && facts.span.is_some() {
        fact(ui, "Without a time", &format::count(facts.without_time), false);
    }
    let everything = scene.view.filter.is_everything();
    if !everything && !scene.view.selection.is_nothing() {
        fact(ui, "Inside the filter", &format::count(facts.inside), false);
    }
    for (name, top) in &facts.values {
        values(ui, theme, name, top);
    }
}

/// A time with its zone; the same by another clock where the pointer is on it.
fn moment(ui: &mut Ui, name: &str, t: Time) {
    let zone = Zone::of(ui.ctx());
    let response = ui.scope(|ui| fact(ui, name, &zone.stamp(t), false)).response;
    if let Some(other) = zone.other() {
        response.on_hover_text(other.stamp(t));
    }
}

fn activity(ui: &mut Ui, scene: &Scene<'_>, facts: &Facts) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::hover());
    let words = format!("Activity: {}", sparkline::words(&facts.line));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &words));
    let bars = Rect::from_min_max(rect.min, rect.max - vec2(0.0, 15.0));
    ui.painter().hline(bars.x_range(), bars.bottom() + 0.5, theme.hairline());
    sparkline::paint(ui.painter(), bars, &facts.line, theme.category(0));
    let Some(span) = scene.index.span() else { return };
    let zone = Zone::of(ui.ctx());
    let label = |at: egui::Pos2, anchor: egui::Align2, t: Time| {
        let day = axis::day(t, zone, span);
        text::paint(ui.painter(), at, anchor, &day, Face::Tiny, theme.muted);
    };
    label(rect.left_bottom(), egui::Align2::LEFT_BOTTOM, span.start);
    label(rect.right_bottom(), egui::Align2::RIGHT_BOTTOM, Time(span.end.0 - 1));
}

/// A name and what it is; in italics where it is missing.
pub fn fact(ui: &mut Ui, name: &str, value: &str, missing: bool) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.set_height(18.0);
        ui.label(Face::Body.text(name).color(theme.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if missing {
                ui.label(Face::Body.text(value).color(theme.muted).italics());
            } else {
                let job = tabular(ui.painter(), value, Face::Body, theme.text);
                ui.label(job);
            }
        });
    });
}

/// A field's distinct values: how many, and the most frequent by name.
fn values(ui: &mut Ui, theme: &Theme, name: &str, top: &TopValues) {
    if top.distinct == 0 {
        fact(ui, name, "absent", true);
        return;
    }
    let names: Vec<String> =
        top.values.iter().map(|v| visible_text(&v.value).into_owned()).collect();
    let more = top.distinct.saturating_sub(names.len());
    ui.horizontal(|ui| {
        ui.set_height(18.0);
        ui.label(Face::Body.text(name).color(theme.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(tabular(
                ui.painter(),
                &format::count(top.distinct as u64),
                Face::Body,
                theme.text,
            ));
            let shown =
                if more > 0 { format!("{}, …", names.join(", ")) } else { names.join(", ") };
            let tooltip = top
                .values
                .iter()
                .map(|v| {
                    format!("{}  {}", format::count(v.stats.rows.into()), visible_text(&v.value))
                })
                .chain((more > 0).then(|| format!("{} more", format::count(more as u64))))
                .collect::<Vec<_>>()
                .join("\n");
            text::line(ui, Face::Small.text(shown).color(theme.muted)).on_hover_text(tooltip);
        });
    });
}
