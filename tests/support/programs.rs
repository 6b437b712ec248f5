//! Where the built programs and plugins are.

use std::path::{Path, PathBuf};

/// The `greenlight` command, beside this test's own binary.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn greenlight() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    // target/debug/deps/<test>, or target/debug/<test>.
    let found =
        own.ancestors().skip(1).take(2).map(|folder| folder.join("greenlight")).find(|path| path.is_file());
    found.unwrap_or_else(|| missing(&own.with_file_name("greenlight")))
}

/// The demo service.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn demo_service() -> PathBuf {
    built(root().join("guest-examples/demo/bin/demo-service"))
}

/// The validation test that the demo uses.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn rust_smoke() -> PathBuf {
    built(root().join("guest-examples/demo/bin/rust-smoke.wasm"))
}

/// The plugin that misbehaves as its config key `behaviour` says.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn guest_faults() -> PathBuf {
    built(target().join("guests/guest_faults.wasm"))
}

/// The guest example of this name, with underscores, as `greenlight hook build` made it.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    let plugin = target().join("guests").join(format!("{name}.wasm"));
    assert!(
        plugin.is_file(),
        "there is no {}: run `cargo xtask toolchains` and `cargo xtask guests`",
        plugin.display()
    );
    plugin
}

/// The toolchains of languages other than Rust, where `cargo xtask toolchains` puts them; some may be missing.
#[must_use]
pub fn toolchains() -> PathBuf {
    target().join("toolchains")
}

/// Cargo's target directory.
///
/// # Panics
///
/// When the `greenlight` command is not built.
#[must_use]
pub fn target() -> PathBuf {
    greenlight().ancestors().nth(2).map(Path::to_owned).unwrap_or_default()
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

fn built(path: PathBuf) -> PathBuf {
    if path.is_file() { path } else { missing(&path) }
}

fn missing(path: &Path) -> ! {
    panic!(
        "there is no {}: run `cargo xtask demo` and `cargo build -p greenlight-cli` first, or `cargo verify`, \
         which does both and then all tests",
        path.display()
    )
}
