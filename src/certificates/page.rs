//! Where everything on a certificate stands. Fixed areas do not overlap (the template's check sees to it) and what
//! stands in one shrinks until it fits; the body is one column whose blocks follow each other.

use super::design::{BodyBlock, Design, FlowDesign, FrameDesign, LabelledDesign, ModulesDesign, PAGE, rect};
use super::render::{self, RenderError};
use super::template::{Field, Template, Texts};
use super::{Record, RecordedModule, Signatory};
use crate::catalogue::{Level, in_language};
use crate::platform::i18n::dates::long_date;
use crate::platform::pdf::{
    Align, Area, Block, Document, Item, Page, Rect, Role, Scope, Shape, Style, Text, text_width, wrap,
};

/// No text becomes smaller than this, in points: better no certificate than one that nobody can read.
const SMALLEST: f32 = 4.0;
/// Each try at fitting is this much smaller than the last one.
const SHRINK: f32 = 0.94;

/// The certificate's only page, with everything at its place.
pub fn lay_out(
    record: &Record,
    code: &str,
    template: &Template,
    language: &str,
) -> Result<Document, RenderError> {
    let texts = template.texts(language).ok_or(RenderError::NoText)?;
    let design = &template.design;
    let sheet = Sheet { record, code, template, design, texts };
    let mut blocks = vec![sheet.frames()];
    blocks.extend(sheet.organisation()?);
    blocks.push(sheet.title()?);
    sheet.body(&mut blocks)?;
    sheet.signatories(&mut blocks)?;
    sheet.issued(&mut blocks)?;
    sheet.verification(&mut blocks)?;
    let pages = vec![Page { size: PAGE, blocks }];
    let title = format!("{} – {}", sheet.level(), record.name);
    Ok(Document { title, language: texts.language.clone(), author: record.organisation.clone(), pages })
}

struct Sheet<'a> {
    record: &'a Record,
    code: &'a str,
    template: &'a Template,
    design: &'a Design,
    texts: &'a Texts,
}

/// Some lines of one meaning, in one style.
struct Lines<'a> {
    text: &'a str,
    style: Style,
    /// The space above, in points.
    before: f32,
}

/// Where in an area's height its lines stand.
#[derive(Clone, Copy, PartialEq)]
enum Vertical {
    Top,
    Middle,
    Bottom,
}

