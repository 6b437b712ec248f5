//! The languages, each with its recipe.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::error::BuildError;
use super::job::{Built, Job};
use super::tool::Tool;
use super::{assemblyscript, c, go, javascript, python, rust, zig};

/// A language that plugins are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    Rust,
    C,
    Go,
    JavaScript,
    Python,
    AssemblyScript,
    Zig,
}

impl Language {
    /// All of them, in the order in which they are listed to people.
    pub(in crate::hook) const ALL: [Self; 7] =
        [Self::Rust, Self::C, Self::Go, Self::JavaScript, Self::Python, Self::AssemblyScript, Self::Zig];

    /// As it is written in `[build] language`.
    pub(in crate::hook) const fn key(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::C => "c",
            Self::Go => "go",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::AssemblyScript => "assemblyscript",
            Self::Zig => "zig",
        }
    }

    /// What must be installed to build plugins: each tool, and how one gets it.
    pub(in crate::hook) fn needs(self) -> Vec<(&'static str, &'static str)> {
        let tools: &[Tool] = match self {
            Self::Rust => &[rust::CARGO],
            Self::C | Self::Zig => &[zig::ZIG],
            Self::Go => &[go::GO],
            Self::JavaScript => &javascript::TOOLS,
            Self::Python => &[python::COMPONENTIZE],
            Self::AssemblyScript => &assemblyscript::TOOLS,
        };
        let tools = tools.iter().map(|tool| (tool.name, tool.install));
        tools.chain((self == Self::Rust).then_some(rust::NEEDS_TARGET)).collect()
    }

    /// Whether a project's own `package.json` names the tools.
    pub(in crate::hook) const fn installs_with_npm(self) -> bool {
        matches!(self, Self::JavaScript | Self::AssemblyScript)
    }

    /// What decides where the build begins, in languages whose build asks nobody else.
    pub(super) const fn decides_entry(self) -> Option<&'static str> {
        match self {
            Self::Rust => Some("Cargo.toml"),
            Self::C => Some("what lies in the folder and in src"),
            Self::Zig => Some("build.zig"),
            Self::Go | Self::JavaScript | Self::Python | Self::AssemblyScript => None,
        }
    }

    /// Calls the language's own toolchain.
    pub(super) fn build(self, job: &Job<'_>) -> Result<Built, BuildError> {
        match self {
            Self::Rust => rust::build(job),
            Self::C => c::build(job),
            Self::Go => go::build(job),
            Self::JavaScript => javascript::build(job),
            Self::Python => python::build(job),
            Self::AssemblyScript => assemblyscript::build(job),
            Self::Zig => zig::build(job),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::C => "C",
            Self::Go => "Go",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::AssemblyScript => "AssemblyScript",
            Self::Zig => "Zig",
        })
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|language| language.key() == text).ok_or_else(|| {
            let keys: Vec<&str> = Self::ALL.iter().map(|language| language.key()).collect();
            format!("there is no language \"{text}\"; the languages are {}", keys.join(", "))
        })
    }
}
