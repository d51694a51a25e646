//! The run through a dataset: its files, its pictures on several threads, its formats.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::checks::CHECKS;
use super::findings::Findings;
use super::picture::Picture;
use crate::dataset::{self, DatasetError, Manifest, Reader, Stored, from_ranges};

/// What was found out about a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// One a check.
    pub rows: Vec<Row>,
    /// Frames, or steps of takes, that were looked at.
    pub frames: u64,
}

/// What a check has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What should hold.
    pub name: &'static str,
    /// How many pictures, shards or formats had something to look at.
    pub looked_at: u64,
    /// The worst value.
    pub worst: f64,
    /// Of the value.
    pub unit: &'static str,
    /// The highest value that is allowed.
    pub limit: f64,
    /// Where the worst value is; empty where none is above 0.
    pub place: String,
}

impl Row {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.worst <= self.limit
    }
}

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.rows.iter().all(Row::holds)
    }
}

/// Checks a finished dataset on so many threads. `progress` is told how many of how many records are done.
///
/// # Errors
/// [`DatasetError::Io`], and [`DatasetError::Damaged`] where there is no manifest; all else that is wrong is in the
/// report.
pub fn verify(dir: &Path, threads: usize, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Report, DatasetError> {
    let reader = Reader::open(dir)?;
    let manifest = reader.finished()?;
    let mut rows = vec![row("the manifest is what is there", 1, dataset::faults_of_manifest(dir, manifest)?)];
    rows.push(shards(dir, manifest, threads)?);
    let (frames, pictures) = pictures(&reader, manifest, threads, progress)?;
    rows.extend(pictures);
    rows.push(match dataset::faults_of_formats(dir, manifest) {
        Ok((looked_at, faults)) => row("formats are what records give", looked_at, faults),
        Err(error @ DatasetError::Io { .. }) => return Err(error),
        Err(error) => row("formats are what records give", 1, vec![error.to_string()]),
    });
    Ok(Report { rows, frames })
}

/// Of a check that lists faults.
fn row(name: &'static str, looked_at: u64, faults: Vec<String>) -> Row {
    let more = if faults.len() > 1 { format!(" and {} more", faults.len() - 1) } else { String::new() };
    let place = faults.first().map_or(String::new(), |first| format!("{first}{more}"));
    Row { name, looked_at, worst: faults.len() as f64, unit: "faults", limit: 0.0, place }
}

fn shards(dir: &Path, manifest: &Manifest, threads: usize) -> Result<Row, DatasetError> {
    let next = AtomicU64::new(0);
    let found: Mutex<Vec<(u64, Vec<String>)>> = Mutex::default();
    let error: Mutex<Option<DatasetError>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while let Some(entry) = manifest.shards.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    match dataset::faults_of_shard(dir, manifest, entry) {
                        Ok(faults) => held(&found).push((entry.index, faults)),
                        Err(first) => {
                            held(&error).get_or_insert(first);
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_unstable();
    let faults = found.into_iter().flat_map(|(_, faults)| faults).collect();
    Ok(row("files are there and intact", manifest.shards.len() as u64, faults))
}

/// How many records there are, and what the checks have found in their pictures.
fn pictures(
    reader: &Reader,
    manifest: &Manifest,
    threads: usize,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(u64, Vec<Row>), DatasetError> {
    let frames = from_ranges(&manifest.frames).map_or(0, |frames| frames.len() as u64);
    let expected = frames * u64::from(manifest.steps.unwrap_or(1));
    let keys = Mutex::new(reader.keys()?);
    let done = AtomicU64::new(0);
    let all: Mutex<(Vec<Findings>, Vec<String>)> = Mutex::new((vec![Findings::default(); CHECKS.len()], Vec::new()));
    let error: Mutex<Option<DatasetError>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let key = held(&keys).next();
                    let stored = match key {
                        None => return,
                        Some(Err(first)) => {
                            held(&error).get_or_insert(first);
                            return;
                        }
                        Some(Ok(key)) => key.read(),
                    };
                    match stored {
                        Ok(stored) => {
                            let found = look(manifest, &stored);
                            let mut all = held(&all);
                            all.0.iter_mut().zip(found).for_each(|(all, found)| all.add(found));
                            all.1.extend(strange(manifest, &stored));
                        }
                        Err(error) => held(&all).1.push(error.to_string()),
                    }
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, expected);
                }
            });
        }
    });
    if let Some(error) = error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let (found, mut faults) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done = done.into_inner();
    if done != expected {
        faults.push(format!("there are {done} records, the manifest says {expected}"));
    }
    faults.sort_unstable();
    let mut rows = vec![row("records are there and readable", done, faults)];
    rows.extend(CHECKS.iter().zip(found).map(|(check, found)| Row {
        name: check.name,
        looked_at: found.pictures,
        worst: found.worst,
        unit: check.unit,
        limit: check.limit,
        place: found.place,
    }));
    Ok((done, rows))
}

