//! What a picture has of what was painted.

use std::sync::Arc;

use egui::emath::TSTransform;
use egui::epaint::text::{FontDefinitions, Fonts, LayoutJob, MissingGlyphPolicy, TextFormat};
use egui::epaint::{
    BandPoint, BandShape, CornerRadius, CubicBezierShape, EllipseShape, Galley, Mesh,
    PaintCallback, PathStroke, QuadraticBezierShape, RectShape, StrokeKind, TextOptions, TextShape,
    TextureId, Vertex,
};
use egui::{FontFamily, FontId, pos2, vec2};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::*;

const INK: Color32 = Color32::from_rgb(0x10, 0x20, 0x30);
const RED: Color32 = Color32::from_rgb(255, 0, 0);

fn screen() -> Rect {
    Rect::from_min_size(pos2(100.0, 50.0), vec2(200.0, 100.0))
}

fn drawn(shapes: Vec<Shape>) -> Svg {
    let clipped: Vec<ClippedShape> =
        shapes.into_iter().map(|shape| ClippedShape::new(Rect::EVERYTHING, shape)).collect();
    svg(&clipped, screen(), Color32::TRANSPARENT, "", "")
}

/// The elements after the heading, a line each.
fn body(svg: &Svg) -> Vec<&str> {
    svg.text.lines().skip(4).take_while(|line| *line != "</svg>").collect()
}

fn one(shape: impl Into<Shape>) -> String {
    let svg = drawn(vec![shape.into()]);
    assert_eq!((svg.left_out, body(&svg).len()), (0, 1), "{}", svg.text);
    body(&svg)[0].to_owned()
}

fn galley(job: LayoutJob) -> Arc<Galley> {
    let mut fonts = Fonts::new(TextOptions::default(), FontDefinitions::default())
        .with_missing_glyph_policy(MissingGlyphPolicy::Tofu);
    fonts.with_pixels_per_point(1.0).layout_job(job)
}

fn plain(text: &str) -> TextShape {
    let format = TextFormat::simple(FontId::proportional(10.0), INK);
    TextShape::new(pos2(110.0, 60.0), galley(LayoutJob::simple_format(text.into(), format)), RED)
}

/// The texts of the elements of a name, as a parser reads them. Panics where it reads no XML.
fn parsed(svg: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(svg);
    let (mut found, mut is_in): (Vec<String>, bool) = (Vec::new(), false);
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                start.attributes().for_each(|attribute| drop(attribute.unwrap()));
                if start.name().0 == name {
                    is_in = matches!(event, Event::Start(_));
                    found.push(String::new());
                }
            }
            Event::End(end) if end.name().0 == name => is_in = false,
            Event::Text(text) if is_in => found.last_mut().unwrap().push_str(text),
            Event::GeneralRef(name) if is_in => {
                found.last_mut().unwrap().push_str(&unescape(&format!("&{};", &**name)).unwrap());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect::from_min_size(pos2(x, y), vec2(width, height))
}

#[test]
fn a_circle_keeps_centre_colour_and_opacity() {
    let half = Color32::from_rgba_unmultiplied(200, 100, 50, 128);
    assert_eq!(
        one(Shape::circle_filled(pos2(110.5, 60.25), 4.0, half)),
        "<circle cx=\"10.5\" cy=\"10.25\" r=\"4\" fill=\"#c76432\" fill-opacity=\".502\"/>"
    );
}

#[test]
fn the_outline_of_a_circle_lies_outside_of_it() {
    let mut circle = egui::epaint::CircleShape::stroke(pos2(110.0, 60.0), 4.0, (2.0, INK));
    circle.fill = RED;
    assert_eq!(
        one(circle),
        "<circle cx=\"10\" cy=\"10\" r=\"5\" fill=\"#ff0000\" stroke=\"#102030\" \
         stroke-width=\"2\"/>"
    );
    circle.stroke.color = Color32::from_rgba_unmultiplied(0, 0, 255, 51);
    let svg = drawn(vec![circle.into()]);
    let expected = [
        "<circle cx=\"10\" cy=\"10\" r=\"4\" fill=\"#ff0000\"/>",
        "<circle cx=\"10\" cy=\"10\" r=\"5\" fill=\"none\" stroke=\"#0000ff\" \
         stroke-opacity=\".2\" stroke-width=\"2\"/>",
    ];
    assert_eq!(body(&svg), expected, "the fill does not shine through the outline");
}

