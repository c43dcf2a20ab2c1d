//! What a page holds: shaped text, shapes and pictures at their places, grouped into blocks that say what they are.
//!
//! All lengths are points (1/72 inch). The origin is the page's top left corner and y grows downwards; the y of a
//! text is its baseline. Nothing here reads a file or a clock: the same input gives the same pages.
//!
//! ```
//! use rights_academy::platform::pdf::*;
//! let style = Style::new(Face::Regular, 11.0, Colour::BLACK);
//! let (title, below) = Block::text(Role::Heading(1), "Cohort report", &style, Area::new(60.0, 60.0, 400.0), Align::Left)?;
//! let page = Page { size: Size::A4_PORTRAIT, blocks: vec![title] };
//! let document = Document { title: "Cohort report".into(), language: "en".into(), author: String::new(), pages: vec![page] };
//! let bytes = to_bytes(&document)?;
//! # let _ = below;
//! # Ok::<(), PdfError>(())
//! ```

use std::sync::Arc;

use super::shape::Glyph;

/// A whole document, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Shown by a reader as the window's title.
    pub title: String,
    /// BCP 47 tag of the language that the text is in.
    pub language: String,
    /// Who issues it; may be empty.
    pub author: String,
    pub pages: Vec<Page>,
}

/// A page: its blocks in the order in which a screen reader speaks them.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub size: Size,
    pub blocks: Vec<Block>,
}

/// Width and height in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: f32,
    pub height: f32,
}

impl Size {
    pub const A4_PORTRAIT: Size = Size { width: 595.276, height: 841.89 };
    pub const A4_LANDSCAPE: Size = Size { width: 841.89, height: 595.276 };
}

/// What a block is, for those who listen to a page instead of looking at it.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// 1 to 6.
    Heading(u8),
    Paragraph,
    /// A caption of the figure or table beside it.
    Caption,
    /// A drawing or picture, with the words that stand for it.
    Figure {
        alt: String,
    },
    /// Holds rows and nothing else.
    Table,
    /// Holds cells and nothing else.
    Row,
    HeaderCell(Scope),
    Cell,
    /// Holds list items and nothing else.
    List,
    ListItem,
    /// Groups blocks without saying more.
    Group,
    /// Decoration, page numbers, a table's head repeated on a later page: passed over when the page is read aloud.
    Artifact,
}

/// What a header cell is the head of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Column,
    Row,
}

/// A piece of the page with a meaning, and what is drawn for it, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub role: Role,
    pub items: Vec<Item>,
    /// Goes on where the last block of the same role on an earlier page stopped: one table over several pages is one
    /// table. Only for blocks that stand directly in a page.
    pub continued: bool,
}

/// Something drawn, or a block within a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Block(Block),
    Text(Text),
    Shape(Shape),
    Picture {
        image: Arc<Image>,
        area: Rect,
    },
    /// An area that opens an address; `says` describes it to a screen reader.
    Link {
        area: Rect,
        address: String,
        says: String,
    },
}

/// A rectangle by its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// Where a text flows: from a top left corner downwards, in lines of at most `width`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
}

impl Area {
    pub fn new(x: f32, y: f32, width: f32) -> Area {
        Area { x, y, width }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// Red, green and blue (sRGB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    pub const BLACK: Colour = Colour(0, 0, 0);
    pub const WHITE: Colour = Colour(255, 255, 255);
}

/// The faces of Libertinus Serif that documents use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    Regular,
    Semibold,
    Bold,
    Italic,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub face: Face,
    /// In points.
    pub size: f32,
    pub colour: Colour,
    /// Extra space after each letter, in points; ligatures are not formed where it is not zero.
    pub letter_spacing: f32,
    /// From one baseline to the next, as a multiple of the size.
    pub leading: f32,
}

impl Style {
    /// Without letter spacing, with a leading of 1.25.
    pub fn new(face: Face, size: f32, colour: Colour) -> Style {
        Style { face, size, colour, letter_spacing: 0.0, leading: 1.25 }
    }

    pub fn spaced(self, letter_spacing: f32) -> Style {
        Style { letter_spacing, ..self }
    }

    pub fn sized(self, size: f32) -> Style {
        Style { size, ..self }
    }

    pub fn leading(self, leading: f32) -> Style {
        Style { leading, ..self }
    }

    /// From the top of a line to its baseline, in points.
    pub fn ascent(&self) -> f32 {
        self.size * super::fonts::ASCENT
    }

    /// From the baseline to the lowest stroke below it, in points.
    pub fn descent(&self) -> f32 {
        self.size * super::fonts::DESCENT
    }

    /// From one baseline to the next, in points.
    pub fn line_height(&self) -> f32 {
        self.size * self.leading
    }
}

