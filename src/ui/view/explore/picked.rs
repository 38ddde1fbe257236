//! A value of a field as a condition of the filter: asked for, taken out, taken back.

use crate::index::Facet;
use crate::model::filter::{Value, ValueKind};
use crate::model::{FREE_TEXT, Field, Filter, FilterField};
use crate::ui::widget::raw::visible_text;

/// Characters of a value that a menu shows.
const SHOWN: usize = 40;

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
    pub fn new(facet: impl Into<Facet>, text: Option<&str>) -> Self {
        let facet = facet.into();
        let value = text.map_or(Value::Absent, |text| facet.condition(text));
        Self { field: facet.field(), value, text: text.map(str::to_owned) }
    }

    /// An account.
    pub fn account(id: &str) -> Self {
        Self::new(Field::AccountId, Some(id))
    }

    /// A template by its number and its text in short; the free text; rows without a prompt.
    pub fn template(template: Option<(u32, String)>) -> Self {
        let (value, text) = match template {
            Some((id, text)) => (Value::number(f64::from(id)), Some(text)),
            None => (Value::Absent, None),
        };
        Self { field: FilterField::Template, value, text }
    }

    /// Its field.
    pub fn field(&self) -> FilterField {
        self.field
    }

    /// Its text, as it is copied; `None` is the rows without a value.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Its number, where such values have an order.
    pub fn number(&self) -> Option<f64> {
        let ordered = self.field.def().kind.is_ordered() && self.field != Field::Status.into();
        self.text.as_ref().filter(|_| ordered)?.parse().ok()
    }

    /// What a menu calls it: short, nothing hidden.
    pub fn title(&self) -> String {
        let name = self.field.name();
        let text = match &self.value {
            Value::Absent => return format!("{name} absent"),
            value if *value == Value::number(f64::from(FREE_TEXT)) && self.is_template() => {
                return "free text".to_owned();
            }
            value if self.is_template() => value.to_string(),
            _ => self.text.clone().unwrap_or_default(),
        };
        let text = visible_text(&text);
        let short: String = text.chars().take(SHOWN).collect();
        let more = if short.len() < text.len() { "…" } else { "" };
        format!("{name} {short}{more}")
    }

    fn is_template(&self) -> bool {
        self.field.def().kind == ValueKind::Template
    }

    /// Whether the filter asks for it by name.
    pub fn is_included(&self, filter: &Filter) -> bool {
        filter.asks_for(self.field, &self.value)
    }

    /// The filter after a click: the value asked for, or no longer.
    pub fn toggled(&self, filter: &Filter) -> Filter {
        filter.toggled(self.field, self.value.clone())
    }

    /// The filter that asks for this value of the field and for no other.
    pub fn only(&self, filter: &Filter) -> Filter {
        filter.asking_only(self.field, self.value.clone())
    }

    /// The filter without rows that have it.
    pub fn taken_out(&self, filter: &Filter) -> Filter {
        filter.exclude(self.field, self.value.clone())
    }
}

/// The filter without what it asks of a field; `None` where it asks nothing of it.
pub fn without_field(filter: &Filter, field: FilterField) -> Option<Filter> {
    let without = filter.with_lists(field, false, |_| false);
    (without != *filter).then_some(without)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let status = Picked::new(Field::Status, Some("429"));
        assert_eq!(status.toggled(&Filter::default()), filter("status:429"));
        let absent = Picked::new(Field::Country, None);
        assert_eq!(absent.taken_out(&Filter::default()), filter("-country:absent"));
        let hash = Picked::new(Field::PromptHash, Some("00c0ffee00c0ffee"));
        assert_eq!(hash.only(&Filter::default()), filter("prompt:00c0ffee00c0ffee"));
    }

    #[test]
    fn only_is_this_value_alone_and_without_takes_it_back_first() {
        let a = Picked::new(Field::Model, Some("a"));
        for (before, only, without) in [
            ("", "model:a", "-model:a"),
            ("model:a", "model:a", "-model:a"),
            ("model:a,b", "model:a", "model:b -model:a"),
            ("model:b*", "model:a", "model:b* -model:a"),
            ("-model:a", "model:a", "-model:a"),
            ("-model:a,b", "-model:b model:a", "-model:a,b"),
            ("ip:absent", "ip:absent model:a", "ip:absent -model:a"),
        ] {
            assert_eq!(a.only(&filter(before)), filter(only), "{before}");
            assert_eq!(a.taken_out(&filter(before)), filter(without), "{before}");
        }
        assert_eq!(a.toggled(&filter("-model:a")), filter("model:a"));
    }

    #[test]
    fn a_title_that_is_cut_says_so() {
        let title = |text: &str| Picked::new(Field::Model, Some(text)).title();
        assert_eq!(title(&"x".repeat(40)), format!("model {}", "x".repeat(40)));
        assert_eq!(title(&"x".repeat(41)), format!("model {}…", "x".repeat(40)));
        let template = |id, text: &str| Picked::template(Some((id, text.to_owned()))).title();
        assert_eq!(template(17, "Explain …"), "template 17");
        assert_eq!(template(FREE_TEXT, "free text"), "free text");
        assert_eq!(Picked::template(None).title(), "template absent");
    }

    #[test]
    fn numbers_have_at_least_and_at_most_where_they_have_an_order() {
        let number = |field: Field, text| Picked::new(field, Some(text)).number();
        assert_eq!(number(Field::LatencyMs, "2500"), Some(2_500.0));
        assert_eq!(number(Field::Cost, "0.25"), Some(0.25));
        assert_eq!((number(Field::Status, "429"), number(Field::Model, "4")), (None, None));
    }
}
