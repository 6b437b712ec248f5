//! A store that remembers what it held after each save.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::future::BoxFuture;

use crate::local::engine::Kept;
use crate::local::persist::{Change, NotWritten, Persist};

/// The rows of a moment, by table and key.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows(BTreeMap<(String, String), Vec<u8>>);

/// Every state that a kill can leave behind.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Vec<Rows>>);

impl Memory {
    /// One that goes on from rows.
    pub(super) fn from(rows: Rows) -> Self {
        Self(Mutex::new(vec![rows]))
    }

    /// The rows after each save, the first one before all of them.
    pub(super) fn history(&self) -> Vec<Rows> {
        self.0.lock().unwrap().clone()
    }
}

impl Persist for Memory {
    fn save(&self, changes: Vec<Change>) {
        let mut history = self.0.lock().unwrap();
        let mut rows = history.last().cloned().unwrap_or_default();
        for change in changes {
            match change {
                Change::Put { table, key, value } => {
                    rows.0.insert((table.to_owned(), key), value);
                }
                Change::Remove { table, key } => {
                    rows.0.remove(&(table.to_owned(), key));
                }
            }
        }
        history.push(rows);
    }

    fn written(&self) -> BoxFuture<'static, Result<(), NotWritten>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Kept for Rows {
    fn table(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let of_table = self.0.iter().filter(|((table, _), _)| table == name);
        of_table.map(|((_, key), value)| (key.clone(), value.clone())).collect()
    }
}
