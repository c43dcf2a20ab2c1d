use chrono::{DateTime, NaiveDateTime};
use proptest::prelude::*;

use super::*;
use crate::platform::ids::SessionId;

const HOUR: u32 = 3600;
const MODULES: [&str; 4] = ["introduction", "data-protection", "digital-inclusion", "transparency"];

fn rule(levels: &[(Level, u32, &[&str])]) -> Rule {
    let level = |&(level, min_modules, required): &(Level, u32, &[&str])| LevelRule {
        level,
        min_modules,
        required_modules: required.iter().map(|module| module.to_string()).collect(),
    };
    Rule { levels: levels.iter().map(level).collect() }
}

fn pilot() -> Rule {
    rule(&[(Level::Completion, 3, &[]), (Level::Attendance, 2, &[])])
}

fn day(n: i64) -> NaiveDateTime {
    DateTime::from_timestamp(n * 86_400, 0).unwrap().naive_utc()
}

fn session(id: i64, scheduled_seconds: u32, present_seconds: u32) -> SessionFacts {
    SessionFacts { session: SessionId(id), starts: day(id), scheduled_seconds, present_seconds }
}

/// The pilot's modules with the sessions given; modules beyond them were not held.
fn facts(sessions: &[Vec<SessionFacts>]) -> Facts {
    let module = |(i, code): (usize, &&str)| ModuleFacts {
        module: code.to_string(),
        sessions: sessions.get(i).cloned().unwrap_or_default(),
    };
    Facts {
        programme_version: 7,
        threshold_percent: 75,
        modules: MODULES.iter().enumerate().map(module).collect(),
    }
}

/// One session of two hours for each module, attended in full where said so.
fn attended(which: [bool; 4]) -> Facts {
    let sessions: Vec<_> = which
        .iter()
        .zip(1..)
        .map(|(&is, id)| vec![session(id, 2 * HOUR, u32::from(is) * 2 * HOUR)])
        .collect();
    facts(&sessions)
}

#[test]
fn the_pilots_rule_for_every_number_of_modules() {
    let [t, f] = [true, false];
    let seen = |which| {
        let verdict = decide(&pilot(), &attended(which));
        (verdict.outcome.level(), verdict.explain(), verdict.missing())
    };
    let not_yet = |explained: &str, missing: &str| (None, explained.to_string(), missing.to_string());
    let earned = |level, explained: &str| (Some(level), explained.to_string(), String::new());

    assert_eq!(
        seen([f, f, f, f]),
        not_yet(
            "Attended 0 of 4 modules; a Certificate of Attendance needs 2.",
            "2 more modules for attendance"
        )
    );
    assert_eq!(
        seen([f, t, f, f]),
        not_yet(
            "Attended 1 of 4 modules; a Certificate of Attendance needs 2.",
            "1 more module for attendance"
        )
    );
    assert_eq!(
        seen([t, f, f, t]),
        earned(Level::Attendance, "Attended 2 of 4 modules: this earns a Certificate of Attendance.")
    );
    assert_eq!(
        seen([t, f, t, t]),
        earned(Level::Completion, "Attended 3 of 4 modules: this earns a Certificate of Completion.")
    );
    assert_eq!(
        seen([t, t, t, t]),
        earned(Level::Completion, "Attended 4 of 4 modules: this earns a Certificate of Completion.")
    );
}

#[test]
fn required_modules_must_be_among_the_attended() {
    let rule = rule(&[
        (Level::Completion, 3, &["introduction", "data-protection"]),
        (Level::Attendance, 2, &["introduction"]),
    ]);
    let [t, f] = [true, false];
    let verdict = |which| decide(&rule, &attended(which));

    let without = verdict([f, t, t, t]);
    assert_eq!(
        without.outcome,
        Outcome::NotYet {
            nearest: Level::Attendance,
            attended: 3,
            required: 2,
            missing_required_modules: vec!["introduction".into()],
        }
    );
    assert_eq!(
        without.explain(),
        "Attended 3 of 4 modules; a Certificate of Attendance needs introduction among them."
    );
    assert_eq!(without.missing(), "1 more module for attendance: introduction");

    let nothing = verdict([f, f, f, f]);
    assert_eq!(
        nothing.explain(),
        "Attended 0 of 4 modules; a Certificate of Attendance needs 2, introduction among them."
    );
    assert_eq!(nothing.missing(), "2 more modules for attendance, among them introduction");

    assert_eq!(verdict([t, f, t, t]).outcome, Outcome::Earned { level: Level::Attendance });
    assert_eq!(verdict([t, t, t, f]).outcome, Outcome::Earned { level: Level::Completion });
}

