//! The table of people: in the version with names only.

use super::flow::BODY;
use super::table::{Column, Table};
use super::{PERIOD, PdfError, Writer};
use crate::catalogue::Level;
use crate::reports::ReportedPerson;

impl Writer<'_> {
    /// Everybody, in the given order, on pages of their own.
    pub fn people(&mut self, people: &[ReportedPerson]) -> Result<(), PdfError> {
        self.flow.new_page();
        let texts = self.texts;
        self.flow.heading(&texts.say("people"), 0.0)?;
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        self.flow.paragraph(&texts.count("people-about", count), &BODY)?;
        for index in 0..self.report.modules.len() {
            let line = format!("{}  {}", index + 1, self.module_title(index));
            self.flow.paragraph(&line, &PERIOD)?;
        }
        if people.is_empty() {
            return Ok(());
        }
        self.flow.y += 8.0;
        let columns = vec![
            Column::text(texts.say("column-employee"), 1.0),
            Column::name(texts.say("column-name"), 1.95),
            Column::text(texts.say("column-department"), 2.25),
            Column::text(texts.say("column-modules"), 0.85),
            Column::text(texts.say("column-minutes"), 1.6),
            Column::text(texts.say("column-result"), 1.75),
        ];
        let mut table = Table::begin(&mut self.flow, columns)?;
        for person in people {
            let minutes: Vec<String> = person.minutes.iter().map(u32::to_string).collect();
            let cells = [
                person.employee_id.clone(),
                person.name.clone(),
                person.department.clone(),
                self.module_numbers(person),
                listed(&minutes),
                self.result(person),
            ];
            table.row(&mut self.flow, &cells)?;
        }
        table.end(&mut self.flow);
        Ok(())
    }

    /// The numbers of the person's modules in the table of modules; a code that is not in it stands for itself.
    fn module_numbers(&self, person: &ReportedPerson) -> String {
        let number = |code: &String| {
            let index = self.report.modules.iter().position(|module| module.module == *code);
            index.map_or_else(|| code.clone(), |index| (index + 1).to_string())
        };
        listed(&person.modules.iter().map(number).collect::<Vec<_>>())
    }

    /// The level that the person earned, or what is missing for the nearest one.
    fn result(&self, person: &ReportedPerson) -> String {
        let short = |level: Level| match level {
            Level::Completion => self.texts.say("level-completion-short"),
            Level::Attendance => self.texts.say("level-attendance-short"),
        };
        let earned =
            [Level::Completion, Level::Attendance].into_iter().find(|level| level.as_str() == person.verdict);
        if let Some(level) = earned {
            return short(level);
        }
        let attended = u32::try_from(person.modules.len()).unwrap_or(u32::MAX);
        let missing = |(level, needed): &(Level, u32)| (needed.saturating_sub(attended), *level);
        match self.details.levels.iter().map(missing).min() {
            Some((n, level)) if n > 0 => {
                self.texts.fill("missing", &[("n", n.into()), ("level", short(level).into())])
            }
            // Not modules in number, but named ones: the record says which.
            _ => person.missing.clone(),
        }
    }
}

/// Joined, or a dash where there is nothing: an empty cell could be a fault.
fn listed(values: &[String]) -> String {
    if values.is_empty() { "–".to_owned() } else { values.join(", ") }
}
