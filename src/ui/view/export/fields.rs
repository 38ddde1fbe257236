//! What can be chosen of a package, and the line that does the same.

use std::path::Path;

use egui::{Checkbox, TextEdit, Ui, vec2};

use super::{ExportSheet, Situation};
use crate::model::{Filter, Time};
use crate::report::{self, Output, Profile, Section};
use crate::ui::command_line::quoted;
use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{Press, button, text};

/// What can be chosen; whether another folder is asked for.
pub(super) fn fields(
    ui: &mut Ui,
    sheet: &mut ExportSheet,
    filter: &Filter,
    (case, situation): (&Path, &Situation),
) -> bool {
    let theme = Theme::of(ui);
    let mut chooses = false;
    field(ui, "Folder, or a name that ends in .zip", &mut sheet.folder);
    sheet.look(ui.ctx());
    if ui.add(Press::new("Choose folder…")).clicked() {
        chooses = true;
    }
    replaced(ui, sheet, situation);
    ui.add_space(8.0);
    field(ui, "Title", &mut sheet.title);
    field(ui, "Prepared by", &mut sheet.actor);
    field(ui, "Banner", &mut sheet.banner);
    ui.add_space(8.0);
    redaction(ui, sheet);
    ui.add_space(8.0);
    let name = "Sign with a secret key of minisign";
    edit(ui, name, &mut sheet.signer, |edit| edit.hint_text("its file; empty: not signed"));
    if !sheet.signer.trim().is_empty() {
        let name = "Password of the key, if it has one";
        edit(ui, name, &mut sheet.password, |edit| edit.password(true));
    }
    ui.add_space(8.0);
    text::section(ui, "Contents");
    for (output, on) in &mut sheet.outputs {
        ui.add(Checkbox::new(on, Face::Body.text(describe(*output))));
    }
    let has_sections = |output| matches!(output, Output::Pdf | Output::Json);
    if sheet.outputs.iter().any(|(output, on)| *on && has_sections(*output)) {
        ui.add_space(8.0);
        text::section(ui, "Sections of the report");
        for (section, on) in &mut sheet.sections {
            ui.add(Checkbox::new(on, Face::Body.text(section.words())));
        }
    }
    ui.add_space(8.0);
    text::section(ui, "Exchanges");
    if filter.is_everything() {
        let words = "The whole case; exchanges of flagged accounts are listed one by one";
        text::wrapped(ui, Face::Body.text(words));
    } else {
        ui.radio_value(&mut sheet.filtered, false, "the whole case");
        ui.radio_value(&mut sheet.filtered, true, "only what the filter keeps");
        text::wrapped(ui, Face::MonoSmall.text(filter.to_string()).color(theme.muted));
    }
    ui.add_space(8.0);
    same_as_command(ui, case, sheet, filter);
    chooses
}

/// The line that does the same, to be copied.
fn same_as_command(ui: &mut Ui, case: &Path, sheet: &ExportSheet, filter: &Filter) {
    let theme = Theme::of(ui);
    text::section(ui, "The same as a command");
    let line = command_line(case, sheet, filter);
    text::wrapped(ui, Face::MonoSmall.text(format::display(&line)).color(theme.muted));
    if button::link(ui, "Copy").clicked() {
        ui.ctx().copy_text(line);
    }
}

/// What more it takes to get the same bytes: `--by ann --at 2026-04-16T08:12:00Z`.
pub(super) fn by_whom(actor: &str, at: Time) -> String {
    format!("--by {} --at {at}", quoted(actor))
}

/// `stillwatch export CASE --out DIR …`, as a shell reads it.
pub(super) fn command_line(case: &Path, sheet: &ExportSheet, filter: &Filter) -> String {
    let mut parts = vec!["stillwatch export".to_owned(), quoted(&case.display().to_string())];
    let mut add = |name: &str, value: &str| parts.push(format!("--{name} {}", quoted(value)));
    add("out", sheet.folder.trim());
    if sheet.filtered && !filter.is_everything() {
        add("select", &filter.to_string());
    }
    let chosen = || sheet.outputs.iter().filter(|(_, on)| *on).map(|(output, _)| *output);
    if !chosen().eq(Output::usual()) {
        add("only", &chosen().map(Output::as_str).collect::<Vec<_>>().join(","));
    }
    let without: Vec<&str> = sheet.without().map(Section::as_str).collect();
    if !without.is_empty() {
        add("without", &without.join(","));
    }
    if !sheet.profile.is_none() {
        add("redact", sheet.profile.as_str());
    }
    let given = [("title", &sheet.title), ("sign", &sheet.signer), ("banner", &sheet.banner)];
    given.iter().filter(|(_, text)| !text.trim().is_empty()).for_each(|(name, text)| {
        add(name, text.trim());
    });
    parts.join(" ")
}

