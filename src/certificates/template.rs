//! stub
#[derive(Debug)]
pub struct Template;
