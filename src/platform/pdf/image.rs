#[derive(Clone, Debug, PartialEq)]
pub struct Data;
pub fn read(_file: &[u8]) -> Result<super::Image, super::PdfError> {
    todo!()
}
