//! What a YAML scalar stands for, by the core schema of YAML 1.2.

use std::borrow::Cow;

use saphyr_parser::{ScalarStyle, Tag};

use super::node::Kind;

/// The value of a scalar, or nothing where its tag is unknown.
pub(super) fn resolve(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Option<Kind> {
    let Some(tag) = tag else {
        return Some(if style == ScalarStyle::Plain { plain(text) } else { Kind::Text(text.into_owned()) });
    };
    if tag.to_string().trim_start_matches('!').is_empty() {
        return Some(Kind::Text(text.into_owned()));
    }
    if !tag.is_yaml_core_schema() {
        return None;
    }
    match tag.suffix.as_str() {
        "str" => Some(Kind::Text(text.into_owned())),
        "int" | "float" | "bool" | "null" => Some(plain(text)),
        _ => None,
    }
}

/// What a plain, untagged scalar stands for.
pub(super) fn plain(text: Cow<'_, str>) -> Kind {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        other => number(other).map_or_else(|| Kind::Text(text.clone().into_owned()), Kind::Number),
    }
}

/// A number in JSON's grammar, from YAML's wider one. Infinity and not-a-number have no such form and stay texts.
fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(value) = text.strip_prefix(prefix) {
            return u64::from_str_radix(value, radix).ok().map(|value| value.to_string());
        }
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits_follow = |text: &str| !text.is_empty() && all_digits(text);
    let exponent_is_good =
        exponent.is_none_or(|text| digits_follow(text.strip_prefix(['+', '-']).unwrap_or(text)));
    if !all_digits(whole) || !fraction.is_none_or(all_digits) || !exponent_is_good {
        return None;
    }
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    // JSON wants exactly one zero before a point, and a digit after it.
    let trimmed = whole.trim_start_matches('0');
    let mut number = format!("{sign}{}", if trimmed.is_empty() { "0" } else { trimmed });
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        number.push('.');
        number.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        number.push('e');
        number.push_str(exponent);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_in_the_form_of_json() {
        let cases = [
            ("0.0", "0.0"),
            ("80", "80"),
            ("0080", "80"),
            ("+5", "5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-1.50", "-1.50"),
            ("1E+3", "1e+3"),
            ("0x1F", "31"),
            ("0o17", "15"),
        ];
        for (given, expected) in cases {
            assert_eq!(number(given).as_deref(), Some(expected), "{given}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_a_text() {
        for given in ["1.4.0", "-", ".", "e5", "1e", "0x", "1_000", ".inf", "12-34", "+-1", "--1"] {
            assert_eq!(number(given), None, "{given}");
        }
    }
}
