use chrono::TimeDelta;
use chrono_tz::{Europe, TZ_VARIANTS};
use proptest::prelude::*;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> NaiveTime {
    text.parse().expect("a time")
}

fn series(zone: Tz, first: &str, starts: &str, ends: &str, end: End) -> Series {
    let first = date(first);
    Series {
        zone,
        first,
        every: 1,
        weekdays: vec![first.weekday()],
        starts: at(starts),
        ends: at(ends),
        end,
        answers: Vec::new(),
    }
}

/// What clocks at the place and in Greenwich show when each begins.
fn starts(plan: &Plan) -> Vec<String> {
    let told = |slot: &Slot| {
        format!("{} {}", slot.starts.local.format("%m-%d %H:%M"), slot.starts.utc.format("%H:%M"))
    };
    plan.slots.iter().map(told).collect()
}

#[test]
fn a_series_keeps_its_local_time_across_the_changes_of_2026() {
    for (zone, first, expected) in [
        (Europe::Tirane, "2026-03-24", ["03-24 10:00 09:00", "03-31 10:00 08:00", "04-07 10:00 08:00"]),
        (Europe::Tirane, "2026-10-20", ["10-20 10:00 08:00", "10-27 10:00 09:00", "11-03 10:00 09:00"]),
        (Europe::Dublin, "2026-03-24", ["03-24 10:00 10:00", "03-31 10:00 09:00", "04-07 10:00 09:00"]),
        (Europe::Dublin, "2026-10-20", ["10-20 10:00 09:00", "10-27 10:00 10:00", "11-03 10:00 10:00"]),
    ] {
        let plan = expand(&series(zone, first, "10:00:00", "12:00:00", End::Count(3))).expect("a plan");
        assert_eq!(starts(&plan), expected, "{zone}");
        assert_eq!(plan.asks, []);
        assert!(plan.slots.iter().all(|slot| slot.ends.utc - slot.starts.utc == TimeDelta::hours(2)));
    }
}

#[test]
fn a_time_that_does_not_exist_or_happens_twice_is_asked_about() {
    for (zone, first, start, end, why, choices) in [
        (
            Europe::Tirane,
            "2026-03-22",
            "02:30:00",
            "04:00:00",
            Why::DoesNotExist,
            ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"],
        ),
        (
            Europe::Tirane,
            "2026-10-18",
            "02:30:00",
            "04:00:00",
            Why::HappensTwice,
            ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
        ),
        (
            Europe::Dublin,
            "2026-03-22",
            "01:30:00",
            "03:00:00",
            Why::DoesNotExist,
            ["2026-03-29T00:30:00+00:00", "2026-03-29T02:30:00+01:00"],
        ),
        (
            Europe::Dublin,
            "2026-10-18",
            "01:30:00",
            "03:00:00",
            Why::HappensTwice,
            ["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00"],
        ),
    ] {
        let mut series = series(zone, first, start, end, End::Count(3));
        let plan = expand(&series).expect("a plan");
        let choices = choices.map(|choice| DateTime::parse_from_rfc3339(choice).expect("a time"));
        let asked = date(first) + TimeDelta::days(7);
        let ask = Ask {
            which: Which::Starts,
            date: asked,
            local: asked.and_time(at(start)),
            why,
            choices: choices.to_vec(),
        };
        assert_eq!((plan.slots.len(), &plan.asks), (2, &vec![ask]), "{zone} {first}");
        for choice in choices {
            series.answers = vec![choice];
            let plan = expand(&series).expect("a plan");
            assert_eq!((plan.slots.len(), &plan.asks), (3, &Vec::new()));
            assert_eq!(plan.slots[1].starts, Moment::from(choice));
        }
        // Both is no answer, and neither is another time.
        for answers in [choices.to_vec(), vec![choices[0] + TimeDelta::hours(7)]] {
            series.answers = answers;
            assert_eq!(expand(&series).expect("a plan").asks.len(), 1);
        }
    }
}

#[test]
fn start_and_end_are_asked_about_each_and_may_not_change_places() {
    let mut series = series(Europe::Tirane, "2026-10-25", "02:15:00", "02:45:00", End::Count(1));
    let asks = expand(&series).expect("a plan").asks;
    assert_eq!(asks.iter().map(|ask| ask.which).collect::<Vec<_>>(), [Which::Starts, Which::Ends]);
    series.answers = vec![asks[0].choices[1], asks[1].choices[0]];
    let faults = expand(&series).expect_err("it would end before it starts");
    assert_eq!(faults.0[0].code, "ends-before-it-starts");
    series.answers = vec![asks[0].choices[0], asks[1].choices[1]];
    let slot = expand(&series).expect("a plan").slots[0];
    assert_eq!(slot.ends.utc - slot.starts.utc, TimeDelta::minutes(90));
}

#[test]
fn weeks_are_counted_from_the_monday_of_the_first() {
    // A Thursday; the Monday of its week is over.
    let mut series =
        series(Europe::Dublin, "2026-01-08", "10:00:00", "11:00:00", End::Until(date("2026-02-05")));
    (series.every, series.weekdays) = (2, vec![Weekday::Thu, Weekday::Mon, Weekday::Thu]);
    let days: Vec<_> = starts(&expand(&series).expect("a plan"));
    assert_eq!(
        days,
        [
            "01-08 10:00 10:00",
            "01-19 10:00 10:00",
            "01-22 10:00 10:00",
            "02-02 10:00 10:00",
            "02-05 10:00 10:00"
        ]
    );
}

