//! Numbers and names in the sentences of comparisons.

use super::estimate::Estimate;

/// What a sentence calls the sides and the number that is compared.
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    /// Side A, as it stands after “of” and “in”: `cluster 3`, `the week before`.
    pub a: &'a str,
    /// Side B, likewise.
    pub b: &'a str,
    /// What is compared, after “in”: `output tokens per exchange`.
    pub measure: &'a str,
    /// What accounts with more of it do: `write more output tokens per exchange`. Of shares and
    /// categories: what accounts that have it do, `used the model x`.
    pub more: &'a str,
    /// What accounts with less of it do: `write fewer output tokens per exchange`. Not used of
    /// shares and categories.
    pub less: &'a str,
    /// A value of it as text, with its unit.
    pub number: fn(f64) -> String,
}

impl Wording<'_> {
    /// Where a side has nothing to compare.
    pub(super) fn empty(&self, is_a: bool) -> String {
        let side = if is_a { self.a } else { self.b };
        format!("There is no account in {side} to compare")
    }
}

impl Estimate {
    /// The value with its interval, `1.39 (95 % interval 0.71 to 2.73)`, or why there is none;
    /// `number` writes a number of it with its unit.
    pub fn words(&self, number: impl Fn(f64) -> String) -> String {
        match (self.value, self.reason) {
            (Some(value), _) => format!("{}{}", number(value), self.bracket(&number)),
            (None, _) if self.has_interval() => format!("unbounded{}", self.bracket(&number)),
            (None, Some(reason)) => reason.sentence().trim_end_matches('.').to_owned(),
            (None, None) => String::new(),
        }
    }

    /// ` (95 % interval 0.81 to 0.90)`, or why there is none, in brackets.
    pub(super) fn bracket(&self, number: impl Fn(f64) -> String) -> String {
        self.inside(number).map_or(String::new(), |inside| format!(" ({inside})"))
    }

    /// The same without brackets.
    pub(super) fn inside(&self, number: impl Fn(f64) -> String) -> Option<String> {
        match (self.low, self.high) {
            (Some(low), Some(high)) => {
                Some(format!("95 % interval {} to {}", number(low), number(high)))
            }
            (Some(low), None) => Some(format!("95 % interval from {} on", number(low))),
            _ => self.reason.map(|reason| {
                let sentence = reason.sentence().trim_end_matches('.');
                format!("no interval: {}", uncapitalised(sentence))
            }),
        }
    }
}

fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// `1,204`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// With three figures: `1,204`, `12.5`, `0.00717`, `6.2e-5`; a minus as it is printed.
pub fn plain(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let digits = match value.abs() {
        v if v >= 1e15 => return format!("{sign}{v:.2e}"),
        v if v >= 99.95 => return format!("{sign}{}", count(v.round() as u64)),
        v if v >= 9.995 || v == 0.0 => 1,
        v if v >= 0.9995 => 2,
        v if v >= 0.099_95 => 3,
        v if v >= 0.009_995 => 4,
        v if v >= 0.000_999_5 => 5,
        v => return format!("{sign}{v:.1e}"),
    };
    let text = format!("{:.digits$}", value.abs());
    format!("{sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// With its sign, also where it is more.
pub(super) fn signed(value: f64, number: impl Fn(f64) -> String) -> String {
    let text = number(value);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// A share, neither nothing nor all where it is not.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        p if p < 0.05 => "under 0.1 %".to_owned(),
        p if (99.5..100.0).contains(&p) => format!("{:.1} %", p.min(99.9)),
        p if p < 9.95 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// Of −1…1 with two digits, and with more where two would say 0 or 1 of what is neither.
pub(super) fn coefficient(value: f64) -> String {
    let size = value.abs();
    let is_end = |text: &str| matches!(text.parse(), Ok(0.0 | 1.0));
    let texts = (2..10).map(|digits| format!("{size:.digits$}"));
    let text = match size {
        0.0 => "0".to_owned(),
        1.0 => "1".to_owned(),
        _ => texts.into_iter().find(|text| !is_end(text)).unwrap_or_else(|| "0".to_owned()),
    };
    if value < 0.0 && text != "0" { format!("−{text}") } else { text }
}

/// `p = 0.013`, or that it is too small to say.
pub(super) fn probability(name: &str, p: f64) -> String {
    if p < 1e-300 { format!("{name} below 1e-300") } else { format!("{name} = {}", plain(p)) }
}

/// `; 12 accounts without a usable number are left out`, or nothing.
pub(super) fn left_out(n: u64) -> String {
    match n {
        0 => String::new(),
        1 => "; 1 account without a usable number is left out".to_owned(),
        n => format!("; {} accounts without a usable number are left out", count(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_to_nothing_that_they_are_not() {
        let texts = [1_204.4, -12.54, 0.007_17, 0.000_062, 0.0, 99.96, 9.996].map(plain);
        assert_eq!(texts, ["1,204", "−12.5", "0.00717", "6.2e-5", "0", "100", "10"]);
        let texts = [0.86, -0.004, 0.999_6, 1.0, 0.0, -1.0, 0.5].map(coefficient);
        assert_eq!(texts, ["0.86", "−0.004", "0.9996", "1", "0", "−1", "0.50"]);
        assert_eq!(
            [0.0, 0.000_1, 0.998, 1.0].map(percent),
            ["0 %", "under 0.1 %", "99.8 %", "100 %"]
        );
        assert_eq!(probability("p", 0.0), "p below 1e-300");
        assert_eq!((count(1_234_567), signed(2.0, plain)), ("1,234,567".into(), "+2".into()));
    }
}
