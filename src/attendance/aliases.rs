//! `aliases.csv`: a trainer's confirmations, name by name. A filled-in `unmatched.csv` is one.

use std::collections::HashMap;

use super::imports::delimited::{DELIMITERS, Header, Sheet};
use super::imports::{Limits, decode, given};
use super::matching::RosterPerson;
use crate::platform::cells::unguarded;
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::PersonId;
use crate::platform::text::{fold_address, tidy};

/// "This name in this file, or this name with this address, is that person."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The attendance file's name, as `sessions.csv` gives it.
    pub file: String,
    pub name: String,
    /// What identifies the rows that are meant, folded: their e-mail address, UPN or employee id. `None` for all rows
    /// of the name, as long as nothing says that they are about several people.
    pub email: Option<String>,
    pub person: PersonId,
}

struct Columns {
    file: usize,
    name: usize,
    email: Option<usize>,
    employee_id: usize,
}

impl Columns {
    /// The columns, or the name of one that is missing.
    fn of(header: &Header) -> Result<Self, &'static str> {
        let find = |heading: &'static str| header.find(&[&heading.replace('_', " ")]).ok_or(heading);
        let email = header.find(&["email", "e-mail"]);
        Ok(Columns { file: find("file")?, name: find("name")?, email, employee_id: find("employee_id")? })
    }
}

/// Reads the columns `file`, `name`, `employee_id` and, where it is there, `email` (in any order, among any others);
/// rows without an employee id are not filled in and say nothing.
pub fn read(
    file_name: &str,
    bytes: &[u8],
    people: &[RosterPerson],
    limits: &Limits,
) -> Result<Vec<Alias>, Faults> {
    read_nameless(bytes, people, limits).map_err(|mut faults| {
        faults.0.iter_mut().for_each(|fault| fault.file = Some(file_name.to_owned()));
        faults
    })
}

fn read_nameless(bytes: &[u8], people: &[RosterPerson], limits: &Limits) -> Result<Vec<Alias>, Faults> {
    let text = decode::text(bytes, limits)?;
    let (mut sheet, columns) = heading(&text, limits)?;
    let people: HashMap<&str, PersonId> =
        people.iter().map(|person| (person.employee_id.trim(), person.id)).collect();
    let mut confirmed: HashMap<(String, String, Option<String>), (PersonId, u32)> = HashMap::new();
    let mut aliases = Vec::new();
    let mut faults = Faults::default();
    loop {
        match sheet.advance() {
            Ok(true) => {}
            Ok(false) => break,
            Err(fault) => {
                faults.push(fault);
                break;
            }
        }
        match read_row(&sheet, &columns, &people) {
            Ok(None) => {}
            Ok(Some(alias)) => {
                let key = (alias.file.clone(), alias.name.clone(), alias.email.clone());
                let (person, line) = *confirmed.entry(key).or_insert((alias.person, sheet.line()));
                if person != alias.person {
                    let message =
                        format!("line {line} gives another employee id for the same file, name and email");
                    let fault = Fault::new("contradicting-alias", message).at_line(sheet.line().into());
                    faults.push(fault.in_field("employee_id"));
                } else if line == sheet.line() {
                    aliases.push(alias);
                }
            }
            Err(fault) => faults.push(fault.at_line(sheet.line().into())),
        }
    }
    faults.into_result(aliases)
}

fn heading<'t>(text: &'t str, limits: &'t Limits) -> Result<(Sheet<'t>, Columns), Fault> {
    let mut missing = None;
    for delimiter in DELIMITERS {
        let mut sheet = Sheet::new(text, delimiter, limits);
        sheet.advance()?;
        match Columns::of(&sheet.header()) {
            Ok(columns) => return Ok((sheet, columns)),
            Err(column) => {
                // Of the delimiters that do not fit, the one with most columns was meant.
                if missing.is_none_or(|(columns, _)| columns < sheet.columns()) {
                    missing = Some((sheet.columns(), column));
                }
            }
        }
    }
    let column = missing.map_or("file", |(_, column)| column);
    let message = format!("the column {column} is missing; there must be file, name and employee_id");
    Err(Fault::new("missing-column", message).at_line(1).in_field(column))
}

