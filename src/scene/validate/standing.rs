//! Variables that need the values of others: none its own, and not too many one after the other.

use std::collections::BTreeSet;

use super::super::Variable;
use super::super::diagnostic::Diagnostic;
use super::super::limits::DEEPEST_VARIABLE;
use super::super::syntax::Cursor;
use super::Checker;

impl Checker<'_> {
    /// That no variable needs its own value, and that none waits for too many others, of which each waits for the next.
    pub(super) fn standing(&mut self, variables: &Cursor) {
        let scene = self.scene;
        let place = |name: &str| scene.variables.get_index_of(name);
        let needed = |variable| needs(variable).into_iter().filter_map(place).collect();
        let needs: Vec<BTreeSet<usize>> = scene.variables.values().map(needed).collect();
        let depths = depths(&needs);
        let circles = circles(&needs, &depths);
        for ((name, depth), before) in scene.variables.keys().zip(depths).zip(circles) {
            let error = |message| Diagnostic::error("scene::variable_circle", message, variables.key_span(name));
            if let Some((before, _)) = before.and_then(|before| scene.variables.get_index(before)) {
                let message = format!("{name:?} needs its own value, by way of {before:?}");
                let message = if name == before { format!("{name:?} needs its own value") } else { message };
                self.tell(&variables.key(name), error(message).label("expected a value that does not lead back"));
            }
            // Those that need this one in turn are too deep as well; one error is enough.
            if depth == Some(DEEPEST_VARIABLE + 1) {
                let message = format!(
                    "{name:?} needs a variable that needs another one, and so on {depth} deep",
                    depth = DEEPEST_VARIABLE + 1
                );
                let label = format!("expected at most {DEEPEST_VARIABLE} variables, each of which needs the next");
                self.tell(&variables.key(name), error(message).label(label));
            }
        }
    }
}

/// Of how many variables, with itself, each needs the next, at most; `None` for those that lead into a circle.
fn depths(needs: &[BTreeSet<usize>]) -> Vec<Option<usize>> {
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (variable, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|need| needed_by[*need].push(variable));
    }
    let mut open: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    let mut ready: Vec<usize> = (0..needs.len()).filter(|variable| open[*variable] == 0).collect();
    let (mut below, mut depths) = (vec![0; needs.len()], vec![None; needs.len()]);
    while let Some(variable) = ready.pop() {
        let depth = below[variable] + 1;
        depths[variable] = Some(depth);
        for &other in &needed_by[variable] {
            below[other] = depth.max(below[other]);
            open[other] -= 1;
            if open[other] == 0 {
                ready.push(other);
            }
        }
    }
    depths
}

/// For each variable of a circle the one by way of which it needs itself. At least one circle is found if there is any.
fn circles(needs: &[BTreeSet<usize>], depths: &[Option<usize>]) -> Vec<Option<usize>> {
    // What leads into a circle needs something that does, too: whoever goes on comes round.
    let next = |variable: usize| needs[variable].iter().copied().find(|need| depths[*need].is_none());
    let (mut walked_from, mut by_way_of) = (vec![None; needs.len()], vec![None; needs.len()]);
    for start in (0..needs.len()).filter(|variable| depths[*variable].is_none()) {
        let mut at = start;
        while walked_from[at].is_none() {
            walked_from[at] = Some(start);
            at = next(at).unwrap_or(at);
        }
        // Round the circle once, if it is a new one.
        while walked_from[at] == Some(start) {
            let to = next(at).unwrap_or(at);
            if by_way_of[to].replace(at).is_some() {
                break;
            }
            at = to;
        }
    }
    by_way_of
}

/// Names of the variables whose values a variable needs.
fn needs(variable: &Variable) -> Vec<&str> {
    match variable {
        Variable::Number(number) => {
            let mut names = Vec::new();
            number.names(&mut names);
            names
        }
        Variable::Choice(entries) => entries.iter().flat_map(|entry| needs(&entry.entry.value)).collect(),
        Variable::Text(_) | Variable::Quota(_) | Variable::Grid(..) | Variable::GridOf(_) => Vec::new(),
    }
}
