//! A field of several lines, for what an analyst says in own words.

use egui::{Margin, TextEdit};

use crate::ui::theme::{Face, Theme};

/// Over a text, with a hint while it is empty; as wide as there is room, two lines high at first.
pub(super) fn field<'a>(text: &'a mut String, hint: &str, theme: &Theme) -> TextEdit<'a> {
    TextEdit::multiline(text)
        .hint_text(Face::Body.text(hint).color(theme.muted))
        .font(Face::Body.font())
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6))
}
