//! Sessions as the API shows them and takes them.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Sight;
use crate::cohorts::details::NewDetails;
use crate::cohorts::schedule::NewSession;
use crate::cohorts::service::NewSeries;
use crate::cohorts::{Mode, Session};
use crate::platform::ids::SessionId;

/// One scheduled meeting of one module. What is not said of it is absent.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
    #[schema(value_type = i64)]
    pub id: SessionId,
    /// The module's code.
    #[schema(example = "data-protection")]
    module: String,
    /// With the offset of its zone at that time.
    #[schema(value_type = String, format = DateTime, example = "2023-02-07T10:00:00+01:00")]
    starts: String,
    #[schema(value_type = String, format = DateTime, example = "2023-02-07T12:00:00+01:00")]
    ends: String,
    /// IANA name.
    #[schema(example = "Europe/Tirane")]
    zone: String,
    mode: Mode,
    /// Places; absent where they are not limited. Of a hybrid session those in the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    capacity: Option<i32>,
    /// Places online of a hybrid session; absent where they are not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    online_capacity: Option<i32>,
    /// Where to meet online: for the enrolled, and for those who may change the session.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "https://meet.example/1")]
    link: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "City Hall")]
    place: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "2.14")]
    room: String,
    /// How to get there; may have several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    directions: String,
    /// What people with disabilities find there; may have several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    accessibility: String,
    /// BCP 47 tag of what is spoken.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "sq")]
    language: String,
    /// BCP 47 tags of what it is interpreted into; `sgn` and its like are sign languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    interpretation: Vec<String>,
    /// Whether no names are written down, only how many came.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    head_count_only: bool,
    /// How many came, where that was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    head_count: Option<i32>,
    /// Why it takes a trainer or a room at the same time as another; for those who may change the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    clash_override: Option<String>,
}

impl SessionBody {
    /// The session, as far as its reader is to see it.
    pub fn of(session: &Session, sight: Sight) -> Self {
        let session = session.clone();
        let zone: Tz = session.zone.parse().unwrap_or(Tz::UTC);
        let in_zone = |utc: NaiveDateTime| zone.from_utc_datetime(&utc).to_rfc3339();
        SessionBody {
            id: session.id,
            module: session.module_code,
            starts: in_zone(session.starts_at),
            ends: in_zone(session.ends_at),
            zone: session.zone,
            mode: session.mode,
            capacity: session.capacity,
            online_capacity: session.online_capacity,
            link: if sight == Sight::Reader { String::new() } else { session.link },
            place: session.place,
            room: session.room,
            directions: session.directions,
            accessibility: session.accessibility,
            language: session.language,
            interpretation: session.interpretation.split_whitespace().map(str::to_owned).collect(),
            head_count_only: session.head_count_only,
            head_count: session.head_count,
            clash_override: session.clash_override.filter(|_| sight == Sight::Planner),
        }
    }
}

/// A body with these fields of its own, and with what is said of where and how people meet.
macro_rules! with_details {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $of:ty,)* }) => {
        #[derive(Clone, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub(super) $field: $of,)*
            #[schema(value_type = Mode)]
            mode: String,
            /// Places, where they are limited; of a hybrid session those in the room.
            #[serde(default)]
            #[schema(minimum = 1, maximum = 1_000_000)]
            capacity: Option<u32>,
            /// Places online of a hybrid session, where they are limited.
            #[serde(default)]
            #[schema(minimum = 1, maximum = 1_000_000)]
            online_capacity: Option<u32>,
            /// Where to meet online, as `https`; for the enrolled, and for those who may change the session.
            #[serde(default)]
            #[schema(max_length = 2_000, example = "https://meet.example/1")]
            link: String,
            /// An in-person session needs one.
            #[serde(default)]
            #[schema(max_length = 200, example = "City Hall")]
            place: String,
            #[serde(default)]
            #[schema(max_length = 200, example = "2.14")]
            room: String,
            /// How to get there.
            #[serde(default)]
            #[schema(max_length = 2_000)]
            directions: String,
            /// What people with disabilities find there.
            #[serde(default)]
            #[schema(max_length = 2_000)]
            accessibility: String,
            /// BCP 47 tag of what is spoken.
            #[serde(default)]
            #[schema(max_length = 35, example = "sq")]
            language: String,
            /// BCP 47 tags of what it is interpreted into; `sgn` and its like are sign languages.
            #[serde(default)]
            #[schema(max_items = 10, example = json!(["en", "sgn-AL"]))]
            interpretation: Vec<String>,
            /// Whether no names are written down, only how many came: for residents, and for minors.
            #[serde(default)]
            head_count_only: bool,
            /// Whether it is over, and written down because it was held; others lie in the future.
            #[serde(default)]
            pub(super) held: bool,
            /// Why it may take a trainer or a room that is taken; for administrators.
            #[serde(default)]
            #[schema(max_length = 500)]
            pub(super) override_clash: Option<String>,
        }

        impl $name {
            fn details(&self) -> NewDetails {
                let body = self.clone();
                NewDetails {
                    mode: body.mode,
                    capacity: body.capacity,
                    online_capacity: body.online_capacity,
                    link: body.link,
                    place: body.place,
                    room: body.room,
                    directions: body.directions,
                    accessibility: body.accessibility,
                    language: body.language,
                    interpretation: body.interpretation,
                    head_count_only: body.head_count_only,
                }
            }
        }
    };
}

