//! What a text can be read as.

use std::time::Duration;

/// A type that a configuration text can be read as.
///
/// ```
/// use greenlight_hook::config::Value;
///
/// #[derive(Debug, PartialEq)]
/// enum Colour { Blue, Green }
///
/// impl Value for Colour {
///     fn parse(text: &str) -> Option<Self> {
///         match text {
///             "blue" => Some(Self::Blue),
///             "green" => Some(Self::Green),
///             _ => None,
///         }
///     }
///
///     fn expected() -> String {
///         "`blue` or `green`".to_owned()
///     }
/// }
/// # assert_eq!(Colour::parse("green"), Some(Colour::Green));
/// ```
pub trait Value: Sized {
    /// The value, when the text is one. Spaces around it were taken off.
    fn parse(text: &str) -> Option<Self>;

    /// What a text should be, to follow "expected" in an error.
    fn expected() -> String;
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        impl Value for $number {
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn expected() -> String {
                format!("a whole number from {} to {}", Self::MIN, Self::MAX)
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Value for f64 {
    fn parse(text: &str) -> Option<Self> {
        // "NaN" and "inf" parse, but no threshold is one of them.
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }

    fn expected() -> String {
        "a number such as `2.5`".to_owned()
    }
}

impl Value for bool {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn expected() -> String {
        "`true` or `false`".to_owned()
    }
}

impl Value for String {
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn expected() -> String {
        "a text".to_owned()
    }
}

/// Items parted by commas; an empty text is an empty list.
impl<T: Value> Value for Vec<T> {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::new());
        }
        text.split(',').map(|item| T::parse(item.trim())).collect()
    }

    fn expected() -> String {
        format!("a list with commas, each {}", T::expected())
    }
}

/// A number, whole or not, with its unit: `ms`, `s`, `m` or `h`.
impl Value for Duration {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = text.split_at_checked(digits)?;
        let seconds = match unit.trim_start() {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        Self::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
    }

    fn expected() -> String {
        "a duration such as `250ms`, `2s` or `1m`".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        let ms = |text| Duration::parse(text).map(|d| d.as_millis());
        assert_eq!(ms("250ms"), Some(250));
        assert_eq!(ms("2 s"), Some(2000));
        assert_eq!(ms("1.5m"), Some(90_000));
        assert_eq!(ms("1h"), Some(3_600_000));
        for bad in ["", "2", "s", "-2s", "2 days", "1e3s", "..s", "99999999999999999999999h"] {
            assert_eq!(ms(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_that_no_threshold_can_be_are_refused() {
        assert_eq!(f64::parse("NaN"), None);
        assert_eq!(f64::parse("inf"), None);
        assert_eq!(f64::parse("2.5"), Some(2.5));
        assert_eq!(u8::parse("256"), None);
        assert_eq!(u8::parse("-1"), None);
    }

    #[test]
    fn one_bad_item_spoils_a_list() {
        assert_eq!(Vec::<u8>::parse("1, 2,3"), Some(vec![1, 2, 3]));
        assert_eq!(Vec::<u8>::parse("1,x"), None);
        assert_eq!(Vec::<u8>::parse(""), Some(vec![]));
    }
}
