//! The colours of paper: the light theme's tokens, a little more contrast for print. Figures and
//! pages both take them from here.

use plotters::style::RGBColor;

/// A colour with the name the page template knows it by.
pub struct Swatch {
    /// Name in the template.
    pub name: &'static str,
    /// `0xRRGGBB`.
    pub hex: u32,
}

macro_rules! palette {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $hex:literal;)*) => {
        $($(#[$doc])* pub const $constant: Swatch = Swatch { name: $name, hex: $hex };)*
        /// Every colour of the report.
        pub const ALL: &[Swatch] = &[$($constant),*];
    };
}

palette! {
    /// Text, and what a person has flagged.
    TEXT = "text", 0x16202b;
    /// Secondary text.
    MUTED = "muted", 0x566370;
    /// What may be overlooked.
    FAINT = "faint", 0x94a0ad;
    /// Lines.
    LINE = "line", 0xd5dbe2;
    /// Fill of judgement boxes.
    RAISED = "raised", 0xf6f7f9;
    /// Border of judgement boxes.
    EDGE = "edge", 0x8b97a5;
    /// Counts.
    COUNT = "count", 0xaab4bf;
    /// Totals behind counts.
    GHOST = "ghost", 0xdde3e9;
    /// Stillwatch's own inference, and the brand.
    COPPER = "copper", 0xa85f28;
    /// Soft fill of inference.
    COPPER_SOFT = "copper-soft", 0xf7f0ea;
    /// Releases.
    OK = "ok", 0x1f8a57;
    /// Incidents, and what needs a look.
    WARN = "warn", 0x9a6a00;
    /// Bans, and what is broken.
    BAD = "bad", 0xc53a35;
}

impl Swatch {
    /// For plotters.
    pub fn rgb(&self) -> RGBColor {
        let [_, r, g, b] = self.hex.to_be_bytes();
        RGBColor(r, g, b)
    }

    /// `#rrggbb`.
    pub fn css(&self) -> String {
        format!("#{:06x}", self.hex)
    }
}
