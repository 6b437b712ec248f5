//! What there is: applications, deployment groups, deployment configurations, revisions.
//!
//! All of it is in memory behind one lock. A change is made of puts and removals in [tables](table::Table); either
//! all of them happen, and are given to whatever keeps the state in the same critical section, or none does.
//!
//! Nothing that is called within a [`read`](Catalogue::read) or a [`change`](Catalogue::change) may begin another: it
//! would wait for itself.

mod application;
mod deployment_config;
pub(crate) mod deployment_group;
mod revision;
mod secret;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use self::application::{Application, Tags};
pub(crate) use self::deployment_config::{DeploymentConfig, PREFIX, Rollout, Zonal};
pub(crate) use self::deployment_group::DeploymentGroup;
pub(crate) use self::revision::{Location, Revision, S3Object};
use self::table::{Rows, Table};

use super::error::ServiceError;
use super::ids::Ids;
use super::pagination::Key;
use crate::local::persist::{Change, NotWritten, Persist};

/// What there is, and where it is kept.
#[derive(Debug)]
pub(crate) struct Catalogue {
    tables: Mutex<Tables>,
    persist: Option<Arc<dyn Persist>>,
}

/// All rows of a store: those of each table, by key.
pub(crate) type AllRows = BTreeMap<String, Rows>;

/// A row that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the row {key:?} of table {table:?} cannot be read")]
pub(crate) struct UnreadableRow {
    /// The table.
    pub(crate) table: &'static str,
    /// The row.
    pub(crate) key: String,
    /// What is wrong.
    pub(crate) source: serde_json::Error,
}

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $value:ty = $name:literal,)+) => {
        /// The tables, each by the key that its values say.
        #[derive(Debug)]
        pub(crate) struct Tables {
            $($(#[$doc])* pub(crate) $field: Table<$value>,)+
        }

        impl Tables {
            fn restore(rows: &AllRows) -> Result<Self, UnreadableRow> {
                Ok(Self { $($field: Table::restore($name, rows.get($name))?,)+ })
            }

            fn commit(&mut self) -> Vec<Change> {
                let mut changes = Vec::new();
                $(self.$field.commit(&mut changes);)+
                changes
            }

            fn undo(&mut self) {
                $(self.$field.undo();)+
            }
        }
    };
}

tables! {
    /// By name.
    applications: Application = "applications",
    /// By [`DeploymentGroup::key`].
    deployment_groups: DeploymentGroup = "deployment-groups",
    /// Those that are not built in, by name.
    deployment_configs: DeploymentConfig = "deployment-configs",
    /// By [`Revision::key`].
    revisions: Revision = "revisions",
    /// Keys of this endpoint's own, by what they are for.
    secrets: secret::Secret = "secrets",
}

impl Catalogue {
    /// What the rows say, and from then on what is changed.
    pub(crate) fn restore(rows: &AllRows, persist: Option<Arc<dyn Persist>>) -> Result<Self, UnreadableRow> {
        Ok(Self { tables: Mutex::new(Tables::restore(rows)?), persist })
    }

    /// Looks at what there is.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Tables) -> T) -> T {
        look(&self.lock())
    }

    /// Changes what there is. With an error, nothing is changed.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Tables) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut open = Open { tables: self.lock(), committed: false };
        let done = change(&mut open.tables)?;
        let changes = open.tables.commit();
        open.committed = true;
        if let Some(persist) = self.persist.as_ref().filter(|_| !changes.is_empty()) {
            persist.save(changes);
        }
        Ok(done)
    }

    /// Ends when everything that was seen or done before this call is kept.
    pub(crate) async fn written(&self) -> Result<(), NotWritten> {
        match &self.persist {
            Some(persist) => persist.written().await,
            None => Ok(()),
        }
    }

    /// The key that seals page tokens, made when there is none.
    pub(crate) fn page_key(&self, ids: &Ids) -> Result<Key, ServiceError> {
        self.change(|tables| Ok(secret::page_key(&mut tables.secrets, ids)))
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // A change that panicked was undone.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A change under way. Whatever ends it early, an error or a panic, undoes it.
struct Open<'a> {
    tables: MutexGuard<'a, Tables>,
    committed: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.committed {
            self.tables.undo();
        }
    }
}