/// One line of shaped text at its place. Made by [`Text::shape`] or [`wrap`], moved by [`Text::at`].
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub style: Style,
    /// The left end of the baseline.
    pub x: f32,
    pub baseline: f32,
    /// Without a trailing space.
    pub width: f32,
    /// What stands there; ends in a space where a paragraph goes on in the next line.
    pub content: String,
    pub(super) glyphs: Arc<[Glyph]>,
}

impl Text {
    /// One line at the origin, however long it becomes.
    pub fn shape(text: &str, style: &Style) -> Result<Text, PdfError> {
        super::shape::line(text, style)
    }

    /// Places it: `x` is the line's left end, middle or right end as `align` says.
    pub fn at(mut self, x: f32, baseline: f32, align: Align) -> Text {
        self.x = match align {
            Align::Left => x,
            Align::Centre => x - self.width / 2.0,
            Align::Right => x - self.width,
        };
        self.baseline = baseline;
        self
    }

    /// The area that the line takes, from ascent to descent.
    pub fn bounds(&self) -> Rect {
        let top = self.baseline - self.style.ascent();
        Rect { x: self.x, y: top, width: self.width, height: self.style.ascent() + self.style.descent() }
    }
}

/// The characters of `text` that no face has: the paper would show empty boxes for them. Each once, in order. Fast:
/// nothing is shaped.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    super::fonts::missing_glyphs(text)
}

/// The width of `text` in one line, in points.
pub fn text_width(text: &str, style: &Style) -> Result<f32, PdfError> {
    Text::shape(text, style).map(|text| text.width)
}

/// `text` in lines of at most `width` points, all at the origin; a word that is wider than a whole line is broken
/// between letters. A newline begins a line. Empty text gives no line.
pub fn wrap(text: &str, style: &Style, width: f32) -> Result<Vec<Text>, PdfError> {
    super::shape::wrap(text, style, width)
}

/// A drawing without text.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub path: Vec<Step>,
    pub fill: Option<Colour>,
    pub stroke: Option<Stroke>,
}

/// A line's colour and thickness in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    pub colour: Colour,
    pub width: f32,
}

/// A step of a path. Points are (x, y). Where parts of a filled path overlap, the even-odd rule holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    Move(f32, f32),
    Line(f32, f32),
    /// A cubic curve: two control points and the end.
    Curve([(f32, f32); 3]),
    Close,
    /// A whole rectangle.
    Rect(Rect),
}

impl Shape {
    /// A filled rectangle.
    pub fn filled(area: Rect, colour: Colour) -> Shape {
        Shape { path: vec![Step::Rect(area)], fill: Some(colour), stroke: None }
    }

    /// The outline of a rectangle.
    pub fn outlined(area: Rect, colour: Colour, width: f32) -> Shape {
        Shape { path: vec![Step::Rect(area)], fill: None, stroke: Some(Stroke { colour, width }) }
    }

    /// A straight line.
    pub fn line(from: (f32, f32), to: (f32, f32), colour: Colour, width: f32) -> Shape {
        Shape {
            path: vec![Step::Move(from.0, from.1), Step::Line(to.0, to.1)],
            fill: None,
            stroke: Some(Stroke { colour, width }),
        }
    }

    /// `text` as a QR code that fills the square of `size` points at (`x`, `y`); the quiet zone is the caller's.
    /// Error correction level M.
    pub fn qr_code(text: &str, x: f32, y: f32, size: f32, colour: Colour) -> Result<Shape, PdfError> {
        super::qr::shape(text, x, y, size, colour)
    }
}

/// A picture, checked and ready to be embedded. Made by [`Image::read`].
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub(super) data: super::image::Data,
}

impl Image {
    /// The file may be this large, in bytes.
    pub const MOST_BYTES: usize = 512 * 1024;
    /// And this wide and high, in pixels.
    pub const MOST_PIXELS: u32 = 2400;

    /// Reads a PNG or JPEG file.
    pub fn read(file: &[u8]) -> Result<Image, PdfError> {
        super::image::read(file)
    }
}

impl Block {
    /// An empty block.
    pub fn new(role: Role) -> Block {
        Block { role, items: Vec::new(), continued: false }
    }

    /// A block of one or more items.
    pub fn of(role: Role, items: impl IntoIterator<Item = Item>) -> Block {
        Block { role, items: items.into_iter().collect(), continued: false }
    }

    /// Decoration.
    pub fn decoration(shapes: impl IntoIterator<Item = Shape>) -> Block {
        Block::of(Role::Artifact, shapes.into_iter().map(Item::Shape))
    }

