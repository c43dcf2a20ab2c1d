//! Tables of any length, their head repeated on every page.

use std::collections::HashMap;

use super::flow::{ACCENT, FRAME, Flow, HAIRLINE, INK, placed};
use crate::platform::pdf::{Align, Area, Block, Face, Item, PdfError, Role, Scope, Shape, Style, Text};

const CELL: Style = Style { face: Face::Regular, size: 9.2, colour: INK, letter_spacing: 0.0, leading: 1.25 };
const HEAD: Style =
    Style { face: Face::Semibold, size: 8.8, colour: ACCENT, letter_spacing: 0.0, leading: 1.2 };
const TOTAL: Style =
    Style { face: Face::Semibold, size: 9.2, colour: INK, letter_spacing: 0.0, leading: 1.25 };

/// Above and below the text of a cell.
const PADDING: f32 = 3.5;
/// Between the texts of two columns.
const GAP: f32 = 10.0;
/// A longer text is cut.
const MOST_LINES: usize = 4;

/// A column.
pub struct Column {
    head: String,
    /// In parts of the table's width.
    share: f32,
    align: Align,
    /// Its cells name their rows.
    names_row: bool,
}

impl Column {
    /// A column of text.
    pub fn text(head: String, share: f32) -> Column {
        Column { head, share, align: Align::Left, names_row: false }
    }

    /// A column of text that says what its rows are about.
    pub fn name(head: String, share: f32) -> Column {
        Column { names_row: true, ..Column::text(head, share) }
    }

    /// A column of numbers.
    pub fn number(head: String, share: f32) -> Column {
        Column { align: Align::Right, ..Column::text(head, share) }
    }
}

/// A table as wide as the frame.
pub struct Table {
    columns: Vec<Column>,
    /// Left end and width of each column's text.
    places: Vec<(f32, f32)>,
    /// Of the current page.
    rows: Vec<Item>,
    rules: Vec<Shape>,
    head: Vec<Vec<Text>>,
    head_height: f32,
    continued: bool,
    /// By column: the lines of cells seen before, since most cells of a long table repeat.
    seen: Vec<HashMap<String, Vec<Text>>>,
}

/// No more cells of a column are kept.
const MOST_SEEN: usize = 500;

/// What a table with such a head and two rows of one line takes, for the heading above it.
pub const LEAST_HEIGHT: f32 = 70.0;

impl Table {
    /// Begins a table with its head.
    pub fn begin(flow: &mut Flow, columns: Vec<Column>) -> Result<Table, PdfError> {
        let room = FRAME.width - GAP * (columns.len().saturating_sub(1)) as f32;
        let parts: f32 = columns.iter().map(|column| column.share).sum();
        let mut x = FRAME.x;
        let mut places = Vec::with_capacity(columns.len());
        let mut head = Vec::with_capacity(columns.len());
        for column in &columns {
            let width = room * column.share / parts;
            places.push((x, width));
            head.push(flow.fitted(&column.head, &HEAD, width, MOST_LINES)?);
            x += width + GAP;
        }
        let head_height = height(&head, &HEAD);
        flow.room(head_height + 2.0 * (CELL.line_height() + 2.0 * PADDING));
        let (rows, rules, seen) = (Vec::new(), Vec::new(), vec![HashMap::new(); columns.len()]);
        let mut table = Table { columns, places, rows, rules, head, head_height, continued: false, seen };
        table.put_head(flow);
        Ok(table)
    }

    /// Adds a row; it is never divided between pages.
    pub fn row(&mut self, flow: &mut Flow, cells: &[String]) -> Result<(), PdfError> {
        self.add(flow, cells, &CELL, 0.5)
    }

    /// Adds the row of totals.
    pub fn total(&mut self, flow: &mut Flow, cells: &[String]) -> Result<(), PdfError> {
        self.add(flow, cells, &TOTAL, 1.0)
    }

    /// Ends the table.
    pub fn end(mut self, flow: &mut Flow) {
        self.flush(flow);
    }

    fn add(&mut self, flow: &mut Flow, cells: &[String], style: &Style, rule: f32) -> Result<(), PdfError> {
        let mut lines = Vec::with_capacity(cells.len());
        for ((cell, (_, width)), seen) in cells.iter().zip(&self.places).zip(&mut self.seen) {
            if let Some(known) = seen.get(cell).filter(|_| *style == CELL) {
                lines.push(known.clone());
                continue;
            }
            let fitted = flow.fitted(cell, style, *width, MOST_LINES)?;
            if *style == CELL {
                if seen.len() >= MOST_SEEN {
                    seen.clear();
                }
                seen.insert(cell.clone(), fitted.clone());
            }
            lines.push(fitted);
        }
        let height = height(&lines, style);
        if height > flow.left() {
            self.flush(flow);
            flow.new_page();
            self.put_head(flow);
        }
        let cells = self.cells(lines, style, flow.y, |column| match column.names_row {
            true => Role::HeaderCell(Scope::Row),
            false => Role::Cell,
        });
        self.rows.push(Item::Block(Block::of(Role::Row, cells)));
        flow.y += height;
        let (colour, width) = if rule > 0.5 { (ACCENT, rule) } else { (HAIRLINE, rule) };
        self.rules.push(Shape::line((FRAME.x, flow.y), (FRAME.right(), flow.y), colour, width));
        Ok(())
    }

    /// The head: a part of the table at its beginning, decoration on the pages after.
    fn put_head(&mut self, flow: &mut Flow) {
        let lines = self.head.clone();
        let first = !self.continued;
        let role = if first { Role::HeaderCell(Scope::Column) } else { Role::Artifact };
        // Heads stand at the bottom of their row, next to what they are the heads of.
        let cells = self.cells(lines, &HEAD, flow.y, |_| role.clone());
        if first {
            self.rows.push(Item::Block(Block::of(Role::Row, cells)));
        } else {
            flow.put(Block::of(Role::Artifact, cells));
        }
        flow.y += self.head_height;
        self.rules.push(Shape::line((FRAME.x, flow.y), (FRAME.right(), flow.y), ACCENT, 1.0));
    }

    fn cells(
        &self,
        lines: Vec<Vec<Text>>,
        style: &Style,
        top: f32,
        role: impl Fn(&Column) -> Role,
    ) -> Vec<Item> {
        let columns = self.columns.iter().zip(&self.places);
        let cells = lines.into_iter().zip(columns).map(|(lines, (column, (x, width)))| {
            let area = Area::new(*x, top + PADDING, *width);
            Item::Block(Block::of(role(column), placed(lines, style, area, column.align)))
        });
        cells.collect()
    }

    /// Puts what the page holds of the table.
    fn flush(&mut self, flow: &mut Flow) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            flow.put(Block { role: Role::Table, items: rows, continued: self.continued });
            self.continued = true;
        }
        flow.put(Block::decoration(std::mem::take(&mut self.rules)));
    }
}

/// Of a row with these cells.
fn height(cells: &[Vec<Text>], style: &Style) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    lines as f32 * style.line_height() + 2.0 * PADDING
}
