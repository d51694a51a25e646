//! The elements of an SVG, written one after the other.

use super::text::{coordinate, escaped};

/// An SVG that is being written. Attributes are given as they stand in the file.
#[derive(Default)]
pub struct Svg {
    text: String,
}

impl Svg {
    /// The whole file: what was written, on white, in letters of a size. `title` and `about` are for those who cannot
    /// see it.
    pub fn finish(self, (width, height): (f64, f64), letters: f64, title: &str, about: &str) -> String {
        let (width, height, letters) = (coordinate(width), coordinate(height), coordinate(letters));
        let (title, about) = (escaped(title), escaped(about));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"{letters}\" \
             fill=\"#222222\">\n<title>{title}</title>\n<desc>{about}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.text
        )
    }

    /// A text that begins, or as `attributes` say is anchored, at a place. Where `whole` is another text, it shows on
    /// hovering.
    pub fn text(&mut self, (x, y): (f64, f64), attributes: &str, text: &str, whole: &str) {
        let title = if whole == text { String::new() } else { format!("<title>{}</title>", escaped(whole)) };
        let place = format!("x=\"{}\" y=\"{}\"{attributes}", coordinate(x), coordinate(y));
        self.element("text", &place, &format!("{title}{}", escaped(text)));
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), attributes: &str) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(coordinate);
        self.element("line", &format!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{attributes}"), "");
    }

    /// A disc that says something on hovering.
    pub fn disc(&mut self, (x, y): (f64, f64), radius: f64, attributes: &str, whole: &str) {
        let [x, y, radius] = [x, y, radius].map(coordinate);
        let place = format!("cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{attributes}");
        self.element("circle", &place, &format!("<title>{}</title>", escaped(whole)));
    }

    /// An upright rectangle from its top left corner.
    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), attributes: &str) {
        let [x, y, width, height] = [x, y, width, height].map(coordinate);
        self.element("rect", &format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{attributes}"), "");
    }

    /// A `polyline` or `polygon`.
    pub fn points(&mut self, name: &str, points: impl IntoIterator<Item = (f64, f64)>, attributes: &str) {
        let points = points.into_iter().map(|(x, y)| format!("{},{}", coordinate(x), coordinate(y)));
        self.element(name, &format!("points=\"{}\"{attributes}", points.collect::<Vec<_>>().join(" ")), "");
    }

    /// Small dots as the ends of a line that goes nowhere, which a file of thousands can bear.
    pub fn dots(&mut self, points: impl IntoIterator<Item = (f64, f64)>, attributes: &str) {
        let dots = points.into_iter().map(|(x, y)| format!("M{} {}h0", coordinate(x), coordinate(y)));
        self.element("path", &format!("d=\"{}\" stroke-linecap=\"round\"{attributes}", dots.collect::<String>()), "");
    }

    /// Any element; its contents as they stand in the file.
    pub fn element(&mut self, name: &str, attributes: &str, inside: &str) {
        let end = if inside.is_empty() { "/>".to_owned() } else { format!(">{inside}</{name}>") };
        self.text.push_str(&format!("<{name} {attributes}{end}\n"));
    }
}
