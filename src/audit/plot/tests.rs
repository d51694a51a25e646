//! Tests of whole pictures, with sweeps made by hand.

use indexmap::IndexMap;

use super::*;
use crate::dataset::SweepPoint;

/// A sweep with axes and their values, and with points that have a value of each of the first few axes; "-" for none.
pub(super) fn index(axes: &[(&str, &[&str])], points: &[&[&str]]) -> SweepIndex {
    let listed = |(path, values): &(&str, &[&str])| {
        ((*path).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
    };
    let point = |(point, values): (usize, &&[&str])| {
        let set = axes.iter().zip(*values).filter(|(_, value)| **value != "-");
        let values: IndexMap<_, _> = set.map(|((path, _), value)| ((*path).to_owned(), (*value).to_owned())).collect();
        SweepPoint::new((point, 0), format!("points/{point:03}"), values, "")
    };
    let points = points.iter().enumerate().map(point).collect();
    SweepIndex::new(("light.sweep.ron", "table.ron", ""), 5, axes.iter().map(listed).collect(), points)
}

pub(super) fn summary(mean: f64) -> Summary {
    Summary { count: 5, mean, standard_deviation: 0.0, minimum: mean, maximum: mean }
}

/// Of a statistic by its name; NaN for datasets without samples, infinity for those that are not finished.
fn row(name: &str, means: &[f64]) -> PlotRow {
    let summaries = means.iter().map(|mean| (*mean != f64::INFINITY).then(|| summary(*mean))).collect();
    PlotRow { statistic: name.parse().unwrap(), summaries }
}

fn statistics(rows: Vec<PlotRow>) -> SweepStatistics {
    let of = |row: &PlotRow| row.summaries.iter().map(|summary| summary.map(|_| 5)).collect();
    SweepStatistics { pictures: rows.first().map(of).unwrap_or_default(), rows }
}

/// The elements of a name, as they stand in a picture.
fn elements<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    svg.lines().filter(|line| line.starts_with(&format!("<{name} "))).collect()
}

#[test]
fn a_small_picture_has_its_geometry() {
    let index = index(&[("samples", &["0", "10"])], &[&["0"], &["10"], &["0"]]);
    let svg = plot(&index, &statistics(vec![row("distance_m", &[1.0, 3.0, 2.0])]));
    // The page is 560 wide; labels have 48, a tick 5, so that the axis goes from 69 to 544. Values from 0 to 10 leave
    // 0.06 of themselves on both sides, that is 475 × 0.6 / 11.2 pixels.
    let (left, right) = (69.0 + 475.0 * 0.6 / 11.2, 544.0 - 475.0 * 0.6 / 11.2);
    // The row begins at 67 and its cell at 95, 150 high; means go from 1 to 3.
    let y = |mean: f64| 245.0 - 150.0 * (mean - 0.88) / 2.24;
    let [left, right] = [left, right].map(text::coordinate);
    let [one, mean, two, three] = [1.0, 1.5, 2.0, 3.0].map(|mean| text::coordinate(y(mean)));
    assert_eq!(
        elements(&svg, "polygon"),
        [format!("<polygon points=\"{left},{one} {right},{three} {right},{three} {left},{two}\" fill=\"#b5cee6\"/>")]
    );
    assert_eq!(
        elements(&svg, "polyline"),
        [format!(
            "<polyline points=\"{left},{mean} {right},{three}\" fill=\"none\" stroke=\"#14406b\" stroke-width=\"1.6\" \
             stroke-linejoin=\"round\"/>"
        )]
    );
    assert_eq!(
        elements(&svg, "circle"),
        [
            format!(
                "<circle cx=\"{left}\" cy=\"{mean}\" r=\"3.4\" fill=\"#14406b\"><title>0: 1.5 m, from 1 to 2 in 2 \
                 datasets</title></circle>"
            ),
            format!(
                "<circle cx=\"{right}\" cy=\"{three}\" r=\"3.4\" fill=\"#14406b\"><title>10: 3 m in 1 \
                 dataset</title></circle>"
            ),
        ]
    );
    // Ticks at 1, 1.5, 2, 2.5 and 3, and at the even numbers from 0 to 10.
    assert_eq!(elements(&svg, "line").len(), 5 + 2 * 6 + 1);
    assert!(
        svg.contains(&format!(
            "<text x=\"64\" y=\"{}\" text-anchor=\"end\">2.5</text>",
            text::coordinate(y(2.5) + 4.2)
        ))
    );
    assert!(svg.contains(&format!("<text x=\"{left}\" y=\"262\" text-anchor=\"middle\">0</text>")));
    assert!(svg.contains("from the camera to the centre of an instance&apos;s 3D box (m)</tspan>"), "{svg}");
    assert!(svg.contains("of them to the highest. 3 datasets with 15 pictures."));
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"560\" height=\""));
}

