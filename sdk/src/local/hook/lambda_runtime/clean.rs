//! Makes what a process says safe for logs and terminals.

/// The longest sentence, in bytes.
const MAX_SENTENCE_BYTES: usize = 1024;

/// One line without escape sequences; every other character that a terminal would act upon becomes U+FFFD, a tab a
/// space.
pub(super) fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.trim_end();
    while let Some(character) = rest.chars().next() {
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        match character {
            '\u{1b}' => rest = after_sequence(rest),
            '\t' | '\n' | '\r' => clean.push(' '),
            hidden if acts_on_a_terminal(hidden) => clean.push(char::REPLACEMENT_CHARACTER),
            shown => clean.push(shown),
        }
    }
    clean
}

/// A line that can end a sentence of ours: not too long, and without a period at its end.
pub(super) fn sentence(text: &str) -> String {
    let mut clean = line(text.trim());
    if clean.len() > MAX_SENTENCE_BYTES {
        let end = (0..=MAX_SENTENCE_BYTES).rev().find(|end| clean.is_char_boundary(*end));
        clean.truncate(end.unwrap_or_default());
        clean.push('…');
    } else if clean.ends_with('.') && !clean.ends_with("..") {
        clean.pop();
    }
    clean
}

/// What follows an escape sequence whose first character is read already: `[` to a letter, or one character.
fn after_sequence(rest: &str) -> &str {
    let Some(parameters) = rest.strip_prefix('[') else {
        let mut characters = rest.chars();
        // A control character is no part of a sequence, and is judged by itself.
        return match characters.next() {
            Some(next) if !next.is_control() => characters.as_str(),
            _ => rest,
        };
    };
    let end = parameters.find(|next: char| !(' '..='?').contains(&next));
    match end.and_then(|end| parameters.get(end..)) {
        Some(last) if last.starts_with(|last: char| ('@'..='~').contains(&last)) => {
            last.get(1..).unwrap_or_default()
        }
        Some(foreign) => foreign,
        None => rest,
    }
}

/// Controls, line separators, and the marks that turn the reading order round or cannot be seen.
fn acts_on_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_colours_go() {
        assert_eq!(line("\u{1b}[1;31mgrößer\u{1b}[0m als 3 秒\n"), "größer als 3 秒");
        assert_eq!(line("a\tb\rc"), "a b c");
    }

    #[test]
    fn nothing_that_a_terminal_acts_upon_is_left() {
        let starts = [
            "\u{1b}[2J",
            "\u{1b}]0;title\u{7}",
            "\u{9b}2J",
            "\u{1b}\u{1b}[A",
            "\u{1b}c",
            "\u{1b}[",
            "\u{202e}",
        ];
        for start in starts {
            for rest in starts {
                let clean = line(&format!("{start}a{rest}b{start}"));
                assert!(!clean.chars().any(acts_on_a_terminal), "{clean:?}");
            }
        }
    }

    #[test]
    fn a_sentence_has_no_end_of_its_own_and_is_short() {
        assert_eq!(sentence(" no such host. \n"), "no such host");
        assert_eq!(sentence("and so on..."), "and so on...");
        let long = sentence(&"ä".repeat(2000));
        assert!(long.len() <= MAX_SENTENCE_BYTES + 4 && long.ends_with('…'), "{}", long.len());
    }
}
