use super::*;
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph;
pub fn line(_text: &str, _style: &Style) -> Result<Text, PdfError> {
    todo!()
}
pub fn wrap(_text: &str, _style: &Style, _width: f32) -> Result<Vec<Text>, PdfError> {
    todo!()
}
