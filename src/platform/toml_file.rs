//! TOML files that people write, read key by key, so that every fault of a file is found at once and says its place.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::de::{DeTable, DeValue};

use super::faults::{Fault, Faults};
use super::{suggest, text};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub value: T,
    pub line: u64,
    pub column: u64,
    /// The key with those of the tables around it, such as `levels[1].min_modules`.
    pub field: String,
}

impl<T> At<T> {
    /// A fault at this place; its file is added by who knows it.
    pub fn fault(&self, code: &'static str, message: impl Into<String>) -> Fault {
        Fault::new(code, message).at_line(self.line).at_column(self.column).in_field(&self.field)
    }
}

/// Reads a document with `read`, which asks for keys and notes what is wrong with them.
///
/// `lines_before` is how many lines of the file precede the text.
///
/// # Errors
/// Every syntax error, or everything that `read` noted. Where `read` finds that a value is missing it has noted so.
pub fn read<T>(
    file: &str,
    text: &str,
    lines_before: u64,
    read: impl FnOnce(&Keys<'_>) -> Option<T>,
) -> Result<T, Faults> {
    let source = Source::new(file, text, lines_before);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let (line, column) = source.position(error.span().unwrap_or_default());
        let fault = Fault::new("not-toml", error.message()).at_line(line).at_column(column);
        source.note(fault);
    }
    if !errors.is_empty() {
        return Err(source.faults_in_order());
    }
    let keys = Keys { source: &source, table: table.get_ref(), path: String::new(), line: 0, column: 0 };
    let value = read(&keys);
    let faults = source.faults_in_order();
    match value {
        Some(value) => faults.into_result(value),
        None if faults.is_empty() => {
            Err(Fault::new("incomplete", "the file is incomplete").in_file(file).into())
        }
        None => Err(faults),
    }
}

struct Source<'a> {
    file: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
    lines_before: u64,
    faults: RefCell<Faults>,
}

impl<'a> Source<'a> {
    fn new(file: &'a str, text: &'a str, lines_before: u64) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Source { file, text, line_starts, lines_before, faults: RefCell::default() }
    }

    fn position(&self, span: Range<usize>) -> (u64, u64) {
        let line = self.line_starts.partition_point(|start| *start <= span.start);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.text.get(start..span.start).unwrap_or_default();
        (line as u64 + self.lines_before, before.chars().count() as u64 + 1)
    }

    fn note(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault.in_file(self.file));
    }

    fn faults_in_order(self) -> Faults {
        let mut faults = self.faults.into_inner();
        faults.0.sort();
        faults
    }
}

/// The keys of a document or of a table in it.
pub struct Keys<'a> {
    source: &'a Source<'a>,
    table: &'a DeTable<'a>,
    path: String,
    line: u64,
    column: u64,
}

impl<'a> Keys<'a> {
    /// Notes a fault of this file.
    pub fn note(&self, fault: Fault) {
        self.source.note(fault);
    }

    /// Notes every key that is not one of `known`.
    pub fn only(&self, known: &[&str]) {
        for name in self.names() {
            if !known.contains(&name.value.as_str()) {
                let hint = suggest::hint(&name.value, known.iter().copied());
                self.note(name.fault("unknown-key", format!("no such key{hint}")));
            }
        }
    }

