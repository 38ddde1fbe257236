//! A field in hand: what is typed about how it is obtained.

use crate::ingest::FieldMap;
use crate::model::Field;
use crate::model::field::FieldKind;

/// What is typed for one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldEdit {
    /// The field.
    pub field: Field,
    /// Its paths, in order.
    pub from: Vec<String>,
    /// The path that is typed.
    pub add: String,
    /// Whether all paths make the value.
    pub joins: bool,
    /// What stands between them.
    pub between: String,
    /// What stands in where nothing is.
    pub constant: String,
    /// What numbers are multiplied by.
    pub scale: String,
    /// What stands before decimals; none is whatever can be nothing else.
    pub decimal: Option<char>,
    /// What stands where there is no value, with commas between.
    pub missing: String,
    /// The moment that times count from.
    pub start: String,
    /// What is not typed here, and stays.
    latest: Option<String>,
}

impl FieldEdit {
    /// The field as it is read now.
    pub fn of(field: Field, map: Option<&FieldMap>) -> Self {
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        Self {
            field,
            from: map.map(|m| m.from.clone()).unwrap_or_default(),
            add: String::new(),
            joins: map.is_some_and(|m| m.join.is_some()),
            between: map.and_then(|m| m.join.clone()).unwrap_or_else(|| between(field).to_owned()),
            constant: text(map.and_then(|m| m.constant.as_ref())),
            scale: map.and_then(|m| m.scale).map(|s| s.to_string()).unwrap_or_default(),
            decimal: map.and_then(|m| m.decimal),
            missing: map.map(|m| m.missing.join(BETWEEN_TEXTS)).unwrap_or_default(),
            start: text(map.and_then(|m| m.start.as_ref())),
            latest: map.and_then(|m| m.latest.clone()),
        }
    }

    /// Whether numbers of this field can be multiplied.
    pub fn has_scale(&self) -> bool {
        let counted = self.field == Field::Timestamp && !self.start.trim().is_empty();
        self.is_number() || counted
    }

    /// Whether it is a field of numbers.
    pub fn is_number(&self) -> bool {
        matches!(self.field.def().kind, FieldKind::Integer | FieldKind::Real)
    }

    /// Whether texts can be named that are no value.
    pub fn has_missing(&self) -> bool {
        FieldMap::can_miss(self.field)
    }

    /// How the field is obtained with what is typed.
    ///
    /// # Errors
    /// A factor that is no number.
    pub fn map(&self) -> Result<FieldMap, String> {
        let scale = match self.scale.trim() {
            "" => None,
            _ if !self.has_scale() => None,
            text => match text.replace(',', ".").parse::<f64>() {
                Ok(scale) if scale.is_finite() && scale > 0.0 => Some(scale),
                _ => return Err(format!("\"{text}\" is no factor")),
            },
        };
        let text = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        let paths: Vec<&str> = self.from.iter().map(String::as_str).collect();
        let mut map = FieldMap::from(self.field, &paths);
        map.join = (self.joins && paths.len() > 1).then(|| self.between.clone());
        map.constant = text(&self.constant);
        map.scale = scale.filter(|scale| *scale != 1.0);
        map.decimal = self.decimal.filter(|_| self.is_number());
        let missing =
            self.missing.split(BETWEEN_TEXTS.trim()).map(str::trim).filter(|text| !text.is_empty());
        map.missing = missing.filter(|_| self.has_missing()).map(str::to_owned).collect();
        map.latest = self.latest.clone();
        map.start = text(&self.start).filter(|_| self.field == Field::Timestamp);
        Ok(map)
    }
}

/// What stands between texts that are no value: a comma is part of numbers.
pub const BETWEEN_TEXTS: &str = " | ";

/// What usually stands between the parts of a field.
fn between(field: Field) -> &'static str {
    match field {
        Field::Timestamp | Field::UserAgent => " ",
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_how_the_field_is_obtained() {
        let mut edit = FieldEdit::of(Field::Timestamp, None);
        edit.from = vec!["date".into(), "time".into()];
        edit.joins = true;
        assert_eq!(edit.map(), Ok(FieldMap::from(Field::Timestamp, &["date", "time"]).join(" ")));
        let mut edit =
            FieldEdit::of(Field::LatencyMs, Some(&FieldMap::from(Field::LatencyMs, &["s"])));
        edit.scale = "1000".into();
        assert_eq!(edit.map(), Ok(FieldMap::from(Field::LatencyMs, &["s"]).scale(1000.0)));
        for nonsense in ["many", "-1", "inf", "0"] {
            edit.scale = nonsense.into();
            assert!(edit.map().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn an_edit_that_changes_nothing_gives_the_map_it_came_from() {
        let joined = FieldMap::from(Field::UserId, &["org", "user"]).join("/").or("nobody");
        assert_eq!(FieldEdit::of(Field::UserId, Some(&joined)).map(), Ok(joined));
        let mut start = FieldMap::from(Field::Timestamp, &["t"]).scale(0.001);
        start.start = Some("2026-01-01T00:00:00Z".into());
        start.latest = Some("2026-06-01T00:00:00Z".into());
        assert_eq!(FieldEdit::of(Field::Timestamp, Some(&start)).map(), Ok(start));
        let mut cost = FieldMap::from(Field::Cost, &["preis"]);
        (cost.decimal, cost.missing) = (Some(','), vec!["k.A.".into(), "n/a".into()]);
        assert_eq!(FieldEdit::of(Field::Cost, Some(&cost)).map(), Ok(cost));
    }
}