    /// Flows `text` into `area`, from its top; also gives the y below the last line.
    pub fn text(
        role: Role,
        text: &str,
        style: &Style,
        area: Area,
        align: Align,
    ) -> Result<(Block, f32), PdfError> {
        let anchor = match align {
            Align::Left => area.x,
            Align::Centre => area.x + area.width / 2.0,
            Align::Right => area.x + area.width,
        };
        let mut top = area.y;
        let mut block = Block::new(role);
        for line in wrap(text, style, area.width)? {
            // The line's strokes stand in the middle of its height.
            let spare = style.line_height() - style.ascent() - style.descent();
            block.items.push(Item::Text(line.at(anchor, top + spare / 2.0 + style.ascent(), align)));
            top += style.line_height();
        }
        Ok((block, top))
    }

    /// Adds an item and returns the block.
    pub fn with(mut self, item: Item) -> Block {
        self.items.push(item);
        self
    }

    /// Every text in it, also in the blocks within, in reading order.
    pub fn texts(&self) -> Vec<&Text> {
        let mut found = Vec::new();
        for item in &self.items {
            match item {
                Item::Text(text) => found.push(text),
                Item::Block(block) => found.extend(block.texts()),
                Item::Shape(_) | Item::Picture { .. } | Item::Link { .. } => {}
            }
        }
        found
    }
}

impl Block {
    /// The area that everything in it takes; none where it is empty.
    pub fn bounds(&self) -> Option<Rect> {
        self.items.iter().filter_map(Item::bounds).reduce(Rect::union)
    }
}

impl Block {
    /// The same block further to the right and further down.
    pub fn moved(mut self, dx: f32, dy: f32) -> Block {
        for item in &mut self.items {
            item.shift(dx, dy);
        }
        self
    }
}

impl Item {
    fn shift(&mut self, dx: f32, dy: f32) {
        match self {
            Item::Block(block) => block.items.iter_mut().for_each(|item| item.shift(dx, dy)),
            Item::Text(text) => {
                text.x += dx;
                text.baseline += dy;
            }
            Item::Shape(shape) => shape.path.iter_mut().for_each(|step| step.shift(dx, dy)),
            Item::Picture { area, .. } | Item::Link { area, .. } => *area = area.shifted(dx, dy),
        }
    }

    /// The area that it takes.
    pub fn bounds(&self) -> Option<Rect> {
        match self {
            Item::Block(block) => block.bounds(),
            Item::Text(text) => Some(text.bounds()),
            Item::Shape(shape) => shape.path.iter().filter_map(Step::bounds).reduce(Rect::union),
            Item::Picture { area, .. } | Item::Link { area, .. } => Some(*area),
        }
    }
}

impl Step {
    fn shift(&mut self, dx: f32, dy: f32) {
        let shift = |point: &mut (f32, f32)| *point = (point.0 + dx, point.1 + dy);
        match self {
            Step::Move(x, y) | Step::Line(x, y) => (*x, *y) = (*x + dx, *y + dy),
            Step::Curve(points) => points.iter_mut().for_each(shift),
            Step::Rect(area) => *area = area.shifted(dx, dy),
            Step::Close => {}
        }
    }

    fn bounds(&self) -> Option<Rect> {
        let point = |(x, y): (f32, f32)| Rect { x, y, width: 0.0, height: 0.0 };
        match self {
            Step::Move(x, y) | Step::Line(x, y) => Some(point((*x, *y))),
            // A curve stays within the polygon of its points.
            Step::Curve(points) => points.iter().copied().map(point).reduce(Rect::union),
            Step::Rect(area) => Some(*area),
            Step::Close => None,
        }
    }
}

impl Rect {
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    fn shifted(self, dx: f32, dy: f32) -> Rect {
        Rect { x: self.x + dx, y: self.y + dy, ..self }
    }

    /// The smallest rectangle that holds both.
    pub fn union(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Rect { x, y, width: right - x, height: bottom - y }
    }
}

/// Why a document cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// `character` cannot be drawn.
    #[error("the character {character:?} (U+{:04X}) in {text:?} cannot be printed: no font here has it", *character as u32)]
    MissingGlyph { character: char, text: String },
    /// More than a QR code holds.
    #[error("a text of {0} bytes is too long for a QR code")]
    QrTooLong(usize),
    /// A picture that is none, or too large; the words say what would be right.
    #[error("the picture cannot be used: {0}")]
    Image(String),
    /// The libraries below refused; never because of what a text says.
    #[error("the document cannot be written: {0}")]
    Write(String),
}

/// Draws and finishes `document`. The same document gives the same bytes, in every process.
pub fn to_bytes(document: &Document) -> Result<Vec<u8>, PdfError> {
    super::finish::to_bytes(document)
}
