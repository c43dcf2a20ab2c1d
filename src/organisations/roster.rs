//! stub
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    pub line: u64,
    pub employee_id: String,
    pub name: String,
    pub email: String,
    pub department: String,
}
