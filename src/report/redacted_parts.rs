//! What was concluded and said, without what is hidden.

use super::redact::{Kind, Part as Hidden, Redactor};
use crate::detect::exhibit::kind::Part;
use crate::detect::exhibit::{Exhibit, Picture};
use crate::model::book::{Entry, Item};
use crate::model::filter::{Expr, Filter, FilterField};
use crate::model::finding::{Analysis, Benign, DetectorState, Family, Statement};
use crate::model::{Annotation, Field};

/// What was said of an account.
pub fn said(of: &Annotation, redactor: &Redactor) -> Annotation {
    let words = |text: &str| redactor.value(Kind::Words, text).into_owned();
    let mut new = of.clone();
    if let Some(verdict) = &mut new.verdict {
        verdict.reason = words(&verdict.reason);
        verdict.actor = redactor.text(&verdict.actor).into_owned();
    }
    new.tags.iter_mut().for_each(|tag| *tag = words(tag));
    for note in &mut new.notes {
        note.text = words(&note.text);
        note.actor = redactor.text(&note.actor).into_owned();
    }
    new
}

/// Fields of which a value names nobody.
const PLAIN: [FilterField; 9] = [
    FilterField::Level,
    FilterField::Cluster,
    FilterField::Template,
    FilterField::Verdict,
    FilterField::Record(Field::Model),
    FilterField::Record(Field::Status),
    FilterField::Record(Field::Pathway),
    FilterField::Record(Field::InputTokens),
    FilterField::Record(Field::OutputTokens),
];

/// A filter as it is typed: itself where it asks for times, models, levels and the like alone, else
/// a mask. A pattern, a phrase or an id in it would tell what is hidden.
pub fn filter(text: &str, redactor: &Redactor) -> String {
    let is_plain = Filter::parse(text).is_ok_and(|filter| {
        let mut all = true;
        if let Some(expr) = &filter.expr {
            expr.for_each_leaf(&mut |leaf| {
                all &= matches!(leaf, Expr::Term(term) if PLAIN.contains(&term.field));
            });
        }
        all
    });
    match redactor.text(text) {
        std::borrow::Cow::Borrowed(text) if is_plain || text.is_empty() => text.to_owned(),
        _ => format!("[masked: {} characters]", text.chars().count()),
    }
}

/// An entry of the case book. Terms are public, and stay as they are but for ids in them: what is
/// shown in one place would be known in all.
pub fn book(entry: &Entry, redactor: &Redactor) -> Entry {
    let hide = |text: &mut String| *text = redactor.value(Kind::Words, text).into_owned();
    let mut new = entry.clone();
    new.actor = redactor.text(&entry.actor).into_owned();
    match &mut new.item {
        Item::Hypothesis(of) => {
            hide(&mut of.claim);
            hide(&mut of.remark);
        }
        Item::Evidence(of) => {
            hide(&mut of.title);
            hide(&mut of.remark);
            of.filter = filter(&of.filter, redactor);
            of.state = String::new();
        }
        Item::Task(of) => hide(&mut of.text),
        Item::Words(of) => hide(&mut of.text),
        Item::Term(of) => {
            let texts = [&mut of.provider, &mut of.document, &mut of.clause, &mut of.paraphrase];
            for text in texts.into_iter().chain([&mut of.url, &mut of.models]) {
                *text = redactor.text(text).into_owned();
            }
        }
    }
    new
}

/// What detectors found.
pub fn analysis(of: &Analysis, redactor: &Redactor) -> Analysis {
    let hide = |text: &mut String| {
        if let std::borrow::Cow::Owned(hidden) = redactor.text(text) {
            *text = hidden;
        }
    };
    let statement = |of: &mut Statement| hide(&mut of.words);
    let sheet = |benign: &mut Vec<Benign>| {
        benign.iter_mut().for_each(|benign| statement(&mut benign.facts));
    };
    let mut new = of.clone();
    for cluster in &mut new.clusters {
        hide(&mut cluster.held_by);
        sheet(&mut cluster.benign);
    }
    new.accounts.iter_mut().for_each(|account| sheet(&mut account.benign));
    for finding in &mut new.findings {
        statement(&mut finding.statement);
        hide(&mut finding.threshold);
    }
    for run in &mut new.run.detectors {
        if let DetectorState::NotRun { why } = &mut run.state {
            hide(why);
        }
    }
    new
}

/// A picture. Of what prompts say, the words are masked where prompts are.
pub fn exhibit(mut of: Exhibit, family: Option<Family>, redactor: &Redactor) -> Exhibit {
    let hide = |text: &mut String| *text = redactor.text(text).into_owned();
    let is_of_prompts = family.is_none_or(|family| family == Family::Content);
    let is_masked = is_of_prompts && redactor.profile().hides(Hidden::Prompts);
    let prompt = |text: &mut String| {
        *text = if is_masked { redactor.mask(text) } else { redactor.text(text) }.into_owned();
    };
    let name = |text: &mut String| *text = redactor.value(Kind::Account, text).into_owned();
    let words = |text: &mut String| *text = redactor.value(Kind::Words, text).into_owned();
    hide(&mut of.title);
    hide(&mut of.summary);
    of.key.iter_mut().for_each(|(_, words)| hide(words));
    match &mut of.picture {
        Picture::Raster(raster) => {
            raster.lanes.iter_mut().for_each(|lane| name(&mut lane.name));
            raster.moments.iter_mut().for_each(|moment| words(&mut moment.label));
            hide(&mut raster.lanes_note);
            hide(&mut raster.axis_note);
        }
        Picture::Curve(curve) => {
            hide(&mut curve.measure);
            curve.series.iter_mut().for_each(|series| hide(&mut series.name));
            curve.moments.iter_mut().for_each(|moment| words(&mut moment.label));
            curve.spot.iter_mut().for_each(|spot| hide(&mut spot.label));
        }
        Picture::Bars(bars) => {
            hide(&mut bars.measure);
            for bar in &mut bars.bars {
                match bar.account {
                    Some(_) => name(&mut bar.name),
                    None => prompt(&mut bar.name),
                }
                hide(&mut bar.note);
            }
            hide(&mut bars.more);
        }
        Picture::Card(card) => {
            for part in &mut card.parts {
                match part {
                    Part::Fixed(text) | Part::Marked(text) => prompt(text),
                    Part::Slot { examples, .. } => examples.iter_mut().for_each(prompt),
                }
            }
            card.holders.iter_mut().for_each(|holder| name(&mut holder.name));
            hide(&mut card.holders_note);
            hide(&mut card.more);
        }
        Picture::Matrix(matrix) => {
            matrix.lanes.iter_mut().for_each(|lane| name(&mut lane.name));
            hide(&mut matrix.measure);
            hide(&mut matrix.note);
        }
        Picture::Spans(spans) => {
            spans.spans.iter_mut().for_each(|span| name(&mut span.lane.name));
            spans.moments.iter_mut().for_each(|moment| words(&mut moment.label));
        }
    }
    of
}
