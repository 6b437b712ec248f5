//! Reads a bundle without trusting it.

use std::io::{Cursor, Read};

use sha2::{Digest, Sha256};
use zip::{ZipArchive, result::ZipError};

use super::{BOOTSTRAP, BundleError, NativeCode, host};
use crate::{
    Target,
    suite::{self, Suite, SuitePlugin},
};

/// What is in a bundle. Nothing of it was run or mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// Its suite.
    pub suite: Suite,
    /// Whether the Lambda host is a Linux program, and for what.
    pub host: Option<Target>,
    /// The size of the Lambda host, in bytes, unzipped.
    pub host_bytes: u64,
    /// The files of the suite's plugins, in its order.
    pub plugins: Vec<PackedFile>,
}

/// The file of one plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackedFile {
    /// Its size in bytes; nothing when it is missing.
    pub bytes: Option<u64>,
    /// The SHA-256 of its bytes; empty when it is missing.
    pub digest: String,
    /// The BLAKE3 of its bytes; empty when it is missing.
    pub blake3: String,
    /// What it tells of itself, if it is native code.
    pub code: Option<NativeCode>,
}

impl PackedFile {
    /// Why a host for `target` would not take this file, and the fix; nothing when it would.
    #[must_use]
    pub fn problem(&self, plugin: &SuitePlugin, target: Option<Target>) -> Option<String> {
        let Some(packed) = &plugin.packed else {
            return Some("it is not packed; make the bundle with `greenlight hook pack`".to_owned());
        };
        let Some(code) = self.bytes.and(self.code.as_ref()) else {
            let found = if self.bytes.is_none() { "missing" } else { "no native code" };
            return Some(format!("its file is {found}; pack the bundle again with `greenlight hook pack`"));
        };
        if self.digest != packed.digest || packed.blake3.as_ref().is_some_and(|noted| *noted != self.blake3) {
            return Some(
                "its file is not what was packed, the digests differ; repack it with `greenlight hook pack`"
                    .to_owned(),
            );
        }
        let host = target.map(Target::triple);
        (host != Some(packed.target.as_str()) || code.target != packed.target).then(|| {
            format!(
                "it is compiled for {}, and the Lambda host is for {}; repack it with `greenlight hook pack`",
                code.target,
                host.unwrap_or("something else")
            )
        })
    }
}

/// Reads a zip of which the files take at most `most` bytes.
pub(super) fn read(zip: &[u8], most: u64) -> Result<Contents, BundleError> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|error| damaged(&error))?;
    let mut left = most;
    let mut needed = |name: &str| {
        file(&mut archive, name, &mut left)?.ok_or_else(|| BundleError::Lacks { file: name.to_owned() })
    };
    let program = needed(BOOTSTRAP)?;
    let text = needed(suite::FILE_NAME)?;
    let suite = Suite::parse(&String::from_utf8_lossy(&text))?;
    let mut plugins = Vec::with_capacity(suite.plugins.len());
    for plugin in &suite.plugins {
        let bytes = file(&mut archive, &plugin.plugin.to_string_lossy(), &mut left)?;
        plugins.push(PackedFile {
            bytes: bytes.as_ref().map(|bytes| bytes.len() as u64),
            digest: bytes.as_ref().map(|bytes| hex::encode(Sha256::digest(bytes))).unwrap_or_default(),
            blake3: bytes.as_ref().map(|bytes| blake3::hash(bytes).to_hex().to_string()).unwrap_or_default(),
            code: bytes.as_deref().and_then(NativeCode::read),
        });
    }
    let host = match host::machine(&program) {
        host::Machine::Linux(target) => Some(target),
        _ => None,
    };
    Ok(Contents { suite, host, host_bytes: program.len() as u64, plugins })
}

/// The file `name`, if there is one and all that was read stays within what a bundle may be: a small zip can hold a
/// thousand times its size.
fn file(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut u64,
) -> Result<Option<Vec<u8>>, BundleError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(&error)),
    };
    let mut bytes = Vec::new();
    file.take(*left + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| BundleError::Archive { problem: format!("{name}: {error}") })?;
    *left = left.checked_sub(bytes.len() as u64).ok_or(BundleError::TooLarge)?;
    Ok(Some(bytes))
}

fn damaged(error: &ZipError) -> BundleError {
    BundleError::Archive { problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{BundleError, read};
    use crate::bundle::archive::{self, File};

    #[test]
    fn a_small_zip_that_unfolds_to_too_much_is_left_folded() {
        let suite = "[[plugins]]\nname = \"a\"\nplugin = \"a.cwasm\"\n";
        let files = [
            File::program("bootstrap", vec![0; 100_000]),
            File::data("greenlight.toml", suite.into()),
            File::data("a.cwasm", vec![0; 1_000_000]),
        ];
        let zip = archive::write(&files).unwrap();
        assert!(zip.len() < 5_000);
        let whole = 1_100_000 + suite.len() as u64;
        assert!(read(&zip, whole).is_ok());
        for most in [0, 99_999, 100_000, whole - 1] {
            assert!(matches!(read(&zip, most), Err(BundleError::TooLarge)), "{most}");
        }
    }
}
