//! What the task sets of a rehearsal print, kept in files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use greenlight::local::task_set::TaskSetSpec;

use super::error::ProjectError;

/// Keeps what a task set prints in `DIR/LABEL.log`, line by line, from the first one on. A file that is there is
/// replaced.
pub(super) fn keep(spec: TaskSetSpec, dir: &Path, label: &str) -> Result<TaskSetSpec, ProjectError> {
    let path = dir.join(format!("{label}.log"));
    let opened = fs::create_dir_all(dir).and_then(|()| File::create(&path));
    let file = opened.map_err(|source| ProjectError::Unwritable { path: path.clone(), source })?;
    Ok(spec.with_output(move |line| {
        // Written at once, so that nothing is lost however the command ends. A full disk loses the log and nothing
        // else.
        drop((&file).write_all(format!("{}\n", line.text).as_bytes()));
    }))
}
