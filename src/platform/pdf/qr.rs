use super::*;
pub fn shape(_text: &str, _x: f32, _y: f32, _size: f32, _colour: Colour) -> Result<Shape, PdfError> {
    todo!()
}
