//! Holds bytes against what was noted of them.
//!
//! A bundle notes two digests of each native code: a SHA-256, which people compare with other tools, and a BLAKE3, by which
//! a host checks. Both promise the same, that nobody can make other bytes with the same digest, but the code of a plugin in
//! Python is 36 MB, and of that BLAKE3 takes a fifth of the time. The suite notes both side by side, so that neither is
//! trusted more. Code with a SHA-256 alone, as earlier releases packed it, is checked by that.

use ring::digest::{Context, SHA256, digest};

use super::sealed::Sealed;
use crate::suite::Packed;

/// Native code that is what was packed. Nothing else in the crate can make one.
pub(super) struct Genuine<'a>(Place<'a>);

/// Where the code is that was checked, and stays as it was.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// Borrowed memory.
    Memory(&'a [u8]),
    /// A file that nobody writes to.
    File(&'a Sealed<'a>),
}

/// Why bytes are not what was packed.
#[derive(Debug)]
pub(super) enum Odd {
    /// They end too early; `whole` is how many there were, as far as they tell.
    Truncated { whole: u64 },
    /// They are others, with this digest by this algorithm.
    Digest { algorithm: &'static str, found: String, expected: String },
}

impl<'a> Genuine<'a> {
    /// Checks code in memory.
    pub(super) fn check(bytes: &'a [u8], expected: &Packed) -> Result<Self, Odd> {
        let blake3 = || blake3::hash(bytes).to_hex().to_string();
        // By ring, whose code for it is the same however the host is optimised. In portable Rust, optimised for size and
        // without the processor's own instructions, the digest was seven eighths of the instructions of a start.
        let sha256 = || hex::encode(digest(&SHA256, bytes));
        let genuine =
            expected.blake3.as_ref().map_or_else(|| sha256() == expected.digest, |it| blake3() == *it);
        if genuine {
            return Ok(Self(Place::Memory(bytes)));
        }
        if let Some(whole) = whole(bytes).filter(|whole| *whole > bytes.len() as u64) {
            return Err(Odd::Truncated { whole });
        }
        // What people can compare is told, unless just that is right: then somebody wrote into the suite.
        let (found, noted) = (sha256(), expected.digest.clone());
        Err(match &expected.blake3 {
            Some(noted) if found == expected.digest => {
                Odd::Digest { algorithm: "blake3", found: blake3(), expected: noted.clone() }
            }
            _ => Odd::Digest { algorithm: "sha256", found, expected: noted },
        })
    }

    /// Checks code in a file, without a copy of it. Nothing when it is not what was packed, or the file cannot be read: a
    /// copy tells more.
    pub(super) fn check_file(file: &'a Sealed<'a>, expected: &Packed) -> Option<Self> {
        let genuine = if let Some(expected) = &expected.blake3 {
            let mut hasher = blake3::Hasher::new();
            hasher.update_mmap(file.path()).ok()?;
            hasher.finalize().to_hex().as_str() == expected
        } else {
            let mut context = Context::new(&SHA256);
            file.read(|block| context.update(block)).ok()?;
            hex::encode(context.finish()) == expected.digest
        };
        genuine.then_some(Self(Place::File(file)))
    }

    pub(super) const fn place(&self) -> Place<'a> {
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
