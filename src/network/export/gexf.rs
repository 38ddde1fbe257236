//! GEXF 1.3 (gexf.net), which Gephi reads.

use std::io::{self, Write};

use super::xml::Xml;
use super::{Cell, Column, Sheet, Type};

/// Writes a graph.
///
/// # Errors
/// The writer's.
pub fn write(out: impl Write, sheet: &Sheet) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    xml.open("gexf", &[("xmlns", "http://gexf.net/1.3"), ("version", "1.3")])?;
    xml.open("meta", &[("lastmodifieddate", &sheet.day)])?;
    xml.text("creator", &[], &format!("Stillwatch {}", env!("CARGO_PKG_VERSION")))?;
    xml.text("title", &[], &sheet.title)?;
    xml.text("description", &[], &sheet.description)?;
    xml.close("meta")?;
    xml.open("graph", &[("defaultedgetype", "undirected"), ("mode", "static")])?;
    columns(&mut xml, "node", &sheet.node_columns)?;
    columns(&mut xml, "edge", &sheet.line_columns)?;
    xml.open("nodes", &[("count", &sheet.nodes.len().to_string())])?;
    for (at, node) in sheet.nodes.iter().enumerate() {
        xml.open("node", &[("id", &at.to_string()), ("label", &node.label)])?;
        cells(&mut xml, &node.cells)?;
        xml.close("node")?;
    }
    xml.close("nodes")?;
    xml.open("edges", &[("count", &sheet.lines.len().to_string())])?;
    for (at, line) in sheet.lines.iter().enumerate() {
        let (id, a, b) = (at.to_string(), line.a.to_string(), line.b.to_string());
        let weight = Cell::Real(line.weight).to_string();
        let ends = [("id", &*id), ("source", &a), ("target", &b), ("weight", &weight)];
        xml.open("edge", &ends)?;
        cells(&mut xml, &line.cells)?;
        xml.close("edge")?;
    }
    xml.close("edges")?;
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

fn cells(xml: &mut Xml<impl Write>, cells: &[Cell]) -> io::Result<()> {
    xml.open("attvalues", &[])?;
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.is_known()) {
        xml.empty("attvalue", &[("for", &at.to_string()), ("value", &cell.to_string())])?;
    }
    xml.close("attvalues")
}
