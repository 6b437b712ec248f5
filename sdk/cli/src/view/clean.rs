//! Text of others, made safe for one line of a terminal.

/// The text on one line, without anything that moves a cursor, rings, colours, or reverses the reading order.
///
/// Colour sequences are taken out, for processes colour their logs. Lines are parted by a bar, or by a space after a
/// colon; a tab becomes a space. Everything else that a terminal would act upon is written as `\u{..}`, so that nothing vanishes unseen.
pub(crate) fn one_line(text: &str) -> String {
    let text = console::strip_ansi_codes(text);
    let mut line = String::with_capacity(text.len());
    for word in text.split(['\n', '\r']).map(str::trim).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push_str(if line.ends_with(':') { " " } else { " | " });
        }
        for character in word.chars().map(|character| if character == '\t' { ' ' } else { character }) {
            if acts_on_a_terminal(character) {
                line.extend(character.escape_unicode());
            } else {
                line.push(character);
            }
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Whether a terminal does something else with the character than show it: controls, line separators, and the marks
/// that turn the reading order round and so let one text pass for another.
pub(super) fn acts_on_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_as_they_are() {
        assert_eq!(
            one_line("GET /version answered 500: größer als 3 秒"),
            "GET /version answered 500: größer als 3 秒"
        );
    }

    #[test]
    fn several_lines_become_one() {
        assert_eq!(one_line("its last output:\n  error: no\tport\n"), "its last output: error: no port");
        assert_eq!(one_line("first\r\nsecond\n\n\tthird\n"), "first | second | third");
    }

    #[test]
    fn colours_go_and_other_controls_are_spelt_out() {
        assert_eq!(one_line("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(one_line("bell\u{7}, back\u{8}, escape\u{1b}"), "bell\\u{7}, back\\u{8}, escape\\u{1b}");
        assert_eq!(one_line("abc\u{202e}fed"), "abc\\u{202e}fed");
    }

    #[test]
    fn no_sequence_of_controls_survives() {
        let starts = [
            "\u{1b}[2J",
            "\u{1b}]0;title\u{7}",
            "\u{9b}2J",
            "\u{1b}P1$q\u{1b}\\",
            "\u{1b}\u{1b}[A",
            "\u{1b}c",
        ];
        for start in starts {
            for rest in starts {
                let line = one_line(&format!("{start}a{rest}b{start}"));
                assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}
