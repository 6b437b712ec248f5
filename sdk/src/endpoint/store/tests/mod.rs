//! What a store promises, one file per promise.

mod disk;
mod files;
mod kill;
mod order;

use crate::local::persist::Change;

/// Keeps a text in a table.
fn put(table: &'static str, key: &str, value: &str) -> Change {
    Change::Put { table, key: key.to_owned(), value: value.as_bytes().to_vec() }
}

/// Forgets a text.
fn remove(table: &'static str, key: &str) -> Change {
    Change::Remove { table, key: key.to_owned() }
}

/// What a table has, as texts.
fn texts(rows: &super::Rows, table: &str) -> Vec<(String, String)> {
    let rows = rows.get(table).into_iter().flatten();
    rows.map(|(key, value)| (key.clone(), String::from_utf8(value.clone()).unwrap())).collect()
}
