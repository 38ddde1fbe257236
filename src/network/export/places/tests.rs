use proptest::prelude::*;

use super::*;
use crate::network::export::{Node, Sheet, gexf, graphml, xml};

fn of<const N: usize>(places: [(&str, [f32; 2]); N]) -> BTreeMap<String, [f32; 2]> {
    places.into_iter().map(|(label, place)| (label.to_owned(), place)).collect()
}

fn places(text: &str) -> Places {
    read(text.as_bytes()).expect("places")
}

fn problem(bytes: impl AsRef<[u8]>) -> Problem {
    read(bytes.as_ref()).expect_err("a problem")
}

/// A sentence about a line, of which this is a part.
#[track_caller]
fn says(bytes: impl AsRef<[u8]>, line: usize, what: &str) {
    let problem = problem(bytes);
    assert!(problem.line == line && problem.what.contains(what), "{problem:?}");
    assert!(problem.what.ends_with('.') && problem.hint.ends_with('.'), "{problem:?}");
    assert!(problem.what.len() < 400, "{problem:?}");
}

/// As Gephi writes it.
const GEXF: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<gexf xmlns="http://www.gexf.net/1.3" version="1.3" xmlns:viz="http://www.gexf.net/1.3/viz">
  <graph defaultedgetype="undirected" mode="static">
    <nodes>
      <node id="7" label="a &lt;b&gt; &#x1F980;">
        <attvalues><attvalue for="x" value="99"/></attvalues>
        <viz:size value="10.0"/>
        <viz:position x="-1.5" y="2.25"></viz:position>
        <viz:color r="1" g="2" b="3"/>
      </node>
      <node id="8"><viz:position y="-4" x="3" z="0.0"/></node>
      <node id="9" label="nowhere"/>
    </nodes>
    <edges><edge source="7" target="8"><viz:position x="8" y="8"/></edge></edges>
  </graph>
</gexf>"#;

#[test]
fn gexf_is_read_by_label_or_else_by_id_and_its_y_points_up() {
    let read = places(GEXF);
    assert_eq!(read.of, of([("a <b> 🦀", [-1.5, -2.25]), ("8", [3.0, 4.0])]));
    assert_eq!((read.without, read.doubled), (1, 0));
}

#[test]
fn gexf_is_read_whatever_the_prefix_is_and_where_nodes_stand_within_nodes() {
    let text = r#"<g:gexf xmlns:g="http://www.gexf.net/1.2draft" xmlns:v="http://www.gexf.net/1.2draft/viz">
        <g:graph><g:nodes><g:node id="a"><g:nodes><g:node id="b" label="B">
        <v:position x="1" y="1"/></g:node></g:nodes><g:edges><g:edge source="a" target="b">
        <v:position x="9" y="9"/></g:edge></g:edges><v:position x="2" y="2"/></g:node></g:nodes>
        </g:graph></g:gexf>"#;
    assert_eq!(places(text).of, of([("a", [2.0, -2.0]), ("B", [1.0, -1.0])]));
}

#[test]
fn graphml_of_gephi_and_of_networkx_is_read_by_the_names_of_its_keys() {
    let text = r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
        <key attr.name="label" attr.type="string" for="node" id="label"/>
        <key attr.name="x" attr.type="float" for="node" id="d1"/>
        <key attr.name="y" attr.type="float" for="node" id="d2"><default>0</default></key>
        <key attr.name="name" for="node" id="d3"/><key attr.name="x" for="edge" id="e1"/>
        <graph edgedefault="undirected">
        <node id="n0"><data key="d3">less</data><data key="label">a<![CDATA[<]]>&amp;&#65;</data>
        <data key="d1">1,5</data><data key="d2"> 1e2 </data></node>
        <node id="n1"><data key="d1">1</data><data key="d2">2</data><data key="d3">named</data></node>
        <node id="n2"><data key="d1">1</data><data key="d2">2</data><data key="label"/></node>
        <node id="n3"><data key="d1">1</data></node>
        <edge source="n0" target="n1"><data key="e1">nothing</data></edge></graph></graphml>"#;
    let read = places(text);
    let expected = [("a<&A", [1.5, -100.0]), ("named", [1.0, -2.0]), ("n2", [1.0, -2.0])];
    assert_eq!((read.of, read.without), (of(expected), 1));
}

