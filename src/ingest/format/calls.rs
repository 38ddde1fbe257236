//! Which requests to a web server are calls of a model, by method and path.

use std::borrow::Cow;

/// Ends of paths behind which a model answers, whatever stands before them.
const CALLS: [&str; 17] = [
    "/chat/completions",
    "/completions",
    "/embeddings",
    "/v1/messages",
    "/v1/complete",
    "/v1/responses",
    "/openai/responses",
    "/rerank",
    "/moderations",
    "/images/generations",
    "/images/edits",
    "/audio/speech",
    "/audio/transcriptions",
    "/audio/translations",
    "/api/generate",
    "/api/chat",
    "/api/embed",
];

/// Ends of paths that say as much where everything goes to models, but not on any web server.
const CALLS_OF_A_GATEWAY: [&str; 8] = [
    "/responses",
    "/messages",
    "/complete",
    "/embed",
    "/invoke",
    "/invoke-with-response-stream",
    "/converse",
    "/converse-stream",
];

/// Verbs of `models/NAME:VERB` that make the model work; counting tokens does not.
const VERBS: [&str; 9] = [
    "generateContent",
    "streamGenerateContent",
    "embedContent",
    "batchEmbedContents",
    "predict",
    "rawPredict",
    "streamRawPredict",
    "serverStreamingPredict",
    "generateMessage",
];

/// Last parts of `/model/ID/…` of Bedrock's runtime.
const OPERATIONS: [&str; 4] =
    ["invoke", "invoke-with-response-stream", "converse", "converse-stream"];

/// A call of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// The model, where the path names it.
    pub model: Option<Cow<'a, str>>,
}

/// Whether a path, or a URL, of a gateway to models is that of a call of a model.
pub(super) fn is_model_call(url: &str) -> bool {
    let path = split_query(url).0.trim_end_matches('/');
    call("POST", path).is_some() || CALLS_OF_A_GATEWAY.iter().any(|end| path.ends_with(end))
}

/// What a request calls, if it is a call of a model. `path` has no query.
pub(super) fn call<'a>(method: &str, path: &'a str) -> Option<Call<'a>> {
    if method != "POST" {
        return None;
    }
    let path = path.trim_end_matches('/');
    if let Some((_, rest)) = path.rsplit_once("/models/")
        && let Some((name, verb)) = rest.rsplit_once(':')
    {
        return VERBS.contains(&verb).then(|| Call { model: name_of(name) });
    }
    if let Some((_, rest)) = path.rsplit_once("/model/")
        && let Some((name, operation)) = rest.rsplit_once('/')
    {
        return OPERATIONS.contains(&operation).then(|| Call { model: name_of(name) });
    }
    if !CALLS.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    let deployment = path.split_once("/deployments/").and_then(|(_, rest)| rest.split('/').next());
    Some(Call { model: deployment.and_then(name_of) })
}

fn name_of(name: &str) -> Option<Cow<'_, str>> {
    (!name.is_empty()).then(|| decoded(name))
}

/// A path without its query, and the query.
pub(super) fn split_query(target: &str) -> (&str, &str) {
    let path = target.split('#').next().unwrap_or_default();
    path.split_once('?').unwrap_or((path, ""))
}

/// The value of a key that a client put into the address, where all who read the log see it.
pub(super) fn key_in_query(query: &str) -> Option<&str> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let is_key = |name: &str| matches!(name, "key" | "api_key" | "api-key" | "apikey");
    pairs.find(|(name, value)| is_key(name) && !value.is_empty()).map(|(_, value)| value)
}

/// `%XX` as the characters they stand for; left as it is where they are not UTF-8.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_models_are_known_by_their_path_and_named_where_the_path_names_them() {
        for (path, model) in [
            ("/v1/chat/completions", None),
            ("/proxy/openai/v1/chat/completions/", None),
            ("/v1/messages", None),
            ("/v1/responses", None),
            ("/v1/completions", None),
            ("/v1/embeddings", None),
            ("/api/generate", None),
            ("/api/chat", None),
            ("/openai/deployments/gpt-4o-eu/chat/completions", Some("gpt-4o-eu")),
            ("/v1beta/models/gemini-1.5-pro:streamGenerateContent", Some("gemini-1.5-pro")),
            ("/v1/projects/p/locations/l/publishers/google/models/m:predict", Some("m")),
            (
                "/model/anthropic.claude-3-sonnet-20240229-v1%3A0/invoke",
                Some("anthropic.claude-3-sonnet-20240229-v1:0"),
            ),
            ("/model/x/converse-stream", Some("x")),
        ] {
            let found = call("POST", path).expect(path);
            assert_eq!(found.model.as_deref(), model, "{path}");
        }
    }

    #[test]
    fn calls_through_a_gateway_are_known_by_the_end_of_their_path() {
        for path in [
            "/v1/chat/completions",
            "https://api.openai.com/v1/responses/",
            "/openai/deployments/d/chat/completions?api-version=2024-02-01",
            "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
            "/model/anthropic.claude-v2/invoke",
            "/anthropic/messages",
        ] {
            assert!(is_model_call(path), "{path}");
        }
        for path in ["/v1/models", "/mcp", "/v1/messages/count_tokens", "/", "", "/example-route"] {
            assert!(!is_model_call(path), "{path}");
        }
    }

    #[test]
    fn what_only_asks_about_models_is_no_call() {
        for (method, path) in [
            ("GET", "/v1/models"),
            ("POST", "/v1/messages/count_tokens"),
            ("POST", "/v1beta/models/gemini-1.5-pro:countTokens"),
            ("POST", "/v1/files"),
            ("OPTIONS", "/v1/chat/completions"),
            ("GET", "/v1/chat/completions"),
            ("POST", "/model/x/status"),
            ("POST", "/api/pull"),
            ("POST", "/blog/v1/messages.html"),
        ] {
            assert_eq!(call(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn a_key_in_the_address_is_found_and_the_query_is_no_part_of_the_path() {
        let (path, query) = split_query("/v1beta/models/m:generateContent?alt=sse&key=AIza1#x");
        assert_eq!(
            (path, key_in_query(query)),
            ("/v1beta/models/m:generateContent", Some("AIza1"))
        );
        assert_eq!(key_in_query("keys=1&key="), None);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(decoded("a%3Ab%2"), "a:b%2");
        assert_eq!(decoded("%ff"), "%ff");
    }
}
