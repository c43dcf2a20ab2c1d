use super::super::permissions::{PERMISSIONS, may};
use super::super::{May, Role, TargetCohort};
use super::*;
use crate::platform::ids::{AccountId, ApiTokenId, OrganisationId, PersonId, SignInId};

fn caller(roles: &[Role]) -> Caller {
    let member = Member {
        organisation: OrganisationId(1),
        organisation_name: "Municipality of Tirana".into(),
        roles: roles.to_vec(),
        names: false,
        person: Some(PersonId(7)),
    };
    Caller {
        account: AccountId(1),
        operator: false,
        via: Via::SignIn(SignInId(1)),
        member: Some(member),
        target: Target::default(),
    }
}

fn with_cohort(roles: &[Role], teaches: bool, enrolled: bool) -> Caller {
    let target = Target { cohort: Some(TargetCohort { teaches, enrolled }), person: None };
    Caller { target, ..caller(roles) }
}

fn decided<P: May>(caller: &Caller) -> Result<Reach, Refused> {
    decide(P::PERMISSION, caller)
}

const ALL: Reach = Reach { all: true, taught: false, own: None, suppressed: false };

#[test]
fn a_learner_reads_their_own_and_nobody_elses() {
    let own = |person| Caller {
        target: Target { person: Some(person), ..with_cohort(&[Role::Learner], false, true).target },
        ..caller(&[Role::Learner])
    };
    let reach = decided::<may::ReadVerdicts>(&own(TargetPerson::Oneself)).unwrap();
    assert_eq!(reach.own, Some(PersonId(7)));
    assert_eq!(decided::<may::ReadVerdicts>(&own(TargetPerson::SomebodyElse)), Err(Refused::Hidden));
    assert_eq!(decided::<may::ReadParticipants>(&own(TargetPerson::Oneself)), Err(Refused::Hidden));
}

#[test]
fn a_learner_who_is_nobody_in_the_roster_has_nothing_of_their_own() {
    let mut nobody = caller(&[Role::Learner]);
    nobody.member.as_mut().unwrap().person = None;
    assert_eq!(decided::<may::ReadCertificates>(&nobody), Err(Refused::Hidden));
}

#[test]
fn a_trainer_works_with_the_cohorts_that_they_teach() {
    let taught = with_cohort(&[Role::Trainer], true, false);
    let reach = Reach { taught: true, ..Reach::default() };
    assert_eq!(decided::<may::ChangeCohorts>(&taught), Ok(reach));
    let others = with_cohort(&[Role::Trainer], false, false);
    assert_eq!(decided::<may::ReadCohorts>(&others), Err(Refused::Hidden));
    assert_eq!(decided::<may::ChangeCohorts>(&others), Err(Refused::Hidden));
    assert_eq!(decided::<may::CorrectLate>(&taught), Err(Refused::Forbidden));
}

#[test]
fn hr_sees_names_only_with_the_permission() {
    let mut hr = with_cohort(&[Role::Hr], false, false);
    assert_eq!(decided::<may::ReadReports>(&hr), Ok(ALL));
    assert_eq!(decided::<may::ReadParticipants>(&hr), Err(Refused::Hidden));
    assert_eq!(decided::<may::ChangeRoster>(&hr), Err(Refused::Forbidden));
    hr.member.as_mut().unwrap().names = true;
    assert_eq!(decided::<may::ReadParticipants>(&hr), Ok(ALL));
}

#[test]
fn what_several_roles_reach_counts_together() {
    let both = caller(&[Role::Learner, Role::Trainer]);
    let reach = decided::<may::ReadCohorts>(&both).unwrap();
    assert_eq!(reach, Reach { taught: true, own: Some(PersonId(7)), ..Reach::default() });
}

#[test]
fn what_may_not_be_seen_is_hidden_and_what_may_not_be_done_is_forbidden() {
    let adviser = with_cohort(&[Role::Adviser], false, false);
    assert_eq!(decided::<may::ChangeCohorts>(&adviser), Err(Refused::Forbidden));
    assert_eq!(decided::<may::ReadMembers>(&adviser), Err(Refused::Hidden));
    assert_eq!(decided::<may::ChangeMembers>(&adviser), Err(Refused::Hidden));
    let stranger = Caller { member: None, ..adviser };
    for permission in PERMISSIONS.iter().filter(|permission| matches!(permission.of, Of::Organisation(_))) {
        assert_eq!(decide(permission, &stranger), Err(Refused::Hidden), "{}", permission.name);
    }
    assert_eq!(decided::<may::CreateOrganisations>(&stranger), Err(Refused::Forbidden));
}

#[test]
fn an_operator_reaches_nothing_in_an_organisation() {
    let operator = Caller { operator: true, member: None, ..caller(&[]) };
    assert_eq!(decided::<may::CreateOrganisations>(&operator), Ok(ALL));
    for permission in PERMISSIONS.iter().filter(|permission| matches!(permission.of, Of::Organisation(_))) {
        assert!(decide(permission, &operator).is_err(), "{}", permission.name);
    }
}

#[test]
fn a_token_for_scripts_has_no_more_than_its_scope() {
    let token = |scope: &[&str], roles: &[Role]| Caller {
        via: Via::ApiToken {
            id: ApiTokenId(1),
            scope: scope.iter().map(|name| (*name).to_owned()).collect(),
        },
        ..with_cohort(roles, false, false)
    };
    let administrator = token(&["cohort.read"], &[Role::Administrator]);
    assert_eq!(decided::<may::ReadCohorts>(&administrator), Ok(ALL));
    assert_eq!(decided::<may::ReadReports>(&administrator), Err(Refused::ScopeMissing));
    // A scope gives nothing that the account has not.
    let learner = token(&["report.read"], &[Role::Learner]);
    assert_eq!(decided::<may::ReadReports>(&learner), Err(Refused::Hidden));
    let everything: Vec<&str> = PERMISSIONS.iter().map(|permission| permission.name).collect();
    let own = token(&everything, &[Role::Administrator]);
    assert_eq!(decided::<may::OwnAccount>(&own), Err(Refused::SignInNeeded));
    assert_eq!(decided::<may::OwnApiTokens>(&own), Err(Refused::SignInNeeded));
}

#[test]
fn every_row_has_a_name_of_its_own() {
    for permission in PERMISSIONS {
        let same = PERMISSIONS.iter().filter(|other| other.name == permission.name).count();
        assert_eq!(same, 1, "{}", permission.name);
        assert!(Permission::named(permission.name).is_some());
    }
}
