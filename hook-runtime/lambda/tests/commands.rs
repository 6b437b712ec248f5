//! Programs that know nothing of Greenlight or of AWS judge deployments by their exit status.

use crate::support::{Fake, Setup};

/// Exits with this status, and does nothing else.
fn exits(status: i32) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (func (export "_start") (call $exit (i32.const {status}))))"#
    ))
    .unwrap()
}

#[tokio::test]
async fn the_exit_status_of_a_program_is_what_codedeploy_is_told() {
    for (status, told) in [(0, "Succeeded"), (3, "Failed")] {
        let aws = Fake::well().await;
        let mut setup = Setup::new("[[plugins]]\nname = \"plain\"\nplugin = \"plain.wasm\"\n", &aws);
        setup.wasm = Some(exits(status));
        setup.host().hook().await.unwrap();
        assert_eq!(aws.reports(), [told], "status {status}");
    }
}
