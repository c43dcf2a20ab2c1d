//! The one table: who may do what. `docs/permissions.md` shows it and is checked against it; each handler names its row
//! in its signature, and the API's description names it beside each operation. A scope of an API token is a set of rows.

use std::fmt::Write;

use super::Role;

/// How far a role reaches with a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Not at all.
    No,
    /// What is about themselves.
    Own,
    /// What is about themselves, also in a cohort that they are not in yet; for who is in the roster.
    InRoster,
    /// What is of the cohorts that they teach.
    Taught,
    /// All of the organisation's, if they also have the permission `names`.
    Names,
    /// Of all of the organisation's what statistics may show.
    Suppressed,
    /// All of the organisation's.
    All,
}

/// What somebody is told who has no such permission.
#[derive(Clone, Copy, Debug)]
pub enum Otherwise {
    /// It is something to see: that it is there is not told (404).
    Hidden,
    /// It is something to do: who may see what it is done to, is told that it is forbidden (403); others nothing (404).
    Forbidden(&'static Permission),
}

/// Of what a permission is.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// An organisation: a cell for each role, in the order of [`Role::ALL`].
    Organisation([Cell; 5]),
    /// The installation, for everybody who is signed in.
    Anybody,
    /// The installation, for operators.
    Operator,
    /// The caller's own account. No token for scripts will do.
    Oneself,
}

/// A row of the table.
#[derive(Debug)]
pub struct Permission {
    /// Such as `cohort.read`.
    pub name: &'static str,
    pub of: Of,
    pub otherwise: Otherwise,
    /// What it lets somebody do.
    pub what: &'static str,
}

/// Names a row of the table in a handler's signature.
pub trait May: 'static {
    const PERMISSION: &'static Permission;
}

macro_rules! permissions {
    ($($marker:ident $name:literal $otherwise:ident $(($seen:ident))? [$($of:ident)+] $what:literal)+) => {
        /// The rows of the table as types, for signatures.
        pub mod may {
            use super::*;

            $(
                #[doc = $what]
                #[derive(Clone, Debug)]
                pub enum $marker {}

                impl May for $marker {
                    const PERMISSION: &'static Permission = &Permission {
                        name: $name,
                        of: permissions!(@of $($of)+),
                        otherwise: permissions!(@otherwise $otherwise $(($seen))?),
                        what: $what,
                    };
                }
            )+
        }

        /// Every row, in the order of the table.
        pub static PERMISSIONS: &[&Permission] = &[$(may::$marker::PERMISSION),+];
    };
    (@of $learner:ident $trainer:ident $hr:ident $administrator:ident $adviser:ident) => {
        Of::Organisation([Cell::$learner, Cell::$trainer, Cell::$hr, Cell::$administrator, Cell::$adviser])
    };
    (@of $of:ident) => { Of::$of };
    (@otherwise see) => { Otherwise::Hidden };
    (@otherwise change($seen:ident)) => { Otherwise::Forbidden(<may::$seen as May>::PERMISSION) };
}

