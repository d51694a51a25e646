//! A picture of what the axes of a sweep do to its datasets, as SVG: small multiples, a column for each axis and a row
//! for each statistic.

mod axis;
mod scale;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use super::statistics::{PlotRow, Summary, SweepStatistics};
use crate::dataset::SweepIndex;
use axis::{Axis, Kind, Spot, Stop, shown};
use scale::{Scale, Tick, number};
use svg::Svg;
use text::{BOLD, cut, cut_front, cut_middle, escaped, lines, width};

/// Letters, in pixels.
const LETTERS: f64 = 12.0;
const TITLE_LETTERS: f64 = 17.0;
/// Empty around everything.
const PAGE: f64 = 16.0;
/// Least width of the page.
const LEAST_WIDTH: f64 = 560.0;
/// Between columns.
const GAP: f64 = 26.0;
/// From the end of an axis to its tick's label.
const TICK: f64 = 5.0;
/// Height of a row's heading, and between a row and the next heading.
const HEADING: f64 = 28.0;
const BETWEEN: f64 = 14.0;
/// Of a column with marks: room for each, and how wide it may become.
const SLOT: f64 = 21.0;
const WIDEST: f64 = 420.0;
/// The longest label beneath a mark.
const LONGEST_LABEL: f64 = 130.0;
/// Sine and cosine of the 40 degrees by which labels are turned that have no room else.
const TURNED: (f64, f64) = (0.643, 0.766);
/// With more rows than these the axes are named above them too.
const FEW_ROWS: usize = 3;
/// More single datasets are not shown.
const MOST_DOTS: usize = 2000;

/// Told apart by lightness alone.
const DARK: &str = "#14406b";
const BAND: &str = "#b5cee6";
const GRID: &str = "#e4e4e4";
const EDGE: &str = "#8a8a8a";
const PALE: &str = "#555555";

/// An axis with its place on the page.
struct Column<'a> {
    axis: Axis<'a>,
    x: f64,
    width: f64,
    labels: Vec<Label>,
    turned: bool,
}

/// What stands beneath an axis.
struct Label {
    /// Place on the axis, 0 to 1.
    share: f64,
    text: String,
    whole: String,
}

/// A statistic with its place on the page.
struct Row<'a> {
    of: &'a PlotRow,
    spots: Vec<Vec<Option<Spot>>>,
    /// The mean of the datasets in which nothing is set.
    untouched: Option<f64>,
    /// `None` where there is nothing to show.
    scale: Option<Scale>,
    ticks: Vec<Tick>,
    y: f64,
}

/// Draws each statistic of a sweep over each of its axes: the mean of all datasets that have the axis at a value, and a
/// band from the lowest to the highest of them, whatever their other values. Rows share a scale. Datasets that are not
/// finished are left out.
pub fn plot(index: &SweepIndex, statistics: &SweepStatistics) -> String {
    let height = match statistics.rows.len() {
        ..=FEW_ROWS => 150.0,
        _ => 110.0,
    };
    let mut rows: Vec<Row> = Vec::new();
    let axes = Axis::all(index);
    for of in &statistics.rows {
        rows.push(Row::new(of, &axes, index, height));
    }
    let mut columns = columns(axes, &rows);
    let right = columns.last().map_or(0.0, |column| column.x + column.width);
    let page_width = (right + PAGE).max(LEAST_WIDTH).ceil();
    // A narrow picture is spread over the page.
    if let [only] = columns.as_mut_slice() {
        only.width = page_width - PAGE - only.x;
    }
    let mut svg = Svg::default();
    let title = format!("Datasets of {} along each axis", index.sweep);
    let shown_title = cut(&title, TITLE_LETTERS * BOLD, page_width - 2.0 * PAGE);
    let bold = format!(" font-size=\"{TITLE_LETTERS}\" font-weight=\"bold\"");
    svg.text((PAGE, PAGE + TITLE_LETTERS), &bold, &shown_title, &title);
    let under = format!("Scene {}, {} a dataset", index.scene, counted(index.frames, "frame"));
    let shown_under = cut(&under, LETTERS, page_width - 2.0 * PAGE);
    svg.text((PAGE, PAGE + TITLE_LETTERS + 20.0), &format!(" fill=\"{PALE}\""), &shown_under, &under);
    let mut y = PAGE + TITLE_LETTERS + 34.0;
    if rows.len() > FEW_ROWS {
        y += 16.0;
        columns.iter().for_each(|column| column.name(&mut svg, y, column.width + 0.7 * GAP));
        y += 8.0;
    }
    for row in &mut rows {
        row.heading(&mut svg, y + HEADING - 12.0, page_width - 2.0 * PAGE);
        row.y = y + HEADING;
        y = row.y + height + BETWEEN;
        for (place, column) in columns.iter().enumerate() {
            row.cell(&mut svg, column, place, height);
        }
    }
    if !rows.is_empty() {
        y -= BETWEEN;
        let depth = columns.iter().map(|column| column.beneath(&mut svg, y)).fold(0.0, f64::max) + LETTERS + 8.0;
        for (place, column) in columns.iter().enumerate() {
            // A turned label reaches beneath the column before its own.
            let reached = !column.turned && columns.get(place + 1).is_some_and(|next| next.turned);
            let down = if column.turned { depth } else { 2.0 * LETTERS + TICK + 8.0 };
            column.name(&mut svg, y + down, column.width + if reached { -GAP } else { 0.7 * GAP });
        }
        y += depth + 12.0;
    }
    let caption = caption(index, statistics, &columns, &rows);
    for line in lines(&caption, LETTERS, page_width - 2.0 * PAGE) {
        y += 17.0;
        svg.text((PAGE, y), &format!(" fill=\"{PALE}\""), &line, &line);
    }
    svg.finish((page_width, (y + PAGE).ceil()), LETTERS, &title, &caption)
}

