//! Configuration: the environment, read once into typed values, one struct per concern.
//!
//! Every variable stands in `.env.example` with a comment. A secret may come from a file (`NAME_FILE`). All problems are
//! reported at once, each naming the variable and what would be right; no value of a secret is ever repeated.
//! What is absent: anything an office edits (words, targets, units); that is the catalog and `messages/`.

mod read;
mod zalo_oa;

pub use zalo_oa::ZaloOaConfig;

use read::Reader;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Looks a variable up; tests pass a table.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One secret of the process's environment that only the catalog names: `NAME`, or what stands in the file that
/// `NAME_FILE` gives. The file is read each time, so that a renewed secret needs no restart.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "only this room reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    read::named_secret(&|name| std::env::var(name).ok(), name)
}

/// Who uses the command line, as the machine calls the person: whoever became root by `sudo`, or the user. None where the
/// machine does not say, as in most containers. It is for the record and proves nothing.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "only this room reads the environment")]
pub fn operator() -> Option<String> {
    read::operator(&|name| std::env::var(name).ok())
}

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// The database.
    pub database: DatabaseConfig,
    /// What the office edits.
    pub office: OfficeConfig,
    /// The web page and the endpoints.
    pub http: HttpConfig,
    /// Telegram bots.
    pub telegram: TelegramConfig,
    /// Bots of Zalo's Bot Platform.
    pub zalo_bot: ZaloBotConfig,
    /// A Zalo Official Account; none switches it off.
    pub zalo_oa: Option<ZaloOaConfig>,
    /// How often sources are asked.
    pub poll_every: Duration,
    /// Logging.
    pub log: LogConfig,
}

/// The database.
#[derive(Debug)]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://…`; secret, because it may hold a password.
    pub url: SecretString,
}

/// What the office edits, and where it puts files.
#[derive(Debug, Default)]
pub struct OfficeConfig {
    /// Folder of the catalog's TOML files; the embedded one when absent.
    pub catalog_dir: Option<PathBuf>,
    /// Folder of message templates; the embedded ones when absent.
    pub messages_dir: Option<PathBuf>,
    /// Folder that is watched for new files.
    pub inbox_dir: Option<PathBuf>,
}

/// The web page and the endpoints.
#[derive(Debug)]
pub struct HttpConfig {
    /// Where to listen.
    pub addr: SocketAddr,
    /// How others reach the page, without a trailing slash.
    pub public_url: Option<String>,
    /// What the page and the API want to see; needed off loopback.
    pub web_token: Option<SecretString>,
}

/// How Telegram's updates come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenMode {
    /// We ask.
    Polling,
    /// The provider calls.
    Webhook,
}

/// Telegram bots.
#[derive(Debug)]
pub struct TelegramConfig {
    /// One lane each; empty switches the channel off.
    pub tokens: Vec<SecretString>,
    /// Base of the Bot API.
    pub api_url: String,
    /// HTTP or SOCKS5 proxy.
    pub proxy: Option<SecretString>,
    /// How updates come in.
    pub mode: ListenMode,
    /// What a webhook call has to carry.
    pub webhook_secret: Option<SecretString>,
}

/// Bots of Zalo's Bot Platform.
#[derive(Debug)]
pub struct ZaloBotConfig {
    /// One lane each; empty switches the channel off.
    pub tokens: Vec<SecretString>,
    /// Base of the API; the older host serves the same one.
    pub api_url: String,
    /// How events come in.
    pub mode: ListenMode,
    /// What a webhook call has to carry.
    pub webhook_secret: Option<SecretString>,
}

/// Logging.
#[derive(Debug)]
pub struct LogConfig {
    /// A filter such as `info` or `chitieu=debug,warn`; when absent, `info` for the service and `warn` for commands.
    pub filter: Option<String>,
    /// One JSON object a line instead of text.
    pub json: bool,
}

/// One thing that is wrong, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The variable.
    pub variable: String,
    /// What is wrong and what would be right.
    pub what: String,
}

/// Everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<ConfigProblem>);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}: {}", problem.variable, problem.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the process's environment (after `.env`, which never overrides what is set).
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        // A missing .env is the normal case; a broken one would silently lose every variable behind the fault.
        if let Err(error) = dotenvy::dotenv()
            && !error.not_found()
        {
            let what = "a line cannot be read; write NAME=value, with quotes around spaces".to_owned();
            return Err(ConfigError(vec![ConfigProblem { variable: ".env".to_owned(), what }]));
        }
        Self::from_lookup(&variable)
    }

    /// Reads from any table of variables.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn from_lookup(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(lookup);
        let config = Self {
            database: DatabaseConfig { url: reader.database_url("DATABASE_URL", "sqlite://data/chitieu.db") },
            office: OfficeConfig {
                catalog_dir: reader.folder("CATALOG_DIR"),
                messages_dir: reader.folder("MESSAGES_DIR"),
                inbox_dir: reader.folder("INBOX_DIR"),
            },
            http: HttpConfig {
                addr: reader.address("HTTP_ADDR", SocketAddr::from(([127, 0, 0, 1], 8350))),
                public_url: reader.url("PUBLIC_URL"),
                web_token: reader.secret("WEB_TOKEN", 8),
            },
            telegram: TelegramConfig {
                tokens: reader.secrets("TELEGRAM_BOT_TOKEN"),
                api_url: reader.url("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".to_owned()),
                proxy: reader.proxy("TELEGRAM_PROXY"),
                mode: reader.mode("TELEGRAM_MODE"),
                webhook_secret: reader.secret("TELEGRAM_WEBHOOK_SECRET", 8),
            },
            zalo_bot: ZaloBotConfig {
                tokens: reader.secrets("ZALO_BOT_TOKEN"),
                api_url: reader
                    .url("ZALO_BOT_API_URL")
                    .unwrap_or_else(|| "https://bot-api.zaloplatforms.com".to_owned()),
                mode: reader.mode("ZALO_BOT_MODE"),
                webhook_secret: reader.secret("ZALO_BOT_WEBHOOK_SECRET", 8),
            },
            zalo_oa: ZaloOaConfig::read(&mut reader),
            poll_every: reader.span("POLL_EVERY", Duration::from_secs(900)),
            log: LogConfig { filter: reader.text("LOG"), json: reader.log_json("LOG_FORMAT") },
        };
        if !config.http.addr.ip().is_loopback() && config.http.web_token.is_none() {
            reader.problem("WEB_TOKEN", "is not set, but HTTP_ADDR is reachable from other machines; set a long random text, or listen on 127.0.0.1");
        }
        if config.telegram.mode == ListenMode::Webhook && !config.telegram.tokens.is_empty() {
            if config.telegram.webhook_secret.is_none() {
                reader.problem(
                    "TELEGRAM_WEBHOOK_SECRET",
                    "is not set, but TELEGRAM_MODE is webhook; set a random text of A-Z, a-z, 0-9, _ and -",
                );
            }
            if config.http.public_url.is_none() {
                reader.problem("PUBLIC_URL", "is not set, but TELEGRAM_MODE is webhook; set the https address under which Telegram reaches this program");
            }
        }
        if config.zalo_bot.mode == ListenMode::Webhook && !config.zalo_bot.tokens.is_empty() {
            if config.zalo_bot.webhook_secret.is_none() {
                reader.problem(
                    "ZALO_BOT_WEBHOOK_SECRET",
                    "is not set, but ZALO_BOT_MODE is webhook; set a random text of 8 to 256 characters",
                );
            }
            if config.http.public_url.is_none() {
                reader.problem("PUBLIC_URL", "is not set, but ZALO_BOT_MODE is webhook; set the https address under which Zalo reaches this program");
            }
        }
        reader.finish(config)
    }

    /// All secrets, so that they can be struck out of anything that is printed.
    #[must_use]
    pub fn secrets(&self) -> Vec<&SecretString> {
        let mut secrets: Vec<&SecretString> = self.telegram.tokens.iter().collect();
        secrets.extend(self.telegram.webhook_secret.as_ref());
        secrets.extend(self.telegram.proxy.as_ref());
        secrets.extend(&self.zalo_bot.tokens);
        secrets.extend(self.zalo_bot.webhook_secret.as_ref());
        secrets.extend(self.zalo_oa.iter().flat_map(ZaloOaConfig::secrets));
        secrets.extend(self.http.web_token.as_ref());
        secrets.push(&self.database.url);
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(table: &[(&str, &str)]) -> Result<Config, String> {
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::from_lookup(&lookup).map_err(|e| e.to_string())
    }

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let config = read(&[]).unwrap();
        assert_eq!(config.database.url.expose_secret(), "sqlite://data/chitieu.db");
        assert_eq!(config.http.addr.to_string(), "127.0.0.1:8350");
        assert!(config.telegram.tokens.is_empty());
        assert_eq!(config.poll_every, Duration::from_secs(900));
    }

    #[test]
    fn every_problem_is_named_at_once_and_no_secret_is_repeated() {
        let error = read(&[
            ("DATABASE_URL", "mysql://u:hush-hush@host/db"),
            ("HTTP_ADDR", "everywhere"),
            ("POLL_EVERY", "soon"),
            ("TELEGRAM_PROXY", "ftp://me:hush-hush@host"),
            ("TELEGRAM_MODE", "carrier pigeon"),
            ("WEB_TOKEN", "hush"),
            ("LOG_FORMAT", "xml"),
            ("PUBLIC_URL", "example"),
        ])
        .unwrap_err();
        assert!(!error.contains("hush"), "{error}");
        for variable in [
            "DATABASE_URL",
            "HTTP_ADDR",
            "POLL_EVERY",
            "TELEGRAM_PROXY",
            "TELEGRAM_MODE",
            "WEB_TOKEN",
            "LOG_FORMAT",
            "PUBLIC_URL",
        ] {
            assert_eq!(
                error.lines().filter(|l| l.starts_with(&format!("{variable}: "))).count(),
                1,
                "{variable} in {error}"
            );
        }
    }

    #[test]
    fn off_loopback_a_token_is_needed() {
        assert!(read(&[("HTTP_ADDR", "0.0.0.0:80")]).unwrap_err().starts_with("WEB_TOKEN: "));
        assert!(read(&[("HTTP_ADDR", "0.0.0.0:80"), ("WEB_TOKEN", "long enough")]).is_ok());
    }

    #[test]
    fn several_bots_are_separated_by_commas_and_a_secret_may_come_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        std::fs::write(&path, "1:aaa, 2:bbb\n").unwrap();
        let config = read(&[("TELEGRAM_BOT_TOKEN_FILE", path.to_str().unwrap())]).unwrap();
        let tokens: Vec<_> = config.telegram.tokens.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(tokens, ["1:aaa", "2:bbb"]);
        let error = read(&[("WEB_TOKEN_FILE", "/nowhere/at/all")]).unwrap_err();
        assert!(error.starts_with("WEB_TOKEN_FILE: "), "{error}");
    }

    #[test]
    fn a_secret_that_only_the_catalog_names_is_read_anew_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let table = [("WEB_TOKEN_FILE", path.to_str().unwrap()), ("TELEGRAM_PROXY", " Bearer x "), ("PUBLIC_URL", "")];
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let secret = |name: &str| super::read::named_secret(&lookup, name);
        assert_eq!(secret("WEB_TOKEN"), None, "there is no such file yet");
        for value in ["Bearer first", "Bearer second"] {
            std::fs::write(&path, format!("{value}\n")).unwrap();
            assert_eq!(secret("WEB_TOKEN").as_deref(), Some(value));
        }
        assert_eq!(
            (secret("TELEGRAM_PROXY").as_deref(), secret("PUBLIC_URL"), secret("ZALO_BOT_TOKEN")),
            (Some("Bearer x"), None, None)
        );
    }

    #[test]
    fn zalo_bots_are_read_like_telegrams() {
        let config =
            read(&[("ZALO_BOT_TOKEN", "1:aaa,2:bbb"), ("ZALO_BOT_API_URL", "https://bot-api.zapps.me/")]).unwrap();
        let tokens: Vec<_> = config.zalo_bot.tokens.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!((tokens, config.zalo_bot.api_url.as_str()), (vec!["1:aaa", "2:bbb"], "https://bot-api.zapps.me"));
        assert_eq!(config.secrets().len(), 3, "two tokens and the database");
        assert_eq!(read(&[]).unwrap().zalo_bot.api_url, "https://bot-api.zaloplatforms.com");
        let error = read(&[("ZALO_BOT_TOKEN", "1:hush"), ("ZALO_BOT_MODE", "webhook")]).unwrap_err();
        let named: Vec<_> = error.lines().filter_map(|line| line.split(": ").next()).collect();
        assert_eq!(named, ["ZALO_BOT_WEBHOOK_SECRET", "PUBLIC_URL"]);
        assert!(!error.contains("hush"), "{error}");
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let config = read(&[
            ("TELEGRAM_BOT_TOKEN", "123:hush"),
            ("ZALO_BOT_TOKEN", "123:hush"),
            ("ZALO_BOT_WEBHOOK_SECRET", "hush-hush-hush"),
            ("WEB_TOKEN", "hush-hush-hush"),
            ("DATABASE_URL", "postgres://u:hush@h/d"),
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hush"));
    }
}
