//! Reading records that hold a list of results: a bucket of a usage report is an object with the
//! interval and, in a list, one object for each user, key or model. Every result becomes an
//! exchange of its own that has what the object around the list says, too.
//!
//! Usage reports are short: a record is read several times over rather than cleverly once.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::Reason;
use super::json::{json_reason, thorough, utf8};
use super::paths::PathTree;
use super::reader::{RecordReader, Shape};
use super::scalar::Scalar;
use super::surrogates;
use crate::model::Exchange;

/// Reads JSON records of one format, whose results are in a list.
pub(super) struct SpreadReader<S> {
    /// The key of the list.
    list: &'static str,
    /// What is wanted of a record and of a result.
    tree: PathTree,
    /// What becomes of a result.
    shape: S,
}

/// Why a record cannot be read.
enum Fault {
    Json(serde_json::Error),
    Reason(Reason),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<Fault> for Reason {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Json(error) => json_reason(&error),
            Fault::Reason(reason) => reason,
        }
    }
}

impl<S> SpreadReader<S> {
    /// A reader of the results under `list`. A record without that key is a result itself.
    pub fn new(list: &'static str, tree: PathTree, shape: S) -> Self {
        Self { list, tree, shape }
    }

    /// The results of a record, if it has a list of them.
    fn results<'a>(&self, text: &'a str) -> Result<Option<Vec<&'a RawValue>>, Fault> {
        let fields: HashMap<String, &RawValue> = serde_json::from_str(text)?;
        match fields.get(self.list).map(|list| list.get()) {
            None | Some("null") => Ok(None),
            Some(list) => serde_json::from_str(list)
                .map(Some)
                .map_err(|_| Fault::Reason(format!("{} is not a list", self.list).into())),
        }
    }
}

impl<S: Shape> SpreadReader<S> {
    fn each(&self, text: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Fault> {
        let mut around = vec![Scalar::Missing; self.tree.slots()];
        thorough(&self.tree, text, &mut around)?;
        let Some(results) = self.results(text)? else {
            return self.itself(&mut around, emit).map_err(Fault::Reason);
        };
        for result in results {
            let mut slots = around.clone();
            thorough(&self.tree, result.get(), &mut slots)?;
            self.shape.shape(&mut slots, emit).map_err(Fault::Reason)?;
        }
        Ok(())
    }

    /// The result that a record without a list is itself.
    fn itself<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let mut is_result = false;
        self.shape.shape(slots, &mut |exchange| {
            is_result = true;
            emit(exchange);
        })?;
        // A list that is empty says that nothing was counted; one that is lacking says nothing.
        if is_result { Ok(()) } else { Err(format!("{} missing", self.list).into()) }
    }

