//! Lists, a page at a time, with tokens that only their own list takes.
//!
//! A token is the position of the last item, sealed with a keyed hash over the position and the list it is of. A
//! damaged token, one of another list, and one of another endpoint's are refused alike. The key is kept with the
//! state, so that a token outlives a restart.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::error::ServiceError;
use super::operation::Operation;

/// Bytes of the keyed hash.
const SEAL_BYTES: usize = 32;

/// A secret of the store, as long as a block of the hash.
pub(crate) type Key = [u8; 64];

/// Cuts lists into pages.
pub(crate) struct Pages {
    key: Key,
    size: usize,
}

/// Which list a page is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    /// The operation that lists.
    pub(crate) operation: Operation,
    /// Everything of the input that chooses or orders what is listed.
    pub(crate) choice: &'a [&'a str],
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// How to ask for the next one; none after the last.
    pub(crate) next_token: Option<String>,
}

impl Pages {
    /// Pages of at most `size` items, at least 1.
    pub(crate) fn new(key: Key, size: usize) -> Self {
        Self { key, size: size.max(1) }
    }

    /// After which position the asked page begins; none for the first page.
    ///
    /// # Errors
    ///
    /// `InvalidNextTokenException`.
    pub(crate) fn after(&self, list: List<'_>, token: Option<&str>) -> Result<Option<String>, ServiceError> {
        let Some(token) = token else { return Ok(None) };
        self.open(list, token).map(Some).ok_or_else(ServiceError::invalid_next_token)
    }

    /// The page that begins with the first of `items`. `position` must tell each from all others, and must say
    /// where the list goes on if the item is gone by then.
    pub(crate) fn cut<T>(
        &self,
        list: List<'_>,
        items: impl IntoIterator<Item = T>,
        position: impl Fn(&T) -> String,
    ) -> Page<T> {
        let mut rest = items.into_iter();
        let items: Vec<T> = rest.by_ref().take(self.size).collect();
        let last = items.last().filter(|_| rest.next().is_some());
        let next_token = last.map(|last| self.seal(list, &position(last)));
        Page { items, next_token }
    }

    fn seal(&self, list: List<'_>, position: &str) -> String {
        let mut token = self.mac(list, position).finalize().into_bytes().to_vec();
        token.extend_from_slice(position.as_bytes());
        STANDARD.encode(token)
    }

    fn open(&self, list: List<'_>, token: &str) -> Option<String> {
        let token = STANDARD.decode(token).ok()?;
        let (seal, position) = token.split_at_checked(SEAL_BYTES)?;
        let position = std::str::from_utf8(position).ok()?;
        self.mac(list, position).verify_slice(seal).ok()?;
        Some(position.to_owned())
    }

    fn mac(&self, list: List<'_>, position: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new((&self.key).into());
        for part in [list.operation.name(), position].iter().chain(list.choice) {
            // With its length, so that no two lists run together into the same bytes.
            mac.update(&part.len().to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("size", &self.size).finish_non_exhaustive()
    }
}
