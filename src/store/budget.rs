//! How many messages each Zalo bot has sent in each month: counted where an attempt's end is written, so that a crash
//! loses neither. What may have been sent counts as sent.

use crate::domain::budget::{Month, Spent, Stage};
use crate::domain::delivery::AfterAttempt;
use crate::domain::subscription::Medium;
use crate::store::Store;
use crate::store::column::{millis, unsigned};
use crate::store::error::Result;
use crate::store::run::{Tx, execute, row};
use chrono::{DateTime, Utc};

/// A bot's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthUse {
    /// What is used of it.
    pub spent: Spent,
    /// The office was told that it will be used up soon.
    pub told_warning: bool,
    /// The office was told that it is used up.
    pub told_spent: bool,
}

const USED: &str = "SELECT COALESCE(MAX(used), 0), MAX(warned_at), MAX(spent_at),
        (SELECT COUNT(*) FROM deliveries WHERE lane = $1 AND state = 'sending' AND id <> $3)
    FROM lane_months WHERE lane = $1 AND month = $2";

impl Store {
    /// What a lane has used of a month. `except` is a delivery that does not count as under way: the one in hand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn month_use(&self, lane: &str, month: Month, except: &str) -> Result<MonthUse> {
        let mut conn = self.read().await?;
        let row = row!(conn, (i64, Option<i64>, Option<i64>, i64), USED, lane, month.to_string(), except)?;
        let (used, warned, told, under_way) = row.unwrap_or_default();
        let spent = Spent { used: unsigned(used)?, under_way: unsigned(under_way)? };
        Ok(MonthUse { spent, told_warning: warned.is_some(), told_spent: told.is_some() })
    }

    /// Remembers that the office was told of a stage of a lane's month.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn month_told(&self, lane: &str, month: Month, stage: Stage, now: DateTime<Utc>) -> Result<()> {
        let (month, now) = (month.to_string(), millis(now));
        let mut tx = self.begin().await?;
        if stage == Stage::Spent {
            const SQL: &str = "UPDATE lane_months SET spent_at = $3 WHERE lane = $1 AND month = $2";
            execute!(tx, SQL, lane, month, now)?;
        } else {
            const SQL: &str = "UPDATE lane_months SET warned_at = $3 WHERE lane = $1 AND month = $2";
            execute!(tx, SQL, lane, month, now)?;
        }
        tx.commit().await
    }

    /// Whether a chat ever had a message with this key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_message(&self, chat_id: &str, dedupe_key: &str) -> Result<bool> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT COUNT(*) FROM deliveries WHERE chat_id = $1 AND dedupe_key = $2";
        Ok(row!(conn, (i64,), SQL, chat_id, dedupe_key)?.is_some_and(|(count,)| count > 0))
    }
}

impl Tx {
    /// Counts what an attempt cost its bot's month.
    pub async fn count_attempt(&mut self, lane: &str, after: &AfterAttempt, now: DateTime<Utc>) -> Result<()> {
        match after {
            AfterAttempt::Sent { .. } | AfterAttempt::Park { .. } => self.count_message(lane, now).await,
            _ => Ok(()),
        }
    }

    /// Counts one message of a lane, where its medium has a monthly budget.
    pub async fn count_message(&mut self, lane: &str, now: DateTime<Utc>) -> Result<()> {
        if lane.split(':').next() == Some(Medium::ZaloBot.as_str()) {
            const SQL: &str = "INSERT INTO lane_months (lane, month, used) VALUES ($1, $2, 1)
                ON CONFLICT (lane, month) DO UPDATE SET used = lane_months.used + 1";
            execute!(self, SQL, lane, Month::of(now).to_string())?;
        }
        Ok(())
    }
}
