//! From what files say about people to what the people did: pure, and the same whatever the order of files, rows
//! and devices.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Status;
use super::imports::{Evidence, Export};
use super::matching::{Match, MatchedBy, Reason, Roster};
use crate::cohorts::rules::meets;
use crate::platform::ids::PersonId;

/// A stretch of time in seconds since 1970 UTC; `to` is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    pub from: i64,
    pub to: i64,
}

impl Interval {
    /// Its length in seconds; 0 where it ends before it begins.
    pub fn seconds(self) -> u32 {
        u32::try_from(self.to.saturating_sub(self.from).max(0)).unwrap_or(u32::MAX)
    }
}

/// Seconds of the scheduled time that the intervals cover together: overlaps count once, what lies outside counts
/// nothing.
pub fn presence(intervals: &[Interval], scheduled: Interval) -> u32 {
    let mut sorted = intervals.to_vec();
    sorted.sort_unstable();
    let mut covered_to = scheduled.from;
    let mut seconds = 0u32;
    for interval in sorted {
        let to = interval.to.min(scheduled.to);
        let new = Interval { from: interval.from.max(covered_to), to };
        seconds = seconds.saturating_add(new.seconds());
        covered_to = covered_to.max(to);
    }
    seconds
}

/// What one person did in one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Presence {
    /// Of the scheduled time; never more than it.
    pub seconds: u32,
    pub status: Status,
    /// What a trainer should look at, each once, in order.
    pub flags: Vec<Flag>,
}

/// Something about a presence that a trainer should know.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// A total decided, not single stays: it may count time outside the schedule, up to the session's length.
    TotalOnly,
    /// There were several totals; the largest was considered.
    SeveralTotals,
    /// Neither a departure nor a duration was written; the session's end was taken as the departure.
    OpenEnd,
    /// In a file, but for how long could not be read; the seconds are those that are known.
    UnknownDuration,
}

impl Flag {
    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Flag::TotalOnly => "total-only",
            Flag::SeveralTotals => "several-totals",
            Flag::OpenEnd => "open-end",
            Flag::UnknownDuration => "unknown-duration",
        }
    }
}

/// A person's evidence of one session, from any number of rows and files.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    intervals: Vec<Interval>,
    open_end: bool,
    totals: u32,
    largest_total: u32,
    /// The most that a roll call says.
    said: u32,
    excused: bool,
    unknown: bool,
}

impl Gathered {
    /// Takes one row's evidence in.
    pub fn add(&mut self, evidence: Evidence, scheduled: Interval) {
        let all = scheduled.seconds();
        match evidence {
            Evidence::Interval { span, open } => {
                self.intervals.push(span);
                self.open_end |= open;
            }
            Evidence::Total { seconds } => {
                self.totals = self.totals.saturating_add(1);
                self.largest_total = self.largest_total.max(seconds.min(all));
            }
            Evidence::Status { status: Status::Present, .. } => self.said = all,
            Evidence::Status { status: Status::Partial, minutes } => {
                self.said = self.said.max(minutes.unwrap_or(0).saturating_mul(60).min(all));
            }
            Evidence::Status { status: Status::Excused, .. } => self.excused = true,
            Evidence::Status { status: Status::Absent, .. } | Evidence::Waiting => {}
            Evidence::Unknown => self.unknown = true,
        }
    }

    /// The largest of what stays, totals and roll calls say; they are never added to each other.
    pub fn presence(&self, scheduled: Interval) -> Presence {
        let all = scheduled.seconds();
        let stayed = presence(&self.intervals, scheduled);
        let seconds = stayed.max(self.largest_total).max(self.said);
        let status = match seconds {
            0 if self.unknown => Status::Partial,
            0 if self.excused => Status::Excused,
            0 => Status::Absent,
            _ if seconds >= all => Status::Present,
            _ => Status::Partial,
        };
        let flags = [
            (Flag::TotalOnly, self.largest_total > stayed.max(self.said)),
            (Flag::SeveralTotals, self.totals > 1),
            (Flag::OpenEnd, self.open_end),
            (Flag::UnknownDuration, self.unknown),
        ];
        let flags = flags.into_iter().filter_map(|(flag, raised)| raised.then_some(flag)).collect();
        Presence { seconds, status, flags }
    }
}

/// What the files of one session say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Everybody of the roster who stands in a file, by id.
    pub people: Vec<SettledPerson>,
    /// Every row whose person was not identified, in the order of files and rows. Facilitators are not among them.
    pub unmatched: Vec<UnmatchedRow>,
    /// Rows of facilitators.
    pub facilitator_rows: usize,
    /// People seen at all: `present` or `partial`.
    pub present: usize,
    /// People who meet the threshold.
    pub attended: usize,
    /// People seen who do not meet it.
    pub below_threshold: usize,
}

/// One person in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledPerson {
    pub person: PersonId,
    pub presence: Presence,
    /// Seen, and the threshold met.
    pub attended: bool,
    /// The weakest ground on which one of the person's rows was matched.
    pub matched_by: MatchedBy,
    /// The files, by their place in what was given to [`settle`].
    pub files: Vec<usize>,
}

/// A row that nobody was found for, for a trainer to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedRow {
    /// The file, by its place in what was given to [`settle`].
    pub file: usize,
    /// The row, by its place in [`Export::rows`].
    pub row: usize,
    pub reason: Reason,
    pub suggestions: Vec<PersonId>,
}

