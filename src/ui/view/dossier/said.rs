//! What a person has decided and written, and what the journal says was said before.

use egui::Ui;

use crate::case::dossier::{Deed, Part};
use crate::ui::panel::selection::said::Said;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::{visible_lines, visible_text};
use crate::ui::widget::text;
use crate::ui::{Command, Zone, format};

use super::section::{Kind, absent, failed, section};
use super::subject::About;

/// Deeds that are listed, the newest.
const DEEDS: usize = 40;

/// Draws what stands.
pub fn standing(ui: &mut Ui, about: &About, said: &Said, scene: &Scene<'_>) {
    section(ui, Part::Said, (Kind::Judgement, ""), |ui| {
        let theme = Theme::of(ui);
        let nothing = said.standing.given() == 0 && said.tags.is_empty() && said.notes.is_empty();
        if nothing {
            let keys = [Command::Suspicious, Command::Note, Command::Tag].map(Command::key_text);
            let words = match scene.read_only {
                true => "Nothing was said of it".to_owned(),
                false => format!(
                    "Nothing was said of it yet: {} to {} a verdict, {} a note, {} a tag",
                    keys[0],
                    Command::Cleared.key_text(),
                    keys[1],
                    keys[2]
                ),
            };
            return absent(ui, &words);
        }
        if said.standing.given() > 0 {
            let words = match &said.standing.same {
                Some((verdict, confidence, _)) => {
                    format!(
                        "{}, {} confidence",
                        format::capitalised(verdict.as_str()),
                        confidence.as_str()
                    )
                }
                None => said.standing.words(),
            };
            text::wrapped(ui, Face::Medium.text(words).color(theme.text));
            let reason = said.standing.same.as_ref().map_or("", |(.., reason)| reason);
            if !reason.is_empty() {
                text::wrapped(ui, Face::Body.text(visible_lines(reason)).color(theme.text));
            }
        }
        if !said.tags.is_empty() {
            tags(ui, about, said);
        }
        notes(ui, about, said);
    });
}

fn tags(ui: &mut Ui, about: &About, said: &Said) {
    let tag = |(tag, n): &(String, usize)| match *n == about.ids.len() {
        true => visible_text(tag).into_owned(),
        false => format!("{} ({})", visible_text(tag), format::count(*n as u64)),
    };
    let all: Vec<String> = said.tags.iter().map(tag).collect();
    ui.add_space(4.0);
    text::section(ui, "Tags");
    text::wrapped(ui, Face::Body.text(all.join(" · ")).color(Theme::of(ui).text));
}

fn notes(ui: &mut Ui, about: &About, said: &Said) {
    if said.notes.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    let all = said.notes.len() + said.earlier_notes;
    ui.add_space(4.0);
    let n = match said.earlier_notes {
        0 => format::count(all as u64),
        _ => format!("newest {} of {}", said.notes.len(), format::count(all as u64)),
    };
    text::section(ui, &format!("Notes · {n}"));
    for written in &said.notes {
        let note = &written.note;
        let at = Zone::of(ui.ctx()).wall(note.at);
        let mut words = vec![format!("{} {}", format::date(at), format::clock(at))];
        words.push(visible_text(&note.actor).into_owned());
        if about.ids.len() > 1 {
            words.push(written.on_whom());
        }
        text::line(ui, Face::Tiny.text(words.join(" · ")).color(theme.muted));
        text::wrapped(ui, Face::Body.text(visible_lines(&note.text)).color(theme.text));
        ui.add_space(3.0);
    }
}

/// Draws what was said before.
pub fn history(ui: &mut Ui, about: &About, deeds: Result<Option<&[Deed]>, &str>) {
    let all = deeds.ok().flatten().map_or(0, <[Deed]>::len);
    let note = match all {
        0 => "from the journal".to_owned(),
        n if n > DEEDS => {
            format!("newest {DEEDS} of {} deeds, from the journal", format::count(n as u64))
        }
        n => format!(
            "{}, newest first, from the journal",
            format::counted(n as u64, "deed", "deeds")
        ),
    };
    section(ui, Part::History, (Kind::Judgement, &note), |ui| match deeds {
        Err(why) => failed(ui, "The journal cannot be read", why),
        Ok(None) => absent(ui, "Reading the journal…"),
        Ok(Some([])) => absent(ui, "The journal holds nothing that was said of it"),
        Ok(Some(deeds)) => deeds.iter().take(DEEDS).for_each(|deed| one(ui, about, deed)),
    });
}

fn one(ui: &mut Ui, about: &About, deed: &Deed) {
    let theme = Theme::of(ui);
    let at = Zone::of(ui.ctx()).wall(deed.at);
    let mut words = vec![format!("{} {}", format::date(at), format::clock(at))];
    words.push(visible_text(&deed.actor).into_owned());
    words.push(format!("entry {}", format::count(deed.entry)));
    if about.ids.len() > 1 {
        words.push(format::counted(deed.accounts, "account", "accounts"));
    }
    text::line(ui, Face::Tiny.text(words.join(" · ")).color(theme.muted));
    let sentence = format::capitalised(&deed.sentence());
    text::wrapped(ui, Face::Medium.text(sentence).color(theme.text));
    if !deed.said.words().is_empty() {
        let words = visible_lines(deed.said.words());
        text::wrapped(ui, Face::Body.text(words).color(theme.muted));
    }
    ui.add_space(4.0);
}
