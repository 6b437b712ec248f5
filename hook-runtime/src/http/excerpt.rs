//! Guest text in sentences and records: short, and without characters that steer a terminal or a log reader.

/// The longest piece of a plugin's text that a sentence quotes, in characters.
const QUOTED_CHARS: usize = 160;

/// The beginning of `text`, at most `max_chars` characters of it, with a mark where something was cut off.
pub(super) fn excerpt(text: &str, max_chars: usize) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
    let mut short: String = chars.by_ref().take(max_chars).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// A piece of text for the middle of a sentence.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", excerpt(text, QUOTED_CHARS))
}

/// A URL or path for the middle of a sentence, where quotation marks would be in the way.
pub(super) fn shortened(text: &str) -> String {
    excerpt(text, QUOTED_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_characters_and_cannot_steer_a_terminal() {
        assert_eq!(excerpt("short", 5), "short");
        assert_eq!(excerpt("länger", 5), "länge…");
        assert_eq!(excerpt("a\u{1b}[2J\nb", 20), "a\u{fffd}[2J\u{fffd}b");
        assert_eq!(quoted("x"), "\"x\"");
        assert_eq!(shortened(&"x".repeat(1 << 20)).chars().count(), QUOTED_CHARS + 1);
    }
}
