//! Zoom's list of participants: a row for each stay, or one a person with the total; with or without the meeting's
//! own heading before it.

use super::delimited::{Header, Sheet};
use super::reading::{Kind, Reading, Stay};
use super::{Format, Row, times};
use crate::platform::faults::Fault;

pub struct ZoomParticipants;

struct Columns {
    name: usize,
    email: Option<usize>,
    join: Option<usize>,
    leave: Option<usize>,
    minutes: Option<usize>,
    waiting: Option<usize>,
}

impl Columns {
    /// In English, French and Spanish.
    fn of(header: &Header) -> Option<Self> {
        let columns = Columns {
            name: header.find(&["name (original name)", "nom (nom original)", "nombre (nombre original)"])?,
            email: header.find(&[
                "user email",
                "email",
                "adresse e-mail de l'utilisateur",
                "e-mail",
                "e-mail del usuario",
                "correo electronico",
            ]),
            join: header.find(&[
                "join time",
                "heure d'arrivee",
                "heure de connexion",
                "hora de entrada",
                "hora para unirse",
            ]),
            leave: header.find(&["leave time", "heure de depart", "hora de salida", "hora para salir"]),
            minutes: header.find(&[
                "duration (minutes)",
                "total duration (minutes)",
                "duree (minutes)",
                "duree totale (minutes)",
                "duracion (minutos)",
                "duracion total (minutos)",
            ]),
            waiting: header.find(&["in waiting room", "salle d'attente", "en sala de espera"]),
        };
        (columns.join.is_some() || columns.minutes.is_some()).then_some(columns)
    }
}

impl Format for ZoomParticipants {
    fn name(&self) -> &'static str {
        "zoom-participants"
    }

    fn shape(&self) -> &'static str {
        "Name (Original Name), User Email, Join Time, Leave Time, Duration (Minutes)"
    }

    fn recognises(&self, header: &Header) -> bool {
        Columns::of(header).is_some()
    }

    fn rows(&self, sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Result<(), Fault> {
        let Some(columns) = Columns::of(&sheet.header()) else { return Ok(()) };
        while sheet.advance()? && !reading.is_hopeless() {
            let join = reading.moment(sheet, columns.join, "Join Time");
            let leave = reading.moment(sheet, columns.leave, "Leave Time");
            let duration = columns.minutes.filter(|_| join.is_none() || leave.is_none());
            let stay = Stay {
                join,
                leave,
                seconds: duration.and_then(|column| times::duration(sheet.cell(column), 60)),
                kind: if is_yes(sheet.cell_of(columns.waiting)) { Kind::Waiting } else { Kind::Interval },
            };
            reading
                .push(Row::new(sheet.line(), sheet.cell(columns.name), sheet.cell_of(columns.email)), stay);
        }
        Ok(())
    }
}

fn is_yes(cell: &str) -> bool {
    let yes = ["yes", "oui", "sí", "si", "ja", "sì", "sim", "po", "да", "true"];
    !cell.is_empty() && yes.contains(&cell.to_lowercase().as_str())
}
