//! Who a row is about. An address identifies; a name alone is a suggestion that a trainer confirms.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::aliases::Alias;
use super::imports::{Row, folded_address};
use crate::platform::ids::PersonId;
use crate::platform::text::{fold_address, fold_name, tidy};

/// How many people a row suggests: more than a trainer would choose from, and few enough for a file of nothing but
/// such rows.
const MOST_SUGGESTED: usize = 10;

/// An enrolled person, as far as a row can name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterPerson {
    pub id: PersonId,
    pub employee_id: String,
    pub name: String,
    pub email: String,
}

/// The enrolled people of a cohort, ready to be looked up, with what trainers have confirmed.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    by_address: HashMap<String, Known>,
    by_employee_id: HashMap<String, PersonId>,
    /// By the folded parts of names, by id; several people are namesakes, of whom the first few are kept.
    by_name: HashMap<String, Vec<(PersonId, Part)>>,
    /// By file, then by name.
    aliases: HashMap<String, HashMap<String, PersonId>>,
    accept_unique_names: bool,
}

/// Whose address this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Person(PersonId),
    /// Two people gave it, so that it identifies nobody.
    Shared,
    Facilitator,
}

/// What of a name a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Whole,
    OutsideBrackets,
    InsideBrackets,
}

impl Part {
    /// Whether this part of a row's name says the whole of a name whose `other` part it equals. What stands in
    /// brackets may be anything (a house, a device, a surname that many have), and so only suggests somebody; and two
    /// names with different brackets are two names.
    fn is_name_of(self, other: Part) -> bool {
        use Part::{OutsideBrackets, Whole};
        matches!((self, other), (Whole, Whole | OutsideBrackets) | (OutsideBrackets, Whole))
    }
}

/// Who a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    Person {
        id: PersonId,
        by: MatchedBy,
    },
    /// A trainer of the cohort, who is no learner.
    Facilitator,
    Unmatched {
        reason: Reason,
        /// People of that name, for a trainer to choose from, by id; the first ten of many.
        suggestions: Vec<PersonId>,
    },
}

/// On what ground a row was matched, the strongest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    EmployeeId,
    Email,
    Upn,
    /// A trainer's confirmation.
    Alias,
    /// A name that fits exactly one enrolled person, in full, where the user accepts that.
    UniqueName,
}

impl MatchedBy {
    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchedBy::EmployeeId => "employee-id",
            MatchedBy::Email => "email",
            MatchedBy::Upn => "upn",
            MatchedBy::Alias => "alias",
            MatchedBy::UniqueName => "unique-name",
        }
    }
}

/// Why nobody was found for a row.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = UnmatchedReason)]
pub enum Reason {
    NameOnly,
    Namesakes,
    UnknownName,
    UnknownAddress,
    UnknownEmployeeId,
    ConflictingAddresses,
    NoName,
}

impl Reason {
    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NameOnly => "name-only",
            Reason::Namesakes => "namesakes",
            Reason::UnknownName => "unknown-name",
            Reason::UnknownAddress => "unknown-address",
            Reason::UnknownEmployeeId => "unknown-employee-id",
            Reason::ConflictingAddresses => "conflicting-addresses",
            Reason::NoName => "no-name",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NameOnly => "The row has only a name, which fits one enrolled person: please confirm.",
            Reason::Namesakes => "The row has only a name, which several enrolled people share.",
            Reason::UnknownName => "The row has only a name, which no enrolled person has.",
            Reason::UnknownAddress => "No enrolled person has the row's e-mail address.",
            Reason::UnknownEmployeeId => "No enrolled person has the row's employee id.",
            Reason::ConflictingAddresses => "The row's identifiers belong to different people.",
            Reason::NoName => "The row has neither an address nor a name.",
        })
    }
}

