//! From blocks to page contents. The only room that knows printpdf; it shapes nothing and embeds nothing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use printpdf::{
    Codepoint, Color, DictItem, Line, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb, TextItem, WindingOrder, XObjectId,
    XObjectTransform,
};

use super::fonts::{self, Extra, Subset, UNITS};
use super::layout::{
    Block, Colour, Document, Face, Image, Item, Page, PdfError, Rect, Role, Shape, Step, Stroke, Text,
};
use super::shape::Glyph;

/// From so many rectangles on, a drawing becomes a form of its own.
const MANY: usize = 24;

/// What the finisher completes: printpdf's document, whose pages name fonts and pictures that are not in it yet.
pub struct Drawn {
    pub pdf: lopdf::Document,
    /// By resource name.
    pub fonts: BTreeMap<&'static str, Arc<Subset>>,
    /// By resource name, numbered from 0: `I0`.
    pub images: Vec<Arc<Image>>,
    /// Drawings of many rectangles, by resource name, numbered from 0: `F0`.
    pub forms: Vec<Form>,
    /// The document's blocks in reading order, with the contents that belong to them.
    pub elements: Vec<Element>,
    pub links: Vec<Link>,
}

/// Many rectangles drawn at once, such as a QR code: written here, since printpdf takes four operations for each.
pub struct Form {
    /// Left, bottom, right, top.
    pub bounds: [f32; 4],
    pub content: Vec<u8>,
}

/// A block as the structure tree names it.
pub struct Element {
    pub role: Role,
    /// Counted from 0.
    pub page: usize,
    /// In the page's own coordinates: left, bottom, right, top.
    pub bounds: Option<[f32; 4]>,
    pub kids: Vec<Kid>,
}

/// What stands below an element.
pub enum Kid {
    Element(Element),
    /// Marked content by its number on its page.
    Content {
        page: usize,
        number: usize,
    },
    /// By its place in [`Drawn::links`].
    Link(usize),
}

/// An area of a page that opens an address.
pub struct Link {
    pub page: usize,
    /// Left, bottom, right, top.
    pub area: [f32; 4],
    pub address: String,
    pub says: String,
}

/// Draws every page.
pub fn draw(document: &Document) -> Result<Drawn, PdfError> {
    let fonts = subsets(document)?;
    let mut pen = Pen {
        fonts: &fonts,
        images: Vec::new(),
        forms: Vec::new(),
        links: Vec::new(),
        page: PageState::default(),
    };
    let mut pages = Vec::with_capacity(document.pages.len());
    let mut elements = Vec::new();
    for (index, page) in document.pages.iter().enumerate() {
        pages.push(pen.page(page, index, &mut elements)?);
    }
    let (images, forms, links) = (pen.images, pen.forms, pen.links);
    let mut pdf = PdfDocument::new("");
    pdf.with_pages(pages);
    let pdf = pdf
        .to_lopdf_document(&PdfSaveOptions { optimize: false, ..PdfSaveOptions::default() }, &mut Vec::new());
    let fonts = fonts.into_iter().map(|(face, subset)| (resource_name(face), subset)).collect();
    Ok(Drawn { pdf, fonts, images, forms, elements, links })
}

fn resource_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "R",
        Face::Semibold => "S",
        Face::Bold => "B",
        Face::Italic => "I",
    }
}

fn subsets(document: &Document) -> Result<BTreeMap<Face, Arc<Subset>>, PdfError> {
    let mut extras: BTreeMap<Face, Extra> = BTreeMap::new();
    for text in document.pages.iter().flat_map(|page| &page.blocks).flat_map(Block::texts) {
        let extra = extras.entry(text.style.face).or_default();
        let loaded = fonts::loaded(text.style.face);
        for glyph in text.glyphs.iter().filter(|glyph| !loaded.is_everyday(glyph.id)) {
            extra.entry(glyph.id).or_insert_with(|| loaded.text_of(glyph.id, cluster(text, glyph)));
        }
    }
    extras.into_iter().map(|(face, extra)| Ok((face, fonts::subset(face, extra)?))).collect()
}

fn cluster<'a>(text: &'a Text, glyph: &Glyph) -> &'a str {
    text.content.get(glyph.cluster.start as usize..glyph.cluster.end as usize).unwrap_or_default()
}

struct Pen<'a> {
    fonts: &'a BTreeMap<Face, Arc<Subset>>,
    images: Vec<Arc<Image>>,
    forms: Vec<Form>,
    links: Vec<Link>,
    page: PageState,
}

#[derive(Default)]
struct PageState {
    index: usize,
    height: f32,
    ops: Vec<Op>,
    fill: Option<Colour>,
    stroke: Option<Stroke>,
    /// The number of the next marked content.
    next: usize,
}

