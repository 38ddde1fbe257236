//! XML with text that is not trusted.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Writes elements.
pub struct Xml<W: Write>(Writer<W>);

impl<W: Write> Xml<W> {
    /// A document in UTF-8.
    ///
    /// # Errors
    /// The writer's, as of all that follows.
    pub fn new(out: W) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(out, b' ', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// Begins an element.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))
    }

    /// Ends one.
    pub fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element without anything in it.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Empty(start(name, attributes)))
    }

    /// An element with text in it.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(&allowed(text))))?;
        self.close(name)
    }

    /// Ends the document.
    pub fn finish(self) -> io::Result<()> {
        let mut out = self.0.into_inner();
        out.write_all(b"\n")?;
        out.flush()
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, &*allowed(value)));
    }
    element
}

/// Characters that XML 1.0 (section 2.2) does not have become the replacement character.
pub fn allowed(text: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    match text.chars().all(is_allowed) {
        true => Cow::Borrowed(text),
        false => {
            let put = |c| if is_allowed(c) { c } else { char::REPLACEMENT_CHARACTER };
            Cow::Owned(text.chars().map(put).collect())
        }
    }
}
