//! What a frame of the window costs the processor: laying out and drawing into triangles, without
//! a graphics card, on a case of any size.
//!
//! `cargo bench --bench frames -- CASE` opens the case (a copy of it: the window writes to it) and
//! prints median and 99th percentile for each screen, with a pointer that moves in every frame, and
//! on Explore with a range that is dragged, tables that scroll and an axis that is zoomed. Time is
//! that of the thread that draws, so that it does not depend on what else runs.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[allow(dead_code, reason = "every bench uses its part of it")]
mod clock;

use std::time::{Duration, Instant};

use eframe::App as _;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use stillwatch::model::Time;
use stillwatch::ui::{App, Setup};

/// Frames measured.
const FRAMES: usize = 300;
const SIZES: [(f32, f32); 2] = [(1440.0, 900.0), (2560.0, 1440.0)];

/// A window that nobody sees.
struct Window {
    ctx: egui::Context,
    app: App,
    frame: eframe::Frame,
    size: Vec2,
    started: Instant,
}

/// What one frame cost, ms.
#[derive(Clone, Copy)]
struct Spent {
    wall: f64,
    cpu: f64,
}

/// Processor time of this thread, ms.
fn thread_ms() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

impl Window {
    fn new(case: &str, scratch: &std::path::Path) -> Self {
        let ctx = egui::Context::default();
        let setup = Setup {
            paths: vec![case.into()],
            case: None,
            early: None,
            config_dir: Some(scratch.to_owned()),
            data_dir: scratch.to_owned(),
            actor: "bench".into(),
            now: || Time(1_775_000_000_000_000),
            offset_us: 0,
            looks_unasked: false,
        };
        let app = App::new(&eframe::CreationContext::_new_kittest(ctx.clone()), setup);
        let frame = eframe::Frame::_new_kittest();
        Self { ctx, app, frame, size: vec2(1440.0, 900.0), started: Instant::now() }
    }

    /// One frame: what happened, drawn into triangles.
    fn step(&mut self, events: Vec<Event>) -> (Spent, egui::FullOutput) {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(self.started.elapsed().as_secs_f64()),
            focused: true,
            events,
            ..RawInput::default()
        };
        let (wall, cpu) = (Instant::now(), thread_ms());
        let (app, frame, ctx) = (&mut self.app, &mut self.frame, &self.ctx);
        let mut output = ctx.run_ui(input, |ui| {
            app.logic(&ui.ctx().clone(), frame);
            app.ui(ui, frame);
        });
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(ctx.tessellate(shapes, output.pixels_per_point));
        let spent = Spent { wall: wall.elapsed().as_secs_f64() * 1e3, cpu: thread_ms() - cpu };
        (spent, output)
    }

    /// Lets answers arrive.
    fn settle(&mut self, patience: Duration) {
        let start = Instant::now();
        let mut quiet = 0;
        while quiet < 20 && start.elapsed() < patience {
            let (_, output) = self.step(Vec::new());
            let soon = output.viewport_output.values().any(|v| v.repaint_delay < PAUSE);
            quiet = if soon { 0 } else { quiet + 1 };
            std::thread::sleep(PAUSE);
        }
    }

    /// Where something stands that assistive technology knows by this name.
    fn find(&mut self, role: Role, name: &str) -> Option<Rect> {
        self.ctx.enable_accesskit();
        let (_, _) = self.step(Vec::new());
        let (_, output) = self.step(Vec::new());
        self.ctx.disable_accesskit();
        let tree = output.platform_output.accesskit_update?;
        let (_, node) = tree
            .nodes
            .iter()
            .find(|(_, node)| node.role() == role && node.label().is_some_and(|l| l == name))?;
        let bounds = node.bounds()?;
        Some(Rect::from_min_max(
            pos2(bounds.x0 as f32, bounds.y0 as f32),
            pos2(bounds.x1 as f32, bounds.y1 as f32),
        ))
    }

    fn press(&mut self, key: Key, modifiers: Modifiers) {
        for pressed in [true, false] {
            let event = Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
            self.step(vec![Event::ModifiersChanged(modifiers), event]);
        }
        self.step(vec![Event::ModifiersChanged(Modifiers::NONE)]);
    }

    fn click(&mut self, pos: Pos2) {
        self.step(vec![Event::PointerMoved(pos)]);
        self.step(vec![button(pos, true)]);
        self.step(vec![button(pos, false)]);
    }

    /// Everything that assistive technology is told.
    fn words(&mut self) -> String {
        self.ctx.enable_accesskit();
        let (_, _) = self.step(Vec::new());
        let (_, output) = self.step(Vec::new());
        let tree = output.platform_output.accesskit_update;
        let nodes = tree.iter().flat_map(|tree| &tree.nodes);
        let words = nodes.flat_map(|(_, node)| [node.label(), node.value()]);
        words.flatten().collect::<Vec<_>>().join("\n")
    }

    /// Searches the prompts for a phrase: until the first hits are on screen, and until it is
    /// over.
    fn search(&mut self, phrase: &str) {
        self.press(Key::Slash, Modifiers::NONE);
        self.step(vec![Event::Text(format!("\"{phrase}\""))]);
        let start = Instant::now();
        self.press(Key::Enter, Modifiers::NONE);
        let mut first = None;
        loop {
            let words = self.words();
            let over = !words.contains("so far") && words.contains("hits of the search in prompts");
            if first.is_none() && (over || words.contains(" hits so far")) {
                first = Some(start.elapsed());
            }
            if over || start.elapsed() > Duration::from_secs(60) {
                break;
            }
            // Asking what is on screen takes the processor from the search.
            let pause = if first.is_some() { 20 * PAUSE } else { PAUSE };
            std::thread::sleep(pause);
        }
        self.ctx.disable_accesskit();
        let ms = |time: Option<Duration>| time.map_or(f64::NAN, |t| t.as_secs_f64() * 1e3);
        println!(
            "search for {phrase:?}: first hits, or none, after {:.0} ms, over after {:.0} ms",
            ms(first),
            ms(Some(start.elapsed()))
        );
        self.press(Key::Z, Modifiers::COMMAND);
        self.settle(Duration::from_secs(20));
    }

    /// Frames as `events` makes them happen, and what they cost.
    fn measure(&mut self, what: &str, mut events: impl FnMut(usize) -> Vec<Event>) {
        let spent: Vec<Spent> = (0..FRAMES)
            .map(|i| {
                let spent = self.step(events(i)).0;
                // As on a display: answers have the time between two frames.
                std::thread::sleep(Duration::from_millis(16));
                spent
            })
            .collect();
        let (middle, late) = clock::percentiles(spent.iter().map(|s| s.cpu).collect());
        let (wall, _) = clock::percentiles(spent.iter().map(|s| s.wall).collect());
        println!("{what:<64} {middle:>8.2} ms median {late:>8.2} ms p99   ({wall:.2} ms wall)");
    }
}

