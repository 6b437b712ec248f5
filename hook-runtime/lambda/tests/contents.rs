//! What is not in the host.

use std::process::Command;

/// Crates that the binary must not hold, and why.
const ABSENT: [(&str, &str); 8] = [
    ("cranelift-codegen", "plugins are compiled when they are packed"),
    ("wasmtime-internal-cranelift", "plugins are compiled when they are packed"),
    ("wasi-preview1-component-adapter-provider", "plugins are made components when they are packed"),
    ("aws-lc-rs", "there is one TLS library, on ring"),
    ("openssl-sys", "there is one TLS library, on ring"),
    ("native-tls", "there is one TLS library, on ring"),
    ("rustls-native-certs", "reading the machine's certificates is half of a small function's start"),
    ("tracing-subscriber", "the host writes its own lines"),
];

#[test]
fn the_host_holds_no_compiler_and_one_tls_library() {
    let arguments = [
        "tree",
        "--locked",
        "--offline",
        "--package",
        "greenlight-lambda-host",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ];
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let has = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    assert!(has("rustls") && has("wasmtime"), "this is no tree of the host: {tree}");
    for (name, why) in ABSENT {
        assert!(!has(name), "{name} is a dependency of the host, and {why}");
    }
}
