//! Typefaces and the few sizes they are used in.

use std::sync::{Arc, LazyLock};

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Painter, RichText};

/// The one set of text sizes: pick a role, never a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// The headline of the start screen, 24 semibold.
    Display,
    /// A number worth a card of its own, 21 semibold.
    Hero,
    /// Title of a panel, 15 semibold.
    Title,
    /// A sentence that leads, 13.5 medium.
    Lead,
    /// Title of an entry in a list, 13 semibold.
    Entry,
    /// Title of a card, 12.5 semibold.
    Card,
    /// Text, 12.5.
    Body,
    /// Text that stands out, 12.5 medium.
    Medium,
    /// Secondary text, 11.5.
    Small,
    /// Column headings, 11.5 medium.
    Column,
    /// Section headings, 11 semibold.
    Section,
    /// Labels in charts, 11.
    Tiny,
    /// Ids, raw values and hashes, 11.5 monospaced.
    Mono,
    /// The same where it is dense, 10.5 monospaced.
    MonoSmall,
}

static MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name(Arc::from("medium")));
static SEMIBOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name(Arc::from("semibold")));
static BOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name(Arc::from("bold")));

impl Face {
    /// Typeface and size.
    pub fn font(self) -> FontId {
        let (points, family) = match self {
            Self::Display => (24.0, SEMIBOLD.clone()),
            Self::Hero => (21.0, SEMIBOLD.clone()),
            Self::Title => (15.0, SEMIBOLD.clone()),
            Self::Lead => (13.5, MEDIUM.clone()),
            Self::Entry => (13.0, SEMIBOLD.clone()),
            Self::Card => (12.5, SEMIBOLD.clone()),
            Self::Body => (12.5, FontFamily::Proportional),
            Self::Medium => (12.5, MEDIUM.clone()),
            Self::Small => (11.5, FontFamily::Proportional),
            Self::Column => (11.5, MEDIUM.clone()),
            Self::Section => (11.0, SEMIBOLD.clone()),
            Self::Tiny => (11.0, FontFamily::Proportional),
            Self::Mono => (11.5, FontFamily::Monospace),
            Self::MonoSmall => (10.5, FontFamily::Monospace),
        };
        FontId::new(points, family)
    }

    /// Text in this face, in the colour of its surroundings.
    pub fn text(self, text: impl Into<String>) -> RichText {
        RichText::new(text).font(self.font())
    }

    /// A format for pieces of text laid out by hand.
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat::simple(self.font(), color)
    }
}

/// Text whose digits all take the same room, so that numbers in a column line up.
///
/// The typeface has such figures behind a font feature that egui does not switch on, so each
/// digit gets the room of the widest one. Everything that is not a digit keeps its own width.
pub fn tabular(painter: &Painter, text: &str, face: Face, color: Color32) -> LayoutJob {
    let font = face.font();
    let format = TextFormat::simple(font.clone(), color);
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let widths = digit_widths(painter, &font);
    let widest = widths.into_iter().fold(0.0, f32::max);
    let mut owed = 0.0;
    let mut plain = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (i, c) in text.chars().enumerate() {
        if let Some(digit) = c.to_digit(10) {
            if !plain.is_empty() {
                job.append(&plain, owed, format.clone());
                plain.clear();
                owed = 0.0;
            }
            let spare = widest - widths[digit as usize];
            let before = if i == last { spare } else { spare / 2.0 };
            job.append(c.encode_utf8(&mut [0; 4]), owed + before, format.clone());
            owed = spare - before;
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() {
        job.append(&plain, owed, format.clone());
    }
    job
}

/// How wide each digit is, points: asked of the font once, because a table has hundreds of numbers
/// in every frame.
fn digit_widths(painter: &Painter, font: &FontId) -> [f32; 10] {
    let ctx = painter.ctx();
    let scale = ctx.pixels_per_point().to_bits();
    let id = egui::Id::unique(("digits", &font.family, font.size.to_bits(), scale));
    if let Some(widths) = ctx.data(|data| data.get_temp(id)) {
        return widths;
    }
    let digit = |n: usize| char::from(b'0' + n as u8);
    let widths =
        painter.fonts_mut(|fonts| std::array::from_fn(|n| fonts.glyph_width(font, digit(n))));
    ctx.data_mut(|data| data.insert_temp(id, widths));
    widths
}

/// The fonts that ship with the program; other scripts come from the system.
pub(super) fn fonts() -> FontDefinitions {
    const FILES: [(&str, &[u8]); 6] = [
        ("Inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
        ("Inter Medium", include_bytes!("../../../assets/fonts/Inter-Medium.otf")),
        ("Inter SemiBold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
        ("Inter Bold", include_bytes!("../../../assets/fonts/Inter-Bold.otf")),
        ("JetBrains Mono", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf")),
        ("JetBrains Mono Medium", include_bytes!("../../../assets/fonts/JetBrainsMono-Medium.ttf")),
    ];
    let mut definitions = FontDefinitions::default();
    for (name, bytes) in FILES {
        let data = Arc::new(FontData::from_static(bytes));
        definitions.font_data.insert(name.to_owned(), data);
    }
    let fallback = definitions.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let mut family = |family: &FontFamily, first: &[&str]| {
        let names = first.iter().map(|n| (*n).to_owned()).chain(fallback.iter().cloned());
        definitions.families.insert(family.clone(), names.collect());
    };
    family(&FontFamily::Proportional, &["Inter"]);
    family(&MEDIUM, &["Inter Medium", "Inter"]);
    family(&SEMIBOLD, &["Inter SemiBold", "Inter"]);
    family(&BOLD, &["Inter Bold", "Inter"]);
    family(&FontFamily::Monospace, &["JetBrains Mono", "Inter"]);
    definitions
}