impl Roster {
    /// Prepares the look-ups. `facilitators` are the e-mail addresses of the cohort's trainers; one who is enrolled
    /// as well counts as enrolled.
    pub fn new(
        people: impl IntoIterator<Item = RosterPerson>,
        aliases: &[Alias],
        facilitators: &[String],
    ) -> Self {
        let mut roster = Roster::default();
        for person in people {
            roster.add(person);
        }
        for people in roster.by_name.values_mut() {
            people.sort_unstable();
            people.dedup_by_key(|(id, _)| *id);
            people.truncate(MOST_SUGGESTED);
            people.shrink_to_fit();
        }
        for address in facilitators {
            roster.by_address.entry(fold_address(address)).or_insert(Known::Facilitator);
        }
        for alias in aliases {
            let of_file = roster.aliases.entry(alias.file.clone()).or_default();
            of_file.insert(tidy(&alias.name), alias.person);
        }
        roster
    }

    /// Takes a name that fits exactly one enrolled person as confirmed, in rows without e-mail and UPN. Additions in
    /// brackets, such as "(Guest)", may stand on either side; what stands in them is never taken for the name.
    pub fn accept_unique_names(mut self, accept: bool) -> Self {
        self.accept_unique_names = accept;
        self
    }

    fn add(&mut self, person: RosterPerson) {
        let id = person.id;
        let address = fold_address(&person.email);
        if !address.is_empty() {
            let known = self.by_address.entry(address).or_insert(Known::Person(id));
            if *known != Known::Person(id) {
                *known = Known::Shared;
            }
        }
        for (part, key) in name_parts(&person.name) {
            self.by_name.entry(key).or_default().push((id, part));
        }
        self.by_employee_id.insert(person.employee_id.trim().to_owned(), id);
    }

    /// Who the row of the file is about: by employee id, e-mail or UPN, then by a trainer's confirmation, then, if
    /// that is accepted, by a unique name.
    pub fn match_row(&self, file: &str, row: &Row) -> Match {
        let mut found: Option<(PersonId, MatchedBy)> = None;
        let mut conflict = Vec::new();
        let mut facilitator = false;
        for (known, by) in self.identifiers(row) {
            match (known, found) {
                (Known::Person(id), None) => found = Some((id, by)),
                (Known::Person(id), Some((other, _))) if id != other => conflict.extend([other, id]),
                (Known::Facilitator, _) => facilitator = true,
                _ => {}
            }
        }
        match found {
            Some((id, by)) if conflict.is_empty() => return Match::Person { id, by },
            None if facilitator => return Match::Facilitator,
            _ => {}
        }
        if let Some(id) = self.alias(file, &row.name) {
            return Match::Person { id, by: MatchedBy::Alias };
        }
        if !conflict.is_empty() {
            conflict.sort_unstable();
            conflict.dedup();
            return Match::Unmatched { reason: Reason::ConflictingAddresses, suggestions: conflict };
        }
        self.by_name_alone(row)
    }

    /// What the row's identifiers say, as far as they are known.
    fn identifiers<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (Known, MatchedBy)> + 'a {
        let employee_id = row
            .employee_id
            .as_deref()
            .and_then(|id| self.by_employee_id.get(id.trim()))
            .map(|id| (Known::Person(*id), MatchedBy::EmployeeId));
        let address = |address: &Option<String>, by| {
            let known = self.by_address.get(folded_address(address.as_deref()?).as_ref())?;
            Some((*known, by))
        };
        let email = address(&row.email, MatchedBy::Email);
        let upn = address(&row.upn, MatchedBy::Upn);
        [employee_id, email, upn].into_iter().flatten()
    }

    fn alias(&self, file: &str, name: &str) -> Option<PersonId> {
        self.aliases.get(file)?.get(&tidy(name)).copied()
    }

    fn by_name_alone(&self, row: &Row) -> Match {
        let (suggestions, in_full) = self.people_named(&row.name);
        let reason = match (row.employee_id.is_some(), row.has_address(), suggestions.as_slice()) {
            (true, ..) => Reason::UnknownEmployeeId,
            (_, true, _) => Reason::UnknownAddress,
            (_, _, [id]) if self.accept_unique_names && in_full => {
                return Match::Person { id: *id, by: MatchedBy::UniqueName };
            }
            (_, _, [_]) => Reason::NameOnly,
            (_, _, [_, ..]) => Reason::Namesakes,
            _ if row.name.trim().is_empty() => Reason::NoName,
            _ => Reason::UnknownName,
        };
        Match::Unmatched { reason, suggestions }
    }

    /// Everybody whom the name may mean: the whole of it, or else what stands outside or inside brackets, since
    /// tools write both `Drita T. (Drita Tafaj)` and `Drita Tafaj (Guest)`. And whether it names one of them in full,
    /// so that it may be accepted if it means nobody else.
    fn people_named(&self, name: &str) -> (Vec<PersonId>, bool) {
        let mut people = Vec::new();
        let mut in_full = false;
        for (part, key) in name_parts(name) {
            for (id, other) in self.by_name.get(&key).into_iter().flatten() {
                people.push(*id);
                in_full |= part.is_name_of(*other);
            }
            if part == Part::Whole && !people.is_empty() {
                break;
            }
        }
        people.sort_unstable();
        people.dedup();
        people.truncate(MOST_SUGGESTED);
        (people, in_full)
    }
}