/// What is hidden, and where the key will lie.
fn redaction(ui: &mut Ui, sheet: &mut ExportSheet) {
    let theme = Theme::of(ui);
    text::section(ui, "Redaction");
    let profiles = [
        ("none", "nothing hidden"),
        ("pseudonymise", "ids become pseudonyms"),
        ("pseudonymise+mask-prompts+subnets", "also prompts and exact addresses hidden"),
        ("metadata-only", "also what people wrote hidden"),
    ];
    for (name, words) in profiles {
        if let Ok(profile) = Profile::parse(name) {
            ui.radio_value(&mut sheet.profile, profile, words).on_hover_text(profile.sentence());
        }
    }
    if !sheet.profile.is_none() {
        let key = report::key_beside(Path::new(sheet.folder.trim()));
        let name = crate::ui::app::session::file_name(&key);
        let words = format!(
            "The key goes to {name}, beside the package: keep it apart. Pseudonyms on the pages here \
             are examples"
        );
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
}

/// Says that an earlier package would be replaced, and offers another name.
fn replaced(ui: &mut Ui, sheet: &mut ExportSheet, situation: &Situation) {
    let Some(place) = sheet.place().cloned() else { return };
    let Some(at) = place.replaces else { return };
    let theme = Theme::of(ui);
    let when = format::ago(at, situation.now, situation.offset_us);
    let local = Time(at.0.saturating_add(situation.offset_us));
    let clock =
        if when.contains(':') { String::new() } else { format!(" {}", format::clock(local)) };
    let words = format!("Replaces the package of {when}{clock}");
    text::wrapped(ui, Face::Body.text(words).color(theme.warn));
    if button::link(ui, "Use a new name instead").clicked() {
        sheet.folder = place.free.display().to_string();
    }
}

/// What an output is, in words.
fn describe(output: Output) -> &'static str {
    match output {
        Output::Pdf => "Report (PDF/A, tables attached)",
        Output::Csv => "Accounts, events, journal, rejects (CSV)",
        Output::Figures if cfg!(feature = "pdf") => "Figures (SVG, PNG)",
        Output::Figures => "Figures (SVG)",
        Output::Network => "Network of the accounts (GEXF, GraphML)",
        Output::Stix => "For other tools (STIX 2.1)",
        Output::Json => "What the pages say, as data (JSON)",
    }
}

fn field(ui: &mut Ui, name: &str, value: &mut String) {
    edit(ui, name, value, |edit| edit);
}

/// A field of its own kind.
fn edit(
    ui: &mut Ui,
    name: &str,
    value: &mut String,
    kind: impl FnOnce(TextEdit<'_>) -> TextEdit<'_>,
) {
    text::section(ui, name);
    let width = ui.available_width();
    let edit = kind(TextEdit::singleline(value))
        .id_salt(name)
        .desired_width(width)
        .align(egui::Align2::LEFT_CENTER)
        .min_size(vec2(width, size::CONTROL));
    ui.add(edit).accessible_name(name);
    ui.add_space(4.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_does_the_same_is_one_that_a_shell_reads() {
        let mut sheet = ExportSheet::new(Path::new("/tmp/my case.stillwatch"), "ann");
        sheet.folder = "/tmp/out".into();
        sheet.title = "it's autumn".into();
        sheet.password = "never".into();
        let line = |sheet: &ExportSheet, filter: &str| {
            let filter = Filter::parse(filter).expect("readable");
            command_line(Path::new("my case.stillwatch"), sheet, &filter)
        };
        let title = r"--title 'it'\''s autumn'";
        sheet.signer = "ann.key".into();
        let title = format!("{title} --sign ann.key");
        let plain = format!("stillwatch export 'my case.stillwatch' --out /tmp/out {title}");
        assert_eq!(line(&sheet, "model:a"), plain, "the filter is not asked for");
        sheet.filtered = true;
        sheet.profile = Profile::parse("subnets,pseudonymise").expect("known");
        sheet.outputs.iter_mut().for_each(|(output, on)| *on = *output == Output::Csv);
        let redacted = "--select model:a --only csv --redact pseudonymise+subnets";
        let line = line(&sheet, "model:a");
        assert_eq!(
            line,
            format!("stillwatch export 'my case.stillwatch' --out /tmp/out {redacted} {title}")
        );
    }
}
