//! Tells the office when a lane stands still, and when it flows again: each once, in the log as well.
//!
//! A lane is told of at the second look that finds it so: right after a start, or after a chat is there again, what has
//! waited for long is about to leave.

use crate::message::{Message, view};
use crate::service::{Context, ServiceError, office};
use chrono::{DateTime, Utc};

/// How the cursors begin that remember which lanes were seen to stand still, and of which the office was told.
const STALLED: &str = "stalled:";

/// What is remembered of a lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    /// Seen once.
    Seen,
    /// The office was told that it stands still since then.
    Told(DateTime<Utc>),
}

impl Known {
    fn parse(text: &str) -> Self {
        let told = text.strip_prefix("told:").and_then(|millis| millis.parse().ok());
        match told.and_then(DateTime::from_timestamp_millis) {
            Some(since) => Self::Told(since),
            None if text == "seen" => Self::Seen,
            None => Self::Nothing,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Seen => "seen".to_owned(),
            Self::Told(since) => format!("told:{}", since.timestamp_millis()),
        }
    }
}

/// Looks at every lane.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<(), ServiceError> {
    let now = context.now();
    let known = context.store.cursors(STALLED).await?;
    let lanes = context.store.lanes(now).await?;
    for lane in &lanes {
        let Some(since) = lane.stalled_since(now) else { continue };
        let before = known.iter().find(|(name, _)| *name == lane.lane).map_or(Known::Nothing, |(_, k)| Known::parse(k));
        match before {
            Known::Told(_) => {}
            Known::Nothing => remember(context, &lane.lane, Known::Seen).await?,
            Known::Seen => {
                tracing::error!(
                    lane = lane.lane, waiting = lane.waiting, %since, why = lane.last_error, "a lane stands still"
                );
                let key = format!("stalled:{}:{}", lane.lane, since.timestamp_millis());
                let message = Message::LaneStalled(view::lane_stalled(lane, since, now));
                office::tell(context, &message, "lane_stalled", key).await?;
                remember(context, &lane.lane, Known::Told(since)).await?;
            }
        }
    }
    for (lane, known) in &known {
        if lanes.iter().any(|view| view.lane == *lane && view.stalled_since(now).is_some()) {
            continue;
        }
        match Known::parse(known) {
            Known::Nothing => {}
            Known::Seen => remember(context, lane, Known::Nothing).await?,
            Known::Told(since) => {
                // What waited may also have been given up, dropped or paused: then nothing flows.
                if context.store.last_sent(lane).await?.is_some_and(|sent| sent > since) {
                    tracing::info!(lane, "the lane flows again");
                    let key = format!("flows:{lane}:{}", since.timestamp_millis());
                    office::tell(context, &Message::LaneFlows(view::lane_flows(lane)), "lane_flows", key).await?;
                }
                remember(context, lane, Known::Nothing).await?;
            }
        }
    }
    Ok(())
}

async fn remember(context: &Context, lane: &str, known: Known) -> Result<(), ServiceError> {
    Ok(context.store.set_cursor(&format!("{STALLED}{lane}"), &known.text(), context.now()).await?)
}
