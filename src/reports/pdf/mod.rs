//! The report on paper: A4, in the cohort's language, of any length.
//!
//! [`flow`] fills pages, [`table`] and [`chart`] draw on them, [`sections`] and [`people`] say what the report says.

use super::text;
use super::{CohortReport, ReportDetails};
use crate::catalogue::{ByLanguage, in_language};
use crate::platform::i18n::dates::long_date;
use crate::platform::i18n::texts::Texts;
use crate::platform::pdf::{
    Align, Area, Block, Colour, Document, Face, PdfError, Rect, Role, Shape, Style, to_bytes,
};

mod chart;
mod flow;
mod people;
mod sections;
mod table;

use flow::{ACCENT, FRAME, Flow, INK, QUIET};

const ORGANISATION: Style =
    Style { face: Face::Semibold, size: 10.0, colour: ACCENT, letter_spacing: 0.4, leading: 1.4 };
const TITLE: Style =
    Style { face: Face::Semibold, size: 25.0, colour: INK, letter_spacing: 0.0, leading: 1.15 };
const PROGRAMME: Style =
    Style { face: Face::Regular, size: 13.0, colour: INK, letter_spacing: 0.0, leading: 1.3 };
const PERIOD: Style =
    Style { face: Face::Regular, size: 10.0, colour: QUIET, letter_spacing: 0.0, leading: 1.35 };
const WARNING: Style =
    Style { face: Face::Semibold, size: 10.0, colour: INK, letter_spacing: 0.0, leading: 1.35 };
const WARNING_GROUND: Colour = Colour(0xf3, 0xf0, 0xe8);

/// The report as a PDF file, in `language` (a BCP 47 tag) or else in English: without names, or where
/// `details.people` is given, with the table of people, for those only who may see names. Nothing but what is given
/// goes into it: the same input gives the same bytes on any day.
pub fn render(report: &CohortReport, details: &ReportDetails, language: &str) -> Result<Vec<u8>, PdfError> {
    to_bytes(&compose(report, details, language)?)
}

/// The report's pages, before they are drawn.
pub fn compose(report: &CohortReport, details: &ReportDetails, language: &str) -> Result<Document, PdfError> {
    let texts = text::texts(language);
    let mut writer = Writer { report, details, texts: &texts, flow: Flow::new() };
    let title = writer.opening()?;
    writer.key_figures()?;
    writer.modules()?;
    writer.levels()?;
    writer.departments()?;
    writer.definitions()?;
    if let Some(people) = &details.people {
        writer.people(people)?;
    }
    if writer.flow.replaced {
        let note = texts.say("not-printable");
        writer.flow.space(10.0);
        writer.flow.paragraph(&note, &PERIOD)?;
    }
    let mut foot = format!("{} · {}", report.cohort.organisation, report.cohort.name);
    if details.people.is_some() {
        foot = format!("{} · {foot}", texts.say("personal-data-short"));
    }
    let number =
        |page: usize, pages: usize| texts.fill("page", &[("page", page.into()), ("pages", pages.into())]);
    writer.flow.finish(&foot, number, (title, texts.language.to_owned(), report.cohort.organisation.clone()))
}

/// What each part of the report needs to be written.
struct Writer<'a> {
    report: &'a CohortReport,
    details: &'a ReportDetails,
    texts: &'a Texts,
    flow: Flow,
}

impl Writer<'_> {
    /// Organisation, title, programme and period; in the version with names, whom it is for. Gives the title.
    fn opening(&mut self) -> Result<String, PdfError> {
        let cohort = &self.report.cohort;
        let kind = if self.details.people.is_some() { "title-names" } else { "title" };
        let title = self.texts.fill(kind, &[("cohort", cohort.name.as_str().into())]);
        let programme =
            self.in_language(Some(&self.details.programme_titles)).unwrap_or(&cohort.programme).to_owned();
        let lines = [
            (Role::Paragraph, cohort.organisation.as_str(), &ORGANISATION),
            (Role::Heading(1), title.as_str(), &TITLE),
            (Role::Paragraph, programme.as_str(), &PROGRAMME),
        ];
        for (role, text, style) in lines {
            let lines = self.flow.fitted(text, style, FRAME.width, 3)?;
            self.flow.lines(role, lines, style);
            self.flow.y += 3.0;
        }
        if let Some((first, last)) = self.details.period {
            let day = |day| long_date(day, self.texts.language);
            let kind = if first == last { "period-day" } else { "period" };
            let text = self.texts.fill(kind, &[("first", day(first).into()), ("last", day(last).into())]);
            self.flow.paragraph(&text, &PERIOD)?;
        }
        if self.details.people.is_some() {
            self.warning()?;
        }
        Ok(title)
    }

    /// The box that says what the version with names may be used for.
    fn warning(&mut self) -> Result<(), PdfError> {
        const PADDING: f32 = 10.0;
        let lines =
            self.flow.fitted(&self.texts.say("personal-data"), &WARNING, FRAME.width - 2.0 * PADDING, 8)?;
        let height = lines.len() as f32 * WARNING.line_height() + 2.0 * PADDING;
        self.flow.y += 12.0;
        let ground = Rect { x: FRAME.x, y: self.flow.y, width: FRAME.width, height };
        let edge = Rect { width: 3.0, ..ground };
        self.flow
            .put(Block::decoration([Shape::filled(ground, WARNING_GROUND), Shape::filled(edge, ACCENT)]));
        let area = Area::new(FRAME.x + PADDING, self.flow.y + PADDING, FRAME.width);
        let items = flow::placed(lines, &WARNING, area, Align::Left);
        self.flow.put(Block::of(Role::Paragraph, items));
        self.flow.y += height;
        Ok(())
    }

    /// The text in the report's language, or in English.
    fn in_language<'t>(&self, texts: Option<&'t ByLanguage<String>>) -> Option<&'t String> {
        in_language(texts?, self.texts.language)
    }

    /// The title of the module at `index` of the report, or its code.
    fn module_title(&self, index: usize) -> String {
        let code = self.report.modules.get(index).map(|module| &module.module);
        let title = self.in_language(self.details.module_titles.get(index)).or(code);
        title.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