#[test]
fn an_ellipse_is_turned_about_its_centre() {
    let ellipse = EllipseShape::filled(pos2(110.0, 60.0), vec2(4.0, 2.0), RED).with_angle(0.5);
    assert_eq!(
        one(ellipse),
        "<ellipse cx=\"10\" cy=\"10\" rx=\"4\" ry=\"2\" transform=\"rotate(28.648 10 10)\" \
         fill=\"#ff0000\"/>"
    );
}

#[test]
fn level_and_upright_lines_are_set_to_pixels() {
    let line = |to| Shape::line_segment([pos2(110.0, 60.0), to], (1.0, INK));
    let paint = "fill=\"none\" stroke=\"#102030\" stroke-width=\"1\"/>";
    assert_eq!(
        one(line(pos2(120.0, 60.0))),
        format!("<line x1=\"10\" y1=\"10.5\" x2=\"20\" y2=\"10.5\" {paint}")
    );
    assert_eq!(
        one(line(pos2(110.0, 70.0))),
        format!("<line x1=\"10.5\" y1=\"10\" x2=\"10.5\" y2=\"20\" {paint}")
    );
    assert_eq!(
        one(line(pos2(113.0, 64.0))),
        format!("<line x1=\"9.7\" y1=\"9.6\" x2=\"13.3\" y2=\"14.4\" {paint}")
    );
}

#[test]
fn an_open_path_is_a_line_and_a_closed_one_a_polygon() {
    let points = vec![pos2(110.0, 60.0), pos2(120.0, 60.0), pos2(120.0, 70.0)];
    assert_eq!(
        one(Shape::line(points.clone(), (2.0, INK))),
        "<polyline points=\"9.5 10 20 10 20 20.5\" fill=\"none\" stroke=\"#102030\" \
         stroke-width=\"2\"/>"
    );
    assert_eq!(
        one(Shape::convex_polygon(points, RED, (2.0, INK))),
        "<polygon points=\"10 10 20 10 20 20\" fill=\"#ff0000\" stroke=\"#102030\" \
         stroke-width=\"2\"/>"
    );
}

#[test]
fn a_stroke_outside_of_a_path_is_moved_outwards() {
    let square = vec![pos2(110.0, 60.0), pos2(120.0, 60.0), pos2(120.0, 70.0), pos2(110.0, 70.0)];
    let stroke = PathStroke::new(2.0, INK).outside();
    assert_eq!(
        one(Shape::closed_line(square, stroke)),
        "<polygon points=\"9 9 21 9 21 21 9 21\" fill=\"none\" stroke=\"#102030\" \
         stroke-width=\"2\"/>"
    );
}

#[test]
fn a_band_is_the_polygon_between_its_edges() {
    let points = vec![BandPoint::new(110.0, 60.0..=64.0), BandPoint::new(120.0, 61.0..=63.0)];
    assert_eq!(
        one(BandShape::filled(points, RED)),
        "<polygon points=\"10 10 20 11 20 13 10 14\" fill=\"#ff0000\"/>"
    );
}

#[test]
fn a_rectangle_is_set_to_pixels() {
    assert_eq!(
        one(RectShape::filled(rect(110.2, 60.2, 20.0, 10.0), 0, RED)),
        "<rect x=\"10\" y=\"10\" width=\"20\" height=\"10\" fill=\"#ff0000\"/>"
    );
}

