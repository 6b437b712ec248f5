//! Writes a zip that is the same for the same files.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// A file to be written.
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    mode: u32,
}

impl File {
    /// One that can be started.
    pub(super) fn program(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes, mode: 0o755 }
    }

    /// One that is only read. Nobody may write to native code.
    pub(super) fn data(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes, mode: 0o444 }
    }
}

/// A zip of these files in this order, with one fixed time.
pub(super) fn write(files: &[File]) -> Result<Vec<u8>, String> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            // The first time that a zip can tell: the beginning of 1980.
            .last_modified_time(DateTime::default())
            .unix_permissions(file.mode);
        zip.start_file(file.name.as_str(), options).map_err(|error| error.to_string())?;
        zip.write_all(&file.bytes).map_err(|error| error.to_string())?;
    }
    zip.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}