#[test]
fn graphml_of_yed_is_read_from_the_middles_of_what_is_drawn_and_its_y_points_down() {
    let text = r#"<graphml xmlns:y="http://www.yworks.com/xml/graphml">
        <key for="node" id="d6" yfiles.type="nodegraphics"/><key for="node" id="d1" attr.name="x"/>
        <graph id="G"><node id="n0" yfiles.foldertype="group"><data key="d1">77</data><data key="d6">
        <y:ProxyAutoBoundsNode><y:Realizers><y:GroupNode>
        <y:Geometry height="20.0" width="30.0" x="100.0" y="50.0"/>
        <y:NodeLabel>  group
        <y:LabelModel><y:Text>other</y:Text></y:LabelModel></y:NodeLabel></y:GroupNode><y:GroupNode>
        <y:Geometry height="1.0" width="1.0" x="0.0" y="0.0"/><y:NodeLabel>closed</y:NodeLabel>
        </y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode></data>
        <graph id="n0:"><node id="n0::n0"><data key="d6"><y:ShapeNode><y:Geometry x="1" y="2"/>
        <y:NodeLabel/></y:ShapeNode></data></node>
        <edge source="n0" target="n0"><data key="d6"><y:NodeLabel>line</y:NodeLabel></data></edge>
        </graph></node></graph></graphml>"#;
    assert_eq!(places(text).of, of([("group", [115.0, 60.0]), ("n0::n0", [1.0, 2.0])]));
}

#[test]
fn a_table_is_read_whatever_stands_between_its_cells() {
    let expected = of([("a", [1.5, -2.0]), ("b;\n\"c\"", [-3.0, 4.0])]);
    for text in [
        "label,x,y\na,1.5,2\n\"b;\n\"\"c\"\"\",-3,-4\nd,,\n",
        "\u{feff}Y;size;X;Id;Label\r\n2;9;1,5;a;\r\n-4;9;-3;z;\"b;\n\"\"c\"\"\"\r\n;;;d;d\r\n",
        "name\t x \ty\na\t1,5\t2\n\"b;\n\"\"c\"\"\"\t-3\t-4\nd\n",
    ] {
        let read = places(text);
        assert_eq!((read.of, read.without), (expected.clone(), 1), "{text}");
    }
}

#[test]
fn of_a_label_in_several_places_the_first_counts_and_the_label_once() {
    let read = places("label,x,y\na,1,1\nb,1,1\na,2,2\na,3,3\nb,1,1\nc,0,0\nc,0,1\n,5,5\n");
    assert_eq!(read.of, of([("a", [1.0, -1.0]), ("b", [1.0, -1.0]), ("c", [0.0, 0.0])]));
    assert_eq!((read.without, read.doubled), (1, 2), "one that is called nothing has no place");
}

#[test]
fn what_is_no_graph_or_has_no_places_is_told_in_a_sentence() {
    says("", 0, "is empty");
    says("\u{feff} \n", 0, "is empty");
    says("from,to\na,b\n", 0, "it begins with “from,to”");
    says("\u{1}\u{202e}PK", 0, "begins with “\\u{1}\\u{202e}PK”");
    says("<html><body/></html>", 0, "but “html”");
    says("<!-- nothing -->", 1, "no element");
    says("<gexf><graph/></gexf>", 0, "no nodes");
    says("<gexf><node id='1'/><node id='2'/></gexf>", 0, "None of the 2 nodes");
    says("<graphml><node id='1'/></graphml>", 0, "only node has no place");
    says("label,x,y\n", 0, "no nodes");
    let shown = problem("label,x,y\na,1,z").to_string();
    assert!(shown.starts_with("Line 2: The coordinate “z” is no number. Give "), "{shown}");
}

