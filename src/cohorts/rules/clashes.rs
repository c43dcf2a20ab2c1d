//! When two sessions want the same room or the same person at the same time.

use chrono::NaiveDateTime;
use serde::Serialize;

use crate::cohorts::materials::Part;
use crate::platform::ids::{AccountId, CohortId, SessionId};
use crate::platform::text::tidy;

/// From when until when; the end is not part of it. UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

impl Span {
    /// Whether some moment is in both. What ends when the other begins does not overlap it.
    pub fn overlaps(self, other: Span) -> bool {
        self.from < other.to && other.from < self.to && self.from < self.to && other.from < other.to
    }
}

/// Where a session is; empty texts: nowhere that could be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Where {
    pub place: String,
    pub room: String,
}

impl Where {
    /// Whether both are the same room, however they are written. A place of which no room is named is a room of its own.
    pub fn is_same(&self, other: &Where) -> bool {
        let fold = |here: &Where| (folded(&here.place), folded(&here.room));
        let (this, other) = (fold(self), fold(other));
        this == other && this != (String::new(), String::new())
    }
}

/// Case and white space folded away.
fn folded(text: &str) -> String {
    tidy(text).to_lowercase().split_whitespace().collect()
}

/// What a session takes, or would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub span: Span,
    pub at: Where,
    /// Who gives it or learns to.
    pub trainers: Vec<AccountId>,
}

/// What a session takes that stands, or is planned at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// None: it is not planned yet.
    pub session: Option<SessionId>,
    pub cohort: CohortId,
    pub cohort_name: String,
    pub module: String,
    /// With the offset of its zone.
    pub starts: String,
    pub ends: String,
    pub span: Span,
    pub at: Where,
    /// With their names.
    pub trainers: Vec<(AccountId, String)>,
}

/// A session that is in the way, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// None: it was to be planned by the same request.
    pub session: Option<SessionId>,
    pub cohort: CohortId,
    pub cohort_name: String,
    pub module: String,
    pub starts: String,
    pub ends: String,
    /// The room that both want.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<Where>,
    /// Who would have to be in both.
    pub trainers: Vec<Busy>,
}

/// Somebody who is at another session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Busy {
    pub account: AccountId,
    pub name: String,
}

/// Who is at a session: those whom it names; and where it names nobody who gives it, the trainer of its cohort. Of several,
/// any of the others can give it, and nobody is taken.
pub fn at_session<T: PartialEq>(named: Vec<(T, Part)>, of_cohort: Vec<T>) -> Vec<T> {
    let is_given = named.iter().any(|(_, part)| *part == Part::Trainer);
    let mut there: Vec<T> = named.into_iter().map(|(somebody, _)| somebody).collect();
    if !is_given
        && let Ok([alone]) = <[T; 1]>::try_from(of_cohort)
        && !there.contains(&alone)
    {
        there.push(alone);
    }
    there
}

