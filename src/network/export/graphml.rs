//! GraphML (graphml.graphdrawing.org), which igraph, networkx, Gephi and yEd read.

use std::io::{self, Write};

use super::xml::Xml;
use super::{Cell, Column, Node, Sheet, Type};

/// The names of what every node and every line has.
const LABEL: Column = Column { name: "label", holds: Type::Text };
const WEIGHT: Column = Column { name: "weight", holds: Type::Real };

/// The keys, by Gephi's names, of how nodes are drawn.
const PLACE: [&str; 2] = ["x", "y"];
const SIZE: &str = "size";
const COLOR: [&str; 3] = ["r", "g", "b"];

/// Writes a graph.
///
/// # Errors
/// The writer's.
pub fn write(out: impl Write, sheet: &Sheet) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    xml.open("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")])?;
    xml.text("desc", &[], &format!("{}. {}", sheet.title, sheet.description))?;
    let of_nodes: Vec<Column> = [LABEL].iter().chain(&sheet.node_columns).copied().collect();
    let of_lines: Vec<Column> = [WEIGHT].iter().chain(&sheet.line_columns).copied().collect();
    keys(&mut xml, "node", &of_nodes)?;
    keys(&mut xml, "edge", &of_lines)?;
    looks(&mut xml, &sheet.nodes)?;
    xml.open("graph", &[("id", "network"), ("edgedefault", "undirected")])?;
    for (at, node) in sheet.nodes.iter().enumerate() {
        xml.open("node", &[("id", &format!("n{at}"))])?;
        data(&mut xml, "node", Cell::text(&node.label), &node.cells)?;
        for (key, value) in look(node) {
            xml.text("data", &[("key", key)], &value)?;
        }
        xml.close("node")?;
    }
    for (at, line) in sheet.lines.iter().enumerate() {
        let (id, a, b) = (format!("e{at}"), format!("n{}", line.a), format!("n{}", line.b));
        xml.open("edge", &[("id", &id), ("source", &a), ("target", &b)])?;
        data(&mut xml, "edge", Cell::Real(line.weight), &line.cells)?;
        xml.close("edge")?;
    }
    xml.close("graph")?;
    xml.close("graphml")?;
    xml.finish()
}

fn keys(xml: &mut Xml<impl Write>, of: &str, columns: &[Column]) -> io::Result<()> {
    for (at, column) in columns.iter().enumerate() {
        let holds = match column.holds {
            Type::Text => "string",
            Type::Whole => "long",
            Type::Real => "double",
        };
        let id = key(of, at);
        let of = [("id", &*id), ("for", of), ("attr.name", column.name), ("attr.type", holds)];
        xml.empty("key", &of)?;
    }
    Ok(())
}

/// Keys for how nodes are drawn, of those that any node has.
fn looks(xml: &mut Xml<impl Write>, nodes: &[Node]) -> io::Result<()> {
    let has = |is: fn(&Node) -> bool| nodes.iter().any(is);
    let place = has(|node| node.upright().is_some()).then_some(PLACE);
    let size = has(|node| node.size().is_some()).then_some(SIZE);
    let color = has(|node| node.color.is_some()).then_some(COLOR);
    for name in place.into_iter().flatten().chain(size) {
        look_key(xml, name, "float")?;
    }
    color.into_iter().flatten().try_for_each(|name| look_key(xml, name, "int"))
}

fn look_key(xml: &mut Xml<impl Write>, name: &str, holds: &str) -> io::Result<()> {
    let of = [("id", name), ("for", "node"), ("attr.name", name), ("attr.type", holds)];
    xml.empty("key", &of)
}

/// How a node is drawn, by key; y points up and the size is a radius, as in Gephi.
fn look(node: &Node) -> impl Iterator<Item = (&'static str, String)> {
    let place = node.upright().map(|place| PLACE.into_iter().zip(place.map(|at| at.to_string())));
    let size = node.size().map(|size| (SIZE, size.to_string()));
    let color = node.color.map(|color| COLOR.into_iter().zip(color.map(|part| part.to_string())));
    place.into_iter().flatten().chain(size).chain(color.into_iter().flatten())
}

fn key(of: &str, at: usize) -> String {
    format!("{of}_{at}")
}

fn data(xml: &mut Xml<impl Write>, of: &str, first: Cell, cells: &[Cell]) -> io::Result<()> {
    let all = [&first].into_iter().chain(cells).enumerate();
    for (at, cell) in all.filter(|(_, cell)| cell.is_known()) {
        xml.text("data", &[("key", &key(of, at))], &cell.to_string())?;
    }
    Ok(())
}
