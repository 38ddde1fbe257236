//! How a finding is measured, in words: what it takes to count, and what chance would have given.

use super::number::grouped;
use super::{Finding, NullBand};

/// The smallest p that is told apart from none at all, log10: what is smaller stands as this.
pub const LEAST_LOG10_P: f64 = -300.0;

impl Finding {
    /// What it takes to be a finding, what was found, and what chance gives, in plain sentences: the
    /// same on screen, in tables and in the report. Empty where the finding says none of it.
    pub fn measure(&self) -> String {
        let needed = match self.threshold.is_empty() {
            true => String::new(),
            false => format!("Counts as a finding with {}.", self.threshold),
        };
        let mut here = Vec::new();
        here.extend(self.null.as_ref().and_then(|band| self.against(band)));
        here.extend(self.effect_in_words());
        let log10_p = self.log10_p.filter(|log10_p| log10_p.is_finite());
        here.extend(log10_p.map(|log10_p| match log10_p <= LEAST_LOG10_P {
            true => format!("p below {}", p_value(LEAST_LOG10_P)),
            false => format!("p = {}", p_value(log10_p)),
        }));
        let here = match here.is_empty() {
            true => String::new(),
            false => format!("Here: {}.", here.join("; ")),
        };
        [needed, here].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// `None` where a case that is not ours holds what is no number.
    fn against(&self, band: &NullBand) -> Option<String> {
        let numbers = [self.statistic, band.low, band.high];
        let [own, low, high] = numbers.map(figures);
        let is_said = numbers.iter().all(|number| number.is_finite());
        is_said.then(|| format!("{own}, and by chance {low} to {high} ({})", band.made_from))
    }

    /// How large it is beside what chance gives, what is usual, or, where nothing says what that is,
    /// what it takes to count.
    fn effect_in_words(&self) -> Option<String> {
        let number = figures(self.effect);
        // The share of the accounts compared that are as far or farther, and nothing else.
        let is_rank = |log10_p: f64| (self.effect.log10() + log10_p).abs() < 1e-6;
        let words = match (&self.null, self.log10_p) {
            (Some(band), _) if self.statistic < band.median => {
                format!("{number} times less than chance gives")
            }
            (Some(_), _) => format!("{number} times what chance gives"),
            (None, Some(log10_p)) if is_rank(log10_p) => {
                format!("as with one account in {number}")
            }
            (None, Some(_)) => format!("{number} times what is usual"),
            (None, None) => format!("{number} times what it takes"),
        };
        let says_something = self.effect.is_finite() && self.effect > 0.0 && self.effect != 1.0;
        says_something.then_some(words)
    }
}

/// With three figures: `9,773`, `1.86`, `0.0717`, `6.20e-5`.
fn figures(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    let digits = match size {
        v if v >= 100.0 || v == 0.0 => return format!("{sign}{}", grouped(size)),
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        v if v >= 0.1 => 3,
        v if v >= 0.01 => 4,
        _ => return format!("{sign}{size:.2e}"),
    };
    let text = format!("{size:.digits$}");
    format!("{sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A probability given as its log10, also one that no number of 64 bits can hold.
pub fn p_value(log10_p: f64) -> String {
    if log10_p >= -3.0 {
        return format!("{:.4}", libm::pow(10.0, log10_p.min(0.0)));
    }
    let exponent = log10_p.floor();
    let digits = format!("{:.2}", libm::pow(10.0, log10_p - exponent));
    match digits.as_str() {
        "10.00" => format!("1.00e{}", exponent + 1.0),
        digits => format!("{digits}e{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Family, Statement, Subject};

    fn finding(statistic: f64, effect: f64, log10_p: Option<f64>) -> Finding {
        Finding {
            subject: Subject::Cluster(1),
            detector: "D04".into(),
            version: 1,
            family: Family::Timing,
            accounts: Vec::new(),
            statement: Statement::default(),
            statistic,
            threshold: "at least 5 accounts".into(),
            effect,
            null: None,
            log10_p,
            is_exact: false,
            evidence: Vec::new(),
        }
    }

    fn band(low: f64, median: f64, high: f64) -> Option<NullBand> {
        Some(NullBand { made_from: "39 draws".into(), low, median, high, n: 39 })
    }

    #[test]
    fn a_p_at_the_floor_says_that_it_is_smaller() {
        let said = finding(5.0, 2.0, Some(LEAST_LOG10_P)).measure();
        assert!(said.ends_with("p below 1.00e-300."), "{said}");
        assert!(finding(5.0, 2.0, Some(-299.0)).measure().ends_with("p = 1.00e-299."));
    }

    #[test]
    fn a_measure_is_sentences_with_every_number_of_it() {
        let found = Finding { null: band(0.0, 0.0, 1.0), ..finding(6.0, 202.281, Some(-9.34)) };
        assert_eq!(
            found.measure(),
            "Counts as a finding with at least 5 accounts. Here: 6, and by chance 0 to 1 (39 draws); \
             202 times what chance gives; p = 4.57e-10."
        );
        let less = Finding { null: band(2.5, 22.4, 39.3), ..finding(2.27, 9.89, Some(-1.6)) };
        assert!(less.measure().contains("9.89 times less than chance gives"), "{}", less.measure());
    }

    #[test]
    fn a_measure_claims_nothing_of_chance_where_nothing_says_what_it_gives() {
        let of = |effect, log10_p| finding(1.0, effect, log10_p).measure();
        assert!(of(8.6, Some(-3.0)).contains("8.6 times what is usual; p = 0.0010"));
        assert!(of(20.0, Some(-libm::log10(20.0))).contains("as with one account in 20"));
        assert!(of(12.0, None).ends_with("Here: 12 times what it takes."));
        assert_eq!(of(1.0, None), "Counts as a finding with at least 5 accounts.");
        let numberless = Finding {
            null: band(f64::NAN, 0.0, f64::INFINITY),
            ..finding(1.0, f64::NAN, Some(f64::NEG_INFINITY))
        };
        assert_eq!(numberless.measure(), "Counts as a finding with at least 5 accounts.");
    }

    #[test]
    fn figures_are_three_and_never_lost() {
        let of = [9772.68, 202.3, 14.04, 1.856, 0.75, 0.0717, 0.000_062, -1.96, 0.0, 1.0];
        let is = ["9,773", "202", "14", "1.86", "0.75", "0.0717", "6.20e-5", "−1.96", "0", "1"];
        assert_eq!(of.map(figures), is.map(str::to_owned));
    }

    #[test]
    fn a_probability_is_written_also_where_no_number_holds_it() {
        assert_eq!(p_value(0.0), "1.0000");
        assert_eq!(p_value(-2.0), "0.0100");
        assert_eq!(p_value(-12.3), "5.01e-13");
        assert_eq!(p_value(-1200.5), "3.16e-1201");
        assert_eq!(p_value(-4.000_000_001), "1.00e-4");
    }
}
