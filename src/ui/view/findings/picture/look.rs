//! The pictures drawn, for people to look at.
//!
//! `STILLWATCH_LOOK=target/look cargo test look_at_pictures -- --ignored` writes them there.

use crate::detect::exhibit::gallery;

use super::tests::{Board, drawn};

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_pictures_of_findings() {
    for shown in gallery::all() {
        let name = shown.name;
        let board = Board::new(shown);
        let height = board.exhibits.len() as f32 * 290.0 + 20.0;
        for (dark, theme) in [(true, ""), (false, "-light")] {
            let mut harness = drawn(board.again(), [512.0, height], dark);
            save(&mut harness, &format!("picture-{name}{theme}"));
        }
        let mut harness = drawn(board.again(), [248.0, height * 1.25], true);
        save(&mut harness, &format!("picture-{name}-narrow"));
    }
}

fn save(harness: &mut egui_kittest::Harness<'_, Board>, name: &str) {
    let folder = std::env::var_os("STILLWATCH_LOOK")
        .map_or_else(|| std::path::PathBuf::from("target/look"), Into::into);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let picture = harness.render().expect("a picture");
    picture.save(folder.join(format!("{name}.png"))).expect("the picture is saved");
}
