//! Turns an offset into the place that an editor shows.

/// Line and column of the byte `offset` in `text`, each from 1, the column in characters.
pub(crate) fn of(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "a = 1\n\"é\" = 2\n";
        assert_eq!(of(text, 0), (1, 1));
        assert_eq!(of(text, text.find("= 2").unwrap()), (2, 5));
        assert_eq!(of(text, text.len()), (3, 1));
        assert_eq!(of(text, 999), (3, 1));
    }
}
