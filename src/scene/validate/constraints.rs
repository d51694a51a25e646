//! Constraints: whether they speak of things that are there, and can be met at all.

use super::super::constraints::MEASURES;
use super::super::limits;
use super::super::syntax::Cursor;
use super::super::{Constraint, Expression, Of, is_meant, measured};
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    /// All constraints.
    pub(super) fn constraints(&mut self, root: &Cursor) {
        let scene = self.scene;
        let at = root.field("constraints");
        let attempts = Rule::whole_within("a number of attempts", limits::ATTEMPTS);
        self.value(&at.field("attempts"), f64::from(scene.constraints.attempts), &attempts);
        let require = at.field("require");
        for (name, constraint) in &scene.constraints.require {
            self.name(&require, name, "constraint");
            self.constraint(&require.key(name), constraint);
        }
    }

    fn constraint(&mut self, at: &Cursor, constraint: &Constraint) {
        const SHARE: Rule = Rule::within("a share", limits::SHARE);
        if let Some(of) = constraint.of() {
            self.of(&at.field("of"), of);
        }
        match constraint {
            Constraint::Visible { fraction_at_least, .. } => {
                self.value(&at.field("fraction_at_least"), *fraction_at_least, &SHARE);
                self.silhouettes(at, *fraction_at_least > 0.0);
            }
            Constraint::InFrame { truncation_at_most, .. } => {
                self.value(&at.field("truncation_at_most"), *truncation_at_most, &SHARE);
                self.silhouettes(at, true);
            }
            Constraint::Distance { at_least_m, at_most_m, .. } => {
                let distance = Rule::between("a distance", 0.0, 1e6);
                self.value(&at.field("at_least_m"), *at_least_m, &distance);
                if let Some(most) = at_most_m {
                    self.value(&at.field("at_most_m").inside("Some"), *most, &distance);
                    self.room(at, *at_least_m, *most);
                }
            }
            Constraint::Count { at_least, at_most, fraction_at_least, .. } => {
                self.value(&at.field("fraction_at_least"), *fraction_at_least, &SHARE);
                self.silhouettes(at, *fraction_at_least > 0.0);
                if let Some(most) = at_most {
                    self.room(at, *at_least as f64, *most as f64);
                }
            }
            Constraint::Apart { overlap_at_most, .. } => {
                self.value(&at.field("overlap_at_most"), *overlap_at_most, &SHARE);
            }
            Constraint::LineOfSight { .. } => {}
            Constraint::Expr(formula) => self.condition(&at.argument(0), formula),
        }
    }

    fn room(&mut self, at: &Cursor, least: f64, most: f64) {
        if least > most {
            let message = format!("at least {least} and at most {most}: nothing meets this constraint");
            self.error(at, "scene::constraint", message, "expected `at_least` below `at_most`");
        }
    }

    /// That whole silhouettes are known where they are needed.
    fn silhouettes(&mut self, at: &Cursor, needed: bool) {
        if needed && !self.scene.labels.amodal {
            let message = "this constraint needs whole silhouettes, which the scene does without";
            self.error(at, "scene::constraint", message, "expected `labels: (amodal: true)`");
        }
    }

    fn of(&mut self, at: &Cursor, of: &Of) {
        let scene = self.scene;
        if let Some(name) = &of.object {
            let place = at.field("object").inside("Some");
            let all = scene.scope().all();
            let mut meant = all.iter().filter(|member| is_meant(name, &member.path)).peekable();
            if meant.peek().is_none() {
                let known: Vec<&str> = all.iter().map(|member| member.path.as_str()).collect();
                self.unknown(&place, "scene::unknown_object", "object", name, &known);
            } else if meant.all(|member| member.object.category.is_none()) {
                let message = format!("{name:?} has no category, so that nobody knows where it is seen");
                self.error(&place, "scene::constraint", message, "expected an object with a category");
            }
        }
        if let Some(name) = of.camera.as_ref().filter(|name| !scene.cameras.contains_key(*name)) {
            let known: Vec<&str> = scene.cameras.keys().map(String::as_str).collect();
            self.unknown(&at.field("camera").inside("Some"), "scene::unknown_camera", "camera", name, &known);
        }
    }

    /// A formula over variables and what is seen.
    fn condition(&mut self, at: &Cursor, formula: &Expression) {
        let scene = self.scene;
        let paths: Vec<String> = scene.scope().all().into_iter().map(|member| member.path).collect();
        let is_known = |name: &str| match measured(name) {
            (measure, None) => measure == "visible",
            (measure, Some(object)) => MEASURES.contains(&measure) && paths.iter().any(|path| is_meant(object, path)),
        };
        let near = |name: &str| match measured(name) {
            (_, None) => Vec::new(),
            (measure, Some(_)) if MEASURES.contains(&measure) => {
                paths.iter().map(|path| format!("{measure}.{}", in_formula(path))).collect()
            }
            (_, Some(object)) => MEASURES.iter().map(|measure| format!("{measure}.{}", in_formula(object))).collect(),
        };
        self.formula_near(at, formula, &is_known, &near);
    }
}

/// The path of an object as a formula writes it.
fn in_formula(path: &str) -> String {
    let plain = path.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if plain && !path.starts_with(|first: char| first.is_ascii_digit()) { path.to_owned() } else { format!("'{path}'") }
}