#[test]
fn the_threshold_is_met_at_the_exact_share_and_not_a_second_before() {
    let finding =
        |present| decide(&pilot(), &facts(&[vec![session(1, 2 * HOUR, present)]])).modules.remove(0);
    assert_eq!(
        finding(5400).finding,
        Finding::Attended { session: SessionId(1), minutes: 90, share_percent: 75 }
    );
    assert_eq!(
        finding(5399).finding,
        Finding::BelowThreshold {
            session: SessionId(1),
            minutes: 89,
            share_percent: 74,
            threshold_percent: 75
        }
    );
    assert_eq!(finding(0).finding, Finding::Absent);
    assert_eq!(decide(&pilot(), &facts(&[])).modules[0].finding, Finding::NotHeld);
}

#[test]
fn the_evidence_is_the_longest_presence_that_meets_the_threshold() {
    // Three hours of four are more than an hour of one, though a smaller share; two of four do not meet it.
    let sessions =
        vec![session(1, HOUR, HOUR), session(2, 4 * HOUR, 3 * HOUR), session(3, 8 * HOUR, 4 * HOUR)];
    let verdict = decide(&pilot(), &facts(&[sessions]));
    assert_eq!(
        verdict.modules[0].finding,
        Finding::Attended { session: SessionId(2), minutes: 180, share_percent: 75 }
    );

    let mut late = session(4, HOUR, HOUR);
    late.starts = day(9);
    let mut early = session(5, HOUR, HOUR);
    early.starts = day(8);
    let verdict = decide(&pilot(), &facts(&[vec![late, early]]));
    assert!(matches!(verdict.modules[0].finding, Finding::Attended { session: SessionId(5), .. }));
}

#[test]
fn presence_beyond_the_session_and_sessions_without_length_count_for_nothing_more() {
    let over = decide(&pilot(), &facts(&[vec![session(1, HOUR, u32::MAX)]]));
    assert_eq!(
        over.modules[0].finding,
        Finding::Attended { session: SessionId(1), minutes: 60, share_percent: 100 }
    );
    let empty = decide(&pilot(), &facts(&[vec![session(1, 0, HOUR)]]));
    assert_eq!(empty.modules[0].finding, Finding::Absent);
}

#[test]
fn another_rule_is_other_data() {
    let rule = rule(&[(Level::Completion, 1, &[])]);
    let mut facts = attended([true, false, false, false]);
    assert_eq!(decide(&rule, &facts).outcome, Outcome::Earned { level: Level::Completion });
    facts.modules[0].sessions[0].present_seconds = 2 * HOUR * 60 / 100;
    assert_eq!(decide(&rule, &facts).outcome.level(), None);
    facts.threshold_percent = 60;
    assert_eq!(decide(&rule, &facts).outcome, Outcome::Earned { level: Level::Completion });
}

#[test]
fn a_rule_without_levels_earns_nothing() {
    let verdict = decide(&rule(&[]), &attended([true; 4]));
    assert_eq!(verdict.outcome.level(), None);
    assert_eq!(verdict.rule_version, 7);
}

#[test]
fn a_verdict_reads_as_json() {
    let verdict = decide(&pilot(), &attended([true, false, false, false]));
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["outcome"]["result"], "not-yet");
    assert_eq!(json["outcome"]["nearest"], "attendance");
    assert_eq!(json["modules"][0]["module"], "introduction");
    assert_eq!(json["modules"][0]["finding"], "attended");
    assert_eq!(json["modules"][0]["minutes"], 120);
    assert_eq!(json["modules"][1]["finding"], "absent");
    assert_eq!(serde_json::from_value::<Verdict>(json).unwrap(), verdict);
}

#[test]
fn completion_is_higher_than_attendance_is_higher_than_nothing() {
    assert!(Some(Level::Completion) > Some(Level::Attendance));
    assert!(Some(Level::Attendance) > None);
}

prop_compose! {
    fn any_session()(id in 1..1000i64, start in 0..5i64, scheduled in 0..20_000u32, share in 0..130u32) -> SessionFacts {
        let present = u32::try_from(u64::from(scheduled) * u64::from(share) / 100).unwrap();
        SessionFacts { session: SessionId(id), starts: day(start), scheduled_seconds: scheduled, present_seconds: present }
    }
}

prop_compose! {
    fn any_facts()(
        sessions in prop::collection::vec(prop::collection::vec(any_session(), 0..4), 4),
        threshold in 1..=100u32,
    ) -> Facts {
        Facts { threshold_percent: threshold, ..facts(&sessions) }
    }
}

