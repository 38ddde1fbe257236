//! A quantity over time, against the band of what chance or everybody else gives.

use super::{Ink, Moment};
use crate::model::TimeSpan;
use crate::model::finding::Unit;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line from point to point.
    Line,
    /// Steps, each as wide as [`Curve::step_us`].
    Steps,
    /// The same, filled down to 0.
    Area,
    /// A faint line: one of many.
    Thin,
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is; may hold text of a log.
    pub name: String,
    /// What it stands for.
    pub ink: Ink,
    /// How it is drawn.
    pub style: Style,
    /// Place on the axis and value, rising; of steps where each begins.
    pub points: Vec<(i64, f64)>,
}

/// What the null gives at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    /// Place on the axis.
    pub at: i64,
    /// The lowest.
    pub low: f64,
    /// The middle.
    pub median: f64,
    /// The highest.
    pub high: f64,
}

/// What chance or everybody else gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What it was made from: `39 draws of as many other accounts`.
    pub name: String,
    /// By place on the axis, rising.
    pub points: Vec<BandPoint>,
}

/// The number of the sentence, where it lies on a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Place on the axis.
    pub at: i64,
    /// Its height.
    pub value: f64,
    /// What it says: `81 %`.
    pub label: String,
    /// The height of the null there.
    pub usual: Option<f64>,
}

/// Where 0 of a relative axis is: `after the release`.
#[derive(Clone, Debug, PartialEq)]
pub enum Zero {
    /// Times are µs since the epoch.
    Epoch,
    /// Times are µs since this, in words.
    Of(&'static str),
}

/// A quantity over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What is counted, for the vertical axis: `calls per 3 h`.
    pub measure: String,
    /// How values are written.
    pub unit: Unit,
    /// The axis, µs.
    pub span: TimeSpan,
    /// Since when.
    pub zero: Zero,
    /// Width of a step, µs; 0 for lines.
    pub step_us: i64,
    /// The series, those in the back first.
    pub series: Vec<Series>,
    /// What chance or everybody else gives.
    pub band: Option<Band>,
    /// Lines.
    pub moments: Vec<Moment>,
    /// The number of the sentence.
    pub spot: Option<Spot>,
}

impl Band {
    /// The lowest, middle and highest of some draws at each place; each draw has a value for every
    /// place.
    pub fn of_draws(name: String, places: &[i64], draws: &[Vec<f64>]) -> Self {
        let point = |(i, at): (usize, &i64)| {
            let mut of: Vec<f64> = draws.iter().map(|draw| draw[i]).collect();
            of.sort_by(f64::total_cmp);
            let (low, high) = (*of.first()?, *of.last()?);
            Some(BandPoint { at: *at, low, median: of[of.len() / 2], high })
        };
        Self { name, points: places.iter().enumerate().filter_map(point).collect() }
    }
}

impl Series {
    /// A series.
    pub fn new(name: &str, ink: Ink, style: Style, points: Vec<(i64, f64)>) -> Self {
        Self { name: name.into(), ink, style, points }
    }
}

impl Curve {
    /// Nothing yet, over a span of time.
    pub fn over(span: TimeSpan, measure: impl Into<String>, unit: Unit) -> Self {
        Self {
            measure: measure.into(),
            unit,
            span,
            zero: Zero::Epoch,
            step_us: 0,
            series: Vec::new(),
            band: None,
            moments: Vec::new(),
            spot: None,
        }
    }

    /// The highest value there is; 1 at least for a share, so that all of it is the top.
    pub fn top(&self) -> f64 {
        let own = self.series.iter().flat_map(|series| &series.points).map(|(_, value)| *value);
        let band = self.band.iter().flat_map(|band| &band.points).map(|point| point.high);
        let least = if self.unit == Unit::Share { 1.0 } else { 0.0 };
        own.chain(band).filter(|value| value.is_finite()).fold(least, f64::max)
    }
}

/// Round times since a moment, at most so many of them, with their words: `24 h`, `3 d`.
pub fn since(span: TimeSpan, most: usize) -> Vec<(i64, String)> {
    const STEPS: [(i64, i64, &str); 9] = [
        (MINUTE_US, MINUTE_US, "min"),
        (10 * MINUTE_US, MINUTE_US, "min"),
        (HOUR_US, HOUR_US, "h"),
        (6 * HOUR_US, HOUR_US, "h"),
        (12 * HOUR_US, HOUR_US, "h"),
        (24 * HOUR_US, HOUR_US, "h"),
        (2 * DAY_US, DAY_US, "d"),
        (7 * DAY_US, DAY_US, "d"),
        (30 * DAY_US, DAY_US, "d"),
    ];
    let fits = |(step, ..): &(i64, i64, &str)| span.len_us() / step <= most.max(1) as i64;
    let (step, unit, name) = STEPS.into_iter().find(fits).unwrap_or(STEPS[8]);
    let first = span.start.0.div_euclid(step) + i64::from(span.start.0.rem_euclid(step) > 0);
    let at = (first..).map(|k| k * step).take_while(|at| *at <= span.end.0);
    at.map(|at| (at, format!("{} {name}", at / unit))).collect()
}