/// What every check finds in the pictures of a record.
fn look(manifest: &Manifest, stored: &Stored) -> Vec<Findings> {
    let mut all = vec![Findings::default(); CHECKS.len()];
    for camera in &stored.record.cameras {
        let picture = Picture::new(manifest, stored, camera);
        for (check, all) in CHECKS.iter().zip(&mut all) {
            let mut found = Findings::default();
            (check.look)(&picture, &mut found);
            all.add(found.close(|| match manifest.cameras.len() {
                0 | 1 => stored.record.key.clone(),
                _ => format!("{} {}", stored.record.key, camera.name),
            }));
        }
    }
    all
}

/// What in a record is not what the manifest says.
fn strange(manifest: &Manifest, stored: &Stored) -> Vec<String> {
    let record = &stored.record;
    let mut faults = Vec::new();
    let cameras = record.cameras.iter().map(|camera| (&camera.name, camera.width, camera.height));
    if !cameras.eq(manifest.cameras.iter().map(|camera| (&camera.name, camera.width, camera.height))) {
        faults.push(format!("{}: its cameras are not those of the manifest", record.key));
    }
    let lidars = record.lidars.iter().map(|lidar| &lidar.name);
    if !lidars.eq(manifest.lidars.iter().map(|lidar| &lidar.name)) {
        faults.push(format!("{}: its lidars are not those of the manifest", record.key));
    }
    if !record.instances.is_sorted_by(|one, other| one.id < other.id) {
        faults.push(format!("{}: its instances are not in the order of their ids, each once", record.key));
    }
    for instance in &record.instances {
        let category = instance.category_id.map(|id| manifest.categories.iter().find(|category| category.id == id));
        let name = category.map(|category| category.map(|category| category.name.as_str()));
        if name.is_some_and(|name| name.is_none() || name != instance.category.as_deref()) {
            faults.push(format!("{}: instance {} has a category that is none", record.key, instance.id));
        }
    }
    for camera in &record.cameras {
        let named = camera.planes.keys().map(String::as_str);
        let measures = manifest.cameras.iter().any(|known| known.name == camera.name && known.depth_sensor);
        let planes = manifest.planes.iter().map(|plane| plane.name.as_str());
        let mut expected: Vec<&str> = planes.filter(|name| measures || *name != "measured_depth").collect();
        expected.sort_unstable();
        if !named.eq(expected) {
            faults.push(format!("{}: its planes are not those of the manifest", record.key));
        }
    }
    faults
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for Report {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(text, "{:4}  {:32} {:>8} {:>10}  {:14} worst at", "", "check", "looked", "worst", "limit")?;
        for row in &self.rows {
            let verdict = if row.holds() { if row.looked_at == 0 { "–" } else { "ok" } } else { "FAIL" };
            let unit = if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) };
            let line = format!(
                "{verdict:4}  {:32} {:>8} {:>10}  {:14} {}",
                row.name,
                row.looked_at,
                if row.looked_at == 0 { "–".to_owned() } else { shown(row.worst) },
                format!("{}{unit}", shown(row.limit)),
                row.place
            );
            writeln!(text, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A number with three digits that count.
fn shown(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if !value.is_finite() => "∞".to_owned(),
        value if value.fract() == 0.0 && value < 1e9 => format!("{value}"),
        value if value < 0.001 => format!("{value:.1e}"),
        value => {
            let digits = (2.0 - value.log10().floor()).clamp(0.0, 9.0) as usize;
            format!("{value:.digits$}")
        }
    }
}
