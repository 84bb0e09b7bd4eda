//! Texts of BIFF8: one or two bytes a character, with formatting behind them, torn apart anywhere by records.

use crate::ingest::cfb::{u16_at, u32_at};
use crate::ingest::grid::beginning;

/// A text with a length of two bytes, and how many bytes it takes; none when it is cut off.
pub(super) fn text(data: &[u8]) -> Option<(String, usize)> {
    let mut strings = Strings::new(data, Vec::new());
    let text = strings.next_text()?;
    Some((text, strings.at))
}

/// So many characters behind their flags (a name of a sheet).
pub(super) fn characters(data: &[u8], count: usize) -> Option<String> {
    let (flags, rest) = data.split_first()?;
    let wide = flags & WIDE != 0;
    let bytes = rest.get(..if wide { count * 2 } else { count })?;
    Some(decode(bytes, wide))
}

/// All texts of the table of shared texts, as far as they are whole.
pub(super) fn texts(strings: &mut Strings<'_>) -> Vec<String> {
    /// The count of uses and the count of texts. What the latter says is not trusted.
    const COUNTS: usize = 8;
    const MOST: usize = 1_000_000;
    strings.at = COUNTS;
    let mut texts = Vec::new();
    while texts.len() < MOST
        && let Some(text) = strings.next_text()
    {
        texts.push(beginning(&text).to_owned());
    }
    texts
}

const WIDE: u8 = 1;
const ASIAN: u8 = 4;
const RICH: u8 = 8;

/// A record and those that continue it.
pub(super) struct Strings<'s> {
    block: &'s [u8],
    at: usize,
    /// The blocks that follow, the next one last.
    more: Vec<&'s [u8]>,
}

impl<'s> Strings<'s> {
    pub(super) fn new(first: &'s [u8], mut more: Vec<&'s [u8]>) -> Self {
        more.reverse();
        Self { block: first, at: 0, more }
    }

    /// The next text. Its head never stands across two records; its characters may, and then the flags are repeated.
    fn next_text(&mut self) -> Option<String> {
        if self.at >= self.block.len() {
            self.turn()?;
        }
        let mut left = usize::from(u16_at(self.block, self.at)?);
        let flags = *self.block.get(self.at + 2)?;
        self.at += 3;
        let mut behind = 0;
        if flags & RICH != 0 {
            behind += usize::from(u16_at(self.block, self.at)?) * 4;
            self.at += 2;
        }
        if flags & ASIAN != 0 {
            behind += usize::try_from(u32_at(self.block, self.at)?).ok()?;
            self.at += 4;
        }
        let mut wide = flags & WIDE != 0;
        let mut text = String::new();
        while left > 0 {
            if self.at >= self.block.len() {
                self.turn()?;
                wide = *self.block.first()? & WIDE != 0;
                self.at = 1;
            }
            let size = if wide { 2 } else { 1 };
            let here = left.min((self.block.len() - self.at) / size);
            if here == 0 {
                // Half a character at the end of a record is no character.
                return None;
            }
            let end = self.at + here * size;
            text.push_str(&decode(&self.block[self.at..end], wide));
            self.at = end;
            left -= here;
        }
        self.pass(behind)?;
        Some(text)
    }

    /// Passes over formatting, which may stand across records too.
    fn pass(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > self.block.len().saturating_sub(self.at) {
            bytes -= self.block.len().saturating_sub(self.at);
            self.turn()?;
        }
        self.at += bytes;
        Some(())
    }

    fn turn(&mut self) -> Option<()> {
        self.block = self.more.pop()?;
        self.at = 0;
        Some(())
    }
}

fn decode(bytes: &[u8], wide: bool) -> String {
    if wide {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        return String::from_utf16_lossy(&units);
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_on_in_the_next_record_with_new_flags() {
        // "Sở" wide, torn after its first character; "ab" narrow with formatting across records.
        let first = [&[0; 8][..], &[2, 0, 1, b'S', 0]].concat();
        let second = [&[1, 0xdf, 0x1e][..], &[2, 0, 8, 1, 0, b'a', b'b', 9, 9]].concat();
        let third = [9, 9, 1, 0, 0, b'c'];
        let mut strings = Strings::new(&first, vec![&second, &third]);
        assert_eq!(texts(&mut strings), ["Sở", "ab", "c"]);
    }

    #[test]
    fn texts_that_are_cut_off_are_left() {
        assert_eq!(text(&[5, 0, 0, b'a']), None);
        assert_eq!(text(&[1, 0, 1, b'a']), None);
        assert_eq!(text(&[1, 0, 0, b'a', b'b']), Some(("a".to_owned(), 4)));
        assert_eq!(characters(&[0, b'a'], 3), None);
    }
}
