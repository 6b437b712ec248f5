//! Contenders measured in turns, so that whatever else the machine does meets them all alike.

use std::fmt;

/// One thing to be measured. A turn does a fixed amount of work and returns one figure, in any unit.
pub struct Contender<'a, E> {
    name: &'static str,
    turn: Box<dyn FnMut() -> Result<f64, E> + 'a>,
}

impl<'a, E> Contender<'a, E> {
    /// A contender with a name for the table.
    pub fn new(name: &'static str, turn: impl FnMut() -> Result<f64, E> + 'a) -> Self {
        Self { name, turn: Box::new(turn) }
    }
}

impl<E> fmt::Debug for Contender<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The figures of one contender, one for each round.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The contender's name.
    pub name: &'static str,
    of_rounds: Vec<f64>,
}

/// Gives every contender one turn in each round, forwards in one and backwards in the next, after one round that
/// does not count.
///
/// # Errors
///
/// The first error of any turn.
pub fn measure<E>(rounds: usize, contenders: &mut [Contender<'_, E>]) -> Result<Vec<Figures>, E> {
    let mut figures: Vec<Figures> = contenders
        .iter()
        .map(|contender| Figures { name: contender.name, of_rounds: Vec::with_capacity(rounds) })
        .collect();
    for contender in contenders.iter_mut() {
        (contender.turn)()?;
    }
    for round in 0..rounds {
        let mut pairs: Vec<_> = contenders.iter_mut().zip(&mut figures).collect();
        if round % 2 == 1 {
            pairs.reverse();
        }
        for (contender, figures) in pairs {
            figures.of_rounds.push((contender.turn)()?);
        }
    }
    Ok(figures)
}

impl Figures {
    /// All of them, in the order of the rounds.
    pub fn rounds(&self) -> impl Iterator<Item = f64> {
        self.of_rounds.iter().copied()
    }

    /// The middle figure, and where the middle half lies.
    #[must_use]
    pub fn spread(&self) -> Spread {
        Spread::of(self.of_rounds.clone())
    }

    /// The quotient of this contender's figure and another's in the same round, over all rounds.
    #[must_use]
    pub fn ratio_to(&self, other: &Self) -> Spread {
        Spread::of(self.of_rounds.iter().zip(&other.of_rounds).map(|(own, other)| own / other).collect())
    }
}

/// A median with the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values is below.
    pub low: f64,
    /// Half of the values is below.
    pub median: f64,
    /// A quarter of the values is above.
    pub high: f64,
}

impl Spread {
    /// The spread of some values.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: quantile(&values, 0.25), median: quantile(&values, 0.5), high: quantile(&values, 0.75) }
    }
}

impl fmt::Display for Spread {
    /// Three figures with the format's precision, by default 2 places.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = f.precision().unwrap_or(2);
        write!(f, "{:.places$} ({:.places$} to {:.places$})", self.median, self.low, self.high)
    }
}

/// The value below which a part of all values lies, between 0 and 1: the nearest one that was measured. Not a number
/// when there are none.
///
/// `sorted` goes upwards.
#[must_use]
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let position = (sorted.len().saturating_sub(1) as f64 * part.clamp(0.0, 1.0)).round() as usize;
    sorted.get(position).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, convert::Infallible};

    use super::*;

    #[test]
    fn turns_alternate_and_the_first_round_does_not_count() {
        let order = RefCell::new(String::new());
        let turn = |name: &'static str| {
            let order = &order;
            Contender::<Infallible>::new(name, move || {
                order.borrow_mut().push_str(name);
                Ok(1.0)
            })
        };
        let figures = measure(3, &mut [turn("a"), turn("b")]).unwrap();
        assert_eq!(order.into_inner(), "ababbaab");
        assert_eq!(figures.iter().map(|figures| figures.of_rounds.len()).collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn a_ratio_pairs_what_was_measured_in_the_same_round() {
        let figures = |name, of_rounds: &[f64]| Figures { name, of_rounds: of_rounds.to_vec() };
        // The machine is three times slower in the second round, for both.
        let (slow, fast) = (figures("slow", &[2.0, 6.0, 2.0]), figures("fast", &[1.0, 3.0, 1.0]));
        assert_eq!(slow.ratio_to(&fast), Spread { low: 2.0, median: 2.0, high: 2.0 });
    }

    #[test]
    fn an_error_ends_the_measurement() {
        let mut contenders = [Contender::new("broken", || Err::<f64, _>("no guest"))];
        assert_eq!(measure(2, &mut contenders).unwrap_err(), "no guest");
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=101).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 51.0);
        assert_eq!(quantile(&values, 0.99), 100.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(format!("{:.1}", Spread::of(values)), "51.0 (26.0 to 76.0)");
    }
}
