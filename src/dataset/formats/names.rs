//! Category names as other tools can bear them: as a word in a line, or as a folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Picture;
use super::checked::damaged;
use crate::dataset::DatasetError;
use crate::dataset::identity::Category;
use crate::dataset::record::AnnotationRecord;

/// One name a category, no two of which are the same to any file system.
pub(super) struct Names(BTreeMap<u32, String>);

impl Names {
    /// Letters that are not kept become `_`. Where a name differs from an earlier one at most in its capitals, its
    /// id is put behind it.
    pub fn new(categories: &[Category], keeps: fn(char) -> bool) -> Names {
        // No name at all is none.
        let mut taken = BTreeSet::from([String::new()]);
        let mut names = BTreeMap::new();
        for category in categories {
            let letters = category.name.chars();
            let mut name: String = letters.map(|letter| if keeps(letter) { letter } else { '_' }).collect();
            if !taken.insert(name.to_lowercase()) {
                name = format!("{name}_{}", category.id);
                while !taken.insert(name.to_lowercase()) {
                    name.push('_');
                }
            }
            names.insert(category.id, name);
        }
        Names(names)
    }

    /// The name of an annotation's category.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] where the manifest has no such category.
    pub fn of(&self, picture: &Picture, annotation: &AnnotationRecord) -> Result<&str, DatasetError> {
        let AnnotationRecord { instance_id, category_id, .. } = annotation;
        self.0.get(category_id).map(String::as_str).ok_or_else(|| {
            let reason = format!("instance {instance_id} has category {category_id}, which the manifest does not know");
            damaged(picture, reason)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests::identity;

    #[test]
    fn names_are_kept_apart() {
        let category =
            |(id, name): (u32, &str)| Category { id, name: name.into(), ..identity().settings.categories[1].clone() };
        let names = |list: &[&str]| {
            let categories: Vec<_> = (1..).zip(list.iter().copied()).map(category).collect();
            Names::new(&categories, |letter| letter.is_alphanumeric()).0.into_values().collect::<Vec<_>>()
        };
        assert_eq!(names(&["mug", "tea pot", "größe"]), ["mug", "tea_pot", "größe"]);
        assert_eq!(names(&["a b", "a/b", "A.B"]), ["a_b", "a_b_2", "A_B_3"]);
        assert_eq!(names(&["a", "b 3", "B_3", "a"]), ["a", "b_3", "B_3_3", "a_4"]);
        assert_eq!(names(&["a_3", "a", "a"]), ["a_3", "a", "a_3_"]);
        assert_eq!(names(&["", "."]), ["_1", "_"]);
    }
}
