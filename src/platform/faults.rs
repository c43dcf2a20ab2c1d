//! What is wrong with a person's input, precisely enough to mend it.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong: where, and what to do about it. Printed as `file:line:column: field: message`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// The file's name as the person knows it; absent where the input was not a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Counted from 1, in characters; in a table, the column of cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The key, column heading or JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A stable word for programs, in kebab-case: `duplicate-email`, `unknown-zone`.
    pub code: &'static str,
    /// A sentence for people: what is wrong, and what would be right.
    pub message: String,
}

impl Fault {
    /// A fault without a place; add one with the `in_file`, `at_line`, `at_column` and `in_field` methods.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Fault { code, message: message.into(), ..Fault::default() }
    }

    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub fn at_column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }

    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if let Some(column) = self.column {
            write!(f, "{column}:")?;
        }
        if self.file.is_some() || self.line.is_some() {
            write!(f, " ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        // One line a fault, whatever a hostile file put into the value that is quoted.
        for c in self.message.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// All faults of an input, found in one reading; never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// More faults than a person reads at once are cut here, so that a hostile file cannot fill the memory.
    pub const MOST: usize = 100;

    /// Adds a fault, unless [`Faults::MOST`] are there already.
    pub fn push(&mut self, fault: Fault) {
        if self.0.len() < Self::MOST {
            self.0.push(fault);
        }
    }

    /// Takes over the faults of a part of the input.
    pub fn extend(&mut self, other: Faults) {
        other.0.into_iter().for_each(|fault| self.push(fault));
    }

    /// The value of a part that was read, or `None` and its faults among these.
    pub fn keep<T>(&mut self, part: Result<T, Faults>) -> Option<T> {
        part.map_err(|faults| self.extend(faults)).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok(value)` if nothing was wrong.
    pub fn into_result<T>(self, value: T) -> Result<T, Faults> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Faults(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            fault.fmt(f)?;
        }
        if self.0.len() == Self::MOST {
            write!(f, "\n(there may be more; these are the first {})", Self::MOST)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
