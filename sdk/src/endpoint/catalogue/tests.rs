//! Changes are all or nothing, in memory and in what is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use greenlight_core::{ComputePlatform, Timestamp};

use super::*;

/// Remembers what it was given.
#[derive(Debug, Default)]
struct Kept(Mutex<Vec<Vec<Change>>>);

impl Persist for Kept {
    fn save(&self, changes: Vec<Change>) {
        self.0.lock().unwrap().push(changes);
    }

    fn written(&self) -> BoxFuture<'static, Result<(), NotWritten>> {
        std::future::ready(Ok(())).boxed()
    }
}

fn application(name: &str) -> Application {
    let (id, created) = (format!("id-{name}"), Timestamp::from_millis(1));
    Application { id, name: name.to_owned(), platform: ComputePlatform::Ecs, created, tags: Tags::new() }
}

fn group(of: &str, name: &str) -> DeploymentGroup {
    let row = serde_json::json!({
        "id": format!("{of}-{name}"),
        "application-id": format!("id-{of}"),
        "name": name,
        "deployment-config-name": "x",
        "created": Timestamp::from_millis(1),
        "service-role-arn": "x",
        "target": "lambda",
    });
    serde_json::from_value(row).unwrap()
}

fn put(tables: &mut Tables, name: &str) -> Result<(), ServiceError> {
    tables.applications.put(name, application(name));
    Ok(())
}

fn names(catalogue: &Catalogue) -> Vec<String> {
    catalogue.read(|tables| tables.applications.iter().map(|(name, _)| name.to_owned()).collect())
}

fn catalogue() -> (Catalogue, Arc<Kept>) {
    let kept = Arc::new(Kept::default());
    let persist: Arc<dyn Persist> = Arc::clone(&kept) as _;
    (Catalogue::restore(&AllRows::new(), Some(persist)).unwrap(), kept)
}

#[test]
fn a_change_is_given_to_what_keeps_the_state_as_one() {
    let (catalogue, kept) = catalogue();
    catalogue
        .change(|tables| {
            put(tables, "a").unwrap();
            put(tables, "b").unwrap();
            tables.applications.remove("b");
            put(tables, "a")
        })
        .unwrap();
    let seen = kept.0.lock().unwrap().clone();
    let [changes] = seen.as_slice() else { panic!("{seen:?}") };
    let value = serde_json::to_vec(&application("a")).unwrap();
    let put = Change::Put { table: "applications", key: "a".to_owned(), value };
    assert_eq!(*changes, [put, Change::Remove { table: "applications", key: "b".to_owned() }]);
}

#[test]
fn an_error_or_a_panic_takes_back_what_was_begun() {
    let (catalogue, kept) = catalogue();
    catalogue.change(|tables| put(tables, "there")).unwrap();
    let begun = |tables: &mut Tables| {
        put(tables, "new").unwrap();
        tables.rename_application("there", "renamed").unwrap();
        tables.remove_application("new");
    };
    let refused: Result<(), _> = catalogue.change(|tables| {
        begun(tables);
        Err(ServiceError::tag_required())
    });
    assert_eq!(refused, Err(ServiceError::tag_required()));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        catalogue.change(|tables| -> Result<(), ServiceError> {
            begun(tables);
            panic!("a fault");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(names(&catalogue), ["there"]);
    assert_eq!(kept.0.lock().unwrap().len(), 1);
    catalogue.change(|tables| put(tables, "after")).unwrap();
    assert_eq!(names(&catalogue), ["after", "there"]);
}

#[test]
fn what_belongs_to_an_application_goes_with_it_and_follows_its_name() {
    let (catalogue, _) = catalogue();
    let there = |application: &str, name: &str| {
        catalogue.read(|tables| tables.deployment_group(application, name).is_ok())
    };
    catalogue
        .change(|tables| {
            for name in ["a", "ab"] {
                put(tables, name).unwrap();
                tables.deployment_groups.put(DeploymentGroup::key(&application(name), "g"), group(name, "g"));
            }
            tables.rename_application("ab", "c")
        })
        .unwrap();
    assert!(there("a", "g") && there("c", "g") && !there("ab", "g"));
    catalogue
        .change(|tables| {
            tables.remove_application("a");
            Ok(())
        })
        .unwrap();
    assert!(there("c", "g"));
    assert_eq!(catalogue.read(|tables| tables.deployment_groups.len()), 1);
}

#[test]
fn what_has_an_id_is_found_by_it_whatever_becomes_of_its_name() {
    let (catalogue, kept) = catalogue();
    let found = |catalogue: &Catalogue, id: &str| {
        catalogue.read(|tables| {
            tables.names_of_group(id).map(|(application, group)| format!("{application}/{group}"))
        })
    };
    let key = |name: &str| DeploymentGroup::key(&application("a"), name);
    catalogue
        .change(|tables| {
            put(tables, "a").unwrap();
            tables.deployment_groups.put(key("g"), group("a", "g"));
            tables.deployment_groups.put(key("other"), group("a", "other"));
            Ok(())
        })
        .unwrap();
    let renamed = |tables: &mut Tables| {
        tables.rename_application("a", "b").unwrap();
        let renamed = DeploymentGroup { name: "h".to_owned(), ..group("a", "g") };
        // The new one before the old one goes: both are there for a moment.
        tables.deployment_groups.put(key("h"), renamed);
        tables.deployment_groups.remove(&key("g"));
    };
    let refused: Result<(), _> = catalogue.change(|tables| {
        renamed(tables);
        tables.deployment_groups.remove(&key("h"));
        Err(ServiceError::tag_required())
    });
    assert!(refused.is_err());
    assert_eq!(found(&catalogue, "a-g").as_deref(), Some("a/g"), "what was begun is taken back here too");
    catalogue
        .change(|tables| {
            renamed(tables);
            Ok(())
        })
        .unwrap();
    assert_eq!(found(&catalogue, "a-g").as_deref(), Some("b/h"));

    let mut rows = AllRows::new();
    for change in kept.0.lock().unwrap().iter().flatten() {
        match change.clone() {
            Change::Put { table, key, value } => {
                rows.entry(table.to_owned()).or_default().insert(key, value);
            }
            Change::Remove { table, key } => {
                rows.entry(table.to_owned()).or_default().remove(&key);
            }
        }
    }
    let again = Catalogue::restore(&rows, None).unwrap();
    assert_eq!(found(&again, "a-g").as_deref(), Some("b/h"));
    again
        .change(|tables| {
            tables.deployment_groups.remove(&key("h"));
            Ok(())
        })
        .unwrap();
    assert_eq!(found(&again, "a-g"), None);
    assert_eq!(found(&again, "a-other").as_deref(), Some("b/other"));
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    let rows = BTreeMap::from([("k".to_owned(), b"{".to_vec())]);
    let error = Catalogue::restore(&AllRows::from([("applications".to_owned(), rows)]), None).unwrap_err();
    assert_eq!(error.to_string(), "the row \"k\" of table \"applications\" cannot be read");
}
