//! Configuration from the environment and `plaza.toml`, checked as a whole before anything starts.
//!
//! A bad value is named with what is expected, all of them at once, and a key that nobody knows is
//! refused: a typo must not silently mean the default. Secrets are never printed.

mod assistant;
mod cache;
mod job;
mod limit;
mod read;
mod replica;
mod secret;
mod tls;

pub use assistant::ModelConfig;
pub use cache::CacheConfig;
use ipnet::IpNet;
pub use job::JobConfig;
pub use limit::{LimitConfig, Rate};
use read::Source;
pub use read::{ConfigError, Problem};
pub use replica::ReplicaConfig;
pub use secret::Secret;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
pub use tls::TlsConfig;

/// What a deployment can set
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port to serve on
    pub listen: SocketAddr,
    /// Folder of the embedded database, the made secret and uploads
    pub data_dir: PathBuf,
    /// Signs tokens. None: embedded mode makes one and keeps it in the data folder
    pub secret: Option<Secret>,
    /// `postgres://…`; None: SQLite in the data folder
    pub database_url: Option<Secret>,
    /// Servers that replay what that database writes, which queries may read
    pub replicas: ReplicaConfig,
    /// `redis://…`, which carries what crosses machines; None: this server is alone
    pub redis_url: Option<Secret>,
    /// Connections to the database: readers on SQLite, all on PostgreSQL
    pub database_connections: u32,
    /// Origins that browsers may call from besides our own
    pub cors_origins: Vec<String>,
    /// Networks of our own proxies, which are believed about whom they speak for
    pub trusted_proxies: Vec<IpNet>,
    /// Certificate and key; None: plain HTTP
    pub tls: Option<TlsConfig>,
    /// Introspection and GraphiQL are on
    pub introspection: bool,
    /// Log filter, as `tracing` has it
    pub log: String,
    /// One JSON object a line instead of text
    pub log_json: bool,
    /// Where traces go by OTLP over HTTP; None: nowhere
    pub otlp_endpoint: Option<String>,
    /// Endpoint of a language model; None: the assistant answers without one
    pub assistant: Option<ModelConfig>,
    /// Replies of the assistant a person and day
    pub assistant_daily_limit: u32,
    /// How much somebody may ask for, and how much at once is done
    pub limits: LimitConfig,
    /// What is kept of what was read
    pub cache: CacheConfig,
    /// Jobs, and the files that they are given
    pub jobs: JobConfig,
}

/// What is expected of a limit of costs
const COST: &str = "cost at once and what of it comes back a second, such as 20000:500, or off";

