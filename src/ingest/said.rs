//! What a prompt or an answer says, apart from the JSON that it is packed in.
//!
//! Chat logs keep a list of messages, each with a role and a content that may be a list of blocks.
//! Its text is what stands in the blocks, one below the other.

use std::borrow::Cow;

use serde_json::Value;

/// Keys whose values name, number or sign something and say nothing.
const SILENT: [&str; 14] = [
    "role",
    "type",
    "id",
    "name",
    "tool_use_id",
    "tool_call_id",
    "call_id",
    "index",
    "media_type",
    "mime_type",
    "mimeType",
    "cache_control",
    "signature",
    "finish_reason",
];

/// Keys that tell a message, or a block of one, from any other object.
const OF_A_MESSAGE: [&str; 4] = ["role", "content", "parts", "text"];

/// Who speaks where a message is an instruction for all of a conversation, and no prompt.
const INSTRUCTS: [&str; 2] = ["system", "developer"];

/// The text that is said: of messages and their blocks what stands in them, anything else as it
/// is. The instruction that a list of messages begins with is none of them, where others follow.
pub(super) fn said(text: &str) -> Cow<'_, str> {
    let is_nested = matches!(text.trim_start().as_bytes().first(), Some(b'[' | b'{'));
    let value = is_nested.then(|| serde_json::from_str::<Value>(text).ok()).flatten();
    match value.filter(is_messages) {
        Some(value) => {
            let mut out = String::with_capacity(text.len());
            match value.as_array().map(|messages| parted(messages)) {
                Some((_, said)) => said.iter().for_each(|message| collect(message, &mut out)),
                None => collect(&value, &mut out),
            }
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// The instruction that a list of messages begins with: what `system` holds where it stands beside the
/// messages. `None` where there is none, or nothing else.
pub(super) fn instruction(text: &str) -> Option<String> {
    // Most lists have none, and need not be built to see that.
    let may_have = text.trim_start().starts_with('[')
        && INSTRUCTS
            .iter()
            .any(|role| memchr::memmem::find(text.as_bytes(), role.as_bytes()).is_some());
    let value = may_have.then(|| serde_json::from_str::<Value>(text).ok()).flatten()?;
    let messages = value.as_array().filter(|_| is_messages(&value))?;
    let mut out = String::new();
    parted(messages).0.iter().for_each(|message| collect(message, &mut out));
    (!out.is_empty()).then_some(out)
}

/// The instructions that messages begin with, and what is said then; nothing of the first where
/// nothing follows.
fn parted(messages: &[Value]) -> (&[Value], &[Value]) {
    let role = |message: &Value| message.get("role").and_then(Value::as_str).map(str::to_owned);
    let instructs =
        |message: &&Value| role(message).is_some_and(|r| INSTRUCTS.contains(&r.as_str()));
    let first = messages.iter().take_while(instructs).count();
    messages.split_at(if first < messages.len() { first } else { 0 })
}

fn is_messages(value: &Value) -> bool {
    match value {
        Value::Object(object) => OF_A_MESSAGE.iter().any(|key| object.contains_key(*key)),
        Value::Array(items) => {
            !items.is_empty()
                && items.iter().all(|item| match item {
                    Value::Array(_) => false,
                    item => item.is_string() || is_messages(item),
                })
        }
        _ => false,
    }
}

fn collect(value: &Value, out: &mut String) {
    match value {
        Value::String(text) if !text.is_empty() => {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(text);
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        Value::Object(object) => {
            for (key, value) in object {
                if !SILENT.contains(&key.as_str()) {
                    collect(value, out);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_stands_in_their_blocks() {
        let messages = r#"[{"role":"user","content":"say \"hi\""},
            {"role":"assistant","content":[{"type":"text","text":"hi\nthere"},
            {"type":"tool_use","id":"t1","name":"run","input":{"cmd":"ls"}}]}]"#;
        assert_eq!(said(messages), "say \"hi\"\nhi\nthere\nls");
        assert_eq!(said(r#"{"parts":[{"text":"a"},{"text":"b"}],"role":"user"}"#), "a\nb");
        assert_eq!(said(r#"["one","two"]"#), "one\ntwo");
    }

    #[test]
    fn the_instruction_of_a_conversation_is_not_what_is_asked_in_it() {
        let messages = r#"[{"role":"system","content":"Be kind."},
            {"role":"developer","content":[{"type":"text","text":"Be brief."}]},
            {"role":"user","content":"Hi"},{"role":"system","content":"late"}]"#;
        assert_eq!(said(messages), "Hi\nlate");
        assert_eq!(instruction(messages).as_deref(), Some("Be kind.\nBe brief."));
        let alone = r#"[{"role":"system","content":"Be kind."}]"#;
        assert_eq!((said(alone).as_ref(), instruction(alone)), ("Be kind.", None));
        let talk = r#"[{"role":"user","content":"my system is slow"}]"#;
        assert_eq!((said(talk).as_ref(), instruction(talk)), ("my system is slow", None));
        assert_eq!(instruction("system"), None);
    }

    #[test]
    fn what_is_no_message_is_said_as_it_stands() {
        for text in ["hello", "", "[1, 2]", "{\"order\":5}", "[broken", "[]", "{}", "[[\"a\"]]"] {
            assert_eq!(said(text), text);
        }
    }
}
