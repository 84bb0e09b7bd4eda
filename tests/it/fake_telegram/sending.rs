//! Messages, edits, pins, files, commands: what is accepted, and in which words the rest is refused.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{FORUM, GROUP, PERSON, SUPERGROUP, Scene};

fn text(chat: i64, text: &str) -> Value {
    json!({"chat_id": chat, "text": text})
}

#[tokio::test]
async fn an_accepted_message_is_remembered_as_people_see_it() {
    let scene = Scene::calm().await;
    scene.pass(2500);
    let markup = json!({"inline_keyboard": [[{"text": "Chi tiết", "callback_data": "d:1"}]]});
    let message = scene
        .ok(
            "SENDMESSAGE",
            json!({"chat_id": FORUM, "message_thread_id": 7, "text": "<b>Đạt</b>", "parse_mode": "HTML",
                   "reply_markup": markup, "disable_notification": true}),
        )
        .await;
    assert_eq!(message["message_thread_id"], 7);
    assert_eq!(message["reply_markup"], markup);
    assert_eq!(message["date"], scene.telegram.unix_now());
    let received = scene.telegram.received(FORUM);
    let [one] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!((one.at.as_millis(), one.message_id, one.thread), (2500, 1, Some(7)));
    assert_eq!((one.text.as_str(), one.source.as_str()), ("Đạt", "<b>Đạt</b>"));
    assert_eq!((one.parse_mode.as_deref(), one.silent), (Some("HTML"), true));
    assert_eq!((one.reply_markup.as_ref(), one.method), (Some(&markup), "sendMessage"));
    assert_eq!(scene.telegram.all_received(), received);
}

#[tokio::test]
async fn the_log_spells_methods_as_documented_and_keeps_refusals() {
    let scene = Scene::calm().await;
    scene.ok("GetMe", json!({})).await;
    scene.pass(40);
    scene.call("sendmessage", text(1, "x")).await;
    let log = scene.telegram.log();
    let lines: Vec<_> = log.iter().map(|call| (call.method.as_str(), call.status, call.chat())).collect();
    assert_eq!(lines, [("getMe", Some(200), None), ("sendMessage", Some(400), Some(1))]);
    assert_eq!((log[0].at.as_millis(), log[1].at.as_millis()), (0, 40));
    assert_eq!(log[1].description.as_deref(), Some("Bad Request: chat not found"));
    assert_eq!(scene.telegram.calls("sendMessage")[0].params, text(1, "x"));
    assert!(scene.telegram.received(1).is_empty());
}

#[tokio::test]
async fn a_stranger_is_not_let_in() {
    let scene = Scene::calm().await;
    let url = format!("{}/bot1:wrong/getMe", scene.telegram.url());
    let answer = scene.client.get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body, json!({"ok": false, "error_code": 401, "description": "Unauthorized"}));
    let (status, description) = scene.refused("sendSmoke", json!({})).await;
    assert_eq!((status, description.as_str()), (404, "Not Found: method not found"));
}

#[tokio::test]
async fn length_is_counted_after_markup_in_characters() {
    let scene = Scene::calm().await;
    scene.ok("sendMessage", text(PERSON, &"ệ".repeat(4096))).await;
    assert_eq!(scene.bad("sendMessage", text(PERSON, &"ệ".repeat(4097))).await, "message is too long");
    let marked = format!("<b>{}</b>&amp;", "x".repeat(4095));
    scene.ok("sendMessage", json!({"chat_id": PERSON, "text": marked, "parse_mode": "HTML"})).await;
    for empty in ["", "  \n "] {
        assert_eq!(scene.bad("sendMessage", text(PERSON, empty)).await, "message text is empty");
    }
    let only_tags = json!({"chat_id": PERSON, "text": "<b></b>", "parse_mode": "HTML"});
    assert_eq!(scene.bad("sendMessage", only_tags).await, "message text is empty");
    assert_eq!(scene.bad("sendMessage", json!({"text": "x"})).await, "chat_id is empty");
}

#[tokio::test]
async fn topics_exist_only_where_they_were_made() {
    let scene = Scene::calm().await;
    let to = |chat: i64, thread: i64| json!({"chat_id": chat, "message_thread_id": thread, "text": "x"});
    scene.ok("sendMessage", to(FORUM, 7)).await;
    scene.ok("sendMessage", text(FORUM, "General has no id")).await;
    for (chat, thread) in [(FORUM, 1), (FORUM, 8), (SUPERGROUP, 7)] {
        assert_eq!(scene.bad("sendMessage", to(chat, thread)).await, "message thread not found");
    }
    scene.telegram.drop_thread(FORUM, 7);
    assert_eq!(scene.bad("sendMessage", to(FORUM, 7)).await, "message thread not found");
}

#[tokio::test]
async fn buttons_are_measured() {
    let scene = Scene::calm().await;
    let with = |button: Value| json!({"chat_id": PERSON, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}});
    scene.ok("sendMessage", with(json!({"text": "a", "callback_data": "x".repeat(64)}))).await;
    scene.ok("sendMessage", with(json!({"text": "a", "url": "https://example.vn/x"}))).await;
    for data in [String::new(), "x".repeat(65), "ệ".repeat(22)] {
        let button = json!({"text": "a", "callback_data": data});
        assert_eq!(scene.bad("sendMessage", with(button)).await, "BUTTON_DATA_INVALID");
    }
    assert_eq!(
        scene.bad("sendMessage", with(json!({"text": "a", "url": "http://localhost:8080"}))).await,
        "inline keyboard button URL 'http://localhost:8080' is invalid: Wrong HTTP URL"
    );
    assert_eq!(
        scene.bad("sendMessage", with(json!({"text": "a"}))).await,
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    );
    assert_eq!(scene.telegram.received(PERSON).len(), 2);
}

