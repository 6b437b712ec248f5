//! Notes in the plugin what it was built from and with: the custom section `producers` of WebAssembly's tool conventions.

use std::fmt;

use serde::Serialize;
use wasm_metadata::Producers;

use super::error::BuildError;
use super::language::Language;

/// What a plugin was built from and with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::hook) struct Facts {
    pub(in crate::hook) languages: Vec<String>,
    /// Each a name, and a version where it is known.
    pub(in crate::hook) tools: Vec<String>,
}

/// The component with its facts; what the toolchain noted itself stays.
pub(super) fn write(
    component: &[u8],
    language: Language,
    tools: &[(String, String)],
) -> Result<(Vec<u8>, Facts), BuildError> {
    let mut producers = Producers::empty();
    producers.add("language", &language.to_string(), "");
    for (name, version) in tools {
        producers.add("processed-by", name, version);
    }
    producers.add("processed-by", "greenlight", env!("CARGO_PKG_VERSION"));
    let written = producers.add_to_wasm(component);
    let bytes = written.map_err(|error| BuildError::Facts { problem: format!("{error:#}") })?;
    let facts = Facts::read(&bytes);
    Ok((bytes, facts))
}

impl Facts {
    /// Reads them from a component; empty where nobody noted any.
    pub(in crate::hook) fn read(component: &[u8]) -> Self {
        let Ok(Some(producers)) = Producers::from_wasm(component) else { return Self::default() };
        let field = |name: &str| {
            let Some(field) = producers.get(name) else { return Vec::new() };
            let noted = field.iter().map(|(name, version)| format!("{name} {version}").trim_end().to_owned());
            noted.collect()
        };
        Self { languages: field("language"), tools: field("processed-by") }
    }

    /// Whether nobody noted any.
    pub(in crate::hook) const fn is_empty(&self) -> bool {
        self.languages.is_empty() && self.tools.is_empty()
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tools.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component.
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn what_is_written_is_read_again() {
        let tools = [("zig".to_owned(), "0.17.1".to_owned())];
        let (bytes, facts) = write(COMPONENT, Language::C, &tools).unwrap();
        assert_eq!(Facts::read(&bytes), facts);
        assert_eq!(facts.languages, ["C"]);
        assert_eq!(facts.tools, ["zig 0.17.1", concat!("greenlight ", env!("CARGO_PKG_VERSION"))]);
    }

    #[test]
    fn what_a_toolchain_noted_stays() {
        let (bytes, _) =
            write(COMPONENT, Language::Rust, &[("rustc".to_owned(), "1.95.0".to_owned())]).unwrap();
        let (_, facts) = write(&bytes, Language::Rust, &[]).unwrap();
        assert!(facts.tools.contains(&"rustc 1.95.0".to_owned()), "{facts}");
    }

    #[test]
    fn bytes_without_any_have_none() {
        assert!(Facts::read(COMPONENT).is_empty());
        assert!(Facts::read(b"nothing of the kind").is_empty());
    }
}
