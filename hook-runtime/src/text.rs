//! Makes text from plugins safe to show: it may come from anyone and ends on terminals and in logs.

/// Cleans `text` and keeps at most `limit` bytes of it, on one line.
///
/// Terminal escape sequences go. Other control characters, and those that change the direction of
/// writing or cannot be seen, become U+FFFD. Line breaks and tabs become spaces.
pub(crate) fn line(text: &str, limit: usize) -> String {
    let text = text.trim_end();
    // Nearly all of it: nothing to look at one by one.
    if text.len() <= limit && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len().min(limit));
    let mut rest = text.chars();
    let mut before = 0;
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_escape(&mut rest),
            '\n' | '\r' | '\t' => clean.push(' '),
            c if is_hidden(c) => clean.push('\u{fffd}'),
            c => clean.push(c),
        }
        if clean.len() > limit {
            clean.truncate(before);
            clean.push('…');
            break;
        }
        before = clean.len();
    }
    clean
}

/// The same, for a sentence: without spaces around it and without a final period.
pub(crate) fn sentence(text: &str, limit: usize) -> String {
    let text = line(text.trim(), limit);
    match text.strip_suffix('.') {
        Some(short) if !short.ends_with('.') => short.to_owned(),
        _ => text,
    }
}

/// How long the text of `]...bell` may be, in characters.
const MAX_TITLE_CHARS: usize = 256;

/// Skips what follows an escape character: `[...letter` or `]...bell`, or one character.
fn skip_escape(rest: &mut std::str::Chars<'_>) {
    let mut ahead = rest.clone();
    match ahead.next() {
        Some('[') => {
            for c in ahead.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&c) {
                    *rest = ahead;
                    return;
                }
                if c.is_control() {
                    break;
                }
            }
        }
        Some(']') => {
            let mut last = '\0';
            // A look further ahead for each of many sequences without end would cost the square of the text.
            for c in ahead.by_ref().take(MAX_TITLE_CHARS) {
                if c == '\u{7}' || (last == '\u{1b}' && c == '\\') {
                    *rest = ahead;
                    return;
                }
                last = c;
            }
        }
        Some(c) if c.is_ascii_graphic() => *rest = ahead,
        _ => {}
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{line, sentence};

    #[test]
    fn terminal_sequences_are_taken_out() {
        assert_eq!(line("\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}text", 100), "red text");
        assert_eq!(line("\u{1b}[31", 100), "[31");
    }

    #[test]
    fn a_title_sequence_without_end_is_text_and_costs_no_more_than_its_length() {
        assert_eq!(line("\u{1b}]0;title", 100), "]0;title");
        let hostile = "\u{1b}]".repeat(1 << 20);
        let begun = std::time::Instant::now();
        assert!(line(&hostile, 8 << 10).starts_with("]]]"));
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[test]
    fn control_and_direction_characters_are_made_visible() {
        assert_eq!(line("a\0b\u{202e}c\u{200b}d", 100), "a\u{fffd}b\u{fffd}c\u{fffd}d");
    }

    #[test]
    fn many_lines_become_one() {
        assert_eq!(line("a\r\nb\tc\n", 100), "a  b c");
    }

    #[test]
    fn long_text_ends_at_a_character_with_a_mark() {
        assert_eq!(line("ääää", 5), "ää…");
        assert_eq!(line("ää", 4), "ää");
    }

    #[test]
    fn sentences_lose_their_period_and_keep_their_dots() {
        assert_eq!(sentence(" Not found. ", 100), "Not found");
        assert_eq!(sentence("and so on...", 100), "and so on...");
    }
}
