//! `roster.csv`: who works in the organisation and is enrolled in the cohort.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::platform::faults::{Fault, Faults};
use crate::platform::sheets::Limits;
use crate::platform::sheets::table::{Cell, Table};
use crate::platform::text;

/// One person as the roster has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RosterEntry {
    /// As text, so that zeros in front are kept. Unique in the roster.
    pub employee_id: String,
    /// Tidied, in NFC.
    pub name: String,
    /// As written. Unique in the roster, whatever its case.
    pub email: String,
    pub department: String,
}

/// The longest address that can be delivered to (RFC 5321, section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// Reads a roster with the columns `employee_id`, `name`, `email` and `department`, in any order; others are ignored.
///
/// # Errors
/// Everything that is wrong with the file: unreadable text, missing columns, empty cells, addresses that cannot be,
/// an `employee_id` or address that stands in two rows.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<RosterEntry>, Faults> {
    let mut faults = Faults::default();
    let columns = ["employee_id", "name", "email", "department"];
    let table = Table::read(file, bytes, columns, limits, &mut faults);
    let mut entries = Vec::new();
    let mut ids = HashMap::new();
    let mut emails = HashMap::new();
    for cells in table.iter().flat_map(Table::rows) {
        let [id_cell, _, email_cell, _] = cells;
        let [employee_id, name, email, department] =
            cells.map(|cell| cell.filled().map_err(|fault| faults.push(fault)).ok());
        if let Some(id) = &employee_id {
            note_duplicate(&mut ids, id.clone(), &id_cell, "duplicate-employee-id", &mut faults);
        }
        if let Some(email) = &email {
            if !is_email(email) {
                let message = format!("“{}” is not an e-mail address", text::excerpt(email));
                faults.push(email_cell.fault("not-an-email", message));
            }
            let folded = text::fold_address(email);
            note_duplicate(&mut emails, folded, &email_cell, "duplicate-email", &mut faults);
        }
        if let (Some(employee_id), Some(name), Some(email), Some(department)) =
            (employee_id, name, email, department)
        {
            entries.push(RosterEntry { employee_id, name, email, department });
        }
    }
    if entries.is_empty() && faults.is_empty() {
        faults.push(Fault::new("no-rows", "the roster names nobody").in_file(file));
    }
    faults.0.sort();
    faults.into_result(entries)
}

/// Notes a value that an earlier line has already.
fn note_duplicate(
    lines: &mut HashMap<String, u64>,
    value: String,
    cell: &Cell<'_>,
    code: &'static str,
    faults: &mut Faults,
) {
    let first = *lines.entry(value).or_insert(cell.line);
    if first != cell.line {
        let message = format!("“{}” stands in line {first} already", text::excerpt(cell.text));
        faults.push(cell.fault(code, message));
    }
}

/// Whether a mail program could send to this: something on both sides of one `@`, without white space or what encloses
/// addresses. Whether it exists, only a message can tell.
pub fn is_email(address: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.len() <= LONGEST_EMAIL
        && !local.is_empty()
        && local.chars().all(fits)
        && domain.chars().all(fits)
        && domain.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: impl AsRef<[u8]>) -> String {
        read("roster.csv", text.as_ref(), &Limits::default()).unwrap_err().to_string()
    }

    const HEAD: &str = "employee_id,name,email,department\n";

    #[test]
    fn people_are_read_as_they_are_written() {
        let text = "\u{feff}Department;extra;E-mail;Name;Employee ID\r\n\
                    Planning;x;E.Cela@city.example; Engjëll  Çela\u{200b};00042\r\n";
        let text = text.replace("E-mail", "Email");
        let entry = RosterEntry {
            employee_id: "00042".into(),
            name: "Engjëll Çela".into(),
            email: "E.Cela@city.example".into(),
            department: "Planning".into(),
        };
        // The same letters, composed and decomposed.
        let decomposed = text.replace('ë', "e\u{308}").replace('Ç', "C\u{327}");
        for text in [text, decomposed] {
            let entries = read("roster.csv", text.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(entries, std::slice::from_ref(&entry));
        }
    }

    #[test]
    fn duplicates_name_both_lines() {
        let text = format!("{HEAD}1,A,a@x.example,D\n2,B,A@X.example,D\n\n1,C,c@x.example,D\n");
        assert_eq!(
            said(text),
            "roster.csv:3:3: email: “A@X.example” stands in line 2 already\n\
             roster.csv:5:1: employee_id: “1” stands in line 2 already"
        );
    }

    #[test]
    fn empty_cells_and_wrong_addresses_are_named_all_at_once() {
        let text = format!("{HEAD}1,\u{200b},a@x.example,D\n,B,b at x.example,\n3,C,c@x@y,D\n4,D\n");
        assert_eq!(
            said(text),
            "roster.csv:2:2: name: the cell is empty\n\
             roster.csv:3:1: employee_id: the cell is empty\n\
             roster.csv:3:3: email: “b at x.example” is not an e-mail address\n\
             roster.csv:3:4: department: the cell is empty\n\
             roster.csv:4:3: email: “c@x@y” is not an e-mail address\n\
             roster.csv:5: the row has 2 cells, the head has 4"
        );
    }

    #[test]
    fn addresses() {
        for good in ["a@b", "p001@tirana.example", "o'neil+x@sub.city.example", "ë@qyteti.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@x.example", "a".repeat(250));
        for bad in
            ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b..c", "a@.b", "A <a@b>", "a@b;c@d", long.as_str()]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn unreadable_rosters_are_refused() {
        assert_eq!(said(""), "roster.csv: the file is empty");
        assert_eq!(said(HEAD), "roster.csv: the roster names nobody");
        assert!(said("a,b\n1,2\n").contains("department: the head lacks this column"));
        assert_eq!(said(format!("{HEAD}1,A\0,a@x,D\n")), "roster.csv:2:4: a NUL byte; the file is not text");
        assert_eq!(
            said([HEAD.as_bytes(), b"1,\xc7ela,a@x,D\n"].concat()),
            "roster.csv:2:3: not UTF-8; save the file as UTF-8"
        );
        let few = Limits { rows: 1, ..Limits::default() };
        let text = format!("{HEAD}1,A,a@x,D\n2,B,b@x,D\n");
        assert_eq!(
            read("roster.csv", text.as_bytes(), &few).unwrap_err().to_string(),
            "roster.csv:3: more than 1 rows"
        );
    }
}
