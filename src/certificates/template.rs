//! stub
#[derive(Debug)]
pub struct Template;

impl Template {
    pub fn embedded() -> Self {
        Template
    }
    pub fn load(_d: &std::path::Path) -> Result<Self, crate::platform::faults::Faults> {
        Ok(Template)
    }
}

#[derive(Debug)]
pub struct Templates;
impl Templates {
    pub fn load(_d: Option<&std::path::Path>) -> Result<Self, crate::platform::faults::Faults> {
        Ok(Templates)
    }
}
