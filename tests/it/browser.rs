//! A browser for tests of pages: Debian's chromium, driven through its chromedriver.
//!
//! One chromedriver serves the whole test process; every [`Browser`] is a session with a profile of its own. Call
//! [`Browser::close`] at the end of a test. One that fails before it leaves its browser open until the process ends,
//! which ends everything. A missing browser is a failure, never a skipped test.

use std::ops::Deref;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::supervisor::Supervisor;

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";

/// What the page believes it is shown on, in CSS pixels.
///
/// The size is emulated rather than asked of the window: a desktop window cannot be narrower than 500 pixels, and
/// loses some height to its own frame.
#[derive(Clone, Copy)]
pub struct Screen {
    width: u32,
    height: u32,
    touch: bool,
}

/// A telephone. A page without `<meta name="viewport" content="width=device-width">` is laid out 980 pixels wide and
/// shrunk, as it would be in a hand.
pub const PHONE: Screen = Screen { width: 390, height: 844, touch: true };

/// An office computer.
pub const DESKTOP: Screen = Screen { width: 1280, height: 900, touch: false };

/// A browser session; a [`Client`] in everything else.
pub struct Browser {
    client: Client,
}

impl Browser {
    /// Opens a browser with an empty profile and a window that shows a page as `screen` would.
    pub async fn open(screen: Screen) -> Self {
        let (driver, profile) = match tokio::task::spawn_blocking(new_profile).await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        let options = json!({
            "binary": CHROMIUM,
            "args": [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                format!("--user-data-dir={profile}"),
                format!("--window-size={},{}", screen.width, screen.height),
            ],
            "mobileEmulation": {
                "deviceMetrics": {
                    "width": screen.width,
                    "height": screen.height,
                    "pixelRatio": 1.0,
                    "mobile": screen.touch,
                    "touch": screen.touch,
                },
            },
        });
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver)
            .await
            .unwrap_or_else(|error| panic!("chromedriver cannot open a browser: {error}"));
        Self { client }
    }

    /// Saves what the window shows as a PNG.
    pub async fn save_screenshot(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let png = self.client.screenshot().await.expect("the browser draws the page");
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("the folder can be made");
        }
        std::fs::write(path, png).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }

    /// Closes the browser.
    pub async fn close(self) {
        self.client.close().await.expect("the browser closes");
    }
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

struct Driver {
    url: String,
    supervisor: Mutex<Supervisor>,
}

/// The driver's URL and a fresh folder.
fn new_profile() -> (String, String) {
    static DRIVER: OnceLock<Driver> = OnceLock::new();
    let driver = DRIVER.get_or_init(start_driver);
    let profile = driver.supervisor.lock().expect("no command has panicked").ask("profile");
    (driver.url.clone(), profile.expect("chromedriver's shell is alive"))
}

fn start_driver() -> Driver {
    for program in [CHROMEDRIVER, CHROMIUM] {
        assert!(
            Path::new(program).exists(),
            "the browser is missing (no {program}): run the tests with `tests/all`, which installs it"
        );
    }
    let mut supervisor = Supervisor::spawn(&[], SCRIPT, &[CHROMEDRIVER]);
    let port = supervisor.answer().filter(|answer| answer.parse::<u16>().is_ok()).expect("chromedriver starts");
    Driver { url: format!("http://127.0.0.1:{port}"), supervisor: Mutex::new(supervisor) }
}

const SCRIPT: &str = include_str!("browser.sh");

mod tests {
    use super::*;

    /// A page as ours will be: it fits the screen it is on.
    const PAGE: &str = "data:text/html;charset=utf-8,<!doctype html>\
        <meta name=viewport content='width=device-width, initial-scale=1'><title>Chỉ tiêu</title><h1>Bình Định</h1>";

    async fn inner_size(screen: Screen) -> (Browser, serde_json::Value) {
        let browser = Browser::open(screen).await;
        browser.goto(PAGE).await.expect("the page opens");
        let size = browser
            .execute(
                "return [innerWidth, innerHeight, document.documentElement.clientWidth, navigator.maxTouchPoints > 0]",
                vec![],
            )
            .await
            .expect("the script runs");
        (browser, size)
    }

    #[tokio::test]
    async fn a_phone_is_390_pixels_wide() {
        let (browser, size) = inner_size(PHONE).await;
        assert_eq!(size, json!([390, 844, 390, true]));
        browser.close().await;
    }

    #[tokio::test]
    async fn a_desktop_is_1280_pixels_wide() {
        let (browser, size) = inner_size(DESKTOP).await;
        assert_eq!(size, json!([1280, 900, 1280, false]));
        browser.close().await;
    }

    #[tokio::test]
    async fn a_screenshot_is_a_png_of_the_screen() {
        let (browser, _) = inner_size(PHONE).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/page.png");
        browser.save_screenshot(&path).await;
        browser.close().await;
        let png = std::fs::read(path).expect("the file is there");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&png[16..24], [390_u32.to_be_bytes(), 844_u32.to_be_bytes()].concat());
    }
}
