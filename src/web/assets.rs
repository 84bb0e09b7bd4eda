//! Style sheets, scripts and fonts, embedded in the program.

use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Files;

/// One file that the page loads.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// For the header `Content-Type`.
    pub content_type: &'static str,
    /// For the header `ETag`, quoted; follows from the content alone.
    pub etag: String,
    /// For the header `Cache-Control`.
    pub cache_control: &'static str,
}

/// The file at a path below `/assets/`; none when there is none, or when it is of a kind that a page does not load.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    let (content_type, cache_control) = kind(path)?;
    let file = Files::get(path)?;
    let hash = file.metadata.sha256_hash();
    let etag = hash[..12].iter().fold(String::from("\""), |text, byte| format!("{text}{byte:02x}")) + "\"";
    Some(Asset { bytes: file.data, content_type, etag, cache_control })
}

/// Names carry no version, so the browser asks each time and is answered 304 when nothing changed; only fonts, which do
/// not change with the program, are kept for a week.
fn kind(path: &str) -> Option<(&'static str, &'static str)> {
    const ASK: &str = "no-cache";
    const KEEP: &str = "public, max-age=604800";
    Some(match path.rsplit_once('.')?.1 {
        "css" => ("text/css; charset=utf-8", ASK),
        "js" => ("text/javascript; charset=utf-8", ASK),
        "svg" => ("image/svg+xml", ASK),
        "woff2" => ("font/woff2", KEEP),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_loads_is_there() {
        for path in crate::web::page::ASSETS {
            let asset = asset(path).unwrap_or_else(|| panic!("{path} is missing"));
            assert!(!asset.bytes.is_empty(), "{path}");
            assert!(asset.etag.starts_with('"') && asset.etag.len() == 26, "{path}: {}", asset.etag);
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for path in ["", "app", "../Cargo.toml", "fonts/OFL.txt", "fonts/BeVietnamPro-Regular.ttf", "none.css"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for path in Files::iter().filter(|path| path.ends_with(".css") || path.ends_with(".js")) {
            let file = Files::get(&path).unwrap();
            let text = std::str::from_utf8(&file.data).unwrap();
            for scheme in ["http://", "https://", "//cdn", "@import"] {
                assert!(!text.contains(scheme), "{path} contains {scheme}");
            }
        }
    }
}