#[test]
fn an_outline_lies_where_its_kind_says() {
    let one = |kind| one(RectShape::stroke(rect(110.0, 60.0, 20.0, 10.0), 0, (2.0, INK), kind));
    let at = |place: &str| {
        format!("<rect {place} fill=\"none\" stroke=\"#102030\" stroke-width=\"2\"/>")
    };
    assert_eq!(one(StrokeKind::Inside), at("x=\"11\" y=\"11\" width=\"18\" height=\"8\""));
    assert_eq!(one(StrokeKind::Middle), at("x=\"10\" y=\"10\" width=\"20\" height=\"10\""));
    assert_eq!(one(StrokeKind::Outside), at("x=\"9\" y=\"9\" width=\"22\" height=\"12\""));
}

#[test]
fn corners_are_as_round_as_on_the_screen() {
    let even = one(RectShape::filled(rect(110.0, 60.0, 40.0, 30.0), 6, RED));
    assert!(even.contains("rx=\"6.4\""), "{even}");
    let uneven = CornerRadius { nw: 4, ne: 0, sw: 0, se: 8 };
    assert_eq!(
        one(RectShape::filled(rect(110.0, 60.0, 40.0, 30.0), uneven, RED)),
        "<path d=\"M14.4 10H50V31.6A8.4 8.4 0 0 1 41.6 40H10V14.4A4.4 4.4 0 0 1 14.4 10Z\" \
         fill=\"#ff0000\"/>"
    );
}

#[test]
fn a_rectangle_may_be_thin_or_endless_or_soft() {
    let thin = one(RectShape::filled(rect(110.0, 60.0, 1.0, 10.0), 0, RED));
    assert!(thin.starts_with("<line x1=\"10.5\" y1=\"10\" x2=\"10.5\" y2=\"20\""), "{thin}");
    let all = one(RectShape::filled(Rect::EVERYTHING, 0, RED));
    assert!(all.starts_with("<rect x=\"-1000100\""), "one without an end: {all}");
    let soft = RectShape::filled(rect(110.0, 60.0, 40.0, 30.0), 0, RED).with_blur_width(12.0);
    let svg = drawn(vec![soft.into()]);
    assert!(svg.text.contains("<feGaussianBlur stdDeviation=\"3.46\"/>"), "{}", svg.text);
    assert!(svg.text.contains("filter=\"url(#blur0)\" fill=\"#ff0000\""), "{}", svg.text);
}

#[test]
fn curves_stay_curves() {
    let [a, b, c, d] = [110.0, 120.0, 130.0, 140.0].map(|x| pos2(x, x - 50.0));
    let stroke = Stroke::new(1.5, INK);
    let none = Color32::TRANSPARENT;
    let quadratic = QuadraticBezierShape::from_points_stroke([a, b, c], false, none, stroke);
    assert!(one(quadratic).starts_with("<path d=\"M10 10Q20 20 30 30\" fill=\"none\""));
    let cubic = CubicBezierShape::from_points_stroke([a, b, c, d], true, RED, stroke);
    assert!(one(cubic).starts_with("<path d=\"M10 10C20 20 30 30 40 40Z\" fill=\"#ff0000\""));
}

#[test]
fn triangles_of_one_colour_are_one_path() {
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(rect(110.0, 60.0, 5.0, 5.0), INK);
    mesh.add_colored_rect(rect(120.0, 60.0, 5.0, 5.0), INK);
    mesh.add_colored_rect(rect(130.0, 60.0, 5.0, 5.0), RED);
    let svg = drawn(vec![mesh.into()]);
    let paths = body(&svg);
    assert!(paths.len() == 2 && paths[0].ends_with("fill=\"#102030\"/>"), "{paths:?}");
    assert_eq!(paths[1], "<path d=\"M30 10 35 10 30 15ZM30 15 35 10 35 15Z\" fill=\"#ff0000\"/>");
}