#[test]
fn a_coordinate_that_is_no_finite_number_is_told_with_its_line() {
    let gexf = |x: &str| format!("<gexf>\n<node id='1'>\n<position x='{x}' y='0'/></node></gexf>");
    says(gexf("1.2.3"), 3, "“1.2.3” is no number");
    says(gexf("NaN"), 3, "“NaN” is not finite");
    says(gexf("-1e39"), 3, "not finite or too large");
    says(gexf(&"9".repeat(1 << 20)), 3, "not finite or too large");
    let key = "<graphml><key id='x' for='node'/>\n<node id='1'>";
    says(format!("{key}<data key='x'>\u{7}</data></node></graphml>"), 2, "“\\u{7}” is no number");
    let box_ = "<Geometry x='3e38' y='0' width='3e38'/>";
    says(format!("{key}{box_}</node></graphml>"), 2, "A place is not finite");
    says("id;x;y\n\na;1;2\nb;inf;2\n", 4, "“inf” is not finite");
}

#[test]
fn broken_xml_is_told_with_its_line() {
    says("<gexf>\n<graph>\n</gexf>", 3, "XML is broken");
    says("<gexf>\n<node id='1'>\n<position x=1", 3, "XML is broken");
    says("<gexf>\n<node id=1>\n</node></gexf>", 2, "XML is broken");
    says("<gexf>\n<node id='1'>\n<position x='1' y='2'/></node>", 3, "ends in the middle");
    says("<gexf>&</gexf>", 1, "XML is broken");
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let wide: Vec<u8> = GEXF.encode_utf16().flat_map(u16::to_le_bytes).collect();
    says(&wide, 0, "UTF-16");
    says([b"\xff\xfe".to_vec(), wide].concat(), 0, "UTF-16");
    says(b"\xfe\xff\0<", 0, "UTF-16");
    says(b"label,x,y\nM\xfcller,1,2", 2, "not UTF-8");
}

#[test]
fn no_entity_is_expanded_and_a_document_type_is_passed_over() {
    let kind = r#"<!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>"#;
    let file = |id: &str, text: &str| {
        format!(
            "{kind}\n<graphml><key id='label' for='node'/><desc>&a;</desc><node id='{id}'>\n\
             <data key='label'>{text}</data><Geometry x='1' y='2'/></node></graphml>"
        )
    };
    assert_eq!(places(&file("1", "it")).of, of([("it", [1.0, 2.0])]));
    says(file("&b;", "it"), 2, "“&b;”");
    says(file("1", "&c;"), 3, "“&c;”");
    says(file("1", "&#0;"), 3, "“&#0;”");
    says(file("&#xffffffffff;", ""), 2, "is not expanded");
}

#[test]
fn a_file_made_to_hurt_is_refused_or_read_in_linear_time() {
    let many = |part: &str| part.repeat((4 << 20) / part.len());
    says(many("<node>"), 0, "but “node”");
    says(format!("<gexf>{}", many("<node id='1'>")), 1, "nested more than 256");
    says(format!("<gexf><!DOCTYPE {}", many("[<!")), 1, "XML is broken");
    let node = "<position x='1' y='2'/></node></gexf>";
    for begin in [
        format!("<gexf><node id='1' {}>", many("a='' ")),
        format!("<gexf {}><node id='1'>", many("xmlns:a='b' ")),
        format!("<gexf><node id='1'>{}", many("&#65;<a/>")),
        format!("<gexf>{}<node id='1'>", many("<key id='x' for='node' attr.name='x'/>")),
        format!("<gexf><!--{}--><node id='1'>", many("-")),
    ] {
        assert_eq!(places(&(begin + node)).of, of([("1", [1.0, -2.0])]));
    }
    assert_eq!(places(&format!("id,x,y\na,1,2{}\n", many(","))).of, of([("a", [1.0, -2.0])]));
    says(many(",x\"\",\"\n\""), 0, "neither GEXF nor");
    let label = many("\"\"");
    assert_eq!(places(&format!("id,x,y\n\"{label}\",1,2\n")).of.len(), 1);
    says(format!("id,x,y\n\"{label}"), 0, "only node has no place");
    let rows: String = (0..=MOST).map(|at| format!("{at},1,2\n")).collect();
    says(format!("id,x,y\n{rows}"), 0, "more than 1000000 places");
}