with_details! {
    /// A session to be scheduled, or what one shall be.
    #[schema(as = NewSession)]
    pub struct NewSessionBody {
        /// The code of a module of the cohort's programme. A session keeps its module.
        #[schema(example = "data-protection")]
        module: String,
        /// Local time in the zone. One that does not exist there, or exists twice, is refused; the offset (`+01:00`) may
        /// be written, and says which of two is meant.
        #[schema(example = "2023-02-07T10:00")]
        starts: String,
        /// Local time in the zone, at most 24 hours after the start.
        #[schema(example = "2023-02-07T12:00")]
        ends: String,
        /// IANA name.
        #[schema(example = "Europe/Tirane")]
        zone: String,
    }
}

impl From<NewSessionBody> for NewSession {
    fn from(body: NewSessionBody) -> Self {
        let details = body.details();
        let NewSessionBody { module, starts, ends, zone, held, override_clash, .. } = body;
        NewSession { module, starts, ends, zone, details, held, override_clash }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Weekday> for chrono::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => chrono::Weekday::Mon,
            Weekday::Tuesday => chrono::Weekday::Tue,
            Weekday::Wednesday => chrono::Weekday::Wed,
            Weekday::Thursday => chrono::Weekday::Thu,
            Weekday::Friday => chrono::Weekday::Fri,
            Weekday::Saturday => chrono::Weekday::Sat,
            Weekday::Sunday => chrono::Weekday::Sun,
        }
    }
}

with_details! {
    /// A weekly series of sessions, at one local time.
    #[schema(as = NewSeries)]
    pub struct NewSeriesBody {
        /// The code of a module of the cohort's programme.
        #[schema(example = "data-protection")]
        module: String,
        /// IANA name.
        #[schema(example = "Europe/Tirane")]
        zone: String,
        /// From this day on; its week, which begins on Monday, is the first that counts.
        #[schema(example = "2026-03-02")]
        first: NaiveDate,
        /// Weeks from one to the next: 1 for each, 2 for every other.
        #[serde(default = "every_week")]
        #[schema(minimum = 1, maximum = 52)]
        every: u32,
        #[schema(min_items = 1, max_items = 7)]
        weekdays: Vec<Weekday>,
        /// Local time in the zone.
        #[schema(example = "10:00")]
        starts: String,
        /// Local time in the zone, on the same day.
        #[schema(example = "12:00")]
        ends: String,
        /// How many; either this or `until`.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 366)]
        count: Option<u32>,
        /// With this day it ends.
        #[serde(default)]
        until: Option<NaiveDate>,
        /// For each time that was asked about (`times-unclear`) the choice that is meant.
        #[serde(default)]
        #[schema(max_items = 732)]
        answers: Vec<DateTime<FixedOffset>>,
    }
}

fn every_week() -> u32 {
    1
}

impl From<NewSeriesBody> for NewSeries {
    fn from(body: NewSeriesBody) -> Self {
        let details = body.details();
        NewSeries {
            module: body.module,
            zone: body.zone,
            first: body.first,
            every: body.every,
            weekdays: body.weekdays.into_iter().map(chrono::Weekday::from).collect(),
            starts: body.starts,
            ends: body.ends,
            count: body.count,
            until: body.until,
            answers: body.answers,
            details,
            held: body.held,
            override_clash: body.override_clash,
        }
    }
}
