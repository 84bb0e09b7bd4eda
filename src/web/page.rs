//! Whole pages: views poured into the templates of `templates/`.
//!
//! askama escapes everything that it prints, so a name out of a spreadsheet cannot become markup.

use super::board::{BoardInput, BoardView};
use askama::Template;

/// What pages may load and do: only what this program serves itself, no script and no style inside the HTML.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// What the pages load, as paths below `/assets/`.
pub const ASSETS: [&str; 11] = [
    "app.css",
    "board.css",
    "chats.css",
    "print.css",
    "app.js",
    "board.js",
    "card.js",
    "chats.js",
    "favicon.svg",
    "fonts/BeVietnamPro-Regular.woff2",
    "fonts/BeVietnamPro-SemiBold.woff2",
];

/// What is to be said before there are any figures.
#[derive(Clone, Copy, Debug)]
pub struct EmptyInput<'a> {
    /// Whose board: "tỉnh Bình Định".
    pub organisation: &'a str,
    /// The watched folder, if one is configured.
    pub inbox: Option<&'a str>,
    /// The period that was asked for although it has no figures: `tháng 5/2023`.
    pub asked_for: Option<&'a str>,
}

/// Why the login form is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is logged in yet.
    First,
    /// The code was wrong.
    Refused,
    /// Too many wrong codes: it takes a while.
    Slowed,
}

#[derive(Template)]
#[template(path = "index.html", config = "src/web/askama.toml")]
struct IndexPage<'a> {
    organisation: &'a str,
    board: Option<BoardView>,
    inbox: Option<&'a str>,
    asked_for: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "login.html", config = "src/web/askama.toml")]
struct LoginPage<'a> {
    organisation: &'a str,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "error.html", config = "src/web/askama.toml")]
struct ErrorPage<'a> {
    organisation: &'a str,
    status: u16,
    title: &'static str,
    advice: &'static str,
}

/// The page with the board of a period and the chats.
///
/// # Errors
/// Never, unless the template itself is broken.
pub fn render_board(input: &BoardInput<'_>) -> Result<String, askama::Error> {
    let board = Some(BoardView::new(input));
    IndexPage { organisation: input.organisation, board, inbox: None, asked_for: None }.render()
}

/// The page before there are figures: what to do, and the chats.
///
/// # Errors
/// Never, unless the template itself is broken.
pub fn render_empty(input: &EmptyInput<'_>) -> Result<String, askama::Error> {
    let EmptyInput { organisation, inbox, asked_for } = *input;
    IndexPage { organisation, board: None, inbox, asked_for }.render()
}

/// The form that asks for the access code and posts it as `token` to `/login`.
///
/// # Errors
/// Never, unless the template itself is broken.
pub fn render_login(organisation: &str, reason: LoginReason) -> Result<String, askama::Error> {
    let problem = match reason {
        LoginReason::First => None,
        LoginReason::Refused => Some("Mã truy cập chưa đúng. Vui lòng kiểm tra và nhập lại."),
        LoginReason::Slowed => Some("Đã nhập sai nhiều lần. Vui lòng đợi một phút rồi thử lại."),
    };
    LoginPage { organisation, problem }.render()
}

/// A page for a request that cannot be answered. What went wrong inside stays in the log.
///
/// # Errors
/// Never, unless the template itself is broken.
pub fn render_error(organisation: &str, status: u16) -> Result<String, askama::Error> {
    let (title, advice) = match status {
        400 => ("Yêu cầu chưa đúng", "Vui lòng kiểm tra lại đường dẫn hoặc quay về trang chính."),
        401 | 403 => ("Không có quyền truy cập", "Vui lòng đăng nhập bằng mã truy cập do văn phòng cấp."),
        404 => ("Không tìm thấy trang", "Đường dẫn có thể đã thay đổi hoặc kỳ báo cáo này chưa có số liệu."),
        503 => ("Hệ thống đang khởi động", "Vui lòng tải lại trang sau ít phút."),
        _ => ("Hệ thống đang gặp sự cố", "Vui lòng thử lại sau ít phút; nếu vẫn chưa được, đề nghị báo văn phòng."),
    };
    ErrorPage { organisation, status, title, advice }.render()
}

#[cfg(test)]
mod tests {
    use super::super::board::fixture;
    use super::*;

    fn empty() -> String {
        render_empty(&EmptyInput { organisation: "tỉnh Bình Định", inbox: Some("/srv/inbox"), asked_for: None })
            .unwrap()
    }

    #[test]
    fn the_page_of_a_small_board() {
        insta::assert_snapshot!(render_board(&fixture::board().input()).unwrap());
    }

    #[test]
    fn the_page_without_figures_says_what_to_do() {
        let html = empty();
        for words in ["Chưa có số liệu", "chitieu import", "INBOX_DIR", "/srv/inbox"] {
            assert!(html.contains(words), "{words}");
        }
        // The chats are there before the first figure is.
        assert!(html.contains("id=\"chat-input\""));
        let asked = EmptyInput { organisation: "tỉnh Bình Định", inbox: None, asked_for: Some("tháng 5/2023") };
        assert!(render_empty(&asked).unwrap().contains("tháng 5/2023"));
    }

    #[test]
    fn names_cannot_become_markup() {
        let mut board = fixture::board();
        board.units[0].name = "<script>alert(1)</script>\" onfocus='x'".to_owned();
        board.units[0].aliases = vec!["\"><img src=x>".to_owned()];
        board.tiers[0].name = "<b>Cấp</b> & tỉnh".to_owned();
        let html = render_board(&board.input()).unwrap();
        for markup in ["<script>alert", "<img src=x>", "<b>Cấp</b>", "\" onfocus"] {
            assert!(!html.contains(markup), "{markup}");
        }
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
        assert!(!render_login("<i>", LoginReason::First).unwrap().contains("<i>"));
        assert!(!render_error("<i>", 404).unwrap().contains("<i>"));
    }

    #[test]
    fn pages_carry_no_script_and_no_style() {
        let login = render_login("tỉnh Bình Định", LoginReason::Refused).unwrap();
        assert!(login.contains("role=\"alert\"") && login.contains("name=\"token\""));
        let error = render_error("tỉnh Bình Định", 500).unwrap();
        for html in [render_board(&fixture::board().input()).unwrap(), empty(), login, error] {
            for start in html.match_indices("<script").map(|(at, _)| &html[at..]) {
                assert!(start.starts_with("<script src=\"/assets/"), "{}", &start[..40]);
            }
            for inside in ["<style", " style=", " onclick", " onload", " onsubmit", "javascript:", "http:", "https:"] {
                assert!(!html.contains(inside), "{inside}");
            }
        }
    }

    #[test]
    fn what_pages_load_is_listed() {
        let pages = [render_board(&fixture::board().input()).unwrap(), empty()];
        for html in &pages {
            for (at, before) in html.match_indices("/assets/") {
                let path = &html[at + before.len()..];
                let path = &path[..path.find('"').unwrap()];
                assert!(ASSETS.contains(&path), "{path}");
            }
        }
    }
}