#[rustfmt::skip]
permissions! {
    // Of the installation.
    ReadCatalogue       "catalogue.read"       see                          [Anybody] "Read programmes and modules."
    ListOrganisations   "organisations.list"   see                          [Anybody] "List the organisations that one belongs to; an operator lists all."
    CreateOrganisations "organisation.create"  change(ListOrganisations)    [Operator] "Make an organisation and invite its first administrator."
    RotateKeys          "keys.rotate"          change(ListOrganisations)    [Operator] "Sign access tokens with a new key from now on."
    ReadInstallationJobs  "installation-jobs.read"  see                     [Operator] "List jobs of the installation that failed for good."
    RetryInstallationJobs "installation-jobs.retry" change(ListOrganisations) [Operator] "Have such a job tried again."
    OwnAccount          "account.own"          see                          [Oneself] "Read one's account and sign-ins, end them, change one's password."

    // Of an organisation.                                                  [learner trainer hr    admin  adviser]
    ReadOrganisation    "organisation.read"    see                          [All     All    All    All    All]        "Read who the organisation is and who is answerable."
    ChangeOrganisation  "organisation.change"  change(ReadOrganisation)     [No      No     No     All    No]         "Change the organisation's settings, logos and departments."
    ReadDepartments     "departments.read"     see                          [No      All    All    All    All]        "List departments."
    ReadPeople          "people.read"          see                          [No      No     Names  All    No]         "Read the whole roster."
    ErasePeople         "person.erase"         change(ReadPeople)           [No      No     No     All    No]         "Erase a person."
    ReadMembers         "members.read"         see                          [No      No     No     All    No]         "List accounts, their roles, and open invitations."
    ChangeMembers       "members.change"       change(ReadMembers)          [No      No     No     All    No]         "Invite accounts, change their roles, remove them."
    ReadJobs            "jobs.read"            see                          [No      No     No     All    No]         "List jobs of the organisation that failed for good, such as mails."
    RetryJobs           "jobs.retry"           change(ReadJobs)             [No      No     No     All    No]         "Have such a job tried again."
    FollowJobs          "jobs.follow"          see                          [No      All    All    All    No]         "Read how far a job of the organisation is, such as mails to a cohort."
    ReadModules         "modules.read"         see                          [All     All    All    All    All]        "Read modules as the organisation has them."
    AdaptModules        "modules.adapt"        change(ReadModules)          [No      All    No     All    No]         "Translate and adapt modules, or go back to the catalogue's."
    OwnApiTokens        "api-tokens.own"       see                          [All     All    All    All    All]        "Make, list and revoke one's own tokens for scripts."
    OwnCalendar         "calendar.own"         see                          [All     All    All    All    All]        "Make and revoke the address at which one's calendar programs read one's sessions."

    ReadCohorts         "cohort.read"          see                          [Own     Taught All    All    All]        "Read cohorts and their sessions."
    CreateCohorts       "cohort.create"        change(ReadOrganisation)     [No      All    No     All    No]         "Plan a cohort; a trainer who plans one teaches it."
    ChangeCohorts       "cohort.change"        change(ReadCohorts)          [No      Taught No     All    No]         "Change a cohort; schedule, move and cancel sessions; open, start, close and archive it."
    CopyCohorts         "cohort.copy"          change(ReadCohorts)          [No      Taught No     All    No]         "Plan a cohort again, on other days."
    OverrideClashes     "clash.override"       change(ReadCohorts)          [No      No     No     All    No]         "Plan a session where a trainer or a room is taken, with a reason."
    ReopenCohorts       "cohort.reopen"        change(ReadCohorts)          [No      No     No     All    No]         "Take an opened cohort back to a draft, which thaws its rule."
    ReadTrainers        "trainers.read"        see                          [No      Taught No     All    No]         "List who teaches a cohort."
    ChangeTrainers      "trainers.change"      change(ReadCohorts)          [No      No     No     All    No]         "Say who teaches a cohort."
    ReadParticipants    "participants.read"    see                          [No      Taught Names  All    No]         "List a cohort's people, their attendance and verdicts."
    ChangeRoster        "roster.change"        change(ReadCohorts)          [No      Taught Names  All    No]         "Upload a cohort's roster."

    OwnEnrolment        "enrolment.own"        see                          [InRoster InRoster InRoster InRoster InRoster]  "See which cohorts are open, enrol, book sessions, withdraw."
    ChangeEnrolments    "enrolments.change"    see                          [No      Taught Names  All    No]         "Enrol people, invite them, make links by which they enrol, decide requests, take people out."
    TellMissing         "missing.tell"         change(ReadParticipants)     [No      Taught Names  All    No]         "Mail people of a cohort what they lack for a certificate."
    ReadNeeds           "needs.read"           see                          [No      Taught No     No     No]         "Read what people of a cohort need to take part."

    ReadAttendance      "attendance.read"      see                          [Own     Taught Names  All    No]         "Read a person's attendance."
    RecordAttendance    "attendance.record"    change(ReadCohorts)          [No      Taught No     All    No]         "Record attendance until the cohort is closed."
    CorrectLate         "attendance.correct"   change(ReadCohorts)          [No      No     No     All    No]         "Correct attendance after closing, with a reason."
    ReadVerdicts        "verdict.read"         see                          [Own     Taught Names  All    No]         "Read the verdict on a person."

    ListCertificates    "certificates.list"    see                          [Own     Taught Names  All    No]         "List a cohort's certificates; a learner, their own."
    ReadCertificates    "certificate.read"     see                          [Own     Taught Names  All    No]         "Read and download a certificate."
    IssueCertificates   "certificate.issue"    change(ReadCohorts)          [No      Taught No     All    No]         "Issue the certificates of a closed cohort."
    RevokeCertificates  "certificate.revoke"   change(ReadCertificates)     [No      No     No     All    No]         "Revoke a certificate, with a reason."

    ReadReports         "report.read"          see                          [No      Taught All    All    Suppressed] "Read a cohort's report without names."
}

impl Permission {
    /// The row with this name.
    pub fn named(name: &str) -> Option<&'static Permission> {
        PERMISSIONS.iter().copied().find(|permission| permission.name == name)
    }

    /// How far a role reaches with it.
    pub fn cell(&self, role: Role) -> Cell {
        match self.of {
            Of::Organisation(cells) => {
                let place = Role::ALL.iter().position(|known| *known == role);
                place.map_or(Cell::No, |place| cells[place])
            }
            Of::Anybody | Of::Operator | Of::Oneself => Cell::No,
        }
    }

    /// Whether a token for scripts can have it.
    pub fn is_for_scripts(&self) -> bool {
        // Whoever lists organisations sees others than the token's, whoever changes members can become anybody, and what
        // grants something would outlive the token.
        let not = [
            may::ListOrganisations::PERMISSION,
            may::ChangeMembers::PERMISSION,
            may::OwnApiTokens::PERMISSION,
            may::OwnCalendar::PERMISSION,
        ];
        !not.iter().any(|other| other.name == self.name) && !matches!(self.of, Of::Oneself | Of::Operator)
    }
}

/// The table as `docs/permissions.md` has it.
pub fn markdown() -> String {
    let mut text = String::from(
        "| permission | what | learner | trainer | HR | administrator | adviser | otherwise |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for permission in PERMISSIONS {
        let cells = match permission.of {
            Of::Organisation(cells) => cells.map(word).join(" | "),
            Of::Anybody => ["yes"; 5].join(" | "),
            Of::Oneself => ["own"; 5].join(" | "),
            Of::Operator => ["operator"; 5].join(" | "),
        };
        let otherwise = match permission.otherwise {
            Otherwise::Hidden => "404".to_owned(),
            Otherwise::Forbidden(seen) => format!("403 with `{}`, else 404", seen.name),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "| `{}` | {} | {cells} | {otherwise} |", permission.name, permission.what);
    }
    text
}

fn word(cell: Cell) -> &'static str {
    match cell {
        Cell::No => "–",
        Cell::Own => "own",
        Cell::InRoster => "own, in the roster",
        Cell::Taught => "taught",
        Cell::Names => "with `names`",
        Cell::Suppressed => "suppressed",
        Cell::All => "all",
    }
}
