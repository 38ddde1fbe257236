//! The result of a verification, in the panel on the right.

use egui::{Label, ScrollArea, Ui};

use crate::ui::app::sheet::VerifySheet;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::bar::{self, Segment};
use crate::ui::widget::{Press, glyph, text};

/// Draws it; true when it is to be closed.
pub fn show(ui: &mut Ui, sheet: &VerifySheet) -> bool {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(Face::Title.text("Verify"));
    let name = crate::ui::app::session::file_name(&sheet.path);
    text::line(ui, Face::Body.text(name).color(theme.muted))
        .on_hover_text(format::display(&sheet.path.display().to_string()));
    ui.add_space(10.0);
    match (&sheet.job, &sheet.outcome) {
        (Some(job), _) => {
            let progress = job.progress();
            let done = progress.fraction().unwrap_or(0.0);
            let segment = Segment { weight: 1.0, done, color: theme.accent };
            bar::segments(ui, 6.0, &[segment], "Verification progress");
            let words = format!("re-computing every hash, {}", format::seconds(job.elapsed_s()));
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
            ui.ctx().request_repaint_after_secs(0.2);
            let stopping = progress.is_cancelled();
            let cancel = ui.add(Press::new(if stopping { "Stopping…" } else { "Cancel" }));
            if cancel.clicked() {
                progress.cancel();
            }
            return false;
        }
        (None, Some(Ok(found))) => {
            let (words, color) = match found.is_intact() {
                true => ("Intact: nothing differs", theme.ok),
                false => ("Something differs", theme.bad),
            };
            ui.label(Face::Lead.text(words).color(color));
            text::wrapped(ui, Face::Small.text(&found.summary).color(theme.muted));
            ui.add_space(8.0);
            let height = (ui.available_height() - 48.0).max(60.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for (what, problem) in &found.checks {
                    check(ui, what, problem.as_deref());
                }
            });
        }
        (None, Some(Err(error))) => {
            ui.label(Face::Lead.text("It could not be verified").color(theme.bad));
            text::wrapped(ui, Face::Body.text(format::display(error)));
        }
        (None, None) => {}
    }
    ui.add_space(10.0);
    ui.add(Press::new("Close")).clicked()
}

fn check(ui: &mut Ui, what: &str, problem: Option<&str>) {
    let theme = Theme::of(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 16.0), egui::Sense::hover());
        match problem {
            None => glyph::tick(ui.painter(), rect.center(), theme.ok),
            Some(_) => glyph::warning(ui.painter(), rect.center(), theme.bad),
        }
        let mut job = text::pieces(&[(what, Face::Body, theme.text)]);
        if let Some(problem) = problem {
            job.append(&format!("\n{problem}"), 0.0, Face::Small.format(theme.bad));
        }
        ui.add(Label::new(job).wrap());
    });
}