impl Pen<'_> {
    fn page(&mut self, page: &Page, index: usize, elements: &mut Vec<Element>) -> Result<PdfPage, PdfError> {
        self.page = PageState { index, height: page.size.height, ..PageState::default() };
        for block in &page.blocks {
            let Some(element) = self.block(block)? else { continue };
            let earlier =
                elements.iter_mut().rev().find(|earlier| block.continued && earlier.role == element.role);
            match earlier {
                Some(earlier) => earlier.kids.extend(element.kids),
                None => elements.push(element),
            }
        }
        let ops = std::mem::take(&mut self.page.ops);
        let (width, height) = (Mm::from(Pt(page.size.width)), Mm::from(Pt(page.size.height)));
        Ok(PdfPage::new(width, height, ops))
    }

    /// Draws a block; gives its element unless it is decoration.
    fn block(&mut self, block: &Block) -> Result<Option<Element>, PdfError> {
        if block.role == Role::Artifact {
            self.page.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
            self.unmarked(block)?;
            self.page.ops.push(Op::EndMarkedContent);
            return Ok(None);
        }
        let mut element =
            Element { role: block.role.clone(), page: self.page.index, bounds: None, kids: Vec::new() };
        let holds_content =
            !matches!(block.role, Role::Table | Role::Row | Role::List | Role::Group | Role::Artifact);
        let mut open = false;
        for item in &block.items {
            let drawn = !matches!(item, Item::Block(_) | Item::Link { .. });
            if drawn != open {
                self.mark(drawn, holds_content, &mut element);
                open = drawn;
            }
            match item {
                Item::Block(inner) => element.kids.extend(self.block(inner)?.map(Kid::Element)),
                Item::Link { area, address, says } => {
                    let (area, address) = (self.flipped(area), address.clone());
                    self.links.push(Link { page: self.page.index, area, address, says: says.clone() });
                    element.kids.push(Kid::Link(self.links.len() - 1));
                }
                drawn => self.item(drawn)?,
            }
        }
        if open {
            self.mark(false, holds_content, &mut element);
        }
        if matches!(block.role, Role::Figure { .. }) {
            element.bounds = block.bounds().map(|bounds| self.flipped(&bounds));
        }
        Ok(Some(element))
    }

    /// Begins or ends a stretch of marked content.
    fn mark(&mut self, begin: bool, holds_content: bool, element: &mut Element) {
        if !begin {
            self.page.ops.push(Op::EndMarkedContent);
        } else if holds_content {
            let number = self.page.next;
            self.page.next += 1;
            element.kids.push(Kid::Content { page: self.page.index, number });
            let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(number as i64))]);
            let tag = tag(&element.role).to_owned();
            self.page
                .ops
                .push(Op::BeginMarkedContentWithProperties { tag, properties: DictItem::Dict { map } });
        } else {
            self.page.ops.push(Op::BeginMarkedContent { tag: "Artifact".to_owned() });
        }
    }

    fn unmarked(&mut self, block: &Block) -> Result<(), PdfError> {
        for item in &block.items {
            match item {
                Item::Block(inner) => self.unmarked(inner)?,
                drawn => self.item(drawn)?,
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> Result<(), PdfError> {
        match item {
            Item::Text(text) => return self.text(text),
            Item::Shape(shape) => self.shape(shape),
            Item::Picture { image, area } => self.picture(image, area),
            Item::Block(_) | Item::Link { .. } => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Result<(), PdfError> {
        if text.glyphs.is_empty() {
            return Ok(());
        }
        let subset = self
            .fonts
            .get(&text.style.face)
            .ok_or_else(|| PdfError::Write("a face was not embedded".into()))?;
        let subset = Arc::clone(subset);
        self.fill(text.style.colour);
        let font = PdfFontHandle::External(printpdf::FontId(resource_name(text.style.face).to_owned()));
        // The cursor is relative to the last one, and a text section begins at the page's corner: one section a line.
        let pos = self.point(text.x, text.baseline);
        let ops = &mut self.page.ops;
        ops.push(Op::StartTextSection);
        ops.push(Op::SetFont { font, size: Pt(round(text.style.size)) });
        ops.push(Op::SetTextCursor { pos });
        let mut shown = Vec::with_capacity(text.glyphs.len());
        for glyphs in text.glyphs.chunk_by(|a, b| a.cluster == b.cluster) {
            show_cluster(text, glyphs, &subset, &mut shown, ops)?;
        }
        flush(&mut shown, ops);
        ops.push(Op::EndTextSection);
        Ok(())
    }

    fn shape(&mut self, shape: &Shape) {
        if let Some(stroke) = shape.stroke {
            self.stroke(stroke);
        }
        if let Some(colour) = shape.fill {
            self.fill(colour);
        }
        let mode = match (shape.fill, shape.stroke) {
            (Some(_), Some(_)) => PaintMode::FillStroke,
            (Some(_), None) => PaintMode::Fill,
            (None, Some(_)) => PaintMode::Stroke,
            (None, None) => return,
        };
        if let [Step::Rect(area)] = shape.path.as_slice() {
            let [left, bottom, ..] = self.flipped(area);
            let (x, y) = (Pt(left), Pt(bottom));
            let (width, height) = (Pt(round(area.width)), Pt(round(area.height)));
            let rectangle = printpdf::Rect { x, y, width, height, mode: Some(mode), winding_order: None };
            self.page.ops.push(Op::DrawRectangle { rectangle });
            return;
        }
        if mode == PaintMode::Fill
            && shape.path.len() >= MANY
            && shape.path.iter().all(|s| matches!(s, Step::Rect(_)))
        {
            let id = XObjectId(format!("F{}", self.forms.len()));
            self.forms.push(self.form(&shape.path));
            let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
            self.page.ops.push(Op::UseXobject { id, transform });
            return;
        }
        let rings = self.rings(&shape.path);
        if mode == PaintMode::Stroke {
            self.page.ops.extend(rings.into_iter().map(|(ring, closed)| Op::DrawLine {
                line: Line { points: ring.points, is_closed: closed },
            }));
        } else {
            let rings = rings.into_iter().map(|(ring, _)| ring).collect();
            let polygon = Polygon { rings, mode, winding_order: WindingOrder::EvenOdd };
            self.page.ops.push(Op::DrawPolygon { polygon });
        }
    }

    /// In hundredths of a point from the lower left corner: whole numbers are short.
    fn form(&self, path: &[Step]) -> Form {
        let rects =
            path.iter().filter_map(|step| if let Step::Rect(area) = step { Some(area) } else { None });
        let all = rects.clone().copied().reduce(Rect::union).map_or([0.0; 4], |all| self.flipped(&all));
        let [left, bottom, ..] = all;
        let mut content = format!(".01 0 0 .01 {left} {bottom} cm\n");
        let units = |value: f32| (value * 100.0).round() as i64;
        for area in rects {
            let [l, b, r, t] = self.flipped(area);
            let (x, y, width, height) = (units(l - left), units(b - bottom), units(r - l), units(t - b));
            // Writing to a string does not fail.
            let _ = writeln!(content, "{x} {y} {width} {height} re");
        }
        content.push('f');
        Form { bounds: all, content: content.into_bytes() }
    }

    /// The path's parts, and whether each is closed.
    fn rings(&self, path: &[Step]) -> Vec<(PolygonRing, bool)> {
        let mut rings: Vec<(PolygonRing, bool)> = Vec::new();
        let at = |x, y, bezier| LinePoint { p: self.point(x, y), bezier };
        for step in path {
            match (step, rings.last_mut()) {
                (Step::Rect(r), _) => {
                    let (right, bottom) = (r.x + r.width, r.y + r.height);
                    let corners = [(r.x, r.y), (right, r.y), (right, bottom), (r.x, bottom)];
                    let points = corners.into_iter().map(|(x, y)| at(x, y, false)).collect();
                    rings.push((PolygonRing { points }, true));
                }
                (Step::Line(x, y), Some((ring, false))) => ring.points.push(at(*x, *y, false)),
                (Step::Move(x, y) | Step::Line(x, y), _) => {
                    rings.push((PolygonRing { points: vec![at(*x, *y, false)] }, false));
                }
                (Step::Curve([a, b, end]), Some((ring, false))) => {
                    ring.points.extend([at(a.0, a.1, true), at(b.0, b.1, true), at(end.0, end.1, false)]);
                }
                (Step::Close, Some((_, closed))) => *closed = true,
                (Step::Curve(_) | Step::Close, _) => {}
            }
        }
        rings
    }

    fn picture(&mut self, image: &Arc<Image>, area: &Rect) {
        let known = self.images.iter().position(|known| known == image);
        let number = known.unwrap_or_else(|| {
            self.images.push(Arc::clone(image));
            self.images.len() - 1
        });
        let [left, bottom, right, top] = self.flipped(area);
        let transform = XObjectTransform {
            translate_x: Some(Pt(left)),
            translate_y: Some(Pt(bottom)),
            scale_x: Some(round(right - left)),
            scale_y: Some(round(top - bottom)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.page.ops.push(Op::UseXobject { id: XObjectId(format!("I{number}")), transform });
    }

    fn fill(&mut self, colour: Colour) {
        if self.page.fill != Some(colour) {
            self.page.fill = Some(colour);
            self.page.ops.push(Op::SetFillColor { col: rgb(colour) });
        }
    }

    fn stroke(&mut self, stroke: Stroke) {
        let before = self.page.stroke.replace(stroke);
        if before.map(|before| before.colour) != Some(stroke.colour) {
            self.page.ops.push(Op::SetOutlineColor { col: rgb(stroke.colour) });
        }
        if before.map(|before| before.width) != Some(stroke.width) {
            self.page.ops.push(Op::SetOutlineThickness { pt: Pt(round(stroke.width)) });
        }
    }

    fn point(&self, x: f32, y: f32) -> Point {
        Point { x: Pt(round(x)), y: Pt(round(self.page.height - y)) }
    }

    /// Left, bottom, right, top as a PDF counts: upwards from the bottom.
    fn flipped(&self, area: &Rect) -> [f32; 4] {
        let (top, bottom) = (self.page.height - area.y, self.page.height - area.y - area.height);
        [area.x, bottom, area.x + area.width, top].map(round)
    }
}

/// Shows a cluster; where the subset would give other text for its glyphs, with the text beside them.
fn show_cluster(
    text: &Text,
    glyphs: &[Glyph],
    subset: &Subset,
    shown: &mut Vec<Codepoint>,
    ops: &mut Vec<Op>,
) -> Result<(), PdfError> {
    let Some(first) = glyphs.first() else { return Ok(()) };
    let means = cluster(text, first);
    let plain = matches!(glyphs, [one] if subset.glyph(one.id).is_some_and(|(_, text)| text == means));
    if !plain {
        flush(shown, ops);
        let map = BTreeMap::from([("ActualText".to_owned(), utf16(means))]);
        let properties = DictItem::Dict { map };
        ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
    }
    for glyph in glyphs {
        let (number, _) =
            subset.glyph(glyph.id).ok_or_else(|| PdfError::Write("a glyph was not embedded".into()))?;
        let natural = i32::from(subset.widths.get(usize::from(number)).copied().unwrap_or(0));
        let spacing = text.style.letter_spacing / text.style.size * UNITS;
        // An offset moves the pen back, in thousandths, after the glyph.
        let after = round((natural - glyph.advance) as f32 - spacing);
        if glyph.x_offset == 0 && glyph.y_offset == 0 {
            shown.push(Codepoint::new(number, after));
            continue;
        }
        flush(shown, ops);
        let rise = round(glyph.y_offset as f32 / UNITS * text.style.size);
        ops.push(Op::SetLineOffset { multiplier: rise });
        let there = TextItem::Offset(-glyph.x_offset as f32);
        let moved = Codepoint::new(number, after + glyph.x_offset as f32);
        ops.push(Op::ShowText { items: vec![there, TextItem::GlyphIds(vec![moved])] });
        ops.push(Op::SetLineOffset { multiplier: 0.0 });
    }
    if !plain {
        flush(shown, ops);
        ops.push(Op::EndMarkedContent);
    }
    Ok(())
}

fn flush(shown: &mut Vec<Codepoint>, ops: &mut Vec<Op>) {
    if !shown.is_empty() {
        ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(std::mem::take(shown))] });
    }
}

/// Text as a PDF string of UTF-16.
fn utf16(text: &str) -> DictItem {
    let data = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    DictItem::String { data, literal: false }
}

fn rgb(colour: Colour) -> Color {
    let part = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb { r: part(colour.0), g: part(colour.1), b: part(colour.2), icc_profile: None })
}

/// Hundredths of a point are finer than any printer, and short to write.
fn round(value: f32) -> f32 {
    let rounded = (value * 100.0).round() / 100.0;
    // Not "-0".
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// The standard structure type of a role (PDF 32000-1, 14.8.4).
pub fn tag(role: &Role) -> &'static str {
    match role {
        Role::Heading(1) => "H1",
        Role::Heading(2) => "H2",
        Role::Heading(3) => "H3",
        Role::Heading(4) => "H4",
        Role::Heading(5) => "H5",
        Role::Heading(_) => "H6",
        Role::Paragraph => "P",
        Role::Caption => "Caption",
        Role::Figure { .. } => "Figure",
        Role::Table => "Table",
        Role::Row => "TR",
        Role::HeaderCell(_) => "TH",
        Role::Cell => "TD",
        Role::List => "L",
        Role::ListItem => "LI",
        Role::Group => "Div",
        Role::Artifact => "Artifact",
    }
}
