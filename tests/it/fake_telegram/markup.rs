//! HTML in, people's text out, or the server's complaint.

use serde_json::{Value, json};

use super::{PERSON, Scene};

async fn sent(text: &str) -> (u16, Value) {
    let scene = Scene::calm().await;
    scene.call("sendMessage", json!({"chat_id": PERSON, "text": text, "parse_mode": "HTML"})).await
}

#[tokio::test]
async fn tags_become_entities_counted_in_utf16() {
    let (_, body) = sent(
        "😀 <b>Đạt <i>97,5%</i></b>\n<a href=\"https://example.vn/a?x=1&amp;y=2\">xem</a> &lt;5&gt; &nbsp;\
         <pre><code class=\"language-rust\">x</code></pre><blockquote expandable>q</blockquote>\
         <span class=\"tg-spoiler\">s</span><tg-spoiler>t</tg-spoiler><u>u</u><s>v</s><code>w</code>",
    )
    .await;
    let message = &body["result"];
    assert_eq!(message["text"], "😀 Đạt 97,5%\nxem <5> &nbsp;xqstuvw");
    assert_eq!(
        message["entities"],
        json!([
            {"type": "bold", "offset": 3, "length": 9},
            {"type": "italic", "offset": 7, "length": 5},
            {"type": "text_link", "offset": 13, "length": 3, "url": "https://example.vn/a?x=1&y=2"},
            {"type": "pre", "offset": 27, "length": 1, "language": "rust"},
            {"type": "expandable_blockquote", "offset": 28, "length": 1},
            {"type": "spoiler", "offset": 29, "length": 1},
            {"type": "spoiler", "offset": 30, "length": 1},
            {"type": "underline", "offset": 31, "length": 1},
            {"type": "strikethrough", "offset": 32, "length": 1},
            {"type": "code", "offset": 33, "length": 1},
        ])
    );
}

#[tokio::test]
async fn trimming_moves_the_entities() {
    let (_, body) = sent("\n  <b> Đạt </b>  ").await;
    assert_eq!(body["result"]["text"], "Đạt");
    assert_eq!(body["result"]["entities"], json!([{"type": "bold", "offset": 0, "length": 3}]));
}

/// The complaints are those of TDLib's own tests.
#[tokio::test]
async fn broken_markup_is_refused_in_the_servers_words() {
    for (text, complaint) in [
        ("🏟 🏟&lt;<abac>", "Unsupported start tag \"abac\" at byte offset 13"),
        ("🏟 🏟&lt;<i   =aba>", "Empty attribute name in the tag \"i\" at byte offset 13"),
        ("🏟 🏟&lt;<i    aba>", "Can't find end tag corresponding to start tag \"i\""),
        ("🏟 🏟&lt;<i    aba  =  ", "Unclosed start tag \"i\" at byte offset 13"),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ("🏟 🏟&lt;<i    aba  =  \"&lt;&gt;&quot;>", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", "Unmatched end tag at byte offset 17, expected \"</i>\", found \"</em>\""),
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("5 < 6", "Unsupported start tag \"\" at byte offset 2"),
        ("5 <6", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ("a<br>b", "Unsupported start tag \"br\" at byte offset 1"),
    ] {
        let (status, body) = sent(text).await;
        assert_eq!(status, 400, "{text}");
        assert_eq!(body["description"], format!("Bad Request: can't parse entities: {complaint}"), "{text}");
    }
}

#[tokio::test]
async fn a_link_that_is_no_link_is_only_text() {
    let (status, body) = sent("<a href=\"http://localhost/x\">xem</a>").await;
    assert_eq!(status, 200);
    assert_eq!(body["result"].get("entities"), None);
}

#[tokio::test]
async fn entities_beyond_a_hundred_lose_their_formatting() {
    let scene = Scene::calm().await;
    let text = "<b>x</b> ".repeat(120);
    let message = scene.ok("sendMessage", json!({"chat_id": PERSON, "text": text, "parse_mode": "HTML"})).await;
    assert_eq!(message["entities"].as_array().map(Vec::len), Some(100));
    assert_eq!(scene.telegram.received(PERSON)[0].entities.len(), 120);
}