#[test]
fn texts_are_escaped_everywhere() {
    let nasty = "a<b>&\"c\"";
    let value = format!("\"{}\"", "<&>".repeat(30));
    let mut index = index(&[(nasty, &[&value, "1"])], &[&[&value], &["1"]]);
    index.sweep = nasty.to_owned();
    index.scene = nasty.to_owned();
    let svg = plot(&index, &statistics(vec![row("variables.<&>", &[1.0, 2.0])]));
    assert!(!svg.contains("<b>") && !svg.contains("<&") && !svg.contains("&>"));
    assert!(svg.contains("Datasets of a&lt;b&gt;&amp;&quot;c&quot; along"));
    // Cut where it is written, whole on hovering.
    let whole = "&lt;&amp;&gt;".repeat(30);
    assert!(
        svg.contains(&format!("<title>{whole}</title>&lt;&amp;&gt;&lt;")) && svg.contains("&lt;&amp;…&amp;&gt;"),
        "{svg}"
    );
    assert!(svg.contains(&format!("<title>{whole}: 1 in 1 dataset</title>")));
    let ends = svg.matches("</").count() + svg.matches("/>").count();
    assert_eq!(svg.matches('<').count() - svg.matches("</").count(), ends, "an element is open");
}

#[test]
fn there_may_be_nothing_to_show() {
    let sweep = index(&[("samples", &["0", "10"])], &[&["0"], &["10"]]);
    let none = f64::INFINITY;
    let svg = plot(&sweep, &statistics(vec![row("pixels", &[none, none])]));
    assert!(svg.contains("Nothing to show: no dataset is finished.") && svg.contains(">no samples<"));
    assert!(elements(&svg, "circle").is_empty() && !svg.contains("A dot is"));
    for (axes, rows) in [(&[][..], vec![]), (&[][..], vec![row("pixels", &[])]), (&[("a", &["1"][..])], vec![])] {
        let svg = plot(&index(axes, &[]), &statistics(rows));
        assert!(svg.contains("Nothing to show") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn gaps_break_the_line() {
    let values = ["1", "2", "3", "4", "5"];
    let points: [&[&str]; 5] = [&["1"], &["2"], &["3"], &["4"], &["5"]];
    let index = index(&[("samples", &values)], &points);
    for gap in [f64::NAN, f64::INFINITY, 1e300] {
        let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, gap, 4.0, 5.0])]));
        assert_eq!((elements(&svg, "polyline").len(), elements(&svg, "circle").len()), (2, 4), "{gap}");
        let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, gap, 3.0, gap, 5.0])]));
        assert_eq!((elements(&svg, "polyline").len(), elements(&svg, "circle").len()), (0, 3), "{gap}");
        let svg = plot(&index, &statistics(vec![row("pixels", &[gap; 5])]));
        assert!(svg.contains(">no samples<"));
        assert!(!svg.contains("NaN"));
    }
    let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, f64::INFINITY, 4.0, f64::INFINITY])]));
    assert!(svg.contains("3 datasets with 15 pictures. 2 datasets are not finished and left out."));
    let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, f64::INFINITY, 4.0, 5.0])]));
    assert!(svg.contains("1 dataset is not finished and left out."));
}

#[test]
fn marks_stand_beside_each_other() {
    let index =
        index(&[("season", &["\"summer\"", "\"winter\""])], &[&["\"summer\""], &["\"winter\""], &["\"summer\""]]);
    let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, 3.0])]));
    assert!(elements(&svg, "polyline").is_empty() && elements(&svg, "polygon").is_empty());
    // From 69 to 544 the quarters are at 187.75 and 425.25; a bar is 14 wide.
    let circles = elements(&svg, "circle");
    assert!(circles[0].contains("cx=\"187.75\"") && circles[1].contains("cx=\"425.25\""), "{circles:?}");
    // One from 1 to 3 and one that has no height, after the page.
    let bars = elements(&svg, "rect");
    assert!(bars[1].starts_with("<rect x=\"180.75\" y=\"103.04\" width=\"14\" height=\"133.93\""), "{bars:?}");
    assert!(bars[2].contains("height=\"0\""));
    assert!(svg.contains("text-anchor=\"middle\">summer</text>"));
}

