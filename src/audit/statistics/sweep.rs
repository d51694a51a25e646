//! The statistics of every dataset of a sweep.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Statistic, StatisticsError, Summary, Tally, check, tally};
use crate::dataset::{DatasetError, Reader, SweepIndex, SweepPoint, from_ranges};

/// What the datasets of a sweep come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SweepStatistics {
    /// How many pictures the dataset of each point has, in the index's order; `None` where it is not finished.
    pub pictures: Vec<Option<u64>>,
    /// One a statistic.
    pub rows: Vec<PlotRow>,
}

/// A statistic of every dataset of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotRow {
    /// Of what.
    pub statistic: Statistic,
    /// Of the dataset of each point, in the index's order; `None` where it is not finished.
    pub summaries: Vec<Option<Summary>>,
}

/// The index in a sweep's folder, and the statistics of each of its datasets that is finished, read on so many threads.
/// `progress` is told how many of how many datasets are done. A dataset that another sweep has left in the same folder
/// is not one of this, and counts as not finished.
///
/// # Errors
///
/// [`StatisticsError::NoSweep`], [`StatisticsError::Unknown`] and [`StatisticsError::Text`] for what no dataset has,
/// and [`StatisticsError::Dataset`] where one cannot be read.
pub fn collect_sweep(
    dir: &Path,
    statistics: &[Statistic],
    threads: usize,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(SweepIndex, SweepStatistics), StatisticsError> {
    let index = SweepIndex::read(dir)?.ok_or_else(|| StatisticsError::NoSweep { dir: dir.to_path_buf() })?;
    let all = index.points.len() as u64;
    let (next, done, failed) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let found: Mutex<Vec<(u64, Found)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = index.points.get(number as usize) else { return };
                    let tally = tally_of(dir, &index, point, statistics);
                    failed.fetch_or(tally.is_err(), Ordering::Relaxed);
                    found.lock().unwrap_or_else(PoisonError::into_inner).push((number, tally));
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Points are begun in order, so that the first error is the same on any number of threads.
    found.sort_unstable_by_key(|(number, _)| *number);
    let tallies = found.into_iter().map(|(_, tally)| tally).collect::<Result<Vec<_>, _>>()?;
    check(statistics, &tallies.iter().flatten().collect::<Vec<_>>())?;
    let row = |(place, statistic): (usize, &Statistic)| {
        let summary = |tally: &Option<Tally>| tally.as_ref().and_then(|tally| tally.summaries.get(place).copied());
        PlotRow { statistic: statistic.clone(), summaries: tallies.iter().map(summary).collect() }
    };
    let rows = statistics.iter().enumerate().map(row).collect();
    let pictures = tallies.iter().map(|tally| tally.as_ref().map(|tally| tally.pictures)).collect();
    Ok((index, SweepStatistics { pictures, rows }))
}

/// What a dataset comes to; `None` where it is not finished.
type Found = Result<Option<Tally>, DatasetError>;

/// Of the dataset of a point.
fn tally_of(dir: &Path, index: &SweepIndex, point: &SweepPoint, statistics: &[Statistic]) -> Found {
    let folder = dir.join(&point.folder);
    let reader = match Reader::open(&folder) {
        Err(DatasetError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        reader => reader?,
    };
    let Some(manifest) = reader.manifest() else { return Ok(None) };
    let frames = from_ranges(&manifest.frames).map(|frames| frames.len() as u64);
    let same = manifest.scene.sha256 == point.scene_sha256;
    if manifest.seed != point.seed || frames != Some(index.frames) || !same {
        return Ok(None);
    }
    tally(&reader, statistics).map(Some)
}
