//! `actions`: who did what in the chats.

use crate::cli::{ActionsArgs, Done, out, out_json};
use crate::domain::period::in_vietnam;
use crate::service::Context;
use anyhow::Result;
use serde_json::{Value, json};

/// `actions`: the newest first.
///
/// # Errors
/// The database's.
pub async fn actions(context: &Context, args: &ActionsArgs) -> Result<Done> {
    let actions = context.store.actions(args.limit).await?;
    if args.json {
        let rows: Vec<Value> = actions
            .iter()
            .map(|action| {
                json!({
                    "at": in_vietnam(action.at).to_rfc3339(), "chat": action.chat_title, "medium": action.medium,
                    "sender": action.sender, "command": action.command, "detail": action.detail,
                    "outcome": action.outcome,
                })
            })
            .collect();
        out_json(&Value::Array(rows));
    } else if actions.is_empty() {
        out("Chưa có thao tác nào.");
    } else {
        for action in &actions {
            let at = in_vietnam(action.at).format("%d/%m/%Y %H:%M:%S");
            let typed = format!("{} {}", action.command, action.detail);
            out(&format!(
                "{at} · {} ({}) · {} · {} → {}",
                action.chat_title,
                action.medium,
                action.sender,
                typed.trim_end(),
                action.outcome
            ));
        }
    }
    Ok(Done::Well)
}
