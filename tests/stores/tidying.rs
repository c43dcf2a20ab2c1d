//! What is over is forgotten, what is not stays.

use chrono::{Days, Duration};
use rights_academy::access::Role;
use rights_academy::identity::service::tidying;
use rights_academy::platform::db::Scope;
use rights_academy::platform::jobs::Worker;

use super::house::House;
use crate::support::databases::on_both;

on_both! {
    fn sign_ins_links_and_finished_jobs_are_forgotten_after_a_month(db: TestDb) {
        let house = House::new(db);
        let platform = &house.platform;
        let account = house.member("arta@tirana.example", &[Role::Administrator]);
        let worker = || {
            let forgetting = platform.clone();
            Worker::new(platform.clone()).handling(tidying::KIND, move |_| tidying::handle(&forgetting))
        };
        house.begin(account);
        house.invite("guest@tirana.example", &[Role::Learner], None).unwrap();
        tidying::begin(platform).unwrap();
        tidying::begin(platform).unwrap();
        assert_eq!(house.db.count("jobs WHERE kind = 'tidying'"), 1);

        // Three o'clock of the first day has been: nothing is over for long enough.
        assert_eq!(worker().run_due().unwrap().done, 1);
        let rows = ["sign_ins", "refresh_tokens", "invitations"].map(|table| house.db.count(table));
        assert_eq!(rows, [1, 1, 1]);
        assert_eq!(house.db.count("jobs WHERE kind = 'tidying' AND state = 'waiting'"), 1);

        // A program's sign-in lasts ninety days.
        platform.clock.advance(Duration::days(91));
        house.begin(account);
        for _ in 0..2 {
            worker().run_due().unwrap();
        }
        let rows = ["sign_ins", "refresh_tokens", "invitations"].map(|table| house.db.count(table));
        assert_eq!(rows, [2, 1, 0]);
        platform.clock.advance(Duration::days(31));
        worker().run_due().unwrap();
        let rows = ["sign_ins", "refresh_tokens"].map(|table| house.db.count(table));
        assert_eq!(rows, [1, 1]);
    }

    fn a_day_has_one_tidying_however_many_instances_there_are(db: TestDb) {
        let platform = db.platform();
        let tomorrow = platform.clock.now() + Days::new(1);
        for _ in 0..3 {
            let enqueue = |conn: &mut _| tidying::enqueue(conn, &platform, tomorrow);
            platform.db.write_tx(Scope::Installation, enqueue).unwrap();
        }
        assert_eq!(db.count("jobs"), 1);
    }
}
