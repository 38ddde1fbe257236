//! From filter text to the tree.
//!
//! ```text
//! any   = all ("OR" all)*
//! all   = unary ("AND"? unary)*
//! unary = ("-" | "NOT") unary | "(" any ")" | phrase | field | word
//! field = name (":" | "=") value ("," value)* | name (">" | ">=" | "<" | "<=") value
//! ```
//!
//! Recursive descent with a depth limit: filters come from command lines and case files, and a
//! thousand parentheses must not end the program.

use ipnet::IpNet;

use super::error::{CharSpan, FilterError};
use super::field::ValueKind;
use super::pattern::is_escapable;
use super::read_value::{Sign, read};
use super::{Expr, FilterField, Pattern, Term};

/// Parentheses and negations inside each other.
const MAX_DEPTH: usize = 100;
/// Characters of a filter; a list of every account of a large case fits.
const MAX_CHARS: usize = 8 << 20;

/// A value as it stands in the text.
pub(super) struct Token {
    /// The literal pieces between stars.
    pub pieces: Vec<String>,
    /// Whether it stood in quotes, which keep keywords and ranges from being read.
    pub quoted: bool,
    /// Where it stands.
    pub at: CharSpan,
}

impl Token {
    /// The text with stars.
    pub fn plain(&self) -> String {
        self.pieces.join("*")
    }
}

/// A network or one address, as a filter may write it; the host bits are cut off.
pub(super) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .ok()
        .or_else(|| text.parse::<std::net::IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical())))
        .map(|net| net.trunc())
}

/// Reads a whole text; `None` when it is blank.
pub(super) fn parse(text: &str) -> Result<Option<Expr>, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_CHARS {
        return Err(FilterError::whole(format!(
            "the filter is longer than {MAX_CHARS} characters"
        ))
        .hint("tag the accounts and filter by tag:name"));
    }
    let mut parser = Parser { chars, pos: 0, depth: 0 };
    parser.skip_space();
    if parser.peek().is_none() {
        return Ok(None);
    }
    let expr = parser.any()?;
    match parser.peek() {
        None => Ok(Some(expr)),
        // `any` stops only at the end or at a parenthesis that nothing opened.
        Some(_) => Err(FilterError::at("this ) closes nothing", parser.here(1))
            .hint("remove it, or quote text that contains it")),
    }
}

