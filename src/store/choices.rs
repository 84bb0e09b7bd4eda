//! What messages offer to choose from.

use crate::domain::delivery::Choice;
use crate::store::Store;
use crate::store::column::moment;
use crate::store::error::Result;
use crate::store::run::rows;
use chrono::{DateTime, Utc};

/// What a chat was offered in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedChoices {
    /// What there was to choose from; the first is called 1.
    pub choices: Vec<Choice>,
    /// When the message was sent.
    pub at: DateTime<Utc>,
}

/// So many messages with choices are looked back at.
const OFFERS: i64 = 8;

/// The text in the database; none for none.
pub(super) fn write(choices: &[Choice]) -> Result<Option<String>> {
    if choices.is_empty() {
        return Ok(None);
    }
    let pairs: Vec<[&str; 2]> = choices.iter().map(|choice| [choice.label.as_str(), choice.command.as_str()]).collect();
    Ok(Some(serde_json::to_string(&pairs)?))
}

/// Reads that text.
pub(super) fn read(text: Option<&str>) -> Result<Vec<Choice>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let pairs: Vec<[String; 2]> = serde_json::from_str(text)?;
    Ok(pairs.into_iter().map(|[label, command]| Choice { label, command }).collect())
}

impl Store {
    /// The choices of the newest messages of a chat that had any and went out, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offered_choices(&self, chat_id: &str) -> Result<Vec<OfferedChoices>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT buttons, finished_at FROM deliveries
             WHERE chat_id = $1 AND buttons IS NOT NULL AND state IN ('sent', 'unknown') AND finished_at IS NOT NULL
             ORDER BY seq DESC LIMIT $2";
        let found = rows!(conn, (String, i64), SQL, chat_id, OFFERS)?;
        let offered =
            |(buttons, at): (String, i64)| Ok(OfferedChoices { choices: read(Some(&buttons))?, at: moment(at)? });
        found.into_iter().map(offered).collect()
    }
}