/// The sessions that are in the way of one that is wanted.
pub fn clashes(wanted: &Wanted, taken: &[Taken]) -> Vec<Clash> {
    let clash = |taken: &Taken| {
        let room = wanted.at.is_same(&taken.at).then(|| taken.at.clone());
        let busy = taken.trainers.iter().filter(|(account, _)| wanted.trainers.contains(account));
        let trainers: Vec<Busy> =
            busy.map(|(account, name)| Busy { account: *account, name: name.clone() }).collect();
        let in_the_way = wanted.span.overlaps(taken.span) && (room.is_some() || !trainers.is_empty());
        in_the_way.then(|| Clash {
            session: taken.session,
            cohort: taken.cohort,
            cohort_name: taken.cohort_name.clone(),
            module: taken.module.clone(),
            starts: taken.starts.clone(),
            ends: taken.ends.clone(),
            room,
            trainers,
        })
    };
    taken.iter().filter_map(clash).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn span(from: i64, to: i64) -> Span {
        let at = |minutes: i64| DateTime::from_timestamp(minutes * 60, 0).unwrap().naive_utc();
        Span { from: at(from), to: at(to) }
    }

    fn at(place: &str, room: &str) -> Where {
        Where { place: place.into(), room: room.into() }
    }

    fn taken(from: i64, to: i64, at: Where, trainers: &[i64]) -> Taken {
        Taken {
            session: Some(SessionId(1)),
            cohort: CohortId(1),
            cohort_name: "Winter".into(),
            module: "introduction".into(),
            starts: String::new(),
            ends: String::new(),
            span: span(from, to),
            at,
            trainers: trainers.iter().map(|id| (AccountId(*id), format!("Trainer {id}"))).collect(),
        }
    }

    #[test]
    fn what_ends_when_the_other_begins_is_no_clash() {
        assert!(!span(0, 60).overlaps(span(60, 120)));
        assert!(!span(60, 120).overlaps(span(0, 60)));
        assert!(span(0, 61).overlaps(span(60, 120)));
        assert!(span(0, 120).overlaps(span(30, 40)));
        assert!(span(30, 40).overlaps(span(0, 120)));
    }

    #[test]
    fn a_room_is_the_same_however_it_is_written() {
        assert!(at("City Hall", "2.14").is_same(&at(" city  hall", "2. 14 ")));
        assert!(at("City Hall", "").is_same(&at("CITY HALL", "")));
        assert!(!at("City Hall", "2.14").is_same(&at("City Hall", "2.15")));
        assert!(!at("City Hall", "2.14").is_same(&at("Library", "2.14")));
        assert!(!at("", "").is_same(&at("", "")));
    }

    #[test]
    fn a_cohort_s_only_trainer_is_at_what_nobody_else_gives() {
        let at = |named: &[(i64, Part)], of_cohort: &[i64]| at_session(named.to_vec(), of_cohort.to_vec());
        let (trainer, trainee) = (Part::Trainer, Part::Trainee);
        assert_eq!(at(&[], &[7]), [7]);
        assert_eq!(at(&[], &[7, 8]), [0_i64; 0]);
        assert_eq!(at(&[], &[]), [0_i64; 0]);
        assert_eq!(at(&[(1, trainer), (2, trainee)], &[7]), [1, 2]);
        assert_eq!(at(&[(2, trainee)], &[7]), [2, 7]);
        assert_eq!(at(&[(7, trainee)], &[7]), [7]);
    }

    #[test]
    fn a_clash_names_the_room_and_who_would_be_in_both() {
        let wanted =
            Wanted { span: span(0, 60), at: at("Hall", "1"), trainers: vec![AccountId(1), AccountId(2)] };
        let told = |taken: Taken| {
            let found = clashes(&wanted, &[taken]);
            found
                .first()
                .map(|c| (c.room.is_some(), c.trainers.iter().map(|b| b.account.0).collect::<Vec<_>>()))
        };
        assert_eq!(told(taken(30, 90, at("hall", "1"), &[2, 3])), Some((true, vec![2])));
        assert_eq!(told(taken(30, 90, at("hall", "2"), &[2, 3])), Some((false, vec![2])));
        assert_eq!(told(taken(30, 90, at("hall", "1"), &[3])), Some((true, vec![])));
        assert_eq!(told(taken(30, 90, at("hall", "2"), &[3])), None);
        assert_eq!(told(taken(60, 90, at("hall", "1"), &[2])), None);
    }

    proptest! {
        #[test]
        fn spans_overlap_where_a_minute_is_in_both(a in 0..50_i64, b in 0..50_i64, c in 0..50_i64, d in 0..50_i64) {
            let common = (0..50).any(|minute| (a..b).contains(&minute) && (c..d).contains(&minute));
            prop_assert_eq!(span(a, b).overlaps(span(c, d)), common);
            prop_assert_eq!(span(c, d).overlaps(span(a, b)), common);
        }

        #[test]
        fn moving_both_changes_nothing(a in 0..50_i64, b in 0..50_i64, c in 0..50_i64, d in 0..50_i64, by in -9_000..9_000_i64) {
            let overlap = span(a, b).overlaps(span(c, d));
            prop_assert_eq!(span(a + by, b + by).overlaps(span(c + by, d + by)), overlap);
        }

        #[test]
        fn a_room_is_the_same_as_itself_in_any_case(place in "\\PC{1,20}", room in "\\PC{0,20}") {
            let here = at(&place, &room);
            let spaced = at(&format!(" {} ", here.place), &format!("{}  ", here.room));
            let named = !folded(&place).is_empty() || !folded(&room).is_empty();
            prop_assert_eq!(here.is_same(&spaced), named);
        }
    }
}
