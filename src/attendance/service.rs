//! stub
use crate::cohorts::Session;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::*;
pub fn current_facts(_c: &mut DbConn, _o: OrganisationId, _s: &[Session]) -> Result<Vec<super::Fact>> {
    todo!()
}
