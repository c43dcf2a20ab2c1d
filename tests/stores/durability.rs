//! What the database layer promises: all or nothing, and what is acknowledged stays.

use rights_academy::platform::error::Error;

use crate::support::databases::on_both;

on_both! {
    fn a_write_that_is_refused_leaves_nothing(db: TestDb) {
        use diesel::connection::SimpleConnection;
        let insert = "INSERT INTO organisations (code, name, created_at) VALUES ('A', 'A', '2023-01-01 00:00:00')";
        let refused = db.db.write_tx(|conn| {
            conn.batch_execute(insert)?;
            Err::<(), _>(Error::not_found("cohort"))
        });
        assert!(matches!(refused, Err(Error::NotFound { what: "cohort" })));
        assert_eq!(db.count("organisations"), 0);
        db.sql(insert);
        assert_eq!(db.count("organisations"), 1);
    }
}