#[test]
fn translucent_strips_that_cross_are_darker_there() {
    let mut mesh = Mesh::default();
    let ink = RED.gamma_multiply(0.5);
    mesh.add_colored_rect(rect(110.0, 60.0, 20.0, 5.0), ink);
    mesh.add_colored_rect(rect(115.0, 55.0, 5.0, 20.0), ink);
    assert_eq!(body(&drawn(vec![mesh.into()])).len(), 2);
}

#[test]
fn what_has_no_counterpart_is_counted_where_it_is_seen() {
    let image = |id, uv| {
        let mut mesh = Mesh::with_texture(id);
        let corner = |x, y| Vertex { pos: pos2(x, y), uv, color: RED };
        mesh.vertices = vec![corner(110.0, 60.0), corner(120.0, 60.0), corner(120.0, 70.0)];
        mesh.indices = vec![0, 1, 2];
        Shape::from(mesh)
    };
    let call = |rect| Shape::Callback(PaintCallback { rect, callback: Arc::new(()) });
    let gradient = PathStroke::new_uv(2.0, |_, _| RED);
    let svg = drawn(vec![
        image(TextureId::User(1), egui::epaint::WHITE_UV),
        image(TextureId::default(), pos2(0.5, 0.5)),
        RectShape::filled(rect(110.0, 60.0, 20.0, 10.0), 0, RED)
            .with_texture(TextureId::User(1), Rect::ZERO)
            .into(),
        call(rect(110.0, 60.0, 5.0, 5.0)),
        call(rect(0.0, 0.0, 5.0, 5.0)),
        Shape::line(vec![pos2(110.0, 60.0), pos2(120.0, 70.0)], gradient),
        Shape::circle_filled(pos2(110.0, 60.0), 5.0, Color32::from_rgb_additive(9, 9, 9)),
    ]);
    assert_eq!((svg.left_out, body(&svg).len()), (6, 0), "{}", svg.text);
}

#[test]
fn what_cannot_be_seen_is_left_out_without_a_word() {
    let line = |a, b| Shape::line_segment([a, b], (1.0, INK));
    let svg = drawn(vec![
        Shape::Noop,
        Shape::circle_filled(pos2(10.0, 10.0), 5.0, RED),
        Shape::circle_filled(pos2(110.0, 60.0), 0.0, RED),
        Shape::circle_filled(pos2(f32::NAN, 60.0), 5.0, RED),
        Shape::circle_filled(pos2(110.0, 60.0), f32::INFINITY, RED),
        Shape::circle_filled(pos2(110.0, 60.0), 5.0, Color32::TRANSPARENT),
        line(pos2(110.0, 60.0), pos2(110.0, 60.0)),
        line(pos2(110.0, 60.0), pos2(f32::NAN, 70.0)),
        Shape::line(vec![pos2(110.0, 60.0), pos2(f32::INFINITY, 70.0)], (1.0, INK)),
        RectShape::filled(Rect::NAN, 0, RED).into(),
        RectShape::filled(Rect::NOTHING, 0, RED).into(),
        plain("").into(),
        TextShape { pos: pos2(f32::NAN, 0.0), ..plain("gone") }.into(),
        TextShape { opacity_factor: 0.0, ..plain("gone") }.into(),
    ]);
    assert_eq!((svg.left_out, body(&svg)), (0, vec![]));
}

#[test]
fn clips_are_shared_and_those_that_hide_nothing_are_none() {
    let dot = |x| Shape::circle_filled(pos2(x, 60.0), 5.0, RED);
    let (left, low) = (rect(0.0, 0.0, 150.0, 500.0), rect(0.0, 55.0, 500.0, 500.0));
    let away = rect(0.0, 0.0, 50.0, 50.0);
    let clipped = [
        (left, 110.0),
        (left, 120.0),
        (low, 130.0),
        (screen(), 140.0),
        (away, 10.0),
        (left, 145.0),
    ]
    .map(|(clip, x)| ClippedShape::new(clip, dot(x)));
    let svg = svg(&clipped, screen(), Color32::TRANSPARENT, "", "");
    assert_eq!(parsed(&svg.text, "clipPath").len(), 2);
    assert_eq!(parsed(&svg.text, "circle").len(), 5);
    let groups: Vec<&str> = svg.text.lines().filter(|line| line.starts_with("<g")).collect();
    let group = |at| format!("<g clip-path=\"url(#clip{at})\">");
    assert_eq!(groups, [group(0), group(1), group(0)]);
    let rect =
        "<clipPath id=\"clip0\"><rect x=\"0\" y=\"0\" width=\"50\" height=\"100\"/></clipPath>";
    assert!(svg.text.contains(rect), "{}", svg.text);
}

