//! The colours of what is drawn.

use egui::Color32;

use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::Occasion;
use crate::ui::theme::Theme;
use crate::ui::widget::timeline::marker_color;

/// The colour of an ink.
pub fn color(theme: &Theme, ink: Ink) -> Color32 {
    match ink {
        Ink::Cited => theme.copper,
        Ink::Other => theme.neutral(),
        Ink::Null => theme.ghost,
        Ink::Refused => theme.bad,
    }
}

/// The colour of a vertical line.
pub fn occasion(theme: &Theme, occasion: Occasion) -> Color32 {
    match occasion {
        Occasion::Marker(kind) => marker_color(theme, kind),
        Occasion::Statistic => theme.muted,
    }
}

/// Between two colours: 0 is the first, 1 the second.
pub fn between(a: Color32, b: Color32, share: f32) -> Color32 {
    a.lerp_to_gamma(b, share.clamp(0.0, 1.0))
}
