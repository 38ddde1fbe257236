use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;

type Write = fn(&mut Vec<u8>, &Sheet) -> std::io::Result<()>;

fn sheet() -> Sheet {
    let node = |label: &str, n: Cell| Node::new(label, vec![n, Cell::Real(0.5)]);
    Sheet {
        title: "Autumn <review>".into(),
        description: "Accounts & what they have in common".into(),
        day: "2026-03-01".into(),
        node_columns: vec![
            Column { name: "accounts", holds: Type::Whole },
            Column { name: "coordination", holds: Type::Real },
        ],
        line_columns: vec![Column { name: "proof", holds: Type::Text }],
        nodes: vec![
            node("ac\u{0}1 \"</node>\n& ]]>", Cell::Whole(7)),
            node("カード 91", Cell::None),
            node("\u{202e}x", Cell::Real(f64::NAN)),
        ],
        lines: vec![
            Line { a: 0, b: 1, weight: 8.25, cells: vec![Cell::text("card <91>")] },
            Line { a: 2, b: 1, weight: 0.1, cells: vec![Cell::text("")] },
        ],
    }
}

/// Names of elements, with attributes and texts as they are read back.
fn read(bytes: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_reader(bytes);
    let mut all = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => return all,
            Event::Start(element) | Event::Empty(element) => {
                let mut line = element.name().as_ref().to_owned();
                for attribute in element.attributes() {
                    let attribute = attribute.expect("sound");
                    let key = attribute.key.as_ref().to_owned();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                    line += &format!(" {key}={}", value.expect("escaped"));
                }
                all.push(line);
            }
            _ => {}
        }
    }
}

fn count(all: &[String], name: &str) -> usize {
    all.iter().filter(|line| line.split(' ').next() == Some(name)).count()
}

#[test]
fn a_graph_is_well_formed_whatever_its_names_are() {
    let writers: [Write; 2] =
        [|out, sheet| gexf::write(out, sheet), |out, sheet| graphml::write(out, sheet)];
    for write in writers {
        let mut out = Vec::new();
        write(&mut out, &sheet()).expect("room");
        let all = read(&out);
        assert_eq!((count(&all, "node"), count(&all, "edge")), (3, 2));
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(!text.contains('\0') && !text.contains("NaN"), "{text}");
        assert!(text.contains("&lt;/node&gt;") && text.contains("カード 91"), "{text}");
        let mut again = Vec::new();
        write(&mut again, &sheet()).expect("room");
        assert_eq!(text.as_bytes(), again, "the same bytes");
    }
}

#[test]
fn weights_and_known_cells_are_written_and_unknown_ones_left_out() {
    let mut out = Vec::new();
    gexf::write(&mut out, &sheet()).expect("room");
    let all = read(&out);
    assert!(all.contains(&"edge id=0 source=0 target=1 weight=8.25".to_owned()), "{all:#?}");
    let attributes: usize = count(&all, "attvalue");
    // Two of the first node, one of each other, and one proof.
    assert_eq!(attributes, 5);
    let mut out = Vec::new();
    graphml::write(&mut out, &sheet()).expect("room");
    // The same, with three labels and two weights.
    assert_eq!(count(&read(&out), "data"), 10);
}

fn written(write: Write, sheet: &Sheet) -> String {
    let mut out = Vec::new();
    write(&mut out, sheet).expect("room");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_node_is_written_as_it_is_drawn_with_y_pointing_up() {
    let mut sheet = sheet();
    sheet.nodes[0].place = Some([1.5, 0.0]);
    sheet.nodes[1] = Node {
        place: Some([-2.0, 30.25]),
        radius: Some(4.5),
        color: Some([0, 127, 255]),
        ..sheet.nodes[1].clone()
    };
    sheet.nodes[2].place = Some([f32::NAN, 1.0]);
    sheet.nodes[2].radius = Some(-1.0);
    let gexf = written(|out, sheet| gexf::write(out, sheet), &sheet);
    assert!(gexf.contains(" xmlns:viz=\"http://gexf.net/1.3/viz\""), "{gexf}");
    let look: Vec<&str> = gexf.lines().map(str::trim).filter(|l| l.starts_with("<viz:")).collect();
    let expected = [
        "<viz:position x=\"1.5\" y=\"0\" z=\"0.0\"/>",
        "<viz:size value=\"4.5\"/>",
        "<viz:position x=\"-2\" y=\"-30.25\" z=\"0.0\"/>",
        "<viz:color r=\"0\" g=\"127\" b=\"255\"/>",
    ];
    assert_eq!(look, expected);
    let graphml = written(|out, sheet| graphml::write(out, sheet), &sheet);
    let keys = r#"<key id="x" for="node" attr.name="x" attr.type="float"/>
 <key id="y" for="node" attr.name="y" attr.type="float"/>
 <key id="size" for="node" attr.name="size" attr.type="float"/>
 <key id="r" for="node" attr.name="r" attr.type="int"/>"#;
    assert!(graphml.contains(keys), "{graphml}");
    let look = ["x\">-2", "y\">-30.25", "size\">4.5", "r\">0", "g\">127", "b\">255"];
    let look = look.map(|part| format!("   <data key=\"{part}</data>\n")).concat();
    assert!(graphml.contains(&format!("{look}  </node>")), "{graphml}");
    assert!(graphml.matches("key=\"x\"").count() == 2 && !graphml.contains("NaN"), "{graphml}");
}

#[test]
fn a_graph_that_nobody_drew_says_nothing_of_places() {
    let gexf = written(|out, sheet| gexf::write(out, sheet), &sheet());
    assert!(gexf.contains("<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">"), "{gexf}");
    let graphml = written(|out, sheet| graphml::write(out, sheet), &sheet());
    assert!(!gexf.contains("viz") && !graphml.contains("attr.name=\"x\""), "{gexf}{graphml}");
}
