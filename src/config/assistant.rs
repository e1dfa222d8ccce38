//! The language model's endpoint, where one is set.

use super::Secret;
use super::read::Source;
use url::Url;

/// An endpoint that speaks OpenAI's protocol
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Base of its paths, such as `https://api.openai.com/v1`
    pub url: Url,
    /// Sent as a bearer token; None: the endpoint needs none
    pub key: Option<Secret>,
    /// Which of its models
    pub model: String,
}

impl ModelConfig {
    /// None: no endpoint is set
    pub(super) fn read(source: &mut Source) -> Option<Self> {
        let url = source.parse("assistant_url", base);
        let key = source.parse("assistant_key", |text| {
            text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| Secret::new(text))
        });
        let model = source.parse("assistant_model", |text| {
            (!text.is_empty() && text.len() <= 200).then(|| text.to_owned())
        });
        let url = url?;
        if model.is_none() {
            source.miss("assistant_model", "is demanded with ASSISTANT_URL");
        }
        Some(Self { url, key, model: model? })
    }
}

/// A URL that paths can be added to. User and password would end up in logs.
fn base(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigError};

    const URL: (&str, &str) = ("ASSISTANT_URL", "https://api.openai.com/v1");
    const MODEL: (&str, &str) = ("ASSISTANT_MODEL", "gpt-4o-mini");

    #[track_caller]
    fn refuses(pairs: &[(&str, &str)], key: &str) {
        let Err(ConfigError(problems)) = Config::from_pairs(pairs.iter().copied()) else {
            panic!("{pairs:?} is taken");
        };
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].key, key);
    }

    #[test]
    fn without_a_url_there_is_no_endpoint() {
        let config = Config::from_pairs([]).expect("defaults hold");
        assert!(config.assistant.is_none());
        assert_eq!(config.assistant_daily_limit, 200);
    }

    #[test]
    fn an_endpoint_needs_a_model_and_may_need_a_key() {
        let config = Config::from_pairs([URL, MODEL]).expect("they hold");
        assert!(config.assistant.is_some_and(|model| model.key.is_none()));
        refuses(&[URL], "ASSISTANT_MODEL");
    }

    #[test]
    fn a_url_is_http_with_a_host_and_nothing_secret() {
        for url in [
            "api.openai.com/v1",
            "ftp://example.com/v1",
            "http://",
            "https://user:password@example.com/v1",
            "https://example.com/v1?key=secret",
        ] {
            refuses(&[("ASSISTANT_URL", url), MODEL], "ASSISTANT_URL");
        }
    }

    #[test]
    fn a_key_is_one_word_and_is_not_printed() {
        refuses(&[URL, MODEL, ("ASSISTANT_KEY", "two words")], "ASSISTANT_KEY");
        let config = Config::from_pairs([URL, MODEL, ("ASSISTANT_KEY", "sk-12345")]);
        assert!(!format!("{:?}", config.expect("it holds")).contains("12345"));
    }

    #[test]
    fn the_daily_limit_is_a_number_within_bounds() {
        for (text, limit) in [("0", 0), ("100000", 100_000)] {
            let config = Config::from_pairs([("ASSISTANT_DAILY_LIMIT", text)]).expect("it holds");
            assert_eq!(config.assistant_daily_limit, limit);
        }
        for text in ["100001", "-1", "many"] {
            refuses(&[("ASSISTANT_DAILY_LIMIT", text)], "ASSISTANT_DAILY_LIMIT");
        }
    }
}
