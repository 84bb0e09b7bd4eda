//! One question to one server.

use crate::fake::source::{FakeSource, Mood};
use chitieu::domain::breaker::Trouble;
use chitieu::source::http::{FetchError, Fetched, Question, Validator, client, fetch};
use std::time::Duration;

const TOKEN: &str = "Bearer secret-of-the-portal";

async fn ask(url: &str, validator: &Validator) -> Result<Fetched, FetchError> {
    let headers = [("Authorization".to_owned(), TOKEN.to_owned())];
    let question = Question { url, headers: &headers, validator, max_bytes: 100_000, timeout: Duration::from_secs(1) };
    let client = client(Duration::from_secs(1)).expect("a client");
    fetch(&client, question).await
}

async fn failure(url: &str) -> FetchError {
    let error = ask(url, &Validator::default()).await.expect_err("it fails");
    let said = format!("{error} {error:?}");
    assert!(!said.contains("secret") && !said.contains("127.0.0.1"), "{said}");
    error
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let portal = FakeSource::start(Some(TOKEN), b"one").await;
    let first = ask(&portal.at("/x"), &Validator::default()).await.expect("an answer");
    let Fetched::Body { bytes, validator } = first else { panic!("{first:?}") };
    assert_eq!(bytes, b"one");
    let known = Validator::from_line(&validator.to_line());
    assert_eq!(ask(&portal.at("/x"), &known).await, Ok(Fetched::NotModified));
    portal.give(b"two");
    assert!(matches!(ask(&portal.at("/x"), &known).await, Ok(Fetched::Body { bytes, .. }) if bytes == b"two"));
}

#[tokio::test]
async fn a_date_is_told_as_it_was_said_and_goes_to_no_other_host() {
    let portal = FakeSource::start(Some(TOKEN), b"one").await;
    for (mood, tagged) in [(Mood::Dated, false), (Mood::TaggedAndDated, true)] {
        portal.be(mood);
        let first = ask(&portal.at("/x"), &Validator::default()).await.expect("an answer");
        let Fetched::Body { validator, .. } = first else { panic!("{first:?}") };
        assert_eq!((validator.etag.is_some(), validator.last_modified.clone()), (tagged, Some(portal.last_modified())));
        let known = Validator::from_line(&validator.to_line());
        assert_eq!(known, validator);
        assert_eq!(ask(&portal.at("/x"), &known).await, Ok(Fetched::NotModified));
        portal.asked();
        let storage = FakeSource::start(None, b"figures").await;
        portal.be(Mood::To(storage.at("/file")));
        assert!(ask(&portal.at("/x"), &known).await.is_ok());
        assert_eq!(portal.asked()[0].header("if-modified-since"), known.last_modified.as_deref());
        assert_eq!(storage.asked()[0].header("if-modified-since"), None);
    }
}

#[tokio::test]
async fn a_token_does_not_travel_to_another_host() {
    let storage = FakeSource::start(None, b"figures").await;
    let portal = FakeSource::start(Some(TOKEN), b"").await;
    portal.be(Mood::To(storage.at("/signed/file?key=1")));
    let fetched = ask(&portal.at("/x"), &Validator { etag: Some("\"old\"".into()), last_modified: None }).await;
    assert!(matches!(fetched, Ok(Fetched::Body { bytes, .. }) if bytes == b"figures"));
    let asked = storage.asked();
    assert_eq!(asked[0].path, "/signed/file");
    for header in ["authorization", "if-none-match", "referer", "cookie"] {
        assert_eq!(asked[0].header(header), None, "{header}");
    }
    // At home it goes along.
    portal.be(Mood::To("/elsewhere".to_owned()));
    assert_eq!(failure(&portal.at("/x")).await, FetchError::Redirect("too many"));
    let asked = portal.asked();
    assert_eq!(asked.len(), 5, "the first one above, and the three that are followed behind another");
    assert!(asked.iter().all(|asked| asked.header("authorization") == Some(TOKEN)));
}

#[tokio::test]
async fn a_redirection_to_a_login_is_an_expired_token() {
    let portal = FakeSource::start(Some(TOKEN), b"").await;
    portal.be(Mood::To("/sso/login?next=/x".to_owned()));
    assert_eq!(failure(&portal.at("/x")).await.trouble(), Trouble::Login);
    portal.be(Mood::To("ftp://127.0.0.1/x".to_owned()));
    assert_eq!(failure(&portal.at("/x")).await.trouble(), Trouble::Redirect);
}

#[tokio::test]
async fn every_failure_has_its_kind() {
    let portal = FakeSource::start(Some(TOKEN), b"x").await;
    for (mood, trouble) in [
        (Mood::Status(401), Trouble::Refused),
        (Mood::Status(403), Trouble::Refused),
        (Mood::Status(500), Trouble::Status),
        (Mood::Login, Trouble::Login),
        (Mood::Json(r#"{"error":"invalid_token"}"#), Trouble::Refused),
        (Mood::Json(r#"{"success":false}"#), Trouble::ErrorAnswer),
        (Mood::Huge(10 * 1024 * 1024), Trouble::TooLarge),
        (Mood::Slow(Duration::from_secs(5)), Trouble::Timeout),
    ] {
        portal.be(mood.clone());
        assert_eq!(failure(&portal.at("/x")).await.trouble(), trouble, "{mood:?}");
    }
    assert_eq!(failure("http://127.0.0.1:1/x").await.trouble(), Trouble::Unreachable);
}