/// Every key, as the environment and the file name it, with what is expected
pub const KEYS: &[(&str, &str, &str)] = &[
    ("PLAZA_LISTEN", "listen", "address and port, such as 127.0.0.1:8000"),
    ("PLAZA_DATA_DIR", "data_dir", "folder, such as data"),
    (
        "PLAZA_SECRET",
        "secret",
        "at least 32 characters of randomness, such as from `openssl rand -hex 32`",
    ),
    ("DATABASE_URL", "database_url", "postgres://user:password@host/database"),
    (
        "DATABASE_REPLICA_URLS",
        "database_replica_urls",
        "at most 16 of postgres://user:password@host/database separated by commas",
    ),
    ("PLAZA_REPLICA_MAX_LAG", "replica_max_lag", "number of seconds from 1 to 3600"),
    ("REDIS_URL", "redis_url", "redis://host:6379, or redis+cluster://host:6379,host:6379"),
    ("PLAZA_DATABASE_CONNECTIONS", "database_connections", "number from 1 to 1000"),
    (
        "PLAZA_CORS_ORIGINS",
        "cors_origins",
        "origins separated by commas, such as https://app.example.com",
    ),
    (
        "PLAZA_TRUSTED_PROXIES",
        "trusted_proxies",
        "addresses and networks of your own proxies separated by commas, such as 10.0.0.0/8,2001:db8::7",
    ),
    ("PLAZA_TLS_CERT", "tls_cert", "PEM file of the certificate and those above it"),
    ("PLAZA_TLS_KEY", "tls_key", "PEM file of the certificate's private key"),
    ("PLAZA_INTROSPECTION", "introspection", "true or false"),
    ("PLAZA_LOG", "log", "log filter, such as info or plaza=debug,warn"),
    ("PLAZA_LOG_FORMAT", "log_format", "text or json"),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "otlp_endpoint",
        "URL of an OTLP collector, such as http://127.0.0.1:4318",
    ),
    (
        "ASSISTANT_URL",
        "assistant_url",
        "http(s) URL without password or query, such as https://api.openai.com/v1",
    ),
    ("ASSISTANT_KEY", "assistant_key", "key of the endpoint at ASSISTANT_URL, one word of ASCII"),
    ("ASSISTANT_MODEL", "assistant_model", "name of a model there, such as gpt-4o-mini"),
    ("ASSISTANT_DAILY_LIMIT", "assistant_daily_limit", "number from 0 to 100000"),
    ("PLAZA_LIMIT_ADDRESS", "limit_address", COST),
    ("PLAZA_LIMIT_PERSON", "limit_person", COST),
    ("PLAZA_LIMIT_CLIENT", "limit_client", COST),
    ("PLAZA_LIMIT_SIGN_UP", "limit_sign_up", "number of accounts an hour, such as 10, or off"),
    (
        "PLAZA_LIMIT_QUESTIONS",
        "limit_questions",
        "number of questions a minute, such as 20, or off",
    ),
    ("PLAZA_OPERATIONS", "operations", "number from 1 to 100000, such as 32"),
    ("PLAZA_JOBS", "jobs", "number of jobs at a time from 0 to 64, such as 2"),
    (
        "PLAZA_UPLOAD_SIZE",
        "upload_size",
        "megabytes of the largest file from 1 to 1000, such as 32",
    ),
    ("PLAZA_CACHE_ROWS", "cache_rows", "on or off"),
    ("PLAZA_CACHE_ANSWERS", "cache_answers", "on or off"),
    ("PLAZA_CACHE_SIZE", "cache_size", "megabytes from 1 to 100000, such as 64"),
    ("PLAZA_CACHE_LIFETIME", "cache_lifetime", "seconds from 1 to 3600, such as 10"),
];

impl Config {
    /// Reads the environment over `plaza.toml`, where there is one.
    ///
    /// # Errors
    /// All keys that are unknown, and all values that are not what is expected.
    pub fn read() -> Result<Self, ConfigError> {
        Self::from_source(Source::read()?)
    }

    /// Reads these pairs alone, named as in the environment.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ConfigError> {
        Self::from_source(Source::from_pairs(pairs))
    }

    fn from_source(mut source: Source) -> Result<Self, ConfigError> {
        let database_url = source.parse("database_url", |text| {
            (text.starts_with("postgres://") || text.starts_with("postgresql://"))
                .then(|| Secret::new(text))
        });
        let scaled = database_url.is_some();
        let redis_url = source.parse("redis_url", |text| is_redis(text).then(|| Secret::new(text)));
        let cache = CacheConfig::read(&mut source, !scaled || redis_url.is_some());
        let config = Self {
            listen: source
                .parse("listen", |text| text.parse().ok())
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8000))),
            data_dir: source
                .parse("data_dir", |text| Some(PathBuf::from(text)))
                .unwrap_or_else(|| "data".into()),
            secret: source.parse("secret", |text| (text.len() >= 32).then(|| Secret::new(text))),
            database_url,
            replicas: ReplicaConfig::read(&mut source, scaled),
            redis_url,
            cache,
            database_connections: source
                .parse("database_connections", |text| {
                    text.parse().ok().filter(|n| (1..=1000).contains(n))
                })
                .unwrap_or(if scaled { 12 } else { 4 }),
            cors_origins: source.parse("cors_origins", origins).unwrap_or_default(),
            trusted_proxies: source.parse("trusted_proxies", networks).unwrap_or_default(),
            tls: TlsConfig::read(&mut source),
            introspection: source.parse("introspection", switch).unwrap_or(!scaled),
            log: source
                .parse("log", |text| {
                    text.parse::<tracing_subscriber::EnvFilter>().ok().map(|_| text.to_owned())
                })
                .unwrap_or_else(|| "info".to_owned()),
            log_json: source
                .parse("log_format", |text| match text {
                    "json" => Some(true),
                    "text" => Some(false),
                    _ => None,
                })
                .unwrap_or(scaled),
            otlp_endpoint: source.parse("otlp_endpoint", |text| {
                url::Url::parse(text).ok().filter(url::Url::has_host).map(|_| text.to_owned())
            }),
            assistant: ModelConfig::read(&mut source),
            assistant_daily_limit: source
                .parse("assistant_daily_limit", |text| text.parse().ok().filter(|n| *n <= 100_000))
                .unwrap_or(200),
            limits: LimitConfig::read(&mut source),
            jobs: JobConfig::read(&mut source),
        };
        if scaled && config.secret.is_none() {
            source.miss(
                "secret",
                "is demanded with DATABASE_URL, so that all servers sign with the same",
            );
        }
        source.finish(config)
    }

    /// The database's URL: PostgreSQL where set, else SQLite in the data folder.
    pub fn database(&self) -> String {
        match &self.database_url {
            Some(url) => url.expose().to_owned(),
            None => format!("sqlite:{}", self.data_dir.join("plaza.db").display()),
        }
    }

    /// Several servers may share the data
    pub fn is_scaled(&self) -> bool {
        self.database_url.is_some()
    }
}

