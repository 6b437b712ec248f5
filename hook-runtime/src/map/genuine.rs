//! Holds bytes against what was noted of them.

use ring::digest::{SHA256, digest};

use crate::suite::Packed;

/// Bytes that are what was packed. Nothing else in the crate can make one.
pub(super) struct Genuine<'a>(&'a [u8]);

/// Why bytes are not what was packed.
#[derive(Debug)]
pub(super) enum Odd {
    /// They end too early; `whole` is how many there were, as far as they tell.
    Truncated { whole: u64 },
    /// They are others, with this digest.
    Digest { found: String },
}

impl<'a> Genuine<'a> {
    pub(super) fn check(bytes: &'a [u8], expected: &Packed) -> Result<Self, Odd> {
        // By ring, whose code for it is the same however the host is optimised. In portable Rust, optimised for size and
        // without the processor's own instructions, the digest was seven eighths of the instructions of a start.
        let found = hex::encode(digest(&SHA256, bytes));
        if found == expected.digest {
            return Ok(Self(bytes));
        }
        match whole(bytes) {
            Some(whole) if whole > bytes.len() as u64 => Err(Odd::Truncated { whole }),
            _ => Err(Odd::Digest { found }),
        }
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

/// How long an object file says that it is: its table of sections comes last. Only words of an error depend on it.
fn whole(bytes: &[u8]) -> Option<u64> {
    const MAGIC: &[u8] = b"\x7fELF";
    if bytes.len() < 64 {
        let begun = bytes.is_empty() || bytes.starts_with(MAGIC) || MAGIC.starts_with(bytes);
        return begun.then_some(64);
    }
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let table = u64::from_le_bytes(*bytes.get(40..)?.first_chunk()?);
    let size = u16::from_le_bytes(*bytes.get(58..)?.first_chunk()?);
    let count = u16::from_le_bytes(*bytes.get(60..)?.first_chunk()?);
    table.checked_add(u64::from(size) * u64::from(count))
}