    /// The names of all keys.
    pub fn names(&self) -> Vec<At<String>> {
        let name = |key: &toml::Spanned<toml::de::DeString<'_>>| {
            let (line, column) = self.source.position(key.span());
            At { value: key.get_ref().to_string(), line, column, field: self.field(key.get_ref()) }
        };
        self.table.keys().map(name).collect()
    }

    /// A text in one line, tidied. Notes where it is missing, blank or something else.
    pub fn text(&self, key: &str) -> Option<At<String>> {
        self.required(key, "a text").and_then(|(value, at)| self.as_text(value, at))
    }

    /// As [`Keys::text`], but may be missing.
    pub fn optional_text(&self, key: &str) -> Option<At<String>> {
        self.get(key).and_then(|(value, at)| self.as_text(value, at))
    }

    /// A whole number. Notes where it is missing, outside of `range` or something else.
    pub fn integer(&self, key: &str, range: RangeInclusive<u32>) -> Option<At<u32>> {
        self.required(key, "a whole number").and_then(|(value, at)| self.as_integer(value, at, range))
    }

    /// As [`Keys::integer`], but may be missing.
    pub fn optional_integer(&self, key: &str, range: RangeInclusive<u32>) -> Option<At<u32>> {
        self.get(key).and_then(|(value, at)| self.as_integer(value, at, range))
    }

    /// A list of texts; empty where the key is missing.
    pub fn texts(&self, key: &str) -> Vec<At<String>> {
        self.list(key).into_iter().filter_map(|(value, at)| self.as_text(value, at)).collect()
    }

    /// A list of whole numbers; empty where the key is missing.
    pub fn integers(&self, key: &str) -> Vec<At<u32>> {
        let integer = |(value, at)| self.as_integer(value, at, 0..=u32::MAX);
        self.list(key).into_iter().filter_map(integer).collect()
    }

    /// A table. Notes where it is missing or something else.
    pub fn table(&self, key: &str) -> Option<Keys<'a>> {
        self.required(key, "a table").and_then(|(value, at)| self.as_table(value, at))
    }

    /// As [`Keys::table`], but may be missing.
    pub fn optional_table(&self, key: &str) -> Option<Keys<'a>> {
        self.get(key).and_then(|(value, at)| self.as_table(value, at))
    }

    /// A list of tables (`[[key]]`); empty where the key is missing.
    pub fn tables(&self, key: &str) -> Vec<Keys<'a>> {
        self.list(key).into_iter().filter_map(|(value, at)| self.as_table(value, at)).collect()
    }

    /// A fault at this table, or at a key that it lacks.
    pub fn fault(&self, key: &str, code: &'static str, message: impl Into<String>) -> Fault {
        let field = if key.is_empty() { self.path.clone() } else { self.field(key) };
        let fault = Fault::new(code, message).in_field(field);
        if self.line > 0 { fault.at_line(self.line).at_column(self.column) } else { fault }
    }

    fn field(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    fn get(&self, key: &str) -> Option<(&'a DeValue<'a>, At<()>)> {
        let value = self.table.get(key)?;
        let (line, column) = self.source.position(value.span());
        Some((value.get_ref(), At { value: (), line, column, field: self.field(key) }))
    }

    fn required(&self, key: &str, what: &str) -> Option<(&'a DeValue<'a>, At<()>)> {
        let found = self.get(key);
        if found.is_none() {
            self.note(self.fault(key, "missing-key", format!("is missing; it is {what}")));
        }
        found
    }

    fn list(&self, key: &str) -> Vec<(&'a DeValue<'a>, At<()>)> {
        let Some((value, at)) = self.get(key) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            return self.wrong_type(&at, "a list", value).unwrap_or_default();
        };
        let item = |(i, item): (usize, &'a toml::Spanned<DeValue<'a>>)| {
            let (line, column) = self.source.position(item.span());
            (item.get_ref(), At { value: (), line, column, field: format!("{}[{i}]", at.field) })
        };
        items.iter().enumerate().map(item).collect()
    }

    fn as_text(&self, value: &DeValue<'_>, at: At<()>) -> Option<At<String>> {
        let Some(raw) = value.as_str() else { return self.wrong_type(&at, "a text", value) };
        let tidied = text::tidy(raw);
        if tidied.is_empty() {
            self.note(at.fault("empty-value", "is empty"));
            return None;
        }
        Some(At { value: tidied, line: at.line, column: at.column, field: at.field })
    }

    fn as_integer(&self, value: &DeValue<'_>, at: At<()>, range: RangeInclusive<u32>) -> Option<At<u32>> {
        let Some(integer) = value.as_integer() else { return self.wrong_type(&at, "a whole number", value) };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let Some(number) = number.filter(|number| range.contains(number)) else {
            let message = format!("is {integer}; it must be from {} to {}", range.start(), range.end());
            self.note(at.fault("out-of-range", message));
            return None;
        };
        Some(At { value: number, line: at.line, column: at.column, field: at.field })
    }

    fn as_table(&self, value: &'a DeValue<'a>, at: At<()>) -> Option<Keys<'a>> {
        match value.as_table() {
            Some(table) => {
                Some(Keys { source: self.source, table, path: at.field, line: at.line, column: at.column })
            }
            None => self.wrong_type(&at, "a table", value),
        }
    }

    fn wrong_type<T>(&self, at: &At<()>, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        let found = match found {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.note(at.fault("wrong-type", format!("is {found}; it must be {wanted}")));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let result = read("f.toml", text, 0, |keys| {
            keys.only(&["name", "count", "tags", "place", "parts"]);
            for part in keys.tables("parts") {
                part.only(&["size"]);
                part.integer("size", 1..=9);
            }
            keys.optional_text("place");
            keys.texts("tags");
            let name = keys.text("name")?.value;
            Some((name, keys.integer("count", 1..=9)?.value))
        });
        match result {
            Ok((name, count)) => format!("{name} {count}"),
            Err(faults) => faults.to_string(),
        }
    }

    #[test]
    fn values_are_read() {
        assert_eq!(said("name = ' E  B '\ncount = 0x3\ntags = ['a']\n[[parts]]\nsize = 9\n"), "E B 3");
    }

    #[test]
    fn all_faults_are_found_with_their_places() {
        assert_eq!(
            said("nmae = 'x'\nname = \"\u{a0}\"\ncount = 12\ntags = ['a', 4]\nplace = []\n[[parts]]\n"),
            "f.toml:1:1: nmae: no such key; did you mean “name”?\n\
             f.toml:2:8: name: is empty\n\
             f.toml:4:14: tags[1]: is a whole number; it must be a text\n\
             f.toml:5:9: place: is a list; it must be a text\n\
             f.toml:6:1: parts[0].size: is missing; it is a whole number"
        );
        assert_eq!(said("name = 'x'\ncount = 12"), "f.toml:2:9: count: is 12; it must be from 1 to 9");
        assert_eq!(said("name = 'x'"), "f.toml: count: is missing; it is a whole number");
    }

    #[test]
    fn every_syntax_error_has_a_line() {
        let said = said("name = \ncount = 1\nfoo bar\n");
        assert!(said.starts_with("f.toml:1:"), "{said}");
        assert!(said.contains("\nf.toml:3:5:"), "{said}");
    }

    #[test]
    fn deep_nesting_is_refused_and_no_danger() {
        assert!(said(&format!("name = {}", "[".repeat(50_000))).contains("f.toml:1:"));
        assert!(said(&format!("{} = 1", vec!["a"; 20_000].join("."))).contains("f.toml:1:"));
    }
}
