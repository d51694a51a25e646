//! How often frames were drawn again, and why: what the manifest says of the records of a shard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;

/// Frames that did not meet the scene's constraints at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    /// How many frames were drawn more than once, or kept though they lack something.
    pub frames: u64,
    /// How often all of them together were drawn in vain.
    pub attempts: u64,
    /// In how many of these attempts each constraint was not met.
    pub unmet: BTreeMap<String, u64>,
    /// How many frames were kept though they lack something.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub kept: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Retries {
    /// Adds a frame, by the text of its record.
    pub(super) fn add_record(&mut self, text: &str) -> Result<(), serde_json::Error> {
        // Most records say nothing of it, and they are long.
        if !text.contains("\"rejected\"") {
            return Ok(());
        }
        let record: Record = serde_json::from_str(text)?;
        if record.rejected.is_empty() {
            return Ok(());
        }
        self.frames += 1;
        self.attempts += u64::from(record.attempt) + u64::from(!record.unmet.is_empty());
        self.kept += u64::from(!record.unmet.is_empty());
        for (name, count) in record.rejected {
            *self.unmet.entry(name).or_insert(0) += u64::from(count);
        }
        Ok(())
    }

    /// Adds those of another shard.
    pub fn add(&mut self, other: &Retries) {
        self.frames += other.frames;
        self.attempts += other.attempts;
        self.kept += other.kept;
        for (name, count) in &other.unmet {
            *self.unmet.entry(name.clone()).or_insert(0) += count;
        }
    }
}
