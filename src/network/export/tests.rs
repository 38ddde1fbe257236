use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;

type Write = fn(&mut Vec<u8>, &Sheet) -> std::io::Result<()>;

fn sheet() -> Sheet {
    let node = |label: &str, n: Cell| Node { label: label.into(), cells: vec![n, Cell::Real(0.5)] };
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
