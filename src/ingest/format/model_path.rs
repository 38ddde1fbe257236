//! Telling calls of a model from whatever else goes through a gateway, by their path.

/// Ends of paths, without version and query, that ask a model for something.
const CALLS: [&str; 24] = [
    "/chat/completions",
    "/completions",
    "/responses",
    "/messages",
    "/complete",
    "/embeddings",
    "/embed",
    "/rerank",
    "/moderations",
    "/images/generations",
    "/images/edits",
    "/audio/speech",
    "/audio/transcriptions",
    "/audio/translations",
    "/api/chat",
    "/api/generate",
    "/invoke",
    "/invoke-with-response-stream",
    "/converse",
    "/converse-stream",
    ":generateContent",
    ":streamGenerateContent",
    ":predict",
    ":rawPredict",
];

/// Whether a path, or a URL, is that of a call of a model.
pub(super) fn is_model_call(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    CALLS.iter().any(|call| path.ends_with(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_known_by_the_end_of_their_path() {
        for path in [
            "/v1/chat/completions",
            "https://api.openai.com/v1/responses/",
            "/openai/deployments/d/chat/completions?api-version=2024-02-01",
            "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
            "/model/anthropic.claude-v2/invoke",
        ] {
            assert!(is_model_call(path), "{path}");
        }
        for path in ["/v1/models", "/mcp", "/v1/messages/count_tokens", "/", "", "/example-route"] {
            assert!(!is_model_call(path), "{path}");
        }
    }
}
