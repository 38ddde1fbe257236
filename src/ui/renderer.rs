//! What draws the window: OpenGL, and wgpu where OpenGL is not to be had.
//!
//! OpenGL comes first because much of this work is done on machines without a graphics card: there
//! Mesa draws a frame with egui's OpenGL shader in a quarter of the time that egui's wgpu shader
//! takes on the same processor (`tests/bench/window.py`).

use eframe::Renderer;

/// Chooses one of them, where a driver draws wrongly: `gl` or `wgpu`.
pub const RENDERER_VARIABLE: &str = "STILLWATCH_RENDERER";

/// What is tried, in this order.
///
/// # Errors
/// Where the variable says something else.
pub fn renderers() -> anyhow::Result<Vec<Renderer>> {
    named(std::env::var(RENDERER_VARIABLE).ok().as_deref())
}

fn named(name: Option<&str>) -> anyhow::Result<Vec<Renderer>> {
    match name {
        None | Some("") => Ok(vec![Renderer::Glow, Renderer::Wgpu]),
        Some("gl") => Ok(vec![Renderer::Glow]),
        Some("wgpu") => Ok(vec![Renderer::Wgpu]),
        Some(other) => anyhow::bail!("{RENDERER_VARIABLE} is {other:?}; it can be `gl` or `wgpu`"),
    }
}

/// As it stands in messages.
pub fn title(renderer: Renderer) -> &'static str {
    match renderer {
        Renderer::Glow => "OpenGL",
        Renderer::Wgpu => "wgpu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renderer_is_chosen_by_name_and_otherwise_both_are_tried() {
        let tried = |name| named(name).expect("a name").into_iter().map(title).collect::<Vec<_>>();
        assert_eq!(tried(None), ["OpenGL", "wgpu"]);
        assert_eq!(tried(Some("")), ["OpenGL", "wgpu"]);
        assert_eq!(tried(Some("gl")), ["OpenGL"]);
        assert_eq!(tried(Some("wgpu")), ["wgpu"]);
        let error = named(Some("metal")).expect_err("no such renderer").to_string();
        assert_eq!(error, "STILLWATCH_RENDERER is \"metal\"; it can be `gl` or `wgpu`");
    }
}
