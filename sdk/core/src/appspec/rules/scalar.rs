//! Texts and numbers, with the finding for what is neither.

use super::super::node::{Entry, Kind, Node, clipped};
use super::super::placeholder::is_placeholder;
use super::Check;
use crate::finding::Finding;

/// A text that is not empty. A placeholder is kept, with a warning.
pub(super) fn text(node: &Node, path: &str, check: &mut Check<'_, '_, '_>) -> Option<String> {
    let name = last_key(path);
    match &node.kind {
        Kind::Text(text) if !text.trim().is_empty() => {
            warn_of_placeholder(node, text, path, check);
            Some(text.clone())
        }
        Kind::Number(number) => {
            let finding = Finding::error("not-text", format!("{name} is {}, not a text", node.described()))
                .with_fix(format!("write it in quotes: \"{}\"", clipped(number)));
            check.at(node, path, finding);
            None
        }
        _ => {
            let finding = Finding::error("not-text", format!("{name} is {}, not a text", node.described()))
                .with_fix(format!("write one text for {name}"));
            check.at(node, path, finding);
            None
        }
    }
}

/// A list of texts.
pub(super) fn texts(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<Vec<String>> {
    let Kind::List(items) = &entry.value.kind else {
        let name = last_key(path);
        let finding =
            Finding::error("not-a-list", format!("{name} is {}, not a list", entry.value.described()))
                .with_fix(format!("write `{name}: [first, second]`"));
        check.at(&entry.value, path, finding);
        return None;
    };
    let read = items.iter().enumerate().map(|(index, item)| text(item, &format!("{path}[{index}]"), check));
    read.collect::<Vec<_>>().into_iter().collect()
}

/// A whole number in a range, as a number or in quotes.
pub(super) fn integer(
    node: &Node,
    allowed: std::ops::RangeInclusive<u32>,
    path: &str,
    check: &mut Check<'_, '_, '_>,
) -> Option<u32> {
    let number = match &node.kind {
        Kind::Number(text) => text.parse().ok(),
        Kind::Text(text) if text.trim().bytes().all(|byte| byte.is_ascii_digit()) => text.trim().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| allowed.contains(number));
    if number.is_none() {
        let (name, first, last) = (last_key(path), allowed.start(), allowed.end());
        let fix = match &node.kind {
            Kind::Text(text) if is_placeholder(text) => {
                format!("replace it by a number from {first} to {last}")
            }
            _ => format!("write a whole number from {first} to {last}"),
        };
        let message = format!("{name} is {}", node.described());
        check.at(node, path, Finding::error("number-out-of-range", message).with_fix(fix));
    }
    number
}

/// One of the service's own words. Another case is understood, with a warning: the guide gives the word in one case only.
pub(super) fn word<T: Copy>(
    node: &Node,
    words: &[(&'static str, T)],
    path: &str,
    check: &mut Check<'_, '_, '_>,
) -> Option<T> {
    let given = match &node.kind {
        Kind::Text(text) => text.as_str(),
        _ => "",
    };
    let name = last_key(path);
    if let Some((word, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(given)) {
        if *word != given {
            let message = format!("{name} is `{given}`, which CodeDeploy documents as `{word}`");
            check.at(node, path, Finding::warning("spelling", message).with_fix(format!("write `{word}`")));
        }
        return Some(*value);
    }
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let fix = match super::suggest::closest(given, &names) {
        Some(word) => format!("did you mean `{word}`?"),
        None => {
            format!("write {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "))
        }
    };
    check.at(
        node,
        path,
        Finding::error("unknown-value", format!("{name} is {}", node.described())).with_fix(fix),
    );
    None
}

/// Warns of a text that a tool has to replace.
pub(super) fn warn_of_placeholder(node: &Node, text: &str, path: &str, check: &mut Check<'_, '_, '_>) {
    if is_placeholder(text) {
        let message = format!("`{}` is a placeholder", clipped(text));
        let finding = Finding::warning("placeholder", message)
            .with_fix("have it replaced before the text reaches CodeDeploy, which takes it as it is");
        check.at(node, path, finding);
    }
}

/// The last key of a path, which is the name that a reader looks for.
pub(super) fn last_key(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, key)| key)
}