#[tokio::test]
async fn forms_and_queries_carry_the_same_calls() {
    let scene = Scene::calm().await;
    let form = [
        ("chat_id", PERSON.to_string()),
        ("text", "một & hai".to_owned()),
        ("reply_markup", r#"{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}"#.to_owned()),
    ];
    let sent = scene.client.post(scene.method_url("sendMessage")).form(&form).send().await.expect("an answer");
    assert_eq!(sent.status(), 200);
    let url = format!("{}?chat_id={PERSON}&text=ba", scene.method_url("sendMessage"));
    assert_eq!(scene.client.get(url).send().await.expect("an answer").status(), 200);
    let received = scene.telegram.received(PERSON);
    assert_eq!((received[0].text.as_str(), received[1].text.as_str()), ("một & hai", "ba"));
    assert!(received[0].reply_markup.is_some());
}

#[tokio::test]
async fn edits_change_what_people_see_and_nothing_else() {
    let scene = Scene::calm().await;
    scene.ok("sendMessage", text(GROUP, "cũ")).await;
    let edit = |id: i64, text: &str| json!({"chat_id": GROUP, "message_id": id, "text": text});
    let edited = scene.ok("editMessageText", edit(1, "mới")).await;
    assert_eq!((&edited["text"], edited["edit_date"].is_i64()), (&json!("mới"), true));
    let unmodified = scene.bad("editMessageText", edit(1, "mới")).await;
    assert!(unmodified.starts_with("message is not modified"), "{unmodified}");
    assert_eq!(scene.bad("editMessageText", edit(9, "x")).await, "message to edit not found");
    let markup = json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
    scene.ok("editMessageReplyMarkup", json!({"chat_id": GROUP, "message_id": 1, "reply_markup": markup})).await;
    assert_eq!(scene.telegram.edits(GROUP).len(), 2);
    assert_eq!(scene.telegram.received(GROUP)[0].text, "cũ");
    let shown = scene.telegram.shown(GROUP);
    assert_eq!((shown[0].text.as_str(), shown[0].reply_markup.as_ref()), ("mới", Some(&markup)));
    scene.ok("deleteMessage", json!({"chat_id": GROUP, "message_id": 1})).await;
    assert!(scene.telegram.shown(GROUP).is_empty());
}

#[tokio::test]
async fn pins_need_a_message_and_the_right_to_pin() {
    let scene = Scene::calm().await;
    scene.ok("sendMessage", text(GROUP, "x")).await;
    let pin = |id: i64| json!({"chat_id": GROUP, "message_id": id});
    scene.ok("pinChatMessage", pin(1)).await;
    assert_eq!(scene.telegram.pinned(GROUP), [1]);
    assert_eq!(scene.bad("pinChatMessage", pin(2)).await, "message to pin not found");
    scene.ok("unpinChatMessage", pin(1)).await;
    assert!(scene.telegram.pinned(GROUP).is_empty());
    scene.telegram.let_pin(GROUP, false);
    assert_eq!(scene.bad("pinChatMessage", pin(1)).await, "not enough rights to manage pinned messages in the chat");
}

#[tokio::test]
async fn a_picture_comes_whole_with_its_caption() {
    let scene = Scene::calm().await;
    // Ten by ten, as its head says.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x0a\0\0\0\x0a--not a boundary\r\n\r\n\0".to_vec();
    let form = |caption: &str, bytes: Vec<u8>| {
        Form::new()
            .text("chat_id", GROUP.to_string())
            .text("caption", caption.to_owned())
            .text("parse_mode", "HTML")
            .part("photo", Part::bytes(bytes).file_name("xếp hạng.png"))
    };
    let post = async |form: Form| {
        let answer = scene.client.post(scene.method_url("sendPhoto")).multipart(form).send().await;
        let body: Value = answer.expect("an answer").json().await.expect("JSON");
        body
    };
    let body = post(form("<b>Bảng</b>", png.clone())).await;
    assert_eq!((&body["result"]["caption"], body["result"]["photo"].is_array()), (&json!("Bảng"), true), "{body}");
    let received = scene.telegram.received(GROUP);
    let file = received[0].attachment.as_ref().expect("a picture");
    assert_eq!((received[0].text.as_str(), &file.bytes), ("Bảng", &png));
    let body = post(form(&"x".repeat(1025), png)).await;
    assert_eq!(body["description"], "Bad Request: message caption is too long");
    assert_eq!(scene.bad("sendPhoto", json!({"chat_id": GROUP})).await, "there is no photo in the request");
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let scene = Scene::calm().await;
    let set = |name: &str| {
        json!({"commands": [{"command": name, "description": "Trợ giúp"}],
        "scope": {"type": "all_group_chats"}, "language_code": "vi"})
    };
    scene.ok("setMyCommands", set("tro_giup")).await;
    assert_eq!(scene.telegram.commands("all_group_chats", "vi"), [("tro_giup".to_owned(), "Trợ giúp".to_owned())]);
    assert!(scene.telegram.commands("default", "").is_empty());
    for wrong in ["TroGiup", "trợ_giúp", "", &"a".repeat(33)] {
        assert_eq!(scene.bad("setMyCommands", set(wrong)).await, "BOT_COMMAND_INVALID");
    }
}
