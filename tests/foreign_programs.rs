//! Programs that know nothing of Greenlight, as each toolchain makes them of a hello world, are plugins: by their exit status they let
//! a release pass, or fail it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use greenlight_tests::Greenlight;
use greenlight_tests::programs::toolchains;
use tempfile::TempDir;

/// The longest that a toolchain, or the compiler of plugins, may take, with everything else that the machine does meanwhile.
const COMPILING: Duration = Duration::from_secs(300);

/// What a component that is a program exports. Toolchains that make components of nothing else are told so by this file.
const PROGRAM_WIT: &str = "\
package wasi:cli@0.2.0;

interface run {
  run: func() -> result;
}

world program {
  export run;
}
";

/// A folder with the source of a program, which says `hello`.
struct Source(TempDir);

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("hello-").tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        Self(folder)
    }

    /// With the file for toolchains that make components.
    fn with_wit(self) -> Self {
        fs::write(self.0.path().join("program.wit"), PROGRAM_WIT).unwrap();
        self
    }

    /// Compiles it to `hello.wasm` by a program, which is called in the folder.
    fn compile(self, program: impl AsRef<Path>, arguments: &str) -> Self {
        self.compile_for(&[], program, arguments)
    }

    /// As [`compile`](Self::compile), with these variables.
    fn compile_for(self, variables: &[(&str, &str)], program: impl AsRef<Path>, arguments: &str) -> Self {
        let mut compiler = Command::new(program.as_ref());
        compiler.args(arguments.split_whitespace()).current_dir(self.0.path());
        let output = compiler.envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{compiler:?}: {}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// It passes, and what it says is kept.
    async fn passes(&self) {
        let ended = self.run(0).await;
        assert!(ended.contains("stdout: hello"), "{ended}");
    }

    /// It fails, for this reason.
    async fn fails(&self, reason: &str) {
        let ended = self.run(3).await;
        assert_eq!(ended.trim_end().lines().last(), Some(&*format!("failed: {reason}")), "{ended}");
    }

    async fn run(&self, status: i32) -> String {
        let call = Greenlight::new().args("hook run hello.wasm --url http://127.0.0.1:1");
        call.in_folder(self.0.path()).with_deadline(COMPILING).run().await.expect(status).await.stdout
    }
}

fn python(program: &str) -> PathBuf {
    toolchains().join("python/bin").join(program)
}

fn node(program: &str) -> PathBuf {
    toolchains().join("node/node_modules/.bin").join(program)
}

#[tokio::test]
async fn a_hello_world_in_rust_is_a_plugin() {
    let rust = |body: &str| {
        let source = format!("fn main() {{\n    println!(\"hello\");\n    {body}\n}}\n");
        Source::new("hello.rs", &source).compile("rustc", "--target wasm32-wasip2 -O hello.rs")
    };
    rust("").passes().await;
    rust("eprintln!(\"no, thanks\"); std::process::exit(3)").fails("no, thanks").await;
}

#[tokio::test]
async fn a_hello_world_of_the_c_compiler_is_a_c_plugin() {
    let c = |body: &str| {
        let source = format!("#include <stdio.h>\nint main(void) {{ puts(\"hello\"); {body} }}\n");
        let arguments = "cc --target=wasm32-wasi -O1 hello.c -o hello.wasm";
        Source::new("hello.c", &source).compile(python("python-zig"), arguments)
    };
    c("").passes().await;
    c("fputs(\"no, thanks\", stderr); return 3;").fails("no, thanks").await;
}

#[tokio::test]
async fn a_hello_world_of_the_go_compiler_is_a_go_plugin() {
    let go = |import: &str, body: &str| {
        let source = format!(
            "package main\n\nimport (\"fmt\"; {import})\n\nfunc main() {{\nfmt.Println(\"hello\")\n{body}\n}}\n"
        );
        Source::new("hello.go", &source).compile_for(
            &[("GOOS", "wasip1"), ("GOARCH", "wasm")],
            python("go"),
            "build -o hello.wasm hello.go",
        )
    };
    go("", "").passes().await;
    go("\"os\"", "fmt.Fprintln(os.Stderr, \"no, thanks\")\nos.Exit(3)").fails("no, thanks").await;
}

#[tokio::test]
async fn a_hello_world_of_componentize_js_is_a_javascript_plugin() {
    let javascript = |body: &str| {
        let source = format!("export const run = {{\n  run() {{ console.log('hello'); {body} }},\n}};\n");
        let arguments = "hello.js --wit program.wit --world-name program --out hello.wasm";
        Source::new("hello.js", &source).with_wit().compile(node("componentize-js"), arguments)
    };
    javascript("").passes().await;
    // A component's program ends well or not, and knows no other status.
    javascript("console.error('no, thanks'); throw undefined;").fails("no, thanks").await;
}

#[tokio::test]
async fn a_hello_world_of_componentize_py_is_a_python_plugin() {
    let python_source = |body: &str| {
        let source = format!(
            "import sys\nfrom componentize_py_types import Err\nfrom wit_world import exports\n\nclass Run(exports.Run):\n    \
             def run(self):\n        print(\"hello\")\n        {body}\n"
        );
        let arguments = "--wit-path program.wit --world program componentize hello -o hello.wasm";
        Source::new("hello.py", &source).with_wit().compile(python("componentize-py"), arguments)
    };
    python_source("pass").passes().await;
    python_source("print(\"no, thanks\", file=sys.stderr); raise Err(None)").fails("no, thanks").await;
}

#[tokio::test]
async fn a_hello_world_of_asc_is_an_assemblyscript_plugin() {
    let assemblyscript = |body: &str| {
        let source = format!("{ASSEMBLYSCRIPT_WASI}\nsay(1, \"hello\");\n{body}\n");
        let arguments = "hello.ts --use abort= --exportStart _start --outFile hello.wasm";
        Source::new("hello.ts", &source).compile(node("asc"), arguments)
    };
    assemblyscript("").passes().await;
    assemblyscript("say(2, \"no, thanks\"); exit(3);").fails("no, thanks").await;
}

/// AssemblyScript has no standard library for WASI: a hello world in it brings these lines.
const ASSEMBLYSCRIPT_WASI: &str = r#"
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, vectors: usize, count: u32, written: usize): u32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function exit(status: u32): void;

function say(fd: u32, line: string): void {
  const text = String.UTF8.encode(line + "\n");
  const vector = new StaticArray<usize>(3);
  vector[0] = changetype<usize>(text);
  vector[1] = <usize>text.byteLength;
  const at = changetype<usize>(vector);
  fd_write(fd, at, 1, at + 8);
}
"#;

#[tokio::test]
async fn a_hello_world_of_the_zig_compiler_is_a_zig_plugin() {
    let zig = |body: &str| {
        let source = format!(
            "const std = @import(\"std\");\n\npub fn main(init: std.process.Init) !u8 {{\n    \
             try std.Io.File.stdout().writeStreamingAll(init.io, \"hello\\n\");\n    {body}\n}}\n"
        );
        let arguments = "build-exe -target wasm32-wasi -OReleaseSmall hello.zig";
        Source::new("hello.zig", &source).compile(python("python-zig"), arguments)
    };
    zig("return 0;").passes().await;
    zig("std.debug.print(\"no, thanks\\n\", .{});\n    return 3;").fails("no, thanks").await;
}
