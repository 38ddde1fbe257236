//! GEXF 1.3 (gexf.net), which Gephi reads.

use std::io::{self, Write};

use super::xml::Xml;
use super::{Cell, Column, Line, Node, Sheet, Type};

/// The namespaces, the last one for how nodes are drawn. networkx asks for just this one beside that
/// of 1.3; Gephi writes it with `www.` and reads either.
const SPACE: (&str, &str) = ("xmlns", "http://gexf.net/1.3");
const VIZ: (&str, &str) = ("xmlns:viz", "http://gexf.net/1.3/viz");

/// Writes a graph.
///
/// # Errors
/// The writer's.
pub fn write(out: impl Write, sheet: &Sheet) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    match sheet.nodes.iter().any(Node::is_drawn) {
        true => xml.open("gexf", &[SPACE, VIZ, ("version", "1.3")])?,
        false => xml.open("gexf", &[SPACE, ("version", "1.3")])?,
    }
    xml.open("meta", &[("lastmodifieddate", &sheet.day)])?;
    xml.text("creator", &[], &format!("Stillwatch {}", env!("CARGO_PKG_VERSION")))?;
    xml.text("title", &[], &sheet.title)?;
    xml.text("description", &[], &sheet.description)?;
    xml.close("meta")?;
    xml.open("graph", &[("defaultedgetype", "undirected"), ("mode", "static")])?;
    columns(&mut xml, "node", &sheet.node_columns)?;
    columns(&mut xml, "edge", &sheet.line_columns)?;
    nodes(&mut xml, &sheet.nodes)?;
    lines(&mut xml, &sheet.lines)?;
    xml.close("graph")?;
    xml.close("gexf")?;
    xml.finish()
}

fn columns(xml: &mut Xml<impl Write>, class: &str, columns: &[Column]) -> io::Result<()> {
    xml.open("attributes", &[("class", class), ("mode", "static")])?;
    for (at, column) in columns.iter().enumerate() {
        let holds = match column.holds {
            Type::Text => "string",
            Type::Whole => "long",
            Type::Real => "double",
        };
        let id = at.to_string();
        xml.empty("attribute", &[("id", &id), ("title", column.name), ("type", holds)])?;
    }
    xml.close("attributes")
}

fn nodes(xml: &mut Xml<impl Write>, nodes: &[Node]) -> io::Result<()> {
    xml.open("nodes", &[("count", &nodes.len().to_string())])?;
    for (at, node) in nodes.iter().enumerate() {
        xml.open("node", &[("id", &at.to_string()), ("label", &node.label)])?;
        cells(xml, &node.cells)?;
        look(xml, node)?;
        xml.close("node")?;
    }
    xml.close("nodes")
}

fn lines(xml: &mut Xml<impl Write>, lines: &[Line]) -> io::Result<()> {
    xml.open("edges", &[("count", &lines.len().to_string())])?;
    for (at, line) in lines.iter().enumerate() {
        let (id, a, b) = (at.to_string(), line.a.to_string(), line.b.to_string());
        let weight = Cell::Real(line.weight).to_string();
        let ends = [("id", &*id), ("source", &a), ("target", &b), ("weight", &weight)];
        xml.open("edge", &ends)?;
        cells(xml, &line.cells)?;
        xml.close("edge")?;
    }
    xml.close("edges")
}

fn cells(xml: &mut Xml<impl Write>, cells: &[Cell]) -> io::Result<()> {
    xml.open("attvalues", &[])?;
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.is_known()) {
        xml.empty("attvalue", &[("for", &at.to_string()), ("value", &cell.to_string())])?;
    }
    xml.close("attvalues")
}

/// How a node is drawn; Gephi's size is a radius.
fn look(xml: &mut Xml<impl Write>, node: &Node) -> io::Result<()> {
    if let Some(size) = node.size() {
        xml.empty("viz:size", &[("value", &size.to_string())])?;
    }
    if let Some([x, y]) = node.upright() {
        let (x, y) = (x.to_string(), y.to_string());
        xml.empty("viz:position", &[("x", &x), ("y", &y), ("z", "0.0")])?;
    }
    if let Some(color) = node.color {
        let [r, g, b] = color.map(|part| part.to_string());
        xml.empty("viz:color", &[("r", &r), ("g", &g), ("b", &b)])?;
    }
    Ok(())
}
