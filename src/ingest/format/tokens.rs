//! Token counts as sources report them, brought to one meaning: input with what was read from
//! and written to a cache, output with reasoning.
//!
//! Providers differ. OpenAI's input holds the cached part and its output the reasoning;
//! Anthropic counts what it read from and wrote to a cache apart; Gemini counts thoughts apart.
//! Gateways pass on whatever their provider said.

/// What a source says of one call. Missing is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Input tokens.
    pub input: Option<u64>,
    /// Output tokens.
    pub output: Option<u64>,
    /// Read from a cache.
    pub cached: Option<u64>,
    /// Written to a cache.
    pub written: Option<u64>,
    /// Spent on reasoning.
    pub reasoning: Option<u64>,
    /// All of it, as the source adds it up.
    pub total: Option<u64>,
}

impl Usage {
    /// For sources whose input leaves out what went through a cache.
    pub fn with_cache_apart(self) -> Self {
        let cache = self.cache();
        Self { input: self.input.map(|input| input.saturating_add(cache)), ..self }
    }

    /// For sources that pass on what any provider said. Parts were counted apart where only that
    /// adds up to the total; without a total, where a part is larger than the whole.
    pub fn settled(self) -> Self {
        let (input, output) = (self.input.unwrap_or(0), self.output.unwrap_or(0));
        let (cache, reasoning) = (self.cache(), self.reasoning.unwrap_or(0));
        let parts = [(0, 0), (cache, 0), (0, reasoning), (cache, reasoning)];
        let adds_up = |(cache, reasoning): &(u64, u64)| {
            let sum = [input, output, *cache, *reasoning].into_iter().fold(0, u64::saturating_add);
            Some(sum) == self.total
        };
        let by_size = || {
            (if cache > input { cache } else { 0 }, if reasoning > output { reasoning } else { 0 })
        };
        let (more_input, more_output) = parts.into_iter().find(adds_up).unwrap_or_else(by_size);
        Self {
            input: self.input.map(|input| input.saturating_add(more_input)),
            output: self.output.map(|output| output.saturating_add(more_output)),
            ..self
        }
    }

    /// The same without counts, where all there is are zeros: no call has neither input nor
    /// output, but exporters fill in zeros for what they do not know.
    pub fn without_empty(self) -> Self {
        let counts = [self.input, self.output, self.total];
        if counts.iter().all(|count| count.unwrap_or(0) == 0) { Self::default() } else { self }
    }

    fn cache(self) -> u64 {
        self.cached.unwrap_or(0).saturating_add(self.written.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, output: u64, cached: u64, reasoning: u64, total: Option<u64>) -> Usage {
        let (cached, reasoning) = (Some(cached), Some(reasoning));
        Usage { input: Some(input), output: Some(output), cached, written: None, reasoning, total }
    }

    fn settled(usage: Usage) -> (Option<u64>, Option<u64>) {
        let settled = usage.settled();
        (settled.input, settled.output)
    }

    #[test]
    fn an_input_that_holds_its_cached_part_stays() {
        // OpenAI: 1000 are 400 cached, 100 written and 500 others.
        let openai = Usage { written: Some(100), ..usage(1_000, 200, 400, 50, Some(1_200)) };
        assert_eq!(settled(openai), (Some(1_000), Some(200)));
        assert_eq!(settled(usage(1_000, 200, 400, 50, None)), (Some(1_000), Some(200)));
    }

    #[test]
    fn a_cached_part_that_was_counted_apart_is_added() {
        // Anthropic: 3 fresh, 400 read, 100 written, 200 answered.
        let anthropic = Usage { written: Some(100), ..usage(3, 200, 400, 0, None) };
        assert_eq!(settled(anthropic), (Some(503), Some(200)));
        assert_eq!(anthropic.with_cache_apart().input, Some(503));
        let with_total = Usage { total: Some(1_700), ..usage(1_000, 200, 500, 0, None) };
        assert_eq!(settled(with_total), (Some(1_500), Some(200)));
    }

    #[test]
    fn thoughts_that_were_counted_apart_are_added_to_the_output() {
        // Gemini: 3 asked, 29 answered, 901 thought.
        assert_eq!(settled(usage(3, 29, 0, 901, Some(933))), (Some(3), Some(930)));
        assert_eq!(settled(usage(3, 29, 0, 901, None)), (Some(3), Some(930)));
        // The same counted the other way, as instrumentation that adds them itself reports it.
        assert_eq!(settled(usage(6, 2_055, 0, 1_104, Some(2_061))), (Some(6), Some(2_055)));
    }

    #[test]
    fn what_is_missing_stays_missing_and_zeros_alone_are_nothing() {
        assert_eq!(Usage::default().settled(), Usage::default());
        let cached = Usage { cached: Some(5), ..Usage::default() };
        assert_eq!(cached.with_cache_apart().input, None);
        assert_eq!(usage(0, 0, 0, 0, Some(0)).without_empty(), Usage::default());
        assert_eq!(usage(0, 7, 0, 0, None).without_empty().output, Some(7));
        assert_eq!(settled(usage(u64::MAX, 1, u64::MAX, 9, Some(0))).0, Some(u64::MAX));
    }
}
