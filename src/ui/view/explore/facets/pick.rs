//! A value of a facet as a condition of the filter: asked for, taken out, taken back.

use egui::Ui;

use crate::index::Facet;
use crate::model::filter::Value;
use crate::model::{Expr, Filter, FilterField};
use crate::ui::widget::raw::visible_text;

/// A value that can be filtered by.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    field: FilterField,
    value: Value,
    /// Its text; `None` is the rows without a value.
    text: Option<String>,
}

impl Picked {
    /// A value, or its absence.
    pub fn new(facet: Facet, text: Option<&str>) -> Self {
        let value = text.map_or(Value::Absent, |text| facet.condition(text));
        Self { field: facet.field(), value, text: text.map(str::to_owned) }
    }

    /// A value of a field as the filter has it.
    pub fn of(field: FilterField, value: Value) -> Self {
        Self { field, value, text: None }
    }

    /// Whether the filter asks for it by name.
    pub fn is_included(&self, filter: &Filter) -> bool {
        filter.expr.as_ref().is_some_and(|expr| {
            expr.conjuncts().iter().any(|part| {
                matches!(part, Expr::Term(term)
                    if term.field == self.field && term.values.contains(&self.value))
            })
        })
    }

    /// The filter after a click: the value asked for, or no longer.
    pub fn toggled(&self, filter: &Filter) -> Filter {
        if !self.is_included(filter) {
            return filter.include(self.field, self.value.clone());
        }
        changed(filter, self.field, |values| values.retain(|v| *v != self.value))
    }

    /// The filter without rows that have it. What was asked for and is taken out is asked for no
    /// longer, because both together keep nothing.
    pub fn taken_out(&self, filter: &Filter) -> Filter {
        let filter = if self.is_included(filter) { self.toggled(filter) } else { filter.clone() };
        filter.exclude(self.field, self.value.clone())
    }

    /// What can be done with it; answers with the filter chosen.
    pub fn menu(&self, ui: &mut Ui, filter: &Filter) -> Option<Filter> {
        let words = self.text.as_deref().unwrap_or("absent");
        let words: String = visible_text(words).chars().take(40).collect();
        let name = self.field.name();
        let mut chosen = None;
        if ui.button(format!("Only {name} {words}")).clicked() {
            chosen = Some(filter.include(self.field, self.value.clone()));
        }
        if ui.button(format!("Without {name} {words}")).clicked() {
            chosen = Some(self.taken_out(filter));
        }
        if let Some(text) = self.text.as_ref().filter(|_| ui.button("Copy").clicked()) {
            ui.ctx().copy_text(text.clone());
        }
        chosen
    }
}

/// The filter without what it asks of a field; `None` where it asks nothing of it.
pub fn without_field(filter: &Filter, field: FilterField) -> Option<Filter> {
    let without = changed(filter, field, Vec::clear);
    (without != *filter).then_some(without)
}

/// The filter with the values of its terms on a field changed; a term without values goes.
pub fn changed(filter: &Filter, field: FilterField, change: impl Fn(&mut Vec<Value>)) -> Filter {
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
    use crate::model::Field;

    fn filter(text: &str) -> Filter {
        Filter::parse(text).expect("a filter")
    }

    #[test]
    fn a_facet_counts_as_if_nothing_were_asked_of_its_field() {
        let without = without_field(&filter("model:a,b -model:c ip:10.0.0.1"), Field::Model.into());
        let without = without.expect("it asks for models");
        assert_eq!(without.to_string(), "-model:c ip:10.0.0.1");
        assert_eq!(without_field(&without, Field::Model.into()), None);
    }

    #[test]
    fn a_value_is_asked_for_taken_back_and_taken_out() {
        let net = Picked::new(Facet::Network, Some("203.0.113.0/24"));
        let asked = net.toggled(&filter("model:a"));
        assert_eq!(asked.to_string(), "model:a ip:203.0.113.0/24");
        assert!(net.is_included(&asked));
        assert_eq!(net.toggled(&asked), filter("model:a"));
        assert_eq!(net.taken_out(&asked).to_string(), "model:a -ip:203.0.113.0/24");
        let masked = Picked::new(Facet::Network, Some("203.0.*.*"));
        let asked = masked.toggled(&Filter::default());
        assert_eq!(filter(&asked.to_string()), asked, "{asked}");
        assert!(!net.is_included(&asked));
        let status = Picked::new(Field::Status.into(), Some("429"));
        assert_eq!(status.toggled(&Filter::default()), filter("status:429"));
        let absent = Picked::new(Field::Country.into(), None);
        assert_eq!(absent.taken_out(&Filter::default()), filter("-country:absent"));
    }
}