/// The columns side by side, right of the longest label of a row's scale.
fn columns<'a>(axes: Vec<Axis<'a>>, rows: &[Row]) -> Vec<Column<'a>> {
    let least = match axes.len() {
        ..=1 => 0.0,
        2 => 300.0,
        3 => 230.0,
        4 => 190.0,
        _ => 150.0,
    };
    let labels = rows.iter().flat_map(|row| &row.ticks).map(|tick| width(&tick.label, LETTERS));
    let mut x = PAGE + labels.fold(4.0 * LETTERS, f64::max) + TICK;
    let mut columns: Vec<Column> = Vec::new();
    for axis in axes {
        let column = Column::new(axis, x, least);
        if let (true, Some(first)) = (column.turned && columns.is_empty(), column.labels.first()) {
            // The first label reaches beyond the axis.
            let reach = width(&first.text, LETTERS) * TURNED.1 + LETTERS;
            x = x.max(PAGE + reach - first.share * column.width);
        }
        x = columns.last().map_or(x, |before: &Column| before.x + before.width + GAP);
        columns.push(Column { x, ..column });
    }
    columns
}

impl<'a> Column<'a> {
    fn new(axis: Axis<'a>, x: f64, least: f64) -> Column<'a> {
        let least = if least > 0.0 { least } else { LEAST_WIDTH - PAGE - x };
        let width = match axis.kind {
            Kind::Marks => least.max((SLOT * axis.stops.len() as f64).min(WIDEST)),
            _ => least,
        };
        let (labels, turned) = match &axis.kind {
            Kind::Numbers(scale) | Kind::Scattered(scale, _) => {
                let label =
                    |tick: Tick| Label { share: scale.share(tick.value), whole: tick.label.clone(), text: tick.label };
                (scale.ticks_that_fit(width, LETTERS).into_iter().map(label).collect(), false)
            }
            Kind::Marks => of_marks(&axis.stops, width),
        };
        Column { axis, x, width, labels, turned }
    }

    /// Where a stop, or another value of a numeric axis, is.
    fn at(&self, place: f64) -> f64 {
        let share = match &self.axis.kind {
            Kind::Numbers(scale) | Kind::Scattered(scale, _) => scale.share(place),
            Kind::Marks => (place + 0.5) / self.axis.stops.len() as f64,
        };
        self.x + share * self.width
    }

    /// Writes the axis's name, its end if it has too little room.
    fn name(&self, svg: &mut Svg, y: f64, room: f64) {
        let shown = cut_front(self.axis.path, LETTERS * BOLD, room);
        let middle = " text-anchor=\"middle\" font-weight=\"bold\"";
        svg.text((self.x + self.width / 2.0, y), middle, &shown, self.axis.path);
    }

    /// Writes the labels beneath an axis and says how much room they take.
    fn beneath(&self, svg: &mut Svg, y: f64) -> f64 {
        let mut depth = LETTERS + TICK;
        for label in &self.labels {
            let x = self.x + label.share * self.width;
            if self.turned {
                let (x, y) = (x + 4.0, y + TICK + 0.7 * LETTERS);
                let at = format!("{} {}", text::coordinate(x), text::coordinate(y));
                let turned = format!(" text-anchor=\"end\" transform=\"rotate(-40 {at})\"");
                svg.text((x, y), &turned, &label.text, &label.whole);
                depth = depth.max(LETTERS + TICK + width(&label.text, LETTERS) * TURNED.0);
            } else {
                svg.text((x, y + LETTERS + TICK), " text-anchor=\"middle\"", &label.text, &label.whole);
            }
        }
        depth
    }
}

/// Labels of marks, and whether they are turned: those that have no room are left out.
fn of_marks(stops: &[Stop], room: f64) -> (Vec<Label>, bool) {
    let slot = room / stops.len().max(1) as f64;
    let longest = stops.iter().map(|stop| width(&stop.label, LETTERS)).fold(0.0, f64::max);
    let turned = longest > slot - 6.0 && stops.len() > 1;
    let most = if turned { LONGEST_LABEL } else { slot - 6.0 };
    let every = (0.95 * SLOT / slot).ceil().max(1.0) as usize;
    let label = |stop: &Stop| {
        let share = (stop.place + 0.5) / stops.len() as f64;
        Label { share, text: cut_middle(&stop.label, LETTERS, most), whole: stop.label.clone() }
    };
    (stops.iter().step_by(every).map(label).collect(), turned)
}

impl<'a> Row<'a> {
    fn new(of: &'a PlotRow, axes: &[Axis], index: &SweepIndex, height: f64) -> Row<'a> {
        let spots: Vec<Vec<Option<Spot>>> = axes.iter().map(|axis| axis.spots(&of.summaries)).collect();
        let untouched = index.points.iter().zip(&of.summaries).filter(|(point, _)| point.values.is_empty());
        let untouched: Vec<f64> = untouched.filter_map(|(_, summary)| shown(summary.as_ref()?.mean)).collect();
        let untouched = (!untouched.is_empty()).then(|| untouched.iter().sum::<f64>() / untouched.len() as f64);
        let ends = spots.iter().flatten().flatten().flat_map(|spot| [spot.low, spot.high]).chain(untouched);
        let (low, high) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
        let scale = (low <= high).then(|| Scale::around(low, high, false));
        // One for every 27 pixels.
        let ticks = scale.map_or(Vec::new(), |scale| scale.ticks((height / 27.0) as u32 + 1));
        Row { of, spots, untouched, scale, ticks, y: 0.0 }
    }

    /// Writes the statistic's name and what it is.
    fn heading(&self, svg: &mut Svg, y: f64, room: f64) {
        let (name, unit) = (self.of.statistic.name(), self.of.statistic.unit());
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        let sentence = format!("{}{unit}", self.of.statistic.sentence());
        let shown_name = cut(&name, LETTERS * BOLD, room * 0.5);
        let left = room - width(&shown_name, LETTERS * BOLD) - 8.0;
        let shown_sentence = cut(&sentence, LETTERS, left);
        let title = if shown_name == name && shown_sentence == sentence {
            String::new()
        } else {
            format!("<title>{}</title>", escaped(&format!("{name}: {sentence}")))
        };
        let inside = format!(
            "{title}<tspan font-weight=\"bold\">{}</tspan><tspan dx=\"8\" fill=\"{PALE}\">{}</tspan>",
            escaped(&shown_name),
            escaped(&shown_sentence)
        );
        svg.element("text", &format!("x=\"{PAGE}\" y=\"{}\"", text::coordinate(y)), &inside);
    }

    /// Draws the cell of an axis.
    fn cell(&self, svg: &mut Svg, column: &Column, place: usize, height: f64) {
        let (left, right, top, bottom) = (column.x, column.x + column.width, self.y, self.y + height);
        let edge = format!(" stroke=\"{EDGE}\"");
        let Some(scale) = self.scale else {
            svg.line((left, bottom), (right, bottom), &edge);
            self.nothing(svg, column, height);
            return;
        };
        let at = |value: f64| bottom - scale.share(value) * height;
        let grid = format!(" stroke=\"{GRID}\"");
        for tick in &self.ticks {
            let y = at(tick.value);
            svg.line((left, y), (right, y), &grid);
            if place == 0 {
                svg.text((left - TICK, y + 0.35 * LETTERS), " text-anchor=\"end\"", &tick.label, &tick.label);
            }
        }
        for label in column.labels.iter().filter(|_| !matches!(column.axis.kind, Kind::Marks)) {
            let x = left + label.share * column.width;
            svg.line((x, top), (x, bottom), &grid);
            svg.line((x, bottom), (x, bottom + 4.0), &edge);
        }
        svg.line((left, bottom), (right, bottom), &edge);
        let spots = self.spots.get(place).map_or(&[][..], Vec::as_slice);
        if spots.iter().all(Option::is_none) {
            self.nothing(svg, column, height);
        }
        let joined = !matches!(column.axis.kind, Kind::Marks);
        let stops: Vec<(f64, &Stop, &Option<Spot>)> =
            column.axis.stops.iter().zip(spots).map(|(stop, spot)| (column.at(stop.place), stop, spot)).collect();
        let runs: Vec<Vec<(f64, &Stop, Spot)>> = stops
            .chunk_by(|one, other| joined && one.2.is_some() && other.2.is_some())
            .map(|run| run.iter().filter_map(|(x, stop, spot)| Some((*x, *stop, (**spot)?))).collect())
            .collect();
        let slot = column.width / column.axis.stops.len().max(1) as f64;
        let thickness = (0.5 * slot).clamp(2.0, if joined { 7.0 } else { 14.0 });
        let band = format!(" fill=\"{BAND}\"");
        for run in &runs {
            match run.as_slice() {
                [] => {}
                [(x, _, spot)] => {
                    let corner = (x - thickness / 2.0, at(spot.high));
                    svg.rectangle(corner, (thickness, at(spot.low) - at(spot.high)), &band);
                }
                run => {
                    let below = run.iter().map(|(x, _, spot)| (*x, at(spot.low)));
                    let above = run.iter().rev().map(|(x, _, spot)| (*x, at(spot.high)));
                    svg.points("polygon", below.chain(above), &band);
                }
            }
        }
        if let Some(value) = self.untouched {
            let dashed = format!(" stroke=\"{DARK}\" stroke-dasharray=\"5 4\"");
            svg.line((left, at(value)), (right, at(value)), &dashed);
        }
        if let Kind::Scattered(_, set) = &column.axis.kind
            && set.len() <= MOST_DOTS
        {
            let dot = |(x, summary): (&Option<f64>, &Option<Summary>)| {
                Some((column.at((*x)?), at(shown(summary.as_ref()?.mean)?)))
            };
            let dots = set.iter().zip(&self.of.summaries).filter_map(dot);
            svg.dots(dots, &format!(" stroke=\"{DARK}\" stroke-width=\"2.4\""));
        }
        for run in runs.iter().filter(|run| run.len() > 1) {
            let line = format!(" fill=\"none\" stroke=\"{DARK}\" stroke-width=\"1.6\" stroke-linejoin=\"round\"");
            svg.points("polyline", run.iter().map(|(x, _, spot)| (*x, at(spot.mean))), &line);
        }
        let radius = (0.3 * slot).clamp(1.2, 3.4);
        for (x, stop, spot) in runs.iter().flatten() {
            svg.disc((*x, at(spot.mean)), radius, &format!(" fill=\"{DARK}\""), &self.said(stop, spot));
        }
    }

    fn nothing(&self, svg: &mut Svg, column: &Column, height: f64) {
        let at = (column.x + column.width / 2.0, self.y + height / 2.0);
        svg.text(at, &format!(" text-anchor=\"middle\" fill=\"{PALE}\""), "no samples", "no samples");
    }

    /// What a spot says on hovering.
    fn said(&self, stop: &Stop, spot: &Spot) -> String {
        let [mean, low, high] = [spot.mean, spot.low, spot.high].map(number);
        let unit = self.of.statistic.unit();
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        match spot.datasets {
            1 => format!("{}: {mean}{unit} in 1 dataset", stop.label),
            many => format!("{}: {mean}{unit}, from {low} to {high} in {many} datasets", stop.label),
        }
    }
}

/// What the picture shows, and of how much.
fn caption(index: &SweepIndex, statistics: &SweepStatistics, columns: &[Column], rows: &[Row]) -> String {
    let finished = statistics.pictures.iter().flatten().count();
    let pictures: u64 = statistics.pictures.iter().flatten().sum();
    let missing = index.points.len().saturating_sub(finished) as u64;
    let mut said = Vec::new();
    if finished > 0 && !rows.is_empty() {
        said.push(
            "A dot is the mean of all datasets that have the axis at this value, whatever their other values; the band \
             goes from the lowest of them to the highest."
                .to_owned(),
        );
        if columns.iter().any(|column| matches!(column.axis.kind, Kind::Scattered(..))) {
            said.push(
                "Where each dataset has a value of its own, small dots are single datasets and large ones the mean of \
                 those in a part of the axis."
                    .to_owned(),
            );
        }
        if rows.iter().any(|row| row.untouched.is_some()) {
            said.push("Dashed: the scene as it is, with none of these values set.".to_owned());
        }
    }
    said.push(match finished {
        0 => "Nothing to show: no dataset is finished.".to_owned(),
        _ => format!("{} with {}.", counted(finished as u64, "dataset"), counted(pictures, "picture")),
    });
    if finished > 0 && missing > 0 {
        let are = if missing == 1 { "is" } else { "are" };
        said.push(format!("{} {are} not finished and left out.", counted(missing, "dataset")));
    }
    said.join(" ")
}

/// "1 frame", "2 frames".
fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
