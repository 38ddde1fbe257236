//! The six numbers.

use egui::{Rect, Ui, vec2};

use crate::index::Coverage;
use crate::model::Granularity;
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::layout::{Track, columns};
use crate::ui::scene::Scene;
use crate::ui::theme::Theme;
use crate::ui::view::findings::listing::Listing;
use crate::ui::widget::card::surface;
use crate::ui::widget::stat::{self, Stat};

use super::found::Standing;
use super::gather::{Facts, TOP};

/// Draws them in one card; `missing` stands where there is no number.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    facts: Option<&Facts>,
    missing: &str,
    coverage: &[Coverage],
    listing: Option<&Listing>,
    scene: &Scene<'_>,
) {
    let standing = listing.map(Standing::of_listing);
    let stats = match facts {
        Some(facts) => six(facts, coverage, scene, Zone::of(ui.ctx()), standing),
        None => std::array::from_fn(|i| waiting(i, missing)),
    };
    cells(ui, rect, &stats);
}

/// Draws numbers beside one another, at most six.
pub fn cells(ui: &mut Ui, rect: Rect, stats: &[Stat]) {
    let theme = Theme::of(ui);
    surface(ui, rect);
    for (i, (cell, stat)) in
        columns(rect, 0.0, [Track::Share(1.0); 6]).into_iter().zip(stats).enumerate()
    {
        if i > 0 {
            let y = egui::Rangef::new(rect.top() + 1.0, rect.bottom() - 1.0);
            ui.painter().vline(cell.left(), y, theme.hairline());
        }
        // What is inferred is told from what is counted.
        if stat.is_inferred {
            let edge = Rect::from_min_max(cell.min + vec2(0.0, 1.0), cell.max - vec2(0.0, 1.0));
            ui.painter().rect_filled(edge.with_max_x(edge.left() + 2.0), 0.0, theme.copper);
        }
        stat::show(ui, cell, stat);
    }
}

/// The titles stand before the numbers are there, so that nothing jumps.
fn waiting(i: usize, missing: &str) -> Stat {
    const TITLES: [&str; 6] = [
        "Exchanges",
        "Accounts",
        "Output tokens",
        "Period",
        "Busiest hour",
        "Ten busiest accounts",
    ];
    Stat {
        title: TITLES[i].into(),
        value: missing.into(),
        note: String::new(),
        tooltip: String::new(),
        is_inferred: false,
    }
}

pub(super) fn six(
    facts: &Facts,
    coverage: &[Coverage],
    scene: &Scene<'_>,
    zone: Zone,
    standing: Option<Standing>,
) -> [Stat; 6] {
    let (accounts, period) = (accounts(facts, scene), period(facts, coverage, zone));
    let standing = standing.or_else(|| scene.analysis.map(|analysis| Standing::of_run(analysis)));
    let (fifth, sixth) = match standing.filter(|_| scene.analysis.is_some()) {
        Some(standing) => (standing.findings(), standing.held()),
        None => (busiest(facts, zone), held(facts)),
    };
    [rows(facts), accounts, tokens(facts), period, fifth, sixth]
}

fn rows(facts: &Facts) -> Stat {
    let rows = u64::from(facts.totals.rows);
    let unit = facts.counted.plural();
    let note = if rows < facts.all {
        format!("of {}", format::count(facts.all))
    } else if let Some((kind, n)) = facts.apart.first() {
        format!("+ {} {}, apart", format::compact(*n), kind.plural())
    } else {
        "all there are".into()
    };
    let apart: Vec<String> = facts
        .apart
        .iter()
        .map(|(kind, n)| {
            format!("{} {}{}", format::count(*n), kind.word(*n), of_requests(*kind, facts))
        })
        .collect();
    let tooltip = if apart.is_empty() {
        format!("{} {unit}", format::count(rows))
    } else {
        format!(
            "{} {unit}; besides {}, which are never added to them",
            format::count(rows),
            apart.join(" and ")
        )
    };
    Stat {
        title: format::capitalised(unit),
        value: format::count(rows),
        note,
        tooltip,
        is_inferred: false,
    }
}

/// ` of 34,000 requests`, of usage buckets that say how many.
fn of_requests(kind: Granularity, facts: &Facts) -> String {
    match facts.bucket_requests {
        Some(n) if kind == Granularity::Bucket => {
            format!(" of {}", format::counted(n, "request", "requests"))
        }
        _ => String::new(),
    }
}

