//! Draws a picture with the fonts that the program carries.

use super::Picture;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use std::cmp::Reverse;
use std::collections::HashMap;
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
    // Nothing shines through, so that three bytes of a pixel are all of it.
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    encode(&pixels).map_err(|error| failed(&error))
}

type Rgb = [u8; 3];

/// Colours of a palette.
const COLOURS: usize = 256;

/// One byte for each pixel: a table has few colours and the shades at the edges of its letters, so that a palette makes the
/// file smaller, and three times faster to write, than three bytes for each.
fn encode(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let colours: Vec<Rgb> = pixels.data().chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let (palette, indices) = indexed(&colours);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(file)
}

/// The most frequent colours, and for each pixel the nearest of them: most often itself.
fn indexed(colours: &[Rgb]) -> (Vec<Rgb>, Vec<u8>) {
    let runs = || colours.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
    let mut counts: HashMap<Rgb, usize> = HashMap::new();
    for (colour, count) in runs() {
        *counts.entry(colour).or_default() += count;
    }
    let mut by_count: Vec<(Rgb, usize)> = counts.into_iter().collect();
    by_count.sort_unstable_by_key(|(colour, count)| (Reverse(*count), *colour));
    let palette: Vec<Rgb> = by_count.iter().take(COLOURS).map(|(colour, _)| *colour).collect();
    let distance = |a: Rgb, b: Rgb| -> u32 { a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let nearest = |colour| (0..=u8::MAX).zip(&palette).min_by_key(|(_, known)| distance(colour, **known));
    let places: HashMap<Rgb, u8> =
        by_count.iter().filter_map(|(colour, _)| Some((*colour, nearest(*colour)?.0))).collect();
    let mut indices = Vec::with_capacity(colours.len());
    for (colour, count) in runs() {
        indices.resize(indices.len() + count, places[&colour]);
    }
    (palette, indices)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_few_colours_keeps_them_all() {
        let colours: Vec<Rgb> = (0..1_000).map(|n: u32| [0, u8::try_from(n % 256).unwrap(), 255]).collect();
        let (palette, indices) = indexed(&colours);
        assert_eq!(palette.len(), 256);
        assert!(colours.iter().zip(&indices).all(|(colour, index)| palette[usize::from(*index)] == *colour));
    }

    #[test]
    fn of_too_many_colours_the_rarest_give_way_to_their_nearest() {
        let mut colours: Vec<Rgb> = (0..=255).flat_map(|shade| [[shade, 0, 0]; 2]).collect();
        colours.push([200, 3, 0]);
        let (palette, indices) = indexed(&colours);
        assert_eq!((palette.len(), indices.len()), (256, 513));
        assert_eq!(palette[usize::from(indices[512])], [200, 0, 0]);
        assert!(colours[..512].iter().zip(&indices).all(|(colour, index)| palette[usize::from(*index)] == *colour));
    }
}
