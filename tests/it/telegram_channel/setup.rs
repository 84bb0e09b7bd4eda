//! The calls that prepare a bot for work.

use chitieu::channel::telegram::{BotIdentity, CallError, ChannelSetupError, TelegramAccount, TelegramChannel};
use secrecy::SecretString;

use super::{account, channel, nobody, telegram};
use crate::fake::telegram::{ApiError, BOT_USERNAME, Fault};

#[tokio::test]
async fn the_bot_says_who_it_is() {
    let telegram = telegram().await;
    let expected =
        BotIdentity { id: 7_000_000_001, username: BOT_USERNAME.to_owned(), name: "Chỉ tiêu (thử)".to_owned() };
    assert_eq!(channel(telegram.url()).get_me().await, Ok(expected));
}

#[tokio::test]
async fn commands_are_set_for_all_and_for_vietnamese() {
    let telegram = telegram().await;
    let commands = [("status", "Tình hình của đơn vị"), ("help", "Trợ giúp")];
    channel(telegram.url()).set_commands(&commands).await.expect("set");
    let expected = commands.map(|(command, description)| (command.to_owned(), description.to_owned()));
    assert_eq!(telegram.commands("default", ""), expected);
    assert_eq!(telegram.commands("default", "vi"), expected);

    let wrong = channel(telegram.url()).set_commands(&[("Tình-hình", "x")]).await;
    assert_eq!(wrong, Err(CallError::Other { why: "Bad Request: BOT_COMMAND_INVALID".to_owned() }));
}

#[tokio::test]
async fn a_webhook_is_set_with_its_secret_and_taken_away() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    channel.set_webhook("https://example.vn/hook", &SecretString::from("s3cret".to_owned())).await.expect("set");
    let call = &telegram.calls("setWebhook")[0];
    assert_eq!(
        (&call.params["url"], &call.params["secret_token"]),
        (&"https://example.vn/hook".into(), &"s3cret".into())
    );
    assert!(call.params["allowed_updates"].to_string().contains("my_chat_member"), "{}", call.params);

    let conflict = super::listener(telegram.url()).poll(None).await.expect_err("a webhook is active");
    assert!(conflict.to_string().contains("use deleteWebhook"), "{conflict}");
    channel.delete_webhook().await.expect("deleted");
    assert_eq!(super::listener(telegram.url()).poll(None).await, Ok(vec![]));
}

#[tokio::test]
async fn a_call_that_fails_says_why() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    for (fault, expected) in [
        (Fault::Refuse(ApiError::unauthorized()), CallError::Unauthorized),
        (Fault::Html(502), CallError::Unreachable { why: "HTTP 502: the answer is not JSON".to_owned() }),
        (Fault::too_many_requests(9), CallError::RetryAfter(std::time::Duration::from_secs(9))),
    ] {
        telegram.fail_next_call("getMe", fault);
        assert_eq!(channel.get_me().await, Err(expected));
    }
    telegram.fail_next_call("getMe", Fault::Hang);
    let hasty = TelegramChannel::new(&super::hasty(telegram.url())).expect("sound");
    let late = CallError::Unreachable { why: "no answer within 400 ms".to_owned() };
    assert_eq!(hasty.get_me().await, Err(late));
    let unreachable = super::channel(&format!("http://{}", nobody().await)).get_me().await;
    assert!(matches!(unreachable, Err(CallError::Unreachable { .. })), "{unreachable:?}");
}

#[test]
fn a_wrong_account_is_refused_before_any_call() {
    let token = TelegramAccount { token: SecretString::from("my-secret".to_owned()), ..account("http://a") };
    assert_eq!(TelegramChannel::new(&token).expect_err("no token"), ChannelSetupError::Token);
    assert_eq!(TelegramChannel::new(&account("a")).expect_err("no URL"), ChannelSetupError::ApiUrl);
    let proxy = TelegramAccount { proxy: Some(SecretString::from("a:3128".to_owned())), ..account("http://a") };
    assert_eq!(TelegramChannel::new(&proxy).expect_err("no proxy"), ChannelSetupError::Proxy);
}
