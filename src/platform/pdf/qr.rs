//! QR codes as shapes: they stay sharp at any size, and a page holds no picture for them.

use qrcode::{Color, EcLevel, QrCode};

use super::layout::{Colour, PdfError, Rect, Shape, Step};

/// See [`Shape::qr_code`]. Dark modules side by side become one rectangle, and equal rectangles of neighbouring rows
/// one: fewer edges, and no hairlines between modules on a screen.
pub fn shape(text: &str, x: f32, y: f32, size: f32, colour: Colour) -> Result<Shape, PdfError> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| PdfError::QrTooLong(text.len()))?;
    let width = code.width();
    let module = size / width as f32;
    let mut path = Vec::new();
    // Stretches of dark modules that the row above ended with: (first, behind the last, top row).
    let mut open: Vec<(usize, usize, usize)> = Vec::new();
    let colors = code.to_colors();
    let rows = colors.chunks(width).map(dark_stretches).chain([Vec::new()]);
    for (row, stretches) in rows.enumerate() {
        let (going_on, ended): (Vec<_>, Vec<_>) =
            open.iter().partition(|(from, to, _)| stretches.contains(&(*from, *to)));
        path.extend(ended.iter().map(|(from, to, top)| {
            Step::Rect(Rect {
                x: x + *from as f32 * module,
                y: y + *top as f32 * module,
                width: (to - from) as f32 * module,
                height: (row - top) as f32 * module,
            })
        }));
        let begun = stretches.iter().filter(|(from, to)| !open.iter().any(|(f, t, _)| (f, t) == (from, to)));
        open = going_on.into_iter().chain(begun.map(|(from, to)| (*from, *to, row))).collect();
    }
    Ok(Shape { path, fill: Some(colour), stroke: None })
}

fn dark_stretches(row: &[Color]) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (column, color) in row.iter().enumerate() {
        if *color == Color::Dark {
            match stretches.last_mut() {
                Some((_, end)) if *end == column => *end += 1,
                _ => stretches.push((column, column + 1)),
            }
        }
    }
    stretches
}