#[test]
fn what_is_wrong_with_a_series_is_said_by_field() {
    let good = series(Europe::Tirane, "2026-01-05", "10:00:00", "11:00:00", End::Count(3));
    let told = |series: Series| {
        let faults = expand(&series).expect_err("faults").0;
        faults
            .iter()
            .map(|fault| format!("{}: {}", fault.field.clone().unwrap_or_default(), fault.code))
            .collect::<Vec<_>>()
    };
    let bad = Series { every: 0, weekdays: Vec::new(), ends: at("10:00:00"), ..good.clone() };
    assert_eq!(told(bad), ["every: not-an-interval", "weekdays: no-weekday", "ends: ends-before-it-starts"]);
    assert_eq!(told(Series { every: 53, ..good.clone() }), ["every: not-an-interval"]);
    assert_eq!(told(Series { end: End::Count(0), ..good.clone() }), ["count: no-times"]);
    assert_eq!(told(Series { end: End::Count(u32::MAX), ..good.clone() }), ["count: too-many-times"]);
    assert_eq!(told(Series { end: End::Until(date("2026-01-04")), ..good.clone() }), ["until: no-times"]);
    assert_eq!(told(Series { end: End::Until(NaiveDate::MAX), ..good.clone() }), ["until: too-many-times"]);
    let most = Series { end: End::Count(366), ..good.clone() };
    assert_eq!(expand(&most).expect("a plan").slots.len(), MOST);
    // Where the calendar ends, so does the series; where it begins, there is no Monday before.
    let ending = Series { first: NaiveDate::MAX, weekdays: vec![NaiveDate::MAX.weekday()], ..good.clone() };
    assert!(expand(&ending).is_ok_and(|plan| plan.slots.len() == 1));
    assert_eq!(told(Series { first: NaiveDate::MIN, ..good }), ["count: no-times"]);
}

fn any_series() -> impl Strategy<Value = Series> {
    let zone = prop_oneof![
        Just(Europe::Tirane),
        Just(Europe::Dublin),
        (0..TZ_VARIANTS.len()).prop_map(|index| TZ_VARIANTS[index])
    ];
    let weekdays =
        prop::collection::vec((0u8..7).prop_map(|day| Weekday::try_from(day).expect("a weekday")), 1..5);
    let times = (0u32..86_000, 1u32..20_000);
    let end = prop_oneof![
        (1u32..100).prop_map(End::Count),
        (0i64..700).prop_map(|days| End::Until(date("2026-01-01") + TimeDelta::days(days)))
    ];
    (zone, 0i64..400, 1u32..5, weekdays, times, end).prop_map(
        |(zone, days, every, weekdays, (start, length), end)| {
            let time = |seconds: u32| {
                NaiveTime::from_num_seconds_from_midnight_opt(seconds.min(86_399), 0).expect("a time")
            };
            Series {
                zone,
                first: date("2026-01-01") + TimeDelta::days(days),
                every,
                weekdays,
                starts: time(start),
                ends: time(start + length),
                end,
                answers: Vec::new(),
            }
        },
    )
}

proptest! {
    #[test]
    fn each_slot_is_at_the_asked_local_time_on_an_asked_weekday(series in any_series()) {
        let Ok(plan) = expand(&series) else { return Ok(()) };
        let asked: std::collections::BTreeSet<_> = plan.asks.iter().map(|ask| ask.date).collect();
        let mut days: Vec<_> = plan.slots.iter().map(|slot| slot.starts.local.date()).chain(asked).collect();
        days.sort_unstable();
        for slot in &plan.slots {
            prop_assert_eq!((slot.starts.local.time(), slot.ends.local.time()), (series.starts, series.ends));
            prop_assert_eq!(resolve(slot.starts.local, series.zone), Ok(slot.starts));
            prop_assert_eq!(resolve(slot.ends.local, series.zone), Ok(slot.ends));
            prop_assert_eq!(slot.starts.local.date(), slot.ends.local.date());
        }
        // Exactly the days of which it holds, told in another way.
        let week = |day: NaiveDate| (day - TimeDelta::days(day.weekday().num_days_from_monday().into())) - date("1969-12-29");
        let belongs = |day: &NaiveDate| {
            series.weekdays.contains(&day.weekday())
                && (week(*day) - week(series.first)).num_days() / 7 % i64::from(series.every) == 0
        };
        let expected: Vec<NaiveDate> = match series.end {
            End::Count(count) => series.first.iter_days().filter(belongs).take(count as usize).collect(),
            End::Until(last) => series.first.iter_days().take_while(|day| *day <= last).filter(belongs).collect(),
        };
        prop_assert_eq!(days, expected);
    }

    #[test]
    fn an_answered_series_is_complete(series in any_series(), later in any::<bool>()) {
        let Ok(plan) = expand(&series) else { return Ok(()) };
        let answers = plan.asks.iter().map(|ask| ask.choices[usize::from(later)]).collect();
        let Ok(answered) = expand(&Series { answers, ..series }) else { return Ok(()) };
        prop_assert_eq!(answered.asks, vec![]);
        let asked: std::collections::BTreeSet<_> = plan.asks.iter().map(|ask| ask.date).collect();
        prop_assert_eq!(answered.slots.len(), plan.slots.len() + asked.len());
    }
}