/// The screens and their keys; Explore last, where the tables are.
const SCREENS: [(&str, Key); 4] = [
    ("Overview", Key::Num1),
    ("Findings", Key::Num2),
    ("Network", Key::Num4),
    ("Explore", Key::Num3),
];
/// What can be scrolled on Explore.
const CARDS: [&str; 6] =
    ["Accounts over time", "Heat map", "Facets", "Templates", "Accounts", "Exchanges"];
const PAUSE: Duration = Duration::from_millis(5);

/// A pointer that comes by everything.
fn wander(i: usize, size: Vec2) -> Pos2 {
    let t = i as f32 / FRAMES as f32 * std::f32::consts::TAU;
    let at = vec2(0.5 + 0.45 * (3.0 * t).sin(), 0.5 + 0.42 * (4.0 * t + 0.7).sin());
    (at * size).to_pos2()
}

fn button(pos: Pos2, pressed: bool) -> Event {
    let modifiers = Modifiers::NONE;
    Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers }
}

fn wheel(y: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, y),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    }
}

fn main() {
    let Some(case) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) else {
        println!("not run: name a case, as in `cargo bench --bench frames -- CASE`");
        return;
    };
    let scratch = std::env::temp_dir().join(format!("stillwatch-frames-{}", std::process::id()));
    let mut window = Window::new(&case, &scratch);
    window.settle(Duration::from_secs(60));
    for (width, height) in SIZES {
        window.size = vec2(width, height);
        println!("\n{width} × {height}");
        let size = window.size;
        for (name, key) in SCREENS {
            let start = Instant::now();
            window.press(key, Modifiers::COMMAND);
            window.settle(Duration::from_secs(60));
            println!("{name} stands still after {:.1} s", start.elapsed().as_secs_f64());
            window.measure(&format!("{name}, the pointer moves"), |i| {
                vec![Event::PointerMoved(wander(i, size))]
            });
        }
        explore(&mut window);
        network(&mut window);
    }
    println!();
    // Where hits are told of.
    window.press(Key::Num3, Modifiers::COMMAND);
    window.settle(Duration::from_secs(60));
    // A word that many prompts have, and one that none has; twice, because the second time the
    // file is known to be in memory.
    for phrase in ["explain", "zzq nowhere", "explain", "zzq nowhere"] {
        window.search(phrase);
    }
    if let Some((now, most)) = clock::memory() {
        println!("\nmemory {} MB, at most {} MB", now / 1_000_000, most / 1_000_000);
    }
    window.app.on_exit(None);
    // What it remembered of recent cases is of no use to anybody.
    let _ = std::fs::remove_dir_all(&scratch);
}

