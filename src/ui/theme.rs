//! Every colour and every size of the window, dark and light. Nothing else in `ui` names one.
//!
//! Marks keep one meaning everywhere: circles are evidence levels, squares are data columns,
//! copper is what Stillwatch infers (and the brand), blue is selection and action, green and
//! red dotted lines are releases and bans, hatching is a gap in the data.

mod style;
mod text;

use egui::Color32;

pub use style::{apply, frame};
pub use text::{Face, tabular};

/// Sizes in points.
pub mod size {
    /// Height of the bar on top.
    pub const TOP_BAR: f32 = 44.0;
    /// Height of the bar at the bottom.
    pub const STATUS_BAR: f32 = 26.0;
    /// Width of the navigation.
    pub const NAVIGATION: f32 = 168.0;
    /// Width of the panel on the right.
    pub const SIDE_PANEL: f32 = 320.0;
    /// Space between cards, and around them.
    pub const GAP: f32 = 10.0;
    /// Space between things inside a card.
    pub const INNER_GAP: f32 = 8.0;
    /// Space around the contents of a card.
    pub const CARD_PADDING: f32 = 12.0;
    /// Height of a card's header.
    pub const CARD_HEADER: f32 = 34.0;
    /// Corner radius of a card.
    pub const CARD_RADIUS: u8 = 8;
    /// Corner radius of buttons, fields and navigation entries.
    pub const RADIUS: u8 = 6;
    /// Height of a table row.
    pub const ROW: f32 = 26.0;
    /// Height of a row in a short list.
    pub const LIST_ROW: f32 = 28.0;
    /// Height of buttons and fields.
    pub const CONTROL: f32 = 28.0;
    /// Height of a navigation entry.
    pub const NAVIGATION_ROW: f32 = 30.0;
    /// Height of a filter pill.
    pub const PILL: f32 = 24.0;
    /// Size of a traffic thumbnail in the list of recent cases.
    pub const THUMBNAIL: egui::Vec2 = egui::vec2(112.0, 48.0);
}

/// The colours of one theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Whether this is the dark theme.
    pub dark: bool,
    /// Behind everything.
    pub bg: Color32,
    /// Cards and bars.
    pub panel: Color32,
    /// Buttons and boxes that lie on a card.
    pub raised: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Under the pointer, and the open navigation entry.
    pub hover: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// Marks and text that may be overlooked.
    pub faint: Color32,
    /// Selection, focus, brush, action, progress.
    pub accent: Color32,
    /// Soft fill of what is selected.
    pub accent_soft: Color32,
    /// Border of what is softly filled.
    pub accent_line: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// What Stillwatch infers; never a verdict.
    pub copper: Color32,
    /// Soft fill of inference.
    pub copper_soft: Color32,
    /// Intact, released.
    pub ok: Color32,
    /// Worth a look.
    pub warn: Color32,
    /// Broken, banned.
    pub bad: Color32,
    /// Evidence level none.
    pub none: Color32,
    /// Evidence level indicative.
    pub indicative: Color32,
    /// Evidence level probable.
    pub probable: Color32,
    /// Evidence level strong.
    pub strong: Color32,
    /// Categories, safe for colour-blind readers (after Okabe and Ito), in this order.
    pub category: [Color32; 8],
    /// Unfiltered totals behind filtered counts.
    pub ghost: Color32,
    /// Under dialogs.
    pub backdrop: Color32,
}

/// An opaque colour from `0xRRGGBB`.
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// A translucent colour from `0xRRGGBBAA`.
const fn rgba(hex: u32) -> Color32 {
    Color32::from_rgba_unmultiplied_const(
        (hex >> 24) as u8,
        (hex >> 16) as u8,
        (hex >> 8) as u8,
        hex as u8,
    )
}

