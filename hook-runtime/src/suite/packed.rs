//! What `greenlight hook pack` writes down of each plugin.

use std::fmt;

use serde::{
    Deserialize, Serialize,
    de::{self, Deserializer},
};

/// Which native code belongs to a plugin, so that nothing else is ever mapped.
///
/// Written by `greenlight hook pack`, checked by [`Runtime::map`](crate::Runtime::map). All digests are lower-case
/// hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Packed {
    /// The SHA-256 of the native code, the `.cwasm`.
    #[serde(deserialize_with = "digest")]
    pub digest: String,
    /// The BLAKE3 of the native code, by which hosts check it: of large code it takes a fraction of the time. Nothing in
    /// bundles of releases before it was noted; those are checked by the SHA-256.
    #[serde(default, deserialize_with = "some_digest", skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    /// The SHA-256 of the component, the `.wasm`, that it was compiled from.
    #[serde(deserialize_with = "digest")]
    pub source_digest: String,
    /// The compatibility hash of the engine that compiled it: version, settings and target. See
    /// [`Runtime::engine_hash`](crate::Runtime::engine_hash).
    pub engine: String,
    /// The target triple that it was compiled for, such as `aarch64-unknown-linux-gnu`.
    pub target: String,
    /// The interfaces that the component imports, such as `greenlight:hook/report@0.1.0`. Native code does not tell
    /// them; they are for people who read the bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<String>,
}

impl Packed {
    /// What belongs to native code with these SHA-256 digests, engine and target.
    #[must_use]
    pub fn new(
        digest: impl Into<String>,
        source_digest: impl Into<String>,
        engine: impl Into<String>,
        target: impl Into<String>,
    ) -> Self {
        Self {
            digest: digest.into(),
            blake3: None,
            source_digest: source_digest.into(),
            engine: engine.into(),
            target: target.into(),
            imports: Vec::new(),
        }
    }

    /// Sets [`blake3`](Self::blake3).
    #[must_use]
    pub fn with_blake3(mut self, digest: impl Into<String>) -> Self {
        self.blake3 = Some(digest.into());
        self
    }
}

impl fmt::Display for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{} for {}", self.digest, self.target)
    }
}

fn some_digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    digest(deserializer).map(Some)
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let digest = String::deserialize(deserializer)?;
    if digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(digest)
    } else {
        Err(de::Error::custom(
            "a digest is 64 lower-case hexadecimal digits; repack with `greenlight hook pack`",
        ))
    }
}