struct Sighting {
    gathered: Gathered,
    matched_by: MatchedBy,
    files: Vec<usize>,
}

/// Brings the files of one session (`(file name, what it says)`) together, person by person.
pub fn settle(files: &[(&str, &Export)], roster: &Roster, scheduled: Interval, percent: u32) -> Settled {
    let mut settled = Settled::default();
    let mut sightings: HashMap<PersonId, Sighting> = HashMap::new();
    for (file, (name, export)) in files.iter().enumerate() {
        let matches = roster.match_rows(name, &export.rows);
        for (index, (row, found)) in export.rows.iter().zip(matches).enumerate() {
            match found {
                Match::Person { id, by } => {
                    let sighting = sightings.entry(id).or_insert_with(|| Sighting {
                        gathered: Gathered::default(),
                        matched_by: by,
                        files: Vec::new(),
                    });
                    sighting.gathered.add(row.evidence, scheduled);
                    sighting.matched_by = sighting.matched_by.max(by);
                    if sighting.files.last() != Some(&file) {
                        sighting.files.push(file);
                    }
                }
                Match::Facilitator => settled.facilitator_rows += 1,
                Match::Unmatched { reason, suggestions } => {
                    settled.unmatched.push(UnmatchedRow { file, row: index, reason, suggestions });
                }
            }
        }
    }
    for (person, sighting) in sightings {
        let presence = sighting.gathered.presence(scheduled);
        let seen = presence.status.is_seen();
        let attended = seen && meets(presence.seconds, scheduled.seconds(), percent);
        settled.present += usize::from(seen);
        settled.attended += usize::from(attended);
        let Sighting { matched_by, files, .. } = sighting;
        settled.people.push(SettledPerson { person, presence, attended, matched_by, files });
    }
    settled.below_threshold = settled.present - settled.attended;
    settled.people.sort_unstable_by_key(|person| person.person);
    settled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SESSION: Interval = Interval { from: 10_000, to: 17_200 };

    fn evidence() -> impl Strategy<Value = Evidence> {
        let interval = (8_000i64..20_000, 0i64..9_000, any::<bool>()).prop_map(|(from, length, open)| {
            Evidence::Interval { span: Interval { from, to: from + length }, open }
        });
        let status = (0usize..4, 0u32..200).prop_map(|(status, minutes)| {
            let status = Status::ALL[status];
            Evidence::Status { status, minutes: (status == Status::Partial).then_some(minutes) }
        });
        prop_oneof![
            4 => interval,
            2 => (0u32..20_000).prop_map(|seconds| Evidence::Total { seconds }),
            2 => status,
            1 => Just(Evidence::Waiting),
            1 => Just(Evidence::Unknown),
        ]
    }

    fn gathered(all: &[Evidence]) -> Presence {
        let mut gathered = Gathered::default();
        all.iter().for_each(|evidence| gathered.add(*evidence, SESSION));
        gathered.presence(SESSION)
    }

    proptest! {
        #[test]
        fn adding_attendance_never_lowers(mut all in prop::collection::vec(evidence(), 0..8), more in evidence()) {
            let before = gathered(&all);
            all.push(more);
            let after = gathered(&all);
            prop_assert!(after.seconds >= before.seconds);
            prop_assert!(after.status.is_seen() || !before.status.is_seen());
        }

        #[test]
        fn order_does_not_matter(
            (all, shuffled) in prop::collection::vec(evidence(), 0..8).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
        ) {
            prop_assert_eq!(gathered(&all), gathered(&shuffled));
        }

        #[test]
        fn presence_is_the_number_of_covered_seconds(
            spans in prop::collection::vec((0i64..60, 0i64..40), 0..6)
        ) {
            // The same, counted second by second: overlaps count once, and never more than the session.
            let session = Interval { from: 10, to: 50 };
            let spans: Vec<_> = spans.into_iter().map(|(from, length)| Interval { from, to: from + length }).collect();
            let covered = (10..50).filter(|at| spans.iter().any(|span| span.from <= *at && *at < span.to)).count();
            prop_assert_eq!(presence(&spans, session) as usize, covered);
        }
    }

    #[test]
    fn two_devices_are_one_presence() {
        let one = Interval { from: 10_000, to: 13_000 };
        let other = Interval { from: 11_000, to: 14_000 };
        assert_eq!(presence(&[one, other, one], SESSION), 4_000);
    }

    #[test]
    fn totals_are_capped_and_the_largest_counts() {
        let two = gathered(&[Evidence::Total { seconds: 3_000 }, Evidence::Total { seconds: 2_000 }]);
        assert_eq!((two.seconds, two.status), (3_000, Status::Partial));
        assert_eq!(two.flags, [Flag::TotalOnly, Flag::SeveralTotals]);
        assert_eq!(gathered(&[Evidence::Total { seconds: 99_999 }]).seconds, 7_200);
    }

    #[test]
    fn what_is_unknown_is_not_absent() {
        let unknown = gathered(&[Evidence::Unknown]);
        assert_eq!((unknown.seconds, unknown.status), (0, Status::Partial));
        assert_eq!(unknown.flags, [Flag::UnknownDuration]);
        assert_eq!(gathered(&[Evidence::Waiting]).status, Status::Absent);
        let excused = Evidence::Status { status: Status::Excused, minutes: None };
        assert_eq!(gathered(&[excused]).status, Status::Excused);
    }
}
