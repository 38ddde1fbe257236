//! Lighting up what was searched for in a record.

use super::shape::{Kind, Shaped, Token};

/// Cuts the places where one of the phrases stands out of their tokens, without regard to case,
/// as the record spells them: with the escapes of JSON.
pub fn light(shaped: &mut Shaped, phrases: &[String]) {
    let spelt: Vec<String> = phrases.iter().flat_map(|phrase| spellings(phrase)).collect();
    if spelt.is_empty() {
        return;
    }
    for line in &mut shaped.lines {
        let is_text = |token: &Token| matches!(token.kind, Kind::Text | Kind::Plain);
        if line.tokens.iter().any(is_text) {
            let tokens = std::mem::take(&mut line.tokens);
            for token in tokens {
                match is_text(&token) {
                    true => cut(token, &spelt, &mut line.tokens),
                    false => line.tokens.push(token),
                }
            }
        }
    }
}

/// A phrase in lower case as a log may spell it.
fn spellings(phrase: &str) -> Vec<String> {
    let plain = phrase.to_lowercase();
    let json = serde_json::to_string(&plain).unwrap_or_default();
    let escaped = json.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    let mut spelt = vec![plain.clone(), plain.replace('"', "\"\""), escaped];
    spelt.retain(|text| !text.is_empty());
    spelt.dedup();
    spelt
}

fn cut(token: Token, spelt: &[String], out: &mut Vec<Token>) {
    let lower = token.text.to_lowercase();
    // Letters that are longer in lower case would move the places.
    let lower =
        if lower.len() == token.text.len() { lower } else { token.text.to_ascii_lowercase() };
    let mut at = 0;
    let next = |from: usize| {
        let found = spelt.iter().filter_map(|s| Some((from + lower[from..].find(s)?, s.len())));
        found.min_by_key(|(start, length)| (*start, usize::MAX - length))
    };
    let is_edge = |i: usize| token.text.is_char_boundary(i);
    while let Some((start, length)) = next(at).filter(|(s, l)| is_edge(*s) && is_edge(s + l)) {
        if start > at {
            out.push(Token { kind: token.kind, text: token.text[at..start].to_owned() });
        }
        let text = token.text[start..start + length].to_owned();
        out.push(Token { kind: Kind::Found, text });
        at = start + length;
    }
    if at < token.text.len() {
        out.push(Token { kind: token.kind, text: token.text[at..].to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Paths, shape};
    use super::*;

    fn found(record: &str, phrase: &str) -> Vec<String> {
        let mut shaped = shape(record.as_bytes(), &Paths::new());
        let before: Vec<String> = texts(&shaped);
        light(&mut shaped, &[phrase.to_owned()]);
        assert_eq!(texts(&shaped), before, "nothing is lost");
        let tokens = shaped.lines.iter().flat_map(|line| &line.tokens);
        tokens.filter(|t| t.kind == Kind::Found).map(|t| t.text.clone()).collect()
    }

    fn texts(shaped: &Shaped) -> Vec<String> {
        let text =
            |line: &super::super::Line| line.tokens.iter().map(|t| t.text.as_str()).collect();
        shaped.lines.iter().map(text).collect()
    }

    #[test]
    fn a_phrase_is_lit_wherever_it_stands_in_a_text_and_not_in_keys() {
        let record = r#"{"thanks":"Many THANKS, thanks","n":1,"p":"say \"hi\" now","é":"Üé"}"#;
        assert_eq!(found(record, "thanks"), ["THANKS", "thanks"]);
        assert_eq!(found(record, "\"Hi\""), [r#"\"hi\""#]);
        assert_eq!(found(record, "üé"), ["Üé"]);
        assert_eq!(found(record, "nowhere"), Vec::<String>::new());
        assert_eq!(found("a,\"one \"\"two\"\"\"", "one \"two\""), ["one \"\"two\"\""]);
    }
}
