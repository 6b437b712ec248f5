//! The first things that go wrong in a new project are told in words that lead on: source that does not compile, and source that is
//! no plugin. A missing tool is in `hook_build`, a missing grant in `hook_new`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;

use greenlight_tests::PluginProjects;
use greenlight_tests::programs::root;

/// A new project in a language, with one file that is written anew.
struct Project {
    language: &'static str,
    name: &'static str,
    file: &'static str,
}

const RUST: Project = Project { language: "rust", name: "Rust", file: "src/lib.rs" };
const C: Project = Project { language: "c", name: "C", file: "hook.c" };
const GO: Project = Project { language: "go", name: "Go", file: "main.go" };
const JAVASCRIPT: Project = Project { language: "javascript", name: "JavaScript", file: "hook.js" };
const PYTHON: Project = Project { language: "python", name: "Python", file: "app.py" };
const ASSEMBLYSCRIPT: Project =
    Project { language: "assemblyscript", name: "AssemblyScript", file: "assembly/index.ts" };
const ZIG: Project = Project { language: "zig", name: "Zig", file: "src/main.zig" };
const ZIG_BUILD: Project = Project { file: "build.zig", ..ZIG };

impl Project {
    /// Builds it with this source, which is refused. Gives what the toolchain says of it, and our last line.
    async fn build(&self, source: &str) -> (String, String) {
        let projects = PluginProjects::with(self.language, "probe").await;
        fs::write(projects.path("probe").join(self.file), source).unwrap();
        let said = projects.hook("build probe", 3).await.stderr;
        assert!(!projects.path("probe/probe.wasm").exists(), "a plugin was written all the same");
        let folder = fs::canonicalize(projects.folder()).unwrap().display().to_string();
        let said = said.trim_end().replace(&folder, "[DIR]");
        let (before, last) = said.rsplit_once('\n').unwrap_or(("", &said));
        (before.to_owned(), last.to_owned())
    }

    /// A tool refuses the source with words that have these parts, and we say which tool did.
    async fn is_refused_by(&self, tool: &str, source: &str, parts: &[&str]) {
        let (said, last) = self.build(source).await;
        for part in parts {
            assert!(said.contains(part), "{part} is not in: {said}");
        }
        let (before, after) = last.split_once("; ").unwrap();
        let began =
            format!("greenlight: the {} source in [DIR]/probe does not build: `{tool}` ended", self.name);
        assert!(before.starts_with(&began), "{last}");
        assert_eq!(after, "what it said is above");
    }

    /// The tools make something of the source that is no plugin, and we say what it lacks.
    async fn is_no_plugin(&self, source: &str, expected: &str) {
        assert_eq!(self.build(source).await.1, format!("greenlight: {expected}"));
    }
}

#[tokio::test]
async fn a_new_rust_project_that_does_not_compile_or_is_no_plugin_is_told_so() {
    let source = "fn validate() {\n    missing\n}\n";
    let parts = ["src/lib.rs:2:5", "cannot find value `missing` in this scope"];
    RUST.is_refused_by("cargo build", source, &parts).await;
    RUST.is_no_plugin(
        "pub fn other() {}\n",
        "what the Rust source builds is no plugin: the plugin exports nothing: neither a validator nor a program's entry; export \
         greenlight:hook/validator@0.1.0 as the world greenlight:hook/hook@0.1.0 says, or wasi:cli/run@0.2 as a program does",
    )
    .await;
}

#[tokio::test]
async fn a_new_c_plugin_that_does_not_compile_or_is_none_is_told_so() {
    let source = "int other(void) { return missing; }\n";
    C.is_refused_by("zig cc", source, &["hook.c:1:26: error: use of undeclared identifier 'missing'"]).await;
    let lacks = "undefined symbol: exports_greenlight_hook_validator_validate";
    C.is_refused_by("zig cc", "int other(void) { return 0; }\n", &[lacks]).await;
}

#[tokio::test]
async fn a_new_go_plugin_that_does_not_compile_or_is_none_is_told_so() {
    let source = "package main\n\nvar other = missing\n\nfunc main() {}\n";
    GO.is_refused_by("go build", source, &["main.go:3:13: undefined: missing"]).await;
    GO.is_no_plugin(
        "package main\n\nfunc main() {}\n",
        "what the Go source builds is no plugin: the plugin exports _initialize: neither a validator nor a program's entry; export \
         greenlight:hook/validator@0.1.0#validate, or _start as a program for WASI preview 1 does",
    )
    .await;
}

#[tokio::test]
async fn a_new_javascript_plugin_that_does_not_parse_or_is_none_is_told_so() {
    let source = "export const validator = {\n  validate( { }\n};\n";
    JAVASCRIPT.is_refused_by("node", source, &["hook.js:3", "SyntaxError: Unexpected token '}'"]).await;
    let lacks = "does not export a \"validator\" interface";
    JAVASCRIPT.is_refused_by("componentize-js", "export const other = 1;\n", &[lacks]).await;
}

#[tokio::test]
async fn a_new_python_plugin_that_does_not_parse_or_is_none_is_told_so() {
    let source = "class Validator(:\n    pass\n";
    PYTHON.is_refused_by("componentize-py", source, &["SyntaxError: invalid syntax (app.py, line 1)"]).await;
    let lacks = "AttributeError: module 'app' has no attribute 'Validator'";
    PYTHON.is_refused_by("componentize-py", "other = 1\n", &[lacks]).await;
}

#[tokio::test]
async fn a_new_assemblyscript_plugin_that_does_not_compile_is_told_so() {
    let source = "import { complain } from \"./wasi\";\ncomplain(missing);\n";
    ASSEMBLYSCRIPT
        .is_refused_by("asc", source, &["Cannot find name 'missing'", "assembly/index.ts(2,10)"])
        .await;
}

#[tokio::test]
async fn a_new_zig_plugin_that_does_not_compile_is_told_so() {
    let source = "pub fn main() void {\n    missing();\n}\n";
    let part = "src/main.zig:2:5: error: use of undeclared identifier 'missing'";
    ZIG.is_refused_by("zig build", source, &[part]).await;
}

/// A program is a plugin in Zig and AssemblyScript, whatever it does: nothing that compiles is of another world.
#[tokio::test]
async fn a_new_zig_plugin_that_installs_no_program_or_two_is_told_so() {
    let template = fs::read_to_string(root().join("sdk/cli/templates/zig/build.zig")).unwrap();
    let install = "    b.installArtifact(program);\n";
    assert!(template.contains(install), "{template}");
    let expected = |number| {
        format!(
            "the Zig source in [DIR]/probe installs {number} programs, and a plugin is one; call `b.installArtifact` for it alone \
             in build.zig"
        )
    };
    let template = template.replace("{{name}}", "probe");
    ZIG_BUILD.is_no_plugin(&template.replace(install, "    _ = program;\n"), &expected(0)).await;
    let copy = "    b.getInstallStep().dependOn(&b.addInstallArtifact(program, .{ .dest_sub_path = \"copy.wasm\" }).step);\n";
    ZIG_BUILD.is_no_plugin(&template.replace(install, &(install.to_owned() + copy)), &expected(2)).await;
}
