//! Keys that the endpoint makes once and keeps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::table::{Row, Table};
use crate::endpoint::ids::Ids;
use crate::endpoint::pagination::Key;

const PAGE_TOKENS: &str = "page-tokens";

/// A key, in base64.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Row for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The key that seals page tokens.
pub(super) fn page_key(secrets: &mut Table<Secret>, ids: &Ids) -> Key {
    let kept = secrets.get(PAGE_TOKENS).and_then(|secret| STANDARD.decode(&secret.0).ok());
    kept.and_then(|bytes| bytes.try_into().ok()).unwrap_or_else(|| {
        let key: Key = ids.bytes();
        secrets.put(PAGE_TOKENS, Secret(STANDARD.encode(key)));
        key
    })
}
