//! What everybody may, in words of the tests' own.

use std::collections::BTreeMap;

use super::world::{Kind, Persona};

/// The answer that somebody is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Served,
    /// 401: nobody knows who asks.
    Unknown,
    /// 403: may see it, and not do this.
    Forbidden,
    /// 404: may not know that it is there.
    Hidden,
}

impl Expected {
    pub fn is(self, status: u16) -> bool {
        match self {
            Expected::Served => ![401, 403, 404].contains(&status) && status < 500,
            Expected::Unknown => status == 401,
            Expected::Forbidden => status == 403,
            Expected::Hidden => status == 404,
        }
    }
}

/// A row of [`TABLE`].
pub struct Rule(Vec<Cell>);

/// What is expected where the path names a cohort, and where it names none.
type Cell = (Expected, Expected);

/// Who stands in the columns of [`TABLE`].
const COLUMNS: [Kind; 10] = [
    Kind::Learner,
    Kind::Colleague,
    Kind::Trainer,
    Kind::OtherTrainer,
    Kind::Hr,
    Kind::HrWithNames,
    Kind::Administrator,
    Kind::Adviser,
    Kind::Operator,
    Kind::Stranger,
];

/// `ok` is served; `404/ok` is 404 in this cohort, and served where the path names none, because a list holds what its
/// reader reaches. The path names a cohort in which the learner and the colleague are and which the trainer teaches, and
/// the learner and what is theirs; `other` teaches another cohort; the strangers have each role in another organisation.
const TABLE: &str = "
                     learner colleague trainer other  hr  names admin adviser operator stranger
catalogue.read       ok      ok        ok      ok     ok  ok    ok    ok      ok       ok
organisations.list   ok      ok        ok      ok     ok  ok    ok    ok      ok       ok
organisation.create  403     403       403     403    403 403   403   403     ok       403
keys.rotate          403     403       403     403    403 403   403   403     ok       403
installation-jobs.read  404  404       404     404    404 404   404   404     ok       404
installation-jobs.retry 403  403       403     403    403 403   403   403     ok       403
account.own          ok      ok        ok      ok     ok  ok    ok    ok      ok       ok
organisation.read    ok      ok        ok      ok     ok  ok    ok    ok      404      404
organisation.change  403     403       403     403    403 403   ok    403     404      404
departments.read     404     404       ok      ok     ok  ok    ok    ok      404      404
people.read          404     404       404     404    404 ok    ok    404     404      404
members.read         404     404       404     404    404 404   ok    404     404      404
members.change       404     404       404     404    404 404   ok    404     404      404
jobs.read            404     404       404     404    404 404   ok    404     404      404
jobs.retry           404     404       404     404    404 404   ok    404     404      404
jobs.follow          404     404       ok      ok     ok  ok    ok    404     404      404
modules.read         ok      ok        ok      ok     ok  ok    ok    ok      404      404
modules.adapt        403     403       ok      ok     403 403   ok    403     404      404
api-tokens.own       ok      ok        ok      ok     ok  ok    ok    ok      404      404
calendar.own         ok      ok        ok      ok     ok  ok    ok    ok      404      404
cohort.read          ok      ok        ok      404/ok ok  ok    ok    ok      404      404
cohort.create        403     403       ok      ok     403 403   ok    403     404      404
cohort.change        403     403       ok      404    403 403   ok    403     404      404
cohort.copy          403     403       ok      404    403 403   ok    403     404      404
trainers.read        404     404       ok      404    404 404   ok    404     404      404
trainers.change      403     403       403     404    403 403   ok    403     404      404
participants.read    404     404       ok      404    404 ok    ok    404     404      404
roster.change        403     403       ok      404    403 ok    ok    403     404      404
enrolment.own        ok      ok        404     404    404 404   404   404     404      404
enrolments.change    404     404       ok      404    404 ok    ok    404     404      404
missing.tell         404     404       ok      404    404 ok    ok    404     404      404
attendance.read      ok      404       ok      404    404 ok    ok    404     404      404
attendance.record    403     403       ok      404    403 403   ok    403     404      404
verdict.read         ok      404       ok      404    404 ok    ok    404     404      404
certificates.list    ok      ok        ok      404    404 ok    ok    404     404      404
certificate.read     ok      404       ok      404    404 ok    ok    404     404      404
certificate.issue    403     403       ok      404    403 403   ok    403     404      404
report.read          404     404       ok      404    ok  ok    ok    ok      404      404
";

/// What a token for scripts never may, whatever its scope.
const NOT_FOR_SCRIPTS: [&str; 9] = [
    "installation-jobs.read",
    "installation-jobs.retry",
    "organisations.list",
    "organisation.create",
    "keys.rotate",
    "account.own",
    "api-tokens.own",
    "calendar.own",
    "members.change",
];

/// The rows of the table by permission.
pub fn rules() -> BTreeMap<String, Rule> {
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap().to_owned();
        let cells: Vec<Cell> = words
            .map(|word| match word {
                "ok" => (Expected::Served, Expected::Served),
                "403" => (Expected::Forbidden, Expected::Forbidden),
                "404" => (Expected::Hidden, Expected::Hidden),
                "404/ok" => (Expected::Hidden, Expected::Served),
                other => panic!("{name}: {other}"),
            })
            .collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{name}");
        (name, Rule(cells))
    };
    TABLE.lines().skip(2).map(row).collect()
}

/// What somebody is to get who calls an operation with this permission.
pub fn expected(permission: &str, rule: &Rule, names_cohort: bool, persona: Persona) -> Expected {
    let of = |kind: Kind| {
        let (in_cohort, elsewhere) = rule.0[COLUMNS.iter().position(|column| *column == kind).unwrap()];
        if names_cohort { in_cohort } else { elsewhere }
    };
    let by_script = |of: Expected, in_scope: bool| match of {
        Expected::Served if NOT_FOR_SCRIPTS.contains(&permission) || !in_scope => Expected::Forbidden,
        of => of,
    };
    match persona.kind() {
        Kind::Unknown => Expected::Unknown,
        Kind::Script { in_scope } => by_script(of(Kind::Administrator), in_scope),
        Kind::StrangersScript => by_script(of(Kind::Stranger), true),
        known => of(known),
    }
}