/// The dark theme.
pub static DARK: Theme = Theme {
    dark: true,
    bg: rgb(0x0e1217),
    panel: rgb(0x141a21),
    raised: rgb(0x1a212a),
    line: rgb(0x26303b),
    hover: rgb(0x202935),
    text: rgb(0xe7ecf2),
    muted: rgb(0x8e9aa9),
    faint: rgb(0x5d6977),
    accent: rgb(0x5aa9ff),
    accent_soft: rgba(0x5aa9ff2e),
    accent_line: rgba(0x5aa9ff55),
    on_accent: rgb(0x06121f),
    copper: rgb(0xd9925b),
    copper_soft: rgba(0xd9925b2b),
    ok: rgb(0x4cb782),
    warn: rgb(0xe3b341),
    bad: rgb(0xf0625d),
    none: rgb(0x4b5663),
    indicative: rgb(0xb79a3c),
    probable: rgb(0xe58a3a),
    strong: rgb(0xf0625d),
    category: [
        rgb(0x56b4e9),
        rgb(0xe69f00),
        rgb(0x4cc3a0),
        rgb(0xcc79a7),
        rgb(0xf0e442),
        rgb(0x8d9bff),
        rgb(0xd5714a),
        rgb(0x9aa5b1),
    ],
    ghost: rgb(0x2b3540),
    backdrop: rgba(0x06090c80),
};

/// The light theme.
pub static LIGHT: Theme = Theme {
    dark: false,
    bg: rgb(0xf4f6f8),
    panel: rgb(0xffffff),
    raised: rgb(0xf9fafb),
    line: rgb(0xdfe4ea),
    hover: rgb(0xeef2f6),
    text: rgb(0x16202b),
    muted: rgb(0x5c6977),
    faint: rgb(0x94a0ad),
    accent: rgb(0x1668c7),
    accent_soft: rgba(0x1668c71f),
    accent_line: rgba(0x1668c755),
    on_accent: rgb(0xffffff),
    copper: rgb(0xa85f28),
    copper_soft: rgba(0xa85f2821),
    ok: rgb(0x1f8a57),
    warn: rgb(0x9a6a00),
    bad: rgb(0xc53a35),
    none: rgb(0xb6c0cb),
    indicative: rgb(0x9a7d1c),
    probable: rgb(0xc4641a),
    strong: rgb(0xc53a35),
    category: [
        rgb(0x1f78b4),
        rgb(0xb97800),
        rgb(0x0f8a6c),
        rgb(0xa8477f),
        rgb(0x8f8600),
        rgb(0x4b57c9),
        rgb(0xb0481f),
        rgb(0x6b7683),
    ],
    ghost: rgb(0xdde3e9),
    backdrop: rgba(0x16202b3d),
};

impl Theme {
    /// The theme a piece of interface is drawn in.
    pub fn of(ui: &egui::Ui) -> &'static Self {
        Self::named(ui.visuals().dark_mode)
    }

    /// The dark or the light theme.
    pub fn named(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }

    /// The grey of data that belongs to no category.
    pub fn neutral(&self) -> Color32 {
        self.category[7]
    }

    /// Colour of the `i`-th category; what comes after the seventh shares the grey.
    pub fn category(&self, i: usize) -> Color32 {
        self.category[i.min(7)]
    }

    /// A hairline.
    pub fn hairline(&self) -> egui::Stroke {
        egui::Stroke::new(1.0, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance after WCAG 2.1.
    fn luminance(c: Color32) -> f32 {
        let channel = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_legible_on_every_surface_of_both_themes() {
        for theme in [&DARK, &LIGHT] {
            for surface in [theme.bg, theme.panel, theme.raised, theme.hover] {
                assert!(contrast(theme.text, surface) >= 10.0, "text");
                assert!(contrast(theme.muted, surface) >= 4.5, "muted on {surface:?}");
            }
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5, "text on a button");
            for mark in [theme.ok, theme.warn, theme.bad, theme.copper, theme.accent] {
                assert!(contrast(mark, theme.panel) >= 3.0, "mark {mark:?}");
            }
        }
    }
}