    /// All results or, when one of them cannot be read, none.
    fn all(&self, text: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Fault> {
        self.each(text, &mut |_| {})?;
        self.each(text, emit)
    }
}

impl<S: Shape> RecordReader for SpreadReader<S> {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let text = utf8(record)?;
        let read = match self.all(text, emit) {
            Err(Fault::Json(error)) if surrogates::is_cause(&error) => {
                self.all(&surrogates::mend(text), emit)
            }
            read => read,
        };
        Ok(read?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::paths::Capture;
    use crate::model::Text;

    /// Takes slot 0 for the account and slot 1 for the model.
    struct Pair;

    impl Shape for Pair {
        fn shape<'a>(
            &'a self,
            slots: &mut [Scalar<'a>],
            emit: &mut dyn FnMut(&Exchange<'_>),
        ) -> Result<(), Reason> {
            let mut text = |i: usize| std::mem::take(&mut slots[i]).into_text();
            let account_id = text(0).ok_or(Reason::Borrowed("account missing"))?;
            emit(&Exchange { account_id, model: text(1), ..Exchange::default() });
            Ok(())
        }
    }

    fn read(record: &str) -> Result<Vec<String>, Reason> {
        let mut tree = PathTree::default();
        tree.add("account", 0, Capture::Value);
        tree.add("model", 1, Capture::Value);
        let mut pairs = Vec::new();
        SpreadReader::new("results", tree, Pair).read(record.as_bytes(), &mut |e| {
            let model = e.model.as_ref().map_or("-", Text::as_str);
            pairs.push(format!("{} {model}", e.account_id.as_str()));
        })?;
        Ok(pairs)
    }

    #[test]
    fn a_record_that_neither_holds_nor_is_a_result_is_a_reject() {
        struct Nothing;
        impl Shape for Nothing {
            fn shape<'a>(
                &'a self,
                _: &mut [Scalar<'a>],
                _: &mut dyn FnMut(&Exchange<'_>),
            ) -> Result<(), Reason> {
                Ok(())
            }
        }
        let reader = SpreadReader::new("results", PathTree::default(), Nothing);
        let read = |record: &str| reader.read(record.as_bytes(), &mut |_| {});
        assert_eq!(read("{\"start\":1}"), Err("results missing".into()));
        assert_eq!(read("{\"start\":1,\"results\":[]}"), Ok(()));
    }

    #[test]
    fn every_result_is_an_exchange_with_what_is_said_around_the_list() {
        let record = r#"{"results":[{"model":"m"},{"model":"n","account":"b"},{}],"account":"a"}"#;
        assert_eq!(read(record).expect("read"), ["a m", "b n", "a -"]);
    }

    #[test]
    fn a_record_without_the_list_is_a_result_and_an_empty_list_is_none() {
        assert_eq!(read(r#"{"account":"a","model":"m"}"#).expect("read"), ["a m"]);
        assert_eq!(read(r#"{"account":"a","results":null}"#).expect("read"), ["a -"]);
        assert!(read(r#"{"account":"a","results":[]}"#).expect("read").is_empty());
    }

    #[test]
    fn one_result_that_cannot_be_read_refuses_the_record_and_nothing_is_given_out() {
        let mut given = 0;
        let mut tree = PathTree::default();
        tree.add("account", 0, Capture::Value);
        tree.add("model", 1, Capture::Value);
        let record = br#"{"results":[{"account":"a"},{"model":"m"}]}"#;
        let error = SpreadReader::new("results", tree, Pair).read(record, &mut |_| given += 1);
        assert_eq!((error, given), (Err("account missing".into()), 0));
    }

    #[test]
    fn what_is_no_list_or_no_object_is_a_reason_without_content() {
        let why = |record: &str| read(record).expect_err(record).into_owned();
        assert_eq!(why(r#"{"account":"a","results":"secret"}"#), "results is not a list");
        assert_eq!(
            why(r#"{"account":"a","results":[1]}"#),
            "the record is a number, not an object"
        );
        assert_eq!(why(r#"{"account":"a","results":[{"#), "JSON ends early");
        assert!(!why("\"secret\"").contains("secret"));
    }

    #[test]
    fn half_an_emoji_in_a_result_is_mended() {
        let record = r#"{"account":"a","results":[{"model":"m\ud83d"}]}"#;
        assert_eq!(read(record).expect("read"), ["a m\u{fffd}"]);
    }

    proptest! {
        #[test]
        fn results_are_those_that_a_parsed_value_has(
            around in prop::option::of("[a-c]{1,2}"),
            results in prop::collection::vec((prop::option::of("[a-c]{1,2}"), "[m-p\\u{e9}\"]{1,3}"), 0..5),
        ) {
            let list: Vec<_> = results
                .iter()
                .map(|(account, model)| serde_json::json!({ "account": account, "model": model }))
                .collect();
            let record = serde_json::json!({ "account": around, "x": [[]], "results": list });
            let naive: Option<Vec<String>> = results
                .iter()
                .map(|(account, model)| {
                    let account = account.as_ref().or(around.as_ref())?;
                    Some(format!("{account} {model}"))
                })
                .collect();
            prop_assert_eq!(read(&record.to_string()).ok(), naive);
        }
    }
}
