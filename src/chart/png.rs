//! Draws a picture with the fonts that the program carries.

use super::Picture;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use std::sync::{Arc, OnceLock};

static REGULAR: &[u8] = include_bytes!("../web/assets/fonts/BeVietnamPro-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../web/assets/fonts/BeVietnamPro-SemiBold.ttf");
static FONTS: OnceLock<Arc<Database>> = OnceLock::new();

/// The family by which a picture names its font.
const FAMILY: &str = "Be Vietnam Pro";

/// A picture could not be drawn; never one of this room's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct PngError(String);

/// The picture as a PNG of its own size. Takes tens of milliseconds: not for a thread that others wait for.
///
/// # Errors
/// When the SVG is none, or has no size.
pub fn png(picture: &Picture) -> Result<Vec<u8>, PngError> {
    let failed = |error: &dyn std::fmt::Display| PngError(error.to_string());
    let options = Options { font_family: FAMILY.to_owned(), fontdb: Arc::clone(fonts()), ..Options::default() };
    let tree = Tree::from_str(&picture.svg, &options).map_err(|error| failed(&error))?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or_else(|| failed(&"no size"))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failed(&error))
}

fn fonts() -> &'static Arc<Database> {
    FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        for font in [REGULAR, SEMI_BOLD] {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    })
}
