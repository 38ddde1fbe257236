//! What stands for text that is hidden: how long it was.

const BEFORE: &str = "[masked: ";
const ONE: &str = " character]";
const MANY: &str = " characters]";

/// What stands for a text: `[masked: 214 characters]`. Nothing stays nothing, and what is a mask
/// already stays itself.
pub(super) fn mask(text: &str) -> String {
    if text.is_empty() || is_mask(text) {
        return text.to_owned();
    }
    let count = text.chars().count();
    format!("{BEFORE}{count}{}", if count == 1 { ONE } else { MANY })
}

fn is_mask(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(BEFORE) else { return false };
    let count = rest.strip_suffix(MANY).or_else(|| rest.strip_suffix(ONE));
    count.is_some_and(|n| !n.is_empty() && n.len() <= 20 && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_says_how_long_a_text_was_and_is_masked_once() {
        assert_eq!(mask("é".repeat(214).as_str()), "[masked: 214 characters]");
        assert_eq!(mask("x"), "[masked: 1 character]");
        assert_eq!(mask(""), "");
        assert_eq!(mask(&mask("abc")), "[masked: 3 characters]");
        assert_eq!(mask("[masked: x characters]"), "[masked: 22 characters]");
    }
}
