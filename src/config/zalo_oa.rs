//! The Zalo Official Account: all of it or nothing.

use super::read::Reader;
use secrecy::SecretString;

/// A Zalo Official Account with group messages.
#[derive(Debug)]
pub struct ZaloOaConfig {
    /// The application's id; public.
    pub app_id: String,
    /// Renews tokens: the header `secret_key` of that call.
    pub app_secret: SecretString,
    /// Signs what Zalo tells our webhook.
    pub secret_key: SecretString,
    /// The first refresh token; the next ones are in the database.
    pub refresh_token: SecretString,
    /// Base of the API.
    pub api_url: String,
    /// Base of the renewals.
    pub oauth_url: String,
}

impl ZaloOaConfig {
    /// Zalo's own API.
    const API_URL: &str = "https://openapi.zalo.me";
    /// Zalo's own way to tokens.
    const OAUTH_URL: &str = "https://oauth.zaloapp.com";

    /// None when none of the four is set; with some of them, the missing ones are problems.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let app_id = reader.text("ZALO_OA_APP_ID");
        let app_secret = reader.secret("ZALO_OA_APP_SECRET", 8);
        let secret_key = reader.secret("ZALO_OA_SECRET_KEY", 8);
        let refresh_token = reader.secret("ZALO_OA_REFRESH_TOKEN", 8);
        let api_url = reader.url("ZALO_OA_API_URL").unwrap_or_else(|| Self::API_URL.to_owned());
        let oauth_url = reader.url("ZALO_OA_OAUTH_URL").unwrap_or_else(|| Self::OAUTH_URL.to_owned());
        let set = [app_id.is_some(), app_secret.is_some(), secret_key.is_some(), refresh_token.is_some()];
        if !set.contains(&true) {
            return None;
        }
        let of = "is not set, but another ZALO_OA_… variable is; set";
        for (variable, set, what) in [
            ("ZALO_OA_APP_ID", set[0], "the application's id, which is digits"),
            ("ZALO_OA_APP_SECRET", set[1], "the application's secret"),
            ("ZALO_OA_SECRET_KEY", set[2], "the Official Account's secret key, which signs webhooks"),
            ("ZALO_OA_REFRESH_TOKEN", set[3], "the first refresh token"),
        ] {
            // What is set and wrong was named when it was read.
            if !set && !reader.has_problem(variable) {
                reader.problem(variable, format!("{of} {what}"));
            }
        }
        if let Some(id) = &app_id
            && !(id.len() <= 24 && id.bytes().all(|byte| byte.is_ascii_digit()))
        {
            reader.problem("ZALO_OA_APP_ID", "is not an application's id; write its digits");
        }
        Some(Self {
            app_id: app_id?,
            app_secret: app_secret?,
            secret_key: secret_key?,
            refresh_token: refresh_token?,
            api_url,
            oauth_url,
        })
    }

    /// What must not be printed.
    pub(super) fn secrets(&self) -> [&SecretString; 3] {
        [&self.app_secret, &self.secret_key, &self.refresh_token]
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn read(table: &[(&str, &str)]) -> Result<Config, String> {
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::from_lookup(&lookup).map_err(|e| e.to_string())
    }

    const WHOLE: [(&str, &str); 4] = [
        ("ZALO_OA_APP_ID", "1147483647"),
        ("ZALO_OA_APP_SECRET", "hush-of-the-app"),
        ("ZALO_OA_SECRET_KEY", "hush-of-the-webhook"),
        ("ZALO_OA_REFRESH_TOKEN", "hush-first-refresh"),
    ];

    #[test]
    fn all_of_it_or_nothing() {
        assert!(read(&[]).unwrap().zalo_oa.is_none());
        let config = read(&WHOLE).unwrap();
        assert_eq!(config.secrets().len(), 4, "three and the database");
        assert!(!format!("{config:?}").contains("hush"));
        let oa = config.zalo_oa.unwrap();
        assert_eq!(
            (oa.api_url.as_str(), oa.oauth_url.as_str()),
            ("https://openapi.zalo.me", "https://oauth.zaloapp.com")
        );
        for (missing, _) in WHOLE {
            let part: Vec<_> = WHOLE.into_iter().filter(|(name, _)| *name != missing).collect();
            let error = read(&part).unwrap_err();
            assert!(error.starts_with(&format!("{missing}: ")) && error.lines().count() == 1, "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn each_fault_is_named_once() {
        let mut table = WHOLE;
        table[0].1 = "hush, not an id";
        table[1].1 = "hush";
        let error = read(&table).unwrap_err();
        assert_eq!(error.lines().count(), 2, "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
}