#[test]
fn a_shape_in_a_shape_has_the_clip_of_the_outer_one() {
    let dot = |x| Shape::circle_filled(pos2(x, 60.0), 5.0, RED);
    let nested = Shape::Vec(vec![dot(110.0), Shape::Vec(vec![dot(120.0), dot(190.0)])]);
    let clipped = [ClippedShape::new(rect(100.0, 50.0, 50.0, 50.0), nested)];
    let svg = svg(&clipped, screen(), Color32::TRANSPARENT, "", "");
    assert_eq!([parsed(&svg.text, "circle").len(), parsed(&svg.text, "g").len()], [2, 1]);
}

#[test]
fn what_is_moved_after_all_is_found_where_it_is_seen() {
    let mut shape =
        ClippedShape::new(Rect::EVERYTHING, Shape::circle_filled(pos2(10.0, 10.0), 2.0, RED));
    shape.transform_after_tessellation = TSTransform::new(vec2(100.0, 50.0), 2.0);
    let svg = svg(&[shape], screen(), Color32::TRANSPARENT, "", "");
    assert_eq!(body(&svg), ["<circle cx=\"20\" cy=\"20\" r=\"4\" fill=\"#ff0000\"/>"]);
}

#[test]
fn every_letter_has_its_place() {
    let text = plain("Wave");
    let glyphs = &text.galley.rows[0].glyphs;
    let line = one(text.clone());
    let xs = line.split('"').nth(1).unwrap();
    let xs: Vec<f32> = xs.split(' ').map(|x| x.parse().unwrap()).collect();
    assert_eq!(xs.len(), 4);
    for (x, glyph) in xs.iter().zip(glyphs) {
        assert!(
            (x - 10.0 - glyph.pos.x - 0.375).abs() <= 0.51,
            "{x} is in the pixel of its letter"
        );
    }
    let y = Number(10.0 + glyphs[0].pos.y);
    assert!(line.contains(&format!("y=\"{y}\" font-size=\"10\" fill=\"#102030\">Wave<")), "{line}");
}

#[test]
fn each_typeface_is_named_by_family_and_weight() {
    for (family, attribute) in [
        ("medium", " font-weight=\"500\""),
        ("semibold", " font-weight=\"600\""),
        ("bold", " font-weight=\"700\""),
        ("\"><script>", " fill=\"#102030\""),
    ] {
        let format = TextFormat::simple(FontId::new(10.0, FontFamily::Name(family.into())), INK);
        let mut text = plain("x");
        let mut galley = (*text.galley).clone();
        Arc::make_mut(&mut galley.job).sections[0].format = format;
        text.galley = Arc::new(galley);
        let line = one(text);
        assert!(line.contains(&format!("font-size=\"10\"{attribute}")), "{line}");
    }
    let mono = TextFormat::simple(FontId::monospace(10.0), INK);
    let text =
        TextShape::new(pos2(110.0, 60.0), galley(LayoutJob::simple_format("x".into(), mono)), RED);
    assert!(one(text).contains("font-family=\"&quot;JetBrains Mono&quot;, Consolas, monospace\""));
}

