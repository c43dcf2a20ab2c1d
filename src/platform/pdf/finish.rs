use super::layout::{Document, PdfError};
pub fn to_bytes(_document: &Document) -> Result<Vec<u8>, PdfError> {
    todo!()
}
