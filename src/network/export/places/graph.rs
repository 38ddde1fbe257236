//! Places of GEXF and GraphML.
//!
//! Elements are told by their names, whatever prefix they have, as Gephi does. Nothing outside the
//! file is read and no entity is expanded but those that XML itself has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Gathered, NUMBERS, Problem, line_at, number, printed, short};
use crate::network::export::upright;

/// The deepest nesting; Gephi and yEd stay below 20.
const DEEPEST: usize = 256;

/// The most keys of GraphML that are told apart: those of labels and places.
const MOST_KEYS: usize = 1024;

const BROKEN: &str = "Save the graph again: the file is damaged or was cut off.";

/// What a text says of a node; of names, the least counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Name(u8),
    X,
    Y,
}

const LABEL: Role = Role::Name(0);
const DRAWN_LABEL: Role = Role::Name(2);
const ID: Role = Role::Name(3);

/// The role of data by the name of its key.
fn role(name: &str) -> Option<Role> {
    let is = |other| name.eq_ignore_ascii_case(other);
    match () {
        () if is("label") => Some(LABEL),
        () if is("name") => Some(Role::Name(1)),
        () if is("x") => Some(Role::X),
        () if is("y") => Some(Role::Y),
        () => None,
    }
}

/// A node that has not ended.
#[derive(Default)]
struct Node {
    name: Option<(u8, String)>,
    /// Its data; y points up.
    x: Option<f32>,
    y: Option<f32>,
    /// Where its element of drawing puts it; y points down.
    drawn: Option<[f32; 2]>,
}

impl Node {
    /// Takes a text; a sentence where it should be a number and is none.
    fn take(&mut self, role: Role, text: &str) -> Result<(), String> {
        match role {
            Role::X => self.x = self.x.or(number(text)?),
            Role::Y => self.y = self.y.or(number(text)?),
            Role::Name(rank) => {
                // yEd may break lines around what it draws.
                let text = if role == DRAWN_LABEL { text.trim() } else { text };
                let is_better = self.name.as_ref().is_none_or(|(best, _)| rank < *best);
                if is_better && !text.is_empty() {
                    self.name = Some((rank, text.to_owned()));
                }
            }
        }
        Ok(())
    }

    fn end(self, gathered: &mut Gathered) -> Result<(), Problem> {
        let place = self.drawn.or(self.x.zip(self.y).map(|(x, y)| upright([x, y])));
        gathered.put(self.name.map(|(_, name)| name).unwrap_or_default(), place)
    }
}

/// A file that is being read.
struct Walk<'a> {
    text: &'a str,
    /// Where the event begins.
    at: usize,
    deep: usize,
    keys: BTreeMap<String, Role>,
    /// What data and drawings belong to: nodes, or something else that has them.
    owners: Vec<Option<Node>>,
    /// The text that is being read, up to the next element.
    taking: Option<(Role, String)>,
}

/// Reads a graph.
pub(super) fn read(text: &str, gathered: &mut Gathered) -> Result<(), Problem> {
    let mut reader = Reader::from_str(text);
    let (keys, owners) = (BTreeMap::new(), Vec::new());
    let mut walk = Walk { text, at: 0, deep: 0, keys, owners, taking: None };
    let mut is_begun = false;
    loop {
        walk.at = position(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let at = position(reader.error_position());
            walk.broken(at, broken_xml(&error))
        })?;
        if let (false, Event::Start(root) | Event::Empty(root)) = (is_begun, &event) {
            walk.root(root)?;
            is_begun = true;
        }
        if let Event::Eof = event {
            return walk.end(is_begun);
        }
        walk.event(&event, gathered)?;
    }
}