fn read_row(
    sheet: &Sheet<'_>,
    columns: &Columns,
    people: &HashMap<&str, PersonId>,
) -> Result<Option<Alias>, Fault> {
    let id = sheet.cell(columns.employee_id);
    if id.is_empty() {
        return Ok(None);
    }
    let required = |column: usize, field: &'static str| {
        let cell = sheet.cell(column);
        let fault = Fault::new("missing-value", format!("{field} is empty")).in_field(field);
        if cell.is_empty() { Err(fault.at_column(column as u64 + 1)) } else { Ok(cell) }
    };
    let file = required(columns.file, "file")?;
    let name = required(columns.name, "name")?;
    let Some(person) = people.get(id) else {
        let shown: String = id.chars().take(40).collect();
        let message = format!("“{shown}” is not the employee id of an enrolled person");
        let fault = Fault::new("unknown-employee-id", message).in_field("employee_id");
        return Err(fault.at_column(columns.employee_id as u64 + 1));
    };
    let email = given(unguarded(sheet.cell_of(columns.email))).map(|email| fold_address(&email));
    let file = unguarded(file).to_owned();
    Ok(Some(Alias { file, name: tidy(unguarded(name)), email, person: *person }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<RosterPerson> {
        let person = |id: i64| RosterPerson {
            id: PersonId(id),
            employee_id: format!("{id:05}"),
            name: String::new(),
            email: String::new(),
        };
        vec![person(1), person(2)]
    }

    fn read_text(text: &str) -> Result<Vec<Alias>, String> {
        read("aliases.csv", text.as_bytes(), &people(), &Limits::default())
            .map_err(|faults| faults.to_string())
    }

    #[test]
    fn a_filled_in_unmatched_csv_is_one() {
        let text = "file,line,name,email,reason,suggestion,employee_id\r\n\
                    a.csv,3,Drita iPhone,,name-only,00002 Drita Tafaj,00002\r\n\
                    a.csv,4,Nobody,,unknown-name,,\r\n\
                    a.csv,6,'+355 69,,unknown-name,,00001\r\n\
                    a.csv,5,Drita iPhone,,name-only,,00002\r\n";
        let alias =
            Alias { file: "a.csv".into(), name: "Drita iPhone".into(), email: None, person: PersonId(2) };
        let telephone =
            Alias { file: "a.csv".into(), name: "+355 69".into(), email: None, person: PersonId(1) };
        assert_eq!(read_text(text), Ok(vec![alias.clone(), telephone]));
        assert_eq!(read_text("\u{feff}employee_id;name;file\n00002;Drita iPhone;a.csv\n"), Ok(vec![alias]));
    }

    #[test]
    fn an_address_tells_namesakes_apart() {
        let text = "file,name,email,employee_id\na,B D, X@home.example ,00001\na,B D,y@home.example,00002\na,B D,,00002\n";
        let aliases = read_text(text).unwrap();
        let said: Vec<_> = aliases.iter().map(|alias| (alias.email.as_deref(), alias.person.0)).collect();
        assert_eq!(said, [(Some("x@home.example"), 1), (Some("y@home.example"), 2), (None, 2)]);
        let twice = "file,name,email,employee_id\na,b,x@y,00001\na,b,X@Y,00002\n";
        assert!(read_text(twice).unwrap_err().starts_with("aliases.csv:3: employee_id: line 2"));
    }

    #[test]
    fn faults_name_the_place() {
        for (text, fault) in [
            ("file,name\na,b\n", "aliases.csv:1: employee_id: the column"),
            ("file,name,employee_id\na,b,9\n", "aliases.csv:2:3: employee_id: “9”"),
            ("file,name,employee_id\na,,00001\n", "aliases.csv:2:2: name: name is empty"),
            ("file,name,employee_id\na,b,00001\na,b,00002\n", "aliases.csv:3: employee_id: line 2"),
        ] {
            let faults = read_text(text).unwrap_err();
            assert!(faults.starts_with(fault), "{faults}");
        }
    }
}
