//! stub
use super::template::Template;
use super::*;
pub fn render(
    _record: &Record,
    _code: &str,
    _template: &Template,
    _language: &str,
) -> std::result::Result<Vec<u8>, Error> {
    todo!()
}
pub fn check(_record: &Record, _template: &Template, _language: &str) -> std::result::Result<(), Error> {
    todo!()
}