impl Sheet<'_> {
    fn level(&self) -> String {
        self.texts.get(match self.record.level {
            Level::Completion => "title-completion",
            Level::Attendance => "title-attendance",
        })
    }

    fn frames(&self) -> Block {
        let frame = |frame: &FrameDesign| {
            let (x, y) = (frame.inset, frame.inset);
            let area = Rect { x, y, width: PAGE.width - 2.0 * x, height: PAGE.height - 2.0 * y };
            Shape::outlined(area, self.design.colour(&frame.colour), frame.width)
        };
        let ornament = self.design.ornament.iter().map(|ornament| {
            let left = (PAGE.width - ornament.width) / 2.0;
            let colour = self.design.colour(&ornament.colour);
            Shape::line((left, ornament.y), (left + ornament.width, ornament.y), colour, ornament.thickness)
        });
        Block::decoration(self.design.frames.iter().map(frame).chain(ornament))
    }

    /// The logos side by side, else the name.
    fn organisation(&self) -> Result<Vec<Block>, RenderError> {
        let design = &self.design.organisation;
        let area = rect(design.area);
        let own = self.record.logos.iter().map(|logo| Ok((render::logo(logo)?, logo.alt.clone())));
        let own = own.collect::<Result<Vec<_>, RenderError>>()?;
        let logos = if own.is_empty() { self.template.logos.clone() } else { own };
        if logos.is_empty() {
            let style = self.design.style(design.face, design.size, &design.colour).spaced(design.spacing);
            let lines = [Lines { text: &self.record.organisation, style, before: 0.0 }];
            return fit(
                &lines,
                area,
                design.align.into(),
                Vertical::Middle,
                Role::Paragraph,
                "organisation's name",
            );
        }
        let width_at = |height: f32| -> f32 {
            let widths = logos.iter().map(|(image, _)| image.width as f32 / image.height as f32 * height);
            widths.sum::<f32>() + design.logo_gap * (logos.len() - 1) as f32
        };
        let mut height = area.height;
        while width_at(height) > area.width && height > 1.0 {
            height *= SHRINK;
        }
        let mut x = match Align::from(design.align) {
            Align::Left => area.x,
            Align::Centre => area.x + (area.width - width_at(height)) / 2.0,
            Align::Right => area.right() - width_at(height),
        };
        let y = area.y + (area.height - height) / 2.0;
        let mut blocks = Vec::new();
        for (image, alt) in logos {
            let width = image.width as f32 / image.height as f32 * height;
            let picture = Item::Picture { image, area: Rect { x, y, width, height } };
            blocks.push(Block::of(Role::Figure { alt }, [picture]));
            x += width + design.logo_gap;
        }
        Ok(blocks)
    }

    fn title(&self) -> Result<Block, RenderError> {
        let design = &self.design.title;
        let style = self.design.style(design.face, design.size, &design.colour).spaced(design.spacing);
        let lines = [Lines { text: &self.level(), style: style.leading(1.15), before: 0.0 }];
        let area = rect(design.area);
        let blocks = fit(&lines, area, design.align.into(), Vertical::Middle, Role::Heading(1), "title")?;
        Ok(blocks.into_iter().next().unwrap_or_else(|| Block::new(Role::Heading(1))))
    }

    /// The blocks of the body, as large as they fit, with what room is left shared out between them.
    fn body(&self, blocks: &mut Vec<Block>) -> Result<(), RenderError> {
        let mut area = rect(self.design.body.area);
        if self.record.signatories.is_empty() {
            area.height = area.height.max(rect(self.design.signatories.area).bottom() - area.y);
        }
        let mut scale = 1.0_f32;
        loop {
            let pieces = self.pieces(area, scale)?;
            let taken: f32 = pieces.iter().map(|piece| piece.height).sum();
            let gaps: f32 = pieces.iter().skip(1).map(|piece| piece.before).sum();
            if taken + gaps <= area.height {
                // Gaps grow to at most two and a half times what the template asks for; the rest stands above and below.
                let stretch = ((area.height - taken) / gaps.max(1.0)).clamp(1.0, 2.5);
                let mut y = area.y + (area.height - taken - gaps * stretch).max(0.0) / 2.0;
                for (number, piece) in pieces.into_iter().enumerate() {
                    y += if number == 0 { 0.0 } else { piece.before * stretch };
                    blocks.extend(piece.blocks.into_iter().map(|block| block.moved(0.0, y)));
                    y += piece.height;
                }
                return Ok(());
            }
            scale *= SHRINK;
            if scale < 0.36 {
                let text = format!("{} modules", self.record.modules.len());
                return Err(RenderError::TooLong { what: "list of modules", text });
            }
        }
    }

    fn pieces(&self, area: Rect, scale: f32) -> Result<Vec<Piece>, RenderError> {
        let design = &self.design.body;
        let fields = [
            ("attended", Field::Number(self.record.modules.len() as u32)),
            ("total", Field::Number(self.record.modules_in_programme)),
        ];
        let mut pieces = Vec::new();
        for block in &design.blocks {
            let piece = match block {
                BodyBlock::Certifies => {
                    self.flow(&self.texts.get("certifies"), &design.certifies, area, scale, "text")
                }
                BodyBlock::Name => self.flow(&self.record.name, &design.name, area, scale, "name"),
                BodyBlock::Attended => {
                    self.flow(&self.texts.with("attended", &fields), &design.attended, area, scale, "text")
                }
                BodyBlock::Programme => {
                    let title = in_language(&self.record.programme, &self.texts.language);
                    let title = title.map_or("", String::as_str);
                    self.flow(title, &design.programme, area, scale, "programme's title")
                }
                BodyBlock::Modules => self.modules(&design.modules, area, scale),
                BodyBlock::Confirmation => {
                    self.flow(&self.texts.get("confirmation"), &design.confirmation, area, scale, "text")
                }
            }?;
            pieces.extend(piece);
        }
        Ok(pieces)
    }

    /// A block of the body, at the top of the page for now.
    fn flow(
        &self,
        text: &str,
        design: &FlowDesign,
        area: Rect,
        scale: f32,
        what: &'static str,
    ) -> Result<Option<Piece>, RenderError> {
        let style = self.design.style(design.face, design.size * scale, &design.colour).leading(1.2);
        let height = design.height.map_or(area.height, |height| height * scale);
        let within = Rect { y: 0.0, height, ..area };
        let lines = [Lines { text, style, before: 0.0 }];
        let blocks = fit(&lines, within, Align::Centre, Vertical::Top, Role::Paragraph, what)?;
        let bottom =
            blocks.iter().filter_map(Block::bounds).map(|bounds| bounds.bottom()).fold(0.0, f32::max);
        Ok((!blocks.is_empty()).then_some(Piece { blocks, height: bottom, before: design.before * scale }))
    }

    /// The attended modules: a table of title, date and duration in one column or two.
    fn modules(&self, design: &ModulesDesign, area: Rect, scale: f32) -> Result<Option<Piece>, RenderError> {
        let modules = &self.record.modules;
        if modules.is_empty() {
            return Ok(None);
        }
        let columns = if modules.len() > design.one_column as usize { 2 } else { 1 };
        let style =
            self.design.style(design.face, design.size * scale, &design.colour).leading(design.leading);
        let gutter = 30.0;
        let width = (area.width - gutter * (columns - 1) as f32) / columns as f32;
        let mut rows = modules.iter().map(|module| self.row(module, style)).collect::<Result<Vec<_>, _>>()?;
        let widest = |cell: fn(&Row) -> f32| rows.iter().map(cell).fold(0.0_f32, f32::max);
        let (dates, durations) = (widest(|row| row.date.width), widest(|row| row.duration.width));
        let gap = 2.2 * style.size;
        let room = width - dates - durations - 2.0 * gap;
        let titles = widest(|row| row.title.iter().map(|line| line.width).fold(0.0, f32::max)).min(room);
        for row in &mut rows {
            if row.title.iter().any(|line| line.width > titles) {
                row.title = wrap(in_titles(row.module, &self.texts.language), &style, titles)?;
            }
        }
        let used = titles + dates + durations + 2.0 * gap;
        let total = used * columns as f32 + gutter * (columns - 1) as f32;
        let left = area.x + (area.width - total) / 2.0;
        let pad = 0.45 * style.size;
        let (mut table, mut bottom, mut y) = (Block::new(Role::Table), 0.0_f32, pad);
        let in_column = rows.len().div_ceil(columns);
        for (number, row) in rows.into_iter().enumerate() {
            if number == in_column {
                y = pad;
            }
            let x = left + (number / in_column) as f32 * (used + gutter);
            let stops = [x, x + titles + gap, x + used];
            let height = row.title.len().max(1) as f32 * style.line_height();
            table.items.push(Item::Block(row.block(stops, y, &style)));
            y += height;
            bottom = bottom.max(y);
        }
        let height = bottom + pad;
        let rule = |y| Shape::line((left, y), (left + total, y), self.design.colour(&design.rule), 0.5);
        let blocks = vec![table, Block::decoration([rule(0.0), rule(height)])];
        Ok(Some(Piece { blocks, height, before: design.before * scale }))
    }

    fn row<'a>(&self, module: &'a RecordedModule, style: Style) -> Result<Row<'a>, RenderError> {
        let language = &self.texts.language;
        let duration =
            [("hours", Field::Number(module.minutes / 60)), ("minutes", Field::Number(module.minutes % 60))];
        Ok(Row {
            module,
            title: vec![Text::shape(in_titles(module, language), &style)?],
            date: Text::shape(&long_date(module.date, language), &style)?,
            duration: Text::shape(&self.texts.with("duration", &duration), &style)?,
        })
    }

    /// A line to sign on for each, the name and title below it.
    fn signatories(&self, blocks: &mut Vec<Block>) -> Result<(), RenderError> {
        let design = &self.design.signatories;
        let area = rect(design.area);
        let count = self.record.signatories.len() as f32;
        let width = ((area.width - design.gap * (count - 1.0)) / count).min(design.widest);
        let mut x = area.x + (area.width - width * count - design.gap * (count - 1.0)) / 2.0;
        let line_y = area.y + design.line;
        for Signatory { name, title } in &self.record.signatories {
            let line = Shape::line((x, line_y), (x + width, line_y), self.design.colour(&design.rule), 0.6);
            blocks.push(Block::decoration([line]));
            let below = Rect { x, y: line_y + 3.0, width, height: area.bottom() - line_y - 3.0 };
            let style =
                |text: &super::design::TextDesign| self.design.style(text.face, text.size, &text.colour);
            let lines = [
                Lines { text: name, style: style(&design.name), before: 0.0 },
                Lines { text: title, style: style(&design.title), before: 0.0 },
            ];
            blocks.extend(fit(&lines, below, Align::Centre, Vertical::Top, Role::Paragraph, "signatory")?);
            x += width + design.gap;
        }
        Ok(())
    }

    fn labelled(&self, design: &LabelledDesign) -> (Style, Style) {
        let label = &design.label;
        (
            self.design.style(design.face, design.size, &design.colour),
            self.design.style(label.face, label.size, &label.colour),
        )
    }

    fn issued(&self, blocks: &mut Vec<Block>) -> Result<(), RenderError> {
        let date = Field::Text(long_date(self.record.issued_on, &self.texts.language));
        let issued = if self.record.place.is_empty() {
            self.texts.with("issued-without-place", &[("date", date)])
        } else {
            self.texts.with("issued", &[("place", Field::Text(self.record.place.clone())), ("date", date)])
        };
        let design = &self.design.issued;
        let (style, label) = self.labelled(design);
        let serial = self.texts.get("serial");
        let mut lines = vec![
            Lines { text: &issued, style, before: 0.0 },
            Lines { text: &serial, style: label, before: 4.0 },
            Lines { text: &self.record.serial, style: style.sized(style.size - 1.0), before: 0.0 },
        ];
        // Where pictures stand at the top, the words say here who issued it.
        if !self.record.logos.is_empty() || !self.template.logos.is_empty() {
            lines.insert(0, Lines { text: &self.record.organisation, style, before: 0.0 });
        }
        blocks.extend(fit(
            &lines,
            rect(design.area),
            Align::Left,
            Vertical::Bottom,
            Role::Paragraph,
            "place",
        )?);
        Ok(())
    }

    /// The address and the code, and the QR code that holds both; without an address only the code.
    fn verification(&self, blocks: &mut Vec<Block>) -> Result<(), RenderError> {
        let design = &self.design.verification;
        let (style, label) = self.labelled(design);
        let address_label = self.texts.get("verify-at");
        let code_label = self.texts.get("verification-code");
        let mut lines = vec![
            Lines { text: &code_label, style: label, before: 3.0 },
            Lines { text: self.code, style: style.spaced(0.2), before: 0.0 },
        ];
        let what = "verify page's address";
        let Some(address) = &self.record.verify_at else {
            let area = rect(design.alone.unwrap_or(design.area));
            blocks.extend(fit(&lines, area, Align::Right, Vertical::Bottom, Role::Paragraph, what)?);
            return Ok(());
        };
        lines.insert(0, Lines { text: &address_label, style: label, before: 0.0 });
        lines.insert(1, Lines { text: address, style, before: 0.0 });
        let mut fitted =
            fit(&lines, rect(design.area), Align::Right, Vertical::Bottom, Role::Paragraph, what)?;
        let opens = format!("{address}{}", self.code);
        if let Some(block) = fitted.get_mut(1)
            && let Some(area) = block.bounds()
        {
            block.items.push(Item::Link { area, address: opens.clone(), says: address_label.clone() });
        }
        blocks.extend(fitted);
        let qr = &self.design.qr;
        let shape = Shape::qr_code(&opens, qr.x, qr.y, qr.size, self.design.colour(&qr.colour))?;
        blocks.push(Block::of(Role::Figure { alt: self.texts.get("qr-alt") }, [Item::Shape(shape)]));
        Ok(())
    }
}

