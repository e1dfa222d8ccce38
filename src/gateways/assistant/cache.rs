//! Equal asks have equal answers, for ten minutes.
//!
//! The key is everything that was said, with what tools gave: other data is another ask, so an old
//! answer is never shown over new data. The person who asks is no part of it. Nor are the ids of
//! calls, which the endpoint draws anew each time: a result belongs to the call at a position.

use super::ask::{Ask, Call, Said};
use super::limits::Limits;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// SHA-256 of an ask
pub(super) type Key = [u8; 32];

/// A whole answer
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// As the endpoint names it
    pub model: String,
    pub text: String,
    pub calls: Vec<Call>,
}

/// Answers by what was asked
pub(super) struct Cache(moka::sync::Cache<Key, Arc<Outcome>>);

impl Cache {
    pub(super) fn new(limits: &Limits) -> Self {
        let cache = moka::sync::Cache::builder()
            .weigher(|_, outcome: &Arc<Outcome>| outcome.weight())
            .max_capacity(limits.remembered)
            .time_to_live(limits.remembered_for)
            .build();
        Self(cache)
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Outcome>> {
        self.0.get(key)
    }

    pub(super) fn keep(&self, key: Key, outcome: Outcome) {
        self.0.insert(key, Arc::new(outcome));
    }
}

impl Outcome {
    /// Bytes, with what the entry itself takes
    fn weight(&self) -> u32 {
        let of_call = |call: &Call| 72 + call.id.len() + call.name.len() + call.arguments.len();
        let calls: usize = self.calls.iter().map(of_call).sum();
        u32::try_from(250 + self.model.len() + self.text.len() + calls).unwrap_or(u32::MAX)
    }
}

/// The key of an ask to a model
pub(super) fn key(model: &str, ask: &Ask) -> Key {
    let mut positions: HashMap<&str, usize> = HashMap::new();
    let mut count = 0;
    let mut said = Vec::with_capacity(ask.said.len());
    for one in &ask.said {
        said.push(match one {
            Said::System(text) => json!(["system", text]),
            Said::Person(text) => json!(["person", text]),
            Said::Assistant { text, calls } => {
                for call in calls {
                    positions.insert(&call.id, count);
                    count += 1;
                }
                let of_call = |call: &Call| json!([call.name, call.arguments]);
                json!(["assistant", text, calls.iter().map(of_call).collect::<Vec<Value>>()])
            }
            Said::Result { call, json } => match positions.get(call.as_str()) {
                Some(position) => json!(["result", position, json]),
                None => json!(["result", call, json]),
            },
        });
    }
    let tools = ask.tools.iter().map(|tool| json!([tool.name, tool.description, tool.parameters]));
    // As JSON, so that no text can pass for the end of one and the beginning of the next.
    let all = json!([model, said, tools.collect::<Vec<Value>>()]);
    Sha256::digest(all.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::super::ask::Tool;
    use super::*;

    fn call(id: &str, arguments: &str) -> Call {
        Call { id: id.to_owned(), name: "find".to_owned(), arguments: arguments.to_owned() }
    }

    fn result(call: &str, json: &str) -> Said {
        Said::Result { call: call.to_owned(), json: json.to_owned() }
    }

    fn ask(said: Vec<Said>) -> Key {
        key("m", &Ask { said, tools: Arc::new([]), person: "p".to_owned() })
    }

    fn two_calls([one, two]: [&str; 2], results: [Said; 2]) -> Key {
        let calls = vec![call(one, "1"), call(two, "2")];
        let [first, second] = results;
        ask(vec![Said::Assistant { text: String::new(), calls }, first, second])
    }

    #[test]
    fn ids_of_calls_make_no_difference_but_their_results_do() {
        let known = two_calls(["a", "b"], [result("a", "x"), result("b", "y")]);
        assert_eq!(known, two_calls(["c", "d"], [result("c", "x"), result("d", "y")]));
        assert_ne!(known, two_calls(["a", "b"], [result("b", "x"), result("a", "y")]));
        assert_ne!(known, two_calls(["a", "b"], [result("a", "x"), result("b", "z")]));
    }

    #[test]
    fn who_says_it_and_where_it_ends_make_a_difference() {
        let person = |text: &str| Said::Person(text.to_owned());
        assert_ne!(ask(vec![person("a")]), ask(vec![Said::System("a".to_owned())]));
        assert_ne!(ask(vec![person("a"), person("b")]), ask(vec![person("ab")]));
        assert_ne!(ask(vec![person("a\",\"b")]), ask(vec![person("a"), person("b")]));
    }

    #[test]
    fn model_and_tools_make_a_difference_and_the_person_does_not() {
        let tool =
            |description| Tool { name: "find", description, parameters: json!({"a": 1, "b": 2}) };
        let ask = |tool: Tool, person: &str| Ask {
            said: Vec::new(),
            tools: Arc::new([tool]),
            person: person.to_owned(),
        };
        let known = key("m", &ask(tool("x"), "p"));
        assert_eq!(known, key("m", &ask(tool("x"), "q")));
        assert_ne!(known, key("n", &ask(tool("x"), "p")));
        assert_ne!(known, key("m", &ask(tool("y"), "p")));
    }

    #[test]
    fn what_is_too_large_in_all_is_forgotten() {
        let cache = Cache::new(&Limits { remembered: 3000, ..Limits::default() });
        for number in 0..10 {
            let outcome =
                Outcome { model: String::new(), text: "x".repeat(750), calls: Vec::new() };
            cache.keep([number; 32], outcome);
        }
        cache.0.run_pending_tasks();
        assert!(cache.0.weighted_size() <= 3000 && cache.0.entry_count() > 0);
    }
}
