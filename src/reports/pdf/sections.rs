//! The parts of the report that hold no names.

use super::chart::{self, Bar, Chart, Group, Look};
use super::flow::{ACCENT, BODY, FRAME, HAIRLINE, QUIET, placed};
use super::table::{self, Column, Table};
use super::{Face, INK, PdfError, Role, Style, Writer};
use crate::catalogue::Level;
use crate::platform::pdf::{Align, Area, Block, Item, Shape, text_width};
use crate::reports::{ReportedDepartment, ReportedUnit};

const FIGURE: Style =
    Style { face: Face::Semibold, size: 27.0, colour: ACCENT, letter_spacing: 0.0, leading: 1.1 };
const FIGURE_LABEL: Style =
    Style { face: Face::Regular, size: 9.0, colour: QUIET, letter_spacing: 0.0, leading: 1.2 };
const TERM: Style =
    Style { face: Face::Semibold, size: 10.0, colour: INK, letter_spacing: 0.0, leading: 1.35 };

impl Writer<'_> {
    /// The figures of the whole cohort in a row.
    pub fn key_figures(&mut self) -> Result<(), PdfError> {
        const GAP: f32 = 14.0;
        let report = self.report;
        let figures = [
            ("enrolled-label", report.enrolled),
            ("attended-label", report.attended),
            ("departments-label", report.departments),
            ("attendances-label", report.attendances),
            ("certificates-label", report.certificates.total),
        ];
        let width = (FRAME.width - GAP * (figures.len() - 1) as f32) / figures.len() as f32;
        self.flow.heading(&self.texts.say("key-figures"), 90.0)?;
        self.flow.y += 2.0;
        let top = self.flow.y;
        let mut list = Block::new(Role::List);
        let mut rules = Vec::new();
        let mut below = top;
        for (index, (label, n)) in figures.into_iter().enumerate() {
            let x = FRAME.x + index as f32 * (width + GAP);
            let style = shrunk(&n.to_string(), FIGURE, width)?;
            let number = self.flow.fitted(&n.to_string(), &style, width, 1)?;
            let label = self.flow.fitted(&self.texts.count(label, n), &FIGURE_LABEL, width, 4)?;
            let label_top = top + FIGURE.line_height() + 2.0;
            below = below.max(label_top + label.len() as f32 * FIGURE_LABEL.line_height());
            let number_top = top + FIGURE.line_height() - style.line_height();
            let (numbers, labels) = (Area::new(x, number_top, width), Area::new(x, label_top, width));
            let parts = [
                placed(number, &style, numbers, Align::Left),
                placed(label, &FIGURE_LABEL, labels, Align::Left),
            ];
            list.items.push(list_item(parts));
            rules.push(x - GAP / 2.0);
        }
        self.flow.put(list);
        let rule = |x: &f32| Shape::line((*x, top + 3.0), (*x, below), HAIRLINE, 0.75);
        self.flow.put(Block::decoration(rules.iter().skip(1).map(rule)));
        self.flow.y = below;
        Ok(())
    }

    /// Attendance by module, as a chart and as a table.
    pub fn modules(&mut self) -> Result<(), PdfError> {
        if self.report.modules.is_empty() {
            return Ok(());
        }
        self.flow.heading(&self.texts.say("modules"), chart::LEAST_HEIGHT)?;
        let groups = self.report.modules.iter().enumerate().map(|(index, module)| {
            let name = self.module_title(index);
            let figures = [
                ("name", name.as_str().into()),
                ("present", module.present.into()),
                ("attended", module.attended.into()),
            ];
            let alt = self.texts.fill("modules-alt-part", &figures);
            let bar = |value, says, look| Bar { value, says: self.texts.count(says, value), look };
            let bars = vec![
                bar(module.present, "module-present", Look::Outlined),
                bar(module.attended, "module-attended", Look::Solid),
            ];
            Group { name, bars, alt }
        });
        let (names, values) = (self.texts.say("axis-module"), self.texts.say("axis-people"));
        let chart = Chart { names, values, groups: groups.collect() };
        chart
            .draw(&mut self.flow, |figures| self.texts.fill("modules-alt", &[("figures", figures.into())]))?;
        self.flow.space(8.0);
        let columns = vec![
            Column::text(self.texts.say("column-number"), 0.35),
            Column::name(self.texts.say("column-module"), 4.0),
            Column::number(self.texts.say("column-present"), 1.0),
            Column::number(self.texts.say("column-attended"), 1.0),
            Column::number(self.texts.say("column-attended-share"), 1.3),
        ];
        let mut table = Table::begin(&mut self.flow, columns)?;
        for (index, module) in self.report.modules.iter().enumerate() {
            let share = match self.report.enrolled {
                0 => String::new(),
                enrolled => self.texts.count("percent", percent(module.attended, enrolled)),
            };
            let number = (index + 1).to_string();
            let (present, attended) = (module.present.to_string(), module.attended.to_string());
            let cells = [number, self.module_title(index), present, attended, share];
            table.row(&mut self.flow, &cells)?;
        }
        table.end(&mut self.flow);
        Ok(())
    }

    /// Certificates by level: those of the rule, and any other that somebody holds.
    pub fn levels(&mut self) -> Result<(), PdfError> {
        let certificates = &self.report.certificates;
        let counts =
            [(Level::Completion, certificates.completion), (Level::Attendance, certificates.attendance)];
        let in_rule = |level| self.details.levels.iter().any(|(known, _)| *known == level);
        let shown = counts.into_iter().filter(|(level, count)| *count > 0 || in_rule(*level));
        let groups: Vec<Group> = shown
            .map(|(level, n)| {
                let name = self.level(level);
                let alt =
                    self.texts.fill("levels-alt-part", &[("name", name.as_str().into()), ("n", n.into())]);
                let bar = Bar { value: n, says: self.texts.count("level-count", n), look: Look::Solid };
                Group { name, bars: vec![bar], alt }
            })
            .collect();
        if groups.is_empty() {
            return Ok(());
        }
        self.flow.heading(&self.texts.say("levels"), 2.0 * chart::LEAST_HEIGHT)?;
        let (names, values) = (self.texts.say("axis-level"), self.texts.say("axis-certificates"));
        let chart = Chart { names, values, groups };
        chart.draw(&mut self.flow, |figures| self.texts.fill("levels-alt", &[("figures", figures.into())]))
    }

    /// Figures by department, and why some are reported together.
    pub fn departments(&mut self) -> Result<(), PdfError> {
        let shown = &self.details.departments;
        if shown.departments == 0 {
            return Ok(());
        }
        self.flow.heading(&self.texts.say("departments"), 3.0 * BODY.line_height() + table::LEAST_HEIGHT)?;
        if let Some(why) = self.why_merged() {
            self.flow.paragraph(&why, &BODY)?;
            self.flow.y += 6.0;
        }
        if shown.rows.is_empty() {
            return Ok(());
        }
        let columns = vec![
            Column::name(self.texts.say("column-department"), 3.6),
            Column::number(self.texts.say("column-enrolled"), 1.0),
            Column::number(self.texts.say("column-attended-any"), 1.3),
            Column::number(self.texts.say("column-certificates"), 1.1),
        ];
        let mut table = Table::begin(&mut self.flow, columns)?;
        let numbers = |name: String, row: &ReportedDepartment| {
            [name, row.enrolled.to_string(), row.attended.to_string(), row.certificates.to_string()]
        };
        let mut total = (0u32, 0u32, 0u32);
        for row in &shown.rows {
            let name = self.unit(&row.unit, shown.rows.len() == 1);
            table.row(&mut self.flow, &numbers(name, row))?;
            total = (total.0 + row.enrolled, total.1 + row.attended, total.2 + row.certificates);
        }
        if shown.rows.len() > 1 {
            let unit = ReportedUnit::Others { merged: shown.departments };
            let sum =
                ReportedDepartment { unit, enrolled: total.0, attended: total.1, certificates: total.2 };
            table.total(&mut self.flow, &numbers(self.texts.say("total"), &sum))?;
        }
        table.end(&mut self.flow);
        Ok(())
    }

    /// Why departments stand together, or none are shown; nothing where each stands alone.
    fn why_merged(&self) -> Option<String> {
        let shown = &self.details.departments;
        let merged = shown.rows.iter().map(|row| match row.unit {
            ReportedUnit::Department { .. } => 0,
            ReportedUnit::Directorate { merged, .. } | ReportedUnit::Others { merged } => merged,
        });
        let merged: u32 = merged.sum();
        let id = match shown.rows.as_slice() {
            [] => "departments-hidden",
            _ if merged == 0 => return None,
            [ReportedDepartment { unit: ReportedUnit::Others { .. }, .. }] => "departments-all-merged",
            _ => "departments-merged",
        };
        let places = [
            ("most", shown.smallest.saturating_sub(1).into()),
            ("merged", merged.into()),
            ("departments", shown.departments.into()),
        ];
        Some(self.texts.fill(id, &places))
    }

    fn unit(&self, unit: &ReportedUnit, only: bool) -> String {
        match unit {
            ReportedUnit::Department { name } if name.is_empty() => self.texts.say("department-none"),
            ReportedUnit::Department { name } => name.clone(),
            ReportedUnit::Directorate { name, merged } => {
                let places = [("name", name.as_str().into()), ("merged", (*merged).into())];
                self.texts.fill("department-directorate", &places)
            }
            ReportedUnit::Others { merged } => {
                let id = if only { "department-all" } else { "department-others" };
                self.texts.fill(id, &[("merged", (*merged).into())])
            }
        }
    }

    /// What the report's words mean.
    pub fn definitions(&mut self) -> Result<(), PdfError> {
        let most = self.details.departments.smallest.saturating_sub(1);
        let threshold = [("percent", self.report.cohort.threshold_percent.into())];
        let say = |id: &str| self.texts.say(id);
        let mut definitions = vec![
            (say("define-enrolled"), say("define-enrolled-text")),
            (say("define-present"), say("define-present-text")),
            (say("define-attended"), self.texts.fill("define-attended-text", &threshold)),
            (say("define-departments"), say("define-departments-text")),
            (say("define-certificates"), say("define-certificates-text")),
        ];
        for (level, needed) in &self.details.levels {
            let places = [("n", (*needed).into()), ("modules", self.report.modules.len().into())];
            definitions.push((self.level(*level), self.texts.fill("define-level-text", &places)));
        }
        definitions
            .push((say("define-names"), self.texts.fill("define-names-text", &[("most", most.into())])));
        self.definition_list(&say("definitions"), &definitions)
    }

    /// Terms at the left and what they mean at the right: one list, on one page where a page can hold it.
    fn definition_list(&mut self, heading: &str, definitions: &[(String, String)]) -> Result<(), PdfError> {
        const TERMS: f32 = 128.0;
        const GAP: f32 = 14.0;
        const BETWEEN: f32 = 4.0;
        let mut entries = Vec::with_capacity(definitions.len());
        for (term, meaning) in definitions {
            let term = self.flow.fitted(term, &TERM, TERMS, 4)?;
            let meaning = self.flow.fitted(meaning, &BODY, FRAME.width - TERMS - GAP, 6)?;
            let height = term.len().max(meaning.len()) as f32 * BODY.line_height();
            entries.push((term, meaning, height));
        }
        self.flow.heading(heading, entries.iter().map(|(.., height)| height + BETWEEN).sum())?;
        let mut list = Block::new(Role::List);
        for (term, meaning, height) in entries {
            if height > self.flow.left() {
                let next = Block { continued: true, ..Block::new(Role::List) };
                self.flow.put(std::mem::replace(&mut list, next));
                self.flow.new_page();
            }
            let y = self.flow.y;
            let terms = Area::new(FRAME.x, y, TERMS);
            let meanings = Area::new(FRAME.x + TERMS + GAP, y, FRAME.width);
            let parts =
                [placed(term, &TERM, terms, Align::Left), placed(meaning, &BODY, meanings, Align::Left)];
            list.items.push(list_item(parts));
            self.flow.y += height + BETWEEN;
        }
        self.flow.put(list);
        Ok(())
    }

    /// The level's name.
    fn level(&self, level: Level) -> String {
        self.texts.say(match level {
            Level::Completion => "level-completion",
            Level::Attendance => "level-attendance",
        })
    }
}

/// An item of two paragraphs, so that they are not read as one word.
fn list_item(parts: [Vec<Item>; 2]) -> Item {
    let paragraphs = parts.map(|part| Item::Block(Block::of(Role::Paragraph, part)));
    Item::Block(Block::of(Role::ListItem, paragraphs))
}

/// Rounded to a whole percent.
fn percent(part: u32, of: u32) -> u32 {
    let (part, of) = (u64::from(part), u64::from(of).max(1));
    u32::try_from((part * 200 + of) / (of * 2)).unwrap_or(u32::MAX)
}

/// The style, made smaller until the text fits into the width.
fn shrunk(text: &str, style: Style, width: f32) -> Result<Style, PdfError> {
    let needed = text_width(text, &style)?;
    Ok(if needed > width { style.sized(style.size * width / needed * 0.99) } else { style })
}