/// A part of the body, laid out from the top of the page.
struct Piece {
    blocks: Vec<Block>,
    height: f32,
    before: f32,
}

/// A module's line in the table, at no place yet.
struct Row<'a> {
    module: &'a RecordedModule,
    title: Vec<Text>,
    date: Text,
    duration: Text,
}

impl Row<'_> {
    /// At `y`; `stops` are the left ends of title and date and the right end of the duration.
    fn block(self, stops: [f32; 3], y: f32, style: &Style) -> Block {
        let [title_x, date_x, duration_x] = stops;
        let spare = style.line_height() - style.ascent() - style.descent();
        let baseline = y + spare / 2.0 + style.ascent();
        let lines = self.title.into_iter().enumerate().map(|(number, line)| {
            Item::Text(line.at(title_x, baseline + number as f32 * style.line_height(), Align::Left))
        });
        let title = Block::of(Role::HeaderCell(Scope::Row), lines);
        let date = Block::of(Role::Cell, [Item::Text(self.date.at(date_x, baseline, Align::Left))]);
        let duration =
            Block::of(Role::Cell, [Item::Text(self.duration.at(duration_x, baseline, Align::Right))]);
        Block::of(Role::Row, [title, date, duration].map(Item::Block))
    }
}

fn in_titles<'a>(module: &'a RecordedModule, language: &str) -> &'a str {
    in_language(&module.titles, language).unwrap_or(&module.code)
}

