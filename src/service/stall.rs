//! Tells the office when a lane stands still, and when it flows again: each once, in the log as well.

use crate::message::{Message, view};
use crate::service::{Context, ServiceError, office};

/// How the cursors begin that remember what the office was told.
const STALLED: &str = "stalled:";

/// Looks at every lane.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<(), ServiceError> {
    let now = context.now();
    let told = context.store.cursors(STALLED).await?;
    let lanes = context.store.lanes(now).await?;
    for lane in &lanes {
        let known = told.iter().any(|(name, since)| *name == lane.lane && !since.is_empty());
        let Some(since) = lane.stalled_since(now).filter(|_| !known) else { continue };
        tracing::error!(lane = lane.lane, waiting = lane.waiting, %since, why = lane.last_error, "a lane stands still");
        let key = format!("stalled:{}:{}", lane.lane, since.timestamp_millis());
        let message = Message::LaneStalled(view::lane_stalled(lane, since, now));
        office::tell(context, &message, "lane_stalled", key).await?;
        let name = format!("{STALLED}{}", lane.lane);
        context.store.set_cursor(&name, &since.timestamp_millis().to_string(), now).await?;
    }
    for (lane, since) in told.iter().filter(|(_, since)| !since.is_empty()) {
        let still = lanes.iter().any(|view| view.lane == *lane && view.stalled_since(now).is_some());
        if still {
            continue;
        }
        tracing::info!(lane, "the lane flows again");
        let message = Message::LaneFlows(view::lane_flows(lane));
        office::tell(context, &message, "lane_flows", format!("flows:{lane}:{since}")).await?;
        context.store.set_cursor(&format!("{STALLED}{lane}"), "", now).await?;
    }
    Ok(())
}
