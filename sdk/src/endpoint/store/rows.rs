//! What is in the database: rows of bytes under keys, in tables, and a mark that says whose they are.

use std::collections::BTreeMap;
use std::path::Path;

use redb::{
    Database, Durability, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError,
    TableHandle as _,
};

use super::error::StoreError;
use crate::local::persist::Change;

/// The rows of each table.
pub(crate) type Rows = BTreeMap<String, BTreeMap<String, Vec<u8>>>;

/// The format that this program writes, and the newest that it reads.
const FORMAT: u64 = 1;

/// Says that the database is the state of an endpoint, and in which format.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("greenlight");
const FORMAT_KEY: &str = "format";

/// Before the names of tables, so that none of them is [`META`].
const TABLE: &str = "state/";

/// Writes into an empty database whose it is.
pub(super) fn mark(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
    Ok(transaction.commit()?)
}

/// Whether the database is the state of an endpoint, in a format that this program knows.
pub(super) fn check_format(database: &Database, directory: &Path) -> Result<(), StoreError> {
    match format(database) {
        Ok(Some(found)) if found > FORMAT => {
            Err(StoreError::Newer { directory: directory.to_owned(), found, known: FORMAT })
        }
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(StoreError::NotOurs { file: super::directory::file(directory), source: None }),
        Err(error) => Err(StoreError::damaged(directory, error)),
    }
}

fn format(database: &Database) -> Result<Option<u64>, redb::Error> {
    match database.begin_read()?.open_table(META) {
        Ok(meta) => Ok(meta.get(FORMAT_KEY)?.map(|format| format.value())),
        Err(TableError::TableDoesNotExist(_) | TableError::TableTypeMismatch { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads everything.
pub(super) fn read(database: &Database) -> Result<Rows, redb::Error> {
    let transaction = database.begin_read()?;
    let mut rows = Rows::new();
    for handle in transaction.list_tables()? {
        let Some(name) = handle.name().strip_prefix(TABLE) else { continue };
        let table = transaction.open_table(TableDefinition::<&str, &[u8]>::new(handle.name()))?;
        let mut of_table = BTreeMap::new();
        for row in table.iter()? {
            let (key, value) = row?;
            of_table.insert(key.value().to_owned(), value.value().to_vec());
        }
        rows.insert(name.to_owned(), of_table);
    }
    Ok(rows)
}

/// Makes all changes, in their order, or none. They are on the disk when this ends.
pub(super) fn write<'a>(
    database: &Database,
    changes: impl IntoIterator<Item = &'a Change>,
) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    // What is kept holds texts of strangers: two phases keep them from making half a transaction look whole.
    transaction.set_two_phase_commit(true);
    {
        let mut tables = BTreeMap::new();
        for change in changes {
            let name = match change {
                Change::Put { table, .. } | Change::Remove { table, .. } => *table,
            };
            let table = match tables.entry(name) {
                std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => {
                    let name = format!("{TABLE}{name}");
                    place.insert(transaction.open_table(TableDefinition::<&str, &[u8]>::new(&name))?)
                }
            };
            match change {
                Change::Put { key, value, .. } => {
                    table.insert(key.as_str(), value.as_slice())?;
                }
                Change::Remove { key, .. } => {
                    table.remove(key.as_str())?;
                }
            }
        }
    }
    Ok(transaction.commit()?)
}