struct Parser {
    chars: Vec<char>,
    pos: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.pos).copied()
    }

    fn here(&self, len: usize) -> CharSpan {
        CharSpan { start: self.pos, len: len.min(self.chars.len() - self.pos) }
    }

    fn since(&self, start: usize) -> CharSpan {
        CharSpan { start, len: self.pos - start }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.pos += 1;
        }
    }

    /// Whether the upper-case keyword stands here as a word of its own.
    fn at_keyword(&self, word: &str) -> bool {
        let end = self.pos + word.len();
        self.chars.get(self.pos..end).is_some_and(|here| here.iter().copied().eq(word.chars()))
            && self.chars.get(end).is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')'))
    }

    fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.at_keyword(word);
        if found {
            self.pos += word.len();
            self.skip_space();
        }
        found
    }

    fn any(&mut self) -> Result<Expr, FilterError> {
        let mut parts = vec![self.all()?];
        while self.take_keyword("OR") {
            parts.push(self.all()?);
        }
        Ok(Expr::any(parts).expect("one alternative was read"))
    }

    fn all(&mut self) -> Result<Expr, FilterError> {
        let mut parts = vec![self.unary()?];
        loop {
            self.skip_space();
            let joined = self.take_keyword("AND");
            let ends = self.peek().is_none_or(|c| c == ')') || self.at_keyword("OR");
            if ends && !joined {
                return Ok(Expr::all(parts).expect("one condition was read"));
            }
            parts.push(self.unary()?);
        }
    }

    fn unary(&mut self) -> Result<Expr, FilterError> {
        self.skip_space();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::at("parentheses are nested too deep", self.here(1)));
        }
        let expr = self.unary_inner()?;
        self.depth -= 1;
        Ok(expr)
    }

    fn unary_inner(&mut self) -> Result<Expr, FilterError> {
        if self.take_keyword("NOT") {
            return Ok(self.unary()?.negated());
        }
        match self.peek() {
            Some('-') => {
                self.pos += 1;
                Ok(self.unary()?.negated())
            }
            Some('(') => self.group(),
            Some('"') => {
                let token = self.quoted()?;
                Ok(Expr::Phrase(token.plain()))
            }
            None => Err(self.nothing_here("the filter ends where a condition is expected")),
            Some(')') => Err(self.nothing_here("a condition is expected before this )")),
            Some(_) if self.at_keyword("OR") || self.at_keyword("AND") => {
                Err(self.nothing_here("a condition is expected before this word"))
            }
            Some(_) => self.field_or_word(),
        }
    }

    fn nothing_here(&self, message: &str) -> FilterError {
        FilterError::at(message, self.here(1)).hint("write field:value, such as model:atlas-4*")
    }

    fn group(&mut self) -> Result<Expr, FilterError> {
        let open = self.here(1);
        self.pos += 1;
        let expr = self.any()?;
        if self.peek() != Some(')') {
            return Err(FilterError::at("this ( is never closed", open).hint("add a )"));
        }
        self.pos += 1;
        Ok(expr)
    }

    fn field_or_word(&mut self) -> Result<Expr, FilterError> {
        let name_len = self.chars[self.pos..]
            .iter()
            .take_while(|c| c.is_ascii_alphabetic() || **c == '_')
            .count();
        let sign = self.sign_at(self.pos + name_len);
        match sign {
            Some((sign, sign_len)) if name_len > 0 => {
                let at = self.here(name_len);
                let name: String = self.chars[at.start..at.start + name_len].iter().collect();
                let field = known_field(&name, at)?;
                self.pos += name_len + sign_len;
                self.field_term(field, sign)
            }
            Some((_, len)) => {
                Err(FilterError::at("a field is expected before this sign", self.here(len))
                    .hint("write tokens>1000"))
            }
            None => {
                let token = self.bare(&[])?;
                Ok(Expr::Word(Pattern::from_pieces(token.pieces)))
            }
        }
    }

    /// The comparison sign at a position, and its length with the spaces around it: people
    /// write `tokens > 1000`. A colon has no spaces before it, and only `>` and `<` after.
    fn sign_at(&self, at: usize) -> Option<(Sign, usize)> {
        let spaces = |from: usize| self.chars[from..].iter().take_while(|c| **c == ' ').count();
        let before = spaces(at);
        let or_equal = self.chars.get(at + before + 1) == Some(&'=');
        let (sign, len) = match (self.chars.get(at + before)?, or_equal) {
            (':' | '=', _) if before == 0 => return Some((Sign::Equal, 1)),
            ('>', true) => (Sign::AtLeast, 2),
            ('>', false) => (Sign::Over, 1),
            ('<', true) => (Sign::AtMost, 2),
            ('<', false) => (Sign::Under, 1),
            _ => return None,
        };
        Some((sign, before + len + spaces(at + before + len)))
    }

    fn field_term(&mut self, field: FilterField, sign: Sign) -> Result<Expr, FilterError> {
        let def = field.def();
        if sign != Sign::Equal && !def.kind.is_ordered() {
            let message = format!("{} has no order, so it cannot be compared", def.name);
            return Err(FilterError::at(message, self.since(self.pos - 1))
                .hint(format!("write {}", def.example)));
        }
        let mut values = Vec::new();
        loop {
            let token = self.value(field)?;
            values.push(read(def, sign, &token)?);
            if sign != Sign::Equal || self.peek() != Some(',') {
                break;
            }
            self.pos += 1;
        }
        Ok(Expr::Term(Term { field, values }))
    }

    fn value(&mut self, field: FilterField) -> Result<Token, FilterError> {
        let token = match self.peek() {
            Some('"') => self.quoted()?,
            _ => self.bare(&[','])?,
        };
        if !token.quoted && token.plain().is_empty() {
            let def = field.def();
            return Err(FilterError::at(format!("{} needs a value", def.name), self.here(1))
                .hint(format!("write {}", def.example)));
        }
        let glued = self.peek().filter(|c| match c {
            '"' | '(' => true,
            c => token.quoted && !c.is_whitespace() && !matches!(c, ',' | ')'),
        });
        if let Some(c) = glued {
            let error = FilterError::at(format!("{c} in the middle of a value"), self.here(1));
            return Err(error.hint("put the whole value in quotes"));
        }
        Ok(token)
    }

    /// Text up to a space, parenthesis, quote or one of `stops`.
    fn bare(&mut self, stops: &[char]) -> Result<Token, FilterError> {
        let start = self.pos;
        let mut pieces = vec![String::new()];
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') || stops.contains(&c) {
                break;
            }
            self.push_char(c, &mut pieces);
        }
        Ok(Token { pieces, quoted: false, at: self.since(start) })
    }

    fn quoted(&mut self) -> Result<Token, FilterError> {
        let start = self.pos;
        self.pos += 1;
        let mut pieces = vec![String::new()];
        loop {
            match self.peek() {
                None => {
                    let at = CharSpan { start, len: 1 };
                    return Err(FilterError::at("this \" is never closed", at).hint("add a \""));
                }
                Some('"') => break,
                Some(c) => self.push_char(c, &mut pieces),
            }
        }
        self.pos += 1;
        Ok(Token { pieces, quoted: true, at: self.since(start) })
    }

    /// Adds one character, or one escape, or starts a new piece at a star.
    fn push_char(&mut self, c: char, pieces: &mut Vec<String>) {
        let next = self.chars.get(self.pos + 1).copied();
        let escaped = if c == '\\' { next.filter(|n| is_escapable(*n)) } else { None };
        self.pos += if escaped.is_some() { 2 } else { 1 };
        if c == '*' {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(escaped.unwrap_or(c));
        }
    }
}

fn known_field(name: &str, at: CharSpan) -> Result<FilterField, FilterError> {
    if let Some(field) = FilterField::parse(name) {
        return Ok(field);
    }
    let error = FilterError::at(format!("unknown field \"{name}\""), at);
    Err(match FilterField::nearest(name) {
        Some(nearest) => error.suggest(nearest),
        None => {
            error.hint("fields are account, model, ip, tokens, time, status, …; put text in quotes")
        }
    })
}

/// Whether values of the kind may be quoted text.
pub(super) fn takes_text(kind: ValueKind) -> bool {
    matches!(kind, ValueKind::Id | ValueKind::Name | ValueKind::Address)
}
