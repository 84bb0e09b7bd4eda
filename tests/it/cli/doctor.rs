//! `doctor`, with a Telegram that knows the token and one that does not.

use super::empty;
use crate::fake::telegram::{BOT_USERNAME, FakeTelegram, TOKEN};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_tells_a_good_token_from_a_wrong_one() {
    let (_folder, office) = empty();
    let off = office.run(&["doctor"]).expect(0).out;
    assert!(off.contains("TELEGRAM_BOT_TOKEN"), "{off}");
    let telegram = FakeTelegram::start().await;
    let office = office.with("TELEGRAM_API_URL", telegram.url());
    let good = office.clone().with("TELEGRAM_BOT_TOKEN", TOKEN).run(&["doctor"]).expect(0);
    assert!(good.out.contains(&format!("@{BOT_USERNAME}")), "{}", good.out);
    let wrong = "7000000002:BBWrongTokenForTests-abcdefghijklmno_Q";
    let bad = office.clone().with("TELEGRAM_BOT_TOKEN", wrong).run(&["doctor"]).expect(1);
    assert!(bad.out.contains("LỖI  telegram bot 1"), "{}", bad.out);
    // One broken part does not hide the others, nor a second bot.
    let both = office.clone().with("TELEGRAM_BOT_TOKEN", &format!("{wrong},{TOKEN}")).run(&["doctor"]).expect(1).out;
    assert!(both.contains("LỖI  telegram bot 1") && both.contains("OK   telegram bot 2"), "{both}");
    let away = office.with("DATABASE_URL", "postgres://u:pw-pw-pw@127.0.0.1:1/db").run(&["doctor"]).expect(1).out;
    assert!(away.contains("LỖI  database") && away.contains("OK   catalog"), "{away}");
    assert!(!away.contains("pw-pw-pw"), "{away}");
    for ended in [&good, &bad] {
        for text in [&ended.out, &ended.err] {
            assert!(!text.contains("AAFakeToken") && !text.contains("BBWrongToken"), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_tells_how_an_official_account_stands_and_uses_no_refresh_token() {
    use crate::fake::zalo_oa::{APP_ID, APP_SECRET, Call, FIRST_REFRESH, FakeZaloOa, SECRET, SECRET_KEY};
    let (_folder, office) = empty();
    assert!(office.run(&["doctor"]).expect(0).out.contains("ZALO_OA_APP_ID"), "it is off");
    let zalo = FakeZaloOa::start().await;
    let office = office.with("ZALO_OA_APP_ID", APP_ID).with("ZALO_OA_APP_SECRET", APP_SECRET);
    let part = office.run(&["doctor"]).expect(2);
    assert!(part.err.contains("ZALO_OA_SECRET_KEY") && part.err.contains("ZALO_OA_REFRESH_TOKEN"), "{}", part.err);
    let office = office.with("ZALO_OA_SECRET_KEY", SECRET_KEY).with("ZALO_OA_REFRESH_TOKEN", FIRST_REFRESH);
    let office = office.with("ZALO_OA_API_URL", zalo.url()).with("ZALO_OA_OAUTH_URL", zalo.url());
    let whole = office.run(&["doctor"]).expect(0);
    assert!(whole.out.contains("OK   zalo oa") && whole.out.contains("/webhooks/zalo-oa"), "{}", whole.out);
    assert_eq!(zalo.count(Call::Refresh), 0);
    for ended in [&part, &whole] {
        assert!(!ended.out.contains(SECRET) && !ended.err.contains(SECRET), "{} {}", ended.out, ended.err);
    }
}