/// The network as it begins, and of all accounts at once, each by itself.
fn network(window: &mut Window) {
    window.press(Key::Num4, Modifiers::COMMAND);
    window.settle(Duration::from_secs(60));
    pan(window, "Network, the picture is panned");
    window.press(Key::Num3, Modifiers::COMMAND);
    window.press(Key::A, Modifiers::COMMAND | Modifiers::SHIFT);
    window.settle(Duration::from_secs(60));
    window.press(Key::A, Modifiers::COMMAND);
    window.settle(Duration::from_secs(60));
    let start = Instant::now();
    window.press(Key::G, Modifiers::NONE);
    let drawn = |window: &mut Window| {
        let words = window.words();
        words.lines().find(|line| line.starts_with("Network: ")).unwrap_or("nothing").to_owned()
    };
    // A layout on its way asks for no frames.
    window.settle(Duration::from_secs(20));
    let before = drawn(window);
    while drawn(window) == before && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(20 * PAUSE);
    }
    let words = window.words();
    let drawn = words.lines().find(|line| line.starts_with("Network: ")).unwrap_or("nothing");
    println!("all accounts are drawn after {:.1} s: {drawn}", start.elapsed().as_secs_f64());
    pan(window, "Network of all accounts, all selected, the picture is panned");
    window.press(Key::Escape, Modifiers::NONE);
    window.settle(Duration::from_secs(60));
    pan(window, "Network of all accounts, the picture is panned");
    window.measure("Network of all accounts, the wheel turns", |i| {
        vec![wheel(if i / 100 % 2 == 0 { 40.0 } else { -40.0 })]
    });
    window.press(Key::Z, Modifiers::COMMAND);
    window.press(Key::Escape, Modifiers::NONE);
    window.settle(Duration::from_secs(60));
}

fn pan(window: &mut Window, what: &str) {
    // In the corner of the canvas, where no node is moved instead.
    let at = vec2(0.14, 0.12) * window.size;
    window.step(vec![Event::PointerMoved(at.to_pos2())]);
    window.step(vec![button(at.to_pos2(), true)]);
    window.measure(what, |i| {
        let t = i as f32 / FRAMES as f32 * std::f32::consts::TAU;
        let by = 60.0 * vec2((3.0 * t).sin(), (2.0 * t).sin());
        vec![Event::PointerMoved((at + by).to_pos2())]
    });
    window.step(vec![button(at.to_pos2(), false)]);
}

fn explore(window: &mut Window) {
    let Some(plot) = window.find(Role::Canvas, "Traffic") else {
        return println!("no traffic on Explore");
    };
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    window.step(vec![Event::PointerMoved(at(0.2))]);
    window.step(vec![button(at(0.2), true)]);
    window.measure("Explore, a range is dragged over the case and back", |i| {
        let t = i as f32 / FRAMES as f32;
        vec![Event::PointerMoved(at(0.2 + 0.7 * (t * std::f32::consts::PI).sin()))]
    });
    window.step(vec![button(at(0.2), false)]);
    window.settle(Duration::from_secs(20));
    for card in CARDS {
        // Titles move with the counts beside them: a click may come too late.
        for _ in 0..5 {
            let Some(tab) = window.find(Role::Tab, card) else { break };
            window.click(tab.center());
            window.settle(Duration::from_secs(60));
            if window.find(Role::Grid, card).is_some() {
                break;
            }
        }
        let Some(grid) = window.find(Role::Grid, card) else {
            println!("no {card} on Explore");
            continue;
        };
        window.step(vec![Event::PointerMoved(grid.center())]);
        window.measure(&format!("Explore, {card}: the wheel turns"), |i| {
            vec![wheel(if i / 100 % 2 == 0 { -90.0 } else { 90.0 })]
        });
    }
    window.step(vec![Event::PointerMoved(plot.center())]);
    window.measure("Explore, the axis is zoomed and panned", |i| {
        let key = [Key::W, Key::D, Key::S, Key::A][i / 12 % 4];
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        vec![event(true), event(false)]
    });
    window.press(Key::Escape, Modifiers::NONE);
}
