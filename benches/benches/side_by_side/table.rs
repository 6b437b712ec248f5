//! Calls of all contenders in turns, and their table.

use greenlight_benches::{
    calls::Calls,
    in_turns::{Contender, Figures, Spread, measure},
    records::{Records, Row},
};

use crate::{Failure, Outcome};

/// What makes the calls of one turn.
pub(crate) type Turn<'a> = Box<dyn FnMut() -> Outcome<Calls> + 'a>;

/// The contenders' calls, round by round.
pub(crate) struct Measured {
    p50: Vec<Figures>,
    calls: Vec<Vec<Calls>>,
}

/// Has all of them make their calls in turns, prints them and notes them in a row.
pub(crate) fn calls(
    rounds: usize,
    table: &str,
    row: &str,
    records: &Records,
    turns: Vec<(&'static str, Turn<'_>)>,
) -> Outcome<Measured> {
    let (mut calls, mut contenders) = (Vec::new(), Vec::new());
    for _ in &turns {
        calls.push(Vec::new());
    }
    for ((name, mut turn), calls) in turns.into_iter().zip(&mut calls) {
        contenders.push(Contender::new(name, move || {
            let made = turn()?;
            calls.push(made);
            Ok::<_, Failure>(made.p50)
        }));
    }
    let p50 = measure(rounds, &mut contenders)?;
    drop(contenders);
    for calls in &mut calls {
        // That of the round that does not count.
        calls.remove(0);
    }
    let measured = Measured { p50, calls };
    measured.print(&format!("{table}, {row}, {rounds} rounds"));
    measured.record(records.row(table, row))?;
    Ok(measured)
}

impl Measured {
    /// How many times what the other takes a contender takes; no number when one of them took no part.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> f64 {
        match (self.find(of), self.find(to)) {
            (Some(of), Some(to)) => of.ratio_to(to).median,
            _ => f64::NAN,
        }
    }

    /// How many times as long as half of its calls one of a hundred takes.
    pub(crate) fn tail(&self, of: &str) -> f64 {
        let calls = self.p50.iter().zip(&self.calls).find(|(figures, _)| figures.name == of);
        let ratios = calls.map(|(_, calls)| calls.iter().map(|calls| calls.p99 / calls.p50).collect());
        ratios.map_or(f64::NAN, |ratios| Spread::of(ratios).median)
    }

    fn find(&self, name: &str) -> Option<&Figures> {
        self.p50.iter().find(|figures| figures.name == name)
    }

    fn record(&self, row: Row<'_>) -> Outcome<()> {
        for (figures, calls) in self.p50.iter().zip(&self.calls) {
            Calls::record(calls, row, figures.name)?;
        }
        Ok(())
    }

    fn print(&self, title: &str) {
        println!("\n{title}: us for a call");
        println!("  {:<16} {:>26} {:>26} {:>26} {:>22}", "", "p50", "p99", "processor", "times greenlight's");
        for (figures, calls) in self.p50.iter().zip(&self.calls) {
            let of =
                |figure: fn(&Calls) -> f64| format!("{:.1}", Spread::of(calls.iter().map(figure).collect()));
            let ratio = self.p50.first().map(|ours| format!("{:.2}", figures.ratio_to(ours)));
            println!(
                "  {:<16} {:>26} {:>26} {:>26} {:>22}",
                figures.name,
                of(|calls| calls.p50),
                of(|calls| calls.p99),
                of(|calls| calls.processor),
                ratio.unwrap_or_default()
            );
        }
    }
}
