//! What a check finds in pictures: how far the worst value is off, and where.

/// What a check has found in some pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Findings {
    /// Pictures in which there was something to look at.
    pub pictures: u64,
    /// The highest value; of several equal ones the first.
    pub worst: f64,
    /// Where that is.
    pub place: String,
    /// Whether the picture at hand had something to look at.
    looked: bool,
}

impl Findings {
    /// Takes a measured value; what is no number is worse than any.
    pub fn see(&mut self, value: f64, place: impl FnOnce() -> String) {
        let value = if value.is_nan() { f64::INFINITY } else { value };
        self.looked = true;
        if value > self.worst {
            (self.worst, self.place) = (value, place());
        }
    }

    /// Takes a fault, of which there should be none.
    pub fn fault(&mut self, place: impl FnOnce() -> String) {
        self.see(1.0, place);
    }

    /// Says that there was something to look at, all of it well.
    pub fn well(&mut self) {
        self.looked = true;
    }

    /// Ends a picture; `where_it_is` names it.
    pub fn close(mut self, where_it_is: impl FnOnce() -> String) -> Findings {
        self.pictures = u64::from(self.looked);
        if !self.place.is_empty() {
            self.place = format!("{}: {}", where_it_is(), self.place);
        }
        self
    }

    /// Adds those of a later picture.
    pub fn add(&mut self, later: Findings) {
        self.pictures += later.pictures;
        // Places begin with the key, so that the order of threads shows nowhere.
        if later.worst > self.worst || later.worst == self.worst && later.place < self.place {
            (self.worst, self.place) = (later.worst, later.place);
        }
    }
}
