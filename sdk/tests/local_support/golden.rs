//! Texts that people read, kept in `tests/error`.

use std::path::Path;

/// Compares with a golden file. `UPDATE_GOLDEN=1` writes it instead, for a look at the difference.
#[track_caller]
pub(crate) fn assert_golden(name: &str, seen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/error").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("{seen}\n")).unwrap();
    }
    let expected =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    super::assert_text(seen, expected.trim_end_matches('\n'));
}