prop_compose! {
    fn any_rule()(
        completion in 0..5u32,
        attendance in 0..5u32,
        required in prop::sample::subsequence(MODULES.to_vec(), 0..3),
        required_too in prop::sample::subsequence(MODULES.to_vec(), 0..2),
    ) -> Rule {
        rule(&[(Level::Completion, completion, &required), (Level::Attendance, attendance, &required_too)])
    }
}

proptest! {
    #[test]
    fn adding_attendance_never_lowers_a_verdict(
        rule in any_rule(), facts in any_facts(), module in 0..4usize, extra in any_session(), longer in 0..20_000u32,
    ) {
        let before = decide(&rule, &facts);

        let mut more = facts.clone();
        more.modules[module].sessions.push(extra);
        let with_another_session = decide(&rule, &more);
        prop_assert!(with_another_session.outcome.level() >= before.outcome.level());
        prop_assert!(with_another_session.attended() >= before.attended());

        let mut more = facts;
        for session in &mut more.modules[module].sessions {
            session.present_seconds += longer;
        }
        let with_more_presence = decide(&rule, &more);
        prop_assert!(with_more_presence.outcome.level() >= before.outcome.level());
    }

    #[test]
    fn a_module_counts_once(rule in any_rule(), facts in any_facts(), module in 0..4usize, times in 1..5usize) {
        let before = decide(&rule, &facts);
        let mut repeated = facts;
        let sessions = repeated.modules[module].sessions.clone();
        for _ in 0..times {
            repeated.modules[module].sessions.extend(sessions.clone());
        }
        prop_assert_eq!(decide(&rule, &repeated), before);
    }

    #[test]
    fn the_order_of_sessions_does_not_matter(rule in any_rule(), facts in any_facts(), turn in 0..4usize) {
        // Two sessions of one cohort never share an id.
        let mut facts = facts;
        for (id, session) in facts.modules.iter_mut().flat_map(|module| &mut module.sessions).enumerate() {
            session.session = SessionId(id as i64);
        }
        let mut turned = facts.clone();
        for module in &mut turned.modules {
            let by = turn.min(module.sessions.len());
            module.sessions.rotate_left(by);
            if turn % 2 == 0 {
                module.sessions.reverse();
            }
        }
        prop_assert_eq!(decide(&rule, &turned), decide(&rule, &facts));
    }

    #[test]
    fn what_is_said_to_be_missing_is_enough(facts in any_facts(), rule in any_rule()) {
        let verdict = decide(&rule, &facts);
        if let Outcome::NotYet { nearest, attended, required, missing_required_modules } = &verdict.outcome {
            let needed = required.saturating_sub(*attended).max(missing_required_modules.len() as u32);
            prop_assert!(needed > 0);
            // Attend the named ones first, then any others.
            let mut codes: Vec<&str> = missing_required_modules.iter().map(String::as_str).collect();
            let others = verdict.modules.iter().filter(|m| !m.is_attended()).map(|m| m.module.as_str());
            for other in others {
                if !codes.contains(&other) {
                    codes.push(other);
                }
            }
            let mut more = facts.clone();
            for module in &mut more.modules {
                if codes.iter().take(needed as usize).any(|code| *code == module.module) {
                    module.sessions.push(session(5000, HOUR, HOUR));
                }
            }
            prop_assert!(codes.len() < needed as usize || decide(&rule, &more).outcome.level() >= Some(*nearest));
        }
    }
}

#[test]
fn what_is_still_to_be_earned_is_the_nearest_level_over_the_earned_one() {
    let [t, f] = [true, false];
    let next = |which| {
        let verdict = decide(&pilot(), &attended(which));
        next_level(&pilot(), &verdict).map(|(level, needed)| (level.level, needed))
    };
    assert_eq!(next([f, f, f, f]), Some((Level::Attendance, 2)));
    assert_eq!(next([t, f, f, f]), Some((Level::Attendance, 1)));
    assert_eq!(next([t, t, f, f]), Some((Level::Completion, 1)));
    assert_eq!(next([t, t, t, f]), None);
    // A level that names a module is no nearer by others.
    let strict = rule(&[(Level::Completion, 3, &["transparency"]), (Level::Attendance, 2, &[])]);
    let verdict = decide(&strict, &attended([t, t, t, f]));
    let next = next_level(&strict, &verdict).map(|(level, needed)| (level.level, needed));
    assert_eq!(next, Some((Level::Completion, 1)));
}
