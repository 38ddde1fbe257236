//! One exchange before it is written.

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Answered,
    /// Answered by declining.
    Refused,
    /// Too many calls of this account.
    Limited,
    /// The service is overloaded.
    Overloaded,
    /// The call was malformed.
    Invalid,
    /// The service failed.
    Failed,
}

impl Outcome {
    /// HTTP status.
    pub fn status(self) -> u64 {
        match self {
            Self::Answered | Self::Refused => 200,
            Self::Limited => 429,
            Self::Overloaded => 529,
            Self::Invalid => 400,
            Self::Failed => 500,
        }
    }

    /// What the log calls the failure.
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::Answered | Self::Refused => None,
            Self::Limited => Some("rate_limit_error"),
            Self::Overloaded => Some("overloaded_error"),
            Self::Invalid => Some("invalid_request_error"),
            Self::Failed => Some("api_error"),
        }
    }

    /// Whether there is an answer.
    pub fn is_answered(self) -> bool {
        self.error().is_none()
    }
}

/// One exchange.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// When, µs; whole milliseconds.
    pub at_us: i64,
    /// Position of the account.
    pub account: u32,
    /// Position of the words in the world.
    pub words: u16,
    /// Turn of the conversation, from 0.
    pub turn: u16,
    /// Key of the conversation.
    pub session: u64,
    /// What it is about.
    pub item: u64,
    /// Where the draws of its content start; also its request id.
    pub draw: u64,
    /// Key of the reasoning block issued with the answer; 0: none.
    pub issued: u64,
    /// Key of the reasoning block submitted with the prompt; 0: none.
    pub replayed: u64,
    /// Number of the end user; 0: none is named.
    pub user: u32,
    /// Position in [`MODELS`](super::super::world::MODELS).
    pub model: u8,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it collects answers to train on.
    pub is_harvest: bool,
    /// Whether it is part of what its network does, not of the account's own life.
    pub is_grouped: bool,
}

impl Call {
    /// The order of a log.
    pub fn place(&self) -> (i64, u64) {
        (self.at_us, self.draw)
    }
}
