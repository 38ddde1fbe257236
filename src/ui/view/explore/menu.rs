//! What a click with the secondary button offers on a value: filter in and out, copy, and on an
//! account what can be said of it.

use std::collections::BTreeSet;

use egui::Ui;

use crate::model::filter::{NumberTest, Value, ValueKind};
use crate::model::{Confidence, Field, FieldKind, Filter, FilterField, Selection, Verdict};
use crate::ui::Command;
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

    /// Of which field.
    pub fn field(&self) -> Field {
        match self {
            Self::Text(field, _) | Self::Number(field, _) | Self::Absent(field) => *field,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(field, text) => match u64::from_str_radix(text, 16) {
                Ok(hash) if FilterField::from(*field).def().kind == ValueKind::Hash => {
                    Value::Hash(hash)
                }
                _ => Value::text(text),
            },
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

    /// What the menu calls it: short, nothing hidden.
    pub fn title(&self) -> String {
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

/// Narrows the filter to records with this value, or takes that back.
pub fn toggle(scene: &mut Scene<'_>, picked: &Picked) {
    let value = super::facets::pick::Picked::of(picked.field().into(), picked.value());
    let filter = value.toggled(&scene.view.filter);
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
    if ui.button(format!("Only {title}, nothing else asked")).clicked() {
        let filter = Filter { expr: None, ..scene.view.filter.clone() };
        let filter = filter.include(picked.field(), picked.value());
        scene.ask(Action::Filter(filter));
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

/// Those whom a verdict given from the menu of an account applies to: the selected accounts if it is
/// one of them.
pub fn concerned(selection: &Selection, id: &str) -> Selection {
    match selection {
        Selection::Accounts(ids) if ids.contains(id) => selection.clone(),
        _ => Selection::account(id),
    }
}

/// The entries that an account has besides; `concerned` holds those the verdict applies to, which
/// may be thousands: nothing of them is copied before a click.
pub fn account(ui: &mut Ui, scene: &mut Scene<'_>, id: &str, concerned: &Selection) {
    ui.separator();
    if ui.button(format!("Select {}", visible_text(id))).clicked() {
        scene.ask(Action::Select(Selection::account(id)));
    }
    let Selection::Accounts(accounts) = concerned else { return };
    if scene.read_only || accounts.is_empty() {
        return;
    }
    // By name: another row may have come to stand where the menu was opened.
    let whom = match (accounts.first(), accounts.len()) {
        (Some(one), 1) => visible_text(one).into_owned(),
        (_, many) => format::counted(many as u64, "account", "accounts"),
    };
    let all = || accounts.iter().cloned().collect();
    for verdict in Verdict::ALL {
        if ui.button(format!("Mark {whom} as {}", verdict.as_str())).clicked() {
            let judgement = Judgement::Verdict {
                verdict: Some(verdict),
                confidence: Confidence::default(),
                reason: String::new(),
            };
            scene.ask(Action::Judge { accounts: all(), judgement });
        }
    }
    ui.menu_button(format!("Tag {whom}"), |ui| tags(ui, scene, concerned, &all));
    if ui.button(format!("Write a note on {whom}…")).clicked() {
        scene.ask(Action::Select(concerned.clone()));
        scene.ask(Action::Run(Command::Note));
    }
}

/// Tags that are in use, to be put on with a click, and the way to another one.
fn tags(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    concerned: &Selection,
    accounts: &dyn Fn() -> Vec<String>,
) {
    let all: BTreeSet<&String> = scene.annotations.values().flat_map(|a| &a.tags).collect();
    let all: Vec<String> = all.into_iter().cloned().collect();
    egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for tag in all {
            if ui.button(visible_text(&tag).into_owned()).clicked() {
                let judgement = Judgement::Tag { tag, present: true };
                scene.ask(Action::Judge { accounts: accounts(), judgement });
            }
        }
    });
    if ui.button("Another tag…").clicked() {
        scene.ask(Action::Select(concerned.clone()));
        scene.ask(Action::Run(Command::Tag));
    }
}

/// Whether the values of a field are compared as numbers.
pub fn is_numeric(field: Field) -> bool {
    matches!(field.def().kind, FieldKind::Integer | FieldKind::Real)
}
