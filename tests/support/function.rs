//! The folder of a Lambda function, as `greenlight hook pack` makes it.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use zip::ZipArchive;

use crate::{Greenlight, programs};

/// The longest that a plugin of 15 MB may compile, with everything else that the machine does meanwhile.
const COMPILING: Duration = Duration::from_secs(300);

/// What Lambda would unpack of the bundle of a suite with this one plugin, called `check`: its manifest, and the plugin compiled
/// ahead. In place of the host there is only a head of one; run [`programs::bootstrap`] there.
///
/// `settings` is what the suite says of the plugin, as TOML.
///
/// # Panics
///
/// When the bundle cannot be made.
pub async fn function_folder(plugin: &Path, settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::copy(plugin, file("check.wasm")).unwrap();
    let suite = format!("[[plugins]]\nname = \"check\"\nplugin = \"check.wasm\"\n{settings}\n");
    fs::write(file("greenlight.toml"), suite).unwrap();
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    fs::write(file("host"), programs::head_of_a_host(arch)).unwrap();
    let pack = format!("hook pack --target {arch} --host host --output bundle.zip");
    let call = Greenlight::new().args(&pack).in_folder(folder.path()).with_deadline(COMPILING);
    call.run().await.expect(0).await;
    let zip = fs::read(file("bundle.zip")).unwrap();
    let function = tempfile::tempdir().unwrap();
    ZipArchive::new(Cursor::new(zip)).unwrap().extract(function.path()).unwrap();
    function
}
