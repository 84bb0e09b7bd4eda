//! `actions`: who did what, in chats, on the page and on the command line. And how the command line itself is put on record.

use crate::cli::{ActionsArgs, Done, out, out_json};
use crate::config::operator;
use crate::domain::period::in_vietnam;
use crate::service::Context;
use crate::store::{ActionPlace, NewAction};
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
            let place = match (&action.chat_title, action.medium.as_str()) {
                (Some(title), medium) => format!("{title} ({medium})"),
                (None, "page") => "trang web".to_owned(),
                (None, _) => "dòng lệnh".to_owned(),
            };
            out(&format!("{at} · {place} · {} · {} → {}", action.sender, typed.trim_end(), action.outcome));
        }
    }
    Ok(Done::Well)
}

/// What a command of the command line did, by the person whom the machine knows.
#[must_use]
pub(super) fn act(command: &str, detail: String, outcome: &str) -> NewAction {
    NewAction {
        place: ActionPlace::CommandLine,
        sender: operator().unwrap_or_else(|| "không rõ".to_owned()),
        command: command.to_owned(),
        detail,
        outcome: outcome.to_owned(),
    }
}
