//! Days of the week in filters: `sat`, `mon..fri`, `sat..mon`.

use std::fmt;

/// Days of the week from Monday on; a day is its place here.
const NAMES: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Days of the week from one to another, both included, over Sunday where the last comes before
/// the first. Monday is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekdays {
    first: u8,
    last: u8,
}

impl Weekdays {
    /// From one day to another, Monday being 0; what is no day of the week is taken modulo seven.
    pub fn new(first: u8, last: u8) -> Self {
        Self { first: first % 7, last: last % 7 }
    }

    /// Whether a day is one of them, Monday being 0.
    pub fn contains(self, day: u8) -> bool {
        if self.first <= self.last {
            self.first <= day && day <= self.last
        } else {
            (self.first <= day || day <= self.last) && day < 7
        }
    }

    /// A bit a day, Monday lowest.
    pub fn bits(self) -> u8 {
        (0..7).filter(|day| self.contains(*day)).fold(0, |bits, day| bits | 1 << day)
    }

    /// Reads `sat`, `Saturday`, `mon..fri`; at least two letters of a name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once("..") {
            Some((first, last)) => Some(Self::new(day(first)?, day(last)?)),
            None => day(text).map(|day| Self::new(day, day)),
        }
    }

    /// `Saturday`, `Monday to Friday`.
    pub(super) fn words(self) -> String {
        let name = |day: u8| NAMES[usize::from(day)];
        if self.first == self.last {
            name(self.first).to_owned()
        } else {
            format!("{} to {}", name(self.first), name(self.last))
        }
    }
}

fn day(text: &str) -> Option<u8> {
    let text = text.to_ascii_lowercase();
    let starts = |name: &str| text.len() >= 2 && name.to_ascii_lowercase().starts_with(&text);
    NAMES.iter().position(|name| starts(name)).map(|day| day as u8)
}

/// As a filter writes it: `sat`, `mon..fri`.
impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |day: u8| NAMES[usize::from(day)][..3].to_ascii_lowercase();
        f.write_str(&short(self.first))?;
        if self.first == self.last { Ok(()) } else { write!(f, "..{}", short(self.last)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_by_its_first_letters_and_printed_by_three() {
        for (text, printed) in
            [("sat", "sat"), ("Saturday", "sat"), ("mo..Fri", "mon..fri"), ("sat..mon", "sat..mon")]
        {
            assert_eq!(Weekdays::parse(text).map(|d| d.to_string()).as_deref(), Some(printed));
        }
        for text in ["", "s", "t", "sab", "mon..", "8"] {
            assert_eq!(Weekdays::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_over_sunday_goes_on_with_monday() {
        let days = Weekdays::new(5, 0);
        assert_eq!((0..7).filter(|d| days.contains(*d)).collect::<Vec<_>>(), [0, 5, 6]);
        assert_eq!(days.bits(), 0b110_0001);
        assert_eq!(days.words(), "Saturday to Monday");
    }
}
