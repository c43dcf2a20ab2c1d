//! Pages that fill from top to bottom.

use crate::platform::pdf::{
    Align, Area, Block, Colour, Document, Face, Item, Page, PdfError, Rect, Role, Shape, Size, Style, Text,
    missing_glyphs, text_width, wrap,
};

/// The colours, chosen so that they stay apart in greyscale.
pub const INK: Colour = Colour(0x1d, 0x25, 0x2d);
pub const ACCENT: Colour = Colour(0x1f, 0x4e, 0x79);
pub const PALE: Colour = Colour(0xd3, 0xe0, 0xec);
pub const QUIET: Colour = Colour(0x56, 0x60, 0x6b);
pub const HAIRLINE: Colour = Colour(0xcf, 0xd5, 0xdb);

/// Where everything but the page's foot stands.
pub const FRAME: Rect = Rect { x: 56.0, y: 54.0, width: 483.276, height: 715.0 };

pub const BODY: Style =
    Style { face: Face::Regular, size: 10.0, colour: INK, letter_spacing: 0.0, leading: 1.35 };
const HEADING: Style =
    Style { face: Face::Semibold, size: 14.0, colour: ACCENT, letter_spacing: 0.0, leading: 1.3 };
const FOOT: Style =
    Style { face: Face::Regular, size: 8.5, colour: QUIET, letter_spacing: 0.0, leading: 1.25 };

/// Longer texts are cut before they are shaped, in characters; no name needs as many.
const MOST_CHARACTERS: usize = 600;

/// The pages so far and how far down the last one is filled.
pub struct Flow {
    pages: Vec<Page>,
    /// The y at which the next block begins.
    pub y: f32,
    /// A character was replaced because no face has it.
    pub replaced: bool,
}

impl Flow {
    /// One empty page.
    pub fn new() -> Flow {
        Flow { pages: vec![empty_page()], y: FRAME.y, replaced: false }
    }

    /// How much height the page still has.
    pub fn left(&self) -> f32 {
        FRAME.bottom() - self.y
    }

    /// Whether nothing stands on the page yet.
    pub fn at_top(&self) -> bool {
        self.y <= FRAME.y
    }

    /// Goes on on a new page unless `height` is left, or the page is empty, where more cannot be had.
    pub fn room(&mut self, height: f32) {
        if height > self.left() && !self.at_top() {
            self.new_page();
        }
    }

    pub fn new_page(&mut self) {
        self.pages.push(empty_page());
        self.y = FRAME.y;
    }

    /// Space before what comes next; none at the top of a page.
    pub fn space(&mut self, height: f32) {
        if !self.at_top() {
            self.y += height;
        }
    }

    /// Puts a block that has its place on the page.
    pub fn put(&mut self, block: Block) {
        if let Some(page) = self.pages.last_mut() {
            page.blocks.push(block);
        }
    }

    /// A heading of the second level, on the same page as the first `keep` points of what follows.
    pub fn heading(&mut self, text: &str, keep: f32) -> Result<(), PdfError> {
        self.space(22.0);
        let lines = self.fitted(text, &HEADING, FRAME.width, 2)?;
        let height = lines.len() as f32 * HEADING.line_height();
        self.room(height + 6.0 + keep);
        self.lines(Role::Heading(2), lines, &HEADING);
        self.y += 6.0;
        Ok(())
    }

    /// A paragraph over the whole width; never divided between pages.
    pub fn paragraph(&mut self, text: &str, style: &Style) -> Result<(), PdfError> {
        let lines = self.fitted(text, style, FRAME.width, 12)?;
        self.room(lines.len() as f32 * style.line_height());
        self.lines(Role::Paragraph, lines, style);
        Ok(())
    }

    /// Puts lines below one another at the left of the frame.
    pub fn lines(&mut self, role: Role, lines: Vec<Text>, style: &Style) {
        let height = lines.len() as f32 * style.line_height();
        let block =
            Block::of(role, placed(lines, style, Area::new(FRAME.x, self.y, FRAME.width), Align::Left));
        self.put(block);
        self.y += height;
    }

    /// `text` in at most `most` lines of at most `width` points; cut with an ellipsis where it is longer. A character
    /// that no face has becomes a question mark: a report is for reading, and one odd name must not keep it from all
    /// the others.
    pub fn fitted(
        &mut self,
        text: &str,
        style: &Style,
        width: f32,
        most: usize,
    ) -> Result<Vec<Text>, PdfError> {
        let missing = missing_glyphs(text);
        self.replaced |= !missing.is_empty();
        let text: String =
            text.chars().take(MOST_CHARACTERS).map(|c| if missing.contains(&c) { '?' } else { c }).collect();
        let mut lines = wrap(&text, style, width)?;
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.pop() {
                lines.push(with_ellipsis(&last.content, style, width)?);
            }
        }
        Ok(lines)
    }

    /// Puts a foot on every page, `left` and the page's number, and gives the document's pages.
    pub fn finish(
        mut self,
        left: &str,
        number: impl Fn(usize, usize) -> String,
        (title, language, author): (String, String, String),
    ) -> Result<Document, PdfError> {
        let left = self.fitted(left, &FOOT, FRAME.width - 110.0, 1)?;
        let count = self.pages.len();
        for (index, page) in self.pages.iter_mut().enumerate() {
            let top = FRAME.bottom() + 20.0;
            let rule = Shape::line((FRAME.x, top - 6.0), (FRAME.right(), top - 6.0), HAIRLINE, 0.5);
            let right = wrap(&number(index + 1, count), &FOOT, 110.0)?;
            let mut foot = vec![Item::Shape(rule)];
            foot.extend(placed(left.clone(), &FOOT, Area::new(FRAME.x, top, FRAME.width), Align::Left));
            foot.extend(placed(right, &FOOT, Area::new(FRAME.x, top, FRAME.width), Align::Right));
            page.blocks.push(Block::of(Role::Artifact, foot));
        }
        Ok(Document { title, language, author, pages: self.pages })
    }
}

fn empty_page() -> Page {
    Page { size: Size::A4_PORTRAIT, blocks: Vec::new() }
}

/// Lines below one another from the top of `area`, each in the middle of its height.
pub fn placed(lines: Vec<Text>, style: &Style, area: Area, align: Align) -> Vec<Item> {
    let anchor = match align {
        Align::Left => area.x,
        Align::Centre => area.x + area.width / 2.0,
        Align::Right => area.x + area.width,
    };
    let spare = style.line_height() - style.ascent() - style.descent();
    let first = area.y + spare / 2.0 + style.ascent();
    let baseline = |number: usize| first + number as f32 * style.line_height();
    lines
        .into_iter()
        .enumerate()
        .map(|(number, line)| Item::Text(line.at(anchor, baseline(number), align)))
        .collect()
}

/// As much of the text as leaves room for an ellipsis behind it.
fn with_ellipsis(text: &str, style: &Style, width: f32) -> Result<Text, PdfError> {
    let mut kept = text.trim_end();
    loop {
        let cut = format!("{}…", kept.trim_end());
        if kept.is_empty() || text_width(&cut, style)? <= width {
            return Text::shape(&cut, style);
        }
        kept = kept.char_indices().next_back().and_then(|(at, _)| kept.get(..at)).unwrap_or_default();
    }
}