/// One Redis, or the nodes of a Cluster
fn is_redis(text: &str) -> bool {
    let is_node = |node: String| url::Url::parse(&node).is_ok_and(|url| url.has_host());
    match text.strip_prefix("redis+cluster://") {
        Some(nodes) => nodes.split(',').all(|node| is_node(format!("redis://{node}"))),
        None => text.starts_with("redis://") && is_node(text.to_owned()),
    }
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "on" => Some(true),
        "false" | "0" | "off" => Some(false),
        _ => None,
    }
}

fn origins(text: &str) -> Option<Vec<String>> {
    text.split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
        .map(|origin| {
            let url = url::Url::parse(origin).ok()?;
            let origin_of_url = url.origin();
            (origin_of_url.is_tuple() && url.path() == "/")
                .then(|| origin_of_url.ascii_serialization())
        })
        .collect()
}

/// Addresses and networks. One that holds everybody would make a client's own word count.
fn networks(text: &str) -> Option<Vec<IpNet>> {
    let network = |part: &str| {
        let address = || part.parse::<IpAddr>().ok().map(|address| address.to_canonical().into());
        let network: IpNet = part.parse().ok().or_else(address)?;
        (network.prefix_len() > 0).then(|| network.trunc())
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
        match Config::from_pairs(pairs.iter().copied()) {
            Ok(_) => Vec::new(),
            Err(ConfigError(problems)) => {
                problems.iter().map(|problem| problem.key.clone()).collect()
            }
        }
    }

    #[test]
    fn nothing_set_is_embedded_mode() {
        let config = Config::from_pairs([]).expect("defaults hold");
        assert_eq!(config.database(), "sqlite:data/plaza.db");
        assert!(config.introspection);
    }

    #[test]
    fn all_bad_values_are_named_at_once() {
        assert_eq!(
            problems(&[
                ("PLAZA_LISTEN", "8000"),
                ("PLAZA_INTROSPECTION", "maybe"),
                ("PLAZA_SECRET", "short")
            ]),
            ["PLAZA_LISTEN", "PLAZA_SECRET", "PLAZA_INTROSPECTION"]
        );
    }

    #[test]
    fn scaled_mode_demands_the_secret() {
        assert_eq!(problems(&[("DATABASE_URL", "postgres://localhost/plaza")]), ["PLAZA_SECRET"]);
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert_eq!(problems(&[("PLAZA_LISTENN", "127.0.0.1:1")]), ["PLAZA_LISTENN"]);
    }

    #[test]
    fn trusted_proxies_are_addresses_and_networks_but_not_everybody() {
        let config = Config::from_pairs([(
            "PLAZA_TRUSTED_PROXIES",
            "10.1.2.3/8, 2001:db8::7,::ffff:192.0.2.1",
        )]);
        let trusted = config.expect("they hold").trusted_proxies;
        let written: Vec<_> = trusted.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["10.0.0.0/8", "2001:db8::7/128", "192.0.2.1/32"]);
        for bad in ["0.0.0.0/0", "10.0.0.0/33", "proxy.internal", "10.0.0.0/8;10.1.0.0/16", "::/0"]
        {
            assert_eq!(problems(&[("PLAZA_TRUSTED_PROXIES", bad)]), ["PLAZA_TRUSTED_PROXIES"]);
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let secret = "0123456789abcdef0123456789abcdef";
        let config = Config::from_pairs([("PLAZA_SECRET", secret)]).expect("long enough");
        assert!(!format!("{config:?}").contains(secret));
    }
}