/// The folded forms of a name: the whole, then, where it has brackets, the parts outside and inside them.
fn name_parts(name: &str) -> Vec<(Part, String)> {
    const BRACKETS: [char; 4] = ['(', ')', '[', ']'];
    let name = tidy(name);
    let mut keys = vec![(Part::Whole, fold_name(&name))];
    if name.contains(BRACKETS) {
        let mut outside = String::new();
        let mut inside = String::new();
        let mut depth = 0usize;
        for c in name.chars() {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ if depth > 0 => inside.push(c),
                _ => outside.push(c),
            }
            if BRACKETS.contains(&c) {
                outside.push(' ');
                inside.push(' ');
            }
        }
        keys.push((Part::OutsideBrackets, fold_name(&outside)));
        keys.push((Part::InsideBrackets, fold_name(&inside)));
    }
    keys.retain(|(_, key)| !key.is_empty());
    keys.dedup_by(|(_, later), (_, earlier)| later == earlier);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::imports::Evidence;

    fn person(id: i64, name: &str) -> RosterPerson {
        RosterPerson {
            id: PersonId(id),
            employee_id: format!("{id:05}"),
            name: name.into(),
            email: format!("P{id}@city.example"),
        }
    }

    fn roster() -> Roster {
        let people = [
            person(1, "Ëngjëll Çela"),
            person(2, "Drita Tafaj"),
            person(3, "Ana Hoxha"),
            person(4, "Hoxha, Ana"),
        ];
        let alias = Alias { file: "a.csv".into(), name: "Drita iPhone".into(), person: PersonId(2) };
        Roster::new(people, &[alias], &["Trainer@host.example".into()])
    }

    fn row(name: &str, email: &str, upn: &str, employee_id: &str) -> Row {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Row {
            line: 1,
            name: name.into(),
            email: given(email),
            upn: given(upn),
            employee_id: given(employee_id),
            evidence: Evidence::Unknown,
        }
    }

    fn matched(id: i64, by: MatchedBy) -> Match {
        Match::Person { id: PersonId(id), by }
    }

    fn unmatched(reason: Reason, suggestions: &[i64]) -> Match {
        Match::Unmatched { reason, suggestions: suggestions.iter().map(|id| PersonId(*id)).collect() }
    }

    #[test]
    fn an_address_identifies_whatever_its_case() {
        let roster = roster();
        for (row, expected) in [
            (row("?", "p1@CITY.example", "", ""), matched(1, MatchedBy::Email)),
            (row("?", "me@home.example", "P2@city.example ", ""), matched(2, MatchedBy::Upn)),
            (row("?", "", "", "00003"), matched(3, MatchedBy::EmployeeId)),
            (row("?", "TRAINER@host.example", "", ""), Match::Facilitator),
            (
                row("?", "p1@city.example", "p2@city.example", ""),
                unmatched(Reason::ConflictingAddresses, &[1, 2]),
            ),
            (row("Drita Tafaj", "me@home.example", "", ""), unmatched(Reason::UnknownAddress, &[2])),
            (row("Drita Tafaj", "", "", "3"), unmatched(Reason::UnknownEmployeeId, &[2])),
        ] {
            assert_eq!(roster.match_row("b.csv", &row), expected, "{row:?}");
        }
    }

    #[test]
    fn a_name_is_only_a_suggestion() {
        let roster = roster();
        for (name, expected) in [
            ("engjell cela", unmatched(Reason::NameOnly, &[1])),
            ("ÇELA Ëngjëll (Guest)", unmatched(Reason::NameOnly, &[1])),
            ("E. (Engjell Cela)", unmatched(Reason::NameOnly, &[1])),
            ("Drita Tafaj [Tirana]", unmatched(Reason::NameOnly, &[2])),
            ("Ana Hoxha", unmatched(Reason::Namesakes, &[3, 4])),
            ("+355 69 000 0000", unmatched(Reason::UnknownName, &[])),
            ("", unmatched(Reason::NoName, &[])),
        ] {
            assert_eq!(roster.match_row("b.csv", &row(name, "", "", "")), expected, "{name}");
        }
    }

    #[test]
    fn a_unique_name_counts_only_where_accepted_and_without_addresses() {
        let roster = roster().accept_unique_names(true);
        let find = |name: &str, email: &str| roster.match_row("b.csv", &row(name, email, "", ""));
        assert_eq!(find("Cela Engjell", ""), matched(1, MatchedBy::UniqueName));
        assert_eq!(find("Drita Tafaj (Engjell Cela)", ""), unmatched(Reason::Namesakes, &[1, 2]));
        assert_eq!(find("Ana Hoxha", ""), unmatched(Reason::Namesakes, &[3, 4]));
        assert_eq!(find("Drita Tafaj", "x@y.example"), unmatched(Reason::UnknownAddress, &[2]));
    }

    #[test]
    fn what_stands_in_brackets_is_no_name_to_be_accepted() {
        let people = [person(1, "Ana Hoxha (Leka)"), person(2, "Drita Tafaj")];
        let roster = Roster::new(people, &[], &[]).accept_unique_names(true);
        for (name, expected) in [
            ("Ana Hoxha (Leka)", matched(1, MatchedBy::UniqueName)),
            ("Ana Hoxha", matched(1, MatchedBy::UniqueName)),
            ("Hoxha, Ana (Guest)", matched(1, MatchedBy::UniqueName)),
            ("Drita Tafaj [Tirana]", matched(2, MatchedBy::UniqueName)),
            ("Erion (Leka)", unmatched(Reason::NameOnly, &[1])),
            ("Leka", unmatched(Reason::NameOnly, &[1])),
            ("Ana Hoxha (Gashi)", unmatched(Reason::NameOnly, &[1])),
            ("Erion (Drita Tafaj)", unmatched(Reason::NameOnly, &[2])),
        ] {
            assert_eq!(roster.match_row("b.csv", &row(name, "", "", "")), expected, "{name}");
        }
    }

    #[test]
    fn a_few_of_many_namesakes_are_suggested() {
        let people = (1..=30_000).rev().flat_map(|id| [person(id, "Ana Hoxha"), person(id, "Ana (Hoxha)")]);
        let roster = Roster::new(people, &[], &[]);
        for name in ["Ana Hoxha", "Ana Hoxha (Guest)", "E. (Ana Hoxha)", "Ana (Ana Hoxha)"] {
            let expected: Vec<i64> = (1..=10).collect();
            let found = roster.match_row("b.csv", &row(name, "", "", ""));
            assert_eq!(found, unmatched(Reason::Namesakes, &expected), "{name}");
        }
    }

    #[test]
    fn an_alias_counts_in_its_file_only() {
        let roster = roster();
        let row = row("Drita  iPhone", "x@y.example", "", "");
        assert_eq!(roster.match_row("a.csv", &row), matched(2, MatchedBy::Alias));
        assert_eq!(roster.match_row("b.csv", &row), unmatched(Reason::UnknownAddress, &[]));
    }
}