#[test]
fn one_value_alone_is_shown() {
    let index = index(&[("samples", &["4"])], &[&["4"], &["4"]]);
    let svg = plot(&index, &statistics(vec![row("pixels", &[7.0, 7.0])]));
    // In the middle of both axes.
    assert!(elements(&svg, "circle")[0].starts_with("<circle cx=\"306.5\" cy=\"170\""), "{svg}");
    assert!(svg.contains("text-anchor=\"middle\">4</text>"));
}

#[test]
fn a_logarithmic_axis_has_its_values_evenly() {
    let index = index(&[("haze", &["0.01", "0.1", "1"])], &[&["0.01"], &["0.1"], &["1"]]);
    let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, 3.0])]));
    let at = |circle: &&str| circle.split('"').nth(1).unwrap().parse::<f64>().unwrap();
    let places: Vec<f64> = elements(&svg, "circle").iter().map(at).collect();
    assert_eq!(places[1], 306.5);
    assert!((places[1] - places[0] - (places[2] - places[1])).abs() < 0.011, "{places:?}");
    assert!(places[2] - places[0] > 400.0);
}

#[test]
fn the_scene_as_it_is_is_dashed() {
    let index = index(&[("a", &["1", "2"]), ("b", &["x"])], &[&["-", "-"], &["1", "-"], &["2", "-"], &["-", "x"]]);
    let svg = plot(&index, &statistics(vec![row("pixels", &[9.0, 1.0, 2.0, 3.0])]));
    // One in each cell, and the scale reaches it.
    assert_eq!(svg.matches("stroke-dasharray").count(), 2);
    assert!(svg.contains(">8</text>") && svg.contains("Dashed: the scene as it is"));
    assert_eq!(elements(&svg, "circle").len(), 3);
}

#[test]
fn each_dataset_of_scattered_values_has_a_dot() {
    let values = ["1", "2", "3", "4.5", "8", "9"];
    let points: Vec<[&str; 1]> = values.iter().map(|value| [*value]).collect();
    let points: Vec<&[&str]> = points.iter().map(|point| &point[..]).collect();
    let index = index(&[("a", &["0", "10"])], &points);
    let svg = plot(&index, &statistics(vec![row("pixels", &[1.0, 2.0, f64::NAN, 4.0, 5.0, f64::INFINITY])]));
    let dots = elements(&svg, "path");
    assert_eq!((dots.len(), dots[0].matches('M').count(), elements(&svg, "circle").len()), (1, 4, 2));
    assert!(svg.contains("small dots are single datasets"));
}

#[test]
fn cells_are_in_columns_and_rows() {
    let paths: Vec<String> = (0..8).map(|axis| format!("objects.boxes.count_{axis}")).collect();
    let values = ["1", "2", "3"];
    let axes: Vec<(&str, &[&str])> = paths.iter().map(|path| (path.as_str(), &values[..])).collect();
    let points: Vec<Vec<&str>> = values.iter().map(|value| vec![*value; 8]).collect();
    let points: Vec<&[&str]> = points.iter().map(Vec::as_slice).collect();
    let names = MEASURES_AND_MORE;
    let rows = names.iter().map(|name| row(name, &[1.0, 2.0, 3.0])).collect();
    let svg = plot(&index(&axes, &points), &statistics(rows));
    assert_eq!(elements(&svg, "circle").len(), 8 * 12 * 3);
    // Above and below.
    assert_eq!(svg.matches(">…jects.boxes.count_7</text>").count(), 2, "{svg}");
    let at = |circle: &&str| circle.split('"').nth(1).unwrap().parse::<f64>().unwrap();
    let places: Vec<f64> = elements(&svg, "circle").iter().take(24).map(at).collect();
    assert!(places.is_sorted_by(|one, other| one < other), "{places:?}");
}

const MEASURES_AND_MORE: &[&str] = &[
    "instances",
    "visible_fraction",
    "truncation",
    "box_width_px",
    "box_height_px",
    "pixels",
    "distance_m",
    "exposure_ev100",
    "attempts",
    "importance_weight",
    "instances.mug",
    "variables.storm",
];