fn broken_xml(error: &dyn std::error::Error) -> String {
    format!("The XML is broken: {}.", printed(&error.to_string(), 160))
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Walk<'_> {
    fn broken(&self, at: usize, what: String) -> Problem {
        Problem::new(line_at(self.text.as_bytes(), at), what, BROKEN)
    }

    fn no_number(&self, what: String) -> Problem {
        Problem::new(line_at(self.text.as_bytes(), self.at), what, NUMBERS)
    }

    fn root(&self, root: &BytesStart<'_>) -> Result<(), Problem> {
        let name = root.local_name();
        if ["gexf", "graphml"].contains(&name.as_ref()) {
            return Ok(());
        }
        let what = format!("The file is neither GEXF nor GraphML, but {}.", short(name.as_ref()));
        Err(Problem::new(0, what, "Choose a graph that was saved with places of nodes."))
    }

    fn end(&self, is_begun: bool) -> Result<(), Problem> {
        match self.deep {
            0 if is_begun => Ok(()),
            0 => Err(self.broken(0, "The file has no element of XML.".into())),
            _ => Err(self.broken(self.at, "The file ends in the middle of the graph.".into())),
        }
    }

    fn event(&mut self, event: &Event<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        match event {
            Event::Start(element) => {
                self.start(element)?;
                self.deep += 1;
                if self.deep > DEEPEST {
                    let what = format!("Elements are nested more than {DEEPEST} deep.");
                    return Err(self.broken(self.at, what));
                }
            }
            Event::Empty(element) => {
                self.start(element)?;
                self.taken()?;
                self.close(element.local_name().as_ref(), gathered)?;
            }
            Event::End(element) => {
                self.taken()?;
                self.deep = self.deep.saturating_sub(1);
                self.close(element.local_name().as_ref(), gathered)?;
            }
            Event::Text(text) => self.more(&text.xml10_content()),
            Event::CData(text) => self.more(&text.xml10_content()),
            Event::GeneralRef(to) => self.refer(to)?,
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Problem> {
        self.taken()?;
        match element.local_name().as_ref() {
            "node" => self.node(element)?,
            name if is_owner(name) => self.owners.push(None),
            "key" => self.key(element)?,
            "data" => {
                let key = self.attribute(element, "key")?;
                let role = key.and_then(|key| self.keys.get(&*key).copied());
                self.taking = role.map(|role| (role, String::new()));
            }
            "NodeLabel" => self.taking = Some((DRAWN_LABEL, String::new())),
            "position" => self.drawn(element, |[x, y], _| upright([x, y]))?,
            "Geometry" => self.drawn(element, |[x, y], [w, h]| [x + w / 2.0, y + h / 2.0])?,
            _ => {}
        }
        Ok(())
    }

    fn node(&mut self, element: &BytesStart<'_>) -> Result<(), Problem> {
        let mut node = Node::default();
        for (role, name) in [(LABEL, "label"), (ID, "id")] {
            let text = self.attribute(element, name)?.unwrap_or_default();
            node.take(role, &text).map_err(|what| self.no_number(what))?;
        }
        self.owners.push(Some(node));
        Ok(())
    }

    /// Remembers a key of GraphML, if it says what we look for. What it is for does not matter: data
    /// of lines stand in lines.
    fn key(&mut self, element: &BytesStart<'_>) -> Result<(), Problem> {
        let Some(id) = self.attribute(element, "id")? else { return Ok(()) };
        let name = self.attribute(element, "attr.name")?.unwrap_or_else(|| id.clone());
        if let Some(role) = role(&name).filter(|_| self.keys.len() < MOST_KEYS) {
            self.keys.insert(id.into_owned(), role);
        }
        Ok(())
    }

    /// Takes the first place that an element of drawing gives a node; `of` makes it from the corner
    /// and the width and height.
    fn drawn(
        &mut self,
        element: &BytesStart<'_>,
        of: fn([f32; 2], [f32; 2]) -> [f32; 2],
    ) -> Result<(), Problem> {
        if self.owner().is_none_or(|node| node.drawn.is_some()) {
            return Ok(());
        }
        let (x, y) = (self.number(element, "x")?, self.number(element, "y")?);
        let width = self.number(element, "width")?.unwrap_or_default();
        let height = self.number(element, "height")?.unwrap_or_default();
        let place = x.zip(y).map(|(x, y)| of([x, y], [width, height]));
        if place.is_some_and(|place| !place.iter().all(|value| value.is_finite())) {
            return Err(self.no_number("A place is not finite.".into()));
        }
        if let Some(node) = self.owner() {
            node.drawn = place;
        }
        Ok(())
    }

    fn owner(&mut self) -> Option<&mut Node> {
        self.owners.last_mut()?.as_mut()
    }

    fn number(&self, element: &BytesStart<'_>, name: &str) -> Result<Option<f32>, Problem> {
        let text = self.attribute(element, name)?.unwrap_or_default();
        number(&text).map_err(|what| self.no_number(what))
    }

    /// The first attribute of a name.
    fn attribute<'e>(
        &self,
        element: &'e BytesStart<'_>,
        name: &str,
    ) -> Result<Option<Cow<'e, str>>, Problem> {
        // The check for names that stand twice takes the square of their number.
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.broken(self.at, broken_xml(&error)))?;
            if attribute.key.as_ref() == name {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                return value.map(Some).map_err(|_| self.unknown(&attribute.value));
            }
        }
        Ok(None)
    }

    fn unknown(&self, text: &str) -> Problem {
        let what = format!("An entity of the file's own is not expanded: {}.", short(text));
        let hint = "Save the graph without a document type and entities.";
        Problem::new(line_at(self.text.as_bytes(), self.at), what, hint)
    }

    fn more(&mut self, text: &str) {
        if let Some((_, taken)) = &mut self.taking {
            taken.push_str(text);
        }
    }

    /// A reference within a text: to a character, or to an entity that XML itself has.
    fn refer(&mut self, to: &BytesRef<'_>) -> Result<(), Problem> {
        if self.taking.is_none() {
            return Ok(());
        }
        let character = match (to.resolve_char_ref().ok().flatten(), &**to) {
            (Some(character), _) => character,
            (None, "lt") => '<',
            (None, "gt") => '>',
            (None, "amp") => '&',
            (None, "apos") => '\'',
            (None, "quot") => '"',
            (None, other) => return Err(self.unknown(&format!("&{other};"))),
        };
        self.more(character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    /// Ends the text that is being read.
    fn taken(&mut self) -> Result<(), Problem> {
        let Some((role, text)) = self.taking.take() else { return Ok(()) };
        let taken = self.owner().map_or(Ok(()), |node| node.take(role, &text));
        taken.map_err(|what| self.no_number(what))
    }

    fn close(&mut self, name: &str, gathered: &mut Gathered) -> Result<(), Problem> {
        if name != "node" && !is_owner(name) {
            return Ok(());
        }
        match self.owners.pop().flatten() {
            Some(node) => node.end(gathered),
            None => Ok(()),
        }
    }
}

/// Whether an element other than a node has data or drawings of its own.
fn is_owner(name: &str) -> bool {
    ["edge", "hyperedge", "port", "graph"].contains(&name)
}