/// The lines one below the other, a block each, all smaller by the same share until they fit into the area.
fn fit(
    lines: &[Lines],
    area: Rect,
    align: Align,
    vertical: Vertical,
    role: Role,
    what: &'static str,
) -> Result<Vec<Block>, RenderError> {
    let mut scale = 1.0_f32;
    loop {
        let (mut blocks, mut y) = (Vec::with_capacity(lines.len()), 0.0);
        for line in lines.iter().filter(|line| !line.text.is_empty()) {
            let style = line.style.sized(line.style.size * scale).spaced(line.style.letter_spacing * scale);
            y += if blocks.is_empty() { 0.0 } else { line.before * scale };
            let width = balanced(line.text, &style, area.width, align)?;
            let place = Area::new(area.x + (area.width - width) * share(align), y, width);
            let (block, below) = Block::text(role.clone(), line.text, &style, place, align)?;
            blocks.push(block);
            y = below;
        }
        if y <= area.height {
            let top = match vertical {
                Vertical::Top => area.y,
                Vertical::Middle => area.y + (area.height - y) / 2.0,
                Vertical::Bottom => area.bottom() - y,
            };
            return Ok(blocks.into_iter().map(|block| block.moved(0.0, top)).collect());
        }
        scale *= SHRINK;
        if lines.iter().all(|line| line.style.size * scale < SMALLEST) {
            let longest =
                lines.iter().map(|line| line.text).max_by_key(|text| text.len()).unwrap_or_default();
            return Err(RenderError::TooLong { what, text: longest.to_owned() });
        }
    }
}

/// How much of the spare width stands at the left.
fn share(align: Align) -> f32 {
    match align {
        Align::Left => 0.0,
        Align::Centre => 0.5,
        Align::Right => 1.0,
    }
}

/// The width that gives as many lines as `width` does, but of about the same length: no lonely word in the last line.
fn balanced(text: &str, style: &Style, width: f32, align: Align) -> Result<f32, RenderError> {
    let count = wrap(text, style, width)?.len();
    if count < 2 || align != Align::Centre {
        return Ok(width);
    }
    let words = text.split(' ').map(|word| text_width(word, style)).collect::<Result<Vec<_>, _>>()?;
    let widest = words.into_iter().fold(0.0, f32::max);
    let (mut too_narrow, mut enough) = ((width / 3.0).max(widest).min(width), width);
    for _ in 0..6 {
        let middle = (too_narrow + enough) / 2.0;
        if wrap(text, style, middle)?.len() > count { too_narrow = middle } else { enough = middle }
    }
    Ok(enough)
}
