//! Chance from a seed, and what it does to bytes.

/// Numbers that look random and are the same for the same seed (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).expect("small");
        usize::try_from(self.next() % limit).expect("small")
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Numbers at which readers break.
const NUMBERS: [u32; 12] =
    [0, 1, 2, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff];

/// Pieces of files at which readers break.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"/>",
    b"</",
    b"&",
    b"&amp;",
    b"&#0;",
    b"&#x110000;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE a [",
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"%",
    b"-",
    b"57,8%",
    b"1.642",
    b"1e999",
    b"-1e-400",
    b" r=\"XFD1048576\"",
    b" r=\"A0\"",
    b" r=\"ZZZ99999999999999999999\"",
    b" s=\"99999999\"",
    b" t=\"s\"",
    b" t=\"e\"",
    b" hidden=\"1\"",
    b"<mergeCell ref=\"A1:XFD1048576\"/>",
    b"<mergeCell ref=\"C9:A1\"/>",
    b"<f/>",
    b"<v>1</v>",
    b"<row r=\"18446744073709551615\">",
    b"<c r=\"AAAA1\">",
    b"<w:gridSpan w:val=\"4294967295\"/>",
    b"<w:gridBefore w:val=\"-1\"/>",
    b"<w:vMerge/>",
    b"<w:vMerge w:val=\"restart\"/>",
    b"<w:tbl>",
    b"</w:tbl>",
    b"<w:tr>",
    b"</w:tr>",
    b"<w:tc>",
    b"</w:tc>",
    b"<w:p>",
    b"</w:p>",
    b"<w:del>",
    b"<w:vanish/>",
    b" table:number-rows-repeated=\"1048576\"",
    b" table:number-columns-repeated=\"18446744073709551615\"",
    b" table:number-rows-spanned=\"18446744073709551615\"",
    b"<table:covered-table-cell/>",
    b"<table:table-row>",
    b" office:value=\"1e308\"",
    b" office:value-type=\"percentage\"",
    b"formatCode=\"[[[\\\"\\\\\"",
    b"0.00000000000000000000%",
    "Đơn vị".as_bytes(),
    "Phụ lục 9".as_bytes(),
    "Cấp xã".as_bytes(),
    "tháng 13/2023".as_bytes(),
    "# period=".as_bytes(),
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xed\xa0\x80",
    b"PK\x01\x02",
    b"PK\x05\x06",
];

/// Changes bytes in one to eight places.
pub fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(8) {
        if bytes.is_empty() {
            bytes.push(0);
        }
        let at = chance.below(bytes.len());
        let some = 1 + chance.below(64.min(bytes.len() - at));
        match chance.below(11) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = u8::try_from(chance.below(256)).expect("a byte"),
            2 | 3 => {
                let number = chance.one_of(&NUMBERS).to_le_bytes();
                let width = *chance.one_of(&[1, 2, 4]);
                let end = (at + width).min(bytes.len());
                bytes[at..end].copy_from_slice(&number[..end - at]);
            }
            4 => drop(bytes.drain(at..at + some)),
            5 => {
                let copy = bytes[at..at + some].to_vec();
                let to = chance.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            6 | 7 => {
                let piece = *chance.one_of(PIECES);
                bytes.splice(at..at, piece.iter().copied());
            }
            8 => {
                let piece = *chance.one_of(PIECES);
                let end = (at + piece.len()).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            9 => {
                let other = chance.below(bytes.len());
                bytes.swap(at, other);
            }
            // Rarely: most of what follows is lost.
            _ if chance.below(8) == 0 => bytes.truncate(at),
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
}
