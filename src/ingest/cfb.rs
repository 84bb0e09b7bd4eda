//! The container of Microsoft's old formats: streams by name in chains of sectors, a file system in a file.
//!
//! Every number in it may lie: chains are followed for as many steps as the file has sectors and no further, and a
//! sector that is not there ends its stream.

/// What such a file begins with.
pub(super) const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The bytes of the header, and of a sector of the usual kind.
const HEADER: usize = 512;

/// The bytes of an entry in the directory.
const ENTRY: usize = 128;

/// Streams shorter than this stand in small sectors.
const SMALL: usize = 4096;

/// The bytes of a small sector.
const SMALL_SECTOR: usize = 64;

/// An opened container.
pub(super) struct Container<'b> {
    bytes: &'b [u8],
    sector: usize,
    /// The next sector of each sector.
    next: Vec<u32>,
    /// The next small sector of each small sector.
    next_small: Vec<u32>,
    directory: Vec<u8>,
    /// The stream that small sectors stand in.
    small: Vec<u8>,
}

/// Two bytes as a number.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

/// Four bytes as a number.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

impl<'b> Container<'b> {
    /// Reads the tables of a container; none when it is not one.
    pub(super) fn open(bytes: &'b [u8]) -> Option<Self> {
        if !bytes.starts_with(SIGNATURE) {
            return None;
        }
        let shift = u16_at(bytes, 30)?;
        if shift != 9 && shift != 12 {
            return None;
        }
        let sector = 1_usize << shift;
        let mut container =
            Self { bytes, sector, next: Vec::new(), next_small: Vec::new(), directory: Vec::new(), small: Vec::new() };
        container.next = container.table(&container.table_sectors()?);
        container.directory = container.chain(u32_at(bytes, 48)?);
        let small_table = container.chain(u32_at(bytes, 60)?);
        container.next_small = numbers(&small_table);
        // The first entry is the root, whose stream holds the small sectors.
        let start = u32_at(&container.directory, 116)?;
        container.small = container.chain(start);
        Some(container)
    }

    /// Names of all streams and folders.
    pub(super) fn names(&self) -> Vec<String> {
        self.entries().map(name).collect()
    }

    /// The content of a stream; none when there is no such stream.
    pub(super) fn stream(&self, wanted: &str) -> Option<Vec<u8>> {
        const STREAM: u8 = 2;
        let entry = self.entries().find(|entry| entry[66] == STREAM && name(entry) == wanted)?;
        let (start, size) = (u32_at(entry, 116)?, usize_at(entry, 120)?);
        let mut content = if size < SMALL { self.small_chain(start) } else { self.chain(start) };
        content.truncate(size);
        Some(content)
    }

    fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.directory.chunks_exact(ENTRY).filter(|entry| entry[66] != 0)
    }

    /// The sectors that hold the table of chains: 109 in the header, more in a chain of their own.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let most = self.bytes.len() / self.sector + 1;
        let mut sectors: Vec<u32> = (0..109).filter_map(|at| u32_at(self.bytes, 76 + at * 4)).collect();
        let mut more = u32_at(self.bytes, 68)?;
        let mut steps = 0;
        while let Some(block) = self.sector_at(more)
            && steps < most
        {
            let mut list = numbers(block);
            more = list.pop()?;
            sectors.extend(list);
            steps += 1;
        }
        sectors.retain(|sector| self.sector_at(*sector).is_some());
        // A sector that is named again and again adds nothing.
        sectors.truncate(most);
        Some(sectors)
    }

    fn table(&self, sectors: &[u32]) -> Vec<u32> {
        sectors.iter().filter_map(|sector| self.sector_at(*sector)).flat_map(numbers).collect()
    }

    /// The sectors of a chain, one after the other.
    fn chain(&self, start: u32) -> Vec<u8> {
        let mut content = Vec::new();
        let mut at = start;
        // A chain that is longer than the file turns in circles.
        while content.len() <= self.bytes.len()
            && let Some(block) = self.sector_at(at)
        {
            content.extend_from_slice(block);
            let Some(next) = usize::try_from(at).ok().and_then(|at| self.next.get(at)) else { break };
            at = *next;
        }
        content
    }

    fn small_chain(&self, start: u32) -> Vec<u8> {
        let mut content = Vec::new();
        let mut at = start;
        while content.len() < SMALL
            && let Some(index) = usize::try_from(at).ok()
            && let Some(first) = index.checked_mul(SMALL_SECTOR)
            && let Some(block) = first.checked_add(SMALL_SECTOR).and_then(|end| self.small.get(first..end))
        {
            content.extend_from_slice(block);
            let Some(next) = self.next_small.get(index) else { break };
            at = *next;
        }
        content
    }

    /// A sector; the last one of a file may be cut short.
    fn sector_at(&self, number: u32) -> Option<&'b [u8]> {
        let header = HEADER.max(self.sector);
        let start = usize::try_from(number).ok()?.checked_mul(self.sector)?.checked_add(header)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|block| !block.is_empty())
    }
}

fn numbers(block: &[u8]) -> Vec<u32> {
    block.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
}

/// The name of an entry: UTF-16 with its length in bytes, the closing zero included.
fn name(entry: &[u8]) -> String {
    let length = usize::from(u16_at(entry, 64).unwrap_or(0)).saturating_sub(2).min(62);
    let units: Vec<u16> = entry[..length].as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}
