//! The rules of tags.

use super::catalogue::Tags;
use super::error::ServiceError;
use super::limits;
use super::shapes::tag::Tag;

/// What AWS keeps for tags of its own.
const RESERVED: &str = "aws:";

/// Checks tags that a client wants to add.
///
/// # Errors
///
/// `InvalidTagsToAddException`: a key is absent, too long, reserved or there twice, or a value is too long.
pub(crate) fn checked(given: Vec<Tag>) -> Result<Tags, ServiceError> {
    let mut tags = Tags::new();
    for tag in given {
        let key = tag.key.filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| ServiceError::invalid_tags_to_add("a tag has no key"))?;
        let value = tag.value.unwrap_or_default();
        check(&key, &value).map_err(|why| ServiceError::invalid_tags_to_add(&why))?;
        if tags.contains_key(&key) {
            return Err(ServiceError::invalid_tags_to_add(&format!("the key {key:?} is there twice")));
        }
        tags.insert(key, value);
    }
    check_count(&tags)?;
    Ok(tags)
}

/// Adds tags to those of a resource; one of the same key gets the new value.
///
/// # Errors
///
/// `InvalidTagsToAddException`: the resource would have too many.
pub(crate) fn add(to: &mut Tags, tags: Tags) -> Result<(), ServiceError> {
    to.extend(tags);
    check_count(to)
}

fn check(key: &str, value: &str) -> Result<(), String> {
    let (in_key, in_value) = (key.chars().count(), value.chars().count());
    if in_key > limits::TAG_KEY_CHARACTERS {
        return Err(format!("a key has {in_key} characters, and can have {}", limits::TAG_KEY_CHARACTERS));
    }
    if in_value > limits::TAG_VALUE_CHARACTERS {
        return Err(format!(
            "the value of {key:?} has {in_value} characters, and can have {}",
            limits::TAG_VALUE_CHARACTERS
        ));
    }
    if key.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED)) {
        return Err(format!("the key {key:?} begins with {RESERVED}, which is reserved"));
    }
    Ok(())
}

fn check_count(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() <= limits::TAGS_PER_RESOURCE {
        return Ok(());
    }
    let why =
        format!("a resource can have {} tags, and would have {}", limits::TAGS_PER_RESOURCE, tags.len());
    Err(ServiceError::invalid_tags_to_add(&why))
}
