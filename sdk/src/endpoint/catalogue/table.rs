//! One table in memory, which knows what was changed in it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::UnreadableRow;
use crate::local::persist::Change;

/// The rows of one table, by key.
pub(crate) type Rows = BTreeMap<String, Vec<u8>>;

/// What a table holds.
pub(crate) trait Row {
    /// An id that stays when the key changes, if values of this kind are looked up by one.
    fn id(&self) -> Option<&str> {
        None
    }
}

/// Values by key, in the order of keys. Written as JSON.
#[derive(Debug)]
pub(crate) struct Table<T> {
    name: &'static str,
    values: BTreeMap<String, T>,
    /// The keys of those that have ids, by id: each answer about a deployment looks its group up.
    keys: HashMap<String, String>,
    /// What was there before each change since the last commit, in order.
    before: Vec<(String, Option<T>)>,
}

impl<T: Row + Serialize + DeserializeOwned> Table<T> {
    /// What the rows say.
    pub(super) fn restore(name: &'static str, rows: Option<&Rows>) -> Result<Self, UnreadableRow> {
        let mut table = Self { name, values: BTreeMap::new(), keys: HashMap::new(), before: Vec::new() };
        for (key, row) in rows.into_iter().flatten() {
            let value = serde_json::from_slice(row).map_err(|source| UnreadableRow {
                table: name,
                key: key.clone(),
                source,
            })?;
            table.insert(key.clone(), value);
        }
        Ok(table)
    }

    /// Ends a change: tells what is new.
    pub(super) fn commit(&mut self, changes: &mut Vec<Change>) {
        let touched: std::collections::BTreeSet<String> = self.before.drain(..).map(|(key, _)| key).collect();
        for key in touched {
            let table = self.name;
            let row = self.values.get(&key).map(serde_json::to_vec);
            match row {
                Some(Ok(value)) => changes.push(Change::Put { table, key, value }),
                None => changes.push(Change::Remove { table, key }),
                // No type of ours has a map with keys that are not texts, or a number that is not finite.
                Some(Err(error)) => tracing::error!(table, key, %error, "a value cannot be written"),
            }
        }
    }
}

impl<T> Table<T> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.values.get(key)
    }

    /// The value of this id, whatever its key.
    pub(crate) fn by_id(&self, id: &str) -> Option<&T> {
        self.values.get(self.keys.get(id)?)
    }

    /// Whether there is a value of this key.
    pub(crate) fn contains(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// All, in the order of keys.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Those whose keys come after one, which need not be there, or all; in order.
    pub(crate) fn after(&self, key: Option<&str>) -> impl Iterator<Item = (&str, &T)> {
        let from = key.map_or(Bound::Unbounded, Bound::Excluded);
        self.values.range::<str, _>((from, Bound::Unbounded)).map(|(key, value)| (key.as_str(), value))
    }

    /// Those whose keys begin with a text, in order.
    pub(crate) fn with_prefix(&self, prefix: String) -> impl Iterator<Item = (&str, &T)> {
        self.values
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .map(|(key, value)| (key.as_str(), value))
    }
}

impl<T: Row + Clone> Table<T> {
    /// Puts a value, in place of the one of the same key.
    pub(crate) fn put(&mut self, key: impl Into<String>, value: T) {
        let key = key.into();
        let before = self.insert(key.clone(), value);
        self.before.push((key, before));
    }

    /// Takes a value away.
    pub(crate) fn remove(&mut self, key: &str) -> Option<T> {
        let removed = self.take(key)?;
        self.before.push((key.to_owned(), Some(removed.clone())));
        Some(removed)
    }
}

impl<T: Row> Table<T> {
    /// Takes back everything since the last commit.
    pub(super) fn undo(&mut self) {
        while let Some((key, before)) = self.before.pop() {
            match before {
                Some(value) => self.insert(key, value),
                None => self.take(&key),
            };
        }
    }

    fn insert(&mut self, key: String, value: T) -> Option<T> {
        let before = self.take(&key);
        if let Some(id) = value.id() {
            self.keys.insert(id.to_owned(), key.clone());
        }
        self.values.insert(key, value);
        before
    }

    fn take(&mut self, key: &str) -> Option<T> {
        let value = self.values.remove(key)?;
        // While a key changes, the value may be under the new one already.
        if let Some(id) = value.id()
            && self.keys.get(id).is_some_and(|known| known == key)
        {
            self.keys.remove(id);
        }
        Some(value)
    }
}
