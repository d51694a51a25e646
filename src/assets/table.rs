//! Tables of numbers from CSV files, for distributions that follow a sample.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns of a CSV file by name.
#[derive(Debug)]
pub struct Table {
    columns: BTreeMap<String, Column>,
}

/// Its numbers, ascending, or why it has none.
type Column = Result<Arc<[f64]>, String>;

impl Table {
    /// Reads a CSV file (RFC 4180) whose first line names its columns. Cells may be empty; a column in which anything
    /// else than finite numbers stands cannot be drawn from.
    ///
    /// # Errors
    ///
    /// Where the file is no such table; the text says why.
    pub fn read(bytes: &[u8]) -> Result<Table, String> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let names = reader.headers().map_err(|error| error.to_string())?.clone();
        let mut columns: Vec<Result<Vec<f64>, String>> = names.iter().map(|_| Ok(Vec::new())).collect();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            for (column, cell) in columns.iter_mut().zip(&record) {
                let Ok(numbers) = column else { continue };
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => {}
                    Ok(number) if number.is_finite() => numbers.push(number),
                    _ => *column = Err(format!("expected a number in line {line}, found `{cell}`")),
                }
            }
        }
        let mut table = Table { columns: BTreeMap::new() };
        for (name, column) in names.iter().zip(columns) {
            let sorted = column.and_then(|mut numbers| {
                numbers.sort_by(f64::total_cmp);
                if numbers.is_empty() { Err("it has no numbers".to_owned()) } else { Ok(numbers.into()) }
            });
            if table.columns.insert(name.to_owned(), sorted).is_some() {
                return Err(format!("two columns are named `{name}`"));
            }
        }
        Ok(table)
    }

    /// The numbers of a column, ascending.
    ///
    /// # Errors
    ///
    /// Where there is no such column, or it holds no numbers; the text says why.
    pub fn column(&self, name: &str) -> Result<Arc<[f64]>, String> {
        match self.columns.get(name) {
            Some(Ok(numbers)) => Ok(numbers.clone()),
            Some(Err(reason)) => Err(format!("column `{name}`: {reason}")),
            None => {
                let names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
                Err(format!("there is no column `{name}`; it has {}", names.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_sorted() {
        let table = Table::read(b"speed,\"how, far\", note\n3,1e2,a\n-1.5,,\n").unwrap();
        assert_eq!(*table.column("speed").unwrap(), [-1.5, 3.0]);
        assert_eq!(*table.column("how, far").unwrap(), [100.0]);
        assert_eq!(table.column("note").unwrap_err(), "column `note`: expected a number in line 2, found `a`");
        assert_eq!(table.column("x").unwrap_err(), "there is no column `x`; it has how, far, note, speed");
    }

    #[test]
    fn what_is_no_table_is_answered() {
        for (bad, why) in
            [(&b"a,b\n1\n"[..], "1"), (b"a,a\n1,2\n", "two columns are named `a`"), (b"a\n\xff\n", "UTF-8")]
        {
            let error = Table::read(bad).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        for (bad, why) in [(&b"a\n"[..], "no numbers"), (b"a\ninf\n", "found `inf`"), (b"a\nNaN\n", "found `NaN`")] {
            let error = Table::read(bad).unwrap().column("a").unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert!(Table::read(b"").unwrap().column("a").is_err());
    }
}
