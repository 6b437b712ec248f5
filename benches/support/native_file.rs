//! Native code in a file, as an unzipped bundle has it.

use std::{fs, io, path::Path};

/// Writes it so that nobody may write to it any more: such a file is mapped where it lies, any other is copied first.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write(path: &Path, code: &[u8]) -> io::Result<()> {
    fs::write(path, code)?;
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}
