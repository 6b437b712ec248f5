//! One file, read and checked.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use greenlight_core::appspec::{AppSpec, MAX_BYTES};
use greenlight_core::finding::{Counts, Finding, Place, TextPlace};

/// A file and what was found in it.
pub(super) struct Checked {
    /// The name to show.
    pub(super) file: String,
    /// The text that places count in, where the file is one.
    pub(super) source: Option<String>,
    pub(super) deployable: bool,
    pub(super) findings: Vec<Finding>,
}

impl Checked {
    /// Reads no more than the reader looks at, so that a device or an endless pipe is refused too.
    pub(super) fn read(path: &Path, stdin: &mut dyn Read) -> Self {
        let is_stdin = path == Path::new("-");
        let file = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let bytes = if is_stdin {
            read_start(stdin)
        } else {
            File::open(path).and_then(|mut file| read_start(&mut file))
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return Self::unreadable(file, &error),
        };
        let reading = AppSpec::read_bytes(&bytes);
        let deployable = reading.is_deployable();
        let findings = reading.findings.into_iter().map(|finding| finding.in_file(file.as_str())).collect();
        Self { source: String::from_utf8(bytes).ok(), file, deployable, findings }
    }

    fn unreadable(file: String, error: &io::Error) -> Self {
        let finding = Finding::error("cannot-read", format!("the file cannot be read: {error}"))
            .with_place(Place::Text(TextPlace::new(1, 1, 0..0, "")))
            .in_file(file.as_str())
            .with_fix("check the path, and whether you may read the file");
        Self { file, source: None, deployable: false, findings: vec![finding] }
    }

    /// The last line of a file's answer: `can be deployed, 1 warning`.
    pub(super) fn summary(&self) -> String {
        let verdict = if self.deployable { "can be deployed" } else { "cannot be deployed" };
        format!("{verdict}, {}", Counts::of(&self.findings))
    }
}

/// One byte more than may be read tells that there is more.
fn read_start(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
