//! What a click with the secondary button offers on a value: filter in and out, copy, and on an
//! account what can be said of it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use egui::Ui;

use crate::model::filter::{NumberTest, Value};
use crate::model::{Confidence, Expr, Field, Filter, FilterField, Selection, Verdict};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::widget::raw::visible_text;

/// The value under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Picked {
    /// A text of a dictionary field.
    Text(Field, String),
    /// A number.
    Number(Field, f64),
    /// The field is not in the record.
    Absent(Field),
}

impl Picked {
    /// The value of a field that may be missing.
    pub fn text(field: Field, value: Option<&str>) -> Self {
        value.map_or(Self::Absent(field), |v| Self::Text(field, v.to_owned()))
    }

    /// The number of a field that may be missing.
    pub fn number(field: Field, value: Option<impl Into<f64>>) -> Self {
        value.map_or(Self::Absent(field), |v| Self::Number(field, v.into()))
    }

    fn field(&self) -> Field {
        match self {
            Self::Text(field, _) | Self::Number(field, _) | Self::Absent(field) => *field,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(_, text) => Value::text(text),
            Self::Number(_, n) => Value::number(*n),
            Self::Absent(_) => Value::Absent,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Text(_, text) => text.clone(),
            Self::Number(_, n) => n.to_string(),
            Self::Absent(_) => String::new(),
        }
    }

    /// What it is known by wherever it stands in a list.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.field().def().name, self.words(), matches!(self, Self::Absent(_))).hash(&mut hasher);
        hasher.finish()
    }

    /// What the menu calls it: short, nothing hidden.
    fn title(&self) -> String {
        let words = match self {
            Self::Absent(_) => "absent".to_owned(),
            _ => visible_text(&self.words()).chars().take(40).collect(),
        };
        let name = FilterField::from(self.field()).name();
        format!("{name} {words}")
    }
}

/// Narrows the filter to records with this value.
pub fn include(scene: &mut Scene<'_>, picked: &Picked) {
    let filter = scene.view.filter.include(picked.field(), picked.value());
    scene.ask(Action::Filter(filter));
}

/// Takes records with this value out.
pub fn exclude(scene: &mut Scene<'_>, picked: &Picked) {
    let filter = scene.view.filter.exclude(picked.field(), picked.value());
    scene.ask(Action::Filter(filter));
}

/// The entries that every value has.
pub fn value(ui: &mut Ui, scene: &mut Scene<'_>, picked: &Picked) {
    let title = picked.title();
    if ui.button(format!("Only {title}")).clicked() {
        include(scene, picked);
    }
    if ui.button(format!("Without {title}")).clicked() {
        exclude(scene, picked);
    }
    if let Picked::Number(field, n) = picked
        && !matches!(field, Field::Status)
    {
        for (words, test) in
            [("At least", NumberTest::AtLeast(*n)), ("At most", NumberTest::AtMost(*n))]
        {
            if ui.button(format!("{words} {n}")).clicked() {
                let filter = scene.view.filter.include(*field, Value::Number(test));
                scene.ask(Action::Filter(filter));
            }
        }
    }
    if !matches!(picked, Picked::Absent(_)) && ui.button("Copy").clicked() {
        ui.ctx().copy_text(picked.words());
    }
}

/// The entries that an account has besides; `accounts` are those the verdict applies to.
pub fn account(ui: &mut Ui, scene: &mut Scene<'_>, id: &str, accounts: &[String]) {
    ui.separator();
    if ui.button(format!("Select {}", visible_text(id))).clicked() {
        scene.ask(Action::Select(Selection::account(id)));
    }
    if scene.read_only || accounts.is_empty() {
        return;
    }
    // By name: another row may have come to stand where the menu was opened.
    let whom = match accounts {
        [one] => visible_text(one).into_owned(),
        many => format::counted(many.len() as u64, "account", "accounts"),
    };
    for verdict in Verdict::ALL {
        if ui.button(format!("Mark {whom} as {}", verdict.as_str())).clicked() {
            let judgement = Judgement::Verdict {
                verdict: Some(verdict),
                confidence: Confidence::default(),
                reason: String::new(),
            };
            scene.ask(Action::Judge { accounts: accounts.to_vec(), judgement });
        }
    }
}

/// Whether the filter asks for records with this value by name.
pub fn is_included(scene: &Scene<'_>, picked: &Picked) -> bool {
    let field = FilterField::from(picked.field());
    let value = picked.value();
    scene.view.filter.expr.as_ref().is_some_and(|expr| {
        expr.conjuncts().iter().any(|part| {
            matches!(part, Expr::Term(term)
                if term.field == field && term.values.contains(&value))
        })
    })
}

/// A second click on a facet takes it back.
pub fn toggle(scene: &mut Scene<'_>, picked: &Picked) {
    if !is_included(scene, picked) {
        include(scene, picked);
        return;
    }
    let value = picked.value();
    let filter =
        changed(&scene.view.filter, picked.field(), |values| values.retain(|v| *v != value));
    scene.ask(Action::Filter(filter));
}

/// The filter without what it asks of a field; `None` where it asks nothing of it.
pub fn without_field(filter: &Filter, field: Field) -> Option<Filter> {
    let without = changed(filter, field, Vec::clear);
    (without != *filter).then_some(without)
}

/// The filter with the values of its terms on a field changed; a term without values goes.
fn changed(filter: &Filter, field: Field, change: impl Fn(&mut Vec<Value>)) -> Filter {
    let field = FilterField::from(field);
    let mut filter = filter.clone();
    let parts = filter.expr.take().map(Expr::into_conjuncts).unwrap_or_default();
    let parts = parts.into_iter().filter_map(|part| match part {
        Expr::Term(mut term) if term.field == field => {
            change(&mut term.values);
            (!term.values.is_empty()).then_some(Expr::Term(term))
        }
        other => Some(other),
    });
    filter.expr = Expr::all(parts.collect());
    filter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_counts_as_if_nothing_were_asked_of_its_field() {
        let filter = Filter::parse("model:a,b -model:c ip:10.0.0.1").expect("a filter");
        let without = without_field(&filter, Field::Model).expect("it asks for models");
        assert_eq!(without.to_string(), "-model:c ip:10.0.0.1");
        assert_eq!(without_field(&without, Field::Model), None);
    }
}