fn accounts(facts: &Facts, scene: &Scene<'_>) -> Stat {
    let all = scene.index.accounts().len() as u64;
    let orgs = facts.orgs.distinct as u64;
    let note = if facts.unnamed > 0 {
        format!("{} rows name none", format::compact(facts.unnamed))
    } else if facts.accounts < all {
        format!("of {}", format::count(all))
    } else if orgs > 0 {
        format::counted(orgs, "organisation", "organisations")
    } else {
        "organisations absent".into()
    };
    Stat {
        title: "Accounts".into(),
        value: format::count(facts.accounts),
        note,
        tooltip: format!("Accounts with at least one of the {}", facts.counted.plural()),
        is_inferred: false,
    }
}

fn tokens(facts: &Facts) -> Stat {
    let title = "Output tokens".to_owned();
    let Some(output) = facts.totals.output_tokens() else {
        return Stat {
            title,
            value: "absent".into(),
            note: "no record states them".into(),
            tooltip: String::new(),
            is_inferred: false,
        };
    };
    let known = u64::from(facts.totals.output_known);
    let rows = u64::from(facts.totals.rows);
    let note = match facts.totals.input_tokens() {
        _ if known < rows => format!("stated by {}", format::percent(known, rows)),
        Some(input) => format!("input {} tokens", format::compact(input)),
        None => "input absent".into(),
    };
    let tooltip = format!(
        "{} output tokens, stated by {} of {} {}",
        format::count(output),
        format::count(known),
        format::count(rows),
        facts.counted.plural()
    );
    Stat { title, value: format::compact(output), note, tooltip, is_inferred: false }
}

fn period(facts: &Facts, coverage: &[Coverage], zone: Zone) -> Stat {
    let gaps: usize = coverage.iter().map(|c| c.gaps.len()).sum();
    let (value, note, tooltip) = match facts.span {
        Some(span) => {
            let wall = zone.wall_span(span);
            let days = format::days(wall);
            let exactly = format!("{} to {}", zone.stamp(span.start), zone.stamp(span.end));
            let (note, tooltip) = match gaps as u64 {
                0 => (days, exactly),
                n => {
                    let gaps = format::counted(n, "gap", "gaps");
                    // The year gives way: there is no room for both.
                    let last = crate::model::Time(wall.end.0.saturating_sub(1));
                    let days = format!("{} – {}", format::day(wall.start), format::day(last));
                    (format!("{gaps}, {days}"), format!("{exactly}; {gaps} in the logs"))
                }
            };
            (format::length(span), note, tooltip + &without_time(facts))
        }
        None if facts.without_time > 0 => {
            ("none".into(), format!("no {} has a time", facts.counted.word(1)), String::new())
        }
        None => ("none".into(), "no rows".into(), String::new()),
    };
    Stat { title: "Period".into(), value, note, tooltip, is_inferred: false }
}

/// What the period leaves out.
fn without_time(facts: &Facts) -> String {
    match facts.without_time {
        0 => String::new(),
        n => format!("; {} {} without a time", format::count(n), facts.counted.word(n)),
    }
}

fn busiest(facts: &Facts, zone: Zone) -> Stat {
    let Some(busiest) = facts.busiest else {
        return Stat {
            title: "Busiest hour".into(),
            value: "none".into(),
            note: "too short to compare".into(),
            tooltip: String::new(),
            is_inferred: false,
        };
    };
    Stat {
        title: format!("Busiest {}", busiest.unit),
        value: format::count(busiest.rows.into()),
        note: format!(
            "{} {}, {:.1} ×",
            format::day(zone.wall(busiest.span.start)),
            format::clock(zone.wall(busiest.span.start)),
            busiest.times()
        ),
        tooltip: format!(
            "{} {} from {}; the median {} that has any has {}",
            format::count(busiest.rows.into()),
            facts.counted.plural(),
            zone.stamp(busiest.span.start),
            busiest.unit,
            format::count(busiest.median.into())
        ),
        is_inferred: false,
    }
}

fn held(facts: &Facts) -> Stat {
    let rows = u64::from(facts.totals.rows);
    let title = if facts.accounts > TOP as u64 { "Ten busiest accounts" } else { "All accounts" };
    Stat {
        title: title.into(),
        value: format::percent(facts.held, rows),
        note: format!("of the {}", facts.counted.plural()),
        tooltip: format!(
            "The {} accounts with most {} made {} of {}",
            facts.top.len(),
            facts.counted.plural(),
            format::count(facts.held),
            format::count(rows)
        ),
        is_inferred: false,
    }
}