#[test]
fn a_text_falls_back_gives_way_and_fades() {
    let format = TextFormat::simple(FontId::proportional(10.0), Color32::PLACEHOLDER);
    let job = LayoutJob::simple_format("x".into(), format);
    let text = TextShape::new(pos2(110.0, 60.0), galley(job), RED);
    assert!(one(text.clone()).contains("fill=\"#ff0000\">x<"));
    assert!(one(text.clone().with_override_text_color(INK)).contains("fill=\"#102030\">x<"));
    let faded = one(text.clone().with_opacity_factor(0.4));
    assert!(faded.contains("fill=\"#ff0000\" fill-opacity=\".4\">x<"), "{faded}");
    let turned = drawn(vec![text.with_angle(0.5).into()]);
    assert_eq!(body(&turned)[0], "<g transform=\"rotate(28.648 10 10)\">");
}

#[test]
fn sections_have_colours_backgrounds_and_lines_of_their_own() {
    let plain = TextFormat::simple(FontId::proportional(10.0), INK);
    let line = Stroke::new(1.0, RED);
    let mut job = LayoutJob::default();
    job.append("one ", 0.0, plain.clone());
    job.append("two", 0.0, TextFormat { underline: line, background: RED, ..plain.clone() });
    job.append("three\nfour", 5.0, TextFormat { strikethrough: line, color: RED, ..plain });
    let svg = drawn(vec![TextShape::new(pos2(110.0, 60.0), galley(job), RED).into()]);
    assert_eq!(parsed(&svg.text, "text"), ["one ", "two", "three", "four"]);
    assert_eq!(parsed(&svg.text, "rect").len(), 1);
    assert_eq!(parsed(&svg.text, "line").len(), 3, "under two, through three and through four");
    assert_eq!(body(&svg).len(), 8);
}

#[test]
fn hostile_text_is_text() {
    let hostile =
        "</text><script>alert(\"1\")</script> & ']]> &amp; \u{1b}[31m\u{0}\u{8}\u{fffe}\u{ffff}";
    let svg = drawn(vec![plain(hostile).into()]);
    let clean = hostile.replace(['\u{1b}', '\u{0}', '\u{8}', '\u{fffe}', '\u{ffff}'], "\u{fffd}");
    assert_eq!(parsed(&svg.text, "text").concat(), clean);
    assert_eq!(parsed(&svg.text, "script").len(), 0);
    let titled = super::svg(&[], screen(), RED, hostile, "a\rb\n<c>");
    assert_eq!(parsed(&titled.text, "title"), [clean]);
    assert_eq!(parsed(&titled.text, "desc"), ["a\rb\n<c>"]);
}

#[test]
fn clusters_and_rare_letters_do_not_shift_what_follows() {
    let told = "e\u{301}x \u{1f600}y \u{202e}z\tw";
    let svg = drawn(vec![plain(told).into()]);
    let texts = parsed(&svg.text, "text").concat();
    assert_eq!(texts, told.replace('\t', " "));
    for line in body(&svg) {
        let places = line.split('"').nth(1).unwrap().split(' ').count();
        let letters = line.split(['>', '<']).nth(2).unwrap().chars().count();
        assert!(places <= letters, "{line}");
    }
}

#[test]
fn the_ground_lies_behind_everything_and_every_time_the_same_is_written() {
    let shapes = || {
        let text = Shape::from(plain("same"));
        let dot = Shape::circle_filled(pos2(110.0, 60.0), 5.0, RED);
        [ClippedShape::new(rect(100.0, 50.0, 50.0, 50.0), Shape::Vec(vec![text, dot]))]
    };
    let first = svg(&shapes(), screen(), INK, "t", "d");
    assert_eq!(first, svg(&shapes(), screen(), INK, "t", "d"));
    let ground = first.text.find("<rect width=\"200\" height=\"100\" fill=\"#102030\"/>").unwrap();
    assert!(ground < first.text.find("<g ").unwrap());
}

#[test]
fn numbers_are_short() {
    let short = [0.0, -0.001, 0.5, -0.25, 10.0, 100.126, 1e6].map(|n| Number(n).to_string());
    assert_eq!(short, ["0", "0", ".5", "-.25", "10", "100.13", "1000000"]);
}
