//! A text as it stands, and without one or two ways of writing.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::{Decoded, Escape, Step};

/// A text, and how it came of the original.
pub(super) struct View<'a> {
    /// The text.
    pub bytes: Cow<'a, [u8]>,
    /// The ways of writing that were taken away, the outer one first.
    pub without: Vec<Escape>,
    /// The steps, the outer one first.
    chain: Vec<Decoded>,
}

impl<'a> View<'a> {
    /// As it stands.
    pub fn plain(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), without: Vec::new(), chain: Vec::new() }
    }

    /// What a range covers of the original.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let back = |range: Range<usize>, of: &Decoded| {
            let start = of.raw_start(range.start);
            start..of.raw_end(range.end).max(start)
        };
        self.chain.iter().rev().fold(range, back)
    }

    /// The places at which something new can begin, given that a value is at most `reach` long:
    /// what lies farther from an escape of either way of writing was seen in the text around it.
    pub fn parts(&self, reach: usize) -> Vec<Range<usize>> {
        let len = self.bytes.len();
        match self.chain.as_slice() {
            [only] => near(only.steps.iter().map(|s| s.at..s.at + s.len), reach, len),
            [first, .., last] => {
                let ends = |s: &Step| last.forward(s.at)..last.forward(s.at + s.len);
                let outer = near(first.steps.iter().map(ends), reach, len);
                let inner = near(last.steps.iter().map(|s| s.at..s.at + s.len), reach, len);
                common(&outer, &inner)
            }
            [] => std::iter::once(0..len).collect(),
        }
    }
}

/// The places from which `reach` leads to one of the steps, which are in order.
fn near(steps: impl Iterator<Item = Range<usize>>, reach: usize, len: usize) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for step in steps {
        let (start, end) = (step.start.saturating_sub(reach), (step.end + 1).min(len));
        match parts.last_mut() {
            Some(part) if part.end >= start => part.end = part.end.max(end),
            _ => parts.push(start..end),
        }
    }
    parts
}

/// What lies in one of these and in one of those, which are both in order.
fn common(these: &[Range<usize>], those: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut a, mut b) = (these.iter().peekable(), those.iter().peekable());
    let mut both = Vec::new();
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let part = x.start.max(y.start)..x.end.min(y.end);
        if x.end <= y.end {
            a.next()
        } else {
            b.next()
        };
        if part.start < part.end {
            both.push(part);
        }
    }
    both
}

/// Calls `see` with the text as it stands, and without each of the `outer` ways of writing, and
/// without each of those that `inner` names for it.
pub(super) fn each<'a>(
    bytes: &'a [u8],
    outer: &[Escape],
    inner: impl Fn(Escape) -> &'static [Escape],
    see: &mut dyn FnMut(&View<'_>),
) {
    let mut view = View::plain(bytes);
    see(&view);
    for escape in outer {
        let Some(decoded) = escape.decode(bytes) else { continue };
        view = step(*escape, decoded);
        see(&view);
        for second in inner(*escape) {
            let Some(decoded) = second.decode(&view.bytes) else { continue };
            let text = decoded.bytes;
            view.chain.push(Decoded { bytes: Vec::new(), steps: decoded.steps });
            view.without.push(*second);
            let first = std::mem::replace(&mut view.bytes, Cow::Owned(text));
            see(&view);
            view.bytes = first;
            view.chain.pop();
            view.without.pop();
        }
    }
}

fn step(escape: Escape, decoded: Decoded) -> View<'static> {
    let Decoded { bytes, steps } = decoded;
    let chain = vec![Decoded { bytes: Vec::new(), steps }];
    View { bytes: Cow::Owned(bytes), without: vec![escape], chain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_seen_without_one_and_without_two_ways_of_writing() {
        let raw = br#"{""id"":""a\""b""}"#;
        let mut seen = Vec::new();
        each(raw, &Escape::TEXT, |_| &Escape::TEXT, &mut |view| {
            let text = String::from_utf8(view.bytes.to_vec()).unwrap();
            if let Some(at) = text.find("a\"b") {
                let range = view.raw(at..at + 3);
                seen.push((
                    view.without.clone(),
                    String::from_utf8_lossy(&raw[range]).into_owned(),
                ));
            }
        });
        let both = [[Escape::Json, Escape::Csv], [Escape::Csv, Escape::Json]];
        assert_eq!(seen, both.map(|both| (both.to_vec(), r#"a\""b"#.to_owned())));
    }

    #[test]
    fn only_what_lies_near_an_escape_is_looked_at_again() {
        let raw = b"0123456789&amp;0123456789&amp;&amp;01234";
        let mut parts = Vec::new();
        each(raw, &[Escape::Xml], |_| &[], &mut |view| parts.push(view.parts(4)));
        assert_eq!(parts[0].first(), Some(&(0..raw.len())));
        assert_eq!(parts[1], [6..12, 17..24]);
    }

    #[test]
    fn of_two_ways_of_writing_only_what_lies_near_an_escape_of_both_is_looked_at_again() {
        let raw = b"%41 0123456789 &amp;%41 0123456789 &amp; 01";
        let mut parts = Vec::new();
        each(raw, &[Escape::Xml], |_| &[Escape::Percent], &mut |view| parts.push(view.parts(3)));
        assert_eq!((parts[2].len(), &parts[2][0]), (1, &(11..15)));
    }
}
