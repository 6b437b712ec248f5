//! Plots of some tables, as SVG. Text is drawn by whoever shows them: no font of this machine is used.

use std::path::Path;

use plotters::prelude::*;

use crate::{
    error::ReportError,
    figures::{Figures, distinct},
    section::number,
};

/// A plot that was drawn.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    pub(crate) file: String,
    pub(crate) title: String,
}

/// A row of a table as bars: file, title, table, row, measure.
const BARS: [(&str, &str, &str, &str, &str); 3] = [
    ("warm.svg", "Warm call without I/O", "warm", "no I/O", "time p50"),
    ("warm-request.svg", "Warm call with one request on loopback", "warm", "one request", "time p50"),
    ("cold-start.svg", "Cold start to the first report", "cold start", "start", "time"),
];

/// A table as lines over the numbers that its rows are: file, title, table, measure, what the rows count.
const LINES: [(&str, &str, &str, &str, &str); 3] = [
    ("cores.svg", "Hooks per second against threads", "cores", "hooks", "threads"),
    ("plugin-size.svg", "Warm call against plugin size", "plugin size", "time p50", "KiB of WebAssembly"),
    ("plugins-loaded.svg", "Memory of plugins that are loaded", "plugins loaded", "memory", "plugins"),
];

const SIZE: (u32, u32) = (900, 420);

const COLOURS: [RGBColor; 5] = [
    RGBColor(27, 120, 55),
    RGBColor(33, 102, 172),
    RGBColor(178, 24, 43),
    RGBColor(118, 42, 131),
    RGBColor(140, 81, 10),
];

/// Draws what there are figures for.
pub(crate) fn draw_all(figures: &Figures, folder: &Path) -> Result<Vec<Plot>, ReportError> {
    let mut plots = Vec::new();
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error: Box<dyn std::error::Error>| ReportError::Plot { name, why: error.to_string() }
    };
    for (file, title, table, row, measure) in BARS {
        let of = figures.of_table(table).filter(|series| series.row == row && series.measure == measure);
        let unit = of.clone().next().map(|series| series.unit.clone()).unwrap_or_default();
        let values: Vec<(&str, f64)> = of
            .map(|series| (series.contender.as_str(), series.spread().median))
            .filter(|(_, it)| *it > 0.0)
            .collect();
        if !values.is_empty() {
            let title = format!("{title}, {unit}, logarithmic");
            bars(&folder.join(file), &title, &values).map_err(failed(file))?;
            plots.push(Plot { file: file.to_owned(), title });
        }
    }
    for (file, title, table, measure, counted) in LINES {
        let of = || figures.of_table(table).filter(|series| series.measure == measure);
        let unit = of().next().map(|series| series.unit.clone()).unwrap_or_default();
        let names = distinct(of().map(|series| series.contender.as_str()));
        let lines: Vec<(&str, Vec<(f64, f64)>)> = names
            .into_iter()
            .map(|name| {
                let points = of().filter(|series| series.contender == name);
                let points = points.filter_map(|it| Some((leading_number(&it.row)?, it.spread().median)));
                (name, points.collect())
            })
            .collect();
        if lines.iter().any(|(_, points)| points.len() > 1) {
            let title = format!("{title}, {unit}");
            lines_over(&folder.join(file), &title, counted, &lines).map_err(failed(file))?;
            plots.push(Plot { file: file.to_owned(), title });
        }
    }
    Ok(plots)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A bar for each, with its value at its end.
fn bars(path: &Path, title: &str, values: &[(&str, f64)]) -> Drawn {
    let least = values.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min) / 3.0;
    let most = values.iter().map(|(_, value)| *value).fold(0.0, f64::max) * 3.0;
    let root = SVGBackend::new(path, (SIZE.0, 110 + 40 * u32::try_from(values.len())?)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(170)
        .build_cartesian_2d(
            (least..most).log_scale(),
            (0..values.len().saturating_sub(1)).into_segmented(),
        )?;
    let name = |at: &SegmentValue<usize>| match at {
        // The first is on top.
        SegmentValue::CenterOf(at) => {
            values.iter().rev().nth(*at).map(|(name, _)| (*name).to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .disable_y_mesh()
        .y_labels(values.len())
        .y_label_formatter(&name)
        .draw()?;
    for (at, ((_, value), colour)) in values.iter().rev().zip(colours(values.len()).rev()).enumerate() {
        let end = if at + 1 == values.len() { SegmentValue::Last } else { SegmentValue::Exact(at + 1) };
        let mut bar = Rectangle::new([(least, SegmentValue::Exact(at)), (*value, end)], colour.filled());
        bar.set_margin(5, 5, 0, 0);
        chart.draw_series([bar])?;
        chart.draw_series([Text::new(
            format!(" {}", number(*value)),
            (*value * 1.03, SegmentValue::CenterOf(at)),
            ("sans-serif", 14),
        )])?;
    }
    Ok(root.present()?)
}

/// A line for each, from zero.
fn lines_over(path: &Path, title: &str, counted: &str, lines: &[(&str, Vec<(f64, f64)>)]) -> Drawn {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let widest = points().map(|(x, _)| *x).fold(0.0, f64::max) * 1.05;
    let highest = points().map(|(_, y)| *y).fold(0.0, f64::max) * 1.15;
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..widest, 0.0..highest)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(counted)
        .y_label_formatter(&|value| number(*value))
        .draw()?;
    for ((name, points), colour) in lines.iter().zip(colours(lines.len())) {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, colour.filled())))?;
    }
    chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK).draw()?;
    Ok(root.present()?)
}

fn colours(count: usize) -> impl DoubleEndedIterator<Item = RGBColor> {
    COLOURS.iter().copied().cycle().take(count).collect::<Vec<_>>().into_iter()
}

fn leading_number(text: &str) -> Option<f64> {
    text.split(' ').next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_carry_their_names_and_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bars.svg");
        bars(&path, "Warm call", &[("greenlight", 18.2), ("extism", 214.0)]).unwrap();
        let svg = std::fs::read_to_string(path).unwrap();
        for text in ["Warm call", "greenlight", "extism", "18.2", "214"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }

    #[test]
    fn lines_carry_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.svg");
        lines_over(&path, "Hooks", "threads", &[("greenlight", vec![(1.0, 50_000.0), (2.0, 98_000.0)])])
            .unwrap();
        let svg = std::fs::read_to_string(path).unwrap();
        assert!(svg.contains("greenlight") && svg.contains("threads"), "{svg}");
    }
}
