//! The theme as egui's own style, so that its stock widgets match ours.

use std::collections::BTreeMap;

use egui::epaint::Shadow;
use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, CornerRadius, Frame, Margin, Stroke, Style, TextStyle, Visuals, vec2};

use super::{DARK, Face, LIGHT, Theme, size, text};

/// Installs fonts and both themes; the context then switches between them.
pub fn apply(ctx: &egui::Context) {
    ctx.set_fonts(text::fonts());
    ctx.set_style_of(egui::Theme::Dark, style(&DARK));
    ctx.set_style_of(egui::Theme::Light, style(&LIGHT));
}

/// Frames of the recurring surfaces.
pub mod frame {
    use super::{Frame, Margin, Theme, size};

    /// A bar or panel of the shell.
    pub fn panel(theme: &Theme) -> Frame {
        Frame::new().fill(theme.panel)
    }

    /// A box that lies on a card or panel and holds the analyst's judgement.
    pub fn raised(theme: &Theme) -> Frame {
        Frame::new()
            .fill(theme.raised)
            .stroke(theme.hairline())
            .corner_radius(size::CARD_RADIUS)
            .inner_margin(Margin::same(10))
    }
}

fn style(theme: &Theme) -> Style {
    let mut style = Style { visuals: visuals(theme), ..Style::default() };
    style.text_styles = BTreeMap::from([
        (TextStyle::Small, Face::Small.font()),
        (TextStyle::Body, Face::Body.font()),
        (TextStyle::Button, Face::Body.font()),
        (TextStyle::Heading, Face::Title.font()),
        (TextStyle::Monospace, Face::Mono.font()),
    ]);
    style.drag_value_text_style = TextStyle::Body;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(size::INNER_GAP, 4.0);
    spacing.button_padding = vec2(10.0, 4.0);
    spacing.interact_size = vec2(32.0, size::CONTROL);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(6);
    spacing.icon_width = 14.0;
    spacing.icon_width_inner = 8.0;
    spacing.icon_spacing = 7.0;
    spacing.tooltip_width = 360.0;
    spacing.combo_height = 320.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::floating() };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
    style.animation_time = 0.1;
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let shadow = |y: i8, blur: u8| Shadow {
        offset: [0, y],
        blur,
        spread: 0,
        color: Color32::from_black_alpha(if theme.dark { 110 } else { 34 }),
    };
    Visuals {
        weak_text_color: Some(theme.muted),
        widgets: widgets(theme),
        selection: Selection { bg_fill: theme.accent_soft, stroke: Stroke::new(1.0, theme.accent) },
        hyperlink_color: theme.accent,
        faint_bg_color: theme.raised,
        extreme_bg_color: theme.bg,
        text_edit_bg_color: Some(theme.bg),
        code_bg_color: theme.raised,
        warn_fg_color: theme.warn,
        error_fg_color: theme.bad,
        window_corner_radius: CornerRadius::same(10),
        window_shadow: shadow(12, 32),
        window_fill: theme.panel,
        window_stroke: theme.hairline(),
        menu_corner_radius: CornerRadius::same(size::CARD_RADIUS),
        panel_fill: theme.panel,
        popup_shadow: shadow(6, 18),
        slider_trailing_fill: true,
        ..if theme.dark { Visuals::dark() } else { Visuals::light() }
    }
}

fn widgets(theme: &Theme) -> Widgets {
    let state = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius: CornerRadius::same(size::RADIUS),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(theme.panel, theme.line, theme.text),
        // A box or a ring that is not ticked is nothing but its edge.
        inactive: state(theme.raised, theme.line.lerp_to_gamma(theme.faint, 0.6), theme.text),
        hovered: state(theme.hover, theme.faint, theme.text),
        active: state(theme.hover, theme.accent, theme.text),
        open: state(theme.hover, theme.faint, theme.text),
    }
}
