//! D24 of a cluster: how alike what its accounts ask is, against what they and others ask.

use super::facts::Facts;
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::job::Cancelled;
use crate::model::finding::Unit;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let numbers = (facts.number("within"), facts.number("between"), facts.number("read"));
    let (Some(within), Some(between), Some(read)) = numbers else { return Ok(Vec::new()) };
    let others =
        Bar { ink: Ink::Null, ..Bar::new("with any other account", between.value, between.text()) };
    let own = Bar::new("with one another", within.value, within.text());
    Ok(vec![Exhibit {
        title: "How alike their prompts are".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Plain,
            measure: "mean cosine of the words of two prompts".into(),
            bars: vec![Bar { usual: Some(between.value), ..own }, others],
            more: String::new(),
        }),
        summary: format!(
            "Of {} prompts without a frame, two of different accounts of the cluster are {} alike, \
             one of them and one of any other account {}.",
            read.text(),
            within.text(),
            between.text(),
        ),
        key: vec![
            (Ink::Cited, "two accounts of the cluster".into()),
            (Ink::Null, "one of the cluster and any other".into()),
        ],
    }])
}
