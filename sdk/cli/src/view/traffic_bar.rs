//! Who gets how much of production, as a bar.

use greenlight_core::Percent;

use super::paint::Paint;

/// `blue  90% ░░░░░░░░░░░░░░░░░░██  10% green`, with a bar of `width` columns; without one where it is 0.
///
/// The two shares differ by shade as well as by colour. A share that is not zero has at least one column.
pub(super) fn bar(blue: Percent, green: Percent, width: usize, paint: Paint) -> String {
    let share = format!("{:>4}", blue.to_string());
    let left = paint.blue(&format!("blue {share}"));
    let right = paint.green(&format!("{:>4} green", green.to_string()));
    if width < 2 {
        return format!("{left}  {right}");
    }
    let columns = columns(green, width);
    let (old, new) = ("░".repeat(width - columns), "█".repeat(columns));
    format!("{left} {}{} {right}", paint.blue(&old), paint.green(&new))
}

/// How many of `width` columns stand for this share.
fn columns(share: Percent, width: usize) -> usize {
    let exact = (width * usize::from(share.get()) + 50) / 100;
    match share.get() {
        0 => 0,
        100 => width,
        _ => exact.clamp(1, width.saturating_sub(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(green: u8, width: usize) -> String {
        let green = Percent::new(green).unwrap();
        bar(green.rest(), green, width, Paint { color: false })
    }

    #[test]
    fn no_share_looks_like_none_or_like_all() {
        assert_eq!(plain(0, 10), "blue 100% ░░░░░░░░░░   0% green");
        assert_eq!(plain(1, 10), "blue  99% ░░░░░░░░░█   1% green");
        assert_eq!(plain(50, 10), "blue  50% ░░░░░█████  50% green");
        assert_eq!(plain(99, 10), "blue   1% ░█████████  99% green");
        assert_eq!(plain(100, 10), "blue   0% ██████████ 100% green");
    }

    #[test]
    fn without_room_the_numbers_stay() {
        assert_eq!(plain(10, 1), "blue  90%   10% green");
    }
}
