//! stub
pub fn render(
    _r: &super::CohortReport,
    _d: &super::ReportDetails,
    _l: &str,
) -> Result<Vec<u8>, crate::platform::pdf::layout::PdfError> {
    Ok(vec![])
}