/// Labels that go wrong where text is not escaped.
fn label() -> impl Strategy<Value = String> {
    let hostile =
        ["", " ", "0", "n1", "</node>", "]]>", "&amp;&#0;", "\r\n\t", "\"'<", "\u{0}\u{fffe}"];
    prop_oneof![any::<String>(), prop::sample::select(hostile.to_vec()).prop_map(str::to_owned)]
}

fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![-1e5f32..1e5, any::<f32>(), Just(0.0), Just(f32::NAN)]
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let place = prop::option::weighted(0.9, [coordinate(), coordinate()]);
    let look = (place, any::<Option<f32>>(), any::<Option<[u8; 3]>>());
    let node = (label(), look).prop_map(|(label, (place, radius, color))| Node {
        place,
        radius,
        color,
        ..Node::new(label, Vec::new())
    });
    prop::collection::vec(node, 0..8)
}

/// What should be read: by label as XML can have it, or by the id.
fn expected(nodes: &[Node], id: impl Fn(usize) -> String) -> Option<Places> {
    let mut gathered = Gathered::default();
    for (at, node) in nodes.iter().enumerate() {
        let label = if node.label.is_empty() { id(at) } else { xml::allowed(&node.label).into() };
        let place = node.place.filter(|place| place.iter().all(|value| value.is_finite()));
        gathered.put(label, place).expect("few");
    }
    gathered.finish().ok()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_at_the_same_places(nodes in nodes()) {
        let sheet = Sheet { nodes: nodes.clone(), ..Sheet::default() };
        let mut out = Vec::new();
        gexf::write(&mut out, &sheet).expect("room");
        // More digits than 1e-3: numbers are written so that they read back as they were.
        prop_assert_eq!(read(&out).ok(), expected(&nodes, |at| at.to_string()));
        let mut out = Vec::new();
        graphml::write(&mut out, &sheet).expect("room");
        prop_assert_eq!(read(&out).ok(), expected(&nodes, |at| format!("n{at}")));
    }

    #[test]
    fn a_table_is_read_as_it_was_written_whatever_its_labels_are(
        rows in prop::collection::vec((label(), [-1e5f32..1e5, -1e5f32..1e5]), 1..8),
        between in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let mut gathered = Gathered::default();
        let mut table = csv::WriterBuilder::new().delimiter(between).from_writer(Vec::new());
        table.write_record(["x", "label", "y"]).expect("room");
        for (label, [x, y]) in rows {
            table.write_record([x.to_string(), label.clone(), (-y).to_string()]).expect("room");
            gathered.put(label, Some([x, y])).expect("few");
        }
        let out = table.into_inner().expect("room");
        prop_assert_eq!(read(&out).ok(), gathered.finish().ok());
    }

    #[test]
    fn whatever_bytes_are_read_there_are_finite_places_or_a_sentence(
        bytes in any::<Vec<u8>>(),
        text in "(<|</|/>|>|node|gexf|graphml|data|key|position|Geometry| x='1'| y='|'|id=\"|\"|&|;|#|\\]\\]>|<!|--|,|\n){0,40}",
        cut in any::<prop::sample::Index>(),
    ) {
        let cut = &GEXF.as_bytes()[..cut.index(GEXF.len())];
        let all = [&bytes[..], text.as_bytes(), &[b"<gexf>", text.as_bytes()].concat(), cut];
        for bytes in all {
            match read(bytes) {
                Ok(places) => prop_assert!(places.of.values().flatten().all(|v| v.is_finite())),
                Err(problem) => prop_assert!(problem.what.ends_with('.'), "{:?}", problem),
            }
        }
    }
}
