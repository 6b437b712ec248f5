//! Checks that could not be made: notes, because a deployment may well succeed without them.

use greenlight_core::finding::{Finding, Place};

use crate::aws::api::Trouble;

/// A check that could not be made.
pub(super) struct Unchecked {
    pub(super) place: Place,
    /// What is not checked, as the subject of a sentence.
    pub(super) what: String,
    /// The permission for the call that had no answer.
    pub(super) permission: &'static str,
    pub(super) trouble: Trouble,
}

impl Unchecked {
    /// Whether one note tells of both: the same service did not answer, for the same kind of reason.
    fn goes_with(&self, other: &Self) -> bool {
        let service = |permission: &'static str| permission.split(':').next();
        service(self.permission) == service(other.permission)
            && self.trouble.is_denied() == other.trouble.is_denied()
    }
}

/// One note for each service, in the order in which they first had no answer.
pub(super) fn notes(unchecked: Vec<Unchecked>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Unchecked>> = Vec::new();
    for each in unchecked {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| first.goes_with(&each))) {
            Some(group) => group.push(each),
            None => groups.push(vec![each]),
        }
    }
    groups.iter().filter_map(|group| note(group)).collect()
}

fn note(group: &[Unchecked]) -> Option<Finding> {
    let first = group.first()?;
    let mut subjects: Vec<&str> = Vec::new();
    let mut permissions: Vec<&str> = Vec::new();
    for each in group {
        add(&mut subjects, &each.what);
        add(&mut permissions, each.permission);
    }
    let are = if permissions.len() > 1 { "are" } else { "is" };
    let (subjects, permissions) = (listed(&subjects), listed(&permissions));
    let note = if first.trouble.is_denied() {
        let message = format!("{subjects} could not be checked, because {permissions} {are} not permitted");
        Finding::note("check-not-permitted", message)
            .with_fix(format!("allow {permissions} to whoever plans"))
    } else {
        let message = format!("{subjects} could not be checked: {}", first.trouble);
        let fix = format!("plan again when {permissions} {are} answered, or look yourself");
        Finding::note("check-not-made", message).with_fix(fix)
    };
    // A note on several things is one on the whole.
    let of_one = group.iter().all(|each| each.place == first.place);
    Some(if of_one { note.with_place(first.place.clone()) } else { note })
}

fn add<'a>(all: &mut Vec<&'a str>, one: &'a str) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
