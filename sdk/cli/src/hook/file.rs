//! Writing what a command makes.

use std::fs;
use std::io;
use std::path::Path;

/// Writes beside the place and renames: whoever uses the old file at this moment does not get half of the new one.
pub(super) fn replace(output: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = output.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = Path::new(&partial);
    fs::write(partial, bytes).and_then(|()| fs::rename(partial, output)).inspect_err(|_| {
        // The failure is told; a leftover that cannot be removed either would only hide it.
        drop(fs::remove_file(partial));
    })
}
