//! The time axes that lanes and heat map draw: bins, ticks and words, in one place.

use crate::model::{Time, TimeSpan};
use crate::ui::Zone;
use crate::ui::scene::Scene;
use crate::ui::widget::timeline::axis::{self, Tick};
use crate::ui::widget::timeline::{BinSpec, Window};

/// The visible part of the time axis.
pub fn window(scene: &Scene<'_>, zone: Zone) -> Window {
    let whole = Window::whole(scene.index.span()).in_zone(zone);
    scene.view.window.map_or(whole, |visible| whole.show(visible))
}

/// Bins of a width of the ladder that cover `span`, at most about `most` of them, on days and hours
/// of a zone.
pub fn columns(span: TimeSpan, most: usize, zone: Zone) -> BinSpec {
    BinSpec::of_width(span, axis::bin_width_us(span.len_us(), most), zone)
}

/// Whole bins from the one that holds `a` to the one that holds `b`.
pub fn whole_bins(bins: BinSpec, a: Time, b: Time) -> TimeSpan {
    let last = bins.count.saturating_sub(1);
    let bin = |t: Time| match bins.at(t) {
        Some(bin) => bin,
        None if t < bins.span(0).start => 0,
        None => last,
    };
    TimeSpan { start: bins.span(bin(a.min(b))).start, end: bins.span(bin(a.max(b))).end }
}

/// Tick marks for a stretch of the axis, at most `most`, and what they leave unsaid.
pub fn ticks(span: TimeSpan, most: usize, zone: Zone) -> (Vec<Tick>, String) {
    let ticks = axis::ticks(span, most, zone);
    let context = axis::context(span, &ticks, zone);
    (ticks, context)
}
